//! The names of products by the first ten characters of their offer IDs.

use std::{borrow::Cow, collections::BTreeMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::base_of;

/// The kind of list that a name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListKind {
    /// A price list, which has the product family.
    PriceList,
    /// An invoice workbook, which has a longer description.
    Invoices,
    /// The list that is built in for the demo.
    BuiltIn,
}

/// A product whose name is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownProduct {
    /// The first ten characters of its offer IDs.
    pub offer_id: String,
    /// Its name: the family of a price list, or the description of an invoice.
    pub name: String,
    /// Further values of the list, by the name of the column. Never a price.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
    /// The date of the list; a list of a month has its first day, and one that is built in has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<NaiveDate>,
    /// The kind of the list.
    pub kind: ListKind,
    /// The name of the list's file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
}

/// The numbers of products of a list by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListOutcome {
    /// Products that were not known.
    pub added: u64,
    /// Products that have another name or other details now.
    pub changed: u64,
    /// Products that are as they were.
    pub unchanged: u64,
    /// Products that a newer list names, or a price list where this is none.
    pub kept: u64,
}

/// The names of products.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProductNames {
    products: BTreeMap<String, KnownProduct>,
}

impl ProductNames {
    /// Makes a list that is built in, from pairs of the first ten characters of offer IDs and names.
    pub fn built_in<'n>(names: impl IntoIterator<Item = (&'n str, &'n str)>) -> Self {
        let product = |(base, name): (&str, &str)| KnownProduct {
            offer_id: base.to_owned(),
            name: name.to_owned(),
            details: BTreeMap::new(),
            listed: None,
            kind: ListKind::BuiltIn,
            file: String::new(),
        };
        names.into_iter().map(product).collect()
    }

    /// Returns the name of an offer's product.
    pub fn name_of(&self, offer_id: &str) -> Option<&str> {
        self.products.get(&*base_of(offer_id)?).map(|product| product.name.as_str())
    }

    /// Returns the text by which an offer is searched: its ID, and behind a blank its name if that is known.
    pub fn searched_text<'o>(&self, offer_id: &'o str) -> Cow<'o, str> {
        match self.name_of(offer_id) {
            Some(name) => Cow::Owned(format!("{offer_id} {name}")),
            None => Cow::Borrowed(offer_id),
        }
    }

    /// Iterates over the products, in the order of their offer IDs.
    pub fn iter(&self) -> impl Iterator<Item = &KnownProduct> {
        self.products.values()
    }

    /// Returns the number of products.
    pub fn count(&self) -> usize {
        self.products.len()
    }

    /// Returns true if no product has a name.
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// Takes the products of a list over. The newest list wins; a price list wins over invoices of any date, since its names are
    /// those of products and not of lines.
    pub fn take_over(&mut self, products: impl IntoIterator<Item = KnownProduct>) -> ListOutcome {
        let mut outcome = ListOutcome::default();
        for new in products {
            let Some(old) = self.products.get(&new.offer_id) else {
                outcome.added += 1;
                self.products.insert(new.offer_id.clone(), new);
                continue;
            };
            let wins = match (old.kind, new.kind) {
                (ListKind::PriceList, ListKind::Invoices) => false,
                (ListKind::Invoices, ListKind::PriceList) => true,
                _ => new.listed >= old.listed,
            };
            let is_same = (&old.name, &old.details) == (&new.name, &new.details);
            *match (wins, is_same) {
                (_, true) => &mut outcome.unchanged,
                (true, false) => &mut outcome.changed,
                (false, false) => &mut outcome.kept,
            } += 1;
            if wins {
                self.products.insert(new.offer_id.clone(), new);
            }
        }
        outcome
    }
}

impl FromIterator<KnownProduct> for ProductNames {
    fn from_iter<I: IntoIterator<Item = KnownProduct>>(products: I) -> Self {
        Self { products: products.into_iter().map(|product| (product.offer_id.clone(), product)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(name: &str, listed: &str, kind: ListKind) -> KnownProduct {
        KnownProduct {
            offer_id: "65304966CA".into(),
            name: name.into(),
            details: BTreeMap::new(),
            listed: listed.parse().ok(),
            kind,
            file: "list.csv".into(),
        }
    }

    #[test]
    fn an_offer_is_found_by_its_base_and_searched_by_id_and_name() {
        let names = ProductNames::built_in([("65304966CA", "Lantern Pro")]);
        assert_eq!(names.name_of("65304966CA01A12"), Some("Lantern Pro"));
        assert_eq!(names.name_of("65304966CATAB12"), Some("Lantern Pro"));
        assert_eq!(names.name_of("65304967CA01A12"), None);
        assert_eq!(names.name_of("65304966C"), None);
        assert_eq!(names.searched_text("65304966CA01A12"), "65304966CA01A12 Lantern Pro");
        assert_eq!(names.searched_text("x"), "x");
    }

    #[test]
    fn the_newest_list_wins() {
        let mut names = ProductNames::default();
        let mut take = |name, listed, kind| {
            let outcome = names.take_over([product(name, listed, kind)]);
            (outcome, names.name_of("65304966CA").unwrap().to_owned())
        };
        let outcome = |added, changed, unchanged, kept| ListOutcome { added, changed, unchanged, kept };
        let list = ListKind::PriceList;
        assert_eq!(
            take("Lantern ALL", "2026-05-01", ListKind::Invoices),
            (outcome(1, 0, 0, 0), "Lantern ALL".into())
        );
        assert_eq!(
            take("Lantern", "2026-01-01", list),
            (outcome(0, 1, 0, 0), "Lantern".into()),
            "a price list wins"
        );
        assert_eq!(take("Old", "2025-12-01", list), (outcome(0, 0, 0, 1), "Lantern".into()));
        assert_eq!(take("Lantern Pro", "2026-02-01", list), (outcome(0, 1, 0, 0), "Lantern Pro".into()));
        assert_eq!(take("Lantern Pro", "2026-03-01", list), (outcome(0, 0, 1, 0), "Lantern Pro".into()));
        assert_eq!(
            take("Lantern Pro ALL", "2026-09-01", ListKind::Invoices),
            (outcome(0, 0, 0, 1), "Lantern Pro".into())
        );
    }
}
