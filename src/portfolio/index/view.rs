//! An entry of the index, as it was sent.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    PortfolioIndex,
    columns::{CodeField, NumberField},
    entry_text::{ArenaField, VALUE_END},
    numbers::day_of,
};
use crate::{
    model::{AutoChanged, CustomerNote, CustomerRenewal, DatedRenewal, Returns, Status, ToOrder},
    portfolio::entry::{Entry, RecordFacts, SubscriptionFacts},
};

/// An entry of the index. Its values are as they were sent, except that empty ones are missing and that fields of more than
/// 256 KiB are cut. Values of records and subscriptions that were not fetched are missing too.
#[derive(Debug, Clone, Copy)]
pub struct EntryView<'a> {
    index: &'a PortfolioIndex,
    row: usize,
}

impl PortfolioIndex {
    /// Returns the entry in a row.
    pub fn view(&self, row: u32) -> Option<EntryView<'_>> {
        let row = row as usize;
        (row < self.len()).then_some(EntryView { index: self, row })
    }
}

impl<'a> EntryView<'a> {
    /// Returns the customer's ID.
    pub fn customer_id(&self) -> Cow<'a, str> {
        self.index.text.original(self.row, ArenaField::Id)
    }

    /// Returns the company's name.
    pub fn company_name(&self) -> Option<Cow<'a, str>> {
        Some(self.index.text.original(self.row, ArenaField::Name)).filter(|name| !name.is_empty())
    }

    /// Returns the partner's own reference.
    pub fn reference(&self) -> Option<Cow<'a, str>> {
        Some(self.index.text.original(self.row, ArenaField::Reference)).filter(|text| !text.is_empty())
    }

    /// Returns the status of the account.
    pub fn status(&self) -> Status {
        Status::new(self.code(CodeField::Status).unwrap_or_default())
    }

    /// Returns the time when the account was created.
    pub fn created(&self) -> Option<DateTime<Utc>> {
        self.index.columns.created.get(self.row)
    }

    /// Returns the ID of the reseller whose list the customer is in.
    pub fn reseller_id(&self) -> &'a str {
        self.code(CodeField::Reseller).unwrap_or_default()
    }

    /// Returns the time since which the customer is known to be gone.
    pub fn gone_at(&self) -> Option<DateTime<Utc>> {
        self.index.columns.gone_at.get(&self.row).copied()
    }

    /// Returns the time of the latest observed change.
    pub fn changed_at(&self) -> Option<DateTime<Utc>> {
        self.index.columns.changed.get(self.row)
    }

    /// Returns true if the customer's record was fetched.
    pub fn has_record(&self) -> bool {
        self.index.columns.with_record.contains(self.row)
    }

    /// Returns true if the customer's subscriptions were fetched.
    pub fn has_subscriptions(&self) -> bool {
        self.index.columns.with_subscriptions.contains(self.row)
    }

    /// Returns the market segment.
    pub fn segment(&self) -> Option<&'a str> {
        self.code(CodeField::Segment)
    }

    /// Returns the country code.
    pub fn country(&self) -> Option<&'a str> {
        self.code(CodeField::Country)
    }

    /// Returns the state, province or region.
    pub fn region(&self) -> Option<&'a str> {
        self.code(CodeField::Region)
    }

    /// Returns the city.
    pub fn city(&self) -> Option<&'a str> {
        self.code(CodeField::City)
    }

    /// Returns the language.
    pub fn language(&self) -> Option<&'a str> {
        self.code(CodeField::Language)
    }

    /// Returns the discount level for licences.
    pub fn licence_level(&self) -> Option<&'a str> {
        self.code(CodeField::LicenceLevel)
    }

    /// Returns the discount level for consumables.
    pub fn consumables_level(&self) -> Option<&'a str> {
        self.code(CodeField::ConsumablesLevel)
    }

    /// Returns the status of the three-year commitment, or of its request.
    pub fn commitment_status(&self) -> Option<&'a str> {
        self.code(CodeField::CommitmentStatus)
    }

    /// Returns the status of the request to renew the three-year commitment.
    pub fn commitment_renewal(&self) -> Option<&'a str> {
        self.code(CodeField::CommitmentRenewal)
    }

    /// Returns the last day of the three-year commitment.
    pub fn commitment_end(&self) -> Option<NaiveDate> {
        self.number(NumberField::CommitmentEnd).and_then(day_of)
    }

    /// Returns the anniversary date.
    pub fn anniversary(&self) -> Option<NaiveDate> {
        self.number(NumberField::Anniversary).and_then(day_of)
    }

    /// Returns the names of the contacts.
    pub fn contacts(&self) -> Vec<String> {
        self.texts(ArenaField::Contacts)
    }

    /// Returns the e-mail addresses of the contacts.
    pub fn emails(&self) -> Vec<String> {
        self.texts(ArenaField::Emails)
    }

    /// Returns the tags.
    pub fn tags(&self) -> Vec<&'a str> {
        self.index.columns.tags.texts(self.row).collect()
    }

    /// Returns the renewals of the subscriptions.
    pub fn renewal(&self) -> CustomerRenewal {
        self.index.columns.renewal(self.row)
    }

    /// Returns the renewal dates of active subscriptions with something left to renew, the earliest first.
    pub fn renewal_dates(&self) -> impl Iterator<Item = DatedRenewal> {
        self.index.columns.renewal_dates(self.row)
    }

    /// Returns true if any active subscription renews automatically.
    pub fn auto_renewal_on(&self) -> bool {
        self.index.columns.renewing.contains(self.row)
    }

    /// Returns true if any active subscription does not renew automatically.
    pub fn auto_renewal_off(&self) -> bool {
        self.index.columns.not_renewing.contains(self.row)
    }

    /// Returns the licence seats.
    pub fn seats(&self) -> Option<i64> {
        self.number(NumberField::Seats)
    }

    /// Returns the consumables, in units.
    pub fn consumables(&self) -> Option<i64> {
        self.number(NumberField::Consumables)
    }

    /// Returns the licence seats that end at their renewal date.
    pub fn lapsing_seats(&self) -> Option<i64> {
        self.number(NumberField::Lapsing)
    }

    /// Returns the licence seats that renew automatically.
    pub fn to_renew(&self) -> Option<i64> {
        self.number(NumberField::ToRenew)
    }

    /// Returns true if the server's numbers do not say exactly how many seats renew.
    pub fn is_to_renew_approximate(&self) -> bool {
        self.index.columns.approximate.contains(self.row)
    }

    /// Returns the licence seats that are added or dropped when subscriptions renew.
    pub fn renewal_change(&self) -> Option<i64> {
        self.number(NumberField::RenewalChange)
    }

    /// Returns the number of scheduled subscriptions.
    pub fn scheduled(&self) -> Option<i64> {
        self.number(NumberField::Scheduled)
    }

    /// Returns the licences that are missing for the minimum of the three-year commitment.
    pub fn commitment_shortfall(&self) -> Option<i64> {
        self.number(NumberField::CommitmentShortfall)
    }

    /// Returns the licences that nobody has ordered yet, if they are known.
    pub fn to_order(&self) -> Option<ToOrder> {
        self.index.columns.with_to_order.contains(self.row).then(|| ToOrder {
            licences: self.number(NumberField::ToOrder).unwrap_or_default(),
            order_by: self.number(NumberField::ToOrderBy).and_then(day_of),
        })
    }

    /// Returns what can be returned of the orders, if these were fetched.
    pub fn returns(&self) -> Option<Returns> {
        self.index.columns.returns(self.row)
    }

    /// Returns the day of the latest renewal order that failed, among the orders that were read.
    pub fn renewal_failed(&self) -> Option<NaiveDate> {
        self.index.columns.renewal_failed.get(&self.row).copied()
    }

    /// Returns when automatic renewal was last seen to change.
    pub fn auto_changed(&self) -> AutoChanged {
        self.index.columns.auto_changed(self.row)
    }

    /// Returns the IDs of the subscriptions.
    pub fn subscription_ids(&self) -> Vec<String> {
        self.texts(ArenaField::Subscriptions)
    }

    /// Returns the partner's own references of the orders that were read.
    pub fn order_references(&self) -> Vec<String> {
        self.texts(ArenaField::Orders)
    }

    /// Returns the offer IDs, and the names of the products where they are known.
    pub fn products(&self) -> Vec<&'a str> {
        self.index.columns.products.texts(self.row).collect()
    }

    /// Returns the user's own note.
    pub fn note(&self) -> Option<CustomerNote> {
        let facts = self.index.columns.notes.get(&self.row)?;
        Some(CustomerNote {
            text: self.index.text.original(self.row, ArenaField::Note).into_owned(),
            follow_up: facts.follow_up,
            written_at: facts.written_at,
        })
    }

    /// Returns the whole entry.
    pub fn to_entry(&self) -> Entry {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let strings = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
        Entry {
            customer_id: self.customer_id().into_owned(),
            company_name: self.company_name().map(Cow::into_owned),
            reference: self.reference().map(Cow::into_owned),
            status: self.status(),
            created: self.created(),
            reseller_id: self.reseller_id().to_owned(),
            gone_at: self.gone_at(),
            changed_at: self.changed_at(),
            record: self.has_record().then(|| RecordFacts {
                segment: owned(self.segment()),
                country: owned(self.country()),
                region: owned(self.region()),
                city: owned(self.city()),
                language: owned(self.language()),
                licence_level: owned(self.licence_level()),
                consumables_level: owned(self.consumables_level()),
                commitment_status: owned(self.commitment_status()),
                commitment_licences: self.number(NumberField::CommitmentLicences),
                commitment_consumables: self.number(NumberField::CommitmentConsumables),
                commitment_renewal: owned(self.commitment_renewal()),
                commitment_request: owned(self.code(CodeField::CommitmentRequest)),
                commitment_end: self.commitment_end(),
                anniversary: self.anniversary(),
                contacts: self.contacts(),
                emails: self.emails(),
                tags: strings(self.tags()),
            }),
            subscriptions: self.has_subscriptions().then(|| SubscriptionFacts {
                renewal: self.renewal(),
                auto_renewal_on: self.auto_renewal_on(),
                auto_renewal_off: self.auto_renewal_off(),
                seats: self.seats().unwrap_or_default(),
                consumables: self.consumables().unwrap_or_default(),
                lapsing_seats: self.lapsing_seats().unwrap_or_default(),
                to_renew: self.to_renew().unwrap_or_default(),
                is_to_renew_approximate: self.index.columns.approximate.contains(self.row),
                renewal_change: self.renewal_change().unwrap_or_default(),
                ids: self.subscription_ids(),
                products: strings(self.products()),
                scheduled: self.number(NumberField::Scheduled).unwrap_or_default(),
            }),
            to_order: self.to_order(),
            returns: self.returns(),
            renewal_failed: self.renewal_failed(),
            auto_changed: self.auto_changed(),
            turned_off: self.index.columns.turned_off.get(&self.row).copied(),
            order_references: self.order_references(),
            note: self.note(),
        }
    }

    fn code(&self, field: CodeField) -> Option<&'a str> {
        self.index.columns.code(field).text(self.row)
    }

    fn number(&self, field: NumberField) -> Option<i64> {
        self.index.columns.number(field).get(self.row)
    }

    fn texts(&self, field: ArenaField) -> Vec<String> {
        let texts = self.index.text.original(self.row, field);
        texts.split(VALUE_END).filter(|text| !text.is_empty()).map(str::to_owned).collect()
    }
}
