//! Assembles windows from the API's pages: one loop that assembles, fetches missing pages, and assembles again.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono::{DateTime, FixedOffset};
use futures_util::future::{BoxFuture, join_all, try_join_all};

use super::{
    chunk::{Chunk, ListKey, PageKey},
    drift::{DuplicateFilter, TotalChanged},
    merge::MergeError,
    pages::PageCache,
};
use crate::{
    api::{ApiError, ApiResponse, ErrorKind, RequestOptions},
    model::{Cursor, CustomerFilter, CustomerPage, CustomerQuery, RowsRequest, Status, StatusCounts},
    source::Window,
    text,
};

/// Fetches the pages of customer lists: the API's client, or a server in a test.
pub trait PageFetcher: Sync {
    /// Fetches a page of a reseller's customers.
    fn page<'a>(
        &'a self,
        reseller: &'a str,
        query: &'a CustomerQuery,
        options: &RequestOptions,
    ) -> BoxFuture<'a, Result<ApiResponse<CustomerPage>, ApiError>>;

    /// Returns the wall-clock time.
    fn now(&self) -> DateTime<FixedOffset>;
}

/// The state kept between two windows.
struct Memory {
    pages: PageCache,
    duplicates: DuplicateFilter,
    /// The filter of the previous windows.
    filter: Option<CustomerFilter>,
    /// A changed total that the next window reports.
    changed: Option<TotalChanged>,
    /// The number of lists so far, counting a refreshed one again. Windows of an earlier list leave no trace.
    generation: u64,
    /// The resellers whose customers cannot be read, and why.
    unreadable: BTreeMap<String, String>,
}

impl Memory {
    fn has_several_resellers(&self) -> bool {
        self.filter.as_ref().is_some_and(|filter| filter.resellers.len() > 1)
    }

    fn are_all_unreadable(&self) -> bool {
        self.filter.as_ref().is_some_and(|filter| self.unreadable.len() >= filter.resellers.len())
    }

    /// Describes the resellers whose customers are missing.
    fn unreadable_in_words(&self) -> Option<String> {
        let (first, why) = self.unreadable.first_key_value()?;
        let all = self.filter.as_ref().map_or(0, |filter| filter.resellers.len());
        let more = match self.unreadable.len() {
            1 => String::new(),
            count => format!(" and {} others", count - 1),
        };
        Some(format!(
            "The customers of {} of {all} resellers are missing: {}{more} could not be read ({why}).",
            self.unreadable.len(),
            text::clean(first),
        ))
    }

    /// Forgets the previous windows: another list follows, or the same list read again.
    fn forget_windows(&mut self) {
        self.generation += 1;
        self.duplicates.clear();
        self.changed = None;
        for reseller in std::mem::take(&mut self.unreadable).into_keys() {
            self.pages.forget_reseller(&reseller);
        }
    }
}

/// Reads windows and counts, and caches the pages behind them.
pub struct RemoteRows {
    reseller: String,
    memory: Mutex<Memory>,
}

impl RemoteRows {
    /// Creates an empty cache for the customers of a reseller.
    pub fn new(reseller: &str) -> Self {
        let memory = Memory {
            pages: PageCache::new(),
            duplicates: DuplicateFilter::default(),
            filter: None,
            changed: None,
            generation: 0,
            unreadable: BTreeMap::new(),
        };
        Self { reseller: reseller.to_owned(), memory: Mutex::new(memory) }
    }

    /// Returns the number of cached pages.
    pub fn cached_pages(&self) -> usize {
        self.memory().pages.len()
    }

    /// Reads a window of rows.
    ///
    /// Only a request with [`RowsRequest::refresh`] forgets pages. If the total of a list differs from that of its cached
    /// pages, they are forgotten, but only once for each window: a server that counts differently each time would
    /// otherwise be asked for ever.
    ///
    /// # Errors
    /// Fails if a page does not arrive; pages that did arrive are cached.
    pub async fn window(
        &self,
        fetcher: &dyn PageFetcher,
        request: &RowsRequest,
        options: &RequestOptions,
    ) -> Result<Window, ApiError> {
        let generation = self.prepare(request);
        let lists = self.lists(&request.filter);
        self.memory().pages.make_room(lists.len());
        let mut at = request.at.clone();
        let invalidated = AtomicBool::new(false);
        let mut news = None;
        loop {
            let assembled = self.memory().pages.assemble(request, &at, &lists, fetcher.now());
            match assembled {
                Ok(assembled) => {
                    if let Some(last) = last_page(&assembled.window) {
                        // The portfolio has become shorter and ends before this page.
                        news = Some("The list is now shorter. This is its last page.".to_owned());
                        self.memory().changed = None;
                        at = last;
                        continue;
                    }
                    return Ok(self.finish(assembled, news, options, generation));
                }
                Err(MergeError::MissingPages(pages)) => {
                    let missing = pages
                        .into_iter()
                        .map(|key| self.fetch(fetcher, key, options, &invalidated, generation));
                    try_join_all(missing).await?;
                }
                // Filters are validated where they are edited.
                Err(MergeError::Filter(error)) => return Err(ApiError::internal(&error.to_string())),
            }
        }
    }

    /// Counts the customers with each listed status. A count in a cached page is not requested.
    pub async fn counts(
        &self,
        fetcher: &dyn PageFetcher,
        filter: &CustomerFilter,
        options: &RequestOptions,
    ) -> StatusCounts<ApiError> {
        let counts = Status::listed().into_iter().map(async |status| {
            let count = self.count(fetcher, filter, &status, options).await;
            (status, count)
        });
        StatusCounts(join_all(counts).await)
    }

    async fn count(
        &self,
        fetcher: &dyn PageFetcher,
        filter: &CustomerFilter,
        status: &Status,
        options: &RequestOptions,
    ) -> Result<u64, ApiError> {
        let refused = |error: crate::model::FilterError| ApiError::internal(&error.to_string());
        let lists = self.resellers(filter).into_iter().map(async |reseller| {
            let list = ListKey { reseller: reseller.as_str().into(), status: status.clone() };
            let known = self.memory().pages.total(&list.page(filter, 0).map_err(refused)?);
            if let Some(known) = known {
                return Ok::<u64, ApiError>(known);
            }
            let query = filter.count_query(status.clone()).map_err(refused)?;
            let answer = fetcher.page(&reseller, &query, options).await?;
            let missing = || ApiError::unreadable("the response has no totalCount");
            answer.value.total_count.ok_or_else(missing)
        });
        Ok(try_join_all(lists).await?.into_iter().fold(0, u64::saturating_add))
    }

    /// Fetches a page and caches it.
    async fn fetch(
        &self,
        fetcher: &dyn PageFetcher,
        key: PageKey,
        options: &RequestOptions,
        invalidated: &AtomicBool,
        generation: u64,
    ) -> Result<(), ApiError> {
        let outcome = fetcher.page(&key.reseller, &key.query, options).await;
        let at = fetcher.now();
        let mut memory = self.memory();
        let is_outdated = memory.generation != generation;
        let answer = match outcome {
            Ok(answer) => answer,
            // One of several resellers that cannot be read does not hide the others. The window reports it.
            Err(error) if !is_outdated && is_of_reseller(&error) && memory.has_several_resellers() => {
                memory.unreadable.insert(key.reseller.to_string(), error.user_message().summary);
                if memory.are_all_unreadable() {
                    return Err(error);
                }
                let exchange = error.exchange.map(|exchange| *exchange).unwrap_or_default();
                let chunk = Chunk::empty(key.query.offset());
                memory.pages.put(key, chunk, at, exchange);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        // A page requested before a refresh does not replace one requested after it.
        if is_outdated && memory.pages.contains(&key) {
            return Ok(());
        }
        let changed = memory.pages.put(key, answer.value.into(), at, answer.exchange);
        if let Some(changed) = changed.filter(|_| !is_outdated) {
            if !invalidated.swap(true, Ordering::Relaxed) {
                memory.pages.forget_siblings(&changed.key);
            }
            memory.changed.get_or_insert(changed);
        }
        Ok(())
    }

    /// Forgets what does not belong to the request; returns the generation of its list.
    fn prepare(&self, request: &RowsRequest) -> u64 {
        let mut memory = self.memory();
        if request.refresh {
            memory.pages.clear();
        }
        if request.refresh || memory.filter.as_ref() != Some(&request.filter) {
            memory.forget_windows();
            memory.filter = Some(request.filter.clone());
        }
        memory.generation
    }

    /// Removes duplicates, and adds notices for the user.
    fn finish(
        &self,
        mut assembled: super::pages::Assembled,
        news: Option<String>,
        options: &RequestOptions,
        generation: u64,
    ) -> Window {
        let mut memory = self.memory();
        if memory.generation != generation {
            return Window { news, ..assembled.window };
        }
        memory.duplicates.remove_duplicates(&mut assembled);
        let mut window = assembled.window;
        window.news = news;
        if let Some(complaint) = memory.unreadable_in_words() {
            window.complaint = Some(complaint);
        }
        // A prefetched window is not shown yet: the change is reported with a window that is.
        if options.urgency().is_foreground()
            && let Some(changed) = memory.changed.take()
        {
            window.news.get_or_insert_with(|| changed.in_words());
        }
        window
    }

    /// Returns the lists that a filter covers.
    fn lists(&self, filter: &CustomerFilter) -> Vec<ListKey> {
        let statuses = filter.status.statuses();
        let of_reseller = |reseller: String| {
            let reseller: std::sync::Arc<str> = reseller.into();
            statuses.clone().into_iter().map(move |status| ListKey { reseller: reseller.clone(), status })
        };
        self.resellers(filter).into_iter().flat_map(of_reseller).collect()
    }

    /// Returns the resellers that a filter covers.
    fn resellers(&self, filter: &CustomerFilter) -> Vec<String> {
        let mut resellers: Vec<String> = Vec::new();
        for reseller in &filter.resellers {
            if !resellers.contains(reseller) {
                resellers.push(reseller.clone());
            }
        }
        if resellers.is_empty() { vec![self.reseller.clone()] } else { resellers }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for RemoteRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RemoteRows").field("reseller", &self.reseller).finish_non_exhaustive()
    }
}

/// Returns true if an error concerns the requested reseller rather than the network or the account.
fn is_of_reseller(error: &ApiError) -> bool {
    matches!(error.kind, ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::BadRequest)
}

/// Returns the cursor of the last page if the window starts after it.
fn last_page(window: &Window) -> Option<Cursor> {
    let size = u64::from(window.request.filter.page_size).max(1);
    let Cursor::Row(1..) = window.at else { return None };
    if !window.is_empty() || window.total == 0 {
        return None;
    }
    let last = Cursor::Row((window.total - 1) / size * size);
    (last != window.at).then_some(last)
}
