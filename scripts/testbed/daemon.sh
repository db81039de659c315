# shellcheck shell=bash disable=SC2034,SC2154  # the parts of scripts/engine share their variables
# The private engine: its root, its start and its stop. Everything runs below one process in namespaces of its own
# (serve.sh), so that no mount and no child of it can outlive it.

# Sets SUITE and STORE from what the user wants, for an engine that is not running.
choose_engine() {
	local said
	SUITE=${SLIPWAY_ENGINE_SUITE:-forky} STORE=${SLIPWAY_ENGINE_STORE:-containerd}
	[[ $STORE == containerd || $STORE == graphdriver ]] || die "SLIPWAY_ENGINE_STORE is containerd or graphdriver, not $STORE"
	[[ $SUITE =~ ^[a-z]+$ ]] || die "SLIPWAY_ENGINE_SUITE is the name of a Debian suite, not $SUITE"
	[[ ! -d $E/roots/$SUITE ]] || return 0
	said=$(mirror_says "dists/$SUITE/Release")
	if [[ $said == 404 ]]; then
		[[ -z ${SLIPWAY_ENGINE_SUITE:-} ]] || die "$(without_login "$(mirror)") has no suite $SUITE: choose another with SLIPWAY_ENGINE_SUITE"
		say "The mirror has no $SUITE; taking sid."
		SUITE=sid
	fi
}

# A wish that differs from what runs is refused: somebody may be using it.
check_wanted() {
	[[ ${SLIPWAY_ENGINE_SUITE:-$SUITE} == "$SUITE" && ${SLIPWAY_ENGINE_STORE:-$STORE} == "$STORE" ]] ||
		die "the engine is up with $SUITE and the $STORE store: run scripts/engine down first, or set another SLIPWAY_ENGINE_DIR"
}

engine_root() {
	local root=$E/roots/$SUITE new=$E/tmp/root-$SUITE packages plugin
	[[ ! -d $root ]] || return 0
	packages="docker.io docker-registry iptables iproute2 ca-certificates git pigz"
	# Bookworm's Docker carries its own client and has no plugins; the next suite's work with it.
	[[ $SUITE == bookworm ]] || packages+=" docker-cli docker-buildx docker-compose"
	logged "root-$SUITE" debian_root "$SUITE" "$packages" "$new"
	[[ $SUITE != bookworm ]] || logged "plugins-$SUITE" unpack_debs trixie amd64 "$new" docker-buildx docker-compose
	for plugin in buildx compose; do
		[[ -x $new/usr/libexec/docker/cli-plugins/docker-$plugin ]] || die "the packages of $SUITE have no docker-$plugin"
	done
	mkdir -p "$E/roots" "$new/run/slipway" "$new/var/lib/docker" "$new/var/lib/docker-registry"
	mv "$new" "$root"
}

# A client that works on the machine itself, where there may be none, and sees its paths. It and the plugins only need
# the C library; where that is too old, they run with the root's.
install_client() {
	local root=$E/roots/$SUITE
	mkdir -p "$E/bin" "$E/docker-config/cli-plugins"
	install_program "$root/usr/bin/docker" "$E/bin/docker" --version
	install_program "$root/usr/libexec/docker/cli-plugins/docker-buildx" "$E/docker-config/cli-plugins/docker-buildx" version
	install_program "$root/usr/libexec/docker/cli-plugins/docker-compose" "$E/docker-config/cli-plugins/docker-compose" version
}
install_program() {
	local from=$1 to=$2 probe=$3 root=$E/roots/$SUITE
	! cmp -s "$from" "$to" || return 0
	cp "$from" "$to.new"
	# shellcheck disable=SC2016
	"$to.new" "$probe" >/dev/null 2>&1 ||
		printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' \
			"$root/lib64/ld-linux-x86-64.so.2" "$root/usr/lib/x86_64-linux-gnu" "$from" >"$to.new"
	mv "$to.new" "$to"
}

engine_start() {
	local attempt refusal
	mkdir -p "$E/run" "$E/log" "$E/registry" "$E/data/$SUITE-$STORE"
	install_client
	choose_net
	for attempt in 1 2 3; do
		choose_port
		write_configs
		rm -f "$E/log/registry.log"
		# Without the lock (9), in a session of its own: it outlives this script and its terminal.
		setsid unshare --mount --pid --fork --kill-child -- \
			bash "$lib/serve.sh" "$E" "$SUITE" "$STORE" "$NET" "$repo" </dev/null >"$E/log/daemon.log" 2>&1 9>&- &
		PID=$!
		disown
		PID_START=$(start_time "$PID")
		MODE=testbed STARTED_BY=$(start_hash)
		save_state
		wait_for_engine && return
		# Another engine may have been faster to the port.
		grep -qs 'address already in use' "$E/log/registry.log" || break
		say "Port $PORT was taken meanwhile (attempt $attempt); trying another…"
		engine_stop
	done
	engine_stop
	refusal=$(sed -n 's/^enter: error: //p' "$E/log/daemon.log" "$E/log/registry.log" 2>/dev/null | head -n 1)
	[[ -z $refusal ]] || die "$refusal"
	tail -n 25 "$E/log/daemon.log" >&2
	die "the engine did not start; all of its log is in $E/log/daemon.log"
}

wait_for_engine() {
	local attempt
	for attempt in {1..300}; do
		! engine_answers || return 0
		# A moment after it was started a process can still be a copy of this script, on its way to becoming the engine.
		((attempt <= 20)) || engine_alive || return 1
		sleep 0.1
	done
	return 1
}

# What starts the engine: a running one may come from before a change of it.
start_hash() { cat "$lib/serve.sh" "$lib/enter.sh" "$lib/net.sh" | sha256sum | cut -c1-12; }
is_old() { [[ $MODE == testbed && $STARTED_BY != "$(start_hash)" ]]; }

start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# The recorded process, if it is still that one (process numbers come again, after a reboot above all).
engine_alive() {
	[[ $MODE == testbed && $PID && -r /proc/$PID/cmdline && $(start_time "$PID") == "$PID_START" ]] &&
		tr '\0' '\n' <"/proc/$PID/cmdline" | grep -qxF -- "$E"
}
# The daemon, and the registry by its name: some other one may sit on the port.
engine_answers() {
	[[ $(curl -fsS --max-time 5 --unix-socket "$(socket)" http://engine/_ping 2>/dev/null) == OK ]] &&
		curl -fsSi --max-time 5 --noproxy '*' "http://127.0.0.1:$PORT/v2/" 2>/dev/null | grep -qi "^x-slipway-engine: $(engine_id)"
}

# Asks first, then kills; what is left of a killed or rebooted one is removed as well. Safe to call at any time.
engine_stop() {
	local _ init
	if engine_alive; then
		# Nobody needs these to end well, and one that ignores TERM would hold up the daemon.
		docker_here ps --quiet 2>/dev/null | timeout 10 xargs -r env DOCKER_HOST="unix://$(socket)" "$E/bin/docker" kill >/dev/null 2>&1 || true
		init=$(cat "/proc/$PID/task/$PID/children" 2>/dev/null) || init=''
		# shellcheck disable=SC2086  # the list has one number, if any
		[[ -z $init ]] || kill -TERM $init 2>/dev/null || true
		for _ in {1..200}; do engine_alive || break; sleep 0.1; done
		! engine_alive || kill -KILL "$PID" 2>/dev/null || true
		for _ in {1..100}; do engine_alive || break; sleep 0.1; done
		! engine_alive || die "process $PID does not end"
	fi
	PID='' PID_START=''
	rm -f "$E/run/docker.sock"
	[[ -z $NET || ! -d $E/roots/$SUITE ]] || isolated bash "$lib/net.sh" down "$E/roots/$SUITE" "$(engine_id)" "$NET" || true
	find /sys/fs/cgroup -depth -type d -path "*/slipway-$(engine_id)*" -exec rmdir {} + 2>/dev/null || true
}

# A /16 of its own that neither a route nor a name server of the machine uses; the one it had, if it is free.
choose_net() {
	local first n i last
	last=$(cat "$E/net" 2>/dev/null) || last=''
	first=$((16#$(engine_id | cut -c1-4) % 100))
	NET=''
	for i in ${last:+had} {0..99}; do
		if [[ $i == had ]]; then n=${last#10.}; else n=$((100 + (first + i) % 100)); fi
		grep -qsE "(^|[^0-9.])10\.$n\." /proc/net/fib_trie /etc/resolv.conf || { NET=10.$n; break; }
	done
	[[ $NET ]] || die "no free network between 10.100 and 10.199"
	# The daemon remembers the address of its bridge and would give it back to the bridge, away from the rules of the new network.
	[[ $NET == "$last" ]] || rm -f "$E"/data/*/network/files/local-kv.db
	printf '%s\n' "$NET" >"$E/net"
}

# Prefers the port it had, then 5000, then the next ones.
choose_port() {
	local port
	for port in ${PORT:-} {5000..5099}; do
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { PORT=$port; return; }
	done
	die "no free port between 5000 and 5099 for the registry"
}

# iptables is off: two daemons in one network would flush each other's chains. net.sh adds the three rules it takes.
write_configs() {
	local snapshotter=true loopback=''
	[[ $STORE == containerd ]] || snapshotter=false
	# Published ports of networks other than the default one; bookworm's Docker does not know this yet.
	[[ $SUITE == bookworm ]] ||
		loopback='"default-network-opts": {"bridge": {"com.docker.network.bridge.host_binding_ipv4": "127.0.0.1"}},'
	# The daemon's own rule keeps a fifth of the disk free: on a full one, it empties the cache between two builds of a test that counts what is cached.
	cat >"$E/run/daemon.json" <<JSON
{
  "builder": {"gc": {"enabled": true, "policy": [{"all": true, "keepStorage": "60GB"}]}},
  "hosts": ["unix:///run/slipway/docker.sock"],
  "features": {"containerd-snapshotter": $snapshotter},
  "insecure-registries": ["127.0.0.1:$PORT"],
  "bridge": "slw$(engine_id)",
  "default-address-pools": [{"base": "$NET.0.0/16", "size": 24}],
  "ip": "127.0.0.1",
  $loopback
  "iptables": false,
  "ip6tables": false,
  "cgroup-parent": "/slipway-$(engine_id)"
}
JSON
	cat >"$E/run/registry.yml" <<YAML
version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: /var/lib/docker-registry}, delete: {enabled: true}}
http: {addr: "127.0.0.1:$PORT", headers: {X-Slipway-Engine: ["$(engine_id)"]}}
YAML
}
