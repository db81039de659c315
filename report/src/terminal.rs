//! For people: each finding with its lines, marked locations, and a last line with the number of findings.
//!
//! `annotate-snippets`, the renderer of the Rust compiler's messages, draws; this module chooses what it draws.

use std::collections::BTreeMap;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use slipway_spec::visible::visible;
use slipway_spec::{Diagnostic, FileId, Label, Severity, Sources};

use crate::excerpt::{Excerpt, Lines, cut};
use crate::options::Options;
use crate::summary::summary;

pub(crate) fn render(findings: &[Diagnostic], sources: &Sources, options: &Options<'_>) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let renderer = if options.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(options.width);
    let files: BTreeMap<FileId, Lines<'_>> = sources.iter().map(|file| (file.id(), Lines::of(file))).collect();
    let mut text = String::new();
    for finding in findings {
        text.push_str(&renderer.render(&[group(finding, sources, &files, options)]));
        text.push_str("\n\n");
    }
    text.push_str(&summary(findings));
    text.push('\n');
    text
}

/// A finding in the form of the drawing crate.
fn group<'a>(
    finding: &'a Diagnostic,
    sources: &'a Sources,
    files: &BTreeMap<FileId, Lines<'_>>,
    options: &Options<'_>,
) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let page = finding.rule.and_then(|rule| options.page_of(rule));
    let mut title = level.primary_title(visible(&finding.message));
    if let Some(rule) = finding.rule {
        title = title.id(rule);
    }
    let labels: Vec<&Label> = std::iter::once(&finding.primary).chain(&finding.secondary).collect();
    let mut group = Group::with_title(title);
    for file in files_of(&labels) {
        let places: Vec<_> = labels
            .iter()
            .enumerate()
            .filter(|(_, label)| label.span.file == file)
            .map(|(n, label)| (n, label.span))
            .collect();
        let mut excerpts = files.get(&file).map(|lines| cut(lines, &places)).unwrap_or_default();
        // The primary location comes first, whatever its position in the file.
        excerpts.sort_by_key(|excerpt| (!excerpt.marks.iter().any(|(index, _)| *index == 0), excerpt.first));
        let shown: Vec<usize> =
            excerpts.iter().flat_map(|excerpt| excerpt.marks.iter().map(|(index, _)| *index)).collect();
        for excerpt in excerpts {
            group = group.element(snippet(excerpt, sources.name(file), &labels));
        }
        // Locations that cannot be shown are at least named.
        for (index, span) in places {
            if !shown.contains(&index) && sources.get(file).is_some() {
                let (line, column) = (span.start.line as usize, span.start.column as usize);
                group = group.element(Origin::path(visible(sources.name(file))).line(line).char_column(column));
            }
        }
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    if let Some(page) = page {
        group = group.element(Level::NOTE.with_name("docs").message(page));
    }
    group
}

/// The files of labels: that of the primary one first.
fn files_of(labels: &[&Label]) -> Vec<FileId> {
    let mut files = Vec::new();
    for label in labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files
}

fn snippet<'a>(excerpt: Excerpt, file: &'a str, labels: &[&'a Label]) -> Snippet<'a, Annotation<'a>> {
    let marks: Vec<_> = excerpt
        .marks
        .into_iter()
        .map(|(index, range)| {
            let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let text = labels.get(index).map(|label| label.text.as_str()).filter(|text| !text.is_empty());
            kind.span(range).label(text.map(visible))
        })
        .collect();
    Snippet::source(excerpt.text).line_start(excerpt.first).path(visible(file)).annotations(marks)
}
