//! Lengths of time on the command line: `90s`, `30m`, `1h`.

use std::time::Duration;

/// Reads a length of time such as `90s`, `30m`, `1h` or `1d`.
///
/// # Errors
/// A message with the forms that are understood.
pub(super) fn read_duration(text: &str) -> Result<Duration, String> {
    let forms = "write a number and a unit, such as 90s, 30m, 1h or 1d";
    let (number, unit) = text.split_at(text.len() - text.chars().last().map_or(0, char::len_utf8));
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(forms.to_owned()),
    };
    let number: u32 = number.parse().map_err(|_| forms.to_owned())?;
    Ok(Duration::from_secs(seconds * u64::from(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit_are_a_length_of_time() {
        for (text, seconds) in [("90s", 90), ("30m", 1_800), ("1h", 3_600), ("2d", 172_800), ("0s", 0)] {
            assert_eq!(read_duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "h", "1", "-1h", "1.5h", "1 h", "1ü", "99999999999h", "1w"] {
            assert!(read_duration(text).is_err(), "{text}");
        }
    }
}
