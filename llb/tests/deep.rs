//! Graphs of any depth are built, encoded, decoded, printed and dropped without recursion.

// Clippy does not treat helpers of tests as tests.
#![allow(clippy::unwrap_used)]

use buildkit_llb::prelude::*;

const DEPTH: usize = 100_000;

/// Runs on a stack that is too small for recursion over the graph.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(128 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn a_deep_chain() {
    on_a_small_stack(|| {
        let base = Image::new("alpine").into_output();
        let deep = (0..DEPTH).fold(base, |below, _| FileOp::on(&below).rm(Rm::new("/x")).into_output());
        let definition = deep.marshal();
        assert_eq!(definition.ops().len(), DEPTH + 1);
        let bytes = definition.encode();
        let read = Output::decode(&bytes).unwrap();
        assert_eq!(read, deep);
        assert_eq!(read.marshal().to_tree().lines().count(), DEPTH + 1);
        drop((deep, definition, read));
    });
}

/// Each level uses the previous one twice: very many paths, but few ops.
#[test]
fn a_deep_lattice() {
    on_a_small_stack(|| {
        let base = Image::new("alpine").into_output();
        let deep = (0..2000).fold(base, |below, _| {
            let copied = FileOp::on(&below).rm(Rm::new("/x")).into_output();
            merge([&below, &copied])
        });
        let definition = deep.marshal();
        assert_eq!(definition.ops().len(), 4001);
        assert_eq!(Output::decode(&definition.encode()).unwrap(), deep);
        assert!(definition.to_tree().lines().count() < 10_000);
    });
}
