//! Shell text of the steps.

use super::DOWNLOADS;
use crate::shell::{Text, script, word, words};

/// Settings of installers in their own variables: the download cache, and using the image's Python.
pub(super) const TOOL_ENV: &[(&str, &str)] = &[
    ("UV_CACHE_DIR", DOWNLOADS),
    ("UV_LINK_MODE", "copy"),
    ("UV_PYTHON_DOWNLOADS", "never"),
    ("UV_NO_PROGRESS", "1"),
    ("PIP_CACHE_DIR", DOWNLOADS),
    ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
    ("PIP_ROOT_USER_ACTION", "ignore"),
    ("POETRY_CACHE_DIR", DOWNLOADS),
    ("POETRY_NO_INTERACTION", "1"),
];

/// Compiles the files of a folder, and sets one modification time for everything in it. Bytecode that is never checked
/// against its source requires no modification time, and sets are written in a fixed order without hash randomization:
/// so the same files give the same bytes. A file that does not compile may be a template, or for another Python: it is
/// left unchanged.
pub(super) const FINISH: &str = "\
finish() {
  PYTHONHASHSEED=0 python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash \"$1\" || echo 'Some files have no bytecode.' >&2
  find \"$1\" -exec touch -h -d @315532800 {} +
}
";

/// The same for what was installed on top of a finished environment, whose files are as old as `finish` makes them.
/// Checks do not ship, so the new files keep their times.
pub(super) const FINISH_MORE: &str = "\
finish() {
  touch -d @315532800 /tmp/finished
  find \"$1\" -type f -name '*.py' -newer /tmp/finished >/tmp/more
  [ ! -s /tmp/more ] || python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash -i /tmp/more || echo 'Some files have no bytecode.' >&2
}
";

/// The environment is created first and without pip, which programs do not require at run time; the image's own pip
/// installs into it.
pub(super) const ENVIRONMENT: &str = "\
python3 -m venv --without-pip \"$SLIPWAY_APP/.venv\"
";

pub(super) const PIP: &str = "\
again python3 -m pip --python \"$SLIPWAY_APP/.venv/bin/python\" install --no-compile --no-input --progress-bar off \"$@\"
";

pub(super) const PIP_ELSEWHERE: &str = script(include_str!("scripts/pip-elsewhere.sh"));

pub(super) const UV: &str = "\
again uv sync --frozen --no-install-project \"$@\"
rm -f \"$SLIPWAY_APP/.venv/.lock\"
";

/// The development dependencies of a workspace's root.
pub(super) fn uv_root(folder: &str, groups: &[String]) -> Text {
    let groups = words(groups.iter().flat_map(|group| ["--only-group", group]));
    Text::from("(cd ")
        + word(folder)
        + " && again uv sync --frozen --inexact --no-install-project --no-install-workspace "
        + groups
        + ")\nrm -f \"$SLIPWAY_APP/.venv/.lock\"\n"
}

pub(super) const POETRY: &str = "\
again poetry install --no-root --no-ansi \"$@\"
";

pub(super) const INSTALL_TOOL: &str = "\
export PIP_CACHE_DIR=/var/cache/slipway-python PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
python3 -m venv --without-pip /opt/slipway-tool
again python3 -m pip --python /opt/slipway-tool/bin/python install --no-input --progress-bar off \"$@\"
";

/// The output folder with debugpy.
pub(super) const DEBUGGER: &str = "/out";

pub(super) const INSTALL_DEBUGGER: &str = "\
export PIP_CACHE_DIR=/var/cache/slipway-python PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
again python3 -m pip install --no-input --progress-bar off --no-compile --no-deps --only-binary :all: --platform any --implementation py --abi none --target /out \"$@\"
find /out -exec touch -h -d @315532800 {} +
";

pub(super) const INSTALL_BUILD_TOOLS: &str = "\
export PIP_CACHE_DIR=/var/cache/slipway-python PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
python3 -m venv --without-pip /opt/slipway-build-tools
again python3 -m pip --python /opt/slipway-build-tools/bin/python install --no-input --progress-bar off \"$@\"
";

/// Builds a package of the repository with its build backend, and installs it into an environment of which only the
/// package is kept. It has no network access; its build has the packages of `build-system.requires`. Its modules are in
/// one of the folders `roots`.
pub(super) fn package(install: &'static str, roots: &[String]) -> Text {
    Text::from(SOURCES_BEFORE) + BUILD_PACKAGE + install + "\n" + ONLY_PACKAGE + after(roots)
}

/// What runs after a package was built and installed.
pub(super) const AFTER: &str = "/run/slipway/slipway_after.py";

fn after(roots: &[String]) -> Text {
    let roots = words(roots.iter().map(|root| if root.is_empty() { "." } else { root }));
    Text::from("python3 /run/slipway/slipway_after.py ") + roots + "\n"
}

/// Lists the files that exist before the build.
const SOURCES_BEFORE: &str = "find . -name .venv -prune -o -type f -print >/tmp/sources\n";

pub(super) const DATA: &str = script(include_str!("programs/data.py"));

const BUILD_PACKAGE: &str = "\
export PYTHONHASHSEED=0 SOURCE_DATE_EPOCH=315532800
PATH=/opt/slipway-build-tools/bin:$PATH python3 /run/slipway/slipway_build.py \"$@\"
python3 -m venv --without-pip \"$SLIPWAY_APP/.venv\"
";
const ONLY_PACKAGE: &str = "\
(cd \"$SLIPWAY_APP/.venv\" && rm -rf pyvenv.cfg lib64 include bin/python bin/python3* bin/activate* bin/Activate.ps1)
rmdir \"$SLIPWAY_APP/.venv/bin\" 2>/dev/null || true
for info in \"$SLIPWAY_APP\"/.venv/lib/python3*/site-packages/*.dist-info; do
  rm -f \"$info/direct_url.json\" \"$info/uv_cache.json\" \"$info/uv_build.json\"
  sed -i -e '/\\.dist-info\\/direct_url\\.json,/d' -e '/\\.dist-info\\/uv_cache\\.json,/d' -e '/\\.dist-info\\/uv_build\\.json,/d' \"$info/RECORD\"
done
";

/// The same for the project itself, whose sources are already in the image: only what they lack is kept.
pub(super) fn own_package(install: &'static str, roots: &[String], readmes: &[String]) -> Text {
    let readmes: Text =
        if readmes.is_empty() { Text::default() } else { Text::from(EMPTY) + words(readmes) + EMPTY_END };
    Text::from(SOURCES_BEFORE) + readmes + BUILD_PACKAGE + install + "\n" + ONLY_PACKAGE + after(roots)
}

/// A README that the ignore file excludes is empty: images do not require it, but backends must be able to read one.
const EMPTY: &str = "for file in ";
const EMPTY_END: &str = "; do
  if [ ! -e \"$file\" ]; then mkdir -p \"$(dirname \"$file\")\" && : >\"$file\"; fi
done
";

/// How uv and pip install the result of a build.
pub(super) const INSTALL_BY_UV: &str = "uv pip install --quiet --offline --no-cache --no-deps --link-mode copy --python \"$SLIPWAY_APP/.venv/bin/python3\" /tmp/wheels/*.whl";
pub(super) const INSTALL_BY_PIP: &str = "python3 -m pip --python \"$SLIPWAY_APP/.venv/bin/python\" install --quiet --no-index --no-deps --no-compile --no-cache-dir --no-input --disable-pip-version-check --root-user-action ignore /tmp/wheels/*.whl";

pub(super) const WHEEL: &str = script(include_str!("programs/wheel.py"));
