//! `SOURCE_DATE_EPOCH` as a name: the time of the main context or of a named one.
//!
//! The meaning is that of BuildKit's `frontend/dockerfile/dockerfile2llb/epoch.go`: a repository has the time of its
//! commit; a download that of its server, an archive otherwise that of its newest file; a folder of the client has
//! none.

use buildkit_llb::{Http, Output};
use buildkit_proto::keys::{attrs, build_args, opts};
use buildkit_proto::pb;
use prost::Message as _;
use slipway_plan::{Args, GitSource, Request, Source, named_context};
use slipway_spec::model::NamedContext;
use slipway_spec::{Diagnostic, Span, Spec, Template};

use crate::context::SpecFile;
use crate::failure::Failure;
use crate::gateway::{GO_MODE_DIR, GO_MODE_TYPE, Session};
use crate::lower;
use crate::named::Named;
use crate::options::Options;
use crate::remote::DOWNLOAD;

const NAME: &str = build_args::SOURCE_DATE_EPOCH;
/// The value that names the main context.
const CONTEXT: &str = "context";
/// What to write instead of a value that is not understood.
const HELP: &str = "use for example `SOURCE_DATE_EPOCH=$(git log -1 --pretty=%ct)`";

/// The time of a result.
#[derive(Debug, Default)]
pub(crate) struct Epoch {
    /// In seconds since 1970, unless the engine knows it from the command line.
    pub(crate) seconds: Option<i64>,
    /// The name that the value was.
    pub(crate) name: Option<String>,
    /// Why there is none.
    pub(crate) warning: Option<Diagnostic>,
}

impl Epoch {
    /// Finds the time that a build argument, or the default of an argument of the spec, names. From then on, options
    /// have it as a number.
    ///
    /// # Errors
    /// The value names nothing, or the engine does not tell the time.
    pub(crate) async fn resolve(
        session: &Session,
        options: &mut Options,
        file: &SpecFile,
        (spec, request): (&Spec, Request),
    ) -> Result<Self, Failure> {
        let default = spec.args.get(NAME).and_then(|arg| arg.default.as_ref());
        let given = options.build_args.get(NAME);
        let Some(value) = given.or(default.map(|default| &default.value)).filter(|value| !value.is_empty()) else {
            return Ok(Self::default());
        };
        if let Ok(seconds) = value.parse() {
            return Ok(Self { seconds: given.is_none().then_some(seconds), ..Self::default() });
        }
        let span = if given.is_some() { Span::START } else { default.map_or(Span::START, |default| default.span) };
        let value = value.clone();
        // A file with this default is also built from folders.
        let is_unexpected = given.is_some();
        let seconds = match named(options, file, (spec, request), (&value, span))? {
            Some(files) => time_of(session, &files, (&value, span)).await?,
            None => None,
        };
        let number = seconds.map(|seconds| seconds.to_string()).unwrap_or_default();
        options.given.insert(format!("{}{NAME}", opts::BUILD_ARG_PREFIX), number.clone());
        options.build_args.insert(NAME.to_owned(), number);
        let warning = (is_unexpected && seconds.is_none()).then(|| {
            Diagnostic::warning(span, format!("`{NAME}={value}` has no effect: a folder or an image has no time"))
                .with_help(HELP)
        });
        Ok(Self { seconds, name: Some(value), warning })
    }
}

/// The files whose time is meant; `None` if they have none.
fn named(
    options: &Options,
    file: &SpecFile,
    (spec, request): (&Spec, Request),
    (name, span): (&str, Span),
) -> Result<Option<Output>, Failure> {
    if name == CONTEXT {
        return Ok(file.context.clone());
    }
    let source = match named_context(&options.contexts, name, &options.build_platform) {
        Some(given) => match Named::read(given).map_err(Failure::Other)? {
            Named::Remote(source) => source,
            Named::Input(input) => return Ok(file.inputs.get(&input).cloned()),
            _ => return Ok(None),
        },
        None => match spec.contexts.get(name) {
            Some(context) => match of_spec(spec, request, context)? {
                Some(source) => source,
                None => return Ok(None),
            },
            None => {
                let message =
                    format!("`{NAME}={name}`: this is not a number of seconds since 1970, `{CONTEXT}`, or a context");
                let close = Diagnostic::suggestion(name, spec.contexts.names().chain([CONTEXT]), "");
                let close = close.filter(|close| close.starts_with("did you mean"));
                return Err(Diagnostic::error(span, message).with_help(close.unwrap_or(HELP.to_owned())).into());
            }
        },
    };
    Ok(match source {
        Source::Git(repository) => Some(lower::git(&repository).into_output()),
        Source::Http { url, .. } => Some(Http::new(url).filename(DOWNLOAD).into_output()),
        _ => None,
    })
}

/// The source of a context of the spec; `None` for an image or a folder.
fn of_spec(spec: &Spec, mut request: Request, context: &NamedContext) -> Result<Option<Source>, Failure> {
    request.build_args.insert(NAME.to_owned(), String::new());
    let args = Args::declared(spec, &request).map_err(Failure::Invalid)?;
    let text = |template: Option<&Template>| template.map(|template| template.eval(&args)).transpose();
    Ok(match context {
        NamedContext::Git { url, reference, subdir, .. } => Some(Source::Git(GitSource {
            url: url.eval(&args)?,
            reference: text(reference.as_ref())?,
            subdir: text(subdir.as_ref())?,
            ..GitSource::default()
        })),
        NamedContext::Http { url, .. } => Some(Source::Http { url: url.eval(&args)?, checksum: None }),
        NamedContext::Image(_) | NamedContext::Path(_) => None,
    })
}

/// The time of files that come from one place.
async fn time_of(session: &Session, files: &Output, (name, span): (&str, Span)) -> Result<Option<i64>, Failure> {
    let Some(source) = only_source(files) else { return Ok(None) };
    if source.identifier.starts_with(attrs::SCHEME_GIT) {
        let commit = session.commit(source, format!("[internal] load the time of {name}")).await?;
        let seconds = commit.as_deref().and_then(committed_at).ok_or_else(|| {
            let message = format!("`{NAME}={name}`: this engine does not tell the time of a commit");
            Diagnostic::error(span, message).with_help(format!("use BuildKit 0.26 or newer; or {HELP}"))
        })?;
        return Ok(Some(seconds));
    }
    let Some(download) = source.attrs.get(attrs::HTTP_FILENAME) else { return Ok(None) };
    // The time of a download is that of its server, or 0. It is the operation that loaded the context, since an archive
    // on the client's standard input can be read only once.
    let file = Http::new(&source.identifier).filename(download).into_output();
    let file = session.solve(&file.marshal(), Vec::new()).await?;
    let stat = session.stat(&file.id, download).await?;
    if let Some(seconds) = stat.map(|stat| stat.mod_time / NANOSECONDS).filter(|seconds| *seconds != 0) {
        return Ok(Some(seconds));
    }
    let result = session.solve(&files.marshal(), Vec::new()).await?;
    Ok(newest(session, &result.id).await?.filter(|seconds| *seconds != 0))
}

const NANOSECONDS: i64 = 1_000_000_000;

/// The time of the newest regular file of a result.
async fn newest(session: &Session, result: &str) -> Result<Option<i64>, tonic::Status> {
    let mut newest = None;
    let mut folders = vec!["/".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in session.list(result, &folder).await? {
            if entry.mode & GO_MODE_DIR != 0 {
                let name = entry.path.rsplit('/').next().unwrap_or_default();
                folders.push(format!("{}/{name}", folder.trim_end_matches('/')));
            } else if entry.mode & GO_MODE_TYPE == 0 {
                newest = newest.max(Some(entry.mod_time / NANOSECONDS));
            }
        }
    }
    Ok(newest)
}

/// The source of a graph that has exactly one.
fn only_source(files: &Output) -> Option<pb::SourceOp> {
    let graph = files.marshal();
    let mut sources = graph.ops().filter_map(|op| match pb::Op::decode(op.bytes()).ok()?.op? {
        pb::op::Op::Source(source) => Some(source),
        _ => None,
    });
    sources.next().filter(|_| sources.next().is_none())
}

/// The time of the committer in a commit of git, in seconds since 1970.
fn committed_at(commit: &[u8]) -> Option<i64> {
    let text = String::from_utf8_lossy(commit);
    let head = text.split("\n\n").next().unwrap_or_default();
    let committer = head.lines().find_map(|line| line.strip_prefix("committer "))?;
    committer.rsplit(' ').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_has_the_time_of_its_committer() {
        let commit = "tree 4b82\nauthor A <a@b> 1600000000 +0200\ncommitter B C <committer 1 x> 1700000000 -0100\n\n\
                      committer Z <z> 1 +0000\n";
        assert_eq!(committed_at(commit.as_bytes()), Some(1_700_000_000));
        for strange in ["", "tree 4b82\n\ncommitter Z <z> 1 +0000\n", "committer x\n"] {
            assert_eq!(committed_at(strange.as_bytes()), None, "{strange}");
        }
    }

    #[test]
    fn only_files_from_one_place_have_a_time() {
        let file = Http::new("https://h/x").filename(DOWNLOAD).into_output();
        let copy = |from: &[&Output]| {
            let copies = from.iter().map(|from| buildkit_llb::Copy::new(*from, "/", "/"));
            copies.fold(buildkit_llb::FileOp::on(&Output::scratch()), buildkit_llb::FileOp::copy).into_output()
        };
        assert_eq!(only_source(&copy(&[&file])).unwrap().identifier, "https://h/x");
        let other = lower::git(&GitSource { url: "https://h/x.git".to_owned(), ..GitSource::default() }).into_output();
        assert!(only_source(&copy(&[&file, &other])).is_none());
        assert!(only_source(&Output::scratch()).is_none());
    }
}
