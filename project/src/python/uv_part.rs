//! Removes lines from the text of a `uv.lock` that do not affect a program.

/// The text of a package without unused dependency groups, and without the metadata that uv compares with the
/// manifests, which a frozen sync does not.
pub(super) fn without_groups(text: &str, groups: &[&str]) -> String {
    let mut out = String::new();
    let mut section = "";
    let mut group_is_kept = false;
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
            group_is_kept = false;
        }
        let kept = match section {
            "[package.dev-dependencies]" => {
                if let Some((name, rest)) = line.split_once(" = ")
                    && rest.starts_with('[')
                    && !line.starts_with(' ')
                {
                    group_is_kept = groups.contains(&name.trim_matches('"'));
                }
                group_is_kept || (line.starts_with('[') && !groups.is_empty())
            }
            section => !section.starts_with("[package.metadata"),
        };
        if kept {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// The text before the packages, without the list of all members: uv only compares it, and a new member does not affect
/// the others.
pub(super) fn without_members(head: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in head.lines() {
        inside |= line.starts_with("members = [");
        if !inside {
            out.push_str(line);
            out.push('\n');
        }
        inside &= !line.ends_with(']');
    }
    out
}
