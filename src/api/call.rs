//! One call: the requests that it takes until there is an answer or an error to tell.

use reqwest::header::{HeaderName, HeaderValue, LOCATION};
use url::Url;

use super::{
    classify,
    client::{Answer, Inner},
    error::{ApiError, ErrorKind, Service},
    error_body::excerpt,
    exchange::Exchange,
    headers::{Ids, RequestHeaders, new_id},
    link::redirected,
    record::{Sent, record},
    scrub::Scrub,
    token::AccessToken,
    transport::{Head, Outcome},
};
use crate::model::Unreadable;

/// How many redirects are followed.
const MAX_REDIRECTS: u32 = 3;

/// How many connections of the pool may turn out to be closed before that counts as trouble.
const MAX_STALE: u32 = 2;

/// A call under way.
pub(super) struct Call<'a> {
    inner: &'a Inner,
    asked: &'a str,
    url: Url,
    link_headers: Vec<(HeaderName, HeaderValue)>,
    /// The same as long as no answer came.
    correlation: String,
    attempts: u32,
    redirects: u32,
    stale: u32,
    /// Whether the token was renewed for this call.
    renewed: bool,
    /// Whether the request was repeated with a new id, because the old one was taken.
    reidentified: bool,
}

/// What to do after an answer that is not the one asked for.
enum Next {
    /// Send again, with this token from now on.
    Again(AccessToken),
    Fail(Box<ApiError>),
}

impl<'a> Call<'a> {
    pub(super) fn new(
        inner: &'a Inner,
        asked: &'a str,
        url: Url,
        link_headers: Vec<(HeaderName, HeaderValue)>,
    ) -> Self {
        Self {
            inner,
            asked,
            url,
            link_headers,
            correlation: new_id(),
            attempts: 0,
            redirects: 0,
            stale: 0,
            renewed: false,
            reidentified: false,
        }
    }

    /// Sends what it takes, and reads the answer.
    pub(super) async fn run<T>(
        mut self,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<Answer<T>, ApiError> {
        let mut token = self.inner.tokens.token().await.map_err(|error| error.asking(self.asked))?;
        loop {
            self.inner.sending(&token);
            let scrub = self.inner.scrub();
            let (outcome, exchange) = self.send(&token, &scrub).await?;
            let next = match (&outcome.head, &outcome.body) {
                (Some(head), Ok(body)) if head.status.is_success() => {
                    return match read(body) {
                        Ok(value) => Ok(Answer { value, exchange }),
                        Err(unreadable) => Err(unreadable_answer(&unreadable, body, &scrub)
                            .asking(self.asked)
                            .recorded(exchange)),
                    };
                }
                (Some(head), Ok(_)) if head.status.is_redirection() => match self.redirect(head, &scrub) {
                    Ok(()) => Next::Again(token),
                    Err(error) => Next::Fail(error),
                },
                (Some(head), Ok(body)) => self.refused(token, head, body, &scrub).await?,
                _ => self.broken(token, &outcome),
            };
            if outcome.head.is_some() {
                self.correlation = new_id();
            }
            match next {
                Next::Again(with) => token = with,
                Next::Fail(error) => return Err(error.asking(self.asked).recorded(exchange)),
            }
        }
    }

    async fn send(&mut self, token: &AccessToken, scrub: &Scrub) -> Result<(Outcome, Exchange), ApiError> {
        self.attempts += 1;
        let ids = Ids { request: new_id(), correlation: Some(self.correlation.clone()) };
        let headers = RequestHeaders::of_get(&ids, token, &self.inner.api_key, &self.link_headers)
            .ok_or_else(|| {
                ApiError::internal("the access token holds characters that no header can carry")
            })?;
        let outcome = self.inner.transport.get(self.url.clone(), &headers).await;
        let sent = Sent {
            method: "GET",
            url: &self.url,
            headers: &headers,
            ids: &ids,
            form: Vec::new(),
            attempts: self.attempts,
        };
        let exchange = record(sent, &outcome, scrub);
        Ok((outcome, exchange))
    }

    /// After an error status: the two cases that call for one more try.
    ///
    /// The retries of 408, 429 and 5xx, with their budget and their waiting, will have their place here; those of
    /// a broken connection in [`Call::broken`].
    async fn refused(
        &mut self,
        token: AccessToken,
        head: &Head,
        body: &[u8],
        scrub: &Scrub,
    ) -> Result<Next, ApiError> {
        let error = classify::answer(Service::Api, head, body, scrub);
        if error.kind == ErrorKind::Unauthorized && !self.renewed {
            self.renewed = true;
            let renewed = self.inner.tokens.renew(&token).await;
            return Ok(match renewed.map_err(|error| error.asking(self.asked))? {
                Some(token) => Next::Again(token),
                None => {
                    Next::Fail(Box::new(error.because("it was brought ready and cannot be renewed here")))
                }
            });
        }
        if error.status == Some(400) && error.code.as_deref() == Some("4120") && !self.reidentified {
            self.reidentified = true;
            return Ok(Next::Again(token));
        }
        Ok(Next::Fail(Box::new(error)))
    }

    /// After a failure of the network.
    fn broken(&mut self, token: AccessToken, outcome: &Outcome) -> Next {
        if outcome.stale && self.stale < MAX_STALE {
            self.stale += 1;
            return Next::Again(token);
        }
        let limits = self.inner.transport.limits();
        Next::Fail(Box::new(match &outcome.body {
            Err(fault) => classify::fault(Service::Api, fault, limits),
            Ok(_) => ApiError::internal("a body without an answer"),
        }))
    }

    /// Judges a redirect, and turns to its target.
    fn redirect(&mut self, head: &Head, scrub: &Scrub) -> Result<(), Box<ApiError>> {
        let refuse = |kind, cause: &str| Err(Box::new(ApiError::new(kind, Service::Api).because(cause)));
        let status = head.status.as_u16();
        let Some(location) =
            head.headers.get(LOCATION).filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308))
        else {
            return refuse(ErrorKind::Unreadable, &format!("{status} without saying where to go"));
        };
        let location = String::from_utf8_lossy(location.as_bytes());
        let shown = scrub.text(&location, 200);
        if self.redirects >= MAX_REDIRECTS {
            let cause = format!("the redirect to {shown} is one too many ({MAX_REDIRECTS} were followed)");
            return refuse(ErrorKind::RefusedLink, &cause);
        }
        match redirected(&self.inner.root, &self.url, &location) {
            Ok(target) => {
                self.redirects += 1;
                self.url = target;
                Ok(())
            }
            Err(reason) => refuse(ErrorKind::RefusedLink, &format!("the redirect to {shown} {reason}")),
        }
    }
}

/// The error for an answer of status 2xx that is not what the API documents.
fn unreadable_answer(unreadable: &Unreadable, body: &[u8], scrub: &Scrub) -> ApiError {
    let cause = match (unreadable, excerpt(body, scrub)) {
        (Unreadable::NotJson(_), Some(start)) => format!("not JSON but {start}"),
        _ => unreadable.to_string(),
    };
    ApiError::new(ErrorKind::Unreadable, Service::Api).because(&cause)
}
