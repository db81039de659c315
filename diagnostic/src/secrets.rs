//! Secrets that can be recognized by their form: access tokens of well-known services, private keys, and passwords in
//! URLs.
//!
//! A rule reports them, and no finding shows them: [`masked`] hides them in excerpts and messages.

use std::borrow::Cow;
use std::ops::Range;

/// A secret in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSecret {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// What it is, with an article: `a GitHub token`.
    pub what: &'static str,
}

/// A form of tokens: a fixed start, and at least a number of characters from a set after it.
struct Form {
    start: &'static str,
    least: usize,
    is_part: fn(u8) -> bool,
    what: &'static str,
}

const fn form(start: &'static str, least: usize, is_part: fn(u8) -> bool, what: &'static str) -> Form {
    Form { start, least, is_part, what }
}

/// Letters and digits.
fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// Capital letters and digits.
fn capital(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// Base64 for URLs.
fn url_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Base64 for URLs, in parts.
fn dotted(byte: u8) -> bool {
    url_safe(byte) || byte == b'.'
}

/// As their services document them. A start is so rare, or its rest so long, that other texts do not have this form.
const FORMS: &[Form] = &[
    form("AKIA", 16, capital, "an AWS access key id"),
    form("ASIA", 16, capital, "an AWS access key id"),
    form("AIza", 35, url_safe, "a Google API key"),
    form("SG.", 60, dotted, "a SendGrid API key"),
    form("dckr_pat_", 20, url_safe, "a Docker access token"),
    form("dop_v1_", 64, word, "a DigitalOcean token"),
    form("eyJhbGciOi", 40, dotted, "a JSON web token"),
    form("gho_", 36, word, "a GitHub token"),
    form("ghp_", 36, word, "a GitHub token"),
    form("ghr_", 36, word, "a GitHub token"),
    form("ghs_", 36, word, "a GitHub token"),
    form("ghu_", 36, word, "a GitHub token"),
    form("github_pat_", 40, url_safe, "a GitHub token"),
    form("glpat-", 20, url_safe, "a GitLab token"),
    form("glrt-", 20, url_safe, "a GitLab token"),
    form("hf_", 34, word, "a Hugging Face token"),
    form("npm_", 36, word, "an npm token"),
    form("pypi-AgE", 60, url_safe, "a PyPI token"),
    form("rk_live_", 20, word, "a Stripe key"),
    form("sk-ant-", 40, url_safe, "an Anthropic API key"),
    form("sk-proj-", 40, url_safe, "an OpenAI API key"),
    form("sk_live_", 20, word, "a Stripe key"),
    form("xoxb-", 30, url_safe, "a Slack token"),
    form("xoxp-", 30, url_safe, "a Slack token"),
];

/// The lines around a private key.
const KEY_BEGIN: &str = "-----BEGIN ";
const KEY_END: &str = "-----END ";

/// Passwords of examples.
const EXAMPLES: &[&str] = &["changeme", "example", "pass", "passwd", "password", "pw", "secret", "token", "x", "xxx"];

/// The secrets in a text, in order, without overlap.
#[must_use]
pub fn secrets(text: &str) -> Vec<KnownSecret> {
    let mut found: Vec<_> = tokens(text).chain(keys(text)).chain(passwords(text)).collect();
    found.sort_by_key(|secret| (secret.range.start, std::cmp::Reverse(secret.range.end)));
    let mut end = 0;
    found.retain(|secret| {
        let is_new = secret.range.start >= end;
        end = end.max(secret.range.end);
        is_new
    });
    found
}

/// A text with `*` for every character of a secret, so that positions in it stay the same.
#[must_use]
pub fn masked(text: &str) -> Cow<'_, str> {
    let found = secrets(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut last = 0;
    for secret in found {
        shown.push_str(text.get(last..secret.range.start).unwrap_or_default());
        let hidden = text.get(secret.range.clone()).unwrap_or_default();
        shown.extend(hidden.chars().map(|c| if c == '\n' || c == '\r' { c } else { '*' }));
        last = secret.range.end;
    }
    shown.push_str(text.get(last..).unwrap_or_default());
    Cow::Owned(shown)
}

/// Whether a text contains a private key.
#[must_use]
pub fn has_private_key(text: &str) -> bool {
    keys(text).next().is_some()
}

fn tokens(text: &str) -> impl Iterator<Item = KnownSecret> + '_ {
    FORMS.iter().flat_map(move |form| {
        text.match_indices(form.start)
            .filter_map(move |(start, _)| {
                // Inside a longer word, it is not a token.
                let before = text.as_bytes().get(start.checked_sub(1)?..start)?;
                (!before.iter().copied().any(url_safe)).then_some(start)
            })
            .chain(text.starts_with(form.start).then_some(0))
            .filter_map(move |start| {
                let rest = text.as_bytes().get(start + form.start.len()..)?;
                let length = rest.iter().take_while(|byte| (form.is_part)(**byte)).count();
                let end = start + form.start.len() + length;
                (length >= form.least).then_some(KnownSecret { range: start..end, what: form.what })
            })
    })
}

fn keys(text: &str) -> impl Iterator<Item = KnownSecret> + '_ {
    text.match_indices(KEY_BEGIN).filter_map(move |(start, _)| {
        let rest = text.get(start..)?;
        let title = rest.get(KEY_BEGIN.len()..)?.split("-----").next()?;
        if title.len() > 40 || !title.contains("PRIVATE KEY") {
            return None;
        }
        let end = rest.find(KEY_END).map_or(rest.len(), |end| end + KEY_END.len());
        Some(KnownSecret { range: start..start + end, what: "a private key" })
    })
}

fn passwords(text: &str) -> impl Iterator<Item = KnownSecret> + '_ {
    text.match_indices("://").filter_map(move |(at, scheme)| {
        let start = at + scheme.len();
        let rest = text.get(start..)?;
        let ends = |c: char| {
            c.is_whitespace()
                || matches!(c, '/' | '?' | '#' | '"' | '\'' | '`' | '<' | '>' | ',' | '$' | '{' | '(' | '*')
        };
        let authority = rest.get(..rest.find(ends).unwrap_or(rest.len()))?;
        let (user, password) = authority.rsplit_once('@')?.0.split_once(':')?;
        let is_example =
            password.is_empty() || password == user || EXAMPLES.contains(&password) || password.starts_with('%');
        let start = start + user.len() + 1;
        (!is_example).then_some(KnownSecret { range: start..start + password.len(), what: "a password in a URL" })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secrets in a text, with their bytes. Tokens are assembled here, so that no scanner finds them in this file.
    fn found(text: &str) -> Vec<(&str, &'static str)> {
        secrets(text).into_iter().map(|secret| (&text[secret.range], secret.what)).collect()
    }

    #[test]
    fn tokens_of_every_form_are_found_and_shorter_ones_are_not() {
        for form in FORMS {
            let token = format!("{}{}", form.start, "A1".repeat(form.least.div_ceil(2)));
            assert_eq!(found(&format!("env: {{ X: \"{token}\" }}")), [(token.as_str(), form.what)]);
            assert_eq!(found(&token), [(token.as_str(), form.what)]);
            let short = format!("{}{}", form.start, "A".repeat(form.least - 1));
            assert_eq!(found(&short), []);
            assert_eq!(found(&format!("my{token}")), [], "part of a longer word");
        }
    }

    #[test]
    fn private_keys_are_found_and_certificates_are_not() {
        let key = "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END ";
        assert_eq!(found(&format!("k: |\n  {key}RSA PRIVATE KEY-----\n")), [(key, "a private key")]);
        assert_eq!(found("-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----"), []);
        assert_eq!(found("-----BEGIN PRIVATE KEY-----\nabc").len(), 1, "an end is missing");
    }

    #[test]
    fn passwords_in_urls_are_found_and_placeholders_are_not() {
        assert_eq!(found("git: https://me:hunter2@example.com/x.git"), [("hunter2", "a password in a URL")]);
        assert_eq!(found("postgres://app:p@ss:word@db/x"), [("p@ss:word", "a password in a URL")]);
        for text in [
            "https://example.com:8080/x@1",
            "https://me@example.com",
            "https://me:${TOKEN}@example.com",
            "https://me:$TOKEN@example.com",
            "https://user:password@example.com",
            "postgres://postgres:postgres@db/x",
            "https://me:<token>@example.com",
            "https://me:@example.com",
            "https://[::1]:8080/",
            "http://a:8080, b@c",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn a_masked_text_keeps_its_positions() {
        let text = "é: https://me:hünter2@example.com\nb";
        assert_eq!(masked(text), "é: https://me:*******@example.com\nb");
        assert!(matches!(masked("nothing"), Cow::Borrowed("nothing")));
        let key = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----";
        assert_eq!(masked(key).lines().map(str::len).collect::<Vec<_>>(), [27, 3, 25]);
    }
}
