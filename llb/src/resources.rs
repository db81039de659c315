//! Resource limits of a step.

use buildkit_proto::ext;

use crate::wire::Writer;

/// Limits on CPU and memory of one exec. They are outside the digest and the cache key; `None` means no separate limit.
///
/// Since BuildKit v0.31; older engines ignore them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// Memory, in bytes.
    pub memory: Option<u64>,
    /// Memory and swap together, in bytes.
    pub memory_swap: Option<Swap>,
    /// Relative weight of the CPU share; 1024 is the kernel's default.
    pub cpu_shares: Option<u64>,
    /// Period of the CPU scheduler, in microseconds.
    pub cpu_period: Option<u64>,
    /// CPU time per period, in microseconds.
    pub cpu_quota: Option<u64>,
    /// CPUs the step may run on, such as `0-3`.
    pub cpuset_cpus: Option<String>,
    /// Memory nodes the step may use, such as `0,1`.
    pub cpuset_mems: Option<String>,
}

/// A limit on memory and swap together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swap {
    /// Unlimited swap.
    Unlimited,
    /// The number of bytes for memory and swap.
    Bytes(u64),
}

impl Resources {
    /// Whether there are no limits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn to_wire(&self) -> ext::LinuxResources {
        ext::LinuxResources {
            memory: signed(self.memory),
            memory_swap: match self.memory_swap {
                Some(Swap::Unlimited) => -1,
                Some(Swap::Bytes(bytes)) => signed(Some(bytes)),
                None => 0,
            },
            cpu_shares: self.cpu_shares.unwrap_or_default(),
            cpu_period: self.cpu_period.unwrap_or_default(),
            cpu_quota: signed(self.cpu_quota),
            cpuset_cpus: self.cpuset_cpus.clone().unwrap_or_default(),
            cpuset_mems: self.cpuset_mems.clone().unwrap_or_default(),
        }
    }

    pub(crate) fn encode(&self, w: &mut Writer) {
        let wire = self.to_wire();
        w.int(1, wire.memory);
        w.int(2, wire.memory_swap);
        w.uint(3, wire.cpu_shares);
        w.uint(4, wire.cpu_period);
        w.int(5, wire.cpu_quota);
        w.string(6, &wire.cpuset_cpus);
        w.string(7, &wire.cpuset_mems);
    }
}

fn signed(number: Option<u64>) -> i64 {
    number.map_or(0, |n| i64::try_from(n).unwrap_or(i64::MAX))
}

impl From<ext::LinuxResources> for Resources {
    fn from(wire: ext::LinuxResources) -> Self {
        let unsigned = |n: i64| u64::try_from(n).ok().filter(|n| *n != 0);
        let text = |t: String| Some(t).filter(|t| !t.is_empty());
        Self {
            memory: unsigned(wire.memory),
            memory_swap: match wire.memory_swap {
                0 => None,
                n => Some(u64::try_from(n).map_or(Swap::Unlimited, Swap::Bytes)),
            },
            cpu_shares: Some(wire.cpu_shares).filter(|n| *n != 0),
            cpu_period: Some(wire.cpu_period).filter(|n| *n != 0),
            cpu_quota: unsigned(wire.cpu_quota),
            cpuset_cpus: text(wire.cpuset_cpus),
            cpuset_mems: text(wire.cpuset_mems),
        }
    }
}
