package main

import (
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

const sum = digest.Digest("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")

const commit = "73ed6825c4b7569379ef89df0aedcdbe64473d31"

func init() {
	image := func(name, ref string, opts ...llb.ImageOption) {
		add("image_"+name, func() llb.State { return llb.Image(ref, opts...) })
	}
	image("plain", "docker.io/library/alpine:3.20")
	image("short_name", "alpine")
	image("digest", "docker.io/library/alpine:3.20@"+string(sum))
	image("digest_only", "ghcr.io/me/app@"+string(sum))
	image("port", "localhost:5000/app")
	image("arm64", "alpine", llb.LinuxArm64)
	image("armv6", "alpine", llb.LinuxArmel)
	image("windows", "mcr.microsoft.com/windows/nanoserver:ltsc2022", llb.Platform(ocispecs.Platform{
		OS: "windows", Architecture: "amd64", OSVersion: "10.0.20348", OSFeatures: []string{"win32k", "x"},
	}))
	image("resolve_pull", "alpine", llb.ResolveModeForcePull)
	image("resolve_local", "alpine", llb.ResolveModePreferLocal)
	image("resolve_default", "alpine", llb.ResolveModeDefault)
	image("internal", "alpine", llb.MarkImageInternal)
	image("layer_limit", "alpine", llb.WithLayerLimit(2))
	image("checksum", "alpine", llb.WithImageChecksum(sum))

	local := func(name string, opts ...llb.LocalOption) {
		add("local_"+name, func() llb.State { return llb.Local("context", opts...) })
	}
	local("plain")
	local("session", llb.SessionID("s1"))
	local("include", llb.SessionID("s1"), llb.IncludePatterns([]string{"**/*.go", "go.mod"}))
	local("exclude", llb.SessionID("s1"), llb.ExcludePatterns([]string{"node_modules", "!a b", "<&>\"\\\u2028ä"}))
	local("follow", llb.SessionID("s1"), llb.FollowPaths([]string{"Dockerfile", "x/*.txt"}))
	local("empty_lists", llb.IncludePatterns(nil), llb.FollowPaths(nil), llb.ExcludePatterns(nil))
	local("hint", llb.SessionID("s1"), llb.SharedKeyHint("context"))
	local("differ", llb.SessionID("s1"), llb.Differ(llb.DiffNone, false))
	local("differ_required", llb.SessionID("s1"), llb.Differ(llb.DiffMetadata, true))
	local("metadata_only", llb.SessionID("s1"), llb.MetadataOnlyTransfer(nil))
	local("metadata_only_but", llb.SessionID("s1"), llb.MetadataOnlyTransfer([]string{"*.json"}))
	local("all", llb.SessionID("s1"), llb.IncludePatterns([]string{"a"}), llb.ExcludePatterns([]string{"b"}),
		llb.FollowPaths([]string{"c"}), llb.SharedKeyHint("h"), llb.Differ(llb.DiffNone, true), llb.WithCustomName("n"))

	git := func(name, url, fragment string, opts ...llb.GitOption) {
		add("git_"+name, func() llb.State { return llb.Git(url, fragment, opts...) })
	}
	const repo = "https://github.com/moby/buildkit.git"
	git("plain", repo, "")
	git("no_scheme", "github.com/moby/buildkit.git", "")
	git("http_port", "http://git.example.com:8080/a/b", "v1")
	git("git_protocol", "git://git.example.com/a/b.git", "")
	git("user", "https://user@git.example.com/a/b.git", "")
	git("ref", repo, "v0.31.0")
	git("ref_subdir", repo, "v0.31.0:client/../client/llb")
	git("subdir", repo, "", llb.GitSubDir("client"))
	git("keep_git_dir", repo, "main", llb.KeepGitDir())
	git("checksum", repo, "main", llb.GitChecksum(commit))
	git("skip_submodules", repo, "main", llb.GitSkipSubmodules())
	git("auth_token", repo, "", llb.AuthTokenSecret("token"))
	git("auth_header", repo, "", llb.AuthHeaderSecret("header"))
	git("no_auth", repo, "", llb.AuthTokenSecret(""), llb.AuthHeaderSecret(""))
	git("ssh", "ssh://git@github.com/moby/buildkit.git", "", llb.KnownSSHHosts("github.com ssh-rsa AAAA"))
	git("scp", "git@github.com:moby/buildkit.git", "main", llb.KnownSSHHosts("a\n"), llb.KnownSSHHosts("b"),
		llb.MountSSHSock("work"))
	git("mtime", repo, "main", llb.GitMTimeCommit())
	git("mtime_checkout", repo, "main", llb.GitMTime("checkout"))
	git("advice", repo, "main", llb.GitAdvice(true))
	git("fetch_by_commit", repo, "main", llb.GitChecksum(commit), llb.GitFetchByCommit())
	git("bundle", repo, "main", llb.GitChecksum(commit), llb.GitBundleURL("oci-layout+blob://b@"+string(sum), llb.GitBundleOCIStore("s1", "store")))
	git("checkout_bundle", repo, "main", llb.GitCheckoutBundle())
	add("git_signature", func() llb.State {
		// The client has no option for this; the daemon reads these attributes.
		attrs := map[string]string{
			pb.AttrFullRemoteURL: repo, pb.AttrAuthTokenSecret: "GIT_AUTH_TOKEN", pb.AttrAuthHeaderSecret: "GIT_AUTH_HEADER",
			pb.AttrGitSignatureVerifyPubKey: "KEY", pb.AttrGitSignatureVerifyRejectExpired: "true",
			pb.AttrGitSignatureVerifyRequireSignedTag: "true",
		}
		return llb.NewState(llb.NewSource("git://github.com/moby/buildkit.git#v1", attrs, llb.Constraints{}).Output())
	})

	http := func(name string, opts ...llb.HTTPOption) {
		add("http_"+name, func() llb.State { return llb.HTTP("https://example.com/a.tar.gz", opts...) })
	}
	http("plain")
	http("checksum", llb.Checksum(sum))
	http("filename", llb.Filename("b"))
	http("mode", llb.Chmod(0o644))
	http("owner", llb.Chown(1000, 0))
	http("group", llb.Chown(0, 1000))
	http("auth", llb.AuthHeaderSecret("secret"))
	http("header", llb.Header(llb.HTTPHeader{Accept: "text/plain", UserAgent: "me"}))
	http("signature", llb.VerifyPGPSignature(llb.HTTPSignatureInfo{PubKey: []byte("KEY"), Signature: []byte("SIG")}))
	http("all", llb.Checksum(sum), llb.Filename("b"), llb.Chmod(0o755), llb.Chown(1, 2), llb.AuthHeaderSecret("s"),
		llb.Header(llb.HTTPHeader{Accept: "*/*"}))

	oci := func(name string, opts ...llb.OCILayoutOption) {
		add("oci_"+name, func() llb.State { return llb.OCILayout("docker.io/library/base@"+string(sum), opts...) })
	}
	oci("plain")
	oci("store", llb.OCIStore("s1", "store"))
	oci("layer_limit", llb.OCIStore("", "store"), llb.OCILayerLimit(1))
	oci("platform", llb.LinuxArm64)

	add("blob_registry", func() llb.State {
		return llb.ImageBlob("ghcr.io/me/models@"+string(sum), llb.Filename("m.bin"), llb.Chmod(0o600), llb.Chown(3, 4))
	})
	add("blob_registry_plain", func() llb.State { return llb.ImageBlob("models@" + string(sum)) })
	add("blob_oci", func() llb.State {
		return llb.OCILayoutBlob("ghcr.io/me/models@"+string(sum), llb.ImageBlobOCIStore("s1", "store"))
	})
}
