//! The rows that a command is about, from wherever they are: one list from its place on, or several merged.

use super::which::Which;
use crate::{
    account::Account,
    api::ApiError,
    collect::{List, ListStart, Merged, Tally},
    model::{CustomerFilter, FilterError, Row, Status},
};

/// What stands for all resellers that the account may list.
const ALL: &str = "all";

/// Rows in the order in which they are printed.
pub(super) enum Rows {
    /// One list.
    One(Box<List>),
    /// Several as one.
    Several(Merged),
}

/// Which part of the rows is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    /// Rows that are passed over.
    pub(super) offset: u64,
    /// Rows at most; nothing for all of them.
    pub(super) limit: Option<u64>,
}

impl Rows {
    /// The rows of these resellers with these statuses, and how many of them are still to be passed over.
    pub(super) fn new(
        account: &Account,
        resellers: &[String],
        filter: &CustomerFilter,
        statuses: &[Status],
        range: Range,
        concurrency: usize,
    ) -> Result<(Self, u64), FilterError> {
        let several = resellers.len() * statuses.len() > 1;
        let needed =
            range.limit.map(|limit| if several { limit.saturating_add(range.offset) } else { limit });
        let pages =
            needed.map_or(usize::MAX, |rows| usize::try_from(rows.div_ceil(49)).unwrap_or(usize::MAX));
        let ahead = pages.clamp(1, 2 * concurrency.max(1));
        let mut lists = Vec::new();
        for reseller in resellers {
            for status in statuses {
                let query = filter.query(status.clone(), 0)?;
                lists.push(List::new(account.client.clone(), reseller, query, ahead));
            }
        }
        if several {
            return Ok((Self::Several(Merged::new(filter.clone(), lists)), range.offset));
        }
        let Some(list) = lists.pop() else {
            return Ok((Self::Several(Merged::new(filter.clone(), Vec::new())), 0));
        };
        let start = ListStart::behind(range.offset);
        Ok((Self::One(Box::new(list.from(&start, Vec::new()))), 0))
    }

    /// The next rows; nothing at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Row>>, ApiError> {
        match self {
            Self::One(list) => Ok(list.next().await?.map(|batch| batch.rows)),
            Self::Several(merged) => merged.next().await,
        }
    }

    /// What is known so far.
    pub(super) fn tally(&self) -> Tally {
        match self {
            Self::One(list) => list.tally(),
            Self::Several(merged) => merged.tally(),
        }
    }
}

/// The resellers that are meant: the profile's own where none are named.
pub(super) async fn resellers(account: &Account, which: &Which) -> Result<Vec<String>, ApiError> {
    let named: Vec<String> =
        which.resellers.iter().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect();
    if named.is_empty() {
        return Ok(vec![account.reseller_id.clone()]);
    }
    if named.iter().any(|id| id.eq_ignore_ascii_case(ALL)) {
        return Ok(account.resellers(usize::MAX).await?.into_iter().map(|row| row.reseller_id).collect());
    }
    let mut each: Vec<String> = Vec::new();
    for id in named {
        if !each.contains(&id) {
            each.push(id);
        }
    }
    Ok(each)
}
