#!/usr/bin/env bash
# Process 1 of the engine's namespaces: `serve.sh FOLDER SUITE STORE NET CHECKOUT`. Mounts the root, runs the daemon and
# the registry in it, and ends when either ends. The kernel then stops its other processes and unmounts its file
# systems.
set -euo pipefail
E=$1 suite=$2 store=$3 net=$4 repo=$5
root=$E/roots/$suite
lib=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
id=$(printf %s "$E" | sha256sum | cut -c1-8)

mount --make-rprivate /
# containerd's snapshotters require a mount point as their root.
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir -p "$root/run/slipway" "$root/run/lock"
mount --bind "$E/run" "$root/run/slipway"
mount --bind "$E/data/$suite-$store" "$root/var/lib/docker"
mount --bind "$E/registry" "$root/var/lib/docker-registry"
# `docker run -v` then finds the checkout and temporary folders under the same paths.
mount --bind /tmp "$root/tmp"
mkdir -p "$root$repo"
mount --bind "$repo" "$root$repo"
# Containers cannot reach a local stub resolver; systemd keeps the real list next to it.
resolv=/etc/resolv.conf
! grep -qs '^nameserver 127\.0\.0\.53' "$resolv" || resolv=/run/systemd/resolve/resolv.conf
rm -f "$root/etc/resolv.conf"
cp -L "$resolv" "$root/etc/resolv.conf"
cp -L /etc/hosts "$root/etc/hosts"

bash "$lib/net.sh" down "$root" "$id" "$net"
bash "$lib/net.sh" up "$root" "$id" "$net"
trap 'bash "$lib/net.sh" down "$root" "$id" "$net"' EXIT

env=(env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root)
for name in HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy; do
	[[ -z ${!name:-} ]] || env+=("$name=${!name}")
done
children=()
trap 'kill -TERM "${children[@]}" 2>/dev/null || true' TERM INT
bash "$lib/enter.sh" "$root" "${env[@]}" docker-registry serve /run/slipway/registry.yml >"$E/log/registry.log" 2>&1 &
children+=($!)
bash "$lib/enter.sh" "$root" "${env[@]}" dockerd --config-file /run/slipway/daemon.json --pidfile /run/docker.pid &
children+=($!)
wait -n || true
kill -TERM "${children[@]}" 2>/dev/null || true
wait "${children[@]}" || true
