# shellcheck shell=bash disable=SC2034,SC2154  # the parts of scripts/engine share their variables
# The verbs that only read: status, env, contexts, disk, logs.

# Whether an engine is up, in either mode. Sets the variables of the state.
is_up() {
	load_state
	case $MODE in
	testbed) engine_alive && engine_answers ;;
	existing) existing_docker ;;
	*) return 1 ;;
	esac
}

# Runs the client with the current engine.
docker_here() {
	if [[ $MODE == existing ]]; then users_docker "$@"; else
		DOCKER_HOST=unix://$(socket) DOCKER_CONFIG=$E/docker-config BUILDX_CONFIG=$E/docker-config/buildx BUILDX_BUILDER=default "$E/bin/docker" "$@"
	fi
}

store_here() {
	if [[ $(docker_here info --format '{{json .DriverStatus}}') == *io.containerd.snapshotter* ]]; then echo containerd; else echo graphdriver; fi
}

# Debian builds the daemon without BuildKit's version, so it follows from the release.
buildkit_here() {
	local version
	version=$(docker_here buildx inspect 2>/dev/null | awk -F': *' '/^BuildKit version/ { print $2; exit }')
	[[ $version == *unknown* ]] && case $(docker_here version --format '{{.Server.Version}}') in
	20.10.*) version='v0.8 (by engine release)' ;;
	26.*) version='v0.13 (by engine release)' ;;
	28.5.*) version='v0.25 (by engine release)' ;;
	esac
	printf '%s\n' "$version"
}

verb_status() {
	is_up || { echo "down"; exit 3; }
	printf '%-10s %s\n' mode "$MODE" \
		engine "$(docker_here version --format '{{.Server.Version}}')" \
		buildkit "$(buildkit_here)" \
		buildx "$(docker_here buildx version)" \
		store "$(store_here)"
	if [[ $MODE == testbed ]]; then
		printf '%-10s %s\n' suite "$SUITE" socket "$(socket)" registry "127.0.0.1:$PORT" disk "$(du -sxh "$E" 2>/dev/null | cut -f1)" \
			free "$(disk_free) GB" bases "$(bases_present | paste -sd' ')"
		warn_if_old
		warn_of_space
	else
		printf '%-10s %s\n' socket "$(users_docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null || echo "${DOCKER_HOST:-default}")"
	fi
}

verb_env() {
	is_up || die_down
	if [[ $MODE == testbed ]]; then
		# Adds the folder only once, even if this is evaluated twice.
		local path=:$PATH:
		path=$E/bin:${path//:"$E/bin":/:}
		path=${path//::/:}
		printf 'export %s=%q\n' DOCKER_HOST "unix://$(socket)" DOCKER_CONFIG "$E/docker-config" \
			BUILDX_CONFIG "$E/docker-config/buildx" BUILDX_BUILDER default PATH "${path%:}"
	fi
	printf 'export %s=%q\n' SLIPWAY_ENGINE "$MODE" SLIPWAY_REGISTRY "${PORT:+127.0.0.1:$PORT}" SLIPWAY_STORE "$(store_here)"
	local ca
	ca=$(ca_bundle)
	[[ -z $ca ]] || printf 'export SLIPWAY_CA=%q\n' "$ca"
}

verb_contexts() {
	is_up || die_down
	# With your own Docker, the public images can be pulled, or you name mirrors of them.
	[[ $MODE == testbed ]] || { [[ -z ${SLIPWAY_CONTEXTS:-} ]] || printf '%s\n' "$SLIPWAY_CONTEXTS"; return 0; }
	local name
	bases_present | while read -r name; do
		printf -- '--build-context\n%s=docker-image://127.0.0.1:%s/%s\n' "$name" "$PORT" "$(base_stand_in "$name")"
	done
}

warn_if_old() {
	! is_old || say "This engine was started by another version of scripts/engine; to restart it: scripts/engine down; scripts/engine up"
}

verb_disk() {
	printf '%s GB\tfree on this disk\n' "$(disk_free)"
	[[ -d $E ]] || { echo "no engine: $E does not exist"; return; }
	du -xh --max-depth=1 "$E" 2>/dev/null | sort -h
}

verb_logs() {
	[[ -f $E/log/daemon.log ]] || die "there is no log yet: $E/log/daemon.log"
	tail -n "${LINES:-60}" "$E/log/daemon.log"
}
