//! Keys of other tools and their equivalents: one table for every map of the language.
//!
//! For a key with a different name in Slipway, the answer is that name. For a key without an equivalent, it is a
//! sentence that says what to do. The words in `at` are the names of maps in messages.

use super::dockerfile;

/// The equivalent of a key of another tool.
#[derive(Debug, Clone, Copy)]
pub(super) enum Means {
    /// This key, if the map supports it and does not have it yet.
    Key(&'static str),
    /// What to do.
    Say(&'static str),
    /// This key, which the map already has.
    There(&'static str),
}

use Means::{Key, Say, There};

/// Keys with the same meaning.
struct Foreign {
    /// Their names, in lower case.
    keys: &'static [&'static str],
    /// The tool, for readers of this table.
    #[allow(dead_code)] // Used by readers, and by the test below.
    of: &'static str,
    /// The maps that may contain them; all if empty.
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

/// Keys about containers rather than images.
const RUNS: Means =
    Say("this configures a container, not an image: delete it here, and set it where you run the image");
/// Keys for the command line.
const COMMAND_LINE: Means = Say("set this on the command line or in a bake file; delete it here");
const NAMED_BY_KEY: Means = Say("the name is the key above; delete this one");
const WAITS: Means = Say("dependencies follow from the names in `from`, `build`, `inputs` and `files`; delete it");
const SECRET_SOURCE: Means =
    Say("set the source of a secret on the command line, as in `--secret id=NAME,src=FILE`; delete it here");
const SHIPS: Means = Say("stages only produce files; set how an image runs in the image");
const ARGS: Means = Say("declare arguments once, in `args` at the top of the file, and use them as `${NAME}`");
const FORMATS: Means =
    Say("this is a key of another tool's file; a Slipway file has `images:`, for example `images: { api: { go: \
     ./cmd/api } }`");

/// The table. If several lines contain a key, the first that matches decides.
const FOREIGN: &[Foreign] = &[
    // The top level of the file.
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
    // Compose services, Kubernetes containers, and Dockerfile instructions about images.
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
    at(IMAGE, "Compose, Kubernetes", &["image"], Say("set the base with `runtime: IMAGE`, and the name with `--tag`")),
    at(
        IMAGE,
        "Bake",
        &["tag", "tags", "push", "load", "output", "outputs"],
        Say("set names and destinations on the command line or in a bake file, as in `--tag NAME --push`; delete it \
             here"),
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
        Say("add a stage for the Dockerfile, `stages: { NAME: { dockerfile: ./Dockerfile } }`, and copy its files \
             into the image: `files: { /app: \"NAME:/app\" }`"),
    ),
    at(
        IMAGE,
        "Compose, Bake",
        &["target"],
        Say("name a stage where you use its files, as in `files: { /app: \"STAGE:/app\" }`"),
    ),
    at(IMAGE, "Compose, Bake", &["platform"], Key("platforms")),
    at(IMAGE, "a Dockerfile", &["arg", "args", "build_args", "build-args"], ARGS),
    at(
        IMAGE,
        "a Dockerfile",
        &["run", "steps", "script", "before_script"],
        Say("an image has no steps: install packages with `packages`; produce files in a stage and copy them with \
             `files`"),
    ),
    at(IMAGE, "a Dockerfile", &["maintainer", "author", "authors"], Say("write `metadata: { authors: … }`")),
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
        Say("triggers and shell forms are not supported: `entrypoint` and `cmd` are lists; delete it"),
    ),
    at(
        IMAGE,
        "Compose, Bake",
        &["secret", "secrets", "ssh"],
        Say("images cannot contain secrets: name the secret where it is needed, in `install: { secrets: [NAME] }` of \
             a build or `secrets` of a `run` step"),
    ),
    at(IMAGE, "Compose", &["name", "id"], NAMED_BY_KEY),
    at(
        IMAGE,
        "Buildpacks",
        &["builder", "buildpack", "buildpacks"],
        Say("a preset builds the program: write the language, as in `go: ./cmd/api`"),
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
        Say("it belongs in the workflow that builds the image; delete it here"),
    ),
    at(IMAGE, "Compose, Kubernetes", &["command"], Key("cmd")),
    at(IMAGE, "a Dockerfile", &["copy", "add", "mounts"], Key("files")),
    at(IMAGE, "a Dockerfile", &["base", "from", "base_image", "baseimage", "builder_image"], Key("runtime")),
    at(IMAGE, "Compose, Kubernetes", &["ports", "port", "publish", "exposed_ports", "containerport"], Key("expose")),
    at(IMAGE, "Compose", &["environment", "envs", "environments"], Key("env")),
    at(IMAGE, "Compose, Kubernetes", &["working_dir", "working-directory", "workingdir", "cwd", "dir"], Key("workdir")),
    at(IMAGE, "Compose", &["stop-signal", "stopsignal"], Key("stop_signal")),
    at(IMAGE, "Compose", &["health", "healthchecks", "health_check"], Key("healthcheck")),
    at(IMAGE, "Compose", &["annotations"], Say("annotations and labels are generated from `metadata`")),
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
    at(
        BUILD,
        "others",
        &["command", "commands", "run", "script", "steps", "build"],
        Say("the preset chooses the commands; run others in a stage, and copy its files with `inputs`"),
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
    at(BUILD, "others", &["name"], NAMED_BY_KEY),
    at(
        BUILD,
        "a Dockerfile",
        &["image", "from", "base"],
        Say("the preset chooses the image that it builds in; set the base of the image with `runtime`"),
    ),
    // Stages and their steps.
    at(STAGE, "Compose, GitLab CI", &["image", "base", "base_image", "runs-on", "container"], Key("from")),
    at(
        STAGE,
        "a Dockerfile",
        &["run", "copy", "add", "script", "commands", "command"],
        Say("write it in the steps, as in `steps: [{ run: make }]`"),
    ),
    at(STAGE, "a Dockerfile", &["user"], Say("steps run as root; set the user of an image with its key `user`")),
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
    at(STAGE, "Compose", &["secret", "secrets", "ssh"], Say("write it in the `run` step that needs it")),
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
        Say("a Dockerfile uses the context of this build; set its path: `dockerfile: ./FOLDER/Dockerfile`"),
    ),
    at(RUN, "GitHub Actions", &["working-directory", "working_dir", "dir", "cwd"], Key("workdir")),
    at(RUN, "Compose", &["environment", "envs"], Key("env")),
    at(RUN, "GitLab CI", &["command", "commands", "sh", "cmd"], Key("run")),
    at(RUN, "Compose", &["image"], Key("from")),
    at(
        STEP,
        "GitHub Actions",
        &["name", "id", "title"],
        Say("the name of a step is its command; write this as a comment, `# …`"),
    ),
    at(
        STEP,
        "GitHub Actions",
        &["if", "when", "continue-on-error", "timeout-minutes", "needs"],
        Say("conditions are not supported: a step runs when its inputs change; use shell text, as in `[ -f x ] && \
             make`"),
    ),
    at(STEP, "GitHub Actions", &["uses", "with"], Say("actions are not supported; write the commands as `run`")),
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
        Say("write `cache: [/folder]`, `secrets: [NAME]` or `ssh: [default]`"),
    ),
    at(
        STEP,
        "a Dockerfile",
        &["user", "security", "privileged"],
        Say("steps run as root, without additional privileges; delete it"),
    ),
    at(STEP, "a Dockerfile", &["secret"], Key("secrets")),
    at(COPY, "Compose", &["src", "source"], Key("from")),
    at(COPY, "Compose", &["dest", "dst", "destination", "target"], Key("to")),
    at(COPY, "a Dockerfile", &["link"], Say("layers are always independent; delete it")),
    at(PLACED, "Compose", &["src", "source", "path"], Key("from")),
    at(
        PLACED,
        "Compose",
        &["to", "dest", "dst", "destination", "target"],
        Say("the key above is the destination; delete it"),
    ),
    at(
        PLACED,
        "cloud-init",
        &["content", "contents", "text"],
        Say("add the file to the context and name it in `from`, or create it with a `file` step of a stage"),
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
