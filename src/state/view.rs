//! The view of a profile, in the words of the screen: what was typed stays as it was typed, so that `-30d`
//! means thirty days before the next start too.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::model::Cursor;

/// The last view of a profile. What cannot be used at the next start is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// The IDs of the resellers. Empty means the profile's own.
    pub resellers: Vec<String>,
    /// The code of the status, or `all`.
    pub status: String,
    /// The query that is put to the local copy, as typed; `None` for live lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The name pattern, as typed.
    pub name: String,
    /// The first day of creation, as typed.
    pub from: String,
    /// The last one, as typed.
    pub to: String,
    /// `creationDate`, `companyName` or, for the local copy, the key of another column.
    pub sort_by: String,
    /// `asc` or `desc`.
    pub order_by: String,
    /// The keys that decide between equal values, the most significant first; `-` before one turns its order around.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub then_by: Vec<String>,
    /// The rows per page; 0 means those of the configuration.
    pub page_size: u8,
    /// The columns in their order; hidden ones begin with `-`.
    pub columns: Vec<String>,
    /// The same for views without columns of their own; empty if they show those of live lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub view_columns: Vec<String>,
    /// The page; the first one if it cannot be read.
    #[serde(deserialize_with = "any_cursor")]
    pub place: Cursor,
    /// The row on it.
    pub row: usize,
    /// The customer in that row.
    pub customer_id: Option<String>,
}

impl View {
    /// Forgets what was searched for, and what was found by it. Columns, statuses and resellers stay.
    pub fn forget_search(&mut self) {
        self.query = None;
        self.name.clear();
        self.place = Cursor::default();
        self.row = 0;
        self.customer_id = None;
    }
}

/// Reads a place as this program or an earlier one wrote it.
fn any_cursor<'de, D: Deserializer<'de>>(from: D) -> Result<Cursor, D::Error> {
    let value = Value::deserialize(from)?;
    Ok(Cursor::deserialize(value).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{MergeCursor, MergeStart};

    fn place(json: &str) -> Cursor {
        serde_json::from_str::<View>(&format!(r#"{{"place": {json}}}"#)).unwrap().place
    }

    #[test]
    fn places_of_earlier_versions_are_read() {
        assert_eq!(place(r#"{"offset": 150}"#), Cursor::Row(150));
        let start = MergeStart {
            rows: vec![1, 2, 3, 4],
            ended: vec![None, Some(2), None, None],
            ..MergeStart::default()
        };
        let merged = r#"{"merged": [{"cursors": [1, 2, 3, 4], "ended": [null, 2, null, null]}]}"#;
        assert_eq!(place(merged), Cursor::Merged(MergeCursor(vec![start])));
    }

    #[test]
    fn places_come_back_as_they_were_kept_and_others_are_the_first_page() {
        let starts = vec![
            MergeStart::default(),
            MergeStart { rows: vec![7], ended: vec![None], ..MergeStart::default() },
        ];
        for at in [Cursor::Start, Cursor::Row(50), Cursor::Merged(MergeCursor(starts))] {
            assert_eq!(place(&serde_json::to_string(&at).unwrap()), at);
        }
        for unknown in ["7", "null", r#""end""#, r#"{"offset": -1}"#, r#"{"merged": 3}"#, "[]"] {
            assert_eq!(place(unknown), Cursor::Start, "{unknown}");
        }
    }
}
