//! The notifications of an account: the customers with licences that nobody has ordered yet.

use serde_json::Value;

use super::{
    Link, Links, Problem, Unreadable,
    json::{Parsed, parse},
    read::{Fields, kind_of},
};

/// A notification: a customer has licences pending an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The customer's ID.
    pub customer_id: Option<String>,
    /// The link to the customer's open acquisitions.
    pub link: Option<Link>,
}

/// One page of `GET /v3/notifications`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationPage {
    /// The number of notifications that the server reports.
    pub total_count: Option<u64>,
    /// The number of things that came as notifications, those that could not be read too.
    pub count: u64,
    /// The notifications.
    pub items: Vec<Notification>,
    /// The problems of the answer.
    pub problems: Vec<Problem>,
}

impl NotificationPage {
    /// Reads the body of an answer.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Unreadable> {
        let Parsed { value: raw, flaws } = parse(bytes)?;
        let Some(came) = raw.get("items").and_then(Value::as_array) else {
            return Err(Unreadable::Shape { expected: "a list of notifications", found: kind_of(&raw) });
        };
        let count = came.len() as u64;
        let mut fields = Fields::of(&raw);
        let total_count = fields.count("totalCount");
        let items = fields.objects("items", |item, _| Notification {
            customer_id: item.text("customerId").filter(|id| !id.trim().is_empty()),
            link: Links::read(item.value("links")).own,
        });
        fields.damaged(flaws);
        Ok(Self { total_count, count, items, problems: fields.problems })
    }

    /// Returns the number of notifications that name no customer.
    pub fn nameless(&self) -> u64 {
        let named = self.items.iter().filter(|item| item.customer_id.is_some()).count() as u64;
        self.count.saturating_sub(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_customers_with_their_links() {
        let body = br#"{"totalCount": 4, "count": 4, "offset": 0, "limit": 50, "items": [
            {"customerId": "1", "links": {"self": {"uri": "/v3/customers/1/open-acquisitions"}}},
            {"customerId": 2}, {"links": {}}, "x"]}"#;
        let page = NotificationPage::from_slice(body).unwrap();
        assert_eq!((page.total_count, page.count, page.nameless()), (Some(4), 4, 2));
        assert_eq!(page.items[0].link, Some(Link::get("/v3/customers/1/open-acquisitions")));
        assert_eq!((page.items[1].customer_id.as_deref(), &page.items[1].link), (Some("2"), &None));
        assert_eq!(page.problems.len(), 1, "{:?}", page.problems);
        assert!(NotificationPage::from_slice(b"{}").is_err());
    }
}
