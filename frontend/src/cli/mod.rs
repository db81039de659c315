//! The command line: analyzes a spec without an engine, a registry or a network.
//!
//! Each command is a file: [`check`], [`init`], [`explain`], [`ask`] for the methods that are also available as `--call`,
//! and [`fmt`]. They read files of the folder to build ([`project`]), write to the two outputs ([`screen`]), and exit with
//! one of three statuses ([`code`]). Only `init` and `fmt` write files.

mod ask;
mod check;
mod code;
mod explain;
mod fmt;
mod folder;
mod format;
mod init;
mod load;
mod project;
mod report;
mod screen;
mod spec_args;
mod wait;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args as _, Command, FromArgMatches as _, value_parser};
use clap_complete::Shell;

use code::Code;
use screen::{Color, Screen, trouble};

const NAME: &str = "slipway";

const EXAMPLES: &str = "\
Examples:
  slipway init                                 write ./slipway.yaml for this repository
  slipway check                                report problems in ./slipway.yaml
  slipway check --format github --strict       the same for a pull request: annotations, and warnings count
  slipway explain RootUser                     show the page of a rule
  slipway targets                              list what `--target` accepts
  slipway check -f deploy/api.yaml services    another file, another folder
  slipway fmt --check *.yaml                   show what `slipway fmt` would change
  source <(slipway completions bash)           completions for this shell

Exit status: 0 success, 1 the file has to change, 2 wrong usage or a file cannot be read or written.
";

/// The whole command line.
fn command() -> Command {
    let completions = Command::new("completions")
        .about("Print a completion script for a shell")
        .arg(clap::Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell)));
    Command::new(NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .about("Analyze Slipway files without an engine")
        .long_about(
            "Analyze Slipway files without an engine.\n\nThe same program builds them: name its image in the first \
             line of a file, `# syntax=<registry>/slipway:1`, and run `docker buildx build -f slipway.yaml .`",
        )
        .after_help(EXAMPLES)
        .max_term_width(100)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(check::Check::augment_args(Command::new("check")))
        .subcommand(init::Init::augment_args(Command::new("init")))
        .subcommand(explain::Explain::augment_args(Command::new("explain")))
        .subcommands(ask::commands())
        .subcommand(fmt::Fmt::augment_args(Command::new("fmt")))
        .subcommand(completions)
}

/// Runs a command; the first argument is the name of the program.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return usage(&error).into(),
    };
    let code = match matches.subcommand() {
        Some(("check", matches)) => check::Check::from_arg_matches(matches).map(|check| check::run(&check)),
        Some(("init", matches)) => init::Init::from_arg_matches(matches).map(|init| init::run(&init)),
        Some(("explain", matches)) => explain::Explain::from_arg_matches(matches).map(|explain| explain::run(&explain)),
        Some(("fmt", matches)) => fmt::Fmt::from_arg_matches(matches).map(|fmt| fmt::run(&fmt)),
        Some(("completions", matches)) => Ok(completions(matches.get_one::<Shell>("shell").copied())),
        Some((name, matches)) => Ok(ask::run(name, matches)),
        None => Ok(trouble("there is no command")),
    };
    code.unwrap_or_else(|error| usage(&error)).into()
}

/// Exits with a message about an error that commands do not expect.
pub(crate) fn fail(words: &str) -> ExitCode {
    trouble(words).into()
}

/// Help and versions go to standard output, errors to standard error.
fn usage(error: &clap::Error) -> Code {
    let text = error.render().to_string();
    let text = slipway_spec::visible::visible_lines(&text);
    if error.use_stderr() {
        Screen::stderr(Color::Never).write(&text, Code::Trouble)
    } else {
        Screen::stdout(Color::Never).write(&text, Code::Fine)
    }
}

fn completions(shell: Option<Shell>) -> Code {
    let Some(shell) = shell else {
        return trouble("unknown shell");
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), NAME, &mut script);
    Screen::stdout(Color::Never).write(&String::from_utf8_lossy(&script), Code::Fine)
}
