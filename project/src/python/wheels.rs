//! Checks whether locked packages have wheels for a platform, so that another platform can install them.
//!
//! Source of the names: <https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/>.

/// A package of a lockfile that is not from the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// Its name, as in the lockfile.
    pub name: String,
    /// The names of its wheels.
    pub wheels: Vec<String>,
}

/// The glibc minor version of Debian 12, on which official Python images are based: 2.36.
const GLIBC: u32 = 36;

/// Names of packages that have no wheel for a Python such as `3.11` on an architecture such as `aarch64`.
#[must_use]
pub fn without_wheel<'l>(locked: &'l [Locked], python: &str, architecture: &str) -> Vec<&'l str> {
    let minor: u32 = python.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or_default();
    let lacks = |package: &&Locked| !package.wheels.iter().any(|wheel| fits(wheel, minor, architecture));
    locked.iter().filter(lacks).map(|package| package.name.as_str()).collect()
}

/// Names of packages whose wheels, if any, are all for specific platforms.
#[must_use]
pub fn native(locked: &[Locked]) -> Vec<&str> {
    let native = |package: &&Locked| !package.wheels.iter().any(|wheel| wheel.ends_with("-none-any.whl"));
    locked.iter().filter(native).map(|package| package.name.as_str()).collect()
}

/// Names of packages with wheels for the GNU C library, and none for all platforms.
#[must_use]
pub fn manylinux(locked: &[Locked]) -> Vec<&str> {
    let is_linked = |package: &&Locked| {
        let any = |part: &str| package.wheels.iter().any(|wheel| wheel.contains(part));
        any("manylinux") && !any("-none-any.whl")
    };
    locked.iter().filter(is_linked).map(|package| package.name.as_str()).collect()
}

/// Whether a wheel can be installed.
fn fits(wheel: &str, minor: u32, architecture: &str) -> bool {
    let Some(name) = wheel.strip_suffix(".whl") else { return false };
    let mut tags = name.rsplit('-');
    let (Some(platforms), Some(abis), Some(pythons)) = (tags.next(), tags.next(), tags.next()) else { return false };
    let platform = platforms.split('.').any(|tag| {
        let Some(rest) = tag.strip_suffix(architecture).and_then(|rest| rest.strip_suffix('_')) else {
            return tag == "any";
        };
        match rest.strip_prefix("manylinux_2_") {
            Some(glibc) => glibc.parse::<u32>().is_ok_and(|glibc| glibc <= GLIBC),
            None => rest.starts_with("manylinux") || rest == "linux",
        }
    });
    let stable = abis.split('.').any(|abi| abi == "abi3");
    let python = pythons.split('.').any(|tag| {
        let number = |prefix: &str| tag.strip_prefix(prefix).and_then(|number| number.parse::<u32>().ok());
        tag == "py3"
            || number("py3").is_some_and(|least| least <= minor)
            || number("cp3").is_some_and(|made| if stable { made <= minor } else { made == minor })
    });
    // Free-threaded builds of Python have a separate ABI: `cp313t`.
    let abi = abis.split('.').any(|abi| abi == "none" || abi == "abi3" || abi == format!("cp3{minor}"));
    platform && python && abi
}

/// Whether a requirement with a marker can apply to Linux. Markers are not evaluated; only those that require another
/// operating system are detected.
pub(super) fn is_for_linux(marker: &str) -> bool {
    let marker = marker.replace('"', "'");
    let other =
        ["sys_platform == 'win32'", "sys_platform == 'darwin'", "platform_system == 'Windows'", "os_name == 'nt'"];
    marker.contains(" or ") || !other.iter().any(|other| marker.contains(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wheels_match_by_their_tags() {
        for (wheel, expected) in [
            ("a-1-py3-none-any.whl", true),
            ("a-1-py2.py3-none-any.whl", true),
            ("a-1-py37-none-any.whl", true),
            ("a-1-cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64.whl", true),
            ("a-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", false),
            ("a-1-cp312-cp312-manylinux_2_17_aarch64.whl", false),
            ("a-1-cp39-abi3-manylinux_2_28_aarch64.whl", true),
            ("a-1-cp312-abi3-manylinux_2_28_aarch64.whl", false),
            ("a-1-cp311-cp311-manylinux_2_39_aarch64.whl", false),
            ("a-1-cp311-cp311-musllinux_1_2_aarch64.whl", false),
            ("a-1-cp311-cp311-macosx_11_0_arm64.whl", false),
            ("a-1-cp311-cp311t-manylinux_2_17_aarch64.whl", false),
            ("a-1-2build-py3-none-manylinux2014_aarch64.whl", true),
            ("a-1.tar.gz", false),
        ] {
            assert_eq!(fits(wheel, 11, "aarch64"), expected, "{wheel}");
        }
    }

    #[test]
    fn markers_of_other_systems_are_detected() {
        assert!(!is_for_linux("sys_platform == 'win32'"));
        assert!(!is_for_linux("python_full_version < '3.12' and sys_platform == \"win32\""));
        assert!(is_for_linux("sys_platform == 'win32' or python_full_version < '3.12'"));
        assert!(is_for_linux("implementation_name != 'PyPy'"));
    }
}
