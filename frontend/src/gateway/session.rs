//! Requests to BuildKit, one method per call.

use std::collections::{BTreeMap, BTreeSet};

use buildkit_llb::{Cap, Caps, Definition, Platform};
use buildkit_proto::ext::EncodedSolveRequest;
use buildkit_proto::fsutil::Stat;
use buildkit_proto::gateway::llb_bridge_client::LlbBridgeClient;
use buildkit_proto::gateway::{
    self, CacheOptionsEntry, FileRange, PingRequest, ReadDirRequest, ReadFileRequest, ResolveImageConfigRequest,
    ResolveSourceGitRequest, ResolveSourceMetaRequest, ReturnRequest, StatFileRequest, WarnRequest,
};
use buildkit_proto::keys::{attrs, gateway_caps};
use buildkit_proto::{gateway_ext, pb, rpc};
use tokio::sync::{Semaphore, SemaphorePermit};
use tonic::Status;
use tonic::transport::Channel;

/// The maximum message size of the daemon, since v0.14.
const MAX_MESSAGE_BYTES: usize = 16 << 20;
/// The maximum size of a file to read; a larger answer would be rejected.
const MAX_FILE_BYTES: i64 = 15 << 20;

/// The folder bit in the modes that BuildKit sends, which are Go's `os.FileMode`.
pub(crate) const GO_MODE_DIR: u32 = 1 << 31;

/// The bits of files that are not regular.
pub(crate) const GO_MODE_TYPE: u32 = 0x8f28_0000;

/// The session of one build.
pub(crate) struct Session {
    channel: Channel,
    client: LlbBridgeClient<Channel>,
    gateway_caps: BTreeSet<String>,
    llb_caps: Caps,
    /// Turns to ask about files of results, if the engine needs them.
    turns: Option<Semaphore>,
}

/// An image to look up.
pub(crate) struct ImageQuery<'a> {
    /// Its source, such as `docker-image://docker.io/library/golang:1.24`.
    pub(crate) identifier: String,
    /// Attributes of that source.
    pub(crate) attrs: BTreeMap<String, String>,
    pub(crate) platform: &'a Platform,
    /// Where to look first: `default`, `pull` or `local`.
    pub(crate) resolve_mode: &'a str,
    /// The line of the progress display.
    pub(crate) log_name: String,
}

/// The result of a lookup.
pub(crate) struct ImageMetadata {
    /// The source to use; a policy of the daemon may have changed it.
    pub(crate) identifier: String,
    /// Digest that the reference resolves to.
    pub(crate) digest: String,
    /// The config for the platform, as JSON.
    pub(crate) config: Vec<u8>,
}

/// A warning for users.
pub(crate) struct Warning {
    /// A vertex that the client knows.
    pub(crate) vertex: String,
    pub(crate) short: String,
    pub(crate) detail: Vec<String>,
    /// The address of more information; empty if there is none.
    pub(crate) url: String,
    pub(crate) info: pb::SourceInfo,
    pub(crate) range: pb::Range,
}

/// The result of the build.
pub(crate) enum Outcome {
    Success(gateway::Result),
    Failure(rpc::Status),
}

impl Session {
    /// Connects and reads the capabilities of the daemon.
    pub(crate) async fn start(channel: Channel) -> Result<Self, Status> {
        let mut client = LlbBridgeClient::new(channel.clone())
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES);
        let pong = client.ping(PingRequest {}).await?.into_inner();
        let enabled = |caps: &[buildkit_proto::apicaps::ApiCap]| {
            caps.iter().filter(|cap| cap.enabled).map(|cap| cap.id.clone()).collect()
        };
        let llb_caps = Caps::from_list(&pong.llb_caps);
        let turns = turns(&llb_caps);
        Ok(Self { channel, client, gateway_caps: enabled(&pong.frontend_api_caps), llb_caps, turns })
    }

    /// The capabilities of the daemon's solver.
    pub(crate) fn llb_caps(&self) -> &Caps {
        &self.llb_caps
    }

    /// Whether the gateway itself has a capability; see [`gateway_caps`].
    pub(crate) fn supports(&self, cap: &str) -> bool {
        self.gateway_caps.contains(cap)
    }

    /// Registers a graph and returns the name of its result. Nothing runs before the result is read or returned.
    pub(crate) async fn solve(
        &self,
        definition: &Definition,
        cache_imports: Vec<CacheOptionsEntry>,
    ) -> Result<gateway::Ref, Status> {
        let definition = definition.encode();
        if definition.len() > MAX_MESSAGE_BYTES {
            let (size, most) = (definition.len() >> 20, MAX_MESSAGE_BYTES >> 20);
            return Err(Status::out_of_range(format!(
                "the graph has {size} MiB, but engines accept at most {most} MiB"
            )));
        }
        let request = EncodedSolveRequest {
            definition: Some(definition),
            allow_result_return: true,
            allow_result_array_ref: true,
            cache_imports,
            ..Default::default()
        };
        let response = gateway_ext::solve_encoded(self.channel.clone(), request, MAX_MESSAGE_BYTES).await?.into_inner();
        match response.result.and_then(|result| result.result) {
            Some(gateway::result::Result::Ref(reference)) => Ok(reference),
            _ => Err(Status::internal("the engine did not return exactly one result for a graph")),
        }
    }

    /// Passes work to another frontend and returns its answer; its result is as lazy as that of a graph.
    pub(crate) async fn solve_with(
        &self,
        frontend: &str,
        frontend_opt: BTreeMap<String, String>,
        frontend_inputs: BTreeMap<String, Vec<u8>>,
        cache_imports: &[CacheOptionsEntry],
    ) -> Result<Option<gateway::Result>, Status> {
        let request = EncodedSolveRequest {
            frontend: frontend.to_owned(),
            frontend_opt,
            frontend_inputs,
            allow_result_return: true,
            allow_result_array_ref: true,
            cache_imports: cache_imports.to_vec(),
            ..Default::default()
        };
        let response = gateway_ext::solve_encoded(self.channel.clone(), request, MAX_MESSAGE_BYTES).await?.into_inner();
        Ok(response.result)
    }

    /// Results of other builds that the client passes to this one, by name.
    pub(crate) async fn inputs(&self) -> Result<BTreeMap<String, pb::Definition>, Status> {
        if !self.supports(gateway_caps::FRONTEND_INPUTS) {
            return Ok(BTreeMap::new());
        }
        let response = self.client.clone().inputs(gateway::InputsRequest {}).await?.into_inner();
        Ok(response.definitions.into_iter().collect())
    }

    /// A file of a result; one that is too large is [out of range](tonic::Code::OutOfRange). BuildKit has no separate
    /// error for a missing file.
    pub(crate) async fn read_file(&self, reference: &str, path: &str) -> Result<Vec<u8>, Status> {
        let data = self.read_start(reference, path, MAX_FILE_BYTES + 1).await?;
        if i64::try_from(data.len()).is_ok_and(|length| length <= MAX_FILE_BYTES) {
            return Ok(data);
        }
        Err(Status::out_of_range(format!("`{path}` is larger than {} MiB, so it is not read", MAX_FILE_BYTES >> 20)))
    }

    /// Waits for a turn to ask about files of results.
    async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.as_ref()?.acquire().await.ok()
    }

    /// The first bytes of a file of a result.
    pub(crate) async fn read_start(&self, reference: &str, path: &str, length: i64) -> Result<Vec<u8>, Status> {
        let request = ReadFileRequest {
            r#ref: reference.to_owned(),
            file_path: path.to_owned(),
            range: Some(FileRange { offset: 0, length }),
            ..Default::default()
        };
        let _turn = self.turn().await;
        Ok(self.client.clone().read_file(request).await?.into_inner().data)
    }

    /// Whether a result contains a file or folder of this name.
    pub(crate) async fn exists(&self, reference: &str, path: &str) -> Result<bool, Status> {
        let request = StatFileRequest { r#ref: reference.to_owned(), path: path.to_owned(), ..Default::default() };
        let _turn = self.turn().await;
        match self.client.clone().stat_file(request).await {
            Ok(_) => Ok(true),
            Err(status) if is_not_found(&status) => Ok(false),
            Err(status) => Err(status),
        }
    }

    /// The kind of a file or folder in a result; `None` if it does not exist.
    pub(crate) async fn stat(&self, reference: &str, path: &str) -> Result<Option<Stat>, Status> {
        let request = StatFileRequest { r#ref: reference.to_owned(), path: path.to_owned(), ..Default::default() };
        let _turn = self.turn().await;
        match self.client.clone().stat_file(request).await {
            Ok(found) => Ok(found.into_inner().stat),
            Err(status) if is_not_found(&status) => Ok(None),
            Err(status) => Err(status),
        }
    }

    /// The contents of a folder in a result.
    pub(crate) async fn list(&self, reference: &str, path: &str) -> Result<Vec<Stat>, Status> {
        let request = ReadDirRequest { r#ref: reference.to_owned(), dir_path: path.to_owned(), ..Default::default() };
        let _turn = self.turn().await;
        Ok(self.client.clone().read_dir(request).await?.into_inner().entries)
    }

    /// Looks an image up.
    pub(crate) async fn resolve_image(&self, query: ImageQuery<'_>) -> Result<ImageMetadata, Status> {
        let platform = Some(query.platform.to_pb());
        if self.supports(gateway_caps::SOURCE_META_RESOLVER) {
            let request = ResolveSourceMetaRequest {
                source: Some(pb::SourceOp { identifier: query.identifier.clone(), attrs: query.attrs }),
                platform,
                log_name: query.log_name,
                resolve_mode: query.resolve_mode.to_owned(),
                ..Default::default()
            };
            let response = self.client.clone().resolve_source_meta(request).await?.into_inner();
            let image = response.image.ok_or_else(|| {
                Status::unknown("a source policy of the engine replaces this image with something that is not an image")
            })?;
            return Ok(ImageMetadata {
                identifier: response.source.map_or(query.identifier, |source| source.identifier),
                digest: image.digest,
                config: image.config,
            });
        }
        let reference = query.identifier.strip_prefix(attrs::SCHEME_IMAGE).ok_or_else(|| {
            Status::unknown("this engine does not support images from an OCI layout; use BuildKit 0.13 or newer")
        })?;
        let request = ResolveImageConfigRequest {
            r#ref: reference.to_owned(),
            platform,
            resolve_mode: query.resolve_mode.to_owned(),
            log_name: query.log_name,
            ..Default::default()
        };
        let response = self.client.clone().resolve_image_config(request).await?.into_inner();
        let identifier = match response.r#ref.as_str() {
            "" => query.identifier,
            changed => format!("{}{changed}", attrs::SCHEME_IMAGE),
        };
        Ok(ImageMetadata { identifier, digest: response.digest, config: response.config })
    }

    /// The commit behind a source, as git stores it; `None` if the engine does not tell.
    pub(crate) async fn commit(&self, git: pb::SourceOp, log_name: String) -> Result<Option<Vec<u8>>, Status> {
        if !self.supports(gateway_caps::SOURCE_META_RESOLVER) {
            return Ok(None);
        }
        let request = ResolveSourceMetaRequest {
            source: Some(git),
            log_name,
            git: Some(ResolveSourceGitRequest { return_object: true }),
            ..Default::default()
        };
        let response = self.client.clone().resolve_source_meta(request).await?.into_inner();
        Ok(response.git.map(|git| git.commit_object).filter(|commit| !commit.is_empty()))
    }

    /// Shows a warning. Engines that cannot show warnings ignore it.
    pub(crate) async fn warn(&self, warning: Warning) {
        if !self.supports(gateway_caps::GATEWAY_WARNINGS) {
            return;
        }
        let request = WarnRequest {
            digest: warning.vertex,
            level: 1,
            short: warning.short.into_bytes(),
            detail: warning.detail.into_iter().map(String::into_bytes).collect(),
            url: warning.url,
            info: Some(warning.info),
            ranges: vec![warning.range],
        };
        // A warning that cannot be shown must not fail a successful build.
        let _ = self.client.clone().warn(request).await;
    }

    /// Ends the build. Call it once, and exit right after.
    pub(crate) async fn finish(&self, outcome: Outcome) -> Result<(), Status> {
        let request = match outcome {
            Outcome::Success(result) => ReturnRequest { result: Some(result), error: None },
            Outcome::Failure(status) => ReturnRequest { result: None, error: Some(status) },
        };
        self.client.clone().r#return(request).await?;
        Ok(())
    }
}

/// The number of questions about files that an old engine gets at once.
const TURNS: usize = 4;

/// Engines before BuildKit 0.9 answer one question about a result in each of a dozen rounds, if all of them come at
/// once. Then they give up: `flightcontrol: exceeded retry timeout`. Patterns of copies came with the same release.
fn turns(caps: &Caps) -> Option<Semaphore> {
    (!caps.supports(Cap::FileCopyIncludeExclude)).then(|| Semaphore::new(TURNS))
}

/// BuildKit has no code for a missing file, only Go's error message.
pub(crate) fn is_not_found(status: &Status) -> bool {
    let message = status.message();
    message.contains("no such file or directory") || message.contains("not a directory")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_engines_are_asked_in_turns() {
        assert!(turns(&Caps::all()).is_none());
        let old = turns(&Caps::all().without(Cap::FileCopyIncludeExclude));
        assert_eq!(old.map(|turns| turns.available_permits()), Some(4));
    }
}
