//! Faults of connections.

use std::net::TcpListener;

use tokio::{io::AsyncReadExt as _, net::TcpListener as AsyncListener};

use super::super::{
    catalogue::{Case, case},
    gzip::gzip_bomb,
    server::Reply,
    stage::{ESC, SignIn, Stage, assert_works, list_is, recovers_silently, sees},
};

pub(crate) const CASES: &[Case] = &[
    case!(name_not_found, "the name is not found"),
    case!(refused, "the connection is refused"),
    case!(never_responds, "the server accepts the connection and never responds"),
    case!(
        a_wait_is_stopped,
        "the server accepts the connection and never responds, and the user stops the wait"
    ),
    case!(a_byte_at_a_time, "the response arrives a byte at a time"),
    case!(reset_before_headers, "the connection is reset before the headers"),
    case!(reset_during_the_body, "the connection is reset during the body"),
    case!(reset_every_time, "the connection is reset every time"),
    case!(truncated_chunks, "the chunked body is truncated"),
    case!(content_length_too_long, "the content length is too long"),
    case!(tls_to_a_plain_port, "TLS to a port without TLS"),
    case!(wrong_certificate, "the certificate is from an unknown authority"),
    case!(closed_while_idle, "the server closes idle connections"),
    case!(gzip_without_end, "a gzip bomb"),
    case!(proxy_refuses, "the proxy refuses"),
    case!(proxy_is_dead, "nothing listens where the proxy should be"),
    case!(proxy_variable_is_invalid, "the proxy variable is invalid"),
    case!(certificates_missing, "the certificate file does not exist"),
];

fn nothing() -> Stage {
    Stage::new(|_, _| None)
}

#[test]
fn name_not_found() {
    let stage = nothing();
    let pty = stage.user_with(SignIn::Token, "https://no-such-host.invalid", "", &[]);
    sees(&pty, &["Offline: could not reach no-such-host.invalid (name not found).", "[r] retry"]);
    assert!(stage.server.seen().is_empty());
    assert_works(&pty);
}

#[test]
fn refused() {
    let stage = nothing();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let pty = stage.user_with(SignIn::Token, &format!("http://{address}"), "", &[]);
    sees(
        &pty,
        &[
            &format!("Offline: could not reach {address} (connection refused). Tried 4 times."),
            "Check the network, the VPN and the proxy.",
        ],
    );
    assert_works(&pty);
}

#[test]
fn never_responds() {
    let stage = Stage::list(|| Reply::Hold(Vec::new()));
    let pty = stage.impatient();
    sees(&pty, &["did not respond in time (no complete response within 1 s). Tried 4 times."]);
    assert_eq!(stage.lists().len(), 4);
    assert_works(&pty);
}

#[test]
fn a_wait_is_stopped() {
    let stage = Stage::list(|| Reply::Hold(Vec::new()));
    let pty = stage.user();
    // The wait is visible, with its duration.
    pty.wait_for(|screen| screen.contains("Customers ⠋ 0.") || screen.contains("0.5 s"), "the wait");
    pty.send(ESC);
    sees(&pty, &["Stopped"]);
    stage.runtime.block_on(stage.server.hung_up());
    assert_eq!(stage.lists().len(), 1, "what is stopped is not tried again");
    assert_works(&pty);
}

#[test]
fn a_byte_at_a_time() {
    let answer = "HTTP/1.1 200 X\r\ncontent-length: 2\r\n\r\n{}";
    let stage = Stage::list(move || Reply::Drip(answer.into()));
    let pty = stage.impatient();
    sees(&pty, &["did not respond in time (no complete response within 1 s). Tried 4 times."]);
    assert_works(&pty);
}

#[test]
fn reset_before_headers() {
    recovers_silently(|| Reply::Reset(Vec::new()));
}

const TORN: &str = "HTTP/1.1 200 X\r\ncontent-length: 90\r\n\r\n{\"totalCount\": 1";

#[test]
fn reset_during_the_body() {
    recovers_silently(|| Reply::Reset(TORN.into()));
}

#[test]
fn reset_every_time() {
    list_is(
        || Reply::Reset(TORN.into()),
        &["The response from 127.0.0.1", "was truncated", "Tried 4 times."],
        4,
    );
}

#[test]
fn truncated_chunks() {
    let torn = "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n20\r\n{\"totalCount\"";
    recovers_silently(move || Reply::Close(torn.into()));
    list_is(move || Reply::Close(torn.into()), &["was truncated", "Tried 4 times."], 4);
}

#[test]
fn content_length_too_long() {
    let short = "HTTP/1.1 200 X\r\ncontent-length: 500\r\n\r\n{\"totalCount\": 0, \"accounts\": []}";
    list_is(
        move || Reply::Close(short.into()),
        &["The response from 127.0.0.1", "was truncated (connection closed mid-response)", "Tried 4 times."],
        4,
    );
}

#[test]
fn tls_to_a_plain_port() {
    let stage = nothing();
    let root = stage.server.url("").as_str().replace("http://", "https://");
    let pty = stage.user_with(SignIn::Token, &root, "", &[]);
    sees(&pty, &["Could not establish a secure connection to 127.0.0.1", "SSL_CERT_FILE"]);
    assert!(stage.server.seen().is_empty(), "no request in the open");
    assert_works(&pty);
}

#[test]
fn wrong_certificate() {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };
    let stage = nothing();
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = stage.runtime.block_on(AsyncListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let spoken = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&spoken);
    stage.runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await
                && stream.read(&mut [0; 64]).await.is_ok_and(|read| read > 0)
            {
                heard.store(true, Ordering::SeqCst);
            }
        }
    });
    let pty = stage.user_with(SignIn::Token, &format!("https://{address}"), "", &[]);
    sees(
        &pty,
        &[
            "Could not establish a secure connection to 127.0.0.1",
            "invalid peer certificate",
            "SSL_CERT_FILE",
        ],
    );
    assert!(!spoken.load(Ordering::SeqCst), "nothing is said to who cannot prove who it is");
    assert_works(&pty);
}

#[test]
fn closed_while_idle() {
    let stage = Stage::new(|seen, _| {
        let Reply::Send(bytes) = super::super::stage::documented_reply(seen) else { unreachable!() };
        Some(Reply::Close(bytes))
    });
    let pty = stage.user();
    sees(&pty, &["1–50 of 120"]);
    pty.send("]");
    sees(&pty, &["51–100 of 120"]);
    pty.send("]");
    let screen = sees(&pty, &["101–120 of 120"]);
    assert!(!screen.contains("Offline"), "{screen}");
    assert_works(&pty);
}

#[test]
fn gzip_without_end() {
    let bomb = gzip_bomb(64 * 1024 * 1024);
    list_is(
        move || Reply::status(200, "content-encoding: gzip\r\n", &bomb),
        &["The response was not what the API documents: it is larger than 16 MiB.", "[i] see"],
        1,
    );
}

#[test]
fn proxy_refuses() {
    let stage = Stage::new(|seen, _| {
        assert_eq!(seen.method, "CONNECT", "only the way there is asked for");
        Some(Reply::status(403, "", ""))
    });
    let proxy = stage.server.url("");
    let env = [("HTTPS_PROXY", proxy.as_str())];
    let pty = stage.user_with(SignIn::Token, "https://partners.example.com", "", &env);
    let told =
        format!("through the proxy of HTTPS_PROXY, {}: it refuses", proxy.as_str().trim_end_matches('/'));
    sees(&pty, &[&told, "NO_PROXY", "[r] retry"]);
    for seen in stage.server.seen() {
        assert!(seen.headers.iter().all(|(name, _)| name != "authorization" && name != "x-api-key"));
    }
    assert_works(&pty);
}

#[test]
fn proxy_is_dead() {
    let stage = nothing();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let env = [("HTTPS_PROXY", &*format!("http://jane:s3cret@{address}"))];
    let pty = stage.user_with(SignIn::Token, "https://partners.example.com", "", &env);
    let told = format!("the proxy of HTTPS_PROXY, http://jane:••••@{address} (connection refused)");
    sees(&pty, &[&told, "Tried 4 times.", "Check that the proxy is running"]);
    assert!(!String::from_utf8_lossy(&pty.raw()).contains("s3cret"));
    assert_works(&pty);
}

#[test]
fn proxy_variable_is_invalid() {
    let stage = nothing();
    let env = [("HTTPS_PROXY", "socks6://jane:s3cret@proxy")];
    let pty = stage.user_with(SignIn::Token, "https://partners.example.com", "", &env);
    sees(&pty, &["The environment variable HTTPS_PROXY cannot be used: socks6:// is not supported"]);
    assert!(!String::from_utf8_lossy(&pty.raw()).contains("s3cret"));
    assert_works(&pty);
}

#[test]
fn certificates_missing() {
    let stage = nothing();
    let env = [("SSL_CERT_FILE", "/no/such/company.pem")];
    let pty = stage.user_with(SignIn::Token, "https://partners.example.com", "", &env);
    sees(
        &pty,
        &["The environment variable SSL_CERT_FILE cannot be used: /no/such/company.pem does not exist."],
    );
    assert_works(&pty);
}
