//! Reads the facts that searching and sorting use from records and subscriptions.

use super::entry::{RecordFacts, SubscriptionFacts};
use crate::{
    model::{Commitment, Contact, Customer, CustomerRenewal, Subscription, SubscriptionList, Timestamp},
    products::ProductNames,
};

impl RecordFacts {
    /// Reads the facts of a record.
    pub fn of(customer: &Customer) -> Self {
        let address = customer.address.as_ref();
        let level = |offer_type: &str| {
            let mut discounts = customer.discounts.iter();
            discounts.find(|discount| discount.offer_type.as_deref() == Some(offer_type))?.level.clone()
        };
        let commitment = commitment(customer);
        Self {
            segment: customer.market_segment.clone(),
            country: address.and_then(|address| address.country.clone()),
            region: address.and_then(|address| address.region.clone()),
            city: address.and_then(|address| address.city.clone()),
            language: customer.preferred_language.clone(),
            licence_level: level("LICENSE"),
            consumables_level: level("CONSUMABLES"),
            commitment_status: commitment.and_then(|commitment| commitment.status.clone()),
            commitment_licences: commitment.and_then(|commitment| minimum(commitment, "LICENSE")),
            commitment_consumables: commitment.and_then(|commitment| minimum(commitment, "CONSUMABLES")),
            commitment_end: commitment.and_then(|commitment| commitment.end_date.as_ref()?.date()),
            commitment_request: customer
                .three_year_commit()
                .and_then(|benefit| benefit.commitment_request.as_ref()?.status.clone()),
            commitment_renewal: renewal_request(customer).and_then(|request| request.status.clone()),
            anniversary: customer.coterm_date.as_ref().and_then(Timestamp::date),
            contacts: customer.contacts.iter().map(contact_name).filter(|name| !name.is_empty()).collect(),
            emails: customer.contacts.iter().filter_map(|contact| contact.email.clone()).collect(),
            tags: customer.tags.clone(),
        }
    }
}

/// Returns the three-year commitment in force, or else the requested one.
fn commitment(customer: &Customer) -> Option<&Commitment> {
    let benefit = customer.three_year_commit()?;
    benefit.commitment.as_ref().or(benefit.commitment_request.as_ref())
}

/// Returns the request to commit for another three years.
fn renewal_request(customer: &Customer) -> Option<&Commitment> {
    customer.three_year_commit()?.recommitment_request.as_ref()
}

/// Returns the quantity of offers of a type that a commitment asks for at least.
fn minimum(commitment: &Commitment, offer_type: &str) -> Option<i64> {
    let mut minimums = commitment.minimum_quantities.iter();
    minimums.find(|minimum| minimum.offer_type.as_deref() == Some(offer_type))?.quantity
}

/// Returns the names of a contact, given name first.
pub(super) fn contact_name(contact: &Contact) -> String {
    let names = [&contact.first_name, &contact.last_name];
    let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    names.join(" ")
}

impl SubscriptionFacts {
    /// Reads the facts of all subscriptions of a customer.
    pub fn of(list: &SubscriptionList) -> Self {
        let mut facts = Self { renewal: CustomerRenewal::of(list), ..Self::default() };
        for item in &list.items {
            facts.ids.extend(item.subscription_id.clone());
            if let Some(offer) = item.offer_id.as_ref().filter(|offer| !facts.products.contains(offer)) {
                facts.products.push(offer.clone());
            }
            if item.is_active() {
                facts.add_active(item);
            }
            facts.scheduled += i64::from(item.is_scheduled());
        }
        facts
    }

    /// Adds the names of the products, each once.
    pub(super) fn name_products(&mut self, names: &ProductNames) {
        for place in 0..self.products.len() {
            let Some(name) = names.name_of(&self.products[place]) else { continue };
            if !self.products.iter().any(|known| known == name) {
                self.products.push(name.to_owned());
            }
        }
    }

    fn add_active(&mut self, item: &Subscription) {
        let quantity = item.current_quantity.unwrap_or_default();
        if item.is_of_seats() {
            self.seats = self.seats.saturating_add(quantity);
            self.lapsing_seats = self.lapsing_seats.saturating_add(item.lapsing());
            if let Some(count) = item.to_renew() {
                self.to_renew = self.to_renew.saturating_add(count.seats);
                self.is_to_renew_approximate |= count.is_approximate;
            }
            self.renewal_change =
                self.renewal_change.saturating_add(item.renewal_change().unwrap_or_default());
        } else {
            self.consumables = self.consumables.saturating_add(quantity);
        }
        self.auto_renewal_on |= item.auto_renewal.enabled == Some(true);
        self.auto_renewal_off |= item.auto_renewal.enabled == Some(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &[serde_json::Value]) -> SubscriptionList {
        let body = serde_json::json!({ "totalCount": 1, "items": items }).to_string();
        SubscriptionList::from_slice(body.as_bytes()).unwrap()
    }

    fn item(offer: &str, current: i64, renewed: i64, on: bool, date: &str) -> serde_json::Value {
        serde_json::json!({
            "subscriptionId": format!("s-{offer}-{date}"), "offerId": offer, "currentQuantity": current,
            "renewedQuantity": renewed, "autoRenewal": { "enabled": on }, "renewalDate": date, "status": "1000",
        })
    }

    #[test]
    fn a_request_to_renew_a_commitment_stands_beside_it() {
        let of = |benefit: serde_json::Value| {
            let body = serde_json::json!({ "customerId": "1", "benefits": [benefit] }).to_string();
            let facts = RecordFacts::of(&Customer::from_slice(body.as_bytes()).unwrap());
            (facts.commitment_status.clone(), facts.commitment_renewal.clone(), facts.requests())
        };
        let committed = serde_json::json!({ "status": "COMMITTED", "endDate": "2027-03-01" });
        let requested = serde_json::json!({ "status": "REQUESTED" });
        let kind = "THREE_YEAR_COMMIT";
        let both = of(
            serde_json::json!({ "type": kind, "commitment": committed, "recommitmentRequest": requested }),
        );
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(both, (text("COMMITTED"), text("REQUESTED"), text("REQUESTED")));
        let first =
            of(serde_json::json!({ "type": kind, "commitment": null, "commitmentRequest": requested }));
        assert_eq!(first, (text("REQUESTED"), None, text("REQUESTED")), "the first request is no renewal");
        let another =
            of(serde_json::json!({ "type": kind, "commitment": committed, "commitmentRequest": requested,
            "recommitmentRequest": { "status": "DECLINED" } }));
        assert_eq!(
            another,
            (text("COMMITTED"), text("DECLINED"), text("REQUESTED, DECLINED")),
            "for another offer type"
        );
    }

    #[test]
    fn the_next_renewal_is_the_earliest_with_something_left_to_renew() {
        // "renewals.md": after 100 of 100 seats were renewed early, the renewal date stays and nothing is left.
        let renewed = item("65304479CA01A12", 100, 100, true, "2025-11-30");
        let later = item("65304480CA01A12", 10, 0, true, "2026-03-01");
        let facts = SubscriptionFacts::of(&list(&[renewed, later]));
        assert_eq!(facts.renewal.next(), "2026-03-01".parse().ok());
        assert_eq!((facts.seats, facts.lapsing_seats), (110, 0));
    }

    #[test]
    fn lapsing_seats_are_licences_without_auto_renewal_that_were_not_renewed() {
        let partly = item("65304479CA01A12", 100, 40, false, "2025-10-01");
        let credits = item("65304481CAT1A12", 5000, 0, false, "2025-09-01");
        let facts = SubscriptionFacts::of(&list(&[partly, credits]));
        assert_eq!((facts.seats, facts.consumables, facts.lapsing_seats), (100, 5000, 60));
        assert_eq!(facts.renewal.next(), "2025-09-01".parse().ok());
        assert!(facts.auto_renewal_off && !facts.auto_renewal_on);
        assert_eq!(facts.renewal.lapses(), "2025-09-01".parse().ok(), "consumables lapse too");
    }

    #[test]
    fn a_renewal_before_it_does_not_hide_the_day_on_which_something_lapses() {
        let renewing = item("65304481CAT1A12", 17_100, 0, true, "2027-01-05");
        let lapsing = item("65304479CA01A12", 1_832, 0, false, "2027-04-12");
        let gone_early = item("65304480CA01A12", 5, 5, false, "2026-12-01");
        let facts = SubscriptionFacts::of(&list(&[renewing, lapsing, gone_early]));
        assert_eq!(facts.renewal.next(), "2027-01-05".parse().ok());
        assert_eq!(facts.renewal.lapses(), "2027-04-12".parse().ok());
    }

    #[test]
    fn subscriptions_that_are_not_active_are_no_seats() {
        let mut ended = item("65304479CA01A12", 7, 0, true, "2025-10-01");
        ended["status"] = "1004".into();
        let mut pending = item("65304479CA01A12", 7, 0, true, "2025-10-01");
        pending["status"] = "1002".into();
        let mut scheduled = item("65304482CA01A12", 0, 0, true, "2025-10-01");
        scheduled["status"] = "1009".into();
        let facts = SubscriptionFacts::of(&list(&[ended, pending, scheduled]));
        let products = vec!["65304479CA01A12".to_owned(), "65304482CA01A12".to_owned()];
        assert_eq!(facts.ids.len(), 3);
        assert_eq!(
            SubscriptionFacts { ids: Vec::new(), ..facts },
            SubscriptionFacts { products, scheduled: 1, ..SubscriptionFacts::default() }
        );
    }
}
