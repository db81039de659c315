//! Whole files: correct ones, and those in `tests/wrong`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::{files_in, findings, read, repository, said_by_slipway, validator};

/// The blocks of a Markdown text with this fence, each with its line.
pub(crate) fn blocks(text: &str, fence: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        if inside && line.trim() == "```" {
            inside = false;
        } else if inside {
            if let Some((_, block)) = blocks.last_mut() {
                block.push_str(line);
                block.push('\n');
            }
        } else if line.trim() == fence {
            inside = true;
            blocks.push((number + 2, String::new()));
        }
    }
    blocks
}

#[test]
fn correct_files_are_accepted() {
    let validator = validator();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for example in fs::read_dir(repository("examples")).unwrap() {
        let path = example.unwrap().path().join("slipway.yaml");
        if path.exists() {
            texts.insert(path.display().to_string(), fs::read_to_string(&path).unwrap());
        }
    }
    assert!(!texts.is_empty(), "there are no examples");
    for path in files_in(&repository("spec/tests/specs"), ".yaml") {
        texts.insert(path.display().to_string(), fs::read_to_string(&path).unwrap());
    }
    let mut documents = vec![repository("README.md")];
    documents.extend(files_in(&repository("docs"), ".md"));
    for path in documents {
        let text = fs::read_to_string(&path).unwrap();
        // ```yaml is planned by a test of the plan; ```yml is right in form.
        for (line, block) in blocks(&text, "```yaml").into_iter().chain(blocks(&text, "```yml")) {
            texts.insert(format!("{}:{line}", path.display()), block);
        }
    }
    assert!(texts.len() > 10, "only {} files found", texts.len());
    let mut refused = String::new();
    for (name, text) in texts {
        if let Err(said) = said_by_slipway(&text) {
            refused.push_str(&format!("{name}:\n{said}"));
        }
        let document = read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let said = findings(&validator, &document);
        if !said.is_empty() {
            refused.push_str(&format!("{name}:\n{said}"));
        }
    }
    assert!(refused.is_empty(), "{refused}");
}

/// Files of `tests/wrong` that the schema cannot reject, by reason. A name that ends with `*` stands for all that start
/// with it.
const BEYOND_A_SCHEMA: &[(&str, &[&str])] = &[
    ("the value has to be among others of the same file", &["arg_enum"]),
    (
        "a name that leads nowhere",
        &[
            "arg_used_*",
            "base_variant",
            "build_inputs_unknown",
            "default_build",
            "default_unknown",
            "default_variant_unknown",
            "extends_unknown",
            "file_of_secret",
            "file_unknown",
            "file_url",
            "habit_names_*",
            "image_extends_build",
            "image_extends_self_typo",
            "none_without_inheritance",
            "secret_unknown_*",
            "unknown_build",
            "unknown_build_none",
            "variant_unknown_file",
        ],
    ),
    (
        "a circle",
        &[
            "base_cycle",
            "build_inputs_circle",
            "extends_circle",
            "file_circle",
            "file_of_itself",
            "packages_cycle",
            "stage_circle",
            "stage_from_itself",
        ],
    ),
    (
        "text of a form that depends on arguments",
        &[
            "build_run_instruction",
            "build_source_absolute",
            "build_source_outside",
            "context_bad_*",
            "context_commit_for_http",
            "context_http_no_url",
            "context_path_*",
            "context_short_*",
            "file_outside_inside",
            "habit_references",
            "healthcheck_http_*",
            "healthcheck_tcp_bad",
            "image_platform_bad",
            "image_runtime_typo",
            "image_stop_signal_unknown",
            "image_tags",
            "image_volumes_relative",
            "image_workdir_relative",
            "include_absolute",
            "include_bad_checksum",
            "include_outside",
            "include_url",
            "interpolation_nested",
            "packages_file_*",
            "secret_relative_target",
            "stage_relative_output",
        ],
    ),
    (
        "the form of a key or a number",
        &["file_relative_destination", "image_env_name", "secret_env_name", "test_exit_big"],
    ),
    (
        "keys that make no sense together",
        &["arg_platform", "arg_required_default", "budget_empty", "defaults_extends", "test_empty_match"],
    ),
    (
        "lost by the reader of YAML",
        &[
            "habit_curly_quotes",
            "version_point",
            "yaml_bracket_column",
            "yaml_merge_null",
            "yaml_merge_twice",
            "yaml_unknown_tag",
        ],
    ),
    ("a file that others include may hold as little as it wants", &["no_images"]),
];

/// Files of `tests/wrong` that no YAML parser can read, so an editor reports that before it uses the schema.
const NOT_YAML: &[&str] = &[
    "alias_self",
    "alias_unknown",
    "complex_key",
    "duplicate_*",
    "escape",
    "habit_actions",
    "habit_comment_flow",
    "habit_late_quote",
    "key_list",
    "latin1",
    "merge_scalar",
    "not_yaml",
    "tab_indent",
    "two_documents",
    "unclosed_quote",
    "utf16",
    "image_named_twice_in_merge",
    "yaml_anchor_bomb",
    "yaml_at",
    "yaml_bad_escape",
    "yaml_bad_indent",
    "yaml_block_in_flow",
    "yaml_bom_inside",
    "yaml_colon_in_text",
    "yaml_conflict",
    "yaml_deep",
    "yaml_delete",
    "yaml_directive",
    "yaml_document_end",
    "yaml_duplicate_quoted",
    "yaml_duplicate_several",
    "yaml_duplicate_top",
    "yaml_extra_brace",
    "yaml_merge_list",
    "yaml_merge_self",
    "yaml_null_byte",
    "yaml_percent",
    "yaml_star",
    "yaml_tab_after_key",
    "yaml_template_braces",
    "yaml_toml",
    "yaml_unclosed_brace",
];

#[derive(Debug, PartialEq, Eq)]
enum Answer {
    NotYaml,
    Accepted,
    Refused,
}

fn listed(names: &[&str], file: &str) -> bool {
    names.iter().any(|name| name.strip_suffix('*').map_or(*name == file, |start| file.starts_with(start)))
}

#[test]
fn files_of_a_wrong_form_are_rejected() {
    let validator = validator();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wrong");
    let mut surprises = String::new();
    let mut refused = 0;
    for path in files_in(&folder, ".yaml") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let answer =
            match String::from_utf8(fs::read(&path).unwrap()).map(|text| read(text.trim_start_matches('\u{feff}'))) {
                Err(_) | Ok(Err(_)) => Answer::NotYaml,
                Ok(Ok(document)) if validator.is_valid(&document) => Answer::Accepted,
                Ok(Ok(_)) => Answer::Refused,
            };
        let expected = if listed(NOT_YAML, &name) {
            Answer::NotYaml
        } else if BEYOND_A_SCHEMA.iter().any(|(_, names)| listed(names, &name)) {
            Answer::Accepted
        } else {
            Answer::Refused
        };
        refused += usize::from(answer == Answer::Refused);
        if answer != expected {
            surprises.push_str(&format!("{name}: expected {expected:?}, but it is {answer:?}\n"));
        }
    }
    assert!(surprises.is_empty(), "{surprises}");
    assert!(refused > 40, "only {refused} files are refused");
}
