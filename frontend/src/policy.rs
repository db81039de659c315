//! The policy of a platform team, in a file of the frontend's own image: reading it, and what it says about images.

use std::io::ErrorKind;
use std::path::Path;

use slipway_plan::ProjectError;
use slipway_spec::model::{POLICY_FILE, Policy};
use slipway_spec::{Loader, Parsed, Span};

use crate::image_ref::normalize;

/// The maximum size of the file, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Adds the policy of this frontend to a spec, if it has one.
pub(crate) fn add(loader: Loader) -> Loader {
    add_from(loader, Path::new(POLICY_FILE), false)
}

/// Adds the policy in a file; it is an error if it has to exist and does not.
pub(crate) fn add_from(loader: Loader, path: &Path, has_to_exist: bool) -> Loader {
    let is_too_large = |path: &Path| Ok::<_, std::io::Error>(std::fs::metadata(path)?.len() > MAX_BYTES);
    let found = match is_too_large(path) {
        Ok(true) => Err(format!("it is larger than {} MiB", MAX_BYTES >> 20)),
        Ok(false) => std::fs::read(path).map_err(|error| error.to_string()),
        Err(error) if error.kind() == ErrorKind::NotFound && !has_to_exist => return loader,
        Err(error) => Err(error.to_string()),
    };
    loader.with_policy(path.display().to_string(), found)
}

/// The address of the pages of rules, in which `*` stands for the name of a rule: that of the policy, or of whoever
/// compiled this program.
pub(crate) fn rule_docs(policy: Option<&Policy>) -> Option<&str> {
    let own = policy.and_then(|policy| policy.rule_docs.as_ref()).map(|address| address.value.as_str());
    own.or(option_env!("SLIPWAY_RULE_DOCS")).filter(|address| address.contains('*'))
}

/// A spec whose policy names only rules that exist.
pub(crate) fn verified(mut parsed: Parsed) -> Parsed {
    let found = parsed.spec.as_ref().map(|spec| slipway_lint::invalid_policy(&spec.policy)).unwrap_or_default();
    if !found.is_empty() {
        parsed.spec = Err(found);
    }
    parsed
}

/// The image that a reference means under a policy.
///
/// # Errors
/// The policy forbids it.
pub(crate) fn image(policy: &Policy, reference: &str) -> Result<String, ProjectError> {
    let image = replaced(policy, reference);
    allows(policy, reference, &image)?;
    Ok(image)
}

/// The image that replaces another one; `None` if the policy leaves it as it is.
pub(crate) fn replacement(policy: &Policy, reference: &str) -> Option<String> {
    Some(replaced(policy, reference)).filter(|image| *image != normalize(reference))
}

/// Whether a policy allows an image, which a spec may name differently.
///
/// # Errors
/// It does not.
pub(crate) fn allows(policy: &Policy, reference: &str, image: &str) -> Result<(), ProjectError> {
    let Some(first) = policy.registries.first() else { return Ok(()) };
    if policy.registries.iter().any(|allowed| is_within(image, allowed)) {
        return Ok(());
    }
    let message = match image == normalize(reference) {
        true => format!("the policy of this frontend does not allow the image `{reference}`"),
        false => format!("the policy of this frontend does not allow the image `{reference}`, which is `{image}`"),
    };
    let allowed: Vec<_> = policy.registries.iter().map(|allowed| format!("`{}`", allowed.value)).collect();
    let help = format!("use an image of {}", allowed.join(", "));
    Err(ProjectError::forbidden(policy.violation(Span::START, message, first.span, &help)))
}

/// The normalized reference after replacing: an entry with the tag precedes one without it, and both precede the start
/// of a name, of which the longest counts.
fn replaced(policy: &Policy, reference: &str) -> String {
    let full = normalize(reference);
    let (name, tag) = split(&full);
    let mut best: Option<(usize, String)> = None;
    for (written, replacement) in policy.images.iter() {
        let replacement = replacement.value.as_str();
        let found = match written.value.strip_suffix('*') {
            Some(start) => full.strip_prefix(&normalize_start(start)).map(|rest| {
                let with = replacement.strip_suffix('*').map(|start| format!("{start}{rest}"));
                (start.len(), with.unwrap_or_else(|| replacement.to_owned()))
            }),
            None if normalize(written) == full && has_tag(written) => Some((usize::MAX, with_tag(replacement, tag))),
            None if !has_tag(written) && split(&normalize(written)).0 == name => {
                Some((usize::MAX - 1, with_tag(replacement, tag)))
            }
            None => None,
        };
        if let Some(found) = found.filter(|found| best.as_ref().is_none_or(|best| best.0 < found.0)) {
            best = Some(found);
        }
    }
    best.map_or(full, |(_, image)| normalize(&image))
}

/// The start of normalized names, from the start of written ones.
fn normalize_start(start: &str) -> String {
    let is_registry = |part: &str| !part.contains('/') && (part.contains(['.', ':']) || part == "localhost");
    if start.is_empty() || start.strip_suffix('/').is_some_and(is_registry) {
        return start.to_owned();
    }
    let whole = normalize(&format!("{start}x"));
    let (name, _) = split(&whole);
    name.strip_suffix('x').unwrap_or(name).to_owned()
}

/// The name, and the tag or digest with its separator.
fn split(reference: &str) -> (&str, &str) {
    let last = reference.rfind('/').map_or(0, |slash| slash + 1);
    let end = reference.get(last..).and_then(|rest| rest.find([':', '@'])).map_or(reference.len(), |end| last + end);
    reference.split_at_checked(end).unwrap_or((reference, ""))
}

fn has_tag(reference: &str) -> bool {
    !split(reference).1.is_empty()
}

fn with_tag(replacement: &str, tag: &str) -> String {
    if has_tag(replacement) { replacement.to_owned() } else { format!("{replacement}{tag}") }
}

/// Whether a normalized reference is in a registry, in a folder of one, or is the repository itself.
fn is_within(image: &str, allowed: &str) -> bool {
    let allowed = allowed.trim_end_matches('*').trim_end_matches('/');
    let is_registry = !allowed.contains('/') && (allowed.contains(['.', ':']) || allowed == "localhost");
    let place = if is_registry { allowed.to_owned() } else { split(&normalize(allowed)).0.to_owned() };
    let (name, _) = split(image);
    name.strip_prefix(&place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(keys: &str) -> Policy {
        let loader = Loader::new("slipway.yaml", b"images: { a: { runtime: scratch, cmd: [/a] } }".to_vec());
        let loader = loader.with_policy(POLICY_FILE, Ok(format!("policy: {{ {keys} }}").into_bytes()));
        loader.finish().spec.unwrap().policy
    }

    #[test]
    fn images_are_replaced_by_the_closest_entry() {
        let policy = policy(
            "images: { golang: m.example/go, \"golang:1.24\": \"m.example/go@sha256:00\", \"gcr.io/distroless/*\": \
             \"m.example/d/*\", \"gcr.io/distroless/static*\": \"m.example/static*\", \"docker.io/*\": \
             \"m.example/hub/*\", node: \"m.example/node:22-lts\" }",
        );
        for (written, image) in [
            ("golang:1.24", "m.example/go@sha256:00"),
            ("golang:1.25-trixie", "m.example/go:1.25-trixie"),
            ("golang@sha256:11", "m.example/go@sha256:11"),
            ("docker.io/library/golang:1.26", "m.example/go:1.26"),
            ("node:24", "m.example/node:22-lts"),
            ("gcr.io/distroless/cc-debian13:nonroot", "m.example/d/cc-debian13:nonroot"),
            ("gcr.io/distroless/static-debian13:nonroot", "m.example/static-debian13:nonroot"),
            ("alpine", "m.example/hub/library/alpine:latest"),
            ("bufbuild/buf:1.50", "m.example/hub/bufbuild/buf:1.50"),
            ("ghcr.io/acme/x:1", "ghcr.io/acme/x:1"),
            ("m.example/go:1", "m.example/go:1"),
        ] {
            assert_eq!(replaced(&policy, written), image, "{written}");
        }
    }

    #[test]
    fn images_come_only_from_allowed_registries() {
        let policy = policy(
            "images: { golang: m.example/go }, registries: [m.example, ghcr.io/acme, \"gcr.io/distroless/*\", busybox, \
             \"127.0.0.1:5000\"]",
        );
        for written in [
            "golang:1",
            "ghcr.io/acme/x:1",
            "ghcr.io/acme/x/y",
            "gcr.io/distroless/cc",
            "busybox:1",
            "127.0.0.1:5000/x",
        ] {
            assert!(image(&policy, written).is_ok(), "{written}");
        }
        for written in
            ["node:24", "ghcr.io/acmeevil/x", "m.example.org/x", "busybox2", "other/busybox", "127.0.0.1:50001/x"]
        {
            let error = image(&policy, written).unwrap_err();
            assert!(error.violation.is_some() && error.message.contains(written), "{written}: {error}");
        }
    }
}
