//! `patch-package`: a script that the package manager runs after the installation applies the project's patches.
//!
//! Other install scripts of the project do not run, because its sources are not there yet. This one requires none of
//! them, and without it the image would contain different code than the tested one; so it runs. Source:
//! <https://github.com/ds300/patch-package>.

use slipway_diagnostic::join_path;

use super::package::{INSTALL_SCRIPTS, Package};

/// The program, and the name of its package.
const PROGRAM: &str = "patch-package";

/// How a project patches its dependencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patches {
    /// The script that runs it.
    pub script: &'static str,
    /// Its arguments.
    pub options: Vec<String>,
    /// Whether it is installed without development dependencies.
    pub in_production: bool,
}

impl Patches {
    /// Finds the program in the install scripts.
    pub(crate) fn of(package: &Package) -> Option<Self> {
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

    /// The folder of the patches, relative to the context, if it is not the default.
    pub fn folder(&self, root: &str) -> Option<String> {
        let at = self.options.iter().position(|word| word == "--patch-dir")?;
        join_path(root, self.options.get(at + 1)?)
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
            let patches = of(script, "dependencies").unwrap();
            assert!(patches.options.is_empty() && patches.in_production, "{script}");
        }
        assert_eq!(of("prisma generate", "dependencies"), None);
        assert_eq!(of("patch-package", "peerDependencies"), None);
    }

    #[test]
    fn the_options_of_the_program_are_known() {
        let patches = of("patch-package --patch-dir ./fixes --error-on-fail", "devDependencies").unwrap();
        assert_eq!(patches.folder("web").as_deref(), Some("web/fixes"));
        assert_eq!(patches.options, ["--patch-dir", "./fixes", "--error-on-fail"]);
        assert!(!patches.in_production);
        let in_quotes = of("patch-package --patch-dir 'my fixes'", "dependencies").unwrap();
        assert_eq!(in_quotes.folder("app").as_deref(), Some("app/my fixes"));
    }
}
