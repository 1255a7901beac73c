//! Status codes: an open set, in which known codes have words and unknown ones survive untouched.

use std::fmt;

/// The kind of thing that a status code belongs to: the same code means different things on accounts, orders and subscriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntityKind {
    /// A customer or a reseller.
    Account,
    /// An order or one of its line items.
    Order,
    /// A subscription.
    Subscription,
}

/// A status code as the API sent it, for example `1000`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Status(String);

impl Status {
    /// The four statuses that the customer list can be filtered by, in the API's order.
    pub const LISTED: [&'static str; 4] = ["1000", "1002", "1004", "1026"];

    /// The status with this code; nothing is checked, unknown codes are statuses too.
    pub fn new(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    /// `1000`, the default of the customer list.
    pub fn active() -> Self {
        Self::new("1000")
    }

    /// `1002`.
    pub fn pending() -> Self {
        Self::new("1002")
    }

    /// `1004`.
    pub fn inactive() -> Self {
        Self::new("1004")
    }

    /// The listed statuses, in the API's order.
    pub fn listed() -> [Self; 4] {
        Self::LISTED.map(Self::new)
    }

    /// The code as sent.
    pub fn code(&self) -> &str {
        &self.0
    }

    /// Returns the documented label of this code for this kind of entity, or `None`.
    pub fn known_label(&self, kind: EntityKind) -> Option<&'static str> {
        Some(match (kind, self.0.as_str()) {
            (EntityKind::Account | EntityKind::Subscription, "1000") => "Active",
            (EntityKind::Account | EntityKind::Subscription, "1002") => "Pending",
            (EntityKind::Account | EntityKind::Subscription, "1004") => "Inactive",
            (EntityKind::Account, "1010") => "Inactive: invalid address",
            (EntityKind::Account, "1012") => "Inactive: account blocked",
            (EntityKind::Account, "1014") => "Inactive: same company name and admin exist already",
            (EntityKind::Order, "1000") => "Complete",
            (EntityKind::Order, "1002") => "Open",
            (EntityKind::Order, "1004") => "Failed",
            (EntityKind::Order, "1008") => "Cancelled",
            (EntityKind::Order, "1020") => "Failed: distributor inactive",
            (EntityKind::Order, "1022") => "Failed: reseller inactive",
            (EntityKind::Order, "1024") => "Failed: customer inactive",
            (EntityKind::Order, "1026") => "Failed: customer ID invalid",
            (EntityKind::Subscription, "1009") => "Scheduled",
            _ => return None,
        })
    }

    /// Returns true for the status of an order that failed, whatever the reason.
    pub fn is_failed_order(&self) -> bool {
        matches!(self.code(), "1004" | "1020" | "1022" | "1024" | "1026")
    }

    /// Returns the symbol of an account's status, so that colour is never the only difference.
    pub fn symbol(&self) -> &'static str {
        match self.0.as_str() {
            "1000" => "●",
            "1002" => "◐",
            "1004" | "1010" | "1012" | "1014" => "○",
            "1026" => "✕",
            _ => "?",
        }
    }

    /// Returns the label of this code for this kind of entity; the code itself if there is none.
    pub fn label(&self, kind: EntityKind) -> &str {
        self.known_label(kind).unwrap_or(&self.0)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_code_reads_differently_on_each_kind() {
        let code = Status::new("1000");
        assert_eq!(code.label(EntityKind::Account), "Active");
        assert_eq!(code.label(EntityKind::Order), "Complete");
        assert_eq!(Status::new("1026").label(EntityKind::Order), "Failed: customer ID invalid");
    }

    #[test]
    fn a_code_without_a_word_shows_itself() {
        assert_eq!(Status::new("1026").label(EntityKind::Account), "1026");
        assert_eq!(Status::new("7777").known_label(EntityKind::Subscription), None);
        assert_eq!(Status::new("").label(EntityKind::Account), "");
        assert_eq!(Status::new("7777").symbol(), "?");
    }

    #[test]
    fn the_orders_that_failed_are_those_whose_label_says_so() {
        for code in (990..1030).map(|code| code.to_string()) {
            let status = Status::new(code.clone());
            let label = status.label(EntityKind::Order);
            assert_eq!(status.is_failed_order(), label.starts_with("Failed"), "{code}");
        }
    }
}
