//! Summaries for the screen: the figures, and what has to be said of the copy that they come from.

use std::sync::{Arc, Weak};

use super::{
    PortfolioSource,
    copy::{LoadedIndex, LocalData},
    errors::{blocking, of_store},
    filter_query,
    search::complaint,
};
use crate::{
    api::ApiError,
    model::{CustomerFilter, RenewalSpan, RenewalWeeks, SummaryAnswer},
    portfolio::{
        SeatLedger,
        index::{FoundRows, PortfolioIndex},
        renewal_weeks::renewal_weeks,
        summarise,
    },
};

/// The ledger that was read last, and the index whose rows it is about.
pub(super) type LoadedLedger = Option<(Weak<PortfolioIndex>, Arc<SeatLedger>)>;

impl PortfolioSource {
    /// Computes the summary of the customers of the copy that a filter with a query finds. With `refresh`, the copy is to be
    /// brought up to date, which changes it later.
    ///
    /// # Errors
    /// Fails if the copy cannot be opened or read, or if the query is none.
    pub async fn summary(&self, filter: CustomerFilter, refresh: bool) -> Result<SummaryAnswer, ApiError> {
        let copy = self.copy.get().await?;
        if refresh {
            copy.state.ask_for_sync();
        }
        let loaded = copy.loaded().await?;
        let ledger = copy.ledger(&loaded.index).await?;
        let query = filter_query(&filter, self.as_of())?;
        let troubles = copy.state.troubles();
        let LoadedIndex { index, held, .. } = loaded.clone();
        let (figures, complaint) = blocking(move || {
            let figures = summarise(&index, &ledger, &query, query.as_of.today);
            let place = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
            let (total, unknown) = (place(figures.customers), place(figures.unknown));
            let found = FoundRows { total, unknown, ..FoundRows::default() };
            let complaint = complaint(troubles, &index, &query, &found, &held);
            (figures, complaint)
        })
        .await?;
        // Last, since whatever changes from here on has the summary be computed again.
        let coverage = self.coverage(&copy.state, &loaded);
        Ok(SummaryAnswer { figures, coverage, complaint })
    }

    /// Adds up the seats of the customers of the copy that a filter with a query finds, by week of a range.
    ///
    /// # Errors
    /// Fails if the copy cannot be opened or read, or if the query is none.
    pub async fn renewal_weeks(
        &self,
        filter: CustomerFilter,
        span: RenewalSpan,
    ) -> Result<RenewalWeeks, ApiError> {
        let copy = self.copy.get().await?;
        let index = copy.loaded().await?.index;
        let ledger = copy.ledger(&index).await?;
        let query = filter_query(&filter, self.as_of())?;
        blocking(move || renewal_weeks(&index, &ledger, &query, span)).await
    }
}

impl LocalData {
    /// Returns the ledger for the rows of an index, which was read from this copy.
    async fn ledger(&self, index: &Arc<PortfolioIndex>) -> Result<Arc<SeatLedger>, ApiError> {
        let mut loaded = self.ledger.lock().await;
        if let Some((of_index, ledger)) = &*loaded
            && of_index.as_ptr() == Arc::as_ptr(index)
        {
            return Ok(Arc::clone(ledger));
        }
        let (of_rows, names) = (Arc::clone(index), Arc::clone(&self.names));
        let read = self.store.with(move |store| SeatLedger::read(store, &of_rows, &names));
        let ledger = Arc::new(read.await.map_err(|error| of_store(&error))?);
        *loaded = Some((Arc::downgrade(index), Arc::clone(&ledger)));
        Ok(ledger)
    }
}
