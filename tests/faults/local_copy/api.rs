//! An API with 120 customers, and a user who keeps a copy of them.

use std::fs;

use crate::{
    faults::files::user::{TestUser, assert_contains},
    server::{Reply, Seen},
    stage::{Stage, sees},
    support::{pty::Pty, served::profile},
};

/// The customers of the API.
pub(super) const CUSTOMERS: usize = 120;

/// A state with which the program does not ask where to keep tokens.
pub(super) const STATE: &str = r#"{"version": 1, "tokens_in_files": false}"#;

/// Starts an API whose account may not list resellers. Requests that the script does not handle get the documented response.
pub(super) fn api(script: impl Fn(&Seen, usize) -> Option<Reply> + Send + Sync + 'static) -> Stage {
    Stage::new(move |seen, before| {
        let refused = || Reply::status(403, "content-type: application/json\r\n", "{}");
        let is = |part: &str| seen.target.contains(part);
        script(seen, before)
            .or_else(|| is("/resellers?").then(refused))
            .or_else(|| is("/notifications?").then(|| Reply::ok(r#"{"totalCount": 0, "items": []}"#)))
    })
}

/// Creates a user with a profile of an API who has agreed to keep a copy.
pub(super) fn user_of(stage: &Stage) -> TestUser {
    let url = |path: &str| stage.server.url(path).as_str().trim_end_matches('/').to_owned();
    let profile = profile("a", &url(""), &url("/ims/token/v3"), "client_secret = { env = \"TEST_SECRET\" }");
    let user = TestUser::with_config(
        profile
            + "[portfolio]\nkeep = true\nrequests_per_minute = 60000\n"
            + "[network]\nrequest_seconds = 60\n",
    )
    .with("VIPMP_RETRY_BASE_MS", "10");
    fs::write(user.state(), STATE).unwrap();
    user
}

/// Creates a user with a copy that is complete.
pub(super) fn user_with_copy(stage: &Stage) -> TestUser {
    let user = user_of(stage);
    succeeds(&user, &["sync", "--quiet"]);
    assert_holds_all(&user);
    user
}

/// Runs a command that exits with 0, and returns all of its output.
#[track_caller]
pub(super) fn succeeds(user: &TestUser, words: &[&str]) -> String {
    let (code, said) = user.run(words);
    assert_eq!(code, Some(0), "{words:?}: {said}");
    said
}

/// Runs a command that exits with this code and says these words.
#[track_caller]
pub(super) fn fails(user: &TestUser, words: &[&str], status: i32, told: &[&str]) -> String {
    let (code, said) = user.run(words);
    assert_eq!(code, Some(status), "{words:?}: {said}");
    assert_contains(&said, told);
    said
}

/// Opens the view of all customers on the screen.
#[track_caller]
pub(super) fn open_view(pty: &Pty) {
    sees(pty, &["1–50 of 120"]);
    pty.send(":");
    sees(pty, &["Enter run"]);
    pty.send("view all-customers");
    sees(pty, &["Enter run", ": view all-customers"]);
    pty.send("\r");
}

/// Checks that the copy is intact and holds every customer with its details, none of which is gone, and that no change was
/// invented.
#[track_caller]
pub(super) fn assert_holds_all(user: &TestUser) {
    let counts =
        "SELECT COUNT(*), COUNT(record_at), COUNT(subscriptions_at), COUNT(gone_at) FROM v_customers";
    let said = succeeds(user, &["sql", counts, "--output", "csv"]);
    assert_contains(&said, &[&format!("{CUSTOMERS},{CUSTOMERS},{CUSTOMERS},0")]);
    assert_contains(&succeeds(user, &["changes"]), &["No changes were observed."]);
    succeeds(user, &["portfolio", "check"]);
}
