# shellcheck shell=bash disable=SC2034,SC2154  # the parts of scripts/engine share their variables
# The private engine: its root, start and stop. Everything runs below one process in separate namespaces (serve.sh), so
# no mount and no child process outlives it.

# Sets SUITE and STORE from the user's variables, for an engine that is not running.
choose_engine() {
	local said
	SUITE=${SLIPWAY_ENGINE_SUITE:-forky} STORE=${SLIPWAY_ENGINE_STORE:-containerd}
	[[ $STORE == containerd || $STORE == graphdriver ]] || die "SLIPWAY_ENGINE_STORE must be containerd or graphdriver, not $STORE"
	[[ $SUITE =~ ^[a-z]+$ ]] || die "SLIPWAY_ENGINE_SUITE must be the name of a Debian suite, not $SUITE"
	[[ ! -d $E/roots/$SUITE ]] || return 0
	said=$(mirror_says "dists/$SUITE/Release")
	if [[ $said == 404 ]]; then
		[[ -z ${SLIPWAY_ENGINE_SUITE:-} ]] || die "$(without_login "$(mirror)") has no suite $SUITE: choose another with SLIPWAY_ENGINE_SUITE"
		say "The mirror has no $SUITE; using sid."
		SUITE=sid
	fi
}

# Refuses a request that differs from the running engine, which may be in use.
check_wanted() {
	[[ ${SLIPWAY_ENGINE_SUITE:-$SUITE} == "$SUITE" && ${SLIPWAY_ENGINE_STORE:-$STORE} == "$STORE" ]] ||
		die "the engine already runs with $SUITE and the $STORE store: run scripts/engine down first, or set another SLIPWAY_ENGINE_DIR"
}

engine_root() {
	local root=$E/roots/$SUITE new=$E/tmp/root-$SUITE packages plugin
	[[ ! -d $root ]] || return 0
	packages="docker.io docker-registry iptables iproute2 ca-certificates git pigz"
	# Bookworm's Docker includes its client and has no plugins; those of the next suite work with it.
	[[ $SUITE == bookworm ]] || packages+=" docker-cli docker-buildx docker-compose"
	logged "root-$SUITE" debian_root "$SUITE" "$packages" "$new"
	[[ $SUITE != bookworm ]] || logged "plugins-$SUITE" unpack_debs trixie amd64 "$new" docker-buildx docker-compose
	for plugin in buildx compose; do
		[[ -x $new/usr/libexec/docker/cli-plugins/docker-$plugin ]] || die "the packages of $SUITE have no docker-$plugin"
	done
	mkdir -p "$E/roots" "$new/run/slipway" "$new/var/lib/docker" "$new/var/lib/docker-registry"
	mv "$new" "$root"
}

# Installs a client that runs on the machine itself and sees its paths. It and the plugins only require the C library;
# if the machine's is too old, they run with the root's.
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
		# Without the lock (9), and in a new session, so it outlives this script and its terminal.
		setsid unshare --mount --pid --fork --kill-child -- \
			bash "$lib/serve.sh" "$E" "$SUITE" "$STORE" "$NET" "$repo" </dev/null >"$E/log/daemon.log" 2>&1 9>&- &
		PID=$!
		disown
		PID_START=$(start_time "$PID")
		MODE=testbed STARTED_BY=$(start_hash)
		save_state
		wait_for_engine && return
		# Another engine may have taken the port first.
		grep -qs 'address already in use' "$E/log/registry.log" || break
		say "Port $PORT is now in use (attempt $attempt); trying another…"
		engine_stop
	done
	engine_stop
	refusal=$(sed -n 's/^enter: error: //p' "$E/log/daemon.log" "$E/log/registry.log" 2>/dev/null | head -n 1)
	[[ -z $refusal ]] || die "$refusal"
	tail -n 25 "$E/log/daemon.log" >&2
	die "the engine did not start; its whole log is $E/log/daemon.log"
}

wait_for_engine() {
	local attempt
	for attempt in {1..300}; do
		! engine_answers || return 0
		# Just after the start, the process can still be a copy of this script, before it becomes the engine.
		((attempt <= 20)) || engine_alive || return 1
		sleep 0.1
	done
	return 1
}

# A hash of the scripts that start the engine: a running one may come from an older version of them.
start_hash() { cat "$lib/serve.sh" "$lib/enter.sh" "$lib/net.sh" | sha256sum | cut -c1-12; }
is_old() { [[ $MODE == testbed && $STARTED_BY != "$(start_hash)" ]]; }

start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# Whether the recorded process still runs. Its number may have been reused, especially after a reboot.
engine_alive() {
	[[ $MODE == testbed && $PID && -r /proc/$PID/cmdline && $(start_time "$PID") == "$PID_START" ]] &&
		tr '\0' '\n' <"/proc/$PID/cmdline" | grep -qxF -- "$E"
}
# Checks the daemon, and the registry by its header: another registry may use the port.
engine_answers() {
	[[ $(curl -fsS --max-time 5 --unix-socket "$(socket)" http://engine/_ping 2>/dev/null) == OK ]] &&
		curl -fsSi --max-time 5 --noproxy '*' "http://127.0.0.1:$PORT/v2/" 2>/dev/null | grep -qi "^x-slipway-engine: $(engine_id)"
}

# Sends TERM, then KILL, and cleans up after a killed engine or a reboot. Safe to call at any time.
engine_stop() {
	local _ init
	if engine_alive; then
		# Containers need no orderly stop, and one that ignores TERM would delay the daemon.
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

# Chooses a /16 that neither a route nor a name server of the machine uses: the previous one, if it is free.
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
	# The daemon stores the address of its bridge and would restore it, which does not match the rules of the new network.
	[[ $NET == "$last" ]] || rm -f "$E"/data/*/network/files/local-kv.db
	printf '%s\n' "$NET" >"$E/net"
}

# Tries the previous port, then 5000 and the following ones.
choose_port() {
	local port
	for port in ${PORT:-} {5000..5099}; do
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { PORT=$port; return; }
	done
	die "no free port between 5000 and 5099 for the registry"
}

# iptables is off: two daemons in one network would flush each other's chains. net.sh adds the three required rules.
write_configs() {
	local snapshotter=true loopback=''
	[[ $STORE == containerd ]] || snapshotter=false
	# Binds published ports of all networks, not only the default one; bookworm's Docker does not support this yet.
	[[ $SUITE == bookworm ]] ||
		loopback='"default-network-opts": {"bridge": {"com.docker.network.bridge.host_binding_ipv4": "127.0.0.1"}},'
	# By default, the daemon keeps a fifth of the disk free: on a full disk, it would empty the cache between two builds of
	# a test that counts cached steps.
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
