//! The floors of each crate, from the ground up. A file may use files on its own floor and below.

use crate::source::Edges;

/// By crate: its floors, each a list of files and folders (which end with `/`). The first match of a file counts.
pub(crate) const FLOORS: [(&str, &[&[&str]]); 7] = [
    (
        "project",
        &[
            &["error.rs", "files.rs", "git_dependencies.rs", "paths.rs", "toml_file.rs", "version.rs"],
            &["excluded_files.rs"],
            &["cache.rs", "repository.rs"],
            &["code_files.rs", "opened_files.rs", "secret_files.rs"],
            // Languages do not depend on each other.
            &["go/", "java/", "node/", "python/", "rust/"],
            &["lib.rs"],
        ],
    ),
    (
        "spec",
        &[
            &["map.rs", "template.rs", "template/", "syntax_line.rs"],
            &["yaml.rs", "yaml/"],
            &["decode/"],
            &["merge.rs"],
            &["model/file.rs", "cycles.rs", "model/"],
            &["read.rs"],
            &["include.rs", "include/", "reference/"],
            &["lib.rs"],
        ],
    ),
    (
        "plan",
        &[
            &["distro.rs"],
            // Plain data, and small functions on it.
            &[
                "image.rs",
                "examination.rs",
                "paths.rs",
                "purpose.rs",
                "request.rs",
                "runtime.rs",
                "target.rs",
                "target/",
                "step.rs",
                "step/",
                "shell.rs",
                "shell/",
                "init.rs",
            ],
            &["args.rs", "evaluator.rs", "env.rs", "arena.rs", "healthcheck.rs", "metadata.rs"],
            // Access to the outside.
            &["project.rs", "any_project.rs", "named_paths.rs", "named_paths/"],
            // The output of a build, and the contents of an image.
            &["output.rs", "config.rs", "ground.rs", "contents/"],
            &["plan.rs", "log.rs", "draft.rs"],
            &[
                "emulation.rs",
                "traced.rs",
                "mounts.rs",
                "reports.rs",
                "packages.rs",
                "packages/",
                "missing_program.rs",
                "prisma_engine.rs",
                "opened_files.rs",
                "secret_files.rs",
                "brought.rs",
                "furnish.rs",
                "image_user.rs",
                "own_folders.rs",
                "probe.rs",
                "layers/",
                "layers.rs",
                "compress.rs",
                "debug.rs",
                "debug/",
                "develop.rs",
            ],
            &[
                "named_contexts.rs",
                "stage.rs",
                "adopted_stage.rs",
                "repository_checks.rs",
                "final_image.rs",
                "examinations/",
                "examinations.rs",
                "scans.rs",
            ],
            &[
                "presets/context.rs",
                "presets/language.rs",
                "presets/private/",
                "presets/checks.rs",
                "presets/application.rs",
                "presets/common.rs",
                "presets/toolchain_image.rs",
                "presets/programs.rs",
                "presets/run_steps/",
            ],
            &[
                "presets/go/",
                "presets/java/",
                "presets/node/",
                "presets/python/",
                "presets/rust/",
                "presets/static_files.rs",
            ],
            &["presets/mod.rs"],
            &["findings.rs", "context_excludes.rs", "planner.rs", "planner/", "plans.rs", "overview.rs"],
            &["lib.rs"],
        ],
    ),
    (
        "probe",
        &[&["check.rs", "hpack.rs", "message.rs"], &["http.rs", "grpc.rs", "init.rs"], &["arguments.rs"], &["main.rs"]],
    ),
    (
        "lint",
        &[
            &["concern.rs", "findings.rs", "secret_name.rs", "add_key.rs", "input.rs"],
            &["view.rs", "rule.rs"],
            &["rules/", "syntax_line.rs"],
            &["pick.rs", "policy.rs"],
            &["directive/"],
            &["lib.rs"],
        ],
    ),
    (
        "init",
        &[
            &["dockerfile.rs", "shell.rs", "vars.rs", "survey.rs"],
            &["program.rs"],
            &["languages.rs", "recipe.rs", "targets.rs", "compose.rs", "compose_file.rs"],
            &["told.rs"],
            &["copies.rs", "runs.rs"],
            &["tell.rs"],
            &["image.rs", "matching.rs"],
            &["health.rs"],
            &["start.rs", "options.rs", "packages.rs", "config.rs"],
            &["assets.rs", "carry.rs"],
            &["draft.rs"],
            &["wanted.rs"],
            &["add.rs"],
            &["gather.rs"],
            &["text.rs"],
            &["remedy.rs"],
            &["lib.rs"],
        ],
    ),
    (
        "frontend",
        &[
            &[
                "contained.rs",
                "git_url.rs",
                "image_ref.rs",
                "named.rs",
                "no_cache.rs",
                "options.rs",
                "options/",
                "ignore.rs",
                "examine/",
                "gateway/",
                "scanned.rs",
                "unprivileged.rs",
                "warnings.rs",
            ],
            &["pick.rs", "policy.rs"],
            &["lower/", "lower.rs"],
            &["failure.rs"],
            &["entitlements.rs", "probe.rs", "sbom.rs"],
            &["analysis.rs", "context.rs", "dockerfile.rs", "dockerfile/", "remote.rs"],
            &["epoch.rs", "includes.rs", "project.rs", "project/", "subrequests/"],
            &["cli/", "foreign.rs", "run_warnings.rs"],
            &["build.rs"],
            &["main.rs"],
        ],
    ),
];

/// Dependencies on a higher floor.
pub(crate) fn upward(floors: &[&[&str]], edges: &Edges) -> Vec<String> {
    let floor = |file: &str| {
        let is_here = |name: &&str| file == *name || name.ends_with('/') && file.starts_with(*name);
        floors.iter().position(|names| names.iter().any(is_here))
    };
    let mut found = Vec::new();
    for (from, to) in edges {
        match (floor(from), floor(to)) {
            (Some(low), Some(high)) if low < high => {
                found.push(format!("{from} uses {to}, which is on a floor above it"));
            }
            (None, _) => found.push(format!("{from} is on no floor: add it to {}", file!())),
            _ => {}
        }
    }
    found.dedup();
    found
}
