//! Options for rules: `# check=skip=RuleA,RuleB;error=true` at the top of a file, and `# check=skip=RuleA` above a key
//! or after it.
//!
//! The syntax is that of Dockerfiles. Comments are found in the text (`comments`), parsed (`syntax`), assigned to keys
//! (`regions`), and applied to findings here.

mod comments;
mod regions;
mod skip;
mod syntax;

use self::skip::Skip;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use slipway_spec::model::Policy;
use slipway_spec::{Diagnostic, FileId, Position, Severity, SourceFile, Sources, Span};

use crate::policy;
use comments::Comment;
use regions::Regions;
use syntax::{Options, Problem};

/// The maximum number of invalid comments to report.
const MAX_WRONG: usize = 100;

/// The options at the top of a file, or on the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Header {
    skip: Skip,
    error: bool,
}

impl Header {
    fn add(&mut self, options: Options) {
        self.skip.add(options.skip);
        self.error = options.error.unwrap_or(self.error);
    }
}

/// A part of a file in which rules are skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Region {
    span: Span,
    skip: Skip,
}

/// The options in the comments of all files. The header of the root file applies to the whole spec, other headers to
/// their own files.
#[derive(Debug, Clone, Default)]
pub struct Directives {
    headers: Vec<Header>,
    /// In the order of the files; regions are nested or disjoint.
    regions: Vec<Region>,
    /// The policy of the frontend.
    policy: Policy,
}

impl Directives {
    /// Reads the comments of the files; options of the command line replace the header of the root file. The second
    /// value contains the problems in them.
    #[must_use]
    pub fn read(sources: &Sources, options: Option<&str>, policy: &Policy) -> (Self, Vec<Diagnostic>) {
        let mut directives = Self { policy: policy.clone(), ..Self::default() };
        let mut wrong = Vec::new();
        for file in sources.iter() {
            let header = directives.read_file(file, &mut wrong);
            directives.headers.push(header);
        }
        if let Some(text) = options {
            let (mut options, problems) = syntax::read(text, MAX_WRONG);
            wrong.extend(problems.into_iter().map(|problem| problem.at(Span::START)));
            wrong.extend(directives.restrict(&mut options, Span::START));
            let mut header = Header::default();
            header.add(options);
            match directives.headers.first_mut() {
                Some(first) => *first = header,
                None => directives.headers.push(header),
            }
        }
        directives.merge_regions();
        wrong.truncate(MAX_WRONG);
        (directives, wrong)
    }

    /// Sorts regions and merges equal ones, so that they are not nested deeper than keys.
    fn merge_regions(&mut self) {
        let mut merged: BTreeMap<(FileId, Position, Reverse<Position>), Skip> = BTreeMap::new();
        for Region { span, skip } in std::mem::take(&mut self.regions) {
            merged.entry((span.file, span.start, Reverse(span.end))).or_default().add(skip);
        }
        let region = |((file, start, Reverse(end)), skip)| Region { span: Span { file, start, end }, skip };
        self.regions = merged.into_iter().map(region).collect();
    }

    fn read_file(&mut self, file: &SourceFile, wrong: &mut Vec<Diagnostic>) -> Header {
        let mut header = Header::default();
        let found = comments::find(file.text());
        let regions = if found.iter().any(|comment| !comment.header) { Regions::of(file) } else { Regions::default() };
        for comment in found {
            if regions.is_text(comment.line, comment.column) {
                continue;
            }
            let (mut options, problems) = syntax::read(&comment.text, MAX_WRONG.saturating_sub(wrong.len()));
            wrong.extend(self.restrict(&mut options, comment_span(file.id(), &comment)));
            wrong.extend(problems.into_iter().map(|problem| {
                let span = problem_span(file.id(), &comment, &problem);
                problem.at(span)
            }));
            if comment.header {
                header.add(options);
            } else {
                self.add_region(file.id(), &regions, &comment, options, wrong);
            }
        }
        header
    }

    /// Removes what the policy does not let comments skip, and reports it.
    fn restrict(&self, options: &mut Options, span: Span) -> Option<Diagnostic> {
        let refused = options.skip.restrict(&self.policy)?;
        let rule = self.policy.skip.as_ref().map_or(Span::START, |names| names.span);
        let message = format!("the policy of this frontend does not let comments skip {refused}");
        let found = self.policy.violation(span, message, rule, "correct what the rule finds");
        Some(Diagnostic { severity: Severity::Warning, ..found })
    }

    fn add_region(
        &mut self,
        file: FileId,
        regions: &Regions,
        comment: &Comment,
        options: Options,
        wrong: &mut Vec<Diagnostic>,
    ) {
        let at = comment_span(file, comment);
        let Some(span) = comment.about.and_then(|line| regions.starting(line)) else {
            wrong.push(
                Diagnostic::warning(at, "this comment does not belong to a key, so it has no effect").with_help(
                    "write it on the line above a key, or after a key on its line; for the whole file, \
                     above the first key",
                ),
            );
            return;
        };
        if options.error.is_some() {
            wrong.push(
                Diagnostic::warning(at, "`error` applies to the whole file, so it has no effect here")
                    .with_help("write `# check=error=true` above the first key of the file"),
            );
        }
        if options.skip != Skip::Nothing {
            self.regions.push(Region { span, skip: options.skip });
        }
    }

    /// Removes skipped findings, and turns warnings into errors if a header requests it. The findings must be in the
    /// order of the files. Findings without a rule are unchanged.
    #[must_use]
    pub fn apply(&self, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let root = self.headers.first().cloned().unwrap_or_default();
        let mut waiting = self.regions.iter().peekable();
        let mut open: Vec<&Region> = Vec::new();
        let mut kept = Vec::new();
        for mut found in findings {
            let span = found.primary.span;
            let place = |region: &Region| (region.span.file, region.span.start);
            while let Some(region) = waiting.next_if(|region| place(region) <= (span.file, span.start)) {
                open.push(region);
            }
            // The nested regions at this point; there are no more than nested keys.
            open.retain(|region| region.span.contains(span.at_start()));
            let own = self.headers.get(span.file.index());
            let skipped = root.skip.names(found.rule)
                || own.is_some_and(|header| header.skip.names(found.rule))
                || open.iter().any(|region| region.skip.names(found.rule));
            if skipped {
                continue;
            }
            if found.rule.is_some() && (root.error || own.is_some_and(|header| header.error)) {
                found.severity = Severity::Error;
            }
            kept.extend(policy::apply(&self.policy, found));
        }
        kept
    }
}

/// The directive of a comment.
fn comment_span(file: FileId, comment: &Comment) -> Span {
    let start = Position { line: comment.line, column: comment.column };
    Span { file, start, end: Position { column: start.column + comment.width, ..start } }
}

/// The part of a comment with the problem.
fn problem_span(file: FileId, comment: &Comment, problem: &Problem) -> Span {
    let column = |offset: usize| {
        let before = comment.text.get(..offset).unwrap_or(&comment.text).chars().count();
        comment.text_column.saturating_add(u32::try_from(before).unwrap_or(u32::MAX))
    };
    let at = |offset| Position { line: comment.line, column: column(offset) };
    Span { file, start: at(problem.start), end: at(problem.end) }
}

#[cfg(test)]
mod tests;
