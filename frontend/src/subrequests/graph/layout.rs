//! The layout of a drawing: columns from left to right, each shape to the right of its dependencies.
//!
//! Within a column, shapes are sorted by the positions of their neighbors to reduce crossings: the barycenter method
//! of Sugiyama's layered drawing.

use super::Picture;

/// The number of passes over the columns from left to right and back; more passes change little.
const SWEEPS: usize = 4;

/// The shapes of each column, from top to bottom, by their indices in the drawing.
pub(super) fn columns(picture: &Picture) -> Vec<Vec<usize>> {
    let count = picture.nodes.len();
    let mut column = vec![0usize; count];
    // Shapes follow their dependencies, so one pass finds the longest path to each.
    let mut edges: Vec<_> = picture.edges.iter().map(|edge| (edge.from, edge.to)).collect();
    edges.sort_unstable_by_key(|(_, to)| *to);
    for (from, to) in &edges {
        let right_of = column.get(*from).copied().unwrap_or_default() + 1;
        if let Some(own) = column.get_mut(*to) {
            *own = (*own).max(right_of);
        }
    }
    // Shapes without dependencies are placed just before the first shape that needs them, not at the far left.
    let mut nearest = vec![usize::MAX; count];
    for (from, to) in &edges {
        let place = column.get(*to).copied().unwrap_or_default();
        if let Some(own) = nearest.get_mut(*from) {
            *own = (*own).min(place);
        }
    }
    let has_needs: Vec<bool> = {
        let mut has = vec![false; count];
        for (_, to) in &edges {
            if let Some(own) = has.get_mut(*to) {
                *own = true;
            }
        }
        has
    };
    for ((own, nearest), has_needs) in column.iter_mut().zip(&nearest).zip(&has_needs) {
        if !has_needs && *nearest != usize::MAX {
            *own = nearest.saturating_sub(1);
        }
    }
    let mut columns = vec![Vec::new(); column.iter().max().map_or(0, |last| last + 1)];
    for (shape, place) in column.iter().enumerate() {
        if let Some(shapes) = columns.get_mut(*place) {
            shapes.push(shape);
        }
    }
    sort(&mut columns, &edges, count);
    columns
}

/// Sorts each column by the mean position of the neighbors in other columns.
fn sort(columns: &mut [Vec<usize>], edges: &[(usize, usize)], count: usize) {
    let mut neighbors = vec![Vec::new(); count];
    for (from, to) in edges {
        for (one, other) in [(from, to), (to, from)] {
            if let Some(list) = neighbors.get_mut(*one) {
                list.push(*other);
            }
        }
    }
    // Positions are relative to the middle of a column, so that columns of different heights are comparable.
    let mut place = vec![0i64; count];
    let settle = |column: &[usize], place: &mut Vec<i64>| {
        let height = i64::try_from(column.len()).unwrap_or(i64::MAX);
        for (row, shape) in (0i64..).zip(column) {
            if let Some(own) = place.get_mut(*shape) {
                *own = (2 * row + 1 - height) * 1000;
            }
        }
    };
    columns.iter().for_each(|column| settle(column, &mut place));
    for sweep in 0..SWEEPS {
        let order: Vec<usize> =
            if sweep % 2 == 0 { (0..columns.len()).collect() } else { (0..columns.len()).rev().collect() };
        for at in order {
            let Some(column) = columns.get_mut(at) else { continue };
            let mean = |shape: &usize| {
                let near = neighbors.get(*shape).map(Vec::as_slice).unwrap_or_default();
                let sum: i64 = near.iter().filter_map(|other| place.get(*other)).sum();
                match i64::try_from(near.len()) {
                    Ok(count @ 1..) => sum / count,
                    _ => place.get(*shape).copied().unwrap_or_default(),
                }
            };
            // The index breaks ties, so that the drawing is deterministic.
            column.sort_by_cached_key(|shape| (mean(shape), *shape));
            settle(column, &mut place);
        }
    }
}
