//! The order in which the inputs of a file op are written.

/// The inputs of a file op in the order of BuildKit's client: last action first, of each what it changes before what it
/// reads. It matters only to those who compare definitions as a whole.
///
/// `actions` are the numbers of the two file systems of each action, as they travel: below `inputs` an input, above it
/// an earlier action, −1 nothing. Whatever else they are is left out, and inputs that no action names come last.
pub(crate) fn writing_order(inputs: usize, actions: &[(i64, i64)]) -> Vec<usize> {
    let input = |number: i64| usize::try_from(number).ok().filter(|number| *number < inputs);
    // What each chain starts with.
    let mut bases: Vec<Option<usize>> = Vec::with_capacity(actions.len());
    for (target, _) in actions {
        let earlier = || {
            let action = usize::try_from(*target).ok()?.checked_sub(inputs)?;
            bases.get(action).copied().flatten()
        };
        bases.push(input(*target).or_else(earlier));
    }
    let mut order = Vec::with_capacity(inputs);
    let mut seen = vec![false; inputs];
    let named = actions.iter().zip(bases).rev().flat_map(|((_, secondary), base)| [base, input(*secondary)]);
    for place in named.flatten().chain(0..inputs) {
        if let Some(seen) = seen.get_mut(place)
            && !std::mem::replace(seen, true)
        {
            order.push(place);
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::writing_order;

    #[test]
    fn last_action_first() {
        assert_eq!(writing_order(3, &[(0, -1), (3, 1), (4, 2)]), [0, 2, 1]);
        assert_eq!(writing_order(2, &[(-1, -1), (2, 0), (3, 1)]), [1, 0]);
    }

    #[test]
    fn nonsense_is_left_out() {
        assert_eq!(writing_order(2, &[(i64::MAX, i64::MIN), (7, 1), (3, 3)]), [1, 0]);
        assert!(writing_order(0, &[(0, 0)]).is_empty());
    }
}
