//! Shell text of the steps.

use super::{DOWNLOADS, VENV};
use crate::shell::{Text, word, words};

/// What installers are told by their own variables: where to keep downloads, and to use the image's Python.
pub(super) const TOOL_ENV: &[(&str, &str)] = &[
    ("VIRTUAL_ENV", VENV),
    ("UV_PROJECT_ENVIRONMENT", VENV),
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

/// Compiles the files of a folder, and gives everything in it one time. Bytecode that is never checked against its
/// source needs no modification time, and sets are written in one order where hashes have no random part: so the same
/// files give the same bytes. A file that does not compile may be a template, or made for another
/// Python: it is left to whoever imports it.
pub(super) const FINISH: &str = "\
finish() {
  PYTHONHASHSEED=0 python3 -m compileall -q -j 0 --invalidation-mode unchecked-hash \"$1\" || echo 'Some files have no bytecode.' >&2
  find \"$1\" -exec touch -h -d @315532800 {} +
}
";

/// The environment is made first and without pip, which no program needs where it runs; the image's own pip installs
/// into it.
pub(super) const PIP: &str = "\
python3 -m venv --without-pip /app/.venv
again python3 -m pip --python /app/.venv/bin/python install --no-compile --no-input --progress-bar off \"$@\"
";

/// For another platform pip installs into a folder only, and puts programs into a folder of it.
pub(super) const PIP_ELSEWHERE: &str = "\
python3 -m venv --without-pip /app/.venv
packages=$(echo /app/.venv/lib/python3*/site-packages)
again python3 -m pip --python /app/.venv/bin/python install --target \"$packages\" --no-compile --no-input --progress-bar off \"$@\" || {
  echo 'A package without a wheel for that platform has to be compiled there: name it with install.options, as in [--no-binary=NAME].' >&2
  exit 1
}
if [ -d \"$packages/bin\" ]; then
  mv \"$packages\"/bin/* /app/.venv/bin/
  rmdir \"$packages/bin\"
fi
";

pub(super) const UV: &str = "\
python3 -m venv --without-pip /app/.venv
again uv sync --frozen --no-install-project \"$@\"
rm -f /app/.venv/.lock
";

/// What the root of a workspace names for its developers.
pub(super) fn uv_root(folder: &str, groups: &[String]) -> Text {
    let groups = words(groups.iter().flat_map(|group| ["--only-group", group]));
    Text::from("(cd ")
        + word(folder)
        + " && again uv sync --frozen --inexact --no-install-project --no-install-workspace "
        + groups
        + ")\nrm -f /app/.venv/.lock\n"
}

pub(super) const POETRY: &str = "\
python3 -m venv --without-pip /app/.venv
again poetry install --no-root --no-ansi \"$@\"
";

pub(super) const INSTALL_TOOL: &str = "\
export PIP_CACHE_DIR=/var/cache/slipway-python PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
python3 -m venv --without-pip /opt/slipway-tool
again python3 -m pip --python /opt/slipway-tool/bin/python install --no-input --progress-bar off \"$@\"
";

pub(super) const INSTALL_BUILD_TOOLS: &str = "\
export PIP_CACHE_DIR=/var/cache/slipway-python PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
python3 -m venv --without-pip /opt/slipway-build-tools
again python3 -m pip --python /opt/slipway-build-tools/bin/python install --no-input --progress-bar off \"$@\"
";

/// Builds a package of the repository with the object that its manifest names, and installs it into an environment of
/// which only the package is left. It has no network; its build has what `build-system.requires` names. Its modules are
/// in one of the folders `roots`.
pub(super) fn package(install: &'static str, roots: &[String]) -> Text {
    Text::from(SOURCES_BEFORE) + BUILD_PACKAGE + install + "\n" + ONLY_PACKAGE + after(roots)
}

/// What runs when a package was built and installed.
pub(super) const AFTER: &str = "/run/slipway/slipway_after.py";

fn after(roots: &[String]) -> Text {
    let roots = words(roots.iter().map(|root| if root.is_empty() { "." } else { root }));
    Text::from("python3 /run/slipway/slipway_after.py ") + roots + "\n"
}

/// Lists the files that there are before the build.
const SOURCES_BEFORE: &str = "find . -name .venv -prune -o -type f -print >/tmp/sources\n";

/// Puts files beside the modules of a package that stand there in the repository and that its build has left out.
/// Managers install a package of the repository as a link to its folder, so a program finds them where it is written,
/// whatever the package's settings say of data. Its arguments: the folders that modules may be in.
pub(super) const DATA: &str = "\
import glob, os, shutil, sys
with open('/tmp/sources', errors='surrogateescape') as list:
    known = {os.path.normpath(line.rstrip('\\n')) for line in list}
[site] = glob.glob('/app/.venv/lib/python3*/site-packages')
for name in sorted(os.listdir(site)):
    if name.endswith('.dist-info') or not os.path.isdir(os.path.join(site, name)):
        continue
    root = next((root for root in sys.argv[1:] if os.path.isdir(os.path.join(root, name))), None)
    above = os.path.normpath(os.path.join(root, name)) + '/' if root else None
    for path in sorted(known):
        inside = path[len(above):] if above and path.startswith(above) else ''
        parts = inside.split('/')
        if not inside or any(part.startswith('.') or part == '__pycache__' for part in parts):
            continue
        place = os.path.join(site, name, inside)
        if not os.path.lexists(place):
            os.makedirs(os.path.dirname(place), exist_ok=True)
            shutil.copy(path, place)
";

const BUILD_PACKAGE: &str = "\
export PYTHONHASHSEED=0 SOURCE_DATE_EPOCH=315532800
PATH=/opt/slipway-build-tools/bin:$PATH python3 /run/slipway/slipway_build.py \"$@\"
python3 -m venv --without-pip /app/.venv
";
const ONLY_PACKAGE: &str = "\
rm -rf /app/.venv/pyvenv.cfg /app/.venv/lib64 /app/.venv/include /app/.venv/bin/python /app/.venv/bin/python3* /app/.venv/bin/activate* /app/.venv/bin/Activate.ps1
rmdir /app/.venv/bin 2>/dev/null || true
for info in /app/.venv/lib/python3*/site-packages/*.dist-info; do
  rm -f \"$info/direct_url.json\" \"$info/uv_cache.json\" \"$info/uv_build.json\"
  sed -i -e '/\\.dist-info\\/direct_url\\.json,/d' -e '/\\.dist-info\\/uv_cache\\.json,/d' -e '/\\.dist-info\\/uv_build\\.json,/d' \"$info/RECORD\"
done
";

/// The same of the project itself, of which an image has the sources already: only what they lack is left.
pub(super) fn own_package(install: &'static str, roots: &[String], readmes: &[String]) -> Text {
    let readmes: Text =
        if readmes.is_empty() { Text::default() } else { Text::from(EMPTY) + words(readmes) + EMPTY_END };
    Text::from(SOURCES_BEFORE) + readmes + BUILD_PACKAGE + install + "\n" + ONLY_PACKAGE + after(roots)
}

/// A README that the ignore file keeps out is empty: no image needs it, but backends want to have read one.
const EMPTY: &str = "for file in ";
const EMPTY_END: &str = "; do
  if [ ! -e \"$file\" ]; then mkdir -p \"$(dirname \"$file\")\" && : >\"$file\"; fi
done
";

/// How uv and pip install what was built.
pub(super) const INSTALL_BY_UV: &str = "uv pip install --quiet --offline --no-cache --no-deps --link-mode copy --python /app/.venv/bin/python3 /tmp/wheels/*.whl";
pub(super) const INSTALL_BY_PIP: &str = "python3 -m pip --python /app/.venv/bin/python install --quiet --no-index --no-deps --no-compile --no-cache-dir --no-input --disable-pip-version-check --root-user-action ignore /tmp/wheels/*.whl";

/// Calls the hooks of a build backend; see <https://peps.python.org/pep-0517/#build-backend-interface>. Its arguments:
/// `here` or `everywhere`, where the wheel will be used; the backend; its folders.
pub(super) const WHEEL: &str = "\
import importlib, importlib.metadata, os, re, sys
kind, backend, *folders = sys.argv[1:]
sys.path[:0] = [os.path.join(os.getcwd(), folder) for folder in folders] or ([os.getcwd()] if '__legacy__' in backend else [])
module, _, names = backend.partition(':')
hooks = importlib.import_module(module)
for name in names.split('.') if names else []:
    hooks = getattr(hooks, name)
wanted = getattr(hooks, 'get_requires_for_build_wheel', lambda settings: [])(None)
for requirement in wanted:
    name = re.match(r'[A-Za-z0-9._-]+', requirement)[0]
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        sys.exit(f'The build of this package wants {requirement}, too: add it to build-system.requires in its pyproject.toml.')
os.makedirs('/tmp/wheels')
wheel = hooks.build_wheel('/tmp/wheels')
print(wheel)
if kind == 'everywhere' and not wheel.endswith('-none-any.whl'):
    sys.exit('This wheel is made for the platform that it was built on, but an image is for another one: build each platform on a machine of its own.')
";
