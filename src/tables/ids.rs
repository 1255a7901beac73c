//! IDs, which are numbers in some rows of a workbook and texts in others.

use std::borrow::Cow;

use super::{RawCell, ValueError};

/// The greatest number that a workbook holds exactly: it stores 15 digits.
const MOST_EXACT: f64 = 999_999_999_999_999.0;

/// Reads an ID exactly as it was before a spreadsheet got hold of it; `None` if there is none.
pub(super) fn read_id(cell: &RawCell) -> Result<Option<Cow<'_, str>>, ValueError> {
    match cell {
        RawCell::Empty => Ok(None),
        RawCell::Fault(fault) => Err(ValueError::Formula(fault.to_string())),
        RawCell::Text(text) => id_of_text(text),
        RawCell::Number(number) if number.fract() == 0.0 && number.abs() <= MOST_EXACT => {
            Ok(Some(format!("{number:.0}").into()))
        }
        RawCell::Number(number) => Err(ValueError::LostDigits(number.to_string())),
        other => Ok(Some(other.shown())),
    }
}

fn id_of_text(text: &str) -> Result<Option<Cow<'_, str>>, ValueError> {
    let text = unquoted(text);
    if text.is_empty() {
        return Ok(None);
    }
    if let Some((digits, exponent)) = exponential(text) {
        let is_whole = digits.len() == exponent + 1;
        return if is_whole { Ok(Some(digits.into())) } else { Err(ValueError::LostDigits(text.to_owned())) };
    }
    // Programs that take a column for numbers write 1000098849.0.
    let whole = text.trim_end_matches('0').strip_suffix('.').filter(|whole| is_number(whole));
    Ok(Some(whole.unwrap_or(text).into()))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Takes off what keeps spreadsheets from reading a number: `'12'`, `'12`, `="12"`.
fn unquoted(text: &str) -> &str {
    let text = text.strip_prefix('=').filter(|rest| rest.starts_with('"')).unwrap_or(text);
    text.trim_matches(|c: char| matches!(c, '\'' | '"' | '’' | '‘' | '´') || c.is_whitespace())
}

/// Returns the digits and the exponent of a number such as `1.00954554E+8`; `None` if it is no such number. `12E5` is an ID:
/// spreadsheets write a decimal mark or a sign.
fn exponential(text: &str) -> Option<(String, usize)> {
    let (mantissa, exponent) = text.split_once(['E', 'e'])?;
    let has_sign = exponent.starts_with('+');
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let (whole, fraction) = match mantissa.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, fraction),
        None if has_sign => (mantissa, ""),
        None => return None,
    };
    if whole.len() != 1
        || !is_number(whole)
        || !is_number(exponent)
        || !(fraction.is_empty() || is_number(fraction))
    {
        return None;
    }
    let exponent = exponent.parse().ok().filter(|exponent| *exponent <= 30)?;
    Some((format!("{whole}{fraction}"), exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(cell: &RawCell) -> Result<String, ValueError> {
        read_id(cell).map(|id| id.map(Cow::into_owned).unwrap_or_default())
    }

    #[test]
    fn ids_are_the_same_as_numbers_and_as_texts() {
        for (text, expected) in [
            ("9200486769", "9200486769"),
            ("'9200486769'", "9200486769"),
            ("'000010", "000010"),
            ("=\"0012\"", "0012"),
            ("1000098849.0", "1000098849"),
            ("1.00954554E8", "100954554"),
            ("1,00954554E+08", "100954554"),
            ("12E5", "12E5"),
            ("630a83b12559fa7147419077bf1a5eNA", "630a83b12559fa7147419077bf1a5eNA"),
            ("65304966CA01A12", "65304966CA01A12"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("1.5", "1.5"),
            ("'", ""),
        ] {
            assert_eq!(id(&RawCell::text(text)).unwrap(), expected, "{text}");
        }
        assert_eq!(id(&RawCell::Number(100_954_554.0)).unwrap(), "100954554");
        assert_eq!(id(&RawCell::Number(999_999_999_999_999.0)).unwrap(), "999999999999999");
        assert_eq!(id(&RawCell::Empty).unwrap(), "");
    }

    #[test]
    fn an_id_that_has_lost_digits_is_an_error() {
        for cell in [
            RawCell::text("1.00955E+11"),
            RawCell::text("1E+15"),
            RawCell::Number(1e15),
            RawCell::Number(f64::NAN),
            RawCell::Number(1.5),
        ] {
            assert!(matches!(id(&cell), Err(ValueError::LostDigits(_))), "{cell:?}");
        }
        assert!(matches!(id(&RawCell::Fault("#REF!".into())), Err(ValueError::Formula(_))));
    }
}
