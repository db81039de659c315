//! C libraries that a build is linked with, and that its images also need.
//!
//! Development packages (`libpq-dev`) are installed only in build steps; the library that compilers link with is in
//! another package (`libpq5`). Its name may differ between Debian releases; the one for the release of the image is
//! suggested. A library is reported only if an image is known by name and certainly lacks it.

use slipway_spec::Span;
use slipway_spec::model::Distro;

use super::base::{Base, Flavor, Kind};

/// A library that a build is linked with and that an image lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingLibrary {
    /// The development package, as written.
    pub written: String,
    /// The package with the library.
    pub package: &'static str,
    /// The part of the spec that names the development package.
    pub span: Span,
}

/// Every Debian image has it.
const DEBIAN: u8 = 1;
/// Official and distroless Python images have it.
const PYTHON: u8 = 2;
/// Distroless images with a C library have it.
const NATIVE: u8 = 4;

/// The releases that the table knows, in its order.
const RELEASES: [Distro; 3] = [Distro::Bullseye, Distro::Bookworm, Distro::Trixie];

/// A package with the same name in every release.
const fn one(package: &str) -> [&str; 3] {
    [package; 3]
}

/// Development packages, the package with their library in each of [`RELEASES`], other packages that contain it, and
/// images that have it anyway.
type Library = (&'static [&'static str], [&'static str; RELEASES.len()], &'static [&'static str], u8);

/// Source: the dependencies in the package lists of the releases.
#[rustfmt::skip]
const LIBRARIES: &[Library] = &[
    (&["default-libmysqlclient-dev", "libmariadb-dev", "libmariadb-dev-compat"], one("libmariadb3"), &[], 0),
    (&["firebird-dev"], one("libfbclient2"), &[], 0),
    (&["freetds-dev"], one("libsybdb5"), &["freetds-bin"], 0),
    (&["libbz2-dev"], one("libbz2-1.0"), &[], DEBIAN | PYTHON),
    (&["libcairo2-dev"], one("libcairo2"), &["librsvg2", "libpango", "poppler-utils"], 0),
    (&["libcurl4-gnutls-dev"], ["libcurl3-gnutls", "libcurl3-gnutls", "libcurl3t64-gnutls"], &["git"], 0),
    (&["libcurl4-openssl-dev"], ["libcurl4", "libcurl4", "libcurl4t64"], &["curl"], 0),
    (&["libevent-dev"], ["libevent-2.1-7", "libevent-2.1-7", "libevent-2.1-7t64"], &[], 0),
    (&["libfreetype-dev", "libfreetype6-dev"], one("libfreetype6"), &["libcairo", "libfontconfig", "libpango"], 0),
    (&["libgdal-dev"], ["libgdal28", "libgdal32", "libgdal36"], &["gdal-bin"], 0),
    (&["libgeos-dev"], ["libgeos-c1v5", "libgeos-c1v5", "libgeos-c1t64"], &["gdal-bin", "libgdal"], 0),
    (&["libgit2-dev"], ["libgit2-1.1", "libgit2-1.5", "libgit2-1.9"], &[], 0),
    (&["libheif-dev"], one("libheif1"), &["imagemagick", "libmagick", "libvips"], 0),
    (
        &["libjpeg-dev", "libjpeg62-turbo-dev"],
        one("libjpeg62-turbo"),
        &["imagemagick", "libmagick", "libtiff", "libvips"],
        0,
    ),
    (&["libkrb5-dev"], one("libgssapi-krb5-2"), &["krb5-user", "libcurl", "libpq", "postgresql-client"], 0),
    (&["libldap-dev", "libldap2-dev"], ["libldap-2.4-2", "libldap-2.5-0", "libldap2"], &["ldap-utils", "libcurl", "libpq", "postgresql-client"], 0),
    (&["libleveldb-dev"], one("libleveldb1d"), &[], 0),
    (&["liblzma-dev"], one("liblzma5"), &[], DEBIAN | PYTHON),
    (&["libmagic-dev"], ["libmagic1", "libmagic1", "libmagic1t64"], &["file"], 0),
    (&["libmagickwand-dev", "libmagickwand-6.q16-dev", "libmagickwand-7.q16-dev"], ["libmagickwand-6.q16-6", "libmagickwand-6.q16-6", "libmagickwand-7.q16-10"], &["imagemagick"], 0),
    (&["libmemcached-dev"], ["libmemcached11", "libmemcached11", "libmemcached11t64"], &[], 0),
    (&["libpcap-dev", "libpcap0.8-dev"], ["libpcap0.8", "libpcap0.8", "libpcap0.8t64"], &["tcpdump"], 0),
    (&["libpq-dev"], one("libpq5"), &["postgresql"], 0),
    (&["libproj-dev"], ["libproj19", "libproj25", "libproj25"], &["gdal-bin", "libgdal", "proj-bin"], 0),
    (&["librdkafka-dev"], one("librdkafka1"), &["kcat"], 0),
    (&["librocksdb-dev"], ["librocksdb6.11", "librocksdb7.8", "librocksdb9.10"], &[], 0),
    (&["libsasl2-dev"], one("libsasl2-2"), &["ldap-utils", "libcurl", "libldap", "libpq", "postgresql-client"], 0),
    (&["libsnappy-dev"], one("libsnappy1v5"), &[], 0),
    (&["libsodium-dev"], one("libsodium23"), &[], 0),
    (&["libsqlite3-dev"], one("libsqlite3-0"), &["sqlite3"], PYTHON),
    (&["libssl-dev"], ["libssl1.1", "libssl3", "libssl3t64"], &["curl", "libcurl4", "libpq", "openssl", "postgresql-client"], PYTHON | NATIVE),
    (&["libtesseract-dev"], ["libtesseract4", "libtesseract5", "libtesseract5"], &["tesseract-ocr"], 0),
    (&["libusb-1.0-0-dev"], one("libusb-1.0-0"), &["usbutils"], 0),
    (&["libvips-dev"], ["libvips42", "libvips42", "libvips42t64"], &[], 0),
    (&["libvpx-dev"], ["libvpx6", "libvpx7", "libvpx9"], &["ffmpeg", "libav"], 0),
    (&["libxml2-dev"], one("libxml2"), &["libvips", "libxmlsec", "libxslt", "xsltproc"], 0),
    (&["libxmlsec1-dev"], ["libxmlsec1-openssl", "libxmlsec1-openssl", "libxmlsec1t64-openssl"], &["libxmlsec1", "xmlsec1"], 0),
    (&["libxslt1-dev"], one("libxslt1.1"), &["libxmlsec", "xsltproc"], 0),
    (&["libyaml-dev"], one("libyaml-0-2"), &[], 0),
    (&["libzmq3-dev"], one("libzmq5"), &["libczmq"], 0),
    (&["libzstd-dev"], one("libzstd1"), &[], DEBIAN),
    (&["portaudio19-dev"], one("libportaudio2"), &[], 0),
    (&["unixodbc-dev"], ["libodbc1", "libodbc2", "libodbc2"], &["msodbcsql", "odbc-", "unixodbc"], 0),
    (&["zlib1g-dev"], one("zlib1g"), &[], DEBIAN | PYTHON),
];

/// The libraries that an image lacks: `wanted` are the packages of its build, `installed` its own. The release of an
/// image that does not tell it is the one that the build runs on.
pub(crate) fn missing(
    base: &Base,
    built_on: Option<Distro>,
    wanted: &[(String, Span)],
    installed: &[String],
) -> Vec<MissingLibrary> {
    let Some(has) = base.libraries() else { return Vec::new() };
    let of = |(written, span): &(String, Span)| {
        let name = written.split(['=', ':']).next()?;
        let (dev, packages, others, there) = LIBRARIES.iter().find(|(dev, ..)| dev.contains(&name))?;
        let release = base.debian().or(built_on).unwrap_or(Distro::Trixie);
        let (_, package) = RELEASES.iter().zip(packages).find(|(known, _)| **known == release)?;
        // A file of another release has another number: `libgdal32`.
        let stem = package.split(|c: char| c.is_ascii_digit()).next().unwrap_or(package);
        let brings = |installed: &String| {
            let is_one = |start: &&str| installed.starts_with(*start);
            installed.starts_with(stem) || others.iter().any(is_one) || dev.iter().any(is_one)
        };
        let is_missing = there & has == 0 && !installed.iter().any(brings);
        is_missing.then(|| MissingLibrary { written: written.clone(), package, span: *span })
    };
    wanted.iter().filter_map(of).collect()
}

impl Base {
    /// The libraries of the table that it has anyway; `None` if it may have any, or uses another C library.
    fn libraries(&self) -> Option<u8> {
        let of_python = |is_python: bool| if is_python { PYTHON } else { 0 };
        match self.kind {
            _ if self.is_replaced() => None,
            Kind::Debian if self.is_plain() && self.is_slim() => Some(DEBIAN | of_python(self.official() == "python")),
            Kind::Distroless(flavor @ (Flavor::Native | Flavor::Node | Flavor::Python)) => {
                Some(NATIVE | of_python(flavor == Flavor::Python))
            }
            _ => None,
        }
    }
}

impl MissingLibrary {
    /// The problem.
    #[must_use]
    pub fn message(&self, base: &Base) -> String {
        let Self { written, package, .. } = self;
        format!(
            "the build is linked with the library of `{written}`, but the image on `{}` does not contain `{package}`",
            base.name
        )
    }

    /// What to do.
    #[must_use]
    pub fn help(&self, base: &Base) -> String {
        let Self { written, package, .. } = self;
        let runtime = if base.is_distribution() { "" } else { ", and `runtime: slim` to the image" };
        format!("add `packages: {{ build: [{written}], runtime: [{package}] }}` to the build{runtime}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_has_each_package_once() {
        let mut all: Vec<&str> = LIBRARIES.iter().flat_map(|(dev, ..)| dev.iter().copied()).collect();
        let firsts: Vec<&&str> = LIBRARIES.iter().filter_map(|(dev, ..)| dev.first()).collect();
        assert!(firsts.is_sorted());
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
