//! The order of a file op's inputs.

/// The inputs of a file op in the order of BuildKit's client: the last action first, and for each action, what it
/// changes before what it reads. This matters only for comparing whole definitions.
///
/// `actions` are the numbers of each action's two file systems, as in the protocol: a number below `inputs` is an
/// input, one above it an earlier action, and −1 is nothing. Other numbers are ignored, and inputs that no action uses
/// come last.
pub(crate) fn writing_order(inputs: usize, actions: &[(i64, i64)]) -> Vec<usize> {
    let input = |number: i64| usize::try_from(number).ok().filter(|number| *number < inputs);
    // The input that each chain starts with.
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
    fn invalid_numbers_are_ignored() {
        assert_eq!(writing_order(2, &[(i64::MAX, i64::MIN), (7, 1), (3, 3)]), [1, 0]);
        assert!(writing_order(0, &[(0, 0)]).is_empty());
    }
}
