# shellcheck shell=sh
#
# dnf of full images, or microdnf of minimal ones. What they remember of a repository may be of another distribution, so
# it is always compared with the repository.
manager=dnf
command -v dnf >/dev/null || manager=microdnf
command -v $manager >/dev/null || { echo 'This image has neither dnf nor microdnf: packages need an image of Fedora or Red Hat.' >&2; exit 1; }
again $manager install -y --refresh --setopt=cachedir=/var/cache/dnf --setopt=keepcache=1 --setopt=install_weak_deps=0 --setopt=tsflags=nodocs "$@"
rm -rf /var/log/dnf* /var/log/hawkey.log /var/cache/ldconfig/aux-cache
