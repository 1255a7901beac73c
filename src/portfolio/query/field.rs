//! The fields that a query can test, and what each takes.

use super::field_table::{FIELDS, FieldInfo};
use crate::text;

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
    /// `gone:` true if the customer is no longer in its reseller's list.
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
    /// `3yc-licences:` the licences that the three-year commitment asks for at least.
    CommitmentLicences,
    /// `3yc-consumables:` the consumables that it asks for at least.
    CommitmentConsumables,
    /// `3yc-renewal:` the status of the request to commit for another three years.
    CommitmentRenewal,
    /// `3yc-request:` the status of any request for a three-year commitment, the first or a renewal.
    CommitmentRequest,
    /// `anniversary:` the anniversary date.
    Anniversary,
    /// `contact:` the name of a contact; free text.
    Contact,
    /// `email:` an e-mail address of a contact; free text.
    Email,
    /// `tag:` a tag.
    Tag,
    /// `renewal:` the renewal dates of active subscriptions with something left to renew.
    Renewal,
    /// `renewal-basis:` the date that stands for the next renewal.
    RenewalBasis,
    /// `days-left:` the days until these dates; until a late one, below 0, if there is no other.
    DaysLeft,
    /// `change-by:` the last days on which automatic renewal can be changed before these dates.
    ChangeBy,
    /// `renewal-state:` the states of the renewals, which can differ.
    RenewalState,
    /// `auto:` `on` if an active subscription renews automatically, `off` if one does not; both can hold.
    AutoRenewal,
    /// `seats:` licence seats.
    Seats,
    /// `consumables:` units of consumables.
    Consumables,
    /// `lapsing:` licence seats that end at their renewal date.
    Lapsing,
    /// `to-renew:` licence seats that renew automatically.
    ToRenew,
    /// `renewal-change:` licence seats that are added or dropped at renewals.
    RenewalChange,
    /// `late-renewals:` ended subscriptions that can still be renewed; 0 is a missing value.
    LateRenewals,
    /// `lapses:` the days on which a subscription ends because it does not renew automatically.
    Lapses,
    /// `late-since:` the earliest renewal date of these.
    LateSince,
    /// `3yc-short:` licences missing for the minimum of the three-year commitment; 0 is a missing value.
    CommitmentShortfall,
    /// `product:` an offer ID or the name of a product; free text.
    Product,
    /// `subscription:` the ID of a subscription.
    Subscription,
    /// `to-order:` licences in use that nobody has ordered yet; 0 is a missing value.
    ToOrder,
    /// `to-order-by:` the day on which the first of them end unless they are ordered.
    ToOrderBy,
    /// `returnable:` licences that can still be returned; 0 is a missing value.
    Returnable,
    /// `returnable-until:` the last day on which the first of them can be.
    ReturnableUntil,
    /// `note:` the text of the user's own note; free text.
    Note,
    /// `follow:` the day of its follow-up.
    FollowUp,
    /// `scheduled:` scheduled subscriptions; 0 is a missing value.
    Scheduled,
    /// `renewal-failed:` the day of the latest renewal order that failed.
    RenewalFailed,
    /// `auto-changed:` the day on which automatic renewal was last seen to change.
    AutoChanged,
    /// `turned-off:` the day on which automatic renewal was last seen to be switched off.
    TurnedOff,
}

/// The kind of values that a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Free text, which contains the value unless it has wildcards.
    Text,
    /// Codes and IDs, which equal the value unless it has wildcards.
    Code,
    /// Discount levels, which have an order.
    Level,
    /// Days.
    Day,
    /// Whole numbers.
    Number,
    /// Yes or no, on or off.
    Flag,
}

/// The part of a customer that a field is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldNeeds {
    /// The list entry, or what was observed or noted about it.
    Row,
    /// The full record.
    Record,
    /// The subscriptions.
    Subscriptions,
    /// The full record and the subscriptions.
    Details,
    /// The licences that nobody has ordered yet.
    ToOrder,
    /// What can be returned of the orders.
    Returns,
    /// The orders of the days in which they can be returned.
    RecentOrders,
    /// The history of observed changes.
    History,
}

impl Field {
    /// Returns all fields, in the order of help.
    pub fn all() -> impl Iterator<Item = Self> {
        FIELDS.iter().map(|info| info.field)
    }

    /// Returns the field with this name or alias, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = text::fold_case(name).replace('_', "-");
        let mut fields = FIELDS.iter();
        fields.find(|info| info.name == name || info.aliases.contains(&name.as_str())).map(|info| info.field)
    }

    /// Returns the name or alias that a misspelt one probably stands for.
    pub(super) fn near(name: &str) -> Option<&'static str> {
        let names =
            FIELDS.iter().flat_map(|info| [info.name].into_iter().chain(info.aliases.iter().copied()));
        text::did_you_mean(name, names)
    }

    /// Returns its name in a query, without the colon.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// Returns the other names by which it can be typed.
    pub fn aliases(self) -> &'static [&'static str] {
        self.info().aliases
    }

    /// Returns a line for help: the meaning of its values.
    pub fn doc(self) -> &'static str {
        self.info().doc
    }

    /// Returns a phrase with examples of its values, for errors and help: `a status, such as active or 1004`.
    pub fn takes(self) -> &'static str {
        self.info().takes
    }

    /// Returns the kind of its values.
    pub fn kind(self) -> ValueKind {
        self.info().kind
    }

    /// Returns the part of a customer that it is read from.
    pub fn needs(self) -> FieldNeeds {
        self.info().needs
    }

    /// Returns true for days that are over, so that `90d` means days before today. The days of other fields are mostly
    /// to come.
    pub fn is_past(self) -> bool {
        matches!(
            self,
            Self::Joined
                | Self::Changed
                | Self::LateSince
                | Self::RenewalFailed
                | Self::AutoChanged
                | Self::TurnedOff
        )
    }

    /// Returns true for what is in the user's own notes.
    pub fn is_of_notes(self) -> bool {
        matches!(self, Self::Note | Self::FollowUp)
    }

    fn info(self) -> &'static FieldInfo {
        &FIELDS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_table_has_each_field_at_its_place() {
        for (index, field) in Field::all().enumerate() {
            assert_eq!(field as usize, index, "{field:?}");
        }
        assert_eq!(Field::all().count(), Field::TurnedOff as usize + 1);
    }

    #[test]
    fn every_name_and_alias_means_one_field_and_can_be_typed() {
        let mut seen = HashSet::new();
        for field in Field::all() {
            for name in [field.name()].iter().chain(field.aliases()) {
                assert!(seen.insert(*name), "{name} means two fields");
                let is_typable = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                assert!(name.chars().all(is_typable) && !name.starts_with('-'), "{name}");
                assert_eq!(Field::from_name(name), Some(field));
                assert_eq!(Field::from_name(&name.to_uppercase().replace('-', "_")), Some(field));
            }
            assert!(!field.doc().ends_with('.') && !field.takes().ends_with('.'), "{field:?}");
        }
        assert_eq!(Field::from_name(""), None);
        assert_eq!(Field::from_name("http"), None);
    }

    #[test]
    fn the_aliases_that_users_try_first() {
        for (alias, field) in [
            ("ref", Field::Reference),
            ("mail", Field::Email),
            ("e-mail", Field::Email),
            ("sub", Field::Subscription),
            ("offer", Field::Product),
            ("created", Field::Joined),
            ("customer-id", Field::Id),
            ("3yc-status", Field::CommitmentStatus),
            ("auto-renewal", Field::AutoRenewal),
            ("follow-up", Field::FollowUp),
        ] {
            assert_eq!(Field::from_name(alias), Some(field), "{alias}");
        }
    }
}
