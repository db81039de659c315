//! Running a process on a result.

use std::net::IpAddr;

use crate::{Annotations, Output, Platform, Resources, annotate::annotated};

mod encode;
mod mount;
mod secret;

pub use mount::{BindMount, CacheMount, CacheSharing, ContentCache, KeptMount, Mount, TmpfsMount};
pub use secret::{SecretEnv, SecretMount, SshMount};

/// A process on a root file system, with other mounts.
///
/// Set a root, mounts and options, then [`Exec::run`] it for the changed root, or [`Exec::run_keeping`] for the content
/// of mounts as well.
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

/// The network of a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// An isolated network with access to the outside.
    #[default]
    Sandbox,
    /// The engine's network. The client must grant `network.host`.
    Host,
    /// Only its own loopback.
    None,
}

/// The privileges of a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Security {
    /// Those of containers.
    #[default]
    Sandbox,
    /// All. The client must grant `security.insecure`.
    Insecure,
}

/// A resource limit of a process. Since BuildKit v0.10.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ulimit {
    /// Its name: `nofile`, `nproc`, `core`, …
    pub name: String,
    /// The soft limit.
    pub soft: i64,
    /// The hard limit.
    pub hard: i64,
}

/// Proxy settings, passed as variables in upper and lower case; they are not part of the cache key.
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
    /// Whether the process runs without it, if the engine lacks it.
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

    /// Makes the root read-only. Only kept mounts then have a result; [`Exec::run`] returns the root unchanged.
    #[must_use]
    pub fn read_only_root(mut self) -> Self {
        self.read_only_root = true;
        self
    }

    /// An environment variable. The last value of a name counts, and its position.
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

    /// The working directory, which is created if it does not exist. A relative path starts at the root; `/` is the
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

    /// The host name in the process.
    #[must_use]
    pub fn hostname(mut self, hostname: impl Into<String>) -> Self {
        self.hostname = hostname.into();
        self
    }

    /// The network of the process.
    #[must_use]
    pub fn network(mut self, network: Network) -> Self {
        self.network = network;
        self
    }

    /// The privileges of the process.
    #[must_use]
    pub fn security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }

    /// A resource limit.
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

    /// The cgroup of the process. Since BuildKit v0.10.
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

    /// The exit codes that count as success, instead of only 0. Since BuildKit v0.17.
    #[must_use]
    pub fn valid_exit_codes(mut self, codes: impl IntoIterator<Item = i32>) -> Self {
        self.valid_exit_codes = codes.into_iter().collect();
        self
    }

    /// A secret as an environment variable. Its value is never part of a cache key or the history. Since BuildKit
    /// v0.10.
    #[must_use]
    pub fn secret_env(mut self, secret: SecretEnv) -> Self {
        self.secret_env.push(secret);
        self
    }

    /// A mount whose changes are discarded.
    #[must_use]
    pub fn mount(mut self, mount: impl Into<Mount>) -> Self {
        self.mounts.push(mount.into());
        self
    }

    /// Several mounts.
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

    /// The platform to run on; by default, that of the root.
    #[must_use]
    pub fn platform(mut self, platform: impl Into<Platform>) -> Self {
        self.platform = Some(platform.into());
        self
    }

    /// Runs it and returns the changed root.
    #[must_use]
    pub fn run(self) -> Output {
        self.finish(&[]).0
    }

    /// Runs it and returns the changed root, and the content of other mounts.
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
        // Returns as many results as there are mounts.
        (root, mounts.map(|_| kept.next().unwrap_or_default()))
    }

    /// [`Exec::run_keeping`] for a number of mounts that is unknown at compile time; results are in the order of the
    /// mounts.
    #[must_use]
    pub fn run_keeping_all(self, mounts: &[KeptMount]) -> (Output, Vec<Output>) {
        self.finish(mounts)
    }
}
