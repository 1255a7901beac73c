//! Formatting of numbers.

/// Formats a number with its digits in groups of three: `1,204`.
pub fn group_digits(number: impl Into<i128>) -> String {
    let number = number.into();
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    out.extend((number < 0).then_some('-'));
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Formats a number with a noun in the singular or plural: `1 row`, `1,204 rows`.
pub fn pluralize(number: u64, one: &str, more: &str) -> String {
    format!("{} {}", group_digits(number), if number == 1 { one } else { more })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_three() {
        let formatted = [0, 12, 999, 1_204, 1_000_000, -2_147_483_648_i64].map(group_digits);
        assert_eq!(formatted, ["0", "12", "999", "1,204", "1,000,000", "-2,147,483,648"]);
    }
}
