//! The encodings of CSV files: UTF-8 and UTF-16 with or without their mark, and Windows-1252 for anything else.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::TableError;

/// Converts the bytes of a text file, and names their encoding.
///
/// # Errors
/// If they are not text.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), TableError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, had_errors) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return if had_errors { Err(TableError::Encoding("damaged")) } else { Ok((text, encoding.name())) };
    }
    // Half of the bytes of Latin text in UTF-16 are zero.
    if let Some(encoding) = utf_16_without_mark(bytes) {
        let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
        return if had_errors { Err(TableError::Encoding("damaged")) } else { Ok((text, encoding.name())) };
    }
    if bytes.contains(&0) {
        return Err(TableError::Encoding("not text, or in an unknown encoding"));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.into(), "UTF-8"));
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok((text, "Windows-1252"))
}

/// Returns the order of the bytes if every second one of the first is zero.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let first = &bytes[..bytes.len().min(64) & !1];
    if first.len() < 4 {
        return None;
    }
    let are_zero = |offset: usize| first.iter().skip(offset).step_by(2).all(|byte| *byte == 0);
    match (are_zero(0), are_zero(1)) {
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_told_by_its_bytes() {
        let text = "Größe;Menge\r\n";
        let utf_16 = |convert: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(convert).collect::<Vec<u8>>();
        let (little, big) = (utf_16(u16::to_le_bytes), utf_16(u16::to_be_bytes));
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        for (bytes, name) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8"),
            ([b"\xff\xfe", &little[..]].concat(), "UTF-16LE"),
            ([b"\xfe\xff", &big[..]].concat(), "UTF-16BE"),
            (little, "UTF-16LE"),
            (big, "UTF-16BE"),
            (latin, "Windows-1252"),
        ] {
            assert_eq!(decode(&bytes).unwrap(), (text.into(), name));
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        for bytes in [&b"a\0b\x01\x02cdef"[..], b"\xff\xfe\x00\xd8\x00", b"\xef\xbb\xbf\xff"] {
            assert!(matches!(decode(bytes), Err(TableError::Encoding(_))), "{bytes:?}");
        }
    }
}
