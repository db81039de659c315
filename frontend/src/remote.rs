//! A main context from elsewhere: a repository, or an archive or a spec from the web.
//!
//! The operations are those of BuildKit's `frontend/dockerui/context.go`, byte for byte: the frontend that is built into
//! the engine loads the spec with them first, and an archive on the client's standard input can be read only once.

use buildkit_llb::{Annotate, Cap, Copy, FileOp, Http, Output};
use buildkit_proto::keys::build_args;
use slipway_ignore::Patterns;
use slipway_plan::{GitOption, GitSource};
use slipway_spec::visible::title;

use crate::failure::Failure;
use crate::gateway::Session;
use crate::git_url;
use crate::lower;
use crate::options::{Options, boolean};

/// The name of a download.
pub(crate) const DOWNLOAD: &str = "context";
/// What is read of a download to find out what it is, in bytes.
const HEAD: i64 = 1024;
/// The starts of compressed archives: bzip2, gzip, xz and zstd.
const COMPRESSED: &[&[u8]] = &[b"BZh", b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"];

/// The files of a main context that the engine gets from elsewhere.
pub(crate) struct Remote {
    pub(crate) files: Output,
    /// The name of the spec, if it was downloaded alone.
    pub(crate) filename: Option<&'static str>,
}

/// The main context, if the command line names a URL.
///
/// # Errors
/// The URL is not understood, or there is nothing to download.
pub(crate) async fn find(session: &Session, options: &Options) -> Result<Option<Remote>, Failure> {
    let Some(url) = &options.remote_context else { return Ok(None) };
    if let Some(repository) = git_url::read(url).map_err(Failure::Other)? {
        return Ok(Some(Remote { files: checkout(session, options, url, repository)?, filename: None }));
    }
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Ok(None);
    }
    let file = Http::new(url).filename(DOWNLOAD).name("[internal] load remote build context").into_output();
    let result = session.solve(&file.marshal(), Vec::new()).await?;
    if !is_archive(&session.read_start(&result.id, DOWNLOAD, HEAD).await?) {
        return Ok(Some(Remote { files: file, filename: Some(DOWNLOAD) }));
    }
    Ok(Some(Remote { files: unpacked(&file), filename: None }))
}

/// The files of a downloaded archive.
fn unpacked(file: &Output) -> Output {
    let copy = Copy::new(file, format!("/{DOWNLOAD}"), "/").unpack();
    FileOp::on(&Output::scratch()).copy(copy).name("[internal] unpack remote build context").into_output()
}

fn checkout(session: &Session, options: &Options, url: &str, mut repository: GitSource) -> Result<Output, Failure> {
    let given = |name: &str| options.build_args.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let is_set = |name| given(name).is_some_and(|value| boolean(name, value) == Ok(true));
    if is_set(build_args::CONTEXT_KEEP_GIT_DIR) {
        repository.options.push(GitOption::KeepGitFolder);
    }
    if given(build_args::SOURCE_DATE_EPOCH).is_some() && session.llb_caps().supports(Cap::SourceGitMtime) {
        repository.options.push(GitOption::CommitTimes);
    }
    let git = lower::git(&repository).name(title(&format!("[internal] load git source {url}")));
    let git = if is_set(build_args::GIT_ADVICE) { git.advice() } else { git };
    git.into_output().adapted_to(session.llb_caps()).map_err(|unsupported| Failure::Other(unsupported.to_string()))
}

/// Whether a file that starts with these bytes is an archive.
fn is_archive(head: &[u8]) -> bool {
    COMPRESSED.iter().any(|start| head.starts_with(start)) || is_tar(head)
}

/// Whether a file starts with a header of a tar archive, which contains the sum of its own bytes.
fn is_tar(head: &[u8]) -> bool {
    let (Some(header), Some(stored)) = (head.get(..512), head.get(148..156)) else { return false };
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let digits = std::str::from_utf8(stored).unwrap_or_default().trim_matches(['\0', ' ']);
    // The sum counts its own field as spaces.
    u32::from_str_radix(digits, 8) == Ok(sum(header) - sum(stored) + sum(b"        "))
}

/// A folder of a context from elsewhere, as the context.
pub(crate) fn folder(files: &Output, folder: &str) -> Output {
    let copy = Copy::new(files, folder, "/").contents_only();
    FileOp::on(&Output::scratch()).copy(copy).name(format!("[internal] use {}", title(folder))).into_output()
}

/// A context from elsewhere, without ignored files. The client leaves these out of a local folder.
pub(crate) fn without_ignored(files: &Output, (name, ignored): (&str, &Patterns)) -> Output {
    if ignored.patterns().next().is_none() {
        return files.clone();
    }
    let copy = Copy::new(files, "/", "/").contents_only().exclude(ignored.patterns());
    FileOp::on(&Output::scratch()).copy(copy).name(format!("[internal] apply {}", title(name))).into_output()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_recognized_by_their_start() {
        let mut header = [0; 1024];
        header[..5].copy_from_slice(b"a.txt");
        header[148..156].copy_from_slice(b"        ");
        let sum: u32 = header[..512].iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        assert!(is_archive(&header));
        header[0] += 1;
        assert!(!is_archive(&header), "another sum");
        for head in [b"BZh91AY".as_slice(), b"\x1f\x8b\x08\0", b"\xfd7zXZ\0\0", b"\x28\xb5\x2f\xfd\0"] {
            assert!(is_archive(head));
        }
        for head in [b"# syntax=acme/slipway:1\n".as_slice(), b"", &[0; 1024]] {
            assert!(!is_archive(head));
        }
    }

    #[test]
    fn the_operations_are_those_of_the_built_in_frontend() {
        let file = Http::new("http://buildkit-session/x").filename(DOWNLOAD).into_output();
        let files = folder(&without_ignored(&unpacked(&file), (".dockerignore", &Patterns::parse("*.md"))), "a");
        insta::assert_snapshot!(files.marshal().to_tree());
        assert_eq!(without_ignored(&file, ("", &Patterns::default())).digest(), file.digest());
    }
}
