# shellcheck shell=sh
# shellcheck disable=SC2154 # read.sh sets the login, and what stands ahead `manifests`
#
# A server for each repository at the host that a `pom.xml` names, and one whose id is the host's name, for
# repositories of parents that are elsewhere.
servers() {
    escaped() { printf %s "$1" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'; }
    {
      echo "$1"
      (cd "$manifests" && find . -name pom.xml -exec cat {} +) | tr -s '\r\n\t ' ' ' | sed 's/<repository>/\n&/g; s/<pluginRepository>/\n&/g; s/<\/repository>/&\n/g; s/<\/pluginRepository>/&\n/g' |
        grep "<url> *https*://$2[/<: ]" | sed -n 's/.*<id> *\([A-Za-z0-9._-]*\) *<\/id>.*/\1/p'
    } | sort -u | while read -r id; do
      printf '<server><id>%s</id><username>%s</username><password>%s</password></server>\n' "$id" "$(escaped "$user")" "$(escaped "$word")"
    done >>servers
  }
