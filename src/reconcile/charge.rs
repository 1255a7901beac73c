//! The sign of a charge.

/// Words for what is bought, in lower case; `INVOICE` is the vendor's.
const BOUGHT: [&str; 13] = [
    "invoice", "inv", "charge", "debit", "sale", "purchase", "new", "renewal", "rechnung", "facture",
    "factura", "請求", "売上",
];

/// Words for what is given back, in lower case; `RETURN` and `CREDIT` are the vendor's.
const RETURNED: [&str; 13] = [
    "return",
    "credit",
    "credit note",
    "credit memo",
    "refund",
    "cancellation",
    "gutschrift",
    "retoure",
    "avoir",
    "retour",
    "devolución",
    "abono",
    "返品",
];

/// The sign of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChargeSign {
    /// Something was bought.
    Plus,
    /// Something was given back.
    Minus,
}

impl ChargeSign {
    /// Returns the sign of a charge type; `None` for one that is unknown. A line without a type is a purchase.
    pub(super) fn of(charge_type: &str) -> Option<Self> {
        let word = charge_type.trim().to_lowercase();
        if word.is_empty() || BOUGHT.contains(&word.as_str()) {
            Some(Self::Plus)
        } else if RETURNED.contains(&word.as_str()) {
            Some(Self::Minus)
        } else {
            None
        }
    }

    /// Returns a quantity with this sign. Some files have it already, some do not.
    pub(super) fn apply(self, quantity: i64) -> i64 {
        match self {
            Self::Plus => quantity,
            Self::Minus => quantity.saturating_abs().saturating_neg(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_and_credits_count_the_other_way() {
        assert_eq!(ChargeSign::of("INVOICE"), Some(ChargeSign::Plus));
        assert_eq!(ChargeSign::of(""), Some(ChargeSign::Plus));
        for word in ["RETURN", "Credit", "Gutschrift"] {
            assert_eq!(ChargeSign::of(word), Some(ChargeSign::Minus), "{word}");
        }
        assert_eq!(ChargeSign::of("Freight"), None);
        assert_eq!((ChargeSign::Minus.apply(5), ChargeSign::Minus.apply(-5)), (-5, -5));
    }
}
