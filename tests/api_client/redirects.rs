//! Redirects: only within the API root, and only a few in a row.

use vipmp::api::ErrorKind;

use crate::server::{Reply, Server, TOKEN};

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed_with_new_ids() {
    let server = Server::start(|seen, _| match seen.target.as_str() {
        "/v3/customers/1" => Reply::status(307, "location: /v3/other?x=1#y\r\n", ""),
        "/v3/other?x=1" => Reply::status(302, "location: last\r\n", ""),
        _ => Reply::customer(),
    })
    .await;
    let answer = server.client().customer("1").await.unwrap();
    assert_eq!((answer.exchange.attempts, answer.exchange.url), (3, server.url("/v3/last").to_string()));
    let seen = server.seen();
    assert_eq!(seen[2].header("authorization"), format!("Bearer {TOKEN}"));
    assert_ne!(seen[0].header("x-request-id"), seen[1].header("x-request-id"));
    assert_ne!(seen[1].header("x-request-id"), seen[2].header("x-request-id"));
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_refused_and_shown() {
    let other = Server::start(|_, _| Reply::customer()).await;
    let elsewhere = other.url("/v3/customers/1").to_string();
    for target in [
        elsewhere.as_str(),
        "//evil.example/x",
        "https://evil.example/x",
        "javascript:alert(1)",
        "file:///etc/passwd",
    ] {
        let location = format!("location: {target}\r\n");
        let server = Server::start(move |_, _| Reply::status(302, &location, "")).await;
        let error = server.client().customer("1").await.unwrap_err();
        assert_eq!((error.kind, error.status), (ErrorKind::RefusedLink, Some(302)), "{target}");
        assert!(error.user_message().summary.contains(target), "{error}");
        assert_eq!(server.seen().len(), 1);
    }
    assert!(other.seen().is_empty(), "credentials never left the origin");
}

#[tokio::test]
async fn a_redirect_out_of_the_roots_path_is_refused_and_shown() {
    for (target, why) in [
        ("/other-app", "leads outside the API root"),
        ("/gw/adobex/v3/customers/1", "leads outside the API root"),
        ("/gw/adobe/../other-app", "leads outside its folder"),
        ("../../../../other-app", "leads outside its folder"),
        ("/gw/adobe/..;/other-app", "leads outside its folder"),
        ("/gw/adobe/..%2f..", "contains encoded slashes or dots"),
        ("/gw/adobe/%252e%252e/other-app", "contains encoded slashes or dots"),
        ("http://[/gw/adobe/v3", "is not an address"),
    ] {
        let location = format!("location: {target}\r\n");
        let server = Server::start(move |_, _| Reply::status(302, &location, "")).await;
        let error = server.client_at("/gw/adobe").customer("1").await.unwrap_err();
        assert_eq!((error.kind, error.status), (ErrorKind::RefusedLink, Some(302)), "{target}");
        assert!(error.user_message().summary.contains(&format!("the redirect to {target} {why}")), "{error}");
        let seen = server.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
    }
}

#[tokio::test]
async fn a_redirect_under_the_roots_path_is_followed() {
    let server = Server::start(|seen, _| match seen.target.as_str() {
        "/gw/adobe/v3/customers/1" => Reply::status(307, "location: /gw/adobe/v3/other\r\n", ""),
        _ => Reply::customer(),
    })
    .await;
    let answer = server.client_at("/gw/adobe").customer("1").await.unwrap();
    assert_eq!(answer.exchange.url, server.url("/gw/adobe/v3/other").as_str());
}

#[tokio::test]
async fn a_redirect_with_a_user_name_or_another_scheme_is_refused() {
    let server = Server::start(|seen, _| {
        let host = seen.header("host");
        let scheme = if seen.target.ends_with('1') { "https://" } else { "http://me@" };
        Reply::status(301, &format!("location: {scheme}{host}/x\r\n"), "")
    })
    .await;
    for id in ["1", "2"] {
        let error = server.client().customer(id).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::RefusedLink);
    }
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn the_fourth_redirect_is_one_too_many() {
    let server = Server::start(|seen, _| {
        let location = format!("location: {}\r\n", seen.target);
        Reply::status(308, &location, "")
    })
    .await;
    let error = server.client().customer("1").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::RefusedLink);
    assert!(error.user_message().summary.contains("one too many"), "{error}");
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn a_redirect_without_a_target_is_unreadable() {
    for status in [302, 304] {
        let server = Server::start(move |_, _| Reply::status(status, "", "")).await;
        let error = server.client().customer("1").await.unwrap_err();
        assert_eq!((error.kind, error.status), (ErrorKind::Unreadable, Some(status)));
    }
}
