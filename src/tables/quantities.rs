//! Whole numbers, with or without separators between thousands.
//!
//! `1.000` is a thousand or one, depending on who wrote it. The other rows of its column decide; if they do not, it is an error.
//! `1.173` is no such case, since a quantity is whole.

use super::{RawCell, ValueError};

/// The greatest number that a cell of a workbook holds exactly.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

/// The habits of a column, as far as its cells show them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct QuantityRules {
    /// A number below 1,000 without a separator: the column has no fixed decimals.
    small: bool,
    /// A number from 1,000 on without a separator: the column does not separate thousands.
    large: bool,
    /// The separator of thousands, if a cell leaves no doubt.
    thousands: Option<char>,
}

/// A number in a text, as its signs say.
enum NumberText {
    /// Digits only.
    Plain(i64),
    /// Digits with separators that leave no doubt, and what separates thousands.
    Separated(i64, char),
    /// Digits, a separator, and zeros that are no group of three: `12.00`.
    Decimal(i64),
    /// Digits, one full stop or comma, and three zeros: a whole number either way.
    Either { thousands: i64, fraction: i64, separator: char },
}

impl QuantityRules {
    /// Looks at the cells of a column.
    pub(super) fn of<'c>(cells: impl Iterator<Item = &'c RawCell>) -> Self {
        let mut rules = Self::default();
        for cell in cells {
            let RawCell::Text(text) = cell else { continue };
            match number_of(text) {
                Some(NumberText::Plain(number)) if number.unsigned_abs() < 1_000 => rules.small = true,
                Some(NumberText::Plain(_)) => rules.large = true,
                Some(NumberText::Separated(_, separator)) => rules.thousands = Some(separator),
                _ => {}
            }
        }
        rules
    }

    /// Reads a quantity; `None` if there is none.
    pub(super) fn read(self, cell: &RawCell) -> Result<Option<i64>, ValueError> {
        let refused = || ValueError::NotANumber(cell.shown().into_owned());
        let text = match cell {
            RawCell::Empty => return Ok(None),
            RawCell::Fault(fault) => return Err(ValueError::Formula(fault.to_string())),
            RawCell::Number(number) if number.fract() == 0.0 && number.abs() <= MOST_EXACT => {
                #[expect(clippy::cast_possible_truncation, reason = "it is whole and in the range")]
                return Ok(Some(*number as i64));
            }
            RawCell::Text(text) => text,
            _ => return Err(refused()),
        };
        match number_of(text).ok_or_else(refused)? {
            NumberText::Plain(number) | NumberText::Separated(number, _) | NumberText::Decimal(number) => {
                Ok(Some(number))
            }
            NumberText::Either { thousands, fraction, separator } => {
                if self.thousands == Some(separator)
                    || (self.small && !self.large && self.thousands.is_none())
                {
                    Ok(Some(thousands))
                } else if self.large && !self.small {
                    Ok(Some(fraction))
                } else {
                    Err(ValueError::AmbiguousNumber(text.to_string()))
                }
            }
        }
    }
}

fn number_of(text: &str) -> Option<NumberText> {
    let text = text.trim_start_matches('\'').trim();
    let (is_negative, digits) = match (text.strip_prefix(['-', '\u{2212}']), text.strip_suffix('-')) {
        (Some(digits), _) | (None, Some(digits)) => (true, digits),
        _ => match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        },
    };
    let number = |digits: &str| {
        let number: i64 = digits.parse().ok()?;
        Some(if is_negative { -number } else { number })
    };
    let is_separator = |c: char| matches!(c, '.' | ',' | '\'' | '’' | '\u{66c}') || c.is_whitespace();
    if !digits.chars().all(|c| c.is_ascii_digit() || is_separator(c))
        || !digits.starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let separators: Vec<char> = digits.chars().filter(|c| is_separator(*c)).collect();
    let groups: Vec<&str> = digits.split(is_separator).collect();
    let (Some(first), Some(last)) = (separators.first(), separators.last()) else {
        return number(digits).map(NumberText::Plain);
    };
    let are_thousands = |groups: &[&str]| {
        groups[0].len() <= 3
            && !groups[0].starts_with('0')
            && groups[1..].iter().all(|group| group.len() == 3)
    };
    let is_zero = |group: &str| group.bytes().all(|byte| byte == b'0');
    let (whole, fraction) = (&groups[..groups.len() - 1], groups[groups.len() - 1]);
    let is_mark = matches!(last, '.' | ',');
    if separators.iter().all(|separator| separator == first) && are_thousands(&groups) {
        let thousands = number(&groups.concat())?;
        // Were it a fraction, it would be no whole number.
        if separators.len() > 1 || !is_mark || !is_zero(fraction) {
            return Some(NumberText::Separated(thousands, *first));
        }
        return Some(NumberText::Either { thousands, fraction: number(groups[0])?, separator: *first });
    }
    // The last separator is the decimal mark, and there is nothing but zeros behind it.
    if !is_mark || !is_zero(fraction) || fraction.is_empty() {
        return None;
    }
    match separators[..separators.len() - 1] {
        [] => number(whole[0]).map(NumberText::Decimal),
        [thousands, ref more @ ..]
            if thousands != *last && more.iter().all(|other| *other == thousands) && are_thousands(whole) =>
        {
            number(&whole.concat()).map(|number| NumberText::Separated(number, thousands))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a column.
    fn column(texts: &[&str]) -> Vec<Option<i64>> {
        let cells: Vec<RawCell> = texts.iter().map(|text| RawCell::text(text)).collect();
        let rules = QuantityRules::of(cells.iter());
        cells.iter().map(|cell| rules.read(cell).ok().flatten()).collect()
    }

    #[test]
    fn separators_of_thousands_are_left_out() {
        let numbers = column(&[
            "1,173,000",
            "1.173.000",
            "1 173",
            "1'173",
            "1\u{202f}173",
            "1,173.00",
            "1.173,00",
            "12,00",
            "-5",
        ]);
        let expected = [1_173_000, 1_173_000, 1_173, 1_173, 1_173, 1_173, 1_173, 12, -5];
        assert_eq!(numbers, expected.map(Some));
        assert_eq!(column(&["(5)", "5-", "+5", "\u{2212}5", "0.00"]), [-5, -5, 5, -5, 0].map(Some));
    }

    #[test]
    fn a_column_decides_on_three_digits_behind_a_separator() {
        assert_eq!(column(&["1.000", "12"]), [Some(1_000), Some(12)]);
        assert_eq!(column(&["1.000", "12.000.000"]), [Some(1_000), Some(12_000_000)]);
        assert_eq!(column(&["5.000", "1173"]), [Some(5), Some(1_173)]);
        assert_eq!(column(&["1.000", "1.173"]), [Some(1_000), Some(1_173)]);
        assert_eq!(column(&["5.000", "12.000"]), [None, None], "nothing decides");
        assert_eq!(
            column(&["5.000", "12", "1173"]),
            [None, Some(12), Some(1_173)],
            "they contradict each other"
        );
    }

    #[test]
    fn anything_else_is_no_whole_number() {
        for text in ["1.5", "twelve", "1,5,3", "1..0", "", "-", "99999999999999999999", "1.2e3", ".5", "12."]
        {
            assert_eq!(column(&[text]), [None], "{text}");
        }
        assert_eq!(QuantityRules::default().read(&RawCell::Number(12.0)), Ok(Some(12)));
        assert!(QuantityRules::default().read(&RawCell::Number(12.5)).is_err());
    }
}
