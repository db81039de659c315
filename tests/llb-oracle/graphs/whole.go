package main

import (
	"fmt"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/solver/pb"
)

func lines(first, last int32) []*pb.Range {
	return []*pb.Range{{Start: &pb.Position{Line: first}, End: &pb.Position{Line: last}}}
}

func init() {
	said := func(name string, opts ...llb.ConstraintsOpt) {
		add("said_"+name, func() llb.State { return alpine().File(llb.Mkdir("/a", 0o755), opts...) })
	}
	said("name", llb.WithCustomName("[internal] x"))
	said("description", llb.WithDescription(map[string]string{"b": "2", "a": "1", "c": ""}))
	said("ignore_cache", llb.IgnoreCache)
	said("export_cache", llb.WithExportCache())
	said("no_export_cache", llb.WithoutExportCache())
	said("group", llb.ProgressGroup("id", "name", false))
	said("weak_group", llb.ProgressGroup("id", "name", true))
	said("everything", llb.WithCustomName("n"), llb.IgnoreCache, llb.WithExportCache(), llb.ProgressGroup("i", "n", true), llb.Require("r"))
	file := llb.NewSourceMap(nil, "build.yaml", "YAML", []byte("a: 1\nb: 2\n"))
	equal := llb.NewSourceMap(nil, "build.yaml", "YAML", []byte("a: 1\nb: 2\n"))
	other := llb.NewSourceMap(nil, "other.yaml", "YAML", nil)
	said("location", file.Location(lines(1, 2)))
	said("two_locations", file.Location(lines(1, 1)), other.Location(append(lines(1, 1), lines(3, 4)...)))
	add("said_locations_in_equal_files", func() llb.State {
		return llb.Image("alpine", file.Location(lines(1, 1))).Run(llb.Args([]string{"x"}), equal.Location(lines(2, 2)),
			other.Location(lines(1, 1))).Root()
	})
	add("said_location_with_definition", func() llb.State {
		st := client()
		loaded := llb.NewSourceMap(&st, "build.yaml", "YAML", []byte("x"))
		return llb.Image("alpine", loaded.Location(lines(1, 1)))
	})
	add("said_twice", func() llb.State {
		// One op by its digest, two by their metadata.
		a := alpine().File(llb.Mkdir("/a", 0o755), llb.WithCustomName("first"), llb.IgnoreCache)
		b := alpine().File(llb.Mkdir("/a", 0o755), llb.WithCustomName("second"), llb.ProgressGroup("i", "n", false))
		return llb.Merge([]llb.State{busybox(), a, b})
	})

	add("graph_scratch", llb.Scratch)
	add("graph_diamond", func() llb.State {
		base := alpine()
		a := base.Run(llb.Args([]string{"a"})).Root()
		b := base.Run(llb.Args([]string{"b"})).Root()
		return base.Run(llb.Args([]string{"c"}), llb.AddMount("/a", a, llb.Readonly), llb.AddMount("/b", b, llb.Readonly)).Root()
	})
	add("graph_deep", func() llb.State {
		st := alpine()
		for i := range 60 {
			st = st.File(llb.Mkfile(fmt.Sprintf("/%d", i), 0o644, []byte("x")))
		}
		return st
	})
	add("graph_services", func() llb.State {
		base, runtime := llb.Image("golang:1.24"), llb.Image("gcr.io/distroless/static")
		var all []llb.State
		for i := range 12 {
			name := fmt.Sprintf("svc%d", i)
			src := llb.Scratch().File(llb.Copy(client(), "/"+name, "/", &llb.CopyInfo{CopyDirContentsOnly: true}))
			deps := base.Dir("/src").Run(llb.Args([]string{"go", "mod", "download"}), llb.AddMount("/src", src, llb.Readonly)).Root()
			e := deps.Dir("/src").Run(llb.Args([]string{"go", "build", "-o", "/out/" + name}), llb.AddMount("/src", src, llb.Readonly),
				llb.AddMount("/root/.cache", llb.Scratch(), llb.AsPersistentCacheDir("go", llb.CacheMountShared)), llb.WithCustomName("build "+name))
			out := e.AddMount("/out", llb.Scratch())
			layer := llb.Scratch().File(llb.Copy(out, "/"+name, "/app"))
			all = append(all, llb.Merge([]llb.State{runtime, layer}))
		}
		return llb.Merge(all)
	})
}
