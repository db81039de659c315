//! Users of an image: their syntax, and whether the image has them.

use slipway_spec::model::user_mistake;
use slipway_spec::{Diagnostic, Span};

use super::accounts::{Account, Lists};
use super::base::{Base, Kind};
use super::{Brought, is_inside, is_placeholder};
use crate::any_project::AnyProject;
use crate::output::BuildOutput;
use crate::{BaseImage, ImageFile, LayerItem, Platform, ProjectError};

/// A user, and an optional group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// As written.
    pub text: String,
    /// Its location; that of the image for the default.
    pub span: Span,
    /// Its name and home directory, if the spec names them.
    pub account: Option<Account>,
}

impl User {
    /// A user as written.
    pub(crate) fn written(text: String, span: Span) -> Self {
        Self { text, span, account: None }
    }

    /// The number of the user; `None` for a name.
    #[must_use]
    pub fn uid(&self) -> Option<u32> {
        number(self.parts().0)
    }

    /// The home directory of a new user, if the working directory of its base is that of another user, who may be the
    /// only one that can read it.
    pub(crate) fn workdir_instead_of(&self, base: &BaseImage) -> Option<String> {
        let inherited = base.config.pointer("/config/WorkingDir")?.as_str()?;
        let account = self.account.as_ref().filter(|account| account.is_new)?;
        let is_of_other = (is_inside(inherited, "/home") || is_inside(inherited, "/root")) && inherited != account.home;
        is_of_other.then(|| account.home.clone())
    }

    /// The name of the user; `None` for a number.
    pub(crate) fn name(&self) -> Option<&str> {
        self.uid().is_none().then(|| self.parts().0)
    }

    /// Whether it is root, which may write everywhere.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.parts().0 == "root" || self.uid() == Some(0)
    }

    fn parts(&self) -> (&str, Option<&str>) {
        self.text.split_once(':').map_or((&self.text, None), |(user, group)| (user, Some(group)))
    }

    /// The names among its parts, with the files that list them.
    fn names(&self) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
        let (user, group) = self.parts();
        let user = [("user", "etc/passwd", user)].into_iter();
        let group = group.map(|group| ("group", "etc/group", group));
        user.chain(group).filter(|(_, _, name)| number(name).is_none())
    }
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok()
}

/// Rejects an invalid user, whatever the image.
///
/// # Errors
/// The problem.
pub(crate) fn check_form(text: &str, span: Span) -> Result<(), Diagnostic> {
    if is_placeholder(text) {
        return Ok(());
    }
    match user_mistake(text) {
        Some((message, help)) => Err(Diagnostic::error(span, message).with_help(help)),
        None => Ok(()),
    }
}

/// Additions to the users of a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Added<'a> {
    /// Nothing.
    Nothing,
    /// Packages, whose scripts may create users.
    Packages,
    /// A file that replaces a list of users: its text, if known.
    File(Option<&'a str>),
}

/// A name that does not exist in an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// `user` or `group`.
    pub what: &'static str,
    /// The name.
    pub name: String,
    /// Whether this is certain, from the image's list or because the image is nearly empty: then containers do not
    /// start.
    pub is_certain: bool,
}

/// The first user name that does not exist in an image, as far as known. The base's lists are read if the project
/// supports it; otherwise its name decides.
///
/// # Errors
/// The base cannot be read.
pub(crate) async fn unknown<'l>(
    project: &AnyProject<'_>,
    platform: &Platform,
    (base, image): (&Base, &BaseImage),
    user: &User,
    added: impl Fn(&str) -> Added<'l>,
) -> Result<Option<UnknownName>, ProjectError> {
    for (what, file, name) in user.names() {
        if is_placeholder(name) {
            continue;
        }
        let (is_known, is_certain) = match added(file) {
            Added::Packages | Added::File(None) => continue,
            Added::File(Some(text)) => (lists(text, name), true),
            // Steps may add users.
            Added::Nothing if base.part().is_some() => continue,
            Added::Nothing if base.kind == Kind::Scratch => (false, true),
            Added::Nothing => match project.image_file(image, platform, file).await? {
                ImageFile::Found(text) => (lists(&String::from_utf8_lossy(&text), name), true),
                ImageFile::Missing => (false, true),
                ImageFile::Unknown => match if what == "group" { base.has_group(name) } else { base.has_user(name) } {
                    Some(known) => (known, base.is_bare()),
                    None => continue,
                },
            },
        };
        if !is_known {
            return Ok(Some(UnknownName { what, name: name.to_owned(), is_certain }));
        }
    }
    Ok(None)
}

impl UnknownName {
    /// What to do.
    pub const HELP: &'static str = "write numbers, as in `\"1001:1001\"`, or add the user with `user: { name: app, uid: 1001 }`; another name must be \
         in `/etc/passwd` or `/etc/group` of the image";

    /// The problem.
    #[must_use]
    pub fn message(&self, base: &str) -> String {
        format!("there is no {} `{}` in `{base}`, the base of the image", self.what, self.name)
    }
}

/// The text of a file in the layers; `Some(None)` if it is only known when it is built.
pub(crate) async fn brought_text(
    project: &AnyProject<'_>,
    made: Option<&BuildOutput>,
    files: &[Brought],
    wanted: &str,
) -> Result<Option<Option<String>>, ProjectError> {
    let path = format!("/{wanted}");
    for file in files.iter().rev().filter(|file| is_inside(&path, &file.path)) {
        let Some(in_context) = &file.in_context else { return Ok(Some(None)) };
        let inside = path.get(file.path.trim_end_matches('/').len()..).unwrap_or_default();
        let inside = if file.target.ends_with('/') && project.list(in_context).await?.is_none() { "" } else { inside };
        let place = format!("{in_context}{inside}");
        if let Some(bytes) = project.read(place.trim_start_matches('/')).await? {
            return Ok(Some(Some(String::from_utf8_lossy(&bytes).into_owned())));
        }
    }
    let targets = made.into_iter().flat_map(|made| &made.layers).flat_map(|layer| &layer.items);
    let brings = |item: &LayerItem| matches!(item, LayerItem::Copy(copy) if is_inside(&path, &copy.target));
    Ok(targets.into_iter().any(brings).then_some(None))
}

/// The owner of the user's folders: the user as written, or its number if a list in the image defines it; `None` if
/// such a list is unknown.
///
/// # Errors
/// The context cannot be read.
pub(crate) async fn owner(
    project: &AnyProject<'_>,
    made: Option<&BuildOutput>,
    files: &[Brought],
    user: &User,
) -> Result<Option<String>, ProjectError> {
    let (name, group) = user.parts();
    let is_name = user.uid().is_none();
    let mut parts = Vec::new();
    for (file, name) in [("etc/passwd", Some(name)), ("etc/group", group)] {
        let Some(name) = name else { continue };
        match brought_text(project, made, files, file).await? {
            _ if number(name).is_some() => parts.push(name.to_owned()),
            None => parts.push(name.to_owned()),
            Some(None) => return Ok(None),
            Some(Some(text)) => {
                let Some(line) = text.lines().find(|line| line.split(':').next() == Some(name)) else {
                    return Ok(None);
                };
                let mut numbers = line.split(':').skip(2);
                parts.extend(numbers.next().map(str::to_owned));
                parts.extend(numbers.next().filter(|_| group.is_none() && is_name).map(str::to_owned));
            }
        }
    }
    Ok(Some(parts.join(":")))
}

/// An owner in the spec with the names of a new user, and those that are known, as numbers.
pub(crate) fn resolved(owner: &str, account: Option<&Account>, lists: Option<&Lists>) -> String {
    let new = account.filter(|account| account.is_new);
    let (user, group) = owner.split_once(':').map_or((owner, None), |(user, group)| (user, Some(group)));
    let known = |list: Option<&String>, name: &str, part: usize| {
        let line = list?.lines().find(|line| line.split(':').next() == Some(name))?;
        number(line.split(':').nth(part)?)
    };
    let passwd = lists.map(|lists| &lists.passwd);
    let of_user = |part| match new.filter(|new| new.name == user) {
        Some(new) => Some(if part == 2 { new.uid } else { new.gid }),
        None => known(passwd, user, part),
    };
    let uid = of_user(2).map_or_else(|| user.to_owned(), |uid| uid.to_string());
    let of_group = |group: &str| match new.filter(|new| new.name == group) {
        Some(new) => Some(new.gid),
        None => known(lists.map(|lists| &lists.group), group, 2),
    };
    match group {
        Some(group) => format!("{uid}:{}", of_group(group).map_or_else(|| group.to_owned(), |gid| gid.to_string())),
        None => of_user(3).map_or(uid.clone(), |gid| format!("{uid}:{gid}")),
    }
}

/// Whether a list of users or groups contains a name.
fn lists(text: &str, name: &str) -> bool {
    text.lines().any(|line| line.split(':').next() == Some(name))
}
