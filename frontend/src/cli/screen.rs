//! Standard output and standard error, with or without color.

use std::io::{self, ErrorKind, IsTerminal, Write};

use slipway_spec::visible;

use super::code::Code;

/// When to use color.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    /// Whether to use color, depending on whether the output is a terminal; `var` looks up the environment. See
    /// no-color.org and bixense.com/clicolors.
    fn decide(self, is_terminal: bool, var: impl Fn(&str) -> Option<String>) -> bool {
        let set = |name: &str| var(name).filter(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if set("NO_COLOR").is_some() => false,
            Self::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Self::Auto if set("CLICOLOR").as_deref() == Some("0") || set("TERM").as_deref() == Some("dumb") => false,
            Self::Auto => is_terminal,
        }
    }
}

/// One of the two outputs.
#[derive(Debug)]
pub(super) struct Screen {
    pub(super) color: bool,
    pub(super) is_terminal: bool,
    is_stderr: bool,
}

impl Screen {
    pub(super) fn stdout(color: Color) -> Self {
        Self::new(color, io::stdout().is_terminal(), false)
    }

    pub(super) fn stderr(color: Color) -> Self {
        Self::new(color, io::stderr().is_terminal(), true)
    }

    fn new(color: Color, is_terminal: bool, is_stderr: bool) -> Self {
        Self { color: color.decide(is_terminal, |name| std::env::var(name).ok()), is_terminal, is_stderr }
    }

    /// Writes a text and returns `code`, or an error if the text could not be written. A reader that stops early is not
    /// an error.
    pub(super) fn write(&self, text: &str, code: Code) -> Code {
        let written = if self.is_stderr { emit(io::stderr().lock(), text) } else { emit(io::stdout().lock(), text) };
        match written {
            Ok(()) => code,
            Err(error) if error.kind() == ErrorKind::BrokenPipe => code,
            // The error cannot be shown anywhere.
            Err(_) if self.is_stderr => Code::Trouble,
            Err(error) => trouble(&format!("standard output cannot be written: {error}")),
        }
    }
}

fn emit(mut out: impl Write, text: &str) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Reports why the command failed.
pub(super) fn trouble(message: &str) -> Code {
    Screen::stderr(Color::Never).write(&format!("error: {}\n", visible::message(message)), Code::Trouble)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn color_follows_the_option_then_the_environment_then_the_terminal() {
        let decide = |color: Color, is_terminal, vars: &[(&str, &str)]| {
            color.decide(is_terminal, |name| {
                vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(decide(Color::Auto, true, &[]));
        assert!(!decide(Color::Auto, false, &[]));
        assert!(!decide(Color::Auto, true, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
        assert!(decide(Color::Auto, true, &[("NO_COLOR", "")]));
        assert!(decide(Color::Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!decide(Color::Auto, false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!decide(Color::Auto, true, &[("CLICOLOR", "0")]));
        assert!(!decide(Color::Auto, true, &[("TERM", "dumb")]));
        assert!(decide(Color::Always, false, &[("NO_COLOR", "1")]));
        assert!(!decide(Color::Never, true, &[("CLICOLOR_FORCE", "1")]));
    }
}
