use buildkit_llb::{
    prelude::*,
    source::{Differ, GitMtime, GitSignature, HttpSignature, MetadataTransfer, RecordType, SignedTag},
};

const SUM: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const COMMIT: &str = "73ed6825c4b7569379ef89df0aedcdbe64473d31";
const REPO: &str = "https://github.com/moby/buildkit.git";

fn image(reference: &str) -> Image {
    // BuildKit's client writes its own platform by default.
    Image::new(reference).platform(Platform::LINUX_AMD64)
}

fn local() -> Local {
    Local::new("context").session("s1")
}

fn git() -> Git {
    Git::new(REPO).reference("main")
}

fn http() -> Http {
    Http::new("https://example.com/a.tar.gz")
}

fn oci() -> OciLayout {
    OciLayout::new("base", SUM).platform(Platform::LINUX_AMD64)
}

fn platform(text: &str) -> Platform {
    text.parse().unwrap()
}

pub(crate) fn all() -> Vec<(&'static str, Output)> {
    [images(), locals(), gits(), rest()].concat()
}

fn images() -> Vec<(&'static str, Output)> {
    let nanoserver = "mcr.microsoft.com/windows/nanoserver:ltsc2022";
    let windows = platform("windows(10.0.20348+win32k+x)/amd64");
    vec![
        ("image_plain", image("docker.io/library/alpine:3.20").into_output()),
        ("image_short_name", image("alpine").into_output()),
        ("image_digest", image(&format!("docker.io/library/alpine:3.20@{SUM}")).into_output()),
        ("image_digest_only", image(&format!("ghcr.io/me/app@{SUM}")).into_output()),
        ("image_port", image("localhost:5000/app").into_output()),
        ("image_arm64", image("alpine").platform(Platform::LINUX_ARM64).into_output()),
        ("image_armv6", image("alpine").platform(platform("linux/arm/v6")).into_output()),
        ("image_windows", image(nanoserver).platform(windows).into_output()),
        ("image_resolve_pull", image("alpine").resolve_mode(ResolveMode::Pull).into_output()),
        ("image_resolve_local", image("alpine").resolve_mode(ResolveMode::Local).into_output()),
        ("image_resolve_default", image("alpine").resolve_mode(ResolveMode::Default).into_output()),
        ("image_internal", image("alpine").record_type(RecordType::Internal).into_output()),
        ("image_layer_limit", image("alpine").layer_limit(2).into_output()),
        ("image_checksum", image("alpine").checksum(SUM).into_output()),
    ]
}

fn locals() -> Vec<(&'static str, Output)> {
    let none: [&str; 0] = [];
    let plain = || Local::new("context").unique_id("fixed-unique-id");
    let but = MetadataTransfer::AllBut(vec!["*.json".into()]);
    let all = local().include_patterns(["a"]).exclude_patterns(["b"]).follow_paths(["c"]).shared_key_hint("h");
    vec![
        ("local_plain", plain().into_output()),
        ("local_session", local().unique_id("not with a session").into_output()),
        ("local_include", local().include_patterns(["**/*.go", "go.mod"]).into_output()),
        ("local_exclude", local().exclude_patterns(["node_modules", "!a b", "<&>\"\\\u{2028}ä"]).into_output()),
        ("local_follow", local().follow_paths(["Dockerfile", "x/*.txt"]).into_output()),
        ("local_empty_lists", plain().include_patterns(none).follow_paths(none).exclude_patterns(none).into_output()),
        ("local_hint", local().shared_key_hint("context").into_output()),
        ("local_differ", local().differ(Differ::None).into_output()),
        ("local_differ_required", local().require_differ(Differ::Metadata).into_output()),
        ("local_metadata_only", local().metadata_transfer(MetadataTransfer::All).into_output()),
        ("local_metadata_only_but", local().metadata_transfer(but).into_output()),
        ("local_all", all.require_differ(Differ::None).name("n").into_output()),
    ]
}

fn gits() -> Vec<(&'static str, Output)> {
    let signature = GitSignature { public_key: "KEY".into(), reject_expired: true, tag: SignedTag::Required };
    let ssh = Git::new("ssh://git@github.com/moby/buildkit.git");
    let scp = Git::new("git@github.com:moby/buildkit.git#main");
    let bundle = git().checksum(COMMIT).bundle(format!("oci-layout+blob://b@{SUM}"));
    vec![
        ("git_plain", Git::new(REPO).into_output()),
        ("git_no_scheme", Git::new("github.com/moby/buildkit.git").into_output()),
        ("git_http_port", Git::new("http://git.example.com:8080/a/b").reference("v1").into_output()),
        ("git_git_protocol", Git::new("git://git.example.com/a/b.git").into_output()),
        ("git_user", Git::new("https://user@git.example.com/a/b.git").into_output()),
        ("git_ref", Git::new(REPO).reference("v0.31.0").into_output()),
        ("git_ref_subdir", Git::new(format!("{REPO}#v0.31.0:client/../client/llb")).into_output()),
        ("git_subdir", Git::new(REPO).subdir("client").into_output()),
        ("git_keep_git_dir", git().keep_git_dir().into_output()),
        ("git_checksum", git().checksum(COMMIT).into_output()),
        ("git_skip_submodules", git().skip_submodules().into_output()),
        ("git_auth_token", Git::new(REPO).auth_token_secret("token").into_output()),
        ("git_auth_header", Git::new(REPO).auth_header_secret("header").into_output()),
        ("git_no_auth", Git::new(REPO).auth_token_secret("").auth_header_secret("").into_output()),
        ("git_ssh", ssh.known_ssh_host("github.com ssh-rsa AAAA").into_output()),
        ("git_scp", scp.known_ssh_host("a\n").known_ssh_host("b").ssh_agent("work").into_output()),
        ("git_mtime", git().mtime(GitMtime::Commit).into_output()),
        ("git_mtime_checkout", git().mtime(GitMtime::Checkout).into_output()),
        ("git_advice", git().advice().into_output()),
        ("git_fetch_by_commit", git().checksum(COMMIT).fetch_by_commit().into_output()),
        ("git_bundle", bundle.bundle_store("s1", "store").into_output()),
        ("git_checkout_bundle", git().checkout_bundle().into_output()),
        ("git_signature", Git::new(REPO).reference("v1").verify_signature(signature).into_output()),
    ]
}

fn rest() -> Vec<(&'static str, Output)> {
    let signature = HttpSignature { public_key: "KEY".into(), signature: "SIG".into() };
    let all = http().checksum(SUM).filename("b").mode(0o755).owner(1, 2).auth_header_secret("s");
    let models = "ghcr.io/me/models";
    vec![
        ("http_plain", http().into_output()),
        ("http_checksum", http().checksum(SUM).into_output()),
        ("http_filename", http().filename("b").into_output()),
        ("http_mode", http().mode(0o644).into_output()),
        ("http_owner", http().owner(1000, 0).into_output()),
        ("http_group", http().owner(0, 1000).into_output()),
        ("http_auth", http().auth_header_secret("secret").into_output()),
        ("http_header", http().accept("text/plain").user_agent("me").into_output()),
        ("http_signature", http().verify_signature(signature).into_output()),
        ("http_all", all.accept("*/*").into_output()),
        ("oci_plain", oci().into_output()),
        ("oci_store", oci().session("s1").store("store").into_output()),
        ("oci_layer_limit", oci().store("store").layer_limit(1).into_output()),
        ("oci_platform", oci().platform(Platform::LINUX_ARM64).into_output()),
        ("blob_registry", Blob::in_registry(models, SUM).filename("m.bin").mode(0o600).owner(3, 4).into_output()),
        ("blob_registry_plain", Blob::in_registry("models", SUM).into_output()),
        ("blob_oci", Blob::in_oci_layout(models, SUM).from_store("s1", "store").into_output()),
    ]
}
