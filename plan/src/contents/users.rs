//! Users of an image: the form in which one is named, and whether the image knows the name.

use slipway_spec::model::user_mistake;
use slipway_spec::{Diagnostic, Span};

use super::base::{Base, Kind};
use super::{Brought, is_inside, is_placeholder};
use crate::any_project::AnyProject;
use crate::output::BuildOutput;
use crate::{BaseImage, ImageFile, LayerItem, Platform, ProjectError};

/// A user, and a group where one is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// As it is written.
    pub text: String,
    /// Where; the image's own place for the default.
    pub span: Span,
}

impl User {
    /// The number of the user; `None` for a name.
    #[must_use]
    pub fn uid(&self) -> Option<u32> {
        number(self.parts().0)
    }

    /// Whether it is root, who may write everywhere.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.parts().0 == "root" || self.uid() == Some(0)
    }

    fn parts(&self) -> (&str, Option<&str>) {
        self.text.split_once(':').map_or((&self.text, None), |(user, group)| (user, Some(group)))
    }

    /// The names among its parts, with the file that lists them.
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

/// Refuses what is no user, whatever the image.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check_form(text: &str, span: Span) -> Result<(), Diagnostic> {
    if is_placeholder(text) {
        return Ok(());
    }
    match user_mistake(text) {
        Some((message, help)) => Err(Diagnostic::error(span, message).with_help(help)),
        None => Ok(()),
    }
}

/// What is added to the users of a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Added<'a> {
    /// Nothing.
    Nothing,
    /// Packages, whose scripts may make users.
    Packages,
    /// A file from elsewhere in the place of a list of users: its text, where it is known.
    File(Option<&'a str>),
}

/// A name that an image does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// `user` or `group`.
    pub what: &'static str,
    /// The name.
    pub name: String,
    /// Whether the image's own list says so, or the image consists of next to nothing: then no container starts.
    pub is_certain: bool,
}

/// The first name of a user that an image does not know, as far as that can be told. The base's own lists are read
/// where the project can; without them, its name tells.
///
/// # Errors
/// The base cannot be read at all.
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
            Added::Nothing if base.kind == Kind::Scratch => (false, true),
            Added::Nothing => match project.image_file(image, platform, file).await? {
                ImageFile::Found(text) => (lists(&String::from_utf8_lossy(&text), name), true),
                ImageFile::Missing => (false, true),
                // Groups are named after users nearly everywhere; further ones differ.
                ImageFile::Unknown if what == "group" && base.is_distribution() => continue,
                ImageFile::Unknown => match base.has_user(name) {
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
    /// What to do about one.
    pub const HELP: &'static str =
        "write numbers, as in `\"1001:1001\"`; a name must stand in `/etc/passwd` or `/etc/group` of the image";

    /// What is wrong with it.
    #[must_use]
    pub fn message(&self, base: &str) -> String {
        format!("there is no {} `{}` in `{base}`, which the image stands on", self.what, self.name)
    }
}

/// The text of a file that the layers bring; `Some(None)` where something brings it that is seen when it is built.
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

/// Who owns the user's folders: the user as it is written, with numbers where a list of the image's own says which;
/// `None` where such a list is not known.
///
/// # Errors
/// The context cannot be read at all.
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

/// Whether a list of users or groups has a name.
fn lists(text: &str, name: &str) -> bool {
    text.lines().any(|line| line.split(':').next() == Some(name))
}
