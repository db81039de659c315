# shellcheck shell=bash disable=SC2034,SC2154  # the parts of scripts/engine share their variables
# Recipes of the stand-in base images listed in bases.txt, only for tests: users pull the real images. A recipe is
# called as `base_NAME FOLDER ARGUMENT…` and leaves ARCH.tar and ARCH.json in FOLDER (see publish.sh).
# shellcheck disable=SC2016  # hooks run in another shell

system_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

base_golang() { # SUITE VERSION
	local dir=$1 suite=$2 version=$3
	debian_root "$suite" "golang-$version-go git ca-certificates" "$dir/amd64.tar" \
		--dpkgopt="path-exclude=/usr/share/go-$version/test/*" \
		--customize-hook="ln -s /usr/lib/go-$version \"\$1/usr/local/go\"" \
		--customize-hook="mkdir -p -m 1777 \"\$1/go\" \"\$1/go/src\" \"\$1/go/bin\""
	echo "{\"Env\":[\"PATH=/go/bin:/usr/local/go/bin:$system_path\",\"GOLANG_VERSION=$version\",\"GOTOOLCHAIN=local\",\"GOPATH=/go\"],\"WorkingDir\":\"/go\",\"Cmd\":[\"bash\"]}" \
		>"$dir/amd64.json"
}

# Compiles for amd64 and, with a cross linker, for arm64. From the arm64 packages, it takes only the files of the
# standard library: installing the package would add a whole arm64 compiler.
base_rust() { # SUITE
	local dir=$1 suite=$2
	unpack_debs "$suite" arm64 "$dir/fs-std" libstd-rust-dev
	debian_root "$suite" "rustc cargo gcc libc6-dev ca-certificates git gcc-aarch64-linux-gnu libc6-dev-arm64-cross" "$dir/amd64.tar" \
		--dpkgopt='path-exclude=/usr/bin/*lto-dump*' --dpkgopt='path-exclude=/usr/libexec/gcc*/*/*/lto1' \
		--dpkgopt='path-exclude=/usr/lib/gcc*/*/*/lib*san*' \
		--customize-hook="cp -a '$dir/fs-std/usr/lib/rustlib/aarch64-unknown-linux-gnu' \"\$1/usr/lib/rustlib/\""
	echo "{\"Env\":[\"PATH=/usr/local/cargo/bin:$system_path\",\"CARGO_HOME=/usr/local/cargo\"],\"Cmd\":[\"bash\"]}" >"$dir/amd64.json"
}

# The files do not depend on the platform, so one layer serves both.
base_distroless_static() { # SUITE
	local dir=$1 suite=$2 fs=$1/fs
	unpack_debs "$suite" amd64 "$fs" base-files netbase tzdata ca-certificates
	mkdir -p "$fs/etc/ssl/certs"
	find "$fs/usr/share/ca-certificates" -name '*.crt' | LC_ALL=C sort | xargs cat >"$fs/etc/ssl/certs/ca-certificates.crt"
	distroless_users "$fs"
	folder_tar "$fs" "$dir/amd64.tar"
	cp "$dir/amd64.tar" "$dir/arm64.tar"
	echo "{\"User\":\"65532\",\"WorkingDir\":\"/home/nonroot\",\"Env\":[\"PATH=$system_path\",\"SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\"]}" |
		tee "$dir/amd64.json" >"$dir/arm64.json"
}

# The same with a shell in a folder of its own.
base_distroless_debug() { # SUITE SUITE_OF_BUSYBOX
	local dir=$1 arch fs name
	base_distroless_static "$dir" "$2"
	for arch in amd64 arm64; do
		fs=$dir/fs-$arch
		cp -a "$dir/fs" "$fs"
		unpack_debs "$3" "$arch" "$dir/deb-$arch" busybox-static
		mkdir "$fs/busybox"
		install -m 755 "$dir/deb-$arch/usr/bin/busybox" "$fs/busybox/busybox"
		for name in $("$dir/fs-amd64/busybox/busybox" --list); do [[ -e $fs/busybox/$name ]] || ln -s busybox "$fs/busybox/$name"; done
		folder_tar "$fs" "$dir/$arch.tar"
		echo "{\"User\":\"65532\",\"WorkingDir\":\"/home/nonroot\",\"Env\":[\"PATH=$system_path:/busybox\",\"SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\"],\"Entrypoint\":[\"/busybox/sh\"]}" >"$dir/$arch.json"
	done
}

# The arm64 program cannot run here to list its applets, so the amd64 program lists them for both.
base_busybox() { # SUITE
	local dir=$1 suite=$2 arch fs name
	for arch in amd64 arm64; do
		fs=$dir/fs-$arch
		unpack_debs "$suite" "$arch" "$dir/deb-$arch" busybox-static
		mkdir -p "$fs/bin" "$fs/etc" "$fs/root" "$fs/tmp" "$fs/usr/bin"
		install -m 755 "$dir/deb-$arch/usr/bin/busybox" "$fs/bin/busybox"
		for name in $("$dir/fs-amd64/bin/busybox" --list); do [[ -e $fs/bin/$name ]] || ln -s busybox "$fs/bin/$name"; done
		ln -s ../../bin/env "$fs/usr/bin/env"
		echo root:x:0:0:root:/root:/bin/sh >"$fs/etc/passwd"
		echo root:x:0: >"$fs/etc/group"
		chmod 1777 "$fs/tmp"
		folder_tar "$fs" "$dir/$arch.tar"
		echo "{\"Env\":[\"PATH=$system_path\"],\"Cmd\":[\"sh\"]}" >"$dir/$arch.json"
	done
}

# Debian's Python, moved to /usr/local as in the real image, so that paths in virtual environments are the same. It
# finds its library relative to itself. The arm64 image contains only files: images are assembled from it, and nothing
# runs.
#
# With `full`, it also has what steps of Dockerfiles use: headers for C extensions, `python`, `pip`.
base_python() { # SUITE VERSION [full]
	local dir=$1 suite=$2 version=$3 more=()
	[[ ${4:-} != full ]] || more=(
		--customize-hook="mkdir -p \"\$1/usr/local/include\"; mv \"\$1/usr/include/python$version\" \"\$1/usr/local/include/\""
		--customize-hook="ln -s python3 \"\$1/usr/local/bin/python\"; sed -i '1s|/usr/bin/|/usr/local/bin/|' \"\$1\"/usr/bin/pip*"
	)
	debian_root "$suite" "python3 python3-pip python3-venv ca-certificates${4:+ libpython$version-dev}" "$dir/amd64.tar" "${more[@]}" \
		--customize-hook="rm \"\$1/usr/lib/python$version/EXTERNALLY-MANAGED\"" \
		--customize-hook="rm -r \"\$1/usr/local/lib/python$version\"; mv \"\$1\"/usr/bin/python3* \"\$1/usr/local/bin/\"; mv \"\$1/usr/lib/python3\" \"\$1/usr/lib/python$version\" \"\$1/usr/local/lib/\"" || return
	unpack_debs "$suite" arm64 "$dir/fs" base-files libc6 "python$version-minimal" "libpython$version-minimal" "libpython$version-stdlib"
	mkdir -p "$dir/fs/usr/local/bin" "$dir/fs/usr/local/lib"
	mv "$dir/fs/usr/bin/python$version" "$dir/fs/usr/local/bin/"
	mv "$dir/fs/usr/lib/python$version" "$dir/fs/usr/local/lib/"
	ln -s "python$version" "$dir/fs/usr/local/bin/python3"
	folder_tar "$dir/fs" "$dir/arm64.tar"
	echo "{\"Env\":[\"PATH=$system_path\",\"LANG=C.UTF-8\"],\"Cmd\":[\"python3\"]}" | tee "$dir/amd64.json" >"$dir/arm64.json"
}

# Python, the libraries it links to, and certificates: no shell, no pip.
base_distroless_python() { # SUITE VERSION
	local dir=$1 version=$3 root=$1/fs-root fs=$1/fs file
	mkdir -p "$root" "$fs/usr/bin" "$fs/usr/lib" "$fs/etc/ssl/certs"
	debian_root "$2" "python3 ca-certificates tzdata" "$root"
	{
		chroot "$root" ldd "/usr/bin/python$version"
		for file in "$root/usr/lib/python$version"/lib-dynload/*.so; do chroot "$root" ldd "${file#"$root"}"; done
	} | grep -o '/[^ ]*' | grep -v ':$' | LC_ALL=C sort -u | while read -r file; do install -D -m 755 "$root$file" "$fs$file"; done
	# Wheels require libraries that Python itself does not.
	unpack_debs "$2" amd64 "$fs" libc6 libgcc-s1 libstdc++6
	rm -rf "${fs:?}/usr/share" "$fs/usr/lib/x86_64-linux-gnu/gconv"
	install -m 755 "$root/usr/bin/python$version" "$fs/usr/bin/"
	ln -s "python$version" "$fs/usr/bin/python3"
	ln -s "python$version" "$fs/usr/bin/python"
	cp -a "$root/usr/lib/python$version" "$fs/usr/lib/"
	cp "$root/etc/ssl/certs/ca-certificates.crt" "$fs/etc/ssl/certs/"
	distroless_users "$fs"
	folder_tar "$fs" "$dir/amd64.tar"
	echo "{\"User\":\"65532\",\"WorkingDir\":\"/home/nonroot\",\"Env\":[\"PATH=$system_path\",\"SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\",\"LANG=C.UTF-8\"],\"Entrypoint\":[\"/usr/bin/python$version\"]}" >"$dir/amd64.json"
}

# The C library and the unwinder, from the suite of the Rust stand-in: programs do not run with an older C library.
base_distroless_cc() { # SUITE PACKAGES
	local dir=$1 suite=$2 arch fs
	for arch in amd64 arm64; do
		fs=$dir/fs-$arch
		mkdir -p "$fs/usr/lib" "$fs/usr/lib64"
		ln -s usr/lib "$fs/lib"
		ln -s usr/lib64 "$fs/lib64"
		unpack_debs "$suite" "$arch" "$fs" base-files netbase tzdata ca-certificates "${@:3}"
		mkdir -p "$fs/etc/ssl/certs"
		find "$fs/usr/share/ca-certificates" -name '*.crt' | LC_ALL=C sort | xargs cat >"$fs/etc/ssl/certs/ca-certificates.crt"
		distroless_users "$fs"
		folder_tar "$fs" "$dir/$arch.tar"
		echo "{\"User\":\"65532\",\"WorkingDir\":\"/home/nonroot\",\"Env\":[\"PATH=$system_path\",\"SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\"]}" >"$dir/$arch.json"
	done
}

# The users of every distroless image.
distroless_users() { # FOLDER
	mkdir -p "$1/etc" "$1/home/nonroot" "$1/root" "$1/tmp"
	printf '%s\n' root:x:0:0:root:/root:/sbin/nologin nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin \
		nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin >"$1/etc/passwd"
	printf '%s\n' root:x:0: tty:x:5: staff:x:50: nonroot:x:65532: nobody:x:65534: >"$1/etc/group"
	echo 'hosts: files dns' >"$1/etc/nsswitch.conf"
	chmod 0700 "$1/root" "$1/home/nonroot"
	chmod 1777 "$1/tmp"
	chown 65532:65532 "$1/home/nonroot"
}

# Java's installation links manual pages, which are excluded, into folders that must exist.
base_java() { # SUITE PACKAGES
	debian_root "$2" "${*:3} ca-certificates" "$1/amd64.tar" \
		--setup-hook='mkdir -p "$1/usr/share/man/man1"'
	echo "{\"Env\":[\"PATH=$system_path\"]}" >"$1/amd64.json"
}

# Java's runtime and the libraries it links to: no shell. The real image starts `java -jar`.
base_distroless_java() { # SUITE RELEASE
	local dir=$1 suite=$2 release=$3 root=$1/fs-root fs=$1/fs home file
	home=usr/lib/jvm/java-$release-openjdk-amd64
	mkdir -p "$root"
	debian_root "$suite" "openjdk-$release-jre-headless ca-certificates" "$root" --setup-hook='mkdir -p "$1/usr/share/man/man1"'
	mkdir -p "$fs/etc/ssl/certs" "$fs/usr/lib/jvm" "$fs/usr/bin"
	cp -a "$root/$home" "$fs/usr/lib/jvm/"
	cp -a "$root/etc/java-$release-openjdk" "$fs/etc/"
	for file in $(find "$root/$home" -name '*.so' -o -path '*/bin/java' | sed "s|^$root||" | xargs chroot "$root" ldd | grep -o '/[^ ]*' | grep -v ':$' | sort -u); do
		[[ -e $fs$file ]] || install -D -m 755 "$root$file" "$fs$file"
	done
	ln -s "/$home/bin/java" "$fs/usr/bin/java"
	cp "$root/etc/ssl/certs/ca-certificates.crt" "$fs/etc/ssl/certs/"
	distroless_users "$fs"
	folder_tar "$fs" "$dir/amd64.tar"
	echo "{\"User\":\"65532\",\"WorkingDir\":\"/home/nonroot\",\"Env\":[\"PATH=$system_path\",\"SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\",\"LANG=C.UTF-8\"],\"Entrypoint\":[\"/usr/bin/java\",\"-jar\"]}" >"$dir/amd64.json"
}

base_debian() { # SUITE
	debian_root "$2" ca-certificates "$1/amd64.tar"
	echo "{\"Env\":[\"PATH=$system_path\"],\"Cmd\":[\"bash\"]}" >"$1/amd64.json"
}

# PHP's command line and Composer. The real image of PHP has no Composer, and the real one of Composer the same PHP.
base_php() { # SUITE
	debian_root "$2" "php-cli composer ca-certificates" "$1/amd64.tar"
	echo "{\"Env\":[\"PATH=$system_path\"],\"Cmd\":[\"php\",\"-a\"]}" >"$1/amd64.json"
}

# Bundler finds gems and its settings where the real image has them.
base_ruby() { # SUITE
	debian_root "$2" "ruby bundler ca-certificates" "$1/amd64.tar"
	echo "{\"Env\":[\"PATH=/usr/local/bundle/bin:$system_path\",\"GEM_HOME=/usr/local/bundle\",\"BUNDLE_APP_CONFIG=/usr/local/bundle\",\"BUNDLE_SILENCE_ROOT_WARNING=1\"],\"Cmd\":[\"irb\"]}" >"$1/amd64.json"
}

# Redis as the real image starts it: as `redis`, in the volume /data, reachable from other containers.
base_redis() { # SUITE
	local dir=$1 suite=$2
	cat >"$dir/debs-entrypoint" <<'TEXT'
#!/bin/sh
set -eu
case ${1:-} in -* | *.conf) set -- redis-server "$@" ;; esac
if [ "${1:-}" = redis-server ]; then
	case " $* " in *" --protected-mode "*) ;; *) set -- "$@" --protected-mode no ;; esac
	if [ "$(id -u)" = 0 ]; then
		chown redis:redis /data
		exec setpriv --reuid=redis --regid=redis --init-groups "$@"
	fi
fi
exec "$@"
TEXT
	debian_root "$suite" "redis-server redis-tools" "$dir/amd64.tar" \
		--customize-hook="install -m 755 '$dir/debs-entrypoint' \"\$1/usr/local/bin/docker-entrypoint.sh\"" \
		--customize-hook='mkdir "$1/data"; chown --reference="$1/var/lib/redis" "$1/data"'
	echo "{\"Env\":[\"PATH=$system_path\"],\"WorkingDir\":\"/data\",\"Volumes\":{\"/data\":{}},\"ExposedPorts\":{\"6379/tcp\":{}},\"Entrypoint\":[\"docker-entrypoint.sh\"],\"Cmd\":[\"redis-server\"]}" >"$dir/amd64.json"
}

# PostgreSQL with the variables and folders of the real image: the first start makes the cluster, its user and its
# database. It has no just-in-time compiler, whose library is larger than everything else.
base_postgres() { # SUITE RELEASE
	local dir=$1 suite=$2 release=$3
	cat >"$dir/debs-entrypoint" <<'TEXT'
#!/bin/bash
set -euo pipefail
[[ ${1:-} != -* ]] || set -- postgres "$@"
[[ ${1:-} == postgres ]] || exec "$@"
if [[ $(id -u) == 0 ]]; then
	mkdir -p "$PGDATA" /var/run/postgresql
	chown postgres:postgres "$PGDATA" /var/run/postgresql
	chmod 00700 "$PGDATA"
	exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [[ ! -s $PGDATA/PG_VERSION ]]; then
	password=${POSTGRES_PASSWORD:-}
	[[ -z ${POSTGRES_PASSWORD_FILE:-} ]] || password=$(<"$POSTGRES_PASSWORD_FILE")
	[[ $password ]] || { echo "set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE" >&2; exit 1; }
	user=${POSTGRES_USER:-postgres}
	database=${POSTGRES_DB:-$user}
	initdb --username="$user" --pwfile=<(printf '%s\n' "$password") --auth-local=trust --auth-host=scram-sha-256 \
		--encoding=UTF8 --locale=C.UTF-8
	echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
	pg_ctl start --wait --silent --options="-c listen_addresses=''"
	[[ $database == postgres ]] ||
		psql --username="$user" --dbname=postgres --set=name="$database" <<<'CREATE DATABASE :"name";'
	for script in /docker-entrypoint-initdb.d/*.sql; do
		[[ ! -f $script ]] || psql --username="$user" --dbname="$database" --set=ON_ERROR_STOP=1 --file="$script"
	done
	pg_ctl stop --wait --silent --mode=fast
fi
exec "$@" -c listen_addresses='*'
TEXT
	debian_root "$suite" "postgresql-$release" "$dir/amd64.tar" \
		--dpkgopt='path-exclude=/usr/lib/*/libLLVM*' --dpkgopt='path-exclude=/usr/lib/postgresql/*/lib/llvmjit*' \
		--dpkgopt='path-exclude=/usr/lib/postgresql/*/lib/bitcode/*' \
		--customize-hook='rm -rf "$1"/var/lib/postgresql/* "$1"/etc/postgresql/*' \
		--customize-hook='install -d -o "$(stat -c %u "$1/var/lib/postgresql")" -g "$(stat -c %g "$1/var/lib/postgresql")" "$1/var/lib/postgresql/data"; mkdir "$1/docker-entrypoint-initdb.d"' \
		--customize-hook="install -m 755 '$dir/debs-entrypoint' \"\$1/usr/local/bin/docker-entrypoint.sh\""
	echo "{\"Env\":[\"PATH=$system_path:/usr/lib/postgresql/$release/bin\",\"PGDATA=/var/lib/postgresql/data\",\"LANG=C.UTF-8\"],\"Volumes\":{\"/var/lib/postgresql/data\":{}},\"ExposedPorts\":{\"5432/tcp\":{}},\"StopSignal\":\"SIGINT\",\"Entrypoint\":[\"docker-entrypoint.sh\"],\"Cmd\":[\"postgres\"]}" >"$dir/amd64.json"
}

# Debian's dnf where Fedora has its own. It has no repository, and apt cannot be found.
base_dnf() { # SUITE
	debian_root "$2" dnf5 "$1/amd64.tar" \
		--customize-hook='ln -s dnf5 "$1/usr/bin/dnf"; rm "$1/usr/bin/apt-get" "$1/usr/bin/apt" "$1/etc/dnf/libdnf5-plugins/local.conf"'
	echo "{\"Env\":[\"PATH=$system_path\"],\"Cmd\":[\"bash\"]}" >"$1/amd64.json"
}

# npm without the compilers that Debian adds for native modules: the real slim image has none either.
base_node() { # SUITE
	local dir=$1 suite=$2
	debian_root "$suite" "nodejs npm ca-certificates" "$dir/amd64.tar" \
		--dpkgopt='path-exclude=/usr/libexec/gcc/*' --dpkgopt='path-exclude=/usr/lib/gcc/*' \
		--dpkgopt='path-exclude=/usr/lib/llvm-*' --dpkgopt='path-exclude=/usr/include/*' \
		--customize-hook='printf "%s\n" "#!/bin/sh" "[ -x \"\$(command -v -- \"\$1\")\" ] || set -- node \"\$@\"" "exec \"\$@\"" >"$1/usr/local/bin/docker-entrypoint.sh"' \
		--customize-hook='chmod 755 "$1/usr/local/bin/docker-entrypoint.sh"'
	echo "{\"Env\":[\"PATH=$system_path\"],\"Entrypoint\":[\"docker-entrypoint.sh\"],\"Cmd\":[\"node\"]}" >"$dir/amd64.json"
}

# Node.js, the libraries it links to, and certificates: no shell, no npm.
base_distroless_node() { # SUITE
	local dir=$1 suite=$2 root=$1/fs-root fs=$1/fs file
	mkdir -p "$root" "$fs/nodejs/bin"
	debian_root "$suite" "nodejs ca-certificates" "$root"
	for file in $(chroot "$root" ldd /usr/bin/node | grep -o '/[^ ]*'); do install -D -m 755 "$root$file" "$fs$file"; done
	# Native modules require libraries that Node.js itself does not.
	unpack_debs "$suite" amd64 "$fs" libc6 libgcc-s1 libstdc++6
	rm -rf "${fs:?}/usr/share" "$fs/usr/lib/x86_64-linux-gnu/gconv"
	install -m 755 "$root/usr/bin/node" "$fs/nodejs/bin/node"
	mkdir -p "$fs/etc/ssl/certs" "$fs/usr/share"
	cp "$root/etc/ssl/certs/ca-certificates.crt" "$fs/etc/ssl/certs/"
	# Debian's Node.js loads some of its own modules from files.
	cp -a "$root/usr/share/nodejs" "$fs/usr/share/"
	distroless_users "$fs"
	folder_tar "$fs" "$dir/amd64.tar"
	echo "{\"User\":\"65532\",\"WorkingDir\":\"/home/nonroot\",\"Env\":[\"PATH=$system_path:/nodejs/bin\",\"SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\"],\"Entrypoint\":[\"/nodejs/bin/node\"]}" >"$dir/amd64.json"
}

# The stand-in of another row: nothing is made or published.
base_as() { # NAME
	:
}

# --- The table ---

base_rows() { sed -e '/^#/d' -e '/^[[:space:]]*$/d' -e 's/ *| */|/g' -e 's/ *$//' "$lib/bases.txt"; }
base_names() { base_rows | cut -d'|' -f1; }
bases_default() { base_rows | awk -F'|' '$3 == "up" { print $1 }'; }
bases_of_tests() { base_rows | awk -F'|' '$3 != "ask" { print $1 }'; }
base_row() { base_rows | awk -F'|' -v name="$1" '$1 == name { print; found = 1 } END { exit !found }' || die "no base image $1 in bases.txt"; }
base_stand_in() { base_row "$1" | cut -d'|' -f2; }

# Whether the image exists. The stamp contains the hash of the recipe, so a changed recipe rebuilds the image.
base_stamp() { printf '%s/images/%s' "$E" "${1//[\/:]/_}"; }
base_hash() {
	local row recipe
	row=$(base_row "$1")
	read -r recipe _ <<<"${row##*|}"
	{ echo "$row"; declare -f "base_$recipe" suite_root debian_root folder_tar publish_image; cat "$lib/install.sh"; } | sha256sum | cut -d' ' -f1
}
base_made() { [[ -f $(base_stamp "$1") && $(<"$(base_stamp "$1")") == "$(base_hash "$1")" ]]; }
bases_missing() { local name; for name in "$@"; do base_made "$name" || printf '%s\n' "$name"; done; }
bases_present() { base_names | while read -r name; do [[ ! -f $(base_stamp "$name") ]] || printf '%s\n' "$name"; done; }

# First half, without a registry: creates the layers, and moves them to layers/ when they are complete.
layers_place() { printf '%s/layers/%s-%.12s' "$E" "${1//[\/:]/_}" "$(base_hash "$1")"; }
layers_job() {
	local row recipe place dir
	place=$(layers_place "$1")
	[[ ! -d $place ]] || return 0
	row=$(base_row "$1")
	read -ra recipe <<<"${row##*|}"
	dir=$(mktemp -d -p "$E/tmp" layers.XXXXXX)
	[[ ${recipe[0]} != as ]] || { mkdir -p "$E/layers" && mv "$dir" "$place"; return; }
	logged "base-${1//[\/:]/_}" "base_${recipe[0]}" "$dir" "${recipe[@]:1}"
	pack_layers "$dir"
	rm -rf "$dir"/fs* "$dir"/deb*
	mkdir -p "$E/layers"
	mv "$dir" "$place"
}
# Second half: publishes the image, and removes the layers.
publish_base() {
	local place
	place=$(layers_place "$1")
	[[ $(base_row "$1") == *"|as "* ]] || publish_image "$place" "$(base_stand_in "$1")"
	mkdir -p "$E/images"
	base_hash "$1" >"$(base_stamp "$1").new"
	mv "$(base_stamp "$1").new" "$(base_stamp "$1")"
	rm -rf "$place"
}
