//! The server: its paths, and what every answer carries.

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
    faults::{Machine, Peer, strike},
    guard::{Guard, Need},
    list, orders, paging,
    params::Params,
    portfolio::{Portfolio, Record},
    rate::{Buckets, RateLimit, limit},
    record::{Noted, RequestLog},
    rng::Rng,
    subscriptions,
};

/// From so many customers on, answers are made where they do not hold up other tasks.
const LARGE: usize = 20_000;
/// How many different paths are counted.
const COUNTED_PATHS: usize = 10_000;
/// The longest path that is counted on its own, in bytes; all that the API knows are shorter.
const COUNTED_LENGTH: usize = 128;

/// The state that all requests share.
pub(super) struct Shared {
    pub(super) guard: Guard,
    pub(super) machine: Machine,
    /// The limit of each client; none if there is no limit.
    pub(super) buckets: Option<Buckets>,
    pub(super) log: Option<RequestLog>,
    portfolio: Portfolio,
    latency: Duration,
    counts: Mutex<HashMap<String, u64>>,
}

impl Shared {
    pub(super) fn new(portfolio: Portfolio, guard: Guard, machine: Machine, latency: Duration) -> Self {
        Self { guard, machine, buckets: None, log: None, portfolio, latency, counts: Mutex::default() }
    }

    /// The same with a limit of how often each client may ask.
    pub(super) fn limited(self, limit: Option<RateLimit>) -> Self {
        Self { buckets: limit.map(Buckets::new), ..self }
    }

    /// The same with somebody who wants to know of every request.
    pub(super) fn logged(self, log: Option<RequestLog>) -> Self {
        Self { log, ..self }
    }

    /// Lets one customer leave the list that a request asks for, or come back, and says whether it asks for one.
    pub(super) fn drift(&self, uri: &Uri, rng: &mut Rng) -> bool {
        let path: Vec<&str> = uri.path().split('/').skip(1).collect();
        let ["v3", "resellers", id, "customers"] = path[..] else { return false };
        let Some(reseller) = self.portfolio.reseller(id) else { return false };
        let status = Params::of(uri).choice("status", &Status::LISTED);
        self.portfolio.drift(reseller, status, rng)
    }

    /// How many requests came for each path, without its parameters. Anyone may send any path, so long ones, and those
    /// that come when very many are known, are counted together as `others`.
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

/// The paths with their methods and how each is served; all that there are.
fn routes() -> [(&'static str, &'static str, MethodRouter<Arc<Shared>>); 14] {
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
        get(
            "/v3/customers/{customer-id}/orders/{order-id}",
            below(|p, record, id, _| orders::one(p, record, id).ok_or_else(|| Refusal::order(id))),
        ),
        get(
            "/v3/customers/{customer-id}/deployments",
            below(|p, record, _, params| paging::deployments(p, record, params)),
        ),
        get(
            "/v3/customers/{customer-id}/open-acquisitions",
            below(|p, record, _, _| Ok(acquisitions::list(p, record))),
        ),
        get("/ping", ping(Need::Ping)),
        get("/partnerservice/ping", ping(Need::PartnerPing)),
        ("POST", "/ims/token/v3", post(token)),
        ("POST", "/ims/token/v2", post(token)),
    ]
}

/// The methods and paths that are served, those of the API as `/v3/customers/{customer-id}`.
pub(super) fn paths() -> Vec<(&'static str, &'static str)> {
    routes().into_iter().map(|(method, path, _)| (method, path)).collect()
}

/// Returns the routes and the layers that every answer goes through.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    routes()
        .into_iter()
        .fold(Router::new(), |router, (_, path, route)| router.route(path, route))
        .fallback(async |uri: Uri| Refusal::no_such_path(uri.path()))
        .method_not_allowed_fallback(async |method: Method| Refusal::method(method.as_str()))
        .layer(from_fn_with_state(Arc::clone(&shared), strike))
        .layer(from_fn_with_state(Arc::clone(&shared), limit))
        .layer(from_fn_with_state(Arc::clone(&shared), envelope))
        .with_state(shared)
}

/// The handler of a path's answer: from the portfolio, the parts of the path, and the parameters.
type Make = fn(&Portfolio, &[&str], &mut Params) -> Result<Value, Refusal>;

/// A path that answers with JSON.
fn read(need: Need, make: Make) -> MethodRouter<Arc<Shared>> {
    serve(need, make)
}

/// A path of one customer; its answer is made from the portfolio, the customer, the id below, and the parameters.
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

/// One part of a path, counted from 0; empty where there is none.
fn part<'p>(path: &[&'p str], place: usize) -> &'p str {
    path.get(place).copied().unwrap_or_default()
}

fn reseller(portfolio: &Portfolio, id: &str) -> Result<Value, Refusal> {
    let reseller = portfolio.reseller(id).ok_or_else(|| Refusal::reseller(id))?;
    Ok(reseller.resource(portfolio))
}

/// A path that answers `pong`.
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

/// Adds what every answer has: the delay, the ids of the request, of which the request's own is made where none came, and a
/// record for whoever wants to know.
async fn envelope(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(Peer { switch, progress, .. }): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
    const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
    progress.begins();
    let noted = Noted::start(&shared, &request);
    shared.count(request.uri().path());
    let headers = request.headers();
    let correlation = headers.get(&CORRELATION_ID).cloned();
    let request_id = headers.get(&REQUEST_ID).filter(|id| !id.as_bytes().trim_ascii().is_empty()).cloned();
    let due = tokio::time::Instant::now() + shared.latency;
    let mut response = next.run(request).await.into_response();
    // What the answer took is part of its latency.
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
        let machine = Machine::new(Faults::default(), 1, watch::channel(()).1);
        let shared = Shared::new(Portfolio::new(1, today, 2), guard, machine, Duration::ZERO);
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
