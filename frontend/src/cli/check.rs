//! `slipway check`: reports problems of a spec.

use clap::Args;
use clap::builder::PossibleValuesParser;
use clap::builder::{PossibleValue, TypedValueParser as _};
use slipway_report::Format;
use slipway_spec::{Severity, SourceFile, Sources};

use super::code::Code;
use super::report::{report, report_as};
use super::screen::{Screen, trouble};
use super::spec_args::{Loaded, SpecArgs};
use crate::analysis::Analysis;
use crate::failure::Failure;
use crate::warnings::{warnings, without_told};

/// Check a Slipway file
///
/// Reads the file and its includes, plans every image, and applies the lint rules. Nothing is built, and nothing is
/// looked up elsewhere.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    spec: SpecArgs,
    /// Output format [default: human on a terminal, plain elsewhere]
    #[arg(long, value_name = "FORMAT", value_parser = format_parser())]
    format: Option<Format>,
    /// Exit with 1 on warnings as well
    #[arg(long)]
    strict: bool,
}

/// The formats by name. `human` here is the terminal renderer, because it can be used elsewhere too.
fn format_parser() -> impl clap::builder::TypedValueParser<Value = Format> {
    const HUMAN: &str = "human";
    let words = Format::all().map(|(word, format)| match format {
        Format::Terminal => PossibleValue::new(HUMAN).alias(word),
        _ => PossibleValue::new(word),
    });
    PossibleValuesParser::new(words)
        .map(|word| if word == HUMAN { Format::Terminal } else { Format::find(&word).unwrap_or(Format::Plain) })
}

pub(super) fn run(check: &Check) -> Code {
    let loaded = match check.spec.load() {
        Ok(loaded) => loaded,
        Err(reason) => return trouble(&reason),
    };
    let Loaded { parsed, project, scope } = &loaded;
    let (mut found, errors) = match &parsed.spec {
        Err(found) => (found.clone(), found.len()),
        Ok(spec) => match super::wait::block_on(Analysis::overview_of(project, spec, scope)) {
            Err(failure) => return failed(failure, &parsed.sources, &check.spec),
            Ok(analysis) => {
                let mut found = analysis.errors().to_vec();
                let warnings = warnings(
                    &parsed.sources,
                    (spec, spec.images_span),
                    scope.target(),
                    analysis.overview(),
                    project.ignore(),
                    &scope.request,
                    true,
                );
                found.extend(without_told(warnings, analysis.errors()));
                let errors = found.iter().filter(|found| found.severity == Severity::Error).count();
                (found, errors)
            }
        },
    };
    // Errors first, regardless of their locations: without errors, there are only warnings.
    found.sort_by_key(|found| std::cmp::Reverse(found.severity));
    let code = if errors > 0 || check.strict && !found.is_empty() { Code::Findings } else { Code::Fine };
    let screen = Screen::stdout(check.spec.color);
    let format = check.format.unwrap_or(if screen.is_terminal { Format::Terminal } else { Format::Plain });
    let policy = parsed.spec.as_ref().ok().map(|spec| &spec.policy);
    let mut text = report_as(format, &found, (&parsed.sources, policy), &screen);
    if found.is_empty() && format == Format::Terminal {
        let name = parsed.sources.iter().next().map(SourceFile::name).unwrap_or_default();
        text = format!("{name}: no problems found\n");
    }
    screen.write(&text, code)
}

/// Why a spec has no answer.
pub(super) fn failed(failure: Failure, sources: &Sources, spec: &SpecArgs) -> Code {
    match failure {
        Failure::Invalid(found) => {
            let screen = Screen::stderr(spec.color);
            screen.write(&report(&found, sources, &screen), Code::Findings)
        }
        Failure::Other(message) => trouble(&message),
        Failure::UnknownRequest { name, help } => trouble(&format!("there is no method `{name}`; {help}")),
        Failure::Engine(status) | Failure::EngineAt { status, .. } => trouble(status.message()),
    }
}
