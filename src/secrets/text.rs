//! A secret as text, without what surrounds it in files, program output and on the clipboard.

use secrecy::{SecretString, zeroize::Zeroizing};

/// The reason why a text cannot be a secret. It never contains the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecretFlaw {
    /// The text is empty.
    Empty,
    /// It begins with a quotation mark.
    Quoted,
    /// It is JSON, which may well hold the secret.
    Json,
    /// It is a token with a blank in it.
    Blank,
    /// It contains a control character.
    Control,
}

impl SecretFlaw {
    /// Describes it, as the end of a sentence that begins with the secret: `is empty`.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Empty => "is empty",
            Self::Quoted => "is in quotation marks",
            Self::Json => "is JSON, not a bare value",
            Self::Blank => "contains a space",
            Self::Control => "contains a control character",
        }
    }

    /// Says what to do about it.
    pub(crate) fn todo(self) -> &'static str {
        match self {
            Self::Empty => "Check where it is stored.",
            Self::Quoted => "Remove the quotation marks.",
            Self::Json => "Provide only the value, for example with `jq -r .client_secret`.",
            Self::Blank | Self::Control => {
                "Copy it again: only the first line is used, and it must contain nothing else."
            }
        }
    }
}

/// Reads the text of a secret: its first line that is not blank, without characters that nobody sees, and, for an access
/// token, without `Bearer` before it.
pub(crate) fn read_secret(text: &str, is_token: bool) -> Result<SecretString, SecretFlaw> {
    let text = Zeroizing::new(text.chars().filter(|c| !is_unseen(*c)).collect::<String>());
    let text = text.trim_matches(is_around);
    let line = text.split(['\n', '\r']).next().unwrap_or_default().trim_matches(is_around);
    let line = if is_token { without_bearer(line) } else { line };
    if line.is_empty() {
        return Err(SecretFlaw::Empty);
    }
    if is_json(text, line) {
        return Err(SecretFlaw::Json);
    }
    if line.starts_with(is_quote) {
        return Err(SecretFlaw::Quoted);
    }
    if line.chars().any(char::is_control) {
        return Err(SecretFlaw::Control);
    }
    if is_token && line.contains(char::is_whitespace) {
        return Err(SecretFlaw::Blank);
    }
    Ok(line.into())
}

/// Decodes the output of a program: UTF-8, or UTF-16 with its mark, as some shells write it.
pub(crate) fn decode(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let utf_16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = rest.chunks(2).map(|two| Some(unit([*two.first()?, *two.get(1)?])));
        let units = Zeroizing::new(units.collect::<Option<Vec<u16>>>()?);
        String::from_utf16(&units).ok().map(Zeroizing::new)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).ok().map(|text| Zeroizing::new(text.to_owned())),
    }
}

/// Characters that leave no trace: byte order marks, zero widths, directions, soft hyphens.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}')
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}')
}

fn is_around(c: char) -> bool {
    c.is_whitespace() || c == '\0'
}

fn without_bearer(line: &str) -> &str {
    let Some((word, rest)) = line.split_once(char::is_whitespace) else {
        return if line.eq_ignore_ascii_case("bearer") { "" } else { line };
    };
    if word.eq_ignore_ascii_case("bearer") { rest.trim_matches(is_around) } else { line }
}

/// Returns whether it is an object or a list of JSON, or the first line of one.
fn is_json(text: &str, line: &str) -> bool {
    let Some(rest) = line.strip_prefix(['{', '[']) else { return false };
    rest.trim().is_empty()
        || rest.trim_start().starts_with(['"', '{', '['])
        || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn secret(text: &str) -> Result<String, SecretFlaw> {
        read_secret(text, false).map(|secret| secret.expose_secret().to_owned())
    }

    fn token(text: &str) -> Result<String, SecretFlaw> {
        read_secret(text, true).map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn the_first_line_is_the_secret() {
        for text in [
            "s3 cr3t",
            "s3 cr3t\n",
            "s3 cr3t\r\nlogin: somebody\r\nurl: https://example.com\n",
            "\n\n  s3 cr3t \t\n",
            "s3 cr3t\0\0",
            "\u{feff}s3 cr3t\n",
            "s3\u{200b} cr\u{ad}3t\u{2060}",
            "\u{a0}s3 cr3t\u{a0}\rmore",
        ] {
            assert_eq!(secret(text).as_deref(), Ok("s3 cr3t"), "{text:?}");
            assert!(!token(text).is_ok_and(|token| token.contains(' ')), "{text:?}");
        }
        for text in ["", " \n\t\r\n", "\u{feff}\u{200b}", "\0"] {
            assert_eq!(secret(text), Err(SecretFlaw::Empty), "{text:?}");
        }
    }

    #[test]
    fn bearer_before_a_token_is_taken_off() {
        for text in ["tok-1", "Bearer tok-1", "bearer\ttok-1\n", "\u{feff}BEARER   tok-1\nmore"] {
            assert_eq!(token(text).as_deref(), Ok("tok-1"), "{text:?}");
        }
        assert_eq!(token("Bearer"), Err(SecretFlaw::Empty));
        assert_eq!(token("Bearer \n"), Err(SecretFlaw::Empty));
        assert_eq!(token("Bearertok-1").as_deref(), Ok("Bearertok-1"));
        assert_eq!(secret("Bearer tok-1").as_deref(), Ok("Bearer tok-1"), "a client secret has none");
        assert_eq!(token("tok 1"), Err(SecretFlaw::Blank));
    }

    #[test]
    fn quotes_and_json_are_no_secret() {
        for text in ["\"s3cr3t\"", "'s3cr3t'", "\u{201c}s3cr3t\u{201d}", "`s3cr3t`", "\"s3cr3t", "  'x y'\n"]
        {
            assert_eq!(
                (secret(text), token(text)),
                (Err(SecretFlaw::Quoted), Err(SecretFlaw::Quoted)),
                "{text:?}"
            );
        }
        assert_eq!(token("Bearer \"tok-1\""), Err(SecretFlaw::Quoted));
        for text in [
            "{\"client_secret\": \"s3cr3t\"}",
            "{\n  \"client_secret\": \"s3cr3t\"\n}\n",
            "[\"s3cr3t\"]",
            "{}",
            "[ {\"a\": 1} ]",
            "{\"cut\": ",
            "[1]",
        ] {
            assert_eq!(
                (secret(text), token(text)),
                (Err(SecretFlaw::Json), Err(SecretFlaw::Json)),
                "{text:?}"
            );
        }
        for fine in ["{s3cr3t", "[s3cr3t]x", "s3\"cr'3t", "s3cr3t\""] {
            assert_eq!(secret(fine).as_deref(), Ok(fine));
        }
        assert_eq!(secret("s3\x1bcr3t"), Err(SecretFlaw::Control));
    }

    #[test]
    fn bytes_are_decoded_by_their_mark() {
        let text = |bytes: &[u8]| decode(bytes).map(|text| text.to_string());
        assert_eq!(text(b"s3cr3t").as_deref(), Some("s3cr3t"));
        assert_eq!(text(b"\xff\xfes\x003\x00").as_deref(), Some("s3"));
        assert_eq!(text(b"\xfe\xff\x00s\x003").as_deref(), Some("s3"));
        for garbage in [&b"\xff"[..], b"\xff\xfes", b"\xff\xfe\x00\xd8"] {
            assert_eq!(text(garbage), None, "{garbage:?}");
        }
    }
}
