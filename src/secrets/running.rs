//! The programs that are running for a secret: none of them outlives the reason for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[cfg(unix)]
use super::terminal::Foreground;

/// A program that runs, with everything that it has started.
#[derive(Debug)]
struct Program {
    #[cfg(unix)]
    group: rustix::process::Pid,
    /// Takes the terminal back when the program is dropped.
    #[cfg(unix)]
    foreground: Option<Foreground>,
}

/// The programs that run now, by a number for each.
#[derive(Debug, Clone, Default)]
pub(super) struct Programs(Arc<Mutex<Vec<(u64, Program)>>>);

impl Programs {
    fn lock(&self) -> MutexGuard<'_, Vec<(u64, Program)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all of them, at once and for good.
    pub(super) fn end_all(&self) {
        let all = std::mem::take(&mut *self.lock());
        for (_, program) in all {
            program.end();
        }
    }
}

impl Program {
    fn end(self) {
        #[cfg(unix)]
        {
            // The group may have gone on its own.
            let _ = rustix::process::kill_process_group(self.group, rustix::process::Signal::KILL);
            drop(self.foreground);
        }
    }
}

/// One program, which is ended when this is dropped before [`Running::has_ended`] was called.
#[cfg(unix)]
#[derive(Debug)]
pub(super) struct Running {
    programs: Programs,
    number: u64,
}

#[cfg(unix)]
impl Running {
    /// Watches over a process group, which the program leads.
    pub(super) fn new(programs: &Programs, group: rustix::process::Pid) -> Self {
        let mut all = programs.lock();
        let number = all.last().map_or(0, |(number, _)| number + 1);
        all.push((number, Program { group, foreground: None }));
        drop(all);
        Self { programs: programs.clone(), number }
    }

    /// Keeps that the program has the terminal.
    pub(super) fn has_terminal(&self, given: Foreground) {
        let mut all = self.programs.lock();
        if let Some((_, program)) = all.iter_mut().find(|(number, _)| *number == self.number) {
            program.foreground = Some(given);
        }
    }

    /// Lets the program go on in the foreground, after it was stopped there.
    pub(super) fn go_on(&self) {
        let all = self.programs.lock();
        let program = all.iter().find(|(number, _)| *number == self.number).map(|(_, program)| program);
        if let Some(Program { group, foreground: Some(foreground) }) = program {
            // If that fails, it has just ended.
            let _ = foreground.again(*group);
        }
    }

    /// The program has ended on its own: what it has left behind may live, and its number may be another's by now.
    pub(super) fn has_ended(self) {
        self.take();
    }

    fn take(&self) -> Option<Program> {
        let mut all = self.programs.lock();
        let at = all.iter().position(|(number, _)| *number == self.number)?;
        Some(all.remove(at).1)
    }
}

#[cfg(unix)]
impl Drop for Running {
    fn drop(&mut self) {
        if let Some(program) = self.take() {
            program.end();
        }
    }
}
