//! Keys that other tools have, and what to write for them: one table for every map of the language.
//!
//! A key that only has another name here is answered with that name. One that has no counterpart is answered with a
//! sentence that says where its matter belongs. The words in `at` are those that messages use for the maps.

use super::dockerfile;

/// What a key of another tool is here.
#[derive(Debug, Clone, Copy)]
pub(super) enum Means {
    /// It is called like this, where the map has such a key and it is not written yet.
    Key(&'static str),
    /// What to do.
    Say(&'static str),
    /// It is called like this, and stands in the map already.
    There(&'static str),
}

use Means::{Key, Say, There};

/// Keys with the same meaning.
struct Foreign {
    /// As they are written elsewhere, in lower case.
    keys: &'static [&'static str],
    /// The tool, for whoever reads this table.
    #[allow(dead_code)] // Read by people, and by the test below.
    of: &'static str,
    /// The maps in which they are written; all where there are none.
    at: &'static [&'static str],
    means: Means,
}

const fn all(of: &'static str, keys: &'static [&'static str], means: Means) -> Foreign {
    Foreign { keys, of, at: &[], means }
}

const fn at(at: &'static [&'static str], of: &'static str, keys: &'static [&'static str], means: Means) -> Foreign {
    Foreign { keys, of, at, means }
}

const FILE: &[&str] = &["a Slipway file"];
const IMAGE: &[&str] = &["an image"];
const BUILD: &[&str] = &["a build"];
const STAGE: &[&str] = &["a stage"];
const STEP: &[&str] = &["a `run` step", "a step"];
const RUN: &[&str] = &["a `run` step", "a check", "a check of the repository"];
const COPY: &[&str] = &["a `copy` step"];
const PLACED: &[&str] = &["a file of an image"];
const CONTEXT: &[&str] = &["a context", "an include"];
const SECRET: &[&str] = &["a secret"];
const HEALTH: &[&str] = &["a health check"];
const ARGUMENT: &[&str] = &["an argument"];
const TEST: &[&str] = &["a test"];

/// What is about containers rather than images.
const RUNS: Means =
    Say("it says how a container runs, not what the image is: delete it here, and keep it where the image is run");
/// What the command line says.
const COMMAND_LINE: Means = Say("the command line or a bake file says it, as with a Dockerfile; delete it here");
const NAMED_BY_KEY: Means = Say("its name is the key that it stands under; delete this one");
const WAITS: Means =
    Say("what needs another waits for it by itself, by the names in `from`, `build`, `inputs` and `files`; delete it");
const SECRET_SOURCE: Means = Say(
    "where a secret comes from is said on the command line, as in `--secret id=NAME,src=FILE`, and never here; delete it",
);
const SHIPS: Means = Say("stages only make files; how an image runs is said at the image");
const ARGS: Means = Say("arguments are declared once, in `args` at the top of the file, and used as `${NAME}`");
const FORMATS: Means =
    Say("it is not the file of another tool: say `images:`, for example `images: { api: { go: ./cmd/api } }`");

/// The table. Where several lines have a key, the first that fits decides.
const FOREIGN: &[Foreign] = &[
    // The file itself.
    at(FILE, "Compose", &["services"], Key("images")),
    at(FILE, "Bake", &["target", "targets"], Key("images")),
    at(FILE, "Compose", &["networks", "volumes", "configs"], RUNS),
    at(
        FILE,
        "Bake",
        &["group", "groups"],
        Say(
            "bake builds several images at once: `--call=bake` writes a file with a group of all of them; delete it here",
        ),
    ),
    at(FILE, "Bake, GitLab CI", &["variable", "variables", "parameters"], Key("args")),
    at(FILE, "GitHub Actions", &["on", "jobs", "permissions", "concurrency", "runs-on", "uses", "workflow"], FORMATS),
    at(FILE, "Kubernetes", &["apiversion", "kind", "metadata", "spec", "data", "resources"], FORMATS),
    at(FILE, "GitLab CI", &["script", "before_script", "after_script", "pipeline", "workflows"], FORMATS),
    at(FILE, "Compose, GitHub Actions", &["name"], Say("a file has no name; `--tag` names an image; delete it")),
    at(
        FILE,
        "a Dockerfile",
        &["syntax"],
        Say("it is a comment, and the first line of the file: `# syntax=ghcr.io/acme/slipway:1`"),
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
        Say("write it at an image, as in `images: { api: { go: ./cmd/api } }`"),
    ),
    // Compose's services, Kubernetes' containers, and what Dockerfiles say of images.
    at(IMAGE, "Compose", &["depends_on", "links", "external_links"], RUNS),
    at(
        IMAGE,
        "Compose",
        &[
            "restart",
            "networks",
            "network",
            "network_mode",
            "container_name",
            "deploy",
            "profiles",
            "env_file",
            "extra_hosts",
            "cap_add",
            "cap_drop",
            "privileged",
            "security_opt",
            "read_only",
            "tmpfs",
            "logging",
            "hostname",
            "domainname",
            "dns",
            "ulimits",
            "sysctls",
            "devices",
            "gpus",
            "shm_size",
            "pid",
            "ipc",
            "uts",
            "stdin_open",
            "tty",
            "configs",
            "scale",
            "pull_policy",
            "stop_grace_period",
            "develop",
            "volumes_from",
            "mem_limit",
            "cpus",
            "cgroup",
            "group_add",
            "isolation",
            "oom_score_adj",
            "userns_mode",
            "mem_reservation",
        ],
        RUNS,
    ),
    at(
        IMAGE,
        "Kubernetes",
        &[
            "replicas",
            "resources",
            "livenessprobe",
            "readinessprobe",
            "startupprobe",
            "imagepullpolicy",
            "volumemounts",
            "securitycontext",
            "lifecycle",
            "terminationgraceperiodseconds",
            "serviceaccountname",
            "nodeselector",
            "tolerations",
            "affinity",
            "containers",
            "initcontainers",
            "restartpolicy",
            "envfrom",
            "imagepullsecrets",
            "ingress",
            "service",
            "schedule",
        ],
        RUNS,
    ),
    at(
        IMAGE,
        "Compose, Kubernetes",
        &["image"],
        Say("what it stands on is `runtime: IMAGE`; what it is called is said by `--tag`"),
    ),
    at(
        IMAGE,
        "Bake",
        &["tag", "tags", "push", "load", "output", "outputs"],
        Say(
            "names and destinations are said on the command line or in a bake file, as in `--tag NAME --push`; delete it here",
        ),
    ),
    at(
        IMAGE,
        "Bake",
        &[
            "cache_from",
            "cache_to",
            "cache-from",
            "cache-to",
            "no_cache",
            "no-cache",
            "pull",
            "provenance",
            "sbom",
            "attest",
            "attests",
            "sign",
            "call",
        ],
        COMMAND_LINE,
    ),
    at(IMAGE, "Bake", &["inherits"], Key("extends")),
    at(
        IMAGE,
        "Compose, Bake",
        &["dockerfile", "dockerfile_inline", "dockerfile-inline", "context"],
        Say(
            "a stage adopts a Dockerfile, `stages: { NAME: { dockerfile: ./Dockerfile } }`, and the image takes its files: `files: { /app: \"NAME:/app\" }`",
        ),
    ),
    at(
        IMAGE,
        "Compose, Bake",
        &["target"],
        Say("a stage is named where its files are taken, as in `files: { /app: \"STAGE:/app\" }`"),
    ),
    at(IMAGE, "Compose, Bake", &["platform"], Key("platforms")),
    at(IMAGE, "a Dockerfile", &["arg", "args", "build_args", "build-args"], ARGS),
    at(
        IMAGE,
        "a Dockerfile",
        &["run", "steps", "script", "before_script"],
        Say(
            "an image has no steps: packages are its key `packages`, and files are made by a stage and taken with `files`",
        ),
    ),
    at(IMAGE, "a Dockerfile", &["maintainer", "author", "authors"], Say("say `metadata: { authors: … }`")),
    at(
        IMAGE,
        "an image's metadata",
        &["title", "licenses", "license", "vendor", "source", "documentation", "revision", "url"],
        Say("write it in `metadata: { … }`"),
    ),
    at(
        IMAGE,
        "a Dockerfile",
        &["onbuild", "shell"],
        Say("there are no triggers and no shell form: `entrypoint` and `cmd` are lists; delete it"),
    ),
    at(
        IMAGE,
        "Compose, Bake",
        &["secret", "secrets", "ssh"],
        Say(
            "no image holds a secret: the steps that need it name it, in `install: { secrets: [NAME] }` of a build or `secrets` of a `run` step",
        ),
    ),
    at(IMAGE, "Compose", &["name", "id"], NAMED_BY_KEY),
    at(
        IMAGE,
        "Buildpacks",
        &["builder", "buildpack", "buildpacks"],
        Say("a preset makes the program: write the language, as in `go: ./cmd/api`"),
    ),
    at(
        IMAGE,
        "Kubernetes, Procfile",
        &["process", "processes", "procfile", "web", "start"],
        Say("write the program and its arguments as a list: `entrypoint: [/program]`, `cmd: [argument]`"),
    ),
    at(
        IMAGE,
        "GitHub Actions",
        &["uses", "with", "needs", "if", "runs-on", "timeout-minutes"],
        Say("it belongs to the workflow that builds the image; delete it here"),
    ),
    at(IMAGE, "Compose, Kubernetes", &["command"], Key("cmd")),
    at(IMAGE, "a Dockerfile", &["copy", "add", "mounts"], Key("files")),
    at(IMAGE, "a Dockerfile", &["base", "from", "base_image", "baseimage", "builder_image"], Key("runtime")),
    at(IMAGE, "Compose, Kubernetes", &["ports", "port", "publish", "exposed_ports", "containerport"], Key("expose")),
    at(IMAGE, "Compose", &["environment", "envs", "environments"], Key("env")),
    at(IMAGE, "Compose, Kubernetes", &["working_dir", "working-directory", "workingdir", "cwd", "dir"], Key("workdir")),
    at(IMAGE, "Compose", &["stop-signal", "stopsignal"], Key("stop_signal")),
    at(IMAGE, "Compose", &["health", "healthchecks", "health_check"], Key("healthcheck")),
    at(IMAGE, "Compose", &["annotations"], Say("annotations are made of `metadata`, as labels are")),
    at(IMAGE, "others", &["apt", "apk", "yum", "dnf", "system_packages", "deps"], Key("packages")),
    at(IMAGE, "others", &["volume"], Key("volumes")),
    // Builds.
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
        Say("a preset needs no Dockerfile; a stage adopts one: `stages: { NAME: { dockerfile: ./Dockerfile } }`"),
    ),
    at(BUILD, "Compose, Bake", &["args", "arg", "build_args", "build-args", "variables"], ARGS),
    at(BUILD, "Compose", &["environment", "envs"], Key("env")),
    at(BUILD, "others", &["type", "language", "lang"], Key("preset")),
    at(
        BUILD,
        "others",
        &["goos", "goarch", "arch", "platform", "platforms"],
        Say("say `platforms: [linux/amd64]` at the image, or `--platform`"),
    ),
    at(
        BUILD,
        "others",
        &["command", "commands", "run", "script", "steps", "build"],
        Say("the preset knows the commands; other ones run in a stage, whose files come by `inputs`"),
    ),
    at(BUILD, "others", &["test", "tests", "lint", "check"], Key("checks")),
    at(
        BUILD,
        "Compose, Bake",
        &["secret", "secrets"],
        Say("say `install: { secrets: [NAME] }`: the dependency step sees them"),
    ),
    at(BUILD, "Compose, Bake", &["ssh"], Say("say `private: [{ host: HOST, ssh: default }]`")),
    at(BUILD, "others", &["version"], Say("write the version under the name of its language, as in `go: \"1.24\"`")),
    at(BUILD, "others", &["flags", "ld_flags"], Key("ldflags")),
    at(BUILD, "others", &["binary", "package_main", "entry"], Key("main")),
    at(BUILD, "others", &["outputs", "artifacts", "dist", "out"], Key("output")),
    at(
        BUILD,
        "Compose, Bake",
        &["cache", "cache_from", "cache_to", "no_cache", "pull", "tags", "labels"],
        Say(
            "caches of presets need no words, and labels and names are said at the image or on the command line; delete it here",
        ),
    ),
    at(BUILD, "GitHub Actions", &["needs", "depends_on"], WAITS),
    at(BUILD, "others", &["name"], NAMED_BY_KEY),
    at(
        BUILD,
        "a Dockerfile",
        &["image", "from", "base"],
        Say("the preset chooses the image that it builds in; what the program runs on is `runtime` of the image"),
    ),
    // Stages and their steps.
    at(STAGE, "Compose, GitLab CI", &["image", "base", "base_image", "runs-on", "container"], Key("from")),
    at(
        STAGE,
        "a Dockerfile",
        &["run", "copy", "add", "script", "commands", "command"],
        Say("write it among the steps, as in `steps: [{ run: make }]`"),
    ),
    at(STAGE, "a Dockerfile", &["user"], Say("steps run as root; the user of an image is its key `user`")),
    at(
        STAGE,
        "a Dockerfile",
        &[
            "entrypoint",
            "cmd",
            "expose",
            "labels",
            "label",
            "volumes",
            "healthcheck",
            "stop_signal",
            "runtime",
            "files",
        ],
        SHIPS,
    ),
    at(STAGE, "a Dockerfile", &["arg", "args"], ARGS),
    at(
        STAGE,
        "a Dockerfile",
        &["packages"],
        Say("install them in a step, as in `steps: [{ run: apk add --no-cache git }]`"),
    ),
    at(STAGE, "Compose", &["secret", "secrets", "ssh"], Say("write it at the `run` step that needs it")),
    at(STAGE, "GitHub Actions, GitLab CI", &["needs", "depends_on", "stage", "when", "if", "rules"], WAITS),
    at(STAGE, "a Dockerfile", &["as", "name"], NAMED_BY_KEY),
    at(STAGE, "GitLab CI", &["artifacts", "outputs", "dest"], Key("output")),
    at(STAGE, "Compose", &["environment", "envs", "variables"], Key("env")),
    at(STAGE, "Compose", &["working_dir", "working-directory", "dir"], Key("workdir")),
    at(STAGE, "Bake", &["platforms"], Key("platform")),
    at(
        STAGE,
        "Bake",
        &["context"],
        Say("a Dockerfile is adopted with the context of this build; its path is `dockerfile: ./FOLDER/Dockerfile`"),
    ),
    at(RUN, "GitHub Actions", &["working-directory", "working_dir", "dir", "cwd"], Key("workdir")),
    at(RUN, "Compose", &["environment", "envs"], Key("env")),
    at(RUN, "GitLab CI", &["command", "commands", "sh", "cmd"], Key("run")),
    at(RUN, "Compose", &["image"], Key("from")),
    at(
        STEP,
        "GitHub Actions",
        &["name", "id", "title"],
        Say("a step is shown by its command; write the name as a comment, `# …`"),
    ),
    at(
        STEP,
        "GitHub Actions",
        &["if", "when", "continue-on-error", "timeout-minutes", "needs"],
        Say(
            "there are no conditions: a step runs when its inputs change; say it in shell text, as in `[ -f x ] && make`",
        ),
    ),
    at(STEP, "GitHub Actions", &["uses", "with"], Say("actions do not run in a build; write the commands as `run`")),
    at(
        STEP,
        "GitHub Actions",
        &["shell"],
        Say("steps run in `sh`; call another shell in the step, as in `bash -c \"…\"`"),
    ),
    at(
        STEP,
        "a Dockerfile",
        &["mount", "mounts", "volumes"],
        Say("say `cache: [/folder]`, `secrets: [NAME]` or `ssh: [default]`"),
    ),
    at(
        STEP,
        "a Dockerfile",
        &["user", "security", "privileged"],
        Say("steps run as root, without further rights; delete it"),
    ),
    at(STEP, "a Dockerfile", &["secret"], Key("secrets")),
    at(COPY, "Compose", &["src", "source"], Key("from")),
    at(COPY, "Compose", &["dest", "dst", "destination", "target"], Key("to")),
    at(COPY, "a Dockerfile", &["link"], Say("layers are laid over each other by themselves; delete it")),
    at(PLACED, "Compose", &["src", "source", "path"], Key("from")),
    at(
        PLACED,
        "Compose",
        &["to", "dest", "dst", "destination", "target"],
        Say("the key that this stands under is the destination; delete it"),
    ),
    at(
        PLACED,
        "cloud-init",
        &["content", "contents", "text"],
        Say("write the file into the context and name it by `from`, or make it with a `file` step of a stage"),
    ),
    at(PLACED, "Compose", &["uid", "gid", "user", "group"], Key("owner")),
    all("a Dockerfile", &["chown"], Key("owner")),
    all("a Dockerfile", &["chmod", "perms", "permissions"], Key("mode")),
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
        Say("an address names a build, stage or image of the file by itself, as in `NAME:/path`; delete the context"),
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
        Say("steps run as root, which may read every secret that they name; delete it"),
    ),
    at(SECRET, "others", &["optional"], Key("required")),
    at(ARGUMENT, "Bake", &["value"], Key("default")),
    at(ARGUMENT, "GitHub Actions", &["values", "options", "choices", "allowed"], Key("enum")),
    at(
        ARGUMENT,
        "GitHub Actions",
        &["type"],
        Say("every argument is text; `enum` lists the values that it may have; delete it"),
    ),
    at(ARGUMENT, "others", &["name", "id"], NAMED_BY_KEY),
    // Health checks and tests.
    at(HEALTH, "Compose", &["test", "cmd", "command", "exec", "script"], Key("run")),
    at(HEALTH, "Compose", &["disable", "disabled"], Say("say `healthcheck: none`")),
    at(HEALTH, "Kubernetes", &["initialdelayseconds"], Key("start_period")),
    at(HEALTH, "Kubernetes", &["periodseconds", "period"], Key("interval")),
    at(HEALTH, "Kubernetes", &["timeoutseconds"], Key("timeout")),
    at(HEALTH, "Kubernetes", &["failurethreshold"], Key("retries")),
    at(HEALTH, "Kubernetes", &["successthreshold"], Say("one success is enough; delete it")),
    at(
        HEALTH,
        "Kubernetes",
        &["httpget", "tcpsocket", "grpc", "path", "port", "url"],
        Say("say `run: [/program, argument]` with a program of the image that asks"),
    ),
    at(TEST, "container-structure-test", &["command", "cmd"], Key("run")),
    at(TEST, "container-structure-test", &["output", "expected_output", "expectedoutput"], Key("stdout")),
    at(TEST, "container-structure-test", &["exitcode", "exit_code", "status"], Key("exit")),
    at(TEST, "container-structure-test", &["path"], Key("file")),
    // Maps that have such a key by chance.
    all("Compose", &["command", "script"], Key("run")),
    all("Compose", &["image"], Key("from")),
    all("others", &["src"], Key("source")),
    all("others", &["contents", "text"], Key("content")),
    all("a Dockerfile", &["maintainer"], Key("authors")),
    all("others", &["tag", "branch"], Key("ref")),
    at(FILE, "a Dockerfile", &["arg"], Key("args")),
];

/// What a key means in a map whose keys are known, some of which are not written yet.
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
    let found = FOREIGN.iter().find(fits).map(|foreign| foreign.means);
    let is_there = |foreign: &&Foreign| foreign.at.contains(&noun) && foreign.keys.contains(&lower.as_str());
    let there = || match FOREIGN.iter().find(is_there)?.means {
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
    fn the_table_is_in_order() {
        for foreign in FOREIGN {
            assert!(!foreign.of.is_empty());
            for key in foreign.keys {
                assert_eq!(*key, key.to_ascii_lowercase());
                let first = FOREIGN.iter().find(|other| {
                    other.keys.contains(key)
                        && (other.at.is_empty() || other.at.iter().all(|at| foreign.at.contains(at)))
                });
                // A line with a sentence hides every later one.
                let hidden = first.is_some_and(|first| matches!(first.means, Say(_)) && !std::ptr::eq(first, foreign));
                assert!(!hidden || foreign.at.len() > 1, "{key} of {}", foreign.of);
            }
        }
    }

    #[test]
    fn no_advice_leads_to_what_has_no_effect() {
        let idle = crate::unavailable::UNAVAILABLE.iter().filter(|one| one.only.is_empty());
        for one in idle {
            for foreign in FOREIGN {
                let leads = match foreign.means {
                    Key(key) | There(key) => key == one.key,
                    Say(text) => text.contains(&format!("{}: ", one.key)),
                };
                assert!(!leads, "{:?} of {} lead to `{}`", foreign.keys, foreign.of, one.shown);
            }
        }
    }
}
