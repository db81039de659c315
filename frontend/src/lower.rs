//! A plan to LLB: one step after another, each from the results of earlier ones.
//!
//! Only this module knows both plans and LLB. It does not know languages, and only chooses the form that the engine
//! supports.

use buildkit_llb::file::Wildcards;
use buildkit_llb::{Annotate, Cap, Copy, FileOp, Output, Passthrough, SourceFile};
use slipway_plan::{CopyItem, Plan, Step, StepId, StepKind, Steps};
use slipway_spec::Sources;
use slipway_spec::visible::title;

mod exec;
mod layers;
mod lowering;
mod sources;

use exec::exec;
use layers::assemble;
pub(crate) use lowering::Lowering;
use lowering::{Lowered, Results, annotate};
use sources::{base, source};
pub(crate) use sources::{git, image};

/// The files of a spec, as graphs contain them.
pub(crate) fn graph_files(sources: &Sources) -> Vec<SourceFile> {
    sources.iter().map(|file| SourceFile::new(file.name(), LANGUAGE, file.text().as_bytes().to_vec())).collect()
}

/// The name of the language in BuildKit's source maps.
pub(crate) const LANGUAGE: &str = "YAML";

/// The graph of a plan's result.
pub(crate) fn lower(plan: &Plan, cx: &Lowering<'_>) -> Output {
    let mut results = Results::default();
    let in_layer = gates_are_in_a_layer(plan, cx);
    for (id, step) in plan.steps.iter() {
        let output = lower_one((id, step), &[], &results, cx);
        results.0.insert(id, output);
    }
    match plan.steps.get(plan.result).filter(|_| in_layer) {
        // Gates may examine the result, which does not wait for them there.
        Some(step) => {
            let gates: Vec<_> = plan.gates.iter().map(|gate| results.of(gate.step)).collect();
            lower_one((plan.result, step), &gates, &results, cx).whole
        }
        None => behind_gates(results.of(plan.result), plan, &results),
    }
}

/// The graph of one step of a plan.
pub(crate) fn lower_step(steps: &Steps, wanted: StepId, cx: &Lowering<'_>) -> Output {
    let mut results = Results::default();
    for (id, step) in steps.iter().take_while(|(id, _)| *id <= wanted) {
        let output = lower_one((id, step), &[], &results, cx);
        results.0.insert(id, output);
    }
    results.of(wanted)
}

/// A step from the results of earlier ones.
fn lower_one((id, step): (StepId, &Step), gates: &[Output], results: &Results, cx: &Lowering<'_>) -> Lowered {
    let whole = match &step.kind {
        StepKind::Base { image, platform } => base(image, platform, step, id, cx),
        StepKind::Context => cx.context.clone(),
        StepKind::Source(files) => source(files, step, id, cx),
        StepKind::Dockerfile(_) => cx.foreign.get(&id).cloned().unwrap_or_default(),
        StepKind::Select { items } => select(items, results, step, cx),
        StepKind::Run(run) => exec(run, results, step, cx),
        StepKind::Write { root, layer } => {
            let root = results.of(*root);
            layers::layer(&root, layer, &root, results, step, cx).into_output()
        }
        StepKind::Assemble { base, layers } => return assemble(*base, layers, gates, results, step, cx),
    };
    whole.into()
}

/// Whether the top layer of the result waits for the gates. Engines without an operation for waiting would create an
/// empty layer for it.
fn gates_are_in_a_layer(plan: &Plan, cx: &Lowering<'_>) -> bool {
    let result = plan.steps.iter().find(|(id, _)| *id == plan.result);
    let has_layers =
        matches!(result, Some((_, Step { kind: StepKind::Assemble { layers, .. }, .. })) if !layers.is_empty());
    has_layers && !cx.caps.supports(Cap::PassthroughOp)
}

/// A result that exists only if the gates have succeeded. They run in parallel with it. As part of its graph, they are
/// also in exported caches.
fn behind_gates(result: Output, plan: &Plan, results: &Results) -> Output {
    let Some(first) = plan.gates.first() else {
        return result;
    };
    let names: Vec<_> = plan.gates.iter().map(|gate| gate.name.as_str()).collect();
    let gates = plan.gates.iter().map(|gate| results.of(gate.step));
    let [behind] = Passthrough::new(&first.name)
        .after(gates)
        .name(title(&format!("[{}] wait for {}", plan.target, names.join(", "))))
        .pass_through([&result]);
    behind
}

fn select(items: &[CopyItem], results: &Results, step: &Step, cx: &Lowering<'_>) -> Output {
    let copies = items.iter().fold(FileOp::on(&Output::scratch()), |files, item| {
        let copy = Copy::new(results.of(item.from), &item.source, &item.target)
            .follow_symlinks()
            .contents_only()
            .create_dest_path()
            .include(item.include.iter().cloned())
            .exclude(item.exclude.iter().cloned());
        // The engine accepts a missing path only if it treats the path as a pattern, which a name such as `[id]` would
        // be.
        let is_optional =
            item.source == "/" || !item.include.is_empty() && !item.source.contains(['*', '?', '[', '\\']);
        files.copy(if is_optional { copy.wildcards(Wildcards::MayMatchNothing) } else { copy })
    });
    annotate(copies, &step.name, step.span, &step.owner, cx).into_output()
}

#[cfg(test)]
mod tests;
