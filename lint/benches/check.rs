//! Measures the time for all rules on parsed specs of 10 to 1000 images; with and without comments next to keys, for
//! which the file is read once more.
//!
//! `cargo bench -p slipway-lint` prints the table; with `SLIPWAY_BENCH_CHECK=1`, it fails if the goal is missed.

// A benchmark prints, and may panic if something is wrong.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use slipway_lint::{Lint, check};
use slipway_spec::parse;

const SIZES: [usize; 3] = [10, 100, 1000];
/// The goal for 1000 images without such comments: a third of the time for reading and checking them together.
const GOAL: Duration = Duration::from_millis(10);
const RUNS: usize = 15;

/// A spec with this many images, a tenth of which have findings; a comment can skip every second finding.
fn text(images: usize, comments: bool) -> String {
    let mut text = String::from(
        "# syntax=ghcr.io/acme/slipway:1\n# check=skip=OciLabel\nargs: { VERSION: dev }\ndefaults: { labels: { team: shop } }\nbuilds:\n",
    );
    for build in 0..images.div_ceil(100) {
        let _ = writeln!(text, "  go-{build}: {{ preset: go, ldflags: \"-X main.version=${{VERSION}}\" }}");
    }
    text.push_str("images:\n");
    for image in 0..images {
        let build = image / 100;
        let user = if image % 10 == 0 { "root" } else { "1001" };
        let skip = if comments && image % 20 == 0 { " # check=skip=RootUser" } else { "" };
        let _ = writeln!(
            text,
            "  s{image}:\n    build: {{ from: go-{build}, main: ./cmd/s{image} }}\n    user: {user}{skip}\n    env: {{ LEVEL: info }}\n    files: {{ /etc/s.toml: ./s{image}.toml }}"
        );
    }
    text
}

fn main() {
    println!("{:>8} {:>9} {:>9} {:>12} {:>10}", "images", "comments", "findings", "check", "per image");
    let mut missed = false;
    for (images, comments) in SIZES.into_iter().flat_map(|images| [(images, false), (images, true)]) {
        let parsed = parse("slipway.yaml", text(images, comments).into_bytes());
        let spec = parsed.spec.expect("the spec is right");
        let lint = Lint::new(&parsed.sources, &spec);
        let mut times = Vec::new();
        let mut findings = 0;
        for _ in 0..RUNS {
            let start = Instant::now();
            findings = black_box(check(black_box(&lint))).len();
            times.push(start.elapsed());
        }
        times.sort();
        let median = times.get(RUNS / 2).copied().unwrap_or_default();
        let each = median / u32::try_from(images).unwrap_or(u32::MAX);
        println!("{images:>8} {comments:>9} {findings:>9} {median:>12.2?} {each:>10.2?}");
        assert_eq!(findings, if comments { images / 20 } else { images.div_ceil(10) }, "what is found changed");
        missed |= images == 1000 && !comments && median > GOAL;
    }
    if missed && std::env::var_os("SLIPWAY_BENCH_CHECK").is_some() {
        panic!("the goal of {GOAL:?} for 1000 images is missed");
    }
}
