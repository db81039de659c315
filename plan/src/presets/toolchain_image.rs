//! The image of a toolchain: the one that the spec names, otherwise the official one of a version and a Debian release.

use slipway_spec::model::Distro;
use slipway_spec::{Diagnostic, Span, Spanned, Template};

use super::Context;
use crate::distro::{self, Toolchains};

/// The image of a toolchain.
#[derive(Debug, Clone)]
pub(super) struct ToolchainImage {
    /// Its reference.
    pub(super) name: String,
    /// Its Debian release, if known.
    pub(super) distro: Option<Distro>,
    /// The part of the spec that decided on it.
    pub(super) span: Span,
    /// What tells caches of compiled files apart: with another C library, other files.
    pub(super) key: String,
}

impl ToolchainImage {
    /// The image for a version on the Debian release that is wanted; `name` is that of an official image on one.
    ///
    /// # Errors
    /// There is no official image of the version on the release, or steps do not run in the image.
    pub(super) fn choose(
        cx: &Context<'_, '_>,
        (toolchains, wanted): (&Toolchains, Option<&Spanned<Distro>>),
        (version, span): (&str, Span),
        name: impl Fn(Distro) -> String,
    ) -> Result<Self, Diagnostic> {
        if let Some(image) = &cx.image {
            if toolchains.needs_gnu && last_part(&image.value).contains("alpine") {
                let preset = cx.build.preset.value.name();
                let message =
                    format!("steps of the {preset} preset need GNU tools, which `{}` does not have", image.value);
                return Err(Diagnostic::error(image.span, message)
                    .with_help("name an image on Debian; `runtime` may name another base for the image"));
            }
            return Ok(Self::named(image));
        }
        let distro = toolchains.choose(version, wanted)?;
        let name = name(distro);
        let key = name.rsplit(':').next().unwrap_or_default().to_owned();
        Ok(Self { name, distro: Some(distro), span, key })
    }

    /// The image that the spec names.
    pub(super) fn named(image: &Spanned<String>) -> Self {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        Self {
            name: image.value.clone(),
            distro: tag(&image.value).and_then(distro::in_tag),
            span: image.span,
            key: image.value.chars().map(|c| if is_plain(c) { c } else { '-' }).collect(),
        }
    }
}

/// The version that a build asks for: the one of its option, otherwise the one at the start of the tag of its image.
///
/// # Errors
/// An argument is missing.
pub(super) fn version(
    cx: &mut Context<'_, '_>,
    option: Option<&Template>,
) -> Result<Option<Spanned<String>>, Diagnostic> {
    let written = cx.eval_option(option)?;
    let of_image = || {
        let image = cx.image.as_ref()?;
        let version = tag(&image.value)?.split('-').next()?;
        let is_version = version.starts_with(|c: char| c.is_ascii_digit());
        is_version.then(|| Spanned::new(version.to_owned(), image.span))
    };
    Ok(written.or_else(of_image))
}

/// The part of a reference after the last `/`, without its digest.
fn last_part(reference: &str) -> &str {
    let name = reference.split('@').next().unwrap_or_default();
    name.rsplit('/').next().unwrap_or_default()
}

fn tag(reference: &str) -> Option<&str> {
    last_part(reference).split_once(':').map(|(_, tag)| tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_tells_its_release_and_its_cache() {
        let image = |name: &str| ToolchainImage::named(&Spanned::new(name.to_owned(), Span::START));
        let corp = image("registry.example:5000/corp/go:1.24-bookworm@sha256:00");
        assert_eq!(
            (corp.distro, corp.key.as_str()),
            (Some(Distro::Bookworm), "registry.example-5000-corp-go-1.24-bookworm-sha256-00")
        );
        assert_eq!(image("registry.example:5000/corp/go").distro, None);
    }
}
