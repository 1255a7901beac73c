//! Discount levels: their order, and the values of the field.

use std::cmp::Ordering;

use super::{Field, QueryErrorKind, Test, bounds::Bounds};

/// Compares two discount levels: numbers by their values (`3` equals `03`), the levels of consumables (`T1` to `T7`, `TA`
/// to `TG`) by their letters in any case. `None` for levels of different kinds, which have no order.
pub fn compare_levels(one: &str, other: &str) -> Option<Ordering> {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        (None, None) => Some(one.to_ascii_uppercase().cmp(&other.to_ascii_uppercase())),
        _ => None,
    }
}

/// Returns true for texts with the form of a level: a number, or a letter and a letter or digit.
pub(super) fn is_level(text: &str) -> bool {
    match text.as_bytes() {
        [first, second] if first.is_ascii_alphabetic() => second.is_ascii_alphanumeric(),
        digits => (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit),
    }
}

/// Reads the value of a field with levels.
pub(super) fn read(field: Field, text: &str) -> Result<Test, QueryErrorKind> {
    let level = |text: &str| {
        let unfit = || QueryErrorKind::Unfit { field, typed: text.to_owned() };
        is_level(text).then(|| text.to_owned()).ok_or_else(unfit)
    };
    let beyond = |text: &str, step| {
        let next = neighbour(&level(text)?, step);
        next.map(Some).ok_or_else(|| QueryErrorKind::NothingBeyond(text.to_owned()))
    };
    let (from, to) = match Bounds::read(text).ok_or(QueryErrorKind::EmptyValue(field))? {
        Bounds::Exactly(text) => (Some(level(text)?), Some(level(text)?)),
        Bounds::Above(text) => (beyond(text, 1)?, None),
        Bounds::AtLeast(text) => (Some(level(text)?), None),
        Bounds::Below(text) => (None, beyond(text, -1)?),
        Bounds::AtMost(text) => (None, Some(level(text)?)),
        Bounds::Between(from, to) => {
            let ends = (from.map(level).transpose()?, to.map(level).transpose()?);
            if let (Some(from), Some(to)) = &ends {
                match compare_levels(from, to) {
                    Some(Ordering::Greater) => return Err(QueryErrorKind::reversed(from, to)),
                    Some(_) => {}
                    None => return Err(QueryErrorKind::MixedLevels { from: from.clone(), to: to.clone() }),
                }
            }
            ends
        }
    };
    Ok(Test::Codes { from, to })
}

fn number(level: &str) -> Option<u64> {
    level.bytes().all(|byte| byte.is_ascii_digit()).then(|| level.parse().ok())?
}

/// Returns the level after this one, or before it, written alike. The last character counts from 0 to 9, then from A to
/// Z, if there are letters.
fn neighbour(level: &str, step: i64) -> Option<String> {
    if let Some(number) = number(level) {
        let next = i64::try_from(number).ok()?.checked_add(step).filter(|next| *next >= 0)?;
        return Some(format!("{next:0width$}", width = level.len())).filter(|next| is_level(next));
    }
    let (start, last) = level.split_at_checked(1)?;
    let last = i64::from(last.chars().next()?.to_digit(36)?);
    let next = char::from_digit(u32::try_from(last + step).ok().filter(|next| *next < 36)?, 36)?;
    Some(format!("{start}{}", next.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_letters_have_orders_of_their_own() {
        for (one, other, expected) in [
            ("03", "3", Some(Ordering::Equal)),
            ("9", "10", Some(Ordering::Less)),
            ("14", "04", Some(Ordering::Greater)),
            ("T1", "t1", Some(Ordering::Equal)),
            ("T7", "TA", Some(Ordering::Less)),
            ("TA", "TG", Some(Ordering::Less)),
            ("04", "T1", None),
        ] {
            assert_eq!(compare_levels(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn reads_levels_and_ranges_as_typed() {
        for (text, from, to) in [
            ("03", Some("03"), Some("03")),
            ("3", Some("3"), Some("3")),
            (">=03", Some("03"), None),
            (">03", Some("04"), None),
            (">09", Some("10"), None),
            (">99", Some("100"), None),
            ("<=03", None, Some("03")),
            ("<10", None, Some("09")),
            ("02..04", Some("02"), Some("04")),
            ("..04", None, Some("04")),
            ("T1..T3", Some("T1"), Some("T3")),
            (">T7", Some("T8"), None),
            ("<TA", None, Some("T9")),
            ("t2", Some("t2"), Some("t2")),
        ] {
            let expected = Test::Codes { from: from.map(str::to_owned), to: to.map(str::to_owned) };
            assert_eq!(read(Field::Level, text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_the_rest() {
        for (text, expected) in [
            (
                "gold",
                "“gold” is not valid for level, which takes a discount level or a range of levels, such as 03, >=03 or \
                 T1..T3.",
            ),
            ("04..02", "The range ends before it starts: swap its ends, “02..04”."),
            ("03..T2", "“03” and “T2” are levels of different kinds: use a range of one kind, or a list."),
            ("<00", "Nothing is beyond “00”: use >= or <= to include it."),
            (">9999", "Nothing is beyond “9999”: use >= or <= to include it."),
            (">TZ", "Nothing is beyond “TZ”: use >= or <= to include it."),
        ] {
            assert_eq!(read(Field::Level, text).unwrap_err().to_string(), expected, "{text}");
        }
    }
}
