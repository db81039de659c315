//! The build op: builds a definition that another step has produced.

use std::sync::Arc;

use buildkit_proto::keys::attrs;

use crate::{
    Annotations, Cap, CapSet, Output, Platform,
    annotate::annotated,
    output::{EMPTY, Envelope, Inputs, Kind},
};

/// Builds the definition in a file of another result. Experimental in BuildKit; it makes provenance incomplete.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let generator = Image::new("example/llb-generator").into_output();
/// let definition = Exec::new("/generate").args(["/out/app.pb"]).root(&generator)
///     .run_keeping([KeptMount::new("/out", &Output::scratch())]).1;
/// let [definition] = definition;
/// let app = Build::new(&definition).filename("app.pb").into_output();
/// # assert!(!app.is_scratch());
/// ```
#[derive(Clone, Debug)]
pub struct Build {
    source: Output,
    filename: Option<String>,
    platform: Option<Platform>,
    annotations: Annotations,
}

annotated!(Build);

impl Build {
    /// `source` contains the definition, in a file named `buildkit.llb.definition` by default.
    #[must_use]
    pub fn new(source: &Output) -> Self {
        Self { source: source.clone(), filename: None, platform: None, annotations: Annotations::new() }
    }

    /// Sets the name of the file.
    #[must_use]
    pub fn filename(mut self, filename: impl Into<String>) -> Self {
        self.filename = Some(filename.into()).filter(|name| !name.is_empty());
        self
    }

    /// The platform of the op.
    #[must_use]
    pub fn platform(mut self, platform: impl Into<Platform>) -> Self {
        self.platform = Some(platform.into());
        self
    }

    /// The result of the definition.
    #[must_use]
    pub fn into_output(self) -> Output {
        let mut inputs = Inputs::default();
        let input = inputs.add(&self.source);
        let platform = self.platform.map(Arc::new);
        let envelope = Envelope {
            inputs,
            platform: platform.clone(),
            result_platform: platform,
            annotations: self.annotations,
            caps: CapSet::from([Cap::BuildOpLlbFileName]),
        };
        let node = envelope.seal(Kind::Build, |w| {
            // The builder −1 reads LLB; there are no other builders.
            w.int(1, EMPTY);
            w.message(2, |w| {
                w.string(1, attrs::BUILD_DEFINITION_INPUT);
                w.message(2, |w| w.int(1, input));
            });
            let filename = self.filename.as_deref();
            w.string_map(4, filename.map(|name| (attrs::BUILD_DEFINITION_FILENAME, name)));
        });
        Output::new(Arc::new(node), 0)
    }
}
