//! Owners and time stamps of files.

use crate::{Output, wire::Writer};

/// The owner of a file from an action. The default is root for created files, and the source's owner for copied ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    user: Option<Principal>,
    group: Option<Principal>,
    pub(super) within: Option<Output>,
}

/// A user or a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// By number.
    Id(u32),
    /// By name. Names that are unknown to the file system silently become 0.
    Name(String),
}

impl Owner {
    /// A user and a group by number.
    #[must_use]
    pub const fn ids(uid: u32, gid: u32) -> Self {
        Self::new(Some(Principal::Id(uid)), Some(Principal::Id(gid)))
    }

    /// A user and a group. Without a group: for a name, the user's own; for a number, the group with the same number.
    #[must_use]
    pub const fn new(user: Option<Principal>, group: Option<Principal>) -> Self {
        Self { user, group, within: None }
    }

    /// `user` or `user:group`, each a number or a name; `root` is 0.
    ///
    /// ```
    /// use buildkit_llb::file::{Owner, Principal};
    ///
    /// assert_eq!(Owner::parse("65532:0"), Owner::ids(65532, 0));
    /// assert_eq!(Owner::parse("app"), Owner::new(Some(Principal::Name("app".into())), None));
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let principal = |text: &str| match (text, text.parse()) {
            ("root", _) => Principal::Id(0),
            (_, Ok(id)) => Principal::Id(id),
            (name, Err(_)) => Principal::Name(name.to_owned()),
        };
        match text.split_once(':') {
            Some((user, "")) => Self::new(Some(principal(user)), None),
            Some((user, group)) => Self::new(Some(principal(user)), Some(principal(group))),
            None => Self::new(Some(principal(text)), None),
        }
    }

    /// The file system whose `/etc/passwd` and `/etc/group` contain the names; by default, the one that the chain
    /// starts with.
    ///
    /// A chain that starts with scratch requires this for names, because engines reject names without a file system.
    /// Numbers are not looked up, so an owner without names does not depend on the file system.
    #[must_use]
    pub fn within(mut self, file_system: &Output) -> Self {
        self.within = Some(file_system.clone()).filter(|output| self.has_names() && !output.is_scratch());
        self
    }

    /// Whether a name must be looked up.
    #[must_use]
    pub fn has_names(&self) -> bool {
        let is_name = |principal: &Principal| matches!(principal, Principal::Name(name) if !name.is_empty());
        self.user.iter().chain(&self.group).any(is_name)
    }

    pub(super) fn write(&self, w: &mut Writer, names_in: i64) {
        for (tag, principal) in [(1, &self.user), (2, &self.group)] {
            let Some(principal) = principal else { continue };
            w.message(tag, |w| match principal {
                // BuildKit's client encodes 0 as an empty name.
                Principal::Name(name) if name.is_empty() => w.uint_always(2, 0),
                Principal::Name(name) => w.message(1, |w| {
                    w.string(1, name);
                    w.int(2, names_in);
                }),
                Principal::Id(id) => w.uint_always(2, u64::from(*id)),
            });
        }
    }
}

/// The time stamp of a file from an action. The default is the time of the build, or the source's for copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp {
    nanoseconds: i64,
}

impl Timestamp {
    /// Seconds since 1970, as in `SOURCE_DATE_EPOCH`. Values after the year 2262 become the maximum.
    #[must_use]
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self { nanoseconds: seconds.saturating_mul(1_000_000_000) }
    }

    /// Nanoseconds since 1970.
    #[must_use]
    pub const fn from_unix_nanoseconds(nanoseconds: i64) -> Self {
        Self { nanoseconds }
    }

    pub(super) fn write(timestamp: Option<Self>, tag: u32, w: &mut Writer) {
        w.int(tag, timestamp.map_or(-1, |timestamp| timestamp.nanoseconds));
    }
}
