//! The order of rows that come from different lists.

use std::cmp::Ordering;

use super::{CustomerFilter, CustomerRow, Row, SortBy, SortOrder, Timestamp};

/// Compares two rows in the order of a filter. What cannot be compared comes first, so that nothing waits behind it.
pub fn compare(filter: &CustomerFilter, a: &Row, b: &Row) -> Ordering {
    let (Some(a), Some(b)) = (a.customer(), b.customer()) else {
        return a.customer().is_some().cmp(&b.customer().is_some());
    };
    let ascending = match filter.sort_by {
        SortBy::CreationDate => instant(a).cmp(&instant(b)),
        SortBy::CompanyName => by_name(a, b),
        // The lists of the API are in none of these orders.
        SortBy::Column(_) => Ordering::Equal,
    };
    let ascending = ascending.then_with(|| a.customer_id.cmp(&b.customer_id));
    if filter.order == SortOrder::Ascending { ascending } else { ascending.reverse() }
}

/// Returns the one of several lists whose first row comes first in the order of a filter. Each list is taken in its own
/// order, so that another collation than ours never loses or repeats a row.
pub fn first_in_order<L>(
    filter: &CustomerFilter,
    lists: impl Iterator<Item = L>,
    head: impl for<'l> Fn(&'l L) -> Option<&'l Row>,
) -> Option<L> {
    lists.filter(|list| head(list).is_some()).reduce(|first, list| {
        let takes = match (head(&first), head(&list)) {
            (Some(a), Some(b)) => compare(filter, a, b) == Ordering::Greater,
            _ => false,
        };
        if takes { list } else { first }
    })
}

fn instant(row: &CustomerRow) -> Option<chrono::DateTime<chrono::Utc>> {
    row.creation_date.as_ref().and_then(Timestamp::at)
}

/// Compares names without regard to case, letter by letter: a name may be megabytes long, and most differ at the start.
fn by_name(a: &CustomerRow, b: &CustomerRow) -> Ordering {
    match (a.company_name.as_deref(), b.company_name.as_deref()) {
        (Some(a), Some(b)) => {
            a.chars().flat_map(char::to_lowercase).cmp(b.chars().flat_map(char::to_lowercase))
        }
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}
