//! What programs expect of an image without a base: certificates, time zones, lists of users, `/tmp`, and the home
//! directory of root.
//!
//! Certificates and time zones come from the image of the build's toolchain, which is there anyway. A build without a
//! toolchain has none: no image is pulled for them.

use slipway_spec::Span;

use crate::output::BuildOutput;
use crate::{Layer, LayerCopy, LayerItem};

/// What an image without a base has in addition to its program: the layer that images share, and its own.
pub(crate) fn layers(title: &str, made: Option<&BuildOutput>, lists: Vec<LayerItem>, span: Span) -> Vec<Layer> {
    let folder = |path: &str, mode| LayerItem::Folder { path: path.to_owned(), mode, owner: Some("0:0".to_owned()) };
    let toolchain = made.and_then(|made| made.toolchain);
    let shared = toolchain.map(|from| {
        // A toolchain may lack them: patterns may match nothing, but the folders that they are relative to exist.
        let part = |folder: &str, include: &[&str], exclude: &[&str]| {
            let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
            LayerItem::Copy(LayerCopy::whole(from, folder, folder).including(words(include)).excluding(words(exclude)))
        };
        Layer {
            name: format!("{title} COPY {CERTIFICATES} {ZONES}"),
            history: format!("COPY {CERTIFICATES} {ZONES}"),
            span,
            items: vec![
                part("/etc", &["ssl/certs/ca-certificates.crt"], &[]),
                // The same zones for programs that count leap seconds, or by other names.
                part("/usr/share", &["zoneinfo"], &["zoneinfo/posix", "zoneinfo/right"]),
            ],
        }
    });
    let mut paths: Vec<_> = lists.iter().map(LayerItem::path).collect();
    paths.extend(["/root", "/tmp"]);
    let paths = paths.join(" ");
    let own = Layer {
        name: format!("{title} ADD {paths}"),
        history: format!("ADD {paths}"),
        span,
        items: lists.into_iter().chain([folder("/root", 0o755), folder("/tmp", 0o1777)]).collect(),
    };
    shared.into_iter().chain([own]).collect()
}

const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";
const ZONES: &str = "/usr/share/zoneinfo";
