//! Finds files that a program opens at run time but that are not in its image: the image has the output of scripts, and
//! the code names a folder next to it, as in `path.join(__dirname, "../public")`.
//!
//! A string literal alone may mean anything. So a line counts only if it also has a word with which Node.js finds or
//! opens files, and if the literal refers to an entry at the top of the package.

use super::project::NodeProject;
use crate::paths::{in_folder, is_within};
use crate::{Entry, Error, Repository, code_files};

/// Words in a line that finds or opens files.
const OPENERS: &[&str] = &[
    "__dirname",
    "import.meta.dirname",
    "import.meta.url",
    "process.cwd(",
    "path.join(",
    "path.resolve(",
    "readFile",
    "createReadStream",
    "sendFile(",
    "express.static(",
];
/// Extensions of code.
const CODE: &[&str] = &[".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];
/// Entries at the top of a package that only tools or compilers read.
const OF_TOOLS: &[&str] = &[
    "__tests__",
    "bin",
    "coverage",
    "docs",
    "e2e",
    "lib",
    "node_modules",
    "package.json",
    "scripts",
    "spec",
    "src",
    "test",
    "tests",
    "tools",
    "types",
];
/// A package with more code is not checked.
const MOST: usize = 400;
/// Longer files are usually generated.
const LONGEST: usize = 200_000;

/// Site generators: their code opens files during the build.
const SITES: &[&str] = &[
    "@11ty/eleventy",
    "@angular/core",
    "@remix-run/dev",
    "@sveltejs/kit",
    "astro",
    "gatsby",
    "next",
    "nuxt",
    "react-scripts",
    "vite",
    "vitepress",
    "webpack",
];

/// A folder that code of a package opens and that is not in the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The file that opens it.
    pub by: String,
    /// The folder's name in the package.
    pub name: String,
}

impl NodeProject {
    /// The first folder that the package's code opens but that is not among the image's paths.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn opened(&self, repository: &Repository<'_>, kept: &[String]) -> Result<Option<Opened>, Error> {
        let is_whole = kept.is_empty() || kept.iter().any(String::is_empty);
        if is_whole || SITES.iter().any(|site| self.package.depends_on(site)) {
            return Ok(None);
        }
        let is_kept = |name: &str| kept.iter().any(|path| is_within(name, path));
        let entries = repository.list(&self.folder).await?.unwrap_or_default();
        let beside: Vec<&str> = entries
            .iter()
            .filter(|entry| entry.is_folder && !entry.name.starts_with('.'))
            .map(|entry| entry.name.as_str())
            .filter(|name| !OF_TOOLS.contains(name) && !is_kept(name))
            .collect();
        if beside.is_empty() {
            return Ok(None);
        }
        let code = code(repository, self, &beside).await?;
        for (path, text) in code.iter().zip(repository.read_all(&code).await?) {
            let Some(text) = text.filter(|text| text.len() <= LONGEST) else { continue };
            let text = String::from_utf8_lossy(&text);
            if let Some(name) = beside.iter().find(|name| opens(&text, name)) {
                return Ok(Some(Opened { by: path.clone(), name: (*name).to_owned() }));
            }
        }
        Ok(None)
    }
}

/// The files of a package that may open others at run time; empty if there are too many.
async fn code(repository: &Repository<'_>, project: &NodeProject, beside: &[&str]) -> Result<Vec<String>, Error> {
    let folder = project.folder.as_str();
    let members: Vec<&str> = project.others().map(|member| member.folder.as_str()).collect();
    let top: Vec<String> = beside.iter().map(|name| in_folder(folder, name)).collect();
    let is_left_out = |path: &str, entry: &Entry| {
        let name = entry.name.as_str();
        let is_source = matches!(name, "src" | "lib" | "bin");
        name.starts_with('.')
            || name.contains(".config.")
            || name.contains(".test.")
            || members.contains(&path)
            || top.iter().any(|top| top == path)
            || entry.is_folder && !is_source && OF_TOOLS.contains(&name)
    };
    let is_code = |name: &str| CODE.iter().any(|end| name.ends_with(end)) && !name.ends_with(".d.ts");
    Ok(code_files::below(repository, folder, MOST, is_left_out, is_code).await?.unwrap_or_default())
}

/// Whether a line that opens files has a string literal that refers to a name at the top of the package.
fn opens(text: &str, name: &str) -> bool {
    text.lines().filter(|line| OPENERS.iter().any(|word| line.contains(word))).any(|line| {
        line.match_indices(name).any(|(at, _)| {
            let (before, after) = (line.get(..at).unwrap_or_default(), line.get(at + name.len()..).unwrap_or_default());
            let before = before.trim_end_matches("../").trim_end_matches("./");
            before.ends_with(['"', '\'', '`']) && after.starts_with(['"', '\'', '`', '/'])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_that_open_files_count() {
        for line in [
            r#"app.use(express.static(path.join(__dirname, "../public")));"#,
            "const views = path.resolve(process.cwd(), 'public/views')",
            r#"readFileSync(new URL("../../public/a.txt", import.meta.url))"#,
        ] {
            assert!(opens(line, "public"), "{line}");
        }
        for line in [
            r#"const scope = "public";"#,
            r#"app.get("/public", handler);"#,
            r#"path.join(__dirname, "republic")"#,
            r#"path.join(__dirname, "public-keys")"#,
            r#"import x from "./public/x";"#,
        ] {
            assert!(!opens(line, "public"), "{line}");
        }
    }
}
