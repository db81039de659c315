# shellcheck shell=bash disable=SC2034,SC2154  # the parts of scripts/engine share their variables
# What the machine provides: a running Docker, or what is required to create one.

socket() { printf '%s/run/docker.sock' "$E"; }

# Runs docker with the user's own environment, without the changes that `env` of this folder may have made.
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

# A client program is not enough: a server must respond, and buildx must be installed.
existing_docker() {
	[[ ${SLIPWAY_ENGINE_MODE:-} != testbed ]] || return 1
	[[ $(users_docker version --format '{{.Server.Version}}' 2>/dev/null) ]] || return 1
	users_docker buildx version >/dev/null 2>&1 || {
		say "Docker is running but has no buildx plugin, so it is not used."
		return 1
	}
}

use_existing() {
	take_lock
	load_state
	engine_stop
	MODE=existing PORT='' NET='' SUITE='' STORE='' PID='' PID_START='' STARTED_BY=''
	save_state
	say "Using the running Docker (engine $(users_docker version --format '{{.Server.Version}}'))."
}

require_testbed() {
	local how="start Docker (or point DOCKER_HOST at one)"
	[[ $(id -u) -eq 0 ]] || die "Docker is not running, and a private engine requires root: $how, or run this as root"
	command -v apt-get >/dev/null || die "Docker is not running, and a private engine requires Debian or Ubuntu: $how"
	[[ $(dpkg --print-architecture) == amd64 ]] || die "a private engine is supported only on amd64: $how"
	isolated true 2>/dev/null || die "Docker is not running, and a private engine must mount file systems, which this container may not: \
run a privileged container, or $how"
	# The kernel limits the path of a socket to 107 bytes.
	[[ $(socket | wc -c) -le 100 ]] || die "the path of $E is too long for a socket: set SLIPWAY_ENGINE_DIR to a shorter one"
}

install_tools() {
	local tool missing=()
	for tool in mmdebstrap curl pigz; do command -v "$tool" >/dev/null || missing+=("$tool"); done
	[[ -f $keyring ]] || missing+=(debian-archive-keyring)
	[[ ${#missing[@]} -gt 0 ]] || return 0
	say "Installing ${missing[*]} with apt-get…"
	logged apt env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" ||
		logged apt env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get update && apt-get install -y --no-install-recommends "$@"' - "${missing[@]}" ||
		die "apt-get cannot install ${missing[*]}: install them, or check that this machine can reach its Debian mirror"
}

# The Debian mirror of this machine; no address is hard-coded.
mirror() {
	local found=${SLIPWAY_ENGINE_MIRROR:-}
	# shellcheck disable=SC2016  # these are apt's own fields
	[[ $found ]] || found=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' |
		awk -F'|' '$1 == "Debian" && $2 == "Debian" { print $3; exit }')
	[[ $found ]] || die "apt knows no Debian mirror (run apt-get update?): set SLIPWAY_ENGINE_MIRROR"
	printf '%s\n' "${found%/}"
}

# Addresses may contain credentials, which must not be printed.
without_login() { sed -E 's#//[^/@[:space:]]*@#//#g' <<<"$1"; }

# mirror_says PATH: prints the HTTP status of the mirror's response. No response is an error: without a network, nothing
# can be created.
mirror_says() {
	local address said status=0
	address=$(mirror)
	[[ $address =~ ^https?:// ]] || { echo 200; return; }
	said=$(curl --silent --show-error --head --location --output /dev/null --write-out '%{http_code}' \
		--connect-timeout 10 --max-time 30 "$address/$1" 2>&1) || status=$?
	[[ $status -eq 0 ]] || die "cannot reach the Debian mirror $(without_login "$address") (${said%%$'\n'*}): \
missing packages are downloaded from there; check the network, or set SLIPWAY_ENGINE_MIRROR to a reachable mirror"
	printf '%s\n' "$said"
}

# need_space WHAT: refuses to start if the disk would become full, and warns if it is nearly full.
need_space() {
	local free least=${SLIPWAY_ENGINE_MIN_FREE:-4}
	[[ $least =~ ^[0-9]+$ ]] || die "SLIPWAY_ENGINE_MIN_FREE must be a number of gigabytes, not $least"
	free=$(disk_free)
	if [[ $free -lt $least ]]; then
		die "the disk of $E has $free GB free, too little for $1: free space ($how_to_free), or set SLIPWAY_ENGINE_DIR to a folder on another disk"
	fi
	warn_of_space "$free"
}
warn_of_space() { # [FREE]
	local free=${1:-$(disk_free)}
	[[ $free -ge 15 ]] || say "Warning: the disk of $E is nearly full, with $free GB free. To free space: $how_to_free"
}
how_to_free="scripts/engine prune empties the build cache, scripts/engine down --purge removes the whole engine"
# Free space of the folder's disk in whole gigabytes; the folder need not exist yet.
disk_free() {
	local folder=$E
	while [[ ! -d $folder ]]; do folder=$(dirname "$folder"); done
	df --output=avail --block-size=1G "$folder" | tail -n 1 | tr -d ' '
}

ca_bundle() {
	local file
	for file in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
		[[ -z $file || ! -s $file ]] || { printf '%s\n' "$file"; return; }
	done
}
