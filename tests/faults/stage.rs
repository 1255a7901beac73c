//! An API that goes wrong as a case says, and a user at the program who uses it.

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

/// The API. What the case's script does not answer is answered as documented.
pub(crate) struct Stage {
    pub(crate) server: Server,
    pub(crate) runtime: Runtime,
    folder: tempfile::TempDir,
}

/// The way in which a profile signs in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignIn {
    /// With a token that the environment brings.
    Token,
    /// With a secret, at the token service of the same server.
    Secret,
}

impl Stage {
    /// An API whose answers are those of `script`, where it has one; it gets each request, and how many came before.
    pub(crate) fn new(script: impl Fn(&Seen, usize) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let runtime = Runtime::new().unwrap();
        let whole = move |seen: &Seen, before| script(seen, before).unwrap_or_else(|| usual(seen));
        let server = runtime.block_on(Server::start(whole));
        Self { server, runtime, folder: tempfile::tempdir().unwrap() }
    }

    /// An API whose list of active customers is answered like this.
    pub(crate) fn list(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        Self::new(move |seen, _| is_list(seen).then(&reply))
    }

    /// An API whose list of active customers fails like this so often.
    pub(crate) fn failing(times: usize, reply: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        let left = std::sync::Mutex::new(times);
        Self::new(move |seen, _| {
            let mut left = left.lock().unwrap();
            let fails = is_list(seen) && *left > 0;
            *left -= usize::from(fails);
            fails.then(&reply)
        })
    }

    /// A user opens the program with a profile for this API.
    pub(crate) fn person(&self) -> Pty {
        self.person_with(SignIn::Token, self.server.url("").as_str(), "", &[])
    }

    /// The same, who waits a second for an answer at most.
    pub(crate) fn impatient(&self) -> Pty {
        let network = "[network]\nrequest_seconds = 1\nconnect_seconds = 1\n";
        self.person_with(SignIn::Token, self.server.url("").as_str(), network, &[])
    }

    /// The same, who signs in with a secret.
    pub(crate) fn signing_in(&self) -> Pty {
        self.person_with(SignIn::Secret, self.server.url("").as_str(), "", &[])
    }

    /// A user with a profile for an API at `root`, and more in the configuration and the environment.
    pub(crate) fn person_with(&self, sign_in: SignIn, root: &str, config: &str, env: &[(&str, &str)]) -> Pty {
        let key = if sign_in == SignIn::Token { "access_token" } else { "client_secret" };
        let root = root.trim_end_matches('/');
        let token = self.server.url("/ims/token/v3");
        let profile = format!(
            "{config}[profiles.emea]\nenvironment = \"custom\"\napi_url = \"{root}\"\ntoken_url = \"{token}\"\n\
             reseller_id = \"{RESELLER}\"\nclient_id = \"client-1\"\n{key} = {{ env = \"{SECRET_VARIABLE}\" }}\n"
        );
        std::fs::write(self.folder.path().join("config.toml"), profile).unwrap();
        // Where tokens are kept was decided at an earlier start.
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

    /// The requests for the list of active customers so far.
    pub(crate) fn lists(&self) -> Vec<Seen> {
        self.server.seen().into_iter().filter(is_list).collect()
    }

    /// Waits until the list was asked for so often.
    #[track_caller]
    pub(crate) fn wait_for_lists(&self, count: usize) {
        self.wait_for(count, is_list);
    }

    /// Waits until so many requests of a kind have come.
    #[track_caller]
    pub(crate) fn wait_for(&self, count: usize, kind: impl Fn(&Seen) -> bool) {
        let start = Instant::now();
        while self.server.seen().iter().filter(|seen| kind(seen)).count() < count {
            assert!(start.elapsed() < Duration::from_secs(20), "waited in vain for request {count}");
            std::thread::yield_now();
        }
    }
}

/// Returns true if a request asks for a page of the active customers; counts ask for one row only.
pub(crate) fn is_list(seen: &Seen) -> bool {
    seen.target.contains("/customers?") && seen.target.contains("status=1000") && parameter(seen, "limit") > 1
}

/// A number in the address of a request.
pub(crate) fn parameter(seen: &Seen, name: &str) -> usize {
    let query = seen.target.split_once('?').map_or("", |(_, query)| query);
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    value.and_then(|value| value.parse().ok()).unwrap_or_default()
}

/// A customer of the list, by its number.
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

/// A page of these rows, with what it is said to be a part of.
pub(crate) fn page(rows: &[Value], total: usize, offset: usize) -> Reply {
    let body =
        json!({"totalCount": total, "count": rows.len(), "offset": offset, "limit": 50, "accounts": rows});
    Reply::ok(body.to_string())
}

/// The answer as documented: 120 active customers, and none of another status.
pub(crate) fn usual(seen: &Seen) -> Reply {
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

/// The text on a screen in one line, without borders: what is wrapped reads on.
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

/// Keys work, and quitting gives the terminal back.
#[track_caller]
pub(crate) fn goes_on(pty: &Pty) {
    pty.send("?");
    pty.wait_for_text("Find:");
    pty.send(ESC);
    pty.wait_for(|screen| screen.contains("? help"), "the main screen");
    pty.send("q");
    assert_eq!(pty.wait_exit().exit_code(), 0);
    assert!(pty.modes_restored(), "{:?}", pty.modes_left_on());
}

/// The list is answered like this: the user sees these texts, the list was asked for so often, and all goes on.
#[track_caller]
pub(crate) fn list_is(reply: impl Fn() -> Reply + Send + Sync + 'static, texts: &[&str], asked: usize) {
    let stage = Stage::list(reply);
    let pty = stage.person();
    sees(&pty, texts);
    assert_eq!(stage.lists().len(), asked, "requests for the list");
    assert!(stage.server.seen().iter().all(|seen| seen.method == "GET"));
    goes_on(&pty);
}

/// The list fails like this once, and comes then: the user sees it and nothing of the failure.
#[track_caller]
pub(crate) fn passes_unseen(reply: impl Fn() -> Reply + Send + Sync + 'static) {
    let stage = Stage::failing(1, reply);
    let pty = stage.person();
    let screen = sees(&pty, &["Company 0", "1–50 of 120"]);
    assert!(!screen.contains("Tried") && !screen.contains("Offline"), "{screen}");
    assert_eq!(stage.lists().len(), 2);
    goes_on(&pty);
}
