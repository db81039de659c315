//! Finds platforms that are listed twice.
//!
//! # What it does
//!
//! Looks for entries of `platforms` that are equivalent, such as `linux/arm64` and `linux/arm64/v8`.
//!
//! # Why
//!
//! The second entry has no effect. Often another platform was meant.
//!
//! # Bad
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     platforms: [linux/amd64, linux/arm64, linux/arm64/v8]
//! ```
//!
//! # Good
//!
//! ```yaml
//! images:
//!   api:
//!     go: ./cmd/api
//!     platforms: [linux/amd64, linux/arm64]
//! ```

use std::collections::HashMap;

use slipway_spec::{Diagnostic, Span};

use crate::Findings;
use crate::view::View;

pub(super) fn check(lint: &View<'_>, findings: &mut Findings) {
    for image in lint.images_and_variants() {
        let mut seen: HashMap<String, Span> = HashMap::new();
        for platform in &image.keys.platforms {
            let Some(text) = lint.text(platform) else { continue };
            if let Some(first) = seen.insert(normal(&text), platform.span) {
                findings.push(
                    Diagnostic::warning(platform.span, format!("the platform `{text}` is listed twice"))
                        .with_label(first, "the first time")
                        .with_help("delete one of the two"),
                );
            }
        }
    }
}

/// A platform as published images name it.
fn normal(platform: &str) -> String {
    let lower = platform.trim().to_ascii_lowercase();
    let mut parts = lower.split('/');
    let (os, arch, variant) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let (arch, variant) = match (arch, variant) {
        ("x86_64" | "x86-64" | "amd64", "" | "v1") => ("amd64", ""),
        ("x86_64" | "x86-64", variant) => ("amd64", variant),
        ("aarch64" | "arm64", "" | "v8" | "8") => ("arm64", ""),
        ("armhf", _) | ("arm", "" | "7") => ("arm", "v7"),
        ("armel", _) | ("arm", "6") => ("arm", "v6"),
        other => other,
    };
    format!("{os}/{arch}/{variant}")
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn equivalent_platforms_are_equal() {
        assert_eq!(normal("linux/arm64/v8"), normal("Linux/aarch64"));
        assert_eq!(normal("linux/arm"), normal("linux/arm/v7"));
        assert_ne!(normal("linux/arm/v6"), normal("linux/arm/v7"));
        assert_ne!(normal("linux/amd64/v3"), normal("linux/amd64"));
    }
}
