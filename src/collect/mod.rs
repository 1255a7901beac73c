//! Reads whole lists: page by page, several requests at once, each row once, however the portfolio changes meanwhile.
//!
//! The API pages by offset: a customer that joins or leaves between two requests shifts the rows that follow. So each
//! page overlaps the one before by a row, and gaps between pages that share no row are fetched. A walk through a list
//! is complete only if nothing moved during it and if it saw as many different rows as the server counts; otherwise the
//! list is walked again. A result of several lists is compared with the server at its end, since customers also move
//! between lists. If a result cannot be settled in a limited number of walks, its statistics say why.

mod known;
mod list;
mod list_stats;
mod overlap;
mod pages;
mod resellers;
mod result;

pub use known::KnownRows;
pub use list::{Batch, List, ListStart, pages_for};
pub use list_stats::{Incomplete, ListStats};
pub use pages::{CustomerPages, Page, Pages, ResellerPages, RowKey};
pub use resellers::ResellerList;
pub use result::Lists;
