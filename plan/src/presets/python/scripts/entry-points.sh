# shellcheck shell=sh
#
# Programs like those that an installer would make of the project itself, which is not installed: its files are found
# where they are.
mkdir -p "$SLIPWAY_APP/.venv/bin"
for script in "$@"; do
  place=${script#*=} object=${script#*:}
  cat >"$SLIPWAY_APP/.venv/bin/${script%%=*}" <<END
#!$SLIPWAY_APP/.venv/bin/python3
import sys
from ${place%%:*} import ${object%%.*}
sys.exit($object())
END
  chmod 755 "$SLIPWAY_APP/.venv/bin/${script%%=*}"
done
