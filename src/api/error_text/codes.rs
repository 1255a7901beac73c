//! The words for documented codes.

use super::{Advice, Wording};
use crate::api::error::Service;

impl Wording<'_> {
    /// Words for a documented code of the API or an OAuth error of the token service.
    pub(super) fn by_code(&self) -> Option<(String, Advice)> {
        let code = self.error.code.as_deref()?;
        match self.error.service {
            Service::Api => self.by_api_code(code),
            Service::TokenService => self.by_oauth_error(code),
        }
    }

    fn by_api_code(&self, code: &str) -> Option<(String, Advice)> {
        let said = |text: &str| format!("{text} ({code}){}", self.server_words());
        let words = match code {
            "1115" => (
                format!("No {} for this account (1115)", self.resource_or("reseller", "such reseller")),
                Advice::profiles(format!(
                    "Check the reseller ID{}, and that it belongs to this environment.",
                    self.of_profile()
                )),
            ),
            "1116" => (
                format!("No {} for this account (1116)", self.resource_or("customer", "such customer")),
                Advice::retry("The customer may belong to another reseller or environment: check the ID."),
            ),
            "1117" => (
                said("The API refused a field of the request"),
                Advice::inspect("Correct the values named above."),
            ),
            "1121" => (
                said("The API did not expect a field of the request"),
                Advice::inspect(
                    "The API may have changed since this version of vipmp: check for a newer one.",
                ),
            ),
            "1124" => (
                said("The API reported an internal error"),
                Advice::retry(
                    "Try again later. If it keeps happening, give the request ID to Adobe's support.",
                ),
            ),
            "1132" => (
                said("The API cannot search for this value"),
                Advice::retry("Change the name or the filter."),
            ),
            "1133" => (
                "The list is now shorter: there is nothing at this offset (1133)".into(),
                Advice::retry("Go back a page."),
            ),
            "4115" => (
                "The API key was not accepted (4115)".into(),
                Advice::profiles(format!(
                    "The client ID{} may belong to the other environment. Check both.",
                    self.of_profile()
                )),
            ),
            "4116" => return Some(self.token_refused()),
            "4117" => (
                "The API received no access token (4117)".into(),
                Advice::inspect("A proxy in between may be removing the Authorization header."),
            ),
            "4118" => return Some(self.rate_limited()),
            "4119" => (
                "The API received no correlation ID (4119)".into(),
                Advice::inspect("A proxy in between may be removing the X-Correlation-Id header."),
            ),
            "4120" => (
                "The API reported twice that this request ID had been used before (4120)".into(),
                Advice::retry("A proxy in between may be repeating requests."),
            ),
            "4121" => (
                said("This account is not allowed to do that"),
                Advice::retry("Ask your distributor or Adobe for access, or check which account signs in."),
            ),
            _ => return None,
        };
        Some(words)
    }

    fn by_oauth_error(&self, code: &str) -> Option<(String, Advice)> {
        let said = |text: &str| format!("{text} ({code}){}", self.server_words());
        let of_profile = self.of_profile();
        let words = match code {
            "invalid_client" => (
                said("The token service did not accept the client ID or the secret"),
                Advice::profiles(format!(
                    "Check the client ID and secret{of_profile} and that they belong to this environment."
                )),
            ),
            "invalid_grant" => (
                said("The token service did not accept the sign-in"),
                Advice::profiles(format!("Check the client ID and secret{of_profile}.")),
            ),
            "unauthorized_client" => (
                said("This client ID may not sign in this way"),
                Advice::profiles(
                    "It needs OAuth server-to-server credentials: check its project in the developer console.",
                ),
            ),
            "access_denied" => (
                said("The token service refused access"),
                Advice::profiles("Check that the client's project includes the Partner API."),
            ),
            "invalid_scope" => (
                said("The token service rejected a scope"),
                Advice::profiles("Check the scopes of the client's project."),
            ),
            "invalid_request" => (
                said("The token service could not read the sign-in"),
                Advice::profiles(format!(
                    "Check the token URL{of_profile}: it may be for another version (/ims/token/v2, /ims/token/v3)."
                )),
            ),
            "unsupported_grant_type" => (
                said("The token service does not support client credentials"),
                Advice::profiles(format!("Check the token URL{of_profile} and its version.")),
            ),
            "server_error" | "temporarily_unavailable" => {
                (said("The token service is unavailable"), Advice::retry("Wait a moment, then try again."))
            }
            "slow_down" => return Some(self.rate_limited()),
            _ => return None,
        };
        Some(words)
    }
}
