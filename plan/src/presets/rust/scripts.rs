//! What the steps of a Rust build run.

use crate::shell::Text;

/// Takes the words before `--` off the arguments: folders to watch, and files that have to stand in for others.
pub(super) const WORDS: &str = "\
: >/tmp/whole; : >/tmp/stubs
while [ \"$1\" != -- ]; do
  case $1 in
    whole=*) printf '%s\\n' \"${1#*=}\" >>/tmp/whole ;;
    *) printf '%s\\n' \"$1\" >>/tmp/stubs ;;
  esac
  shift
done
shift
";

/// Writes the files that stand in for others. They are always equally old, so they are compiled once. (An attribute
/// could contradict lints of the workspace.)
pub(super) const STUBS: &str = "\
while IFS= read -r stub; do
  file=${stub#*=}
  [ ! -e \"$file\" ] || continue
  mkdir -p \"${file%/*}\"
  case $stub in
    library=*) echo '//! A stand-in.' >\"$file\" ;;
    *) printf '%s\\n' '//! A stand-in.' 'fn main() {}' >\"$file\" ;;
  esac
  touch -d @946684800 \"$file\"
done </tmp/stubs
";

/// Makes what the dependency step says of crates.io count more than what the project's configuration says of it: that
/// has been asked, and is out of reach now.
pub(super) const OVER_MIRROR: &str = "cargo() { command cargo --config /deps/config.toml \"$@\"; }\n";

/// Leaves the sources of the dependencies, and the configuration that points Cargo there, in `/deps`. (`--quiet` would
/// leave the configuration unsaid.)
pub(super) const VENDOR: &str = "\
mkdir -p /deps/vendor
CARGO_HOME=/var/cache/cargo cargo vendor --locked --versioned-dirs --respect-source-config /deps/vendor >/deps/config.toml
";

/// Keeps repositories of git as Cargo itself has them, whole: `cargo vendor` takes the folder of each package by
/// itself, and code may read files elsewhere in its repository. Only those that this project's lockfile names, of all
/// that are in the cache.
pub(super) const KEEP_REPOSITORIES: &str = "\
CARGO_HOME=/var/cache/cargo cargo metadata --locked --offline --format-version 1 >/tmp/metadata
grep -o '\"manifest_path\":\"/var/cache/cargo/git/checkouts/[^/\"]*/[^/\"]*' /tmp/metadata | sed 's|.*/checkouts/||' | sort -u >/tmp/checkouts
mkdir -p /deps/git/checkouts /deps/git/db
while IFS=/ read -r repository commit; do
  mkdir -p \"/deps/git/checkouts/$repository\"
  cp -a \"/var/cache/cargo/git/checkouts/$repository/$commit\" \"/deps/git/checkouts/$repository/\"
  [ -e \"/deps/git/db/$repository\" ] || cp -a \"/var/cache/cargo/git/db/$repository\" /deps/git/db/
done </tmp/checkouts
grep -l '\"package\":null' /deps/vendor/*/.cargo-checksum.json | while IFS= read -r vendored; do rm -r \"${vendored%/*}\"; done
awk '/^\\[/ { git = index($0, \"[source.\\\"git+\") == 1 } !git' /deps/config.toml >/tmp/config.toml
cat /tmp/config.toml >/deps/config.toml
";

/// Of packages that no program for Linux is made of, leaves their manifests and nothing else: Cargo reads them, and
/// those for Windows weigh more than all others together. Then every file is as old as every other: build scripts run
/// again when one is younger than their results, and what a version has in it never changes.
pub(super) const PRUNE: &str = "\
export CARGO_HOME=/deps
if cargo tree --locked --offline --workspace --all-features --prefix none --format '{p}' --target x86_64-unknown-linux-gnu \\
    --target aarch64-unknown-linux-gnu --target armv7-unknown-linux-gnueabihf >/tmp/used 2>/tmp/unused; then
  sed 's/^\\([^ ]*\\) v\\([^ ]*\\).*/\\1-\\2/' /tmp/used | LC_ALL=C sort -u >/tmp/used.sorted
  (cd /deps/vendor && ls) | LC_ALL=C sort | LC_ALL=C comm -23 - /tmp/used.sorted | while IFS= read -r package; do
    cd \"/deps/vendor/$package\"
    checksum=$(sed -n 's/.*\"package\":\\(\"[0-9a-f]*\"\\).*/\\1/p' .cargo-checksum.json)
    [ -n \"$checksum\" ] || continue
    find . -type f ! -name Cargo.toml \\( ! -name '*.rs' -o ! -path ./build.rs ! -path ./src/lib.rs ! -path ./src/main.rs ! -path './src/bin/*' \\
      ! -path './examples/*' ! -path './tests/*' ! -path './benches/*' \\) -delete -o -type f -name '*.rs' -exec truncate -s 0 {} +
    printf '{\"files\":{},\"package\":%s}' \"$checksum\" >.cargo-checksum.json
  done
fi
find /deps -mindepth 1 -exec touch -h -d @946684800 {} +
";

/// Cargo compiles again what is younger than its last result, and the files here are as old as the client says: one
/// that went back to an earlier state would be passed over. So every file is made as old as its content is in this
/// cache, told by a journal beside the results: path, content, since when. Programs share the results, each with a part
/// of the files, and the journal with them. A folder's content is its names; only folders are watched whose files are
/// all here.
///
/// From its first look into the journal, a step has the results for itself until it ends or says [`UNLOCK`]: were the
/// mount a locked one, the steps that wait would not even have started, and would be told of their turn a tenth of a
/// second late.
///
/// Packages from git keep their version when their commit changes, and Cargo tells the sources of dependencies apart by
/// their versions: then everything is forgotten.
pub(super) const JOURNAL: &str = "\
export LC_ALL=C
tab=$(printf '\\t')
cd /src
{
  find . -type f -exec sha256sum {} + | sed -n \"s/^\\([0-9a-f]*\\)  /f\\1$tab/p\"
  find . -type l -printf 'l%l\\t%p\\n'
  while IFS= read -r folder; do
    [ ! -d \"./$folder\" ] || find \".${folder:+/$folder}\" -mindepth 1 -printf '%h\\t%f\\n'
  done </tmp/whole | sort -u | awk -F'\\t' '
    $1 != folder { if (folder != \"\") print names \"\\t\" folder; folder = $1; names = \"d\" }
    { names = names \"/\" $2 }
    END { if (folder != \"\") print names \"\\t\" folder }'
} >/tmp/contents
find . -exec touch -h -d @946684800 {} +
commits=$(sed -n 's/^source = \"git+/git+/p' \"$LOCKFILE\" | sort -u | sha256sum)

command -v flock >/dev/null || { echo 'The image that compiles has no flock, by which programs take turns: it is in the package util-linux.' >&2; exit 1; }
exec 9>\"$CARGO_TARGET_DIR/slipway-lock\"
flock 9
if [ \"$(cat \"$CARGO_TARGET_DIR/slipway-commits\" 2>/dev/null)\" != \"$commits\" ]; then
  find \"$CARGO_TARGET_DIR\" -mindepth 1 ! -name slipway-lock -delete
  echo \"$commits\" >\"$CARGO_TARGET_DIR/slipway-commits\"
fi
journal=$CARGO_TARGET_DIR/slipway-journal
touch \"$journal\" /tmp/now
awk -F'\\t' -v now=\"$(stat -c %.9Y /tmp/now)\" '
  known { if (NF == 3) { since[$3] = $1; content[$3] = $2 } next }
  NF == 2 {
    here[$2]
    if (content[$2] == $1) next
    if ($1 ~ /^l/) all = 1
    since[$2] = now; content[$2] = $1
  }
  END {
    for (path in since) {
      if (all && path in here) since[path] = now
      print since[path] \"\\t\" content[path] \"\\t\" path >\"/tmp/journal\"
      if (path in here) print since[path] \"\\t\" path
    }
  }' known=1 \"$journal\" known=0 /tmp/contents | sort >/tmp/since
cut -f1 /tmp/since | uniq | while read -r since; do
  awk -F'\\t' -v since=\"$since\" '$1 == since { print $2 }' /tmp/since | xargs -r -d '\\n' touch -h -c -d \"@$since\"
done
find . \\( -name \"*$tab*\" -o -name '*\\\\*' -o -name '*
*' \\) -exec touch -h {} +
[ ! -e /tmp/journal ] || cp /tmp/journal \"$journal.new\"
[ ! -e /tmp/journal ] || mv \"$journal.new\" \"$journal\"
unset LC_ALL
cd \"$OLDPWD\"
";

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
