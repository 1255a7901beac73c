//! The number of a customer's things that a server counts, against the number that it sent.

use std::collections::HashSet;

use crate::text;

/// Counts things, those that came again once. What has no id is a thing of its own.
pub(super) fn distinct<'i>(count: usize, ids: impl Iterator<Item = Option<&'i str>>) -> u64 {
    let mut known = HashSet::new();
    let again = ids.flatten().filter(|id| !known.insert(*id)).count();
    count.saturating_sub(again) as u64
}

/// The difference in words, if there is one.
pub(super) fn difference(total: Option<u64>, came: u64, one: &str, more: &str) -> Option<String> {
    let total = total.filter(|total| *total != came)?;
    Some(format!(
        "the server counts {} but sent {}",
        text::pluralize(total, one, more),
        text::group_digits(came)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_again_is_counted_once() {
        assert_eq!(distinct(5, [Some("a"), None, Some("b"), Some("a"), None].into_iter()), 4);
        assert_eq!(distinct(0, [].into_iter()), 0);
    }

    #[test]
    fn fewer_and_more_than_counted_are_told_with_both_numbers() {
        let words = |total, came| difference(total, came, "order", "orders");
        assert_eq!(words(Some(1_204), 1).unwrap(), "the server counts 1,204 orders but sent 1");
        assert_eq!(words(Some(1), 2).unwrap(), "the server counts 1 order but sent 2");
        assert_eq!(words(Some(0), 2).unwrap(), "the server counts 0 orders but sent 2");
        assert_eq!((words(Some(3), 3), words(None, 3)), (None, None));
    }
}
