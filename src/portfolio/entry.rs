//! The facts about one customer that searching and sorting use.

use chrono::{DateTime, NaiveDate, Utc};

use crate::model::{
    AutoChanged, CopyFacts, CopyTotals, CustomerNote, CustomerRenewal, DatedRenewal, RenewalBasis, Returns,
    Status, ToOrder,
};

/// The facts about one customer. Texts are as the server sent them.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The customer's ID.
    pub customer_id: String,
    /// The company's name.
    pub company_name: Option<String>,
    /// The partner's own reference.
    pub reference: Option<String>,
    /// The status of the account.
    pub status: Status,
    /// The time when the account was created.
    pub created: Option<DateTime<Utc>>,
    /// The reseller whose list the customer is in.
    pub reseller_id: String,
    /// The partner's own references of the orders that were read, such as purchase order numbers.
    pub order_references: Vec<String>,
    /// The time since which the customer is known to be gone.
    pub gone_at: Option<DateTime<Utc>>,
    /// The time of the latest observed change.
    pub changed_at: Option<DateTime<Utc>>,
    /// The facts of the customer's record, once it was fetched.
    pub record: Option<RecordFacts>,
    /// The facts of the customer's subscriptions, once they were fetched.
    pub subscriptions: Option<SubscriptionFacts>,
    /// The licences that nobody has ordered yet, if they are known.
    pub to_order: Option<ToOrder>,
    /// What can be returned of the orders, once these were fetched.
    pub returns: Option<Returns>,
    /// The user's own note.
    pub note: Option<CustomerNote>,
    /// The day of the latest renewal order that failed, among the orders that were read.
    pub renewal_failed: Option<NaiveDate>,
    /// The day on which automatic renewal was last seen to change.
    pub auto_changed: AutoChanged,
    /// The day on which automatic renewal was last seen to be switched off.
    pub turned_off: Option<NaiveDate>,
}

/// The facts of a customer's record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordFacts {
    /// `COM`, `EDU` or `GOV`.
    pub segment: Option<String>,
    /// ISO 3166 country code.
    pub country: Option<String>,
    /// State, province or region.
    pub region: Option<String>,
    /// City.
    pub city: Option<String>,
    /// For example `de-DE`.
    pub language: Option<String>,
    /// The discount level for licences, as sent.
    pub licence_level: Option<String>,
    /// The discount level for consumables, as sent.
    pub consumables_level: Option<String>,
    /// The status of the three-year commitment, or of its request.
    pub commitment_status: Option<String>,
    /// The licences that the three-year commitment, or its request, asks for at least.
    pub commitment_licences: Option<i64>,
    /// The consumables that it asks for at least.
    pub commitment_consumables: Option<i64>,
    /// The last day of the three-year commitment.
    pub commitment_end: Option<NaiveDate>,
    /// The status of the request to commit for another three years.
    pub commitment_renewal: Option<String>,
    /// The status of the request for a first three-year commitment, or for one of another offer type.
    pub commitment_request: Option<String>,
    /// The anniversary date.
    pub anniversary: Option<NaiveDate>,
    /// The names of the contacts.
    pub contacts: Vec<String>,
    /// The e-mail addresses of the contacts.
    pub emails: Vec<String>,
    /// The tags.
    pub tags: Vec<String>,
}

impl Entry {
    /// Returns the date that stands for the next renewal, and which one it is; `None` if there is none, or if the subscriptions
    /// are not known.
    pub fn next_renewal(&self) -> Option<(NaiveDate, RenewalBasis)> {
        let anniversary = self.record.as_ref().and_then(|record| record.anniversary);
        self.subscriptions.as_ref()?.renewal.with_basis(anniversary)
    }

    /// Returns the licences that are missing for the minimum of the three-year commitment; `None` if there is none, or if the
    /// subscriptions are not known. Which products count is not published, so the number is approximate.
    pub fn commitment_shortfall(&self) -> Option<i64> {
        let minimum = self.record.as_ref()?.commitment_minimum()?;
        Some(minimum.saturating_sub(self.subscriptions.as_ref()?.seats).max(0))
    }
}

impl Entry {
    /// Returns what is derived of the subscriptions and orders, and remembered, as the store derives it.
    pub fn copy_facts(&self) -> CopyFacts {
        let totals = self.subscriptions.as_ref().map(|facts| CopyTotals {
            renewal: facts.renewal.clone(),
            seats: facts.seats,
            consumables: facts.consumables,
            lapsing_seats: facts.lapsing_seats,
            to_renew: facts.to_renew,
            is_to_renew_approximate: facts.is_to_renew_approximate,
            renewal_change: facts.renewal_change,
            commitment_shortfall: self.commitment_shortfall(),
            scheduled: facts.scheduled,
        });
        CopyFacts {
            gone_at: self.gone_at,
            changed_at: self.changed_at,
            has_record: self.record.is_some(),
            commitment_request: self.record.as_ref().and_then(RecordFacts::requests),
            anniversary: self.record.as_ref().and_then(|record| record.anniversary),
            totals,
            to_order: self.to_order,
            to_order_products: None,
            returns: self.returns.clone(),
            renewal_failed: self.renewal_failed,
            auto_changed: self.auto_changed,
            turned_off: self.turned_off,
        }
    }
}

#[cfg(test)]
impl Entry {
    /// Makes an active customer of whom nothing but its ID is known.
    pub(crate) fn listed(id: &str) -> Self {
        Self {
            customer_id: id.to_owned(),
            company_name: None,
            reference: None,
            status: Status::active(),
            created: None,
            reseller_id: "R1".to_owned(),
            gone_at: None,
            changed_at: None,
            record: None,
            subscriptions: None,
            order_references: Vec::new(),
            to_order: None,
            returns: None,
            note: None,
            renewal_failed: None,
            auto_changed: AutoChanged::Never,
            turned_off: None,
        }
    }
}

impl RecordFacts {
    /// Returns the statuses of the requests for a commitment, the first or a renewal, separated by commas; `None` without one.
    pub fn requests(&self) -> Option<String> {
        let requests = [&self.commitment_request, &self.commitment_renewal];
        let requests: Vec<&str> = requests.into_iter().flatten().map(String::as_str).collect();
        (!requests.is_empty()).then(|| requests.join(", "))
    }

    /// Returns the licences that a commitment in force, or one that is being entered, asks for at least.
    pub fn commitment_minimum(&self) -> Option<i64> {
        let status = self.commitment_status.as_deref();
        let counts = matches!(status, Some("COMMITTED" | "ACTIVE" | "ACCEPTED" | "NONCOMPLIANT"));
        self.commitment_licences.filter(|_| counts)
    }
}

impl SubscriptionFacts {
    /// Returns the renewal dates, unless all that renews, ends or changes is on one of them: then the sums tell it.
    pub(super) fn several_dates(&self) -> Option<&[DatedRenewal]> {
        let sums = [self.to_renew, self.lapsing_seats, self.renewal_change];
        let only = DatedRenewal::only(self.renewal.next(), self.renewal.lapses(), sums);
        Some(self.renewal.dates.as_slice()).filter(|dates| *dates != only.as_slice())
    }
}

/// The facts of a customer's subscriptions; quantities are of active ones only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubscriptionFacts {
    /// The renewals.
    pub renewal: CustomerRenewal,
    /// True if any active subscription renews automatically.
    pub auto_renewal_on: bool,
    /// True if any active subscription does not renew automatically.
    pub auto_renewal_off: bool,
    /// Licence seats.
    pub seats: i64,
    /// Consumables, in units.
    pub consumables: i64,
    /// Licence seats that end at their renewal date.
    pub lapsing_seats: i64,
    /// Licence seats that renew automatically.
    pub to_renew: i64,
    /// True if the server's numbers do not say exactly how many seats renew: a part was renewed early.
    pub is_to_renew_approximate: bool,
    /// Licence seats that are added (above 0) or dropped (below 0) when subscriptions renew.
    pub renewal_change: i64,
    /// The IDs of the subscriptions.
    pub ids: Vec<String>,
    /// The offer IDs, and the names of the products where they are known.
    pub products: Vec<String>,
    /// The number of scheduled subscriptions.
    pub scheduled: i64,
}
