#!/usr/bin/env bash
# Installs packages of Debian in a root file system, in a mount namespace of its own:
#   install.sh ROOT PACKAGE…
# The machine's apt downloads them, because it knows the way to the mirror; the root's apt installs them.
set -euo pipefail
root=$1
shift

export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
unset TMPDIR
options=(-o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false --yes --no-install-recommends)
apt-get "${options[@]}" -o "Dir=$root" -o "Dir::State::status=$root/var/lib/dpkg/status" --download-only install "$@"

mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
# No service starts.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
chroot "$root" apt-get "${options[@]}" --no-download install "$@"
rm "$root/usr/sbin/policy-rc.d"
