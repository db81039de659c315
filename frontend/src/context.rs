//! The files of a build: the spec, the ignore file and the main context, as sources of a graph.

use buildkit_llb::source::Differ;
use buildkit_llb::{Annotate, Local, Output};
use buildkit_proto::gateway;
use futures_util::future::try_join;
use slipway_spec::{Diagnostic, SourceFile};

use crate::failure::Failure;
use crate::gateway::{Session, is_not_found};
use crate::options::Options;

/// The local source that holds the folder of the spec.
const SPEC_LOCAL: &str = "dockerfile";
/// The local source that holds the main context.
const CONTEXT_LOCAL: &str = "context";
const IGNORE_FILE: &str = ".dockerignore";

/// The spec as it was loaded.
pub(crate) struct SpecFile {
    /// Its bytes, whatever they are.
    pub(crate) bytes: Vec<u8>,
    /// The vertex that loaded it, which warnings are shown on.
    pub(crate) vertex: String,
    result: gateway::Ref,
    ignore_name: String,
}

impl SpecFile {
    /// Loads the spec with the very operation that the built-in frontend used to find us, so that the client sends it once.
    pub(crate) async fn load(session: &Session, options: &Options) -> Result<Self, Failure> {
        if let Some(context) = &options.remote_context {
            return Err(Failure::Other(format!(
                "the context {context} is not a folder of this machine; this release of Slipway builds from local folders only: clone it first"
            )));
        }
        let ignore_name = format!("{}{IGNORE_FILE}", options.filename);
        let mut paths = vec![options.filename.clone(), ignore_name.clone()];
        if options.filename.rsplit('/').next() == Some("Dockerfile") {
            paths.push(options.filename.to_lowercase());
        }
        let source = Local::new(SPEC_LOCAL)
            .session(options.session_of(SPEC_LOCAL))
            .follow_paths(paths)
            .shared_key_hint(SPEC_LOCAL)
            .differ(Differ::None)
            .name(format!("[internal] load build definition from {}", options.filename))
            .into_output();
        let vertex = source.digest().map(|digest| digest.to_string()).unwrap_or_default();
        let result = session.solve(&source.marshal(), Vec::new()).await?;
        let bytes = session.read_file(&result.id, &options.filename).await?;
        Ok(Self { bytes, vertex, result, ignore_name })
    }

    /// The patterns of the ignore file: the one of the spec, else the one of the context.
    pub(crate) async fn ignore_patterns(
        &self,
        session: &Session,
        options: &Options,
    ) -> Result<Vec<String>, tonic::Status> {
        let source = Local::new(CONTEXT_LOCAL)
            .session(options.session_of(CONTEXT_LOCAL))
            .follow_paths([IGNORE_FILE])
            .shared_key_hint(format!("{CONTEXT_LOCAL}-{IGNORE_FILE}"))
            .differ(Differ::None)
            .name(format!("[internal] load {IGNORE_FILE}"))
            .into_output();
        // Asked for at once: most projects have the second one only, and waiting for the first costs every build.
        let (own, general) = try_join(read_optional(session, &self.result, &self.ignore_name), async {
            let result = session.solve(&source.marshal(), Vec::new()).await?;
            read_optional(session, &result, IGNORE_FILE).await
        })
        .await?;
        Ok(own.or(general).map(|text| parse_ignore(&String::from_utf8_lossy(&text))).unwrap_or_default())
    }
}

async fn read_optional(session: &Session, result: &gateway::Ref, path: &str) -> Result<Option<Vec<u8>>, tonic::Status> {
    match session.read_file(&result.id, path).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(status) if is_not_found(&status) => Ok(None),
        Err(status) => Err(status),
    }
}

/// The main context. Every target of a file gets the same operation, so that building many sends the files once.
pub(crate) fn main_context(options: &Options, ignore: &[String]) -> Output {
    Local::new(CONTEXT_LOCAL)
        .session(options.session_of(CONTEXT_LOCAL))
        .exclude_patterns(ignore.iter().cloned())
        .shared_key_hint(CONTEXT_LOCAL)
        .name("[internal] load build context")
        .into_output()
}

/// The patterns of an ignore file, as Docker reads them: comments and blank lines away, `!` kept in front, paths cleaned.
fn parse_ignore(text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let line = line.trim();
            let (negated, pattern) = match line.strip_prefix('!') {
                Some(pattern) => ("!", pattern.trim()),
                None => ("", line),
            };
            if pattern.is_empty() {
                return None;
            }
            let cleaned = clean(pattern);
            let cleaned = if cleaned.len() > 1 { cleaned.strip_prefix('/').unwrap_or(&cleaned) } else { &cleaned };
            Some(format!("{negated}{cleaned}"))
        })
        .collect()
}

/// Go's `path.Clean`.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ if rooted => {}
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// The spec's text, or what is wrong with its bytes.
pub(crate) fn source_file(options: &Options, spec: &SpecFile) -> Result<SourceFile, Diagnostic> {
    SourceFile::new(options.filename.clone(), spec.bytes.clone()).map_err(|diagnostic| *diagnostic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignore_files_are_read_as_docker_does() {
        let text = "\u{feff}# comment\n\n  /target/  \n!./keep/../keep/me\n ! /a \n**/*.md\n #not a comment\n/\n.\n";
        assert_eq!(parse_ignore(text), ["target", "!keep/me", "!a", "**/*.md", "#not a comment", "/", "."]);
    }
}
