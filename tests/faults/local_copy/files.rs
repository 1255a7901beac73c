//! Files that cannot be used as they are.

use std::fs;

use super::api::{STATE, api, assert_holds_all, fails, open_view, succeeds, user_with_copy};
use crate::{
    faults::files::user::{TestUser, assert_contains, assert_quits, names},
    stage::sees,
};

const PAGE: usize = 4096;

/// Damages the copy from its middle on.
fn damage(user: &TestUser) -> Vec<u8> {
    let path = user.path("data/portfolio/a/portfolio.sqlite");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / PAGE / 2 * PAGE;
    bytes[middle..].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    bytes
}

/// Returns the names of the databases that were set aside.
fn aside(user: &TestUser) -> Vec<String> {
    let is_aside =
        |name: &String| name.starts_with("portfolio.sqlite.set-aside-") && !name.contains("sqlite-");
    let names = names(&user.path("data/portfolio/a")).into_iter().filter(is_aside);
    names.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm")).collect()
}

#[test]
pub(crate) fn damaged() {
    let stage = api(|_, _| None);
    let user = user_with_copy(&stage);
    let bytes = damage(&user);
    let words = "portfolio.sqlite is damaged: `vipmp portfolio check` sets it aside, and `vipmp sync` reads everything again";
    fails(&user, &["find", "--columns", "company"], 1, &[words.trim_start_matches("portfolio.sqlite ")]);
    let said = fails(&user, &["portfolio", "check"], 1, &["damaged  ", "ok       ", "was set aside as"]);
    assert!(said.contains("`vipmp sync` reads the customers again"), "{said}");
    fails(&user, &["find"], 4, &["no portfolio is kept here yet"]);
    assert_eq!(fs::read(user.path("data/portfolio/a").join(&aside(&user)[0])).unwrap(), bytes, "it is kept");
    succeeds(&user, &["sync", "--quiet"]);
    assert_holds_all(&user);
}

#[test]
pub(crate) fn damaged_for_a_session() {
    let stage = api(|_, _| None);
    let user = user_with_copy(&stage);
    let path = user.path("data/portfolio/a/portfolio.sqlite");
    fs::write(&path, "no database, but some text".repeat(1000)).unwrap();
    let pty = user.start(&[]);
    open_view(&pty);
    sees(&pty, &["The portfolio on disk is damaged; it was set aside as"]);
    sees(&pty, &["Portfolio · 120 customers · list just now · details just now"]);
    assert_quits(&pty);
    assert_eq!(aside(&user).len(), 1);
    assert_holds_all(&user);
}

#[test]
pub(crate) fn of_a_newer_version() {
    let stage = api(|_, _| None);
    let user = user_with_copy(&stage);
    for file in ["portfolio.sqlite", "history.sqlite"] {
        let path = user.path("data/portfolio/a").join(file);
        let database = rusqlite::Connection::open(&path).unwrap();
        let version: i64 = database.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        database.pragma_update(None, "user_version", 999).unwrap();
        drop(database);
        let before = fs::read(&path).unwrap();
        let words = format!("{file} was written by a newer version of vipmp (schema 999): update vipmp");
        fails(&user, &["sync"], 1, &[&words]);
        fails(&user, &["find"], 1, &[&words]);
        // Else it would begin with the view of the session before.
        fs::write(user.state(), STATE).unwrap();
        let pty = user.start(&[]);
        open_view(&pty);
        sees(&pty, &["was written by a newer version of vipmp", "update vipmp"]);
        assert_quits(&pty);
        assert_eq!(fs::read(&path).unwrap(), before, "it stays as it is");
        let database = rusqlite::Connection::open(&path).unwrap();
        database.pragma_update(None, "user_version", version).unwrap();
    }
    assert_eq!(aside(&user), Vec::<String>::new());
    assert_contains(&succeeds(&user, &["portfolio", "check"]), &["ok       "]);
    assert_holds_all(&user);
}

#[test]
pub(crate) fn not_writable_for_a_session() {
    let stage = api(|_, _| None);
    let user = user_with_copy(&stage);
    // A folder in place of the lock keeps everybody from writing, the superuser too.
    let lock = user.path("data/portfolio/a/sync.lock");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    let before = fs::read(user.path("data/portfolio/a/portfolio.sqlite")).unwrap();
    let pty = user.start(&[]);
    open_view(&pty);
    sees(&pty, &["Portfolio · 120 customers", "The copy could not be brought up to date", "sync.lock"]);
    pty.send("/id:1000000077\r");
    sees(&pty, &["Company 77", "1–1 of 1"]);
    assert_eq!(fs::read(user.path("data/portfolio/a/portfolio.sqlite")).unwrap(), before);
    // Once it can be written, a refresh brings it up to date.
    fs::remove_dir(&lock).unwrap();
    let walks = stage.lists().len();
    pty.send("r");
    stage.wait_for_lists(walks + 1);
    pty.wait_for(|screen| !screen.contains("could not be brought up to date"), "no trouble");
    assert_quits(&pty);
    assert_holds_all(&user);
}

#[test]
pub(crate) fn deleted_under_a_session() {
    let stage = api(|_, _| None);
    let user = user_with_copy(&stage);
    let folder = user.path("data/portfolio/a");
    let pty = user.start(&[]);
    open_view(&pty);
    sees(&pty, &["Portfolio · 120 customers · list just now · details just now"]);
    fs::remove_dir_all(&folder).unwrap();
    // The session finds out on its own, after the sync that may be under way or within ten seconds.
    sees(&pty, &["Its file was deleted or replaced by another program", "1–50 of 120"]);
    assert!(!folder.exists(), "what was deleted is not begun again unless that is wanted");
    pty.send("r");
    pty.wait_for(|screen| !screen.contains("was deleted or replaced"), "a new copy");
    sees(&pty, &["Portfolio · 120 customers · list just now · details just now"]);
    assert_quits(&pty);
    assert_holds_all(&user);
}
