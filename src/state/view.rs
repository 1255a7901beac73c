//! What was on the screen of a profile, in the words of the screen: what was typed stays as it was typed, so that `-30d`
//! means thirty days before the next start too.

use serde::{Deserialize, Serialize};

use crate::model::Start;

/// The last view of a profile. What cannot be used at the next start is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// The code of the status, or `all`.
    pub status: String,
    /// The name pattern, as typed.
    pub name: String,
    /// The first day of creation, as typed.
    pub from: String,
    /// The last one, as typed.
    pub to: String,
    /// `creationDate` or `companyName`.
    pub sort_by: String,
    /// `asc` or `desc`.
    pub order_by: String,
    /// Rows a page; 0 stands for the configuration's.
    pub page_size: u8,
    /// The columns in their order; hidden ones begin with `-`.
    pub columns: Vec<String>,
    /// The page.
    pub place: Place,
    /// The row on it.
    pub row: usize,
    /// The customer in that row.
    pub customer_id: Option<String>,
}

/// Which page it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// One status: the page from this item on.
    Offset(u64),
    /// All statuses: where each merged page starts, from the first to this one.
    Merged(Vec<Start>),
}

impl Default for Place {
    fn default() -> Self {
        Self::Offset(0)
    }
}
