//! The files of a build: the spec, the ignore file and the main context, as sources of a graph.

use std::collections::BTreeMap;

use buildkit_llb::source::Differ;
use buildkit_llb::{Annotate, Local, Output};
use buildkit_proto::gateway;
use buildkit_proto::keys::frontend;
use futures_util::future::{try_join, try_join_all};
use slipway_ignore::{MAX_LINE, Patterns, too_long_line};
use slipway_spec::join_path;
use slipway_spec::visible::title;

use crate::failure::Failure;
use crate::gateway::{GO_MODE_DIR, Session, is_not_found};
use crate::ignore::IgnoreFile;
use crate::options::Options;
use crate::remote;

/// The local source with the folder of the spec.
const SPEC_LOCAL: &str = "dockerfile";
/// The local source with the main context.
const CONTEXT_LOCAL: &str = "context";
const IGNORE_FILE: &str = ".dockerignore";

/// The spec as loaded.
pub(crate) struct SpecFile {
    /// Its bytes, not necessarily text.
    pub(crate) bytes: Vec<u8>,
    /// The vertex that loaded it, for warnings.
    pub(crate) vertex: String,
    /// Results of other builds that the client passes to this one.
    pub(crate) inputs: Inputs,
    /// The main context with ignored files, if it is not a local folder of the client.
    pub(crate) context: Option<Output>,
    result: gateway::Ref,
    ignore_name: String,
}

/// Results of other builds that the client passes to this one, by name. The main context can be one of them.
pub(crate) type Inputs = BTreeMap<String, Output>;

impl SpecFile {
    /// Loads the spec with the same operation that the built-in frontend used to find this one, so that the client
    /// sends it once. A spec that is downloaded alone has another name from then on.
    pub(crate) async fn load(session: &Session, options: &mut Options) -> Result<Self, Failure> {
        let mut inputs = Inputs::new();
        for (name, definition) in session.inputs().await? {
            let unreadable =
                |error| Failure::Other(format!("the input `{name}` of this build cannot be used: {error}"));
            inputs.insert(name.clone(), Output::from_pb(&definition).map_err(unreadable)?);
        }
        let remote = remote::find(session, options).await?;
        if let (Some(name), None) = (remote.as_ref().and_then(|remote| remote.filename), &options.spec_local) {
            options.filename = name.to_owned();
        }
        let remote = remote.map(|remote| remote.files);
        let input = |name| inputs.get(name).cloned();
        let context = remote.clone().or_else(|| input(frontend::INPUT_CONTEXT));
        let ignore_name = format!("{}{IGNORE_FILE}", options.filename);
        let given = match &options.spec_local {
            Some(_) => None,
            None => remote.or_else(|| input(frontend::INPUT_DOCKERFILE)).or_else(|| context.clone()),
        };
        let source = given.unwrap_or_else(|| spec_source(options, &ignore_name));
        let context = match &options.context_subdir {
            Some(folder) => context.map(|context| remote::folder(&context, folder)),
            None => context,
        };
        let vertex = source.digest().map(|digest| digest.to_string()).unwrap_or_default();
        let result = session.solve(&source.marshal(), Vec::new()).await?;
        let bytes = match (session.read_file(&result.id, &options.filename).await, lower_case(&options.filename)) {
            (Err(missing), Some(other)) if is_not_found(&missing) => {
                session.read_file(&result.id, &other).await.map_err(|_| missing)
            }
            (read, _) => read,
        };
        let bytes = match bytes {
            // A repository without a spec can ask for one.
            Err(status) if is_not_found(&status) && options.asks_of_repository() => Vec::new(),
            found => found?,
        };
        Ok(Self { bytes, vertex, inputs, context, result, ignore_name })
    }

    /// The path of the spec in the main context; `None` if it is not a file there. The client sends only its name, so
    /// files of this name are compared.
    pub(crate) async fn path_in_context(
        &self,
        session: &Session,
        options: &Options,
    ) -> Result<Option<String>, tonic::Status> {
        let name = &options.filename;
        // In other contexts, the name is the path.
        if options.remote_context.is_some() || self.inputs.contains_key(frontend::INPUT_CONTEXT) {
            return Ok(Some(name.clone()));
        }
        let source = Local::new(CONTEXT_LOCAL)
            .session(options.session_of(CONTEXT_LOCAL))
            .include_patterns([name.clone(), format!("**/{name}")])
            .exclude_patterns(["**/.git", "**/node_modules"])
            .shared_key_hint(format!("{CONTEXT_LOCAL}-spec-{name}"))
            .name(title(&format!("[internal] find {name}")))
            .into_output();
        let result = session.solve(&source.marshal(), Vec::new()).await?;
        let mut folders = vec![String::new()];
        // The nearest ones first.
        while !folders.is_empty() {
            let mut below = Vec::new();
            for folder in folders {
                let path = join_path(&folder, name).unwrap_or_default();
                if read_optional(session, &result, &path).await?.as_deref() == Some(&*self.bytes) {
                    return Ok(Some(path));
                }
                let entries = session.list(&result.id, if folder.is_empty() { "/" } else { &folder }).await?;
                let inside = entries.into_iter().filter(|entry| entry.mode & GO_MODE_DIR != 0);
                below.extend(inside.filter_map(|entry| join_path(&folder, entry.path.rsplit('/').next()?)));
            }
            below.sort();
            folders = below;
        }
        Ok(None)
    }

    /// A file of the main context that describes the build: transferred separately, even if it is ignored.
    pub(crate) fn definition(&self, options: &Options, path: &str, name: &str) -> Output {
        self.context.clone().unwrap_or_else(|| {
            Local::new(CONTEXT_LOCAL)
                .session(options.session_of(CONTEXT_LOCAL))
                .follow_paths([path])
                .shared_key_hint(format!("{CONTEXT_LOCAL}-definition-{path}"))
                .differ(Differ::None)
                .name(title(name))
                .into_output()
        })
    }

    /// The ignore file and a few other files of the context, in one small transfer: what a plan needs before it can
    /// request anything else.
    pub(crate) async fn read_ahead(
        &self,
        session: &Session,
        options: &Options,
        paths: &[String],
    ) -> Result<(Option<IgnoreFile>, Vec<Option<Vec<u8>>>), tonic::Status> {
        let source = self.context.clone().unwrap_or_else(|| ahead(options, paths));
        // The spec's own ignore file is requested together with the general one, because most projects have only the
        // general one.
        let (own, (general, files)) = try_join(read_optional(session, &self.result, &self.ignore_name), async {
            let result = session.solve(&source.marshal(), Vec::new()).await?;
            let files = try_join_all(paths.iter().map(|path| read_optional(session, &result, path)));
            try_join(read_optional(session, &result, IGNORE_FILE), files).await
        })
        .await?;
        let own = own.map(|text| IgnoreFile::read(&self.ignore_name, &text));
        let ignore = own.or_else(|| Some(IgnoreFile::read(IGNORE_FILE, &general?)));
        if let Some(line) = ignore.as_ref().and_then(|ignore| too_long_line(&ignore.text.text)) {
            let message = format!("line {line} of the ignore file is longer than {MAX_LINE} bytes");
            return Err(tonic::Status::invalid_argument(message));
        }
        Ok((ignore, files))
    }
}

/// The ignore file and a few other files of a local folder.
fn ahead(options: &Options, paths: &[String]) -> Output {
    let name = if paths.is_empty() {
        format!("[internal] load {IGNORE_FILE}")
    } else {
        format!("[internal] load {IGNORE_FILE} and {}", paths.join(", "))
    };
    Local::new(CONTEXT_LOCAL)
        .session(options.session_of(CONTEXT_LOCAL))
        .follow_paths(std::iter::once(IGNORE_FILE).chain(paths.iter().map(String::as_str)))
        // Other paths with the same hint would make the client send all of them again. Lockfiles can be megabytes,
        // so unchanged files are not sent, as with the context itself.
        .shared_key_hint(format!("{CONTEXT_LOCAL}-{IGNORE_FILE}{}", paths.join("-")))
        .name(title(&name))
        .into_output()
}

async fn read_optional(session: &Session, result: &gateway::Ref, path: &str) -> Result<Option<Vec<u8>>, tonic::Status> {
    match session.read_file(&result.id, path).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(status) if is_not_found(&status) => Ok(None),
        Err(status) => Err(status),
    }
}

/// The other name of a file `Dockerfile`, which every client and frontend accepts.
fn lower_case(filename: &str) -> Option<String> {
    let folder = filename.strip_suffix("Dockerfile").filter(|folder| folder.is_empty() || folder.ends_with('/'));
    folder.map(|folder| format!("{folder}dockerfile"))
}

/// The spec's folder, requested as the built-in frontend does.
fn spec_source(options: &Options, ignore_name: &str) -> Output {
    let mut paths = vec![options.filename.clone(), ignore_name.to_owned()];
    paths.extend(lower_case(&options.filename));
    let local = options.spec_local.as_deref().unwrap_or(SPEC_LOCAL);
    Local::new(local)
        .session(options.session_of(local))
        .follow_paths(paths)
        .shared_key_hint(local)
        .differ(Differ::None)
        .name(title(&format!("[internal] load build definition from {}", options.filename)))
        .into_output()
}

/// A local folder behind a named context, or only some paths in it, without files that its own ignore file excludes.
pub(crate) async fn named_folder(
    session: &Session,
    options: &Options,
    (context, local): (&str, &str),
    paths: &[String],
) -> Result<Output, tonic::Status> {
    let hint = format!("{CONTEXT_LOCAL}:{context}-{}", options.shared_key(local));
    let folder = || Local::new(local).session(options.session_of(local));
    let ignore = folder()
        .follow_paths([IGNORE_FILE])
        .shared_key_hint(format!("{hint}-{IGNORE_FILE}"))
        .differ(Differ::None)
        .name(format!("[context {context}] load {IGNORE_FILE}"))
        .into_output();
    let result = session.solve(&ignore.marshal(), Vec::new()).await?;
    let text = read_optional(session, &result, IGNORE_FILE).await?;
    let ignore = text.map(|text| Patterns::parse(&String::from_utf8_lossy(&text))).unwrap_or_default();
    Ok(folder()
        .exclude_patterns(ignore.patterns())
        .follow_paths(paths)
        .shared_key_hint(hint_for(hint, paths))
        .name(format!("[context {context}] load from client"))
        .into_output())
}

/// Different paths with one hint would make the client send all of them again.
fn hint_for(hint: impl Into<String>, paths: &[String]) -> String {
    let hint = hint.into();
    if paths.is_empty() { hint } else { hint + "-files" }
}

/// The main context, or only some paths in it, without files that no build needs and files that the ignore file excludes.
/// Every target of a file uses the same operation, so that a build of many targets sends the files once.
pub(crate) fn main_context(
    options: &Options,
    paths: &[String],
    context_excludes: &[String],
    ignore: &Patterns,
) -> Output {
    Local::new(CONTEXT_LOCAL)
        .session(options.session_of(CONTEXT_LOCAL))
        .exclude_patterns(context_excludes.iter().map(String::as_str).chain(ignore.patterns()))
        .follow_paths(paths)
        .shared_key_hint(hint_for(CONTEXT_LOCAL, paths))
        .name("[internal] load build context")
        .into_output()
}
