//! Images of a build: through the gateway, or what the command line names instead.

use std::collections::BTreeMap;

use buildkit_llb::{Output, Platform};
use buildkit_proto::keys::attrs;
use slipway_plan::{BaseImage, ImageOrigin, ProjectError, named_context};

use super::{GatewayProject, failed};
use crate::gateway::ImageQuery;
use crate::image_ref::{familiar, normalize, without_tag};
use crate::named::Named;
use crate::policy;

impl<'a> GatewayProject<'a> {
    /// The value of a name on the command line, if any.
    pub(super) fn named(&self, name: &str, platform: &Platform) -> Option<Result<Named, ProjectError>> {
        Some(Named::read(named_context(&self.options.contexts, name, platform)?).map_err(ProjectError::new))
    }

    /// The prefix of the names of lookups: the platform, if there are several.
    fn place(&self, platform: &Platform) -> String {
        if self.options.platforms.len() > 1 { format!("{platform} ") } else { String::new() }
    }

    pub(super) async fn resolve(&self, reference: &str, platform: &Platform) -> Result<BaseImage, ProjectError> {
        let name = familiar(reference);
        match self.named(&name, platform) {
            Some(named) => self.stand_in(&name, reference, named?, platform).await,
            None => {
                let log_name = format!("[{}internal] load metadata for {}", self.place(platform), normalize(reference));
                self.resolve_registry(reference, reference, platform, log_name).await
            }
        }
    }

    /// Checks that the policy allows an image of a registry.
    ///
    /// # Errors
    /// It does not.
    pub(crate) fn allows(&self, reference: &str) -> Result<(), ProjectError> {
        policy::allows(&self.policy, reference, &normalize(reference))
    }

    /// The image behind a named context; it keeps its name from the spec.
    pub(super) async fn stand_in(
        &self,
        context: &str,
        name: &str,
        named: Named,
        platform: &Platform,
    ) -> Result<BaseImage, ProjectError> {
        let log_name = format!("[{}context {context}] load metadata for {context}", self.place(platform));
        let image = |origin, config| Ok(BaseImage { name: name.to_owned(), origin, config });
        match named {
            Named::Scratch => image(ImageOrigin::Scratch, serde_json::json!({})),
            Named::Registry(other) => self.resolve_registry(name, &other, platform, log_name).await,
            Named::Layout(layout) => self.resolve_layout(name, &layout, platform, log_name).await,
            Named::Input(input) => {
                self.known_input(&input)?;
                let config = self.options.input_config(&input).map_err(ProjectError::new)?;
                image(ImageOrigin::Input { name: input }, config)
            }
            Named::Local(local) => image(ImageOrigin::Files(self.folder(context, local).await?), serde_json::json!({})),
            Named::Remote(source) => image(ImageOrigin::Files(source), serde_json::json!({})),
        }
    }

    pub(super) fn known_input(&self, name: &str) -> Result<&'a Output, ProjectError> {
        self.input(name).ok_or_else(|| ProjectError::new(format!("the client did not send the result `{name}`")))
    }

    async fn resolve_registry(
        &self,
        name: &str,
        reference: &str,
        platform: &Platform,
        log_name: String,
    ) -> Result<BaseImage, ProjectError> {
        let reference = policy::image(&self.policy, reference)?;
        let query = ImageQuery {
            identifier: format!("{}{reference}", attrs::SCHEME_IMAGE),
            attrs: BTreeMap::new(),
            platform,
            resolve_mode: &self.options.resolve_mode,
            log_name,
        };
        let found = self.session.resolve_image(query).await.map_err(|status| failed(&status))?;
        let reference = found.identifier.strip_prefix(attrs::SCHEME_IMAGE).ok_or_else(|| {
            ProjectError::new(format!("a source policy of the engine replaces it with {}", found.identifier))
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
            .ok_or_else(|| ProjectError::new(format!("the OCI layout `{layout}` has no digest")))?;
        // buildx writes `store:tag@digest`; the session has the store without the tag. In the identifier only the
        // digest counts.
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

/// A reference with its resolved digest, so that everything is built from the same image.
fn pin(reference: &str, digest: &str) -> String {
    if digest.is_empty() || reference.contains('@') { reference.to_owned() } else { format!("{reference}@{digest}") }
}

pub(super) fn parse_config(config: &[u8]) -> Result<serde_json::Value, ProjectError> {
    serde_json::from_slice(config).map_err(|error| ProjectError::new(format!("its config is not valid JSON: {error}")))
}
