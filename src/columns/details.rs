//! The columns that need the full customer record.

use super::{Cell, Column, ColumnKind, TableLine};
use crate::model::{Address, Commitment, Contact, LinkedMembership};

pub(super) static COLUMNS: [Column; 28] = [
    Column::of_record("anniversary", "Anniversary", ColumnKind::Date, |line| {
        Cell::day(line.customer.and_then(|customer| customer.coterm_date.as_ref()))
    }),
    Column::of_record("market-segment", "Segment", ColumnKind::Id, |line| {
        Cell::id(line.customer.and_then(|customer| customer.market_segment.as_deref()))
    }),
    Column::of_record("sub-segments", "Sub-segments", ColumnKind::Text, |line| {
        Cell::list(line.customer.map_or(&[], |customer| &customer.market_sub_segments))
    }),
    Column::of_record("discount-licence", "Licence discount", ColumnKind::Id, |line| level(line, "LICENSE")),
    Column::of_record("discount-consumables", "Consumables discount", ColumnKind::Id, |line| {
        level(line, "CONSUMABLES")
    }),
    Column::of_record("3yc-status", "3YC status", ColumnKind::Id, |line| {
        Cell::id(commitment(line).and_then(|commitment| commitment.status.as_deref()))
    }),
    Column::of_record("3yc-start", "3YC start", ColumnKind::Date, |line| {
        Cell::day(commitment(line).and_then(|commitment| commitment.start_date.as_ref()))
    }),
    Column::of_record("3yc-end", "3YC end", ColumnKind::Date, |line| {
        Cell::day(commitment(line).and_then(|commitment| commitment.end_date.as_ref()))
    }),
    Column::of_record("3yc-licences", "3YC minimum licences", ColumnKind::Number, |line| {
        minimum(line, "LICENSE")
    }),
    Column::of_record("3yc-consumables", "3YC minimum consumables", ColumnKind::Number, |line| {
        minimum(line, "CONSUMABLES")
    }),
    Column::of_record("country", "Country", ColumnKind::Id, |line| {
        of_address(line, |a| &a.country, Cell::id)
    }),
    Column::of_record("region", "Region", ColumnKind::Text, |line| {
        of_address(line, |a| &a.region, Cell::text)
    }),
    Column::of_record("city", "City", ColumnKind::Text, |line| of_address(line, |a| &a.city, Cell::text)),
    Column::of_record("address-1", "Address line 1", ColumnKind::Text, |line| {
        of_address(line, |address| &address.address_line1, Cell::text)
    }),
    Column::of_record("address-2", "Address line 2", ColumnKind::Text, |line| {
        of_address(line, |address| &address.address_line2, Cell::text)
    }),
    Column::of_record("postal-code", "Postal code", ColumnKind::Id, |line| {
        of_address(line, |address| &address.postal_code, Cell::id)
    }),
    Column::of_record("phone", "Phone", ColumnKind::Id, |line| {
        of_address(line, |address| &address.phone_number, Cell::id)
    }),
    Column::of_record("language", "Language", ColumnKind::Id, |line| {
        Cell::id(line.customer.and_then(|customer| customer.preferred_language.as_deref()))
    }),
    Column::of_record("global-sales", "Global sales", ColumnKind::Flag, |line| {
        Cell::flag(line.customer.and_then(|customer| customer.global_sales_enabled))
    }),
    Column::of_record("tags", "Tags", ColumnKind::Text, |line| {
        Cell::list(line.customer.map_or(&[], |customer| &customer.tags))
    }),
    Column::of_record("admin", "Admin", ColumnKind::Text, |line| {
        let names = admin(line).map(|admin| [&admin.first_name, &admin.last_name]);
        let names: Vec<&str> = names.into_iter().flatten().flatten().map(String::as_str).collect();
        if names.is_empty() { Cell::Empty } else { Cell::Text(names.join(" ").into()) }
    }),
    Column::of_record("admin-email", "Admin e-mail", ColumnKind::Text, |line| {
        Cell::text(admin(line).and_then(|admin| admin.email.as_deref()))
    }),
    Column::of_record("admin-phone", "Admin phone", ColumnKind::Id, |line| {
        Cell::id(admin(line).and_then(|admin| admin.phone_number.as_deref()))
    }),
    Column::of_record("membership-id", "Membership ID", ColumnKind::Id, |line| {
        of_membership(line, |membership| &membership.id, Cell::id)
    }),
    Column::of_record("membership", "Membership", ColumnKind::Text, |line| {
        of_membership(line, |membership| &membership.name, Cell::text)
    }),
    Column::of_record("membership-type", "Membership type", ColumnKind::Id, |line| {
        of_membership(line, |membership| &membership.kind, Cell::id)
    }),
    Column::of_record("membership-role", "Membership role", ColumnKind::Id, |line| {
        of_membership(line, |membership| &membership.linked_membership_type, Cell::id)
    }),
    Column::of_record("membership-since", "Member since", ColumnKind::Moment, |line| {
        let membership = line.customer.and_then(|customer| customer.linked_membership.as_ref());
        Cell::moment(membership.and_then(|membership| membership.creation_date.as_ref()))
    }),
];

/// Returns the discount level for offers of this type.
fn level<'a>(line: &TableLine<'a>, offer_type: &str) -> Cell<'a> {
    let discounts = line.customer.map_or(&[][..], |customer| &customer.discounts);
    let discount = discounts.iter().find(|discount| discount.offer_type.as_deref() == Some(offer_type));
    Cell::id(discount.and_then(|discount| discount.level.as_deref()))
}

/// Returns the three-year commitment in force, or the requested one if there is none; its status tells them apart.
fn commitment<'a>(line: &TableLine<'a>) -> Option<&'a Commitment> {
    let benefit = line.customer?.three_year_commit()?;
    benefit.commitment.as_ref().or(benefit.commitment_request.as_ref())
}

/// Returns the minimum quantity of the commitment for offers of this type.
fn minimum<'a>(line: &TableLine<'a>, offer_type: &str) -> Cell<'a> {
    let minimums = commitment(line).map_or(&[][..], |commitment| &commitment.minimum_quantities);
    let minimum = minimums.iter().find(|minimum| minimum.offer_type.as_deref() == Some(offer_type));
    Cell::number(minimum.and_then(|minimum| minimum.quantity))
}

/// Returns the first contact, which is an administrator: the API lists them first.
fn admin<'a>(line: &TableLine<'a>) -> Option<&'a Contact> {
    line.customer?.contacts.first()
}

fn of_address<'a>(
    line: &TableLine<'a>,
    field: fn(&Address) -> &Option<String>,
    cell: fn(Option<&'a str>) -> Cell<'a>,
) -> Cell<'a> {
    let address = line.customer.and_then(|customer| customer.address.as_ref());
    cell(address.and_then(|address| field(address).as_deref()))
}

fn of_membership<'a>(
    line: &TableLine<'a>,
    field: fn(&LinkedMembership) -> &Option<String>,
    cell: fn(Option<&'a str>) -> Cell<'a>,
) -> Cell<'a> {
    let membership = line.customer.and_then(|customer| customer.linked_membership.as_ref());
    cell(membership.and_then(|membership| field(membership).as_deref()))
}
