//! Replacing one entry, as live data comes in.

use super::{PortfolioIndex, entry_text::EntryText, row_number, sort::SortColumn};
use crate::{
    model::CustomerRenewal,
    portfolio::entry::{Entry, RecordFacts, SubscriptionFacts},
};

impl PortfolioIndex {
    /// Replaces the entry of the customer with this ID, or appends it, and returns its row. Other rows stay where they are. The
    /// ranks of columns whose value changed are computed again when they are next needed.
    pub fn update(&mut self, entry: &Entry) -> u32 {
        let mut text = EntryText::default();
        text.set(entry);
        let place = self.place_of_id(&entry.customer_id);
        let row = match place {
            Ok(at) => self.ids[at],
            Err(_) => row_number(self.len()),
        };
        let old = self.view(row).map(|view| view.to_entry());
        self.text.put(row as usize, &text);
        self.columns.put(row as usize, entry);
        if let Err(at) = place {
            self.ids.insert(at, row);
        }
        for column in SortColumn::ALL {
            if old.as_ref().is_none_or(|old| is_changed(column, old, entry)) {
                self.ranks.reset(column);
            }
        }
        let has_same_words = old.as_ref().is_some_and(|old| {
            let words = |entry: &Entry| {
                let record =
                    entry.record.as_ref().map(|record| (record.contacts.clone(), record.city.clone()));
                (record, entry.subscriptions.as_ref().map(|facts| facts.products.clone()))
            };
            old.company_name == entry.company_name && old.note == entry.note && words(old) == words(entry)
        });
        if !has_same_words {
            self.words.take();
        }
        row
    }
}

/// Returns true if the value of a column differs between two entries of one customer.
fn is_changed(column: SortColumn, old: &Entry, new: &Entry) -> bool {
    let differs = |field: fn(&RecordFacts) -> &Option<String>| {
        old.record.as_ref().and_then(|record| field(record).as_ref())
            != new.record.as_ref().and_then(|record| field(record).as_ref())
    };
    let day_differs = |field: fn(&RecordFacts) -> Option<chrono::NaiveDate>| {
        old.record.as_ref().and_then(field) != new.record.as_ref().and_then(field)
    };
    let record_number_differs = |field: fn(&RecordFacts) -> Option<i64>| {
        old.record.as_ref().and_then(field) != new.record.as_ref().and_then(field)
    };
    let renewal_day_differs = |field: fn(&CustomerRenewal) -> Option<chrono::NaiveDate>| {
        let day = |entry: &Entry| entry.subscriptions.as_ref().and_then(|facts| field(&facts.renewal));
        day(old) != day(new)
    };
    let number_differs = |field: fn(&SubscriptionFacts) -> i64| {
        old.subscriptions.as_ref().map(field) != new.subscriptions.as_ref().map(field)
    };
    match column {
        // These are computed for each search.
        SortColumn::Relevance
        | SortColumn::RenewalState
        | SortColumn::Returnable
        | SortColumn::ReturnableUntil
        | SortColumn::RenewalFailed => false,
        // The order by name and ID is the last key of every sort.
        SortColumn::Name => old.company_name != new.company_name || old.customer_id != new.customer_id,
        SortColumn::Id => old.customer_id != new.customer_id,
        SortColumn::Reference => old.reference != new.reference,
        SortColumn::Status => old.status != new.status,
        SortColumn::Reseller => old.reseller_id != new.reseller_id,
        SortColumn::Created => old.created != new.created,
        SortColumn::Changed => old.changed_at != new.changed_at,
        SortColumn::Gone => old.gone_at != new.gone_at,
        SortColumn::Segment => differs(|record| &record.segment),
        SortColumn::Country => differs(|record| &record.country),
        SortColumn::Region => differs(|record| &record.region),
        SortColumn::City => differs(|record| &record.city),
        SortColumn::Language => differs(|record| &record.language),
        SortColumn::LicenceLevel => differs(|record| &record.licence_level),
        SortColumn::ConsumablesLevel => differs(|record| &record.consumables_level),
        SortColumn::CommitmentStatus => differs(|record| &record.commitment_status),
        SortColumn::CommitmentEnd => day_differs(|record| record.commitment_end),
        SortColumn::CommitmentLicences => record_number_differs(|record| record.commitment_licences),
        SortColumn::CommitmentConsumables => record_number_differs(|record| record.commitment_consumables),
        SortColumn::Anniversary => day_differs(|record| record.anniversary),
        SortColumn::Contact => {
            old.record.as_ref().map(|record| &record.contacts)
                != new.record.as_ref().map(|record| &record.contacts)
        }
        SortColumn::Email => {
            old.record.as_ref().map(|record| &record.emails)
                != new.record.as_ref().map(|record| &record.emails)
        }
        SortColumn::Renewal | SortColumn::RenewalBasis => old.next_renewal() != new.next_renewal(),
        SortColumn::ChangeBy => renewal_day_differs(CustomerRenewal::next),
        SortColumn::DaysLeft => renewal_day_differs(CustomerRenewal::date),
        SortColumn::Lapses => renewal_day_differs(CustomerRenewal::lapses),
        SortColumn::LateSince => renewal_day_differs(|renewal| renewal.late_since),
        SortColumn::AutoRenewal => {
            let flags = |entry: &Entry| {
                entry.subscriptions.as_ref().map(|facts| (facts.auto_renewal_on, facts.auto_renewal_off))
            };
            flags(old) != flags(new)
        }
        SortColumn::Seats => number_differs(|facts| facts.seats),
        SortColumn::Consumables => number_differs(|facts| facts.consumables),
        SortColumn::Lapsing => number_differs(|facts| facts.lapsing_seats),
        SortColumn::ToRenew => number_differs(|facts| facts.to_renew),
        SortColumn::RenewalChange => number_differs(|facts| facts.renewal_change),
        SortColumn::LateRenewals => number_differs(|facts| facts.renewal.late_count),
        SortColumn::CommitmentShortfall => old.commitment_shortfall() != new.commitment_shortfall(),
        SortColumn::ToOrder | SortColumn::ToOrderBy => old.to_order != new.to_order,
        SortColumn::Note | SortColumn::FollowUp => old.note != new.note,
        SortColumn::Scheduled => number_differs(|facts| facts.scheduled),
        SortColumn::AutoChanged => old.auto_changed != new.auto_changed,
    }
}
