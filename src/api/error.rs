//! Errors as data, for the screen, the commands and the tests. [`ErrorText`] puts them in words.

use super::{
    ErrorText, exchange::Exchange, link::LinkRefused, proxy::ProxySettingsError, trust::TrustSettingsError,
};
use crate::redact::{Redactor, bounded};

/// The longest server message that is kept, in characters.
pub(super) const MAX_MESSAGE: usize = 500;

/// The longest name of a requested resource that is kept, in characters.
pub(super) const MAX_RESOURCE: usize = 100;

/// The kind of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The server could not be reached, or the connection broke.
    Offline,
    /// There was no response in time.
    Timeout,
    /// The TLS handshake failed, for example because of the certificate.
    Tls,
    /// The access token, or the client ID and secret, were not accepted.
    Unauthorized,
    /// The API key or the account's permissions do not allow the request.
    Forbidden,
    /// The resource does not exist for this account.
    NotFound,
    /// Too many requests were sent.
    RateLimited,
    /// The server rejected the request as invalid.
    BadRequest,
    /// The server reported an internal failure.
    Server,
    /// The response is not what the API documents.
    Unreadable,
    /// A link or redirect leads outside the API root, so credentials must not follow it.
    RefusedLink,
    /// The secret or token could not be read from where it is stored.
    Credentials,
    /// The proxy could not be reached, or failed.
    Proxy,
    /// The proxy requires other credentials, or blocks the address.
    ProxyDenied,
    /// An environment variable for the network has an invalid value.
    Setting,
    /// The user stopped the request.
    Canceled,
    /// The program itself failed.
    Internal,
}

/// The server that a request was sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// The Partner API.
    Api,
    /// The token service (IMS).
    TokenService,
}

/// The failure of a call.
///
/// All texts are cleaned, bounded and free of secrets.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.user_message())]
pub struct ApiError {
    /// The kind of the error.
    pub kind: ErrorKind,
    /// The server that the request was sent to.
    pub service: Service,
    /// The HTTP status, if there was a response.
    pub status: Option<u16>,
    /// The delay that the server asked for, in seconds.
    pub retry_after: Option<u32>,
    /// The number of retries before the call was given up.
    pub retries: u8,
    /// The API's code (`1117`), or the OAuth error (`invalid_client`).
    pub code: Option<Box<str>>,
    /// The server's message; for errors without a response, the advice of this program.
    pub message: Option<Box<str>>,
    /// The API's `additionalDetails`, such as the names of invalid fields.
    pub details: Box<[String]>,
    /// The cause in a few words of this program: `name not found`.
    pub cause: Option<Box<str>>,
    /// The requested resource: `customer 1006500792`.
    pub resource: Option<Box<str>>,
    /// The profile whose credentials were used.
    pub profile: Option<Box<str>>,
    /// The last request and its response, if one was sent.
    pub exchange: Option<Box<Exchange>>,
}

/// The API's codes for a key that is not accepted and for a missing token.
const KEY_OR_TOKEN: [&str; 2] = ["4115", "4117"];

impl ApiError {
    /// Returns true if no answer came: the API is out of reach, or did not answer in time.
    pub fn is_unanswered(&self) -> bool {
        matches!(self.kind, ErrorKind::Offline | ErrorKind::Timeout) && self.status.is_none()
    }

    /// Returns true if requests for other resources of the account would fail in the same way, so that a series of them
    /// can end here.
    pub fn is_account_wide(&self) -> bool {
        match self.kind {
            ErrorKind::NotFound
            | ErrorKind::RefusedLink
            | ErrorKind::Unreadable
            | ErrorKind::BadRequest
            | ErrorKind::Server => false,
            ErrorKind::Forbidden => self.code.as_deref().is_some_and(|code| KEY_OR_TOKEN.contains(&code)),
            _ => true,
        }
    }

    pub(super) fn new(kind: ErrorKind, service: Service) -> Self {
        Self {
            kind,
            service,
            status: None,
            retry_after: None,
            retries: 0,
            code: None,
            message: None,
            details: Box::default(),
            cause: None,
            resource: None,
            profile: None,
            exchange: None,
        }
    }

    /// Creates the error of a call that the user stopped.
    pub fn canceled() -> Self {
        Self::new(ErrorKind::Canceled, Service::Api)
    }

    /// Creates the error of a failure in this program; `cause` says which, in a few words.
    pub fn internal(cause: &str) -> Self {
        Self::new(ErrorKind::Internal, Service::Api).with_cause(cause)
    }

    /// Creates the error of a response that cannot be used; `cause` says why, in a few words.
    pub fn unreadable(cause: &str) -> Self {
        Self::new(ErrorKind::Unreadable, Service::Api).with_cause(cause)
    }

    /// Creates the error of a secret or token that could not be read. Both texts are whole sentences.
    pub fn credentials(cause: &str, hint: &str) -> Self {
        Self::new(ErrorKind::Credentials, Service::TokenService).with_cause(cause).with_hint(hint)
    }

    /// Replaces the general advice for this kind of error.
    #[must_use]
    pub(super) fn with_hint(mut self, hint: &str) -> Self {
        self.message = Some(bounded(hint, MAX_MESSAGE).into());
        self
    }

    /// Describes the error in plain English: what happened, and what to do next.
    pub fn user_message(&self) -> ErrorText {
        super::error_text::describe(self)
    }

    /// Adds the profile whose credentials were used.
    #[must_use]
    pub fn with_profile(mut self, name: &str) -> Self {
        self.profile = Some(bounded(name, MAX_RESOURCE).into());
        self
    }

    /// Returns the request ID that support asks for, if there was a response.
    pub fn request_id(&self) -> Option<&str> {
        self.exchange.as_deref().and_then(Exchange::support_id)
    }

    /// Adds the number of retries.
    #[must_use]
    pub(super) fn with_retries(mut self, retries: u32) -> Self {
        self.retries = u8::try_from(retries).unwrap_or(u8::MAX);
        self
    }

    #[must_use]
    pub(super) fn with_cause(mut self, cause: &str) -> Self {
        self.cause = Some(bounded(cause, MAX_MESSAGE).into());
        self
    }

    #[must_use]
    pub(super) fn with_resource(mut self, resource: &str) -> Self {
        self.resource = Some(bounded(resource, MAX_RESOURCE).into());
        self
    }

    /// Masks the secrets that the redactor knows.
    #[must_use]
    pub(super) fn redacted(mut self, redactor: &Redactor) -> Self {
        self.redact(redactor);
        self
    }

    /// Masks secrets in every text, wherever it came from.
    fn redact(&mut self, redactor: &Redactor) {
        let texts = [&mut self.code, &mut self.message, &mut self.cause, &mut self.resource];
        for text in texts.into_iter().flatten() {
            *text = redactor.mask(text).into();
        }
        for detail in &mut self.details {
            *detail = redactor.mask(detail).into_owned();
        }
    }

    /// Adds the exchange to the error, and a description of the error to the exchange.
    #[must_use]
    pub(super) fn with_exchange(mut self, exchange: Exchange, redactor: &Redactor) -> Self {
        self.redact(redactor);
        self.status = exchange.status;
        self.exchange = Some(Box::new(exchange));
        let words = super::error_text::without_request_id(&self).summary;
        if let Some(exchange) = self.exchange.as_mut() {
            exchange.error = Some(words);
        }
        self
    }
}

impl From<LinkRefused> for ApiError {
    fn from(refused: LinkRefused) -> Self {
        Self::new(ErrorKind::RefusedLink, Service::Api).with_cause(&refused.to_string())
    }
}

impl From<ProxySettingsError> for ApiError {
    fn from(refused: ProxySettingsError) -> Self {
        Self::new(ErrorKind::Setting, Service::Api)
            .with_cause(&refused.to_string())
            .with_hint(&refused.hint())
    }
}

impl From<TrustSettingsError> for ApiError {
    fn from(refused: TrustSettingsError) -> Self {
        Self::new(ErrorKind::Setting, Service::Api)
            .with_cause(&refused.to_string())
            .with_hint(&refused.hint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_small_enough_to_be_returned() {
        assert!(size_of::<ApiError>() <= 128, "{}", size_of::<ApiError>());
    }

    #[test]
    fn our_own_texts_are_clean_and_bounded() {
        let error = ApiError::internal(&"\x1b".repeat(10_000));
        let cause = error.cause.unwrap();
        assert!(cause.starts_with('␛') && cause.chars().count() == MAX_MESSAGE + 1);
    }

    #[test]
    fn a_refused_link_is_an_error_that_shows_it() {
        let refused = LinkRefused { link: "//evil.example".into(), reason: "leads to another host" };
        let error = ApiError::from(refused);
        assert_eq!(error.kind, ErrorKind::RefusedLink);
        assert!(error.to_string().contains("//evil.example leads to another host"), "{error}");
    }
}
