//! Projects and specs of increasing size: the time to plan them grows linearly at most, and projects that are too large
//! are rejected early with a message.
//!
//! Time is compared with that of half the size, not with a clock; it is the thread's CPU time, which does not depend on
//! other programs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Everything here is test code.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt as _;
use peak_alloc::PeakAlloc;
use slipway_plan::{
    Args, BaseImage, Entry, ImageOrigin, Overview, Plan, Platform, Project, ProjectError, ReadCache, Request, Target,
    overview, plans, targets,
};
use slipway_spec::{Diagnostic, Spec, parse};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MEBIBYTE: usize = 1 << 20;

/// Nothing else uses memory while it is measured.
static ALONE: Mutex<()> = Mutex::new(());

/// A folder of files.
#[derive(Default)]
struct Files(BTreeMap<String, String>, ReadCache);

impl Project for Files {
    fn cache(&self) -> Option<&ReadCache> {
        Some(&self.1)
    }

    async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, ProjectError> {
        Ok(self.0.get(path).map(|text| text.clone().into_bytes()))
    }

    async fn exists(&self, path: &str) -> Result<bool, ProjectError> {
        Ok(self.0.contains_key(path) || self.list(path).await?.is_some())
    }

    async fn list(&self, folder: &str) -> Result<Option<Vec<Entry>>, ProjectError> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let below = self.0.range(prefix.clone()..).map_while(|(path, _)| path.strip_prefix(&prefix));
        let mut entries: Vec<Entry> = below
            .map(|rest| match rest.split_once('/') {
                Some((name, _)) => Entry { name: name.to_owned(), is_folder: true },
                None => Entry { name: rest.to_owned(), is_folder: false },
            })
            .collect();
        entries.dedup();
        Ok((!entries.is_empty()).then_some(entries))
    }

    async fn image(&self, reference: &str, _: &Platform) -> Result<BaseImage, ProjectError> {
        let origin = ImageOrigin::Registry { reference: reference.to_owned() };
        Ok(BaseImage { name: reference.to_owned(), origin, config: serde_json::json!({}) })
    }
}

fn lines(start: &str, range: std::ops::Range<usize>, line: impl Fn(usize) -> String) -> String {
    range.fold(start.to_owned(), |mut text, n| {
        let _ = writeln!(text, "{}", line(n));
        text
    })
}

/// A Go program.
fn program() -> Files {
    let files = [("go.mod", "module example.com/app\n\ngo 1.25\n"), ("main.go", "package main\n\nfunc main() {}\n")];
    Files(files.map(|(path, text)| (path.to_owned(), text.to_owned())).into(), ReadCache::default())
}

/// The time to plan every target, and the result.
struct Taken<T = Vec<Result<Plan, Vec<Diagnostic>>>> {
    seconds: f64,
    bytes: usize,
    made: T,
}

/// The CPU time of this thread.
fn run_time() -> f64 {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    said.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn take(project: &Files, spec: &str) -> Taken {
    measure(project, spec, &async |project, spec, wanted, args, request| {
        plans(project, spec, wanted, args, request).await.unwrap()
    })
}

/// The time to check every target, like `check`; the results are errors instead of plans.
fn look(project: &Files, spec: &str) -> Taken<(Overview, Vec<Diagnostic>)> {
    measure(project, spec, &async |project, spec, wanted, args, request| {
        overview(project, spec, wanted, args, request).await.unwrap()
    })
}

fn measure<T>(
    project: &Files,
    spec: &str,
    made: &impl AsyncFn(&Files, &Spec, &[(Target<'_>, Vec<Platform>)], &Args, &Request) -> T,
) -> Taken<T> {
    let parsed = parse("slipway.yaml", spec.as_bytes().to_vec());
    let spec = parsed.spec.unwrap_or_else(|found| panic!("{:?}", found.first()));
    let request = Request {
        build_args: BTreeMap::new(),
        labels: BTreeMap::new(),
        contexts: BTreeMap::new(),
        spec_name: "slipway.yaml".to_owned(),
        build_platform: Platform::LINUX_AMD64,
        multi_platform: false,
    };
    let args = Args::declared(&spec, &request).unwrap();
    let wanted: Vec<_> = targets(&spec)
        .filter(|target| target.image().is_some() || spec.images.is_empty())
        .map(|target| (target, vec![Platform::LINUX_AMD64]))
        .collect();
    let (before, start) = (MEMORY.current_usage(), run_time());
    MEMORY.reset_peak_usage();
    let made = made(project, &spec, &wanted, &args, &request).now_or_never().unwrap();
    Taken { seconds: run_time() - start, bytes: MEMORY.peak_usage().saturating_sub(before), made }
}

/// Creates a spec and a project of a size.
type Make = fn(usize) -> (Files, String);

/// Projects that are valid at any size, each with a size that is large enough to be measured and small enough for a
/// debug build.
const VALID: &[(&str, usize, Make)] = &[
    ("stages, each from the one before", 1_000, |n| {
        let stages = lines("stages:\n  s0: { from: 'a:1' }\n", 1..n, |n| format!("  s{n}: {{ from: s{} }}", n - 1));
        (program(), format!("{stages}images: {{ app: {{ go: ., files: {{ /x: 's{}:/x' }} }} }}\n", n - 1))
    }),
    ("steps of a stage", 2_000, |n| {
        let steps = lines("stages:\n  s:\n    from: a:1\n    steps:\n", 0..n, |n| format!("      - run: r{n}"));
        (program(), format!("{steps}images: {{ app: {{ go: ., files: {{ /x: 's:/x' }} }} }}\n"))
    }),
    ("images that start from one stage of many", 200, |n| {
        let stages = lines("stages:\n  s0: { from: 'a:1' }\n", 1..n, |n| {
            format!("  s{n}: {{ from: s{}, steps: [{{ run: r{n} }}] }}", n - 1)
        });
        let images = lines("images:\n", 0..n, |image| format!("  i{image}: {{ go: ., runtime: s{} }}", n - 1));
        (program(), stages + &images)
    }),
    ("images that need one stage", 200, |n| {
        let stage = lines("stages:\n  s:\n    from: a:1\n    steps:\n", 0..n, |n| format!("      - run: r{n}"));
        (program(), lines(&(stage + "images:\n"), 0..n, |n| format!("  i{n}: {{ go: ., files: {{ /x: 's:/x' }} }}")))
    }),
    ("images that wait for checks", 100, |n| {
        let checks = lines("checks:\n", 0..n, |n| format!("  c{n}: {{ from: 'a:1', run: r{n}, gate: true }}"));
        (program(), lines(&(checks + "images:\n"), 0..20, |n| format!("  i{n}: {{ go: . }}")))
    }),
    ("files of an image", 2_000, |n| {
        let mut files = program();
        files.0.extend((0..n).map(|n| (format!("f{n}"), String::new())));
        (files, lines("images:\n  a:\n    go: .\n    files:\n", 0..n, |n| format!("      /f{n}: ./f{n}")))
    }),
    ("variables with an argument", 2_000, |n| {
        let start = "args: { A: x }\nimages:\n  a:\n    go: .\n    env:\n";
        (program(), lines(start, 0..n, |n| format!("      V{n}: ${{A}}")))
    }),
    ("Go packages, each of which imports the next", 500, |n| {
        let mut files = program();
        let text = |n: usize| format!("package p\n\nimport _ \"example.com/app/p{n}\"\n");
        files.0.insert("main.go".to_owned(), text(0).replace("package p", "package main"));
        files.0.extend((0..n).map(|n| (format!("p{n}/p.go"), text(n + 1))));
        files.0.insert(format!("p{n}/p.go"), "package p\n".to_owned());
        (files, "images: { app: { go: . } }\n".to_owned())
    }),
];

#[test]
fn valid_projects_are_planned_in_linear_time() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut wrong = String::new();
    for (name, size, make) in VALID {
        let [one, two] = [*size, 2 * *size].map(|size| {
            let (project, spec) = make(size);
            let taken = take(&project, &spec);
            if let Some(Err(found)) = taken.made.iter().find(|plan| plan.is_err()) {
                let _ = writeln!(wrong, "{name}, {size}: {found:?}");
            }
            taken
        });
        println!(
            "{name:50} {:.3} s {:.3} s {} kB {} kB",
            one.seconds,
            two.seconds,
            one.bytes / 1_000,
            two.bytes / 1_000
        );
        // Twice is linear, and four times is quadratic; a few milliseconds are too little to measure.
        if two.seconds > 0.05 + 3.2 * one.seconds {
            let _ = writeln!(wrong, "{name} took {:.3} s, twice as many {:.3} s", one.seconds, two.seconds);
        }
        if two.bytes > MEBIBYTE + one.bytes * 3 {
            let _ = writeln!(wrong, "{name} took {} kB, twice as many {} kB", one.bytes / 1_000, two.bytes / 1_000);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Projects that are rejected, and a part of the message.
const TOO_MUCH: &[(&str, &str, Make)] = &[
    ("a long argument in many variables", "inserted everywhere they are used, are too long", |_| {
        let start = format!("args: {{ A: {} }}\nimages:\n  a:\n    go: .\n    env:\n", "a".repeat(500_000));
        (program(), lines(&start, 0..5_000, |n| format!("      V{n}: ${{A}}")))
    }),
    ("an argument many times in a text", "this text is longer than 1 MiB", |_| {
        let text = "${A}".repeat(2_000);
        (program(), format!("args: {{ A: {} }}\nimages: {{ a: {{ go: ., user: '{text}' }} }}\n", "a".repeat(100_000)))
    }),
    ("a long variable in many steps", "contain more than 64 MiB of text", |_| {
        let start = format!("stages:\n  s:\n    from: a:1\n    env: {{ A: {} }}\n    steps:\n", "a".repeat(1_000_000));
        (Files::default(), lines(&start, 0..5_000, |n| format!("      - run: r{n}")))
    }),
    ("a path of many parts", "is too long", |_| {
        (program(), format!("images: {{ a: {{ go: ./{} }} }}\n", "a/".repeat(16_000)))
    }),
];

#[test]
fn too_large_projects_are_rejected_with_a_message() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    for (name, words, make) in TOO_MUCH {
        let (project, spec) = make(0);
        let parsed = parse("slipway.yaml", spec.as_bytes().to_vec());
        let (found, bytes) = match parsed.spec {
            Err(found) => (found, 0),
            Ok(_) => {
                let taken = take(&project, &spec);
                (taken.made.into_iter().find_map(Result::err).unwrap_or_default(), taken.bytes)
            }
        };
        let first = found.first().unwrap_or_else(|| panic!("{name} was accepted"));
        assert!(first.message.contains(words), "{name}: {first:?}");
        assert!(first.help.is_some() && first.message.chars().count() < 2_500, "{name}: {first:?}");
        assert!(bytes < 128 * MEBIBYTE, "{name} took {} MB", bytes / MEBIBYTE);
    }
}

/// An npm workspace whose packages depend on some others.
fn npm_workspace(members: usize, needs: impl Fn(usize) -> Vec<usize>) -> Files {
    let mut files = Files::default();
    let mut packages = r#""": { "name": "root", "workspaces": ["p/*"] }"#.to_owned();
    files.0.insert("package.json".to_owned(), r#"{ "name": "root", "workspaces": ["p/*"] }"#.to_owned());
    for member in 0..members {
        let needed: Vec<_> = needs(member).iter().map(|needed| format!("\"p{needed}\": \"*\"")).collect();
        let needed = needed.join(", ");
        let manifest = format!(
            r#"{{ "name": "p{member}", "scripts": {{ "start": "node index.js" }}, "dependencies": {{ {needed} }} }}"#
        );
        files.0.insert(format!("p/p{member}/package.json"), manifest);
        files.0.insert(format!("p/p{member}/index.js"), String::new());
        let _ = write!(packages, r#", "p/p{member}": {{ "dependencies": {{ {needed} }} }}"#);
        let _ = write!(packages, r#", "node_modules/p{member}": {{ "resolved": "p/p{member}", "link": true }}"#);
    }
    files
        .0
        .insert("package-lock.json".to_owned(), format!(r#"{{ "lockfileVersion": 3, "packages": {{ {packages} }} }}"#));
    files
}

/// Projects that `check` accepts at any size, although the plans of all targets together would be too large.
const LOOKED_AT: &[(&str, usize, Make)] = &[
    ("images in a chain by `files`", 300, |n| {
        let image = |n| format!("  i{n}: {{ go: ., files: {{ /x: 'i{}:/x' }} }}", n - 1);
        (program(), lines("images:\n  i0: { go: . }\n", 1..n, image))
    }),
    ("images that need one stage", 200, |n| {
        let stage = lines("stages:\n  s:\n    from: a:1\n    steps:\n", 0..n, |n| format!("      - run: r{n}"));
        (program(), lines(&(stage + "images:\n"), 0..n, |n| format!("  i{n}: {{ go: ., files: {{ /x: 's:/x' }} }}")))
    }),
    ("npm packages that need ten others, with an image each", 100, |n| {
        let files = npm_workspace(n, |member| (member + 1..n.min(member + 10 - member % 10)).collect());
        (files, lines("images:\n", 0..n, |n| format!("  i{n}: {{ node: p/p{n} }}")))
    }),
    ("modules of Maven, each of which needs the next", 200, |n| {
        let head = "<modelVersion>4.0.0</modelVersion><groupId>g</groupId>";
        let version = "<version>1</version>";
        let list = lines("", 0..n, |n| format!("<module>m{n}</module>"));
        let release = "<properties><maven.compiler.release>21</maven.compiler.release></properties>";
        let root = format!(
            "<project>{head}<artifactId>r</artifactId>{version}<packaging>pom</packaging>{release}<modules>{list}</modules></project>"
        );
        let mut files = Files([("pom.xml".to_owned(), root)].into(), ReadCache::default());
        files.0.extend((0..n).map(|member| {
            let next = member + 1;
            let needs = format!(
                "<dependencies><dependency><groupId>g</groupId><artifactId>m{next}</artifactId>{version}</dependency></dependencies>"
            );
            let needs = if next < n { needs } else { String::new() };
            let parent = format!("<parent><groupId>g</groupId><artifactId>r</artifactId>{version}</parent>");
            let own = format!("<artifactId>m{member}</artifactId>");
            (format!("m{member}/pom.xml"), format!("<project>{parent}{own}{needs}</project>"))
        }));
        (files, "images: { app: { java: { module: m0 } } }\n".to_owned())
    }),
];

#[test]
fn projects_are_checked_in_linear_time() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut wrong = String::new();
    for (name, size, make) in LOOKED_AT {
        let [one, two] = [*size, 2 * *size].map(|size| {
            let (project, spec) = make(size);
            let taken = look(&project, &spec);
            let (overview, errors) = &taken.made;
            assert!(errors.is_empty() && !overview.contents.is_empty(), "{name}, {size}: {errors:?}");
            taken
        });
        let shown = [one.bytes, two.bytes].map(|bytes| bytes / 1_000);
        println!("{name:60} {:.3} s {:.3} s {shown:?} kB", one.seconds, two.seconds);
        if two.seconds > 0.05 + 3.0 * one.seconds || two.bytes > MEBIBYTE + one.bytes * 5 / 2 {
            let _ = writeln!(wrong, "{name}: {:.3} s, then {:.3} s; {shown:?} kB", one.seconds, two.seconds);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Many images that require most of the same packages: each plan is dropped before the next one is created.
#[test]
fn checking_many_images_takes_the_memory_of_a_few() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let members = 120;
    let files = npm_workspace(members, |member| (member + 1..members).take(3).collect());
    let images = |number: usize| lines("images:\n", 0..number, |n| format!("  i{n}: {{ node: p/p{n} }}"));
    let [few, many] = [30, 120].map(|number| look(&files, &images(number)).bytes);
    assert!(many < few + 4 * MEBIBYTE, "{few} bytes for few, {many} for many");
}

/// Images in a chain through `files`: the plan of each has the steps of all before it, so there is a limit.
#[test]
fn a_long_chain_of_images_is_planned_or_rejected_and_always_checked() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let chain = |n: usize| {
        lines("images:\n  i0: { go: . }\n", 1..n, |n| format!("  i{n}: {{ go: ., files: {{ /x: 'i{}:/x' }} }}", n - 1))
    };
    let taken = take(&program(), &chain(300));
    assert!(taken.made.iter().all(Result::is_ok));
    assert!(taken.bytes < 64 * MEBIBYTE, "{} MB", taken.bytes / MEBIBYTE);
    let taken = take(&program(), &chain(1_000));
    let refused = taken.made.last().unwrap().as_ref().err().and_then(|found| found.first()).expect("it is refused");
    assert!(refused.message.contains("too many targets to plan them together"), "{refused:?}");
    assert!(taken.bytes < 96 * MEBIBYTE, "{} MB", taken.bytes / MEBIBYTE);
    let (overview, errors) = look(&program(), &chain(1_000)).made;
    assert_eq!((overview.contents.len(), errors), (1_000, Vec::new()));
}
