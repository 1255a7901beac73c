//! From the encoding of an answer to UTF-8.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The byte in place of bytes that are no character. It is not valid in UTF-8, so the JSON reader notes its position.
const INVALID: u8 = 0xFF;

/// Converts the bytes to UTF-8. Undecodable characters become a byte that is not valid UTF-8.
///
/// JSON begins with two characters of ASCII, so UTF-16 and UTF-32 can be told by their zeros, with a byte order mark or
/// without. `declared` is the name of an encoding from the answer's head; what is UTF-8 is read as that all the same, since
/// chance hardly makes UTF-8 of another encoding.
pub(crate) fn to_utf8<'b>(bytes: &'b [u8], declared: Option<&str>) -> Cow<'b, [u8]> {
    match bytes {
        [0xFF, 0xFE, 0, 0, rest @ ..] | rest @ [1..=255, 0, 0, 0, 1..=255, 0, 0, 0, ..] => {
            utf_32(rest, u32::from_le_bytes)
        }
        [0, 0, 0xFE, 0xFF, rest @ ..] | rest @ [0, 0, 0, 1..=255, 0, 0, 0, 1..=255, ..] => {
            utf_32(rest, u32::from_be_bytes)
        }
        [0xFF, 0xFE, rest @ ..] | rest @ [1..=255, 0, 1..=255, 0, ..] => decoded(rest, UTF_16LE),
        [0xFE, 0xFF, rest @ ..] | rest @ [0, 1..=255, 0, 1..=255, ..] => decoded(rest, UTF_16BE),
        _ => match declared.and_then(|name| Encoding::for_label(name.as_bytes())) {
            // These would have shown above.
            Some(encoding) if encoding == UTF_8 || encoding == UTF_16LE || encoding == UTF_16BE => {
                bytes.into()
            }
            Some(encoding) if encoding.is_ascii_compatible() && is_rather_utf_8(bytes) => bytes.into(),
            Some(encoding) => decoded(bytes, encoding),
            None => bytes.into(),
        },
    }
}

/// Returns whether more of what is no ASCII is UTF-8 than is not: servers declare encodings out of habit, and one bad byte
/// must not make nonsense of all other names.
fn is_rather_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad || bad == 0
}

fn decoded(mut bytes: &[u8], encoding: &'static Encoding) -> Cow<'static, [u8]> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 2 + 16);
    loop {
        let start = out.len();
        let room =
            decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(0).clamp(16, 64 * 1024);
        out.resize(start + room, 0);
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(bytes, &mut out[start..], true);
        out.truncate(start + written);
        bytes = &bytes[read..];
        match result {
            DecoderResult::InputEmpty => return Cow::Owned(out),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => out.push(INVALID),
        }
    }
}

fn utf_32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Cow<'static, [u8]> {
    let mut out = Vec::with_capacity(bytes.len() / 2);
    let (units, rest) = bytes.as_chunks();
    for one in units {
        match char::from_u32(unit(*one)) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.push(INVALID),
        }
    }
    if !rest.is_empty() {
        out.push(INVALID);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], declared: &str) -> String {
        let bytes = to_utf8(bytes, Some(declared));
        let mut text = String::new();
        for chunk in bytes.utf8_chunks() {
            text += chunk.valid();
            text.extend(chunk.invalid().iter().map(|_| '!'));
        }
        text
    }

    #[test]
    fn the_declared_encoding_is_used_for_what_is_not_utf_8() {
        assert_eq!(text(b"\"K\xf6ln \x80\"", "iso-8859-1"), "\"Köln €\"");
        assert_eq!(text(b"\"K\xf6ln\"", " Windows-1252 "), "\"Köln\"");
        assert_eq!(text(b"\"\x83A\x83N\"", "Shift_JIS"), "\"アク\"");
        assert_eq!(text("\"Köln\"".as_bytes(), "latin1"), "\"Köln\"", "it is UTF-8 whatever it is called");
        assert_eq!(
            text(b"\"K\xc3\xb6ln, M\xc3\xb6hre \xc3\"", "latin1"),
            "\"Köln, Möhre !\"",
            "and if a byte is bad"
        );
        assert_eq!(text(b"\"K\xf6ln\"", "utf-8"), "\"K!ln\"");
        assert_eq!(text(b"\"K\xf6ln\"", "nonsense"), "\"K!ln\"");
        assert_eq!(text(b"{}", "utf-16"), "{}");
        assert_eq!(text(b"\"\x81\x20\"", "euc-jp"), "\"! \"");
    }

    #[test]
    fn a_unit_that_is_cut_off_is_noted() {
        assert_eq!(text(b"{\0}\0\0", ""), "{}!");
        assert_eq!(text(b"{\0\0\0}\0\0\0}\0", ""), "{}!");
    }

    #[test]
    fn long_text_is_decoded_whole() {
        let long = "ö".repeat(500_000);
        let bytes: Vec<u8> = long.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(to_utf8(&[b"\xff\xfe", &bytes[..]].concat(), None).as_ref(), long.as_bytes());
    }
}
