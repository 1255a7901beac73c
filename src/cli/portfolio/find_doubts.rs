//! Why a search of the local copy may lack customers, or values of those that were printed, in words.

use crate::{
    cli::{context::CommandContext, exit::print_note},
    columns::{Column, Columns, Needs},
    model::{AsOf, CopyPart, HistoryExtent, RETURN_DAYS, RenewalBasis, TodayFigures},
    portfolio::{Completeness, StoredCustomer, TodayList, query::Query},
    text,
};

/// The numbers of customers of which something is missing in what was printed.
#[derive(Debug, Clone, Default)]
pub(super) struct Printed {
    /// Those that could not be read.
    pub(super) missing: u64,
    /// Those of which stored values are damaged.
    damaged: u64,
    /// Those of which a part that a column is read from has not been read yet.
    lacking: u64,
    /// Those whose licences to order are not known.
    uncounted: u64,
    /// Those whose latest orders are not known, although a column is read from them.
    pub(super) without_orders: u64,
    /// Those with another date in place of the next renewal of an active subscription.
    other_dates: u64,
}

impl Printed {
    /// Creates the numbers of customers that could not be read, and of those of which stored values are damaged.
    pub(super) fn unreadable(missing: usize, damaged: usize) -> Self {
        Self { missing: missing as u64, damaged: damaged as u64, ..Self::default() }
    }

    /// Counts a customer that is printed in these columns.
    pub(super) fn count(&mut self, customer: &StoredCustomer, columns: &Columns, as_of: AsOf) {
        let facts = &customer.facts;
        let basis = facts.next_renewal().map(|(_, basis)| basis);
        self.damaged += u64::from(customer.is_damaged);
        self.lacking += u64::from(columns.as_slice().iter().any(|column| lacks(customer, column, as_of)));
        self.uncounted += u64::from(!facts.knows(CopyPart::ToOrder, as_of));
        let is_of_orders = |part: &CopyPart| matches!(part, CopyPart::Returns | CopyPart::RecentOrders);
        let mut of_orders =
            columns.as_slice().iter().filter_map(|column| column.copy_part()).filter(is_of_orders);
        self.without_orders += u64::from(of_orders.any(|part| !facts.knows(part, as_of)));
        self.other_dates += u64::from(basis.is_some_and(|basis| basis != RenewalBasis::Subscription));
    }

    /// Prints how many dates are not those of renewals of active subscriptions.
    pub(super) fn note_other_dates(&self) {
        if self.other_dates > 0 {
            let customers = text::pluralize(self.other_dates, "customer has", "customers have");
            print_note(&format!(
                "{customers} no active subscription to renew: the next renewal is a late one or the anniversary, as the column \
                 renewal-basis says."
            ));
        }
    }

    /// Returns what is missing, in words. Licences to order matter only if the user wants to see them, and orders if something in
    /// them is wanted, in words.
    pub(super) fn doubts(&self, shows_to_order: bool, of_orders: Option<&str>) -> Vec<String> {
        let customers = |count: u64| text::pluralize(count, "customer", "customers");
        let all = [
            (self.missing, format!("{} could not be read from the copy.", customers(self.missing))),
            (
                self.damaged,
                format!(
                    "stored values of {} are damaged, and left out: run `vipmp portfolio check`, then `vipmp sync`.",
                    customers(self.damaged)
                ),
            ),
            (
                if shows_to_order { self.uncounted } else { 0 },
                format!(
                    "{} printed without licences to order, which are not known.",
                    customers(self.uncounted)
                ),
            ),
            (
                if of_orders.is_some() { self.without_orders } else { 0 },
                format!(
                    "{} printed without {}: their orders of the last 14 days have not been read yet.",
                    customers(self.without_orders),
                    of_orders.unwrap_or_default()
                ),
            ),
            (
                self.lacking,
                format!("{} printed without details, which have not been read yet.", customers(self.lacking)),
            ),
        ];
        all.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect()
    }
}

/// Returns true if the part that a column is read from has not been read yet.
fn lacks(customer: &StoredCustomer, column: &Column, as_of: AsOf) -> bool {
    match column.needs() {
        // What not every account may read, and what no sync can read again, is reported separately.
        Needs::Row
        | Needs::Copy(CopyPart::ToOrder | CopyPart::Returns | CopyPart::RecentOrders | CopyPart::History) => {
            false
        }
        Needs::Record => customer.record.is_none(),
        Needs::Subscriptions => customer.subscriptions.is_none(),
        Needs::Copy(part) => !customer.facts.knows(part, as_of),
    }
}

/// Returns the reasons why what a query finds may be incomplete, in words: what the copy does not keep, what could not be read, and
/// the customers that may match too.
pub(super) fn query_doubts(
    query: &Query,
    unknown: u64,
    held: &Completeness,
    history: HistoryExtent,
    context: &CommandContext,
) -> Vec<String> {
    let lacks_contacts = !held.keeps_contacts && query.tests_contacts();
    let lacks_notes = held.lacks_notes && query.tests_notes();
    let mut doubts = Vec::new();
    doubts.extend(lacks_contacts.then(|| NO_CONTACTS.to_owned()));
    doubts.extend((lacks_notes || held.lacks_notes && query.has_words()).then(|| NO_NOTES.to_owned()));
    doubts.extend(order_doubts(query, held, context));
    // What no sync reads has been said.
    if unknown > 0 && !lacks_contacts && !lacks_notes {
        let customers = text::pluralize(unknown, "customer", "customers");
        // A history that was lost cannot be read again.
        let why = if query.tests_history() { "are not known" } else { "have not been read yet" };
        doubts.push(format!("{customers} may match too: their {} {why}.", query.needed_part()));
    }
    doubts.extend(query.history_doubt(history));
    let days = context.loaded.config.portfolio.orders_days;
    if query.tests_orders_before(days) {
        doubts.push(format!(
            "renewal orders that failed may be missing: syncs read the orders of {days} days (`orders_days` below [portfolio])."
        ));
    }
    if query.tests_to_order() {
        doubts.extend(held.to_order.complaints());
    }
    doubts.extend(orders_hint(context).filter(|_| unknown > 0 && query.tests_orders()));
    doubts
}

/// Adds doubts that have not been said yet.
pub(super) fn add_doubts(doubts: &mut Vec<String>, more: impl IntoIterator<Item = String>) {
    for doubt in more {
        if !doubts.contains(&doubt) {
            doubts.push(doubt);
        }
    }
}

/// Returns how syncs read enough orders to know what can be returned, unless they do.
pub(super) fn orders_hint(context: &CommandContext) -> Option<String> {
    let days = context.loaded.config.portfolio.orders_days;
    (i64::from(days) < RETURN_DAYS).then(|| {
        format!("syncs read the orders of {days} days: `orders_days = {RETURN_DAYS}` below [portfolio] reads enough of them.")
    })
}

/// Contacts that are not kept, and asked for.
const NO_CONTACTS: &str = "customers cannot be found by contacts, which this copy does not keep: `vipmp sync --contacts` keeps them.";

/// Notes that cannot be read.
pub(super) const NO_NOTES: &str =
    "notes cannot be read, so they are left out: `vipmp portfolio check` says why.";

/// Returns why the lists of the day may lack customers, in words, apart from what is true of every question to the copy.
pub(super) fn today_doubts<'a>(
    figures: impl Iterator<Item = &'a TodayFigures>,
    held: &Completeness,
    context: &CommandContext,
) -> Vec<String> {
    let tests_orders =
        |figures: &&TodayFigures| TodayList::named(figures.key).is_some_and(TodayList::tests_orders);
    let of_orders = figures.filter(tests_orders);
    let unknown = of_orders.map(|figures| figures.unknown).max().unwrap_or_default();
    let mut doubts = held.to_order.complaints();
    if unknown > 0 {
        doubts.push(format!(
            "for {} it is not known what can be returned or which renewal orders failed: the orders of the last 14 days have not been read.",
            text::pluralize(unknown, "customer", "customers")
        ));
        doubts.extend(orders_hint(context));
    }
    doubts.extend(held.lacks_notes.then(|| NO_NOTES.to_owned()));
    doubts
}

/// Returns the reason why a result may lack customers that have a word in an order, in words.
fn order_doubts(query: &Query, held: &Completeness, context: &CommandContext) -> Option<String> {
    let unread = held.without_orders();
    // Where no orders are read, earlier ones are a bonus.
    let is_expected = context.loaded.config.portfolio.orders_days > 0;
    (is_expected && query.has_words() && unread > 0).then(|| {
        let customers = text::pluralize(unread, "customer", "customers");
        format!(
            "the orders of {customers} have not been read yet, so they were not searched: run `vipmp sync`."
        )
    })
}
