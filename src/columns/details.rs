//! The columns that only the whole customer resource has.

use super::{Cell, Column, ColumnKind, TableLine};
use crate::model::{Address, Commitment, Contact, LinkedMembership};

pub(super) static COLUMNS: [Column; 28] = [
    Column::of_record("anniversary", "Anniversary", ColumnKind::Date, |record| {
        Cell::day(record.customer.and_then(|customer| customer.coterm_date.as_ref()))
    }),
    Column::of_record("market-segment", "Segment", ColumnKind::Id, |record| {
        Cell::id(record.customer.and_then(|customer| customer.market_segment.as_deref()))
    }),
    Column::of_record("sub-segments", "Sub-segments", ColumnKind::Text, |record| {
        Cell::list(record.customer.map_or(&[], |customer| &customer.market_sub_segments))
    }),
    Column::of_record("discount-licence", "Licence discount", ColumnKind::Id, |record| {
        level(record, "LICENSE")
    }),
    Column::of_record("discount-consumables", "Consumables discount", ColumnKind::Id, |record| {
        level(record, "CONSUMABLES")
    }),
    Column::of_record("3yc-status", "3YC status", ColumnKind::Id, |record| {
        Cell::id(commitment(record).and_then(|commitment| commitment.status.as_deref()))
    }),
    Column::of_record("3yc-start", "3YC start", ColumnKind::Date, |record| {
        Cell::day(commitment(record).and_then(|commitment| commitment.start_date.as_ref()))
    }),
    Column::of_record("3yc-end", "3YC end", ColumnKind::Date, |record| {
        Cell::day(commitment(record).and_then(|commitment| commitment.end_date.as_ref()))
    }),
    Column::of_record("3yc-licences", "3YC minimum licences", ColumnKind::Number, |record| {
        minimum(record, "LICENSE")
    }),
    Column::of_record("3yc-consumables", "3YC minimum consumables", ColumnKind::Number, |record| {
        minimum(record, "CONSUMABLES")
    }),
    Column::of_record("country", "Country", ColumnKind::Id, |record| {
        of_address(record, |a| &a.country, Cell::id)
    }),
    Column::of_record("region", "Region", ColumnKind::Text, |record| {
        of_address(record, |a| &a.region, Cell::text)
    }),
    Column::of_record("city", "City", ColumnKind::Text, |record| of_address(record, |a| &a.city, Cell::text)),
    Column::of_record("address-1", "Address line 1", ColumnKind::Text, |record| {
        of_address(record, |address| &address.address_line1, Cell::text)
    }),
    Column::of_record("address-2", "Address line 2", ColumnKind::Text, |record| {
        of_address(record, |address| &address.address_line2, Cell::text)
    }),
    Column::of_record("postal-code", "Postal code", ColumnKind::Id, |record| {
        of_address(record, |address| &address.postal_code, Cell::id)
    }),
    Column::of_record("phone", "Phone", ColumnKind::Id, |record| {
        of_address(record, |address| &address.phone_number, Cell::id)
    }),
    Column::of_record("language", "Language", ColumnKind::Id, |record| {
        Cell::id(record.customer.and_then(|customer| customer.preferred_language.as_deref()))
    }),
    Column::of_record("global-sales", "Global sales", ColumnKind::Flag, |record| {
        Cell::flag(record.customer.and_then(|customer| customer.global_sales_enabled))
    }),
    Column::of_record("tags", "Tags", ColumnKind::Text, |record| {
        Cell::list(record.customer.map_or(&[], |customer| &customer.tags))
    }),
    Column::of_record("admin", "Admin", ColumnKind::Text, |record| {
        let names = admin(record).map(|admin| [&admin.first_name, &admin.last_name]);
        let names: Vec<&str> = names.into_iter().flatten().flatten().map(String::as_str).collect();
        if names.is_empty() { Cell::Empty } else { Cell::Text(names.join(" ").into()) }
    }),
    Column::of_record("admin-email", "Admin e-mail", ColumnKind::Text, |record| {
        Cell::text(admin(record).and_then(|admin| admin.email.as_deref()))
    }),
    Column::of_record("admin-phone", "Admin phone", ColumnKind::Id, |record| {
        Cell::id(admin(record).and_then(|admin| admin.phone_number.as_deref()))
    }),
    Column::of_record("membership-id", "Membership ID", ColumnKind::Id, |record| {
        of_membership(record, |membership| &membership.id, Cell::id)
    }),
    Column::of_record("membership", "Membership", ColumnKind::Text, |record| {
        of_membership(record, |membership| &membership.name, Cell::text)
    }),
    Column::of_record("membership-type", "Membership type", ColumnKind::Id, |record| {
        of_membership(record, |membership| &membership.kind, Cell::id)
    }),
    Column::of_record("membership-role", "Membership role", ColumnKind::Id, |record| {
        of_membership(record, |membership| &membership.linked_membership_type, Cell::id)
    }),
    Column::of_record("membership-since", "Member since", ColumnKind::Moment, |record| {
        let membership = record.customer.and_then(|customer| customer.linked_membership.as_ref());
        Cell::moment(membership.and_then(|membership| membership.creation_date.as_ref()))
    }),
];

/// The discount level for offers of this type.
fn level<'a>(record: &TableLine<'a>, offer_type: &str) -> Cell<'a> {
    let discounts = record.customer.map_or(&[][..], |customer| &customer.discounts);
    let discount = discounts.iter().find(|discount| discount.offer_type.as_deref() == Some(offer_type));
    Cell::id(discount.and_then(|discount| discount.level.as_deref()))
}

/// The three-year commitment that is in force; where none is, the one that was asked for, as its status tells.
fn commitment<'a>(record: &TableLine<'a>) -> Option<&'a Commitment> {
    let benefit = record.customer?.three_year_commit()?;
    benefit.commitment.as_ref().or(benefit.commitment_request.as_ref())
}

/// Returns the minimum of the commitment for offers of this type.
fn minimum<'a>(record: &TableLine<'a>, offer_type: &str) -> Cell<'a> {
    let minimums = commitment(record).map_or(&[][..], |commitment| &commitment.minimum_quantities);
    let minimum = minimums.iter().find(|minimum| minimum.offer_type.as_deref() == Some(offer_type));
    Cell::number(minimum.and_then(|minimum| minimum.quantity))
}

/// The first contact: the API lists administrators first.
fn admin<'a>(record: &TableLine<'a>) -> Option<&'a Contact> {
    record.customer?.contacts.first()
}

fn of_address<'a>(
    record: &TableLine<'a>,
    field: fn(&Address) -> &Option<String>,
    cell: fn(Option<&'a str>) -> Cell<'a>,
) -> Cell<'a> {
    let address = record.customer.and_then(|customer| customer.address.as_ref());
    cell(address.and_then(|address| field(address).as_deref()))
}

fn of_membership<'a>(
    record: &TableLine<'a>,
    field: fn(&LinkedMembership) -> &Option<String>,
    cell: fn(Option<&'a str>) -> Cell<'a>,
) -> Cell<'a> {
    let membership = record.customer.and_then(|customer| customer.linked_membership.as_ref());
    cell(membership.and_then(|membership| field(membership).as_deref()))
}
