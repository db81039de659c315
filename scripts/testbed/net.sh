#!/usr/bin/env bash
# The engine's bridge and its way out: `net.sh up|down ROOT ID NET`. The programs are those of the root, the network is
# the machine's. All networks of an engine are in its /16, so three rules for it are enough, and easy to remove.
set -euo pipefail
verb=$1 root=$2 id=$3 net=$4
bridge=slw$id

tables() { chroot "$root" iptables -w "$@"; }
rules() { # ACTION-FOR-NAT ACTION-FOR-FORWARD
	tables -t nat "$1" POSTROUTING -s "$net.0.0/16" '!' -d "$net.0.0/16" -j MASQUERADE &&
		tables "$2" FORWARD -s "$net.0.0/16" -j ACCEPT &&
		tables "$2" FORWARD -d "$net.0.0/16" -j ACCEPT
}

if [[ $verb == up ]]; then
	chroot "$root" ip link add name "$bridge" type bridge
	chroot "$root" ip address add "$net.0.1/24" dev "$bridge"
	chroot "$root" ip link set "$bridge" up
	echo 1 >/proc/sys/net/ipv4/ip_forward
	rules -A -I
else
	while rules -D -D 2>/dev/null; do :; done
	# Also removes bridges that `docker network create` made: they have an address in this network, and no longer contain
	# anything.
	chroot "$root" ip -o -4 address | awk -v net="$net." 'index($4, net) == 1 { print $2 }' | sort -u |
		while read -r name; do chroot "$root" ip link delete "$name"; done
	! chroot "$root" ip link show "$bridge" >/dev/null 2>&1 || chroot "$root" ip link delete "$bridge"
fi
