# shellcheck shell=sh
#
# Runs Trivy: a report as JSON, and a table for people. It exits with 1 if there is a finding.
status=0
trivy rootfs --no-progress --scanners vuln --severity "$SCAN_SEVERITY" --exit-code 1 \
  --format json --output "$SCAN_OUTPUT/trivy.json" "$SCAN_ROOT" || status=$?
if [ -e "$SCAN_OUTPUT/trivy.json" ]; then trivy convert --format table "$SCAN_OUTPUT/trivy.json"; fi
exit "$status"
