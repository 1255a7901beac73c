//! Rows of the matching customers: one list from an offset on, or several merged.

use std::sync::Arc;

use super::exit::{Failure, print_error};
use crate::{
    account::Account,
    api::{ApiError, RequestOptions},
    collect::{ListStart, ListStats},
    model::{CustomerFilter, FilterError, Row, Status},
    source::{CustomerSource, MergedWalk, WalkList, WalkRequest, remote::RemoteSource},
};

/// The argument for all resellers that the account can list.
const ALL: &str = "all";

/// A stream of rows in the order in which they are printed.
pub(super) struct RowStream(MergedWalk);

/// The requested part of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    /// The number of rows to skip.
    pub(super) offset: u64,
    /// The maximum number of rows; `None` for all.
    pub(super) limit: Option<u64>,
}

impl RowStream {
    /// Starts reading the rows of these resellers with these statuses. Also returns how many rows the caller has to skip.
    ///
    /// # Errors
    /// [`FilterError`] if the API cannot express the filter.
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
                // A single list can start at an offset; of merged lists, the rows to skip are unknown in advance.
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

    /// Returns the next rows, or `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Row>>, ApiError> {
        self.0.next().await
    }

    /// Returns the statistics of the lists so far.
    pub(super) fn stats(&self) -> ListStats {
        self.0.stats()
    }
}

/// Returns the source of an account's customers.
pub(super) fn source_of(account: &Account) -> Arc<dyn CustomerSource> {
    Arc::new(RemoteSource::new(account.client.clone(), &account.reseller_id))
}

/// The resellers whose customers are read.
pub(super) struct ChosenResellers {
    /// Their IDs, each once.
    pub(super) ids: Vec<String>,
    /// Their names, where the list of resellers was read.
    pub(super) names: Vec<Option<String>>,
    /// A message that some resellers may be missing, if the list of all resellers is doubtful.
    pub(super) doubt: Option<String>,
}

/// Returns the named resellers, or all for `all`; by default, the profile's own.
pub(super) async fn choose_resellers(
    account: &Account,
    named: &[String],
) -> Result<ChosenResellers, ApiError> {
    let named: Vec<&str> = named.iter().map(|id| id.trim()).filter(|id| !id.is_empty()).collect();
    if named.is_empty() {
        return Ok(ChosenResellers {
            ids: vec![account.reseller_id.clone()],
            names: vec![None],
            doubt: None,
        });
    }
    if named.iter().any(|id| id.eq_ignore_ascii_case(ALL)) {
        let found = account.resellers(usize::MAX).await?;
        let doubt = found.doubt_words();
        let pairs = found.rows.into_iter().map(|row| (row.reseller_id, row.company_name));
        let (ids, companies) = pairs.unzip();
        return Ok(ChosenResellers { ids, names: companies, doubt });
    }
    let mut ids: Vec<String> = Vec::new();
    for id in named {
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    Ok(ChosenResellers { names: vec![None; ids.len()], ids, doubt: None })
}

impl ChosenResellers {
    /// Prints that resellers may be missing.
    ///
    /// # Errors
    /// [`Failure::Partial`] if so.
    pub(super) fn report_doubt(&self) -> Result<(), Failure> {
        let Some(doubt) = &self.doubt else { return Ok(()) };
        print_error(doubt);
        Err(Failure::Partial)
    }
}
