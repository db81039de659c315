//! Keys of other tools and their equivalents: one table for every map of the language.
//!
//! For a key with a different name in Slipway, the answer is that name. For a key without an equivalent, it is a
//! sentence that says what to do. The words in `at` are the names of maps in messages.

mod image;
mod line;
mod stage;
mod user;

pub(super) use self::line::Means;
use self::line::{
    ARGS, ARGUMENT, BUILD, CONTEXT, FILE, FORMATS, Foreign, HEALTH, NAMED_BY_KEY, RUNS, SECRET, SECRET_SOURCE, TEST,
    WAITS, all, at,
};
use super::dockerfile;
use Means::{Key, Say, There};

/// The table. If several lines contain a key, the first that matches decides.
fn table() -> impl Iterator<Item = &'static Foreign> {
    [FILE_KEYS, image::KEYS, user::KEYS, BUILD_KEYS, stage::KEYS, OTHER_KEYS].into_iter().flatten()
}

/// Keys at the top level of a file.
const FILE_KEYS: &[Foreign] = &[
    at(FILE, "Compose", &["services"], Key("images")),
    at(FILE, "Bake", &["target", "targets"], Key("images")),
    at(FILE, "Compose", &["networks", "volumes", "configs"], RUNS),
    at(
        FILE,
        "Bake",
        &["group", "groups"],
        Say("bake builds several images at once: `--call=bake` prints a file with a group of all of them; delete it \
             here"),
    ),
    at(FILE, "Bake, GitLab CI", &["variable", "variables", "parameters"], Key("args")),
    at(FILE, "GitHub Actions", &["on", "jobs", "permissions", "concurrency", "runs-on", "uses", "workflow"], FORMATS),
    at(FILE, "Kubernetes", &["apiversion", "kind", "metadata", "spec", "data", "resources"], FORMATS),
    at(FILE, "GitLab CI", &["script", "before_script", "after_script", "pipeline", "workflows"], FORMATS),
    at(
        FILE,
        "Compose, GitHub Actions",
        &["name"],
        Say("a file has no name; set the name of an image with `--tag`; \
     delete it"),
    ),
    at(
        FILE,
        "a Dockerfile",
        &["syntax"],
        Say("write it as a comment in the first line of the file: `# syntax=ghcr.io/acme/slipway:1`"),
    ),
    at(FILE, "Earthly, Bake", &["default_target"], Key("default")),
    at(
        FILE,
        "a Dockerfile",
        &["from", "run", "copy", "add"],
        Say("steps belong to a stage, as in `stages: { tools: { from: \"alpine:3.22\", steps: [{ run: make }] } }`"),
    ),
    at(
        FILE,
        "GitHub Actions",
        &["steps"],
        Say("steps belong to a stage, as in `stages: { tools: { from: \"alpine:3.22\", steps: [{ run: make }] } }`"),
    ),
    at(
        FILE,
        "Slipway's presets",
        &["go", "node", "python", "rust", "java", "static", "preset"],
        Say("write it in an image, as in `images: { api: { go: ./cmd/api } }`"),
    ),
];

/// Keys of builds.
const BUILD_KEYS: &[Foreign] = &[
    at(
        BUILD,
        "Compose, Bake",
        &["context", "path", "folder", "dir", "directory", "src", "working_dir", "working-directory", "workdir"],
        Key("source"),
    ),
    at(
        BUILD,
        "Compose, Bake",
        &["dockerfile", "target", "dockerfile_inline"],
        Say("a preset does not use a Dockerfile; use one in a stage: `stages: { NAME: { dockerfile: ./Dockerfile } }`"),
    ),
    at(BUILD, "Compose, Bake", &["args", "arg", "build_args", "build-args", "variables"], ARGS),
    at(BUILD, "Compose", &["environment", "envs"], Key("env")),
    at(BUILD, "others", &["type", "language", "lang"], Key("preset")),
    at(
        BUILD,
        "others",
        &["goos", "goarch", "arch", "platform", "platforms"],
        Say("set `platforms: [linux/amd64]` in the image, or use `--platform`"),
    ),
    at(BUILD, "others", &["script"], Key("scripts")),
    at(
        BUILD,
        "others",
        &["command", "commands", "script", "steps", "before_script", "pre_build", "prebuild", "codegen"],
        Key("run"),
    ),
    at(
        BUILD,
        "others",
        &["build"],
        Say("the preset chooses the commands that build; write those that run before it as `run: [COMMAND]`"),
    ),
    at(BUILD, "others", &["test", "tests", "lint", "check"], Key("checks")),
    at(
        BUILD,
        "Compose, Bake",
        &["secret", "secrets"],
        Say("write `install: { secrets: [NAME] }` to use it in the dependency step"),
    ),
    at(BUILD, "Compose, Bake", &["ssh"], Say("write `private: [{ host: HOST, ssh: default }]`")),
    at(BUILD, "others", &["version"], Say("write the version under the name of its language, as in `go: \"1.24\"`")),
    at(BUILD, "others", &["flags", "ld_flags"], Key("ldflags")),
    at(BUILD, "others", &["binary", "package_main", "entry"], Key("main")),
    at(BUILD, "others", &["outputs", "artifacts", "dist", "out"], Key("output")),
    at(
        BUILD,
        "Compose, Bake",
        &["cache", "cache_from", "cache_to", "no_cache", "pull", "tags", "labels"],
        Say("presets manage their caches; set labels and names in the image or on the command line; delete it here"),
    ),
    at(BUILD, "GitHub Actions", &["needs", "depends_on"], WAITS),
    at(BUILD, "others", &["dest", "install_path", "bindir", "prefix"], Key("destination")),
    at(
        BUILD,
        "others",
        &["name"],
        Say("a build has the name of its key or image; to name the program in images, write its path, as in \
             `destination: /usr/local/bin/app`"),
    ),
    at(
        BUILD,
        "a Dockerfile",
        &["image", "from", "base"],
        Say("the preset chooses the image that it builds in; set the base of the image with `runtime`"),
    ),
];

/// Keys of other maps.
const OTHER_KEYS: &[Foreign] = &[
    // Contexts, secrets, arguments.
    at(CONTEXT, "Bake", &["url", "repo", "repository"], Key("git")),
    at(CONTEXT, "git", &["branch", "tag", "version", "reference"], Key("ref")),
    at(CONTEXT, "git", &["commit", "sha", "sha256", "digest", "revision"], Key("checksum")),
    at(CONTEXT, "Bake", &["folder", "dir", "local", "directory", "context"], Key("path")),
    at(CONTEXT, "Bake", &["docker-image", "docker_image", "from"], Key("image")),
    at(
        CONTEXT,
        "Bake",
        &["target", "build", "stage"],
        Say("an address can name a build, stage or image of the file directly, as in `NAME:/path`; delete the context"),
    ),
    at(
        SECRET,
        "Compose",
        &["file", "src", "source", "value", "external", "environment", "driver", "key", "provider"],
        SECRET_SOURCE,
    ),
    at(SECRET, "a Dockerfile", &["dst", "destination", "path", "mount"], Key("target")),
    at(SECRET, "Compose", &["id", "name"], NAMED_BY_KEY),
    at(
        SECRET,
        "a Dockerfile",
        &["mode", "uid", "gid"],
        Say("steps run as root and can read every secret that they name; delete it"),
    ),
    at(SECRET, "others", &["optional"], Key("required")),
    at(ARGUMENT, "Bake", &["value"], Key("default")),
    at(ARGUMENT, "GitHub Actions", &["values", "options", "choices", "allowed"], Key("enum")),
    at(
        ARGUMENT,
        "GitHub Actions",
        &["type"],
        Say("every argument is text; list the allowed values in `enum`; delete it"),
    ),
    at(ARGUMENT, "others", &["name", "id"], NAMED_BY_KEY),
    // Health checks and tests.
    at(HEALTH, "Compose", &["test", "cmd", "command", "exec", "script"], Key("run")),
    at(HEALTH, "Compose", &["disable", "disabled"], Say("write `healthcheck: none`")),
    at(HEALTH, "Kubernetes", &["initialdelayseconds"], Key("start_period")),
    at(HEALTH, "Kubernetes", &["periodseconds", "period"], Key("interval")),
    at(HEALTH, "Kubernetes", &["timeoutseconds"], Key("timeout")),
    at(HEALTH, "Kubernetes", &["failurethreshold"], Key("retries")),
    at(HEALTH, "Kubernetes", &["successthreshold"], Say("one success is enough; delete it")),
    at(
        HEALTH,
        "Kubernetes",
        &["httpget", "tcpsocket", "grpc", "path", "port", "url"],
        Say("write `run: [/program, argument]` with a program of the image"),
    ),
    at(TEST, "container-structure-test", &["command", "cmd"], Key("run")),
    at(TEST, "container-structure-test", &["output", "expected_output", "expectedoutput"], Key("stdout")),
    at(TEST, "container-structure-test", &["exitcode", "exit_code", "status"], Key("exit")),
    at(TEST, "container-structure-test", &["path"], Key("file")),
    // Maps that contain such a key by coincidence.
    all("Compose", &["command", "script"], Key("run")),
    all("Compose", &["image"], Key("from")),
    all("others", &["src"], Key("source")),
    all("others", &["contents", "text"], Key("content")),
    all("a Dockerfile", &["maintainer"], Key("authors")),
    all("others", &["tag", "branch"], Key("ref")),
    at(FILE, "a Dockerfile", &["arg"], Key("args")),
];

/// The meaning of a key in a map with known keys, some of which are not set yet.
pub(super) fn find(written: &str, noun: &str, known: &[&'static str], absent: &[&'static str]) -> Option<Means> {
    const LONGEST: usize = 40;
    if written.len() > LONGEST {
        return None;
    }
    let lower = written.to_ascii_lowercase();
    let fits = |foreign: &&Foreign| {
        (foreign.at.is_empty() || foreign.at.contains(&noun))
            && foreign.keys.contains(&lower.as_str())
            && match foreign.means {
                Key(ours) => absent.contains(&ours),
                Say(_) | There(_) => true,
            }
    };
    let found = table().find(fits).map(|foreign| foreign.means);
    let is_there = |foreign: &&Foreign| foreign.at.contains(&noun) && foreign.keys.contains(&lower.as_str());
    let there = || match table().find(is_there)?.means {
        Key(ours) if known.contains(&ours) => Some(There(ours)),
        Key(_) | Say(_) | There(_) => None,
    };
    let instruction = || (noun == "a step" || noun == "a stage").then(|| dockerfile::key(written)).flatten().map(Say);
    found.or_else(there).or_else(instruction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_the_table_do_not_hide_each_other() {
        for foreign in table() {
            assert!(!foreign.of.is_empty());
            for key in foreign.keys {
                assert_eq!(*key, key.to_ascii_lowercase());
                let first = table().find(|other| {
                    other.keys.contains(key)
                        && (other.at.is_empty() || other.at.iter().all(|at| foreign.at.contains(at)))
                });
                // A line with a sentence hides every later one.
                let hidden = first.is_some_and(|first| matches!(first.means, Say(_)) && !std::ptr::eq(first, foreign));
                assert!(!hidden || foreign.at.len() > 1, "{key} of {}", foreign.of);
            }
        }
    }
}
