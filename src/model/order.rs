//! The orders of a customer, page by page.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    Links, Problem, Status, Timestamp, Unreadable,
    counted::{difference, distinct},
    json::{Parsed, parse},
    read::{Fields, kind_of},
};

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineItem {
    /// The line's number as the partner gave it.
    pub ext_line_item_number: Option<i64>,
    /// The offer.
    pub offer_id: Option<String>,
    /// Seats or units.
    pub quantity: Option<i64>,
    /// The part of the quantity that was neither returned nor switched to another product. Only lines of `NEW` and
    /// `RENEWAL` orders have it (`order-management/get-order`).
    pub remaining_quantity: Option<i64>,
    /// The subscription that the line made or changed.
    pub subscription_id: Option<String>,
    /// The line's status.
    pub status: Status,
}

/// One order.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Its id.
    pub order_id: Option<String>,
    /// The customer that it is of.
    pub customer_id: Option<String>,
    /// The partner's own reference.
    pub external_reference_id: Option<String>,
    /// The order that this one returns, renews or previews.
    pub reference_order_id: Option<String>,
    /// `NEW`, `RENEWAL`, `TRANSFER`, `RETURN`, `SWITCH`, …
    pub order_type: Option<String>,
    /// ISO 4217 currency code.
    pub currency_code: Option<String>,
    /// The time when it was placed.
    pub creation_date: Option<Timestamp>,
    /// Its status.
    pub status: Status,
    /// The channel that it came from: `API`, or `System` for an automatic renewal.
    pub source: Option<String>,
    /// Its lines.
    pub line_items: Vec<LineItem>,
}

/// One page of `GET /v3/customers/{customer-id}/orders`, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderPage {
    /// The number of orders that the server reports.
    pub total_count: Option<u64>,
    /// How many orders were passed over.
    pub offset: u64,
    /// The orders.
    pub items: Vec<Order>,
    /// `next` is absent on the last page.
    pub links: Links,
    /// Reasons why these may not be all orders, apart from the count.
    pub doubts: Vec<String>,
    /// The problems of the answer.
    pub problems: Vec<Problem>,
    /// The answer as sent.
    pub raw: Value,
}

impl OrderPage {
    /// Reads the body of an answer.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Unreadable> {
        let Parsed { value: raw, flaws } = parse(bytes)?;
        if !raw.get("items").is_some_and(Value::is_array) {
            return Err(Unreadable::Shape { expected: "a list of orders", found: kind_of(&raw) });
        }
        let mut fields = Fields::of(&raw);
        let total_count = fields.count("totalCount");
        let offset = fields.count("offset").unwrap_or_default();
        let items = fields.objects("items", |item, _| Order::read(item));
        let links = Links::read(fields.value("links"));
        let (count, came) = (fields.count("count"), raw["items"].as_array().map_or(0, Vec::len));
        let doubts = match count {
            Some(count) if count != came as u64 => {
                vec![format!("a page of orders claims to hold {count} but holds {came}")]
            }
            _ => Vec::new(),
        };
        fields.damaged(flaws);
        let problems = fields.problems;
        Ok(Self { total_count, offset, items, links, doubts, problems, raw })
    }

    /// How many things came as orders, those that could not be read too.
    pub fn count(&self) -> usize {
        self.raw.get("items").and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// Returns why these may not be exactly the customer's orders.
    pub fn doubt(&self) -> Option<String> {
        let ids = self.items.iter().map(|order| order.order_id.as_deref());
        let difference = difference(self.total_count, distinct(self.count(), ids), "order", "orders");
        let all: Vec<String> = difference.into_iter().chain(self.doubts.iter().cloned()).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    /// Takes in the orders of the next page. Those that are here already are left out: where one is placed meanwhile, the
    /// last of a page comes again at the start of the next. Says whether it had an order that was not here.
    pub fn append(&mut self, next: Self) -> bool {
        let Self { total_count, items, links, doubts, problems, raw, .. } = next;
        self.total_count = total_count.or(self.total_count);
        self.links = links;
        self.doubts.extend(doubts);
        let mut known: HashSet<String> =
            self.items.iter().filter_map(|order| order.order_id.clone()).collect();
        let Some(own) = self.raw.get_mut("items").and_then(Value::as_array_mut) else { return false };
        let (mut read, mut is_new, mut places) = (items.into_iter(), false, Vec::new());
        let Value::Object(mut raw) = raw else { return false };
        let Some(Value::Array(all)) = raw.remove("items") else { return false };
        let (total, next_link) =
            (raw.remove("totalCount"), raw.get("links").and_then(|links| links.get("next")));
        for raw in all {
            let order = if raw.is_object() { read.next() } else { None };
            if let Some(id) = order.as_ref().and_then(|order| order.order_id.clone()) {
                if !known.insert(id) {
                    places.push(None);
                    continue;
                }
                is_new = true;
            }
            places.push(Some(own.len()));
            own.push(raw);
            self.items.extend(order);
        }
        self.problems.extend(problems.into_iter().map(|problem| moved(problem, &places)));
        let count = own.len();
        self.describe(count, total, next_link.cloned());
        is_new
    }

    /// Makes what was sent beside the first orders describe all that are here: otherwise they would be doubted when they are
    /// read again, as from the local copy.
    fn describe(&mut self, count: usize, total: Option<Value>, next: Option<Value>) {
        let Some(fields) = self.raw.as_object_mut() else { return };
        if let Some(own) = fields.get_mut("count") {
            *own = count.into();
        }
        if let Some(total) = total {
            fields.insert("totalCount".into(), total);
        }
        let Some(links) = fields.get_mut("links").and_then(Value::as_object_mut) else { return };
        match next {
            Some(next) => links.insert("next".into(), next),
            None => links.remove("next"),
        };
    }
}

impl Order {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            order_id: fields.text("orderId"),
            customer_id: fields.text("customerId"),
            external_reference_id: fields.text("externalReferenceId"),
            reference_order_id: fields.text("referenceOrderId"),
            order_type: fields.text("orderType"),
            currency_code: fields.text("currencyCode"),
            creation_date: fields.timestamp("creationDate"),
            status: fields.status(),
            source: fields.text("source"),
            line_items: fields.objects("lineItems", |line, _| LineItem {
                ext_line_item_number: line.int("extLineItemNumber"),
                offer_id: line.text("offerId"),
                quantity: line.int("quantity"),
                remaining_quantity: line.int("remainingQuantity"),
                subscription_id: line.text("subscriptionId"),
                status: line.status(),
            }),
        }
    }
}

/// Returns a problem of a page as one of all orders, among which those of the page have these places.
fn moved(problem: Problem, places: &[Option<usize>]) -> Problem {
    let Some((index, rest)) =
        problem.at.strip_prefix("/items/").map(|at| at.split_once('/').unwrap_or((at, "")))
    else {
        return problem;
    };
    let place = index.parse::<usize>().ok().and_then(|index| *places.get(index)?);
    let at = place.map(|place| format!("/items/{place}/{rest}").trim_end_matches('/').to_owned());
    problem.of_value(at.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_page_with_its_links() {
        let body = br#"{"totalCount": 3, "count": 1, "offset": 1, "limit": 1, "items": [
            {"orderId": "o2", "customerId": "1", "orderType": "NEW", "status": "1002", "source": "API",
             "creationDate": "2025-08-27T12:57:22Z", "lineItems": [{"extLineItemNumber": 1,
                "offerId": "65304479CA01A12", "quantity": 3, "remainingQuantity": 2, "status": "1002"}]}],
            "links": {"next": {"uri": "/v3/customers/1/orders?offset=2&limit=1"}}}"#;
        let page = OrderPage::from_slice(body).unwrap();
        assert_eq!((page.total_count, page.offset, page.items.len()), (Some(3), 1, 1));
        let (order, line) = (&page.items[0], &page.items[0].line_items[0]);
        assert_eq!((order.customer_id.as_deref(), order.source.as_deref()), (Some("1"), Some("API")));
        assert_eq!((line.quantity, line.remaining_quantity), (Some(3), Some(2)));
        assert!(page.links.next.is_some() && page.links.prev.is_none());
        assert!(OrderPage::from_slice(b"{\"items\": {}}").is_err());
    }

    #[test]
    fn pages_become_one_with_each_order_once() {
        let page = |body: &str| OrderPage::from_slice(body.as_bytes()).unwrap();
        let mut all = page(
            r#"{"totalCount": 3, "count": 2, "items": [{"orderId": "c"}, {"orderId": "b", "x": 1.50}],
                "links": {"next": {"uri": "/v3/customers/1/orders?offset=2&limit=2"}}}"#,
        );
        let next =
            page(r#"{"totalCount": 4, "items": [{"orderId": "b"}, 7, {}, {"orderId": "a", "status": []}]}"#);
        assert!(all.append(next));
        let ids: Vec<_> = all.items.iter().map(|order| order.order_id.as_deref()).collect();
        assert_eq!(ids, [Some("c"), Some("b"), None, Some("a")]);
        let sent = all.raw["items"].to_string();
        assert_eq!(sent, r#"[{"orderId":"c"},{"orderId":"b","x":1.50},7,{},{"orderId":"a","status":[]}]"#);
        assert_eq!((all.total_count, all.count(), all.links.next.is_none()), (Some(4), 5, true));
        let again = page(&all.raw.to_string());
        assert_eq!((again.doubt(), again.links.next), (all.doubt(), None), "they are described as they are");
        assert_eq!(all.problems.len(), 2, "{:?}", all.problems);
        assert_eq!(all.doubt().unwrap(), "the server counts 4 orders but sent 5");
        assert!(!all.append(page(r#"{"items": [{"orderId": "a"}, {}]}"#)), "nothing new");
        let few = page(r#"{"totalCount": 2, "count": 3, "items": [{"orderId": "a"}, {"orderId": "a"}]}"#);
        assert_eq!(
            few.doubt().unwrap(),
            "the server counts 2 orders but sent 1; a page of orders claims to hold 3 but holds 2"
        );
        assert_eq!(page(r#"{"totalCount": 1, "count": 1, "items": [7]}"#).doubt(), None);
    }
}
