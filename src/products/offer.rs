//! The form of an offer ID.

use std::borrow::Cow;

/// Characters of the base product.
const BASE: usize = 10;

/// Characters of the base product and the discount level.
const WITH_LEVEL: usize = 12;

/// More is no offer ID.
const LONGEST: usize = 32;

/// Returns the first ten characters of an offer ID, which distinguish products, in upper case; `None` for anything else.
///
/// Ten characters of base product, which are eight digits and two letters or digits, then nothing or two of discount level
/// (`01` to `14`, `T1`, `TA` to `TG`) and the rest, such as `65304479CA` `01` `A12`.
pub fn base_of(offer_id: &str) -> Option<Cow<'_, str>> {
    let bytes = offer_id.as_bytes();
    let is_word = bytes.iter().all(u8::is_ascii_alphanumeric);
    let has_form = is_word
        && (bytes.len() == BASE || (WITH_LEVEL..=LONGEST).contains(&bytes.len()))
        && bytes[..8].iter().all(u8::is_ascii_digit);
    // In a longer one, the level follows; a number of that length is no offer ID.
    let has_level = match bytes.get(BASE..WITH_LEVEL) {
        None => true,
        Some([b'T' | b't', second]) => second.is_ascii_alphanumeric(),
        Some(level) => level.iter().all(u8::is_ascii_digit),
    };
    let has_letter = bytes.iter().any(u8::is_ascii_alphabetic);
    let base = offer_id.get(..BASE).filter(|_| has_form && has_level && has_letter)?;
    let is_upper = !base.bytes().any(|byte| byte.is_ascii_lowercase());
    Some(if is_upper { Cow::Borrowed(base) } else { Cow::Owned(base.to_ascii_uppercase()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_distinguishes_products_in_either_case() {
        for id in [
            "65304479CA01A12",
            "65304479CA",
            "65304479CATAA12",
            "65304479CA14B12",
            "65304479CA01",
            "65304479ca01a12",
            "65304479cAtaa12",
        ] {
            assert_eq!(base_of(id).as_deref(), Some("65304479CA"), "{id}");
        }
        for id in [
            "",
            "65304479",
            "65304479CA0",
            "6530447XCA01A12",
            "1000098849",
            "FREIGHT",
            "65304479CAXXA12",
            "65304479CA01 12",
        ] {
            assert_eq!(base_of(id), None, "{id}");
        }
        assert_eq!(base_of(&"6".repeat(1_000)), None);
        assert_eq!(base_of("6530447é"), None);
    }
}
