# shellcheck shell=sh
#
# Go refuses `GOBIN` for another platform, and then uses a folder with the name of the platform.
export GOPATH=/tmp/go GOMODCACHE=/tmp/modules GOFLAGS=-modcacherw
GOPROXY="file:///var/cache/go-mod/cache/download,$(go env GOPROXY)"
export GOPROXY
again go install -trimpath -ldflags '-s -w' "github.com/go-delve/delve/cmd/dlv@v$1"
cp "$(find /tmp/go/bin -type f -name dlv)" /out/dlv
