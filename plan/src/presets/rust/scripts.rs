//! Scripts of the steps of a Rust build.

use crate::shell::{Text, script};

pub(super) const WORDS: &str = script(include_str!("scripts/words.sh"));

pub(super) const STUBS: &str = script(include_str!("scripts/stubs.sh"));

/// Makes the dependency step's settings for crates.io override those of the project, whose registry was already used
/// and is now unreachable.
pub(super) const OVER_MIRROR: &str = "cargo() { command cargo --config /deps/config.toml \"$@\"; }\n";

/// Leaves the archives of the dependencies, and Cargo's configuration for them, in `/deps`.
pub(super) const FETCH: &str = script(include_str!("scripts/fetch.sh"));

pub(super) const KEEP_REPOSITORIES: &str = script(include_str!("scripts/keep-repositories.sh"));

/// Makes every file as old as every other.
pub(super) const EQUALLY_OLD: &str = "find /deps -exec touch -h -d @946684800 {} +\n";

/// Unpacks the archives of the dependencies, where Cargo's configuration refers to.
pub(super) const UNPACK: &str = script(include_str!("scripts/unpack.sh"));

/// Copies what is unpacked from the cache mount to a layer.
pub(super) const COPY_UNPACKED: &str = "\
mkdir -p /out/vendor
sed 's|\\(.*\\) \\(.*\\)|/var/cache/crates/\\1/\\2|' /deps/packages | xargs -r -d '\\n' cp -a -t /out/vendor
";

pub(super) const JOURNAL: &str = script(include_str!("scripts/journal.sh"));

/// Passes Cargo's results to the next step.
pub(super) const UNLOCK: &str = "exec 9>&-\n";

/// Selects the files of compiled units from a list of paths: the names of all of a unit's files and folders contain its
/// hash.
const PICK: &str = "awk -v units=/tmp/units 'BEGIN { while ((getline unit <units) > 0) wanted[unit] } { count = split($0, parts, /[-.\\/]/); for (i = 1; i <= count; i++) if (parts[i] in wanted) { print; break } }'";

/// Compiles the dependencies, and leaves the results in `/out`: the hashes of its units, and their files. Errors here,
/// for example due to the stubs, are ignored: they occur again with the sources, or not at all.
///
/// `RUSTC_WORKSPACE_WRAPPER` makes Cargo keep the results of the stubs separate from those of the workspace's own code.
/// Programs of stubs are useless, so the wrapper only creates build scripts, which Cargo runs. Compiled units do not
/// change when others are compiled, so they are copied at the same time.
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

/// Copies compiled dependencies into a cache of results without them: on another machine, or after the engine has
/// cleared it.
pub(super) fn seed() -> Text {
    Text::from(
        "find \"$CARGO_TARGET_DIR\" -mindepth 3 -maxdepth 4 -type d -path '*/.fingerprint/*' | sed 's/.*-//' | LC_ALL=C sort -u >/tmp/had
LC_ALL=C comm -23 /compiled/units /tmp/had >/tmp/units
if [ -s /tmp/units ]; then
  (cd /compiled/target && find . ! -type d -o -type d -name out | ",
    ) + PICK
        + " | tar --format=posix --no-recursion -cf - -T -) | tar -C \"$CARGO_TARGET_DIR\" -xf -\nfi\n"
}

/// Adds a platform, the argument, to a toolchain that rustup manages; others already have it, or report what they lack.
pub(super) const ADD_TARGET: &str = "\
if command -v rustup >/dev/null; then rustup target add \"$1\"; fi
[ -d \"$(rustc --print target-libdir --target \"$1\")\" ] || { echo \"This toolchain has no standard library for $1.\" >&2; exit 1; }
";
