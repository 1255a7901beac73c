//! Applies the faults of a request.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::Uri,
    middleware::Next,
    response::Response,
};

use super::{
    FaultInjector, answers,
    connection::{Peer, Switch, Tear},
    damage::{break_off, damage, take},
    kinds::FaultKind,
    plan::Fate,
};
use crate::demo::{errors::is_token_service, server::Shared};

/// Answers a request, with the faults that were drawn for it.
pub(in crate::demo) async fn inject(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(Peer { switch, .. }): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let injector = &shared.injector;
    let Some(plan) = injector.plan() else { return next.run(request).await };
    let uri = request.uri().clone();
    let fate = plan.fate(uri.path_and_query().map_or(uri.path(), |call| call.as_str()));
    drift(&shared, &fate, &uri);
    let is_possible = |kind: &FaultKind| kind.is_also_of_token_service() || !is_token_service(&uri);
    let Some(kind) = fate.whole().filter(is_possible) else {
        return damage(injector, &fate, next.run(request).await).await;
    };
    let mut rng = fate.details(kind);
    if let Some(answer) = answers::of(kind, &uri, &mut rng) {
        injector.happened(kind);
        return answer;
    }
    match kind {
        FaultKind::Slow => {
            injector.happened(kind);
            let wait = u64::try_from(rng.between(500, 3000)).unwrap_or_default();
            tokio::time::sleep(Duration::from_millis(wait)).await;
            damage(injector, &fate, next.run(request).await).await
        }
        FaultKind::BadJson => {
            let (answer, broken) = break_off(next.run(request).await, &mut rng).await;
            if broken {
                injector.happened(kind);
            }
            answer
        }
        FaultKind::Cut => {
            injector.happened(kind);
            cut(&switch, next.run(request).await).await
        }
        FaultKind::Hang => {
            injector.happened(kind);
            hang(injector, &switch).await
        }
        _ => {
            injector.happened(FaultKind::Reset);
            switch.tear(Tear::Before);
            Response::default()
        }
    }
}

/// Lets a customer of the requested list leave it, or return.
fn drift(shared: &Shared, fate: &Fate, uri: &Uri) {
    if let Some(mut rng) = fate.within(FaultKind::Drift)
        && shared.drift(uri, &mut rng)
    {
        shared.injector.happened(FaultKind::Drift);
    }
}

/// Lets only the head and half of the body of a response through.
async fn cut(switch: &Switch, answer: Response) -> Response {
    let (mut answer, body) = take(answer).await;
    switch.tear(if body.is_empty() { Tear::Before } else { Tear::Within(body.len() / 2) });
    *answer.body_mut() = body.into();
    answer
}

/// Never responds. Ends when the server ends, or when the client hangs up.
async fn hang(injector: &FaultInjector, switch: &Switch) -> Response {
    injector.end().await;
    switch.tear(Tear::Before);
    Response::default()
}
