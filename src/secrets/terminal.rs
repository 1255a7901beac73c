//! The terminal for programs that ask for it: lent for their run, taken back afterwards.
//!
//! Such a program runs in a process group of its own, in the background. The system stops it if it reads from the
//! terminal or writes to it, and that is how it asks.

use std::sync::{Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};

/// The right to use the terminal, until it is dropped.
#[derive(Debug)]
pub struct Lease {
    _ends: oneshot::Sender<()>,
}

/// A program's wish for the terminal.
#[derive(Debug)]
pub struct Wish(oneshot::Sender<Lease>);

impl Wish {
    /// Returns true if it is no longer awaited.
    pub fn is_gone(&self) -> bool {
        self.0.is_closed()
    }

    /// Grants it; the receiver reports an error once the terminal is free again.
    pub fn grant(self) -> oneshot::Receiver<()> {
        let (ends, ended) = oneshot::channel();
        // If the program has gone meanwhile, the lease ends at once.
        let _ = self.0.send(Lease { _ends: ends });
        ended
    }
}

/// The owner of the terminal: the screen once it listens to requests, otherwise none.
#[derive(Debug, Default)]
pub(super) struct Owner(Mutex<Option<mpsc::UnboundedSender<Wish>>>);

impl Owner {
    /// Makes the caller the owner of the terminal, who hears every wish for it.
    pub(super) fn hear(&self) -> mpsc::UnboundedReceiver<Wish> {
        let (wishes, heard) = mpsc::unbounded_channel();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(wishes);
        heard
    }

    /// Waits for the terminal; `None` if it needs no permission.
    #[cfg_attr(windows, expect(dead_code, reason = "consoles have no job control"))]
    pub(super) async fn borrow(&self) -> Option<Lease> {
        let wishes = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let (grant, granted) = oneshot::channel();
        wishes.send(Wish(grant)).ok()?;
        granted.await.ok()
    }
}

#[cfg(unix)]
pub(super) use unix::{ControllingTerminal, Foreground, WritesStop};

#[cfg(unix)]
mod unix {
    use std::{
        fs::File,
        io::{self, Write as _},
        sync::Arc,
    };

    use nix::sys::signal::{SigSet, Signal as Blocked};
    use rustix::{
        process::{Pid, Signal, getpgrp, kill_process_group},
        termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr, tcsetpgrp},
    };

    use crate::text;

    /// The controlling terminal of this process, in whose foreground it is.
    #[derive(Debug, Clone)]
    pub(in crate::secrets) struct ControllingTerminal(Arc<File>);

    impl ControllingTerminal {
        /// Opens it, if there is one and this process may lend it.
        pub(in crate::secrets) fn open() -> Option<Self> {
            let file = File::options().read(true).write(true).open("/dev/tty").ok()?;
            let is_ours = tcgetpgrp(&file).is_ok_and(|group| group == getpgrp());
            is_ours.then(|| Self(Arc::new(file)))
        }

        /// Returns it as the standard input of a program.
        pub(in crate::secrets) fn input(&self) -> io::Result<File> {
            self.0.try_clone()
        }

        /// Shows what a program says while it has the terminal; nothing in it acts.
        pub(in crate::secrets) fn show(&self, words: &[u8]) {
            let words = String::from_utf8_lossy(words);
            let lines: Vec<_> =
                words.split('\n').map(|line| text::clean(line.trim_end_matches('\r'))).collect();
            // Only the program's own words are lost if that fails.
            let _ = (&*self.0).write_all(lines.join("\r\n").as_bytes());
        }
    }

    /// As long as it lives, writing to the terminal stops a program in the background as reading from it does: a
    /// question would otherwise be written across the screen, and be gone when the program is heard.
    #[derive(Debug)]
    pub(in crate::secrets) struct WritesStop(ControllingTerminal);

    impl WritesStop {
        pub(in crate::secrets) fn begin(terminal: &ControllingTerminal) -> Option<Self> {
            let mut modes = tcgetattr(&*terminal.0).ok()?;
            if modes.local_modes.contains(LocalModes::TOSTOP) {
                return None;
            }
            modes.local_modes |= LocalModes::TOSTOP;
            tcsetattr(&*terminal.0, OptionalActions::Now, &modes).ok()?;
            Some(Self(terminal.clone()))
        }
    }

    impl Drop for WritesStop {
        fn drop(&mut self) {
            // Only this bit: other modes may have changed meanwhile.
            if let Ok(mut modes) = tcgetattr(&*self.0.0) {
                modes.local_modes -= LocalModes::TOSTOP;
                let _ = tcsetattr(&*self.0.0, OptionalActions::Now, &modes);
            }
        }
    }

    /// A program in the foreground of the terminal. When this is dropped, the terminal is this process's again, in the
    /// modes that it had.
    #[derive(Debug)]
    pub(in crate::secrets) struct Foreground {
        terminal: ControllingTerminal,
        modes: Option<Termios>,
    }

    impl Foreground {
        /// Gives the terminal to a process group, and lets it go on.
        pub(in crate::secrets) fn give(terminal: &ControllingTerminal, group: Pid) -> io::Result<Self> {
            let modes = tcgetattr(&*terminal.0).ok();
            let given = Self { terminal: terminal.clone(), modes };
            given.again(group)?;
            Ok(given)
        }

        /// Does so again, after the group was stopped.
        pub(in crate::secrets) fn again(&self, group: Pid) -> io::Result<()> {
            while_background(|| tcsetpgrp(&*self.terminal.0, group))?;
            kill_process_group(group, Signal::CONT)?;
            Ok(())
        }
    }

    impl Drop for Foreground {
        fn drop(&mut self) {
            // If any of this fails, the terminal has gone.
            let _ = while_background(|| {
                tcsetpgrp(&*self.terminal.0, getpgrp())?;
                match &self.modes {
                    Some(modes) => tcsetattr(&*self.terminal.0, OptionalActions::Flush, modes),
                    None => Ok(()),
                }
            });
        }
    }

    /// Does something to the terminal that would stop a process in the background, without being stopped.
    fn while_background(change: impl FnOnce() -> rustix::io::Result<()>) -> io::Result<()> {
        let mut blocked = SigSet::empty();
        blocked.add(Blocked::SIGTTOU);
        let before = blocked.thread_swap_mask(nix::sys::signal::SigmaskHow::SIG_BLOCK)?;
        let changed = change();
        before.thread_set_mask()?;
        Ok(changed?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_owner_hears_a_wish_and_when_the_terminal_is_free_again() {
        let owner = Owner::default();
        assert!(owner.borrow().await.is_none(), "nobody has it");
        let mut heard = owner.hear();
        let (lease, granted) = {
            let mut lease = std::pin::pin!(owner.borrow());
            assert!(futures_util::poll!(&mut lease).is_pending());
            let ended = heard.recv().await.unwrap().grant();
            (lease.await, ended)
        };
        let mut ended = std::pin::pin!(granted);
        assert!(futures_util::poll!(&mut ended).is_pending());
        drop(lease);
        assert!(ended.await.is_err());
    }

    #[tokio::test]
    async fn a_wish_can_go_before_it_is_granted() {
        let owner = Owner::default();
        let mut heard = owner.hear();
        assert!(futures_util::poll!(std::pin::pin!(owner.borrow())).is_pending());
        let wish = heard.recv().await.unwrap();
        assert!(wish.is_gone());
        assert!(wish.grant().await.is_err());
        drop(heard);
        assert!(owner.borrow().await.is_none());
    }
}
