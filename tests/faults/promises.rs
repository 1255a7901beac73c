//! Promises of the program: it only reads, and its credentials are sent only to their servers.

use std::{collections::BTreeMap, path::Path};

use serde_json::{Value, json};

use super::super::{
    catalogue::{Case, case},
    server::Seen,
    stage::{ESC, SignIn, Stage, assert_works, is_list, page, row, sees},
};

pub(crate) const CASES: &[Case] = &[
    case!(a_whole_session_only_reads, "a session that opens everything sends only GET and the token request"),
    case!(
        nothing_else_can_be_sent,
        "no code outside the transport can send anything, and the transport sends only these two"
    ),
    case!(
        links_that_lead_elsewhere,
        "links that lead to another origin, out of the root, or need another method"
    ),
    case!(
        each_server_gets_its_own_credentials,
        "the API and the token service get only their own credentials"
    ),
    case!(a_link_replaces_no_header, "a link with headers"),
];

/// Opens every tab, order, record, page, filter and list that a user can reach from the main screen.
#[test]
fn a_whole_session_only_reads() {
    let stage = Stage::new(|_, _| None);
    let pty = stage.signing_in();
    sees(&pty, &["1–50 of 120"]);
    for keys in ["2", "3", "4", "0", "1", "s", "S", "s", "]", "[", "r", "G", "g"] {
        pty.send(keys);
    }
    sees(&pty, &["1–50 of 120"]);
    pty.send("\r");
    for tab in ["Status", "no contacts", "No subscriptions", "0 orders", "\"customerId\""] {
        sees(&pty, &[tab]);
        pty.send("l");
    }
    pty.send(ESC);
    sees(&pty, &["1–50 of 120"]);
    pty.send(":");
    pty.send("customer 1000000119\r");
    stage.wait_for(1, |seen| seen.target.ends_with("/1000000119"));
    sees(&pty, &["1000000119"]);
    pty.send("p");
    sees(&pty, &["emea"]);
    pty.send("t");
    sees(&pty, &["First page"]);
    stage.wait_for(1, |seen| seen.target.contains("/ping"));
    let mut methods: BTreeMap<String, usize> = BTreeMap::new();
    for seen in stage.server.seen() {
        assert_eq!(seen.method == "POST", seen.target == "/ims/token/v3", "{seen:?}");
        *methods.entry(seen.method).or_default() += 1;
    }
    assert_eq!(methods.keys().collect::<Vec<_>>(), ["GET", "POST"]);
    assert!(methods["GET"] > 10, "{methods:?}");
}

/// Returns all source files with their text, without comments.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            found.push((path.to_string_lossy().into_owned(), code.join("\n")));
        }
    }
}

#[test]
fn nothing_else_can_be_sent() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    // Everything that builds or sends a request with reqwest, which can be reached only by its name.
    let senders = ["Client::builder", "Client::new()", "RequestBuilder", ".send()", ".execute("];
    let mut transports = 0;
    for (file, code) in &found {
        if file.ends_with("api/transport.rs") {
            transports += 1;
            let count = |what: &str| code.matches(what).count();
            assert_eq!((count("self.http."), count("self.http.get("), count("self.http.post(")), (2, 1, 1));
            for other in ["put(", "patch(", "delete(", "head(", ".request(", "execute(", "Method"] {
                assert_eq!(count(other), 0, "{other} in {file}");
            }
        } else if code.contains("reqwest") {
            for sender in senders {
                assert!(!code.contains(sender), "{sender} in {file}");
            }
        }
        // The demo is a server: it may name methods, but sends nothing.
        let other_clients = ["hyper::", "hyper_util", "ureq", "curl::", "TcpStream::connect"];
        for client in other_clients.iter().filter(|_| !file.contains("/demo/")) {
            assert!(!code.contains(client), "{client} in {file}");
        }
    }
    assert_eq!(transports, 1);
}

#[test]
fn links_that_lead_elsewhere() {
    let elsewhere = Stage::new(|_, _| None);
    let origin = elsewhere.server.url("");
    let host = origin.as_str().trim_start_matches("http:").trim_end_matches('/').to_owned();
    let links = [
        json!({"uri": format!("{}v3/customers/1", origin), "method": "GET"}),
        json!({"uri": format!("{host}/v3/customers/1"), "method": "GET"}),
        json!({"uri": format!("http:{host}@127.0.0.1/v3/customers/1"), "method": "GET"}),
        json!({"uri": "javascript:alert(1)", "method": "GET"}),
        json!({"uri": "/v3/../../x", "method": "GET"}),
        json!({"uri": "/v3/customers/..%2f..%2fx", "method": "GET"}),
        json!({"uri": "/v3/customers/1", "method": "DELETE"}),
        json!({"uri": "/v3/customers/1", "method": "POST"}),
    ];
    let count = links.len();
    let rows: Vec<Value> = links
        .into_iter()
        .enumerate()
        .map(|(number, link)| {
            let mut row = row(number);
            row["links"] = json!({"self": link});
            row
        })
        .collect();
    let stage = Stage::list(move || page(&rows, count, 0));
    let pty = stage.user();
    sees(&pty, &["1–8 of 8"]);
    for _ in 0..count {
        pty.send("\r");
        sees(&pty, &["Not followed:"]);
        pty.send(ESC);
        sees(&pty, &["1–8 of 8"]);
        pty.send("j");
    }
    let asked: Vec<Seen> = stage.server.seen();
    assert!(asked.iter().all(|seen| seen.method == "GET" && !seen.target.starts_with("/v3/customers/")));
    assert!(elsewhere.server.seen().is_empty(), "{:?}", elsewhere.server.seen());
    assert_works(&pty);
}

#[test]
fn each_server_gets_its_own_credentials() {
    // The API and the token service are different servers.
    let api = Stage::new(|_, _| None);
    let service = Stage::new(|_, _| None);
    let pty = service.user_with(SignIn::Secret, api.server.url("").as_str(), "", &[]);
    sees(&pty, &["1–50 of 120"]);
    assert!(api.server.seen().iter().all(|seen| seen.method == "GET"));
    for seen in api.server.seen() {
        assert_eq!(seen.header("authorization"), "Bearer tok-1");
        let sent = format!("{seen:?}");
        assert!(!sent.contains("invented-1") && !sent.contains("client_secret"), "{sent}");
    }
    let sign_ins = service.server.seen();
    assert_eq!(sign_ins.len(), 1);
    assert!(sign_ins[0].body.contains("client_secret=invented-1"));
    let names = |seen: &Seen| seen.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert!(names(&sign_ins[0]).iter().all(|name| name != "authorization" && name != "x-api-key"));
    assert_works(&pty);
}

#[test]
fn a_link_replaces_no_header() {
    let mut first = row(0);
    let own = |name: &str, value: &str| json!({"key": name, "value": value});
    first["links"]["self"]["headers"] = json!([
        own("Authorization", "Bearer other"),
        own("X-Api-Key", "other"),
        own("Host", "evil.example"),
        own("Cookie", "a=b"),
        own("Transfer-Encoding", "chunked"),
        own("X-Harmless", "yes"),
    ]);
    let stage = Stage::new(move |seen, _| is_list(seen).then(|| page(&[first.clone()], 1, 0)));
    let pty = stage.user();
    sees(&pty, &["1–1 of 1"]);
    pty.send("\r");
    stage.wait_for(1, |seen| seen.target == "/v3/customers/1000000000");
    let seen = stage.server.seen();
    let seen = seen.iter().find(|seen| seen.target == "/v3/customers/1000000000").unwrap();
    assert_eq!(seen.header("authorization"), "Bearer invented-1");
    assert_eq!(seen.header("x-api-key"), "client-1");
    assert!(seen.header("host").starts_with("127.0.0.1:"));
    assert_eq!(seen.header("x-harmless"), "yes");
    assert!(seen.headers.iter().all(|(name, _)| name != "cookie" && name != "transfer-encoding"));
    // Esc would first cancel a load.
    sees(&pty, &["Reseller 1000396138"]);
    pty.send(ESC);
    sees(&pty, &["1–1 of 1"]);
    assert_works(&pty);
}
