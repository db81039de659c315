//! Writes the synthetic Go monorepo of the end-to-end tests into a folder, for `scripts/bench`: `monorepo FOLDER
//! SERVICES FILES`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // Everything here is test code.

use slipway_tests::Monorepo;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, folder, services, files] = arguments.as_slice() else { panic!("usage: monorepo FOLDER SERVICES FILES") };
    let number = |text: &str| text.parse().expect("it is a number");
    Monorepo { services: number(services), files: number(files) }.write(folder.as_ref());
}
