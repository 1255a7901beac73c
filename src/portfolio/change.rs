//! Finds the changes between what is known of a customer and what has just been read.
//!
//! Changes are found field by field. What changes with every response, such as times of the response, is left out.

use std::collections::BTreeMap;

use super::entry::RecordFacts;

/// The fields whose changes are recorded, with the places of their values. Of a list, it is the whole list.
const PLACES: [(&str, &str); 19] = [
    ("name", "/companyProfile/companyName"),
    ("status", "/status"),
    ("reference", "/externalReferenceId"),
    ("anniversary", "/cotermDate"),
    ("segment", "/companyProfile/marketSegment"),
    ("country", "/companyProfile/address/country"),
    ("city", "/companyProfile/address/city"),
    ("licence level", "/discounts"),
    ("consumables level", "/discounts"),
    ("3YC status", "/benefits"),
    ("3YC end", "/benefits"),
    ("contacts", "/companyProfile/contacts"),
    ("subscription status", "/status"),
    ("offer", "/offerId"),
    ("quantity", "/currentQuantity"),
    ("renewed quantity", "/renewedQuantity"),
    ("renewal date", "/renewalDate"),
    ("auto-renewal", "/autoRenewal/enabled"),
    ("renewal quantity", "/autoRenewal/renewalQuantity"),
];

/// A change of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldChange {
    /// The ID of the subscription, if the field is one of a subscription.
    pub(super) subscription: Option<String>,
    /// The field, by a stable name.
    pub(super) field: &'static str,
    /// The value before; `None` if there was none.
    pub(super) before: Option<String>,
    /// The value after; `None` if there is none.
    pub(super) after: Option<String>,
}

impl FieldChange {
    /// Creates the change of a field of the customer; `None` if the values are the same.
    pub(super) fn new(field: &'static str, before: Option<&str>, after: Option<&str>) -> Option<Self> {
        // An empty text and none are shown alike.
        let (before, after) = (before.filter(|text| !text.is_empty()), after.filter(|text| !text.is_empty()));
        (before != after).then(|| Self {
            subscription: None,
            field,
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        })
    }

    /// Returns the place of the field's value in what was sent, as a JSON pointer: in the list entry, the record or the
    /// subscription. An event has none.
    pub(super) fn place(&self) -> Option<&'static str> {
        PLACES.iter().find_map(|(field, place)| (*field == self.field).then_some(*place))
    }

    /// Creates an event without values, such as `joined`.
    pub(super) fn event(field: &'static str) -> Self {
        Self { subscription: None, field, before: None, after: None }
    }
}

/// The fields of a list entry whose changes are recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ListedFields {
    /// The company's name.
    pub(super) name: Option<String>,
    /// The status code.
    pub(super) status: String,
    /// The partner's own reference.
    pub(super) reference: Option<String>,
    /// The reseller.
    pub(super) reseller: String,
}

impl ListedFields {
    /// Returns the changes from these fields to others.
    pub(super) fn changes(&self, after: &Self) -> Vec<FieldChange> {
        [
            FieldChange::new("name", self.name.as_deref(), after.name.as_deref()),
            FieldChange::new("status", Some(&self.status), Some(&after.status)),
            FieldChange::new("reference", self.reference.as_deref(), after.reference.as_deref()),
            FieldChange::new("reseller", Some(&self.reseller), Some(&after.reseller)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl RecordFacts {
    /// Returns the changes from these facts to others. Contacts are compared only if both have been kept.
    pub(super) fn changes(&self, after: &Self, with_contacts: bool) -> Vec<FieldChange> {
        let day = |date: Option<chrono::NaiveDate>| date.map(|date| date.to_string());
        let text = |field, before: &Option<String>, after: &Option<String>| {
            FieldChange::new(field, before.as_deref(), after.as_deref())
        };
        let contacts = |facts: &Self| facts.emails.join(", ");
        let mut changes = vec![
            text("anniversary", &day(self.anniversary), &day(after.anniversary)),
            text("segment", &self.segment, &after.segment),
            text("country", &self.country, &after.country),
            text("city", &self.city, &after.city),
            text("licence level", &self.licence_level, &after.licence_level),
            text("consumables level", &self.consumables_level, &after.consumables_level),
            text("3YC status", &self.commitment_status, &after.commitment_status),
            text("3YC request", &self.commitment_request, &after.commitment_request),
            text("3YC renewal", &self.commitment_renewal, &after.commitment_renewal),
            text("3YC end", &day(self.commitment_end), &day(after.commitment_end)),
        ];
        if with_contacts {
            changes.push(FieldChange::new("contacts", Some(&contacts(self)), Some(&contacts(after))));
        }
        changes.into_iter().flatten().collect()
    }
}

/// The fields of a subscription whose changes are recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct SubscriptionFields {
    /// The status code.
    pub(super) status: String,
    /// The offer.
    pub(super) offer: Option<String>,
    /// Seats or units.
    pub(super) quantity: Option<i64>,
    /// Seats renewed early.
    pub(super) renewed: Option<i64>,
    /// The renewal date as sent.
    pub(super) renewal_date: Option<String>,
    /// True if it renews automatically.
    pub(super) auto_renewal: Option<bool>,
    /// Seats after the renewal.
    pub(super) renewal_quantity: Option<i64>,
}

/// Returns the changes between the subscriptions of a customer, by their IDs.
pub(super) fn subscription_changes(
    before: &BTreeMap<String, SubscriptionFields>,
    after: &BTreeMap<String, SubscriptionFields>,
) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    for (id, now) in after {
        let found = match before.get(id) {
            Some(then) => then.changes(now),
            None => {
                vec![FieldChange { after: now.offer.clone(), ..FieldChange::event("subscription added") }]
            }
        };
        changes
            .extend(found.into_iter().map(|change| FieldChange { subscription: Some(id.clone()), ..change }));
    }
    for (id, then) in before.iter().filter(|(id, _)| !after.contains_key(*id)) {
        changes.push(FieldChange {
            subscription: Some(id.clone()),
            before: then.offer.clone(),
            ..FieldChange::event("subscription removed")
        });
    }
    changes
}

impl SubscriptionFields {
    fn changes(&self, after: &Self) -> Vec<FieldChange> {
        let number = |field, before: Option<i64>, after: Option<i64>| {
            let text = |number: Option<i64>| number.map(|number| number.to_string());
            FieldChange::new(field, text(before).as_deref(), text(after).as_deref())
        };
        let switch = |on: Option<bool>| on.map(|on| if on { "on" } else { "off" });
        [
            FieldChange::new("subscription status", Some(&self.status), Some(&after.status)),
            FieldChange::new("offer", self.offer.as_deref(), after.offer.as_deref()),
            number("quantity", self.quantity, after.quantity),
            number("renewed quantity", self.renewed, after.renewed),
            FieldChange::new("renewal date", self.renewal_date.as_deref(), after.renewal_date.as_deref()),
            FieldChange::new("auto-renewal", switch(self.auto_renewal), switch(after.auto_renewal)),
            number("renewal quantity", self.renewal_quantity, after.renewal_quantity),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(changes: &[FieldChange]) -> Vec<String> {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        let line = |change: &FieldChange| {
            let of = change.subscription.as_deref().unwrap_or("");
            format!("{of} {}: {} > {}", change.field, shown(&change.before), shown(&change.after))
        };
        changes.iter().map(line).map(|line| line.trim().to_owned()).collect()
    }

    #[test]
    fn each_field_that_differs_is_one_change() {
        let before = ListedFields {
            name: Some("A".into()),
            status: "1000".into(),
            reseller: "r".into(),
            ..ListedFields::default()
        };
        let after = ListedFields {
            name: Some("B".into()),
            status: "1004".into(),
            reference: Some(String::new()),
            ..before.clone()
        };
        let changes = before.changes(&after);
        assert_eq!(words(&changes), ["name: A > B", "status: 1000 > 1004"]);
        assert!(changes.iter().all(|change| change.place().is_some()));
        assert_eq!(before.changes(&before), []);
    }

    #[test]
    fn subscriptions_are_compared_by_their_ids() {
        let one = SubscriptionFields {
            status: "1000".into(),
            offer: Some("o".into()),
            quantity: Some(5),
            auto_renewal: Some(true),
            ..SubscriptionFields::default()
        };
        let other = SubscriptionFields { quantity: Some(7), auto_renewal: Some(false), ..one.clone() };
        let before = BTreeMap::from([("a".to_owned(), one.clone()), ("b".to_owned(), one.clone())]);
        let after = BTreeMap::from([("a".to_owned(), other), ("c".to_owned(), one)]);
        let expected = [
            "a quantity: 5 > 7",
            "a auto-renewal: on > off",
            "c subscription added: - > o",
            "b subscription removed: o > -",
        ];
        assert_eq!(words(&subscription_changes(&before, &after)), expected);
        assert_eq!(subscription_changes(&before, &before), []);
    }

    #[test]
    fn contacts_that_are_not_kept_do_not_change() {
        let before = RecordFacts::default();
        let after =
            RecordFacts { emails: vec!["a@example.com".into()], city: Some("Bern".into()), ..before.clone() };
        assert_eq!(words(&before.changes(&after, true)), ["city: - > Bern", "contacts: - > a@example.com"]);
        assert_eq!(words(&before.changes(&after, false)), ["city: - > Bern"]);
    }
}
