//! Reads what a report is made of: its lists row by row into their sheets, and the figures.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{Days, NaiveTime};

use super::find_doubts::Printed;
use crate::{
    columns::Item,
    model::{AsOf, DatedRenewal, HistoryExtent, PortfolioSummary},
    output::OutputError,
    portfolio::{
        ChangeFilter, Completeness, PortfolioStore, SeatLedger, StoreError, StoredRecord,
        entry::Entry,
        index::PortfolioIndex,
        load_index,
        query::{Query, QueryError},
        summarise,
    },
    products::ProductNames,
    report::{ListPlan, ListSheet, ListTotals, ReportBook, ReportScope},
};

/// The days of which observed changes are in a report.
pub(super) const CHANGE_DAYS: u64 = 30;

/// The customers that are read at once.
const AT_ONCE: usize = 500;

/// What has been read.
pub(super) struct FilledReport {
    /// The workbook without its summary.
    pub(super) book: ReportBook,
    /// What the lists add up to.
    pub(super) lists: Vec<ListTotals>,
    /// What the customers add up to.
    pub(super) figures: PortfolioSummary,
    /// The extent of the copy.
    pub(super) held: Completeness,
    /// What is missing in the rows.
    pub(super) printed: Printed,
    /// The extent of the history.
    pub(super) history: HistoryExtent,
    /// The reason why changes may be missing, in words.
    pub(super) history_doubt: Option<String>,
}

/// A reason why there is no report.
#[derive(Debug, thiserror::Error)]
pub(super) enum FillError {
    /// The copy cannot be read.
    #[error(transparent)]
    PortfolioStore(#[from] StoreError),
    /// The workbook cannot be filled.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A list narrowed to the query cannot be read.
    #[error("the list {list} cannot be read: {source}")]
    Query {
        /// The list.
        list: &'static str,
        /// The mistake.
        source: QueryError,
    },
}

/// Reads everything from the store.
///
/// # Errors
/// The first one.
pub(super) fn fill(
    store: &PortfolioStore,
    names: &Arc<ProductNames>,
    scope: &ReportScope,
    customers: &Query,
) -> Result<FilledReport, FillError> {
    let as_of = customers.as_of;
    let (index, held) = load_index(store, names)?;
    let ledger = SeatLedger::read(store, &index, names)?;
    let figures = summarise(&index, &ledger, customers, as_of.today);
    drop(ledger);
    let mut book = ReportBook::new(&scope.title(), as_of.today);
    let (mut lists, mut lacking) = (Vec::new(), Lacking::default());
    for plan in scope.lists() {
        lists.push(fill_list(store, &index, &plan, as_of, &mut book, &mut lacking)?);
    }
    let history_doubt = fill_changes(store, &index, scope, customers, &mut book)?;
    let printed = Printed::unreadable(lacking.missing.len(), lacking.damaged.len());
    Ok(FilledReport { book, lists, figures, held, printed, history: index.history(), history_doubt })
}

/// The customers of which something is missing; one in several lists counts once.
#[derive(Debug, Default)]
struct Lacking {
    missing: BTreeSet<String>,
    damaged: BTreeSet<String>,
}

fn fill_list(
    store: &PortfolioStore,
    index: &PortfolioIndex,
    plan: &ListPlan,
    as_of: AsOf,
    book: &mut ReportBook,
    lacking: &mut Lacking,
) -> Result<ListTotals, FillError> {
    let list = plan.list.key;
    let read = |text: &str| Query::read(text, as_of).map_err(|source| FillError::Query { list, source });
    // What narrows the report says whose renewals are in it, and the list which ones.
    let (query, of_dates) = (read(&plan.query)?, read(&plan.own_query)?);
    let mut sheet = book.list(plan)?;
    for lines in plan.list.lines_by(&query, &of_dates, index).chunks(AT_ONCE) {
        let entry = |(row, date): &(u32, Option<DatedRenewal>)| Some((index.view(*row)?.to_entry(), *date));
        let entries: Vec<(Entry, Option<DatedRenewal>)> = lines.iter().filter_map(entry).collect();
        let ids: Vec<String> = entries.iter().map(|(entry, _)| entry.customer_id.clone()).collect();
        for ((entry, date), stored) in entries.iter().zip(store.records(&ids)?) {
            let Some(StoredRecord { row, record, is_damaged }) = stored else {
                lacking.missing.insert(entry.customer_id.clone());
                continue;
            };
            if is_damaged {
                lacking.damaged.insert(entry.customer_id.clone());
            }
            let mut facts = entry.copy_facts();
            if facts.to_order.is_some_and(|to_order| to_order.licences > 0) {
                facts.to_order_products = store.products_to_order(&entry.customer_id)?;
            }
            if let Some(date) = date {
                facts.narrow_to(*date);
            }
            let mut item = Item::row(&row).with_copy(&facts, entry.note.as_ref(), as_of);
            if let Some((record, _)) = &record {
                item = item.with_details(record);
            }
            sheet.item(&item)?;
        }
    }
    let figures = plan.list.figures_by(&query, &of_dates, index);
    let if_empty = if figures.unknown > 0 {
        "No customer is known to be in this list; see the summary for those that may be."
    } else {
        "No customer is in this list."
    };
    book.push(sheet, if_empty)?;
    let unit = plan.list.unit().map(|(_, several)| several);
    Ok(ListTotals { sheet: plan.sheet, title: plan.title.clone(), figures, unit })
}

/// Fills the sheet of observed changes, the latest first. Returns the reason why some may be missing.
fn fill_changes(
    store: &PortfolioStore,
    index: &PortfolioIndex,
    scope: &ReportScope,
    customers: &Query,
    book: &mut ReportBook,
) -> Result<Option<String>, FillError> {
    let first = customers.as_of.today.checked_sub_days(Days::new(CHANGE_DAYS));
    let since = first.map(|day| day.and_time(NaiveTime::MIN).and_utc());
    let found = store.changes(&ChangeFilter { since, customer_id: None })?;
    let extent: HistoryExtent = store.history_extent()?;
    let is_wanted: Option<BTreeSet<u32>> = (!scope.query.is_empty())
        .then(|| index.search(customers, &[], 0..usize::MAX).rows.into_iter().collect());
    let mut sheet: ListSheet = book.changes(&format!("Changes observed in the last {CHANGE_DAYS} days"))?;
    for change in found.iter().rev() {
        let row = index.row_of(&change.customer_id);
        if is_wanted.as_ref().is_none_or(|wanted| row.is_some_and(|row| wanted.contains(&row))) {
            sheet.item(&Item::change(change))?;
        }
    }
    book.push(sheet, &format!("No changes were observed in the last {CHANGE_DAYS} days."))?;
    Ok(extent.doubt(since))
}
