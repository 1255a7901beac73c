//! The response of the token service: a token, or an error that shows nothing of a body that may contain one.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use super::{
    super::{
        classify,
        error::{ApiError, ErrorKind, Service},
        transport::ResponseHead,
    },
    AccessToken,
};
use crate::{
    redact::{HIDDEN, Redactor, bounded},
    text::{MAX_CLEAN_CHARS, pluralize},
};

/// The assumed lifetime of a token if the service does not state one.
const DEFAULT_LIFETIME: Duration = Duration::from_hours(1);

/// The longest lifetime that is believed.
pub(super) const MAX_LIFETIME: Duration = Duration::from_hours(720);

/// The longest OAuth `error` that is shown, in characters; the registered ones have at most 25.
const MAX_CODE: usize = 64;

/// The longest `error_description` that is shown, in characters.
const MAX_DESCRIPTION: usize = 200;

/// The length from which a word in an `error_description` may be a token, in characters.
const TOKEN_LENGTH: usize = 16;

/// The relevant fields of a response. A duplicate field makes the response unreadable, since it is ambiguous.
#[derive(Deserialize)]
struct TokenResponse {
    access_token: Option<Value>,
    expires_in: Option<Value>,
    error: Option<Value>,
    error_description: Option<Value>,
}

impl TokenResponse {
    /// Reads a JSON object. A byte order mark before it and blanks or NULs after it are ignored.
    fn read(body: &[u8]) -> Option<Self> {
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        let end = body.iter().rposition(|byte| *byte != 0 && !byte.is_ascii_whitespace())?;
        serde_json::from_slice(&body[..=end]).ok()
    }

    /// Returns the token if it is valid in a header.
    fn token(&self) -> Option<&str> {
        let token = self.access_token.as_ref()?.as_str()?.trim();
        (!token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())).then_some(token)
    }

    /// Returns the lifetime from `expires_in`, which is a number of seconds or a text with one.
    fn lifetime(&self) -> Duration {
        let seconds = match &self.expires_in {
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            _ => None,
        };
        let lifetime = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        lifetime.unwrap_or(DEFAULT_LIFETIME).min(MAX_LIFETIME)
    }

    /// Returns the OAuth `error` if it looks like one: a short word.
    fn code(&self, redactor: &Redactor) -> Option<String> {
        let code = self.error.as_ref()?.as_str()?.trim();
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
        if code.is_empty() || code.len() > MAX_CODE || !code.chars().all(is_word) {
            return None;
        }
        Some(hide_long_words(&redactor.sanitize(code, MAX_CODE)))
    }

    /// Returns the `error_description` without secrets and without words that may be a token.
    fn description(&self, redactor: &Redactor) -> Option<String> {
        let text = self.error_description.as_ref()?.as_str()?.trim();
        // Cut last, since a part of a token may be too short to look like one.
        let shown = bounded(&hide_long_words(&redactor.sanitize(text, MAX_CLEAN_CHARS)), MAX_DESCRIPTION);
        (!shown.is_empty()).then_some(shown)
    }

    /// Returns true if the service reports an error of any shape.
    fn has_error(&self) -> bool {
        match &self.error {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(_) => true,
        }
    }
}

/// Hides long words with digits or capital letters, which may be tokens but occur in no language.
fn hide_long_words(text: &str) -> String {
    let looks_like_token = |word: &str| {
        word.chars().count() >= TOKEN_LENGTH
            && word.chars().any(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
    };
    let hide = |word: &str| {
        if looks_like_token(word) { HIDDEN.to_owned() } else { word.to_owned() }
    };
    text.split(' ').map(hide).collect::<Vec<_>>().join(" ")
}

/// Returns the token in a body, if it can be read, so that it can be masked in the rest of the response.
pub(super) fn find_token(body: &[u8]) -> Option<SecretString> {
    let fields = TokenResponse::read(body)?;
    Some(fields.access_token?.as_str()?.trim().into())
}

/// Reads a response of the token service, and returns the token and its lifetime.
///
/// # Errors
/// If the response contains no token. The error never contains the body, since one that is truncated or in an unknown
/// format may still hold a token.
pub(super) fn read(
    head: &ResponseHead,
    body: &[u8],
    redactor: &Redactor,
) -> Result<(AccessToken, Duration), ApiError> {
    let fields = TokenResponse::read(body);
    let refused = fields.as_ref().is_some_and(TokenResponse::has_error);
    if head.status.is_success() && !refused {
        return match fields.as_ref().and_then(|fields| Some((fields.token()?, fields.lifetime()))) {
            Some((token, lifetime)) => Ok((AccessToken::new(token.into()), lifetime)),
            None => Err(unreadable(head, body, fields.is_some(), redactor)),
        };
    }
    let code = fields.as_ref().and_then(|fields| fields.code(redactor));
    let message = match &fields {
        Some(fields) => fields.description(redactor),
        None if body.is_empty() => None,
        None => Some(format!(
            "the response ({}) is not shown because it may contain a token",
            describe(head, body, redactor)
        )),
    };
    Err(classify::refused_sign_in(head, code, message))
}

/// Creates the error for a successful response without a token.
fn unreadable(head: &ResponseHead, body: &[u8], is_json: bool, redactor: &Redactor) -> ApiError {
    let status = head.status.as_u16();
    let cause = if body.is_empty() {
        format!("HTTP {status} with an empty body")
    } else {
        let lack = if is_json { "no usable access_token in it" } else { "no readable JSON object" };
        format!("HTTP {status} with {}, {lack}", describe(head, body, redactor))
    };
    ApiError::new(ErrorKind::Unreadable, Service::TokenService).with_cause(&cause)
}

/// Describes a body without showing it: `text/html, 1,234 bytes`.
fn describe(head: &ResponseHead, body: &[u8], redactor: &Redactor) -> String {
    let kind = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    // Without parameters, which may contain anything.
    let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim).filter(|kind| is_media_type(kind));
    let kind = kind.map_or("no content type".to_owned(), |kind| redactor.sanitize(kind, MAX_CODE));
    format!("{kind}, {}", pluralize(body.len() as u64, "byte", "bytes"))
}

fn is_media_type(kind: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
    kind.len() <= MAX_CODE
        && kind.split_once('/').is_some_and(|(of, name)| {
            !of.is_empty() && !name.is_empty() && of.chars().chain(name.chars()).all(is_name)
        })
}

#[cfg(test)]
mod tests {
    use reqwest::{StatusCode, header::HeaderMap};

    use super::*;

    /// A token that was never issued.
    const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJlLW9mLW5vYm9keQ";

    fn answer(status: u16, kind: &'static str, body: &[u8]) -> Result<(AccessToken, Duration), ApiError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        let head = ResponseHead { status: StatusCode::from_u16(status).unwrap(), headers };
        read(
            &head,
            body,
            &Redactor::new([&"s3cr3t-of-test".into()]).with_secrets(find_token(body).as_slice()),
        )
    }

    fn json(body: &str) -> Result<(AccessToken, Duration), ApiError> {
        answer(200, "application/json", body.as_bytes())
    }

    /// Returns true if a text contains a piece of the token of six characters or more.
    fn holds_piece(text: &str) -> bool {
        let pieces: Vec<&[u8]> = TOKEN.as_bytes().windows(6).collect();
        text.as_bytes().windows(6).any(|six| pieces.contains(&six))
    }

    #[test]
    fn reads_the_life_of_a_token_with_tolerance() {
        let lifetime = |rest: &str| json(&format!(r#"{{"access_token": "t"{rest}}}"#)).unwrap().1;
        assert_eq!(lifetime(r#", "expires_in": 86399"#), Duration::from_secs(86399));
        assert_eq!(lifetime(r#", "expires_in": "3600""#), Duration::from_hours(1));
        assert_eq!(lifetime(r#", "expires_in": 1e300"#), DEFAULT_LIFETIME);
        assert_eq!(lifetime(r#", "expires_in": -1"#), DEFAULT_LIFETIME);
        assert_eq!(lifetime(r#", "expires_in": 99999999999"#), MAX_LIFETIME);
        assert_eq!(lifetime(""), DEFAULT_LIFETIME);
        for nothing in ["{}", r#"{"access_token": ""}"#, r#"{"access_token": 7}"#, "[]", ""] {
            assert_eq!(json(nothing).unwrap_err().kind, ErrorKind::Unreadable, "{nothing}");
        }
    }

    #[test]
    fn a_byte_order_mark_before_and_blanks_or_nuls_after_the_json_are_ignored() {
        for body in [
            format!("\u{feff}{{\"access_token\": \"{TOKEN}\"}}"),
            format!("{{\"access_token\": \" {TOKEN} \"}} \r\n\t"),
            format!("\u{feff}\n{{\"access_token\": \"{TOKEN}\", \"error\": null}}\0\n\0"),
        ] {
            assert_eq!(json(&body).unwrap().0.expose(), TOKEN, "{body:?}");
        }
    }

    #[test]
    fn an_ambiguous_token_is_refused() {
        for body in [
            format!(r#"{{"access_token": "other", "access_token": "{TOKEN}"}}"#),
            format!(r#"{{"access_token": "{TOKEN}"}} {{"access_token": "{TOKEN}"}}"#),
            format!(r#"{{"access_token": "{TOKEN}\n{TOKEN}"}}"#),
            format!(r#"{{"access_token": "{TOKEN}"}}x"#),
        ] {
            let error = json(&body).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Unreadable, "{body}");
            assert!(!holds_piece(&format!("{error} {error:?}")), "{error:?}");
        }
    }

    #[test]
    fn no_error_contains_a_piece_of_a_body_whatever_its_format_and_status() {
        let whole = format!(r#"{{"access_token": "{TOKEN}", "expires_in": 3600}}"#);
        let utf_16 = whole.encode_utf16().flat_map(u16::to_le_bytes);
        let bodies: [Vec<u8>; 9] = [
            whole.as_bytes()[..whole.len() - 20].to_vec(),
            format!("{whole}\"").into(),
            format!("access_token={TOKEN}&token_type=bearer").into(),
            format!("<!doctype html><title>{TOKEN}</title>").into(),
            format!("\"{TOKEN}\"").into(),
            TOKEN.into(),
            [0xff, 0xfe].into_iter().chain(utf_16).collect(),
            [b"\x1f\x8b\x08".as_slice(), TOKEN.as_bytes()].concat(),
            format!(r#"{{"token": "{TOKEN}", "error": {{"message": "{TOKEN}"}}, "message": "{TOKEN}"}}"#)
                .into(),
        ];
        for body in bodies {
            for status in [200, 201, 204, 400, 401, 403, 404, 429, 500, 503] {
                for kind in ["application/json", "text/html; charset=utf-8", "?"] {
                    let error = answer(status, kind, &body).unwrap_err();
                    let printed = format!("{error} {error:?}");
                    assert!(!holds_piece(&printed), "{status} {kind}: {printed}");
                }
            }
        }
    }

    #[test]
    fn the_type_and_size_of_a_response_are_described() {
        let error = answer(200, "text/html; charset=utf-8", b"<html>Welcome</html>").unwrap_err();
        assert_eq!(
            error.user_message().summary,
            "The response was not what the token service documents: HTTP 200 with text/html, 20 bytes, no readable JSON \
             object."
        );
        let error = answer(200, "application/json", b"{\"token\": 1}").unwrap_err();
        assert!(
            error
                .user_message()
                .summary
                .ends_with("application/json, 12 bytes, no usable access_token in it."),
            "{error}"
        );
        let error = answer(200, "?", b"").unwrap_err();
        assert!(error.user_message().summary.ends_with("HTTP 200 with an empty body."), "{error}");
        let error = answer(502, "?", b"x").unwrap_err();
        assert_eq!(
            error.user_message().summary,
            "502 The token service is unavailable: the response (no content type, 1 byte) is not shown because it may \
             contain a token."
        );
        assert_eq!(
            answer(503, "text/html", b"").unwrap_err().user_message().summary,
            "503 The token service is unavailable."
        );
    }

    #[test]
    fn an_oauth_error_is_a_refusal_whatever_the_status() {
        for status in [200, 202, 400, 401] {
            for body in [
                r#"{"error": "invalid_client", "error_description": "no s3cr3t-of-test here"}"#,
                r#"{"error": "invalid_client", "error_description": "no s3cr3t-of-test here", "access_token": "t"}"#,
            ] {
                let error = answer(status, "application/json", body.as_bytes()).unwrap_err();
                assert_eq!(error.kind, ErrorKind::Unauthorized, "{status}");
                let words = "did not accept the client ID or the secret (invalid_client): no •••• here.";
                assert!(error.user_message().summary.ends_with(words), "{error}");
            }
        }
        for odd in [
            r#"{"error": "odd_thing"}"#,
            r#"{"error": {"code": 7}}"#,
            r#"{"error": "<b>"}"#,
            r#"{"error": true}"#,
        ] {
            assert_eq!(json(odd).unwrap_err().kind, ErrorKind::Unauthorized, "{odd}");
        }
        for none in [r#"{"error": null, "access_token": "t"}"#, r#"{"error": "", "access_token": "t"}"#] {
            assert!(json(none).is_ok(), "{none}");
        }
    }

    #[test]
    fn a_description_is_short_and_holds_no_token() {
        let text = format!("cannot store {TOKEN} for you {}", "very ".repeat(100));
        let body = serde_json::json!({"error": "server_error", "error_description": text}).to_string();
        let error = answer(400, "application/json", body.as_bytes()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Server);
        let message = error.message.unwrap();
        assert!(
            message.starts_with("cannot store •••• for you very ") && message.ends_with('…'),
            "{message}"
        );
        assert!(message.chars().count() <= MAX_DESCRIPTION + 1);
    }
}
