//! C libraries that a build is linked with, and that its images also need.
//!
//! Development packages (`libpq-dev`) are installed only in build steps; the library that compilers link with is in
//! another package (`libpq5`). The pairs are those of Debian 12, which steps run on. A library is reported only if an
//! image is known by name and certainly lacks it.

use slipway_spec::Span;

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

/// Development packages, the package with their library, other packages that contain it, and images that have it
/// anyway. Source: `apt-cache depends` of Debian 12.
const LIBRARIES: &[(&[&str], &str, &[&str], u8)] = &[
    (&["default-libmysqlclient-dev", "libmariadb-dev", "libmariadb-dev-compat"], "libmariadb3", &[], 0),
    (&["firebird-dev"], "libfbclient2", &[], 0),
    (&["freetds-dev"], "libsybdb5", &["freetds-bin"], 0),
    (&["libbz2-dev"], "libbz2-1.0", &[], DEBIAN | PYTHON),
    (&["libcairo2-dev"], "libcairo2", &["librsvg2", "libpango", "poppler-utils"], 0),
    (&["libcurl4-gnutls-dev"], "libcurl3-gnutls", &["git"], 0),
    (&["libcurl4-openssl-dev"], "libcurl4", &["curl"], 0),
    (&["libevent-dev"], "libevent-2.1-7", &[], 0),
    (&["libfreetype-dev", "libfreetype6-dev"], "libfreetype6", &["libcairo", "libfontconfig", "libpango"], 0),
    (&["libgdal-dev"], "libgdal32", &["gdal-bin"], 0),
    (&["libgeos-dev"], "libgeos-c1v5", &["gdal-bin", "libgdal"], 0),
    (&["libgit2-dev"], "libgit2-1.5", &[], 0),
    (&["libheif-dev"], "libheif1", &["imagemagick", "libmagick", "libvips"], 0),
    (
        &["libjpeg-dev", "libjpeg62-turbo-dev"],
        "libjpeg62-turbo",
        &["imagemagick", "libmagick", "libtiff", "libvips"],
        0,
    ),
    (&["libkrb5-dev"], "libgssapi-krb5-2", &["krb5-user", "libcurl", "libpq", "postgresql-client"], 0),
    (&["libldap-dev", "libldap2-dev"], "libldap-2.5-0", &["ldap-utils", "libcurl", "libpq", "postgresql-client"], 0),
    (&["libleveldb-dev"], "libleveldb1d", &[], 0),
    (&["liblzma-dev"], "liblzma5", &[], DEBIAN | PYTHON),
    (&["libmagic-dev"], "libmagic1", &["file"], 0),
    (&["libmagickwand-dev", "libmagickwand-6.q16-dev"], "libmagickwand-6.q16-6", &["imagemagick"], 0),
    (&["libmemcached-dev"], "libmemcached11", &[], 0),
    (&["libpcap-dev", "libpcap0.8-dev"], "libpcap0.8", &["tcpdump"], 0),
    (&["libpq-dev"], "libpq5", &["postgresql"], 0),
    (&["libproj-dev"], "libproj25", &["gdal-bin", "libgdal", "proj-bin"], 0),
    (&["librdkafka-dev"], "librdkafka1", &["kcat"], 0),
    (&["librocksdb-dev"], "librocksdb7.8", &[], 0),
    (&["libsasl2-dev"], "libsasl2-2", &["ldap-utils", "libcurl", "libldap", "libpq", "postgresql-client"], 0),
    (&["libsnappy-dev"], "libsnappy1v5", &[], 0),
    (&["libsodium-dev"], "libsodium23", &[], 0),
    (&["libsqlite3-dev"], "libsqlite3-0", &["sqlite3"], PYTHON),
    (&["libssl-dev"], "libssl3", &["curl", "libcurl4", "libpq", "openssl", "postgresql-client"], PYTHON | NATIVE),
    (&["libtesseract-dev"], "libtesseract5", &["tesseract-ocr"], 0),
    (&["libusb-1.0-0-dev"], "libusb-1.0-0", &["usbutils"], 0),
    (&["libvips-dev"], "libvips42", &[], 0),
    (&["libvpx-dev"], "libvpx7", &["ffmpeg", "libav"], 0),
    (&["libxml2-dev"], "libxml2", &["libvips", "libxmlsec", "libxslt", "xsltproc"], 0),
    (&["libxmlsec1-dev"], "libxmlsec1-openssl", &["libxmlsec1", "xmlsec1"], 0),
    (&["libxslt1-dev"], "libxslt1.1", &["libxmlsec", "xsltproc"], 0),
    (&["libyaml-dev"], "libyaml-0-2", &[], 0),
    (&["libzmq3-dev"], "libzmq5", &["libczmq"], 0),
    (&["libzstd-dev"], "libzstd1", &[], DEBIAN),
    (&["portaudio19-dev"], "libportaudio2", &[], 0),
    (&["unixodbc-dev"], "libodbc2", &["msodbcsql", "odbc-", "unixodbc"], 0),
    (&["zlib1g-dev"], "zlib1g", &[], DEBIAN | PYTHON),
];

/// The libraries that an image lacks: `wanted` are the packages of its build, `installed` its own.
pub(crate) fn missing(base: &Base, wanted: &[(String, Span)], installed: &[String]) -> Vec<MissingLibrary> {
    let Some(has) = base.libraries() else { return Vec::new() };
    let of = |(written, span): &(String, Span)| {
        let name = written.split(['=', ':']).next()?;
        let (dev, package, others, there) = LIBRARIES.iter().find(|(dev, ..)| dev.contains(&name))?;
        // In other releases, the same library has another number: `libgdal36`.
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
