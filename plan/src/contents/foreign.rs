//! Programs of the context that an image gets by `files`, and that certainly do not run in it: they are for another
//! processor or system, or their loader is not in the image.

use slipway_spec::Span;

use super::calls::{Call, name_of};
use super::held::Held;
use super::program_file::ProgramFile;
use super::{Shape, is_inside};
use crate::any_project::AnyProject;
use crate::runtime::Need;
use crate::{PlanError, Platform};

/// A program that does not run in an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignProgram {
    /// The problem.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The part of the spec that names the file.
    pub span: Span,
}

/// Folders of programs, by the last part of their path.
const PROGRAM_FOLDERS: &[&str] = &["bin", "sbin", "libexec"];
/// Folders with loaders.
const LOADER_FOLDERS: &[&str] = &["/lib", "/lib64", "/usr/lib", "/usr/lib64"];

/// Looks at the files of an image that it calls, or that are in a folder of programs.
///
/// # Errors
/// The context cannot be read.
pub(crate) async fn foreign(
    project: &AnyProject<'_>,
    platform: &Platform,
    held: &Held<'_>,
    calls: &[Call],
) -> Result<Vec<ForeignProgram>, PlanError> {
    let mut found = Vec::new();
    for file in held.files {
        let Some(source) = &file.in_context else { continue };
        let (folder, name) = file.path.rsplit_once('/').unwrap_or_default();
        // A path that ends in `/` is the folder of the file.
        let folder = if file.target.ends_with('/') { &file.path } else { folder };
        let is_called = calls.iter().any(|call| name_of(&call.word) == name);
        if !is_called && !PROGRAM_FOLDERS.contains(&name_of(folder)) {
            continue;
        }
        let mut file = file.clone();
        file.look(project).await?;
        if file.shape != Shape::File {
            continue;
        }
        let bytes = match project.read(source).await {
            Ok(bytes) => bytes.unwrap_or_default(),
            // It is too large to be read.
            Err(error) if error.is_about_file => continue,
            Err(error) => return Err(error.into()),
        };
        let Some(program) = ProgramFile::read(&bytes) else { continue };
        let problem = match program {
            // Windows programs may run in Wine.
            ProgramFile::Foreign(_) if source.ends_with(".exe") => None,
            ProgramFile::Foreign(system) => Some((
                format!("`{source}` is a program for {system}, but the image is for {platform}"),
                format!("compile it for {platform}"),
            )),
            ProgramFile::Linux { arch, .. } if !runs(arch, platform) => Some((
                format!("`{source}` is a program for linux/{arch}, but the image is for {platform}"),
                "copy a file for each platform, as in `./bin/${TARGETARCH}/tool`, or set `platforms` of the image"
                    .to_owned(),
            )),
            ProgramFile::Linux { loader: Some(loader), .. } => without_loader(held, source, &loader, file.from_span),
            ProgramFile::Linux { loader: None, .. } => None,
        };
        found.extend(problem.map(|(message, help)| ForeignProgram { message, help, span: file.from_span }));
    }
    Ok(found)
}

/// Whether processors of a platform may run programs for another one.
fn runs(arch: &str, platform: &Platform) -> bool {
    matches!((arch, platform.arch()), ("386", "amd64") | ("arm", "arm64")) || arch == platform.arch()
}

/// The problem with a program whose loader is certainly not in the image.
fn without_loader(held: &Held<'_>, source: &str, loader: &str, span: Span) -> Option<(String, String)> {
    let (need, library, help) = match name_of(loader) {
        name if name.starts_with("ld-musl") => (Need::Musl, "musl", "use a base with musl, such as `alpine:3.22`"),
        name if name.starts_with("ld-linux") || name.starts_with("ld64.so") => {
            (Need::CLibrary, "the GNU C library", "use a base that has it, such as `runtime: slim`")
        }
        _ => return None,
    };
    let is_loader = |path: &str| LOADER_FOLDERS.iter().any(|at| is_inside(path, at) || is_inside(at, path));
    let is_brought = held.files.iter().any(|file| is_loader(&file.path));
    if held.has_packages || is_brought || held.links.iter().any(|link| is_loader(&link.path)) {
        return None;
    }
    let lack = held.base.lacks(&need, None, span).filter(|lack| lack.is_of_c_library)?;
    let message =
        format!("`{source}` is linked with {library}, and does not run on `{}`: {}", held.base.name, lack.what);
    Some((message, format!("link it statically, or {help}")))
}
