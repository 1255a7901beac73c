//! Trouble in words for a user: what happened, and what to do.

use std::fmt::{self, Write};

use url::Url;

use super::error::{ApiError, ErrorKind, Service};

/// An error for the user, in two lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The event: with the HTTP status, the code and the request id, where there were any.
    pub what: String,
    /// The next step for it.
    pub todo: String,
    /// The parts of the program that help, besides.
    pub help: &'static [Help],
}

/// Something in the program that helps with an error; the screen names its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Help {
    /// Mending the profile.
    Profiles,
    /// Trying again.
    Retry,
    /// Looking at the request.
    Inspect,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        if self.todo.is_empty() { Ok(()) } else { write!(f, " {}", self.todo) }
    }
}

/// The next step, and what in the program helps.
type Advice = (String, &'static [Help]);

fn retry(text: impl Into<String>) -> Advice {
    (text.into(), &[Help::Retry])
}

fn see_or_retry(text: impl Into<String>) -> Advice {
    (text.into(), &[Help::Retry, Help::Inspect])
}

fn see(text: impl Into<String>) -> Advice {
    (text.into(), &[Help::Inspect])
}

/// For what is wrong with the credentials.
fn profiles(text: impl Into<String>) -> Advice {
    (text.into(), &[Help::Profiles, Help::Retry])
}

/// The trouble in words.
pub(super) fn tell(error: &ApiError) -> Told {
    let mut told = tell_without_id(error);
    if error.retries > 0 {
        let _ = write!(told.what, " Tried {} times.", error.retries + 1);
    }
    if let Some(id) = error.request_id() {
        let _ = write!(told.what, " Request ID {id}.");
    }
    told
}

/// The same without the request id: for a place where the id stands already.
pub(super) fn tell_without_id(error: &ApiError) -> Told {
    let words = Words { error };
    let (what, (todo, help)) = words.by_code().unwrap_or_else(|| words.by_kind());
    let mut line = String::new();
    if let Some(status) = error.status.filter(|status| !(200..300).contains(status)) {
        let _ = write!(line, "{status} ");
    }
    line.push_str(&what);
    if !line.ends_with(['.', '!', '?', '…']) {
        line.push('.');
    }
    Told { what: line, todo, help }
}

struct Words<'a> {
    error: &'a ApiError,
}

impl Words<'_> {
    /// The documented codes of the API, and the OAuth errors of the token service.
    fn by_code(&self) -> Option<(String, Advice)> {
        let code = self.error.code.as_deref()?;
        match self.error.service {
            Service::Api => self.by_api_code(code),
            Service::TokenService => self.by_oauth_error(code),
        }
    }

    fn by_api_code(&self, code: &str) -> Option<(String, Advice)> {
        let said = |text: &str| format!("{text} ({code}){}", self.server_words());
        let told = match code {
            "1115" => (
                format!("No {} for this account (1115)", self.asked_or("reseller", "such reseller")),
                profiles(format!(
                    "Check the reseller ID{}, and that it belongs to this environment.",
                    self.of_profile()
                )),
            ),
            "1116" => (
                format!("No {} for this account (1116)", self.asked_or("customer", "such customer")),
                retry("The customer may belong to another reseller or environment: check the ID."),
            ),
            "1117" => {
                (said("The API refused a field of the request"), see("Correct the values named above."))
            }
            "1121" => (
                said("The API did not expect a field of the request"),
                see("The API may have changed since this version of vipmp: check for a newer one."),
            ),
            "1124" => (
                said("The API reported an internal error"),
                retry("Try again later. If it keeps happening, give the request ID to Adobe's support."),
            ),
            "1132" => (said("The API cannot search for this value"), retry("Change the name or the filter.")),
            "1133" => (
                "The list is now shorter: there is nothing at this offset (1133)".into(),
                retry("Go back a page."),
            ),
            "4115" => (
                "The API key was not accepted (4115)".into(),
                profiles(format!(
                    "The client ID{} may belong to the other environment. Check both.",
                    self.of_profile()
                )),
            ),
            "4116" => return Some(self.token_refused()),
            "4117" => (
                "The API received no access token (4117)".into(),
                see("A proxy in between may be removing the Authorization header."),
            ),
            "4118" => return Some(self.rate_limited()),
            "4119" => (
                "The API received no correlation ID (4119)".into(),
                see("A proxy in between may be removing the X-Correlation-Id header."),
            ),
            "4120" => (
                "The API reported twice that this request ID had been used before (4120)".into(),
                retry("A proxy in between may be repeating requests."),
            ),
            "4121" => (
                said("This account is not allowed to do that"),
                retry("Ask your distributor or Adobe for access, or check which account signs in."),
            ),
            _ => return None,
        };
        Some(told)
    }

    fn by_oauth_error(&self, code: &str) -> Option<(String, Advice)> {
        let said = |text: &str| format!("{text} ({code}){}", self.server_words());
        let of_profile = self.of_profile();
        let told = match code {
            "invalid_client" => (
                said("The token service did not accept the client ID or the secret"),
                profiles(format!(
                    "Check the client ID and secret{of_profile} and that they belong to this environment."
                )),
            ),
            "invalid_grant" => (
                said("The token service did not accept the sign-in"),
                profiles(format!("Check the client ID and secret{of_profile}.")),
            ),
            "unauthorized_client" => (
                said("This client ID may not sign in this way"),
                profiles(
                    "It needs OAuth server-to-server credentials: check its project in the developer console.",
                ),
            ),
            "access_denied" => (
                said("The token service refused access"),
                profiles("Check that the client's project includes the Partner API."),
            ),
            "invalid_scope" => (
                said("The token service rejected a scope"),
                profiles("Check the scopes of the client's project."),
            ),
            "invalid_request" => (
                said("The token service could not read the sign-in"),
                profiles(format!(
                    "Check the token URL{of_profile}: it may be for another version (/ims/token/v2, /ims/token/v3)."
                )),
            ),
            "unsupported_grant_type" => (
                said("The token service does not support client credentials"),
                profiles(format!("Check the token URL{of_profile} and its version.")),
            ),
            "server_error" | "temporarily_unavailable" => {
                (said("The token service is unavailable"), retry("Wait a little."))
            }
            "slow_down" => return Some(self.rate_limited()),
            _ => return None,
        };
        Some(told)
    }

    fn by_kind(&self) -> (String, Advice) {
        let error = self.error;
        let who = self.who();
        let code = error.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
        let said = |text: &str| format!("{text}{code}{}", self.server_words());
        let cause = error.cause.as_deref().unwrap_or("no cause given");
        match (error.kind, error.service) {
            (ErrorKind::Offline, _) if error.status.is_some() => (
                format!("The response from {} was truncated ({cause})", self.host()),
                retry("A retry will most likely succeed."),
            ),
            (ErrorKind::Internal, _) if cause == super::classify::TOO_MANY_FILES => (
                format!("Cannot connect to {}: {cause} on this machine", self.host()),
                retry("Raise the limit with ulimit -n 1024, then start vipmp again."),
            ),
            (ErrorKind::Offline, _) => (
                format!("Offline: could not reach {} ({cause})", self.host()),
                retry(error.message.as_deref().unwrap_or("Check the network, the VPN and the proxy.")),
            ),
            (ErrorKind::Proxy | ErrorKind::ProxyDenied, _) => (
                format!("Offline: could not reach {} {cause}", self.host()),
                retry(error.message.as_deref().unwrap_or("Check the proxy.")),
            ),
            (ErrorKind::Setting, _) => (
                format!("The environment variable {cause}"),
                (error.message.as_deref().unwrap_or("Correct it and restart vipmp.").to_owned(), &[]),
            ),
            (ErrorKind::Timeout, _) if error.status.is_some_and(|status| status >= 400) => {
                (said(&format!("{who} timed out")), retry("It may be busy: try again later."))
            }
            (ErrorKind::Timeout, _) => (
                format!("{} did not respond in time ({cause})", self.host_first()),
                retry("It may be busy, or the network slow."),
            ),
            (ErrorKind::Tls, _) => (
                format!("Could not establish a secure connection to {} ({cause})", self.host()),
                retry(
                    "If your company has its own certificate authority, set SSL_CERT_FILE to its file. Check \
                     the address and the clock too.",
                ),
            ),
            (ErrorKind::Unauthorized, Service::Api) => self.token_refused(),
            (ErrorKind::Unauthorized, Service::TokenService) => (
                said("The token service did not accept the sign-in"),
                profiles(format!("Check the client ID and secret{}.", self.of_profile())),
            ),
            (ErrorKind::Forbidden, Service::Api) => (
                said("The API does not allow this"),
                profiles("Check the API key and the rights of the account that signs in."),
            ),
            (ErrorKind::Forbidden, Service::TokenService) => (
                said("The token service does not allow this"),
                profiles(format!("Check the client ID and the token URL{}.", self.of_profile())),
            ),
            (ErrorKind::NotFound, Service::Api) => {
                let asked = error.asked.as_deref().unwrap_or("such thing");
                (said(&format!("No {asked} in this API")), retry("Check the ID and the API root."))
            }
            (ErrorKind::NotFound, Service::TokenService) => (
                said("The token URL was not found"),
                profiles(format!(
                    "Check the token URL{} and its version (/ims/token/v2, /ims/token/v3).",
                    self.of_profile()
                )),
            ),
            (ErrorKind::RateLimited, _) => self.rate_limited(),
            (ErrorKind::BadRequest, _) if error.status.is_none() => {
                let asked = error.asked.as_deref().unwrap_or("the request");
                (format!("{}: {cause}", sentence(asked)), ("Check the ID.".into(), &[]))
            }
            (ErrorKind::BadRequest, _) => (
                said(&format!("{who} refused the request")),
                see_or_retry("Inspect the request to see what was sent."),
            ),
            (ErrorKind::Server, _) => (
                said(&format!("{who} is unavailable")),
                retry("Try again later. If it keeps happening, give the request ID to Adobe's support."),
            ),
            (ErrorKind::Unreadable, _) => {
                let from = if error.service == Service::Api { "API" } else { "token service" };
                let cause = error.cause.as_ref().map(|cause| format!(": {cause}")).unwrap_or_default();
                (
                    said(&format!("The response was not what the {from} documents{cause}")),
                    see_or_retry("A gateway or proxy in between may have responded instead."),
                )
            }
            (ErrorKind::RefusedLink, _) => (
                format!("Not followed: {cause}"),
                see("Your credentials are sent only to the configured URLs."),
            ),
            (ErrorKind::Credentials, _) => (
                sentence(cause),
                profiles(error.message.as_deref().map_or_else(
                    || format!("Check where the secret{} is stored.", self.of_profile()),
                    str::to_owned,
                )),
            ),
            (ErrorKind::Canceled, _) => ("Stopped".into(), retry("")),
            // Often a fault in one task only: the next try starts another.
            (ErrorKind::Internal, _) => (sentence(cause), retry("")),
        }
    }

    /// 401: after one renewal, or with a token that cannot be renewed (then there is a cause).
    fn token_refused(&self) -> (String, Advice) {
        let code = self.error.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
        match self.error.cause.as_deref() {
            Some(cause) => (
                format!("The access token was not accepted{code}: {cause}"),
                profiles("It has most likely expired: provide a new one."),
            ),
            None => (
                format!("The access token was not accepted{code}. Signed in again, still refused"),
                profiles(format!(
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
                retry("Try again after that."),
            ),
            None => (format!("Too many requests{at}{code}"), retry("Wait a little.")),
        }
    }

    /// ` of profile emea-prod`, where the profile is known.
    fn of_profile(&self) -> String {
        self.error.profile.as_deref().map(|name| format!(" of profile {name}")).unwrap_or_default()
    }

    /// Returns the thing asked for, where it is of this kind (`reseller 1000396138`).
    fn asked_or<'a>(&'a self, kind: &str, otherwise: &'a str) -> &'a str {
        self.error.asked.as_deref().filter(|asked| asked.starts_with(kind)).unwrap_or(otherwise)
    }

    /// The details, or the message, after a colon.
    fn server_words(&self) -> String {
        let error = self.error;
        if !error.details.is_empty() {
            // A line has room for the first ones; the inspector has them all.
            return format!(": {}", crate::redact::bounded(&error.details.join("; "), 300));
        }
        error.message.as_deref().map(|message| format!(": {message}")).unwrap_or_default()
    }

    fn who(&self) -> &'static str {
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

    /// The same at the start of a sentence; a host's name stays as it is.
    fn host_first(&self) -> String {
        let host = self.host();
        if host.starts_with("the ") { sentence(&host) } else { host }
    }
}

/// With a capital letter at the start.
fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Exchange;

    fn error(service: Service, status: u16, kind: ErrorKind, code: &str) -> ApiError {
        ApiError { status: Some(status), code: Some(code.into()), ..ApiError::new(kind, service) }
    }

    #[test]
    fn every_documented_code_tells_what_and_what_to_do() {
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
            assert!(Words { error: &error }.by_code().is_some(), "{code} has words of its own");
            let told = error.tell();
            assert_eq!(told.what, what);
            assert!(told.todo.ends_with('.') && !told.help.is_empty(), "{code}: {told:?}");
        }
    }

    #[test]
    fn every_oauth_error_tells_what_and_what_to_do() {
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
            assert!(Words { error: &error }.by_code().is_some(), "{code} has words of its own");
            let told = error.tell();
            assert!(told.what.starts_with("400 ") && told.what.contains(code), "{}", told.what);
            assert!(told.todo.ends_with('.') && told.help.contains(&Help::Retry), "{told:?}");
        }
    }

    #[test]
    fn every_kind_has_words_at_each_service_and_names_known_keys_only() {
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
                    let told = ApiError { status, ..ApiError::new(kind, service) }.tell();
                    assert!(told.what.len() > 5 && told.what.ends_with('.'), "{kind:?}: {}", told.what);
                    assert!(!told.what.starts_with(char::is_lowercase), "{kind:?}: {}", told.what);
                    assert!(!told.todo.is_empty() || !told.help.is_empty(), "{kind:?}");
                    assert!(!told.todo.contains('['), "{kind:?}: keys are the screen's: {}", told.todo);
                }
            }
        }
    }

    #[test]
    fn what_was_asked_the_details_and_the_request_id_are_told() {
        let exchange = Exchange {
            url: "https://partners.adobe.io/v3/resellers/1".into(),
            status: Some(404),
            server_request_id: Some("srv-1".into()),
            ..Exchange::default()
        };
        let not_found = error(Service::Api, 404, ErrorKind::NotFound, "1115").asking("reseller 1000396138");
        assert_eq!(
            not_found.recorded(exchange, &crate::redact::Redactor::default()).tell().what,
            "404 No reseller 1000396138 for this account (1115). Request ID srv-1."
        );
        let details = Box::new(["limit".to_owned(), "offset".to_owned()]);
        let fields = ApiError { details, ..error(Service::Api, 400, ErrorKind::BadRequest, "1117") };
        assert_eq!(fields.tell().what, "400 The API refused a field of the request (1117): limit; offset.");
        let wait =
            ApiError { retry_after: Some(12), ..error(Service::Api, 429, ErrorKind::RateLimited, "4118") };
        assert_eq!(
            wait.to_string(),
            "429 Too many requests (4118): the server asks you to wait 12 s. Try again after that."
        );
    }

    #[test]
    fn the_profile_is_named_where_its_credentials_are_in_question() {
        for (service, status, code, todo) in [
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
            let told = error(service, status, ErrorKind::Unauthorized, code).of_profile("emea").tell();
            assert_eq!(told.todo, todo);
            assert_eq!(told.help, [Help::Profiles, Help::Retry]);
        }
    }

    #[test]
    fn an_unreachable_host_is_named() {
        let exchange = Exchange { url: "https://partners.adobe.io/v3/x".into(), ..Exchange::default() };
        let offline = ApiError::new(ErrorKind::Offline, Service::Api)
            .because("name not found")
            .recorded(exchange, &crate::redact::Redactor::default());
        assert_eq!(offline.tell().what, "Offline: could not reach partners.adobe.io (name not found).");
    }

    #[test]
    fn our_own_faults_speak_plainly() {
        assert_eq!(ApiError::canceled().to_string(), "Stopped.");
        let internal = ApiError::internal("the demo did not start");
        assert_eq!(internal.to_string(), "The demo did not start.");
    }
}
