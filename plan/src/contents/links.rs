//! Symbolic links of an image: where they lead.

use std::collections::HashMap;

use slipway_spec::{Diagnostic, Span};

use super::base::{Base, Kind, ROOT_FOLDERS};
use super::destination::is_of_system;
use super::places::{By, Claim, Shape};
use super::{ancestors, is_inside};
use crate::{Layer, LayerItem};

/// A symbolic link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// Its path in the image.
    pub(crate) path: String,
    /// What it contains: a path, relative to its folder unless it starts with `/`.
    pub(crate) target: String,
    /// Its location in the spec.
    pub(crate) span: Span,
    /// The location of the target.
    pub(crate) target_span: Span,
}

/// The symbolic links of an image.
#[derive(Debug, Default)]
pub(crate) struct Links {
    links: Vec<Link>,
    by_path: HashMap<String, usize>,
}

/// What a path is after all links in it are followed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Followed {
    /// This path, without links of the spec.
    Path(String),
    /// Nothing: the links lead in a circle. These are the first of them.
    Circle(Vec<String>),
    /// Only the engine knows.
    Unknown,
}

/// A link that leads to nothing in the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dangling {
    /// The link.
    pub path: String,
    /// The path that it leads to in the end.
    pub to: String,
    /// The location of its target in the spec.
    pub span: Span,
}

/// The number of links that kernels follow for one path.
const MAX_LINKS: usize = 40;
/// Longer paths cannot be opened.
const MAX_PATH: usize = 4096;
/// The number of links that a message shows.
const SHOWN: usize = 8;

/// Folders that the engine fills when a container starts.
const OF_ENGINE: &[&str] = &["dev", "proc", "run", "sys"];
/// What the empty image has if programs run in it, with the folders of users.
const FURNISHED: &[&str] = &["/etc/group", "/etc/passwd", "/etc/ssl", "/home", "/root", "/tmp", "/usr/share/zoneinfo"];

impl Links {
    pub(crate) fn new(links: Vec<Link>) -> Self {
        let by_path = links.iter().enumerate().map(|(place, link)| (link.path.clone(), place)).collect();
        Self { links, by_path }
    }

    /// All of them, in the order of the spec.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Link> {
        self.links.iter()
    }

    /// Whether a path is a link.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.by_path.contains_key(path)
    }

    /// The first link in a path, from its start.
    fn first_in(&self, path: &str) -> Option<&Link> {
        let mut first = None;
        for place in std::iter::once(path).chain(ancestors(path)) {
            first = self.by_path.get(place).or(first);
        }
        self.links.get(*first?)
    }

    /// Follows the links in an absolute path.
    pub(crate) fn follow(&self, path: &str) -> Followed {
        let mut path = path.to_owned();
        let mut seen = Vec::new();
        // Most images have no links.
        while let Some(link) = self.first_in(&path).filter(|_| !self.links.is_empty()) {
            seen.push(link.path.clone());
            if seen.len() > MAX_LINKS || path.len() > MAX_PATH {
                return Followed::Circle(seen);
            }
            let rest = path.get(link.path.len()..).unwrap_or_default();
            let leads_up = link.target.split('/').any(|part| part == "..");
            // The folder of the link is itself a link in some bases, so the one above it is unknown.
            if leads_up && Base::may_link(&link.path) {
                return Followed::Unknown;
            }
            let folder = link.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let folder = if link.target.starts_with('/') { "" } else { folder };
            path = normal(&format!("{folder}/{}{rest}", link.target));
        }
        Followed::Path(path)
    }

    /// Rejects links that lead in a circle, and links in the place of a folder of every distribution.
    ///
    /// # Errors
    /// There is one.
    pub(crate) fn check(&self, base: &Base) -> Result<(), Diagnostic> {
        for link in &self.links {
            if base.kind != Kind::Scratch && is_of_system(&link.path) {
                let message = format!("`{}` is a folder of the base, which this link would replace", link.path);
                let help = format!("to put the link into the folder, write `{}/NAME`", link.path);
                return Err(Diagnostic::error(link.span, message).with_help(help));
            }
            let Followed::Circle(mut names) = self.follow(&link.path) else { continue };
            let first = names.first().cloned().unwrap_or_default();
            let round = names.iter().skip(1).position(|name| *name == first).map_or(names.len(), |end| end + 1);
            names.truncate(round.min(SHOWN));
            names.push(first);
            let message = format!("this link leads to itself: {}", names.join(" → "));
            return Err(Diagnostic::error(link.target_span, message).with_help("name a file that is not a link"));
        }
        Ok(())
    }

    /// The paths that they take.
    pub(crate) fn claims(&self) -> impl Iterator<Item = Claim> {
        let claim = |link: &Link| Claim { path: link.path.clone(), shape: Shape::Link, by: By::Files, span: link.span };
        self.links.iter().map(claim)
    }

    /// Their layer, if there are any.
    pub(crate) fn layer(&self, title: &str) -> Option<Layer> {
        let first = self.links.first()?;
        let paths = self.links.iter().map(|link| link.path.as_str()).collect::<Vec<_>>().join(" ");
        let item = |link: &Link| LayerItem::Link { path: link.path.clone(), target: link.target.clone() };
        Some(Layer {
            name: format!("{title} LINK {paths}"),
            history: format!("LINK {paths}"),
            span: first.span,
            items: self.links.iter().map(item).collect(),
        })
    }
}

impl Base {
    /// Whether it certainly has nothing at a path. The layers have nothing there; `is_filled` says whether they have
    /// the folder around it.
    pub(super) fn lacks_path(&self, path: &str, is_filled: bool) -> bool {
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        if OF_ENGINE.contains(&first) || self.part().is_some() || self.is_replaced() {
            return false;
        }
        match self.kind {
            Kind::Scratch => !FURNISHED.iter().any(|there| is_inside(path, there) || is_inside(there, path)),
            Kind::Distroless(_) | Kind::Busybox | Kind::Alpine | Kind::Debian if self.is_bare() || self.is_plain() => {
                let is_own = !ROOT_FOLDERS.contains(&first) && !["nodejs", "busybox"].contains(&first);
                is_own || is_filled && matches!(first, "opt" | "srv")
            }
            _ => false,
        }
    }
}

/// An absolute path without `.`, `..` and empty parts; above the root is the root.
fn normal(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(of: &[(&str, &str)]) -> Links {
        let link = |(path, target): &(&str, &str)| Link {
            path: (*path).to_owned(),
            target: (*target).to_owned(),
            span: Span::START,
            target_span: Span::START,
        };
        Links::new(of.iter().map(link).collect())
    }

    #[test]
    fn links_are_followed_as_a_kernel_follows_them() {
        let all = links(&[
            ("/usr/bin/app", "/opt/current/bin/app"),
            ("/opt/current", "releases/7"),
            ("/srv/www", "../opt/current/./public/"),
            ("/bin/up", "../opt/x"),
            ("/a", "/a/b"),
            ("/b", "/c"),
            ("/c", "b"),
        ]);
        let path = |text: &str| Followed::Path(text.to_owned());
        for (from, to) in [
            ("/usr/bin/app", path("/opt/releases/7/bin/app")),
            ("/opt/current", path("/opt/releases/7")),
            ("/opt/currently", path("/opt/currently")),
            ("/srv/www/x", path("/opt/releases/7/public/x")),
            ("/", path("/")),
            ("/bin/up", Followed::Unknown),
        ] {
            assert_eq!(all.follow(from), to, "{from}");
        }
        for circle in ["/a", "/a/x", "/b", "/c/x"] {
            assert!(matches!(all.follow(circle), Followed::Circle(_)), "{circle}");
        }
        let long: Vec<_> = (0..100).map(|n| (format!("/{n}"), format!("/{}", n + 1))).collect();
        let long: Vec<_> = long.iter().map(|(path, to)| (path.as_str(), to.as_str())).collect();
        assert!(matches!(links(&long).follow("/0"), Followed::Circle(_)), "kernels give up, too");
    }
}
