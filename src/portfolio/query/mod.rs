//! The query language: words, phrases and fields, as a user types them.
//!
//! `acme "print works" -gmbh status:pending,active renewal:..30d seats:>100`

use chrono::NaiveDate;

/// A query: every term must hold. A query without terms matches everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The terms, in the order they were typed.
    pub terms: Vec<Term>,
}

/// A term of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// True if the term must not hold.
    pub is_negated: bool,
    /// The condition.
    pub condition: Condition,
}

/// A condition on a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// A text that occurs anywhere: in the name, an ID, the reference, a contact, an e-mail address, the city, a product.
    /// Kept as typed; a phrase may hold blanks.
    Anywhere(String),
    /// A field for which at least one of the tests holds.
    Field(Field, Vec<Test>),
}

/// A test of a field's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// The text begins with this, ends with it, contains it or equals it. Kept as typed, without the wildcards.
    Text(TextMatch, String),
    /// The day is in this range; both ends are included, `None` is open.
    Days(Option<NaiveDate>, Option<NaiveDate>),
    /// The number is in this range; both ends are included, `None` is open.
    Numbers(Option<i64>, Option<i64>),
    /// The flag has this value.
    Flag(bool),
    /// The value is missing, although it would be known.
    Missing,
}

/// The part of a value that a text must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextMatch {
    /// All of it: typed without wildcards, for fields with codes.
    Whole,
    /// Its beginning: `north*`.
    Prefix,
    /// Its end: `*gmbh`.
    Suffix,
    /// Any part: `*print*`, or without wildcards for fields with free text.
    Part,
}

/// A field that a query can test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// `name:` the company's name; free text.
    Name,
    /// `id:` the customer's ID.
    Id,
    /// `reference:` the partner's own reference.
    Reference,
    /// `status:` the account's status, by label (`active`) or code (`1000`); tests hold codes.
    Status,
    /// `reseller:` the reseller's ID.
    Reseller,
    /// `joined:` the day the account was created.
    Joined,
    /// `changed:` the day of the latest observed change; `changed:7d` is the last seven days.
    Changed,
    /// `gone:` whether the customer is no longer in its reseller's list.
    Gone,
    /// `segment:` `COM`, `EDU` or `GOV`.
    Segment,
    /// `country:` ISO 3166 country code.
    Country,
    /// `region:` state, province or region; free text.
    Region,
    /// `city:` free text.
    City,
    /// `language:` such as `de-DE`.
    Language,
    /// `level:` a discount level, of licences or of consumables.
    Level,
    /// `3yc:` the status of the three-year commitment.
    CommitmentStatus,
    /// `3yc-end:` the last day of the three-year commitment.
    CommitmentEnd,
    /// `anniversary:` the anniversary date.
    Anniversary,
    /// `contact:` the name of a contact; free text.
    Contact,
    /// `email:` an e-mail address of a contact; free text.
    Email,
    /// `tag:` a tag.
    Tag,
    /// `renewal:` the next renewal date.
    Renewal,
    /// `auto:` whether an active subscription renews automatically (`on`) or does not (`off`).
    AutoRenewal,
    /// `seats:` licence seats.
    Seats,
    /// `consumables:` units of consumables.
    Consumables,
    /// `lapsing:` licence seats that end at their renewal date.
    Lapsing,
    /// `product:` an offer ID or the name of a product; free text.
    Product,
    /// `subscription:` the ID of a subscription.
    Subscription,
}
