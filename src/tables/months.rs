//! Months in titles and names of files.

use chrono::NaiveDate;

use super::dates::month_of;

/// Finds the first month in a text, such as `202601`, `2026-01`, `20260115`, `01/2026` or `January 2026`, and returns its first
/// day.
pub fn find_month(text: &str) -> Option<NaiveDate> {
    /// A title is no longer.
    const LONGEST: usize = 500;
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    let pieces = pieces(&text[..end]);
    (0..pieces.len()).find_map(|place| month_at(&pieces[place..]))
}

/// Splits a text into runs of digits, runs of letters, and single other characters.
fn pieces(text: &str) -> Vec<&str> {
    let kind = |c: char| (c.is_ascii_digit(), c.is_alphabetic());
    let (mut pieces, mut start) = (Vec::new(), 0);
    let mut last = None;
    for (at, c) in text.char_indices() {
        let goes_on = kind(c) != (false, false) && last == Some(kind(c));
        if !goes_on && at > start {
            pieces.push(&text[start..at]);
            start = at;
        }
        last = Some(kind(c));
    }
    pieces.push(&text[start..]);
    pieces
}

fn month_at(pieces: &[&str]) -> Option<NaiveDate> {
    let number = |piece: &str, digits: usize| -> Option<u32> {
        let is_number = piece.len() == digits && piece.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { piece.parse().ok() } else { None }
    };
    let year = |piece: &str| number(piece, 4).filter(|year| (2_000..2_100).contains(year));
    let month = |piece: &str| number(piece, 2).filter(|month| (1..=12).contains(month));
    let is_between = |piece: &str| matches!(piece, "-" | "/" | "." | "_" | "年");
    let first = |year: u32, month: u32| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1);
    let named = |year_at: &str, name: &str| first(year(year_at)?, month_of(name)?);
    match pieces {
        [together, ..] if matches!(together.len(), 6 | 8) && year(together.get(..4)?).is_some() => {
            let (whole, day) = (together.get(4..6)?, together.get(6..)?);
            let has_day = day.is_empty() || number(day, 2).is_some_and(|day| (1..=31).contains(&day));
            if has_day { first(year(&together[..4])?, month(whole)?) } else { None }
        }
        [a, between, b, ..] if is_between(between) && year(a).is_some() && month(b).is_some() => {
            first(year(a)?, month(b)?)
        }
        [a, between, b, ..] if is_between(between) && month(a).is_some() && year(b).is_some() => {
            first(year(b)?, month(a)?)
        }
        [name, " " | "-" | "_", at, ..] if named(at, name).is_some() => named(at, name),
        [at, " " | "-" | "_", name, ..] => named(at, name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_found_in_titles_and_names() {
        for text in [
            "202601",
            "2026-01",
            "prices_202601_EU.csv",
            "price list 20260115.xlsx",
            "Stand 01/2026",
            "Preisliste Januar 2026",
            "15.01.2026",
            "2026年01月",
            "Price list (January 2026)",
            "2026-Jan",
            "Made on 2026-01-15",
        ] {
            assert_eq!(find_month(text), NaiveDate::from_ymd_opt(2026, 1, 1), "{text}");
        }
        for text in [
            "",
            "2026",
            "1202601",
            "202613",
            "20260199",
            "Data",
            "65304966CA01A12",
            "March of the 100",
            "192.168.0.1",
        ] {
            assert_eq!(find_month(text), None, "{text}");
        }
    }
}
