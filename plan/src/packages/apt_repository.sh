# shellcheck shell=sh
# shellcheck disable=SC1091  # a file of the image
#
# Adds a repository for this step: `repository NAME KEY URL SUITE COMPONENTS`. Without a suite, it is the release of the
# base. apt expects the key in armor, whatever its file holds, and certificates for https, which slim images lack: those
# of the package are used without installing it.
repository() {
  mkdir -p /tmp/keys
  if grep -q 'BEGIN PGP' "$2"; then
    cat "$2"
  else
    printf '%s\n\n' '-----BEGIN PGP PUBLIC KEY BLOCK-----'
    base64 "$2"
    echo '-----END PGP PUBLIC KEY BLOCK-----'
  fi >"/tmp/keys/$1.asc"
  suite=$4
  [ -n "$suite" ] || suite=$(. /etc/os-release && echo "${VERSION_CODENAME:?names no suite: write the suite of the repository}")
  case $3 in https:*) certificates ;; esac
  {
    printf 'Types: deb\nURIs: %s\nSuites: %s\nSigned-By: /tmp/keys/%s.asc\n' "$3" "$suite" "$1"
    [ -z "$5" ] || printf 'Components: %s\n' "$5"
  } >"/etc/apt/sources.list.d/slipway-$1.sources"
}
certificates() {
  if [ -n "${CURL_CA_BUNDLE-}" ] || [ -e /etc/ssl/certs/ca-certificates.crt ]; then return; fi
  apt-get update -q
  (cd /tmp && apt-get download -q ca-certificates)
  dpkg-deb --extract /tmp/ca-certificates*.deb /tmp/certificates
  cat /tmp/certificates/usr/share/ca-certificates/*/*.crt >/tmp/certificates.pem
  export CURL_CA_BUNDLE=/tmp/certificates.pem
}
