//! A page of fifty customers in the API's format, and an app that shows it.

#![allow(dead_code, reason = "each bench uses its own part")]
#![allow(clippy::unwrap_used, reason = "a bench without its data cannot run")]

use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use futures_util::{FutureExt as _, future::BoxFuture};
use serde_json::json;
use vipmp::{
    account::AccountId,
    api::{ApiError, ApiResponse, Exchange, RequestOptions},
    model::{CustomerPage, CustomerQuery, Status},
    source::remote::{PageFetcher, RemoteRows},
    tui::app::{App, Configured, Effect, Message, Now, Setup},
};

/// The number of customers on the page.
pub(crate) const ROWS: usize = 50;

const NAMES: [&str; 5] = [
    "Acme Print GmbH",
    "Blå Havn Studio AS",
    "株式会社みどり出版",
    "Čapek & synové s.r.o.",
    "دار النخلة للنشر",
];

/// Returns the response's body.
pub(crate) fn body() -> Vec<u8> {
    let accounts: Vec<_> = (0..ROWS)
        .map(|n| {
            let id = (1_006_500_000 + n).to_string();
            json!({
                "externalReferenceId": format!("a19143f0-b5a7-47d3-abf5-bdfd79dc{n:03}"),
                "customerId": id, "resellerId": "1000396138", "status": "1000",
                "companyProfile": {"companyName": NAMES[n % NAMES.len()]},
                "creationDate": "2025-08-27T12:57:22Z",
                "links": {"self": {"uri": format!("/v3/customers/{id}"), "method": "GET", "headers": []}}
            })
        })
        .collect();
    let page = json!({"totalCount": 1204, "count": ROWS, "offset": 0, "limit": ROWS, "accounts": accounts});
    serde_json::to_vec_pretty(&page).unwrap()
}

/// Returns the query of the page.
pub(crate) fn query() -> CustomerQuery {
    CustomerQuery::new(Status::active(), 50).unwrap()
}

/// Returns a fixed moment.
pub(crate) fn now() -> Now {
    let wall: DateTime<FixedOffset> = "2026-11-23T12:57:22+00:00".parse().unwrap();
    Now { mono: Duration::from_secs(1), wall }
}

/// A server that answers every request with the page.
struct OnePage;

impl PageFetcher for OnePage {
    fn page<'a>(
        &'a self,
        _: &'a str,
        query: &'a CustomerQuery,
        _: &RequestOptions,
    ) -> BoxFuture<'a, Result<ApiResponse<CustomerPage>, ApiError>> {
        let value = CustomerPage::from_slice(query.clone(), &body()).unwrap();
        std::future::ready(Ok(ApiResponse { value, exchange: Exchange::default() })).boxed()
    }

    fn now(&self) -> DateTime<FixedOffset> {
        now().wall
    }
}

/// Returns an app of this size that shows the page.
pub(crate) fn app(width: u16, height: u16) -> App {
    let setup = Setup {
        target: AccountId::Demo,
        demo_reseller: "1000396138".to_owned(),
        invocation: vipmp::tui::Invocation::default(),
        configured: Configured::default(),
        size: (width, height),
        stands_in: false,
        mouse: true,
        folder: "/home/mara".into(),
        notice: None,
    };
    let (mut app, effects) = App::new(setup, now());
    for effect in effects {
        if let Effect::LoadRows(ticket, request, _) = effect {
            let rows = RemoteRows::new("1000396138");
            let options = RequestOptions::default();
            let window = rows.window(&OnePage, &request, &options).now_or_never().unwrap().unwrap();
            app.update(now(), Message::Rows(ticket, Ok(Box::new(window))));
        }
    }
    assert!(app.has_rows());
    app
}
