//! Prisma in a project: the package that uses it, its schema, and whether it has an engine.

use nodejs_semver::Range;
use slipway_diagnostic::join_path;

use super::files::MANIFEST;
use super::package::Package;
use super::project::NodeProject;
use crate::paths::in_folder;
use crate::{Error, Repository};

/// The default path of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// Its contents.
    pub text: String,
    /// Patterns of all files that Prisma reads; empty if programs of the project are involved, so that these are
    /// unknown.
    pub files: Option<Vec<String>>,
}

impl Schema {
    /// Whether its client has an engine. One for JavaScript drivers has none.
    pub fn has_engine(&self) -> bool {
        let is_without = |line: &str| line.trim_start().starts_with("engineType") && line.contains("\"client\"");
        !self.text.lines().any(is_without)
    }
}

impl NodeProject {
    /// The folder of the package that uses Prisma: the built one, or the only one of those it requires that depends on
    /// Prisma.
    pub fn prisma_home(&self) -> Option<&str> {
        if self.package.depends_on("prisma") {
            return Some(&self.folder);
        }
        let needed = self.needed_to_build();
        let mut needed = needed.iter().filter(|member| member.package.depends_on("prisma"));
        match (needed.next(), needed.next()) {
            (Some(member), None) => Some(&member.folder),
            _ => self.root_package.depends_on("prisma").then_some(&self.folder),
        }
    }

    /// Whether the Prisma version of a package has no engines: version 7 or later.
    pub fn has_no_prisma_engine(&self, folder: &str) -> bool {
        let wanted = |package: &Package| {
            let names = ["prisma", "@prisma/client"].into_iter();
            let found =
                names.filter_map(|name| package.dependencies.get(name).or_else(|| package.dev_dependencies.get(name)));
            found.filter_map(|range| Range::parse(range).ok()?.min_version()).next()
        };
        let version = wanted(self.package_in(folder)).or_else(|| wanted(&self.root_package));
        version.is_some_and(|version| version.major() >= 7)
    }

    /// The schema of the package in a folder.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn prisma_schema(&self, repository: &Repository<'_>, folder: &str) -> Result<Option<Schema>, Error> {
        let place = |path: &str| join_path(folder, path);
        let named = self.package_in(folder).prisma_schema.as_deref();
        let schemas: Vec<_> =
            named.into_iter().chain(["prisma/schema.prisma", "schema.prisma"]).filter_map(place).collect();
        let configs = ["prisma.config.ts", "prisma.config.mjs", "prisma.config.js", ".config/prisma.ts"];
        let configs: Vec<_> = configs.into_iter().filter_map(place).collect();
        let paths: Vec<String> = schemas.iter().chain(&configs).cloned().collect();
        let mut found = repository.manifests(&paths).await?;
        let configured = found.split_off(schemas.len()).iter().any(Option::is_some);
        let Some(text) = found.into_iter().flatten().next() else { return Ok(None) };
        let text = String::from_utf8_lossy(&text).into_owned();
        let programs = text.lines().any(|line| {
            let line = line.trim_start();
            line.starts_with("provider") && line.contains(['/', '.'])
        });
        let files = (!configured && !programs).then(|| {
            let beside = ["prisma", MANIFEST, "tsconfig*.json"].map(|name| in_folder(folder, name));
            schemas.into_iter().chain(beside).collect()
        });
        Ok(Some(Schema { text, files }))
    }
}
