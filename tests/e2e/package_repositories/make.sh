#!/bin/sh
# Makes the repositories beside it, signed with a new key: run it in this folder on Debian, with dpkg, gpg, gpg-agent, file,
# rpm and createrepo-c. Each has one package, `slipway-hello`; `slipway-local` is a package without a repository that needs it.
set -eu
here=$(pwd)
work=$(mktemp -d)
export GNUPGHOME="$work/gnupg" SOURCE_DATE_EPOCH=1700000000
mkdir -m 700 "$GNUPGHOME"
echo 'faked-system-time 20231114T221320!' >"$GNUPGHOME/gpg.conf"
gpg --batch --quiet --passphrase '' --quick-generate-key 'Repositories of the tests' rsa3072 sign never
gpg --armor --export >key.asc
gpg --export >key.gpg

deb() { # NAME DEPENDS
  folder="$work/$1"
  mkdir -p "$folder/DEBIAN" "$folder/usr/bin"
  printf '#!/bin/sh\necho %s of deb\n' "$1" >"$folder/usr/bin/$1"
  chmod 755 "$folder/usr/bin/$1"
  printf 'Package: %s\nVersion: 1.0\nArchitecture: all\nMaintainer: Tests <test@example.com>\nDepends: %s\nDescription: test\n' \
    "$1" "$2" >"$folder/DEBIAN/control"
  dpkg-deb --root-owner-group -Zgzip --build "$folder" "$3" >/dev/null
}
rm -rf apt rpm
mkdir -p apt/dists/stable/main/binary-amd64 apt/pool rpm
deb slipway-hello 'base-files' "$here/apt/pool/slipway-hello_1.0_all.deb"
deb slipway-local 'slipway-hello (>= 1.0)' "$here/slipway-local_1.0_all.deb"
file=pool/slipway-hello_1.0_all.deb
{
  dpkg-deb --field apt/$file
  printf 'Filename: %s\nSize: %s\nSHA256: %s\n' $file "$(stat -c %s apt/$file)" "$(sha256sum apt/$file | cut -d' ' -f1)"
} >apt/dists/stable/main/binary-amd64/Packages
list=main/binary-amd64/Packages
{
  printf 'Suite: stable\nCodename: stable\nComponents: main\nArchitectures: amd64\nDate: Tue, 14 Nov 2023 22:13:20 UTC\n'
  printf 'SHA256:\n %s %s %s\n' "$(sha256sum apt/dists/stable/$list | cut -d' ' -f1)" "$(stat -c %s apt/dists/stable/$list)" $list
} | gpg --batch --clearsign >apt/dists/stable/InRelease

cat >"$work/hello.spec" <<'END'
Name: slipway-hello
Version: 1.0
Release: 1
Summary: test
License: MIT
BuildArch: noarch
Recommends: slipway-missing
%description
test
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/share/doc/slipway-hello
printf '#!/bin/sh\necho slipway-hello of rpm\n' >%{buildroot}/usr/bin/slipway-hello
echo documentation >%{buildroot}/usr/share/doc/slipway-hello/README
%files
%attr(755,root,root) /usr/bin/slipway-hello
%doc /usr/share/doc/slipway-hello/README
END
rpmbuild --quiet -bb "$work/hello.spec" -D "_topdir $work/rpm" -D "_build_id_links none"
cp "$work"/rpm/RPMS/noarch/*.rpm rpm/
rpmsign --addsign -D "_openpgp_sign_id $(gpg --list-keys --with-colons | sed -n 's/^fpr:*\([0-9A-F]*\):*/\1/p' | head -1)" \
  -D "_gpg_name Repositories of the tests" rpm/*.rpm
createrepo_c --quiet --general-compress-type=gz --no-database rpm
rm -rf "$work"
