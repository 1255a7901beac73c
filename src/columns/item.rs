//! One thing of a list, in parts as they were fetched, and what becomes of it: lines of a table, one value of JSON.

use std::borrow::Cow;

use chrono::NaiveDate;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::Value;

use super::{RowSchema, TableLine};
use crate::{
    model::{Customer, CustomerRow, Order, OrderPage, Problem, ResellerRow, Row, SubscriptionList},
    text,
};

/// One thing to write: a row of a list with what was fetched of it, a customer, an order, a reseller.
///
/// In a table it is one line, or one for each subscription or line of an order; in JSON it is one value. A customer
/// without subscriptions, an order without lines and what could not be read are one line each: nothing is left out.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    subject: ItemKind<'a>,
    details: Option<&'a Customer>,
    pub(crate) subscriptions: Option<&'a SubscriptionList>,
    pub(crate) orders: Option<Orders<'a>>,
    problem: Option<Cow<'a, str>>,
    /// The problems of the page that it comes from.
    listed: &'a [Problem],
}

/// The orders of a customer that were asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Orders<'a> {
    /// All of them; nothing where they could not be loaded.
    pub(crate) page: Option<&'a OrderPage>,
    /// The day from which they are; without one they are those of the current term.
    pub(crate) since: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy)]
enum ItemKind<'a> {
    Row(&'a Row),
    Customer(&'a Customer),
    Order { order: &'a Order, raw: &'a Value, customer_id: Option<&'a str> },
    ResellerRow(&'a ResellerRow),
    Unreadable { raw: &'a Value, reason: &'static str },
}

impl<'a> Item<'a> {
    fn of(subject: ItemKind<'a>) -> Self {
        Self { subject, details: None, subscriptions: None, orders: None, problem: None, listed: &[] }
    }

    /// A row of the customer list, one that could not be read too.
    pub fn row(row: &'a Row) -> Self {
        Self::of(ItemKind::Row(row))
    }

    /// A customer that was asked for by its id or its link, without a row.
    pub fn customer(customer: &'a Customer) -> Self {
        Self::of(ItemKind::Customer(customer))
    }

    /// The orders of a page, of which those that could not be read are items too. What in the page is not as documented is
    /// told of the first.
    pub fn orders(page: &'a OrderPage, customer_id: Option<&'a str>) -> Vec<Self> {
        let order = |(raw, order): (&'a Value, Option<&'a Order>)| match order {
            Some(order) => Self::of(ItemKind::Order { order, raw, customer_id }),
            None => Self::unreadable(raw, "no object"),
        };
        let mut items: Vec<Self> = paired(&page.raw, &page.items).map(order).collect();
        if let Some(first) = items.first_mut() {
            first.listed = &page.problems;
        }
        items
    }

    /// A row of the reseller list, one that could not be read too.
    pub fn reseller_row(row: &'a Result<ResellerRow, Value>) -> Self {
        match row {
            Ok(row) => Self::of(ItemKind::ResellerRow(row)),
            Err(raw) => Self::unreadable(raw, "no resellerId"),
        }
    }

    /// Returns an item for anything else, as sent, with the reason.
    fn unreadable(raw: &'a Value, reason: &'static str) -> Self {
        Self::of(ItemKind::Unreadable { raw, reason })
    }

    /// With the whole resource of this row's customer.
    #[must_use]
    pub fn with_details(self, customer: &'a Customer) -> Self {
        Self { details: Some(customer), ..self }
    }

    /// With the subscriptions of this customer.
    #[must_use]
    pub fn with_subscriptions(self, list: &'a SubscriptionList) -> Self {
        Self { subscriptions: Some(list), ..self }
    }

    /// With the orders of this customer since a day, or of its current term; without a page where they could not be loaded.
    #[must_use]
    pub fn with_orders(self, page: Option<&'a OrderPage>, since: Option<NaiveDate>) -> Self {
        Self { orders: Some(Orders { page, since }), ..self }
    }

    /// With what went wrong, for example that its details could not be loaded.
    #[must_use]
    pub fn with_problem(self, problem: impl Into<Cow<'a, str>>) -> Self {
        Self { problem: Some(problem.into()), ..self }
    }

    /// Without what went wrong.
    pub(crate) fn without_problem(self) -> Self {
        Self { problem: None, ..self }
    }

    /// Returns what is wrong with a row of the customer list, in words; empty if nothing is.
    pub(crate) fn problems_of_row(row: &CustomerRow) -> String {
        joined(row.problems.iter().map(Problem::to_string))
    }

    /// Returns true if it is something that could not be read.
    pub(crate) fn is_unreadable(&self) -> bool {
        matches!(self.subject, ItemKind::Row(Row::Unreadable { .. }) | ItemKind::Unreadable { .. })
    }

    /// The lines that it is in a table; there is one at least.
    pub(crate) fn records(&self) -> Vec<TableLine<'a>> {
        let first = self.record();
        let mut records = match (self.subscriptions, self.subject) {
            (Some(list), _) => subscriptions(&first, list),
            (None, ItemKind::Order { order, .. }) => {
                order.line_items.iter().map(|line| TableLine { line: Some(line), ..first.clone() }).collect()
            }
            (None, _) => Vec::new(),
        };
        if records.is_empty() {
            records.push(first);
        }
        // What is wrong with the whole is told once.
        if let Some(record) = records.first_mut() {
            record.note = joined(self.notes());
            let own = std::mem::take(&mut record.problem);
            record.problem = joined([record.note.clone(), joined(self.problems()), own]);
        }
        records
    }

    fn record(&self) -> TableLine<'a> {
        let none = TableLine { customer: self.details, ..TableLine::default() };
        match self.subject {
            ItemKind::Row(Row::Customer(row)) => TableLine { row: Some(row), ..none },
            ItemKind::Row(Row::Unreadable { reason, raw, .. }) => unreadable(none, raw, reason),
            ItemKind::Customer(customer) => TableLine { customer: Some(customer), ..none },
            ItemKind::Order { order, customer_id, .. } => {
                TableLine { order: Some(order), customer_id, ..none }
            }
            ItemKind::ResellerRow(row) => TableLine { reseller: Some(row), ..none },
            ItemKind::Unreadable { raw, reason } => unreadable(none, raw, reason),
        }
    }

    fn own_row(&self) -> Option<&'a CustomerRow> {
        if let ItemKind::Row(row) = self.subject { row.customer() } else { None }
    }

    /// Returns the error on the way.
    fn notes(&self) -> Vec<Cow<'_, str>> {
        self.problem
            .as_deref()
            .map(Cow::Borrowed)
            .into_iter()
            .chain(self.stranger().map(Cow::Owned))
            .collect()
    }

    /// Returns that the details are of another customer, if they are.
    fn stranger(&self) -> Option<String> {
        let (row, other) = (self.own_row()?, self.details?.customer_id.as_deref()?);
        (row.customer_id != other).then(|| format!("the details are of customer {other}"))
    }

    /// Returns the problems of the answers.
    fn problems(&self) -> Vec<String> {
        self.undocumented().map(Problem::to_string).chain(self.miscounts()).collect()
    }

    /// The problems of all parts.
    fn undocumented(&self) -> impl Iterator<Item = &'a Problem> + use<'a> {
        let of_row = match self.subject {
            ItemKind::ResellerRow(row) => &row.problems,
            _ => self.own_row().map_or(&[][..], |row| &row.problems),
        };
        let customer =
            if let ItemKind::Customer(customer) = self.subject { Some(customer) } else { self.details };
        let of_customer = customer.map_or(&[][..], |customer| &customer.problems);
        let of_list = self.subscriptions.map_or(&[][..], |list| &list.problems);
        let orders = self.orders.and_then(|orders| orders.page);
        let of_orders = orders.map_or(&[][..], |page| &page.problems);
        of_row.iter().chain(of_customer).chain(of_list).chain(of_orders).chain(self.listed)
    }

    /// Returns why the details, subscriptions or orders may not be exactly the customer's; nothing if they are.
    pub fn doubts(&self) -> Vec<String> {
        self.stranger().into_iter().chain(self.miscounts()).collect()
    }

    /// Returns where the server counts other things than it sent.
    fn miscounts(&self) -> impl Iterator<Item = String> {
        let subscriptions = self.subscriptions.and_then(SubscriptionList::doubt);
        let orders = self.orders.and_then(|orders| orders.page?.doubt());
        subscriptions.into_iter().chain(orders)
    }

    /// Problems that come from JSON that was not valid, so that a part of it may be lost.
    pub fn damage(&self) -> impl Iterator<Item = &'a Problem> {
        self.undocumented().filter(|problem| problem.is_damage)
    }

    /// Its kind and id: `customer 1006500792`.
    pub fn name(&self) -> String {
        let record = self.record();
        let id = match self.subject {
            ItemKind::Order { order, .. } => order.order_id.as_deref().map(|id| ("order", id)),
            ItemKind::ResellerRow(row) => Some(("reseller", row.reseller_id.as_str())),
            _ => record.customer_id().map(|id| ("customer", id)),
        };
        id.map_or("a row".to_owned(), |(kind, id)| {
            format!("{kind} {}", text::truncate(&text::clean(id), SHOWN_ID))
        })
    }

    /// The value that it is in JSON.
    pub(crate) fn document<'i>(&'i self, schema: RowSchema) -> Document<'i, 'a> {
        Document { item: self, schema }
    }
}

/// Sentences and half sentences as one.
fn joined<T: AsRef<str>>(told: impl IntoIterator<Item = T>) -> String {
    let mut all = String::new();
    for told in told {
        let told = told.as_ref();
        if !all.is_empty() && !told.is_empty() {
            all.truncate(all.trim_end_matches('.').len());
            all.push_str("; ");
        }
        all.push_str(told);
    }
    all
}

/// The elements of `items` in an answer, each with what was read of it; what is no object was not.
fn paired<'a, T>(raw: &'a Value, read: &'a [T]) -> impl Iterator<Item = (&'a Value, Option<&'a T>)> {
    let all = raw.get("items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut read = read.iter();
    all.iter().map(move |raw| (raw, if raw.is_object() { read.next() } else { None }))
}

fn subscriptions<'a>(first: &TableLine<'a>, list: &'a SubscriptionList) -> Vec<TableLine<'a>> {
    let record = |(raw, read)| match read {
        Some(subscription) => TableLine { subscription: Some(subscription), ..first.clone() },
        None => unreadable(first.clone(), raw, "no object"),
    };
    paired(&list.raw, &list.items).map(record).collect()
}

/// The longest id that a message names.
const SHOWN_ID: usize = 64;

/// The most columns of what could not be read that a line tells.
const SHOWN: usize = 500;

fn unreadable<'a>(record: TableLine<'a>, raw: &'a Value, reason: &'static str) -> TableLine<'a> {
    let sent = raw.to_string();
    let problem = format!("unreadable ({reason}): {}", text::truncate(&sent, SHOWN));
    TableLine { unreadable: Some(reason), problem, ..record }
}

/// An item as one JSON value.
///
/// It is what the server sent, as it sent it. Where details, subscriptions or orders were asked for, there are several
/// answers, and they become an object: `{"customer": …, "details": …, "subscriptions": […], "orders": […]}`; of those behind
/// `customer`, what was asked for is there, `null` where it could not be loaded, with the reason under `problem`. What is
/// missing of a list, and what was not valid as it was sent, is told there too.
pub(crate) struct Document<'i, 'a> {
    item: &'i Item<'a>,
    schema: RowSchema,
}

impl Serialize for Document<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (details, subscriptions) = match (self.item.subject, self.schema) {
            (
                ItemKind::Row(_) | ItemKind::Unreadable { .. },
                RowSchema::Customers { details, subscriptions },
            ) => (details, subscriptions),
            // It is its own details.
            (ItemKind::Customer(_), RowSchema::Customers { subscriptions, .. }) => (false, subscriptions),
            _ => (false, false),
        };
        let main = match self.item.subject {
            ItemKind::Row(row) => row.raw(),
            ItemKind::Customer(customer) => &customer.raw,
            ItemKind::Order { raw, .. } | ItemKind::Unreadable { raw, .. } => raw,
            ItemKind::ResellerRow(row) => &row.raw,
        };
        if !details && !subscriptions && self.item.orders.is_none() {
            return main.serialize(serializer);
        }
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("customer", main)?;
        if details {
            object.serialize_entry("details", &self.item.details.map(|customer| &customer.raw))?;
        }
        if subscriptions {
            object.serialize_entry(
                "subscriptions",
                &self.item.subscriptions.map(|list| list.raw.get("items")),
            )?;
        }
        if let Some(orders) = self.item.orders {
            object.serialize_entry("orders", &orders.page.map(|page| page.raw.get("items")))?;
        }
        let (missing, damage) = (self.item.doubts(), self.item.damage().map(Problem::to_string));
        let wrong: Vec<_> =
            self.item.problem.iter().map(ToString::to_string).chain(missing).chain(damage).collect();
        if !wrong.is_empty() {
            object.serialize_entry("problem", &joined(wrong))?;
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    const LIST: RowSchema = RowSchema::LIST;
    const DETAILS: RowSchema = RowSchema::Customers { details: true, subscriptions: false };
    const ALL: RowSchema = RowSchema::Customers { details: true, subscriptions: true };

    fn json(item: &Item<'_>, schema: RowSchema) -> String {
        serde_json::to_string(&item.document(schema)).unwrap()
    }

    #[test]
    fn a_row_alone_is_the_json_that_was_sent() {
        let rows = sample::rows(r#"[{"customerId": 12, "big": 1.50e+400, "a": {"z": 1, "b": 2}}, 7]"#);
        assert_eq!(
            json(&Item::row(&rows[0]), LIST),
            r#"{"customerId":12,"big":1.50e+400,"a":{"z":1,"b":2}}"#
        );
        assert_eq!(json(&Item::row(&rows[1]), LIST), "7");
    }

    #[test]
    fn what_was_asked_for_has_its_place_in_the_json_even_where_it_is_missing() {
        let rows = sample::rows(r#"[{"customerId": "1"}]"#);
        let item = Item::row(&rows[0]).with_problem("503 from the server");
        assert_eq!(
            json(&item, ALL),
            r#"{"customer":{"customerId":"1"},"details":null,"subscriptions":null,"problem":"503 from the server"}"#
        );
        let customer = Customer::from_slice(br#"{"customerId": "1", "x": 1.0}"#).unwrap();
        let list = SubscriptionList::from_slice(br#"{"items": [{"a": 1.0}, 3]}"#).unwrap();
        let item = Item::row(&rows[0]).with_details(&customer).with_subscriptions(&list);
        assert_eq!(
            json(&item, ALL),
            r#"{"customer":{"customerId":"1"},"details":{"customerId":"1","x":1.0},"subscriptions":[{"a":1.0},3]}"#
        );
        assert_eq!(json(&Item::customer(&customer), DETAILS), r#"{"customerId":"1","x":1.0}"#);
        let page = OrderPage::from_slice(br#"{"items": [{"b": 1.0}]}"#).unwrap();
        assert_eq!(
            json(&Item::customer(&customer).with_orders(Some(&page), None), DETAILS),
            r#"{"customer":{"customerId":"1","x":1.0},"orders":[{"b":1.0}]}"#
        );
        assert_eq!(
            json(&Item::customer(&customer).with_orders(None, None).with_problem("503"), ALL),
            r#"{"customer":{"customerId":"1","x":1.0},"subscriptions":null,"orders":null,"problem":"503"}"#
        );
    }

    #[test]
    fn each_subscription_is_a_line_and_none_are_one_too() {
        let rows = sample::rows(r#"[{"customerId": "1"}]"#);
        let list = SubscriptionList::from_slice(br#"{"totalCount": 4, "items": [{"offerId": "a"}, 3, {}]}"#)
            .unwrap();
        let records = Item::row(&rows[0]).with_subscriptions(&list).records();
        let offers: Vec<_> = records.iter().map(|record| record.subscription?.offer_id.as_deref()).collect();
        assert_eq!(offers, [Some("a"), None, None]);
        let problems: Vec<_> = records.iter().map(|record| record.problem.as_str()).collect();
        assert_eq!(
            problems,
            [
                "items: a number instead of an object; the server counts 4 subscriptions but sent 3",
                "unreadable (no object): 3",
                ""
            ]
        );
        let none = SubscriptionList::from_slice(br#"{"items": []}"#).unwrap();
        assert_eq!(Item::row(&rows[0]).with_subscriptions(&none).records().len(), 1);
    }

    #[test]
    fn each_line_of_an_order_is_a_line_and_what_is_no_order_one_too() {
        let page = OrderPage::from_slice(
            br#"{"items": [7, {"orderId": "o", "lineItems": [{"quantity": 1}, {"quantity": 2}]}, {"orderId": "p"}]}"#,
        )
        .unwrap();
        let items = Item::orders(&page, Some("1"));
        let lines: Vec<Vec<_>> = items
            .iter()
            .map(|item| {
                item.records().iter().map(|record| record.line.and_then(|line| line.quantity)).collect()
            })
            .collect();
        assert_eq!(lines, [vec![None], vec![Some(1), Some(2)], vec![None]]);
        assert_eq!(
            items[0].records()[0].problem,
            "items: a number instead of an object; unreadable (no object): 7"
        );
        assert_eq!(json(&items[0], RowSchema::Orders), "7");
        assert_eq!(json(&items[2], RowSchema::Orders), r#"{"orderId":"p"}"#);
    }

    #[test]
    fn everything_that_is_not_as_documented_is_told() {
        let rows = sample::rows(r#"[{"customerId": "1", "companyProfile": []}, {"status": "1000"}]"#);
        let other = Customer::from_slice(br#"{"customerId": "2", "tags": 7}"#).unwrap();
        let problem = |item: Item<'_>| item.records()[0].problem.clone();
        assert_eq!(
            problem(Item::row(&rows[0]).with_details(&other).with_problem("by the way")),
            "by the way; the details are of customer 2; companyProfile: a list instead of an object; \
             tags: a number instead of a list"
        );
        assert_eq!(problem(Item::row(&rows[1])), "unreadable (no customerId): {\"status\":\"1000\"}");
        let endless = sample::rows(&format!("[\"{}\"]", "x".repeat(1_000_000)));
        assert!(problem(Item::row(&endless[0])).len() < 600);
    }
}
