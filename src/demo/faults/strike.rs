//! Lets what was drawn for a request happen to it.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::Uri,
    middleware::Next,
    response::Response,
};

use super::{
    Machine, answers,
    connection::{Peer, Switch, Tear},
    kinds::Kind,
    plan::Fate,
    spoil::{break_off, spoil, take},
};
use crate::demo::{errors::is_token_service, server::Shared};

/// Answers a request, unless something happens to it.
pub(in crate::demo) async fn strike(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(Peer { switch, .. }): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let machine = &shared.machine;
    let Some(plan) = machine.plan() else { return next.run(request).await };
    let uri = request.uri().clone();
    let fate = plan.fate(uri.path_and_query().map_or(uri.path(), |call| call.as_str()));
    drift(&shared, &fate, &uri);
    let is_possible = |kind: &Kind| kind.is_of_tokens_too() || !is_token_service(&uri);
    let Some(kind) = fate.whole().filter(is_possible) else {
        return spoil(machine, &fate, next.run(request).await).await;
    };
    let mut rng = fate.details(kind);
    if let Some(answer) = answers::of(kind, &uri, &mut rng) {
        machine.happened(kind);
        return answer;
    }
    match kind {
        Kind::Slow => {
            machine.happened(kind);
            let wait = u64::try_from(rng.between(500, 3000)).unwrap_or_default();
            tokio::time::sleep(Duration::from_millis(wait)).await;
            spoil(machine, &fate, next.run(request).await).await
        }
        Kind::BadJson => {
            let (answer, broken) = break_off(next.run(request).await, &mut rng).await;
            if broken {
                machine.happened(kind);
            }
            answer
        }
        Kind::Cut => {
            machine.happened(kind);
            cut(&switch, next.run(request).await).await
        }
        Kind::Hang => {
            machine.happened(kind);
            hang(machine, &switch).await
        }
        _ => {
            machine.happened(Kind::Reset);
            switch.tear(Tear::Before);
            Response::default()
        }
    }
}

/// Lets a customer leave the list that is asked for, or come back.
fn drift(shared: &Shared, fate: &Fate, uri: &Uri) {
    if let Some(mut rng) = fate.within(Kind::Drift)
        && shared.drift(uri, &mut rng)
    {
        shared.machine.happened(Kind::Drift);
    }
}

/// An answer of which the head and half of the body arrive.
async fn cut(switch: &Switch, answer: Response) -> Response {
    let (mut answer, body) = take(answer).await;
    switch.tear(if body.is_empty() { Tear::Before } else { Tear::Within(body.len() / 2) });
    *answer.body_mut() = body.into();
    answer
}

/// Never answers; the server's end tears the connection, and the client's dropping it ends this.
async fn hang(machine: &Machine, switch: &Switch) -> Response {
    machine.end().await;
    switch.tear(Tear::Before);
    Response::default()
}
