//! What an image or a stage starts from: an image of a registry, or a part of the file, with the config that comes
//! along.
//!
//! A part of the file is a stage, an image or a context. Its files are those of a step, and only some of them are known
//! before it is built: those of the image at its bottom, as long as nothing changes them.

use serde_json::{Value, json};
use slipway_spec::Name;

use crate::contents::{Base, Lists};
use crate::image::{BaseImage, ImageOrigin};
use crate::step::StepId;

/// The maximum number of images that start from each other. No engine can mount more layers than this.
pub(crate) const MAX_DEPTH: usize = 100;

/// What an image or a stage starts from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ground {
    /// Its name and config. For a part of the file, the files that can be read are those of the image at its bottom.
    pub(crate) image: BaseImage,
    /// What is known of its contents.
    pub(crate) known: Base,
    /// The step with its files; `None` for an image of a registry, which has no step yet.
    pub(crate) step: Option<StepId>,
    /// The reference of the image at its bottom.
    pub(crate) bottom: String,
    /// The config of the image at its bottom.
    pub(crate) bottom_config: Value,
    /// The user that comes along; `None` for the default.
    pub(crate) user: Option<String>,
    /// The lists of users and groups of an image of the file, if they are known.
    pub(crate) lists: Option<Lists>,
    /// The number of images of the file that start from each other up to here.
    pub(crate) depth: usize,
}

impl Ground {
    /// An image of a registry.
    pub(crate) fn of_image(image: BaseImage) -> Self {
        Self {
            known: Base::of(&image),
            step: None,
            bottom: image.name.clone(),
            bottom_config: image.config.clone(),
            user: None,
            lists: None,
            depth: 0,
            image,
        }
    }

    /// Files without a config, of which nothing is known.
    pub(crate) fn of_files(name: &str, step: StepId) -> Self {
        let image = BaseImage { name: name.to_owned(), origin: ImageOrigin::Step, config: json!({}) };
        Self { step: Some(step), ..Self::of_image(image) }
    }

    /// The same files with a config.
    pub(crate) fn with_config(self, config: Value) -> Self {
        let image = BaseImage { config, ..self.image };
        Self { bottom_config: json!({}), step: self.step, ..Self::of_image(image) }
    }

    /// This as the ground of a part of the file: the part's files, and a config on top of this one.
    pub(crate) fn under(&self, (kind, name): (Name, &str), step: StepId, part: Part) -> Self {
        let Part { config, entrypoint, cmd, is_changed, user } = part;
        let checked = config.pointer("/config/Healthcheck/Test/0").and_then(Value::as_str);
        let has_health_check = checked.is_some_and(|word| word != "NONE");
        Self {
            known: self.known.under(kind, name, (entrypoint, cmd), is_changed, has_health_check),
            step: Some(step),
            bottom: self.bottom.clone(),
            bottom_config: self.bottom_config.clone(),
            user,
            lists: None,
            depth: self.depth + usize::from(kind == Name::Image),
            image: BaseImage { name: name.to_owned(), origin: self.image.origin.clone(), config },
        }
    }

    /// The user that a stage or a context passes on: that of its base. Root is no choice of the file there, so that the
    /// default remains.
    pub(crate) fn passed_user(&self) -> Option<String> {
        let user = self.image.config.pointer("/config/User").and_then(Value::as_str).unwrap_or_default();
        let is_root = matches!(user.split(':').next(), Some("" | "0" | "root"));
        self.user.clone().or_else(|| (!is_root).then(|| user.to_owned()))
    }
}

/// What a part of the file adds to its own ground.
pub(crate) struct Part {
    /// Its config.
    pub(crate) config: Value,
    /// Its entrypoint; `None` for that of its ground.
    pub(crate) entrypoint: Option<Vec<String>>,
    /// Its arguments; `None` for those of its ground, unless it has an entrypoint.
    pub(crate) cmd: Option<Vec<String>>,
    /// Whether its files differ from those of its ground.
    pub(crate) is_changed: bool,
    /// The user that comes along.
    pub(crate) user: Option<String>,
}
