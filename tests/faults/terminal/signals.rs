//! Signals from other processes, and Ctrl-C and Ctrl-Z, which are keys here.

use rustix::process::{Pid, Signal, kill_process};

use super::{FIRST_PAGE, assert_ends, assert_ends_by, assert_quits, started};
use crate::support::pty::Pty;

/// Checks that a signal ends the program after it has restored the terminal.
fn ends_by(signal: Signal, name: &str) {
    let pty = started(&[], 30, 120);
    pty.signal(signal);
    assert_ends_by(&pty, name);
}

#[test]
pub(super) fn sigterm() {
    ends_by(Signal::TERM, "Terminated");
}

#[test]
pub(super) fn sighup() {
    ends_by(Signal::HUP, "Hangup");
}

#[test]
pub(super) fn sigint() {
    ends_by(Signal::INT, "Interrupt");
    let pty = started(&[], 30, 120);
    pty.send("\x03");
    assert_ends(&pty, 0);
}

#[test]
pub(super) fn sigquit() {
    let pty = started(&[], 30, 120);
    pty.signal(Signal::QUIT);
    // An exit code rather than the signal, which would leave a core dump with the secrets in it.
    assert_ends(&pty, 131);
}

/// Starts the program as a job of a shell, which counts the stops and continues the job after a line of input. The process
/// ID of the job is in `pid` in the home folder.
fn job() -> Pty {
    const SCRIPT: &str = "set -m\n\
        sh -c 'echo $$ >pid; exec \"$0\" --demo' \"$0\"\n\
        while [ $? -gt 128 ]; do times=\"${times}x\"; echo \"[stopped $times]\"; read -r line; fg; done";
    let pty = Pty::spawn_program("/bin/sh", &["-c", SCRIPT, env!("CARGO_BIN_EXE_vipmp")], &[], 30, 120);
    pty.wait_for_text(FIRST_PAGE);
    pty
}

fn signal_job(pty: &Pty, signal: Signal) {
    let pid = std::fs::read_to_string(pty.home().join("pid")).unwrap();
    kill_process(Pid::from_raw(pid.trim().parse().unwrap()).unwrap(), signal).unwrap();
}

/// Checks that the shell has the terminal in its original state, and has counted this many stops.
#[track_caller]
fn assert_stopped(pty: &Pty, times: usize) {
    pty.wait_for_text(&format!("[stopped {}]", "x".repeat(times)));
    assert_eq!(pty.modes_left_on(), Vec::<&str>::new());
}

/// Checks that `fg` brings back the program with its screen, its modes and its keys.
#[track_caller]
fn assert_comes_back(pty: &Pty) {
    pty.send("\n");
    pty.wait_for(
        |screen| screen.contains("51–100 of 1,204") && !screen.contains("[stopped"),
        "the same page again, and nothing of the shell",
    );
    assert!(pty.modes_left_on().contains(&"terminal settings (raw mode)"));
    pty.send("]");
    pty.wait_for_text("101–150 of 1,204");
    pty.send("[");
    pty.wait_for_text("51–100 of 1,204");
}

#[test]
pub(super) fn ctrl_z_and_fg() {
    let pty = job();
    pty.send("]");
    pty.wait_for_text("51–100 of 1,204");
    pty.send("\x1a");
    assert_stopped(&pty, 1);
    pty.resize(24, 80);
    assert_comes_back(&pty);
    let screen = pty.screen();
    assert!(screen.contains("f filter"), "at the size that the window has now: {screen}");
    // It works a second time.
    pty.send("\x1a");
    assert_stopped(&pty, 2);
    assert_comes_back(&pty);
    assert_quits(&pty);
}

#[test]
pub(super) fn sigtstp_and_sigcont() {
    let pty = job();
    pty.send("]");
    pty.wait_for_text("51–100 of 1,204");
    signal_job(&pty, Signal::TSTP);
    assert_stopped(&pty, 1);
    assert_comes_back(&pty);
    assert_quits(&pty);
}

#[test]
pub(super) fn sigstop_and_sigcont() {
    let pty = job();
    pty.send("]");
    pty.wait_for_text("51–100 of 1,204");
    // The program cannot restore the terminal before this signal, so the shell writes across the screen.
    signal_job(&pty, Signal::STOP);
    pty.wait_for_text("[stopped x]");
    assert_comes_back(&pty);
    assert_quits(&pty);
}

#[test]
pub(super) fn sigtstp_without_a_shell() {
    let pty = started(&[], 30, 120);
    pty.signal(Signal::TSTP);
    pty.wait_for_text("Cannot suspend: there is no shell to return to.");
    pty.send("]");
    pty.wait_for_text("51–100 of 1,204");
    pty.send("\x1a");
    pty.wait_for_text("Cannot suspend: there is no shell to return to.");
    pty.send("[");
    pty.wait_for_text(FIRST_PAGE);
    assert_quits(&pty);
}
