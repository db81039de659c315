//! The policy of a platform team: rules for every spec that its frontend reads.
//!
//! It is the key `policy` of one file of the frontend's image. The other keys of that file are a spec that every spec
//! includes. [`forbidden`] finds the keys that a policy forbids; images and rules are checked where they are used.

mod forbidden;

use slipway_diagnostic::Diagnostic;

use crate::decode::{Context, Decode, Property, Schemas};
use crate::yaml::Entry;
use crate::{FileId, Map, Span, Spanned};

/// The file of the frontend's image with the policy.
pub const POLICY_FILE: &str = "/etc/slipway/org.yaml";

/// Keys of a spec that the file with the policy cannot have: they would become part of every spec.
const NOT_SHARED: &[(&str, &str)] = &[
    ("images", "specs define their images; keys of all images are in `defaults`"),
    ("default", "specs choose their default target"),
    ("include", "write its keys in this file: the frontend's image contains no other"),
];

words! {
    /// How findings of a rule count.
    pub enum RuleLevel as "level of a rule" {
        /// They are not reported.
        Off = "off",
        /// They are reported.
        Warning = "warning",
        /// They prevent the build.
        Error = "error",
    }
}

words! {
    /// A key of `metadata`.
    pub enum MetadataKey as "key of `metadata`" {
        /// The title.
        Title = "title",
        /// The description.
        Description = "description",
        /// The address of the source code.
        Source = "source",
        /// The address of more information.
        Url = "url",
        /// The address of the documentation.
        Documentation = "documentation",
        /// The version.
        Version = "version",
        /// The revision of the source code.
        Revision = "revision",
        /// The licenses.
        Licenses = "licenses",
        /// The vendor.
        Vendor = "vendor",
        /// The authors.
        Authors = "authors",
    }
}

record! {
    /// Rules of a platform team for every spec that its frontend reads. Only `/etc/slipway/org.yaml` in the frontend's
    /// image can contain them.
    pub struct PolicyKeys as "a policy" {
        /// Images that replace others. The name is that of an image, with or without a tag, or the start of names, which
        /// ends in `*`. A replacement without a tag or digest keeps that of the spec.
        /// Example: `{ golang: "mirror.example.com/golang", "gcr.io/distroless/*": "mirror.example.com/distroless/*" }`
        images: Map<Spanned<String>> where replacements,
        /// Where images may come from, after `images` is applied: registries, or repositories and the folders that
        /// contain them.
        /// Default: everywhere
        /// Example: `[mirror.example.com, ghcr.io/acme]`
        registries: Vec<Spanned<String>>,
        /// Metadata that every image must have, by `metadata`, `labels` or `--label`.
        /// Example: `[source, vendor]`
        required_metadata: Vec<Spanned<MetadataKey>>,
        /// Keys that specs cannot use.
        /// Example: `{ file: [stages, include], image: [user], build: [image] }`
        forbid: Forbidden,
        /// The levels of rules, by their names.
        /// Example: `{ RootUser: error, FloatingTag: "off" }`
        rules: Map<RuleLevel>,
        /// The rules that `# check=skip=` can skip.
        /// Default: all
        /// Example: `[EmulatedStep]`
        skip: Option<Spanned<Vec<Spanned<String>>>>,
        /// The address of the pages of rules, in which `*` stands for the name of a rule. Findings link to them.
        /// Example: `"https://docs.example.com/slipway/rules/*.html"`
        rule_docs: Option<Spanned<String>> where rule_address,
        /// Where users can ask; part of each message about the policy.
        /// Example: `"#platform in the chat"`
        contact: Option<String>,
    }
}

record! {
    /// Keys that specs cannot use, by the part of the spec that contains them.
    pub struct Forbidden as "a list of forbidden keys" (Default) {
        /// Keys of the file.
        /// Example: `[stages, include]`
        file: Vec<Spanned<String>>,
        /// Keys of images, variants and `defaults`.
        /// Example: `[user]`
        image: Vec<Spanned<String>>,
        /// Keys of builds.
        /// Example: `[image, private]`
        build: Vec<Spanned<String>>,
        /// Keys of stages.
        /// Example: `[dockerfile]`
        stage: Vec<Spanned<String>>,
    }
}

/// The policy of the frontend; the default allows everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// The file with the policy.
    pub file: Option<FileId>,
    /// Images that replace others.
    pub images: Map<Spanned<String>>,
    /// Where images may come from; everywhere if empty.
    pub registries: Vec<Spanned<String>>,
    /// Metadata that every image must have.
    pub required_metadata: Vec<Spanned<MetadataKey>>,
    /// Keys that specs cannot use.
    pub forbid: Forbidden,
    /// The levels of rules.
    pub rules: Map<RuleLevel>,
    /// The rules that comments can skip; all if absent.
    pub skip: Option<Spanned<Vec<Spanned<String>>>>,
    /// The address of the pages of rules; `*` stands for the name of a rule.
    pub rule_docs: Option<Spanned<String>>,
    /// Where users can ask.
    pub contact: Option<String>,
}

impl Policy {
    /// Reads the policy of a file, and reports keys that such a file cannot have.
    pub(crate) fn read(file: FileId, entries: &mut Vec<Entry>, cx: &mut Context) -> Self {
        for (key, why) in NOT_SHARED {
            if let Some(place) = entries.iter().position(|entry| entry.key.value == *key) {
                let span = entries.remove(place).key.span;
                let message = format!("the file with the policy of a frontend cannot have `{key}`");
                cx.report(Diagnostic::error(span, message).with_help(*why));
            }
        }
        let none = Self { file: Some(file), ..Self::default() };
        let Some(place) = entries.iter().position(|entry| entry.key.value == "policy") else { return none };
        let Entry { key, value } = entries.remove(place);
        if value.is_null() {
            cx.no_value(&key);
            return none;
        }
        match cx.inside(&value, |cx| PolicyKeys::decode(&value, cx)) {
            Some(PolicyKeys { images, registries, required_metadata, forbid, rules, skip, rule_docs, contact }) => {
                Self { images, registries, required_metadata, forbid, rules, skip, rule_docs, contact, ..none }
            }
            None => none,
        }
    }

    /// Reports the key in a file that is not that of the frontend.
    pub(crate) fn refuse(entry: &Entry, cx: &mut Context) {
        let message = "only the frontend's own file can have a `policy`";
        let help = format!("delete it; the policy of a frontend is in `{POLICY_FILE}` of its image");
        cx.report(Diagnostic::error(entry.key.span, message).with_help(help));
    }

    /// A finding about a violation: who requires it, where, and where users can ask.
    #[must_use]
    pub fn violation(&self, span: Span, message: impl Into<String>, rule: Span, help: &str) -> Diagnostic {
        let contact = self.contact.as_ref().map(|contact| format!("; ask {contact}")).unwrap_or_default();
        Diagnostic::error(span, message)
            .with_label(rule, "the policy of this frontend")
            .with_help(format!("{help}{contact}"))
    }

    /// Whether comments can skip a rule.
    #[must_use]
    pub fn can_skip(&self, rule: &str) -> bool {
        self.skip.as_ref().is_none_or(|names| names.value.iter().any(|name| name.value == rule))
    }
}

/// Checks the names and the replacements of images.
fn replacements(map: &Map<Spanned<String>>, cx: &mut Context) {
    for (name, replacement) in map.iter() {
        let stars = |text: &str| text.matches('*').count();
        let is_start = |text: &str| stars(text) == 1 && text.ends_with('*');
        let found = if stars(name) > 0 && !is_start(name) {
            Some((name.span, format!("`{}` has a `*` that is not at its end", name.brief())))
        } else if stars(replacement) > 0 && !is_start(replacement) {
            Some((replacement.span, format!("`{}` has a `*` that is not at its end", replacement.brief())))
        } else if is_start(replacement) && !is_start(name) {
            Some((replacement.span, format!("the `*` stands for nothing, because `{}` has none", name.brief())))
        } else {
            None
        };
        if let Some((span, message)) = found {
            let help =
                "write the start of the names, as in `\"gcr.io/distroless/*\": \"mirror.example.com/distroless/*\"`";
            cx.report(Diagnostic::error(span, message).with_help(help));
        }
    }
}

/// Checks the address of the pages of rules.
fn rule_address(address: &Option<Spanned<String>>, cx: &mut Context) {
    let Some(address) = address else { return };
    let is_web = address.value.starts_with("https://") || address.value.starts_with("http://");
    if !is_web || !address.value.contains('*') || address.value.contains(char::is_whitespace) {
        let message = format!("`{}` is not the address of the pages of rules", address.brief());
        let help = "write `*` for the name of a rule, as in `https://docs.example.com/slipway/rules/*.html`";
        cx.report(Diagnostic::error(address.span, message).with_help(help));
    }
}

/// The key of a file with a policy, for the schema.
pub(crate) fn property(schemas: &mut Schemas) -> Property {
    let docs = &[
        " Rules for all specs of a frontend. Only `/etc/slipway/org.yaml` in the frontend's image can have them.",
        " Example: `{ registries: [mirror.example.com] }`",
    ];
    Property { key: "policy", docs, schema: PolicyKeys::schema(schemas), required: false }
}
