//! Values of fields with numbers.

use super::{Field, QueryErrorKind, Test, bounds::Bounds};

/// Reads the value of a field with numbers. `previous` is the value before it in a list.
///
/// A comma separates the values of a list, so that `>1,500` would mean anything above 1. That is refused.
pub(super) fn read(field: Field, text: &str, previous: Option<&str>) -> Result<Test, QueryErrorKind> {
    if let Some(previous) = previous.filter(|previous| is_rest_of_number(previous, text)) {
        return Err(QueryErrorKind::DigitGroups(format!("{previous}{text}")));
    }
    let number = |text: &str| -> Result<i64, QueryErrorKind> {
        text.parse().map_err(|_| QueryErrorKind::Unfit { field, typed: text.to_owned() })
    };
    let beyond = |text: &str, number: Option<i64>| {
        number.map(Some).ok_or_else(|| QueryErrorKind::NothingBeyond(text.to_owned()))
    };
    let (from, to) = match Bounds::read(text).ok_or(QueryErrorKind::EmptyValue(field))? {
        Bounds::Exactly(text) => {
            let number = number(text)?;
            (Some(number), Some(number))
        }
        Bounds::Above(text) => (beyond(text, number(text)?.checked_add(1))?, None),
        Bounds::AtLeast(text) => (Some(number(text)?), None),
        Bounds::Below(text) => (None, beyond(text, number(text)?.checked_sub(1))?),
        Bounds::AtMost(text) => (None, Some(number(text)?)),
        Bounds::Between(from, to) => {
            let ends = (from.map(number).transpose()?, to.map(number).transpose()?);
            if let (Some(from), Some(to)) = (from, to)
                && ends.0 > ends.1
            {
                return Err(QueryErrorKind::reversed(from, to));
            }
            ends
        }
    };
    Ok(Test::Numbers(from, to))
}

/// Returns true if a value looks like the last three digits of a number that begins in the value before: `1,000`.
/// `1,500` is a list.
fn is_rest_of_number(previous: &str, text: &str) -> bool {
    let previous = previous.strip_prefix('=').unwrap_or(previous);
    let digits = previous.len() - previous.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let is_group = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_group && (1..=3).contains(&digits) && (text.starts_with('0') || digits < previous.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_and_ranges() {
        for (text, from, to) in [
            ("100", Some(100), Some(100)),
            ("=100", Some(100), Some(100)),
            (">100", Some(101), None),
            (">=100", Some(100), None),
            ("<100", None, Some(99)),
            ("<=100", None, Some(100)),
            ("10..50", Some(10), Some(50)),
            ("10..10", Some(10), Some(10)),
            ("10..", Some(10), None),
            ("..50", None, Some(50)),
            ("-5", Some(-5), Some(-5)),
            ("<0", None, Some(-1)),
        ] {
            assert_eq!(read(Field::Seats, text, None), Ok(Test::Numbers(from, to)), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_the_rest() {
        for (text, expected) in [
            (
                "many",
                "“many” is not valid for seats, which takes a number or a range of numbers, such as 100, >100 or 10..50.",
            ),
            (
                "100-200",
                "“100-200” is not valid for seats, which takes a number or a range of numbers, such as 100, >100 or \
                 10..50.",
            ),
            ("50..10", "The range ends before it starts: swap its ends, “10..50”."),
            (">9223372036854775807", "Nothing is beyond “9223372036854775807”: use >= or <= to include it."),
        ] {
            assert_eq!(read(Field::Seats, text, None).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn a_number_in_groups_is_not_taken_for_a_list() {
        for (previous, text, is_list) in [
            ("1", "500", true),
            ("100", "200", true),
            ("1", "000", false),
            (">1", "500", false),
            ("10..1", "500", false),
            (">=1000", "500", true),
            ("none", "500", true),
            ("=100", "500", true),
            ("=1", "000", false),
            (">1", "=500", true),
            (">1", "50", true),
            (">1", ">500", true),
        ] {
            assert_eq!(read(Field::Seats, text, Some(previous)).is_ok(), is_list, "{previous},{text}");
        }
        assert_eq!(
            read(Field::Seats, "000", Some(">1")).unwrap_err().to_string(),
            "A comma separates values: write “>1000” without it."
        );
    }
}
