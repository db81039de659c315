# shellcheck shell=bash disable=SC2034,SC2154  # the parts of scripts/engine share their variables
# Root file systems and single packages from Debian's archive, with one shared cache of .deb files.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# debian_root SUITE PACKAGES TARGET [mmdebstrap option…]: TARGET is a folder or a .tar. Same packages, same bytes. The
# cache is shared through hard links, so several roots can be created in parallel. (mmdebstrap's own hooks would copy.)
debian_root() {
	local suite=$1 packages=$2 target=$3 address
	shift 3
	address=$(mirror)
	mkdir -p "$E/debs" "$E/tmp"
	TMPDIR=$E/tmp SOURCE_DATE_EPOCH=1700000000 isolated mmdebstrap --mode=root --variant=minbase \
		--include="${packages// /,}" \
		--aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
		--aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Retries "3"' \
		--dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-include=/usr/share/doc/*/copyright' \
		--skip=download/empty --skip=essential/unlink --skip=output/dev \
		--setup-hook="mkdir -p \"\$1/var/cache/apt/archives\"; find '$E/debs' -name '*.deb' -exec cp -lt \"\$1/var/cache/apt/archives\" {} +" \
		--customize-hook="find \"\$1/var/cache/apt/archives\" -maxdepth 1 -name '*.deb' -exec cp -lut '$E/debs' {} + || true" \
		"$@" "$suite" "$target" "deb [signed-by=$keyring] $address $suite main"
}

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
