//! Finds images that share fewer layers than possible with the image that they extend.
//!
//! # What it does
//!
//! Looks at images with `extends` that change a layer of the image they extend: its `runtime`, `packages`,
//! `dependencies`, or one of its `files`. Images that only add files, change how they run, or have their own program
//! are not reported.
//!
//! # Why
//!
//! An image that extends another one and changes only how it runs consists of the same layers: a registry stores them
//! once and a host pulls them once. An image that changes a layer is a separate image, although the change looks small.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!   worker:
//!     extends: api
//!     runtime: slim
//!     cmd: [work]
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     runtime: slim
//!   worker:
//!     extends: api
//!     cmd: [work]
//! ```

use std::collections::HashMap;

use slipway_spec::model::{BaseRef, Dependencies, DependencySet, Image, ImageFile, Package};
use slipway_spec::{Diagnostic, Span, Template};

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for (_, image) in lint.images() {
        let Some(extends) = &image.keys.extends else { continue };
        let Some(parent) = lint.parent(image) else { continue };
        for (span, what) in differences(lint, image, parent) {
            findings.push(
                Diagnostic::warning(
                    span,
                    format!("{what} of `{}` is changed here, so that layer is not shared with it", extends.value),
                )
                .with_label(extends.span, "extends it")
                .with_help(format!(
                    "make this change in `{}`, so that both have it; or move what they have in common to \
                         `defaults` and remove `extends`",
                    extends.value
                )),
            );
        }
    }
}

/// Where the image changes a layer of the one that it extends.
fn differences(lint: &View<'_>, image: &Image, parent: &Image) -> Vec<(Span, String)> {
    let (own, below) = (&image.keys, &parent.keys);
    let mut found = Vec::new();
    if let Some(runtime) = &own.runtime
        && own.runtime != below.runtime
        && below.runtime.as_ref().is_none_or(|other| !same_base(lint, runtime, other))
    {
        found.push((runtime.span(), "the runtime".to_owned()));
    }
    let (packages, others) = (&own.packages.runtime, &below.packages.runtime);
    let same_name = |(one, other): (&Package, &Package)| match (one.name(), other.name()) {
        (Some(one), Some(other)) => same(lint, one, other),
        _ => one == other,
    };
    if let Some(first) = packages.first()
        && own.packages != below.packages
        && !(packages.len() == others.len() && packages.iter().zip(others).all(same_name))
    {
        found.push((first.span(), "the list of packages".to_owned()));
    }
    let dependencies = |wanted: &Option<DependencySet>| match wanted {
        Some(wanted) => (wanted.set.value, wanted.include.iter().map(|path| lint.text(path)).collect()),
        None => (Dependencies::Production, Vec::new()),
    };
    if let Some(wanted) = &own.dependencies
        && dependencies(&own.dependencies) != dependencies(&below.dependencies)
    {
        found.push((wanted.set.span, "the set of dependencies".to_owned()));
    }
    let files: HashMap<&str, &ImageFile> = below.files.iter().map(|(name, file)| (name.value.as_str(), file)).collect();
    for (destination, file) in own.files.iter() {
        if let Some(other) = files.get(destination.value.as_str())
            && *other != file
            && !same_file(lint, file, other)
        {
            found.push((destination.span, format!("the file `{}`", destination.value)));
        }
    }
    found
}

/// Whether two entries of `files` are equal, regardless of their location.
fn same_file(lint: &View<'_>, one: &ImageFile, other: &ImageFile) -> bool {
    match (one, other) {
        (ImageFile::Copy(one), ImageFile::Copy(other)) => {
            one.from.origin == other.from.origin
                && one.mode == other.mode
                && one.include == other.include
                && one.exclude == other.exclude
                && same(lint, &one.from.path, &other.from.path)
        }
        (ImageFile::Link(one), ImageFile::Link(other)) => same(lint, one, other),
        _ => false,
    }
}

/// Whether two bases are equal, regardless of their location.
fn same_base(lint: &View<'_>, one: &BaseRef, other: &BaseRef) -> bool {
    match (one, other) {
        (BaseRef::Image(one), BaseRef::Image(other)) => same(lint, one, other),
        (BaseRef::Named(kind, name), BaseRef::Named(other_kind, other)) => {
            (kind, &name.value) == (other_kind, &other.value)
        }
        _ => false,
    }
}

/// Whether two texts are equal, regardless of their location.
fn same(lint: &View<'_>, one: &Template, other: &Template) -> bool {
    one == other || matches!((lint.text(one), lint.text(other)), (Some(one), Some(other)) if one == other)
}
