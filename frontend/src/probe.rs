//! The probes that the frontend image contains, as the source of a build: one for each platform of images.
//!
//! BuildKit says how it made the frontend's own file system, so a build can copy from the same image. It is there
//! already, so nothing is downloaded. Older engines do not say it; there, the file is part of the graph.

use std::path::Path;

use buildkit_llb::file::Timestamp;
use buildkit_llb::{FileOp, Mkdir, Mkfile, Output};
use slipway_plan::Platform;
use slipway_spec::{Diagnostic, Span};

use crate::unprivileged::own_definition;

/// Files with the probe for a platform, at `/probes/PLATFORM`.
///
/// # Errors
/// The frontend image has no probe for the platform.
pub(crate) fn files(platform: &Platform, span: Span) -> Result<Output, Diagnostic> {
    files_of(Path::new("/"), own_definition().as_deref(), platform, span)
}

/// The same for a frontend with a file system in a folder, and the definition of this file system.
fn files_of(root: &Path, definition: Option<&[u8]>, platform: &Platform, span: Span) -> Result<Output, Diagnostic> {
    let folder = format!("/probes/{}/.slipway", platform.to_string().replace('/', "-"));
    let file = format!("{folder}/probe");
    let program = root.join(file.trim_start_matches('/'));
    if !program.is_file() {
        let message = format!("this image of Slipway has no probe for {platform}, which `healthcheck` and `init` need");
        let help = "use a health check with `run`, and delete `init`";
        return Err(Diagnostic::error(span, message).with_help(help));
    }
    if let Some(own) = definition.and_then(|definition| Output::decode(definition).ok()) {
        return Ok(own);
    }
    let bytes = std::fs::read(&program).map_err(|error| {
        Diagnostic::error(span, format!("the probe for {platform} in the image of Slipway cannot be read: {error}"))
    })?;
    let epoch = Timestamp::from_unix_seconds(0);
    let made = FileOp::on(&Output::scratch()).mkdir(Mkdir::new(folder).parents().mode(0o755).timestamp(epoch));
    Ok(made.mkfile(Mkfile::new(file, bytes).mode(0o755).timestamp(epoch)).into_output())
}

#[cfg(test)]
mod tests {
    use super::*;
    use buildkit_llb::Image;

    fn of(root: &Path, definition: Option<&[u8]>, platform: &str) -> Result<String, String> {
        let found = files_of(root, definition, &platform.parse().unwrap(), Span::START);
        found.map(|output| output.marshal().to_json_lines()).map_err(|error| error.message)
    }

    #[test]
    fn it_is_that_of_the_image_or_a_file_in_the_graph() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, bytes: &[u8]| {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        };
        write("probes/linux-arm-v7/.slipway/probe", b"program");
        let without = of(root.path(), None, "linux/arm/v7").unwrap();
        assert!(without.contains("/probes/linux-arm-v7/.slipway/probe"), "{without}");
        assert_eq!(of(root.path(), Some(b"no definition"), "linux/arm/v7").unwrap(), without);
        let image = Image::new("example.com/slipway:1").into_output().marshal().encode();
        let of_image = of(root.path(), Some(&image), "linux/arm/v7").unwrap();
        assert!(of_image.contains("docker-image://example.com/slipway:1"), "{of_image}");
        let missing = "this image of Slipway has no probe for linux/s390x, which `healthcheck` and `init` need";
        assert_eq!(of(root.path(), Some(&image), "linux/s390x").unwrap_err(), missing);
    }
}
