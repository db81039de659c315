# shellcheck shell=bash disable=SC2034,SC2154  # the parts of scripts/engine share their variables
# What every part of scripts/engine uses: messages, the lock, the state file, background jobs, safe removal.

say() { printf 'engine: %s\n' "$*" >&2; }
die() { printf 'engine: error: %s\n' "$*" >&2; exit 1; }
die_down() { printf 'engine: the engine is down; run scripts/engine up\n' >&2; exit 3; }

# logged NAME COMMAND…: writes output to a log file, and shows its end if the command fails.
logged() {
	local log=$E/log/$1.log status=0
	shift
	mkdir -p "$E/log"
	"$@" >"$log" 2>&1 || status=$?
	[[ $status -eq 0 ]] && return
	[[ $status -ge 128 ]] || { tail -n 25 "$log" >&2; say "failed; the whole log is $log"; }
	return "$status"
}

# Only one `up`, `down` or `base` runs at a time. Child processes hold the lock until they end, so a builder that
# outlives a killed `up` cannot interfere with the next one. Only the daemon starts without the lock.
take_lock() {
	mkdir -p "$E"
	exec 9>"$E/lock"
	flock -n 9 || { say "Waiting for another scripts/engine…"; flock 9; }
	trap stop_jobs EXIT
	trap 'say "Interrupted; the next up continues from here"; exit 130' INT
	trap 'exit 143' TERM HUP
}

MODE='' PORT='' NET='' SUITE='' STORE='' PID='' PID_START='' STARTED_BY=''
load_state() {
	MODE='' PORT='' NET='' SUITE='' STORE='' PID='' PID_START='' STARTED_BY=''
	# shellcheck source=/dev/null
	[[ ! -f $E/state ]] || . "$E/state"
}
save_state() {
	mkdir -p "$E"
	printf '%s\n' "MODE=$MODE" "PORT=$PORT" "NET=$NET" "SUITE=$SUITE" "STORE=$STORE" "PID=$PID" "PID_START=$PID_START" "STARTED_BY=$STARTED_BY" \
		>"$E/state.new"
	mv "$E/state.new" "$E/state"
}

# A short ID of this folder. Bridges, control groups and the registry use it, so several engines can share a machine.
engine_id() { printf %s "$E" | sha256sum | cut -c1-8; }

# run_jobs N 'COMMAND ARG'…: runs up to N jobs in parallel; the first failure stops all. Each has a separate process
# group, so Ctrl-C only reaches this script, which then stops the jobs.
jobs_running=()
run_jobs() {
	local limit=$1 job
	shift
	for job in "$@"; do
		[[ ${#jobs_running[@]} -lt $limit ]] || wait_job
		set -m
		# shellcheck disable=SC2086  # a job is a function's name and its argument
		(trap - EXIT INT TERM HUP; set -e; $job) </dev/null &
		jobs_running+=($!)
		set +m
	done
	while [[ ${#jobs_running[@]} -gt 0 ]]; do wait_job; done
}
wait_job() {
	local pid done_pid='' left=()
	wait -n -p done_pid "${jobs_running[@]}" || exit 1
	for pid in "${jobs_running[@]}"; do [[ $pid == "$done_pid" ]] || left+=("$pid"); done
	jobs_running=("${left[@]}")
}
# Tools run under `unshare --kill-child`, so their child processes end with them.
stop_jobs() {
	local pid
	for pid in "${jobs_running[@]}"; do kill -KILL -- "-$pid" 2>/dev/null || true; done
	wait "${jobs_running[@]}" 2>/dev/null || true
}

# Runs a command in a private mount and process namespace: its mounts and processes are gone when it ends.
isolated() { unshare --mount --pid --fork --kill-child --mount-proc -- "$@"; }

# Refuses if anything is mounted below the folder, and stays on one file system.
remove_tree() {
	[[ $1 == /?* && -e $1 ]] || return 0
	! awk -v dir="$1" '$5 == dir || index($5, dir "/") == 1 { found = 1 } END { exit !found }' /proc/self/mountinfo ||
		die "cannot remove $1: something is still mounted below it"
	rm -rf --one-file-system -- "$1"
}
sweep_tmp() { remove_tree "$E/tmp"; mkdir -p "$E/tmp"; }
