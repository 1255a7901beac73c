//! Notes on standard error about the customers that a list leaves out.

use std::time::Duration;

use super::{filter_args::FilterArgs, row_stream::Range};
use crate::{
    api::{ApiError, RequestOptions, Urgency},
    model::{CustomerFilter, EntityKind, Status},
    source::CustomerSource,
    text,
};

/// The maximum number of resellers whose other statuses are counted: one request per reseller and status.
const MAX_RESELLERS: usize = 4;

/// The maximum time that these counts may delay the end of a command.
const MAX_DELAY: Duration = Duration::from_secs(5);

/// Returns a note if these rows are only part of the matching ones.
///
/// `total` is the server's total, if there is one; `cut` is true if the limit was reached.
pub(super) fn partial_list_note(range: Range, printed: u64, total: Option<u64>, cut: bool) -> Option<String> {
    let offset = range.offset;
    let last = offset.saturating_add(printed);
    let is_more = total.map_or(cut, |total| last < total);
    let counted = |total: u64| text::pluralize(total, "customer matches", "customers match");
    match (printed, total) {
        (0, Some(0)) => None,
        (0, Some(total)) if offset >= total => {
            Some(format!("--offset {} is past the end: {}", text::group_digits(offset), counted(total)))
        }
        (0, None) if offset > 0 && !cut => {
            Some(format!("--offset {} is past the end", text::group_digits(offset)))
        }
        _ if offset == 0 && !is_more => None,
        _ => {
            let rows = match (offset, printed) {
                (0, _) | (_, 0) => text::group_digits(printed),
                _ => format!("rows {} to {}", text::group_digits(offset + 1), text::group_digits(last)),
            };
            let todo = if range.limit.is_none() { "leave out --offset" } else { "use --all" };
            let todo = if offset > 0 && range.limit.is_some() { "use --all without --offset" } else { todo };
            Some(match total {
                Some(total) => format!("{rows} of {} shown; {todo} to print all", text::group_digits(total)),
                None if is_more => format!("{rows} shown and there may be more; {todo} to print all"),
                None => format!("{rows} shown; {todo} to print all"),
            })
        }
    }
}

/// Counts the customers of the same period with a status other than active, and returns a note about them.
///
/// Returns `None` without any request if `--status` or no date is given. If a count fails, the note has no numbers.
pub(super) async fn other_statuses_note(
    source: &dyn CustomerSource,
    arguments: &FilterArgs,
    filter: &CustomerFilter,
    resellers: &[String],
) -> Option<String> {
    if arguments.names_status() || (filter.from.is_none() && filter.to.is_none()) {
        return None;
    }
    if resellers.len() > MAX_RESELLERS {
        return Some(unknown());
    }
    let filter = CustomerFilter { resellers: resellers.to_vec(), ..filter.clone() };
    let counts = source.counts(filter, RequestOptions::new(Urgency::background()));
    let counts = tokio::time::timeout(MAX_DELAY, counts).await;
    format_counts(counts.map_or_else(|_| Vec::new(), |counts| counts.0))
}

fn unknown() -> String {
    "only active customers are shown; use --status all to include others".to_owned()
}

/// Formats the counts of the statuses other than active as one line; `None` if no customer is left out.
fn format_counts(counts: Vec<(Status, Result<u64, ApiError>)>) -> Option<String> {
    let others = counts.into_iter().filter(|(status, _)| *status != Status::active());
    let others: Vec<(Status, Option<u64>)> = others.map(|(status, count)| (status, count.ok())).collect();
    if others.is_empty() || others.iter().any(|(_, count)| count.is_none()) {
        return Some(unknown());
    }
    let parts: Vec<String> = others
        .iter()
        .filter_map(|(status, count)| {
            let count = count.filter(|count| *count > 0)?;
            let word = status.known_label(EntityKind::Account).map(str::to_lowercase);
            let word = word.unwrap_or_else(|| format!("with status {status}"));
            Some(format!("{} {word}", text::group_digits(count)))
        })
        .collect();
    (!parts.is_empty()).then(|| format!("not shown: {}; use --status all to include them", parts.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(offset: u64, limit: Option<u64>) -> Range {
        Range { offset, limit }
    }

    #[test]
    fn a_partial_list_has_a_note() {
        for ((offset, limit), printed, total, cut, message) in [
            ((0, Some(50)), 50, Some(1_204), true, Some("50 of 1,204 shown; use --all to print all")),
            (
                (50, Some(50)),
                50,
                Some(1_204),
                true,
                Some("rows 51 to 100 of 1,204 shown; use --all without --offset to print all"),
            ),
            (
                (1_200, Some(50)),
                4,
                Some(1_204),
                false,
                Some("rows 1,201 to 1,204 of 1,204 shown; use --all without --offset to print all"),
            ),
            (
                (1_200, None),
                4,
                Some(1_204),
                false,
                Some("rows 1,201 to 1,204 of 1,204 shown; leave out --offset to print all"),
            ),
            ((0, Some(50)), 50, None, true, Some("50 shown and there may be more; use --all to print all")),
            (
                (50, Some(50)),
                7,
                None,
                false,
                Some("rows 51 to 57 shown; use --all without --offset to print all"),
            ),
            ((0, Some(0)), 0, None, true, Some("0 shown and there may be more; use --all to print all")),
            ((0, Some(50)), 30, Some(1_204), false, Some("30 of 1,204 shown; use --all to print all")),
            ((0, Some(50)), 50, Some(50), true, None),
            ((0, Some(50)), 7, Some(7), false, None),
            ((0, Some(50)), 7, None, false, None),
            ((0, None), 1_204, Some(1_204), false, None),
            ((0, Some(50)), 0, Some(0), false, None),
        ] {
            assert_eq!(partial_list_note(range(offset, limit), printed, total, cut).as_deref(), message);
        }
    }

    #[test]
    fn an_offset_past_the_end_has_a_note() {
        let at = |offset, total| partial_list_note(range(offset, Some(50)), 0, total, false);
        assert_eq!(at(1_204, Some(1_204)).unwrap(), "--offset 1,204 is past the end: 1,204 customers match");
        assert_eq!(at(9, Some(1)).unwrap(), "--offset 9 is past the end: 1 customer matches");
        assert_eq!(at(9, None).unwrap(), "--offset 9 is past the end");
        assert_eq!(at(9, Some(0)), None, "no customer matches");
        assert!(
            partial_list_note(range(u64::MAX, None), 0, Some(3), false)
                .unwrap()
                .ends_with("3 customers match")
        );
    }

    #[test]
    fn matches_in_other_statuses_are_counted_or_at_least_mentioned() {
        let counts = |all: [u64; 4]| -> Vec<(Status, Result<u64, ApiError>)> {
            Status::listed().into_iter().zip(all.map(Ok)).collect()
        };
        assert_eq!(
            format_counts(counts([1_204, 12, 1_088, 3])).unwrap(),
            "not shown: 12 pending, 1,088 inactive, 3 with status 1026; use --status all to include them"
        );
        assert_eq!(
            format_counts(counts([1_204, 0, 1, 0])).unwrap(),
            "not shown: 1 inactive; use --status all to include them"
        );
        assert_eq!(format_counts(counts([1_204, 0, 0, 0])), None);
        let failed = |at: usize| {
            let mut counts = counts([1, 1, 0, 0]);
            counts[at].1 = Err(ApiError::internal("boom"));
            counts
        };
        assert_eq!(format_counts(failed(2)), Some(unknown()));
        assert_eq!(
            format_counts(failed(0)).unwrap(),
            "not shown: 1 pending; use --status all to include them",
            "active customers are shown anyway"
        );
        assert_eq!(format_counts(Vec::new()), Some(unknown()));
    }
}
