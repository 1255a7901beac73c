//! Whole lists: page by page, several requests at once, each row once, however the portfolio changes meanwhile.
//!
//! The API pages by offset: whatever joins or leaves between two requests shifts what follows. So each page overlaps the
//! one before by a row, and what may lie between two pages that share none is fetched. A walk through a list counts
//! only if nothing moved during it and if it met as many different rows as the server counts; otherwise the list is
//! walked again. A result of several lists is compared with the server at its end, since customers move between
//! lists too. If a result cannot be settled in a bounded number of walks, its tally says why.

mod known;
mod list;
mod pages;
mod resellers;
mod result;
mod seam;
mod tally;

pub use known::Known;
pub use list::{Batch, List, ListStart, pages_for};
pub use pages::{CustomerPages, Page, Pages, ResellerPages, RowKey};
pub use resellers::ResellerList;
pub use result::Lists;
pub use tally::{Doubt, ListStats};
