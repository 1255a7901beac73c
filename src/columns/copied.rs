//! The columns that a local copy adds to a customer: its next renewal, sums over its subscriptions, licences to order and to
//! return, what was observed, and the user's own note.

use super::{Cell, Column, ColumnKind, TableLine};
use crate::model::{
    AsOf, CopyFacts, CopyPart, CopyTotals, CustomerNote, CustomerRenewal, RenewalBasis, RenewalState, ToOrder,
};

pub(super) static COLUMNS: [Column; 30] = [
    Column::of_copy(("next-renewal", "Next renewal"), ColumnKind::Date, CopyPart::NextRenewal, |line| {
        match facts(line).and_then(CopyFacts::next_renewal) {
            Some((day, RenewalBasis::Subscription)) => Cell::Date(day),
            Some((day, RenewalBasis::Late | RenewalBasis::Anniversary)) => Cell::OtherDate(day),
            None => Cell::Empty,
        }
    }),
    Column::of_copy(("renewal-basis", "Renewal basis"), ColumnKind::Id, CopyPart::NextRenewal, |line| {
        let basis = facts(line).and_then(CopyFacts::next_renewal).map(|(_, basis)| basis.code());
        Cell::id(basis)
    }),
    Column::of_copy(("days-left", "Days left"), ColumnKind::Number, CopyPart::Subscriptions, |line| {
        Cell::number(renewal(line).and_then(|(renewal, as_of)| renewal.days_left(as_of.today)))
    }),
    Column::of_copy(("change-by", "Change by"), ColumnKind::Date, CopyPart::Subscriptions, |line| {
        Cell::date(renewal(line).and_then(|(renewal, as_of)| renewal.change_by(as_of.change_margin)))
    }),
    Column::of_copy(("renewal-state", "Renewal state"), ColumnKind::Id, CopyPart::Subscriptions, |line| {
        let states = renewal(line).into_iter().flat_map(|(renewal, as_of)| renewal.states(as_of));
        let codes: Vec<&str> = states.map(RenewalState::code).collect();
        if codes.is_empty() { Cell::Empty } else { Cell::Id(codes.join(", ").into()) }
    }),
    of_totals(("seats", "Seats"), |line| number(line, |totals| totals.seats)),
    of_totals(("consumables", "Consumables"), |line| number(line, |totals| totals.consumables)),
    of_totals(("lapsing-seats", "Lapsing seats"), |line| number(line, |totals| totals.lapsing_seats)),
    of_totals(("to-renew", "To renew"), |line| number(line, |totals| totals.to_renew)),
    Column::of_copy(
        ("to-renew-approximate", "To renew is approximate"),
        ColumnKind::Flag,
        CopyPart::Subscriptions,
        |line| Cell::flag(totals(line).map(|totals| totals.is_to_renew_approximate)),
    ),
    of_totals(("renewal-change", "Change at renewal"), |line| number(line, |totals| totals.renewal_change)),
    of_totals(("late-renewals", "Late renewals"), |line| number(line, |totals| totals.renewal.late_count)),
    Column::of_copy(("lapses", "Lapses"), ColumnKind::Date, CopyPart::Subscriptions, |line| {
        Cell::date(renewal(line).and_then(|(renewal, _)| renewal.lapses()))
    }),
    Column::of_copy(("late-since", "Late since"), ColumnKind::Date, CopyPart::Subscriptions, |line| {
        Cell::date(renewal(line).and_then(|(renewal, _)| renewal.late_since))
    }),
    Column::of_copy(("3yc-short", "Short of 3YC"), ColumnKind::Number, CopyPart::Details, |line| {
        Cell::number(totals(line).and_then(|totals| totals.commitment_shortfall))
    }),
    Column::of_copy(("to-order", "Licences to order"), ColumnKind::Number, CopyPart::ToOrder, |line| {
        Cell::number(to_order(line).map(|to_order| to_order.licences))
    }),
    Column::of_copy(("to-order-by", "To order by"), ColumnKind::Date, CopyPart::ToOrder, |line| {
        Cell::date(to_order(line).and_then(|to_order| to_order.order_by))
    }),
    Column::of_copy(("returnable", "Returnable"), ColumnKind::Number, CopyPart::Returns, |line| {
        Cell::number(
            line.copy.and_then(|copy| copy.facts.returns_on(copy.as_of.today)).map(|found| found.licences),
        )
    }),
    Column::of_copy(("returnable-until", "Returnable until"), ColumnKind::Date, CopyPart::Returns, |line| {
        Cell::date(line.copy.and_then(|copy| copy.facts.returns_on(copy.as_of.today)?.until))
    }),
    Column::of_copy(("changed-at", "Changed"), ColumnKind::Moment, CopyPart::Observed, |line| {
        facts(line).and_then(|facts| facts.changed_at).map_or(Cell::Empty, Cell::Moment)
    }),
    Column::of_copy(("gone-at", "Gone"), ColumnKind::Moment, CopyPart::Observed, |line| {
        facts(line).and_then(|facts| facts.gone_at).map_or(Cell::Empty, Cell::Moment)
    }),
    Column::of_copy(("note", "Note"), ColumnKind::Text, CopyPart::Note, |line| {
        Cell::text(note(line).map(|note| note.text.as_str()))
    }),
    Column::of_copy(("follow-up", "Follow-up"), ColumnKind::Date, CopyPart::Note, |line| {
        Cell::date(note(line).and_then(|note| note.follow_up))
    }),
    of_totals(("scheduled", "Scheduled"), |line| number(line, |totals| totals.scheduled)),
    Column::of_copy(("renewal-failed", "Renewal failed"), ColumnKind::Date, CopyPart::RecentOrders, |line| {
        Cell::date(line.copy.and_then(|copy| copy.facts.renewal_failed_on(copy.as_of.today)))
    }),
    Column::of_copy(("auto-changed", "Auto-renewal changed"), ColumnKind::Date, CopyPart::History, |line| {
        Cell::date(facts(line).and_then(|facts| facts.auto_changed.day()))
    }),
    Column::of_copy(("turned-off", "Turned off"), ColumnKind::Date, CopyPart::History, |line| {
        Cell::date(facts(line).and_then(|facts| facts.turned_off))
    }),
    Column::of_copy(
        ("to-order-products", "Products to order"),
        ColumnKind::Text,
        CopyPart::ToOrder,
        |line| Cell::text(facts(line).and_then(|facts| facts.to_order_products.as_deref())),
    ),
    Column::of_copy(("renewal-dates", "Renewal dates"), ColumnKind::Id, CopyPart::Subscriptions, |line| {
        let dates = renewal(line).into_iter().flat_map(|(renewal, _)| &renewal.dates);
        let days: Vec<String> = dates.map(|date| date.day.to_string()).collect();
        if days.is_empty() { Cell::Empty } else { Cell::Id(days.join(", ").into()) }
    }),
    Column::of_copy(("3yc-request", "3YC request"), ColumnKind::Id, CopyPart::Record, |line| {
        Cell::id(facts(line).and_then(|facts| facts.commitment_request.as_deref()))
    }),
];

/// Makes a column of numbers that are summed over subscriptions.
const fn of_totals(names: (&'static str, &'static str), read: super::ReadCell) -> Column {
    Column::of_copy(names, ColumnKind::Number, CopyPart::Subscriptions, read)
}

fn note<'a>(line: &TableLine<'a>) -> Option<&'a CustomerNote> {
    line.customer_note
}

fn facts<'a>(line: &TableLine<'a>) -> Option<&'a CopyFacts> {
    line.copy.map(|copy| copy.facts)
}

fn to_order(line: &TableLine<'_>) -> Option<ToOrder> {
    facts(line).and_then(|facts| facts.to_order)
}

fn totals<'a>(line: &TableLine<'a>) -> Option<&'a CopyTotals> {
    facts(line).and_then(|facts| facts.totals.as_ref())
}

fn renewal<'a>(line: &TableLine<'a>) -> Option<(&'a CustomerRenewal, AsOf)> {
    line.copy.and_then(|copy| Some((copy.facts.renewal()?, copy.as_of)))
}

fn number<'a>(line: &TableLine<'a>, read: fn(&CopyTotals) -> i64) -> Cell<'a> {
    Cell::number(totals(line).map(read))
}
