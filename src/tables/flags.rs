//! Yes and no, in several languages.

use super::{RawCell, ValueError, fold::fold_heading};

const YES: [&str; 24] = [
    "y",
    "yes",
    "true",
    "t",
    "on",
    "1",
    "enabled",
    "active",
    "auto",
    "j",
    "ja",
    "wahr",
    "ein",
    "an",
    "aktiv",
    "aktiviert",
    "oui",
    "vrai",
    "active",
    "si",
    "verdadero",
    "はい",
    "有効",
    "オン",
];

const NO: [&str; 24] = [
    "n",
    "no",
    "false",
    "f",
    "off",
    "0",
    "disabled",
    "inactive",
    "manual",
    "nein",
    "falsch",
    "aus",
    "inaktiv",
    "deaktiviert",
    "non",
    "faux",
    "desactive",
    "falso",
    "desactivado",
    "inactif",
    "none",
    "いいえ",
    "無効",
    "オフ",
];

/// Reads yes or no; `None` if there is neither.
pub(super) fn read_flag(cell: &RawCell) -> Result<Option<bool>, ValueError> {
    let refused = || ValueError::NotAFlag(cell.shown().into_owned());
    let text = match cell {
        RawCell::Empty => return Ok(None),
        RawCell::Flag(flag) => return Ok(Some(*flag)),
        RawCell::Fault(fault) => return Err(ValueError::Formula(fault.to_string())),
        RawCell::Text(_) | RawCell::Number(_) => fold_heading(&cell.shown()),
        RawCell::Date(_) => return Err(refused()),
    };
    let is_one_of = |words: &[&str]| words.iter().any(|word| fold_heading(word) == text);
    match (is_one_of(&YES), is_one_of(&NO)) {
        (true, _) => Ok(Some(true)),
        (_, true) => Ok(Some(false)),
        _ => Err(refused()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_understood_in_each_language() {
        for text in ["Y", "true", "On", "yes", "Ja", "oui", "Sí", "はい", "1"] {
            assert_eq!(read_flag(&RawCell::text(text)), Ok(Some(true)), "{text}");
        }
        for text in ["N", "FALSE", "off", "Nein", "non", "No", "いいえ", "0", "désactivé"] {
            assert_eq!(read_flag(&RawCell::text(text)), Ok(Some(false)), "{text}");
        }
        assert_eq!(read_flag(&RawCell::Flag(true)), Ok(Some(true)));
        assert_eq!(read_flag(&RawCell::Number(0.0)), Ok(Some(false)));
        assert_eq!(read_flag(&RawCell::Empty), Ok(None));
        assert!(read_flag(&RawCell::text("perhaps")).is_err());
    }
}
