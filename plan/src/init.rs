//! The probe's path in images, and entrypoints that start it as the first process of a container.

/// The path of the probe in images.
pub(crate) const PROBE: &str = "/.slipway/probe";

/// The argument that makes it the first process.
const INIT: &str = "init";

/// Programs that are a first process by themselves.
const INITS: &[&str] = &[
    "tini",
    "tini-static",
    "docker-init",
    "dumb-init",
    "catatonit",
    "s6-svscan",
    "my_init",
    "runit-init",
    "systemd",
    INIT,
];

/// An entrypoint with the probe as the first process, but not twice.
pub(crate) fn wrapped(entrypoint: Vec<String>) -> Vec<String> {
    if is_wrapped(&entrypoint) {
        return entrypoint;
    }
    [PROBE, INIT].map(str::to_owned).into_iter().chain(entrypoint).collect()
}

/// An entrypoint without the probe as the first process.
pub(crate) fn unwrapped(mut entrypoint: Vec<String>) -> Vec<String> {
    if is_wrapped(&entrypoint) {
        entrypoint.drain(..2);
    }
    entrypoint
}

fn is_wrapped(entrypoint: &[String]) -> bool {
    matches!(entrypoint, [probe, init, ..] if probe == PROBE && init == INIT)
}

/// Whether a program is a first process by itself, such as `tini`.
pub(crate) fn is_init(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    // A program `init` of the user is called by another path.
    INITS.contains(&name) && (name != INIT || matches!(program, "/init" | "/sbin/init" | "/usr/sbin/init"))
}
