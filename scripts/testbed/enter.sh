#!/usr/bin/env bash
# Runs a daemon in a root of its own: `enter.sh ROOT COMMAND…`, where ROOT is a mount point. chroot is not enough: a process that
# joins a container's mount namespace, as `docker exec` and health checks do, gets the root of that namespace, which after a mere
# chroot is still the machine's. So the root is exchanged for good, in a mount namespace of its own; the machine keeps its own.
set -euo pipefail
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

if [[ $1 != --inside ]]; then
	exec unshare --mount --propagation private -- bash "${BASH_SOURCE[0]}" --inside "$@"
fi
root=$2
shift 2
cd "$root"
# Several may begin at once.
machine=$(mktemp -d run/machine.XXXXXX)
said=$(pivot_root . "$machine" 2>&1) || {
	printf 'enter: error: the kernel refuses to exchange the root of a private engine (%s), as it does where the machine runs from %s\n' \
		"$said" "an initramfs: use another machine, or start Docker" >&2
	exit 1
}
# From here on, programs are those of the new root.
umount -l "/$machine"
rmdir "/$machine"
exec "$@"
