//! Platforms of images and processes.

use std::{fmt, str::FromStr};

use buildkit_proto::pb;

use crate::wire::Writer;

/// An operating system and an architecture, in normalized form, so that equal platforms are equal values.
///
/// The text form is that of containerd: `os[(version+feature…)]/arch[/variant]`.
///
/// ```
/// use buildkit_llb::Platform;
///
/// let platform: Platform = "linux/aarch64".parse()?;
/// assert_eq!(platform, Platform::LINUX_ARM64);
/// assert_eq!("linux/arm".parse::<Platform>()?.to_string(), "linux/arm/v7");
/// # Ok::<(), buildkit_llb::ParsePlatformError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform {
    os: Text,
    arch: Text,
    variant: Text,
    os_version: String,
    os_features: Vec<String>,
}

type Text = std::borrow::Cow<'static, str>;

/// A text that does not name a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsePlatformError(String);

impl Platform {
    /// `linux/amd64`
    pub const LINUX_AMD64: Self = Self::linux("amd64");
    /// `linux/arm64`
    pub const LINUX_ARM64: Self = Self::linux("arm64");

    const fn linux(arch: &'static str) -> Self {
        Self {
            os: Text::Borrowed("linux"),
            arch: Text::Borrowed(arch),
            variant: Text::Borrowed(""),
            os_version: String::new(),
            os_features: Vec::new(),
        }
    }

    /// A platform from its parts, normalized. `variant` may be empty.
    #[must_use]
    pub fn new(os: &str, arch: &str, variant: &str) -> Self {
        let (arch, variant) = normalize_arch(arch, variant);
        Self {
            os: normalize_os(os).into(),
            arch: arch.into(),
            variant: variant.into(),
            os_version: String::new(),
            os_features: Vec::new(),
        }
    }

    /// The same with the version of the operating system, which Windows images require: `10.0.20348`.
    #[must_use]
    pub fn with_os_version(mut self, version: impl Into<String>) -> Self {
        self.os_version = version.into();
        self
    }

    /// The same with features of the operating system, such as `win32k`.
    #[must_use]
    pub fn with_os_features<S: Into<String>>(mut self, features: impl IntoIterator<Item = S>) -> Self {
        self.os_features = features.into_iter().map(Into::into).collect();
        self
    }

    /// The operating system: `linux`.
    #[must_use]
    pub fn os(&self) -> &str {
        &self.os
    }

    /// The architecture: `amd64`, `arm64`, …
    #[must_use]
    pub fn arch(&self) -> &str {
        &self.arch
    }

    /// The variant of the architecture (`v7`), or empty.
    #[must_use]
    pub fn variant(&self) -> &str {
        &self.variant
    }

    /// The version of the operating system, or empty.
    #[must_use]
    pub fn os_version(&self) -> &str {
        &self.os_version
    }

    /// Features of the operating system.
    #[must_use]
    pub fn os_features(&self) -> &[String] {
        &self.os_features
    }

    /// Whether processes run on Windows.
    #[must_use]
    pub fn is_windows(&self) -> bool {
        self.os == "windows"
    }

    /// The platform as in the protocol.
    #[must_use]
    pub fn to_pb(&self) -> pb::Platform {
        pb::Platform {
            architecture: self.arch.clone().into_owned(),
            os: self.os.clone().into_owned(),
            variant: self.variant.clone().into_owned(),
            os_version: self.os_version.clone(),
            os_features: self.os_features.clone(),
        }
    }

    pub(crate) fn encode(&self, w: &mut Writer) {
        w.string(1, &self.arch);
        w.string(2, &self.os);
        w.string(3, &self.variant);
        w.string(4, &self.os_version);
        w.strings(5, &self.os_features);
    }
}

impl From<&pb::Platform> for Platform {
    fn from(platform: &pb::Platform) -> Self {
        Self::new(&platform.os, &platform.architecture, &platform.variant)
            .with_os_version(platform.os_version.clone())
            .with_os_features(platform.os_features.clone())
    }
}

impl From<&Self> for Platform {
    fn from(platform: &Self) -> Self {
        platform.clone()
    }
}

/// containerd's rules: `macos` is `darwin`, all others are in lower case.
fn normalize_os(os: &str) -> String {
    let os = os.to_ascii_lowercase();
    if os == "macos" { "darwin".into() } else { os }
}

/// containerd's rules: aliases of architectures, and default variants.
fn normalize_arch(arch: &str, variant: &str) -> (String, String) {
    let (arch, variant) = (arch.to_ascii_lowercase(), variant.to_ascii_lowercase());
    let (arch, variant) = match (arch.as_str(), variant.as_str()) {
        ("i386", _) => ("386", ""),
        ("x86_64" | "x86-64" | "amd64", "v1") => ("amd64", ""),
        ("x86_64" | "x86-64" | "amd64", variant) => ("amd64", variant),
        ("aarch64" | "arm64", "8" | "v8" | "v8.0") => ("arm64", ""),
        ("aarch64" | "arm64", "9" | "9.0" | "v9.0") => ("arm64", "v9"),
        ("aarch64" | "arm64", variant) => ("arm64", variant),
        ("armhf", _) => ("arm", "v7"),
        ("armel", _) => ("arm", "v6"),
        ("arm", "" | "7") => ("arm", "v7"),
        ("arm", "5") => ("arm", "v5"),
        ("arm", "6") => ("arm", "v6"),
        ("arm", "8") => ("arm", "v8"),
        (arch, variant) => (arch, variant),
    };
    (arch.to_owned(), variant.to_owned())
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.os)?;
        if !self.os_version.is_empty() || !self.os_features.is_empty() {
            write!(f, "({}", self.os_version)?;
            for feature in &self.os_features {
                write!(f, "+{feature}")?;
            }
            f.write_str(")")?;
        }
        write!(f, "/{}", self.arch)?;
        if !self.variant.is_empty() {
            write!(f, "/{}", self.variant)?;
        }
        Ok(())
    }
}

impl FromStr for Platform {
    type Err = ParsePlatformError;

    fn from_str(text: &str) -> Result<Self, ParsePlatformError> {
        let error = || ParsePlatformError(text.to_owned());
        let mut parts = text.trim().split('/');
        let (Some(os), Some(arch), variant, None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(error());
        };
        let (os, details) = match os.split_once('(') {
            Some((os, details)) => (os, Some(details.strip_suffix(')').ok_or_else(error)?)),
            None => (os, None),
        };
        let is_name = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        };
        if ![Some(os), Some(arch), variant].into_iter().flatten().all(is_name) {
            return Err(error());
        }
        let mut platform = Self::new(os, arch, variant.unwrap_or_default());
        if let Some(details) = details {
            let mut details = details.split('+');
            platform.os_version = details.next().unwrap_or_default().to_owned();
            platform.os_features = details.map(str::to_owned).collect();
        }
        Ok(platform)
    }
}

impl fmt::Display for ParsePlatformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a platform; write os/arch[/variant], for example linux/arm64", self.0)
    }
}

impl std::error::Error for ParsePlatformError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_normalized() {
        for (text, normal) in [
            ("linux/amd64", "linux/amd64"),
            ("Linux/X86_64", "linux/amd64"),
            ("linux/amd64/v1", "linux/amd64"),
            ("linux/amd64/v3", "linux/amd64/v3"),
            ("linux/aarch64", "linux/arm64"),
            ("linux/arm64/v8", "linux/arm64"),
            ("linux/arm64/8", "linux/arm64"),
            ("linux/i386", "linux/386"),
            ("linux/arm", "linux/arm/v7"),
            ("linux/arm/6", "linux/arm/v6"),
            ("linux/armhf", "linux/arm/v7"),
            ("linux/armel", "linux/arm/v6"),
            ("linux/riscv64", "linux/riscv64"),
            ("macos/arm64", "darwin/arm64"),
            ("windows(10.0.20348+win32k)/amd64", "windows(10.0.20348+win32k)/amd64"),
        ] {
            assert_eq!(text.parse::<Platform>().unwrap().to_string(), normal, "{text}");
        }
    }

    #[test]
    fn invalid_platforms_are_rejected() {
        for text in ["", "linux", "linux/", "/amd64", "linux/arm/v7/x", "linux /amd64", "windows(10/amd64", "a/b/"] {
            assert!(text.parse::<Platform>().is_err(), "{text}");
        }
    }

    #[test]
    fn through_the_wire_type() {
        let platform: Platform = "windows(10.0.20348+win32k)/amd64".parse().unwrap();
        assert_eq!(Platform::from(&platform.to_pb()), platform);
    }
}
