//! The names of products, which the API does not send: read from price lists and invoice workbooks that the user has.
//!
//! [`ProductNames`] is the pure lookup. [`ProductFile`] keeps the names in one file of the data folder, for all profiles.
//! Prices are never read.

mod file;
mod list;
mod list_date;
mod names;
mod offer;

pub use file::{LoadedNames, ProductFile, ProductFileError};
pub use list::{ListError, ProductList, WANTED_COLUMNS, read_list};
pub use list_date::{DateSource, ListDate, parse_month};
pub use names::{KnownProduct, ListKind, ListOutcome, ProductNames};
pub use offer::base_of;
