//! The licences that are pending an order, in words and as JSON.

use serde_json::{Value, json};

use crate::{portfolio::PendingLicences, text};

/// Returns the licences to order in words, such as `12 licences of 5 customers`.
pub(super) fn to_order_in_words(pending: &PendingLicences) -> String {
    if pending.resellers == 0 && pending.customers == 0 {
        return "not known".to_owned();
    }
    let mut words = format!(
        "{} of {}",
        text::pluralize(pending.licences, "licence", "licences"),
        text::pluralize(pending.customers, "customer", "customers")
    );
    if pending.uncounted > 0 {
        words.push_str(", and more: those of ");
        words.push_str(&text::pluralize(pending.uncounted, "customer", "customers"));
        words.push_str(" are not known");
    }
    words
}

/// Returns the licences to order as JSON; the numbers are null if nothing is known.
pub(super) fn to_order_json(pending: &PendingLicences) -> Value {
    let is_known = pending.resellers > 0 || pending.customers > 0;
    json!({
        "licences": is_known.then_some(pending.licences),
        "customers": is_known.then_some(pending.customers),
        "uncounted": pending.uncounted,
        "resellers": pending.resellers,
        "oldest_at": pending.oldest_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_never_none() {
        assert_eq!(to_order_in_words(&PendingLicences::default()), "not known");
        assert_eq!(to_order_json(&PendingLicences::default())["licences"], Value::Null);
        let none = PendingLicences { resellers: 1, ..PendingLicences::default() };
        assert_eq!(to_order_in_words(&none), "0 licences of 0 customers");
        let some = PendingLicences { licences: 1_200, customers: 3, uncounted: 1, ..none };
        assert_eq!(
            to_order_in_words(&some),
            "1,200 licences of 3 customers, and more: those of 1 customer are not known"
        );
    }
}
