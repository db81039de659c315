# shellcheck shell=sh
#
# Cargo compiles again what is younger than its last result, and the files here are as old as the client says: one
# that went back to an earlier state would be passed over. So every file is made as old as its content is in this
# cache, told by a journal beside the results: path, content, since when. Programs share the results, each with a part
# of the files, and the journal with them. A folder's content is its names; only folders are watched whose files are
# all here.
#
# From its first look into the journal, a step has the results for itself until it ends or says `UNLOCK`: were the
# mount a locked one, the steps that wait would not even have started, and would be told of their turn a tenth of a
# second late.
#
# Packages from git keep their version when their commit changes, and Cargo tells the sources of dependencies apart by
# their versions: then everything is forgotten.
export LC_ALL=C
tab=$(printf '\t')
cd /src
{
  find . -type f -exec sha256sum {} + | sed -n "s/^\([0-9a-f]*\)  /f\1$tab/p"
  find . -type l -printf 'l%l\t%p\n'
  while IFS= read -r folder; do
    [ ! -d "./$folder" ] || find ".${folder:+/$folder}" -mindepth 1 -printf '%h\t%f\n'
  done </tmp/whole | sort -u | awk -F'\t' '
    $1 != folder { if (folder != "") print names "\t" folder; folder = $1; names = "d" }
    { names = names "/" $2 }
    END { if (folder != "") print names "\t" folder }'
} >/tmp/contents
find . -exec touch -h -d @946684800 {} +
commits=$(sed -n 's/^source = "git+/git+/p' "$LOCKFILE" | sort -u | sha256sum)

command -v flock >/dev/null || { echo 'The image that compiles has no flock, by which programs take turns: it is in the package util-linux.' >&2; exit 1; }
exec 9>"$CARGO_TARGET_DIR/slipway-lock"
flock 9
if [ "$(cat "$CARGO_TARGET_DIR/slipway-commits" 2>/dev/null)" != "$commits" ]; then
  find "$CARGO_TARGET_DIR" -mindepth 1 ! -name slipway-lock -delete
  echo "$commits" >"$CARGO_TARGET_DIR/slipway-commits"
fi
journal=$CARGO_TARGET_DIR/slipway-journal
touch "$journal" /tmp/now
awk -F'\t' -v now="$(stat -c %.9Y /tmp/now)" '
  known { if (NF == 3) { since[$3] = $1; content[$3] = $2 } next }
  NF == 2 {
    here[$2]
    if (content[$2] == $1) next
    if ($1 ~ /^l/) all = 1
    since[$2] = now; content[$2] = $1
  }
  END {
    for (path in since) {
      if (all && path in here) since[path] = now
      print since[path] "\t" content[path] "\t" path >"/tmp/journal"
      if (path in here) print since[path] "\t" path
    }
  }' known=1 "$journal" known=0 /tmp/contents | sort >/tmp/since
cut -f1 /tmp/since | uniq | while read -r since; do
  awk -F'\t' -v since="$since" '$1 == since { print $2 }' /tmp/since | xargs -r -d '\n' touch -h -c -d "@$since"
done
find . \( -name "*$tab*" -o -name '*\\*' -o -name '*
*' \) -exec touch -h {} +
[ ! -e /tmp/journal ] || cp /tmp/journal "$journal.new"
[ ! -e /tmp/journal ] || mv "$journal.new" "$journal"
unset LC_ALL
cd "$OLDPWD"
