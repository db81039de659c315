package main

import (
	"net"

	"github.com/moby/buildkit/client/llb"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

func alpine() llb.State { return llb.Image("alpine") }

func busybox() llb.State { return llb.Image("busybox") }

func client() llb.State { return llb.Local("context", llb.SessionID("s1")) }

func init() {
	run := func(name string, opts ...llb.RunOption) {
		add("exec_"+name, func() llb.State {
			return alpine().Run(append([]llb.RunOption{llb.Args([]string{"make", "-j", "all"})}, opts...)...).Root()
		})
	}
	run("plain")
	run("shell", llb.Args([]string{"/bin/sh", "-c", "echo hello > /x"}))
	run("empty_arg", llb.Args([]string{"x", "", "y"}))
	run("env", llb.With(llb.AddEnv("A", "1"), llb.AddEnv("B", ""), llb.AddEnv("A", "2")))
	run("cwd", llb.Dir("/src/./x"))
	run("cwd_relative", llb.Dir("src/../y"))
	run("user", llb.User("app:staff"))
	run("hostname", llb.With(llb.Hostname("builder")))
	run("network_none", llb.Network(llb.NetModeNone))
	run("network_host", llb.Network(llb.NetModeHost))
	run("insecure", llb.Security(llb.SecurityModeInsecure))
	run("ulimits", llb.AddUlimit(llb.UlimitNofile, 1024, 2048), llb.AddUlimit(llb.UlimitCore, -1, -1))
	run("extra_hosts", llb.AddExtraHost("a", net.ParseIP("10.0.0.1")), llb.AddExtraHost("b", net.ParseIP("fe80::1:0:0")),
		llb.AddExtraHost("c", net.ParseIP("::ffff:1.2.3.4")))
	run("cgroup_parent", llb.WithCgroupParent("/builds"))
	run("proxy", llb.WithProxy(llb.ProxyEnv{HTTPProxy: "h", HTTPSProxy: "s", FTPProxy: "f", NoProxy: "n", AllProxy: "a"}))
	run("proxy_empty", llb.WithProxy(llb.ProxyEnv{}))
	run("devices", llb.AddCDIDevice(llb.CDIDeviceName("vendor.com/gpu=0")),
		llb.AddCDIDevice(llb.CDIDeviceName("vendor.com/gpu=1"), llb.CDIDeviceOptional))
	run("exit_codes", llb.ValidExitCodes(0, 3, 255))
	run("exit_code_negative", llb.ValidExitCodes(-1))
	run("secret_env", llb.AddSecretWithDest("token", nil, llb.SecretAsEnvName("TOKEN")),
		llb.AddSecretWithDest("t2", nil, llb.SecretAsEnvName("T2"), llb.SecretOptional))
	run("platform", llb.LinuxArm64)
	run("constraints", llb.Require("worker==a", "b"))
	run("resources", llb.WithLinuxResources(llb.LinuxResources{
		Memory: 64 << 20, MemorySwap: -1, CPUShares: 512, CPUPeriod: 100000, CPUQuota: 50000, CpusetCpus: "0-1", CpusetMems: "0",
	}))
	add("exec_on_scratch", func() llb.State { return llb.Scratch().Run(llb.Args([]string{"x"})).Root() })
	add("exec_inherits_platform", func() llb.State {
		return llb.Image("alpine", llb.LinuxArm64).File(llb.Mkdir("/x", 0o755)).Run(llb.Args([]string{"x"})).Root()
	})
	add("exec_normalizes_platform", func() llb.State {
		return llb.Image("alpine", llb.Platform(ocispecs.Platform{OS: "linux", Architecture: "arm64"})).
			Run(llb.Args([]string{"x"})).Root()
	})

	mount := func(name, dest string, st func() llb.State, opts ...llb.MountOption) {
		run("mount_"+name, llb.AddMount(dest, st(), opts...))
	}
	mount("bind", "/src", busybox, llb.Readonly)
	mount("bind_selector", "/src", client, llb.Readonly, llb.SourcePath("/web"))
	mount("bind_discard", "/src", client, llb.ForceNoOutput)
	mount("bind_scratch", "/src", llb.Scratch, llb.Readonly)
	mount("bind_same_as_root", "/src", alpine, llb.Readonly)
	mount("content_cache_on", "/src", client, llb.Readonly, llb.ContentCache(llb.MountContentCacheOn))
	mount("content_cache_off", "/src", client, llb.ForceNoOutput, llb.ContentCache(llb.MountContentCacheOff))
	mount("cache_shared", "/c", llb.Scratch, llb.AsPersistentCacheDir("id", llb.CacheMountShared))
	mount("cache_private", "/c", llb.Scratch, llb.AsPersistentCacheDir("id", llb.CacheMountPrivate))
	mount("cache_locked", "/c", llb.Scratch, llb.AsPersistentCacheDir("id", llb.CacheMountLocked))
	mount("cache_from", "/c", busybox, llb.AsPersistentCacheDir("id", llb.CacheMountLocked), llb.SourcePath("/etc"))
	mount("tmpfs", "/t", llb.Scratch, llb.Tmpfs())
	mount("tmpfs_size", "/t", llb.Scratch, llb.Tmpfs(llb.TmpfsSize(64<<20)))
	dest := "/run/secrets/x"
	run("mount_secret", llb.AddSecretWithDest("token", &dest))
	run("mount_secret_options", llb.AddSecretWithDest("token", &dest, llb.SecretFileOpt(1, 2, 0o440), llb.SecretOptional))
	run("mount_ssh", llb.AddSSHSocket())
	run("mount_ssh_options", llb.AddSSHSocket(llb.SSHID("work"), llb.SSHSocketOpt("/agent", 1, 2, 0o660), llb.SSHOptional))
	run("mount_ssh_two", llb.AddSSHSocket(llb.SSHID("a")), llb.AddSSHSocket(llb.SSHID("b")))
	run("mount_ssh_own_variable", llb.AddSSHSocket(), llb.With(llb.AddEnv("SSH_AUTH_SOCK", "/x"), llb.AddEnv("B", "1")))
	run("mount_sorted", llb.AddMount("/z", busybox(), llb.Readonly), llb.AddMount("/a", client(), llb.Readonly),
		llb.AddMount("/m", llb.Scratch(), llb.Tmpfs()), llb.AddMount("/b", busybox(), llb.Readonly),
		llb.AddMount("/c", llb.Scratch(), llb.AsPersistentCacheDir("c", llb.CacheMountShared)))
	run("mount_all", llb.AddSSHSocket(llb.SSHID("k")), llb.AddSecretWithDest("token", &dest),
		llb.AddMount("/t", llb.Scratch(), llb.Tmpfs()), llb.AddMount("/a", client(), llb.Readonly),
		llb.AddSecretWithDest("t2", nil, llb.SecretAsEnvName("T2")))

	add("kept_scratch", func() llb.State {
		return alpine().Run(llb.Args([]string{"make"})).AddMount("/out", llb.Scratch())
	})
	add("kept_two", func() llb.State {
		e := alpine().Run(llb.Args([]string{"make"}), llb.AddMount("/ro", busybox(), llb.Readonly))
		z := e.AddMount("/z", llb.Scratch())
		a := e.AddMount("/a", busybox(), llb.SourcePath("/etc"))
		return llb.Merge([]llb.State{e.Root(), z, a})
	})
	add("kept_read_only_root", func() llb.State {
		e := alpine().Run(llb.Args([]string{"make"}), llb.ReadonlyRootFS())
		return e.AddMount("/out", llb.Scratch())
	})
	add("kept_before_root_in_chain", func() llb.State {
		e := alpine().Run(llb.Args([]string{"a"}))
		out := e.AddMount("/out", llb.Scratch())
		return busybox().Run(llb.Args([]string{"b"}), llb.AddMount("/in", out, llb.Readonly), llb.AddMount("/root", e.Root(), llb.Readonly)).Root()
	})
}
