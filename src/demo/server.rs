//! The server: its paths, and the parts that all responses share.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{ConnectInfo, FromRequest as _, Request, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use serde_json::Value;
use tokio::time::timeout_at;
use uuid::Uuid;

use crate::model::Status;

use super::{
    acquisitions, customer,
    errors::{Refusal, answer, oauth},
    faults::{FaultInjector, Peer, inject},
    flex_discounts,
    guard::{Guard, Need},
    list, notifications, order_json, paging,
    params::Params,
    portfolio::{Portfolio, Record},
    rate_limit::{Buckets, RateLimit, limit},
    request_log::{PendingRecord, RequestLog},
    rng::Rng,
    subscriptions,
};

/// The number of customers above which responses are made on a blocking thread.
const LARGE: usize = 20_000;
/// The number of paths that are counted separately.
const COUNTED_PATHS: usize = 10_000;
/// The greatest length of a path that is counted separately, in bytes; all paths of the API are shorter.
const COUNTED_LENGTH: usize = 128;

/// The state shared by all requests.
pub(super) struct Shared {
    pub(super) guard: Guard,
    pub(super) injector: FaultInjector,
    /// The rate limit of each client, if there is one.
    pub(super) buckets: Option<Buckets>,
    pub(super) log: Option<RequestLog>,
    pub(super) portfolio: Portfolio,
    latency: Duration,
    counts: Mutex<HashMap<String, u64>>,
}

impl Shared {
    pub(super) fn new(
        portfolio: Portfolio,
        guard: Guard,
        injector: FaultInjector,
        latency: Duration,
    ) -> Self {
        Self { guard, injector, buckets: None, log: None, portfolio, latency, counts: Mutex::default() }
    }

    /// Adds a rate limit for each client.
    pub(super) fn limited(self, limit: Option<RateLimit>) -> Self {
        Self { buckets: limit.map(Buckets::new), ..self }
    }

    /// Adds a log of all requests.
    pub(super) fn logged(self, log: Option<RequestLog>) -> Self {
        Self { log, ..self }
    }

    /// Lets a customer of the requested list leave it, or return; returns true if the request is for a list.
    pub(super) fn drift(&self, uri: &Uri, rng: &mut Rng) -> bool {
        let path: Vec<&str> = uri.path().split('/').skip(1).collect();
        let ["v3", "resellers", id, "customers"] = path[..] else { return false };
        let Some(reseller) = self.portfolio.reseller(id) else { return false };
        let status = Params::of(uri).choice("status", &Status::LISTED);
        self.portfolio.drift(reseller, status, rng)
    }

    /// Returns the number of requests by path, without parameters. Clients may send any path, so long ones, and new ones
    /// when very many are known, are counted together as `others`.
    pub(super) fn counts(&self) -> HashMap<String, u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, path: &str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(path) {
            *count += 1;
        } else {
            let own = path.len() <= COUNTED_LENGTH && counts.len() < COUNTED_PATHS;
            let name = if own { path } else { "others" };
            *counts.entry(name.to_owned()).or_default() += 1;
        }
    }
}

/// Returns all paths with their methods and handlers.
fn routes() -> [(&'static str, &'static str, MethodRouter<Arc<Shared>>); 17] {
    use Need::{List, Resource};
    let get = |path, route| ("GET", path, route);
    [
        get("/v3/resellers", read(List, |p, _, params| list::resellers(p, params))),
        get("/v3/resellers/{reseller-id}", read(Resource, |p, path, _| reseller(p, part(path, 2)))),
        get(
            "/v3/resellers/{reseller-id}/customers",
            read(List, |p, path, params| list::customers(p, part(path, 2), params)),
        ),
        get("/v3/customers/{customer-id}", below(|p, record, _, _| Ok(customer::resource(p, record)))),
        get(
            "/v3/customers/{customer-id}/subscriptions",
            below(|p, record, _, _| Ok(subscriptions::list(p, record))),
        ),
        get(
            "/v3/customers/{customer-id}/subscriptions/{subscription-id}",
            below(|p, record, id, _| {
                subscriptions::one(p, record, id).ok_or_else(|| Refusal::subscription(id))
            }),
        ),
        get(
            "/v3/customers/{customer-id}/orders",
            below(|p, record, _, params| paging::orders(p, record, params)),
        ),
        get("/v3/customers/{customer-id}/orders/{order-id}", below(order_json::one)),
        get(
            "/v3/customers/{customer-id}/deployments",
            below(|p, record, _, params| paging::deployments(p, record, params)),
        ),
        get(
            "/v3/customers/{customer-id}/open-acquisitions",
            below(|p, record, _, _| Ok(acquisitions::list(p, record))),
        ),
        get(
            "/v3/customers/{customer-id}/flex-discounts",
            below(|p, record, _, params| flex_discounts::of_customer(p, record, params)),
        ),
        get("/v3/flex-discounts", read(Resource, |p, _, params| flex_discounts::list(p, params))),
        get("/v3/notifications", read(Resource, |p, _, params| notifications::list(p, params))),
        get("/ping", ping(Need::Ping)),
        get("/partnerservice/ping", ping(Need::PartnerPing)),
        ("POST", "/ims/token/v3", post(token)),
        ("POST", "/ims/token/v2", post(token)),
    ]
}

/// Returns the methods and paths of the server, with parameters as in `/v3/customers/{customer-id}`.
pub(super) fn paths() -> Vec<(&'static str, &'static str)> {
    routes().into_iter().map(|(method, path, _)| (method, path)).collect()
}

/// Returns the routes with the layers that every response goes through.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    routes()
        .into_iter()
        .fold(Router::new(), |router, (_, path, route)| router.route(path, route))
        .fallback(async |uri: Uri| Refusal::no_such_path(uri.path()))
        .method_not_allowed_fallback(async |method: Method| Refusal::method(method.as_str()))
        .layer(from_fn_with_state(Arc::clone(&shared), inject))
        .layer(from_fn_with_state(Arc::clone(&shared), limit))
        .layer(from_fn_with_state(Arc::clone(&shared), envelope))
        .with_state(shared)
}

/// Makes the response of a path from the portfolio, the parts of the path, and the parameters.
type Make = fn(&Portfolio, &[&str], &mut Params) -> Result<Value, Refusal>;

/// Returns a route that answers with JSON.
fn read(need: Need, make: Make) -> MethodRouter<Arc<Shared>> {
    serve(need, make)
}

/// Returns a route below a customer, answered from the portfolio, the customer, the ID below it, and the parameters.
fn below(
    make: fn(&Portfolio, &Record, &str, &mut Params) -> Result<Value, Refusal>,
) -> MethodRouter<Arc<Shared>> {
    serve(Need::Resource, move |portfolio, path, params| {
        let id = part(path, 2);
        let record = portfolio.customer(id).ok_or_else(|| Refusal::customer(id))?;
        make(portfolio, record, part(path, 4), params)
    })
}

fn serve<F>(need: Need, make: F) -> MethodRouter<Arc<Shared>>
where
    F: Fn(&Portfolio, &[&str], &mut Params) -> Result<Value, Refusal> + Copy + Send + Sync + 'static,
{
    get(async move |State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap| {
        shared.guard.admit(&headers, &uri, need)?;
        let large = shared.portfolio.len() >= LARGE;
        let respond = move || {
            let path: Vec<&str> = uri.path().split('/').skip(1).collect();
            make(&shared.portfolio, &path, &mut Params::of(&uri)).map(|body| answer(StatusCode::OK, &body))
        };
        if large {
            tokio::task::spawn_blocking(respond).await.unwrap_or_else(|_| Err(Refusal::internal()))
        } else {
            respond()
        }
    })
}

/// Returns a part of a path, counted from 0, or an empty text if there is none.
fn part<'p>(path: &[&'p str], place: usize) -> &'p str {
    path.get(place).copied().unwrap_or_default()
}

fn reseller(portfolio: &Portfolio, id: &str) -> Result<Value, Refusal> {
    let reseller = portfolio.reseller(id).ok_or_else(|| Refusal::reseller(id))?;
    Ok(reseller.resource(portfolio))
}

/// Returns a route that answers `pong`.
fn ping(need: Need) -> MethodRouter<Arc<Shared>> {
    get(async move |State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap| {
        shared.guard.admit(&headers, &uri, need).map(|()| "pong")
    })
}

async fn token(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(Peer { switch, progress, .. }): ConnectInfo<Peer>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let body = timeout_at(progress.body_deadline(), Bytes::from_request(request, &()));
    let Ok(body): Result<Result<Bytes, BytesRejection>, _> = body.await else {
        switch.close();
        return StatusCode::REQUEST_TIMEOUT.into_response();
    };
    match body {
        Ok(body) => shared.guard.tokens.grant(&headers, &body),
        Err(rejection) => oauth(rejection.status(), "invalid_request", "the body cannot be read"),
    }
}

/// Adds what every response has: the delay, the IDs of the request (with a new request ID if it had none), and the log
/// entry.
async fn envelope(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(Peer { switch, progress, .. }): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
    const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
    progress.begins();
    let noted = PendingRecord::start(&shared, &request);
    shared.count(request.uri().path());
    let headers = request.headers();
    let correlation = headers.get(&CORRELATION_ID).cloned();
    let request_id = headers.get(&REQUEST_ID).filter(|id| !id.as_bytes().trim_ascii().is_empty()).cloned();
    let due = tokio::time::Instant::now() + shared.latency;
    let mut response = next.run(request).await.into_response();
    // The time for making the response counts towards its latency.
    if !shared.latency.is_zero() {
        tokio::time::sleep_until(due).await;
    }
    let made = || HeaderValue::from_str(&Uuid::new_v4().to_string()).ok();
    let ids = [(REQUEST_ID, request_id.or_else(made)), (CORRELATION_ID, correlation)];
    for (name, value) in ids {
        if let Some(value) = value {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(noted) = noted {
        noted.answered(&response, &switch);
    }
    progress.answered();
    response
}

#[cfg(test)]
mod tests {
    use tokio::sync::watch;

    use super::{
        super::{faults::Faults, tokens::Tokens},
        *,
    };

    #[test]
    fn neither_long_paths_nor_many_of_them_fill_the_memory() {
        let today = "2026-03-31".parse().unwrap();
        let guard = Guard::new(false, Tokens::new(false, None, None));
        let injector = FaultInjector::new(Faults::default(), 1, watch::channel(()).1);
        let shared = Shared::new(Portfolio::new(1, today, 2), guard, injector, Duration::ZERO);
        let path = |length: usize| format!("/{}", "x".repeat(length - 1));
        for length in [COUNTED_LENGTH, COUNTED_LENGTH, COUNTED_LENGTH + 1, 60_000] {
            shared.count(&path(length));
        }
        let counts = shared.counts();
        assert_eq!((counts.len(), counts[&path(COUNTED_LENGTH)], counts["others"]), (2, 2, 2));
        for number in 0..COUNTED_PATHS + 5 {
            shared.count(&format!("/{number}"));
        }
        let counts = shared.counts();
        assert_eq!((counts.len(), counts["others"]), (COUNTED_PATHS, 2 + 5 + 2));
    }
}
