//! Standard streams that are closed, not a terminal, or disappear while the program runs.

use std::{
    io::Read as _,
    process::{Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::{
    FIRST_PAGE, assert_quits,
    foreign::{TOKEN, configured_for, served_with},
};
use crate::support::pty::Pty;

const PROGRAM: &str = env!("CARGO_BIN_EXE_vipmp");

#[test]
pub(super) fn output_is_no_terminal() {
    let output = Command::new(PROGRAM).arg("--demo").output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]));
    let line = "vipmp: the output is not a terminal. Start vipmp in one, without redirecting its output.\n";
    assert_eq!(told, line);
}

#[test]
pub(super) fn input_is_closed() {
    // The keys then come from the controlling terminal.
    for from in ["<&-", "</dev/null"] {
        let script = format!("exec \"$0\" --demo {from}");
        let pty = Pty::spawn_program("/bin/sh", &["-c", &script, PROGRAM], &[], 30, 120);
        pty.wait_for_text(FIRST_PAGE);
        pty.send("]");
        pty.wait_for_text("51–100 of 1,204");
        assert_quits(&pty);
    }
}

#[test]
pub(super) fn no_terminal_to_read_from() {
    let script = "exec \"$0\" --demo </dev/null";
    let pty = Pty::spawn_uncontrolled("/bin/sh", &["-c", script, PROGRAM], &[], 30, 120);
    assert_eq!(pty.wait_exit().exit_code(), 2);
    let line = "vipmp: the input is not a terminal, so no keys can be read. Start vipmp in one.";
    assert_eq!(pty.screen().trim_end(), line);
    assert_eq!(pty.raw(), format!("{line}\r\n").into_bytes(), "no mode was touched");
}

/// Starts the program in a terminal, closes the terminal when everything is on the screen and the program waits for keys,
/// and returns the signal that ended the program.
fn without_its_terminal(controlled: bool) -> Option<String> {
    let size = PtySize { rows: 36, cols: 120, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    // Not the demo, since its notice disappears after some seconds, and while drawing the program would notice that the
    // terminal is gone.
    let api = served_with(&["Acme".to_owned(), "Print".to_owned()]);
    let folder = configured_for(&api);
    let mut command = CommandBuilder::new(PROGRAM);
    command.set_controlling_tty(controlled);
    command.env_clear();
    for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), TOKEN] {
        command.env(name, value);
    }
    for name in ["HOME", "VIPMP_CONFIG_DIR", "VIPMP_DATA_DIR"] {
        command.env(name, folder.path());
    }
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut killer = child.clone_killer();
    let (ended, end) = mpsc::channel();
    let master = pair.master;
    std::thread::spawn(move || {
        let mut reader = master.try_clone_reader().unwrap();
        let cells = |cells: u16| cells.try_into().unwrap();
        let mut screen = vt100::Parser::new(cells(36), cells(120), 0);
        let mut buffer = [0; 4096];
        let all =
            ["1–2 of 2", "Active         2", "1026           2", "All            8", "Address      Acme"];
        let mut at_end = false;
        // Up to the end of a frame, so that the program has nothing left to write.
        while !at_end || !all.iter().all(|words| screen.screen().contents().contains(words)) {
            let read = reader.read(&mut buffer).unwrap();
            assert_ne!(read, 0, "it ended before all was there: {}", screen.screen().contents());
            at_end = buffer[..read].ends_with(b"\x1b[?2026l");
            screen.process(&buffer[..read]);
        }
        drop((reader, master));
        ended.send(child.wait())
    });
    let end = end.recv_timeout(Duration::from_secs(20));
    let _ = killer.kill();
    end.expect("the program ends by itself").unwrap().signal().map(str::to_owned)
}

#[test]
pub(super) fn terminal_goes_away() {
    assert_eq!(without_its_terminal(true).as_deref(), Some("Hangup"));
    // Without SIGHUP (no controlling terminal, or a shell that does not pass it on), the program notices it itself.
    assert_eq!(without_its_terminal(false).as_deref(), Some("Hangup"));
}

#[test]
pub(super) fn reader_goes_away() {
    let home = tempfile::tempdir().unwrap();
    for words in [&["--help"][..], &["--version"], &["profile", "list"], &["profile", "list", "--json"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(PROGRAM);
        command.args(words).env_clear().stdin(Stdio::null()).stdout(writer);
        command.env("VIPMP_CONFIG_DIR", home.path()).env("VIPMP_DATA_DIR", home.path());
        let output = command.output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}: {told}");
        assert!(!told.contains("pipe") && !told.contains("panicked"), "{words:?}: {told}");
    }
}
