//! Whether a name and value are likely to be a secret.

/// Words in names of secrets.
const SECRET: &[&str] =
    &["PASSWORD", "PASSWD", "PASSPHRASE", "PWORD", "SECRET", "SECRETS", "TOKEN", "CREDENTIAL", "CREDENTIALS", "APIKEY"];

/// Pairs of words with the same meaning.
const SECRET_PAIRS: &[(&str, &str)] = &[
    ("API", "KEY"),
    ("ACCESS", "KEY"),
    ("PRIVATE", "KEY"),
    ("SIGNING", "KEY"),
    ("ENCRYPTION", "KEY"),
    ("MASTER", "KEY"),
    ("AUTH", "KEY"),
    ("PASS", "PHRASE"),
];

/// Words in names of something about a secret, rather than a secret.
const ABOUT: &[&str] = &[
    "ALGORITHM",
    "AUDIENCE",
    "AGE",
    "COUNT",
    "DIR",
    "DISABLED",
    "DURATION",
    "ENABLED",
    "ENDPOINT",
    "ENV",
    "EXPIRATION",
    "EXPIRE",
    "EXPIRES",
    "EXPIRY",
    "FIELD",
    "FILE",
    "FORMAT",
    "HEADER",
    "HOST",
    "ID",
    "ISSUER",
    "LEN",
    "LENGTH",
    "LIFETIME",
    "LIMIT",
    "LIMITS",
    "MAX",
    "MIN",
    "MODE",
    "NAME",
    "PATH",
    "POLICY",
    "PREFIX",
    "PROVIDER",
    "PUBLIC",
    "REFRESH",
    "REQUIRED",
    "ROTATION",
    "SIZE",
    "SUFFIX",
    "TIMEOUT",
    "TTL",
    "TYPE",
    "URI",
    "URL",
    "USE",
    "USER",
    "USERNAME",
    "VERSION",
];

/// Words in values that are not a secret and say so.
const PLACEHOLDER: &[&str] = &[
    "build",
    "buildtime",
    "changeme",
    "ci",
    "collectstatic",
    "dummy",
    "example",
    "fake",
    "ignored",
    "insecure",
    "mock",
    "not",
    "placeholder",
    "temporary",
    "test",
    "testing",
    "unused",
];

/// Whether a name suggests a secret.
pub(crate) fn names_secret(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let words: Vec<&str> = upper.split(['_', '-', '.']).filter(|word| !word.is_empty()).collect();
    if words.iter().any(|word| ABOUT.contains(word)) {
        return false;
    }
    words.iter().any(|word| SECRET.contains(word))
        || words.iter().zip(words.iter().skip(1)).any(|(first, second)| SECRET_PAIRS.contains(&(first, second)))
}

/// Whether a value cannot be a secret: it is empty, a path, a boolean, or a small number.
pub(crate) fn cannot_be_secret(value: &str) -> bool {
    let value = value.trim();
    value.is_empty()
        || value.starts_with('/')
        || ["true", "false", "yes", "no", "on", "off", "none", "null"].contains(&value.to_ascii_lowercase().as_str())
        || (value.len() <= 3 && value.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a value only takes the place of a secret, and says so, such as `build-key` or `dummy`. Programs that demand
/// a secret to start, such as Django's `manage.py`, get one in steps that do not use it.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let lower = value.trim().to_ascii_lowercase();
    let mut words = lower.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    lower.bytes().all(|byte| !byte.is_ascii_digit()) && words.any(|word| PLACEHOLDER.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_found() {
        for name in
            ["PASSWORD", "DB_PASSWORD", "npm_token", "API_KEY", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "JWT_SECRET"]
        {
            assert!(names_secret(name), "{name}");
        }
        for name in [
            "PATH",
            "TOKEN_FILE",
            "PASSWORD_MIN_LENGTH",
            "KEYBOARD",
            "TOKENIZER",
            "SECRET_NAME",
            "AUTHOR",
            "PWD",
            "CACHE_KEY",
            "AWS_ACCESS_KEY_ID",
            "MAX_TOKENS",
            "SECRETARY",
            "PUBLIC_KEY",
            "TOKEN_URL",
            "COMPASS",
        ] {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn values_that_cannot_be_secrets_are_known() {
        for value in ["", "/run/secrets/x", "true", "60", "None"] {
            assert!(cannot_be_secret(value), "{value}");
        }
        assert!(!cannot_be_secret("hunter2"));
        assert!(!cannot_be_secret("123456"));
    }

    #[test]
    fn placeholders_say_that_they_are_none() {
        for value in ["build-key", "dummy", "not-a-secret", "insecure_key for collectstatic", "CHANGEME"] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["hunter2", "build-4f9c2a81", "rebuild", "correct horse battery staple", ""] {
            assert!(!is_placeholder(value), "{value}");
        }
    }
}
