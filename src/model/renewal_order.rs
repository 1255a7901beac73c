//! Renewal orders that failed.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Order, OrderPage, Timestamp};

impl OrderPage {
    /// Returns the day of the latest renewal order that failed, among these. Previews are none. A failure is over once each
    /// subscription of the order has been renewed by a later one.
    pub fn failed_renewal(&self) -> Option<NaiveDate> {
        let renewals = || self.items.iter().filter(|order| order.order_type.as_deref() == Some("RENEWAL"));
        let mut completed: HashMap<&str, DateTime<Utc>> = HashMap::new();
        for order in renewals().filter(|order| order.status.code() == "1000") {
            let Some(at) = placed_at(order) else { continue };
            // A line without a status is as the order is.
            let lines = order.line_items.iter().filter(|line| matches!(line.status.code(), "1000" | ""));
            for id in lines.filter_map(|line| line.subscription_id.as_deref()) {
                completed.entry(id).and_modify(|latest| *latest = at.max(*latest)).or_insert(at);
            }
        }
        let is_over = |order: &Order| {
            let is_renewed = |id: &str| {
                completed.get(id).zip(placed_at(order)).is_some_and(|(renewed, failed)| *renewed > failed)
            };
            let mut ids = order.line_items.iter().map(|line| line.subscription_id.as_deref());
            !order.line_items.is_empty() && ids.all(|id| id.is_some_and(is_renewed))
        };
        let failed = renewals().filter(|order| order.status.is_failed_order() && !is_over(order));
        failed.filter_map(|order| order.creation_date.as_ref()?.date()).max()
    }
}

/// Returns the time at which an order was placed.
fn placed_at(order: &Order) -> Option<DateTime<Utc>> {
    order.creation_date.as_ref().and_then(Timestamp::at)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// An order of November 2026: type, status, time, subscriptions.
    fn order(kind: &str, status: &str, at: &str, subscriptions: &[&str]) -> Value {
        let lines: Vec<Value> = subscriptions.iter().map(|id| json!({"subscriptionId": id})).collect();
        json!({"orderType": kind, "status": status, "creationDate": format!("2026-11-{at}Z"), "lineItems": lines})
    }

    fn failed(orders: &[Value]) -> Option<String> {
        let body = json!({ "items": orders }).to_string();
        let page = OrderPage::from_slice(body.as_bytes()).unwrap();
        page.failed_renewal().map(|day| day.format("%d").to_string())
    }

    /// `references/statuses` for the codes, `order-management/preview-order` for previews.
    #[test]
    fn the_latest_renewal_order_that_failed_counts() {
        let early = order("RENEWAL", "1004", "05T10:00:00", &["a"]);
        for status in ["1004", "1020", "1022", "1024", "1026"] {
            let late = order("RENEWAL", status, "20T23:59:59", &["b"]);
            assert_eq!(failed(&[late, early.clone()]).as_deref(), Some("20"), "{status}");
        }
        for (kind, status) in [
            ("RENEWAL", "1000"),
            ("RENEWAL", "1002"),
            ("RENEWAL", "1008"),
            ("PREVIEW_RENEWAL", "1004"),
            ("NEW", "1004"),
        ] {
            assert_eq!(failed(&[order(kind, status, "20T10:00:00", &["a"])]), None, "{kind} {status}");
        }
        assert_eq!(failed(&[order("RENEWAL", "1004", "99", &["a"])]), None, "nobody knows when");
        assert_eq!(failed(&[]), None);
    }

    #[test]
    fn a_failure_is_over_once_each_subscription_was_renewed_later() {
        let wrong = order("RENEWAL", "1004", "20T10:00:00", &["a", "b"]);
        let renewed = |at: &str, ids: &[&str]| order("RENEWAL", "1000", at, ids);
        for (others, expected, what) in [
            (vec![renewed("20T10:00:01", &["a", "b"])], None, "both"),
            (
                vec![renewed("20T10:00:01", &["a"]), renewed("22T08:00:00", &["b"])],
                None,
                "one after the other",
            ),
            (vec![renewed("21T10:00:00", &["a"])], Some("20"), "one of them"),
            (vec![renewed("20T10:00:00", &["a", "b"])], Some("20"), "at the same time"),
            (vec![renewed("19T10:00:00", &["a", "b"])], Some("20"), "before"),
            (vec![order("NEW", "1000", "21T10:00:00", &["a", "b"])], Some("20"), "no renewal"),
            (vec![order("RENEWAL", "1002", "21T10:00:00", &["a", "b"])], Some("20"), "still open"),
            (
                vec![
                    order("RENEWAL", "1000", "21T10:00:00", &["a", "b"]),
                    order("RENEWAL", "1022", "22T10:00:00", &["a"]),
                ],
                Some("22"),
                "failed again",
            ),
        ] {
            let orders: Vec<Value> = others.into_iter().chain([wrong.clone()]).collect();
            assert_eq!(failed(&orders).as_deref(), expected, "{what}");
        }
        let later = renewed("21T10:00:00", &["a", "b"]);
        for lines in [json!([]), json!([{"quantity": 5}]), json!([{"subscriptionId": "a"}, {}])] {
            let mut unnamed = wrong.clone();
            unnamed["lineItems"] = lines;
            assert_eq!(
                failed(&[later.clone(), unnamed]).as_deref(),
                Some("20"),
                "what was to be renewed is not known"
            );
        }
        let mut partly = later;
        partly["lineItems"][1]["status"] = "1004".into();
        assert_eq!(failed(&[partly, wrong]).as_deref(), Some("20"), "a line of it failed");
    }
}
