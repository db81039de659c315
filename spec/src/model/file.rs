//! The whole file: its top-level keys, and the references between names.

use std::sync::Arc;

use crate::decode::{Context, Decode, Fields, Name, Names, text};
use crate::yaml::{Entry, Kind, Node};
use crate::{Map, Span, Spanned};
use slipway_diagnostic::{Diagnostic, brief, closest};

use super::build::ReadBuilds;
use super::{Arg, Build, Distro, Image, NamedContext, Policy, RepositoryCheck, Secret, Spec, Stage, arg, form};

/// Reads the top level of a file and checks that its references resolve.
pub(crate) fn decode_spec(root: &Node, policy: Policy, is_clean: bool, cx: &mut Context) -> Option<Spec> {
    let Kind::Map(entries) = &root.kind else {
        is_not_a_map(root, cx);
        return None;
    };
    cx.names = Names::gather(entries);
    let mut fields = Fields::open(root, "a Slipway file", cx)?;
    if let Some(entry) = fields.entry("version") {
        check_version(entry, cx);
    }
    let args: Map<Arg> = fields.read::<Map<arg::WrittenArg>>("args", cx)?.map(|written| written.0);
    for (name, _) in args.iter() {
        if !crate::template::is_name(name) {
            cx.report(
                Diagnostic::error(name.span, format!("`{}` is not a valid name for an argument", name.value))
                    .with_help("use letters, digits and underscores, as in `APP_VERSION`"),
            );
        } else if crate::decode::PLATFORM_ARGS.contains(&name.as_str()) {
            cx.report(
                Diagnostic::error(name.span, format!("the engine sets `{}`", name.value))
                    .with_help("delete it; it can be used without a declaration"),
            );
        }
    }
    let contexts: Map<NamedContext> = fields.read("contexts", cx)?;
    let secrets: Map<Secret> = fields.read("secrets", cx)?;
    let builds = read_builds(&mut fields, cx);
    let stages: Map<Stage> = fields.read("stages", cx)?;
    let images = read_images(&mut fields, cx);
    let images_span = fields.entry("images").map_or(Span::START, |entry| entry.key.span);
    let checks: Map<RepositoryCheck> = fields.read("checks", cx)?;
    let default: Option<Spanned<String>> = fields.read("default", cx)?;
    let distro: Option<Spanned<Distro>> = fields.read("distro", cx)?;
    // Removed earlier, in [`crate::Loader`].
    fields.entry("include");
    fields.entry("policy");
    let span = fields.span;
    fields.finish(cx);
    form::names(&contexts, cx);
    form::names(&secrets, cx);
    form::names(&builds, cx);
    form::names(&stages, cx);
    form::names(&images, cx);
    form::names(&checks, cx);
    if let Some((name, _)) = checks.get_entry("all") {
        let found = Diagnostic::error(name.span, "`all` cannot be the name of a check");
        cx.report(found.with_help("rename it; the target `check:all` is every check"));
    }
    images.iter().for_each(|(_, image)| form::names(&image.variants, cx));
    let named = default.as_ref().and_then(|default| {
        let (kind, name) = default.split_once(':')?;
        let kind = [("build", Name::Build), ("stage", Name::Stage)].into_iter().find(|(word, _)| *word == kind)?.1;
        Some((kind, part(default, name)))
    });
    if let Some((kind, name)) = &named {
        cx.check_name(*kind, name);
    } else if let Some(default) = &default {
        let (image, variant) = match default.split_once('/') {
            Some((image, variant)) => (image, Some(variant)),
            None => (default.as_str(), None),
        };
        let image = part(default, image);
        if cx.check_name(Name::Image, &image)
            && let (Some(variant), Some(image)) = (variant, images.get(&image.value))
            && image.variants.get(variant).is_none()
        {
            let found = Diagnostic::error(default.span, format!("the image has no variant `{variant}`"))
                .with_help("add it under `variants` of the image")
                .with_help_if(Diagnostic::suggestion(variant, image.variants.names(), "the variants are"));
            let close = closest(variant, image.variants.names());
            let whole = default.value.strip_suffix(variant).zip(close).map(|(image, close)| format!("{image}{close}"));
            cx.report(match whole {
                Some(whole) => found.with_fix(default.span, whole),
                None => found,
            });
        }
    }
    policy.report_forbidden(root, cx);
    super::short_names::check(&images, &stages, cx);
    super::short_names::check_variants(&images, &stages, cx);
    crate::cycles::check(&stages, &images, &builds, cx);
    // After other findings this would be noise: the images may be the part that could not be read.
    if images.is_empty() && builds.is_empty() && stages.is_empty() && is_clean && cx.is_clean() {
        cx.report(
            Diagnostic::error(span.at_start(), "this file does not define an image")
                .with_help("add `images:`, for example `images: { api: { go: ./cmd/api } }`"),
        );
    }
    Some(Spec { args, contexts, secrets, builds, stages, images, checks, images_span, default, distro, policy })
}

/// Reports a file that is not a map.
pub(crate) fn is_not_a_map(root: &Node, cx: &mut Context) {
    let words = text(root).unwrap_or_default();
    let is_dockerfile = ["FROM ", "ARG ", "from "].iter().any(|word| words.starts_with(word));
    let help = if is_dockerfile {
        "this looks like a Dockerfile; name a Slipway file with `-f`"
    } else {
        "start with `images:`, for example `images: { api: { go: ./cmd/api } }`"
    };
    let message = format!("a Slipway file must be a map, but this one is {}", root.describe());
    cx.report(Diagnostic::error(root.span.at_start(), message).with_help(help));
}

/// Reports an unsupported version of the language.
pub(crate) fn check_version(Entry { key, value }: &Entry, cx: &mut Context) {
    if value.is_null() {
        return cx.no_value(key);
    }
    if let Some(version) = String::decode(value, cx)
        && version != "1"
    {
        let message = format!("this frontend reads version 1 of the language, not {}", brief(&version));
        // Compose files had versions up to 3.9.
        let help = match version.split('.').next() {
            Some("2" | "3") if version != "2" => "write `version: 1`; this is not a Compose file",
            _ => "write `version: 1`, or use a newer frontend in the `# syntax=` line",
        };
        cx.report(Diagnostic::error(value.span, message).with_help(help).with_fix(value.span, "1"));
    }
}

fn read_builds(fields: &mut Fields<'_>, cx: &mut Context) -> Map<Arc<Build>> {
    let Some(entry) = fields.entry("builds") else {
        return Map::default();
    };
    let Kind::Map(entries) = &entry.value.kind else {
        not_a_map(entry, "a map from names to builds", cx);
        return Map::default();
    };
    let mut builds = Vec::new();
    let strays = strays(entries, |key| key == "preset" || Build::presets_with(key).next().is_some(), cx);
    for Entry { key, value } in entries.iter() {
        if strays.contains(&key.span) {
            continue;
        }
        let read = if value.is_null() {
            cx.no_value(key);
            None
        } else {
            cx.inside(value, |cx| Build::decode(value, cx)).map(Arc::new)
        };
        if let Some(builds) = cx.shelf.get_mut::<ReadBuilds>() {
            builds.0.insert(key.value.clone(), (value.clone(), read.clone()));
        }
        builds.extend(read.map(|build| (key.clone(), build)));
    }
    builds.into_iter().collect()
}

fn read_images(fields: &mut Fields<'_>, cx: &mut Context) -> Map<Image> {
    let defaults = fields.entry("defaults");
    match defaults {
        Some(defaults) if matches!(defaults.value.kind, Kind::Map(_)) => {
            cx.inside(&defaults.value, |cx| Image::read_defaults(&defaults.value, cx));
        }
        Some(defaults) => not_a_map(defaults, "a map of keys that all images share", cx),
        None => {}
    }
    let defaults = defaults.map(|entry| &entry.value).filter(|value| matches!(value.kind, Kind::Map(_)));
    let Some(entry) = fields.entry("images") else {
        return Map::default();
    };
    let Kind::Map(entries) = &entry.value.kind else {
        not_a_map(entry, "a map from names to images", cx);
        return Map::default();
    };
    let mut images = Vec::new();
    let strays = strays(entries, Image::has_key, cx);
    for Entry { key, value } in crate::merge::inherit(entries, defaults, cx) {
        if strays.contains(&key.span) {
            continue;
        }
        // Images that follow were not inherited from, so their errors would be misleading.
        if cx.is_exhausted() {
            break;
        }
        if value.is_null() {
            cx.no_value(&key);
        } else if let Some(image) = cx.inside(&value, |cx| Image::read(&key, &value, cx)) {
            images.push((key, image));
        }
    }
    images.into_iter().collect()
}

/// Keys that are indented like the name they belong to: those that follow a name without a value. Each key and the name
/// are reported.
fn strays(entries: &[Entry], is_key: impl Fn(&str) -> bool, cx: &mut Context) -> Vec<Span> {
    let mut strays = Vec::new();
    let mut empty: Option<&Spanned<String>> = None;
    for Entry { key, value } in entries {
        if let Some(name) = empty.filter(|name| is_key(key) && key.span.start.column == name.span.start.column) {
            let message = format!("`{}` is on the same level as `{}`, which has no value", key.value, name.brief());
            let help = format!("indent it by two more spaces to make it part of `{}`", name.brief());
            cx.report(Diagnostic::error(key.span, message).with_help(help));
            strays.extend([key.span, name.span]);
        } else {
            empty = value.is_null().then_some(key);
        }
    }
    strays
}

/// Reports a top-level key whose value is not a map.
fn not_a_map(entry: &Entry, expected: &str, cx: &mut Context) {
    if entry.value.is_null() {
        cx.no_value(&entry.key);
    } else {
        cx.wrong_type(&entry.value, expected);
    }
}

/// A part of a one-line text, with its own location if the text is unquoted.
fn part(whole: &Spanned<String>, part: &str) -> Spanned<String> {
    let mut span = whole.span;
    let length = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let is_plain = span.start.line == span.end.line && span.end.column.wrapping_sub(span.start.column) == length(whole);
    if let (true, Some((before, behind))) = (is_plain, whole.split_once(part)) {
        span.start.column = span.start.column.saturating_add(length(before));
        span.end.column = span.end.column.saturating_sub(length(behind));
    }
    Spanned::new(part.to_owned(), span)
}
