//! The spec in the making: images, and what they share.

use crate::image::{Form, Image, Key};
use crate::program::Language;

/// The spec in the making.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) images: Vec<Image>,
    pub(crate) args: Vec<(String, String)>,
    /// Builds that images take files from: the number of the image, the name, the keys.
    pub(crate) builds: Vec<(usize, String, Vec<Key>)>,
    /// Ids of secrets that Dockerfiles mount.
    pub(crate) secrets: Vec<String>,
    /// Sentences at the top and at the end.
    pub(crate) head: Vec<String>,
    pub(crate) tail: Vec<String>,
    /// Files that are not used: why, and which.
    unused: Vec<(String, String)>,
    /// Languages of programs that Dockerfiles ship.
    pub(crate) languages: Vec<Language>,
    /// Build contexts of Dockerfiles that stay.
    pub(crate) contexts: Vec<String>,
    /// Rules that the whole file skips.
    pub(crate) skips: Vec<String>,
}

/// The maximum number of files in a sentence.
const SHOWN: usize = 4;

/// Short names of bases.
const RESERVED: &[&str] = &["scratch", "static", "base", "cc", "distroless", "slim", "none", "default"];

impl Draft {
    /// A name that no other image has.
    pub(crate) fn free(&self, name: &str) -> String {
        let clean: String = name
            .to_ascii_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' })
            .collect();
        let clean = clean.trim_matches(['-', '_']);
        let clean = if RESERVED.contains(&clean) { format!("{clean}-image") } else { clean.to_owned() };
        let clean = if clean.starts_with(|c: char| c.is_ascii_lowercase()) {
            clean.to_owned()
        } else {
            format!("app-{clean}").trim_end_matches('-').to_owned()
        };
        let is_free = |name: &str| !self.images.iter().any(|image| image.name == name);
        let numbered = (2..).map(|number| format!("{clean}-{number}"));
        std::iter::once(clean.clone()).chain(numbered.take(1000)).find(|name| is_free(name)).unwrap_or(clean)
    }

    /// Says why a file is not used.
    pub(crate) fn leave(&mut self, why: &str, what: &str) {
        self.unused.push((why.to_owned(), what.to_owned()));
    }

    /// The files that are not used, a sentence for each reason.
    pub(crate) fn unused(&self) -> Vec<String> {
        let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
        for (why, what) in &self.unused {
            match found.iter_mut().find(|(known, _)| *known == why.as_str()) {
                Some((_, all)) => all.push(what),
                None => found.push((why, vec![what])),
            }
        }
        let sentence = |(why, all): &(&str, Vec<&str>)| {
            let more = if all.len() > SHOWN { format!(" and {} more", all.len() - SHOWN) } else { String::new() };
            let all: Vec<_> = all.iter().take(SHOWN).copied().collect();
            format!("Not used ({why}): {}{more}.", all.join(", "))
        };
        found.iter().map(sentence).collect()
    }

    /// Declares arguments.
    pub(crate) fn declare(&mut self, args: Vec<(String, String)>) {
        for (name, default) in args {
            if !self.args.iter().any(|(known, _)| *known == name) {
                self.args.push((name, default));
            }
        }
    }

    /// Images without the image that they extend are comments, too.
    pub(crate) fn settle(&mut self) {
        let lost: Vec<String> =
            self.images.iter().filter(|image| image.form == Form::Comment).map(|image| image.name.clone()).collect();
        for image in
            self.images.iter_mut().filter(|image| image.extends.as_ref().is_some_and(|base| lost.contains(base)))
        {
            image.form = Form::Comment;
            image.why = format!("{} is not built", image.extends.clone().unwrap_or_default());
        }
    }

    /// The arguments and secrets that are used.
    pub(crate) fn used(&self) -> (Vec<&(String, String)>, Vec<&String>) {
        let of = |image: &Image, keys: &[Key]| image.form != Form::Comment && !keys.is_empty();
        let uses = |name: &str| {
            let mark = format!("${{{name}}}");
            self.images
                .iter()
                .any(|image| of(image, image.own()) && image.own().iter().any(|key| key.value.contains(&mark)))
        };
        let mounts = |id: &String| {
            self.images.iter().any(|image| {
                image.form == Form::Adopted
                    && image.stage.iter().any(|key| key.name == "secrets" && key.value.contains(id.as_str()))
            })
        };
        let mut secrets: Vec<_> = self.secrets.iter().filter(|id| mounts(id)).collect();
        secrets.sort();
        secrets.dedup();
        (self.args.iter().filter(|(name, _)| uses(name)).collect(), secrets)
    }
}
