//! Options of the command line that apply to all steps.

use std::collections::BTreeMap;
use std::net::IpAddr;

use buildkit_llb::exec::{Proxy, Ulimit};
use buildkit_llb::{Resources, Swap};
use buildkit_proto::keys::{build_args, opts};

use super::given::Given;

/// The network of steps with network access, set by `--network`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepNetwork {
    /// An isolated network with access to the outside.
    Sandbox,
    /// The network of the engine.
    Host,
    /// None.
    None,
}

/// Options of steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StepOptions {
    pub(crate) network: StepNetwork,
    /// Proxies, which the client takes from its configuration or from build arguments.
    pub(crate) proxy: Option<Proxy>,
    /// Lines of `/etc/hosts`.
    pub(crate) hosts: Vec<(String, IpAddr)>,
    pub(crate) ulimits: Vec<Ulimit>,
    /// Size of `/dev/shm` in bytes.
    pub(crate) shm_bytes: Option<u64>,
    pub(crate) cgroup_parent: Option<String>,
    pub(crate) hostname: Option<String>,
    /// Limits of memory and CPU.
    pub(crate) resources: Resources,
}

impl StepOptions {
    pub(super) fn read(given: &mut Given, build_args: &BTreeMap<String, String>) -> Result<Self, String> {
        Ok(Self {
            network: match given.take(opts::FORCE_NETWORK_MODE).as_deref() {
                None | Some("" | "default" | "sandbox") => StepNetwork::Sandbox,
                Some("host") => StepNetwork::Host,
                Some("none") => StepNetwork::None,
                Some(other) => {
                    return Err(format!("`--network {other}` is not supported; use default, host or none"));
                }
            },
            proxy: proxy(build_args),
            hosts: given.list(opts::ADD_HOSTS).iter().map(|text| host(text)).collect::<Result<_, _>>()?,
            ulimits: given.list(opts::ULIMIT).iter().map(|text| ulimit(text)).collect::<Result<_, _>>()?,
            shm_bytes: given
                .take(opts::SHM_SIZE)
                .map(|text| text.parse().map_err(|_| format!("`--shm-size {text}` is not a number of bytes")))
                .transpose()?,
            cgroup_parent: given.text(opts::CGROUP_PARENT),
            hostname: {
                let own = build_args.get(build_args::SANDBOX_HOSTNAME).filter(|name| !name.is_empty());
                own.cloned().or_else(|| given.text(opts::HOSTNAME))
            },
            resources: resources(given)?,
        })
    }
}

/// The limits of memory and CPU.
fn resources(given: &mut Given) -> Result<Resources, String> {
    let memory_swap = match given.text(opts::MEMORY_SWAP).as_deref() {
        Some("-1") => Some(Swap::Unlimited),
        Some(text) => Some(Swap::Bytes(positive(opts::MEMORY_SWAP, text)?)),
        None => None,
    };
    let mut number = |key| given.text(key).map(|text| positive(key, &text)).transpose();
    Ok(Resources {
        memory: number(opts::MEMORY)?,
        memory_swap,
        cpu_shares: number(opts::CPU_SHARES)?,
        cpu_period: number(opts::CPU_PERIOD)?,
        cpu_quota: number(opts::CPU_QUOTA)?,
        cpuset_cpus: given.text(opts::CPUSET_CPUS),
        cpuset_mems: given.text(opts::CPUSET_MEMS),
    })
}

fn positive(key: &str, text: &str) -> Result<u64, String> {
    text.parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| format!("the option `{key}` must be a positive number, not `{text}`"))
}

/// The proxies among the build arguments; their names are in upper or lower case.
fn proxy(build_args: &BTreeMap<String, String>) -> Option<Proxy> {
    let find = |wanted: &str| {
        let mut found =
            build_args.iter().filter(|(name, value)| name.eq_ignore_ascii_case(wanted) && !value.is_empty());
        found.next().map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let proxy = Proxy {
        http: find("HTTP_PROXY"),
        https: find("HTTPS_PROXY"),
        ftp: find("FTP_PROXY"),
        no: find("NO_PROXY"),
        all: find("ALL_PROXY"),
    };
    (proxy != Proxy::default()).then_some(proxy)
}

fn host(text: &str) -> Result<(String, IpAddr), String> {
    text.split_once('=')
        .and_then(|(name, ip)| Some((name.to_lowercase(), ip.trim_matches(['[', ']']).parse().ok()?)))
        .ok_or_else(|| format!("`--add-host {text}` is not of the form name=address"))
}

fn ulimit(text: &str) -> Result<Ulimit, String> {
    let wrong = || format!("`--ulimit {text}` is not of the form name=soft:hard");
    let (name, limits) = text.split_once('=').ok_or_else(wrong)?;
    let (soft, hard) = limits.split_once(':').unwrap_or((limits, limits));
    let number = |text: &str| text.parse().map_err(|_| wrong());
    Ok(Ulimit { name: name.to_owned(), soft: number(soft)?, hard: number(hard)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(options: &[(&str, &str)], args: &[(&str, &str)]) -> Result<StepOptions, String> {
        let owned = |list: &[(&str, &str)]| {
            list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>()
        };
        StepOptions::read(&mut Given(owned(options)), &owned(args))
    }

    #[test]
    fn values_are_read() {
        let steps = read(
            &[
                ("force-network-mode", "host"),
                ("add-hosts", "a=1.2.3.4,B=::1"),
                ("ulimit", "nofile=1024:2048,core=0"),
                ("shm-size", "65536"),
                ("cgroup-parent", "/x"),
                ("hostname", "other"),
                ("memory", "1048576"),
                ("memswap", "-1"),
                ("cpushares", "77"),
                ("cpusetcpus", "0-1"),
            ],
            &[
                ("https_proxy", "http://proxy:3128"),
                ("NO_PROXY", "localhost"),
                ("BUILDKIT_SANDBOX_HOSTNAME", "builder"),
            ],
        )
        .unwrap();
        assert_eq!(steps.network, StepNetwork::Host);
        assert_eq!(steps.hosts[1], ("b".to_owned(), "::1".parse().unwrap()));
        assert_eq!((steps.ulimits[0].soft, steps.ulimits[0].hard, steps.ulimits[1].hard), (1024, 2048, 0));
        assert_eq!(steps.shm_bytes, Some(65536));
        assert_eq!(steps.proxy.unwrap().https, "http://proxy:3128");
        assert_eq!(steps.hostname.as_deref(), Some("builder"));
        assert_eq!(
            steps.resources,
            Resources {
                memory: Some(1 << 20),
                memory_swap: Some(Swap::Unlimited),
                cpu_shares: Some(77),
                cpuset_cpus: Some("0-1".to_owned()),
                ..Resources::default()
            }
        );
        let none = read(&[("memory", ""), ("hostname", "")], &[("BUILDKIT_SANDBOX_HOSTNAME", "")]).unwrap();
        assert!(none.proxy.is_none() && none.hostname.is_none() && none.resources.is_empty());
    }

    #[test]
    fn nonsense_is_refused_in_words() {
        for (option, value) in [
            ("force-network-mode", "wlan"),
            ("add-hosts", "a"),
            ("ulimit", "nofile=x"),
            ("shm-size", "big"),
            ("memory", "1g"),
            ("memswap", "-2"),
            ("cpuquota", "0"),
        ] {
            assert!(read(&[(option, value)], &[]).unwrap_err().contains(value), "{option}");
        }
    }
}
