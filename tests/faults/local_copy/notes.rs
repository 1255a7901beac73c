//! Notes beside whatever else happens to the copy.

use std::{sync::Arc, time::Instant};

use tokio::sync::Notify;

use super::{
    api::{api, assert_holds_all, open_view, succeeds, user_with_copy},
    together::{ends_well, holding, syncing},
};
use crate::{
    faults::files::user::assert_quits,
    stage::{ESC, sees},
    support::pty::Pty,
};

/// The customer whose note is written.
const ID: &str = "1000000077";

/// Finds customers by a query in a view.
#[track_caller]
fn find(pty: &Pty, query: &str, count: &str) {
    pty.send(":");
    sees(pty, &["Enter run"]);
    pty.send(format!("find {query}"));
    sees(pty, &[&format!(": find {query}")]);
    pty.send("\r");
    sees(pty, &[&format!("1–{count} of {count}")]);
}

#[test]
pub(crate) fn beside_a_sync() {
    let told = Arc::new(Notify::new());
    let stage = holding(&told);
    let (user, sync) = syncing(&stage);
    let [one, other] = [user.start(&[]), user.start(&[])];
    for pty in [&one, &other] {
        open_view(pty);
        sees(pty, &["Portfolio · 120 customers", &format!("synced by process {}", sync.id())]);
    }
    find(&one, &format!("id:{ID}"), "1");
    one.send("n");
    sees(&one, &["Note on Company 77", "Kept on this machine"]);
    one.send("call Petra");
    sees(&one, &["10 of 300"]);
    one.send("\r");
    sees(&one, &["Note on Company 77 saved."]);
    // The other one looks for what has changed from time to time.
    find(&other, "note:petra", "1");
    sees(&other, &["Company 77"]);
    succeeds(&user, &["note", ID, "called", "--follow-up", "7d"]);
    sees(&one, &["called", "in 7 days"]);
    told.notify_one();
    ends_well(sync);
    for pty in [&one, &other] {
        assert_quits(pty);
    }
    let said = succeeds(&user, &["note", ID]);
    assert!(said.contains("called"), "{said}");
    assert_holds_all(&user);
}

#[test]
pub(crate) fn killed() {
    let stage = api(|_, _| None);
    let user = user_with_copy(&stage);
    let (old, new) = ("the note before", "the note that a kill may prevent");
    let start = Instant::now();
    succeeds(&user, &["note", ID, old]);
    let span = start.elapsed();
    let (mut written, mut round) = (0, 0);
    // Each kill comes later than the one before, until some come after the note was written.
    while round < 20 || written == 0 {
        assert!(round < 400, "no note was written before a kill, however late that was");
        succeeds(&user, &["note", ID, old]);
        let mut child = user.command(&["note", ID, new]).spawn().unwrap();
        // There is nothing to wait for: the moment of the kill is the fault.
        std::thread::sleep(span * round / 16);
        child.kill().unwrap();
        child.wait().unwrap();
        let said = succeeds(&user, &["note", ID]);
        let is_new = said.contains(new);
        assert!(is_new || said.contains(old), "round {round}: {said}");
        written += u32::from(is_new);
        round += 1;
    }
    assert!(written < round, "some kills came before the note was written");
    assert_holds_all(&user);
}

#[test]
pub(crate) fn of_a_damaged_history() {
    let stage = api(|_, _| None);
    let user = user_with_copy(&stage);
    std::fs::write(user.path("data/portfolio/a/history.sqlite"), [b'x'; 8192]).unwrap();
    let pty = user.start(&[]);
    sees(&pty, &["1–50 of 120"]);
    pty.send("n");
    sees(&pty, &["Notes cannot be read", "is damaged"]);
    pty.send("call Petra");
    sees(&pty, &["10 of 300"]);
    pty.send("\r");
    sees(&pty, &["Not saved", "is damaged", "`vipmp portfolio check` sets it aside", "call Petra"]);
    // What was typed can be saved once the reason is gone.
    std::fs::remove_file(user.path("data/portfolio/a/history.sqlite")).unwrap();
    pty.send("\r");
    sees(&pty, &["Note on Company 0 saved.", "The history of changes was missing", "notes are not known."]);
    pty.send("n");
    sees(&pty, &["Note on Company 0", "call Petra"]);
    pty.send(ESC);
    sees(&pty, &["? help"]);
    assert_quits(&pty);
    let said = succeeds(&user, &["find", "note:petra", "--columns", "customer-id"]);
    assert!(said.contains("1000000000"), "{said}");
}

/// The history of a copy is deleted, and later replaced, while a session shows the notes in it.
#[cfg(unix)]
#[test]
pub(crate) fn of_a_history_that_disappears() {
    let stage = api(|_, _| None);
    let user = user_with_copy(&stage);
    succeeds(&user, &["note", ID, "call Petra"]);
    let pty = user.start(&[]);
    open_view(&pty);
    sees(&pty, &["Portfolio · 120 customers"]);
    find(&pty, "note:any", "1");
    sees(&pty, &["Company 77"]);
    let history = user.path("data/portfolio/a/history.sqlite");
    std::fs::remove_file(&history).unwrap();
    sees(&pty, &["The history of changes was missing"]);
    pty.send(ESC);
    sees(&pty, &["No customer in the local copy matches note:any", "was deleted or replaced by another"]);
    // A note that is written now is in the history that is there.
    succeeds(&user, &["note", ID, "call Paula"]);
    sees(&pty, &["1–1 of 1", "Company 77"]);
    assert_quits(&pty);
    let said = succeeds(&user, &["note", ID]);
    assert!(said.contains("call Paula"), "{said}");
    let said = succeeds(&user, &["find", "--columns", "customer-id"]);
    assert_eq!(said.lines().filter(|line| line.starts_with("1000000")).count(), 120, "{said}");
}
