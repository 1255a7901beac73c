//! The catalogue: fictional offers in the documented format.

use super::{names::Segment, rng::Rng};

/// A product: the first ten characters of its offer IDs, and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Product {
    pub(super) base: &'static str,
    pub(super) name: &'static str,
    /// True if it is counted in units rather than seats.
    pub(super) consumable: bool,
}

const fn licence(base: &'static str, name: &'static str) -> Product {
    Product { base, name, consumable: false }
}

const fn consumable(base: &'static str, name: &'static str) -> Product {
    Product { base, name, consumable: true }
}

const PRODUCTS: [Product; 16] = [
    licence("65304479CA", "All apps for teams"),
    licence("65304520CA", "All apps for enterprises"),
    licence("65304578CA", "Photo editing, single app"),
    licence("65304609CA", "Illustration, single app"),
    licence("65304633CA", "Page layout, single app"),
    licence("65304712CA", "Documents, standard"),
    licence("65304749CA", "Documents, professional"),
    licence("65304788CA", "Video editing, single app"),
    licence("65304810CA", "Motion graphics, single app"),
    licence("65304847CA", "Web design, single app"),
    licence("65304901CA", "Audio editing, single app"),
    licence("65304955CA", "Interface design, single app"),
    licence("65304966CA", "Content creation for everyone"),
    consumable("65305024CA", "Stock images, credit pack"),
    consumable("65305061CA", "Signatures, transactions"),
    consumable("65305098CA", "Generative credits"),
];

/// Draws a product; one in six is a consumable.
pub(super) fn draw(rng: &mut Rng) -> Product {
    let first = if rng.below(6) == 0 { 13 } else { 0 };
    let end = if first == 0 { 13 } else { PRODUCTS.len() };
    PRODUCTS[first + rng.below(end - first)]
}

/// Draws a product with licences.
pub(super) fn draw_licence(rng: &mut Rng) -> Product {
    PRODUCTS[rng.below(13)]
}

/// Returns the complete offer ID: product, discount level, market.
pub(super) fn offer_id(product: Product, level: &str, segment: Segment) -> String {
    let market = match segment {
        Segment::Com => "A12",
        Segment::Edu => "B12",
        Segment::Gov => "C12",
    };
    format!("{}{level}{market}", product.base)
}

/// Returns the discount level for a number of licences.
pub(super) fn licence_level(seats: i64, committed: bool) -> &'static str {
    match (seats, committed) {
        (..10, _) => "01",
        (10..50, false) => "02",
        (50..100, false) => "03",
        (100.., false) => "04",
        (10..50, true) => "12",
        (50..100, true) => "13",
        (100.., true) => "14",
    }
}

/// Returns the discount level for a number of units.
pub(super) fn consumable_level(units: i64) -> &'static str {
    match units {
        ..1_000 => "T1",
        1_000..2_500 => "TA",
        2_500..5_000 => "TB",
        5_000..15_000 => "TC",
        15_000..50_000 => "TD",
        50_000..100_000 => "TE",
        100_000..250_000 => "TF",
        250_000.. => "TG",
    }
}

#[cfg(test)]
mod tests {
    use super::super::rng::Subject;
    use super::*;

    #[test]
    fn offers_have_the_documented_form() {
        let mut rng = Rng::keyed(1, 1, Subject::Subscriptions);
        for _ in 0..200 {
            let product = draw(&mut rng);
            assert_eq!(product.base.len(), 10);
            assert!(!draw_licence(&mut rng).consumable);
        }
        assert_eq!(offer_id(PRODUCTS[0], "01", Segment::Com), "65304479CA01A12");
        assert_eq!(
            (licence_level(9, true), licence_level(10, true), licence_level(100, false)),
            ("01", "12", "04")
        );
        assert_eq!((consumable_level(1), consumable_level(1_000_000)), ("T1", "TG"));
    }
}
