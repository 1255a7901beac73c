//! Disks: read-only, full, or on another machine.

use std::{
    fs,
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::Path,
    process::{Command, Output},
};

use super::api::{CUSTOMERS, api, assert_holds_all, fails, open_view, succeeds, user_of, user_with_copy};
use crate::{
    faults::files::user::{TestUser, assert_contains, assert_quits, names},
    stage::sees,
};

/// Runs a command as somebody who may not write to the data folder: permissions do not stop the superuser. Returns nothing if
/// another user cannot start the program.
fn run_as_other(user: &TestUser, words: &[&str]) -> Option<(Option<i32>, String)> {
    let mut command = user.command(words);
    if rustix::process::geteuid().is_root() {
        command.uid(65534).gid(65534).current_dir("/");
    }
    let Output { status, stdout, stderr } = command.output().ok()?;
    Some((status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned()))
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
pub(crate) fn read_only() {
    let stage = api(|_, _| None);
    let user = user_with_copy(&stage);
    let folder = user.path("data/portfolio/a");
    for name in names(&folder) {
        set_mode(&folder.join(name), 0o444);
    }
    for below in ["", "home", "config", "data", "data/portfolio", "data/portfolio/a"] {
        set_mode(&user.path(below), 0o555);
    }
    for path in [user.config(), user.state()] {
        set_mode(&path, 0o444);
    }
    let before = fs::read(folder.join("portfolio.sqlite")).unwrap();
    let run = |words: &[&str]| run_as_other(&user, words);
    if let Some((code, said)) = run(&["find", "--columns", "customer-id", "--output", "csv"]) {
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(said.lines().filter(|line| line.starts_with("10000")).count(), CUSTOMERS, "{said}");
        let (code, said) = run(&["portfolio", "check"]).unwrap();
        assert_eq!(code, Some(0), "{said}");
        let (code, said) = run(&["sync"]).unwrap();
        assert_eq!(code, Some(1), "{said}");
        assert_contains(&said, &["sync.lock: Permission denied"]);
        let (code, said) = run(&["portfolio", "forget", "--yes"]).unwrap();
        assert_eq!(code, Some(1), "{said}");
        assert_contains(&said, &["sync.lock: Permission denied"]);
    } else {
        eprintln!("skipped: another user cannot start the program");
    }
    assert_eq!(fs::read(folder.join("portfolio.sqlite")).unwrap(), before);
    for below in ["", "home", "config", "data", "data/portfolio", "data/portfolio/a"] {
        set_mode(&user.path(below), 0o700);
    }
    for name in names(&folder) {
        set_mode(&folder.join(name), 0o600);
    }
    for path in [user.config(), user.state()] {
        set_mode(&path, 0o600);
    }
    assert_holds_all(&user);
}

/// The source of a library that makes the disk of the copy full for the process that loads it, while a file exists.
const FULL_DISK: &str = r#"
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_full(int file) {
    char link[64], path[4096];
    const char *sign = getenv("FULL_DISK");
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0 || !sign || access(sign, F_OK) != 0) return 0;
    path[length] = 0;
    return strstr(path, "portfolio.sqlite") != NULL;
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off_t at) {
    if (is_full(file)) { errno = ENOSPC; return -1; }
    return syscall(SYS_pwrite64, file, bytes, length, at);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) {
    return pwrite64(file, bytes, length, at);
}
"#;

#[test]
pub(crate) fn full() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let [source, library, sign] = ["full.c", "full.so", "full"].map(|name| folder.path().join(name));
    fs::write(&source, FULL_DISK).unwrap();
    // The build needs a C compiler anyway.
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&library, &source]).status();
    assert!(built.expect("a C compiler").success());
    // The disk is full from the request for the record of one customer on.
    let at_full = sign.clone();
    let stage = api(move |seen, before| {
        if seen.target == "/v3/customers/1000000060" && before > 0 && !at_full.with_extension("was").exists()
        {
            fs::write(&at_full, "").unwrap();
            fs::write(at_full.with_extension("was"), "").unwrap();
        }
        None
    });
    let user = user_of(&stage);
    let mut command = user.command(&["sync"]);
    command.env("LD_PRELOAD", &library).env("FULL_DISK", &sign);
    let Output { status, stderr, .. } = command.output().unwrap();
    let said = String::from_utf8_lossy(&stderr);
    assert_eq!(status.code(), Some(1), "{said}");
    assert_contains(
        &said,
        &[
            "vipmp: the disk is full: free some space and run the command again; what was stored before is intact",
        ],
    );
    assert!(sign.exists(), "it was the disk");
    // Nothing can be stored, and everything can be read, as long as it is full.
    let found = succeeds(&user, &["find", "--columns", "customer-id", "--output", "csv"]);
    assert_eq!(found.lines().filter(|line| line.starts_with("10000")).count(), CUSTOMERS, "{found}");
    fails(&user, &["find"], 5, &["without details"]);
    succeeds(&user, &["portfolio", "check"]);
    fs::remove_file(&sign).unwrap();
    succeeds(&user, &["sync", "--quiet"]);
    assert_holds_all(&user);
}

#[test]
pub(crate) fn network() {
    // Only debug builds have a variable for it, and only Linux says what a file system is.
    if !cfg!(all(debug_assertions, target_os = "linux")) {
        return;
    }
    let stage = api(|_, _| None);
    let user = user_of(&stage).with("VIPMP_NETWORK_FILE_SYSTEM", "1");
    let words = "is on a network file system: use it from one machine at a time, or name another folder with VIPMP_DATA_DIR";
    assert_contains(&succeeds(&user, &["sync"]), &[words]);
    assert_holds_all(&user);
    let pty = user.start(&[]);
    open_view(&pty);
    sees(&pty, &["is on a network file system"]);
    sees(&pty, &["Portfolio · 120 customers"]);
    assert_quits(&pty);
    assert_holds_all(&user);
}
