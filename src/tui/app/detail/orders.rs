//! A customer's orders, page by page.

use crate::{
    api::ApiError,
    model::{Link, OrderPage},
};

/// The doubt about a further page that brought nothing.
const EMPTY: &str = "the server links to another page of orders, which is empty";

/// The orders of a customer, as far as they are here.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OrderHistory {
    /// All that came, as one page.
    pub(crate) page: OrderPage,
    /// The link to the next page; nothing once there is none, or it is given up.
    pub(crate) next: Option<Link>,
    /// The error that ended the reading of pages.
    pub(crate) failed: Option<ApiError>,
    pub(crate) all_time: bool,
}

impl OrderHistory {
    /// The first page.
    pub(super) fn of(page: OrderPage, all_time: bool) -> Self {
        let next = page.links.next.clone().filter(|_| page.count() > 0);
        let mut orders = Self { page, next, failed: None, all_time };
        if orders.page.count() == 0 && orders.page.links.next.is_some() {
            orders.page.doubts.push(EMPTY.to_owned());
        }
        orders
    }

    /// Adds a page. A server that sends nothing new and names a next page, or the same one again, is not asked for ever.
    pub(super) fn append(&mut self, page: OrderPage) {
        let (before, next) = (self.page.total_count, page.links.next.clone());
        let goes_round = next.is_some() && next == self.next;
        if let (Some(before), Some(after)) = (before, page.total_count)
            && before != after
        {
            self.page
                .doubts
                .push(format!("the number of orders changed from {before} to {after} while they were read"));
        }
        let is_new = self.page.append(page);
        if !is_new || goes_round {
            self.page.doubts.push(EMPTY.to_owned());
        }
        self.next = next.filter(|_| is_new && !goes_round);
    }

    /// The next page did not come. It is not asked for again on its own.
    pub(super) fn give_up(&mut self, error: ApiError) {
        self.next = None;
        self.failed = Some(error);
    }
}
