//! Signals that end commands while they run.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    os::unix::process::ExitStatusExt as _,
    process::{Child, ExitStatus, Stdio},
    sync::mpsc,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::{stage::Stage, support::pty::Pty};

fn send(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(child.id().try_into().expect("a process id")).expect("a process");
    kill_process(pid, signal).expect("it runs");
}

/// Returns the exit status of a process, or fails the test if the process hangs.
fn status(mut child: Child) -> ExitStatus {
    let pid = Pid::from_raw(child.id().try_into().expect("a process id")).expect("a process");
    let (ended, waits) = mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        let hangs = waits.recv_timeout(Duration::from_secs(30)) == Err(mpsc::RecvTimeoutError::Timeout);
        if hangs {
            let _ = kill_process(pid, Signal::KILL);
        }
    });
    let status = child.wait().expect("it ends");
    drop(ended);
    watch.join().expect("the watch ends");
    status
}

/// Returns the signal that ended a process.
fn signal(child: Child) -> Option<i32> {
    status(child).signal()
}

#[test]
fn a_command_that_waits_for_the_server_is_ended_by_the_signal() {
    for sent in [Signal::INT, Signal::TERM, Signal::HUP] {
        let stage = Stage::new();
        let mut command = stage.command();
        command.args(["--demo-latency", "100", "list", "--demo", "--all", "--output", "jsonl"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        // Signals are handled by then.
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        lines.read_line(&mut String::new()).unwrap();
        send(&child, sent);
        assert_eq!(signal(child), Some(sent.as_raw()), "{sent:?}");
    }
}

#[test]
fn a_command_that_blocks_on_a_full_pipe_ends_too() {
    let stage = Stage::new();
    let mut command = stage.command();
    command.args(["--demo-customers", "20000", "list", "--demo", "--all", "--output", "jsonl"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    // The rest is more than fits in the pipe, and is never read.
    out.read_exact(&mut [0; 1024]).unwrap();
    send(&child, Signal::INT);
    assert_eq!(signal(child), Some(Signal::INT.as_raw()));
}

#[test]
fn a_closed_pipe_is_a_success() {
    let stage = Stage::new();
    let mut command = stage.command();
    command.args(["--demo-customers", "20000", "list", "--demo", "--all", "--output", "csv"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    lines.read_line(&mut String::new()).unwrap();
    drop(lines);
    let mut err = child.stderr.take().unwrap();
    assert_eq!(status(child).code(), Some(0));
    let mut message = String::new();
    err.read_to_string(&mut message).unwrap();
    assert_eq!(message, "");
}

#[test]
fn a_stopped_export_says_how_many_rows_it_has_and_how_to_resume() {
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
    assert_eq!(signal(child), Some(Signal::INT.as_raw()));
    let mut message = String::new();
    err.read_to_string(&mut message).unwrap();
    assert!(
        message.starts_with("Stopped. ")
            && message.contains("run the same command with --resume to continue"),
        "{message}"
    );
    assert!(!file.exists() && partial.exists());
}

/// A loop of a shell over three commands, in which the second must not start once the first was interrupted.
const LOOP: &str = "for i in 1 2 3; do\n\
    echo \"[begin $i]\"; \"$0\" \"$@\"; echo \"[code $?]\"\n\
    done; echo '[after the loop]'";

#[test]
fn ctrl_c_stops_a_loop_of_the_shell_too() {
    // Other shells receive Ctrl-C themselves and stop in any case.
    let shell = "/bin/bash";
    if !std::path::Path::new(shell).exists() {
        println!("skipped: there is no {shell}");
        return;
    }
    let list = ["--demo-latency", "100", "list", "--demo", "--all", "--output", "jsonl"];
    let serve = ["serve", "--port", "0"];
    for (command, running) in [(&list[..], "customerId"), (&serve, "client_id")] {
        let mut words = vec!["-c", LOOP, env!("CARGO_BIN_EXE_vipmp")];
        words.extend(command);
        let pty = Pty::spawn_program(shell, &words, &[], 24, 200);
        pty.wait_for_text("[begin 1]");
        pty.wait_for_text(running);
        pty.send("\x03");
        assert_eq!(pty.wait_exit().signal(), Some("Interrupt"), "{}", pty.screen());
        let message = String::from_utf8_lossy(&pty.raw()).into_owned();
        assert!(!message.contains("[begin 2]") && !message.contains("[after the loop]"), "{message}");
    }
}

#[test]
fn shells_report_an_interrupted_command_as_130() {
    let script = "\"$0\" --demo-latency 100 list --demo --all --output jsonl & pid=$!\n\
        read -r line; kill -INT $pid; wait $pid; echo \"code $?\"";
    // Shells make background jobs ignore Ctrl-C, so the signal is sent to the process directly.
    let pty = Pty::spawn_program("/bin/sh", &["-c", script, env!("CARGO_BIN_EXE_vipmp")], &[], 24, 200);
    pty.wait_for_text("customerId");
    pty.send("\n");
    pty.wait_for_text("code 130");
    assert!(pty.wait_exit().success());
}
