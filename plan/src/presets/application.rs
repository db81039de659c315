//! The folder of an application in images, for languages whose programs are many files.

use slipway_spec::{Diagnostic, Spanned, Template};

use super::Context;
use crate::contents::check_application;
use crate::paths::absolute;

/// The folder if the spec does not say another one.
const DEFAULT: &str = "/app";

/// The folder of an application in images.
#[derive(Debug, Clone)]
pub(super) struct Home {
    /// Its path.
    pub(super) path: String,
    /// The same, if the spec says it.
    pub(super) destination: Option<Spanned<String>>,
}

impl Home {
    /// The folder that `destination` says.
    ///
    /// # Errors
    /// It is not absolute, or it is a folder of the system.
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
