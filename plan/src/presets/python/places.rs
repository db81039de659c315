//! Paths that depend on the folder of the application. Programs of an environment contain its path, so steps create it
//! at the same path as in images.

use slipway_spec::{Diagnostic, Template};

use crate::contents::is_inside;
use crate::presets::Context;
use crate::presets::application::Home;
use crate::shell::{Text, word};

/// Paths that depend on the folder of the application.
#[derive(Debug, Clone)]
pub(super) struct Places {
    /// The folder of the application, in steps and images.
    pub(super) home: Home,
    /// The virtual environment, in steps and images.
    pub(super) venv: String,
    /// The repository's files in steps.
    pub(super) sources: &'static str,
}

/// Folders that steps use themselves.
const OF_STEPS: &[&str] = &["/root", "/run", "/tmp"];
/// Names in `/opt` and `/var/cache` with this prefix belong to steps.
const OWN_PREFIX: &str = "slipway-";

impl Places {
    /// The paths for `destination`.
    ///
    /// # Errors
    /// It is not a valid path of an application, or programs of an environment could not contain it.
    pub(super) fn of(cx: &mut Context<'_, '_>, destination: Option<&Template>) -> Result<Self, Diagnostic> {
        let home = Home::of(cx, destination)?;
        let app = home.path.as_str();
        if let Some(destination) = &home.destination {
            let error = |message: String| Diagnostic::error(destination.span, message);
            // A first line such as `#!/app/.venv/bin/python3` ends at a space, and `PATH` and `PYTHONPATH` at a colon.
            if let Some(strange) = app.chars().find(|c| !c.is_alphanumeric() && !"/._-+@".contains(*c)) {
                let message =
                    format!("programs of a Python environment cannot name `{app}`, which contains `{strange}`");
                return Err(error(message).with_help("use letters, digits, `-`, `_` and `.`, as in `/srv/shop`"));
            }
            let is_own = |above: &str| app.strip_prefix(above).is_some_and(|name| name.starts_with(OWN_PREFIX));
            if OF_STEPS.iter().any(|folder| is_inside(app, folder)) || is_own("/opt/") || is_own("/var/cache/") {
                let message = format!("build steps use `{app}` themselves, so the application cannot be there");
                return Err(error(message).with_help("choose another folder, such as `/srv/shop`"));
            }
        }
        let sources = if is_inside(app, "/src") { "/opt/slipway-sources" } else { "/src" };
        Ok(Self { venv: format!("{app}/.venv"), sources, home })
    }

    /// The folder of the application.
    pub(super) fn app(&self) -> &str {
        &self.home.path
    }

    /// The start of scripts that use the variable.
    pub(super) fn prelude(&self) -> Text {
        in_app(self.app())
    }
}

/// The same for a program whose files are in another folder.
pub(super) fn in_app(app: &str) -> Text {
    Text::from("export SLIPWAY_APP=") + word(app) + "\n"
}
