# shellcheck shell=bash disable=SC2034,SC2154  # the parts of scripts/engine share their variables
# What the machine brings: a Docker that answers, or what it takes to make one.

socket() { printf '%s/run/docker.sock' "$E"; }

# The user's own environment, without what `env` of this very folder may have put there.
users_docker() {
	(
		PATH=:$PATH:
		PATH=${PATH//:"$E/bin":/:}
		PATH=${PATH#:} PATH=${PATH%:}
		if [[ ${DOCKER_HOST:-} == "unix://$(socket)" ]]; then unset DOCKER_HOST BUILDX_BUILDER; fi
		if [[ ${DOCKER_CONFIG:-} == "$E/"* ]]; then unset DOCKER_CONFIG BUILDX_CONFIG; fi
		docker "$@"
	)
}

# A client program alone is not an engine: a server must answer, and buildx must be there.
existing_docker() {
	[[ ${SLIPWAY_ENGINE_MODE:-} != testbed ]] || return 1
	[[ $(users_docker version --format '{{.Server.Version}}' 2>/dev/null) ]] || return 1
	users_docker buildx version >/dev/null 2>&1 || {
		say "A Docker answers, but has no buildx plugin; not using it."
		return 1
	}
}

use_existing() {
	take_lock
	load_state
	engine_stop
	MODE=existing PORT='' NET='' SUITE='' STORE='' PID='' PID_START=''
	save_state
	say "Using the Docker that is there (engine $(users_docker version --format '{{.Server.Version}}'))."
}

require_testbed() {
	local how="start Docker (or point DOCKER_HOST at one)"
	[[ $(id -u) -eq 0 ]] || die "no Docker answers, and making a private one needs root: $how, or run this as root"
	command -v apt-get >/dev/null || die "no Docker answers, and a private one can only be made on Debian or Ubuntu: $how"
	[[ $(dpkg --print-architecture) == amd64 ]] || die "a private engine is only made on amd64 so far: $how"
	# The kernel's limit for the path of a socket is 107 bytes.
	[[ $(socket | wc -c) -le 100 ]] || die "the path of $E is too long for a socket: set SLIPWAY_ENGINE_DIR to a shorter one"
}

install_tools() {
	local tool missing=()
	for tool in mmdebstrap curl pigz; do command -v "$tool" >/dev/null || missing+=("$tool"); done
	[[ -f $keyring ]] || missing+=(debian-archive-keyring)
	[[ ${#missing[@]} -gt 0 ]] || return 0
	say "Installing ${missing[*]} with apt-get…"
	logged apt env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" ||
		logged apt env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get update && apt-get install -y --no-install-recommends "$@"' - "${missing[@]}"
}

# Where this machine gets Debian from; no address is written down here.
mirror() {
	local found=${SLIPWAY_ENGINE_MIRROR:-}
	# shellcheck disable=SC2016  # these are apt's own fields
	[[ $found ]] || found=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' |
		awk -F'|' '$1 == "Debian" && $2 == "Debian" { print $3; exit }')
	[[ $found ]] || die "apt knows no Debian mirror (run apt-get update?): set SLIPWAY_ENGINE_MIRROR"
	printf '%s\n' "${found%/}"
}

ca_bundle() {
	local file
	for file in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
		[[ -z $file || ! -s $file ]] || { printf '%s\n' "$file"; return; }
	done
}
