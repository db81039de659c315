//! The methods of `docker buildx build --call=…` without an engine: a command for each.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Args as _, Command, FromArgMatches as _};
use slipway_spec::Parsed;

use super::check::failed;
use super::code::Code;
use super::screen::{Screen, trouble};
use super::spec_args::SpecArgs;
use crate::failure::Failure;
use crate::subrequests::{Answer, METHODS, Method, Needs, ask};

const FORMAT: &str = "format";
const JSON: &str = "json";
const TEXT: &str = "text";

/// Methods without a command here: `--help` replaces one, and `check` and `init` are commands of their own.
const NOT_HERE: [&str; 3] = ["describe", "lint", "init"];

/// The commands, in the order of the methods.
pub(super) fn commands() -> impl Iterator<Item = Command> {
    METHODS.iter().filter(|method| !NOT_HERE.contains(&method.last_word())).map(|method| {
        let formats = formats(method);
        let mut format = Arg::new(FORMAT)
            .long(FORMAT)
            .value_name("FORMAT")
            .help("Output format")
            .value_parser(PossibleValuesParser::new(formats.clone()));
        format = formats.first().map(|first| format.clone().default_value(*first)).unwrap_or(format);
        let command = SpecArgs::augment_args(Command::new(method.last_word())).arg(format);
        // Methods about Slipway itself have no options.
        let command = if method.needs == Needs::Nothing {
            command.mut_args(|option| if option.get_id() == FORMAT { option } else { option.hide(true) })
        } else {
            command
        };
        command.about(method.description).long_about(None)
    })
}

/// The output formats of a method, the default first.
fn formats(method: &Method) -> Vec<&'static str> {
    let mut formats = method.formats.to_vec();
    if formats.is_empty() {
        formats.push(TEXT);
    }
    if !formats.contains(&JSON) {
        formats.push(JSON);
    }
    formats
}

/// Runs the method of a name.
pub(super) fn run(name: &str, matches: &ArgMatches) -> Code {
    let Some(method) = METHODS.iter().find(|method| method.last_word() == name) else {
        return trouble(&format!("there is no command `{name}`"));
    };
    let spec = match SpecArgs::from_arg_matches(matches) {
        Ok(spec) => spec,
        Err(error) => return trouble(&error.to_string()),
    };
    let asked = matches.get_one::<String>(FORMAT).map(String::as_str).unwrap_or(TEXT);
    let format = method.formats.iter().copied().find(|known| *known == asked);
    let (parsed, answer) = match answer(method, format, &spec) {
        Ok(found) => found,
        Err(reason) => return trouble(&reason),
    };
    match answer {
        Err(failure) => failed(failure, &parsed.sources, &spec),
        Ok(answer) => {
            let as_json = format.is_none() && asked == JSON;
            let mut text = if as_json { answer.json_text() } else { answer.text };
            if !text.ends_with('\n') {
                text.push('\n');
            }
            Screen::stdout(spec.color).write(&text, Code::Fine)
        }
    }
}

fn answer(
    method: &Method,
    format: Option<&'static str>,
    spec: &SpecArgs,
) -> Result<(Parsed, Result<Answer, Failure>), String> {
    // Methods about Slipway itself also work without a spec.
    let loaded = if method.needs == Needs::Nothing { spec.load_nothing()? } else { spec.load()? };
    let answer = super::wait::block_on(ask((method, format), &loaded.project, &loaded.parsed, &loaded.scope));
    Ok((loaded.parsed, answer))
}
