//! One call: the requests that it takes until there is an answer or an error to tell.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue, LOCATION};
use url::Url;

use super::{
    classify,
    client::{Answer, Inner},
    content::{self, BINARY},
    error::{ApiError, ErrorKind, MAX_MESSAGE, Service},
    error_body::{PAGE, excerpt},
    exchange::Exchange,
    headers::{Ids, RequestHeaders, new_id},
    link::redirected,
    patience::{Permit, RequestOptions, Retries, Wait},
    record::{Sent, record},
    token::AccessToken,
    transport::{Fault, Head, Outcome},
};
use crate::{model::Unreadable, redact::Redactor};

/// How many redirects are followed.
const MAX_REDIRECTS: u32 = 3;

/// How many connections of the pool may turn out to be closed before that counts as trouble.
const MAX_STALE: u32 = 2;

/// A call under way.
pub(super) struct Call<'a> {
    inner: &'a Inner,
    options: &'a RequestOptions,
    asked: &'a str,
    url: Url,
    link_headers: Vec<(HeaderName, HeaderValue)>,
    /// The same as long as no answer came.
    correlation: String,
    attempts: u32,
    redirects: u32,
    stale: u32,
    /// True if the token was renewed for this call.
    renewed: bool,
    /// True if the request was repeated with a new id, because the old one was taken.
    reidentified: bool,
    retries: Retries,
}

/// The next step after an answer that is not the one asked for.
enum Next {
    /// Send again, with this token from now on.
    Again(AccessToken),
    /// It failed; it may work another time.
    Fail(Box<ApiError>),
}

impl<'a> Call<'a> {
    pub(super) fn new(
        inner: &'a Inner,
        options: &'a RequestOptions,
        asked: &'a str,
        url: Url,
        link_headers: Vec<(HeaderName, HeaderValue)>,
    ) -> Self {
        Self {
            inner,
            options,
            asked,
            url,
            link_headers,
            correlation: new_id(),
            attempts: 0,
            redirects: 0,
            stale: 0,
            renewed: false,
            reidentified: false,
            retries: Retries::default(),
        }
    }

    /// Sends what it takes, and reads the answer.
    pub(super) async fn run<T>(
        mut self,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<Answer<T>, ApiError> {
        let mut token = self.token().await.map_err(|error| error.asking(self.asked))?;
        loop {
            let permit = self.inner.gate.pass(self.options).await;
            self.inner.network.known.learn(token.secret());
            let redactor = self.inner.redactor();
            let (outcome, exchange) = tokio::select! {
                sent = self.send(&token, &redactor) => sent?,
                // Sent again when it is its turn.
                () = permit.revoked() => continue,
            };
            self.report(permit, &outcome);
            let next = match (&outcome.head, &outcome.body) {
                (Some(head), Ok(body)) if head.status.is_success() => {
                    return match read(&content::as_utf8(head, body)) {
                        Ok(value) => Ok(Answer { value, exchange }),
                        Err(unreadable) => Err(unreadable_answer(&unreadable, head, body, &redactor)
                            .asking(self.asked)
                            .recorded(exchange, &redactor)),
                    };
                }
                (Some(head), Ok(_)) if head.status.is_redirection() => match self.redirect(head, &redactor) {
                    Ok(()) => Next::Again(token),
                    Err(error) => Next::Fail(error),
                },
                (Some(head), Ok(body)) => self.refused(token, head, body, &redactor).await?,
                _ => self.broken(token, &outcome, &redactor),
            };
            if outcome.head.is_some() {
                self.correlation = new_id();
            }
            match next {
                Next::Again(with) => token = with,
                Next::Fail(error) => {
                    let error = error.asking(self.asked).recorded(exchange, &redactor);
                    let Some(wait) = self.retries.next(&error, &self.inner.network) else {
                        return Err(error.retried(self.retries.made()));
                    };
                    self.rest(&error, wait).await;
                    token = self.token().await.map_err(|error| error.asking(self.asked))?;
                }
            }
        }
    }

    /// A token; who listens hears what a sign-in waits for.
    async fn token(&self) -> Result<AccessToken, ApiError> {
        let tokens = &self.inner.tokens;
        let Some(mut waits) = tokens.waits() else { return tokens.token().await };
        let mut told = false;
        let mut token = tokens.token();
        loop {
            tokio::select! {
                biased;
                token = &mut token => {
                    if told {
                        self.options.waits(None);
                    }
                    return token;
                }
                Ok(()) = waits.changed() => {
                    told = true;
                    self.options.waits(waits.borrow_and_update().clone());
                }
            }
        }
    }

    /// Tells the gate and the budget what came.
    fn report(&self, permit: Permit<'_>, outcome: &Outcome) {
        match &outcome.head {
            Some(head) if head.status.as_u16() == 429 => permit.crowded(),
            Some(head) if head.status.as_u16() < 500 => {
                self.inner.network.budget.answered();
                permit.answered();
            }
            _ => {}
        }
    }

    /// Waits before the next try. A pause that the server asks for is one of all requests.
    async fn rest(&self, error: &ApiError, wait: Wait) {
        let time = wait.time;
        tracing::debug!(asked = self.asked, ms = time.as_millis(), because = error.tell().what, "retry");
        if let Some(seconds) = error.retry_after {
            self.inner.gate.pause(Duration::from_secs(seconds.into()));
        }
        self.options.waits(Some(wait));
        tokio::time::sleep(time).await;
        self.options.waits(None);
    }

    async fn send(
        &mut self,
        token: &AccessToken,
        redactor: &Redactor,
    ) -> Result<(Outcome, Exchange), ApiError> {
        self.attempts += 1;
        let ids = Ids { request: new_id(), correlation: Some(self.correlation.clone()) };
        let headers = RequestHeaders::of_get(&ids, token, &self.inner.api_key, &self.link_headers)
            .ok_or_else(|| {
                ApiError::internal("the access token holds characters that no header can carry")
            })?;
        let outcome = self.inner.transport.get(self.url.clone(), &headers).await;
        let sent = Sent {
            method: "GET",
            service: Service::Api,
            url: &self.url,
            headers: &headers,
            ids: &ids,
            form: Vec::new(),
            attempts: self.attempts,
        };
        let exchange = record(sent, &outcome, redactor);
        Ok((outcome, exchange))
    }

    /// After an error status: the two cases that call for one more try at once.
    async fn refused(
        &mut self,
        token: AccessToken,
        head: &Head,
        body: &[u8],
        redactor: &Redactor,
    ) -> Result<Next, ApiError> {
        let error = classify::answer(head, body, redactor);
        if error.kind == ErrorKind::Unauthorized && !self.renewed {
            self.renewed = true;
            let renewed = self.inner.tokens.renew(&token).await;
            return Ok(match renewed.map_err(|error| error.asking(self.asked))? {
                Some(token) => Next::Again(token),
                None => Next::Fail(Box::new(
                    error.because("it came from another tool and cannot be renewed here"),
                )),
            });
        }
        if error.status == Some(400) && error.code.as_deref() == Some("4120") && !self.reidentified {
            self.reidentified = true;
            return Ok(Next::Again(token));
        }
        Ok(Next::Fail(Box::new(error)))
    }

    /// After a failure of the network.
    fn broken(&mut self, token: AccessToken, outcome: &Outcome, redactor: &Redactor) -> Next {
        if outcome.stale && self.stale < MAX_STALE {
            self.stale += 1;
            return Next::Again(token);
        }
        Next::Fail(Box::new(match &outcome.body {
            Err(Fault::Undecodable(words)) => {
                ApiError::new(ErrorKind::Unreadable, Service::Api).because(&redactor.text(words, MAX_MESSAGE))
            }
            Err(fault) => self.inner.transport.error(Service::Api, fault),
            Ok(_) => ApiError::internal("a body without an answer"),
        }))
    }

    /// Judges a redirect, and turns to its target.
    fn redirect(&mut self, head: &Head, redactor: &Redactor) -> Result<(), Box<ApiError>> {
        let refuse = |kind, cause: &str| Err(Box::new(ApiError::new(kind, Service::Api).because(cause)));
        let status = head.status.as_u16();
        let Some(location) =
            head.headers.get(LOCATION).filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308))
        else {
            return refuse(ErrorKind::Unreadable, &format!("{status} without saying where to go"));
        };
        let location = String::from_utf8_lossy(location.as_bytes());
        let shown = redactor.text(&location, 200);
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
fn unreadable_answer(unreadable: &Unreadable, head: &Head, body: &[u8], redactor: &Redactor) -> ApiError {
    let cause = match (unreadable, excerpt(&content::shown(head, body), redactor)) {
        // Of a page and of bytes, where reading gave up says nothing.
        (Unreadable::NotJson(_), Some(start)) if start.starts_with(PAGE) || start.starts_with(BINARY) => {
            format!("not JSON but {start}")
        }
        (Unreadable::NotJson(reason), Some(start)) => format!("not JSON but {start} ({reason})"),
        _ => unreadable.to_string(),
    };
    ApiError::new(ErrorKind::Unreadable, Service::Api).because(&cause)
}
