#![allow(clippy::unwrap_used, reason = "what does not come is a failed test")]

use std::sync::Arc;

use secrecy::ExposeSecret as _;

use super::{super::NoKeyring, *};

fn vault() -> Vault {
    Vault::new(Arc::new(NoKeyring), None, None)
}

async fn sh(script: &str) -> Result<String, String> {
    let words = ["sh", "-c", script].map(str::to_owned);
    let secret = run(&words, &vault(), "client secret").await;
    secret.map(|secret| secret.expose_secret().to_owned()).map_err(|error| error.what)
}

#[tokio::test]
async fn the_first_line_that_is_printed_is_the_secret() {
    assert_eq!(sh("printf 's3 cr3t\\r\\nlogin: me\\n'; echo asking >&2").await.unwrap(), "s3 cr3t");
    assert_eq!(sh("true").await.unwrap_err(), "The command sh printed nothing");
    assert_eq!(
        sh("echo '{\"client_secret\": \"s3cr3t\"}'").await.unwrap_err(),
        "The command sh printed a line that is JSON, not a bare value"
    );
    assert_eq!(
        sh("echo '\"s3cr3t\"'").await.unwrap_err(),
        "The command sh printed a line that is in quotation marks"
    );
}

#[tokio::test]
async fn failures_are_told_with_the_programs_own_words_and_without_what_it_printed() {
    assert_eq!(
        sh("printf 'lo\\033ck\\nmore' >&2; echo s3cr3t; exit 3").await.unwrap_err(),
        "The command sh failed with exit code 3: lo␛ck"
    );
    assert_eq!(
        sh("echo 'no s3cr3t-of-test in czNjcjN0LW9mLXRlc3Q=' >&2; echo s3cr3t-of-test; exit 3")
            .await
            .unwrap_err(),
        "The command sh failed with exit code 3: no •••• in ••••="
    );
    assert_eq!(sh("kill -9 $$").await.unwrap_err(), "The command sh was killed");
    assert_eq!(
        sh("head -c 100000 /dev/zero").await.unwrap_err(),
        "The command sh printed too much for a secret"
    );
    assert_eq!(sh("printf '\\377'").await.unwrap_err(), "The command sh printed something that is not text");
    let error = run(&["/no/such".to_owned()], &vault(), "client secret").await.unwrap_err();
    assert!(error.what.starts_with("The command /no/such cannot be started: "), "{error}");
}

#[tokio::test]
async fn what_is_left_behind_holds_nobody_up_and_lives() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let script = format!("sleep 1000 & echo $! >'{}'; echo s3cr3t", pid.display());
    assert_eq!(sh(&script).await.unwrap(), "s3cr3t");
    let left = process(&pid);
    assert!(rustix::process::test_kill_process(left).is_ok(), "an agent may live on");
    rustix::process::kill_process(left, rustix::process::Signal::KILL).unwrap();
}

/// The process whose number is in this file.
fn process(file: &std::path::Path) -> rustix::process::Pid {
    let number = std::fs::read_to_string(file).unwrap();
    rustix::process::Pid::from_raw(number.trim().parse().unwrap()).unwrap()
}

/// Waits until the process whose number is in this file is gone, or nobody's any more.
async fn is_gone(file: &std::path::Path) {
    let process = process(file);
    let stat = format!("/proc/{}/stat", process.as_raw_nonzero());
    loop {
        let state = std::fs::read_to_string(&stat);
        let is_dead =
            state.is_ok_and(|text| text.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z')));
        if is_dead || rustix::process::test_kill_process(process).is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// A script that starts another program, says so in two files, and waits.
fn two_programs(folder: &std::path::Path, then: &str) -> [String; 3] {
    let (own, other) = (folder.join("own"), folder.join("other"));
    let script = format!("sleep 1000 & echo $! >'{}'; echo $$ >'{}'; {then}", other.display(), own.display());
    ["sh".to_owned(), "-c".to_owned(), script]
}

#[tokio::test]
async fn the_whole_group_ends_if_the_wait_is_given_up_or_the_output_is_too_large() {
    let folder = tempfile::tempdir().unwrap();
    let words = two_programs(folder.path(), "wait");
    let vault = vault();
    {
        let running = run(&words, &vault, "client secret");
        tokio::pin!(running);
        while !folder.path().join("own").exists()
            || std::fs::read(folder.path().join("own")).unwrap().is_empty()
        {
            assert!(futures_util::poll!(&mut running).is_pending());
            tokio::task::yield_now().await;
        }
    }
    is_gone(&folder.path().join("own")).await;
    is_gone(&folder.path().join("other")).await;
    let folder = tempfile::tempdir().unwrap();
    let words = two_programs(folder.path(), "cat /dev/zero");
    let error = run(&words, &vault, "client secret").await.unwrap_err();
    assert_eq!(error.what, "The command sh printed too much for a secret");
    is_gone(&folder.path().join("own")).await;
    is_gone(&folder.path().join("other")).await;
}

#[tokio::test]
async fn whoever_goes_ends_the_programs_of_all_tasks() {
    let folder = tempfile::tempdir().unwrap();
    let words = two_programs(folder.path(), "wait");
    let vault = Arc::new(vault());
    let held = Arc::clone(&vault);
    let task = tokio::spawn(async move { run(&words, &held, "client secret").await.map(drop) });
    while std::fs::read(folder.path().join("own")).unwrap_or_default().is_empty() {
        tokio::task::yield_now().await;
    }
    vault.end_programs();
    is_gone(&folder.path().join("other")).await;
    assert_eq!(task.await.unwrap().unwrap_err().what, "The command sh was killed");
}

#[tokio::test]
async fn the_whole_group_ends_if_it_takes_too_long() {
    let folder = tempfile::tempdir().unwrap();
    let words = two_programs(folder.path(), "wait");
    let vault = vault();
    let running = run(&words, &vault, "client secret");
    tokio::pin!(running);
    while std::fs::read(folder.path().join("own")).unwrap_or_default().is_empty() {
        assert!(futures_util::poll!(&mut running).is_pending());
        tokio::task::yield_now().await;
    }
    // From now on, time passes when nothing else happens.
    tokio::time::pause();
    let error = running.await.unwrap_err();
    assert_eq!(error.what, "The command sh did not finish within 30 s");
    tokio::time::resume();
    is_gone(&folder.path().join("own")).await;
    is_gone(&folder.path().join("other")).await;
}
