//! Several processes with one copy.

use std::{
    io::Read as _,
    process::{Child, Output},
    sync::Arc,
};

use serde_json::json;
use tokio::sync::Notify;

use super::api::{CUSTOMERS, api, assert_holds_all, fails, open_view, succeeds, user_of};
use crate::{
    faults::files::user::{TestUser, assert_contains, assert_quits},
    server::Reply,
    stage::{Stage, documented_reply, page, parameter, row, sees},
};

/// The customer for whose record a sync waits.
const HELD: &str = "/v3/customers/1000000119";

/// Starts an API that answers the first request for the record of one customer when it is told to.
pub(super) fn holding(told: &Arc<Notify>) -> Stage {
    let (told, is_first) = (Arc::clone(told), std::sync::atomic::AtomicBool::new(true));
    api(move |seen, _| {
        let is_held = seen.target == HELD && is_first.swap(false, std::sync::atomic::Ordering::SeqCst);
        match (is_held, documented_reply(seen)) {
            (true, Reply::Send(bytes)) => Some(Reply::After(Arc::clone(&told), bytes)),
            _ => None,
        }
    })
}

/// Creates a user, and starts a sync, which waits for that customer.
pub(super) fn syncing(stage: &Stage) -> (TestUser, Child) {
    let user = user_of(stage);
    let child = user.command(&["sync"]).spawn().expect("it starts");
    stage.wait_for(1, |seen| seen.target == HELD);
    (user, child)
}

#[track_caller]
pub(super) fn ends_well(child: Child) -> String {
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&stderr).into_owned();
    assert_eq!(status.code(), Some(0), "{said}");
    said
}

#[test]
pub(crate) fn a_sync_beside_a_sync() {
    let told = Arc::new(Notify::new());
    let stage = holding(&told);
    let (user, first) = syncing(&stage);
    let busy = format!("vipmp: another vipmp (process {}) keeps this portfolio up to date", first.id());
    fails(&user, &["sync"], 1, &[&busy, "quit it first, or let it finish if it is a sync"]);
    // What the first has read by now can be used.
    let found = succeeds(&user, &["find", "--columns", "customer-id", "--output", "csv"]);
    assert_eq!(found.lines().filter(|line| line.starts_with("10000")).count(), CUSTOMERS, "{found}");
    let info = succeeds(&user, &["portfolio", "info"]);
    assert_contains(&info, &[&format!("process {}", first.id())]);
    told.notify_one();
    ends_well(first);
    assert_holds_all(&user);
    succeeds(&user, &["sync", "--quiet"]);
    assert_holds_all(&user);
}

#[test]
pub(crate) fn a_session_beside_a_sync() {
    let told = Arc::new(Notify::new());
    let stage = holding(&told);
    let (user, sync) = syncing(&stage);
    let sessions = [user.start(&[]), user.start(&[])];
    for pty in &sessions {
        open_view(pty);
        sees(pty, &["Portfolio · 120 customers"]);
        pty.send("/id:1000000077\r");
        sees(pty, &["Company 77"]);
    }
    told.notify_one();
    ends_well(sync);
    for pty in &sessions {
        sees(pty, &["details just now"]);
        assert_quits(pty);
    }
    assert_holds_all(&user);
}

#[test]
pub(crate) fn forgotten_beside_a_writer() {
    let told = Arc::new(Notify::new());
    let stage = holding(&told);
    let (user, sync) = syncing(&stage);
    let busy = format!("another vipmp (process {}) keeps this portfolio up to date", sync.id());
    fails(&user, &["portfolio", "forget", "--yes"], 1, &[&busy]);
    fails(&user, &["profile", "remove", "a", "--yes"], 1, &[&busy]);
    told.notify_one();
    ends_well(sync);
    assert_holds_all(&user);
    succeeds(&user, &["portfolio", "forget", "--yes"]);
    assert!(!user.path("data/portfolio/a").exists());
    fails(&user, &["find"], 4, &["no portfolio is kept here yet"]);
}

#[test]
pub(crate) fn forgotten_beside_a_reader() {
    // More than a pipe holds, and more than is read from the copy at once.
    let total = 600;
    let stage = api(move |seen, _| {
        let is_list = seen.target.contains("/customers?") && seen.target.contains("status=1000");
        is_list.then(|| {
            let (offset, limit) = (parameter(seen, "offset"), parameter(seen, "limit"));
            let rows = (0..total).skip(offset).take(limit).map(|number| {
                let mut row = row(number);
                row["companyProfile"] =
                    json!({"companyName": format!("Company {number} {}", "x".repeat(1000))});
                row
            });
            page(&rows.collect::<Vec<_>>(), total, offset)
        })
    });
    let user = user_of(&stage);
    succeeds(&user, &["sync", "--quiet"]);
    let mut reader =
        user.command(&["find", "--columns", "customer-id,company", "--output", "csv"]).spawn().unwrap();
    // Once it writes, it has opened the copy, and it waits until somebody reads on.
    let mut out = reader.stdout.take().unwrap();
    let mut start = [0; 11];
    out.read_exact(&mut start).unwrap();
    let said = succeeds(&user, &["portfolio", "forget", "--yes"]);
    assert_contains(&said, &["Deleted "]);
    assert!(!user.path("data/portfolio/a").exists());
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    let Output { status, stderr, .. } = reader.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&stderr);
    // What it printed is right, and if that was not all, it says so.
    let rows: Vec<&str> = rest.lines().filter(|line| line.starts_with("10000")).collect();
    let odd: Vec<&&str> = rows
        .iter()
        .filter(|row| !(row.contains(",Company ") && row.trim_end_matches(',').ends_with("xxx")))
        .collect();
    assert!(odd.is_empty(), "{} odd rows", odd.len());
    assert!(rows.len() < total, "it had more to read");
    assert_eq!(status.code(), Some(1), "{said}");
    assert_contains(&said, &["the copy was deleted or replaced meanwhile: run the command again."]);
    fails(&user, &["find"], 4, &["no portfolio is kept here yet"]);
}
