//! Running a process on a result.

use std::net::IpAddr;

use crate::{Annotations, Output, Platform, Resources, annotate::annotated};

mod encode;
mod mount;
mod secret;

pub use mount::{BindMount, CacheMount, CacheSharing, ContentCache, KeptMount, Mount, TmpfsMount};
pub use secret::{SecretEnv, SecretMount, SshMount};

/// A process that runs on a root file system, with other results and other things mounted into it.
///
/// Give it a root, mounts and settings, then [`Exec::run`] it for the changed root, or [`Exec::run_keeping`] for the
/// content of mounts as well.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let base = Image::new("golang:1.24").into_output();
/// let source = Local::new("context").into_output();
/// let tested = Exec::new("go")
///     .args(["test", "./..."])
///     .root(&base)
///     .cwd("/src")
///     .env("CGO_ENABLED", "0")
///     .network(Network::None)
///     .mount(Mount::bind("/src", &source))
///     .mount(Mount::cache("/root/.cache/go-build", "go-build"))
///     .run();
/// # assert!(!tested.is_scratch());
/// ```
#[derive(Clone, Debug)]
pub struct Exec {
    args: Vec<String>,
    env: Vec<(String, String)>,
    cwd: String,
    user: String,
    hostname: String,
    root: Output,
    read_only_root: bool,
    network: Network,
    security: Security,
    ulimits: Vec<Ulimit>,
    extra_hosts: Vec<(String, IpAddr)>,
    cgroup_parent: String,
    proxy: Option<Proxy>,
    devices: Vec<Device>,
    valid_exit_codes: Vec<i32>,
    secret_env: Vec<SecretEnv>,
    mounts: Vec<Mount>,
    resources: Option<Resources>,
    platform: Option<Platform>,
    annotations: Annotations,
}

annotated!(Exec);

/// Which network a process sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// One of its own, with a way out.
    #[default]
    Sandbox,
    /// That of the engine. The client must grant `network.host`.
    Host,
    /// None but its own loopback.
    None,
}

/// What a process is allowed to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Security {
    /// What containers are allowed.
    #[default]
    Sandbox,
    /// Everything. The client must grant `security.insecure`.
    Insecure,
}

/// A limit of the kernel on a process. Since BuildKit v0.10.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ulimit {
    /// Its name: `nofile`, `nproc`, `core`, …
    pub name: String,
    /// The limit in force.
    pub soft: i64,
    /// What the process may raise it to.
    pub hard: i64,
}

/// Proxy settings. A process sees them as variables in upper and lower case; they are not part of the cache key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxy {
    /// `HTTP_PROXY`
    pub http: String,
    /// `HTTPS_PROXY`
    pub https: String,
    /// `FTP_PROXY`
    pub ftp: String,
    /// `NO_PROXY`
    pub no: String,
    /// `ALL_PROXY`
    pub all: String,
}

/// A device by its CDI name. Since BuildKit v0.20; the client must grant `device`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// `vendor.com/class=name`
    pub name: String,
    /// Whether the process runs without it, if the engine has none.
    pub optional: bool,
}

impl Exec {
    /// A program without arguments yet. It runs on scratch until it gets a [`root`](Exec::root).
    #[must_use]
    pub fn new(program: impl Into<String>) -> Self {
        Self {
            args: vec![program.into()],
            env: Vec::new(),
            cwd: "/".into(),
            user: String::new(),
            hostname: String::new(),
            root: Output::scratch(),
            read_only_root: false,
            network: Network::Sandbox,
            security: Security::Sandbox,
            ulimits: Vec::new(),
            extra_hosts: Vec::new(),
            cgroup_parent: String::new(),
            proxy: None,
            devices: Vec::new(),
            valid_exit_codes: Vec::new(),
            secret_env: Vec::new(),
            mounts: Vec::new(),
            resources: None,
            platform: None,
            annotations: Annotations::new(),
        }
    }

    /// A program and its arguments in one list; `None` if the list is empty.
    #[must_use]
    pub fn from_argv<S: Into<String>>(argv: impl IntoIterator<Item = S>) -> Option<Self> {
        let mut argv = argv.into_iter();
        Some(Self::new(argv.next()?).args(argv))
    }

    /// A script for `/bin/sh -c`.
    #[must_use]
    pub fn shell(script: impl Into<String>) -> Self {
        Self::new("/bin/sh").arg("-c").arg(script)
    }

    /// One more argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// More arguments.
    #[must_use]
    pub fn args<S: Into<String>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// The root file system.
    #[must_use]
    pub fn root(mut self, root: &Output) -> Self {
        self.root = root.clone();
        self
    }

    /// Forbids changes of the root. Then only kept mounts have a result; [`Exec::run`] gives the root back as it was.
    #[must_use]
    pub fn read_only_root(mut self) -> Self {
        self.read_only_root = true;
        self
    }

    /// An environment variable. The last value of a name counts, and its place.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        self.env.retain(|(have, _)| *have != name);
        self.env.push((name, value.into()));
        self
    }

    /// Environment variables, as [`Exec::env`].
    #[must_use]
    pub fn envs<K: Into<String>, V: Into<String>>(self, variables: impl IntoIterator<Item = (K, V)>) -> Self {
        variables.into_iter().fold(self, |exec, (name, value)| exec.env(name, value))
    }

    /// The working directory, which is made if it does not exist. A relative path counts from the root; `/` is the
    /// default.
    #[must_use]
    pub fn cwd(mut self, path: impl Into<String>) -> Self {
        let path: String = path.into();
        self.cwd = if path.starts_with('/') || path.contains(":\\") { path } else { crate::path::absolute(&path) };
        self
    }

    /// The user: a name or a number, with an optional group after a colon. Root is the default.
    #[must_use]
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = user.into();
        self
    }

    /// The host name that the process sees.
    #[must_use]
    pub fn hostname(mut self, hostname: impl Into<String>) -> Self {
        self.hostname = hostname.into();
        self
    }

    /// Which network the process sees.
    #[must_use]
    pub fn network(mut self, network: Network) -> Self {
        self.network = network;
        self
    }

    /// What the process is allowed to do.
    #[must_use]
    pub fn security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }

    /// A limit of the kernel.
    #[must_use]
    pub fn ulimit(mut self, name: impl Into<String>, soft: i64, hard: i64) -> Self {
        let name = name.into();
        self.ulimits.push(Ulimit { name, soft, hard });
        self
    }

    /// A line in `/etc/hosts`. The address is not part of the cache key.
    #[must_use]
    pub fn extra_host(mut self, host: impl Into<String>, ip: IpAddr) -> Self {
        self.extra_hosts.push((host.into(), ip));
        self
    }

    /// The cgroup under which the process runs. Since BuildKit v0.10.
    #[must_use]
    pub fn cgroup_parent(mut self, path: impl Into<String>) -> Self {
        self.cgroup_parent = path.into();
        self
    }

    /// Proxy settings.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// A device.
    #[must_use]
    pub fn device(mut self, device: Device) -> Self {
        self.devices.push(device);
        self
    }

    /// The exit codes that count as success, instead of 0 alone. Since BuildKit v0.17.
    #[must_use]
    pub fn valid_exit_codes(mut self, codes: impl IntoIterator<Item = i32>) -> Self {
        self.valid_exit_codes = codes.into_iter().collect();
        self
    }

    /// A secret as an environment variable. Its value is in no cache key and no history. Since BuildKit v0.10.
    #[must_use]
    pub fn secret_env(mut self, secret: SecretEnv) -> Self {
        self.secret_env.push(secret);
        self
    }

    /// Something mounted whose changes do not matter after the process.
    #[must_use]
    pub fn mount(mut self, mount: impl Into<Mount>) -> Self {
        self.mounts.push(mount.into());
        self
    }

    /// Several of them.
    #[must_use]
    pub fn mounts<M: Into<Mount>>(mut self, mounts: impl IntoIterator<Item = M>) -> Self {
        self.mounts.extend(mounts.into_iter().map(Into::into));
        self
    }

    /// Limits on CPU and memory. Since BuildKit v0.31.
    #[must_use]
    pub fn resources(mut self, resources: Resources) -> Self {
        self.resources = Some(resources).filter(|resources| !resources.is_empty());
        self
    }

    /// The platform to run on; without it, that of the root.
    #[must_use]
    pub fn platform(mut self, platform: impl Into<Platform>) -> Self {
        self.platform = Some(platform.into());
        self
    }

    /// Runs it: the root as the process leaves it.
    #[must_use]
    pub fn run(self) -> Output {
        self.finish(&[]).0
    }

    /// Runs it: the root as the process leaves it, and the content of further mounts.
    ///
    /// ```
    /// use buildkit_llb::prelude::*;
    ///
    /// let base = Image::new("alpine").into_output();
    /// let (_, [bin, docs]) = Exec::new("make").root(&base).read_only_root().run_keeping([
    ///     KeptMount::new("/out/bin", &Output::scratch()),
    ///     KeptMount::new("/out/docs", &Output::scratch()),
    /// ]);
    /// assert_eq!((bin.index(), docs.index()), (0, 1));
    /// ```
    #[must_use]
    pub fn run_keeping<const N: usize>(self, mounts: [KeptMount; N]) -> (Output, [Output; N]) {
        let (root, kept) = self.finish(&mounts);
        let mut kept = kept.into_iter();
        // As many come back as went in.
        (root, mounts.map(|_| kept.next().unwrap_or_default()))
    }

    /// [`Exec::run_keeping`] for a number of mounts that is not known beforehand; results come in the order of the
    /// mounts.
    #[must_use]
    pub fn run_keeping_all(self, mounts: &[KeptMount]) -> (Output, Vec<Output>) {
        self.finish(mounts)
    }
}
