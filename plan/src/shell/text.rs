//! Shell text, and the only way to insert other text into it.
//!
//! Names of folders, packages, groups, secrets and hosts come from manifests and specs, which may be untrusted. In a
//! script, they are quoted words. [`Text`] enforces this: only literals of this program are inserted unquoted.

use std::fmt;
use std::ops::{Add, AddAssign};

/// Shell text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Text(String);

impl Text {
    /// A command in the spec, such as `run`.
    pub(crate) fn written(command: &str) -> Self {
        Self(command.to_owned())
    }

    /// A line that has no effect, but makes the script differ if its text differs.
    pub(crate) fn comment(text: &str) -> Self {
        let line: String = text.chars().filter(|c| !c.is_control()).collect();
        Self(format!("# {line}\n"))
    }

    /// The text itself, for display.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The text in one line, for display.
    pub(crate) fn first_line(&self) -> &str {
        self.0.trim().lines().next().unwrap_or_default()
    }

    /// The same text with one line break at its end.
    pub(crate) fn line(self) -> Self {
        Self(format!("{}\n", self.0.trim_end()))
    }

    /// Whether it is empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One word of shell, with any contents.
pub(crate) fn word(text: &str) -> Text {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=@:+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return Text(text.to_owned());
    }
    // Words cannot contain a NUL: arguments and paths end there.
    Text(format!("'{}'", text.replace('\0', "").replace('\'', r"'\''")))
}

/// Words separated by spaces.
pub(crate) fn words<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Text {
    let mut all = Text::default();
    for text in texts {
        if !all.is_empty() {
            all += " ";
        }
        all += word(text.as_ref());
    }
    all
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl<T: Into<Text>> Add<T> for Text {
    type Output = Self;

    fn add(mut self, more: T) -> Self {
        self += more;
        self
    }
}

impl<T: Into<Text>> AddAssign<T> for Text {
    fn add_assign(&mut self, more: T) {
        self.0.push_str(&more.into().0);
    }
}

impl Extend<Text> for Text {
    fn extend<I: IntoIterator<Item = Text>>(&mut self, more: I) {
        for text in more {
            *self += text;
        }
    }
}

impl FromIterator<Text> for Text {
    fn from_iter<I: IntoIterator<Item = Text>>(texts: I) -> Self {
        let mut all = Self::default();
        all.extend(texts);
        all
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use std::process::Command;

    use super::*;

    const HOSTILE: &[&str] = &[
        "",
        "plain/path-1.2_3",
        "my app",
        "$(touch /tmp/owned)",
        "`id`",
        "a;b|c&d>e<f",
        "it's",
        "\"quoted\" \\ 'both'",
        "two\nlines\r\n",
        "*?[a]{b,c}~",
        "#no comment",
        "-n",
        "!history $HOME ${PATH}",
        "ünïcödé\u{2028}",
    ];

    #[test]
    fn a_word_is_what_it_was_behind_every_shell() {
        for hostile in HOSTILE {
            let script = Text::from("printf '%s' ") + word(hostile);
            let said = Command::new("sh").args(["-c", script.as_str()]).output().unwrap();
            assert!(said.status.success(), "{script}");
            assert_eq!(String::from_utf8(said.stdout).unwrap(), *hostile, "{script}");
        }
        let script = Text::from("printf '%s\\n' ") + words(["a b", "", "c"]);
        let said = Command::new("sh").args(["-c", script.as_str()]).output().unwrap();
        assert_eq!(String::from_utf8(said.stdout).unwrap(), "a b\n\nc\n");
    }

    #[test]
    fn plain_words_stay_as_they_are() {
        assert_eq!(word("services/api-1.2_x").as_str(), "services/api-1.2_x");
        assert_eq!(word("a\0b").as_str(), "'ab'");
        assert_eq!(words(["--filter=./a", "b@1"]).as_str(), "--filter=./a b@1");
    }

    #[test]
    fn a_comment_is_one_line() {
        assert_eq!(Text::comment("revision 1\nrm -rf /").as_str(), "# revision 1rm -rf /\n");
    }
}
