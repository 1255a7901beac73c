//! A program in a pseudo-terminal of its own, as a user sees it.
//!
//! A thread reads the program's output and paints it on a screen in memory. Tests wait for a condition on that screen,
//! woken by each piece of output. Nothing sleeps, and a wait that times out shows the screen.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// The time limit of a wait: generous, since several test programs may share a small machine.
const DEADLINE: Duration = Duration::from_secs(20);

/// A program that runs in a pseudo-terminal; killed when dropped.
pub(crate) struct Pty {
    shared: Arc<Shared>,
    master: Box<dyn MasterPty + Send>,
    /// Shared with the thread that answers the program's queries.
    writer: Writer,
    pid: Pid,
    /// The terminal's settings before the program started.
    settings: String,
    home: TempDir,
}

type Writer = Arc<Mutex<Box<dyn Write + Send>>>;

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser<Requests>,
    raw: Vec<u8>,
    /// The number of frames that began by clearing the screen, as those of a new size do.
    cleared: u64,
    /// True once all writers have closed the terminal.
    closed: bool,
    exit: Option<ExitStatus>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A failed assertion in one thread must not hide behind a poisoned lock in another.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }
}

/// The queries that a program sends to its terminal, with the responses.
#[derive(Default)]
struct Requests {
    answers: Vec<u8>,
}

impl vt100::Callbacks for Requests {
    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        first: Option<u8>,
        _second: Option<u8>,
        params: &[&[u16]],
        last: char,
    ) {
        match (first, last, params) {
            (None, 'n', [[6]]) => {
                let (row, column) = screen.cursor_position();
                self.answers.extend(format!("\x1b[{};{}R", row + 1, column + 1).bytes());
            }
            (None, 'n', [[5]]) => self.answers.extend(b"\x1b[0n"),
            (None, 'c', _) => self.answers.extend(b"\x1b[?62;22c"),
            _ => {}
        }
    }
}

impl Pty {
    /// Starts `vipmp` with these arguments and this environment, and otherwise a clean one: an empty home folder, no XDG
    /// folders, `TERM=xterm-256color`, a UTF-8 locale.
    pub(crate) fn spawn(args: &[&str], env: &[(&str, &str)], rows: u16, cols: u16) -> Self {
        Self::spawn_program(env!("CARGO_BIN_EXE_vipmp"), args, env, rows, cols)
    }

    /// Starts another program in the same way.
    pub(crate) fn spawn_program(
        program: impl AsRef<OsStr>,
        args: &[&str],
        env: &[(&str, &str)],
        rows: u16,
        cols: u16,
    ) -> Self {
        Self::start(CommandBuilder::new(program), args, env, rows, cols)
    }

    /// Starts another program on a pseudo-terminal that does not control it: it has no `/dev/tty`, and no signal
    /// reports the terminal's end.
    pub(crate) fn spawn_uncontrolled(
        program: impl AsRef<OsStr>,
        args: &[&str],
        env: &[(&str, &str)],
        rows: u16,
        cols: u16,
    ) -> Self {
        let mut command = CommandBuilder::new(program);
        command.set_controlling_tty(false);
        Self::start(command, args, env, rows, cols)
    }

    fn start(mut command: CommandBuilder, args: &[&str], env: &[(&str, &str)], rows: u16, cols: u16) -> Self {
        let home = tempfile::tempdir().expect("a home folder");
        command.args(args);
        command.env_clear();
        command.cwd(home.path());
        command.env("HOME", home.path());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        // Tests never touch the keyring of the user who runs them.
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        for (name, value) in env {
            command.env(name, value);
        }

        let pair = native_pty_system().openpty(size(rows, cols)).expect("a pseudo-terminal");
        let settings = settings(&*pair.master);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let writer: Writer = Arc::new(Mutex::new(pair.master.take_writer().expect("a writer")));
        let mut child = pair.slave.spawn_command(command).expect("the program starts");
        // Our copy of the program's end must be closed, or the end of its output would never be seen.
        drop(pair.slave);
        let pid = child.process_id().and_then(|id| Pid::from_raw(id.try_into().ok()?)).expect("a process id");

        let parser = vt100::Parser::new_with_callbacks(nonzero(rows), nonzero(cols), 0, Requests::default());
        let state = State { parser, raw: Vec::new(), cleared: 0, closed: false, exit: None };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let reading = Arc::clone(&shared);
        let answering = Arc::clone(&writer);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            let mut held = Vec::new();
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                let mut answers = Vec::new();
                held.extend_from_slice(&buffer[..read]);
                let whole = whole_frames(&held);
                reading.change(|state| {
                    state.raw.extend_from_slice(&buffer[..read]);
                    state.parser.process(&legible(&held[..whole]));
                    state.cleared += cleared(&held[..whole]);
                    answers = std::mem::take(&mut state.parser.callbacks_mut().answers);
                });
                held.drain(..whole);
                if !answers.is_empty() {
                    let mut writer = answering.lock().unwrap_or_else(PoisonError::into_inner);
                    let _ = writer.write_all(&answers);
                }
            }
            reading.change(|state| {
                state.parser.process(&legible(&held));
                state.closed = true;
            });
        });
        let waiting = Arc::clone(&shared);
        std::thread::spawn(move || {
            let exit = child.wait().expect("the program can be waited for");
            waiting.change(|state| state.exit = Some(exit));
        });
        Self { shared, master: pair.master, writer, pid, settings, home }
    }

    /// Returns the program's home folder.
    pub(crate) fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    /// Waits until the text on the screen meets a condition, and returns it.
    ///
    /// # Panics
    /// Panics after 20 s, or if the program has ended without it; the message has `what` and the screen.
    #[track_caller]
    pub(crate) fn wait_for(&self, wanted: impl Fn(&str) -> bool, what: &str) -> String {
        let state = self.wait(|state| wanted(&state.text()) || state.ended(), what);
        let text = state.text();
        assert!(wanted(&text), "the program ended before this: {what}\n{}", state.picture());
        text
    }

    /// Waits until the program's output, or the screen, is as wanted; returns the screen.
    #[track_caller]
    pub(crate) fn wait_for_output(&self, wanted: impl Fn(&[u8], &str) -> bool, what: &str) -> String {
        self.wait(|state| wanted(&state.raw, &state.text()), what).text()
    }

    /// Waits until `text` is on the screen.
    #[track_caller]
    pub(crate) fn wait_for_text(&self, text: &str) -> String {
        self.wait_for(|screen| screen.contains(text), &format!("{text:?} on the screen"))
    }

    /// Waits for the program's end and for the last of its output.
    #[track_caller]
    pub(crate) fn wait_exit(&self) -> ExitStatus {
        let state = self.wait(State::ended, "the end of the program");
        state.exit.clone().expect("the wait was for this")
    }

    #[track_caller]
    fn wait(&self, done: impl Fn(&State) -> bool, what: &str) -> MutexGuard<'_, State> {
        let deadline = Instant::now() + DEADLINE;
        let mut state = self.shared.lock();
        while !done(&state) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited {DEADLINE:?} in vain for: {what}\n{}", state.picture());
            let woken = self.shared.changed.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        state
    }

    /// Types these bytes.
    #[track_caller]
    pub(crate) fn send(&self, keys: impl AsRef<[u8]>) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.write_all(keys.as_ref()).and_then(|()| writer.flush()).expect("the keys can be typed");
    }

    /// Changes the size of the window.
    pub(crate) fn resize(&self, rows: u16, cols: u16) {
        // Under the lock, so that no output for the new size is painted on the old screen.
        let mut state = self.shared.lock();
        state.parser.set_size(nonzero(rows), nonzero(cols));
        self.master.resize(size(rows, cols)).expect("the window changes its size");
    }

    /// Reports another window size to the program, which may be too large for the screen in memory.
    pub(crate) fn claim_size(&self, rows: u16, cols: u16) {
        self.master.resize(size(rows, cols)).expect("the window changes its size");
    }

    /// Returns the program's peak memory in bytes.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process_id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
    }

    /// Changes the size of the window and waits for a frame of that size, which a running program always draws unless its
    /// last frame had that size. Returns the time it took, or `None` if the program has ended.
    #[track_caller]
    pub(crate) fn refit(&self, rows: u16, cols: u16) -> Option<Duration> {
        let before = self.shared.lock().cleared;
        let asked = Instant::now();
        self.resize(rows, cols);
        let state = self.wait(|state| state.cleared > before || state.ended(), "a frame of the new size");
        (state.cleared > before).then(|| asked.elapsed())
    }

    /// Returns true if the screen meets a condition within this time, or the program ends.
    pub(crate) fn came(&self, within: Duration, wanted: impl Fn(&str) -> bool) -> bool {
        let state = self.shared.lock();
        let waiting = |state: &mut State| !wanted(&state.text()) && !state.ended();
        let (state, _) = self
            .shared
            .changed
            .wait_timeout_while(state, within, waiting)
            .unwrap_or_else(PoisonError::into_inner);
        wanted(&state.text())
    }

    /// Types these bytes; a program that has ended ignores them.
    pub(crate) fn send_if_running(&self, keys: impl AsRef<[u8]>) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writer.write_all(keys.as_ref()).and_then(|()| writer.flush());
    }

    /// Returns the process ID of the program.
    pub(crate) fn process_id(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Forgets the program's output except for its last bytes.
    pub(crate) fn trim(&self, kept: usize) {
        let mut state = self.shared.lock();
        let excess = state.raw.len().saturating_sub(kept);
        state.raw.drain(..excess);
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).expect("the program is there");
    }

    /// Returns the text on the screen, line by line, without trailing blanks.
    pub(crate) fn screen(&self) -> String {
        self.shared.lock().text()
    }

    /// Returns a line of the screen, counted from 0.
    pub(crate) fn row(&self, row: usize) -> String {
        self.screen().lines().nth(row).unwrap_or_default().to_owned()
    }

    /// Returns all bytes that the program has written.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.shared.lock().raw.clone()
    }

    /// Returns the names of the terminal modes that the program has set and not reset.
    pub(crate) fn modes_left_on(&self) -> Vec<&'static str> {
        let state = self.shared.lock();
        let screen = state.parser.screen();
        let raw = String::from_utf8_lossy(&state.raw);
        let unfinished = raw.rfind("\x1b[?2026h") > raw.rfind("\x1b[?2026l");
        [
            (screen.alternate_screen(), "alternate screen"),
            (screen.hide_cursor(), "hidden cursor"),
            (screen.bracketed_paste(), "bracketed paste"),
            (screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None, "mouse"),
            (screen.mouse_protocol_encoding() != vt100::MouseProtocolEncoding::Default, "mouse encoding"),
            (unfinished, "synchronized update"),
            (settings(&*self.master) != self.settings, "terminal settings (raw mode)"),
        ]
        .into_iter()
        .filter_map(|(on, name)| on.then_some(name))
        .collect()
    }

    /// Returns true if the program used the alternate screen and has reset everything.
    pub(crate) fn modes_restored(&self) -> bool {
        String::from_utf8_lossy(&self.raw()).contains("\x1b[?1049h") && self.modes_left_on().is_empty()
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if self.shared.lock().exit.is_none() {
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}

impl State {
    fn text(&self) -> String {
        self.parser.screen().contents()
    }

    fn ended(&self) -> bool {
        self.exit.is_some() && self.closed
    }

    /// Returns the screen in a frame, for the report of a failed test.
    fn picture(&self) -> String {
        let (_, columns) = self.parser.screen().size();
        let edge = "─".repeat(usize::from(columns.get()));
        let exit = self.exit.as_ref().map_or_else(|| "it runs".to_owned(), ToString::to_string);
        format!("{edge}\n{}\n{edge}\n{exit}; {} bytes written", self.text(), self.raw.len())
    }
}

/// Replaces each `�` in the output with `□`: the emulator drops the former as an encoding error, whereas a terminal shows
/// it in one column. Everything after it would be painted one column off.
fn legible(output: &[u8]) -> Vec<u8> {
    const LEFT_OUT: &[u8] = "\u{fffd}".as_bytes();
    const SHOWN: &[u8] = "□".as_bytes();
    let mut legible = output.to_vec();
    let mut at = 0;
    while let Some(found) = legible[at..].windows(LEFT_OUT.len()).position(|bytes| bytes == LEFT_OUT) {
        let start = at + found;
        legible[start..start + LEFT_OUT.len()].copy_from_slice(SHOWN);
        at = start + LEFT_OUT.len();
    }
    legible
}

/// Returns the number of bytes that form complete frames: output after the latest start of a synchronized update is not
/// shown before its end, as in a terminal that supports such updates.
fn whole_frames(bytes: &[u8]) -> usize {
    const BEGIN: &[u8] = b"\x1b[?2026h";
    const END: &[u8] = b"\x1b[?2026l";
    let last = |marker: &[u8]| bytes.windows(marker.len()).rposition(|window| window == marker);
    let cut = (1..BEGIN.len()).rev().find(|length| bytes.ends_with(&BEGIN[..*length])).unwrap_or(0);
    match (last(BEGIN), last(END)) {
        (Some(begin), end) if end < Some(begin) => begin,
        _ => bytes.len() - cut,
    }
}

/// Returns the number of times that these bytes clear the screen.
fn cleared(bytes: &[u8]) -> u64 {
    const CLEAR: &[u8] = b"\x1b[2J";
    bytes.windows(CLEAR.len()).filter(|window| *window == CLEAR).count() as u64
}

fn nonzero(cells: u16) -> NonZeroU16 {
    NonZeroU16::new(cells).expect("a screen has rows and columns")
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

/// Returns the terminal's settings (echo, line mode, ...) in a form that can be compared.
fn settings(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}
