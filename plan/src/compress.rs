//! `compress: upx`: the programs of an image, compressed by UPX, in a step between the build and the image.
//!
//! UPX reads programs of every platform that it knows, so the step runs on the build platform. Its image does not depend
//! on the toolchain: Debian 12 does not have the package.

use std::sync::Arc;

use slipway_spec::model::{Compress, Distro, Image};
use slipway_spec::{Diagnostic, Span};

use crate::contents::Base;
use crate::draft::Draft;
use crate::env::env_of;
use crate::output::{BuildOutput, OutputLayer};
use crate::purpose::Purpose;
use crate::step::Container;
use crate::{LayerCopy, LayerItem, Mount, PlanError, Platform, StepId, packages, shell};

/// The Debian release whose package is used.
const RELEASE: Distro = Distro::Trixie;
/// The package of UPX there, which is also the name of the program.
const PACKAGE: &str = "upx-ucl";

/// Architectures whose programs for Linux it compresses, in Go's notation; see
/// <https://github.com/upx/upx/blob/devel/README>.
const KNOWN: &[&str] = &["386", "amd64", "arm", "arm64", "mips", "mipsle", "ppc64", "ppc64le"];

/// The programs in a step.
const PROGRAMS: &str = "/programs";
/// The output folder.
const OUTPUT: &str = "/out";

/// LZMA makes programs smallest; UPX's own methods take many times longer to compress as far as they can.
const SCRIPT: &str = "\
for program; do
  cp \"/programs/$program\" \"/out/$program\"
  upx-ucl -qq --best --lzma \"/out/$program\"
done
";

/// The output of the build of an image, with compressed programs if the image asks for them.
///
/// # Errors
/// The build has no compiled program, UPX does not know the platform, or its image cannot be found.
pub(crate) async fn programs(
    draft: &mut Draft<'_>,
    owner: &str,
    image: &Image,
    made: Option<Arc<BuildOutput>>,
) -> Result<Option<Arc<BuildOutput>>, PlanError> {
    let Some(how) = image.keys.compress.as_ref().filter(|how| how.value == Compress::Upx) else { return Ok(made) };
    let Some(made) = made.filter(|made| !made.programs.is_empty()) else {
        let what = image.build.as_ref().map_or_else(
            || "it has no build".to_owned(),
            |build| format!("the {} preset compiles none", build.build.preset.value.name()),
        );
        let message = format!("`{owner}` has no compiled program for `compress: upx`: {what}");
        return Err(Diagnostic::error(how.span, message)
            .with_help("delete the key, or write `compress: none` in an image that inherits it")
            .into());
    };
    check_platform(draft.platform, how.span)?;
    if Purpose::of(image) == Purpose::Debug {
        draft.note(owner, "not compressed, because debuggers cannot read compressed programs", how.span);
        return Ok(Some(made));
    }
    let upx = upx(draft, owner, how.span).await?;
    let mut compressed = BuildOutput::clone(&made);
    for layer in &mut compressed.layers {
        compress(draft, (owner, how.span), (upx.0, &upx.1), &made.programs, layer);
    }
    Ok(Some(Arc::new(compressed)))
}

fn check_platform(platform: &Platform, span: Span) -> Result<(), Diagnostic> {
    if platform.os() == "linux" && KNOWN.contains(&platform.arch()) {
        return Ok(());
    }
    let known: Vec<_> = KNOWN.iter().map(|arch| format!("`linux/{arch}`")).collect();
    Err(Diagnostic::error(span, format!("UPX cannot compress programs for `{platform}`"))
        .with_help(format!("delete the key, or build only for {}", known.join(", "))))
}

/// The step with UPX, which is the same for all builds.
async fn upx(draft: &mut Draft<'_>, owner: &str, span: Span) -> Result<(StepId, Vec<(String, String)>), PlanError> {
    let name = format!("debian:{}-slim", RELEASE.name());
    let platform = &draft.request.build_platform;
    let found = draft.project.image(&name, platform).await.map_err(|error| {
        let message = format!("cannot get the image `{name}`, in which UPX runs: {error}");
        let help = format!("provide it with `--build-context {name}=docker-image://…`, or delete the key");
        Diagnostic::error(span, message).with_help(help)
    })?;
    let (env, manager) = (env_of(&found.config), Base::of(&found).manager());
    let root = draft.base(owner, "[internal] tool", found, platform, span);
    let title = format!("[{}upx]", draft.prefix(platform));
    let into = packages::InstallInto { owner, title: &title, root, manager, env: &env, platform, span };
    let root = packages::install(draft, &into, &vec![PACKAGE.to_owned()].into());
    Ok((root, env))
}

/// Replaces the programs of a layer.
fn compress(
    draft: &mut Draft<'_>,
    (owner, span): (&str, Span),
    (root, env): (StepId, &[(String, String)]),
    programs: &[String],
    layer: &mut OutputLayer,
) {
    let mut is_changed = false;
    for item in &mut layer.items {
        let LayerItem::Copy(copy) = item else { continue };
        if !programs.contains(&copy.target) {
            continue;
        }
        copy.from = step(draft, (owner, span), (root, env), copy);
        is_changed = true;
    }
    if is_changed {
        layer.how.push_str(" && upx --best --lzma");
    }
}

/// The step with a compressed program, at the same path.
fn step(
    draft: &mut Draft<'_>,
    (owner, span): (&str, Span),
    (root, env): (StepId, &[(String, String)]),
    copy: &LayerCopy,
) -> StepId {
    let program = copy.source.trim_start_matches('/');
    let container = Container::new(root, &draft.request.build_platform, env.to_vec())
        .mount(Mount::read_only(PROGRAMS, copy.from))
        .mount(Mount::tmpfs("/tmp"));
    let run = container.run(shell::offline("upx", SCRIPT)).args([program]).output(OUTPUT);
    let name = format!("[{}{owner} compress] upx {program}", draft.prefix(draft.platform));
    draft.add(owner, name, span, run)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    #[test]
    fn platforms_that_upx_does_not_know_are_refused() {
        let check =
            |platform: &str| check_platform(&platform.parse().unwrap(), Span::START).map_err(|found| found.message);
        for known in ["linux/amd64", "linux/386", "linux/arm/v7", "linux/arm64", "linux/ppc64le"] {
            assert_eq!(check(known), Ok(()));
        }
        for unknown in ["linux/riscv64", "linux/s390x", "linux/mips64le", "windows/amd64"] {
            assert_eq!(check(unknown), Err(format!("UPX cannot compress programs for `{unknown}`")));
        }
    }
}
