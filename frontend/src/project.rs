//! The planner's view of the project in a build: files from the context, images through the gateway and named contexts.

use std::cell::RefCell;
use std::collections::BTreeMap;

use buildkit_llb::{Output, Platform};
use buildkit_proto::keys::{attrs, opts};
use slipway_plan::{BaseImage, Entry, ImageOrigin, Project, ProjectError};
use tokio::sync::OnceCell;

use crate::context::{SpecFile, main_context};
use crate::gateway::{ImageQuery, Session, is_not_found};
use crate::ignore::IgnorePatterns;
use crate::image_ref::{familiar, normalize, without_tag};
use crate::options::Options;

/// The bit of a folder in the modes that BuildKit sends, which are Go's `os.FileMode`.
const GO_MODE_DIR: u32 = 1 << 31;
/// Names by which a plan means nothing at all.
const SCRATCH: &str = "scratch";

pub(crate) struct GatewayProject<'a> {
    session: &'a Session,
    options: &'a Options,
    spec: &'a SpecFile,
    /// The context and its result; made on first use, so that images are looked up meanwhile and a spec that needs no file sends none.
    context: OnceCell<(Output, String)>,
    /// The patterns of the ignore file, once they are known.
    ignore: RefCell<Option<IgnorePatterns>>,
    images: RefCell<BTreeMap<(String, String), BaseImage>>,
}

impl<'a> GatewayProject<'a> {
    pub(crate) fn new(session: &'a Session, options: &'a Options, spec: &'a SpecFile) -> Self {
        Self {
            session,
            options,
            spec,
            context: OnceCell::new(),
            ignore: RefCell::default(),
            images: RefCell::default(),
        }
    }

    /// The main context as a part of graphs.
    pub(crate) async fn context(&self) -> Result<&Output, ProjectError> {
        Ok(&self.loaded_context().await?.0)
    }

    async fn context_result(&self) -> Result<&str, ProjectError> {
        Ok(&self.loaded_context().await?.1)
    }

    async fn loaded_context(&self) -> Result<&(Output, String), ProjectError> {
        self.context
            .get_or_try_init(|| async {
                let known = self.ignore.borrow().clone();
                let ignore = match known {
                    Some(ignore) => ignore,
                    None => self.read_ahead(&[]).await?.0,
                };
                let context = main_context(self.options, &ignore);
                let result =
                    self.session.solve(&context.marshal(), Vec::new()).await.map_err(|status| failed(&status))?;
                Ok((context, result.id))
            })
            .await
    }

    async fn read_ahead(&self, paths: &[String]) -> Result<(IgnorePatterns, Vec<Option<Vec<u8>>>), ProjectError> {
        let read = self.spec.read_ahead(self.session, self.options, paths).await.map_err(|status| failed(&status))?;
        self.ignore.replace(Some(read.0.clone()));
        Ok(read)
    }

    /// The named context that stands in for an image, if the command line gives one.
    fn named_context(&self, name: &str, platform: &Platform) -> Option<&str> {
        let for_platform = format!("{name}{}{platform}", opts::PLATFORM_SEPARATOR);
        let contexts = &self.options.contexts;
        contexts.get(&for_platform).or_else(|| contexts.get(name)).map(String::as_str)
    }

    async fn resolve(&self, reference: &str, platform: &Platform) -> Result<BaseImage, ProjectError> {
        let name = familiar(reference);
        let place = if self.options.platforms.len() > 1 { format!("{platform} ") } else { String::new() };
        let Some(context) = self.named_context(&name, platform) else {
            let log_name = format!("[{place}internal] load metadata for {}", normalize(reference));
            return self.resolve_registry(reference, reference, platform, log_name).await;
        };
        let log_name = format!("[{place}context {name}] load metadata for {name}");
        match context.split_once("://") {
            Some(("docker-image", SCRATCH)) => Ok(BaseImage {
                name: reference.to_owned(),
                origin: ImageOrigin::Scratch,
                config: serde_json::json!({}),
            }),
            Some(("docker-image", other)) => self.resolve_registry(reference, other, platform, log_name).await,
            Some(("oci-layout", layout)) => self.resolve_layout(reference, layout, platform, log_name).await,
            _ => Err(ProjectError::new(format!(
                "the named context `{name}` is `{context}`; this release of Slipway takes images from `docker-image://` and `oci-layout://` only"
            ))),
        }
    }

    async fn resolve_registry(
        &self,
        name: &str,
        reference: &str,
        platform: &Platform,
        log_name: String,
    ) -> Result<BaseImage, ProjectError> {
        let reference = normalize(reference);
        let query = ImageQuery {
            identifier: format!("{}{reference}", attrs::SCHEME_IMAGE),
            attrs: BTreeMap::new(),
            platform,
            resolve_mode: &self.options.resolve_mode,
            log_name,
        };
        let found = self.session.resolve_image(query).await.map_err(|status| failed(&status))?;
        let reference = found.identifier.strip_prefix(attrs::SCHEME_IMAGE).ok_or_else(|| {
            ProjectError::new(format!("a source policy of the engine turns it into {}", found.identifier))
        })?;
        Ok(BaseImage {
            name: name.to_owned(),
            origin: ImageOrigin::Registry { reference: pin(reference, &found.digest) },
            config: parse_config(&found.config)?,
        })
    }

    async fn resolve_layout(
        &self,
        name: &str,
        layout: &str,
        platform: &Platform,
        log_name: String,
    ) -> Result<BaseImage, ProjectError> {
        let (store, digest) = layout
            .split_once('@')
            .ok_or_else(|| ProjectError::new(format!("the OCI layout `{layout}` is named without a digest")))?;
        // buildx writes `store:tag@digest`; the session knows the store without the tag. In the identifier only the digest counts.
        let store = without_tag(store);
        let reference = format!("{}@{digest}", without_tag(&normalize(name)));
        let query = ImageQuery {
            identifier: format!("{}{reference}", attrs::SCHEME_OCI_LAYOUT),
            attrs: BTreeMap::from([
                (attrs::OCI_STORE_ID.to_owned(), store.to_owned()),
                (attrs::OCI_SESSION_ID.to_owned(), self.options.session_id.clone()),
            ]),
            platform,
            resolve_mode: &self.options.resolve_mode,
            log_name,
        };
        let found = self.session.resolve_image(query).await.map_err(|status| failed(&status))?;
        Ok(BaseImage {
            name: name.to_owned(),
            origin: ImageOrigin::OciLayout { reference, store: store.to_owned() },
            config: parse_config(&found.config)?,
        })
    }
}

impl Project for GatewayProject<'_> {
    async fn manifests(&self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, ProjectError> {
        let (ignore, mut files) = self.read_ahead(paths).await?;
        // What the ignore file may keep back counts only if it is in the context after all.
        for (path, file) in
            paths.iter().zip(&mut files).filter(|(path, file)| file.is_some() && ignore.may_exclude(path))
        {
            *file = self.read(path).await?;
        }
        Ok(files)
    }

    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        match self.session.read_file(self.context_result().await?, path).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(status) if is_not_found(&status) => Ok(None),
            Err(status) => Err(failed(&status)),
        }
    }

    async fn exists(&self, path: &str) -> Result<bool, ProjectError> {
        self.session.exists(self.context_result().await?, path).await.map_err(|status| failed(&status))
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        let path = if folder.is_empty() { "/" } else { folder };
        match self.session.list(self.context_result().await?, path).await {
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

/// A reference with the digest it was found to have, so that all that is built from it is built from the same image.
fn pin(reference: &str, digest: &str) -> String {
    if digest.is_empty() || reference.contains('@') { reference.to_owned() } else { format!("{reference}@{digest}") }
}

fn parse_config(config: &[u8]) -> Result<serde_json::Value, ProjectError> {
    serde_json::from_slice(config).map_err(|error| ProjectError::new(format!("its config is no JSON: {error}")))
}

fn failed(status: &tonic::Status) -> ProjectError {
    ProjectError::new(status.message())
}
