//! Ops that combine results without changing files: merge, diff, passthrough.

use std::sync::Arc;

use crate::{
    Annotations, Cap, CapSet, Output,
    annotate::annotated,
    output::{Envelope, Inputs, Kind, Node},
};

/// Merges results without copying; later ones are above earlier ones. Since BuildKit v0.10.
///
/// Layers do not change, so they are reused when the base changes. Metadata of a directory comes from the last input
/// that has it.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let base = Image::new("alpine").into_output();
/// let app = FileOp::on(&Output::scratch()).mkfile(Mkfile::new("/app", "x")).into_output();
/// let both = Merge::new([&base, &app]).name("LINK app").into_output();
/// assert_eq!(both.marshal().ops().len(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Merge {
    inputs: Vec<Output>,
    annotations: Annotations,
}

annotated!(Merge, Diff, Passthrough);

/// [`Merge`] without metadata.
#[must_use]
pub fn merge<O: Into<Output>>(inputs: impl IntoIterator<Item = O>) -> Output {
    Merge::new(inputs).into_output()
}

impl Merge {
    /// The results, lowest first. Scratch adds nothing and is omitted.
    #[must_use]
    pub fn new<O: Into<Output>>(inputs: impl IntoIterator<Item = O>) -> Self {
        let inputs = inputs.into_iter().map(Into::into);
        Self { inputs: inputs.filter(|input| !input.is_scratch()).collect(), annotations: Annotations::new() }
    }

    /// The merged result. Without inputs it is scratch, with one input it is that input; neither is an op.
    #[must_use]
    pub fn into_output(self) -> Output {
        if self.inputs.len() < 2 {
            return self.inputs.into_iter().next().unwrap_or_default();
        }
        let platform = self.inputs.first().and_then(Output::platform_handle);
        let mut inputs = Inputs::default();
        for input in &self.inputs {
            inputs.push(input);
        }
        let count = inputs.len() as i64;
        single(unplatformed(inputs, platform, self.annotations, Cap::MergeOp).seal(Kind::Merge, |w| {
            for index in 0..count {
                w.message(1, |w| w.int(1, index));
            }
        }))
    }
}

/// The difference between `upper` and `lower`, as a separate result. Since BuildKit v0.10.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let base = Image::new("alpine").into_output();
/// let installed = Exec::new("apk").args(["add", "git"]).root(&base).run();
/// let git_only = Diff::new(&base, &installed).into_output();
/// # assert!(!git_only.is_scratch());
/// ```
#[derive(Clone, Debug)]
pub struct Diff {
    lower: Output,
    upper: Output,
    annotations: Annotations,
}

impl Diff {
    /// From `lower` to `upper`.
    #[must_use]
    pub fn new(lower: &Output, upper: &Output) -> Self {
        Self { lower: lower.clone(), upper: upper.clone(), annotations: Annotations::new() }
    }

    /// The difference. If `lower` is scratch, it is `upper` itself, without an op.
    #[must_use]
    pub fn into_output(self) -> Output {
        if self.lower.is_scratch() {
            return self.upper;
        }
        let platform = self.lower.platform_handle();
        let mut inputs = Inputs::default();
        let lower = inputs.push(&self.lower);
        let upper = inputs.push(&self.upper);
        single(unplatformed(inputs, platform, self.annotations, Cap::DiffOp).seal(Kind::Diff, |w| {
            w.message(1, |w| w.int(1, lower));
            w.message(2, |w| w.int(1, upper));
        }))
    }
}

/// "These results require those": passes results on unchanged after others have been built. Since BuildKit v0.31.
///
/// ```
/// use buildkit_llb::prelude::*;
///
/// let base = Image::new("alpine").into_output();
/// let lint = Exec::new("lint").root(&base).run();
/// let app = Exec::new("make").root(&base).run();
/// let [checked_app] = Passthrough::new("lint-first").after([&lint]).pass_through([&app]);
/// assert_ne!(checked_app, app);
/// ```
#[derive(Clone, Debug)]
pub struct Passthrough {
    id: String,
    required: Vec<Output>,
    annotations: Annotations,
}

impl Passthrough {
    /// `id` distinguishes this op from others with the same inputs. An empty one, which engines reject, becomes
    /// `passthrough`.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        let id: String = id.into();
        Self {
            id: if id.is_empty() { "passthrough".into() } else { id },
            required: Vec::new(),
            annotations: Annotations::new(),
        }
    }

    /// The results that must be built before.
    #[must_use]
    pub fn after<O: Into<Output>>(mut self, required: impl IntoIterator<Item = O>) -> Self {
        self.required.extend(required.into_iter().map(Into::into));
        self
    }

    /// The given results, available after all requirements. Scratch stays scratch, because it always exists.
    #[must_use]
    pub fn pass_through<const N: usize>(self, results: [&Output; N]) -> [Output; N] {
        let mut handed_on = self.hand_on_all(&results.map(Clone::clone)).into_iter();
        // Returns as many results as were given.
        results.map(|_| handed_on.next().unwrap_or_default())
    }

    /// [`Passthrough::pass_through`] for a number of results that is unknown at compile time.
    #[must_use]
    pub fn hand_on_all(self, results: &[Output]) -> Vec<Output> {
        let platform = results.first().and_then(Output::platform_handle);
        let mut inputs = Inputs::default();
        let handed_on: Vec<i64> =
            results.iter().filter(|result| !result.is_scratch()).map(|result| inputs.push(result)).collect();
        for required in &self.required {
            inputs.push(required);
        }
        if handed_on.is_empty() || inputs.len() == handed_on.len() {
            return results.to_vec();
        }
        let node = unplatformed(inputs, platform, self.annotations, Cap::PassthroughOp).seal(Kind::Passthrough, |w| {
            w.string(1, &self.id);
            w.packed(2, &handed_on);
        });
        let node = Arc::new(node);
        let mut index = 0..;
        results
            .iter()
            .map(|result| match result.is_scratch() {
                true => Output::scratch(),
                false => Output::new(Arc::clone(&node), index.next().unwrap_or_default()),
            })
            .collect()
    }
}

/// These ops are the same on every platform, so the op does not contain one; ops that use the result inherit it.
fn unplatformed(
    inputs: Inputs,
    result_platform: Option<Arc<crate::Platform>>,
    annotations: Annotations,
    cap: Cap,
) -> Envelope {
    Envelope { inputs, platform: None, result_platform, annotations, caps: CapSet::from([cap]) }
}

fn single(node: Node) -> Output {
    Output::new(Arc::new(node), 0)
}
