//! Reading the names of products from a table.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    time::SystemTime,
};

use chrono::{DateTime, NaiveDate, Utc};

use super::{KnownProduct, ListDate, ListKind, base_of};
use crate::{
    tables::{FoundRow, FoundTable, Meaning, TableReport, WantedColumns},
    text,
};

/// The columns that a list of products may have.
pub const WANTED_COLUMNS: WantedColumns<'static> = WantedColumns {
    key: Meaning::OfferId,
    needed: &[],
    one_of: &[Meaning::ProductFamily, Meaning::ProductDescription],
    others: &[
        Meaning::ProductType,
        Meaning::ProductTypeDetail,
        Meaning::OperatingSystem,
        Meaning::Language,
        Meaning::Version,
        Meaning::Users,
        Meaning::Metric,
        Meaning::AdditionalDetail,
        Meaning::ListMonth,
        Meaning::OrderDate,
        Meaning::SubscriptionId,
    ],
};

/// The meanings whose values are kept as details.
const DETAILS: [Meaning; 9] = [
    Meaning::ProductDescription,
    Meaning::ProductType,
    Meaning::ProductTypeDetail,
    Meaning::OperatingSystem,
    Meaning::Language,
    Meaning::Version,
    Meaning::Users,
    Meaning::Metric,
    Meaning::AdditionalDetail,
];

/// The most products of a list.
const MOST: usize = 100_000;

/// Characters of a name or a detail that are kept.
const LONGEST: usize = 200;

/// The reason why a table gives no names of products.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Not one row has an offer ID and a name.
    #[error("no row has an offer ID such as 65304966CA01A12 and a name")]
    Empty,
    /// There are more products than any list has.
    #[error("it has more than 100,000 products")]
    TooMany,
}

/// The products of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductList {
    /// The products, each once.
    pub products: Vec<KnownProduct>,
    /// The date of the list.
    pub date: ListDate,
    /// The kind of the list.
    pub kind: ListKind,
    /// The number of products with several names in the list, of which the first is kept.
    pub with_several_names: u64,
    /// The report of what was understood of the file.
    pub report: TableReport,
}

/// A product while rows about it are read.
struct Gathered {
    product: KnownProduct,
    has_other_name: bool,
    /// Details that differ between rows: they are about offers, not about the product.
    differing: Vec<&'static str>,
}

/// Reads the products of a table. Blocks for large ones.
///
/// # Errors
/// If there are none, or too many.
pub fn read_list(
    table: FoundTable,
    file_name: &str,
    month: Option<NaiveDate>,
    modified: SystemTime,
    today: NaiveDate,
) -> Result<ProductList, ListError> {
    let modified = DateTime::<Utc>::from(modified).date_naive();
    let date = ListDate::of(&table, month, file_name, modified, today);
    let kind = if table.has(Meaning::SubscriptionId) && !table.has(Meaning::ProductFamily) {
        ListKind::Invoices
    } else {
        ListKind::PriceList
    };
    let mut found: BTreeMap<String, Gathered> = BTreeMap::new();
    let mut left_out: Vec<(u32, String)> = Vec::new();
    for row in table.rows() {
        let product = match product_of(row, date.day, kind, file_name) {
            Ok(product) => product,
            Err(reason) => {
                left_out.push((row.number(), reason));
                continue;
            }
        };
        match found.entry(product.offer_id.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(Gathered { product, has_other_name: false, differing: Vec::new() });
            }
            Entry::Occupied(mut entry) => entry.get_mut().add(&product),
        }
        if found.len() > MOST {
            return Err(ListError::TooMany);
        }
    }
    if found.is_empty() {
        return Err(ListError::Empty);
    }
    let mut report = table.report;
    for (row, reason) in left_out {
        report.rows -= 1;
        report.leave_out(row, reason);
    }
    let with_several_names = found.values().filter(|gathered| gathered.has_other_name).count() as u64;
    let products = found.into_values().map(|gathered| gathered.product).collect();
    Ok(ProductList { products, date, kind, with_several_names, report })
}

impl Gathered {
    /// Adds another row about the product.
    fn add(&mut self, other: &KnownProduct) {
        self.has_other_name |= self.product.name != other.name;
        let details = &mut self.product.details;
        for meaning in DETAILS {
            let key = meaning.key();
            let Some(value) = other.details.get(key).filter(|_| !self.differing.contains(&key)) else {
                continue;
            };
            if details.get(key).is_some_and(|known| known != value) {
                details.remove(key);
                self.differing.push(key);
            } else {
                details.entry(key.to_owned()).or_insert_with(|| value.clone());
            }
        }
    }
}

/// Reads a row.
///
/// # Errors
/// The reason why it is left out, in words.
fn product_of(
    row: FoundRow<'_>,
    listed: NaiveDate,
    kind: ListKind,
    file_name: &str,
) -> Result<KnownProduct, String> {
    let id = row.id(Meaning::OfferId).map_err(|_| "the offer ID has lost digits".to_owned())?;
    let base = id.as_deref().and_then(base_of).ok_or("no offer ID such as 65304966CA01A12")?.into_owned();
    let family = tidy(&row.text(Meaning::ProductFamily));
    let name = if family.is_empty() { tidy(&row.text(Meaning::ProductDescription)) } else { family };
    if name.is_empty() {
        return Err("no name".to_owned());
    }
    let detail = |meaning: Meaning| (meaning.key().to_owned(), tidy(&row.text(meaning)));
    let is_worth_it = |(_, value): &(String, String)| !value.is_empty() && *value != name;
    let details = DETAILS.into_iter().map(detail).filter(is_worth_it).collect();
    let file = text::truncate(&text::clean(file_name), LONGEST).into_owned();
    Ok(KnownProduct { offer_id: base, name, details, listed: Some(listed), kind, file })
}

/// Returns a text with single blanks, and no longer than a name is.
fn tidy(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    text::normalize_input(&words.join(" ")).chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::super::DateSource;
    use super::*;
    use crate::tables::{ReadOptions, find_table, read_bytes};

    fn read(text: &str, name: &str) -> Result<ProductList, ListError> {
        let file = read_bytes(text.as_bytes()).unwrap();
        let table = find_table(file, &WANTED_COLUMNS, &ReadOptions::default()).unwrap();
        read_list(table, name, None, SystemTime::UNIX_EPOCH, "2026-11-28".parse().unwrap())
    }

    const PRICES: &str = "offerId,productFamily,productType,language,partnerPrice,levelDetails\n\
        65304966CA01A12,Lantern Pro,Subscription,EU English,12.34,Level 1\n\
        65304966CA02A12,Lantern Pro,Subscription,Multiple,11.34,Level 2\n\
        FREIGHT,Shipping,,,1.00,\n\
        65305024CAT1A12,,Credits,,2.00,\n\
        65305024CATAA12,Lantern Credits,Credits,,1.90,\n";

    #[test]
    fn a_price_list_gives_families_and_never_prices() {
        let list = read(PRICES, "prices-202601.csv").unwrap();
        let names: Vec<(&str, &str)> =
            list.products.iter().map(|product| (product.offer_id.as_str(), product.name.as_str())).collect();
        assert_eq!(names, [("65304966CA", "Lantern Pro"), ("65305024CA", "Lantern Credits")]);
        let details = format!("{:?}", list.products[0].details);
        assert_eq!(details, r#"{"product-type": "Subscription"}"#, "what differs between rows is no detail");
        assert!(!format!("{list:?}").contains("12.34"));
        assert_eq!((list.kind, list.date.source), (ListKind::PriceList, DateSource::FileName));
        assert_eq!(list.date.in_words(), "2026-01 (as the name of the file says)");
        let left_out: Vec<&str> = list.report.left_out.iter().map(|out| out.reason.as_str()).collect();
        assert_eq!(left_out, ["no offer ID such as 65304966CA01A12", "no name"]);
        assert_eq!(list.report.rows, 3);
    }

    #[test]
    fn an_invoice_workbook_gives_descriptions_and_the_newest_order() {
        let text = "Subscription ID,SKU,Product Description,Order Date,Quantity\n\
            a1,65304966CA01A12,Lantern Pro ALL MLP License Subscription,12-Jun-2026,5\n\
            a2,65304966CA01A12,Lantern Pro WIN License Subscription,12-Jul-2026,5\n\
            a3,65304966CA01A12,Lantern Pro WIN License Subscription,12-Jul-2027,5\n";
        let list = read(text, "invoices.csv").unwrap();
        assert_eq!(list.products[0].name, "Lantern Pro ALL MLP License Subscription");
        assert_eq!((list.kind, list.with_several_names), (ListKind::Invoices, 1));
        assert_eq!(
            list.date.in_words(),
            "2026-07-12 (the newest order in it)",
            "a day that has not come is none"
        );
    }

    #[test]
    fn the_date_comes_from_the_file_before_its_name() {
        let titled = format!("Price list January 2026,,\n\n{PRICES}");
        let date = read(&titled, "prices-202512.csv").unwrap().date;
        assert_eq!((date.day.to_string(), date.source), ("2026-01-01".to_owned(), DateSource::Contents));
        // A title with a month to come hides no other one.
        let titled = format!("Valid until January 2027,,\n{titled}");
        assert_eq!(read(&titled, "prices-202512.csv").unwrap().date, date);
        let ahead = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(5_000_000_000);
        let table =
            find_table(read_bytes(PRICES.as_bytes()).unwrap(), &WANTED_COLUMNS, &ReadOptions::default());
        let list = read_list(table.unwrap(), "list.csv", None, ahead, "2026-11-28".parse().unwrap()).unwrap();
        assert_eq!(list.date.day.to_string(), "2026-11-28", "a clock that was ahead");
        let date = read(PRICES, "prices.csv").unwrap().date;
        assert_eq!((date.day.to_string(), date.source), ("1970-01-01".to_owned(), DateSource::Modified));
        assert_eq!(read(PRICES, "prices-203001.csv").unwrap().date.source, DateSource::Modified);
    }

    #[test]
    fn a_table_without_products_is_an_error() {
        assert_eq!(read("Offer ID,Description\nx,y\n", "a.csv"), Err(ListError::Empty));
    }
}
