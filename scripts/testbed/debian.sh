# shellcheck shell=bash disable=SC2034,SC2154  # the parts of scripts/engine share their variables
# Root file systems and single packages from Debian's archive, with one shared cache of .deb files.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# The newest time that a file can have.
epoch=1700000000

# What the roots of a suite have in common, made once. Only one job makes it; others wait.
suite_root() { # SUITE
	local suite=$1 root=$E/suites/$1 new=$E/tmp/suite-$1 address
	mkdir -p "$E/debs" "$E/tmp" "$E/suites"
	(
		flock 8
		[[ ! -d $root ]] || exit 0
		address=$(mirror)
		remove_tree "$new"
		TMPDIR=$E/tmp SOURCE_DATE_EPOCH=$epoch isolated env "E=$E" mmdebstrap --mode=root --variant=minbase \
			--aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
			--aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Retries "3"' \
			--dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
			--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
			--dpkgopt='path-include=/usr/share/doc/*/copyright' \
			--skip=download/empty --skip=essential/unlink --skip=output/dev --skip=cleanup/apt/lists \
			--setup-hook="$debs_in" --customize-hook="$debs_out" \
			"$suite" "$new" "deb [signed-by=$keyring] $address $suite main" || exit
		mv "$new" "$root"
	) 8>"$E/suites/$1.lock"
}
# The cache of packages is shared through hard links, so several roots can be created in parallel.
# shellcheck disable=SC2016  # hooks run in another shell
debs_in='mkdir -p "$1/var/cache/apt/archives"; find "$E/debs" -name "*.deb" -exec cp -lt "$1/var/cache/apt/archives" {} +'
# shellcheck disable=SC2016
debs_out='find "$1/var/cache/apt/archives" -maxdepth 1 -name "*.deb" -exec cp -lut "$E/debs" {} + || true'

# debian_root SUITE PACKAGES TARGET [OPTION…]: TARGET is a folder or a .tar. Same packages, same bytes. The options are
# those of mmdebstrap: --dpkgopt=, --setup-hook= and --customize-hook=; the root is `$1` in hooks.
#
# mmdebstrap itself would unpack and configure the minimal root again for each of them, which takes most of its time.
debian_root() {
	local suite=$1 packages=$2 target=$3 root=$3 option
	shift 3
	# Callers test the status, so `set -e` has no effect here.
	suite_root "$suite" || return
	[[ $target != *.tar ]] || root=$(mktemp -d -p "$E/tmp" root.XXXXXX)
	mkdir -p "$root"
	cp -a "$E/suites/$suite/." "$root"
	for option; do
		case $option in
		--dpkgopt=*) echo "${option#*=}" >>"$root/etc/dpkg/dpkg.cfg.d/99mmdebstrap" ;;
		--setup-hook=*) hook "$root" "${option#*=}" || return ;;
		esac
	done
	hook "$root" "$debs_in"
	# shellcheck disable=SC2086  # a list of names
	SOURCE_DATE_EPOCH=$epoch isolated bash "$lib/install.sh" "$root" $packages || return
	hook "$root" "$debs_out"
	for option; do
		[[ $option != --customize-hook=* ]] || hook "$root" "${option#*=}" || return
	done
	find "$root/var/lib/apt/lists" "$root/var/cache/apt" "$root/var/cache/ldconfig" "$root/tmp" -type f -delete
	find "$root/var/log" "$root/var/cache/debconf" "$root/etc" -maxdepth 2 -type f \( -name '*.log' -o -path '*/log/apt/*' \
		-o -name '*-old' -o -name '*-' -o -name machine-id -o -name resolv.conf -o -name hostname \) -delete
	[[ $target == *.tar ]] || return 0
	# An engine makes the devices of a container.
	tar -C "$root" --exclude=./dev --sort=name --clamp-mtime --mtime="@$epoch" --numeric-owner --format=gnu -cf "$target" .
	remove_tree "$root"
}
hook() { E=$E sh -ec "$2" hook "$1"; }

# unpack_debs SUITE ARCH FOLDER PACKAGE…: unpacks the files of packages, without dependencies, scripts or a package
# database.
unpack_debs() {
	local suite=$1 arch=$2 folder=$3 apt deb
	shift 3
	apt=$(mktemp -d -p "$E/tmp" apt.XXXXXX)
	mkdir -p "$folder" "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/debs"
	printf 'deb [signed-by=%s arch=%s] %s %s main\n' "$keyring" "$arch" "$(mirror)" "$suite" >"$apt/sources.list"
	# `_apt` may not be allowed to read the folder, so the sandbox user is root.
	local options=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::status=/dev/null
		-o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o "APT::Architecture=$arch" -o "APT::Architectures=$arch"
		-o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o Acquire::Retries=3 -o APT::Sandbox::User=root)
	apt-get "${options[@]}" update
	(cd "$apt/debs" && apt-get "${options[@]}" download "$@")
	for deb in "$apt/debs"/*.deb; do dpkg -x "$deb" "$folder"; done
	rm -rf "$apt"
}

# folder_tar FOLDER TAR: the same files give the same bytes.
folder_tar() { tar -C "$1" --sort=name --mtime=@0 --numeric-owner --format=gnu -cf "$2" .; }
