package main

import (
	"time"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/llbbuild"
)

func init() {
	copied := func(name, src, dest string, opts ...llb.CopyOption) {
		add("copy_"+name, func() llb.State { return alpine().File(llb.Copy(client(), src, dest, opts...)) })
	}
	copied("plain", "/a", "/b")
	copied("into", "/a", "/b/")
	copied("into_dot", "a/../c", "b/.")
	copied("root", "/", "/")
	copied("like_dockerfile", "*.txt", "/b", &llb.CopyInfo{
		FollowSymlinks: true, CopyDirContentsOnly: true, CreateDestPath: true, AllowWildcard: true, AllowEmptyWildcard: true,
	})
	copied("wildcard", "*.txt", "/b", &llb.CopyInfo{AllowWildcard: true})
	copied("unpack", "/a.tar", "/b", &llb.CopyInfo{AttemptUnpack: true})
	copied("replace", "/a", "/b", &llb.CopyInfo{AlwaysReplaceExistingDestPaths: true})
	copied("include_exclude", "/a", "/b", &llb.CopyInfo{IncludePatterns: []string{"**/*.go", "x"}, ExcludePatterns: []string{"y"}})
	copied("required", "/a", "/b", &llb.CopyInfo{IncludePatterns: []string{"x"}, RequiredPaths: []string{"x/y"}})
	copied("mode", "/a", "/b", llb.ChmodOpt{Mode: 0o644})
	copied("mode_zero", "/a", "/b", llb.ChmodOpt{Mode: 0})
	copied("mode_symbolic", "/a", "/b", llb.ChmodOpt{ModeStr: "u=rwX,go=rX"})
	copied("owner_ids", "/a", "/b", llb.WithUIDGID(1000, 0))
	copied("owner_uid", "/a", "/b", llb.WithUser("1000"))
	copied("owner_names", "/a", "/b", llb.WithUser("app:staff"))
	copied("owner_root", "/a", "/b", llb.WithUser("root:"))
	copied("owner_mixed", "/a", "/b", llb.WithUser("app:7"))
	copied("timestamp", "/a", "/b", llb.WithCreatedTime(time.Unix(1700000000, 5)))
	copied("epoch", "/a", "/b", llb.WithCreatedTime(time.Unix(0, 0)))

	file := func(name string, st func() llb.State, a *llb.FileAction, opts ...llb.ConstraintsOpt) {
		add("file_"+name, func() llb.State { return st().File(a, opts...) })
	}
	t := time.Unix(1700000000, 0)
	file("mkfile", llb.Scratch, llb.Mkfile("/a", 0o644, []byte("hello\n")))
	file("mkfile_empty", alpine, llb.Mkfile("a/../b", 0o400, nil))
	file("mkfile_all", alpine, llb.Mkfile("/a", 0o4755, []byte{0, 255}, llb.WithUser("app"), llb.WithCreatedTime(t)))
	file("mkdir", llb.Scratch, llb.Mkdir("/a", 0o755))
	file("mkdir_all", alpine, llb.Mkdir("/a/b", 0o700, llb.WithParents(true), llb.WithUIDGID(1, 2), llb.WithCreatedTime(t)))
	file("rm", alpine, llb.Rm("/a"))
	file("rm_all", alpine, llb.Rm("/a*", llb.WithAllowNotFound(true), llb.WithAllowWildcard(true)))
	file("symlink", alpine, llb.Symlink("../x", "/a"))
	file("symlink_all", alpine, llb.Symlink("x", "/a", llb.WithUser("0:0"), llb.WithCreatedTime(t)))
	file("chain", alpine, llb.Mkdir("/a", 0o755).Mkfile("/a/b", 0o644, []byte("x")).Rm("/etc/x").Symlink("b", "/a/c").
		Copy(client(), "/src", "/a/").Copy(busybox(), "/bin", "/a/"))
	file("chain_on_scratch", llb.Scratch, llb.Mkdir("/a", 0o755).Copy(busybox(), "/x", "/a/").Copy(client(), "/x", "/a/"))
	file("copy_same_twice", busybox, llb.Copy(client(), "/a", "/b").Copy(client(), "/c", "/d"))
	file("copy_from_itself", busybox, llb.Copy(busybox(), "/a", "/b"))
	file("copy_from_scratch", busybox, llb.Copy(llb.Scratch(), "/", "/"))
	file("copy_from_chain", alpine, llb.Mkdir("/x", 0o755).Copy(
		llb.Mkdir("/d", 0o755).Mkfile("/d/f", 0o644, []byte("y")).WithState(busybox()), "/d", "/e").Rm("/x"))
	file("copy_from_chain_of_copies", alpine, llb.Copy(
		llb.Copy(client(), "/a", "/b", llb.WithUser("app")).WithState(llb.Scratch()), "/b", "/c").Copy(client(), "/q", "/r"))
	file("constraints", alpine, llb.Mkdir("/a", 0o755), llb.Require("x"))

	add("merge_two", func() llb.State { return llb.Merge([]llb.State{alpine(), busybox()}) })
	add("merge_many", func() llb.State {
		return llb.Merge([]llb.State{alpine(), busybox(), llb.Scratch(), client(), busybox()})
	})
	add("merge_one", func() llb.State { return llb.Merge([]llb.State{llb.Scratch(), busybox()}) })
	add("merge_platform", func() llb.State {
		return llb.Merge([]llb.State{llb.Image("alpine", llb.LinuxArm64), busybox()}).Run(llb.Args([]string{"x"})).Root()
	})
	add("diff", func() llb.State { return llb.Diff(alpine(), alpine().Run(llb.Args([]string{"x"})).Root()) })
	add("diff_same", func() llb.State { return llb.Diff(alpine(), alpine()) })
	add("diff_to_scratch", func() llb.State { return llb.Diff(alpine(), llb.Scratch()) })
	add("diff_from_scratch", func() llb.State { return llb.Diff(llb.Scratch(), alpine()) })
	add("passthrough", func() llb.State { return alpine().Requires("id", busybox(), client()) })
	add("passthrough_outputs", func() llb.State {
		op := llb.NewPassthroughOp("two", []llb.PassthroughInput{
			{State: alpine(), Output: true}, {State: client(), Output: true}, {State: busybox()},
		})
		return llb.Merge([]llb.State{llb.NewState(op.OutputAt(1)), llb.NewState(op.OutputAt(0))})
	})
	add("build", func() llb.State { return busybox().With(llbbuild.Build()) })
	add("build_filename", func() llb.State { return busybox().With(llbbuild.Build(llbbuild.WithFilename("app.pb"))) })
}
