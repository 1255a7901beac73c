//! The one table of fields: names, help and kinds of values.

use super::field::{
    Field,
    FieldNeeds::{self, Details, RecentOrders, Record, Row, Subscriptions, ToOrder},
    ValueKind::{self, Code, Day, Flag, Level, Number, Text},
};

/// The facts about a field.
pub(super) struct FieldInfo {
    pub(super) field: Field,
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
    pub(super) kind: ValueKind,
    pub(super) needs: FieldNeeds,
    /// A noun phrase with examples: “status:” needs …
    pub(super) takes: &'static str,
    /// A line for help.
    pub(super) doc: &'static str,
}

const PAST_DAYS: &str = "a day or a range of days, such as 30d, ..90d, 2026-12 or last-month";
const COMING_DAYS: &str = "a day or a range of days, such as 30d, ..30d, 2026-12 or next-month";
const NUMBERS: &str = "a number or a range of numbers, such as 100, >100 or 10..50";

/// Makes a line of the table.
const fn line(
    field: Field,
    names: &'static [&'static str],
    (kind, needs): (ValueKind, FieldNeeds),
    takes: &'static str,
    doc: &'static str,
) -> FieldInfo {
    let Some((name, aliases)) = names.split_first() else { panic!("a field has a name") };
    FieldInfo { field, name, aliases, kind, needs, takes, doc }
}

/// Every field, in the order of [`Field`].
pub(super) static FIELDS: [FieldInfo; 44] = [
    line(
        Field::Name,
        &["name", "company"],
        (Text, Row),
        "a part of a name, such as print or north*",
        "the company's name",
    ),
    line(
        Field::Id,
        &["id", "customer-id", "customer"],
        (Code, Row),
        "a customer ID, or its beginning, such as 1006*",
        "the customer ID",
    ),
    line(
        Field::Reference,
        &["reference", "ref"],
        (Code, Row),
        "a reference, or a part of one, such as *4711*",
        "your own reference for the customer",
    ),
    line(
        Field::Status,
        &["status", "status-code"],
        (Code, Row),
        "a status, such as active, pending or 1004",
        "the status of the account",
    ),
    line(
        Field::Reseller,
        &["reseller", "reseller-id"],
        (Code, Row),
        "a reseller's ID or a part of its name, such as 1000396138 or north*",
        "the reseller that the customer belongs to, by ID or name",
    ),
    line(
        Field::Joined,
        &["joined", "created", "since"],
        (Day, Row),
        PAST_DAYS,
        "the day on which the account was created; 90d is the last 90 days",
    ),
    line(
        Field::Changed,
        &["changed", "modified", "updated"],
        (Day, Row),
        PAST_DAYS,
        "the day of the latest change that was seen; 7d is the last 7 days",
    ),
    line(
        Field::Gone,
        &["gone"],
        (Flag, Row),
        "yes or no",
        "yes: the customer is no longer in its reseller's list",
    ),
    line(
        Field::Segment,
        &["segment", "market-segment", "market"],
        (Code, Record),
        "a market segment: COM, EDU or GOV",
        "the market segment: COM, EDU or GOV",
    ),
    line(
        Field::Country,
        &["country"],
        (Code, Record),
        "a country code of two letters, such as DE",
        "the country, as a code of two letters",
    ),
    line(
        Field::Region,
        &["region", "state", "province"],
        (Text, Record),
        "a part of a region, such as bavaria or north*",
        "the state, province or region",
    ),
    line(
        Field::City,
        &["city", "town"],
        (Text, Record),
        "a part of a city's name, such as berlin or san*",
        "the city",
    ),
    line(
        Field::Language,
        &["language", "lang"],
        (Code, Record),
        "a language, such as de-DE or en*",
        "the preferred language, such as de-DE",
    ),
    line(
        Field::Level,
        &["level", "discount", "discount-level"],
        (Level, Record),
        "a discount level or a range of levels, such as 03, >=03 or T1..T3",
        "a discount level, of licences (03) or of consumables (T2)",
    ),
    line(
        Field::CommitmentStatus,
        &["3yc", "3yc-status", "commitment"],
        (Code, Record),
        "a status of the three-year commitment, such as committed or requested",
        "the status of the three-year commitment, or of its request",
    ),
    line(
        Field::CommitmentEnd,
        &["3yc-end", "commitment-end"],
        (Day, Record),
        COMING_DAYS,
        "the last day of the three-year commitment",
    ),
    line(
        Field::CommitmentLicences,
        &["3yc-licences", "3yc-licenses", "3yc-minimum"],
        (Number, Record),
        NUMBERS,
        "the number of licences that the 3YC, or its request, asks for at least",
    ),
    line(
        Field::CommitmentConsumables,
        &["3yc-consumables"],
        (Number, Record),
        NUMBERS,
        "the number of consumables that the 3YC, or its request, asks for at least",
    ),
    line(
        Field::Anniversary,
        &["anniversary", "anniversary-date", "coterm"],
        (Day, Record),
        COMING_DAYS,
        "the anniversary date",
    ),
    line(
        Field::Contact,
        &["contact", "admin", "person"],
        (Text, Record),
        "a part of a contact's name, such as smith",
        "the name of a contact",
    ),
    line(
        Field::Email,
        &["email", "e-mail", "mail", "admin-email"],
        (Text, Record),
        "a part of an e-mail address, such as smith@ or *.org",
        "the e-mail address of a contact",
    ),
    line(
        Field::Tag,
        &["tag", "tags"],
        (Code, Record),
        "a tag, or its beginning, such as vip*",
        "a tag of the customer",
    ),
    line(
        Field::Renewal,
        &["renewal", "renews", "renewal-date"],
        (Day, Subscriptions),
        COMING_DAYS,
        "the next renewal date of an active subscription; 30d is the next 30 days",
    ),
    line(
        Field::RenewalBasis,
        &["renewal-basis", "basis"],
        (Code, Details),
        "a word for a date: subscription, late or anniversary",
        "what the next renewal is: that of a subscription, a late one, or only the anniversary",
    ),
    line(
        Field::DaysLeft,
        &["days-left", "days"],
        (Number, Subscriptions),
        "a number of days or a range of numbers, such as 10, ..30 or <0",
        "the number of days until the next renewal, below 0 if it is late",
    ),
    line(
        Field::ChangeBy,
        &["change-by", "change-until"],
        (Day, Subscriptions),
        COMING_DAYS,
        "the last day on which auto-renewal can be changed before the next renewal",
    ),
    line(
        Field::RenewalState,
        &["renewal-state", "renewal-status"],
        (Code, Subscriptions),
        "a state of renewals, such as early, locked or late",
        "the state of the next renewal, and of a late one",
    ),
    line(
        Field::AutoRenewal,
        &["auto", "auto-renewal", "autorenewal"],
        (Flag, Subscriptions),
        "on or off",
        "on: a subscription renews automatically; off: one does not",
    ),
    line(
        Field::Seats,
        &["seats", "licences", "licenses", "quantity"],
        (Number, Subscriptions),
        NUMBERS,
        "the number of licence seats",
    ),
    line(
        Field::Consumables,
        &["consumables", "units"],
        (Number, Subscriptions),
        NUMBERS,
        "the number of consumables",
    ),
    line(
        Field::Lapsing,
        &["lapsing"],
        (Number, Subscriptions),
        NUMBERS,
        "the number of licence seats that end at their renewal date",
    ),
    line(
        Field::ToRenew,
        &["to-renew", "renewing"],
        (Number, Subscriptions),
        NUMBERS,
        "the number of licence seats that renew automatically",
    ),
    line(
        Field::RenewalChange,
        &["renewal-change", "growth"],
        (Number, Subscriptions),
        "a number or a range of numbers, such as 10, >0 or <0",
        "the number of licence seats that renewals add, or drop if it is below 0",
    ),
    line(
        Field::LateRenewals,
        &["late-renewals", "late"],
        (Number, Subscriptions),
        NUMBERS,
        "the number of ended subscriptions that the server still lets you renew",
    ),
    line(
        Field::LateSince,
        &["late-since"],
        (Day, Subscriptions),
        PAST_DAYS,
        "the renewal date of the earliest late renewal; 14d is the last 14 days",
    ),
    line(
        Field::CommitmentShortfall,
        &["3yc-short", "shortfall"],
        (Number, Details),
        NUMBERS,
        "the number of licences missing for the minimum of the 3YC, approximately",
    ),
    line(
        Field::Product,
        &["product", "products", "offer", "offer-id"],
        (Text, Subscriptions),
        "a part of a product's name or offer ID, such as acrobat",
        "a product, by its name or offer ID",
    ),
    line(
        Field::Subscription,
        &["subscription", "sub", "subscription-id"],
        (Code, Subscriptions),
        "a subscription ID, or its beginning, such as 8675*",
        "the ID of a subscription",
    ),
    line(
        Field::ToOrder,
        &["to-order", "unordered"],
        (Number, ToOrder),
        NUMBERS,
        "the number of licences in use that nobody has ordered yet",
    ),
    line(
        Field::ToOrderBy,
        &["to-order-by", "order-by"],
        (Day, ToOrder),
        COMING_DAYS,
        "the day by which the first licences to order must be ordered",
    ),
    line(
        Field::Returnable,
        &["returnable", "returns"],
        (Number, RecentOrders),
        NUMBERS,
        "the number of licences that can still be returned, at most",
    ),
    line(
        Field::ReturnableUntil,
        &["returnable-until", "return-by"],
        (Day, RecentOrders),
        COMING_DAYS,
        "the last day on which the first returnable licences can be returned",
    ),
    line(
        Field::Note,
        &["note", "notes"],
        (Text, Row),
        "a part of a note, such as quote or call*",
        "your own note on the customer",
    ),
    line(
        Field::FollowUp,
        &["follow", "follow-up", "followup"],
        (Day, Row),
        COMING_DAYS,
        "the day of your follow-up; ..7d is due within 7 days, or overdue",
    ),
];
