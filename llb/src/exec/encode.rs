//! Converts an [`Exec`] to its op.
//!
//! Rules of BuildKit's client (`client/llb/exec.go`): the root and the mounts of results, caches and tmpfs are sorted
//! by path, then come secrets, then SSH agents; equal inputs are merged; outputs are numbered in the order of mounts.

use std::sync::Arc;

use super::{
    BindMount, CacheMount, CacheSharing, ContentCache, Exec, KeptMount, Mount, Network, SecretMount, Security,
    SshMount, TmpfsMount,
};
use crate::{
    Cap, CapSet, Output,
    output::{EMPTY, Envelope, Inputs, Kind},
    wire::Writer,
};

const NO_OUTPUT: i64 = -1;
const MOUNT_SECRET: u64 = 1;
const MOUNT_SSH: u64 = 2;
const MOUNT_CACHE: u64 = 3;
const MOUNT_TMPFS: u64 = 4;

/// A mount with its position in the order.
#[derive(Clone, Copy)]
enum Ordered<'a> {
    Root,
    Bind(&'a BindMount),
    Cache(&'a CacheMount),
    Tmpfs(&'a TmpfsMount),
    Kept(usize, &'a KeptMount),
}

/// One mount, ready to be encoded.
struct Line<'a> {
    mount: Ordered<'a>,
    input: i64,
    output: i64,
}

/// The output number of each result.
struct Numbers {
    root: Option<u32>,
    kept: Vec<u32>,
}

impl Exec {
    pub(super) fn finish(mut self, kept: &[KeptMount]) -> (Output, Vec<Output>) {
        let annotations = std::mem::take(&mut self.annotations);
        let resources = self.resources.take().map(Box::new);
        let mut inputs = Inputs::default();
        let mut numbers = Numbers { root: None, kept: vec![0; kept.len()] };
        let lines = self.order(kept, &mut inputs, &mut numbers);
        let platform = match &self.platform {
            Some(platform) => Some(Arc::new(platform.clone())),
            None => self.root.platform_handle(),
        };
        let envelope = Envelope {
            inputs,
            platform: platform.clone(),
            result_platform: platform,
            annotations,
            caps: self.caps(&lines, resources.is_some()),
        };
        let mut node = envelope.seal(Kind::Exec, |w| self.write(w, &lines));
        node.metadata.resources = resources;
        let node = Arc::new(node);
        let output = |index: u32| Output::new(Arc::clone(&node), index);
        let root = numbers.root.map_or_else(|| self.root.clone(), output);
        (root, numbers.kept.into_iter().map(output).collect())
    }

    fn order<'a>(&'a self, kept: &'a [KeptMount], inputs: &mut Inputs, numbers: &mut Numbers) -> Vec<Line<'a>> {
        let mut mounts = vec![("/", Ordered::Root)];
        for mount in &self.mounts {
            match mount {
                Mount::Bind(m) => mounts.push((&m.dest, Ordered::Bind(m))),
                Mount::Cache(m) => mounts.push((&m.dest, Ordered::Cache(m))),
                Mount::Tmpfs(m) => mounts.push((&m.dest, Ordered::Tmpfs(m))),
                Mount::Secret(_) | Mount::Ssh(_) => {}
            }
        }
        for (place, m) in kept.iter().enumerate() {
            mounts.push((&m.dest, Ordered::Kept(place, m)));
        }
        mounts.sort_by_key(|(dest, _)| *dest);
        let mut next = 0;
        let mut number = || {
            next += 1;
            next - 1
        };
        let line = |(_, mount)| {
            let empty = Output::scratch();
            let (from, output) = match mount {
                Ordered::Root if self.read_only_root => (&self.root, None),
                Ordered::Root => {
                    let output = number();
                    numbers.root = Some(output);
                    (&self.root, Some(output))
                }
                Ordered::Bind(m) => (&m.from, None),
                Ordered::Cache(m) => (&m.from, None),
                Ordered::Tmpfs(_) => (&empty, None),
                Ordered::Kept(place, m) => {
                    let output = number();
                    if let Some(number) = numbers.kept.get_mut(place) {
                        *number = output;
                    }
                    (&m.from, Some(output))
                }
            };
            Line { mount, input: inputs.add(from), output: output.map_or(NO_OUTPUT, i64::from) }
        };
        mounts.into_iter().map(line).collect()
    }

    fn secrets(&self) -> impl Iterator<Item = &SecretMount> {
        self.mounts.iter().filter_map(|mount| match mount {
            Mount::Secret(secret) => Some(secret),
            _ => None,
        })
    }

    fn ssh(&self) -> impl Iterator<Item = (String, &SshMount)> {
        let agents = self.mounts.iter().filter_map(|mount| match mount {
            Mount::Ssh(ssh) => Some(ssh),
            _ => None,
        });
        agents.enumerate().map(|(number, ssh)| {
            let default = || format!("/run/buildkit/ssh_agent.{number}");
            (ssh.dest.clone().unwrap_or_else(default), ssh)
        })
    }

    fn caps(&self, lines: &[Line<'_>], has_resources: bool) -> CapSet {
        let mut caps = CapSet::from([Cap::ExecMetaBase]);
        let mut need = |condition: bool, cap: Cap| {
            if condition {
                caps.insert(cap);
            }
        };
        need(!self.valid_exit_codes.is_empty(), Cap::ExecValidExitCode);
        need(!self.ulimits.is_empty(), Cap::ExecMetaUlimit);
        need(!self.cgroup_parent.is_empty(), Cap::ExecMetaCgroupParent);
        need(has_resources, Cap::ExecMetaLinuxResources);
        need(self.network != Network::Sandbox, Cap::ExecMetaNetwork);
        need(self.security != Security::Sandbox, Cap::ExecMetaSecurity);
        need(self.proxy.is_some(), Cap::ExecMetaProxy);
        need(!self.devices.is_empty(), Cap::ExecMetaCdi);
        let has_secrets = self.secrets().next().is_some() || !self.secret_env.is_empty();
        need(has_secrets, Cap::ExecMountSecret);
        need(!self.secret_env.is_empty(), Cap::ExecSecretEnv);
        need(self.ssh().next().is_some(), Cap::ExecMountSsh);
        for line in lines {
            match line.mount {
                Ordered::Root => need(line.input != EMPTY, Cap::ExecMountBind),
                Ordered::Bind(m) => {
                    need(line.input != EMPTY, Cap::ExecMountBind);
                    need(m.writable, Cap::ExecMountBindNoOutput);
                    need(!m.selector.is_empty(), Cap::ExecMountSelector);
                    need(m.content_cache != ContentCache::Default, Cap::ExecMountContentCache);
                }
                Ordered::Kept(_, m) => {
                    need(line.input != EMPTY, Cap::ExecMountBind);
                    need(!m.selector.is_empty(), Cap::ExecMountSelector);
                    need(m.content_cache != ContentCache::Default, Cap::ExecMountContentCache);
                }
                Ordered::Cache(m) => {
                    need(true, Cap::ExecMountCache);
                    need(true, Cap::ExecMountCacheSharing);
                    need(!m.selector.is_empty(), Cap::ExecMountSelector);
                }
                Ordered::Tmpfs(m) => {
                    need(true, Cap::ExecMountTmpfs);
                    need(m.size > 0, Cap::ExecMountTmpfsSize);
                }
            }
        }
        caps
    }

    fn write(&self, w: &mut Writer, lines: &[Line<'_>]) {
        w.message(1, |w| self.write_meta(w));
        for line in lines {
            w.message(2, |w| line.write(w, self.read_only_root));
        }
        for secret in self.secrets() {
            w.message(2, |w| {
                w.int(1, EMPTY);
                w.string(3, &secret.dest);
                w.uint(6, MOUNT_SECRET);
                w.message(21, |w| {
                    w.string(1, &secret.id);
                    w.uint(2, secret.uid.into());
                    w.uint(3, secret.gid.into());
                    w.uint(4, secret.mode.into());
                    w.bool(5, secret.optional);
                });
            });
        }
        for (dest, ssh) in self.ssh() {
            w.message(2, |w| {
                w.int(1, EMPTY);
                w.string(3, &dest);
                w.uint(6, MOUNT_SSH);
                w.message(22, |w| {
                    w.string(1, &ssh.id);
                    w.uint(2, ssh.uid.into());
                    w.uint(3, ssh.gid.into());
                    w.uint(4, ssh.mode.into());
                    w.bool(5, ssh.optional);
                });
            });
        }
        let network = match self.network {
            Network::Sandbox => 0,
            Network::Host => 1,
            Network::None => 2,
        };
        w.uint(3, network);
        w.bool(4, self.security == Security::Insecure);
        for secret in &self.secret_env {
            w.message(5, |w| {
                w.string(1, &secret.id);
                w.string(2, &secret.name);
                w.bool(3, secret.optional);
            });
        }
        for device in &self.devices {
            w.message(6, |w| {
                w.string(1, &device.name);
                w.bool(2, device.optional);
            });
        }
    }

    fn write_meta(&self, w: &mut Writer) {
        w.strings(1, &self.args);
        for (name, value) in &self.env {
            w.joined(2, &[name, "=", value]);
        }
        // A process does not find an agent without this variable.
        if let Some((dest, _)) = self.ssh().next()
            && !self.env.iter().any(|(name, _)| name == "SSH_AUTH_SOCK")
        {
            w.joined(2, &["SSH_AUTH_SOCK=", &dest]);
        }
        w.string(3, &self.cwd);
        w.string(4, &self.user);
        if let Some(proxy) = &self.proxy {
            w.message(5, |w| {
                w.string(1, &proxy.http);
                w.string(2, &proxy.https);
                w.string(3, &proxy.ftp);
                w.string(4, &proxy.no);
                w.string(5, &proxy.all);
            });
        }
        for (host, ip) in &self.extra_hosts {
            w.message(6, |w| {
                w.string(1, host);
                w.string(2, &ip.to_canonical().to_string());
            });
        }
        w.string(7, &self.hostname);
        for ulimit in &self.ulimits {
            w.message(9, |w| {
                w.string(1, &ulimit.name);
                w.int(2, ulimit.soft);
                w.int(3, ulimit.hard);
            });
        }
        w.string(10, &self.cgroup_parent);
        // Mount points that the engine created are removed again, with the parents that it created. Older engines
        // ignore it.
        w.bool(11, true);
        let codes: Vec<i64> = self.valid_exit_codes.iter().copied().map(i64::from).collect();
        w.packed(12, &codes);
    }
}

impl Line<'_> {
    fn write(&self, w: &mut Writer, read_only_root: bool) {
        let (dest, selector, read_only): (&str, &str, bool) = match self.mount {
            Ordered::Root => ("/", "", read_only_root),
            Ordered::Bind(m) => (&m.dest, &m.selector, !m.writable),
            Ordered::Cache(m) => (&m.dest, &m.selector, false),
            Ordered::Tmpfs(m) => (&m.dest, "", false),
            Ordered::Kept(_, m) => (&m.dest, &m.selector, false),
        };
        w.int(1, self.input);
        w.string(2, selector);
        w.string(3, dest);
        w.int(4, self.output);
        w.bool(5, read_only);
        match self.mount {
            Ordered::Cache(m) => {
                w.uint(6, MOUNT_CACHE);
                w.message(20, |w| {
                    w.string(1, &m.id);
                    let sharing = match m.sharing {
                        CacheSharing::Shared => 0,
                        CacheSharing::Private => 1,
                        CacheSharing::Locked => 2,
                    };
                    w.uint(2, sharing);
                });
            }
            Ordered::Tmpfs(m) => {
                w.uint(6, MOUNT_TMPFS);
                w.message(19, |w| w.uint(1, m.size));
            }
            Ordered::Bind(BindMount { content_cache, .. }) | Ordered::Kept(_, KeptMount { content_cache, .. }) => {
                let content_cache = match content_cache {
                    ContentCache::Default => 0,
                    ContentCache::On => 1,
                    ContentCache::Off => 2,
                };
                w.uint(24, content_cache);
            }
            Ordered::Root => {}
        }
    }
}
