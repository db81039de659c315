//! The tests and the budget of an image: steps that examine its finished file system. The image waits for them, and
//! contains nothing of them. A test with `gate: false` runs only by the target `IMAGE/test`, which runs all tests.
//!
//! The program that examines is that of the frontend's own image. It needs nothing from the image, so that images
//! without a shell can be examined, and runs on the build platform.

mod junit;

use std::time::Duration;

use slipway_spec::model::{Image, ImageTest, ImageTestOf, TextMatch, Timespan};
use slipway_spec::{Diagnostic, Span, Spanned, Template};

use crate::draft::Draft;
use crate::env::env_of;
use crate::final_image::Ends;
use crate::image::scratch;
use crate::step::{Container, Script};
use crate::{Examination, Layer, LayerItem, Mount, MountKind, Network, Source, StepId, StepKind, TextExamination};

/// The program in the frontend's image, and its command.
const PROGRAM: &str = "/slipway";
const COMMAND: &str = "examine";
/// Its path in an image whose programs it runs.
const IN_IMAGE: &str = "/run/slipway/slipway";
/// What it examines for.
const FILE: &str = "/run/slipway/examination.json";
/// The parts of the image, for what is not run in it.
const IMAGE: &str = "/run/slipway/image";
/// The output folder of a step, which stays empty.
const OUTPUT: &str = "/run/slipway/out";

/// How long a test may run by default.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Plans the tests and the budget that an image waits for. They run in parallel with each other and with everything
/// else.
///
/// # Errors
/// A text is wrong.
pub(crate) fn plan(draft: &mut Draft<'_>, owner: &str, image: &Image, ends: &Ends) -> Result<(), Diagnostic> {
    let keys = &image.keys;
    let first = keys.tests.iter().find(|(_, test)| test.is_gate).map(|(name, _)| name.span);
    let Some(span) = first.or_else(|| keys.budget.as_ref().map(|budget| budget.span)) else { return Ok(()) };
    let examined = Examined::of(draft, owner, ends, span);
    for (name, test) in keys.tests.iter().filter(|(_, test)| test.is_gate) {
        examined.test(draft, name, test)?;
    }
    if let Some(Spanned { value: budget, span }) = &keys.budget {
        let bytes = |size: Option<slipway_spec::model::Size>| size.map(|size| size.0);
        let (size, packed, files) = (bytes(budget.size), bytes(budget.packed), budget.files.map(u64::from));
        let limits = Examination::Budget { size, packed, files };
        let step = examined.outside(draft, "budget", *span, &limits);
        draft.gate(format!("{owner}/budget"), step, *span);
    }
    Ok(())
}

/// The name of the report of the tests of an image.
const REPORT: &str = "/junit.xml";

/// Plans all tests of an image, for their report, which exists if they have passed.
///
/// # Errors
/// A text is wrong.
pub(crate) fn report(draft: &mut Draft<'_>, owner: &str, image: &Image, ends: &Ends) -> Result<StepId, Diagnostic> {
    let tests = &image.keys.tests;
    let span = tests.iter().next().map_or(Span::START, |(name, _)| name.span);
    let examined = Examined::of(draft, owner, ends, span);
    for (name, test) in tests.iter() {
        examined.test(draft, name, test)?;
    }
    let report = LayerItem::Text {
        path: REPORT.to_owned(),
        content: junit::report(owner, tests.names()),
        mode: 0o644,
        owner: None,
    };
    let name = format!("[{}{owner} test] report", examined.prefix);
    let nothing = draft.base(owner, &name, scratch(), draft.platform, span);
    let layer = Layer { name: name.clone(), history: String::new(), span, items: vec![report] };
    Ok(draft.add(owner, name, span, StepKind::Write { root: nothing, layer }))
}

/// An image that is examined.
struct Examined<'a> {
    owner: &'a str,
    /// The step with the program.
    tool: StepId,
    ends: &'a Ends,
    prefix: String,
}

impl<'a> Examined<'a> {
    fn of(draft: &mut Draft<'_>, owner: &'a str, ends: &'a Ends, span: Span) -> Self {
        let tool = draft.add(owner, "[internal] slipway examine", span, StepKind::Source(Source::Frontend));
        Self { owner, tool, ends, prefix: draft.prefix(draft.platform) }
    }

    fn test(&self, draft: &mut Draft<'_>, name: &Spanned<String>, test: &ImageTest) -> Result<(), Diagnostic> {
        let what = |what: &str| format!("test] {}: {what}", name.value);
        let step = match &test.of {
            ImageTestOf::Run { run, exit, stdout, stderr, timeout } => {
                let run = draft.eval_all(run)?;
                let title = what(run.join(" ").lines().next().unwrap_or_default());
                let (stdout, stderr) = (text(draft, stdout.as_ref())?, text(draft, stderr.as_ref())?);
                let timeout = timeout.map_or(TIMEOUT, |Timespan(time)| time);
                let timeout = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
                self.inside(draft, &title, name, &Examination::Program { run, exit: *exit, stdout, stderr, timeout })
            }
            ImageTestOf::File { file, exists, mode, owner, contents } => {
                let path = draft.eval(file)?;
                if !path.starts_with('/') {
                    let found = Diagnostic::error(file.span, format!("`{path}` is not an absolute path"));
                    return Err(found.with_help(format!("write `/{}`", path.trim_start_matches("./"))));
                }
                let (title, mode) = (what(&path), mode.map(|mode| mode.0));
                let (owner, contents) = (draft.eval_option(owner.as_ref())?, text(draft, contents.as_ref())?);
                let wanted = Examination::File { path, exists: *exists, mode, owner, contents };
                self.outside(draft, &title, name.span, &wanted)
            }
        };
        draft.gate(format!("{}/tests/{}", self.owner, name.value), step, name.span);
        Ok(())
    }

    /// A step in the image, as a container of it starts.
    fn inside(&self, draft: &mut Draft<'_>, title: &str, name: &Spanned<String>, wanted: &Examination) -> StepId {
        let config = &self.ends.config;
        let of = |key: &str| config.pointer(&format!("/config/{key}")).and_then(serde_json::Value::as_str);
        let tool = MountKind::ReadOnly { from: self.tool, path: PROGRAM.to_owned() };
        let script = Script {
            args: [IN_IMAGE, COMMAND, FILE].map(str::to_owned).to_vec(),
            mounts: vec![Mount { target: IN_IMAGE.to_owned(), kind: tool }, Mount::text(FILE, wanted.to_json())],
            network: Network::None,
        };
        // The program is one for the build platform, and starts those of the image.
        let platform = &draft.request.build_platform;
        let container = Container::new(self.ends.result, platform, env_of(config));
        let container = container.cwd(of("WorkingDir").filter(|folder| !folder.is_empty()).unwrap_or("/"));
        let run = container.run(script).by(of("User").unwrap_or_default());
        draft.add(self.owner, self.title(title), name.span, run)
    }

    /// A step beside the image, which is not put together for it.
    fn outside(&self, draft: &mut Draft<'_>, title: &str, span: Span, wanted: &Examination) -> StepId {
        let script = Script {
            args: [PROGRAM, COMMAND, FILE, IMAGE].map(str::to_owned).to_vec(),
            mounts: vec![Mount::text(FILE, wanted.to_json())],
            network: Network::None,
        };
        let container = Container::new(self.tool, &draft.request.build_platform, Vec::new());
        let run = container.mount(Mount::parts(IMAGE, self.ends.result)).run(script).output(OUTPUT);
        draft.add(self.owner, self.title(title), span, run)
    }

    fn title(&self, what: &str) -> String {
        let close = if what.contains(']') { "" } else { "]" };
        format!("[{}{} {what}{close}", self.prefix, self.owner)
    }
}

/// Conditions on a text, with their arguments replaced.
fn text(draft: &mut Draft<'_>, wanted: Option<&TextMatch>) -> Result<Option<TextExamination>, Diagnostic> {
    let Some(TextMatch { contains, equals, matches }) = wanted else { return Ok(None) };
    if let Some(pattern) = matches {
        check_pattern(draft, pattern)?;
    }
    Ok(Some(TextExamination {
        contains: draft.eval_option(contains.as_ref())?,
        equals: draft.eval_option(equals.as_ref())?,
        matches: draft.eval_option(matches.as_ref())?,
    }))
}

fn check_pattern(draft: &mut Draft<'_>, pattern: &Template) -> Result<(), Diagnostic> {
    let written = draft.eval(pattern)?;
    regex_lite::Regex::new(&written).map(drop).map_err(|error| {
        Diagnostic::error(pattern.span, format!("`{written}` is not a regular expression: {error}"))
            .with_help("write `contains` for text without patterns, or a backslash before a sign that has a meaning")
    })
}
