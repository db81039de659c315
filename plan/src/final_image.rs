//! Final images: a base, what the build made, and a config. They are assembled, not built: no program runs in them.

use futures_util::future::try_join;
use serde_json::{Value, json};
use slipway_spec::{Diagnostic, Spec};

use crate::config::{Evaluated, image_config};
use crate::presets::{self, Artifact};
use crate::runtime::Runtime;
use crate::{
    Args, BaseImage, ImageOrigin, Layer, LayerItem, PlanError, Platform, Project, Request, StepId, StepKind, Steps,
    Target,
};

/// How to make one image for one platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The image's name in the spec.
    pub image: String,
    /// The platform.
    pub platform: Platform,
    /// What there is to do.
    pub steps: Steps,
    /// The step whose result is the image's file system.
    pub result: StepId,
    /// The image's config, as JSON.
    pub config: Value,
    /// The config of the image that it stands on; an empty object for none.
    pub base_config: Value,
}

/// Folders that base images have at their root: a program of such a name cannot stand beside them.
const ROOT_FOLDERS: &[&str] = &[
    "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "media", "mnt", "opt", "proc", "root",
    "run", "sbin", "srv", "sys", "tmp", "usr", "var",
];

/// Plans an image for a platform.
///
/// # Errors
/// What is wrong with the spec, the project or the request, with its place in the spec; or that the engine cannot be asked.
pub async fn plan<P: Project>(
    project: &P,
    spec: &Spec,
    target: Target<'_>,
    platform: &Platform,
    args: &Args,
    request: &Request,
) -> Result<Plan, PlanError> {
    let args = &args.for_platform(request, platform);
    let Some((build_name, build)) = spec.build_of(target.image) else {
        return Err(Diagnostic::error(target.name.span, format!("`{}` has no build", target.name.value)).into());
    };
    let runtime_span = target.image.runtime.as_ref().map_or(target.name.span, |runtime| runtime.span);
    let runtime = match &target.image.runtime {
        Some(word) => Runtime::find(Some(&word.eval(args)?), build.preset.value),
        None => Runtime::find(None, build.preset.value),
    };
    let mut steps = Steps::default();
    let context = steps.add(&target.name.value, "[internal] load build context", build.preset.span, StepKind::Context);
    let cx = presets::Context {
        project,
        args,
        request,
        target: platform,
        name: build_name.unwrap_or(&target.name.value),
        build: &build,
    };
    let (artifact, base) = try_join(presets::build(&cx, &mut steps, context), async {
        match &runtime {
            Runtime::Scratch => Ok(BaseImage {
                name: "scratch".to_owned(),
                origin: ImageOrigin::Scratch,
                config: json!({}),
            }),
            Runtime::Image(reference) => project.image(reference, platform).await.map_err(|error| {
                PlanError::from(
                    Diagnostic::error(
                        runtime_span,
                        format!("cannot get the image `{reference}` for {platform}, which `{}` stands on: {error}", target.name.value),
                    )
                    .with_help(format!(
                        "check the name and the platform, or name another image with `runtime:` or `--build-context {reference}=docker-image://…`"
                    )),
                )
            }),
        }
    })
    .await?;

    let program = place(&artifact.program);
    let config = Evaluated::new(&target.image.config, args, &program).map_err(PlanError::Invalid)?;
    let prefix = if request.multi_platform { format!("{platform} ") } else { String::new() };
    let layers = layers(&target, &artifact, program, &config, &prefix);
    let config = image_config(&base.config, platform, &config, &layers, request);
    let base_config = base.config.clone();
    let base = steps.add(
        &target.name.value,
        format!("[{prefix}{} base] FROM {}", target.name.value, base.name),
        runtime_span,
        StepKind::Base { image: base, platform: platform.clone() },
    );
    let result = steps.add(
        &target.name.value,
        format!("[{prefix}{}] assemble", target.name.value),
        target.name.span,
        StepKind::Assemble { base, layers },
    );
    Ok(Plan { image: target.name.value.clone(), platform: platform.clone(), steps, result, config, base_config })
}

/// Where a program stands in its image: `/api`, or in `/usr/local/bin` where the root has a folder of that name.
fn place(program: &str) -> String {
    if ROOT_FOLDERS.contains(&program) { format!("/usr/local/bin/{program}") } else { format!("/{program}") }
}

fn layers(target: &Target<'_>, artifact: &Artifact, program: String, config: &Evaluated, prefix: &str) -> Vec<Layer> {
    let name = &target.name.value;
    let mut layers = Vec::new();
    if let (Some(workdir), Some(template)) = (&config.workdir, &target.image.config.workdir)
        && !workdir.trim_matches('/').is_empty()
    {
        layers.push(Layer {
            name: format!("[{prefix}{name}] WORKDIR {workdir}"),
            history: format!("WORKDIR {workdir}"),
            span: template.span,
            items: vec![LayerItem::Folder { path: workdir.clone(), mode: 0o755 }],
        });
    }
    layers.push(Layer {
        name: format!("[{prefix}{name}] COPY {program}"),
        history: format!("COPY {program} # {}", artifact.history),
        span: artifact.span,
        items: vec![LayerItem::File {
            from: artifact.step,
            source: artifact.path.clone(),
            target: program,
            mode: 0o755,
        }],
    });
    layers
}
