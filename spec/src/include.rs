//! The files of a spec: the root file, which `-f` names, and all included files.
//!
//! This module does no I/O: [`Loader`] names the file it needs next, and the caller supplies it. One rule merges the
//! files: a file overrides its includes, and later includes override earlier ones. A file that several others include
//! is read once and is overridden by all of them.

mod request;

use std::collections::VecDeque;
use std::sync::Arc;

pub use self::request::IncludeRequest;
use crate::decode::{Context, Decode};
use crate::merge::{Shape, overlay};
use crate::model::{Include, Policy};
use crate::yaml::{self, Entry, Kind, Node};
use crate::{Diagnostic, FileId, Parsed, Sources, Span};
use slipway_diagnostic::{MAX_BYTES, MAX_FILES};

/// Assembles a spec from its files.
///
/// ```
/// let mut loader = slipway_spec::Loader::new("slipway.yaml", b"include: [./base.yaml]\nimages: { api: { go: . } }".to_vec());
/// while let Some(request) = loader.next_request() {
///     let found = (request.name() == "base.yaml").then(|| b"defaults: { user: '1001' }".to_vec());
///     loader.supply(&request, Ok(found));
/// }
/// assert!(loader.finish().spec.is_ok());
/// ```
#[derive(Debug)]
pub struct Loader {
    sources: Sources,
    files: Vec<File>,
    /// Files that were not supplied yet, by their index in `files`.
    wanted: VecDeque<usize>,
    /// The remaining budget of values.
    nodes_left: usize,
    diagnostics: Vec<Diagnostic>,
    is_full: bool,
    /// The file with the policy of the frontend, by its index in `files`; every file overrides it.
    policy_file: Option<usize>,
    policy: Policy,
    /// The keys `include`, which are not part of the tree that is decoded.
    include_keys: Vec<Span>,
    /// Whether a part of the spec is missing, so that errors in the rest would be misleading.
    is_broken: bool,
}

/// A file of the spec.
#[derive(Debug)]
struct File {
    /// Its name; `None` for the root.
    request: Option<IncludeRequest>,
    /// Where it is included.
    asked_at: Vec<Span>,
    /// The files that it includes in order, and the locations of these entries.
    includes: Vec<(usize, Span)>,
    /// Its own content; `None` before it is supplied, and if it cannot be read.
    root: Option<Node>,
    /// Why it is missing.
    failed: Option<Diagnostic>,
}

impl File {
    fn new(request: Option<IncludeRequest>, asked_at: Option<Span>) -> Self {
        let asked_at = asked_at.into_iter().collect();
        Self { request, asked_at, includes: Vec::new(), root: None, failed: None }
    }
}

impl Loader {
    /// Starts with the root file.
    #[must_use]
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        let mut loader = Self {
            sources: Sources::default(),
            files: vec![File::new(None, None)],
            wanted: VecDeque::new(),
            nodes_left: yaml::MAX_NODES,
            diagnostics: Vec::new(),
            is_full: false,
            policy_file: None,
            policy: Policy::default(),
            include_keys: Vec::new(),
            is_broken: false,
        };
        loader.take(0, name.into(), bytes);
        loader
    }

    /// Adds the file with the policy of the frontend: its bytes, or why it cannot be read. Without its policy, there is
    /// no spec.
    #[must_use]
    pub fn with_policy(mut self, name: impl Into<String>, found: Result<Vec<u8>, String>) -> Self {
        let name = name.into();
        let index = self.files.len();
        self.files.push(File::new(None, None));
        self.policy_file = Some(index);
        match found {
            Ok(bytes) => self.take(index, name, bytes),
            Err(reason) => self.fail(index, |span| {
                let message = format!("the policy of this frontend, `{name}`, cannot be read: {reason}");
                Diagnostic::error(span, message).with_help("tell the team that provides the frontend's image")
            }),
        }
        self
    }

    /// The next file to read; the same one until it is supplied. `None` after the last one.
    #[must_use]
    pub fn next_request(&self) -> Option<IncludeRequest> {
        self.files.get(*self.wanted.front()?)?.request.clone()
    }

    /// Supplies a requested file: its bytes, `None` if there is no such file, or why it cannot be read.
    ///
    /// Files that were not requested are ignored.
    pub fn supply(&mut self, request: &IncludeRequest, found: Result<Option<Vec<u8>>, String>) {
        let is_it = |index: &usize| self.files.get(*index).is_some_and(|file| file.request.as_ref() == Some(request));
        let Some(index) = self.wanted.iter().position(is_it).and_then(|place| self.wanted.remove(place)) else {
            return;
        };
        match found {
            Ok(Some(bytes)) => self.take(index, request.name(), bytes),
            Ok(None) => self.fail(index, |span| request.is_missing(span)),
            Err(reason) => self.fail(index, |span| request.is_unreadable(span, &reason)),
        }
    }

    /// Finishes loading. Files that were requested and not supplied count as unreadable.
    #[must_use]
    pub fn finish(mut self) -> Parsed {
        while let Some(request) = self.next_request() {
            self.supply(&request, Err("it was not supplied".to_owned()));
        }
        let order = self.order();
        for file in &mut self.files {
            let others = file.asked_at.iter().skip(1).take(8);
            let failed = file.failed.take();
            let failed =
                failed.map(|found| others.fold(found, |found, other| found.with_label(*other, "also included here")));
            self.diagnostics.extend(failed);
        }
        let forbidden = self.include_keys.iter().filter_map(|span| self.policy.forbids_include(*span));
        self.diagnostics.extend(forbidden);
        let Self { sources, mut files, diagnostics, is_broken, policy, .. } = self;
        let roots = order.into_iter().filter_map(|index| files.get_mut(index)?.root.take());
        let whole = roots.reduce(|below, over| overlay(below, &over, Shape::Whole)).filter(|_| !is_broken);
        let spec = match whole {
            Some(whole) => crate::read::read(&whole, policy, diagnostics),
            None => Err(crate::read::in_order(diagnostics, 0)),
        };
        let spec = spec.map_err(|found| without_odd_spaces(&sources, found));
        Parsed { sources, spec }
    }

    /// Reports that an included file is invalid, at the first entry that includes it.
    fn fail(&mut self, index: usize, found: impl FnOnce(Span) -> Diagnostic) {
        if let Some(file) = self.files.get_mut(index) {
            self.is_broken = true;
            file.failed = Some(found(file.asked_at.first().copied().unwrap_or(Span::START)));
        }
    }

    /// Reads a file and collects its includes.
    fn take(&mut self, index: usize, name: String, bytes: Vec<u8>) {
        let too_much = index > 0 && self.sources.bytes().saturating_add(bytes.len()) > MAX_BYTES;
        if too_much {
            let message = format!("with `{name}`, this spec has more than {MAX_BYTES} bytes");
            return self.fail(index, |span| {
                Diagnostic::error(span, message).with_help(
                    "include fewer or smaller files; the limit applies to all \
                 of them together",
                )
            });
        }
        let parsed = self.sources.add(name, bytes).map_err(|found| *found).and_then(|id| match self.sources.get(id) {
            Some(source) => yaml::read(source, &mut self.nodes_left, &mut self.diagnostics),
            None => Err(Diagnostic::error(Span::START, "this file does not exist")),
        });
        let mut root = match parsed {
            Ok(root) => root,
            Err(found) => {
                self.is_broken = true;
                return self.diagnostics.push(found);
            }
        };
        let mut cx = Context::default();
        let mut includes = Vec::new();
        if let Kind::Map(entries) = &mut root.kind {
            let entries = Arc::make_mut(entries);
            if self.policy_file == Some(index) {
                self.policy = Policy::read(root.span.file, entries, &mut cx);
                self.policy.check_forbidden(&mut cx);
            } else if let Some(place) = entries.iter().position(|entry| entry.key.value == "policy") {
                Policy::refuse(&entries.remove(place), &mut cx);
            }
            if let Some(place) = entries.iter().position(|entry| entry.key.value == "include") {
                let include = entries.remove(place);
                self.include_keys.push(include.key.span);
                includes = read_includes(&include, &mut cx);
            }
            // The version of the root file is read with its other keys.
            if index > 0
                && let Some(place) = entries.iter().position(|entry| entry.key.value == "version")
            {
                crate::model::check_version(&entries.remove(place), &mut cx);
            }
        } else if index > 0 {
            crate::model::is_not_a_map(&root, &mut cx);
        }
        self.diagnostics.extend(cx.into_findings().0);
        let request = self.files.get(index).and_then(|file| file.request.clone());
        let includes: Vec<_> = includes
            .iter()
            .filter_map(|include| {
                let span = include.span();
                Some((self.want(IncludeRequest::new(include, request.as_ref()), span)?, span))
            })
            .collect();
        if let Some(file) = self.files.get_mut(index) {
            file.includes = includes;
            file.root = Some(root);
        }
    }

    /// The index of an included file; the first mention requests it.
    fn want(&mut self, request: IncludeRequest, span: Span) -> Option<usize> {
        if let Some(known) = self.files.iter().position(|file| file.request.as_ref() == Some(&request)) {
            self.files.get_mut(known)?.asked_at.push(span);
            return Some(known);
        }
        if self.files.len() >= MAX_FILES {
            if !self.is_full {
                (self.is_full, self.is_broken) = (true, true);
                let message =
                    format!("a spec can have at most {MAX_FILES} files; `{}` exceeds this limit", request.name());
                self.diagnostics.push(Diagnostic::error(span, message).with_help("include fewer files"));
            }
            return None;
        }
        self.files.push(File::new(Some(request), Some(span)));
        self.wanted.push_back(self.files.len() - 1);
        Some(self.files.len() - 1)
    }

    /// All files, each after its includes. Cycles are reported at the include that closes them.
    fn order(&mut self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.files.len());
        order.extend(self.policy_file);
        let mut seen = vec![false; self.files.len()];
        // A file, how many of its includes have been visited, and where it is included.
        let mut path: Vec<(usize, usize, Option<Span>)> = vec![(0, 0, None)];
        while let Some((index, followed, _)) = path.last_mut() {
            if let Some(seen) = seen.get_mut(*index) {
                *seen = true;
            }
            let Some((next, span)) = self.files.get(*index).and_then(|file| file.includes.get(*followed)).copied()
            else {
                order.push(*index);
                path.pop();
                continue;
            };
            *followed += 1;
            if let Some(place) = path.iter().position(|(open, ..)| *open == next) {
                let round = path.get(place..).unwrap_or_default();
                self.is_broken = true;
                self.diagnostics.push(self.circle(round, span));
            } else if seen.get(next) == Some(&false) {
                path.push((next, 0, Some(span)));
            }
        }
        order
    }

    fn circle(&self, round: &[(usize, usize, Option<Span>)], closing: Span) -> Diagnostic {
        // Each has the name of the file with the `include` entry, as it was read.
        let names: Vec<String> = round
            .iter()
            .chain(round.first())
            .take(9)
            .map(|(index, ..)| match self.files.get(*index).and_then(|file| file.request.as_ref()) {
                Some(request) => request.name(),
                None => self.sources.name(FileId::ROOT).to_owned(),
            })
            .collect();
        let found = Diagnostic::error(closing, format!("include cycle: {}", names.join(" → ")))
            .with_help("delete one of these includes");
        let links = round.iter().skip(1).filter_map(|(.., span)| *span).take(8);
        links.fold(found, |found, link| found.with_label(link, "part of the cycle"))
    }
}

/// Errors in files that are indented with characters that YAML does not accept as spaces; they cause all other errors
/// in these files.
fn without_odd_spaces(sources: &Sources, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    for file in sources.iter() {
        let spaces = yaml::odd_spaces(file);
        if !spaces.is_empty() && found.iter().any(|found| found.primary.span.file == file.id()) {
            found.retain(|found| found.primary.span.file != file.id());
            found.extend(spaces);
        }
    }
    found.sort_by_key(|found| found.primary.span);
    found
}

/// The valid entries of `include`.
fn read_includes(Entry { key, value }: &Entry, cx: &mut Context) -> Vec<Include> {
    if value.is_null() {
        cx.no_value(key);
        return Vec::new();
    }
    match &value.kind {
        Kind::Sequence(items) => {
            items.iter().filter_map(|item| cx.inside(item, |cx| Include::decode(item, cx))).collect()
        }
        _ => Vec::<Include>::decode(value, cx).unwrap_or_default(),
    }
}
