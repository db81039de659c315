//! What the steps of a Rust build run.

/// Leaves the sources of the dependencies, and the configuration that points Cargo there, in `/deps`. Cargo wants every package to have a target before it resolves
/// anything; the manifests came without, so empty files stand in for them: their names are the arguments. (`--quiet` would leave the configuration unsaid.)
pub(super) const VENDOR: &str = "\
for file; do mkdir -p \"$(dirname \"$file\")\"; : >>\"$file\"; done
mkdir -p /deps/vendor
CARGO_HOME=/var/cache/cargo cargo vendor --locked --versioned-dirs /deps/vendor >/deps/config.toml
";

/// Cargo compiles again what is younger than its last result, and the files here are as old as the client says: one that went back to an earlier state would be passed over.
/// So what has the content that the cached results were made of is made old, and everything else young. Until the command has succeeded, what changed counts as unknown.
pub(super) const FRESHEN: &str = "\
files=$CARGO_TARGET_DIR/slipway-files
export LC_ALL=C
(cd /src && find . -type f -exec sha256sum {} + | sort) >/tmp/slipway-files
[ -e \"$files\" ] || : >\"$files\"
find /src -exec touch -h -d @946684800 {} +
if ! cmp -s /tmp/slipway-files \"$files\"; then
  find /src -type d -exec touch {} +
  comm -23 /tmp/slipway-files \"$files\" | cut -c67- | (cd /src && xargs -r -d '\\n' touch -c)
  comm -12 /tmp/slipway-files \"$files\" >/tmp/slipway-known
  cp /tmp/slipway-known \"$files\"
fi
unset LC_ALL
";

/// The results are of these files from now on.
pub(super) const REMEMBER: &str = "cp /tmp/slipway-files \"$CARGO_TARGET_DIR/slipway-files\"\n";

/// Adds a platform to a toolchain that rustup manages; others have it, or say what they lack. Its name is the argument.
pub(super) const ADD_TARGET: &str = "\
if command -v rustup >/dev/null; then rustup target add \"$1\"; fi
[ -d \"$(rustc --print target-libdir --target \"$1\")\" ] || { echo \"This toolchain has no standard library for $1.\" >&2; exit 1; }
";
