//! The subscriptions of a customer.

use serde_json::Value;

use super::{
    Links, Problem, Status, Timestamp, Unreadable,
    counted::{difference, distinct},
    json::{Parsed, parse},
    read::{Fields, kind_of},
};
use crate::text;

/// The renewal of a subscription.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AutoRenewal {
    /// True if it renews automatically; `None` if the server does not say.
    pub enabled: Option<bool>,
    /// Seats after the renewal. The API fills it whether the number is fixed or follows the current one.
    pub renewal_quantity: Option<i64>,
    /// The High Growth Offer that comes at the next anniversary, `MOQ_100`, `MOQ_250` or `MOQ_500`; absent without one.
    pub renewal_code: Option<String>,
    /// The flexible discounts that the renewal uses.
    pub flex_discount_codes: Vec<String>,
}

/// One subscription.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription {
    /// Its id.
    pub subscription_id: Option<String>,
    /// The offer: ten characters of base product, two of discount level, the rest. The level is always the lowest one:
    /// orders have the level that was bought, the customer that which it owns.
    pub offer_id: Option<String>,
    /// Seats bought.
    pub current_quantity: Option<i64>,
    /// Seats in use.
    pub used_quantity: Option<i64>,
    /// Seats that were already renewed early for the next term.
    pub renewed_quantity: Option<i64>,
    /// Its renewal.
    pub auto_renewal: AutoRenewal,
    /// The time when it was created.
    pub creation_date: Option<Timestamp>,
    /// The time when it renews, a plain date.
    pub renewal_date: Option<Timestamp>,
    /// Its status.
    pub status: Status,
    /// ISO 4217 currency code.
    pub currency_code: Option<String>,
    /// The deployment of a global customer.
    pub deployment_id: Option<String>,
    /// The actions that are possible now: `MANUAL_RENEWAL` on ended subscriptions that can still be renewed late.
    pub allowed_actions: Vec<String>,
}

/// The kind of goods that an offer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferKind {
    /// Seats.
    Licence,
    /// Consumables, such as credits.
    Consumable,
    /// An offer ID of another form than the documented one.
    Unknown,
}

impl OfferKind {
    /// Returns the kind of an offer, by the discount level in its ID: `01` to `14` for licences, `T1` to `TG` for consumables.
    pub fn of(offer_id: &str) -> Self {
        match offer_id.get(10..12).map(str::as_bytes) {
            Some([b'T', _]) => Self::Consumable,
            Some([a, b]) if a.is_ascii_digit() && b.is_ascii_digit() => Self::Licence,
            _ => Self::Unknown,
        }
    }
}

impl Subscription {
    /// Returns the kind of its offer.
    pub fn offer_kind(&self) -> OfferKind {
        self.offer_id.as_deref().map_or(OfferKind::Unknown, OfferKind::of)
    }

    /// Returns true if anything identifies it or says what it is.
    fn is_readable(&self) -> bool {
        self.subscription_id.is_some() || self.offer_id.is_some() || self.current_quantity.is_some()
    }

    /// Returns true if it is active.
    pub fn is_active(&self) -> bool {
        self.status.code() == "1000"
    }

    /// Returns true if it is scheduled: it begins at the next anniversary, and has no seats until then.
    pub fn is_scheduled(&self) -> bool {
        self.status.code() == "1009"
    }

    /// Returns true if it has ended and the server says that it can still be renewed. The period differs between sources
    /// (`renewals/manual-renewals` says "typically 14 days"), so only the server's word counts.
    pub fn is_renewable_late(&self) -> bool {
        self.status.code() == "1004" && self.allowed_actions.iter().any(|action| action == "MANUAL_RENEWAL")
    }
}

/// The answer of `GET /v3/customers/{customer-id}/subscriptions`; it has no pages.
#[derive(Debug, Clone, PartialEq)]
pub struct SubscriptionList {
    /// The number of subscriptions that the server reports: `totalCount`, or else `count`.
    pub total_count: Option<u64>,
    /// `true` if the answer names a further page, though this list has no pages.
    pub has_next: bool,
    /// The subscriptions, in the server's order.
    pub items: Vec<Subscription>,
    /// The problems of the answer.
    pub problems: Vec<Problem>,
    /// The answer as sent.
    pub raw: Value,
}

impl SubscriptionList {
    /// Reads the body of an answer.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Unreadable> {
        let Parsed { value: raw, flaws } = parse(bytes)?;
        let mut fields = Fields::of(&raw);
        if !raw.get("items").is_some_and(Value::is_array) {
            return Err(Unreadable::Shape { expected: "a list of subscriptions", found: kind_of(&raw) });
        }
        let total_count = fields.count("totalCount").or_else(|| fields.count("count"));
        let has_next = Links::read(fields.value("links")).next.is_some();
        let items = fields.objects("items", |item, _| Subscription::read(item));
        fields.damaged(flaws);
        let problems = fields.problems;
        Ok(Self { total_count, has_next, items, problems, raw })
    }

    /// How many things came as subscriptions, those that could not be read too.
    pub fn count(&self) -> usize {
        self.raw.get("items").and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// Returns why these may not be exactly the customer's subscriptions.
    pub fn doubt(&self) -> Option<String> {
        let ids = self.items.iter().map(|item| item.subscription_id.as_deref());
        let different = distinct(self.count(), ids);
        let difference = difference(self.total_count, different, "subscription", "subscriptions");
        let next =
            || "the server links to another page of subscriptions, which vipmp does not read".to_owned();
        let unreadable = self.count() - self.items.iter().filter(|item| item.is_readable()).count();
        let unreadable = (unreadable > 0).then(|| {
            format!(
                "{} could not be read",
                text::pluralize(unreadable as u64, "subscription", "subscriptions")
            )
        });
        let repeated = self.count() as u64 - different;
        let repeated = (repeated > 0)
            .then(|| format!("{} came twice", text::pluralize(repeated, "subscription", "subscriptions")));
        // One without an ID would be taken for another one than before.
        let nameless = self.problems.iter().filter(|problem| problem.at.ends_with("/subscriptionId")).count();
        let nameless = (nameless > 0).then(|| {
            let subscriptions = text::pluralize(nameless as u64, "subscription", "subscriptions");
            format!("the ID of {subscriptions} could not be read")
        });
        difference.or_else(|| self.has_next.then(next)).or(unreadable).or(repeated).or(nameless)
    }

    /// Returns true if sums of its quantities may be wrong: something is missing, came twice or could not be read.
    pub fn is_doubtful(&self) -> bool {
        !self.problems.is_empty() || self.doubt().is_some()
    }
}

impl Subscription {
    fn read(fields: &mut Fields<'_>) -> Self {
        let auto_renewal = fields.object("autoRenewal").map(|(_, mut inner)| {
            let renewal = AutoRenewal {
                enabled: inner.bool("enabled"),
                renewal_quantity: inner.int("renewalQuantity"),
                renewal_code: inner.text("renewalCode"),
                flex_discount_codes: inner.texts("flexDiscountCodes"),
            };
            fields.absorb(inner);
            renewal
        });
        Self {
            subscription_id: fields.text("subscriptionId"),
            offer_id: fields.text("offerId"),
            current_quantity: fields.int("currentQuantity"),
            used_quantity: fields.int("usedQuantity"),
            renewed_quantity: fields.int("renewedQuantity"),
            auto_renewal: auto_renewal.unwrap_or_default(),
            creation_date: fields.timestamp("creationDate"),
            renewal_date: fields.timestamp("renewalDate"),
            status: fields.status(),
            currency_code: fields.text("currencyCode"),
            deployment_id: fields.text("deploymentId"),
            allowed_actions: fields.texts("allowedActions"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offer_id_says_what_kind_of_goods_it_is() {
        let kind = |offer: &str| {
            let body = serde_json::json!({"items": [{"offerId": offer}]}).to_string();
            SubscriptionList::from_slice(body.as_bytes()).unwrap().items[0].offer_kind()
        };
        assert_eq!(kind("65304520CA01A12"), OfferKind::Licence);
        assert_eq!(kind("65304520CAT1A12"), OfferKind::Consumable);
        assert_eq!(kind("65304520CATGA12"), OfferKind::Consumable);
        for odd in ["", "65304520CA", "65304520CAXXA12", "株式会社みどり出版株式会社"] {
            assert_eq!(kind(odd), OfferKind::Unknown, "{odd}");
        }
    }

    #[test]
    fn a_list_that_is_not_what_the_server_counts_is_doubtful() {
        let doubt = |body: &str| SubscriptionList::from_slice(body.as_bytes()).unwrap().doubt();
        let one = r#"[{"subscriptionId": "a"}]"#;
        let words =
            |counted: u64, came: u64| format!("the server counts {counted} subscriptions but sent {came}");
        assert_eq!(doubt(&format!(r#"{{"totalCount": 9, "items": {one}}}"#)), Some(words(9, 1)));
        assert_eq!(doubt(&format!(r#"{{"totalCount": "9", "items": {one}}}"#)), Some(words(9, 1)));
        assert_eq!(doubt(&format!(r#"{{"count": 2, "items": {one}}}"#)), Some(words(2, 1)));
        assert_eq!(doubt(&format!(r#"{{"totalCount": 0, "items": {one}}}"#)), Some(words(0, 1)));
        assert_eq!(
            doubt(r#"{"totalCount": 1, "items": []}"#),
            Some("the server counts 1 subscription but sent 0".to_owned())
        );
        let again = r#"[{"subscriptionId": "a"}, {"subscriptionId": "a"}]"#;
        assert_eq!(doubt(&format!(r#"{{"totalCount": 2, "items": {again}}}"#)), Some(words(2, 1)));
        let next = format!(r#"{{"items": {one}, "links": {{"next": {{"uri": "/v3/x"}}}}}}"#);
        assert!(doubt(&next).unwrap().contains("another page of subscriptions"));
        assert_eq!(doubt(&format!(r#"{{"totalCount": 1, "count": 7, "items": {one}}}"#)), None);
        assert_eq!(doubt(&format!(r#"{{"items": {one}}}"#)), None, "it does not count");
        assert_eq!(doubt(r#"{"items": [null, {}]}"#).unwrap(), "2 subscriptions could not be read");
        let twice = r#"{"totalCount": 1, "items": [{"subscriptionId": "a"}, {"subscriptionId": "a"}]}"#;
        assert_eq!(doubt(twice).unwrap(), "1 subscription came twice");
    }

    /// The samples of `subscription-management/get-details` and `renewals/manual-renewals`.
    #[test]
    fn reads_what_renewals_need() {
        let body = br#"{"items": [
            {"offerId": "65304479CA01A12", "currentQuantity": 10, "renewedQuantity": 5, "status": "1000", "autoRenewal":
             {"enabled": true, "renewalQuantity": 5, "renewalCode": "MOQ_100", "flexDiscountCodes": ["SUMMER_SALE_12"]}},
            {"status": "1004", "allowedActions": ["MANUAL_RENEWAL"]},
            {"status": "1004"},
            {"status": "1000", "allowedActions": ["MANUAL_RENEWAL"]},
            {"status": "1004", "allowedActions": "MANUAL_RENEWAL", "autoRenewal": {"flexDiscountCodes": 7}}]}"#;
        let list = SubscriptionList::from_slice(body).unwrap();
        let first = &list.items[0];
        assert_eq!((first.current_quantity, first.renewed_quantity), (Some(10), Some(5)));
        assert_eq!(first.auto_renewal.renewal_code.as_deref(), Some("MOQ_100"));
        assert_eq!(first.auto_renewal.flex_discount_codes, ["SUMMER_SALE_12"]);
        let late: Vec<bool> = list.items.iter().map(Subscription::is_renewable_late).collect();
        assert_eq!(late, [false, true, false, false, false], "only ended ones of which the server says so");
        assert_eq!(list.problems.len(), 2, "{:?}", list.problems);
    }

    #[test]
    fn reads_a_list_and_tells_what_is_wrong_in_it() {
        let body = br#"{"totalCount": 2, "items": [
            {"subscriptionId": "s1", "offerId": "65304479CA01A12", "currentQuantity": 10, "usedQuantity": 4,
             "autoRenewal": {"enabled": true, "renewalQuantity": 10}, "status": "1000",
             "renewalDate": "2026-07-07", "currencyCode": "EUR"},
            {"currentQuantity": -2147483648, "autoRenewal": [], "renewalDate": "yyyy-MM-dd"}]}"#;
        let list = SubscriptionList::from_slice(body).unwrap();
        assert_eq!(
            list.items[0].auto_renewal,
            AutoRenewal { enabled: Some(true), renewal_quantity: Some(10), ..AutoRenewal::default() }
        );
        assert_eq!(list.items[1].current_quantity, Some(-2_147_483_648));
        assert_eq!(list.problems.len(), 2);
        assert_eq!(list.doubt(), None);
        let told = SubscriptionList::from_slice(b"{}").unwrap_err().to_string();
        assert_eq!(told, "a list of subscriptions expected, an object found");
    }
}
