# shellcheck shell=sh
# shellcheck disable=SC2154 # `tags` is set ahead of it
#
# Runs outside any module, because none is needed. Errors here occur again later.
cd /
go build -trimpath -buildvcs=false -tags "$tags" net/http encoding/json log/slog || true
find /out -maxdepth 1 -type f -delete
echo "$(date +%s%N)-$$" >/out/id
