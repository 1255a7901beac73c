//! An item of a list with the parts that were fetched for it, and its forms: lines of a table or one JSON value.

use std::borrow::Cow;

use chrono::NaiveDate;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Value, json};

use super::{CopyLine, RowSchema, TableLine};
use crate::{
    model::{
        AsOf, CopyFacts, Customer, CustomerNote, CustomerRenewal, CustomerRow, ObservedChange, Order,
        OrderPage, Problem, RenewalState, ResellerRow, Row, SubscriptionList,
    },
    products::KnownProduct,
    reconcile::Difference,
    text,
};

/// An item to write: a list entry with the data fetched for it, a customer, an order or a reseller.
///
/// In a table it is one line, or one per subscription or line item; in JSON it is one value. A customer without
/// subscriptions, an order without line items and an unreadable item have one line each: nothing is left out.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    subject: ItemKind<'a>,
    details: Option<&'a Customer>,
    copy: Option<CopyLine<'a>>,
    customer_note: Option<&'a CustomerNote>,
    pub(crate) subscriptions: Option<&'a SubscriptionList>,
    pub(crate) orders: Option<Orders<'a>>,
    problem: Option<Cow<'a, str>>,
    /// The problems of the page that the item comes from.
    listed: &'a [Problem],
}

/// The requested orders of a customer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Orders<'a> {
    /// The orders; `None` if they could not be fetched.
    pub(crate) page: Option<&'a OrderPage>,
    /// The first day of the period; `None` for the current term.
    pub(crate) since: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy)]
enum ItemKind<'a> {
    Row(&'a Row),
    Customer(&'a Customer),
    Order { order: &'a Order, raw: &'a Value, customer_id: Option<&'a str> },
    ResellerRow(&'a ResellerRow),
    Change(&'a ObservedChange),
    Product(&'a KnownProduct),
    Difference(&'a Difference),
    Unreadable { raw: &'a Value, reason: &'static str },
}

impl<'a> Item<'a> {
    fn of(subject: ItemKind<'a>) -> Self {
        Self {
            subject,
            details: None,
            copy: None,
            customer_note: None,
            subscriptions: None,
            orders: None,
            problem: None,
            listed: &[],
        }
    }

    /// Returns the item of a list entry, readable or not.
    pub fn row(row: &'a Row) -> Self {
        Self::of(ItemKind::Row(row))
    }

    /// Returns the item of a full record that has no list entry.
    pub fn customer(customer: &'a Customer) -> Self {
        Self::of(ItemKind::Customer(customer))
    }

    /// Returns the items of a page of orders, readable or not. The first one carries the problems of the page.
    pub fn orders(page: &'a OrderPage, customer_id: Option<&'a str>) -> Vec<Self> {
        let order = |(raw, order): (&'a Value, Option<&'a Order>)| match order {
            Some(order) => Self::of(ItemKind::Order { order, raw, customer_id }),
            None => Self::unreadable(raw, "not an object"),
        };
        let mut items: Vec<Self> = paired(&page.raw, &page.items).map(order).collect();
        if let Some(first) = items.first_mut() {
            first.listed = &page.problems;
        }
        items
    }

    /// Returns the item of a row of the reseller list, readable or not.
    pub fn reseller_row(row: &'a Result<ResellerRow, Value>) -> Self {
        match row {
            Ok(row) => Self::of(ItemKind::ResellerRow(row)),
            Err(raw) => Self::unreadable(raw, "no resellerId"),
        }
    }

    /// Returns the item of an observed change.
    pub fn change(change: &'a ObservedChange) -> Self {
        Self::of(ItemKind::Change(change))
    }

    /// Returns the item of a product whose name is known.
    pub fn product(product: &'a KnownProduct) -> Self {
        Self::of(ItemKind::Product(product))
    }

    /// Returns the item of a difference between a list and a local copy.
    pub fn difference(difference: &'a Difference) -> Self {
        Self::of(ItemKind::Difference(difference))
    }

    /// Returns the item of an unreadable value, as sent.
    fn unreadable(raw: &'a Value, reason: &'static str) -> Self {
        Self::of(ItemKind::Unreadable { raw, reason })
    }

    /// Adds the full record of this customer.
    #[must_use]
    pub fn with_details(self, customer: &'a Customer) -> Self {
        Self { details: Some(customer), ..self }
    }

    /// Adds what a local copy knows of this customer, as of a day, and the user's own note.
    #[must_use]
    pub fn with_copy(self, facts: &'a CopyFacts, note: Option<&'a CustomerNote>, as_of: AsOf) -> Self {
        Self { copy: Some(CopyLine { facts, as_of }), customer_note: note, ..self }
    }

    /// Adds the subscriptions of this customer.
    #[must_use]
    pub fn with_subscriptions(self, list: &'a SubscriptionList) -> Self {
        Self { subscriptions: Some(list), ..self }
    }

    /// Adds the orders of this customer since a day or in the current term; `None` if they could not be fetched.
    #[must_use]
    pub fn with_orders(self, page: Option<&'a OrderPage>, since: Option<NaiveDate>) -> Self {
        Self { orders: Some(Orders { page, since }), ..self }
    }

    /// Adds a problem, for example that details could not be fetched.
    #[must_use]
    pub fn with_problem(self, problem: impl Into<Cow<'a, str>>) -> Self {
        Self { problem: Some(problem.into()), ..self }
    }

    /// Removes the added problem.
    pub(crate) fn without_problem(self) -> Self {
        Self { problem: None, ..self }
    }

    /// Returns what is wrong with a row of the customer list, in words; empty if nothing is.
    pub(crate) fn problems_of_row(row: &CustomerRow) -> String {
        joined(row.problems.iter().map(Problem::to_string))
    }

    /// Returns true if the item could not be read.
    pub(crate) fn is_unreadable(&self) -> bool {
        matches!(self.subject, ItemKind::Row(Row::Unreadable { .. }) | ItemKind::Unreadable { .. })
    }

    /// Returns the lines of the item in a table, at least one.
    pub(crate) fn lines(&self) -> Vec<TableLine<'a>> {
        let first = self.line();
        let mut lines = match (self.subscriptions, self.subject) {
            (Some(list), _) => subscriptions(&first, list),
            (None, ItemKind::Order { order, .. }) => order
                .line_items
                .iter()
                .map(|line| TableLine { line_item: Some(line), ..first.clone() })
                .collect(),
            (None, _) => Vec::new(),
        };
        if lines.is_empty() {
            lines.push(first);
        }
        // Problems of the whole item are on its first line only.
        if let Some(line) = lines.first_mut() {
            line.note = joined(self.notes());
            let own = std::mem::take(&mut line.problem);
            line.problem = joined([line.note.clone(), joined(self.problems()), own]);
        }
        lines
    }

    fn line(&self) -> TableLine<'a> {
        let (copy, customer_note) = (self.copy, self.customer_note);
        let none = TableLine { customer: self.details, copy, customer_note, ..TableLine::default() };
        match self.subject {
            ItemKind::Row(Row::Customer(row)) => TableLine { row: Some(row), ..none },
            ItemKind::Row(Row::Unreadable { reason, raw, .. }) => unreadable(none, raw, reason),
            ItemKind::Customer(customer) => TableLine { customer: Some(customer), ..none },
            ItemKind::Order { order, customer_id, .. } => {
                TableLine { order: Some(order), customer_id, ..none }
            }
            ItemKind::ResellerRow(row) => TableLine { reseller: Some(row), ..none },
            ItemKind::Change(change) => TableLine { change: Some(change), ..none },
            ItemKind::Product(product) => TableLine { product: Some(product), ..none },
            ItemKind::Difference(difference) => TableLine { difference: Some(difference), ..none },
            ItemKind::Unreadable { raw, reason } => unreadable(none, raw, reason),
        }
    }

    fn own_row(&self) -> Option<&'a CustomerRow> {
        if let ItemKind::Row(row) = self.subject { row.customer() } else { None }
    }

    /// Returns the problems that may have left cells empty.
    fn notes(&self) -> Vec<Cow<'_, str>> {
        self.problem
            .as_deref()
            .map(Cow::Borrowed)
            .into_iter()
            .chain(self.details_mismatch().map(Cow::Owned))
            .collect()
    }

    /// Returns a message if the details belong to a different customer.
    fn details_mismatch(&self) -> Option<String> {
        let (row, other) = (self.own_row()?, self.details?.customer_id.as_deref()?);
        (row.customer_id != other).then(|| format!("the details are those of customer {other}"))
    }

    /// Returns the problems of all responses, as text.
    fn problems(&self) -> Vec<String> {
        self.undocumented_values().map(Problem::to_string).chain(self.wrong_totals()).collect()
    }

    /// Returns the undocumented values in all parts.
    fn undocumented_values(&self) -> impl Iterator<Item = &'a Problem> + use<'a> {
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

    /// Returns the reasons why details, subscriptions or orders may be wrong or incomplete.
    pub fn doubts(&self) -> Vec<String> {
        self.details_mismatch().into_iter().chain(self.wrong_totals()).collect()
    }

    /// Returns a message for each total that differs from what the server sent.
    fn wrong_totals(&self) -> impl Iterator<Item = String> {
        let subscriptions = self.subscriptions.and_then(SubscriptionList::doubt);
        let orders = self.orders.and_then(|orders| orders.page?.doubt());
        subscriptions.into_iter().chain(orders)
    }

    /// Returns the problems from invalid JSON, part of which may be lost.
    pub fn damage(&self) -> impl Iterator<Item = &'a Problem> {
        self.undocumented_values().filter(|problem| problem.is_damage)
    }

    /// Returns the kind and ID, such as `customer 1006500792`.
    pub fn name(&self) -> String {
        let line = self.line();
        let id = match self.subject {
            ItemKind::Order { order, .. } => order.order_id.as_deref().map(|id| ("order", id)),
            ItemKind::ResellerRow(row) => Some(("reseller", row.reseller_id.as_str())),
            _ => line.customer_id().map(|id| ("customer", id)),
        };
        id.map_or("a row".to_owned(), |(kind, id)| {
            format!("{kind} {}", text::truncate(&text::clean(id), SHOWN_ID))
        })
    }

    /// Returns the JSON value of the item.
    pub(crate) fn document<'i>(&'i self, schema: RowSchema) -> Document<'i, 'a> {
        Document { item: self, schema }
    }
}

/// Returns what a local copy knows of a customer, under the names of the columns.
fn copy_json(CopyLine { facts, as_of }: CopyLine<'_>, note: Option<&CustomerNote>) -> Value {
    let totals = facts.totals.as_ref();
    let (renewal, next) = (facts.renewal(), facts.next_renewal());
    let states: Option<Vec<&str>> =
        renewal.map(|renewal| renewal.states(as_of).map(RenewalState::code).collect());
    let returns = facts.returns_on(as_of.today);
    json!({
        "next_renewal": next.map(|(day, _)| day),
        "renewal_basis": next.map(|(_, basis)| basis.code()),
        "days_left": renewal.and_then(|renewal| renewal.days_left(as_of.today)),
        "change_by": renewal.and_then(|renewal| renewal.change_by(as_of.change_margin)),
        "renewal_state": states,
        "seats": totals.map(|totals| totals.seats),
        "consumables": totals.map(|totals| totals.consumables),
        "lapsing_seats": totals.map(|totals| totals.lapsing_seats),
        "to_renew": totals.map(|totals| totals.to_renew),
        "to_renew_approximate": totals.map(|totals| totals.is_to_renew_approximate),
        "renewal_change": totals.map(|totals| totals.renewal_change),
        "late_renewals": renewal.map(|renewal| renewal.late_count),
        "lapses": renewal.and_then(CustomerRenewal::lapses),
        "late_since": renewal.and_then(|renewal| renewal.late_since),
        "3yc_short": totals.and_then(|totals| totals.commitment_shortfall),
        "to_order": facts.to_order.map(|to_order| to_order.licences),
        "to_order_by": facts.to_order.and_then(|to_order| to_order.order_by),
        "returnable": returns.map(|returns| returns.licences),
        "returnable_until": returns.and_then(|returns| returns.until),
        "changed_at": facts.changed_at,
        "gone_at": facts.gone_at,
        "note": note.map(|note| note.text.as_str()).filter(|text| !text.is_empty()),
        "follow_up": note.and_then(|note| note.follow_up),
        "scheduled": totals.map(|totals| totals.scheduled),
        "renewal_failed": facts.renewal_failed_on(as_of.today),
        "auto_changed": facts.auto_changed.day(),
        "turned_off": facts.turned_off,
        "to_order_products": facts.to_order_products,
        "3yc_request": facts.commitment_request,
        "renewal_dates": renewal.map(|renewal| renewal.dates.iter().map(|date| date.day).collect::<Vec<_>>()),
    })
}

/// Joins sentences and phrases with semicolons.
fn joined<T: AsRef<str>>(phrases: impl IntoIterator<Item = T>) -> String {
    let mut all = String::new();
    for phrase in phrases {
        let phrase = phrase.as_ref();
        if !all.is_empty() && !phrase.is_empty() {
            all.truncate(all.trim_end_matches('.').len());
            all.push_str("; ");
        }
        all.push_str(phrase);
    }
    all
}

/// Pairs the elements of `items` in a response with the values read from them; elements that are not objects have none.
fn paired<'a, T>(raw: &'a Value, read: &'a [T]) -> impl Iterator<Item = (&'a Value, Option<&'a T>)> {
    let all = raw.get("items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut read = read.iter();
    all.iter().map(move |raw| (raw, if raw.is_object() { read.next() } else { None }))
}

fn subscriptions<'a>(first: &TableLine<'a>, list: &'a SubscriptionList) -> Vec<TableLine<'a>> {
    let line = |(raw, read)| match read {
        Some(subscription) => TableLine { subscription: Some(subscription), ..first.clone() },
        None => unreadable(first.clone(), raw, "not an object"),
    };
    paired(&list.raw, &list.items).map(line).collect()
}

/// The maximum length of an ID in a message.
const SHOWN_ID: usize = 64;

/// The maximum width of an unreadable value in the `problem` column.
const SHOWN: usize = 500;

fn unreadable<'a>(line: TableLine<'a>, raw: &'a Value, reason: &'static str) -> TableLine<'a> {
    let sent = raw.to_string();
    let problem = format!("unreadable ({reason}): {}", text::truncate(&sent, SHOWN));
    TableLine { unreadable: Some(reason), problem, ..line }
}

/// The JSON value of an item.
///
/// It is exactly what the server sent. If details, subscriptions or orders were requested, the responses are combined in an
/// object: `{"customer": …, "portfolio": …, "details": …, "subscriptions": […], "orders": […]}`. A requested part that could not be fetched
/// is `null`, and `problem` has the reason. Missing rows and damaged JSON are reported in `problem` too.
pub(crate) struct Document<'i, 'a> {
    item: &'i Item<'a>,
    schema: RowSchema,
}

impl Serialize for Document<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (details, subscriptions) = match (self.item.subject, self.schema) {
            (
                ItemKind::Row(_) | ItemKind::Unreadable { .. },
                RowSchema::Customers { details, subscriptions }
                | RowSchema::Portfolio { details, subscriptions },
            ) => (details, subscriptions),
            // The item is the full record itself.
            (ItemKind::Customer(_), RowSchema::Customers { subscriptions, .. }) => (false, subscriptions),
            _ => (false, false),
        };
        let main = match self.item.subject {
            ItemKind::Row(row) => row.raw(),
            ItemKind::Customer(customer) => &customer.raw,
            ItemKind::Order { raw, .. } | ItemKind::Unreadable { raw, .. } => raw,
            ItemKind::ResellerRow(row) => &row.raw,
            ItemKind::Change(change) => return change.serialize(serializer),
            ItemKind::Product(product) => return product.serialize(serializer),
            ItemKind::Difference(difference) => return difference.serialize(serializer),
        };
        if !details && !subscriptions && self.item.orders.is_none() {
            return main.serialize(serializer);
        }
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("customer", main)?;
        if let Some(copy) = self.item.copy {
            object.serialize_entry("portfolio", &copy_json(copy, self.item.customer_note))?;
        }
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
    fn a_row_without_parts_is_the_json_that_was_sent() {
        let rows = sample::rows(r#"[{"customerId": 12, "big": 1.50e+400, "a": {"z": 1, "b": 2}}, 7]"#);
        assert_eq!(
            json(&Item::row(&rows[0]), LIST),
            r#"{"customerId":12,"big":1.50e+400,"a":{"z":1,"b":2}}"#
        );
        assert_eq!(json(&Item::row(&rows[1]), LIST), "7");
    }

    #[test]
    fn requested_parts_have_their_place_in_the_json_even_if_they_are_missing() {
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
            r#"{"customer":{"customerId":"1"},"details":{"customerId":"1","x":1.0},"subscriptions":[{"a":1.0},3],"problem":"2 subscriptions could not be read"}"#
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
    fn each_subscription_is_a_line_and_so_is_a_customer_without_any() {
        let rows = sample::rows(r#"[{"customerId": "1"}]"#);
        let list = SubscriptionList::from_slice(br#"{"totalCount": 4, "items": [{"offerId": "a"}, 3, {}]}"#)
            .unwrap();
        let lines = Item::row(&rows[0]).with_subscriptions(&list).lines();
        let offers: Vec<_> = lines.iter().map(|line| line.subscription?.offer_id.as_deref()).collect();
        assert_eq!(offers, [Some("a"), None, None]);
        let problems: Vec<_> = lines.iter().map(|line| line.problem.as_str()).collect();
        assert_eq!(
            problems,
            [
                "items: a number instead of an object; the server counts 4 subscriptions but sent 3",
                "unreadable (not an object): 3",
                ""
            ]
        );
        let none = SubscriptionList::from_slice(br#"{"items": []}"#).unwrap();
        assert_eq!(Item::row(&rows[0]).with_subscriptions(&none).lines().len(), 1);
    }

    #[test]
    fn each_line_item_is_a_line_and_so_is_an_unreadable_order() {
        let page = OrderPage::from_slice(
            br#"{"items": [7, {"orderId": "o", "lineItems": [{"quantity": 1}, {"quantity": 2}]}, {"orderId": "p"}]}"#,
        )
        .unwrap();
        let items = Item::orders(&page, Some("1"));
        let lines: Vec<Vec<_>> = items
            .iter()
            .map(|item| {
                item.lines().iter().map(|line| line.line_item.and_then(|line| line.quantity)).collect()
            })
            .collect();
        assert_eq!(lines, [vec![None], vec![Some(1), Some(2)], vec![None]]);
        assert_eq!(
            items[0].lines()[0].problem,
            "items: a number instead of an object; unreadable (not an object): 7"
        );
        assert_eq!(json(&items[0], RowSchema::Orders), "7");
        assert_eq!(json(&items[2], RowSchema::Orders), r#"{"orderId":"p"}"#);
    }

    #[test]
    fn every_undocumented_value_is_reported() {
        let rows = sample::rows(r#"[{"customerId": "1", "companyProfile": []}, {"status": "1000"}]"#);
        let other = Customer::from_slice(br#"{"customerId": "2", "tags": 7}"#).unwrap();
        let problem = |item: Item<'_>| item.lines()[0].problem.clone();
        assert_eq!(
            problem(Item::row(&rows[0]).with_details(&other).with_problem("by the way")),
            "by the way; the details are those of customer 2; companyProfile: a list instead of an object; \
             tags: a number instead of a list"
        );
        assert_eq!(problem(Item::row(&rows[1])), "unreadable (no customerId): {\"status\":\"1000\"}");
        let endless = sample::rows(&format!("[\"{}\"]", "x".repeat(1_000_000)));
        assert!(problem(Item::row(&endless[0])).len() < 600);
    }
}
