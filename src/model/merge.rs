//! All statuses as one list: the server filters by one status a request, so four lists are merged in sort order.
//!
//! Nothing is fetched that is not shown: a merged page starts at one cursor a status and takes rows from whichever
//! list comes next; only chunks that the page reaches are asked for. Chunks are ordinary pages, aligned to the
//! page size, so that they are shared with the session cache. Each list is taken in the server's own order; only
//! the heads are compared, so a collation of the server's that differs from ours never loses or doubles a row.

use std::{cmp::Ordering, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    CustomerFilter, CustomerPage, CustomerQuery, CustomerRow, FilterError, Row, SortBy, SortOrder, Status,
};

/// A number for each listed status, in the order of [`Status::LISTED`].
pub type Counts = [u64; Status::LISTED.len()];

/// Where a merged page starts. It can be kept from one start of the program to the next: the lists may have changed by
/// then, which makes the page begin elsewhere, and loses no row that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Start {
    /// How many rows of each list come before the page.
    pub cursors: Counts,
    /// The length of those lists that are known to have ended before it: asking past the end is an error for some
    /// servers, and nothing new.
    ended: [Option<u64>; Status::LISTED.len()],
}

/// A merged page.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The rows in sort order: the chunk and the place in it.
    pub rows: Vec<(Arc<CustomerPage>, usize)>,
    /// Where the next page starts.
    pub end: Start,
    /// The counts of each status, as the chunks tell them.
    pub totals: Counts,
}

impl Merged {
    /// Rows in all four lists.
    pub fn total(&self) -> u64 {
        self.totals.iter().sum()
    }

    /// Whether rows come after this page.
    pub fn has_more(&self) -> bool {
        self.end.cursors.iter().zip(self.totals).any(|(end, total)| *end < total)
    }
}

/// What a merged page still lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// These requests, whose answers `lookup` did not have.
    Chunks(Vec<CustomerQuery>),
    /// The filter can be asked for no page.
    Filter(FilterError),
}

/// Merges one page of `filter` from `start`, taking chunks from `lookup`; or says which chunks it needs first.
pub fn merge(
    filter: &CustomerFilter,
    start: Start,
    lookup: impl Fn(&CustomerQuery) -> Option<Arc<CustomerPage>>,
) -> Result<Merged, Need> {
    let size = u64::from(filter.page_size);
    let statuses = Status::listed();
    let mut lists: Vec<List> = Vec::with_capacity(statuses.len());
    let mut missing = Vec::new();
    for ((status, cursor), ended) in statuses.into_iter().zip(start.cursors).zip(start.ended) {
        let mut list = List { status, cursor, chunk: None, total: ended.unwrap_or_default() };
        if ended.is_none()
            && let Err(query) = list.load(filter, size, &lookup)?
        {
            missing.push(query);
        }
        lists.push(list);
    }
    if !missing.is_empty() {
        return Err(Need::Chunks(missing));
    }
    let mut rows = Vec::with_capacity(usize::from(filter.page_size));
    while rows.len() < usize::from(filter.page_size) {
        let first = lists.iter_mut().filter(|list| list.head(size).is_some()).reduce(|first, list| {
            let takes = match (first.head(size), list.head(size)) {
                (Some(a), Some(b)) => compare(filter, a, b) == Ordering::Greater,
                _ => false,
            };
            if takes { list } else { first }
        });
        let Some(list) = first else { break };
        let Some(chunk) = &list.chunk else { break };
        rows.push((Arc::clone(chunk), place(list.cursor, size)));
        list.cursor += 1;
        if list.head(size).is_none()
            && rows.len() < usize::from(filter.page_size)
            && let Err(query) = list.load(filter, size, &lookup)?
        {
            return Err(Need::Chunks(vec![query]));
        }
    }
    let (mut end, mut totals) = (Start::default(), Counts::default());
    for (index, list) in lists.iter().enumerate() {
        (end.cursors[index], totals[index]) = (list.cursor, list.total);
        end.ended[index] = (list.cursor >= list.total).then_some(list.total);
    }
    Ok(Merged { rows, end, totals })
}

/// One status's list, read at its cursor.
struct List {
    status: Status,
    cursor: u64,
    chunk: Option<Arc<CustomerPage>>,
    total: u64,
}

impl List {
    /// Makes the chunk with the next row current, or none at the list's end. The outer error is final, the inner one is
    /// a chunk to fetch.
    fn load(
        &mut self,
        filter: &CustomerFilter,
        size: u64,
        lookup: impl Fn(&CustomerQuery) -> Option<Arc<CustomerPage>>,
    ) -> Result<Result<(), CustomerQuery>, Need> {
        loop {
            let known = self.chunk.take().is_some();
            if known && self.cursor >= self.total {
                return Ok(Ok(()));
            }
            let at_chunk = self.cursor - self.cursor % size;
            let wanted = filter.query(self.status.clone(), at_chunk).map_err(Need::Filter)?;
            let Some(chunk) = lookup(&wanted) else { return Ok(Err(wanted)) };
            self.total = chunk.known_total();
            if chunk.rows.is_empty() {
                // Whatever the server counts: there is nothing more to be had.
                self.total = self.cursor;
                return Ok(Ok(()));
            }
            let rows = chunk.rows.len();
            self.chunk = Some(chunk);
            if place(self.cursor, size) < rows || self.cursor >= self.total {
                return Ok(Ok(()));
            }
            // Fewer rows than asked for, and not the last ones: the list goes on with the next chunk.
            self.cursor = at_chunk + size;
        }
    }

    /// The row at the cursor, where there is one.
    fn head(&self, size: u64) -> Option<&Row> {
        let chunk = self.chunk.as_ref()?;
        let here = chunk.query.offset() == self.cursor - self.cursor % size;
        chunk.rows.get(place(self.cursor, size)).filter(|_| here)
    }
}

/// Where in its chunk a cursor stands.
fn place(cursor: u64, size: u64) -> usize {
    usize::try_from(cursor % size).unwrap_or(usize::MAX)
}

/// The order of two rows of different lists, in the filter's order; what cannot be compared comes first, so that nothing
/// waits behind it.
pub fn compare(filter: &CustomerFilter, a: &Row, b: &Row) -> Ordering {
    let (Some(a), Some(b)) = (a.customer(), b.customer()) else {
        return a.customer().is_some().cmp(&b.customer().is_some());
    };
    let ascending = match filter.sort_by {
        SortBy::CreationDate => instant(a).cmp(&instant(b)),
        SortBy::CompanyName => by_name(a, b),
    };
    let ascending = ascending.then_with(|| a.customer_id.cmp(&b.customer_id));
    if filter.order == SortOrder::Ascending { ascending } else { ascending.reverse() }
}

fn instant(row: &CustomerRow) -> Option<chrono::DateTime<chrono::Utc>> {
    row.creation_date.as_ref().and_then(super::Timestamp::at)
}

/// Without regard to case, letter by letter: a name may be megabytes long, and most differ at the start.
fn by_name(a: &CustomerRow, b: &CustomerRow) -> Ordering {
    match (a.company_name.as_deref(), b.company_name.as_deref()) {
        (Some(a), Some(b)) => {
            a.chars().flat_map(char::to_lowercase).cmp(b.chars().flat_map(char::to_lowercase))
        }
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::HashMap};

    use super::*;

    /// A server with these names for each listed status, in ascending order, that counts what is asked of it.
    struct Server {
        names: [Vec<String>; 4],
        cache: RefCell<HashMap<CustomerQuery, Arc<CustomerPage>>>,
        asked: RefCell<Vec<(String, u64)>>,
    }

    impl Server {
        fn new(sizes: [usize; 4]) -> Self {
            let names = [0, 1, 2, 3].map(|list: usize| {
                (0..sizes[list]).map(|n| format!("{:04}-{list}", n * (list + 1) * 3)).collect()
            });
            Self { names, cache: RefCell::default(), asked: RefCell::default() }
        }

        fn answer(&self, query: &CustomerQuery) {
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
            let page = CustomerPage::from_slice(query.clone(), body.as_bytes()).unwrap();
            self.cache.borrow_mut().insert(query.clone(), Arc::new(page));
        }

        fn page(&self, filter: &CustomerFilter, start: Start) -> Merged {
            loop {
                match merge(filter, start, |query| self.cache.borrow().get(query).cloned()) {
                    Ok(merged) => return merged,
                    Err(Need::Chunks(queries)) => queries.iter().for_each(|query| self.answer(query)),
                    Err(Need::Filter(error)) => panic!("{error}"),
                }
            }
        }
    }

    fn filter() -> CustomerFilter {
        CustomerFilter {
            status: super::super::StatusFilter::All,
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
            .map(|(page, row)| page.rows[*row].customer().unwrap().customer_id.clone())
            .collect()
    }

    #[test]
    fn all_pages_together_are_all_rows_in_order_each_once() {
        for sizes in [[12, 3, 7, 1], [5, 0, 10, 0], [0, 0, 0, 0], [5, 5, 5, 5], [1, 0, 0, 0], [23, 0, 0, 4]] {
            let server = Server::new(sizes);
            let (mut start, mut seen) = (Start::default(), Vec::new());
            loop {
                let page = server.page(&filter(), start);
                assert_eq!(page.total(), sizes.iter().sum::<usize>() as u64, "{sizes:?}");
                seen.extend(ids(&page));
                start = page.end;
                if !page.has_more() {
                    break;
                }
                assert_eq!(page.rows.len(), 5, "only the last page is short");
            }
            let mut expected: Vec<String> = server.names.concat();
            expected.sort();
            assert_eq!(seen, expected, "{sizes:?}");
        }
    }

    #[test]
    fn asks_only_for_chunks_that_the_page_reaches() {
        let server = Server::new([40, 40, 40, 0]);
        let first = server.page(&filter(), Start::default());
        let heads = [("1000", 0), ("1002", 0), ("1004", 0), ("1026", 0)].map(|(s, o)| (s.to_owned(), o));
        assert_eq!(*server.asked.borrow(), heads);
        server.asked.borrow_mut().clear();
        let second = server.page(&filter(), first.end);
        assert_eq!(*server.asked.borrow(), [("1000".to_owned(), 5)]);
        server.asked.borrow_mut().clear();
        assert_eq!(ids(&server.page(&filter(), Start::default())), ids(&first), "paging back costs nothing");
        assert!(server.asked.borrow().is_empty());
        assert_ne!(second.end, first.end);
    }

    #[test]
    fn a_list_that_has_ended_is_not_asked_again() {
        let server = Server::new([40, 5, 0, 10]);
        let mut start = Start::default();
        for _ in 0..4 {
            start = server.page(&filter(), start).end;
        }
        server.cache.borrow_mut().clear();
        server.asked.borrow_mut().clear();
        assert!(start.cursors[1] == 5 && start.cursors[3] < 10, "{start:?}");
        let page = server.page(&filter(), start);
        assert!(server.asked.borrow().iter().all(|(status, _)| status != "1002" && status != "1004"));
        assert_eq!(page.total(), 55);
    }

    #[test]
    fn chunks_that_are_shorter_than_asked_for_lose_no_rows() {
        let names: Vec<String> = (0..20).map(|n| format!("{n:04}")).collect();
        let lookup = |query: &CustomerQuery| {
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
            CustomerPage::from_slice(query.clone(), body.as_bytes()).ok().map(Arc::new)
        };
        let (mut start, mut seen) = (Start::default(), Vec::new());
        for _ in 0..10 {
            let page = merge(&filter(), start, lookup).unwrap();
            seen.extend(ids(&page));
            start = page.end;
            if !page.has_more() {
                break;
            }
            assert!(!page.rows.is_empty(), "a page without rows and more to come would never end");
        }
        let expected: Vec<String> = (0..20).filter(|n| n % 5 != 4).map(|n| format!("{n:04}")).collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_server_that_counts_more_than_it_sends_comes_to_an_end() {
        let lookup = |query: &CustomerQuery| {
            let sent = query.status().code() == "1000" && query.offset() == 0;
            let rows = if sent { "[{\"customerId\": \"1\"}, {\"customerId\": \"2\"}]" } else { "[]" };
            let body = format!("{{\"totalCount\": 900, \"accounts\": {rows}}}");
            CustomerPage::from_slice(query.clone(), body.as_bytes()).ok().map(Arc::new)
        };
        let page = merge(&filter(), Start::default(), lookup).unwrap();
        assert_eq!((ids(&page), page.has_more()), (vec!["1".to_owned(), "2".to_owned()], false));
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
        let merged = merge(&filter, Start::default(), |query| {
            let body = format!("{{\"accounts\": {}}}", cache[query.status().code()]);
            CustomerPage::from_slice(query.clone(), body.as_bytes()).ok().map(Arc::new)
        })
        .unwrap();
        let shown: Vec<String> = merged
            .rows
            .iter()
            .map(|(page, row)| page.rows[*row].customer().map_or("?".into(), |c| c.customer_id.clone()))
            .collect();
        assert_eq!(shown, ["?", "3", "1", "2"]);
    }
}
