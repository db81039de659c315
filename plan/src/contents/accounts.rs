//! The lists of users and groups of an image, `/etc/passwd` and `/etc/group`, and a new user in them.

use slipway_spec::{Diagnostic, Span, Spanned};

/// The path of the list of users.
pub(crate) const PASSWD: &str = "/etc/passwd";
/// The path of the list of groups.
pub(crate) const GROUP: &str = "/etc/group";

/// The users of an image without a base: those of the distroless images.
const USERS: &str = "root:x:0:0:root:/root:/sbin/nologin\n\
                     nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n\
                     nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n";
/// Their groups.
const GROUPS: &str = "root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n";

/// A new user in the spec, with every `${NAME}` replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewAccount {
    pub(crate) name: Spanned<String>,
    pub(crate) uid: Spanned<u32>,
    pub(crate) gid: Option<Spanned<u32>>,
    pub(crate) home: Option<Spanned<String>>,
}

/// A user that an image has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its number.
    pub uid: u32,
    /// The number of its group.
    pub gid: u32,
    /// Its home directory.
    pub home: String,
    /// Whether the image has it because of the spec, so that its home directory is new too.
    pub is_new: bool,
}

impl Account {
    /// The user and the group as numbers: Kubernetes checks `runAsNonRoot` without looking up names.
    pub(crate) fn numbers(&self) -> String {
        format!("{}:{}", self.uid, self.gid)
    }
}

/// The lists of an image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Lists {
    pub(crate) passwd: String,
    pub(crate) group: String,
}

impl Lists {
    /// Those of an image that has none of its own.
    pub(crate) fn new() -> Self {
        Self { passwd: USERS.to_owned(), group: GROUPS.to_owned() }
    }

    /// These, or those of an image without a base in the place of empty ones.
    pub(crate) fn or_new(self) -> Self {
        let new = Self::new();
        let or = |own: String, new| if own.is_empty() { new } else { own };
        Self { passwd: or(self.passwd, new.passwd), group: or(self.group, new.group) }
    }

    /// Adds a user and its group, unless they are there with the same values.
    ///
    /// # Errors
    /// The lists have other values; `base` is the name of their image.
    pub(crate) fn add(&mut self, new: &NewAccount, base: &str) -> Result<Account, Diagnostic> {
        let name = new.name.value.as_str();
        if let Some(there) = users(&self.passwd).find(|user| user.name == name) {
            return there.same(new, base);
        }
        if let Some(other) = users(&self.passwd).find(|user| user.uid == new.uid.value) {
            let (uid, other) = (new.uid.value, other.name);
            return Err(Diagnostic::error(new.uid.span, format!("the number {uid} is the user `{other}` in `{base}`"))
                .with_help(format!("write `user: {other}` to run as that user, or choose another number")));
        }
        let gid = new.gid.as_ref().unwrap_or(&new.uid);
        let of_number = groups(&self.group).find(|(_, number)| *number == gid.value).map(|(name, _)| name);
        let of_name = groups(&self.group).find(|(group, _)| *group == name).map(|(_, number)| number);
        match (of_number, of_name) {
            (Some(group), _) if group == name || new.gid.is_some() => {}
            (Some(group), _) => {
                let message = format!("the number {} is the group `{group}` in `{base}`", gid.value);
                return Err(Diagnostic::error(gid.span, message).with_help(format!(
                    "write `gid: {}` to make it the group of the user, or choose another number",
                    gid.value
                )));
            }
            (None, Some(number)) => {
                let message = format!("the group `{name}` is number {number} in `{base}`, not {}", gid.value);
                return Err(Diagnostic::error(gid.span, message)
                    .with_help(format!("write `gid: {number}`, or choose another name for the user")));
            }
            (None, None) => append(&mut self.group, &format!("{name}:x:{}:", gid.value)),
        }
        let home = new.home.as_ref().map_or_else(|| format!("/home/{name}"), |home| home.value.clone());
        let (uid, gid) = (new.uid.value, gid.value);
        append(&mut self.passwd, &format!("{name}:x:{uid}:{gid}::{home}:/sbin/nologin"));
        Ok(Account { name: name.to_owned(), uid, gid, home, is_new: true })
    }
}

/// Whether a list of users has a number.
pub(crate) fn has_uid(passwd: &str, uid: u32) -> bool {
    users(passwd).any(|user| user.uid == uid)
}

/// A line of a list of users.
struct User<'l> {
    name: &'l str,
    uid: u32,
    gid: u32,
    home: &'l str,
}

impl User<'_> {
    /// This as the user of the spec.
    fn same(&self, new: &NewAccount, base: &str) -> Result<Account, Diagnostic> {
        let Self { name, uid, gid, home } = *self;
        let differs = |span: Span, what: String| {
            Err(Diagnostic::error(span, format!("the user `{name}` {what} in `{base}`"))
                .with_help(format!("write `user: {name}` to run as that user, or choose another name")))
        };
        if new.uid.value != uid {
            return differs(new.uid.span, format!("is number {uid}, not {},", new.uid.value));
        }
        if let Some(wanted) = new.gid.as_ref().filter(|wanted| wanted.value != gid) {
            return differs(wanted.span, format!("has group {gid}, not {},", wanted.value));
        }
        if let Some(wanted) = new.home.as_ref().filter(|wanted| wanted.value != home) {
            return differs(wanted.span, format!("has the home directory `{home}`, not `{}`,", wanted.value));
        }
        Ok(Account { name: name.to_owned(), uid, gid, home: home.to_owned(), is_new: false })
    }
}

fn users(passwd: &str) -> impl Iterator<Item = User<'_>> {
    passwd.lines().filter_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        let uid = parts.nth(1)?.parse().ok()?;
        let gid = parts.next()?.parse().ok()?;
        Some(User { name, uid, gid, home: parts.nth(1).unwrap_or_default() })
    })
}

fn groups(group: &str) -> impl Iterator<Item = (&str, u32)> {
    group.lines().filter_map(|line| {
        let mut parts = line.split(':');
        Some((parts.next()?, parts.nth(1)?.parse().ok()?))
    })
}

fn append(list: &mut String, line: &str) {
    if !list.is_empty() && !list.ends_with('\n') {
        list.push('\n');
    }
    list.push_str(line);
    list.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(name: &str, uid: u32, gid: Option<u32>, home: Option<&str>) -> NewAccount {
        NewAccount {
            name: Spanned::new(name.to_owned(), Span::START),
            uid: Spanned::new(uid, Span::START),
            gid: gid.map(|gid| Spanned::new(gid, Span::START)),
            home: home.map(|home| Spanned::new(home.to_owned(), Span::START)),
        }
    }

    fn debian() -> Lists {
        Lists {
            passwd: "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin".to_owned(),
            group: "root:x:0:\nwww-data:x:33:\nstaff:x:50:\n+\nbroken".to_owned(),
        }
    }

    #[test]
    fn a_user_is_added_with_a_group_of_its_name() {
        let mut lists = debian();
        let made = lists.add(&account("app", 1001, None, None), "base").unwrap();
        assert_eq!((made.numbers().as_str(), made.home.as_str(), made.is_new), ("1001:1001", "/home/app", true));
        assert!(lists.passwd.ends_with("nologin\napp:x:1001:1001::/home/app:/sbin/nologin\n"), "{}", lists.passwd);
        assert!(lists.group.ends_with("broken\napp:x:1001:\n"), "{}", lists.group);
    }

    #[test]
    fn a_user_may_join_a_group_of_the_base() {
        for gid in [0, 50] {
            let mut lists = debian();
            assert_eq!(lists.add(&account("app", 1001, Some(gid), None), "base").unwrap().gid, gid);
            assert_eq!(lists.group, debian().group);
        }
    }

    #[test]
    fn the_same_values_change_nothing() {
        for (gid, home) in [(None, None), (Some(33), Some("/var/www"))] {
            let mut lists = debian();
            let made = lists.add(&account("www-data", 33, gid, home), "base").unwrap();
            assert_eq!((made.home.as_str(), made.is_new, lists), ("/var/www", false, debian()));
        }
    }

    #[test]
    fn contradictions_are_refused() {
        let said = |new: NewAccount| {
            let found = debian().add(&new, "base").unwrap_err();
            format!("{}; {}\n", found.message, found.help.unwrap_or_default())
        };
        insta::assert_snapshot!(
            [
                account("www-data", 34, None, None),
                account("www-data", 33, Some(34), None),
                account("www-data", 33, None, Some("/srv")),
                account("app", 33, None, None),
                account("app", 50, None, None),
                account("staff", 1001, None, None),
            ]
            .map(said)
            .concat(),
            @"
            the user `www-data` is number 33, not 34, in `base`; write `user: www-data` to run as that user, or choose another name
            the user `www-data` has group 33, not 34, in `base`; write `user: www-data` to run as that user, or choose another name
            the user `www-data` has the home directory `/var/www`, not `/srv`, in `base`; write `user: www-data` to run as that user, or choose another name
            the number 33 is the user `www-data` in `base`; write `user: www-data` to run as that user, or choose another number
            the number 50 is the group `staff` in `base`; write `gid: 50` to make it the group of the user, or choose another number
            the group `staff` is number 50 in `base`, not 1001; write `gid: 50`, or choose another name for the user
            "
        );
    }
}
