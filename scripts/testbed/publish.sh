# shellcheck shell=bash disable=SC2034,SC2154  # the parts of scripts/engine share their variables
# Pushes images to the private registry through its HTTP API: no daemon, no second copy, reproducible bytes. An
# unpublished image is a folder: ARCH.tar and ARCH.json (the `config` part of the image's JSON) for each platform.

registry_put() { # METHOD-AND-URL-OPTIONS…
	curl -fsS --noproxy '*' -o /dev/null "$@"
}

# upload_blob REPOSITORY FILE DIGEST
upload_blob() {
	local url=http://127.0.0.1:$PORT/v2/$1/blobs place
	! registry_put -I "$url/$3" 2>/dev/null || return 0
	place=$(curl -fsS --noproxy '*' -o /dev/null -X POST -w '%header{location}' "$url/uploads/")
	registry_put -T "$2" -H 'Content-Type: application/octet-stream' "$place$([[ $place == *\?* ]] && echo '&' || echo '?')digest=$3"
}

digest() { printf 'sha256:%s' "$(sha256sum "$1" | cut -d' ' -f1)"; }
descriptor() { # TYPE FILE [further JSON]
	printf '{"mediaType":"%s","digest":"%s","size":%s%s}' "$1" "$(digest "$2")" "$(stat -c %s "$2")" "${3:-}"
}

# pack_layers FOLDER: replaces each ARCH.tar with ARCH.tar.gz and its two digests. Needs no registry.
pack_layers() {
	local tar diff
	for tar in "$1"/*.tar; do
		digest "$tar" >"$tar.diffid" &
		diff=$!
		pigz -n -1 <"$tar" >"$tar.gz"
		wait "$diff"
		rm "$tar"
	done
}

# publish_image FOLDER NAME:TAG: pushes one index for all platforms, last: if it exists, the image is complete.
publish_image() {
	local dir=$1 name=${2%:*} tag=${2##*:} config arch manifests='' oci=application/vnd.oci.image
	for config in "$dir"/*.json; do
		arch=$(basename "$config" .json)
		printf '{"architecture":"%s","os":"linux","created":"2023-11-14T22:13:20Z","config":%s,"rootfs":{"type":"layers","diff_ids":["%s"]},"history":[{"created":"2023-11-14T22:13:20Z","created_by":"slipway stand-in, for tests only"}]}' \
			"$arch" "$(cat "$config")" "$(cat "$dir/$arch.tar.diffid")" >"$dir/$arch.config"
		printf '{"schemaVersion":2,"mediaType":"%s.manifest.v1+json","config":%s,"layers":[%s]}' "$oci" \
			"$(descriptor $oci.config.v1+json "$dir/$arch.config")" \
			"$(descriptor $oci.layer.v1.tar+gzip "$dir/$arch.tar.gz")" >"$dir/$arch.manifest"
		upload_blob "$name" "$dir/$arch.tar.gz" "$(digest "$dir/$arch.tar.gz")"
		upload_blob "$name" "$dir/$arch.config" "$(digest "$dir/$arch.config")"
		put_manifest "$name" "$(digest "$dir/$arch.manifest")" $oci.manifest.v1+json "$dir/$arch.manifest"
		manifests+=${manifests:+,}$(descriptor $oci.manifest.v1+json "$dir/$arch.manifest" \
			",\"platform\":{\"architecture\":\"$arch\",\"os\":\"linux\"}")
	done
	printf '{"schemaVersion":2,"mediaType":"%s.index.v1+json","manifests":[%s]}' "$oci" "$manifests" >"$dir/index"
	put_manifest "$name" "$tag" $oci.index.v1+json "$dir/index"
}
put_manifest() { # REPOSITORY REFERENCE TYPE FILE
	registry_put -X PUT -H "Content-Type: $3" --data-binary "@$4" "http://127.0.0.1:$PORT/v2/$1/manifests/$2"
}
