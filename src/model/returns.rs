//! The orders of a customer that can still be returned.
//!
//! From the vendor's page `order-management/order-scenarios`, "Return or cancellation of order". Whether a return would go below
//! the minimum of a three-year commitment, and which licence packs cannot be returned, is not in the answers of the API, so
//! everything here is the most that can be returned.

use chrono::{NaiveDate, TimeDelta};

use super::{LineItem, OfferKind, Order, Timestamp};

/// The days after an order on which it can be returned.
pub const RETURN_DAYS: i64 = 14;

/// An order of which something could be returned when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnableOrder {
    /// The last day.
    pub until: NaiveDate,
    /// The licences; `None` if the server did not say how many are left.
    pub licences: Option<i64>,
}

/// What can be returned of a customer's orders, as far as they were read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Returns {
    /// The day from which the orders were read; `None` if all were.
    pub since: Option<NaiveDate>,
    /// The orders of which something could be returned. Those whose last day is over may be left out.
    pub orders: Vec<ReturnableOrder>,
}

/// What can be returned on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReturnsOnDay {
    /// The earliest last day; `None` if nothing can be returned.
    pub until: Option<NaiveDate>,
    /// The licences, at most.
    pub licences: i64,
}

impl Returns {
    /// Returns true if all orders were read that can be returned on a day: whatever is older cannot be any more.
    pub fn reach_back(&self, today: NaiveDate) -> bool {
        let first = today.checked_sub_signed(TimeDelta::days(RETURN_DAYS));
        self.since.is_none_or(|since| Some(since) <= first)
    }

    /// Returns what can be returned on a day; `None` if that is not known: orders from the days before were not read, or the
    /// server did not say how much of one is left.
    pub fn on(&self, today: NaiveDate) -> Option<ReturnsOnDay> {
        if !self.reach_back(today) {
            return None;
        }
        let mut open = self.orders.iter().filter(|order| order.until >= today);
        open.try_fold(ReturnsOnDay::default(), |found, order| {
            let until = found.until.map_or(order.until, |until| until.min(order.until));
            Some(ReturnsOnDay {
                until: Some(until),
                licences: found.licences.saturating_add(order.licences?),
            })
        })
    }
}

impl Order {
    /// Returns what can be returned of it until when; `None` if nothing can, whatever the day.
    pub fn returnable(&self) -> Option<ReturnableOrder> {
        let is_eligible =
            matches!(self.order_type.as_deref(), Some("NEW" | "RENEWAL")) && self.status.code() == "1000";
        let ordered = self.creation_date.as_ref().and_then(Timestamp::date).filter(|_| is_eligible)?;
        let lines = self.line_items.iter().filter(|line| line.is_returnable());
        let licences = lines
            .map(|line| line.remaining_quantity)
            .try_fold(0_i64, |sum, remaining| Some(sum.saturating_add(remaining?.max(0))));
        let until = ordered.checked_add_signed(TimeDelta::days(RETURN_DAYS))?;
        (licences != Some(0)).then_some(ReturnableOrder { until, licences })
    }
}

impl LineItem {
    /// Returns true for licences that are not part of a High Growth Offer, unless the line was returned as a whole.
    fn is_returnable(&self) -> bool {
        let kind = self.offer_id.as_deref().map_or(OfferKind::Unknown, OfferKind::of);
        let is_growth = self.offer_id.as_deref().is_some_and(is_growth_offer);
        kind != OfferKind::Consumable && !is_growth && matches!(self.status.code(), "1000" | "")
    }
}

/// Returns true for an offer with a minimum quantity of 100, 250 or 500 (`customer-account/high-growth-scenarios`: `CA14X12`,
/// `CA14Y12`, `CA14Z12`).
fn is_growth_offer(offer_id: &str) -> bool {
    matches!(offer_id.as_bytes().get(12), Some(b'X' | b'Y' | b'Z'))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::OrderPage;

    const LICENCE: &str = "65304479CA01A12";

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn order(order: &Value) -> Order {
        let body = json!({ "items": [order] }).to_string();
        OrderPage::from_slice(body.as_bytes()).unwrap().items.remove(0)
    }

    /// An order of 2026-03-01: type, status, lines.
    fn returnable(kind: &str, status: &str, lines: &[Value]) -> Option<ReturnableOrder> {
        let sent = json!({"orderType": kind, "status": status, "creationDate": "2026-03-01T23:59:59Z", "lineItems": lines});
        order(&sent).returnable()
    }

    fn line(offer: &str, remaining: impl Into<Value>) -> Value {
        json!({"offerId": offer, "quantity": 70, "remainingQuantity": remaining.into(), "status": "1000"})
    }

    #[test]
    fn what_can_be_returned_of_an_order() {
        for (source, kind, status, lines, licences) in [
            (
                "order-scenarios: a partial return, 60 of 70 left",
                "RENEWAL",
                "1000",
                vec![line(LICENCE, 60)],
                Some(60),
            ),
            (
                "order-scenarios: several lines",
                "NEW",
                "1000",
                vec![line(LICENCE, 60), line(LICENCE, 5)],
                Some(65),
            ),
            ("order-scenarios: all returned", "NEW", "1008", vec![line(LICENCE, 0)], None),
            ("get-order: nothing is left of a line", "NEW", "1000", vec![line(LICENCE, 0)], None),
            ("order-scenarios: a switch", "SWITCH", "1000", vec![line(LICENCE, 5)], None),
            ("order-scenarios: a return", "RETURN", "1000", vec![line(LICENCE, 5)], None),
            ("order-scenarios: consumables", "NEW", "1000", vec![line("65305061CAT1A12", 5)], None),
            (
                "order-scenarios: consumables beside licences",
                "NEW",
                "1000",
                vec![line("65305061CAT1A12", 5), line(LICENCE, 2)],
                Some(2),
            ),
            ("high-growth-scenarios: 100 MOQ", "NEW", "1000", vec![line("65304479CA14X12", 100)], None),
            ("high-growth-scenarios: 250 MOQ", "NEW", "1000", vec![line("65304479CA14Y12", 250)], None),
            ("high-growth-scenarios: 500 MOQ", "NEW", "1000", vec![line("65304479CA14Z12", 500)], None),
            ("references/statuses: pending", "NEW", "1002", vec![line(LICENCE, 5)], None),
            ("references/statuses: failed", "NEW", "1026", vec![line(LICENCE, 5)], None),
            ("no sensible number", "NEW", "1000", vec![line(LICENCE, -5), line(LICENCE, 3)], Some(3)),
            ("an offer of another form", "NEW", "1000", vec![line("株式会社", 3)], Some(3)),
            ("no lines", "NEW", "1000", vec![], None),
        ] {
            let expected = licences
                .map(|licences| ReturnableOrder { until: day("2026-03-15"), licences: Some(licences) });
            assert_eq!(returnable(kind, status, &lines), expected, "{source}");
        }
        let returned = json!({"offerId": LICENCE, "remainingQuantity": 5, "status": "1008"});
        assert_eq!(returnable("NEW", "1000", &[returned]), None, "order-scenarios: a line that was returned");
        let unknown = returnable("NEW", "1000", &[line(LICENCE, 3), line(LICENCE, Value::Null)]);
        assert_eq!(unknown, Some(ReturnableOrder { until: day("2026-03-15"), licences: None }));
        assert_eq!(
            order(&json!({"orderType": "NEW", "status": "1000", "lineItems": [line(LICENCE, 3)]}))
                .returnable(),
            None
        );
    }

    /// `order-management/order-scenarios`: "placed within the last 14 days".
    #[test]
    fn an_order_can_be_returned_for_fourteen_days() {
        for placed in ["2026-11-30", "2024-02-29", "2024-02-15", "2025-02-15", "2026-12-31", "2026-03-31"] {
            let sent = json!({"orderType": "NEW", "status": "1000", "creationDate": placed, "lineItems": [line(LICENCE, 8)]});
            let returns = Returns { since: None, orders: order(&sent).returnable().into_iter().collect() };
            for offset in -31..=31 {
                let today = day(placed) + TimeDelta::days(offset);
                let until = (offset <= 14).then(|| day(placed) + TimeDelta::days(14));
                let licences = if until.is_some() { 8 } else { 0 };
                assert_eq!(returns.on(today), Some(ReturnsOnDay { until, licences }), "{placed} {offset}");
            }
        }
    }

    #[test]
    fn the_earliest_last_day_that_is_not_over_counts() {
        let open = |until: &str, licences| ReturnableOrder { until: day(until), licences };
        let orders = vec![open("2026-03-20", Some(3)), open("2026-03-15", Some(5)), open("2026-03-10", None)];
        let returns = Returns { since: None, orders };
        for (today, expected) in [
            ("2026-03-10", None),
            ("2026-03-11", Some((Some("2026-03-15"), 8))),
            ("2026-03-15", Some((Some("2026-03-15"), 8))),
            ("2026-03-16", Some((Some("2026-03-20"), 3))),
            ("2026-03-20", Some((Some("2026-03-20"), 3))),
            ("2026-03-21", Some((None, 0))),
        ] {
            let expected = expected.map(|(until, licences)| ReturnsOnDay { until: until.map(day), licences });
            assert_eq!(returns.on(day(today)), expected, "{today}");
        }
    }

    #[test]
    fn what_was_not_read_is_not_known() {
        let since = |text: &str| Returns { since: Some(day(text)), orders: Vec::new() };
        let today = day("2026-03-15");
        assert_eq!(since("2026-03-01").on(today), Some(ReturnsOnDay::default()));
        assert_eq!(since("2026-03-02").on(today), None, "an order of 1 March can be returned");
        assert_eq!(
            since("2026-03-02").on(day("2026-03-16")),
            Some(ReturnsOnDay::default()),
            "it cannot any more"
        );
        assert_eq!(since("2026-03-01").on(NaiveDate::MIN), None);
    }
}
