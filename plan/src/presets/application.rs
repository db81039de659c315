//! The folder of an application in images, for languages whose programs are many files.

use slipway_spec::{Diagnostic, Spanned, Template};

use super::Context;
use crate::contents::check_application;
use crate::paths::absolute;

/// The default folder.
const DEFAULT: &str = "/app";

/// The folder of an application in images.
#[derive(Debug, Clone)]
pub(super) struct Home {
    /// Its path.
    pub(super) path: String,
    /// The same, if the spec sets it.
    pub(super) destination: Option<Spanned<String>>,
}

impl Home {
    /// The folder in `destination`.
    ///
    /// # Errors
    /// It is not absolute, or it is a system folder.
    pub(super) fn of(cx: &mut Context<'_, '_>, destination: Option<&Template>) -> Result<Self, Diagnostic> {
        let Some(template) = destination else {
            return Ok(Self { path: DEFAULT.to_owned(), destination: None });
        };
        let path = absolute(&cx.eval(template)?, template)?;
        check_application(&path, template.span)?;
        let destination = Some(Spanned::new(path.clone(), template.span));
        Ok(Self { path, destination })
    }
}
