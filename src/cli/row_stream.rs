//! The rows that a command is about, from wherever they are: one list from its place on, or several merged.

use std::sync::Arc;

use super::{
    exit::{Failure, print_error},
    filter_args::FilterArgs,
};
use crate::{
    account::Account,
    api::{ApiError, RequestOptions},
    collect::{ListStart, ListStats},
    model::{CustomerFilter, FilterError, Row, Status},
    source::{CustomerSource, MergedWalk, WalkList, WalkRequest, remote::RemoteSource},
    text,
};

/// The word for all resellers that the account may list.
const ALL: &str = "all";

/// Rows in the order in which they are printed.
pub(super) struct RowStream(MergedWalk);

/// The part of the rows that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    /// Rows that are passed over.
    pub(super) offset: u64,
    /// Rows at most; nothing for all of them.
    pub(super) limit: Option<u64>,
}

impl RowStream {
    /// The rows of these resellers with these statuses, and how many of them are still to be passed over.
    pub(super) fn new(
        source: &dyn CustomerSource,
        resellers: &[String],
        filter: &CustomerFilter,
        statuses: &[Status],
        range: Range,
        concurrency: usize,
    ) -> Result<(Self, u64), FilterError> {
        let several = resellers.len() * statuses.len() > 1;
        let rows = range.limit.map(|limit| if several { limit.saturating_add(range.offset) } else { limit });
        let mut lists = Vec::new();
        for reseller in resellers {
            for status in statuses {
                // One list can be asked for from any place; of several nobody knows what is before it.
                let start = ListStart::behind(if several { 0 } else { range.offset });
                let list = WalkList::new(reseller, filter.query(status.clone(), 0)?);
                lists.push(WalkList { start: Some(start), ..list });
            }
        }
        let request = WalkRequest { lists, rows, ahead: 2 * concurrency.max(1) };
        let walk = source.walk(request, RequestOptions::default());
        let passed = if several { range.offset } else { 0 };
        Ok((Self(MergedWalk::new(filter.clone(), walk)), passed))
    }

    /// Returns the next rows; nothing at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Row>>, ApiError> {
        self.0.next().await
    }

    /// Returns what is known so far.
    pub(super) fn stats(&self) -> ListStats {
        self.0.stats()
    }
}

/// Returns the source of an account's customers.
pub(super) fn source_of(account: &Account) -> Arc<dyn CustomerSource> {
    Arc::new(RemoteSource::new(account.client.clone(), &account.reseller_id))
}

/// The resellers that a command is about.
pub(super) struct ChosenResellers {
    /// Their ids, each once.
    pub(super) ids: Vec<String>,
    /// The reason why there may be others, if all were asked for and the list of them is doubtful.
    pub(super) doubt: Option<String>,
}

/// Finds the resellers that are meant: the profile's own if none are named.
pub(super) async fn choose_resellers(
    account: &Account,
    which: &FilterArgs,
) -> Result<ChosenResellers, ApiError> {
    let named: Vec<&str> = which.resellers.iter().map(|id| id.trim()).filter(|id| !id.is_empty()).collect();
    if named.is_empty() {
        return Ok(ChosenResellers { ids: vec![account.reseller_id.clone()], doubt: None });
    }
    if named.iter().any(|id| id.eq_ignore_ascii_case(ALL)) {
        let found = account.resellers(usize::MAX).await?;
        let doubt = found.doubt.map(|doubt| format!("the list of resellers may be incomplete: {doubt}."));
        let unreadable = (found.unreadable > 0).then(|| {
            let rows = text::pluralize(found.unreadable, "row", "rows");
            format!(
                "{rows} of the list of resellers without a readable reseller ID: their customers are missing."
            )
        });
        let ids = found.rows.into_iter().map(|row| row.reseller_id).collect();
        return Ok(ChosenResellers { ids, doubt: doubt.or(unreadable) });
    }
    let mut ids: Vec<String> = Vec::new();
    for id in named {
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    Ok(ChosenResellers { ids, doubt: None })
}

impl ChosenResellers {
    /// Complains about what may be missing, and returns how the command ends then.
    pub(super) fn report_doubt(&self) -> Result<(), Failure> {
        let Some(doubt) = &self.doubt else { return Ok(()) };
        print_error(doubt);
        Err(Failure::Partial)
    }
}
