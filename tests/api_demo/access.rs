//! Access: keys, secrets and tokens, and tokens that expire while they are used.

use std::sync::Arc;

use futures_util::future::join_all;
use vipmp::{
    api::{Client, ClientConfig, ErrorKind, FixedToken, HIDDEN, OrdersQuery, Service},
    demo::{Demo, RESELLER_ID},
    model::{Customer, CustomerQuery, Status},
};

use crate::{
    relay::Relay,
    setup::{
        FIRST_SAMPLE, Setup, TOKEN_PATH, client_at, code, ids, list_path, network, signing_in, signing_in_as,
        small, with_status,
    },
};

fn sample_path() -> String {
    format!("/v3/customers/{FIRST_SAMPLE}")
}

#[tokio::test]
async fn a_wrong_key_is_reported_and_not_retried() {
    let demo = Demo::start(small()).await.unwrap();
    let config =
        ClientConfig::new(demo.api_url().parse().unwrap(), "key-of-another-environment".into(), network());
    let client = Client::new(config, signing_in(&demo)).unwrap();
    for error in [
        client.customer(FIRST_SAMPLE).await.unwrap_err(),
        client.customers(RESELLER_ID, &with_status("1000")).await.unwrap_err(),
    ] {
        assert_eq!((error.kind, error.status, code(&error)), (ErrorKind::Forbidden, Some(403), "4115"));
        let told = error.user_message();
        assert!(told.summary.starts_with("403 The API key was not accepted (4115). Request ID "), "{told}");
        assert!(told.hint.starts_with("The client ID may belong to the other environment"), "{told}");
        assert!(!format!("{error:?}").contains("key-of-another"), "{error:?}");
    }
    assert_eq!(demo.requests(), 3, "one to sign in, one for each call");
}

#[tokio::test]
async fn a_wrong_secret_or_client_id_is_reported_in_the_token_services_words() {
    let demo = Demo::start(small()).await.unwrap();
    let secret = "s3cr3t-of-another-project";
    let refused = "The token service did not accept the client ID or the secret (invalid_client): the ";
    for (id, given, status, words) in [
        (demo.client_id(), secret, 401, "client_secret is wrong"),
        ("id-of-another-project", demo.client_secret(), 400, "client_id is not known"),
    ] {
        let client = client_at(&demo, demo.api_url(), signing_in_as(&demo, id, given));
        let error = client.customer(FIRST_SAMPLE).await.unwrap_err();
        assert_eq!((error.kind, error.service), (ErrorKind::Unauthorized, Service::TokenService));
        assert_eq!((error.status, code(&error)), (Some(status), "invalid_client"));
        let told = error.user_message();
        assert!(told.summary.starts_with(&format!("{status} {refused}{words}. Request ID ")), "{told}");
        assert_eq!(told.hint, "Check the client ID and secret and that they belong to this environment.");
        let record = format!("{error:?}");
        assert!(!record.contains(given) && !record.contains(id) && record.contains(HIDDEN), "{record}");
        assert_eq!(error.resource.as_deref(), Some("customer 1006500792"));
    }
    assert_eq!(demo.requests_by_path().into_iter().collect::<Vec<_>>(), [(TOKEN_PATH.to_owned(), 2)]);
}

#[tokio::test]
async fn a_token_that_expires_in_use_is_renewed_silently() {
    let setup = Setup::start(small()).await;
    let client = &setup.client;
    assert_eq!(client.customer(FIRST_SAMPLE).await.unwrap().exchange.attempts, 1);
    setup.demo.expire_tokens();
    let answer = client.customer(FIRST_SAMPLE).await.unwrap();
    assert_eq!((answer.exchange.attempts, answer.exchange.status), (2, Some(200)));
    assert_eq!(client.customer(FIRST_SAMPLE).await.unwrap().exchange.attempts, 1, "the new one is kept");
    assert_eq!((setup.count(TOKEN_PATH), setup.count(&sample_path())), (2, 4));
}

#[tokio::test]
async fn paging_continues_when_a_token_expires() {
    let setup = Setup::start(small()).await;
    let query = CustomerQuery::new(Status::active(), 7).unwrap();
    let whole = setup.all(&query).await;
    let (mut rows, mut renewed) = (Vec::new(), 0);
    while rows.len() < whole.len() {
        setup.demo.expire_tokens();
        let answer = setup.client.customers(RESELLER_ID, &query.clone().at(rows.len() as u64)).await.unwrap();
        assert_eq!(answer.exchange.attempts, 2);
        renewed += 1;
        rows.extend(crate::setup::customers(answer.value));
    }
    assert_eq!(ids(&rows), ids(&whole));
    assert_eq!((setup.count(TOKEN_PATH), setup.count(&list_path())), (1 + renewed, 3 * renewed));

    setup.demo.expire_tokens();
    let query = OrdersQuery { start_date: "2010-01-01".parse().ok(), ..OrdersQuery::default() };
    let page = setup.client.orders(FIRST_SAMPLE, &query).await.unwrap().value;
    setup.demo.expire_tokens();
    let next = setup.client.orders_by_link(&page.links.next.unwrap()).await.unwrap();
    assert_eq!((next.exchange.attempts, next.value.offset), (2, 100));
}

async fn ten_calls(client: &Client) -> Vec<Customer> {
    let answers = join_all((0..10).map(|_| client.customer(FIRST_SAMPLE))).await;
    answers.into_iter().map(|answer| answer.unwrap().value).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_calls_at_the_start_sign_in_once_and_renew_once() {
    let setup = Setup::start(small()).await;
    let first = ten_calls(&setup.client).await;
    assert!(first.windows(2).all(|two| two[0] == two[1]));
    assert_eq!((setup.count(TOKEN_PATH), setup.count(&sample_path())), (1, 10));
    setup.demo.expire_tokens();
    assert_eq!(ten_calls(&setup.client).await, first);
    assert_eq!(setup.count(TOKEN_PATH), 2);
    let calls = setup.count(&sample_path());
    // A request that starts after the new token arrived never uses the old one.
    assert!((21..=30).contains(&calls), "{calls}");
}

/// Fetches a token as a user copies it from another tool.
async fn bring(demo: &Demo) -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", demo.client_id()),
        ("client_secret", demo.client_secret()),
        ("scope", "openid,AdobeID,read_organizations"),
    ];
    let body = http.post(demo.token_url()).form(&form).send().await.unwrap().text().await.unwrap();
    let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_external_token_works_until_it_expires() {
    let demo = Demo::start(small()).await.unwrap();
    let token = bring(&demo).await;
    let client = client_at(&demo, demo.api_url(), Arc::new(FixedToken::new(token.clone().into())));
    let answer = client.customer(FIRST_SAMPLE).await.unwrap();
    assert!(!format!("{answer:?}").contains(&token), "the record hides it");
    demo.expire_tokens();
    let before = demo.requests();
    let error = client.customer(FIRST_SAMPLE).await.unwrap_err();
    assert_eq!((error.kind, error.status, code(&error)), (ErrorKind::Unauthorized, Some(401), "4116"));
    let told = error.user_message();
    let words =
        "401 The access token was not accepted (4116): it came from another tool and cannot be renewed here.";
    assert!(told.summary.starts_with(words) && !told.summary.contains(&token), "{told}");
    assert_eq!(told.hint, "It has most likely expired: provide a new one.");
    assert_eq!(demo.requests(), before + 1, "no sign-in and no retry");
    let never_good = client_at(&demo, demo.api_url(), Arc::new(FixedToken::new("demo-invented".into())));
    assert_eq!(code(&never_good.customer(FIRST_SAMPLE).await.unwrap_err()), "4116");
}

#[tokio::test]
async fn a_token_that_a_proxy_damages_is_renewed_once_and_reported() {
    let demo = Demo::start(small()).await.unwrap();
    let relay = Relay::with(&demo, "authorization", "Bearer spoiled").await;
    let error = relay.client(&demo).customer(FIRST_SAMPLE).await.unwrap_err();
    assert_eq!((error.kind, error.status, code(&error)), (ErrorKind::Unauthorized, Some(401), "4116"));
    let words = "401 The access token was not accepted (4116). Signed in again, still refused.";
    assert!(error.user_message().summary.starts_with(words), "{error}");
    let seen = relay.seen();
    assert_eq!((seen.len(), demo.requests_by_path()[TOKEN_PATH]), (2, 2));
    assert_ne!(seen[0]["authorization"], seen[1]["authorization"], "with another token");
    for name in ["x-request-id", "x-correlation-id"] {
        assert_ne!(seen[0][name], seen[1][name], "{name} is new after an answer");
    }
}
