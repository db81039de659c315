//! The images that a Dockerfile names, so that a policy can replace them before the Dockerfile frontend looks them up.
//!
//! It reads no more of a Dockerfile than that needs. A name that it finds although no step uses it has no effect. What
//! it cannot know, such as a name that an earlier instruction makes up, keeps its meaning.

use std::collections::{BTreeMap, BTreeSet};

/// The images in `FROM` and in `from` of copies and mounts, with the values of arguments.
pub(super) fn images(text: &str, args: &[(String, String)]) -> BTreeSet<String> {
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    let (mut names, mut stages) = (BTreeSet::new(), BTreeSet::from(["scratch".to_owned()]));
    for line in text.lines().map(str::trim_start).filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let instruction = words.next().unwrap_or_default().to_ascii_uppercase();
        if instruction == "ARG" {
            for word in words {
                let (name, default) = word.split_once('=').unwrap_or((word, ""));
                let given = args.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str());
                let value = match given {
                    Some(given) => Some(given.to_owned()),
                    None => expanded(default.trim_matches(['"', '\'']), &values),
                };
                if let Some(value) = value.filter(|value| !value.is_empty()) {
                    values.entry(name.to_owned()).or_insert(value);
                }
            }
            continue;
        }
        if instruction == "FROM" {
            let mut rest = words.clone().filter(|word| !word.starts_with("--"));
            names.extend(rest.next().map(str::to_owned));
            if rest.next().is_some_and(|word| word.eq_ignore_ascii_case("as")) {
                stages.extend(rest.next().map(str::to_ascii_lowercase));
            }
        }
        let options = words.filter_map(|word| word.strip_prefix("--"));
        let from = options.flat_map(|option| option.split([',', '=']).skip_while(|part| *part != "from").nth(1));
        names.extend(from.map(|name| name.trim_matches(['"', '\'']).to_owned()));
    }
    let names = names.iter().filter_map(|name| expanded(name, &values));
    names.filter(|name| !name.is_empty() && !stages.contains(&name.to_ascii_lowercase())).collect()
}

/// The maximum length of a name: arguments that name others could multiply.
const MAX_NAME: usize = 1024;

/// A name with the values of its arguments; `None` if one is not known.
fn expanded(name: &str, values: &BTreeMap<String, String>) -> Option<String> {
    let mut rest = name;
    let mut text = String::new();
    while let Some((before, after)) = rest.split_once('$') {
        text.push_str(before);
        let is_part = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
        let (variable, fallback) = match after.strip_prefix('{') {
            Some(braced) => {
                let (inside, end) = braced.split_once('}')?;
                rest = end;
                match inside.split_once(":-") {
                    Some((variable, fallback)) => (variable, Some(fallback)),
                    None => (inside, None),
                }
            }
            None => {
                let end = after.find(|sign| !is_part(sign)).unwrap_or(after.len());
                let (variable, end) = after.split_at_checked(end)?;
                rest = end;
                (variable, None)
            }
        };
        text.push_str(values.get(variable).map(String::as_str).or(fallback)?);
        if text.len() > MAX_NAME {
            return None;
        }
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_found_and_stages_are_not() {
        let text = "\
# FROM comment
ARG GO=1.24
ARG BASE=\"gcr.io/distroless/static\"
ARG UNKNOWN
ARG TOOLS=acme/tools:$GO
FROM --platform=$BUILDPLATFORM golang:${GO}-trixie AS Build
RUN --mount=type=cache,target=/x --mount=type=bind,from=busybox:1.37,target=/b true
RUN --mount=from=tools,target=/t \\
    make
FROM $BASE:nonroot
FROM build AS again
COPY --from=build /a /a
  copy --chown=1:1 --from=alpine:${MISSING:-3.22} /b /b
FROM node:$UNKNOWN
FROM scratch
FROM ${TOOLS}
FROM x:${LEVEL}
";
        let args = [("GO".to_owned(), "1.25".to_owned()), ("LEVEL".to_owned(), "2".to_owned())];
        let found = images(text, &args);
        let expected = [
            "acme/tools:1.25",
            "alpine:3.22",
            "busybox:1.37",
            "gcr.io/distroless/static:nonroot",
            "golang:1.25-trixie",
            "tools",
        ];
        assert_eq!(found, expected.map(str::to_owned).into());
    }

    #[test]
    fn nothing_in_a_dockerfile_is_a_problem() {
        for text in
            ["", "FROM", "FROM ${", "FROM $", "FROM a${b", "ARG", "ARG =", "COPY --from= x", "RUN --from", "FROM ä$ö"]
        {
            let _ = images(text, &[]);
        }
        let doubled: String = (1..200).map(|n| format!("ARG A{n}=${{A{0}}}${{A{0}}}\n", n - 1)).collect();
        assert!(images(&format!("ARG A0=x\n{doubled}FROM $A199\n"), &[]).is_empty());
    }
}
