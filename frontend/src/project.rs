//! The planner's view of the project in a build: files from the context, images through the gateway and named contexts.

use std::cell::RefCell;
use std::collections::BTreeMap;

use buildkit_llb::{Output, Platform};
use buildkit_proto::keys::{attrs, opts};
use slipway_plan::{BaseImage, ImageOrigin, Project, ProjectError};
use tokio::sync::OnceCell;

use crate::gateway::{ImageQuery, Session, is_not_found};
use crate::image_ref::{familiar, normalize};
use crate::options::Options;

/// Names by which a plan means nothing at all.
const SCRATCH: &str = "scratch";

pub(crate) struct GatewayProject<'a> {
    session: &'a Session,
    options: &'a Options,
    context: &'a Output,
    /// The context's result; made on first use, so that a spec that needs no file sends none.
    context_result: OnceCell<String>,
    images: RefCell<BTreeMap<(String, String), BaseImage>>,
}

impl<'a> GatewayProject<'a> {
    pub(crate) fn new(session: &'a Session, options: &'a Options, context: &'a Output) -> Self {
        Self { session, options, context, context_result: OnceCell::new(), images: RefCell::default() }
    }

    async fn context_result(&self) -> Result<&str, ProjectError> {
        self.context_result
            .get_or_try_init(|| async {
                let result =
                    self.session.solve(&self.context.marshal(), Vec::new()).await.map_err(|status| failed(&status))?;
                Ok(result.id)
            })
            .await
            .map(String::as_str)
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
        // The reference says nothing but its digest; the store is what the client opened.
        let reference = format!("{}@{digest}", normalize(store).trim_end_matches(":latest"));
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
