//! A call: the requests that it takes to get a response or an error to report.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue, LOCATION};
use url::Url;

use super::{
    classify,
    client::{ApiResponse, ClientInner},
    content::{self, BINARY},
    error::{ApiError, ErrorKind, MAX_MESSAGE, Service},
    error_body::{PAGE, excerpt},
    exchange::Exchange,
    headers::{RequestHeaders, RequestIds, new_id},
    link::resolve_redirect,
    record::{SentRequest, record},
    retry::{Permit, RequestOptions, Retries, Wait},
    token::AccessToken,
    transport::{Outcome, ResponseHead, TransportError},
};
use crate::{model::Unreadable, redact::Redactor};

/// The maximum number of redirects that a call follows.
const MAX_REDIRECTS: u32 = 3;

/// The number of closed connections of the pool that a call ignores before one counts as a failure.
const MAX_STALE: u32 = 2;

/// A call in progress.
pub(super) struct Call<'a> {
    inner: &'a ClientInner,
    options: &'a RequestOptions,
    resource: &'a str,
    url: Url,
    link_headers: Vec<(HeaderName, HeaderValue)>,
    /// The correlation ID, which stays the same until there is a response.
    correlation: String,
    attempts: u32,
    redirects: u32,
    stale: u32,
    /// True if the token was renewed for this call.
    renewed: bool,
    /// True if the request was repeated with a new ID because the API had seen the old one before.
    reidentified: bool,
    retries: Retries,
}

/// The next step after a request without a usable response.
enum Next {
    /// Sends the request again at once, with this token.
    Resend(AccessToken),
    /// Fails with this error, unless it can be retried.
    Fail(Box<ApiError>),
}

impl<'a> Call<'a> {
    pub(super) fn new(
        inner: &'a ClientInner,
        options: &'a RequestOptions,
        resource: &'a str,
        url: Url,
        link_headers: Vec<(HeaderName, HeaderValue)>,
    ) -> Self {
        Self {
            inner,
            options,
            resource,
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

    /// Sends the request, again as often as necessary, and reads the response.
    pub(super) async fn run<T>(
        mut self,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<ApiResponse<T>, ApiError> {
        let mut token = self.obtain_token().await.map_err(|error| error.with_resource(self.resource))?;
        loop {
            let permit = self.inner.limiter.acquire(self.options).await;
            self.inner.network.known.learn(token.secret());
            let redactor = self.inner.redactor();
            let (outcome, exchange) = tokio::select! {
                sent = self.send(&token, &redactor) => sent?,
                // Back to the queue, since a foreground request needs the slot.
                () = permit.revoked() => continue,
            };
            self.record_outcome(permit, &outcome);
            let next = match (&outcome.head, &outcome.body) {
                (Some(head), Ok(body)) if head.status.is_success() => {
                    return match read(&content::decode_text(head, body)) {
                        Ok(value) => Ok(ApiResponse { value, exchange }),
                        Err(unreadable) => Err(unreadable_response(&unreadable, head, body, &redactor)
                            .with_resource(self.resource)
                            .with_exchange(exchange, &redactor)),
                    };
                }
                (Some(head), Ok(_)) if head.status.is_redirection() => {
                    match self.follow_redirect(head, &redactor) {
                        Ok(()) => Next::Resend(token),
                        Err(error) => Next::Fail(error),
                    }
                }
                (Some(head), Ok(body)) => self.handle_refusal(token, head, body, &redactor).await?,
                _ => self.handle_broken(token, &outcome, &redactor),
            };
            if outcome.head.is_some() {
                self.correlation = new_id();
            }
            match next {
                Next::Resend(with) => token = with,
                Next::Fail(error) => {
                    let error = error.with_resource(self.resource).with_exchange(exchange, &redactor);
                    let Some(wait) = self.retries.next_wait(&error, &self.inner.network) else {
                        return Err(error.with_retries(self.retries.count()));
                    };
                    self.pause(&error, wait).await;
                    token = self.obtain_token().await.map_err(|error| error.with_resource(self.resource))?;
                }
            }
        }
    }

    /// Returns a token, and reports the waits of a sign-in meanwhile.
    async fn obtain_token(&self) -> Result<AccessToken, ApiError> {
        let tokens = &self.inner.tokens;
        let Some(mut waits) = tokens.watch_waits() else { return tokens.token().await };
        let mut has_reported = false;
        let mut token = tokens.token();
        loop {
            tokio::select! {
                biased;
                token = &mut token => {
                    if has_reported {
                        self.options.report_wait(None);
                    }
                    return token;
                }
                Ok(()) = waits.changed() => {
                    has_reported = true;
                    self.options.report_wait(waits.borrow_and_update().clone());
                }
            }
        }
    }

    /// Updates the concurrency limit and the retry budget after a request.
    fn record_outcome(&self, permit: Permit<'_>, outcome: &Outcome) {
        match &outcome.head {
            Some(head) if head.status.as_u16() == 429 => {
                permit.record_rate_limit();
                self.options.report_rate_limit();
            }
            Some(head) if head.status.as_u16() < 500 => {
                self.inner.network.budget.record_response();
                permit.record_response();
            }
            _ => {}
        }
    }

    /// Waits before the next attempt. A pause that the server asks for holds back all requests.
    async fn pause(&self, error: &ApiError, wait: Wait) {
        let time = wait.time;
        tracing::debug!(
            resource = self.resource,
            ms = time.as_millis(),
            because = error.user_message().summary,
            "retry"
        );
        if error.is_unanswered() {
            self.options.report_no_answer();
        }
        if let Some(seconds) = error.retry_after {
            self.inner.limiter.pause(Duration::from_secs(seconds.into()));
        }
        self.options.report_wait(Some(wait));
        tokio::time::sleep(time).await;
        self.options.report_wait(None);
    }

    async fn send(
        &mut self,
        token: &AccessToken,
        redactor: &Redactor,
    ) -> Result<(Outcome, Exchange), ApiError> {
        self.attempts += 1;
        let ids = RequestIds { request: new_id(), correlation: Some(self.correlation.clone()) };
        let headers = RequestHeaders::for_get(&ids, token, &self.inner.api_key, &self.link_headers)
            .ok_or_else(|| {
                ApiError::internal("the access token contains characters that are invalid in a header")
            })?;
        let outcome = self.inner.transport.get(self.url.clone(), &headers).await;
        let sent = SentRequest {
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

    /// Handles an error status. Two errors are retried once at once: an expired token and a repeated request ID.
    async fn handle_refusal(
        &mut self,
        token: AccessToken,
        head: &ResponseHead,
        body: &[u8],
        redactor: &Redactor,
    ) -> Result<Next, ApiError> {
        let error = classify::error_response(head, body, redactor);
        if error.kind == ErrorKind::Unauthorized && !self.renewed {
            self.renewed = true;
            let renewed = self.inner.tokens.renew(&token).await;
            return Ok(match renewed.map_err(|error| error.with_resource(self.resource))? {
                Some(token) => Next::Resend(token),
                None => Next::Fail(Box::new(
                    error.with_cause("it came from another tool and cannot be renewed here"),
                )),
            });
        }
        if error.status == Some(400) && error.code.as_deref() == Some("4120") && !self.reidentified {
            self.reidentified = true;
            return Ok(Next::Resend(token));
        }
        Ok(Next::Fail(Box::new(error)))
    }

    /// Handles a request without a complete response.
    fn handle_broken(&mut self, token: AccessToken, outcome: &Outcome, redactor: &Redactor) -> Next {
        if outcome.stale && self.stale < MAX_STALE {
            self.stale += 1;
            return Next::Resend(token);
        }
        Next::Fail(Box::new(match &outcome.body {
            Err(TransportError::Undecodable(words)) => ApiError::new(ErrorKind::Unreadable, Service::Api)
                .with_cause(&redactor.sanitize(words, MAX_MESSAGE)),
            Err(fault) => self.inner.transport.classify(Service::Api, fault),
            Ok(_) => ApiError::internal("a body came without a response"),
        }))
    }

    /// Checks a redirect and makes its target the URL of the call.
    fn follow_redirect(&mut self, head: &ResponseHead, redactor: &Redactor) -> Result<(), Box<ApiError>> {
        let refuse = |kind, cause: &str| Err(Box::new(ApiError::new(kind, Service::Api).with_cause(cause)));
        let status = head.status.as_u16();
        let Some(location) =
            head.headers.get(LOCATION).filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308))
        else {
            return refuse(ErrorKind::Unreadable, &format!("{status} without a redirect target"));
        };
        let location = String::from_utf8_lossy(location.as_bytes());
        let shown = redactor.sanitize(&location, 200);
        if self.redirects >= MAX_REDIRECTS {
            let cause = format!("the redirect to {shown} is one too many ({MAX_REDIRECTS} were followed)");
            return refuse(ErrorKind::RefusedLink, &cause);
        }
        match resolve_redirect(&self.inner.root, &self.url, &location) {
            Ok(target) => {
                self.redirects += 1;
                self.url = target;
                Ok(())
            }
            Err(reason) => refuse(ErrorKind::RefusedLink, &format!("the redirect to {shown} {reason}")),
        }
    }
}

/// Creates the error for a successful response that is not what the API documents.
fn unreadable_response(
    unreadable: &Unreadable,
    head: &ResponseHead,
    body: &[u8],
    redactor: &Redactor,
) -> ApiError {
    let cause = match (unreadable, excerpt(&content::text_for_display(head, body), redactor)) {
        // For a web page or binary data, the position of the syntax error means nothing.
        (Unreadable::NotJson(_), Some(start)) if start.starts_with(PAGE) || start.starts_with(BINARY) => {
            format!("not JSON but {start}")
        }
        (Unreadable::NotJson(reason), Some(start)) => format!("not JSON but {start} ({reason})"),
        _ => unreadable.to_string(),
    };
    ApiError::new(ErrorKind::Unreadable, Service::Api).with_cause(&cause)
}
