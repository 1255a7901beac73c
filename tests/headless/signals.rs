//! Commands that are asked to end while they run.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Stdio},
    sync::mpsc,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::stage::Stage;

fn send(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(child.id().try_into().expect("a process id")).expect("a process");
    kill_process(pid, signal).expect("it runs");
}

/// The code that it ends with; what hangs is a failed test.
fn code(mut child: Child) -> Option<i32> {
    let pid = Pid::from_raw(child.id().try_into().expect("a process id")).expect("a process");
    let (ended, waits) = mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        let hangs = waits.recv_timeout(Duration::from_secs(30)) == Err(mpsc::RecvTimeoutError::Timeout);
        if hangs {
            let _ = kill_process(pid, Signal::KILL);
        }
    });
    let code = child.wait().expect("it ends").code();
    drop(ended);
    watch.join().expect("the watch ends");
    code
}

#[test]
fn a_command_that_waits_for_the_server_ends_as_shells_tell_signals() {
    for (signal, expected) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let stage = Stage::new();
        let mut command = stage.command();
        command.args(["--demo-latency", "100", "list", "--demo", "--all", "--output", "jsonl"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        // Signals are heard by then.
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        lines.read_line(&mut String::new()).unwrap();
        send(&child, signal);
        assert_eq!(code(child), Some(expected), "{signal:?}");
    }
}

#[test]
fn a_command_whose_output_nobody_takes_ends_too() {
    let stage = Stage::new();
    let mut command = stage.command();
    command.args(["--demo-customers", "20000", "list", "--demo", "--all", "--output", "jsonl"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    // More than the pipe holds is to come, and nobody reads on.
    out.read_exact(&mut [0; 1024]).unwrap();
    send(&child, Signal::INT);
    assert_eq!(code(child), Some(130));
}

#[test]
fn a_reader_that_has_enough_is_no_fault() {
    let stage = Stage::new();
    let mut command = stage.command();
    command.args(["--demo-customers", "20000", "list", "--demo", "--all", "--output", "csv"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    lines.read_line(&mut String::new()).unwrap();
    drop(lines);
    let mut err = child.stderr.take().unwrap();
    assert_eq!(code(child), Some(0));
    let mut told = String::new();
    err.read_to_string(&mut told).unwrap();
    assert_eq!(told, "");
}

#[test]
fn an_export_that_is_stopped_says_what_there_is_and_how_to_go_on() {
    let stage = Stage::new();
    let (file, partial) = (stage.path("all.csv"), stage.path("all.csv.partial"));
    let mut command = stage.command();
    command.args(["--demo-latency", "50", "export", "--demo", "--concurrency", "1"]).arg(&file);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    while fs::read_to_string(&partial).map_or(0, |text| text.lines().count()) < 3 {
        std::thread::yield_now();
    }
    send(&child, Signal::INT);
    let mut err = child.stderr.take().unwrap();
    assert_eq!(code(child), Some(130));
    let mut told = String::new();
    err.read_to_string(&mut told).unwrap();
    assert!(told.starts_with("Stopped. ") && told.contains("--resume continues from there"), "{told}");
    assert!(!file.exists() && partial.exists());
}
