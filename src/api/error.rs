//! Errors as data: the screen, the headless commands and the tests all speak of them in these terms.

use super::{Told, exchange::Exchange, link::LinkRefused, proxy::ProxyRefused, trust::TrustRefused};
use crate::redact::{Redactor, bounded};

/// The longest message of a server that is kept, in characters.
pub(super) const MAX_MESSAGE: usize = 500;

/// The longest name of what was asked for, in characters.
pub(super) const MAX_ASKED: usize = 100;

/// The kinds of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// No connection, or it broke.
    Offline,
    /// No answer in time.
    Timeout,
    /// The other side could not prove who it is, or speaks no TLS.
    Tls,
    /// The access token, or the client id and secret, were not accepted.
    Unauthorized,
    /// The API key, or the account's rights, do not allow it.
    Forbidden,
    /// It does not exist for this account.
    NotFound,
    /// Too many requests.
    RateLimited,
    /// The request was refused as it is.
    BadRequest,
    /// The server failed inside.
    Server,
    /// An answer that is not what the API documents.
    Unreadable,
    /// A link or a redirect that leads where credentials do not go.
    RefusedLink,
    /// The secret or the token that signs in could not be loaded from where it is kept.
    Credentials,
    /// The proxy on the way could not be reached, or did not do its part.
    Proxy,
    /// The proxy on the way wants other credentials, or does not let this address be reached.
    ProxyDenied,
    /// A variable of the environment that concerns the network cannot be used.
    Setting,
    /// Stopped by the user.
    Canceled,
    /// A fault of this program, or of starting it.
    Internal,
}

/// The server that answered, or should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// The Partner API.
    Api,
    /// The token service (IMS).
    TokenService,
}

/// A request that did not give what was asked for.
///
/// All texts are clean, bounded and without secrets.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.tell())]
pub struct ApiError {
    /// The kind of trouble.
    pub kind: ErrorKind,
    /// Returns the server that answered, or should have.
    pub service: Service,
    /// The HTTP status, where an answer came.
    pub status: Option<u16>,
    /// The time that the server asks to wait, in seconds.
    pub retry_after: Option<u32>,
    /// The number of times that the request was tried again before this was told.
    pub retries: u8,
    /// The API's code (`1117`), or the OAuth error (`invalid_client`).
    pub code: Option<Box<str>>,
    /// The server's own words.
    pub message: Option<Box<str>>,
    /// `additionalDetails`: for example, which fields are wrong.
    pub details: Box<[String]>,
    /// The reason why in a few words of our own: `name not found`.
    pub cause: Option<Box<str>>,
    /// The thing asked for: `customer 1006500792`.
    pub asked: Option<Box<str>>,
    /// The profile whose credentials were sent.
    pub profile: Option<Box<str>>,
    /// The request and its answer, where one was sent.
    pub exchange: Option<Box<Exchange>>,
}

/// The API's codes of a key that it does not take, and of a token that is missing.
const KEY_OR_TOKEN: [&str; 2] = ["4115", "4117"];

impl ApiError {
    /// Returns true if it would come for every other thing too that is asked for one by one, so that no more need be asked for.
    pub fn concerns_all(&self) -> bool {
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
            asked: None,
            profile: None,
            exchange: None,
        }
    }

    /// Stopped by the user.
    pub fn canceled() -> Self {
        Self::new(ErrorKind::Canceled, Service::Api)
    }

    /// A fault of this program, or of starting it; `cause` says which, in a few words.
    pub fn internal(cause: &str) -> Self {
        Self::new(ErrorKind::Internal, Service::Api).because(cause)
    }

    /// An answer that cannot be worked with; `cause` says why, in a few words.
    pub fn unreadable(cause: &str) -> Self {
        Self::new(ErrorKind::Unreadable, Service::Api).because(cause)
    }

    /// The secret or the token that signs in could not be loaded: why, and what to do about it, in whole sentences.
    pub fn credentials(cause: &str, todo: &str) -> Self {
        let mut error = Self::new(ErrorKind::Credentials, Service::TokenService).because(cause);
        error.message = Some(bounded(todo, MAX_MESSAGE).into());
        error
    }

    /// Returns the same error with advice of its own.
    #[must_use]
    pub(super) fn advising(mut self, todo: &str) -> Self {
        self.message = Some(bounded(todo, MAX_MESSAGE).into());
        self
    }

    /// Returns the event, and what to do, in the words for a user.
    pub fn tell(&self) -> Told {
        super::words::tell(self)
    }

    /// The same error, as one of this profile.
    #[must_use]
    pub fn of_profile(mut self, name: &str) -> Self {
        self.profile = Some(bounded(name, MAX_ASKED).into());
        self
    }

    /// The request id that support asks for, where an answer came.
    pub fn request_id(&self) -> Option<&str> {
        self.exchange.as_deref().and_then(Exchange::support_id)
    }

    /// The same error, as that of a call that was tried again so often.
    #[must_use]
    pub(super) fn retried(mut self, retries: u32) -> Self {
        self.retries = u8::try_from(retries).unwrap_or(u8::MAX);
        self
    }

    #[must_use]
    pub(super) fn because(mut self, cause: &str) -> Self {
        self.cause = Some(bounded(cause, MAX_MESSAGE).into());
        self
    }

    #[must_use]
    pub(super) fn asking(mut self, asked: &str) -> Self {
        self.asked = Some(bounded(asked, MAX_ASKED).into());
        self
    }

    /// The error without these secrets.
    #[must_use]
    pub(super) fn without(mut self, redactor: &Redactor) -> Self {
        self.redact(redactor);
        self
    }

    /// Masks secrets in every text: whatever way a text took into the error, it leaves without them.
    fn redact(&mut self, redactor: &Redactor) {
        let texts = [&mut self.code, &mut self.message, &mut self.cause, &mut self.asked];
        for text in texts.into_iter().flatten() {
            *text = redactor.mask(text).into();
        }
        for detail in &mut self.details {
            *detail = redactor.mask(detail).into_owned();
        }
    }

    /// The error with the record of its request, and the record with the error's words.
    #[must_use]
    pub(super) fn recorded(mut self, exchange: Exchange, redactor: &Redactor) -> Self {
        self.redact(redactor);
        self.status = exchange.status;
        self.exchange = Some(Box::new(exchange));
        let words = super::words::tell_without_id(&self).what;
        if let Some(exchange) = self.exchange.as_mut() {
            exchange.error = Some(words);
        }
        self
    }
}

impl From<LinkRefused> for ApiError {
    fn from(refused: LinkRefused) -> Self {
        Self::new(ErrorKind::RefusedLink, Service::Api).because(&refused.to_string())
    }
}

impl From<ProxyRefused> for ApiError {
    fn from(refused: ProxyRefused) -> Self {
        Self::new(ErrorKind::Setting, Service::Api).because(&refused.to_string()).advising(&refused.todo())
    }
}

impl From<TrustRefused> for ApiError {
    fn from(refused: TrustRefused) -> Self {
        Self::new(ErrorKind::Setting, Service::Api).because(&refused.to_string()).advising(&refused.todo())
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
