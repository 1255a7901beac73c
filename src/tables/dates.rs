//! Dates in the forms of many countries. Day and month are never guessed.

use std::str::FromStr;

use chrono::{Days, NaiveDate};

use super::{RawCell, ValueError, fold::fold_heading};

/// The order of day and month in dates of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// The day first: `30/11/2026`.
    DayFirst,
    /// The month first: `11/30/2026`.
    MonthFirst,
}

impl FromStr for DateOrder {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "dmy" => Ok(Self::DayFirst),
            "mdy" => Ok(Self::MonthFirst),
            _ => Err("write dmy for 30/11/2026 or mdy for 11/30/2026".to_owned()),
        }
    }
}

/// The rules for the dates of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct DateRules {
    /// The order of day and month, if the user or the column has decided.
    pub(super) order: Option<DateOrder>,
    /// True if some cells have the day first and others the month.
    pub(super) is_mixed: bool,
    is_1904: bool,
}

/// A date in a text, as its signs say.
enum DateText {
    Day(NaiveDate),
    /// Two numbers that are day and month in an unknown order, and the year.
    Numbers(u32, u32, i32),
    /// The same with a year of two digits, so that even the first number may be the year.
    ShortYear(u32, u32, i32),
}

impl DateRules {
    /// Looks at the cells of a column: a day after the 12th decides for the others, unless another one contradicts it.
    pub(super) fn of<'c>(
        cells: impl Iterator<Item = &'c RawCell>,
        chosen: Option<DateOrder>,
        is_1904: bool,
    ) -> Self {
        if chosen.is_some() {
            return Self { order: chosen, is_mixed: false, is_1904 };
        }
        let (mut day_first, mut month_first) = (false, false);
        for cell in cells {
            let RawCell::Text(text) = cell else { continue };
            match date_of(text) {
                Some(DateText::Numbers(first @ 13.., _, _)) if first <= 31 => day_first = true,
                Some(DateText::Numbers(_, second @ 13.., _) | DateText::ShortYear(_, second @ 13.., _))
                    if second <= 31 =>
                {
                    month_first = true;
                }
                _ => {}
            }
        }
        let order = match (day_first, month_first) {
            (true, false) => Some(DateOrder::DayFirst),
            (false, true) => Some(DateOrder::MonthFirst),
            _ => None,
        };
        Self { order, is_mixed: day_first && month_first, is_1904 }
    }

    /// Reads a date; `None` if there is none.
    pub(super) fn read(self, cell: &RawCell) -> Result<Option<NaiveDate>, ValueError> {
        let refused = || ValueError::NotADate(cell.shown().into_owned());
        let day = match cell {
            RawCell::Empty => return Ok(None),
            RawCell::Fault(fault) => return Err(ValueError::Formula(fault.to_string())),
            RawCell::Date(day) => Some(*day),
            RawCell::Number(number) => self.of_number(*number),
            RawCell::Flag(_) => None,
            RawCell::Text(text) => match date_of(text) {
                Some(DateText::Day(day)) => Some(day),
                Some(
                    date
                    @ (DateText::Numbers(first, second, year) | DateText::ShortYear(first, second, year)),
                ) => {
                    let is_certain = matches!(date, DateText::Numbers(..)) && (first == second || first > 12);
                    let (day, month) = match self.order {
                        Some(DateOrder::DayFirst) => (first, second),
                        Some(DateOrder::MonthFirst) => (second, first),
                        None if is_certain => (first, second),
                        None if second > 12 => (second, first),
                        None => return Err(ValueError::AmbiguousDate(text.to_string())),
                    };
                    NaiveDate::from_ymd_opt(year, month, day)
                }
                // A workbook that was saved as CSV with unformatted cells.
                None => {
                    text.parse().ok().filter(|_| text.len() == 5).and_then(|number| self.of_number(number))
                }
            },
        };
        day.map(Some).ok_or_else(refused)
    }

    /// Returns the day of a number: days since the epoch of workbooks, or `20261130`.
    fn of_number(self, number: f64) -> Option<NaiveDate> {
        /// From 1954 to 2119.
        const SERIALS: std::ops::Range<f64> = 20_000.0..80_000.0;
        if !number.is_finite() || number < 0.0 {
            return None;
        }
        let serial = if self.is_1904 { number + 1_462.0 } else { number };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
        if SERIALS.contains(&serial) {
            return NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(serial as u64));
        }
        compact(&number.to_string())
    }
}

fn compact(digits: &str) -> Option<NaiveDate> {
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year = digits[..4].parse().ok().filter(|year| (1_954..2_120).contains(year))?;
    NaiveDate::from_ymd_opt(year, digits[4..6].parse().ok()?, digits[6..].parse().ok()?)
}

/// The months, by the beginnings of their names in English, German, French and Spanish, folded like headings.
const MONTHS: [&[&str]; 12] = [
    &["jan", "janv", "ene", "enero", "januar", "january", "janvier", "janner"],
    &["feb", "fev", "fevr", "februar", "february", "fevrier", "febrero"],
    &["mar", "mrz", "marz", "mars", "march", "maerz", "marzo"],
    &["apr", "avr", "abr", "april", "avril", "abril"],
    &["may", "mai", "mayo"],
    &["jun", "juin", "juni", "june", "junio"],
    &["jul", "juil", "juli", "july", "juillet", "julio"],
    &["aug", "aou", "aout", "ago", "august", "agosto"],
    &["sep", "sept", "september", "septembre", "septiembre"],
    &["oct", "okt", "october", "oktober", "octobre", "octubre"],
    &["nov", "november", "novembre", "noviembre"],
    &["dec", "dez", "dic", "december", "dezember", "decembre", "diciembre"],
];

/// Returns the month of a name.
pub(super) fn month_of(name: &str) -> Option<u32> {
    let name = fold_heading(name);
    (1_u32..).zip(MONTHS).find(|(_, names)| names.contains(&name.as_str())).map(|(month, _)| month)
}

fn date_of(text: &str) -> Option<DateText> {
    let text = text.trim_matches(|c: char| c == '\'' || c == '"' || c.is_whitespace());
    if let Some(day) = compact(text) {
        return Some(DateText::Day(day));
    }
    let is_between = |c: char| {
        matches!(c, '-' | '/' | '.' | ',' | '年' | '月' | '日' | '\u{2010}'..='\u{2013}') || c.is_whitespace()
    };
    let day = without_time(text);
    let parts: Vec<&str> = day.split(is_between).filter(|part| !part.is_empty()).take(4).collect();
    let [first, second, third] = parts[..] else { return None };
    let has_full_stops = day.contains('.') && !day.contains(['/', '-']);
    let number = |part: &str| -> Option<u32> {
        let digits = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let is_plain =
            digits.len() == part.len() || matches!(&part[digits.len()..], "st" | "nd" | "rd" | "th" | "er");
        if is_plain && digits.len() <= 4 { digits.parse().ok() } else { None }
    };
    let year = |part: &str| -> Option<i32> {
        match (part.len(), part.parse::<i32>().ok()?) {
            (4, year @ 1_900..2_200) => Some(year),
            (2, year @ 0..) => Some(2_000 + year),
            _ => None,
        }
    };
    let date = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).map(DateText::Day);
    if first.len() == 4 {
        let month = number(second).or_else(|| month_of(second))?;
        return date(year(first)?, month, number(third)?);
    }
    match (number(first), number(second)) {
        (Some(day), None) => date(year(third)?, month_of(second)?, day),
        (None, Some(day)) => date(year(third)?, month_of(first)?, day),
        // Wherever dates have full stops, the day comes first.
        (Some(day), Some(month)) if has_full_stops && month <= 12 => date(year(third)?, month, day),
        (Some(first), Some(second)) if third.len() == 2 => {
            Some(DateText::ShortYear(first, second, year(third)?))
        }
        (Some(first), Some(second)) => Some(DateText::Numbers(first, second, year(third)?)),
        (None, None) => None,
    }
}

/// Returns the part of a date with a time of day before that time.
fn without_time(text: &str) -> &str {
    let at_time = text.find(':').and_then(|colon| text[..colon].rfind([' ', 'T', '\t', '\u{a0}']));
    text[..at_time.unwrap_or(text.len())].trim_end_matches([',', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(texts: &[&str]) -> Vec<Result<Option<NaiveDate>, ValueError>> {
        let cells: Vec<RawCell> = texts.iter().map(|text| RawCell::text(text)).collect();
        let rules = DateRules::of(cells.iter(), None, false);
        cells.iter().map(|cell| rules.read(cell)).collect()
    }

    #[expect(clippy::unnecessary_wraps, reason = "compared with what reading returns")]
    fn day(text: &str) -> Result<Option<NaiveDate>, ValueError> {
        Ok(text.parse().ok())
    }

    #[test]
    fn each_form_of_a_date_is_the_same_day() {
        for text in [
            "2026-11-30",
            "2026/11/30",
            "20261130",
            "30.11.2026",
            "30.11.26",
            "11/30/2026",
            "30/11/2026",
            "30-11-2026",
            "30-Nov-2026",
            "30-Nov-26",
            "30 November 2026",
            "Nov 30, 2026",
            "30. Nov. 2026",
            "30 novembre 2026",
            "30 nov 2026",
            "30 noviembre 2026",
            "2026年11月30日",
            "2026-11-30T00:00:00Z",
            "2026-11-30 23:59",
            "11/30/2026 12:00:00 AM",
            "46356",
            "November 30th, 2026",
            "'30-Nov-2026'",
        ] {
            assert_eq!(column(&[text]), [day("2026-11-30")], "{text}");
        }
        let rules = DateRules::default();
        assert_eq!(rules.read(&RawCell::Number(46_356.75)), day("2026-11-30"));
        assert_eq!(rules.read(&RawCell::Number(20_261_130.0)), day("2026-11-30"));
        let rules = DateRules { is_1904: true, ..rules };
        assert_eq!(rules.read(&RawCell::Number(44_894.0)), day("2026-11-30"));
    }

    #[test]
    fn day_and_month_are_never_guessed() {
        let ambiguous = || Err(ValueError::AmbiguousDate("05/06/2026".into()));
        assert_eq!(column(&["05/06/2026"]), [ambiguous()]);
        assert_eq!(column(&["05/06/2026", "30/11/2026"]), [day("2026-06-05"), day("2026-11-30")]);
        assert_eq!(column(&["05/06/2026", "11/30/2026"]), [day("2026-05-06"), day("2026-11-30")]);
        let mixed = column(&["05/06/2026", "11/30/2026", "30/11/2026"]);
        assert_eq!(mixed, [ambiguous(), day("2026-11-30"), day("2026-11-30")]);
        assert_eq!(column(&["06/06/2026", "05.06.2026"]), [day("2026-06-06"), day("2026-06-05")]);
        let rules = |order| DateRules { order: Some(order), ..DateRules::default() };
        let cell = RawCell::text("05/06/2026");
        assert_eq!(rules(DateOrder::DayFirst).read(&cell), day("2026-06-05"));
        assert_eq!(rules(DateOrder::MonthFirst).read(&cell), day("2026-05-06"));
        assert!(rules(DateOrder::MonthFirst).read(&RawCell::text("30/11/2026")).is_err());
        for text in ["05/06/2026 12:00 a.m.", "30/11/26", "26-11-30", "11/11/11"] {
            assert_eq!(column(&[text]), [Err(ValueError::AmbiguousDate(text.into()))], "{text}");
        }
        let short = column(&["05/06/26", "11/30/26"]);
        assert_eq!(short, [day("2026-05-06"), day("2026-11-30")], "no year is in the middle");
        assert_eq!(rules(DateOrder::DayFirst).read(&RawCell::text("30/11/26")), day("2026-11-30"));
    }

    #[test]
    fn anything_else_is_no_date() {
        for text in [
            "soon",
            "2026",
            "2026-13-01",
            "31-Feb-2026",
            "12",
            "1/2",
            "32/32/2026",
            "99999",
            "2026-11-30-1",
            "30-Foo-2026",
        ] {
            assert!(column(&[text])[0].is_err(), "{text}");
        }
        assert_eq!(column(&[""]), [Ok(None)]);
    }
}
