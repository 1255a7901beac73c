//! Describes problems of the responses behind a window.

use std::sync::Arc;

use super::chunk::Chunk;
use crate::{model::Row, text};

/// Describes rows that the server counts but has not sent; `None` if there are none.
pub(super) fn missing_rows(missing: u64, total: u64) -> Option<String> {
    let rows = match missing {
        0 => return None,
        1 => "1 row was not sent".to_owned(),
        several => format!("{} rows were not sent", text::group_digits(several)),
    };
    Some(format!("The list may be incomplete: the server counts {}, but {rows}.", text::group_digits(total)))
}

/// Describes the rows of a window that could not be read; each row is given by its page and its index there.
pub(super) fn complaint(rows: &[(Arc<Chunk>, usize)]) -> Option<String> {
    let row = |(chunk, index): &(Arc<Chunk>, usize)| chunk.rows.get(*index).map(Arc::clone);
    let unreadable: Vec<(usize, &'static str)> = rows
        .iter()
        .enumerate()
        .filter_map(|(position, place)| match &*row(place)? {
            Row::Unreadable { reason, .. } => Some((position + 1, *reason)),
            Row::Customer(_) => None,
        })
        .collect();
    let problem = match unreadable.as_slice() {
        [(position, "no customerId")] => Some(format!("row {position} has no customerId")),
        [(position, found)] => Some(format!("row {position} is {found}")),
        [] => {
            let of_pages = rows.iter().find_map(|(chunk, _)| chunk.problems.first()).map(ToString::to_string);
            of_pages.or_else(|| {
                let mut damaged = rows.iter().enumerate().filter_map(|(index, place)| {
                    Some((index, row(place)?.damage().next()?.field.to_string()))
                });
                let (index, field) = damaged.next()?;
                Some(match damaged.count() {
                    0 => format!("row {}: {field} is damaged", index + 1),
                    more => format!("{} rows are damaged", more + 1),
                })
            })
        }
        several => Some(format!("{} rows are not customers", several.len())),
    }?;
    let (read, all) = (rows.len() - unreadable.len(), rows.len());
    Some(format!("The response was not what the API documents ({problem}). {read} of {all} rows read."))
}
