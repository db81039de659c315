//! The paths in an image and their sources: two files with the same path are an error, and a program is moved if a
//! folder has its path.

use std::collections::{BTreeSet, HashMap};

use slipway_spec::{Diagnostic, Span};

use super::{ancestors, is_inside};

/// Longer paths cannot be opened, so the folders above them are not checked.
const MAX_PATH: usize = 4096;

/// A file or folder at a path of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The path: absolute, without a trailing `/`.
    pub(crate) path: String,
    /// Whether it is a file or a folder.
    pub(crate) shape: Shape,
    /// Its source.
    pub(crate) by: By,
    /// Where the spec defines it.
    pub(crate) span: Span,
}

/// Whether something is a file or a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    File,
    /// A symbolic link, which is replaced or replaces as a file does.
    Link,
    Folder,
    /// Only known when it is built.
    Unknown,
}

impl Shape {
    /// Whether nothing can be inside it.
    fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Link)
    }

    fn describe(self) -> &'static str {
        if self == Self::Link { "link" } else { "file" }
    }
}

/// The source of a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The build.
    Build,
    /// An entry of `files`.
    Files,
    /// `workdir`.
    Workdir,
    /// An entry of `volumes`.
    Volume,
    /// An entry of `folders`.
    Folders,
    /// The base's own config.
    Base,
    /// `healthcheck` or `init`.
    Probe,
}

impl By {
    fn describe(self) -> &'static str {
        match self {
            Self::Build => "the program of the build",
            Self::Files => "`files`",
            Self::Workdir => "`workdir`",
            Self::Volume => "`volumes`",
            Self::Folders => "`folders`",
            Self::Base => "the base image",
            Self::Probe => "the probe, which `healthcheck` and `init` need,",
        }
    }
}

/// Paths of an image, for many lookups.
#[derive(Debug, Default)]
pub(crate) struct Targets<'p>(BTreeSet<&'p str>);

impl Targets<'_> {
    /// Whether one of them equals, is inside, or contains a path.
    pub(crate) fn meet(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        if path.is_empty() {
            return !self.0.is_empty();
        }
        let above = std::iter::once(path).chain(ancestors(path)).chain(["/", ""]);
        if above.into_iter().any(|above| self.0.contains(above)) {
            return true;
        }
        let below = format!("{path}/");
        self.0.range(below.as_str()..).next().is_some_and(|first| first.starts_with(&below))
    }
}

impl<'p> FromIterator<&'p str> for Targets<'p> {
    fn from_iter<I: IntoIterator<Item = &'p str>>(paths: I) -> Self {
        Self(paths.into_iter().collect())
    }
}

/// The path of a program that may be at the root or in `/usr/local/bin`, given all other paths of the image.
///
/// # Errors
/// Both paths are taken, or `files` has a file with the path of the program.
pub(crate) fn place_program(place: &str, claims: &[Claim]) -> Result<Option<String>, Diagnostic> {
    let in_the_way = |place: &str| claims.iter().find(|claim| is_inside(&claim.path, place));
    let Some(first) = in_the_way(place) else { return Ok(None) };
    if let Some(file) = claims.iter().find(|claim| claim.path == place && claim.shape.is_file()) {
        return Err(Diagnostic::error(
            file.span,
            format!("`files` puts a file at `{place}`, which is the path of the program of the build"),
        )
        .with_help(format!("choose another destination, such as `/etc{place}/…`")));
    }
    if claims.iter().filter(|claim| is_inside(&claim.path, place)).all(|claim| claim.by == By::Folders) {
        return Err(Diagnostic::error(
            first.span,
            format!("`folders` has `{}`, but `{place}` is the program of the build", first.path),
        )
        .with_help(format!("choose another path, such as `/var/lib{}`", first.path)));
    }
    let other = format!("/usr/local/bin{place}");
    match in_the_way(&other) {
        None => Ok(Some(other)),
        Some(second) => Err(Diagnostic::error(
            second.span,
            format!("the program is installed at `{other}`, because `{place}` is also taken"),
        )
        .with_label(first.span, format!("{} has `{}`", first.by.describe(), first.path))
        .with_help("choose another path for one of the two")),
    }
}

/// Rejects two files with the same path, and anything inside a file.
pub(crate) fn check(claims: &[Claim]) -> Result<(), Diagnostic> {
    for claim in claims {
        if claim.by == By::Volume && claim.path == "/" {
            return Err(Diagnostic::error(claim.span, "the root of an image cannot be a volume")
                .with_help("name the folder that the program writes to, such as `/data`"));
        }
    }
    // Folders do not conflict with each other, and builds may have thousands.
    if !claims.iter().any(|claim| claim.shape.is_file()) {
        return Ok(());
    }
    let mut at: HashMap<&str, Vec<&Claim>> = HashMap::new();
    for claim in claims {
        at.entry(&claim.path).or_default().push(claim);
    }
    let file = |claim: &&&Claim| claim.shape.is_file();
    for claim in claims {
        // Two entries of `volumes`, or a volume that is the working directory, are one folder.
        let same = at.get(claim.path.as_str()).into_iter().flatten();
        if claim.shape.is_file()
            && let Some(other) = same.filter(|other| **other != claim).max_by_key(|other| other.span)
        {
            return Err(taken_twice(claim, other));
        }
        if claim.path.len() > MAX_PATH {
            continue;
        }
        for above in ancestors(&claim.path) {
            if let Some(above) = at.get(above).and_then(|claims| claims.iter().find(file)) {
                let what = above.shape.describe();
                let message = format!("`{}` cannot be in the image: `{}` is a {what} there", claim.path, above.path);
                return Err(Diagnostic::error(claim.span, message)
                    .with_label(above.span, format!("{} puts the {what} there", above.by.describe()))
                    .with_help(
                        "choose another path for one of the two; a destination of `files` that ends in `/` is a folder",
                    ));
            }
        }
    }
    Ok(())
}

fn taken_twice(file: &Claim, other: &Claim) -> Diagnostic {
    let (first, second) = if other.span >= file.span { (file, other) } else { (other, file) };
    let message = match other.shape {
        Shape::Folder => format!("`{}` is both a {} and a folder", file.path, file.shape.describe()),
        Shape::File | Shape::Link | Shape::Unknown => format!("two files have the path `{}`", file.path),
    };
    Diagnostic::error(second.span, message)
        .with_label(first.span, format!("{} also has it", first.by.describe()))
        .with_help("choose another path for one of the two; a destination of `files` that ends in `/` is a folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(path: &str, shape: Shape, by: By) -> Claim {
        Claim { path: path.to_owned(), shape, by, span: Span::START }
    }

    #[test]
    fn programs_move_out_of_the_way_of_folders() {
        let place = |claims: &[Claim]| place_program("/api", claims);
        assert_eq!(place(&[claim("/apis", Shape::Folder, By::Volume)]), Ok(None));
        for other in ["/api", "/api/data"] {
            assert_eq!(place(&[claim(other, Shape::Folder, By::Volume)]), Ok(Some("/usr/local/bin/api".to_owned())));
        }
        assert_eq!(
            place(&[claim("/api/x.toml", Shape::File, By::Files)]),
            Ok(Some("/usr/local/bin/api".to_owned())),
            "a file in a folder of that name"
        );
        assert!(place(&[claim("/api", Shape::File, By::Files)]).is_err());
        let both = [claim("/api", Shape::Folder, By::Workdir), claim("/usr/local/bin/api", Shape::File, By::Files)];
        assert!(place(&both).is_err());
    }

    #[test]
    fn targets_meet_as_each_of_them_would() {
        let lists: [&[&str]; 4] = [&["/app/a", "/app/b-c", "/app/b/d", "/x"], &["/"], &[], &["/app"]];
        for list in lists {
            let targets: Targets<'_> = list.iter().copied().collect();
            for path in ["/", "/app", "/app/a", "/app/a/z", "/app/b", "/app/b-", "/app/b/d/e", "/ap", "/x-", "/x/y"] {
                let one_by_one = list.iter().any(|made| is_inside(made, path) || is_inside(path, made));
                assert_eq!(targets.meet(path), one_by_one, "{list:?} {path}");
            }
        }
    }

    #[test]
    fn a_path_holds_one_thing() {
        let (file, folder, unknown) = (Shape::File, Shape::Folder, Shape::Unknown);
        let ok = |claims: &[(&str, Shape)]| {
            let claims: Vec<_> = claims
                .iter()
                .enumerate()
                .map(|(line, (path, shape))| Claim {
                    span: Span { start: slipway_spec::Position { line: line as u32 + 1, column: 1 }, ..Span::START },
                    ..claim(path, *shape, By::Files)
                })
                .collect();
            check(&claims).is_ok()
        };
        assert!(ok(&[("/a", folder), ("/a", folder), ("/a/b", file), ("/a/c", unknown), ("/ab", file)]));
        assert!(ok(&[("/a", unknown), ("/a/b", file)]));
        assert!(!ok(&[("/a", file), ("/a", unknown)]));
        assert!(!ok(&[("/a", folder), ("/a", file)]));
        assert!(!ok(&[("/a/b/c", unknown), ("/a", file)]));
        let long = "/a".repeat(20_000);
        assert!(ok(&[(&long, folder), ("/a", folder)]), "and soon");
    }
}
