//! Names of packages.

/// The normalized name of a requirement, as names are compared: `Foo_Bar[x]>=1` is `foo-bar`.
/// Source: <https://packaging.python.org/en/latest/specifications/name-normalization/>.
#[must_use]
pub fn normal_name(requirement: &str) -> String {
    let name: String =
        requirement.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    let mut normal = String::new();
    for c in name.trim_end_matches(['-', '_', '.']).chars() {
        match c {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            c => normal.push(c.to_ascii_lowercase()),
        }
    }
    normal
}
