//! The catalogue: fictional offers in the documented format.

use super::{names::Segment, rng::Rng};

/// A product: the first ten characters of its offer IDs, and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Product {
    pub(super) base: &'static str,
    pub(super) name: &'static str,
    /// True if it is counted in units rather than seats.
    pub(super) consumable: bool,
    /// The price of one for a year at the lowest level, in hundredths of the currency.
    pub(super) price: i64,
}

const fn licence(base: &'static str, name: &'static str, price: i64) -> Product {
    Product { base, name, consumable: false, price }
}

const fn consumable(base: &'static str, name: &'static str, price: i64) -> Product {
    Product { base, name, consumable: true, price }
}

/// The index of the first consumable.
const CONSUMABLES: usize = 13;

const PRODUCTS: [Product; 16] = [
    licence("65304479CA", "All apps for teams", 71_900),
    licence("65304520CA", "All apps for enterprises", 95_900),
    licence("65304578CA", "Photo editing, single app", 30_500),
    licence("65304609CA", "Illustration, single app", 30_500),
    licence("65304633CA", "Page layout, single app", 30_500),
    licence("65304712CA", "Documents, standard", 15_600),
    licence("65304749CA", "Documents, professional", 25_200),
    licence("65304788CA", "Video editing, single app", 30_500),
    licence("65304810CA", "Motion graphics, single app", 30_500),
    licence("65304847CA", "Web design, single app", 22_800),
    licence("65304901CA", "Audio editing, single app", 30_500),
    licence("65304955CA", "Interface design, single app", 22_800),
    licence("65304966CA", "Content creation for everyone", 10_800),
    consumable("65305024CA", "Stock images, credit pack", 2_900),
    consumable("65305061CA", "Signatures, transactions", 150),
    consumable("65305098CA", "Generative credits", 999),
];

/// The product for which High Growth Offers exist, and the packs of stock images, which renew a year after their own order.
pub(super) const GROWTH: Product = PRODUCTS[6];
const PACK: Product = PRODUCTS[13];

impl Product {
    /// Returns true if it renews a year after its own order rather than at the anniversary
    /// (`subscription-management/get-details`: "Stock Credit Pack subscriptions").
    pub(super) fn renews_alone(self) -> bool {
        self == PACK
    }
}

/// Returns all products.
pub(super) fn all() -> &'static [Product] {
    &PRODUCTS
}

/// Returns the products that are counted in seats.
pub(super) fn licences() -> &'static [Product] {
    &PRODUCTS[..CONSUMABLES]
}

/// Returns the products that are counted in units; the first renews alone.
pub(super) fn consumables() -> &'static [Product] {
    &PRODUCTS[CONSUMABLES..]
}

/// Draws a product; one in six is a consumable.
pub(super) fn draw(rng: &mut Rng) -> Product {
    let of = if rng.below(6) == 0 { consumables() } else { licences() };
    of[rng.below(of.len())]
}

/// Draws a product with licences.
pub(super) fn draw_licence(rng: &mut Rng) -> Product {
    licences()[rng.below(CONSUMABLES)]
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

/// Returns the offer ID at the lowest level, with which subscriptions identify their product (`references/resources`: "the
/// base discount level offer id … NOT the discount level").
pub(super) fn base_offer_id(product: Product, segment: Segment) -> String {
    offer_id(product, if product.consumable { "T1" } else { "01" }, segment)
}

/// The programme that decides the levels of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Programme {
    Volume,
    /// The three-year commit.
    Commit,
    /// Large government agencies.
    Agency,
}

/// Returns the discount level for a number of licences (`customer-account/three-year-commit`, `lga/index`).
pub(super) fn licence_level(seats: i64, programme: Programme) -> &'static str {
    match (programme, seats) {
        (Programme::Agency, ..1000) => "06",
        (Programme::Agency, 1000..5000) => "07",
        (Programme::Agency, 5000..10_000) => "08",
        (Programme::Agency, 10_000..) => "09",
        (_, ..10) => "01",
        (Programme::Volume, 10..50) => "02",
        (Programme::Volume, 50..100) => "03",
        (Programme::Volume, 100..) => "04",
        (Programme::Commit, 10..50) => "12",
        (Programme::Commit, 50..100) => "13",
        (Programme::Commit, 100..) => "14",
    }
}

/// Returns the discount level for a number of units (`customer-account/linked-membership`, and for a committed minimum
/// `customer-account/three-year-commit`).
pub(super) fn consumable_level(units: i64, programme: Programme) -> &'static str {
    let committed = programme == Programme::Commit;
    match units {
        ..1_000 => "T1",
        1_000..2_500 => {
            if committed {
                "TB"
            } else {
                "T2"
            }
        }
        2_500..5_000 => {
            if committed {
                "TC"
            } else {
                "T3"
            }
        }
        5_000..15_000 => {
            if committed {
                "TD"
            } else {
                "T4"
            }
        }
        15_000..50_000 => {
            if committed {
                "TE"
            } else {
                "T5"
            }
        }
        50_000..100_000 => {
            if committed {
                "TF"
            } else {
                "T6"
            }
        }
        100_000.. => {
            if committed {
                "TG"
            } else {
                "T7"
            }
        }
    }
}

/// Returns the reduction of a level in percent. It is fictional, but higher levels never cost more.
pub(super) fn reduction(level: &str) -> i64 {
    const STEPS: [(&str, i64); 22] = [
        ("01", 0),
        ("02", 5),
        ("03", 10),
        ("04", 15),
        ("12", 10),
        ("13", 15),
        ("14", 20),
        ("06", 25),
        ("07", 30),
        ("08", 35),
        ("09", 40),
        ("T1", 0),
        ("T2", 4),
        ("T3", 8),
        ("T4", 12),
        ("T5", 16),
        ("TB", 8),
        ("TC", 12),
        ("TD", 16),
        ("TE", 20),
        ("TF", 24),
        ("TG", 28),
    ];
    STEPS.iter().find(|(own, _)| *own == level).map_or(20, |(_, percent)| *percent)
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
            [
                (9, Programme::Commit),
                (10, Programme::Commit),
                (100, Programme::Volume),
                (100, Programme::Agency)
            ]
            .map(|(seats, programme)| licence_level(seats, programme)),
            ["01", "12", "04", "06"]
        );
        let levels =
            [(999, Programme::Commit), (1_000_000, Programme::Commit), (1_000_000, Programme::Volume)]
                .map(|(units, programme)| consumable_level(units, programme));
        assert_eq!(levels, ["T1", "TG", "T7"]);
        assert_eq!(base_offer_id(GROWTH, Segment::Edu), "65304749CA01B12");
        assert!(consumables()[0].renews_alone() && base_offer_id(PACK, Segment::Com).contains("CAT1"));
        for seats in [10, 60, 200] {
            let cheaper = reduction(licence_level(seats, Programme::Commit));
            assert!(cheaper > reduction(licence_level(seats, Programme::Volume)));
        }
    }
}
