//! The planner's view of the project in a build: files of the context, and images through the gateway and named
//! contexts.

mod dockerfile;
mod files;
mod images;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use buildkit_llb::{Output, Platform};
use slipway_plan::{
    BaseImage, Entry, HiddenBy, IgnoreText, ImageFile, ImageOrigin, NamedSource, Project, ProjectError, ReadCache,
    Source, StepId, Steps, context_excludes, context_paths, named_context_paths,
};
use slipway_spec::Spec;
use slipway_spec::model::Policy;
use tokio::sync::OnceCell;

use crate::context::{SpecFile, named_folder};
use crate::gateway::{GO_MODE_DIR, GO_MODE_TYPE, Session, is_not_found};
use crate::ignore::IgnoreFile;
use crate::image_ref::familiar;
use crate::lower;
use crate::named::Named;
use crate::options::Options;

/// Folders of tools, which need not be sent to look at a repository.
const LEFT_BEHIND: [&str; 4] = [".git", "**/node_modules", "**/.venv", "**/__pycache__"];

pub(crate) struct GatewayProject<'a> {
    session: &'a Session,
    options: &'a Options,
    spec: &'a SpecFile,
    /// The context and its result; created on first use, so that images are looked up in the meantime and a spec that
    /// needs no files sends none.
    context: OnceCell<(Output, String)>,
    /// The paths of the context that the spec can use; empty for all. Then it contains only these, and other paths are
    /// looked up in the whole context.
    paths: Vec<String>,
    whole: OnceCell<(Output, String)>,
    parsed: Option<&'a Spec>,
    /// Patterns of files that the client need not send.
    context_excludes: Vec<String>,
    own_names: BTreeSet<String>,
    /// The policy of this frontend.
    policy: Policy,
    /// The ignore file, once it has been looked up.
    ignore: RefCell<Option<Option<Rc<IgnoreFile>>>>,
    images: RefCell<BTreeMap<(String, String), BaseImage>>,
    /// Images whose files were read: results by graph.
    roots: RefCell<BTreeMap<Vec<u8>, String>>,
    /// Facts that the plan of one platform shares with the next.
    cache: ReadCache,
    /// Local folders of the client behind named contexts.
    locals: RefCell<BTreeMap<String, Output>>,
}

impl<'a> GatewayProject<'a> {
    pub(crate) fn new(session: &'a Session, options: &'a Options, file: &'a SpecFile, spec: Option<&'a Spec>) -> Self {
        Self {
            session,
            options,
            spec: file,
            // Without a spec, a repository is only looked at.
            context_excludes: spec.map_or_else(|| LEFT_BEHIND.map(str::to_owned).into(), context_excludes),
            own_names: spec.iter().flat_map(|spec| spec.part_names()).map(str::to_owned).collect(),
            policy: spec.map(|spec| spec.policy.clone()).unwrap_or_default(),
            context: OnceCell::new(),
            paths: spec.filter(|_| file.context.is_none()).and_then(context_paths).unwrap_or_default(),
            whole: OnceCell::new(),
            parsed: spec,
            ignore: RefCell::default(),
            images: RefCell::default(),
            roots: RefCell::default(),
            cache: ReadCache::default(),
            locals: RefCell::default(),
        }
    }

    /// The session of this build.
    pub(crate) fn session(&self) -> &'a Session {
        self.session
    }

    /// The options.
    pub(crate) fn options(&self) -> &'a Options {
        self.options
    }

    /// A local folder of the client as the value of a named context.
    async fn folder(&self, context: &str, local: String) -> Result<Source, ProjectError> {
        if self.local(&local).is_none() {
            let paths = self.parsed.and_then(|spec| named_context_paths(spec, context)).unwrap_or_default();
            let folder = named_folder(self.session, self.options, (context, &local), &paths).await;
            self.locals.borrow_mut().insert(local.clone(), folder.map_err(|status| failed(&status))?);
        }
        Ok(Source::Local { name: local })
    }

    /// The local folder of the client behind a named context.
    pub(crate) fn local(&self, name: &str) -> Option<Output> {
        self.locals.borrow().get(name).cloned()
    }

    /// The result of another build that the client passes to this one.
    pub(crate) fn input(&self, name: &str) -> Option<&'a Output> {
        self.spec.inputs.get(name)
    }

    /// The names of the parts of the spec.
    pub(crate) fn own_names(&self) -> &BTreeSet<String> {
        &self.own_names
    }

    /// The policy of this frontend.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// A Dockerfile of the main context.
    pub(crate) fn dockerfile(&self, path: &str) -> Output {
        self.spec.definition(self.options, path, &format!("[internal] load build definition from {path}"))
    }

    /// All inputs of this build, for another frontend that does part of the work.
    pub(crate) fn encoded_inputs(&self) -> BTreeMap<String, Vec<u8>> {
        self.spec.inputs.iter().map(|(name, input)| (name.clone(), input.marshal().encode())).collect()
    }
}

impl Project for GatewayProject<'_> {
    fn cache(&self) -> Option<&ReadCache> {
        Some(&self.cache)
    }

    async fn manifests(&self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, ProjectError> {
        let (ignore, mut files) = self.read_ahead(paths).await?;
        // A file that the ignore file may exclude counts only if it is in the context.
        let Some(ignore) = ignore else { return Ok(files) };
        let in_doubt = |path: &str| ignore.may_exclude(path);
        for (path, file) in paths.iter().zip(&mut files).filter(|(path, file)| file.is_some() && in_doubt(path)) {
            *file = if self.covers(path) { self.read(path).await? } else { None };
        }
        Ok(files)
    }

    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        read(self.session, self.result_with(path).await?, path).await
    }

    async fn exists(&self, path: &str) -> Result<bool, ProjectError> {
        self.session.exists(self.result_with(path).await?, path).await.map_err(|status| failed(&status))
    }

    async fn is_executable(&self, path: &str) -> Result<Option<bool>, ProjectError> {
        let found = self.session.stat(self.result_with(path).await?, path).await.map_err(|status| failed(&status))?;
        Ok(found.filter(|stat| stat.mode & GO_MODE_TYPE == 0).map(|stat| stat.mode & 0o111 != 0))
    }

    async fn hidden_by(&self, path: &str) -> Result<Option<HiddenBy>, ProjectError> {
        Ok(self.ignore().await?.and_then(|ignore| ignore.hides(path)))
    }

    async fn ignore_file(&self) -> Result<Option<IgnoreText>, ProjectError> {
        Ok(self.ignore().await?.map(|ignore| ignore.text.clone()))
    }

    async fn definition(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        let source = self.dockerfile(path).marshal();
        let result = self.session.solve(&source, Vec::new()).await.map_err(|status| failed(&status))?;
        read(self.session, &result.id, path).await
    }

    async fn has_dockerfile(&self, path: &str) -> Result<bool, ProjectError> {
        let source = self.dockerfile(path).marshal();
        let result = self.session.solve(&source, Vec::new()).await.map_err(|status| failed(&status))?;
        self.session.exists(&result.id, path).await.map_err(|status| failed(&status))
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        let path = if folder.is_empty() { "/" } else { folder };
        match self.session.list(self.result_with(path).await?, path).await {
            Ok(found) => {
                let mut entries: Vec<_> = found
                    .into_iter()
                    .map(|stat| Entry {
                        is_folder: stat.mode & GO_MODE_DIR != 0,
                        name: stat.path.rsplit('/').next().unwrap_or_default().to_owned(),
                    })
                    .collect();
                entries.sort();
                Ok(Some(entries))
            }
            Err(status) if is_not_found(&status) => Ok(None),
            Err(status) => Err(failed(&status)),
        }
    }

    async fn named_context(&self, name: &str, platform: &Platform) -> Result<Option<NamedSource>, ProjectError> {
        let Some(named) = self.named(name, platform) else {
            return Ok(None);
        };
        let source = match named? {
            Named::Local(local) => self.folder(name, local).await?,
            Named::Remote(source) => source,
            image => return self.stand_in(name, name, image, platform).await.map(NamedSource::Image).map(Some),
        };
        Ok(Some(NamedSource::Files(source)))
    }

    async fn image_file(&self, image: &BaseImage, platform: &Platform, path: &str) -> Result<ImageFile, ProjectError> {
        let root = match &image.origin {
            ImageOrigin::Input { name } => self.known_input(name)?.clone(),
            ImageOrigin::Files(_) | ImageOrigin::Step => return Ok(ImageFile::Unknown),
            _ => lower::image(image, platform, self.options, None),
        };
        let key = root.marshal().encode();
        let known = self.roots.borrow().get(&key).cloned();
        let root = match known {
            Some(known) => known,
            None => {
                let result = self.session.solve(&root.marshal(), Vec::new()).await.map_err(|status| failed(&status))?;
                self.roots.borrow_mut().insert(key, result.id.clone());
                result.id
            }
        };
        match self.session.read_file(&root, path).await {
            Ok(bytes) => Ok(ImageFile::Found(bytes)),
            Err(status) if is_not_found(&status) => Ok(ImageFile::Missing),
            Err(status) => Err(failed(&status)),
        }
    }

    async fn dockerfile_config(&self, steps: &Steps, stage: StepId) -> Result<serde_json::Value, ProjectError> {
        self.config_of_stage(steps, stage).await
    }

    async fn image(&self, reference: &str, platform: &Platform) -> Result<BaseImage, ProjectError> {
        let key = (familiar(reference), platform.to_string());
        if let Some(known) = self.images.borrow().get(&key) {
            return Ok(BaseImage { name: reference.to_owned(), ..known.clone() });
        }
        let image = self.resolve(reference, platform).await?;
        self.images.borrow_mut().insert(key, image.clone());
        Ok(image)
    }
}

/// A file of a result.
async fn read(session: &Session, result: &str, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
    match session.read_file(result, path).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(status) if is_not_found(&status) => Ok(None),
        Err(status) if status.code() == tonic::Code::OutOfRange => Err(ProjectError::about_file(status.message())),
        Err(status) => Err(failed(&status)),
    }
}

fn failed(status: &tonic::Status) -> ProjectError {
    ProjectError::new(status.message())
}
