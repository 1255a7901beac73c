//! The dense columns: everything about an entry that is not searched as free text.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    codes::CodeColumn,
    lists::CodeLists,
    numbers::{NumberColumn, TimeColumn, day_number},
    rows::RowSet,
};
use crate::{
    model::{AutoChanged, DatedRenewal, ReturnableOrder},
    portfolio::entry::{Entry, SubscriptionFacts},
};

/// A field with texts that repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CodeField {
    /// The status of the account.
    Status,
    /// The reseller's ID.
    Reseller,
    /// The market segment.
    Segment,
    /// The country code.
    Country,
    /// The region.
    Region,
    /// The city.
    City,
    /// The language.
    Language,
    /// The discount level for licences.
    LicenceLevel,
    /// The discount level for consumables.
    ConsumablesLevel,
    /// The status of the three-year commitment.
    CommitmentStatus,
    /// The status of the request to renew it.
    CommitmentRenewal,
    /// The status of the request for a first commitment, or for one of another offer type.
    CommitmentRequest,
}

/// A field with numbers or days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberField {
    /// The last day of the three-year commitment.
    CommitmentEnd,
    /// The anniversary date.
    Anniversary,
    /// The next renewal date.
    Renewal,
    /// The earliest day on which a subscription ends.
    Lapses,
    /// Licence seats.
    Seats,
    /// Consumables.
    Consumables,
    /// Licence seats that end at their renewal date.
    Lapsing,
    /// Licence seats that renew automatically.
    ToRenew,
    /// Licence seats that are added or dropped at renewals.
    RenewalChange,
    /// Ended subscriptions that can still be renewed.
    LateRenewals,
    /// Licences that the three-year commitment asks for at least.
    CommitmentLicences,
    /// Consumables that it asks for at least.
    CommitmentConsumables,
    /// Licences that are missing for that minimum.
    CommitmentShortfall,
    /// Licences that nobody has ordered yet.
    ToOrder,
    /// The day by which the first of them are to be ordered.
    ToOrderBy,
    /// The day from which orders were read, or [`ALL_ORDERS`]; missing if none were.
    OrdersSince,
    /// Scheduled subscriptions.
    Scheduled,
}

/// The number of the day from which orders were read if all were.
pub(super) const ALL_ORDERS: i64 = 0;

/// What is beside the text of a note.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoteFacts {
    /// The day of the follow-up.
    pub(super) follow_up: Option<NaiveDate>,
    /// The time at which it was written.
    pub(super) written_at: DateTime<Utc>,
}

/// The dense columns of all entries.
#[derive(Debug, Default)]
pub(super) struct DenseColumns {
    codes: [CodeColumn; 12],
    numbers: [NumberColumn; 17],
    /// The times when the accounts were created.
    pub(super) created: TimeColumn,
    /// The times of the latest observed changes.
    pub(super) changed: TimeColumn,
    /// The times since which entries are gone. Few are.
    pub(super) gone_at: BTreeMap<usize, DateTime<Utc>>,
    /// The earliest dates of late renewals. Few have any.
    pub(super) late_since: BTreeMap<usize, NaiveDate>,
    /// The renewal dates, where the sums do not tell what is on which.
    pub(super) several_dates: BTreeMap<usize, Box<[DatedRenewal]>>,
    /// The rows that have such renewal dates.
    pub(super) with_several_dates: RowSet,
    /// The orders of which something could be returned when they were read. Few have any.
    pub(super) returnable: BTreeMap<usize, Box<[ReturnableOrder]>>,
    /// What is beside the texts of notes. Few customers have one.
    pub(super) notes: BTreeMap<usize, NoteFacts>,
    /// The days of the latest renewal orders that failed. Few have any.
    pub(super) renewal_failed: BTreeMap<usize, NaiveDate>,
    /// The days on which automatic renewal was last seen to change. Few have any.
    pub(super) auto_changed: BTreeMap<usize, NaiveDate>,
    /// The days on which it was last seen to be switched off.
    pub(super) turned_off: BTreeMap<usize, NaiveDate>,
    /// The tags.
    pub(super) tags: CodeLists,
    /// The products.
    pub(super) products: CodeLists,
    /// The rows that are gone.
    pub(super) gone: RowSet,
    /// The rows whose record is known.
    pub(super) with_record: RowSet,
    /// The rows whose subscriptions are known.
    pub(super) with_subscriptions: RowSet,
    /// The rows whose licences to order are known.
    pub(super) with_to_order: RowSet,
    /// The rows of which it is known when automatic renewal was last seen to change, or that it never was.
    pub(super) with_history: RowSet,
    /// The rows whose record and subscriptions are known.
    pub(super) complete: RowSet,
    /// The rows of which it is not known exactly how many seats renew.
    pub(super) approximate: RowSet,
    /// The rows of which all seats were renewed early.
    pub(super) renewed: RowSet,
    /// The rows with a subscription that renews automatically.
    pub(super) renewing: RowSet,
    /// The rows with a subscription that does not renew automatically.
    pub(super) not_renewing: RowSet,
}

impl DenseColumns {
    /// Returns a column of texts that repeat.
    pub(super) fn code(&self, field: CodeField) -> &CodeColumn {
        &self.codes[field as usize]
    }

    /// Returns a column of numbers or days.
    pub(super) fn number(&self, field: NumberField) -> &NumberColumn {
        &self.numbers[field as usize]
    }

    /// Returns the day of a row's follow-up.
    pub(super) fn follow_up(&self, row: usize) -> Option<NaiveDate> {
        self.notes.get(&row)?.follow_up
    }

    /// Replaces the values of a row, or appends them.
    pub(super) fn put(&mut self, row: usize, entry: &Entry) {
        let (record, facts) = (entry.record.as_ref(), entry.subscriptions.as_ref());
        let codes: [(CodeField, Option<&str>); 12] = [
            (CodeField::Status, Some(entry.status.code())),
            (CodeField::Reseller, Some(&entry.reseller_id)),
            (CodeField::Segment, record.and_then(|record| record.segment.as_deref())),
            (CodeField::Country, record.and_then(|record| record.country.as_deref())),
            (CodeField::Region, record.and_then(|record| record.region.as_deref())),
            (CodeField::City, record.and_then(|record| record.city.as_deref())),
            (CodeField::Language, record.and_then(|record| record.language.as_deref())),
            (CodeField::LicenceLevel, record.and_then(|record| record.licence_level.as_deref())),
            (CodeField::ConsumablesLevel, record.and_then(|record| record.consumables_level.as_deref())),
            (CodeField::CommitmentStatus, record.and_then(|record| record.commitment_status.as_deref())),
            (CodeField::CommitmentRenewal, record.and_then(|record| record.commitment_renewal.as_deref())),
            (CodeField::CommitmentRequest, record.and_then(|record| record.commitment_request.as_deref())),
        ];
        for (field, text) in codes {
            self.codes[field as usize].put(row, text);
        }
        let numbers = [
            (NumberField::CommitmentEnd, record.and_then(|record| record.commitment_end).map(day_number)),
            (NumberField::Anniversary, record.and_then(|record| record.anniversary).map(day_number)),
            (NumberField::Renewal, facts.and_then(|facts| facts.renewal.next()).map(day_number)),
            (NumberField::Lapses, facts.and_then(|facts| facts.renewal.lapses()).map(day_number)),
            (NumberField::Seats, facts.map(|facts| facts.seats)),
            (NumberField::Consumables, facts.map(|facts| facts.consumables)),
            (NumberField::Lapsing, facts.map(|facts| facts.lapsing_seats)),
            (NumberField::ToRenew, facts.map(|facts| facts.to_renew)),
            (NumberField::RenewalChange, facts.map(|facts| facts.renewal_change)),
            (NumberField::LateRenewals, facts.map(|facts| facts.renewal.late_count)),
            (NumberField::CommitmentLicences, record.and_then(|record| record.commitment_licences)),
            (NumberField::CommitmentConsumables, record.and_then(|record| record.commitment_consumables)),
            (NumberField::CommitmentShortfall, entry.commitment_shortfall()),
            (NumberField::ToOrder, entry.to_order.map(|to_order| to_order.licences)),
            (NumberField::ToOrderBy, entry.to_order.and_then(|to_order| to_order.order_by).map(day_number)),
            (
                NumberField::OrdersSince,
                entry.returns.as_ref().map(|returns| returns.since.map_or(ALL_ORDERS, day_number)),
            ),
            (NumberField::Scheduled, facts.map(|facts| facts.scheduled)),
        ];
        for (field, number) in numbers {
            self.numbers[field as usize].put(row, number);
        }
        self.created.put(row, entry.created);
        self.changed.put(row, entry.changed_at);
        put_sparse(&mut self.gone_at, row, entry.gone_at);
        put_sparse(&mut self.late_since, row, facts.and_then(|facts| facts.renewal.late_since));
        let dates = facts.and_then(SubscriptionFacts::several_dates);
        self.with_several_dates.put(row, dates.is_some());
        put_sparse(&mut self.several_dates, row, dates.map(Box::from));
        let orders = entry
            .returns
            .as_ref()
            .map(|returns| returns.orders.as_slice())
            .filter(|orders| !orders.is_empty());
        put_sparse(&mut self.returnable, row, orders.map(Box::from));
        let note = entry.note.as_ref();
        let note = note.map(|note| NoteFacts { follow_up: note.follow_up, written_at: note.written_at });
        put_sparse(&mut self.notes, row, note);
        put_sparse(&mut self.renewal_failed, row, entry.renewal_failed);
        put_sparse(&mut self.auto_changed, row, entry.auto_changed.day());
        put_sparse(&mut self.turned_off, row, entry.turned_off);
        self.tags.put(row, record.map_or(&[], |record| &record.tags));
        self.products.put(row, facts.map_or(&[], |facts| &facts.products));
        self.gone.put(row, entry.gone_at.is_some());
        self.with_record.put(row, record.is_some());
        self.with_subscriptions.put(row, facts.is_some());
        self.with_to_order.put(row, entry.to_order.is_some());
        self.with_history.put(row, entry.auto_changed != AutoChanged::Unknown);
        self.complete.put(row, record.is_some() && facts.is_some());
        self.approximate.put(row, facts.is_some_and(|facts| facts.is_to_renew_approximate));
        self.renewed.put(row, facts.is_some_and(|facts| facts.renewal.is_renewed));
        self.renewing.put(row, facts.is_some_and(|facts| facts.auto_renewal_on));
        self.not_renewing.put(row, facts.is_some_and(|facts| facts.auto_renewal_off));
    }

    /// Gives back memory that is not needed.
    pub(super) fn shrink(&mut self) {
        self.codes.iter_mut().for_each(|column| column.codes.shrink());
        self.numbers.iter_mut().for_each(NumberColumn::shrink);
        self.created.shrink();
        self.changed.shrink();
        self.tags.shrink();
        self.products.shrink();
        for rows in [
            &mut self.gone,
            &mut self.with_several_dates,
            &mut self.with_record,
            &mut self.with_subscriptions,
            &mut self.with_to_order,
            &mut self.with_history,
            &mut self.complete,
            &mut self.renewed,
            &mut self.renewing,
            &mut self.not_renewing,
        ] {
            rows.shrink();
        }
    }
}

/// Replaces the value of a row, of which few have one.
fn put_sparse<T>(values: &mut BTreeMap<usize, T>, row: usize, value: Option<T>) {
    match value {
        Some(value) => values.insert(row, value),
        None => values.remove(&row),
    };
}
