//! What the steps of a Rust build run.

use crate::shell::{Text, script};

pub(super) const WORDS: &str = script(include_str!("scripts/words.sh"));

pub(super) const STUBS: &str = script(include_str!("scripts/stubs.sh"));

/// Makes what the dependency step says of crates.io count more than what the project's configuration says of it: that
/// has been asked, and is out of reach now.
pub(super) const OVER_MIRROR: &str = "cargo() { command cargo --config /deps/config.toml \"$@\"; }\n";

/// Leaves the sources of the dependencies, and the configuration that points Cargo there, in `/deps`. (`--quiet` would
/// leave the configuration unsaid.)
pub(super) const VENDOR: &str = "\
mkdir -p /deps/vendor
CARGO_HOME=/var/cache/cargo cargo vendor --locked --versioned-dirs --respect-source-config /deps/vendor >/deps/config.toml
";

pub(super) const KEEP_REPOSITORIES: &str = script(include_str!("scripts/keep-repositories.sh"));

pub(super) const PRUNE: &str = script(include_str!("scripts/prune.sh"));

pub(super) const JOURNAL: &str = script(include_str!("scripts/journal.sh"));

/// Leaves Cargo's results to the next step.
pub(super) const UNLOCK: &str = "exec 9>&-\n";

/// Picks the files of compiled units out of a list of paths: a unit's hash is a part of the names of all of its files
/// and folders.
const PICK: &str = "awk -v units=/tmp/units 'BEGIN { while ((getline unit <units) > 0) wanted[unit] } { count = split($0, parts, /[-.\\/]/); for (i = 1; i <= count; i++) if (parts[i] in wanted) { print; break } }'";

/// Compiles the dependencies, and leaves what came out of it in `/out`: the hashes of its units, and their files. What
/// fails here, for whatever the stand-ins lack, fails again where the sources are, or does not.
///
/// `RUSTC_WORKSPACE_WRAPPER` makes Cargo keep what it makes of the stand-ins apart from what it makes of the
/// workspace's own code. Programs of stand-ins are of no use, so the wrapper makes none but build scripts, which Cargo
/// runs. What is compiled stays as it is when others compile, so it is copied while they do.
pub(super) fn compile_dependencies() -> Text {
    Text::from(
        "cat >/tmp/stand-in <<'END'
#!/bin/sh
case \" $* \" in
  *' --crate-name build_script_'* | *' --print='*) ;;
  *' --crate-type bin '*) exit 0 ;;
esac
exec \"$@\"
END
chmod +x /tmp/stand-in
export RUSTC_WORKSPACE_WRAPPER=/tmp/stand-in
\"$@\" >/tmp/built || echo 'Not all dependencies could be compiled ahead; the next step compiles the rest, and says what is wrong if it fails.' >&2
",
    ) + UNLOCK
        + "\
grep -v '\"package_id\":\"[^\"]*path+' /tmp/built | grep -oE '[-/][0-9a-f]{16}[^0-9a-f]' | tr -d '/.\"-' | sort -u >/tmp/units || :
mkdir -p /out/target
cp /tmp/units /out/units
cd \"$CARGO_TARGET_DIR\"
find . ! -type d -o -type d -name out | "
        + PICK
        + " | tar --format=posix --no-recursion -cf - -T - | tar -C /out/target -xf -\n"
}

/// Lays compiled dependencies into a cache of results that has not seen them: that of another machine, or one that the
/// engine has cleared.
pub(super) fn seed() -> Text {
    Text::from(
        "find \"$CARGO_TARGET_DIR\" -mindepth 3 -maxdepth 4 -type d -path '*/.fingerprint/*' | sed 's/.*-//' | LC_ALL=C sort -u >/tmp/had
LC_ALL=C comm -23 /compiled/units /tmp/had >/tmp/units
if [ -s /tmp/units ]; then
  (cd /compiled/target && find . ! -type d -o -type d -name out | ",
    ) + PICK
        + " | tar --format=posix --no-recursion -cf - -T -) | tar -C \"$CARGO_TARGET_DIR\" -xf -\nfi\n"
}

/// Adds a platform to a toolchain that rustup manages; others have it, or say what they lack. Its name is the argument.
pub(super) const ADD_TARGET: &str = "\
if command -v rustup >/dev/null; then rustup target add \"$1\"; fi
[ -d \"$(rustc --print target-libdir --target \"$1\")\" ] || { echo \"This toolchain has no standard library for $1.\" >&2; exit 1; }
";
