# shellcheck shell=sh
#
# For another platform pip installs into a folder only, and puts programs into a folder of it.
python3 -m venv --without-pip "$SLIPWAY_APP/.venv"
packages=$(echo "$SLIPWAY_APP"/.venv/lib/python3*/site-packages)
again python3 -m pip --python "$SLIPWAY_APP/.venv/bin/python" install --target "$packages" --no-compile --no-input --progress-bar off "$@" || {
  echo 'A package without a wheel for that platform has to be compiled there: name it with install.options, as in [--no-binary=NAME].' >&2
  exit 1
}
if [ -d "$packages/bin" ]; then
  mv "$packages"/bin/* "$SLIPWAY_APP/.venv/bin/"
  rmdir "$packages/bin"
fi
