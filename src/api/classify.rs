//! The classification of network failures and error responses as [`ApiError`]s.

use std::{error::Error as StdError, io, time::Duration};

use chrono::{DateTime, Utc};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use super::{
    content,
    error::{ApiError, ErrorKind, Service},
    error_body::ErrorBody,
    proxy::Route,
    proxy_error,
    transport::{ResponseHead, Timeouts, TransportError},
};
use crate::{
    files,
    redact::{Redactor, bounded},
};

/// The cause if this machine cannot open another connection.
pub(super) const TOO_MANY_FILES: &str = "too many files are open";

/// Classifies a request without a complete response.
pub(super) fn transport_error(
    service: Service,
    error: &TransportError,
    limits: Timeouts,
    route: &Route,
) -> ApiError {
    let error = match error {
        TransportError::TooLarge => {
            return ApiError::new(ErrorKind::Unreadable, service).with_cause("it is larger than 16 MiB");
        }
        TransportError::Undecodable(words) => {
            return ApiError::new(ErrorKind::Unreadable, service).with_cause(words);
        }
        TransportError::Http(error) => error,
    };
    // Checked before the proxy, which has nothing to do with it.
    if is_exhausted(error) {
        return ApiError::new(ErrorKind::Internal, service).with_cause(TOO_MANY_FILES);
    }
    if let Route::Through(proxy) = route
        && error.is_connect()
        && let Some(error) = proxy_error::classify(service, error, limits, proxy)
    {
        return error;
    }
    let (kind, cause) = if error.is_timeout() && error.is_connect() {
        (ErrorKind::Timeout, format!("no connection within {}", format_duration(limits.connect)))
    } else if error.is_timeout() {
        (ErrorKind::Timeout, format!("no complete response within {}", format_duration(limits.request)))
    } else if error.is_builder() {
        (ErrorKind::Internal, describe_cause(error))
    } else if error.is_connect() && is_tls(error) {
        (ErrorKind::Tls, describe_cause(error))
    } else if !error.is_connect() && is_garbled(error) {
        (ErrorKind::Unreadable, format!("it cannot be decoded, {}", describe_cause(error)))
    } else {
        (ErrorKind::Offline, describe_cause(error))
    };
    ApiError::new(kind, service).with_cause(&cause)
}

/// Classifies a response of the API with an error status.
pub(super) fn error_response(head: &ResponseHead, body: &[u8], redactor: &Redactor) -> ApiError {
    let status = head.status.as_u16();
    let body = ErrorBody::read(&content::text_for_display(head, body), redactor);
    let kind = body.code.as_deref().and_then(kind_of_api_code);
    ApiError {
        status: Some(status),
        retry_after: retry_after(&head.headers, Utc::now()),
        code: body.code.map(Into::into),
        message: body.message.map(Into::into),
        details: body.details.into(),
        ..ApiError::new(kind.unwrap_or_else(|| kind_of_status(status)), Service::Api)
    }
}

/// Classifies a response of the token service that refuses a sign-in, with its OAuth `error` and description, if any.
///
/// An `error` in a response of status 200 is a refusal too.
pub(super) fn refused_sign_in(
    head: &ResponseHead,
    code: Option<String>,
    message: Option<String>,
) -> ApiError {
    let status = head.status.as_u16();
    let kind = match code.as_deref().map(kind_of_oauth_error) {
        Some(Some(kind)) => kind,
        Some(None) if status == 400 => ErrorKind::Unauthorized,
        _ if head.status.is_success() => ErrorKind::Unauthorized,
        _ => kind_of_status(status),
    };
    ApiError {
        status: Some(status),
        retry_after: retry_after(&head.headers, Utc::now()),
        code: code.map(Into::into),
        message: message.map(Into::into),
        ..ApiError::new(kind, Service::TokenService)
    }
}

/// Returns the kind of a documented code, which a gateway may send with another status.
fn kind_of_api_code(code: &str) -> Option<ErrorKind> {
    let kind = match code {
        "1115" | "1116" | "2115" | "3115" => ErrorKind::NotFound,
        "1117" | "1121" | "1132" | "1133" | "4119" | "4120" => ErrorKind::BadRequest,
        "1124" => ErrorKind::Server,
        "4115" | "4117" | "4121" => ErrorKind::Forbidden,
        "4116" => ErrorKind::Unauthorized,
        "4118" => ErrorKind::RateLimited,
        _ => return None,
    };
    Some(kind)
}

fn kind_of_oauth_error(code: &str) -> Option<ErrorKind> {
    let kind = match code {
        "invalid_client" | "invalid_grant" | "unauthorized_client" | "access_denied" => {
            ErrorKind::Unauthorized
        }
        "server_error" | "temporarily_unavailable" => ErrorKind::Server,
        "slow_down" => ErrorKind::RateLimited,
        _ => return None,
    };
    Some(kind)
}

fn kind_of_status(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        408 => ErrorKind::Timeout,
        429 => ErrorKind::RateLimited,
        400..=499 => ErrorKind::BadRequest,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::Unreadable,
    }
}

/// Returns `Retry-After` in seconds, whether it was sent in seconds or as a date.
///
/// A date is compared with the `Date` of the response, since the server's clock may differ from ours, or else with
/// `now`.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<u32> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        return Some(text.parse().unwrap_or(u32::MAX));
    }
    let at = DateTime::parse_from_rfc2822(text).ok()?;
    let sent = headers.get(DATE).and_then(|date| DateTime::parse_from_rfc2822(date.to_str().ok()?).ok());
    let from = sent.map_or(now, |sent| sent.to_utc());
    u32::try_from((at.to_utc() - from).num_seconds().max(0)).ok()
}

/// Iterates over the causes of an error of the HTTP library, whose own text ("error sending request") says nothing.
pub(super) fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&cause| {
        // The `source` of an I/O error skips the error that it wraps.
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        }
    })
}

fn is_exhausted(error: &reqwest::Error) -> bool {
    causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).any(files::is_exhausted)
}

fn io_kinds(error: &reqwest::Error) -> impl Iterator<Item = io::ErrorKind> {
    causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind)
}

/// Returns true if the response has invalid chunks or is not HTTP at all, for which the library has only a text.
fn is_garbled(error: &reqwest::Error) -> bool {
    io_kinds(error).any(|kind| matches!(kind, io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput))
        || causes(error).any(|cause| cause.to_string().starts_with("invalid HTTP"))
}

/// Returns true if the TLS handshake failed.
///
/// Its errors are I/O errors of "invalid data"; if the connection closes during the handshake, there is only a text.
pub(super) fn is_tls(error: &reqwest::Error) -> bool {
    io_kinds(error).any(|kind| kind == io::ErrorKind::InvalidData)
        || causes(error).any(|cause| cause.to_string().contains("tls handshake"))
}

/// Describes the cause of an error in a few words.
pub(super) fn describe_cause(error: &reqwest::Error) -> String {
    if error.is_dns() {
        return "name not found".into();
    }
    let known = io_kinds(error).find_map(|kind| {
        Some(match kind {
            io::ErrorKind::ConnectionRefused => "connection refused",
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => "connection reset",
            io::ErrorKind::ConnectionAborted => "connection aborted",
            io::ErrorKind::NetworkUnreachable => "network unreachable",
            io::ErrorKind::HostUnreachable => "host unreachable",
            io::ErrorKind::UnexpectedEof => "connection closed mid-response",
            _ => return None,
        })
    });
    match known {
        Some(known) => known.into(),
        // The last cause is the most specific: "invalid peer certificate: UnknownIssuer".
        None => causes(error)
            .last()
            .map_or_else(|| "no cause given".into(), |last| bounded(&last.to_string(), 200)),
    }
}

/// Formats a time limit: `30 s`, `250 ms`.
pub(super) fn format_duration(limit: Duration) -> String {
    if limit.subsec_nanos() == 0 {
        format!("{} s", limit.as_secs())
    } else {
        format!("{} ms", limit.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use reqwest::{StatusCode, header::HeaderValue};

    use super::*;

    fn head(status: u16) -> ResponseHead {
        ResponseHead { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new() }
    }

    fn classified(status: u16, body: &str) -> ApiError {
        error_response(&head(status), body.as_bytes(), &Redactor::default())
    }

    #[test]
    fn every_status_has_its_kind() {
        for (status, kind) in [
            (400, ErrorKind::BadRequest),
            (401, ErrorKind::Unauthorized),
            (403, ErrorKind::Forbidden),
            (404, ErrorKind::NotFound),
            (408, ErrorKind::Timeout),
            (409, ErrorKind::BadRequest),
            (429, ErrorKind::RateLimited),
            (500, ErrorKind::Server),
            (502, ErrorKind::Server),
            (504, ErrorKind::Server),
            (304, ErrorKind::Unreadable),
        ] {
            let error = classified(status, "");
            assert_eq!((error.kind, error.status, error.code), (kind, Some(status), None), "{status}");
        }
    }

    #[test]
    fn a_documented_code_says_more_than_the_status() {
        for (status, code, kind) in [
            (400, "1115", ErrorKind::NotFound),
            (400, "4118", ErrorKind::RateLimited),
            (400, "4116", ErrorKind::Unauthorized),
            (403, "9999", ErrorKind::Forbidden),
        ] {
            let error = classified(status, &format!(r#"{{"code": {code}}}"#));
            assert_eq!((error.kind, error.code.as_deref()), (kind, Some(code)), "{status} {code}");
        }
        let refused = r#"{"error": "invalid_client"}"#;
        assert_eq!(classified(400, refused).kind, ErrorKind::BadRequest);
    }

    #[test]
    fn an_oauth_error_says_more_than_the_status() {
        for (status, code, kind) in [
            (400, Some("invalid_client"), ErrorKind::Unauthorized),
            (400, Some("invalid_scope"), ErrorKind::Unauthorized),
            (400, None, ErrorKind::BadRequest),
            (200, Some("temporarily_unavailable"), ErrorKind::Server),
            (200, Some("whatever"), ErrorKind::Unauthorized),
            (200, None, ErrorKind::Unauthorized),
            (403, Some("whatever"), ErrorKind::Forbidden),
            (503, Some("whatever"), ErrorKind::Server),
        ] {
            let error = refused_sign_in(&head(status), code.map(str::to_owned), None);
            assert_eq!((error.kind, error.service), (kind, Service::TokenService), "{status} {code:?}");
        }
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        let now = DateTime::parse_from_rfc3339("2026-01-05T10:00:00Z").unwrap().to_utc();
        let read = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
            retry_after(&headers, now)
        };
        assert_eq!(read("12"), Some(12));
        assert_eq!(read("99999999999"), Some(u32::MAX));
        assert_eq!(read("Mon, 05 Jan 2026 10:00:30 GMT"), Some(30));
        assert_eq!(read("Mon, 05 Jan 2026 09:00:00 GMT"), Some(0));
        for nothing in ["", "soon", "-5", "1.5"] {
            assert_eq!(read(nothing), None, "{nothing:?}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("Mon, 05 Jan 2026 11:00:30 GMT"));
        headers.insert(DATE, HeaderValue::from_static("Mon, 05 Jan 2026 11:00:00 GMT"));
        assert_eq!(retry_after(&headers, now), Some(30), "the server's clock is an hour ahead of ours");
    }

    #[test]
    fn a_limit_is_formatted_in_its_unit() {
        assert_eq!(format_duration(Duration::from_secs(30)), "30 s");
        assert_eq!(format_duration(Duration::from_millis(250)), "250 ms");
    }
}
