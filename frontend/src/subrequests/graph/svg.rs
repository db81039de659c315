//! A drawing as SVG without scripts and embedded fonts.

use std::fmt::Write as _;

use super::layout::columns;
use super::{Kind, Picture};

/// In pixels. The width of text is estimated from its length, because no font is available.
const LETTER: usize = 7;
const PADDING: usize = 12;
const HEIGHT: usize = 30;
const GAP_X: usize = 60;
const GAP_Y: usize = 16;
const MARGIN: usize = 20;
/// Longer labels are cut; a tooltip shows the whole text.
const LONGEST: usize = 48;

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    x: usize,
    y: usize,
    width: usize,
}

pub(super) fn draw(picture: &Picture) -> String {
    let columns = columns(picture);
    let widest = |column: &[usize]| column.iter().map(|shape| width(picture, *shape)).max().unwrap_or_default();
    let tallest = columns.iter().map(Vec::len).max().unwrap_or_default();
    let mut places = vec![Place::default(); picture.nodes.len()];
    let mut x = MARGIN;
    for column in &columns {
        let above = (tallest - column.len()) * (HEIGHT + GAP_Y) / 2;
        for (row, shape) in column.iter().enumerate() {
            if let Some(place) = places.get_mut(*shape) {
                *place = Place { x, y: MARGIN + above + row * (HEIGHT + GAP_Y), width: width(picture, *shape) };
            }
        }
        x += widest(column) + GAP_X;
    }
    let (width, height) =
        (x.saturating_sub(GAP_X) + MARGIN, 2 * MARGIN + (tallest * (HEIGHT + GAP_Y)).saturating_sub(GAP_Y));
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\" fill=\"#777777\"/></marker></defs>\n"
    );
    for edge in &picture.edges {
        let (Some(from), Some(to)) = (places.get(edge.from), places.get(edge.to)) else { continue };
        let (start, end) = (from.x + from.width, to.x);
        let (above, below) = (from.y + HEIGHT / 2, to.y + HEIGHT / 2);
        let bend = end.saturating_sub(start) / 2;
        let dashes = if edge.kind == "gate" { " stroke-dasharray=\"5 4\"" } else { "" };
        let _ = writeln!(
            text,
            "<path d=\"M{start} {above} C{} {above} {} {below} {end} {below}\" fill=\"none\" stroke=\"#777777\"{dashes} marker-end=\"url(#arrow)\"><title>{}</title></path>",
            start + bend,
            end.saturating_sub(bend),
            edge.kind
        );
    }
    for (node, Place { x, y, width }) in picture.nodes.iter().zip(&places) {
        let round = if matches!(node.kind, Kind::Image | Kind::Target) { HEIGHT / 2 } else { 4 };
        let _ = writeln!(
            text,
            "<g><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\" rx=\"{round}\" fill=\"{}\" stroke=\"#555555\"/><text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"#111111\">{}</text></g>",
            escape(&node.label),
            node.kind.fill(),
            x + width / 2,
            y + HEIGHT / 2 + 4,
            escape(&short(&node.label)),
        );
    }
    text.push_str("</svg>\n");
    text
}

fn width(picture: &Picture, shape: usize) -> usize {
    let label = picture.nodes.get(shape).map(|node| short(&node.label)).unwrap_or_default();
    label.chars().count() * LETTER + 2 * PADDING
}

fn short(label: &str) -> String {
    if label.chars().count() <= LONGEST {
        return label.to_owned();
    }
    label.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// Text of an XML document, which cannot contain most control characters.
fn escape(text: &str) -> String {
    let escape = |c: char| match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => " ".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}
