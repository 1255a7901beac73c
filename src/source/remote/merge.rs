//! Merges a window from the pages of several lists by the sort order.
//!
//! Each list keeps the server's own order, so that a collation that differs from ours never loses or repeats a row.

use std::sync::Arc;

use super::chunk::{Chunk, ListKey, PageKey};
use crate::model::{CustomerFilter, FilterError, MergeStart, Row, first_in_order};

/// A merged window.
#[derive(Debug)]
pub(super) struct Merged {
    /// The rows in sort order, each as its page and its index there.
    pub(super) rows: Vec<(Arc<Chunk>, usize)>,
    /// The place where the next window starts.
    pub(super) end: MergeStart,
    /// The server's count of each list.
    pub(super) totals: Vec<u64>,
    /// The number of rows that the server counts but has not sent, in this window or at the end of a list.
    pub(super) missing: u64,
    has_more: bool,
}

impl Merged {
    /// Returns true if rows come after this window.
    pub(super) fn has_more(&self) -> bool {
        self.has_more
    }
}

/// The reason why a window cannot be merged yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MergeError {
    /// These pages are not cached.
    MissingPages(Vec<PageKey>),
    /// The filter cannot be sent to the API.
    Filter(FilterError),
}

/// Merges the window of `filter` that begins at `start`, taking pages from `lookup`.
///
/// # Errors
/// Fails with the pages that must be fetched first.
pub(super) fn merge(
    filter: &CustomerFilter,
    keys: &[ListKey],
    start: &MergeStart,
    lookup: impl Fn(&PageKey) -> Option<Arc<Chunk>>,
) -> Result<Merged, MergeError> {
    let size = u64::from(filter.page_size).max(1);
    let mut lists: Vec<MergeList<'_>> = Vec::with_capacity(keys.len());
    let mut missing = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        let position = start.rows.get(index).copied().unwrap_or_default();
        let ended = start.ended.get(index).copied().flatten();
        let total = ended.unwrap_or_default();
        let counted = start.counted.get(index).copied().flatten().unwrap_or(total);
        let mut list = MergeList { key, position, chunk: None, total, counted, skipped: 0 };
        if ended.is_none()
            && let Err(page) = list.load(filter, size, &lookup)?
        {
            missing.push(page);
        }
        lists.push(list);
    }
    if !missing.is_empty() {
        return Err(MergeError::MissingPages(missing));
    }
    let mut rows = Vec::with_capacity(usize::from(filter.page_size));
    while rows.len() < usize::from(filter.page_size) {
        let first = first_in_order(filter, lists.iter_mut(), |list| list.head(size));
        let Some(list) = first else { break };
        let Some(chunk) = &list.chunk else { break };
        rows.push((Arc::clone(chunk), place(list.position, size)));
        list.position = list.position.saturating_add(1);
        if list.head(size).is_none()
            && rows.len() < usize::from(filter.page_size)
            && let Err(page) = list.load(filter, size, &lookup)?
        {
            return Err(MergeError::MissingPages(vec![page]));
        }
    }
    Ok(Merged {
        rows,
        end: MergeStart {
            rows: lists.iter().map(|list| list.position).collect(),
            ended: lists.iter().map(|list| (list.position >= list.total).then_some(list.total)).collect(),
            counted: counted_beyond(&lists),
        },
        totals: lists.iter().map(|list| list.counted).collect(),
        missing: lists.iter().map(MergeList::missing).fold(0, u64::saturating_add),
        has_more: lists.iter().any(|list| list.position < list.total),
    })
}

/// Returns the server's count of each list that ended before it; nothing if none did.
fn counted_beyond(lists: &[MergeList<'_>]) -> Vec<Option<u64>> {
    let counted: Vec<Option<u64>> =
        lists.iter().map(|list| (list.counted > list.total).then_some(list.counted)).collect();
    if counted.iter().all(Option::is_none) { Vec::new() } else { counted }
}

/// A list that is read from a position on.
struct MergeList<'a> {
    key: &'a ListKey,
    /// The number of its rows before the next one.
    position: u64,
    chunk: Option<Arc<Chunk>>,
    /// The number of its rows: the server's count, or where it ended.
    total: u64,
    /// The server's count.
    counted: u64,
    /// The rows that are missing at the end of short pages.
    skipped: u64,
}

impl MergeList<'_> {
    /// Returns the number of rows that the server counts but has not sent.
    fn missing(&self) -> u64 {
        self.counted.saturating_sub(self.total).saturating_add(self.skipped)
    }

    /// Loads the page with the next row, or none at the end of the list. The outer error is final; the inner one is a
    /// page to fetch.
    fn load(
        &mut self,
        filter: &CustomerFilter,
        size: u64,
        lookup: impl Fn(&PageKey) -> Option<Arc<Chunk>>,
    ) -> Result<Result<(), PageKey>, MergeError> {
        loop {
            let known = self.chunk.take().is_some();
            if known && self.position >= self.total {
                return Ok(Ok(()));
            }
            let offset = self.position - self.position % size;
            let wanted = self.key.page(filter, offset).map_err(MergeError::Filter)?;
            let Some(chunk) = lookup(&wanted) else { return Ok(Err(wanted)) };
            (self.total, self.counted) = (chunk.total, chunk.total);
            if chunk.rows.is_empty() {
                // Nothing more arrives, whatever the server counts.
                self.total = self.position;
                return Ok(Ok(()));
            }
            let rows = chunk.rows.len();
            self.chunk = Some(chunk);
            if place(self.position, size) < rows || self.position >= self.total {
                return Ok(Ok(()));
            }
            // The page is short and not the last one: the list continues with the next page.
            let next = offset.saturating_add(size);
            self.skipped = self.skipped.saturating_add(next.min(self.total).saturating_sub(self.position));
            self.position = next;
        }
    }

    /// Returns the row at the position, if there is one.
    fn head(&self, size: u64) -> Option<&Row> {
        let chunk = self.chunk.as_ref()?;
        let here = chunk.offset == self.position - self.position % size;
        chunk.rows.get(place(self.position, size)).filter(|_| here).map(|row| &**row)
    }
}

/// Returns the index of a position in its page.
fn place(position: u64, size: u64) -> usize {
    usize::try_from(position % size).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::HashMap};

    use super::*;
    use crate::model::{CustomerPage, CustomerQuery, SortBy, SortOrder, Status, StatusFilter};

    fn keys() -> Vec<ListKey> {
        Status::listed().into_iter().map(|status| ListKey { reseller: "1000396138".into(), status }).collect()
    }

    fn read(query: &CustomerQuery, body: &str) -> Option<Arc<Chunk>> {
        CustomerPage::from_slice(query.clone(), body.as_bytes()).ok().map(|page| Arc::new(page.into()))
    }

    /// A server with these names for each listed status, in ascending order, that records its requests.
    struct Server {
        names: [Vec<String>; 4],
        cache: RefCell<HashMap<PageKey, Arc<Chunk>>>,
        asked: RefCell<Vec<(String, u64)>>,
    }

    impl Server {
        fn new(sizes: [usize; 4]) -> Self {
            let names = [0, 1, 2, 3].map(|list: usize| {
                (0..sizes[list]).map(|n| format!("{:04}-{list}", n * (list + 1) * 3)).collect()
            });
            Self { names, cache: RefCell::default(), asked: RefCell::default() }
        }

        fn answer(&self, key: &PageKey) {
            let query = &key.query;
            let list = Status::LISTED.iter().position(|code| *code == query.status().code()).unwrap();
            self.asked.borrow_mut().push((query.status().code().to_owned(), query.offset()));
            let names = &self.names[list];
            let rows: Vec<_> = names
                .iter()
                .skip(usize::try_from(query.offset()).unwrap())
                .take(query.limit().into())
                .map(|name| serde_json::json!({"customerId": name, "companyProfile": {"companyName": name}}))
                .collect();
            let body = serde_json::json!({"totalCount": names.len(), "accounts": rows}).to_string();
            self.cache.borrow_mut().insert(key.clone(), read(query, &body).unwrap());
        }

        fn page(&self, filter: &CustomerFilter, start: &MergeStart) -> Merged {
            loop {
                match merge(filter, &keys(), start, |key| self.cache.borrow().get(key).cloned()) {
                    Ok(merged) => return merged,
                    Err(MergeError::MissingPages(pages)) => pages.iter().for_each(|page| self.answer(page)),
                    Err(MergeError::Filter(error)) => panic!("{error}"),
                }
            }
        }
    }

    fn filter() -> CustomerFilter {
        CustomerFilter {
            status: StatusFilter::All,
            sort_by: SortBy::CompanyName,
            order: SortOrder::Ascending,
            page_size: 5,
            ..CustomerFilter::default()
        }
    }

    fn ids(merged: &Merged) -> Vec<String> {
        merged
            .rows
            .iter()
            .map(|(chunk, row)| chunk.rows[*row].customer().unwrap().customer_id.clone())
            .collect()
    }

    #[test]
    fn all_pages_together_are_all_rows_in_order_each_once() {
        for sizes in [[12, 3, 7, 1], [5, 0, 10, 0], [0, 0, 0, 0], [5, 5, 5, 5], [1, 0, 0, 0], [23, 0, 0, 4]] {
            let server = Server::new(sizes);
            let (mut start, mut seen) = (MergeStart::default(), Vec::new());
            loop {
                let page = server.page(&filter(), &start);
                let has_more = page.has_more();
                assert_eq!(page.totals.iter().sum::<u64>(), sizes.iter().sum::<usize>() as u64, "{sizes:?}");
                seen.extend(ids(&page));
                assert!(page.rows.len() == 5 || !has_more, "only the last page is short");
                start = page.end;
                if !has_more {
                    break;
                }
            }
            let mut expected: Vec<String> = server.names.concat();
            expected.sort();
            assert_eq!(seen, expected, "{sizes:?}");
        }
    }

    #[test]
    fn asks_only_for_chunks_that_the_page_reaches() {
        let server = Server::new([40, 40, 40, 0]);
        let first = server.page(&filter(), &MergeStart::default());
        let heads = [("1000", 0), ("1002", 0), ("1004", 0), ("1026", 0)].map(|(s, o)| (s.to_owned(), o));
        assert_eq!(*server.asked.borrow(), heads);
        server.asked.borrow_mut().clear();
        let second = server.page(&filter(), &first.end);
        assert_eq!(*server.asked.borrow(), [("1000".to_owned(), 5)]);
        server.asked.borrow_mut().clear();
        assert_eq!(
            ids(&server.page(&filter(), &MergeStart::default())),
            ids(&first),
            "paging back costs nothing"
        );
        assert!(server.asked.borrow().is_empty());
        assert_ne!(second.end, first.end);
    }

    #[test]
    fn a_list_that_has_ended_is_not_asked_again() {
        let server = Server::new([40, 5, 0, 10]);
        let mut start = MergeStart::default();
        for _ in 0..4 {
            start = server.page(&filter(), &start).end;
        }
        server.cache.borrow_mut().clear();
        server.asked.borrow_mut().clear();
        assert!(start.rows[1] == 5 && start.rows[3] < 10, "{start:?}");
        let page = server.page(&filter(), &start);
        assert!(server.asked.borrow().iter().all(|(status, _)| status != "1002" && status != "1004"));
        assert_eq!(page.totals.iter().sum::<u64>(), 55);
    }

    #[test]
    fn chunks_that_are_shorter_than_asked_for_lose_no_rows() {
        let names: Vec<String> = (0..20).map(|n| format!("{n:04}")).collect();
        let lookup = |key: &PageKey| {
            let query = &key.query;
            let offset = usize::try_from(query.offset()).unwrap();
            let full = query.status().code() == "1000" && offset < 20;
            // The server leaves out the last row of every chunk, and counts it.
            let rows: Vec<_> = names
                .iter()
                .skip(offset)
                .take(4)
                .filter(|_| full)
                .map(|name| serde_json::json!({"customerId": name}))
                .collect();
            let total = if query.status().code() == "1000" { 20 } else { 0 };
            let body = serde_json::json!({"totalCount": total, "accounts": rows}).to_string();
            read(query, &body)
        };
        let (mut start, mut seen, mut missing) = (MergeStart::default(), Vec::new(), 0);
        for _ in 0..10 {
            let page = merge(&filter(), &keys(), &start, lookup).unwrap();
            seen.extend(ids(&page));
            missing += page.missing;
            if !page.has_more() {
                break;
            }
            assert!(!page.rows.is_empty(), "a page without rows and more to come would never end");
            start = page.end;
        }
        let expected: Vec<String> = (0..20).filter(|n| n % 5 != 4).map(|n| format!("{n:04}")).collect();
        assert_eq!((seen, missing), (expected, 4));
    }

    #[test]
    fn a_server_that_counts_more_than_it_sends_comes_to_an_end() {
        let lookup = |key: &PageKey| {
            let query = &key.query;
            let sent = query.status().code() == "1000" && query.offset() == 0;
            let rows = if sent { "[{\"customerId\": \"1\"}, {\"customerId\": \"2\"}]" } else { "[]" };
            let body = format!("{{\"totalCount\": 900, \"accounts\": {rows}}}");
            read(query, &body)
        };
        let page = merge(&filter(), &keys(), &MergeStart::default(), lookup).unwrap();
        assert_eq!((ids(&page), page.has_more()), (vec!["1".to_owned(), "2".to_owned()], false));
        // The counts stay the server's, and later windows remember where the lists ended.
        assert_eq!((page.totals[0], page.missing), (900, 3_598));
        let later = merge(&filter(), &keys(), &page.end, lookup).unwrap();
        assert_eq!((later.totals[0], later.missing), (900, 3_595));
    }

    #[test]
    fn newest_first_across_lists_and_rows_without_a_date_are_not_lost() {
        let cache: HashMap<&str, &str> = [
            (
                "1000",
                r#"[{"customerId":"1","creationDate":"2025-03-01T00:00:00Z"},{"customerId":"2","creationDate":"?"}]"#,
            ),
            ("1002", r#"[{"customerId":"3","creationDate":"2025-04-01T00:00:00Z"}]"#),
            ("1004", "[17]"),
            ("1026", "[]"),
        ]
        .into();
        let filter = CustomerFilter { page_size: 5, ..CustomerFilter::default() };
        let merged = merge(&filter, &keys(), &MergeStart::default(), |key| {
            let query = &key.query;
            let body = format!("{{\"accounts\": {}}}", cache[query.status().code()]);
            read(query, &body)
        })
        .unwrap();
        let shown: Vec<String> = merged
            .rows
            .iter()
            .map(|(chunk, row)| chunk.rows[*row].customer().map_or("?".into(), |c| c.customer_id.clone()))
            .collect();
        assert_eq!(shown, ["?", "3", "1", "2"]);
    }
}
