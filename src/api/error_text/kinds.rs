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
        let who = self.who();
        let code = error.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
        let said = |text: &str| format!("{text}{code}{}", self.server_words());
        let cause = error.cause.as_deref().unwrap_or("no cause given");
        match (error.kind, error.service) {
            (ErrorKind::Offline, _) if error.status.is_some() => (
                format!("The response from {} was truncated ({cause})", self.host()),
                Advice::retry("A retry will most likely succeed."),
            ),
            (ErrorKind::Internal, _) if cause == classify::TOO_MANY_FILES => (
                format!("Cannot connect to {}: {cause} on this machine", self.host()),
                Advice::retry("Raise the limit with ulimit -n 1024, then start vipmp again."),
            ),
            (ErrorKind::Offline, _) => (
                format!("Offline: could not reach {} ({cause})", self.host()),
                Advice::retry(
                    error.message.as_deref().unwrap_or("Check the network, the VPN and the proxy."),
                ),
            ),
            (ErrorKind::Proxy | ErrorKind::ProxyDenied, _) => (
                format!("Offline: could not reach {} {cause}", self.host()),
                Advice::retry(error.message.as_deref().unwrap_or("Check the proxy.")),
            ),
            (ErrorKind::Setting, _) => (
                format!("The environment variable {cause}"),
                Advice::new(error.message.as_deref().unwrap_or("Correct it and restart vipmp."), &[]),
            ),
            (ErrorKind::Timeout, _) if error.status.is_some_and(|status| status >= 400) => {
                (said(&format!("{who} timed out")), Advice::retry("It may be busy: try again later."))
            }
            (ErrorKind::Timeout, _) => (
                format!("{} did not respond in time ({cause})", self.host_first()),
                Advice::retry("The server may be busy or the network slow: try again later."),
            ),
            (ErrorKind::Tls, _) => (
                format!("Could not establish a secure connection to {} ({cause})", self.host()),
                Advice::retry(
                    "If your company has its own certificate authority, set SSL_CERT_FILE to its file. Check \
                     the address and the clock too.",
                ),
            ),
            (ErrorKind::Unauthorized, Service::Api) => self.token_refused(),
            (ErrorKind::Unauthorized, Service::TokenService) => (
                said("The token service did not accept the sign-in"),
                Advice::profiles(format!("Check the client ID and secret{}.", self.of_profile())),
            ),
            (ErrorKind::Forbidden, Service::Api) => (
                said("The API does not allow this"),
                Advice::profiles("Check the API key and the permissions of the account."),
            ),
            (ErrorKind::Forbidden, Service::TokenService) => (
                said("The token service does not allow this"),
                Advice::profiles(format!("Check the client ID and the token URL{}.", self.of_profile())),
            ),
            (ErrorKind::NotFound, Service::Api) => {
                let resource = error.resource.as_deref().unwrap_or("the resource");
                (said(&format!("Not found: {resource}")), Advice::retry("Check the ID and the API root."))
            }
            (ErrorKind::NotFound, Service::TokenService) => (
                said("The token URL was not found"),
                Advice::profiles(format!(
                    "Check the token URL{} and its version (/ims/token/v2, /ims/token/v3).",
                    self.of_profile()
                )),
            ),
            (ErrorKind::RateLimited, _) => self.rate_limited(),
            (ErrorKind::BadRequest, _) if error.status.is_none() => {
                let resource = error.resource.as_deref().unwrap_or("the request");
                (format!("{}: {cause}", capitalize(resource)), Advice::new("Check the ID.", &[]))
            }
            (ErrorKind::BadRequest, _) => (
                said(&format!("{who} refused the request")),
                Advice::retry_or_inspect("Inspect the request to see what was sent."),
            ),
            (ErrorKind::Server, _) => (
                said(&format!("{who} is unavailable")),
                Advice::retry(
                    "Try again later. If it keeps happening, give the request ID to Adobe's support.",
                ),
            ),
            (ErrorKind::Unreadable, _) => {
                let from = if error.service == Service::Api { "API" } else { "token service" };
                let cause = error.cause.as_ref().map(|cause| format!(": {cause}")).unwrap_or_default();
                (
                    said(&format!("The response was not what the {from} documents{cause}")),
                    Advice::retry_or_inspect("A gateway or proxy in between may have responded instead."),
                )
            }
            (ErrorKind::RefusedLink, _) => (
                format!("Not followed: {cause}"),
                Advice::inspect("Your credentials are sent only to the configured URLs."),
            ),
            (ErrorKind::Credentials, _) => (
                capitalize(cause),
                Advice::profiles(error.message.as_deref().map_or_else(
                    || format!("Check where the secret{} is stored.", self.of_profile()),
                    str::to_owned,
                )),
            ),
            (ErrorKind::Canceled, _) => ("Stopped".into(), Advice::retry("")),
            // The fault is often in one task only, and a retry starts another one.
            (ErrorKind::Internal, _) => (capitalize(cause), Advice::retry("")),
        }
    }
}
