//! Limits on what one step may use.

use buildkit_proto::ext;

use crate::wire::Writer;

/// Limits on CPU and memory of one exec. They are outside the digest and the cache key; `None` is "no limit of its own".
///
/// Since BuildKit v0.31; older engines leave them out (see [`Output::adapted_to`](crate::Output::adapted_to)).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// Memory, in bytes.
    pub memory: Option<u64>,
    /// Memory and swap together.
    pub memory_swap: Option<Swap>,
    /// Relative weight of the CPU share; 1024 is the default of the kernel.
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
    /// As much swap as there is.
    Unlimited,
    /// So many bytes of memory and swap.
    Bytes(u64),
}

impl Resources {
    /// Whether no limit is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn swap_number(&self) -> i64 {
        match self.memory_swap {
            Some(Swap::Unlimited) => -1,
            Some(Swap::Bytes(bytes)) => signed(Some(bytes)),
            None => 0,
        }
    }

    pub(crate) fn encode(&self, w: &mut Writer) {
        w.int(1, signed(self.memory));
        w.int(2, self.swap_number());
        w.uint(3, self.cpu_shares.unwrap_or_default());
        w.uint(4, self.cpu_period.unwrap_or_default());
        w.int(5, signed(self.cpu_quota));
        w.string(6, self.cpuset_cpus.as_deref().unwrap_or_default());
        w.string(7, self.cpuset_mems.as_deref().unwrap_or_default());
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
