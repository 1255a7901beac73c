//! The words for each kind of error.

use super::{Advice, Wording, capitalize};
use crate::api::{
    classify,
    error::{ErrorKind, Service},
};

impl Wording<'_> {
    /// Words for the kind of the error, whatever its code.
    pub(super) fn by_kind(&self) -> (String, Advice) {
        let error = self.error;
        let service = self.service_name();
        let cause = self.cause();
        // Some causes bring their own advice.
        let hint_or = |general: &str| error.message.as_deref().unwrap_or(general).to_owned();
        match error.kind {
            ErrorKind::Offline => self.offline(),
            ErrorKind::Proxy | ErrorKind::ProxyDenied => (
                format!("Offline: could not reach {} {cause}", self.host()),
                Advice::retry(hint_or("Check the proxy.")),
            ),
            ErrorKind::Setting => (
                format!("The environment variable {cause}"),
                Advice::new(hint_or("Correct it and restart vipmp."), &[]),
            ),
            ErrorKind::Timeout => self.timeout(),
            ErrorKind::Tls => (
                format!("Could not establish a secure connection to {} ({cause})", self.host()),
                Advice::retry(
                    "If your company has its own certificate authority, set SSL_CERT_FILE to its file. Check \
                     the address and the clock too.",
                ),
            ),
            ErrorKind::Unauthorized => self.unauthorized(),
            ErrorKind::Forbidden => self.forbidden(),
            ErrorKind::NotFound => self.not_found(),
            ErrorKind::RateLimited => self.rate_limited(),
            ErrorKind::BadRequest if error.status.is_none() => {
                let resource = error.resource.as_deref().unwrap_or("the request");
                (format!("{}: {cause}", capitalize(resource)), Advice::new("Check the ID.", &[]))
            }
            ErrorKind::BadRequest => (
                self.with_server_words(&format!("{service} refused the request")),
                Advice::retry_or_inspect("Inspect the request to see what was sent."),
            ),
            ErrorKind::Server => (
                self.with_server_words(&format!("{service} is unavailable")),
                Advice::retry(
                    "Try again later. If it keeps happening, give the request ID to Adobe's support.",
                ),
            ),
            ErrorKind::Unreadable => {
                let from = if error.service == Service::Api { "API" } else { "token service" };
                let cause = error.cause.as_ref().map(|cause| format!(": {cause}")).unwrap_or_default();
                (
                    self.with_server_words(&format!("The response was not what the {from} documents{cause}")),
                    Advice::retry_or_inspect("A gateway or proxy in between may have responded instead."),
                )
            }
            ErrorKind::RefusedLink => (
                format!("Not followed: {cause}"),
                Advice::inspect("Your credentials are sent only to the configured URLs."),
            ),
            ErrorKind::Credentials => (
                capitalize(cause),
                Advice::profiles(hint_or(&format!("Check where the secret{} is stored.", self.of_profile()))),
            ),
            ErrorKind::Canceled => ("Stopped".into(), Advice::retry("")),
            ErrorKind::Internal if cause == classify::TOO_MANY_FILES => (
                format!("Cannot connect to {}: {cause} on this machine", self.host()),
                Advice::retry("Raise the limit with ulimit -n 1024, then start vipmp again."),
            ),
            // The fault is often in one task only, and a retry starts another one.
            ErrorKind::Internal => (capitalize(cause), Advice::retry("")),
        }
    }

    fn offline(&self) -> (String, Advice) {
        if self.error.status.is_some() {
            return (
                format!("The response from {} was truncated ({})", self.host(), self.cause()),
                Advice::retry("A retry will most likely succeed."),
            );
        }
        let hint = self.error.message.as_deref().unwrap_or("Check the network, the VPN and the proxy.");
        (format!("Offline: could not reach {} ({})", self.host(), self.cause()), Advice::retry(hint))
    }

    fn timeout(&self) -> (String, Advice) {
        if self.error.status.is_some_and(|status| status >= 400) {
            return (
                self.with_server_words(&format!("{} timed out", self.service_name())),
                Advice::retry("It may be busy: try again later."),
            );
        }
        (
            format!("{} did not respond in time ({})", self.capitalized_host(), self.cause()),
            Advice::retry("The server may be busy or the network slow: try again later."),
        )
    }

    fn unauthorized(&self) -> (String, Advice) {
        match self.error.service {
            Service::Api => self.token_refused(),
            Service::TokenService => (
                self.with_server_words("The token service did not accept the sign-in"),
                Advice::profiles(format!("Check the client ID and secret{}.", self.of_profile())),
            ),
        }
    }

    fn forbidden(&self) -> (String, Advice) {
        match self.error.service {
            Service::Api => (
                self.with_server_words("The API does not allow this"),
                Advice::profiles("Check the API key and the permissions of the account."),
            ),
            Service::TokenService => (
                self.with_server_words("The token service does not allow this"),
                Advice::profiles(format!("Check the client ID and the token URL{}.", self.of_profile())),
            ),
        }
    }

    fn not_found(&self) -> (String, Advice) {
        match self.error.service {
            Service::Api => {
                let resource = self.error.resource.as_deref().unwrap_or("such resource");
                (
                    self.with_server_words(&format!("No {resource} found")),
                    Advice::retry("Check the ID and the API root."),
                )
            }
            Service::TokenService => (
                self.with_server_words("The token URL was not found"),
                Advice::profiles(format!(
                    "Check the token URL{} and its version (/ims/token/v2, /ims/token/v3).",
                    self.of_profile()
                )),
            ),
        }
    }

    /// Returns a text with the code and the words of the server.
    fn with_server_words(&self, text: &str) -> String {
        let code = self.error.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
        format!("{text}{code}{}", self.server_words())
    }

    fn cause(&self) -> &str {
        self.error.cause.as_deref().unwrap_or("no cause given")
    }
}
