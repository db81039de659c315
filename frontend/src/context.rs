//! The files of a build: the spec, the ignore file and the main context, as sources of a graph.

use buildkit_llb::source::Differ;
use buildkit_llb::{Annotate, Local, Output};
use buildkit_proto::gateway;
use futures_util::future::{try_join, try_join_all};

use crate::failure::Failure;
use crate::gateway::{Session, is_not_found};
use crate::ignore::IgnorePatterns;
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

    /// The ignore file and some more files of the context, in one small transfer: what a plan must know before it can ask for anything else.
    pub(crate) async fn read_ahead(
        &self,
        session: &Session,
        options: &Options,
        paths: &[String],
    ) -> Result<(IgnorePatterns, Vec<Option<Vec<u8>>>), tonic::Status> {
        let name = if paths.is_empty() {
            format!("[internal] load {IGNORE_FILE}")
        } else {
            format!("[internal] load {IGNORE_FILE} and {}", paths.join(", "))
        };
        let source = Local::new(CONTEXT_LOCAL)
            .session(options.session_of(CONTEXT_LOCAL))
            .follow_paths(std::iter::once(IGNORE_FILE).chain(paths.iter().map(String::as_str)))
            // Other paths under one hint would make the client send all of them again.
            .shared_key_hint(format!("{CONTEXT_LOCAL}-{IGNORE_FILE}{}", paths.join("-")))
            .differ(Differ::None)
            .name(name)
            .into_output();
        // The spec's own ignore file is asked for beside the general one, not before it: most projects have the general one only.
        let (own, (general, files)) = try_join(read_optional(session, &self.result, &self.ignore_name), async {
            let result = session.solve(&source.marshal(), Vec::new()).await?;
            let files = try_join_all(paths.iter().map(|path| read_optional(session, &result, path)));
            try_join(read_optional(session, &result, IGNORE_FILE), files).await
        })
        .await?;
        let ignore = own.or(general).map(|text| IgnorePatterns::parse(&String::from_utf8_lossy(&text)));
        Ok((ignore.unwrap_or_default(), files))
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
pub(crate) fn main_context(options: &Options, ignore: &IgnorePatterns) -> Output {
    Local::new(CONTEXT_LOCAL)
        .session(options.session_of(CONTEXT_LOCAL))
        .exclude_patterns(ignore.patterns().iter().cloned())
        .shared_key_hint(CONTEXT_LOCAL)
        .name("[internal] load build context")
        .into_output()
}
