//! The analysis of a spec and its project without an engine: the plans of its targets.
//!
//! It looks up no image: an image is identified by its name, so the answers are the same in a build and on a machine
//! without an engine or a network.

use buildkit_llb::{ParsePlatformError, Platform};
use slipway_plan::{
    Args, BaseImage, Entry, HiddenBy, IgnoreText, ImageOrigin, NamedSource, Overview, Plan, PlanError, Project,
    ProjectError, ReadCache, Request, Source, Target, check_targets, find_target, overview, plans, targets,
};
use slipway_spec::model::{Image, Policy};
use slipway_spec::{Diagnostic, Span, Spec};

use crate::failure::Failure;
use crate::image_ref::familiar;
use crate::named::Named;
use crate::policy;
use crate::warnings::in_order;

/// Up to this number of plans, their few files are fetched before the context; for more, one transfer of the context is
/// faster than many small ones.
const FEW: usize = 8;

/// The request of the command line.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// `--target`; every image with its variants if absent.
    pub(crate) target: Option<String>,
    /// `--platform`, as written.
    pub(crate) platforms: Vec<String>,
    /// Whether the spec is not a file of the context, so that other files have to contain its text.
    pub(crate) is_elsewhere: bool,
    /// The other options.
    pub(crate) request: Request,
    /// The image of the frontend that is asked, if known.
    pub(crate) frontend: Option<String>,
}

impl Scope {
    /// The name in `--target`, if any.
    pub(crate) fn target(&self) -> Option<&str> {
        self.target.as_deref().filter(|target| !target.is_empty())
    }
}

/// The plans of the requested targets, in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct Analysis {
    plans: Vec<Plan>,
    /// The data of the plans that rules need.
    overview: Overview,
    /// Why some plans failed, in the order of the files.
    errors: Vec<Diagnostic>,
    /// The effective ignore file.
    ignore: Option<IgnoreText>,
    /// Whether the context contains the spec under the name that the client sends.
    has_spec: bool,
}

impl Analysis {
    /// Plans the requested targets. Findings are part of the analysis.
    ///
    /// # Errors
    /// The project cannot be read.
    pub(crate) async fn of<P: Project>(project: &P, spec: &Spec, scope: &Scope) -> Result<Self, Failure> {
        Self::made_of(project, spec, scope, (true, false)).await
    }

    /// The same for every target that can be built.
    ///
    /// # Errors
    /// The project cannot be read.
    pub(crate) async fn of_everything<P: Project>(project: &P, spec: &Spec, scope: &Scope) -> Result<Self, Failure> {
        Self::made_of(project, spec, scope, (true, true)).await
    }

    /// The same without keeping the plans: each is dropped before the next one is created.
    ///
    /// # Errors
    /// The project cannot be read.
    pub(crate) async fn overview_of<P: Project>(project: &P, spec: &Spec, scope: &Scope) -> Result<Self, Failure> {
        Self::made_of(project, spec, scope, (false, true)).await
    }

    /// `keeps` says whether plans are kept, and `all` whether more than images are planned without `--target`.
    async fn made_of<P: Project>(
        project: &P,
        spec: &Spec,
        scope: &Scope,
        (keeps, all): (bool, bool),
    ) -> Result<Self, Failure> {
        let mut analysis = Self::default();
        analysis.add_plans(project, spec, scope, (keeps, all)).await.or_else(|error| match error {
            PlanError::Invalid(found) => {
                analysis.errors.extend(found);
                Ok(())
            }
            PlanError::Files(_) => Err(error),
        })?;
        in_order(&mut analysis.errors);
        Ok(analysis)
    }

    async fn add_plans<P: Project>(
        &mut self,
        project: &P,
        spec: &Spec,
        scope: &Scope,
        (keeps, all): (bool, bool),
    ) -> Result<(), PlanError> {
        let mut wanted = wanted(spec, scope)?;
        if all && scope.target().is_none() && !spec.images.is_empty() {
            // Images wait for gates; nothing else plans the other checks and tests.
            let others = check_targets(spec).into_iter().filter(|check| keeps || !check.is_gate());
            wanted.extend(others.map(Target::Check));
            let are_gates = |image: &Image| image.keys.tests.iter().all(|(_, test)| test.is_gate);
            wanted.extend(
                targets(spec)
                    .filter(|target| matches!(target, Target::Tests { image, .. } if keeps || !are_gates(image))),
            );
        }
        let request = with_placeholders(spec, &scope.request);
        let args = Args::declared(spec, &request).map_err(PlanError::Invalid)?;
        // One small transfer, of the ignore file and of the spec.
        let spec_name = std::slice::from_ref(&request.spec_name);
        self.has_spec = project.manifests(spec_name).await?.iter().any(Option::is_some);
        let project = Dry::new(project, (&request, &spec.policy), wanted.len() <= FEW);
        self.ignore = project.ignore_file().await?;
        let here = args.for_platform(&request, &request.build_platform);
        let mut planned = Vec::new();
        for target in wanted {
            match platforms(&scope.platforms, target, &here, &request.build_platform) {
                Ok(platforms) => planned.push((target, platforms)),
                Err(found) => self.errors.push(found),
            }
        }
        if !keeps {
            let (overview, errors) = overview(&project, spec, &planned, &args, &request).await?;
            self.overview = overview;
            self.errors.extend(errors);
            return Ok(());
        }
        for plan in plans(&project, spec, &planned, &args, &request).await? {
            match plan {
                Ok(plan) => self.plans.push(plan),
                Err(found) => self.errors.extend(found),
            }
        }
        Ok(())
    }

    /// Every plan.
    ///
    /// # Errors
    /// Why one failed.
    pub(crate) fn plans(&self) -> Result<&[Plan], Failure> {
        if self.errors.is_empty() { Ok(&self.plans) } else { Err(Failure::Invalid(self.errors.clone())) }
    }

    /// Why plans failed; a problem of several plans appears once.
    pub(crate) fn errors(&self) -> &[Diagnostic] {
        &self.errors
    }

    /// The plans that succeeded.
    pub(crate) fn made(&self) -> &[Plan] {
        &self.plans
    }

    /// The data that rules need from the plans that succeeded.
    pub(crate) fn overview(&self) -> &Overview {
        &self.overview
    }

    /// Whether the context contains the spec under the name that the client sends.
    pub(crate) fn has_spec(&self) -> bool {
        self.has_spec
    }

    /// The effective ignore file of the context: its name and its text.
    pub(crate) fn ignore(&self) -> Option<(&str, &str)> {
        self.ignore.as_ref().map(|ignore| (ignore.name.as_str(), ignore.text.as_str()))
    }
}

/// The requested targets; in a file without images, its builds, stages and checks.
fn wanted<'a>(spec: &'a Spec, scope: &Scope) -> Result<Vec<Target<'a>>, Diagnostic> {
    if scope.target().is_some() {
        return Ok(vec![find_target(spec, scope.target())?]);
    }
    Ok(targets(spec).filter(|target| spec.images.is_empty() || target.image().is_some()).collect())
}

/// The request with placeholder values for required arguments: a method must work without them.
fn with_placeholders(spec: &Spec, request: &Request) -> Request {
    let mut request = request.clone();
    for (name, arg) in spec.args.iter().filter(|(_, arg)| arg.required) {
        let given = request.build_args.entry(name.value.clone()).or_default();
        if given.is_empty() {
            *given = arg.values.first().cloned().unwrap_or_else(|| format!("${{{}}}", name.value));
        }
    }
    request
}

/// The platforms to build for: those of the command line, otherwise those of the image, otherwise the engine's own.
///
/// # Errors
/// An invalid platform.
pub(crate) fn platforms(
    asked: &[String],
    target: Target<'_>,
    args: &Args,
    build_platform: &Platform,
) -> Result<Vec<Platform>, Diagnostic> {
    let mut wanted: Vec<(String, Span)> = asked.iter().map(|text| (text.clone(), target.span())).collect();
    if wanted.is_empty() {
        for template in target.image().iter().flat_map(|image| &image.keys.platforms) {
            wanted.push((template.eval(args)?, template.span));
        }
    }
    let mut platforms = Vec::new();
    for (text, span) in wanted {
        let platform: Platform =
            text.parse().map_err(|error: ParsePlatformError| Diagnostic::error(span, error.to_string()))?;
        if !platforms.contains(&platform) {
            platforms.push(platform);
        }
    }
    if platforms.is_empty() {
        platforms.push(build_platform.clone());
    }
    Ok(platforms)
}

/// A project whose files are read, and that looks up nothing else.
struct Dry<'a, P> {
    project: &'a P,
    given: Given<'a>,
    ahead: bool,
    cache: ReadCache,
}

impl<'a, P> Dry<'a, P> {
    fn new(project: &'a P, (request, policy): (&'a Request, &'a Policy), ahead: bool) -> Self {
        Self { project, given: Given { request, policy }, ahead, cache: ReadCache::default() }
    }
}

impl<P: Project> Project for Dry<'_, P> {
    fn cache(&self) -> Option<&ReadCache> {
        Some(&self.cache)
    }

    async fn manifests(&self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, ProjectError> {
        if self.ahead {
            return self.project.manifests(paths).await;
        }
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            files.push(self.read(path).await?);
        }
        Ok(files)
    }

    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        self.project.read(path).await
    }

    async fn exists(&self, path: &str) -> Result<bool, ProjectError> {
        self.project.exists(path).await
    }

    async fn is_executable(&self, path: &str) -> Result<Option<bool>, ProjectError> {
        self.project.is_executable(path).await
    }

    async fn hidden_by(&self, path: &str) -> Result<Option<HiddenBy>, ProjectError> {
        self.project.hidden_by(path).await
    }

    async fn ignore_file(&self) -> Result<Option<IgnoreText>, ProjectError> {
        self.project.ignore_file().await
    }

    async fn has_dockerfile(&self, path: &str) -> Result<bool, ProjectError> {
        self.project.has_dockerfile(path).await
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        self.project.list(folder).await
    }

    async fn named_context(&self, name: &str, platform: &Platform) -> Result<Option<NamedSource>, ProjectError> {
        self.given.named_context(name, platform)
    }

    async fn image(&self, reference: &str, platform: &Platform) -> Result<BaseImage, ProjectError> {
        self.given.image(reference, platform)
    }
}

/// Images and named contexts without looking anything up.
struct Given<'a> {
    request: &'a Request,
    policy: &'a Policy,
}

impl Given<'_> {
    /// The replacement of a name on the command line.
    fn find(&self, name: &str, platform: &Platform) -> Result<Option<Named>, ProjectError> {
        self.request.context(name, platform).map(Named::read).transpose().map_err(ProjectError::new)
    }

    fn named_context(&self, name: &str, platform: &Platform) -> Result<Option<NamedSource>, ProjectError> {
        let Some(named) = self.find(name, platform)? else { return Ok(None) };
        let image = self.image_of(name, named)?;
        Ok(Some(match image.origin {
            ImageOrigin::Files(source) => NamedSource::Files(source),
            _ => NamedSource::Image(image),
        }))
    }

    fn image(&self, reference: &str, platform: &Platform) -> Result<BaseImage, ProjectError> {
        match self.find(&familiar(reference), platform)? {
            Some(named) => self.image_of(reference, named),
            None => self.image_of(reference, Named::Registry(reference.to_owned())),
        }
    }

    fn image_of(&self, name: &str, named: Named) -> Result<BaseImage, ProjectError> {
        let origin = match named {
            Named::Local(name) => ImageOrigin::Files(Source::Local { name }),
            Named::Remote(source) => ImageOrigin::Files(source),
            Named::Input(name) => ImageOrigin::Input { name },
            Named::Scratch => ImageOrigin::Scratch,
            Named::Registry(reference) if reference == "scratch" => ImageOrigin::Scratch,
            Named::Registry(reference) => {
                policy::image(self.policy, &reference)?;
                ImageOrigin::Registry { reference }
            }
            Named::Layout(_) => ImageOrigin::Registry { reference: name.to_owned() },
        };
        Ok(BaseImage { name: name.to_owned(), origin, config: serde_json::json!({}) })
    }
}
