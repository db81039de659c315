//! `patch-package` in the installation step.

use slipway_project::node::{MANIFEST, Patches};
use slipway_spec::{Diagnostic, Span};

use crate::presets::in_folder;
use crate::shell::{Text, words};

/// The lines that apply the patches to the packages in the working directory.
///
/// # Errors
/// The program is not installed.
pub(super) fn script(patches: &Patches, production: bool, root: &str, span: Span) -> Result<Text, Diagnostic> {
    if production && !patches.in_production {
        let (manifest, script) = (in_folder(root, MANIFEST), patches.script);
        return Err(Diagnostic::error(
            span,
            format!("the script `{script}` of `{manifest}` patches dependencies with `patch-package`, which is only installed for development"),
        )
        .with_help("move it from `devDependencies` to `dependencies`"));
    }
    let line = Text::from("node node_modules/patch-package/index.js ");
    Ok((line + words(&patches.options)).line())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    #[test]
    fn patches_are_laid_over_what_was_installed() {
        let mut patches = Patches { script: "postinstall", options: Vec::new(), in_production: true };
        let line = |patches: &Patches, production| {
            script(patches, production, "", Span::START).map(|text| text.as_str().to_owned())
        };
        assert_eq!(line(&patches, true).unwrap(), "node node_modules/patch-package/index.js\n");
        patches.options = vec!["--patch-dir".to_owned(), "./fixes".to_owned()];
        patches.in_production = false;
        assert_eq!(line(&patches, false).unwrap(), "node node_modules/patch-package/index.js --patch-dir ./fixes\n");
        assert!(line(&patches, true).is_err());
    }
}
