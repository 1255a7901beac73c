//! The programs that are running for a secret: none of them outlives the reason for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[cfg(unix)]
use std::io;

#[cfg(unix)]
use tokio::process::{Child, Command};

#[cfg(unix)]
use super::terminal::{Foreground, WritesStop};

/// A program that runs, with everything that it has started.
#[derive(Debug)]
struct Program {
    #[cfg(unix)]
    group: rustix::process::Pid,
    /// Takes the terminal back when the program is dropped.
    #[cfg(unix)]
    foreground: Option<Foreground>,
    /// Lets programs in the background write to the terminal again when the program is dropped.
    #[cfg(unix)]
    writes_stop: Option<WritesStop>,
}

/// The programs that run now, by a number for each.
#[derive(Debug, Default)]
struct Register {
    programs: Vec<(u64, Program)>,
    /// True once all programs were ended for good: no other one may start.
    is_closed: bool,
}

/// The programs that run now.
#[derive(Debug, Clone, Default)]
pub(super) struct Programs(Arc<Mutex<Register>>);

impl Programs {
    fn lock(&self) -> MutexGuard<'_, Register> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all programs, and lets no other one start.
    pub(super) fn end_all(&self) {
        let mut register = self.lock();
        register.is_closed = true;
        for (_, program) in std::mem::take(&mut register.programs) {
            program.end();
        }
    }

    /// Starts a program as the leader of a process group that is watched over; `prepare` prepares the terminal for it.
    ///
    /// The register is locked meanwhile: a program that started just before all of them are ended, and was not registered
    /// yet, would outlive vipmp. It is locked while a program is dropped, too: once all of them are ended, nothing changes
    /// the terminal any more, which is given back then.
    ///
    /// # Errors
    /// Fails if the program cannot be started, or if all programs have been ended.
    #[cfg(unix)]
    pub(super) fn start(
        &self,
        command: &mut Command,
        prepare: impl FnOnce() -> Option<WritesStop>,
    ) -> io::Result<(Child, Running)> {
        let mut register = self.lock();
        if register.is_closed {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "vipmp is exiting"));
        }
        let writes_stop = prepare();
        let child = command.spawn()?;
        let group = child.id().and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?));
        let group = group.ok_or_else(|| io::Error::other("it has no process ID"))?;
        let number = register.programs.last().map_or(0, |(number, _)| number + 1);
        register.programs.push((number, Program { group, foreground: None, writes_stop }));
        drop(register);
        Ok((child, Running { programs: self.clone(), number, group }))
    }
}

impl Program {
    fn end(self) {
        #[cfg(unix)]
        {
            // The group may have gone on its own.
            let _ = rustix::process::kill_process_group(self.group, rustix::process::Signal::KILL);
            drop((self.foreground, self.writes_stop));
        }
    }
}

/// One program, which is ended when this is dropped before [`Running::has_ended`] was called.
#[cfg(unix)]
#[derive(Debug)]
pub(super) struct Running {
    programs: Programs,
    number: u64,
    group: rustix::process::Pid,
}

#[cfg(unix)]
impl Running {
    /// Returns the process group that the program leads.
    pub(super) fn group(&self) -> rustix::process::Pid {
        self.group
    }

    /// Keeps that the program has the terminal.
    pub(super) fn has_terminal(&self, given: Foreground) {
        let mut register = self.programs.lock();
        if let Some((_, program)) = register.programs.iter_mut().find(|(number, _)| *number == self.number) {
            program.foreground = Some(given);
        }
    }

    /// Lets the program go on in the foreground, after it was stopped there.
    pub(super) fn go_on(&self) {
        let register = self.programs.lock();
        let program =
            register.programs.iter().find(|(number, _)| *number == self.number).map(|(_, program)| program);
        if let Some(Program { group, foreground: Some(foreground), .. }) = program {
            // If that fails, it has just ended.
            let _ = foreground.again(*group);
        }
    }

    /// The program has ended on its own: what it has left behind may live, and its number may be another's by now.
    pub(super) fn has_ended(self) {
        self.finish(drop);
    }

    /// Takes the program off the register, unless all were ended, and finishes it before the register is unlocked.
    fn finish(&self, how: impl FnOnce(Program)) {
        let mut register = self.programs.lock();
        if let Some(at) = register.programs.iter().position(|(number, _)| *number == self.number) {
            how(register.programs.remove(at).1);
        }
    }
}

#[cfg(unix)]
impl Drop for Running {
    fn drop(&mut self) {
        self.finish(Program::end);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_program_starts_after_all_were_ended() {
        let programs = Programs::default();
        let (mut child, _running) =
            programs.start(Command::new("sleep").arg("1000").process_group(0), || None).unwrap();
        programs.end_all();
        assert!(!child.wait().await.unwrap().success());
        let refused = programs.start(&mut Command::new("true"), || None).unwrap_err();
        assert_eq!(refused.to_string(), "vipmp is exiting");
    }
}
