#!/usr/bin/env bash
# Runs a daemon with another root: `enter.sh ROOT COMMAND…`, where ROOT is a mount point. chroot is not enough: a
# process that joins a container's mount namespace, as `docker exec` and health checks do, gets the root of that
# namespace, which after chroot is still the machine's. So pivot_root replaces the root in a separate mount namespace;
# the machine keeps its own.
set -euo pipefail
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

if [[ $1 != --inside ]]; then
	exec unshare --mount --propagation private -- bash "${BASH_SOURCE[0]}" --inside "$@"
fi
root=$2
shift 2
cd "$root"
# Several processes may start at once.
machine=$(mktemp -d run/machine.XXXXXX)
said=$(pivot_root . "$machine" 2>&1) || {
	printf 'enter: error: the kernel cannot replace the root of a private engine (%s), for example because the machine runs from %s\n' \
		"$said" "an initramfs: use another machine, or start Docker" >&2
	exit 1
}
# From here on, programs come from the new root.
umount -l "/$machine"
rmdir "/$machine"
exec "$@"
