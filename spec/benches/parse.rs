//! Measures the time and memory for reading specs of 10 to 5000 images.
//!
//! The file is like that of a large repository: builds that a hundred images share, each image with its own main
//! package; config keys, a health check, tests and a size limit; defaults for all, and every tenth image extends
//! another. The limits of a spec allow not many more than a thousand such images, so images in larger files have fewer
//! keys. The time is from text to a typed `Spec`, with all checks. Each size runs in a separate process, so that its
//! peak memory (`VmHWM`) is separate; that of a process that reads one image is subtracted.
//!
//! `cargo bench -p slipway-spec` prints the table; with `SLIPWAY_BENCH_CHECK=1`, it fails if the goal is missed.

// A benchmark prints, and may panic if something is wrong.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use slipway_spec::{Parsed, parse};

/// The keys of a file's images.
#[derive(Clone, Copy, PartialEq)]
enum Keys {
    /// The keys of a large repository's images.
    All,
    /// Only a build and a port.
    Few,
}

const SIZES: [(Keys, usize); 6] =
    [(Keys::All, 10), (Keys::All, 100), (Keys::All, 1000), (Keys::Few, 100), (Keys::Few, 1000), (Keys::Few, 5000)];
const CHILD: &str = "SLIPWAY_BENCH_IMAGES";
/// The goal for 1000 images.
const GOAL: Duration = Duration::from_millis(30);

/// A spec with this many images.
fn text(keys: Keys, images: usize) -> String {
    let mut text = String::from(
        "# syntax=ghcr.io/acme/slipway:1\n\
         version: 1\n\
         default: service-0\n\
         args:\n  VERSION: { default: dev, description: Stamped into programs and labels }\n  COMMIT: none\n\
         secrets:\n  github: { required: false }\n\
         defaults:\n  platforms: [linux/amd64, linux/arm64]\n",
    );
    if keys == Keys::All {
        text.push_str(
            "  user: \"1001:1001\"\n  labels: { team: shop }\n  \
             metadata: { source: \"https://github.com/acme/shop\", licenses: Apache-2.0, version: \"${VERSION}\" }\n",
        );
    }
    text.push_str("builds:\n");
    for build in 0..images.div_ceil(100) {
        if keys == Keys::Few {
            let _ = writeln!(text, "  go-{build}: {{ preset: go, source: ./team-{build} }}");
            continue;
        }
        let _ = write!(
            text,
            "  go-{build}:\n    preset: go\n    source: {{ path: ./team-{build}, exclude: [\"**/testdata\"] }}\n    \
             ldflags: -X main.version=${{VERSION}} -X main.commit=${{COMMIT}}\n    env: {{ GOFLAGS: -mod=mod }}\n    \
             private: [{{ host: \"github.com/acme/*\", secret: github }}]\n    \
             checks:\n      vet: {{ run: go vet ./... }}\n      test: {{ run: go test ./..., gate: true }}\n"
        );
    }
    text.push_str("images:\n");
    for image in 0..images {
        let build = image / 100;
        let port = 1024 + image % 60_000;
        if keys == Keys::Few {
            let _ = writeln!(
                text,
                "  service-{image}: {{ build: {{ from: go-{build}, main: ./cmd/service-{image} }}, expose: [{port}] }}"
            );
            continue;
        }
        // Every tenth is a worker with the program of the image before it, and another command.
        if image % 10 == 9 {
            let parent = image - 1;
            let _ = write!(
                text,
                "  service-{image}:\n    extends: service-{parent}\n    cmd: [work, --queue, q{image}]\n    expose: []\n    healthcheck: none\n"
            );
            continue;
        }
        let _ = write!(
            text,
            "  service-{image}:\n    build: {{ from: go-{build}, main: ./cmd/service-{image} }}\n    description: Service number {image}\n    \
             env:\n      LOG_LEVEL: info\n      PORT: {port}\n      NAME: service-{image}\n    expose: [{port}]\n    \
             healthcheck: {{ http: \":{port}/healthz\", interval: 10s, timeout: 2s }}\n    \
             files: {{ /etc/service.toml: ./deploy/service-{image}.toml }}\n    \
             tests:\n      version: {{ run: [/service-{image}, --version], stdout: {{ contains: \"${{VERSION}}\" }} }}\n    \
             budget: {{ size: 25MB }}\n",
        );
    }
    text
}

fn read(text: &str) -> Parsed {
    let parsed = parse("slipway.yaml", text.as_bytes().to_vec());
    if let Err(found) = &parsed.spec {
        panic!("{}", found.iter().map(|found| found.render(&parsed.sources)).collect::<Vec<_>>().join("\n"));
    }
    parsed
}

fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}

/// Runs in a separate process: prints bytes of the text, first, best and median time in nanoseconds, and peak memory in
/// KiB.
fn measure(keys: Keys, images: usize) {
    let text = text(keys, images);
    let start = Instant::now();
    let parsed = read(&text);
    let first = start.elapsed();
    // Before further runs, which would increase the peak.
    let peak = peak_kib();
    drop(parsed);
    let rounds = (50_000 / images.max(1)).clamp(11, 500);
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            let parsed = read(&text);
            let time = start.elapsed();
            // A frontend ends without dropping its spec.
            drop(parsed);
            time
        })
        .collect();
    times.sort();
    let best = times.first().copied().unwrap_or(first);
    let median = times.get(times.len() / 2).copied().unwrap_or(first);
    println!("{} {} {} {} {peak}", text.len(), first.as_nanos(), best.as_nanos(), median.as_nanos());
}

struct Measured {
    bytes: u64,
    first: Duration,
    best: Duration,
    median: Duration,
    peak: u64,
}

fn in_child(keys: Keys, images: usize) -> Measured {
    let kind = if keys == Keys::All { "all" } else { "few" };
    let mut child = Command::new(std::env::current_exe().unwrap());
    let output = child.env(CHILD, format!("{kind} {images}")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<u64> = text.split_whitespace().map(|number| number.parse().unwrap()).collect();
    let [bytes, first, best, median, peak] = numbers.try_into().expect("five numbers");
    let nanos = Duration::from_nanos;
    Measured { bytes, first: nanos(first), best: nanos(best), median: nanos(median), peak }
}

fn main() {
    if let Ok(wanted) = std::env::var(CHILD) {
        let (kind, images) = wanted.split_once(' ').unwrap();
        measure(if kind == "all" { Keys::All } else { Keys::Few }, images.parse().unwrap());
        return;
    }
    if std::env::args().any(|arg| arg == "--test") {
        // `cargo test` also compiles and runs benchmarks, with this argument; one small round shows that they work.
        drop(read(&text(Keys::All, 20)));
        return;
    }
    let least = in_child(Keys::All, 1).peak;
    println!(
        "images  keys      bytes   first run        best      median  per image   peak memory (over that of one image)"
    );
    let mut before = None;
    for (keys, images) in SIZES {
        let m = in_child(keys, images);
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let each = ms(m.best) * 1e3 / images as f64;
        println!(
            "{images:>6}  {:<4}  {:>9}  {:>8.2} ms  {:>7.2} ms  {:>7.2} ms  {each:>6.1} µs  {:>6.1} MiB{}",
            if keys == Keys::All { "all" } else { "few" },
            m.bytes,
            ms(m.first),
            ms(m.best),
            ms(m.median),
            m.peak.saturating_sub(least) as f64 / 1024.0,
            match before {
                Some((kind, cost)) if kind == keys =>
                    format!("; an image costs {:.2} times what it did before", each / cost),
                _ => String::new(),
            },
        );
        before = Some((keys, each));
        if keys == Keys::All && images == 1000 {
            let met = m.best <= GOAL;
            println!("              goal: at most 30 ms (of the best run): {}", if met { "met" } else { "MISSED" });
            assert!(met || std::env::var_os("SLIPWAY_BENCH_CHECK").is_none(), "the goal is missed");
        }
    }
}
