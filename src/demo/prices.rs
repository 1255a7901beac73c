//! Prices of orders (`order-management/get-order`, "Pricing and invoicing data in order details").

use chrono::NaiveDate;
use serde_json::{Number, Value, json};

use super::{
    calendar,
    catalogue::{self, Product},
    flex_discounts::FlexDiscount,
};

/// The day from which orders have prices: that of the release which introduced them (`release-notes`).
const PRICED_SINCE: (i32, u32, u32) = (2026, 3, 23);

/// Returns true if an order of this time has prices.
pub(super) fn is_priced(at: i64) -> bool {
    let (year, month, day) = PRICED_SINCE;
    NaiveDate::from_ymd_opt(year, month, day).is_some_and(|since| at >= calendar::start_of(since))
}

/// The facts that make the price of a line.
pub(super) struct PricedLine<'o> {
    pub(super) product: Product,
    pub(super) level: &'o str,
    pub(super) quantity: i64,
    pub(super) discount: Option<&'static FlexDiscount>,
    pub(super) currency: &'o str,
    /// The days that are left of the term; `None` for what is never prorated.
    pub(super) days: Option<i64>,
}

impl PricedLine<'_> {
    /// Writes `pricing` of the line, and returns its price in hundredths.
    pub(super) fn write(&self) -> (Value, i64) {
        let partner = self.product.price * (100 - catalogue::reduction(self.level)) / 100;
        let discounted = self.discount.map_or(partner, |own| own.reduce(partner, self.currency));
        let net = self.days.map_or(discounted, |days| discounted * days / 365);
        let total = net * self.quantity;
        let pricing = json!({
            "partnerPrice": amount(partner),
            "discountedPartnerPrice": amount(discounted),
            "netPartnerPrice": amount(net),
            "lineItemPartnerPrice": amount(total),
        });
        (pricing, total)
    }
}

/// Writes hundredths as a number with two decimals.
pub(super) fn amount(hundredths: i64) -> Value {
    let text = format!("{}.{:02}", hundredths / 100, hundredths.rem_euclid(100));
    text.parse::<Number>().map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_costs_less_at_a_higher_level_and_for_fewer_days() {
        let line = |level, days| PricedLine {
            product: catalogue::GROWTH,
            level,
            quantity: 10,
            discount: None,
            currency: "USD",
            days,
        };
        let (pricing, total) = line("01", Some(365)).write();
        let text = r#"{"partnerPrice":252.00,"discountedPartnerPrice":252.00,"netPartnerPrice":252.00,"lineItemPartnerPrice":2520.00}"#;
        assert_eq!((pricing.to_string().as_str(), total), (text, 252_000));
        assert!(line("04", Some(365)).write().1 < total && line("01", Some(90)).write().1 < total / 4);
        assert_eq!(line("01", None).write().1, total);
        assert!(is_priced(1_780_000_000) && !is_priced(1_600_000_000));
    }
}
