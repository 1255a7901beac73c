//! A customer's orders, page by page.

use crate::model::{Link, Order, OrderPage, Problem};

/// The orders of a customer, as far as they are here.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Orders {
    pub(crate) items: Vec<Order>,
    pub(crate) total: Option<u64>,
    pub(crate) next: Option<Link>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) all_time: bool,
}

impl Orders {
    /// Adds a page. A server that sends nothing and names a next page, or the same one again, is not asked for ever.
    pub(super) fn append(&mut self, page: OrderPage) {
        let goes_on = !page.items.is_empty() && page.links.next != self.next;
        self.items.extend(page.items);
        self.problems.extend(page.problems);
        self.total = page.total_count.or(self.total);
        self.next = page.links.next.filter(|_| goes_on);
    }
}
