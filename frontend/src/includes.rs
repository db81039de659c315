//! Loads the whole spec: the file that `-f` names and its includes, each read when it is requested.

use buildkit_llb::{Annotate, Git};
use slipway_spec::visible::title;
use slipway_spec::{IncludeRequest, Loader, Parsed};

use crate::context::SpecFile;
use crate::gateway::{Session, is_not_found};
use crate::options::Options;
use crate::policy;

/// The length of a full commit id.
const COMMIT_DIGITS: usize = 40;

/// Reads a spec and its includes. A spec without includes has no additional cost.
pub(crate) async fn load(session: &Session, options: &Options, file: &SpecFile) -> Parsed {
    let mut loader = policy::add(Loader::new(&options.filename, file.bytes.clone()));
    while let Some(request) = loader.next_request() {
        let found = read(session, options, file, &request).await;
        loader.supply(&request, found);
    }
    policy::verified(loader.finish())
}

async fn read(
    session: &Session,
    options: &Options,
    file: &SpecFile,
    request: &IncludeRequest,
) -> Result<Option<Vec<u8>>, String> {
    let name = title(&format!("[internal] load included {}", request.name())).into_owned();
    let (source, path) = match request {
        IncludeRequest::Local { path } => (file.definition(options, path, &name), path),
        IncludeRequest::Git { url, reference, checksum, path } => {
            let git = Git::new(url).checksum(checksum);
            let git = match reference {
                Some(reference) => git.reference(reference),
                // A full commit id is fetched directly, wherever the branches are by now.
                None if checksum.len() >= COMMIT_DIGITS => git.reference(checksum),
                None => git,
            };
            (git.name(name).into_output(), path)
        }
    };
    let graph = source.adapted_to(session.llb_caps()).map_err(|unsupported| unsupported.to_string())?;
    let result = session.solve(&graph.marshal(), Vec::new()).await.map_err(|status| status.message().to_owned())?;
    match session.read_file(&result.id, path).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(status) if is_not_found(&status) => Ok(None),
        Err(status) => Err(status.message().to_owned()),
    }
}
