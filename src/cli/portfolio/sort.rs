//! Reads what to sort by: keys of columns, `-` before one for the other direction.

use crate::{
    portfolio::index::{SortColumn, SortKey},
    text,
};

/// Reads keys to sort by, the most significant first.
///
/// # Errors
/// A message with the nearest key, or all keys.
pub(super) fn read_sort<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<Vec<SortKey>, String> {
    keys.into_iter().map(str::trim).map(read_key).collect()
}

fn read_key(typed: &str) -> Result<SortKey, String> {
    let (name, descending) = match typed.strip_prefix('-') {
        Some(name) => (name, true),
        None => (typed.strip_prefix('+').unwrap_or(typed), false),
    };
    if let Some(column) = SortColumn::from_key(&name.to_lowercase()) {
        return Ok(SortKey { column, descending });
    }
    let keys = || SortColumn::ALL.into_iter().map(SortColumn::key);
    let typed = text::clean(name);
    if let Some(near) = text::did_you_mean(name, keys()) {
        return Err(format!("unknown column {typed:?}, did you mean {near}?"));
    }
    let known: Vec<&str> = keys().collect();
    Err(format!("unknown column {typed:?}: the columns are {}", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_order_with_their_directions() {
        let read = read_sort("-seats, company".split(',')).unwrap();
        let expected = [SortKey::descending(SortColumn::Seats), SortKey::ascending(SortColumn::Name)];
        assert_eq!(read, expected);
        assert_eq!(read_sort(["seets"]).unwrap_err(), "unknown column \"seets\", did you mean seats?");
        assert!(read_sort(["xyzzy"]).unwrap_err().contains("the columns are relevance, company"));
    }
}
