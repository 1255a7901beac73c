//! Times as they are stored: text in UTC, to the second, which sorts by time.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

/// Writes a time.
pub(super) fn to_text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Reads a time; `None` if there is none or the text has another form.
pub(super) fn from_text(text: Option<&str>) -> Option<DateTime<Utc>> {
    let text = text?;
    // Nearly all have the form in which they are written here, and a portfolio has hundreds of thousands.
    let own_form = || {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let [hour, minute, second] = numbers(time, b':', [2, 2, 2])?;
        Some(plain_day(date)?.and_hms_opt(hour, minute, second)?.and_utc())
    };
    own_form().or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc)))
}

/// Reads a day.
pub(super) fn day_from_text(text: Option<&str>) -> Option<NaiveDate> {
    let text = text?;
    plain_day(text).or_else(|| text.parse().ok())
}

/// Reads a day as `YYYY-MM-DD`.
fn plain_day(text: &str) -> Option<NaiveDate> {
    let [year, month, day] = numbers(text, b'-', [4, 2, 2])?;
    NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day)
}

/// Reads three numbers with these numbers of digits, and separators between them.
fn numbers(text: &str, separator: u8, digits: [usize; 3]) -> Option<[u32; 3]> {
    let mut rest = text.as_bytes();
    let mut found = [0; 3];
    for (at, (number, digits)) in found.iter_mut().zip(digits).enumerate() {
        if at > 0 {
            rest = rest.strip_prefix(&[separator])?;
        }
        let (own, behind) = rest.split_at_checked(digits)?;
        for digit in own {
            *number = *number * 10 + u32::from(digit.is_ascii_digit().then(|| digit - b'0')?);
        }
        rest = behind;
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_read_as_its_standard_says() {
        let long_way =
            |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc));
        for text in [
            "2026-11-30T23:59:59Z",
            "2024-02-29T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2026-11-30T24:00:00Z",
            "2026-11-30T23:59:60Z",
            "2026-13-01T00:00:00Z",
            "2026-11-30T23:59:59+02:00",
            "2026-11-30T23:59:59.5Z",
            "2026-11-30t23:59:59z",
            "2026-11-30 23:59:59Z",
            "2026-1-30T23:59:59Z",
            "2026-11-30T23:59Z",
            "2026-11-30T+3:59:59Z",
            "2026-11-30",
            "Z",
            "",
        ] {
            assert_eq!(from_text(Some(text)), long_way(text), "{text}");
        }
        assert_eq!(from_text(None), None);
        let written = to_text("2026-11-30T23:59:59.999+02:00".parse().unwrap());
        assert_eq!(written, "2026-11-30T21:59:59Z");
        assert_eq!(from_text(Some(&written)).map(to_text), Some(written));
    }

    #[test]
    fn every_day_is_read_as_its_standard_says() {
        for text in [
            "2026-11-30",
            "2024-02-29",
            "2023-02-29",
            "2026-11-31",
            "2026-1-3",
            "12026-01-01",
            "+2026-01-01",
            "2026-11-3x",
            "2026/11/30",
            "2026-11-30T",
            "２０２６-11-30",
            "",
        ] {
            assert_eq!(day_from_text(Some(text)), text.parse().ok(), "{text}");
        }
        assert_eq!(day_from_text(None), None);
    }
}
