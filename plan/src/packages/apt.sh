# shellcheck shell=sh
#
# Images delete downloads behind every run of apt (`docker-clean`); here they are kept on the engine, so the
# configuration is taken without that. With a list that could not be read, apt would install what the others have, or
# what an older list says: that is an error.
command -v apt-get >/dev/null || { echo 'This image has no apt-get: packages need an image of Debian or Ubuntu.' >&2; exit 1; }
cp -r /etc/apt/apt.conf.d /tmp/apt.conf.d
rm -f /tmp/apt.conf.d/docker-clean
cat >/tmp/apt.conf <<END
Dir::Etc::Parts "/tmp/apt.conf.d";
APT::Keep-Downloaded-Packages "true";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Update::Error-Mode "any";
END
if [ -n "${CURL_CA_BUNDLE-}" ]; then echo "Acquire::https::CAInfo \"$CURL_CA_BUNDLE\";" >>/tmp/apt.conf; fi
export APT_CONFIG=/tmp/apt.conf DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y "$@"
rm -rf /var/log/apt /var/log/dpkg.log /var/log/alternatives.log /var/cache/ldconfig/aux-cache /var/cache/debconf/*-old /var/lib/dpkg/*-old
