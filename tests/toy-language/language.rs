//! A toy language: one file specifies the release of the compiler, and one step compiles.

use slipway_project::{Error, Repository};
use slipway_spec::model::ToyOptions;
use slipway_spec::{Diagnostic, Span, Spanned, Template};

use super::common::{Wanted, add_toolchain, find_toolchain};
use super::language::Language;
use super::toolchain_image::ToolchainImage;
use super::{BuildOutput, Context};
use crate::contents::program_place;
use crate::packages::Packages;
use crate::runtime::Runtimes;
use crate::{BaseImage, LayerCopy, LayerItem, Mount, PlanError, shell};

/// The toy language.
pub(super) struct Toy;

/// The release that compiles, and its image.
pub(super) struct Found {
    release: String,
    wanted: Wanted,
    image: BaseImage,
}

impl Language for Toy {
    type Options = ToyOptions;
    type Asked = Option<String>;
    type Found = Found;

    fn manifests(_: &ToyOptions) -> &'static [&'static str] {
        &[VERSION]
    }

    fn toolchain(options: &ToyOptions) -> Option<(&Template, &'static str)> {
        Some((options.toy.as_ref()?, "`toy.version`"))
    }

    fn ask(cx: &mut Context<'_, '_>, options: &ToyOptions) -> Result<Option<String>, PlanError> {
        Ok(options.toy.as_ref().map(|release| cx.eval(release)).transpose()?)
    }

    async fn find(cx: &Context<'_, '_>, _: &ToyOptions, asked: Option<String>) -> Result<Found, PlanError> {
        let release = match asked {
            Some(release) => release,
            None => written(cx.project(), cx.span()).await?,
        };
        let wanted = Wanted {
            image: ToolchainImage::named(&Spanned::new(format!("toy:{release}"), cx.span())),
            what: format!("Toy {release}"),
            packages: Packages::default(),
        };
        let image = find_toolchain(cx, &wanted, &cx.request().build_platform).await?;
        Ok(Found { release, wanted, image })
    }

    fn plan(cx: &mut Context<'_, '_>, _: &ToyOptions, found: Found) -> Result<BuildOutput, PlanError> {
        cx.note(format!("Toy {}", found.release));
        let toolchain = add_toolchain(cx, &found.wanted, found.image, &cx.request().build_platform);
        let sources = cx.select("[sources] COPY *.toy", vec!["**/*.toy".to_owned()], Vec::new());
        let container = toolchain.container(toolchain.env.clone()).cwd("/src").mount(Mount::read_only("/src", sources));
        let compile = container.run(shell::compile("toy", "toy -o /out/app main.toy")).output("/out");
        let output = cx.add(cx.step_name("build", "toy main.toy"), cx.span(), compile);
        let place = program_place("app");
        let copy = LayerCopy::whole(output, "/app", place.clone());
        let layers = vec![cx.layer(format!("COPY {place}"), "toy main.toy", vec![LayerItem::Copy(copy)])];
        Ok(BuildOutput { entrypoint: vec![place], ..BuildOutput::new(output, layers, Runtimes::of("static")) })
    }
}

/// The file that names the release.
const VERSION: &str = "toy.version";

/// The release that the project names.
async fn written(repository: &Repository<'_>, span: Span) -> Result<String, Error> {
    match repository.read(VERSION).await? {
        Some(text) => Ok(String::from_utf8_lossy(&text).trim().to_owned()),
        None => Err(Diagnostic::error(span, format!("there is no `{VERSION}` in the context"))
            .with_help(format!("write the release of Toy to `{VERSION}`"))
            .into()),
    }
}
