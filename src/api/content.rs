//! The content of a response: its encoding, its character set, and a description of it if it is unreadable.

use std::{borrow::Cow, io::Read};

use flate2::bufread::GzDecoder;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};

use super::transport::{MAX_BODY_BYTES, ResponseHead, TransportError};
use crate::{model::to_utf8, text};

/// The maximum number of compression layers of a response, and of gzip members in one layer.
const MAX_LAYERS: usize = 4;
const MAX_MEMBERS: usize = 1_000;

/// The longest names of an encoding and of a media type that are shown, in bytes. Longer ones are not genuine and may
/// contain anything.
const MAX_ENCODING: usize = 12;
const MAX_TYPE: usize = 40;

/// The start of the description of a binary body.
pub(super) const BINARY: &str = "binary data ";

/// The first bytes of gzip data, with which no JSON, text or web page begins.
const GZIP: &[u8] = &[0x1F, 0x8B, 8];

/// Decompresses a body, which may have several layers of compression and one more than its headers say.
///
/// # Errors
/// If the body cannot be decoded, or would be larger than [`MAX_BODY_BYTES`].
pub(super) fn decode(head: &ResponseHead, mut body: Vec<u8>) -> Result<Vec<u8>, TransportError> {
    if body.is_empty() {
        return Ok(body);
    }
    let described = describe(head, body.len());
    let undecodable =
        |why: &str| TransportError::Undecodable(format!("it cannot be decoded: {why} ({described})"));
    let names = encodings(&head.headers);
    if let Some(unknown) = names.iter().find(|name| !matches!(name.as_str(), "gzip" | "x-gzip")) {
        let is_shown = unknown.len() <= MAX_ENCODING && unknown.bytes().all(|byte| byte.is_ascii_graphic());
        let name = if is_shown { unknown.as_str() } else { "that it names" };
        return Err(undecodable(&format!("the content encoding {name} is not supported")));
    }
    if names.len() > MAX_LAYERS {
        return Err(undecodable("it is compressed too many times"));
    }
    for layer in 0..MAX_LAYERS {
        // Some gateways compress twice, or without saying so.
        let is_named = layer < names.len();
        if !is_named && !body.starts_with(GZIP) {
            break;
        }
        body = match gunzip(&body) {
            Ok(body) => body,
            Err(GunzipError::TooLarge) => return Err(TransportError::TooLarge),
            Err(GunzipError::Damaged) if is_named => return Err(undecodable("its gzip data is damaged")),
            Err(GunzipError::Damaged) => break,
        };
    }
    Ok(body)
}

/// Returns the content encodings of a response in lower case, without those that change nothing.
fn encodings(headers: &HeaderMap) -> Vec<String> {
    let mut names = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        for name in String::from_utf8_lossy(value.as_bytes()).split(',') {
            // Some servers add quotation marks or parameters, which do not belong here.
            let name = name.split(';').next().unwrap_or_default();
            let name = name.trim_matches(|c: char| c.is_whitespace() || c == '"').to_ascii_lowercase();
            if !matches!(name.as_str(), "" | "identity" | "none") {
                names.push(name);
            }
        }
    }
    names
}

enum GunzipError {
    Damaged,
    TooLarge,
}

fn gunzip(mut bytes: &[u8]) -> Result<Vec<u8>, GunzipError> {
    let mut out = Vec::new();
    for _ in 0..MAX_MEMBERS {
        let mut member = GzDecoder::new(bytes);
        let room = MAX_BODY_BYTES.saturating_sub(out.len()) as u64;
        member.by_ref().take(room + 1).read_to_end(&mut out).map_err(|_| GunzipError::Damaged)?;
        if out.len() > MAX_BODY_BYTES {
            return Err(GunzipError::TooLarge);
        }
        bytes = member.into_inner();
        // Anything else after the data is padding.
        if !bytes.starts_with(GZIP) {
            return Ok(out);
        }
    }
    Err(GunzipError::Damaged)
}

/// Converts a body to UTF-8, judging by its first bytes or by the character set in its headers.
pub(super) fn decode_text<'b>(head: &ResponseHead, body: &'b [u8]) -> Cow<'b, [u8]> {
    to_utf8(body, charset(&head.headers).as_deref())
}

/// Converts a body to UTF-8 for display; a binary one is replaced by a description.
pub(super) fn text_for_display<'b>(head: &ResponseHead, body: &'b [u8]) -> Cow<'b, [u8]> {
    let body = decode_text(head, body);
    if is_binary(&body) {
        return Cow::Owned(format!("{BINARY}({})", describe(head, body.len())).into_bytes());
    }
    body
}

/// Returns the `charset` of the content type.
fn charset(headers: &HeaderMap) -> Option<String> {
    let value = String::from_utf8_lossy(headers.get(CONTENT_TYPE)?.as_bytes()).into_owned();
    value.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        name.trim().eq_ignore_ascii_case("charset").then(|| value.to_owned())
    })
}

/// Describes a body that is not shown: `HTTP 200, image/png, 1,234 bytes`.
fn describe(head: &ResponseHead, bytes: usize) -> String {
    let kind = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '+' | '-' | '_');
    let is_shown = !kind.is_empty() && kind.len() <= MAX_TYPE && kind.chars().all(is_name);
    let kind = if is_shown { format!("{kind}, ") } else { String::new() };
    format!("HTTP {}, {kind}{}", head.status.as_u16(), text::pluralize(bytes as u64, "byte", "bytes"))
}

/// Returns true if the bytes are not text.
pub(super) fn is_binary(utf_8: &[u8]) -> bool {
    let start = &utf_8[..utf_8.len().min(4096)];
    let mut strange = 0;
    for chunk in start.utf8_chunks() {
        let is_strange = |c: &char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}');
        strange += chunk.valid().chars().filter(is_strange).count() + chunk.invalid().len();
    }
    strange * 10 > start.len() || start.contains(&0)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};
    use reqwest::{StatusCode, header::HeaderValue};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn head(encodings: &[&'static str]) -> ResponseHead {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        for encoding in encodings {
            headers.append(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        ResponseHead { status: StatusCode::OK, headers }
    }

    fn words(fault: Result<Vec<u8>, TransportError>) -> String {
        match fault {
            Err(TransportError::Undecodable(words)) => words,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn gzip_is_known_by_all_its_names_and_by_its_first_bytes() {
        let once = gzip(b"{}");
        for names in [
            &["gzip"][..],
            &["GZIP"],
            &["x-gzip"],
            &["X-GZip "],
            &["identity, gzip"],
            &["gzip, identity"],
            &["identity", "gzip"],
            &["gzip,"],
            &["\"gzip\""],
            &["gzip;q=1.0"],
            // Compressed without saying so.
            &[],
            &["identity"],
            &[""],
        ] {
            assert_eq!(decode(&head(names), once.clone()).unwrap(), b"{}", "{names:?}");
        }
        let twice = gzip(&once);
        for names in [&["gzip, gzip"][..], &["gzip", "x-gzip"], &["gzip"], &[]] {
            assert_eq!(decode(&head(names), twice.clone()).unwrap(), b"{}", "{names:?}");
        }
        for names in [&["identity"][..], &["IDENTITY"], &["none"], &[""], &[], &[" , "]] {
            assert_eq!(decode(&head(names), b"{}".to_vec()).unwrap(), b"{}", "{names:?}");
        }
        assert_eq!(decode(&head(&["br"]), Vec::new()).unwrap(), b"", "an empty body needs no decoding");
    }

    #[test]
    fn an_unknown_encoding_is_named() {
        for name in ["br", "deflate", "zstd", "compress"] {
            assert_eq!(
                words(decode(&head(&[name]), vec![7; 1_234])),
                format!(
                    "it cannot be decoded: the content encoding {name} is not supported \
                     (HTTP 200, application/json, 1,234 bytes)"
                )
            );
        }
        assert!(
            words(decode(&head(&["gzip, BR"]), vec![7])).contains("content encoding br is not supported")
        );
        let long = words(decode(&head(&["tok-9z8y7x6w5v4u"]), vec![7]));
        assert!(long.contains("the content encoding that it names is not supported"), "{long}");
    }

    #[test]
    fn damaged_data_is_described_and_padding_after_it_ignored() {
        let mut data = gzip(b"{\"a\": 1}");
        for (damaged, why) in [
            (data[..data.len() / 2].to_vec(), "its gzip data is damaged"),
            (b"{\"a\": 1}".to_vec(), "its gzip data is damaged"),
            ([&data[..data.len() - 6], &[0; 6]].concat(), "its gzip data is damaged"),
        ] {
            assert!(words(decode(&head(&["gzip"]), damaged)).contains(why));
        }
        assert!(
            words(decode(&head(&["gzip, gzip, gzip, gzip, gzip"]), data.clone())).contains("too many times")
        );
        let joined = [data.clone(), gzip(b" ")].concat();
        assert_eq!(decode(&head(&["gzip"]), joined).unwrap(), b"{\"a\": 1} ");
        data.extend([0; 100]);
        assert_eq!(decode(&head(&["gzip"]), data).unwrap(), b"{\"a\": 1}");
        assert!(words(decode(&head(&["gzip"]), gzip(b"").repeat(MAX_MEMBERS + 1))).contains("damaged"));
    }

    #[test]
    fn no_layer_may_be_larger_than_the_limit() {
        let large = gzip(&vec![b' '; MAX_BODY_BYTES + 1]);
        let two = [gzip(&vec![b' '; MAX_BODY_BYTES]), gzip(b" ")].concat();
        for (names, body) in [
            (&["gzip"][..], large.clone()),
            (&[], large.clone()),
            (&["gzip"], gzip(&large)),
            (&["gzip, gzip"], gzip(&large)),
            (&["gzip"], two),
        ] {
            assert!(matches!(decode(&head(names), body), Err(TransportError::TooLarge)), "{names:?}");
        }
        let most = gzip(&vec![b' '; MAX_BODY_BYTES]);
        assert_eq!(decode(&head(&["gzip"]), most).unwrap().len(), MAX_BODY_BYTES);
    }

    #[test]
    fn a_character_set_is_read_in_every_notation() {
        for (sent, read) in [
            ("application/json", None),
            ("application/json; charset=iso-8859-1", Some("iso-8859-1")),
            ("text/plain;Charset=\"UTF-8\"; x=y", Some("UTF-8")),
            ("text/plain; x=y; charset = 'latin1'", Some("latin1")),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(sent));
            assert_eq!(charset(&headers).as_deref(), read, "{sent}");
        }
        assert_eq!(charset(&HeaderMap::new()), None);
    }

    #[test]
    fn binary_data_is_distinguished_from_text() {
        for text in [
            &b"{\"a\": 1}"[..],
            b"K\xf6ln is a town on the Rhine",
            "株式会社\n".as_bytes(),
            b"\x1b[31mno\x1b[0m",
            b"",
        ] {
            assert!(!is_binary(text), "{text:?}");
        }
        for bytes in [&b"\x89PNG\r\n\x1a\n\0\0"[..], b"\xff\xd8\xff\xe0", b"a\0", b"\x0b\x02\x80\x01"] {
            assert!(is_binary(bytes), "{bytes:?}");
        }
    }
}
