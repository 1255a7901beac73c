//! Responses that are compressed or in another character set, or falsely claim to be.

use vipmp::{
    api::{ApiError, ErrorKind},
    model::{CustomerPage, CustomerQuery, Status},
};

use crate::{
    gzip::gzip_stored,
    server::{Reply, Server},
};

const BODY: &str = r#"{"customerId": "7"}"#;

fn reply(headers: &str, body: impl AsRef<[u8]>) -> Reply {
    Reply::status(200, &format!("{headers}\r\n"), body)
}

async fn error_of(status: u16, headers: &'static str, body: &'static [u8]) -> (ApiError, usize) {
    let server = Server::start(move |_, _| Reply::status(status, &format!("{headers}\r\n"), body)).await;
    let error = server.client().customer("7").await.unwrap_err();
    (error, server.seen().len())
}

#[tokio::test]
async fn gzip_is_read_under_each_of_its_names_and_without_one() {
    for header in [
        "content-encoding: GZIP",
        "Content-Encoding: Gzip",
        "content-encoding: x-gzip",
        "content-encoding: X-GZIP",
        "content-encoding: identity, gzip",
        "content-encoding: gzip,identity",
        "content-encoding: identity\r\ncontent-encoding: gzip",
        "content-encoding: ",
        "content-encoding: identity",
        "content-type: application/json",
    ] {
        let server = Server::start(move |_, _| reply(header, gzip_stored(BODY))).await;
        let answer = server.client().customer("7").await.unwrap_or_else(|error| panic!("{header}: {error}"));
        assert_eq!(
            (answer.value.customer_id.as_deref(), answer.exchange.body_bytes),
            (Some("7"), BODY.len())
        );
    }
    for header in ["content-encoding: identity", "content-encoding: IDENTITY", "content-encoding: "] {
        let server = Server::start(move |_, _| reply(header, BODY)).await;
        assert_eq!(server.client().customer("7").await.unwrap().value.customer_id.as_deref(), Some("7"));
    }
}

#[tokio::test]
async fn an_unknown_encoding_is_named_and_its_bytes_are_not_shown() {
    for (header, name) in [
        ("content-encoding: br\r\ncontent-type: application/json", "br"),
        ("content-encoding: Deflate\r\ncontent-type: application/json", "deflate"),
        ("content-encoding: gzip, zstd\r\ncontent-type: application/json", "zstd"),
    ] {
        let (error, _) = error_of(200, header, b"\x0b\x02\x80secret\x03").await;
        assert_eq!((error.kind, error.status), (ErrorKind::Unreadable, Some(200)));
        assert_eq!(
            error.user_message().summary,
            format!(
                "The response was not what the API documents: it cannot be decoded: the content encoding {name} is not \
                 supported (HTTP 200, application/json, 10 bytes). Request ID {}.",
                error.request_id().unwrap()
            )
        );
    }
}

#[tokio::test]
async fn an_error_keeps_its_status_whatever_its_body_is() {
    let (error, sent) = error_of(503, "content-encoding: br", b"\x0b\x02\x80").await;
    assert_eq!((error.kind, error.status, sent), (ErrorKind::Server, Some(503), 4), "{error}");
    assert!(error.user_message().summary.contains("the content encoding br is not supported"), "{error}");
    let (error, sent) = error_of(404, "content-encoding: gzip", b"none").await;
    assert_eq!((error.kind, sent), (ErrorKind::NotFound, 1), "{error}");
    let (error, _) = error_of(400, "content-type: image/png", b"\x89PNG\r\n\x1a\n\0\0\0").await;
    assert!(error.user_message().summary.contains("binary data (HTTP 400, image/png, 11 bytes)"), "{error}");
    let (error, _) = error_of(400, "content-type: text/plain; charset=iso-8859-1", b"F\xfcr Sie nicht").await;
    assert!(error.user_message().summary.contains("F\u{fc}r Sie nicht"), "{error}");
}

#[tokio::test]
async fn binary_data_is_described_by_type_and_length() {
    let (error, _) =
        error_of(200, "content-type: application/octet-stream", b"\x89PNG\r\n\x1a\n\0\0\0").await;
    let words = error.user_message().summary;
    assert!(
        words.contains("not JSON but binary data (HTTP 200, application/octet-stream, 11 bytes)"),
        "{words}"
    );
    assert!(!words.contains("PNG"), "{words}");
}

#[tokio::test]
async fn truncated_json_is_called_json() {
    let (error, _) =
        error_of(200, "content-type: application/json", b"{\"customerId\": \"7\",\n \"status\": ").await;
    let words = error.user_message().summary;
    assert!(words.contains("not valid JSON (it ends too early, at line 2 column 11)"), "{words}");
    assert!(!words.contains("customerId"), "{words}");
}

#[tokio::test]
async fn the_character_set_comes_from_the_headers_or_the_first_bytes() {
    let text = "{\"customerId\": \"7\", \"companyProfile\": {\"companyName\": \"K\u{f6}ln\"}}";
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (header, body) in [
        ("content-type: application/json; charset=iso-8859-1", latin.clone()),
        ("content-type: application/json;charset=\"Windows-1252\"", latin.clone()),
        ("content-type: application/json", utf_16.clone()),
        ("content-type: application/json; charset=utf-16", [b"\xff\xfe", &utf_16[..]].concat()),
        ("content-type: application/json; charset=iso-8859-1", text.into()),
    ] {
        let server = Server::start(move |_, _| reply(header, &body)).await;
        let customer = server.client().customer("7").await.unwrap().value;
        assert_eq!(customer.company_name.as_deref(), Some("K\u{f6}ln"), "{header}");
        assert_eq!(customer.problems, []);
    }
    // Nothing states the character set, so a character is lost, which is reported.
    let server = Server::start(move |_, _| reply("content-type: application/json", &latin)).await;
    let customer = server.client().customer("7").await.unwrap().value;
    assert_eq!(customer.company_name.as_deref(), Some("K\u{fffd}ln"));
    assert_eq!(customer.problems.len(), 1);
}

#[tokio::test]
async fn a_damaged_page_has_all_its_rows() {
    let body = b"{\"totalCount\": 3, \"accounts\": [{\"customerId\": \"1\"}, \
        {\"customerId\": \"2\", \"companyProfile\": {\"companyName\": \"Acme \xc3\"}}, {\"customerId\": \"3\"}]}\0";
    let server = Server::start(move |_, _| Reply::ok(body)).await;
    let query = CustomerQuery::new(Status::active(), 50).unwrap();
    let page: CustomerPage = server.client().customers("1", &query).await.unwrap().value;
    let names: Vec<_> = page.rows.iter().map(|row| row.customer().unwrap().company_name.as_deref()).collect();
    assert_eq!(names, [None, Some("Acme \u{fffd}"), None]);
    assert_eq!(page.rows.iter().map(|row| row.damage().count()).collect::<Vec<_>>(), [0, 1, 1]);
}
