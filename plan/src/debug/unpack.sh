# shellcheck shell=sh
#
# Downloads packages for an architecture, which need not be that of this image, and unpacks them to `/tmp/root`. Lists and
# archives are in memory: the image has no packages of that architecture, and keeps none.
arch=$1
shift
mkdir -p /tmp/state/lists/partial /tmp/cache/archives/partial /tmp/root
: >/tmp/status
cp -r /etc/apt/apt.conf.d /tmp/apt.conf.d
cat >/tmp/apt.conf <<END
Dir::Etc::Parts "/tmp/apt.conf.d";
Dir::State "/tmp/state";
Dir::State::Status "/tmp/status";
Dir::Cache "/tmp/cache";
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "3";
END
if [ -n "${CURL_CA_BUNDLE-}" ]; then echo "Acquire::https::CAInfo \"$CURL_CA_BUNDLE\";" >>/tmp/apt.conf; fi
export APT_CONFIG=/tmp/apt.conf
apt-get update -q
cd /tmp
apt-get download -q "$@"
for package in /tmp/*.deb; do dpkg -x "$package" /tmp/root; done
