//! The headers of requests, in the documented order and with those that a link may add, and of responses.

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{error::Service, token::AccessToken};
use crate::redact::{HIDDEN, Redactor};

/// The `User-Agent` of this program.
pub(super) const AGENT: &str = concat!("vipmp/", env!("CARGO_PKG_VERSION"));

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The maximum number of headers that a link may add, and the maximum length of a value. What is beyond is dropped.
const MAX_LINK_HEADERS: usize = 16;
const MAX_LINK_VALUE: usize = 1024;

/// The maximum number of response headers that the inspector keeps, and the maximum length of a value.
const MAX_SHOWN: usize = 64;
const MAX_SHOWN_VALUE: usize = 500;

/// The headers that a link must not set: those for identity, routing and the connection, and those by which some
/// servers override the method or the path.
const FORBIDDEN_IN_LINK: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "date",
    "expect",
    "forwarded",
    "from",
    "host",
    "http2-settings",
    "if-match",
    "keep-alive",
    "origin",
    "range",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-correlation-id",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-url",
    "x-request-id",
    "x-rewrite-url",
];

/// Parts of header names that suggest credentials.
const CREDENTIAL_LIKE: &[&str] =
    &["auth", "cookie", "token", "secret", "key", "passw", "credential", "session", "signature", "jwt"];

/// The headers of the token service whose values the inspector may show.
const HARMLESS: &[&str] = &[
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "retry-after",
    "server",
    "strict-transport-security",
    "transfer-encoding",
    "vary",
    "x-request-id",
];

/// The headers of one request, in the order in which they are sent.
#[derive(Debug, Clone, Default)]
pub(super) struct RequestHeaders(Vec<(HeaderName, HeaderValue)>);

/// The IDs of one request.
#[derive(Debug, Clone)]
pub(super) struct RequestIds {
    /// The `X-Request-Id`, a new one for each attempt.
    pub(super) request: String,
    /// The `X-Correlation-Id`, a new one for each call and after each response; the token request has none.
    pub(super) correlation: Option<String>,
}

/// Creates an ID: a random UUID (v4).
pub(super) fn new_id() -> String {
    Uuid::new_v4().to_string()
}

impl RequestHeaders {
    /// Returns the headers of a GET, or `None` if the token or the key contains characters that are invalid in a header.
    pub(super) fn for_get(
        ids: &RequestIds,
        token: &AccessToken,
        api_key: &SecretString,
        link: &[(HeaderName, HeaderValue)],
    ) -> Option<Self> {
        let mut all = ids.as_headers();
        all.extend([
            (ACCEPT, JSON),
            (CONTENT_TYPE, JSON),
            (AUTHORIZATION, sensitive_value(&format!("Bearer {}", token.expose()))?),
            (X_API_KEY, sensitive_value(api_key.expose_secret())?),
            (USER_AGENT, HeaderValue::from_static(AGENT)),
        ]);
        for (name, value) in link {
            // A link may ask for another media type; the header keeps its place in the order.
            match all.iter_mut().find(|(known, _)| known == name) {
                Some((_, old)) => *old = value.clone(),
                None => all.push((name.clone(), value.clone())),
            }
        }
        Some(Self(all))
    }

    /// Returns the headers of the token request.
    pub(super) fn for_token_request(ids: &RequestIds) -> Self {
        let mut all = ids.as_headers();
        all.extend([
            (ACCEPT, JSON),
            (CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded")),
            (USER_AGENT, HeaderValue::from_static(AGENT)),
        ]);
        Self(all)
    }

    /// Returns the headers of a GET without credentials, which only tests whether the server responds.
    pub(super) fn without_credentials(ids: &RequestIds) -> Self {
        let mut all = ids.as_headers();
        all.extend([(ACCEPT, JSON), (USER_AGENT, HeaderValue::from_static(AGENT))]);
        Self(all)
    }

    /// Converts the headers for the HTTP library.
    pub(super) fn to_map(&self) -> HeaderMap {
        self.0.iter().cloned().collect()
    }

    /// Returns the headers for the inspector.
    ///
    /// Those of a link came from a server, which may have put secrets into them, so all are redacted.
    pub(super) fn for_inspector(&self, redactor: &Redactor) -> Vec<(String, String)> {
        let one = |(name, value): &(HeaderName, HeaderValue)| {
            (redactor.sanitize(name.as_str(), MAX_SHOWN_VALUE), display_value(redactor, value))
        };
        self.0.iter().map(one).collect()
    }
}

impl RequestIds {
    fn as_headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        // A UUID is always a valid value.
        let value = |id: &String| HeaderValue::from_str(id).ok();
        let request = value(&self.request).map(|id| (X_REQUEST_ID, id));
        let correlation = self.correlation.as_ref().and_then(value).map(|id| (X_CORRELATION_ID, id));
        request.into_iter().chain(correlation).collect()
    }
}

fn sensitive_value(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Returns the headers of a link that may be sent. Forbidden and invalid ones are dropped.
pub(super) fn from_link(headers: &[(String, String)]) -> Vec<(HeaderName, HeaderValue)> {
    let mut all: Vec<(HeaderName, HeaderValue)> = Vec::new();
    for (name, value) in headers {
        let Ok(name) = HeaderName::from_bytes(name.trim().as_bytes()) else { continue };
        let Ok(value) = HeaderValue::from_str(value.trim()) else { continue };
        let fits = all.len() < MAX_LINK_HEADERS && value.len() <= MAX_LINK_VALUE;
        let known = all.iter().any(|(earlier, _)| *earlier == name);
        if fits && !known && is_allowed_in_link(name.as_str()) {
            all.push((name, value));
        }
    }
    all
}

/// Returns true if a link may set the header of this name, which is in lower case.
fn is_allowed_in_link(name: &str) -> bool {
    !FORBIDDEN_IN_LINK.contains(&name)
        && !["proxy-", "sec-", "x-forwarded"].iter().any(|prefix| name.starts_with(prefix))
        && !CREDENTIAL_LIKE.iter().any(|part| name.contains(part))
}

/// Returns the response headers for the inspector.
///
/// For the token service, only values that cannot contain a token are shown, since a new token is not known as a secret
/// yet.
pub(super) fn response_for_inspector(
    service: Service,
    headers: &HeaderMap,
    redactor: &Redactor,
) -> Vec<(String, String)> {
    let one = |(name, value): (&HeaderName, &HeaderValue)| {
        let hidden = name.as_str().contains("cookie")
            || service == Service::TokenService && !HARMLESS.contains(&name.as_str());
        let value = if hidden { HIDDEN.to_owned() } else { display_value(redactor, value) };
        (redactor.sanitize(name.as_str(), MAX_SHOWN_VALUE), value)
    };
    headers.iter().take(MAX_SHOWN).map(one).collect()
}

fn display_value(redactor: &Redactor, value: &HeaderValue) -> String {
    if value.is_sensitive() {
        return HIDDEN.to_owned();
    }
    redactor.sanitize(&String::from_utf8_lossy(value.as_bytes()), MAX_SHOWN_VALUE)
}

/// Returns the request ID that the server sent, cleaned and shortened.
pub(super) fn server_request_id(headers: &HeaderMap, redactor: &Redactor) -> Option<String> {
    let value = headers.get(X_REQUEST_ID)?;
    Some(redactor.sanitize(&String::from_utf8_lossy(value.as_bytes()), 100))
        .filter(|id| !id.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(headers: &[(&str, &str)]) -> Vec<String> {
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        from_link(&headers)
            .into_iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect()
    }

    #[test]
    fn a_link_may_add_plain_headers() {
        let headers =
            [("X-Market", " DE "), ("Accept-Language", "de"), ("X-Market", "twice"), ("Accept", "text/x")];
        assert_eq!(kept(&headers), ["x-market: DE", "accept-language: de", "accept: text/x"]);
    }

    #[test]
    fn a_link_never_sets_identity_or_connection_headers() {
        for name in [
            "Authorization",
            "AUTHORIZATION",
            "X-Api-Key",
            "x-api-KEY",
            "Host",
            "Cookie",
            "Cookie2",
            "Set-Cookie",
            "X-Request-Id",
            "X-Correlation-Id",
            "Connection",
            "Keep-Alive",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade",
            "Proxy-Authorization",
            "Proxy-Connection",
            "Content-Length",
            "Expect",
            "X-Auth-Token",
            "X-Access-Token",
            "X-Gw-Ims-Jwt",
            "X-Client-Secret",
            "ApiKey",
            "X-HTTP-Method-Override",
            "X-Original-URL",
            "X-Rewrite-Url",
            "X-Forwarded-Host",
            "Accept-Encoding",
            "User-Agent",
            "Sec-Fetch-Mode",
        ] {
            assert_eq!(kept(&[(name, "x")]), [""; 0], "{name}");
        }
    }

    #[test]
    fn invalid_headers_are_dropped() {
        for (name, value) in [
            ("", "x"),
            ("a b", "x"),
            ("a:", "x"),
            ("x\r\ny", "x"),
            ("ä", "x"),
            ("x-a", "a\r\nHost: b"),
            ("x-a", "\0"),
        ] {
            assert_eq!(kept(&[(name, value)]), [""; 0], "{name:?}: {value:?}");
        }
        assert_eq!(kept(&[("x-a", &"v".repeat(MAX_LINK_VALUE + 1))]), [""; 0]);
        let names: Vec<String> = (0..100).map(|n| format!("x-{n}")).collect();
        let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "v")).collect();
        assert_eq!(kept(&many).len(), MAX_LINK_HEADERS);
    }

    #[test]
    fn credentials_and_cookies_are_never_shown() {
        let ids = RequestIds { request: new_id(), correlation: Some(new_id()) };
        let token = AccessToken::new("tok-123456".into());
        let link = from_link(&[
            ("Accept".into(), "application/x".into()),
            ("X-A".into(), "1".into()),
            ("X-Echo".into(), "Bearer tok-123456".into()),
            ("X-key-123456".into(), "2".into()),
            ("X-tok-123456".into(), "3".into()),
        ]);
        let headers = RequestHeaders::for_get(&ids, &token, &"key-123456".into(), &link).unwrap();
        let redactor = Redactor::new([token.secret(), &"key-123456".into()]);
        let shown_headers = headers.for_inspector(&redactor);
        let names: Vec<&str> = shown_headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "x-request-id",
                "x-correlation-id",
                "accept",
                "content-type",
                "authorization",
                "x-api-key",
                "user-agent",
                "x-a",
                "x-echo",
                "x-••••"
            ]
        );
        assert_eq!(shown_headers[8].1, "Bearer ••••");
        assert_eq!(shown_headers[2].1, "application/x");
        let ours = RequestHeaders::for_get(&ids, &token, &"key-123456".into(), &[]).unwrap();
        let printed = format!("{shown_headers:?} {ours:?} {:?}", ours.to_map());
        assert!(!printed.contains("123456"), "{printed}");
        let mut answer = HeaderMap::new();
        answer.insert("set-cookie", HeaderValue::from_static("sid=abcdef"));
        answer.insert("x-note", HeaderValue::from_bytes(b"a\xffb key-123456").unwrap());
        let shown_answer = response_for_inspector(Service::Api, &answer, &redactor);
        assert_eq!(shown_answer[0].1, HIDDEN);
        assert_eq!(shown_answer[1].1, "a\u{fffd}b ••••");
    }

    #[test]
    fn a_token_that_is_invalid_in_a_header_is_refused() {
        let ids = RequestIds { request: new_id(), correlation: None };
        let token = AccessToken::new("two\nlines".into());
        assert!(RequestHeaders::for_get(&ids, &token, &"key".into(), &[]).is_none());
    }
}
