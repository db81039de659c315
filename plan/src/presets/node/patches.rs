//! `patch-package`: patches that a project lays over what was installed, by a script that the package manager runs
//! after it.
//!
//! Scripts of the project do not run in an installation, since its sources are not there. This one needs none of them,
//! and without it the image would hold other code than the project was tested with; so it runs. Source:
//! <https://github.com/ds300/patch-package>.

use slipway_spec::{Diagnostic, Span};

use super::files::MANIFEST;
use super::package::{INSTALL_SCRIPTS, Package};
use crate::presets::{in_folder, join_path};
use crate::shell::{Text, words};

/// The program, and the package that has it.
const PROGRAM: &str = "patch-package";

/// How a project patches its dependencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Patches {
    /// The script that says so.
    pub(super) script: &'static str,
    /// What the program is told beside.
    options: Vec<String>,
    /// Whether it is there without the dependencies for development.
    in_production: bool,
}

impl Patches {
    /// Finds the program in the scripts of an installation.
    pub(super) fn of(package: &Package) -> Option<Self> {
        let in_production = package.dependencies.contains_key(PROGRAM);
        if !in_production && !package.dev_dependencies.contains_key(PROGRAM) {
            return None;
        }
        INSTALL_SCRIPTS.iter().find_map(|name| {
            let commands = package.scripts.get(*name)?.split(['&', ';', '|']);
            let options = commands.filter_map(|command| {
                let mut words = shlex::split(command)?.into_iter();
                words.find(|word| *word == PROGRAM)?;
                Some(words.collect())
            });
            Some(Self { script: *name, options: options.into_iter().next()?, in_production })
        })
    }

    /// The folder of the patches, seen from the context, where it is not the usual one.
    pub(super) fn folder(&self, root: &str) -> Option<String> {
        let at = self.options.iter().position(|word| word == "--patch-dir")?;
        join_path(root, self.options.get(at + 1)?)
    }

    /// The lines that lay the patches over what was installed in the working directory.
    ///
    /// # Errors
    /// The program is not among what was installed.
    pub(super) fn script(&self, production: bool, root: &str, span: Span) -> Result<Text, Diagnostic> {
        if production && !self.in_production {
            let manifest = in_folder(root, MANIFEST);
            let script = self.script;
            return Err(Diagnostic::error(
                span,
                format!("the script `{script}` of `{manifest}` patches dependencies by `{PROGRAM}`, which is not there in production"),
            )
            .with_help("move it from `devDependencies` to `dependencies`"));
        }
        let line = Text::from("node node_modules/") + PROGRAM + "/index.js ";
        Ok((line + words(&self.options)).line())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // Everything here is test code.

    use super::*;

    fn of(script: &str, dependencies: &str) -> Option<Patches> {
        let text = format!(r#"{{"scripts":{{"postinstall":"{script}"}},"{dependencies}":{{"patch-package":"8"}}}}"#);
        Patches::of(&Package::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn the_program_is_found_among_others() {
        for script in ["patch-package", "husky && yarn patch-package", "npx patch-package; tsc"] {
            assert_eq!(
                of(script, "dependencies").unwrap().script(true, "", Span::START).unwrap().as_str(),
                "node node_modules/patch-package/index.js\n"
            );
        }
        assert_eq!(of("prisma generate", "dependencies"), None);
        assert_eq!(of("patch-package", "peerDependencies"), None);
    }

    #[test]
    fn its_options_count() {
        let patches = of("patch-package --patch-dir ./fixes --error-on-fail", "devDependencies").unwrap();
        assert_eq!(patches.folder("web").as_deref(), Some("web/fixes"));
        let line = "node node_modules/patch-package/index.js --patch-dir ./fixes --error-on-fail\n";
        let in_quotes = of("patch-package --patch-dir 'my fixes'", "dependencies").unwrap();
        assert_eq!(in_quotes.folder("app").as_deref(), Some("app/my fixes"));
        assert_eq!(patches.script(false, "", Span::START).unwrap().as_str(), line);
        assert!(patches.script(true, "", Span::START).is_err());
    }
}
