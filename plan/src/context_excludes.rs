//! Files in a checkout that no build needs: installed packages, caches, the history. The client need not send them,
//! even if no ignore file excludes them.
//!
//! The answer depends only on the spec, never on the target: every target of a file requests the same context, so that
//! a build of many targets sends the files once. And nothing may be missing silently: paths that anything but a preset
//! reads from the context are complete.

use std::collections::BTreeSet;

use slipway_spec::model::{Address, Build, NamedContext, Origin, Preset};
use slipway_spec::{Spec, Template, join_path};

use crate::presets;

/// The history of the repository: no preset reads it.
const HISTORY: &str = ".git";

/// Patterns of files to exclude, in the syntax of an ignore file; those with `!` include files again. The ignore file's
/// own patterns follow them and take precedence.
#[must_use]
pub fn context_excludes(spec: &Spec) -> Vec<String> {
    let builds = spec.all_builds();
    // A Dockerfile and a check of the repository may read anything.
    if builds.is_empty() || spec.adopts_dockerfile() || spec.checks.iter().next().is_some() {
        return Vec::new();
    }
    let Some(wanted) = wanted(spec, &builds) else {
        return Vec::new();
    };
    let mut patterns = vec![HISTORY.to_owned()];
    for build in &builds {
        let folder = build.source.path.as_ref().and_then(Template::as_literal).and_then(|path| join_path("", path));
        patterns.extend(presets::context_excludes(build, &folder.unwrap_or_default()));
    }
    patterns.sort();
    patterns.dedup();
    patterns.retain(|pattern| !builds.iter().any(|build| names(build, last_part(pattern))));
    if patterns.is_empty() {
        return patterns;
    }
    patterns.extend(wanted.into_iter().map(|path| format!("!{path}")));
    patterns
}

/// The paths of the context that any target of a spec uses, if the spec names all of them: images of files and of static
/// builds. The client need not send anything else.
#[must_use]
pub fn context_paths(spec: &Spec) -> Option<Vec<String>> {
    let builds = spec.all_builds();
    let reads_more = spec.adopts_dockerfile() || spec.checks.iter().next().is_some();
    if reads_more || builds.iter().any(|build| build.preset.value != Preset::Static) {
        return None;
    }
    wanted(spec, &builds).filter(|paths| !paths.is_empty())
}

/// The same for the files of a named context.
#[must_use]
pub fn named_context_paths(spec: &Spec, name: &str) -> Option<Vec<String>> {
    // A stage, a build or an image may be a target, and what something starts from is used as a whole.
    if spec.contexts.get(name).is_none() || spec.named_bases().any(|(_, base)| base.value == name) {
        return None;
    }
    let origins = spec.all_builds().into_iter().filter_map(|build| build.origin.as_ref());
    let of_name = |address: &&Address| matches!(&address.origin, Origin::Named(_, of) if of.value == name);
    let mut paths = spec.addresses().chain(origins).filter(of_name).map(|address| plain(&address.path));
    let paths: BTreeSet<_> = paths.by_ref().collect::<Option<_>>()?;
    Some(paths.into_iter().collect::<Vec<_>>()).filter(|paths| !paths.is_empty())
}

/// The paths of the context that something other than a preset reads; `None` if they cannot be determined.
fn wanted(spec: &Spec, builds: &[&Build]) -> Option<Vec<String>> {
    let addresses = spec.addresses().filter(|address| address.origin == Origin::Context).map(|address| &address.path);
    let contexts = spec.contexts.iter().filter_map(|(_, context)| match context {
        NamedContext::Path(path) => Some(path),
        NamedContext::Git { .. } | NamedContext::Http { .. } | NamedContext::Image(_) => None,
    });
    // Files that are shipped unchanged.
    let folders = builds.iter().filter(|build| presets::ships_its_source(build)).map(|build| &build.source.path);
    let mut paths = folders.map(|path| plain(path.as_ref()?)).collect::<Option<Vec<_>>>()?;
    for path in addresses.chain(contexts) {
        paths.push(plain(path)?);
    }
    paths.sort();
    paths.dedup();
    Some(paths)
}

/// A path that an ignore file can name; `None` for the context itself, for one that depends on arguments, and for one
/// that would be a pattern there.
fn plain(path: &Template) -> Option<String> {
    let path = join_path("", path.as_literal()?.trim_start_matches('/'))?;
    (!path.is_empty() && !path.contains(['*', '?', '[', '\\', '!', '#'])).then_some(path)
}

/// Whether a path in a build contains a folder that would be excluded.
fn names(build: &Build, part: &str) -> bool {
    let source = &build.source;
    let texts = source.path.iter().chain(&source.include).chain(&build.keys.output);
    let mut literals = texts.map(Template::as_literal);
    literals.any(|text| text.is_none_or(|text| text.split('/').any(|name| name == part)))
}

fn last_part(pattern: &str) -> &str {
    pattern.rsplit('/').next().unwrap_or(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(spec: &str) -> String {
        let parsed = slipway_spec::parse("slipway.yaml", spec.as_bytes().to_vec());
        context_excludes(&parsed.spec.unwrap()).join(" ")
    }

    #[test]
    fn what_the_tools_of_a_file_leave_stays_with_the_client() {
        assert_eq!(of("images: { a: { go: . } }"), ".git");
        assert_eq!(of("images: { a: { go: . }, b: { node: ./web } }"), "**/node_modules .git");
        assert_eq!(
            of("builds: { e: { preset: rust, source: ./svc/edge } }\nimages: { a: { build: e } }"),
            ".git svc/edge/target svc/target target"
        );
        assert_eq!(of("images: { a: { files: { /x: ./x } } }"), "", "there is no preset");
    }

    #[test]
    fn a_spec_that_names_all_files_gets_only_these() {
        let paths = |spec: &str, context: Option<&str>| {
            let spec = slipway_spec::parse("slipway.yaml", spec.as_bytes().to_vec()).spec.unwrap();
            let paths = context.map_or_else(|| context_paths(&spec), |name| named_context_paths(&spec, name));
            paths.map(|paths| paths.join(" ")).unwrap_or_else(|| "all".to_owned())
        };
        let files = "contexts: { c: { path: ./d }, e: { git: \"https://h/x.git\" } }\n\
                     stages: { s: { from: \"q:1\", steps: [{ copy: { from: \"c:/p/q\", to: / } }] }, t: { from: e, steps: [{ run: t }] } }\n";
        let with = |images: &str| format!("{files}images: {{ {images} }}");
        let ships = with("a: { static: ./site, files: { /x: ./b/../x, /y: \"c:/y\" } }");
        assert_eq!(paths(&ships, None), "d site x");
        assert_eq!(paths(&ships, Some("c")), "p/q y");
        assert_eq!(paths(&ships, Some("e")), "all", "a stage starts from it");
        assert_eq!(paths(&ships, Some("s")), "all", "it may be the target");
        assert_eq!(paths(&with("a: { static: \"c:/z\" }"), Some("c")), "p/q z");
        for image in
            ["a: { go: . }", "a: { static: . }", "a: { files: { /x: \"./[id]\" } }", "a: { files: { /x: ./ } }"]
        {
            assert_eq!(paths(&with(image), None), "all", "{image}");
        }
        assert_eq!(paths(&with("a: { files: { /x: \"c:/\" } }"), Some("c")), "all");
        let checked = with("a: { files: { /x: ./x } }") + "\nchecks: { lint: { from: \"q:1\", run: lint } }";
        assert_eq!(paths(&checked, None), "all");
    }

    #[test]
    fn what_is_named_comes_whole() {
        assert_eq!(of("images: { a: { node: ., files: { /web: ./web/./site } } }"), "**/node_modules .git !web/site");
        assert_eq!(of("images: { a: { node: ., files: { /web: ./ } } }"), "", "all of it is named");
        assert_eq!(of("args: { X: a }\nimages: { a: { node: ., files: { /web: \"./${X}\" } } }"), "");
        assert_eq!(
            of("stages: { s: { dockerfile: ./Dockerfile } }\nimages: { a: { node: ., files: { /s: \"s:/\" } } }"),
            ""
        );
        assert_eq!(
            of(
                "builds: { w: { preset: node, source: { include: [\"node_modules/**\"] } } }\nimages: { a: { build: w } }"
            ),
            ".git"
        );
    }
}
