//! The names of the catalogue's products, as a price list has them.

use super::catalogue::all;

/// Returns the first ten characters of the offer IDs of each product, and its name.
pub fn product_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    all().iter().map(|product| (product.base, product.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::products::base_of;

    #[test]
    fn every_product_of_the_catalogue_has_a_name_and_an_offer_id() {
        assert!(
            product_names().all(|(base, name)| base_of(base).as_deref() == Some(base) && !name.is_empty())
        );
        assert!(product_names().count() > 10);
    }
}
