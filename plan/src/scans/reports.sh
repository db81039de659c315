# shellcheck shell=sh
#
# A scan whose reports are wanted succeeds with findings, but not without reports, nor if it could not run.
trap - EXIT
# shellcheck disable=SC2154 # It is set before.
if [ "$status" -ge 126 ]; then exit "$status"; fi
if [ "$status" != 0 ]; then echo "The scanner exited with $status: the image does not pass." >&2; fi
if [ -z "$(ls -A "$SCAN_OUTPUT")" ]; then
  echo "The scanner wrote no report to \$SCAN_OUTPUT." >&2
  exit 1
fi
