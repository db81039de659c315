//! The options of the command line, independent of the spec.

use std::collections::BTreeMap;

use crate::Platform;

/// What stands between the name of a context and its platform.
const OF_PLATFORM: &str = "::";

/// The options of the command line, independent of the target.
#[derive(Debug, Clone)]
pub struct Request {
    /// `--build-arg`, by name.
    pub build_args: BTreeMap<String, String>,
    /// `--label`, by key.
    pub labels: BTreeMap<String, String>,
    /// `--build-context` in the form of the client: by name, with `::platform` if it is for one platform.
    pub contexts: BTreeMap<String, String>,
    /// Name of the spec's file, relative to the root of the context.
    pub spec_name: String,
    /// The platform of the steps.
    pub build_platform: Platform,
    /// Whether several platforms are built, so that step names contain the platform.
    pub multi_platform: bool,
}

impl Request {
    /// What the command line names instead of an image or a part of the file, in the form of the client.
    #[must_use]
    pub fn context(&self, name: &str, platform: &Platform) -> Option<&str> {
        named_context(&self.contexts, name, platform)
    }

    /// The names of the contexts of the command line, without platforms.
    pub fn context_names(&self) -> impl Iterator<Item = &str> {
        self.contexts.keys().map(|name| name.split(OF_PLATFORM).next().unwrap_or(name))
    }
}

/// The value of a named context for a platform.
#[must_use]
pub fn named_context<'c>(contexts: &'c BTreeMap<String, String>, name: &str, platform: &Platform) -> Option<&'c str> {
    let find = |name: &str| {
        contexts.get(&format!("{name}{OF_PLATFORM}{platform}")).or_else(|| contexts.get(name)).map(String::as_str)
    };
    // Clients allow no capitals in names, and tags of images may have them.
    find(name).or_else(|| if name.contains(':') { None } else { find(&name.to_ascii_lowercase()) })
}
