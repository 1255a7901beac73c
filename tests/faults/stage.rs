//! An API with scripted faults, and a user who runs the program with it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::{
    server::{Reply, Seen, Server},
    support::pty::Pty,
};

pub(crate) const RESELLER: &str = "1000396138";
pub(crate) const ESC: &str = "\x1b";
/// The variable with the token or the secret of the profile.
const SECRET_VARIABLE: &str = "FAULT_SECRET";

/// The API. Requests that the script does not handle get the documented response.
pub(crate) struct Stage {
    pub(crate) server: Server,
    pub(crate) runtime: Runtime,
    folder: tempfile::TempDir,
}

/// The credentials of a profile.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignIn {
    /// A token from the environment.
    Token,
    /// A secret for the token service of the same server.
    Secret,
}

impl Stage {
    /// Starts an API. `script` gets each request with the number of requests before it, and may return the reply.
    pub(crate) fn new(script: impl Fn(&Seen, usize) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let runtime = Runtime::new().unwrap();
        let whole = move |seen: &Seen, before| script(seen, before).unwrap_or_else(|| documented_reply(seen));
        let server = runtime.block_on(Server::start(whole));
        Self { server, runtime, folder: tempfile::tempdir().unwrap() }
    }

    /// Starts an API that replies to requests for active customers in this way.
    pub(crate) fn list(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        Self::new(move |seen, _| is_list(seen).then(&reply))
    }

    /// Starts an API that fails in this way for the first requests for active customers.
    pub(crate) fn failing(times: usize, reply: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        let left = std::sync::Mutex::new(times);
        Self::new(move |seen, _| {
            let mut left = left.lock().unwrap();
            let fails = is_list(seen) && *left > 0;
            *left -= usize::from(fails);
            fails.then(&reply)
        })
    }

    /// Starts the program with a profile for this API.
    pub(crate) fn user(&self) -> Pty {
        self.user_with(SignIn::Token, self.server.url("").as_str(), "", &[])
    }

    /// Starts the program with a time limit of one second for each request.
    pub(crate) fn impatient(&self) -> Pty {
        let network = "[network]\nrequest_seconds = 1\nconnect_seconds = 1\n";
        self.user_with(SignIn::Token, self.server.url("").as_str(), network, &[])
    }

    /// Starts the program with a profile that signs in with a secret.
    pub(crate) fn signing_in(&self) -> Pty {
        self.user_with(SignIn::Secret, self.server.url("").as_str(), "", &[])
    }

    /// Starts the program with a profile for an API at `root`, and further configuration and environment variables.
    pub(crate) fn user_with(&self, sign_in: SignIn, root: &str, config: &str, env: &[(&str, &str)]) -> Pty {
        let key = if sign_in == SignIn::Token { "access_token" } else { "client_secret" };
        let root = root.trim_end_matches('/');
        let token = self.server.url("/ims/token/v3");
        let profile = format!(
            "{config}[profiles.emea]\nenvironment = \"custom\"\napi_url = \"{root}\"\ntoken_url = \"{token}\"\n\
             reseller_id = \"{RESELLER}\"\nclient_id = \"client-1\"\n{key} = {{ env = \"{SECRET_VARIABLE}\" }}\n"
        );
        std::fs::write(self.folder.path().join("config.toml"), profile).unwrap();
        // So that the program does not ask where to keep tokens.
        let state = r#"{"version": 1, "tokens_in_files": false}"#;
        std::fs::write(self.folder.path().join("state.json"), state).unwrap();
        let folder = self.folder.path().to_str().unwrap();
        let mut all = vec![
            ("VIPMP_CONFIG_DIR", folder),
            ("VIPMP_DATA_DIR", folder),
            ("VIPMP_RETRY_BASE_MS", "10"),
            (SECRET_VARIABLE, "invented-1"),
        ];
        all.extend_from_slice(env);
        Pty::spawn(&[], &all, 30, 80)
    }

    /// Returns the requests for pages of active customers so far.
    pub(crate) fn lists(&self) -> Vec<Seen> {
        self.server.seen().into_iter().filter(is_list).collect()
    }

    /// Waits until there have been this many requests for pages of active customers.
    #[track_caller]
    pub(crate) fn wait_for_lists(&self, count: usize) {
        self.wait_for(count, is_list);
    }

    /// Waits until there have been this many requests of a kind.
    #[track_caller]
    pub(crate) fn wait_for(&self, count: usize, kind: impl Fn(&Seen) -> bool) {
        let start = Instant::now();
        while self.server.seen().iter().filter(|seen| kind(seen)).count() < count {
            assert!(start.elapsed() < Duration::from_secs(20), "waited in vain for request {count}");
            std::thread::yield_now();
        }
    }
}

/// Returns true if a request is for a page of active customers. Requests for counts have a limit of one row.
pub(crate) fn is_list(seen: &Seen) -> bool {
    seen.target.contains("/customers?") && seen.target.contains("status=1000") && parameter(seen, "limit") > 1
}

/// Returns a number from the query of a request.
pub(crate) fn parameter(seen: &Seen, name: &str) -> usize {
    let query = seen.target.split_once('?').map_or("", |(_, query)| query);
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    value.and_then(|value| value.parse().ok()).unwrap_or_default()
}

/// Creates a list entry of a customer from its number.
pub(crate) fn row(number: usize) -> Value {
    let id = (1_000_000_000 + number).to_string();
    json!({
        "customerId": id,
        "resellerId": RESELLER,
        "status": "1000",
        "externalReferenceId": format!("ref-{number}"),
        "companyProfile": {"companyName": format!("Company {number}")},
        "creationDate": "2026-01-05T10:00:00Z",
        "links": {"self": {"uri": format!("/v3/customers/{id}"), "method": "GET", "headers": []}},
    })
}

/// Creates a page of rows with this total and offset.
pub(crate) fn page(rows: &[Value], total: usize, offset: usize) -> Reply {
    let body =
        json!({"totalCount": total, "count": rows.len(), "offset": offset, "limit": 50, "accounts": rows});
    Reply::ok(body.to_string())
}

/// Creates the documented response, for a portfolio of 120 active customers and no others.
pub(crate) fn documented_reply(seen: &Seen) -> Reply {
    let path = seen.target.split('?').next().unwrap_or_default();
    if path.starts_with("/ims/") {
        return Reply::ok(r#"{"access_token": "tok-1", "token_type": "bearer", "expires_in": 86399}"#);
    }
    if path.ends_with("/customers") {
        let total = if seen.target.contains("status=1000") { 120 } else { 0 };
        let offset = parameter(seen, "offset");
        let rows: Vec<Value> = (0..total).skip(offset).take(parameter(seen, "limit")).map(row).collect();
        return page(&rows, total, offset);
    }
    if path.ends_with("/subscriptions") || path.ends_with("/orders") {
        return Reply::ok(r#"{"totalCount": 0, "count": 0, "items": []}"#);
    }
    if path.ends_with("/ping") {
        return Reply::ok("pong");
    }
    if let Some(id) = path.strip_prefix("/v3/customers/") {
        return Reply::ok(json!({"customerId": id, "status": "1000", "resellerId": RESELLER}).to_string());
    }
    Reply::ok(json!({"resellerId": RESELLER, "status": "1000", "companyName": "Reseller 1"}).to_string())
}

/// Joins the text on a screen to one line without borders, so that wrapped text is continuous.
pub(crate) fn flat(screen: &str) -> String {
    let borders = |c: char| matches!(c, '│' | '─' | '╭' | '╮' | '╰' | '╯');
    screen.replace(borders, " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Waits until the user sees these texts.
#[track_caller]
pub(crate) fn sees(pty: &Pty, texts: &[&str]) -> String {
    let all = |screen: &str| texts.iter().all(|text| flat(screen).contains(text));
    flat(&pty.wait_for(all, &texts.join(" + ")))
}

/// Checks that keys work, and that quitting restores the terminal.
#[track_caller]
pub(crate) fn assert_works(pty: &Pty) {
    pty.send("?");
    pty.wait_for_text("Find:");
    pty.send(ESC);
    pty.wait_for(|screen| screen.contains("? help"), "the main screen");
    pty.send("q");
    assert_eq!(pty.wait_exit().exit_code(), 0);
    assert!(pty.modes_restored(), "{:?}", pty.modes_left_on());
}

/// Checks that with this reply to requests for the list, the user sees these texts after this many requests, and the
/// program continues to work.
#[track_caller]
pub(crate) fn list_is(reply: impl Fn() -> Reply + Send + Sync + 'static, texts: &[&str], asked: usize) {
    let stage = Stage::list(reply);
    let pty = stage.user();
    sees(&pty, texts);
    assert_eq!(stage.lists().len(), asked, "requests for the list");
    assert!(stage.server.seen().iter().all(|seen| seen.method == "GET"));
    assert_works(&pty);
}

/// Checks that if the first request for the list fails in this way, the user sees the list and nothing of the failure.
#[track_caller]
pub(crate) fn recovers_silently(reply: impl Fn() -> Reply + Send + Sync + 'static) {
    let stage = Stage::failing(1, reply);
    let pty = stage.user();
    let screen = sees(&pty, &["Company 0", "1–50 of 120"]);
    assert!(!screen.contains("Tried") && !screen.contains("Offline"), "{screen}");
    assert_eq!(stage.lists().len(), 2);
    assert_works(&pty);
}
