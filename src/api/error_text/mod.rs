//! Errors in plain English: what happened, why, and what to do next.
//!
//! A documented code of the API or an OAuth error decides first (`codes`), then the [`ErrorKind`](super::ErrorKind)
//! (`kinds`). Keys are not named here: the screen adds those of the [`Remedy`]s.

mod codes;
mod kinds;

use std::fmt::{self, Write};

use url::Url;

use super::error::{ApiError, Service};

/// An error in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorText {
    /// The problem and its cause, with HTTP status, code and request ID if known.
    pub summary: String,
    /// The advice; empty if there is none beyond the remedies.
    pub hint: String,
    /// The parts of the program that may help.
    pub remedies: &'static [Remedy],
}

/// A part of the program that helps with an error; the screen names its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The list of profiles, where one can be corrected.
    Profiles,
    /// Another attempt.
    Retry,
    /// The request inspector.
    Inspect,
}

impl fmt::Display for ErrorText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.summary)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, " {}", self.hint) }
    }
}

/// Describes an error completely.
pub(super) fn describe(error: &ApiError) -> ErrorText {
    let mut text = without_request_id(error);
    if error.retries > 0 {
        let _ = write!(text.summary, " Tried {} times.", error.retries + 1);
    }
    if let Some(id) = error.request_id() {
        let _ = write!(text.summary, " Request ID {id}.");
    }
    text
}

/// Describes an error without its request ID and the number of attempts, for a place that shows these anyway.
pub(super) fn without_request_id(error: &ApiError) -> ErrorText {
    let wording = Wording { error };
    let (what, advice) = wording.by_code().unwrap_or_else(|| wording.by_kind());
    let mut summary = String::new();
    if let Some(status) = error.status.filter(|status| !(200..300).contains(status)) {
        let _ = write!(summary, "{status} ");
    }
    summary.push_str(&what);
    if !summary.ends_with(['.', '!', '?', '…']) {
        summary.push('.');
    }
    ErrorText { summary, hint: advice.hint, remedies: advice.remedies }
}

/// The advice for an error.
struct Advice {
    hint: String,
    remedies: &'static [Remedy],
}

impl Advice {
    fn new(hint: impl Into<String>, remedies: &'static [Remedy]) -> Self {
        Self { hint: hint.into(), remedies }
    }

    fn retry(hint: impl Into<String>) -> Self {
        Self::new(hint, &[Remedy::Retry])
    }

    fn retry_or_inspect(hint: impl Into<String>) -> Self {
        Self::new(hint, &[Remedy::Retry, Remedy::Inspect])
    }

    fn inspect(hint: impl Into<String>) -> Self {
        Self::new(hint, &[Remedy::Inspect])
    }

    /// For credentials that are wrong or missing.
    fn profiles(hint: impl Into<String>) -> Self {
        Self::new(hint, &[Remedy::Profiles, Remedy::Retry])
    }
}

/// The words for one error.
struct Wording<'a> {
    error: &'a ApiError,
}

impl Wording<'_> {
    /// Words for a 401: either the renewed token was refused too, or there is a cause because the token cannot be renewed.
    fn token_refused(&self) -> (String, Advice) {
        let code = self.error.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
        match self.error.cause.as_deref() {
            Some(cause) => (
                format!("The access token was not accepted{code}: {cause}"),
                Advice::profiles("It has most likely expired: provide a new one."),
            ),
            None => (
                format!("The access token was not accepted{code}. Signed in again, still refused"),
                Advice::profiles(format!(
                    "Check the client ID and secret{} and that they belong to this environment.",
                    self.of_profile()
                )),
            ),
        }
    }

    fn rate_limited(&self) -> (String, Advice) {
        let code = self.error.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
        let at = if self.error.service == Service::TokenService { " at the token service" } else { "" };
        match self.error.retry_after {
            Some(wait) => (
                format!("Too many requests{at}{code}: the server asks you to wait {wait} s"),
                Advice::retry("Try again after that."),
            ),
            None => (format!("Too many requests{at}{code}"), Advice::retry("Wait a moment, then try again.")),
        }
    }

    /// Returns ` of profile emea-prod` if the profile is known, otherwise nothing.
    fn of_profile(&self) -> String {
        self.error.profile.as_deref().map(|name| format!(" of profile {name}")).unwrap_or_default()
    }

    /// Returns the requested resource if it is of this kind (`reseller 1000396138`), otherwise the fallback.
    fn resource_or<'a>(&'a self, kind: &str, fallback: &'a str) -> &'a str {
        self.error.resource.as_deref().filter(|resource| resource.starts_with(kind)).unwrap_or(fallback)
    }

    /// Returns what the server said, after a colon: the details, or else the message.
    fn server_words(&self) -> String {
        let error = self.error;
        if !error.details.is_empty() {
            // One line has room for a few; the inspector shows them all.
            return format!(": {}", crate::redact::bounded(&error.details.join("; "), 300));
        }
        error.message.as_deref().map(|message| format!(": {message}")).unwrap_or_default()
    }

    fn service_name(&self) -> &'static str {
        match self.error.service {
            Service::Api => "The API",
            Service::TokenService => "The token service",
        }
    }

    fn host(&self) -> String {
        let url = self.error.exchange.as_ref().and_then(|exchange| Url::parse(&exchange.url).ok());
        let host = url.as_ref().and_then(|url| {
            let host = url.host_str()?;
            Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
        });
        match (self.error.service, host) {
            (Service::Api, Some(host)) => host,
            (Service::Api, None) => "the API".into(),
            (Service::TokenService, Some(host)) => format!("the token service {host}"),
            (Service::TokenService, None) => "the token service".into(),
        }
    }

    /// Returns the host for the start of a sentence; a host name keeps its case.
    fn capitalized_host(&self) -> String {
        let host = self.host();
        if host.starts_with("the ") { capitalize(&host) } else { host }
    }
}

/// Returns the text with a capital letter at the start.
fn capitalize(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{ErrorKind, Exchange};

    fn error(service: Service, status: u16, kind: ErrorKind, code: &str) -> ApiError {
        ApiError { status: Some(status), code: Some(code.into()), ..ApiError::new(kind, service) }
    }

    #[test]
    fn every_documented_code_has_a_summary_and_a_hint() {
        for (code, status, what) in [
            ("1115", 404, "404 No such reseller for this account (1115)."),
            ("1116", 404, "404 No such customer for this account (1116)."),
            ("1117", 400, "400 The API refused a field of the request (1117)."),
            ("1121", 400, "400 The API did not expect a field of the request (1121)."),
            ("1124", 500, "500 The API reported an internal error (1124)."),
            ("1132", 400, "400 The API cannot search for this value (1132)."),
            ("1133", 400, "400 The list is now shorter: there is nothing at this offset (1133)."),
            ("4115", 403, "403 The API key was not accepted (4115)."),
            ("4116", 401, "401 The access token was not accepted (4116). Signed in again, still refused."),
            ("4117", 403, "403 The API received no access token (4117)."),
            ("4118", 429, "429 Too many requests (4118)."),
            ("4119", 400, "400 The API received no correlation ID (4119)."),
            ("4120", 400, "400 The API reported twice that this request ID had been used before (4120)."),
            ("4121", 403, "403 This account is not allowed to do that (4121)."),
        ] {
            let error = error(Service::Api, status, ErrorKind::Internal, code);
            assert!(Wording { error: &error }.by_code().is_some(), "no words for {code}");
            let text = error.user_message();
            assert_eq!(text.summary, what);
            assert!(text.hint.ends_with('.') && !text.remedies.is_empty(), "{code}: {text:?}");
        }
    }

    #[test]
    fn every_oauth_error_has_a_summary_and_a_hint() {
        for code in [
            "invalid_client",
            "invalid_grant",
            "unauthorized_client",
            "access_denied",
            "invalid_scope",
            "invalid_request",
            "unsupported_grant_type",
            "server_error",
            "temporarily_unavailable",
            "slow_down",
        ] {
            let error = error(Service::TokenService, 400, ErrorKind::Internal, code);
            assert!(Wording { error: &error }.by_code().is_some(), "no words for {code}");
            let text = error.user_message();
            assert!(text.summary.starts_with("400 ") && text.summary.contains(code), "{}", text.summary);
            assert!(text.hint.ends_with('.') && text.remedies.contains(&Remedy::Retry), "{text:?}");
        }
    }

    #[test]
    fn every_kind_has_words_for_each_service_and_names_no_key() {
        for kind in [
            ErrorKind::Offline,
            ErrorKind::Timeout,
            ErrorKind::Tls,
            ErrorKind::Unauthorized,
            ErrorKind::Forbidden,
            ErrorKind::NotFound,
            ErrorKind::RateLimited,
            ErrorKind::BadRequest,
            ErrorKind::Server,
            ErrorKind::Unreadable,
            ErrorKind::RefusedLink,
            ErrorKind::Credentials,
            ErrorKind::Proxy,
            ErrorKind::ProxyDenied,
            ErrorKind::Setting,
            ErrorKind::Canceled,
            ErrorKind::Internal,
        ] {
            for service in [Service::Api, Service::TokenService] {
                for status in [None, Some(418)] {
                    let text = ApiError { status, ..ApiError::new(kind, service) }.user_message();
                    assert!(
                        text.summary.len() > 5 && text.summary.ends_with('.'),
                        "{kind:?}: {}",
                        text.summary
                    );
                    assert!(!text.summary.starts_with(char::is_lowercase), "{kind:?}: {}", text.summary);
                    assert!(!text.hint.is_empty() || !text.remedies.is_empty(), "{kind:?}");
                    assert!(!text.hint.contains('['), "{kind:?}: the screen names the keys: {}", text.hint);
                }
            }
        }
    }

    #[test]
    fn the_resource_the_details_and_the_request_id_are_named() {
        let exchange = Exchange {
            url: "https://partners.adobe.io/v3/resellers/1".into(),
            status: Some(404),
            server_request_id: Some("srv-1".into()),
            ..Exchange::default()
        };
        let not_found =
            error(Service::Api, 404, ErrorKind::NotFound, "1115").with_resource("reseller 1000396138");
        assert_eq!(
            not_found.with_exchange(exchange, &crate::redact::Redactor::default()).user_message().summary,
            "404 No reseller 1000396138 for this account (1115). Request ID srv-1."
        );
        let details = Box::new(["limit".to_owned(), "offset".to_owned()]);
        let fields = ApiError { details, ..error(Service::Api, 400, ErrorKind::BadRequest, "1117") };
        assert_eq!(
            fields.user_message().summary,
            "400 The API refused a field of the request (1117): limit; offset."
        );
        let wait =
            ApiError { retry_after: Some(12), ..error(Service::Api, 429, ErrorKind::RateLimited, "4118") };
        assert_eq!(
            wait.to_string(),
            "429 Too many requests (4118): the server asks you to wait 12 s. Try again after that."
        );
    }

    #[test]
    fn the_profile_is_named_if_its_credentials_are_in_question() {
        for (service, status, code, hint) in [
            (
                Service::Api,
                401,
                "4116",
                "Check the client ID and secret of profile emea and that they belong to this environment.",
            ),
            (
                Service::Api,
                403,
                "4115",
                "The client ID of profile emea may belong to the other environment. Check both.",
            ),
            (
                Service::TokenService,
                401,
                "invalid_client",
                "Check the client ID and secret of profile emea and that they belong to this environment.",
            ),
        ] {
            let text =
                error(service, status, ErrorKind::Unauthorized, code).with_profile("emea").user_message();
            assert_eq!(text.hint, hint);
            assert_eq!(text.remedies, [Remedy::Profiles, Remedy::Retry]);
        }
    }

    #[test]
    fn an_unreachable_host_is_named() {
        let exchange = Exchange { url: "https://partners.adobe.io/v3/x".into(), ..Exchange::default() };
        let offline = ApiError::new(ErrorKind::Offline, Service::Api)
            .with_cause("name not found")
            .with_exchange(exchange, &crate::redact::Redactor::default());
        assert_eq!(
            offline.user_message().summary,
            "Offline: could not reach partners.adobe.io (name not found)."
        );
    }

    #[test]
    fn internal_errors_are_sentences() {
        assert_eq!(ApiError::canceled().to_string(), "Stopped.");
        let internal = ApiError::internal("the demo did not start");
        assert_eq!(internal.to_string(), "The demo did not start.");
    }
}
