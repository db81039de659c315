//! The draft as the text of a spec.

use slipway_spec::visible::visible;
use slipway_spec::yaml::quoted;

use crate::draft::Draft;
use crate::image::{Form, Image, Key};

/// The maximum width of a line.
const WIDE: usize = 110;

/// The text, and the image and the section that each line belongs to.
#[derive(Debug, Default)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// By line, from 0: the number of the image, and whether the line is in `stages`.
    pub(crate) owners: Vec<Option<(usize, bool)>>,
}

impl Text {
    fn line(&mut self, indent: usize, text: &str, owner: Option<(usize, bool)>) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        // What is quoted from files of the repository stays visible.
        self.text.push_str(&visible(text));
        self.text.push('\n');
        self.owners.push(owner);
    }

    /// A sentence as lines of comments.
    fn comment(&mut self, indent: usize, text: &str, owner: Option<(usize, bool)>) {
        let mut line = "#".to_owned();
        for word in text.split_whitespace() {
            if line.len() + word.len() + indent >= WIDE && line.len() > 1 {
                self.line(indent, &line, owner);
                line.truncate(1);
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(indent, &line, owner);
    }

    fn key(&mut self, indent: usize, key: &Key, owner: Option<(usize, bool)>) {
        if !key.note.is_empty() {
            self.comment(indent, &key.note, owner);
        }
        let line = format!("{}: {}", quoted(&key.name), key.value);
        let parts = parts(&key.value);
        if line.len() + indent <= WIDE || parts.len() < 2 {
            return self.line(indent, &line, owner);
        }
        self.line(indent, &format!("{}:", quoted(&key.name)), owner);
        let mark = if key.value.starts_with('[') { "- " } else { "" };
        for part in parts {
            self.line(indent + 2, &format!("{mark}{part}"), owner);
        }
    }
}

/// The items of a list or a map on one line.
fn parts(value: &str) -> Vec<&str> {
    let inside = value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let inside = inside.or_else(|| value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')));
    let Some(inside) = inside else { return Vec::new() };
    let (mut depth, mut quote, mut from) = (0, false, 0);
    let mut found = Vec::new();
    let mut escaped = false;
    for (place, c) in inside.char_indices() {
        match c {
            _ if escaped => {}
            '"' => quote = !quote,
            '{' | '[' if !quote => depth += 1,
            '}' | ']' if !quote => depth -= 1,
            ',' if !quote && depth == 0 => {
                found.extend(inside.get(from..place).map(str::trim));
                from = place + 1;
            }
            _ => {}
        }
        escaped = c == '\\' && quote && !escaped;
    }
    found.extend(inside.get(from..).map(str::trim));
    found
}

/// The text of a draft for an image of the frontend.
pub(crate) fn text(draft: &Draft, image: &str, is_known: bool) -> Text {
    let mut out = Text::default();
    out.line(0, &format!("# syntax={image}"), None);
    if !draft.skips.is_empty() {
        out.line(0, &format!("# check=skip={}", draft.skips.join(",")), None);
    }
    if !is_known {
        out.comment(
            0,
            "The image of Slipway in the first line is a placeholder: write the one of your platform team.",
            None,
        );
    }
    for line in &draft.head {
        out.comment(0, line, None);
    }
    let (args, secrets) = draft.used();
    if !args.is_empty() {
        out.line(0, "args:", None);
        args.iter()
            .for_each(|(name, default)| out.line(2, &format!("{name}: {}", quoted(&default.replace('$', "$$"))), None));
    }
    if !secrets.is_empty() {
        out.line(0, "secrets:", None);
        secrets.iter().for_each(|id| {
            out.line(
                2,
                &format!("{}: {{ target: {}, required: false }}", quoted(id), quoted(&format!("/run/secrets/{id}"))),
                None,
            );
        });
    }
    let builds = draft
        .builds
        .iter()
        .filter(|(number, ..)| draft.images.get(*number).is_some_and(|image| image.form == Form::Preset));
    let mut seen: Vec<&str> = Vec::new();
    for (number, name, keys) in builds {
        if seen.is_empty() {
            out.line(0, "builds:", None);
        }
        if !seen.contains(&name.as_str()) {
            let owner = Some((*number, false));
            out.line(2, &format!("{name}:"), owner);
            keys.iter().for_each(|key| out.key(4, key, owner));
            seen.push(name);
        }
    }
    let adopted =
        || draft.images.iter().enumerate().filter(|(_, image)| image.form == Form::Adopted && !image.stage.is_empty());
    if adopted().next().is_some() {
        out.line(0, "stages:", None);
    }
    for (number, image) in adopted() {
        let owner = Some((number, true));
        out.comment(2, &format!("Its Dockerfile builds it: {}.", image.why), owner);
        skips(&mut out, image, owner);
        out.line(2, &format!("{}:", image.name), owner);
        image.stage.iter().for_each(|key| out.key(4, key, owner));
    }
    out.line(0, "images:", None);
    for (number, image) in draft.images.iter().enumerate().filter(|(_, image)| image.form != Form::Comment) {
        one(&mut out, image, (number, false));
    }
    for (number, image) in draft.images.iter().enumerate().filter(|(_, image)| image.form == Form::Comment) {
        out.comment(2, &format!("Not built: {}: {}.", image.name, image.why), Some((number, false)));
        if image.keys.is_empty() {
            continue;
        }
        let keys: Vec<_> = image.keys.iter().map(|key| format!("{}: {}", key.name, key.value)).collect();
        out.line(2, &format!("# {}: {{ {} }}", image.name, keys.join(", ")), Some((number, false)));
    }
    for line in &draft.tail {
        out.comment(2, line, None);
    }
    out
}

fn one(out: &mut Text, image: &Image, owner: (usize, bool)) {
    let owner = Some(owner);
    if image.form == Form::Preset {
        image.notes.iter().for_each(|note| out.comment(2, note, owner));
    }
    skips(out, image, owner);
    let keys = image.own();
    let all: Vec<_> = keys.iter().map(|key| format!("{}: {}", key.name, key.value)).collect();
    let flow = format!("{}: {{ {} }}", image.name, all.join(", "));
    if keys.len() < 3 && keys.iter().all(|key| key.note.is_empty() && !key.value.contains(" #")) && flow.len() < 80 {
        return out.line(2, &flow, owner);
    }
    out.line(2, &format!("{}:", image.name), owner);
    keys.iter().for_each(|key| out.key(4, key, owner));
}

/// The findings of an image that its owner has to decide about.
fn skips(out: &mut Text, image: &Image, owner: Option<(usize, bool)>) {
    let in_stages = owner.is_some_and(|(_, in_stages)| in_stages);
    let own: Vec<_> = image.skips.iter().filter(|skip| skip.in_stages == in_stages).collect();
    if own.is_empty() {
        return;
    }
    for skip in &own {
        let mut letters = skip.message.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        let message: String = first.into_iter().chain(letters).collect();
        out.comment(2, &format!("{message}."), owner);
    }
    let rules: Vec<_> = own.iter().map(|skip| skip.rule).collect();
    out.line(2, &format!("# check=skip={}", rules.join(",")), owner);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_on_one_line_have_parts() {
        assert_eq!(parts("{ a: { b: 1, c: 2 }, \"d,\\\"\": [1, 2] }"), ["a: { b: 1, c: 2 }", "\"d,\\\"\": [1, 2]"]);
        assert_eq!(parts("[a, \"b, c\"]"), ["a", "\"b, c\""]);
        assert!(parts("plain, text").is_empty());
    }
}
