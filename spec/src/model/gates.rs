//! Conditions for shipping an image: tests of its file system, a budget, a scan.

use serde_json::Value;

use super::{CacheFolder, FileMode, NetworkMode, Size, Timespan, form, image_name};
use crate::decode::{Context, Decode, Fields, Schemas, schema};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Map, Spanned, Template};

use super::check::fields_lack;

record! {
    /// Conditions on a text.
    pub struct TextMatch as "a condition on a text" (Default) {
        /// Text that it must contain.
        /// Example: `"1.2.3"`
        contains: Option<Template>,
        /// Text that it must equal, apart from leading and trailing white space.
        /// Example: `ok`
        equals: Option<Template>,
        /// A regular expression that must match a part of it.
        /// Example: `"^v[0-9]+"`
        matches: Option<Template>,
    }
}

/// Conditions on a text: the text that it must contain, or a map.
struct WrittenMatch(TextMatch);

impl Decode for WrittenMatch {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        if matches!(node.kind, Kind::Map(_)) {
            let text = TextMatch::decode(node, cx)?;
            if node.entries().is_empty() {
                cx.report(
                    Diagnostic::error(node.span, "this condition is empty")
                        .with_help("write the text that it must contain, as in `{ contains: \"1.2\" }`"),
                );
            }
            return Some(Self(text));
        }
        Some(Self(TextMatch { contains: Some(Template::decode(node, cx)?), ..TextMatch::default() }))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schema::any_of([Template::schema(schemas), TextMatch::schema(schemas)])
    }
}

record! {
    /// A test of a finished image: it runs a program in the image, or checks a file. It has exactly one of `run` and
    /// `file`.
    pub struct ImageTestKeys as "a test" {
        /// A program of the image and its arguments, as a list.
        /// Example: `[/api, --version]`
        run: Option<Vec<Template>>,
        /// The exit status that `run` must have.
        /// Default: `0`
        /// Example: `0`
        exit: Option<Spanned<u32>> where form::exit_status,
        /// What `run` must print to its standard output.
        /// Example: `{ contains: "1.2.3" }`
        stdout: Option<MatchKey>,
        /// What `run` must print to its standard error.
        /// Example: `{ matches: "^$" }`
        stderr: Option<MatchKey>,
        /// How long `run` may take.
        /// Default: `1m`
        /// Example: `10s`
        timeout: Option<Timespan>,
        /// A path of the image.
        /// Example: `/etc/api.toml`
        file: Option<Template> where form::absolute,
        /// Whether `file` must exist.
        /// Default: `true`
        /// Example: `false`
        exists: Option<Spanned<bool>>,
        /// The permission bits that `file` must have.
        /// Example: `"0444"`
        mode: Option<FileMode>,
        /// The owner that `file` must have: a user, and a group after a colon, each a name or a number.
        /// Example: `"1001:1001"`
        owner: Option<Template> where form::user,
        /// What `file` must contain.
        /// Example: `{ contains: "[server]" }`
        contents: Option<MatchKey>,
        /// Whether it must pass before there is an image. Otherwise, it runs only by `--target IMAGE/test`.
        /// Default: `true`
        /// Example: `false`
        gate: Option<Spanned<bool>>,
    }
}

/// Conditions on a text, as the value of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchKey(pub TextMatch);

impl Decode for MatchKey {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        WrittenMatch::decode(node, cx).map(|written| Self(written.0))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        WrittenMatch::schema(schemas)
    }
}

/// A test of a finished image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageTest {
    /// What it tests.
    pub of: ImageTestOf,
    /// Whether the image waits for it.
    pub is_gate: bool,
}

/// What a test of a finished image is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageTestOf {
    /// Runs a program of the image.
    Run {
        /// The program and its arguments.
        run: Vec<Template>,
        /// The exit status.
        exit: u32,
        /// Its standard output.
        stdout: Option<TextMatch>,
        /// Its standard error.
        stderr: Option<TextMatch>,
        /// How long it may take.
        timeout: Option<Timespan>,
    },
    /// A file of it is looked at.
    File {
        /// Its path.
        file: Template,
        /// Whether it must exist.
        exists: bool,
        /// Its permission bits.
        mode: Option<FileMode>,
        /// Its owner.
        owner: Option<Template>,
        /// Its contents.
        contents: Option<TextMatch>,
    },
}

impl Decode for ImageTest {
    fn decode(node: &Node, cx: &mut Context) -> Option<Self> {
        let mut fields = Fields::open(node, "a test", cx)?;
        let keys = ImageTestKeys::read(&mut fields, cx);
        let of_run: &[&str] = &["run", "exit", "stdout", "stderr", "timeout"];
        let of_file: &[&str] = &["file", "exists", "mode", "owner", "contents"];
        let kinds = (fields.find("run"), fields.find("file"));
        let strangers = match kinds {
            (Some(run), _) => Some((run, of_file)),
            (None, Some(file)) => Some((file, of_run)),
            (None, None) => None,
        };
        for (kind, key) in strangers.iter().flat_map(|(kind, keys)| keys.iter().map(move |key| (kind, key))) {
            if let Some(entry) = fields.find(key) {
                cx.report(
                    Diagnostic::error(entry.key.span, format!("a test with `{}` cannot have `{key}`", kind.key.value))
                        .with_label(kind.key.span, "the test")
                        .with_help("move it to a test of its own"),
                );
            }
        }
        let absent = keys.as_ref().and_then(|keys| keys.exists.as_ref()).filter(|exists| !exists.value);
        for key in ["mode", "owner", "contents"] {
            if let (Some(absent), Some(entry)) = (absent, fields.find(key)) {
                let message = format!("a file that must not exist cannot have `{key}`");
                let found = Diagnostic::error(entry.key.span, message).with_label(absent.span, "it must not exist");
                cx.report(found.with_help(format!("delete `{key}` or `exists`")));
            }
        }
        if let Some(entry) =
            fields.find("run").filter(|entry| matches!(&entry.value.kind, Kind::Sequence(words) if words.is_empty()))
        {
            let found = Diagnostic::error(entry.value.span, "this test runs nothing");
            cx.report(found.with_help("name a program of the image, as in `run: [/api, --version]`"));
            return None;
        }
        let is_strange = fields.finish(cx);
        if matches!(kinds, (None, None)) && !is_strange {
            cx.report(
                Diagnostic::error(node.span.at_start(), "this test does not test anything")
                    .with_help("add `run: [/program, argument]` or `file: /path`"),
            );
        }
        let keys = keys?;
        let text = |key: Option<MatchKey>| key.map(|key| key.0);
        let is_gate = keys.gate.is_none_or(|gate| gate.value);
        if fields_lack(node, &["run"]) {
            let of = ImageTestOf::File {
                file: keys.file?,
                exists: keys.exists.is_none_or(|exists| exists.value),
                mode: keys.mode,
                owner: keys.owner,
                contents: text(keys.contents),
            };
            return Some(Self { of, is_gate });
        }
        let of = ImageTestOf::Run {
            run: keys.run?,
            exit: keys.exit.map_or(0, |exit| exit.value),
            stdout: text(keys.stdout),
            stderr: text(keys.stderr),
            timeout: keys.timeout,
        };
        Some(Self { of, is_gate })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        ImageTestKeys::schema(schemas)
    }
}

record! {
    /// Limits on the size of an image.
    pub struct Budget as "`budget`" {
        /// The maximum total size of its files, those of its base included.
        /// Example: `25MB`
        size: Option<Size>,
        /// The maximum size of all its files compressed, which is about what a registry stores.
        /// Example: `10MB`
        packed: Option<Size>,
        /// The maximum number of its files, those of its base included. Folders do not count.
        /// Example: `500`
        files: Option<u32>,
    }
}

/// Reports a budget without limits.
pub(crate) fn limits(budget: &Option<Spanned<Budget>>, cx: &mut Context) {
    if let Some(budget) =
        budget.as_ref().filter(|budget| budget.size.is_none() && budget.packed.is_none() && budget.files.is_none())
    {
        let found = Diagnostic::error(budget.span, "this budget has no limits");
        cx.report(found.with_help("add `size: 25MB` or `files: 500`"));
    }
}

words! {
    /// The severity of a vulnerability.
    pub enum VulnerabilitySeverity as "severity" {
        /// Low and higher.
        Low = "low",
        /// Medium and higher.
        Medium = "medium",
        /// High and higher.
        High = "high",
        /// Critical only.
        Critical = "critical",
    }
}

record! {
    /// A scan of the finished image. `--target IMAGE/scan --output DIR` gives its reports.
    pub struct Scan as "`scan`" {
        /// The image of the scanner. Another one than the default needs `run`.
        /// Default: `aquasec/trivy:0.58.1`
        /// Example: `anchore/grype:v0.86.1-debug`
        image: Option<Template> where image_name::reference,
        /// Shell text that runs the scanner, with `set -eu`, in its image. `$SCAN_ROOT` is the file system of the
        /// finished image, `$SCAN_OUTPUT` a folder for reports, and `$SCAN_SEVERITY` the severities that count, as in
        /// `HIGH,CRITICAL`. It has to fail if there is a finding.
        /// Example: `scanner --fail-on "$SCAN_SEVERITY" "$SCAN_ROOT" >"$SCAN_OUTPUT/report.txt"`
        run: Option<Template>,
        /// The lowest severity that counts.
        /// Default: `high`
        /// Example: `high`
        severity: Option<VulnerabilitySeverity>,
        /// Whether it must pass before there is an image.
        /// Example: `true`
        gate: bool,
        /// Environment of the scanner.
        /// Example: `{ TRIVY_DB_REPOSITORY: mirror.example.com/trivy-db }`
        env: Map<Template> where form::variables,
        /// Its network access.
        /// Default: `default`
        /// Example: `none`
        network: Option<NetworkMode>,
        /// Folders that are cache mounts, for its database.
        /// Example: `[/root/.cache/grype]`
        cache: Vec<CacheFolder>,
    }
}

/// Reports a scanner that nobody says how to run.
pub(crate) fn scanner(scan: &Option<Spanned<Scan>>, cx: &mut Context) {
    let Some(Spanned { value: Scan { image: Some(image), run: None, .. }, .. }) = scan else { return };
    let found = Diagnostic::error(image.span, "it is not known how this scanner is run");
    cx.report(found.with_help(
        "add `run`, as in `run: scanner \"$SCAN_ROOT\" >\"$SCAN_OUTPUT/report.txt\"`; without `image` and `run`, the \
         scanner is Trivy, and `--build-context` replaces its image",
    ));
}
