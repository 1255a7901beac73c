//! Copying: to the system's clipboard or, through the terminal, to the one of the machine that a user sits at.
//!
//! Over SSH the system clipboard is the wrong machine's. OSC 52 asks the terminal to do it, but the terminal does
//! not answer: so what is said about a copy depends on the way that it went. If the system clipboard does not respond in
//! time, the terminal is asked, too.

mod osc52;
mod system;

use std::{fmt, sync::Arc, time::Duration};

use tokio::{sync::oneshot, time::timeout};

pub use osc52::{OSC52_LIMIT, osc52};
use system::{Answer, JobStatus, Worker};
pub use system::{Desktop, SystemClipboard};

/// The time limit of the system clipboard, which waits for other programs that may hang.
const PATIENCE: Duration = Duration::from_secs(1);

/// The layers between the program and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Multiplexer {
    /// An unknown terminal.
    #[default]
    None,
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

/// The terminal and session that the program runs in, from the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// The user sits at another machine.
    pub remote: bool,
    /// The multiplexer around the terminal.
    pub multiplexer: Multiplexer,
}

impl Surroundings {
    /// Reads the environment of this process.
    pub fn detect() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// Reads an environment; `variable` gives the value of a name.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let terminal = variable("TERM").unwrap_or_default();
        // The multiplexers' own variables do not travel over SSH, while TERM does.
        let multiplexer = if set("TMUX") || terminal.starts_with("tmux") {
            Multiplexer::Tmux
        } else if set("STY") || terminal.starts_with("screen") {
            Multiplexer::Screen
        } else {
            Multiplexer::None
        };
        Self { remote: set("SSH_CONNECTION") || set("SSH_TTY"), multiplexer }
    }
}

/// The result of a copy, no more than is known about it. `Display` puts it in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copied {
    /// The system clipboard has it.
    System {
        /// It is the clipboard of a machine that the user may not sit at.
        remote: bool,
    },
    /// The terminal is to be asked: the caller writes `sequence` with `Terminal::write_raw`. Nobody will know
    /// whether it worked.
    Terminal {
        /// The whole escape sequence.
        sequence: String,
        /// True if the system clipboard was asked first and did not respond.
        unresponsive: bool,
    },
    /// The text was not copied.
    Nowhere {
        /// The reason, in words.
        reason: String,
    },
}

impl fmt::Display for Copied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System { remote: false } => f.write_str("copied to the clipboard"),
            Self::System { remote: true } => f.write_str("copied to the clipboard of the remote session"),
            Self::Terminal { unresponsive: false, .. } => f.write_str("sent to the terminal's clipboard"),
            Self::Terminal { unresponsive: true, .. } => {
                f.write_str("sent to the terminal's clipboard, as the system's does not respond")
            }
            Self::Nowhere { reason } => write!(f, "not copied: {reason}"),
        }
    }
}

/// Copies text by the way that fits the surroundings. One for the whole program.
#[derive(Debug)]
pub struct Clipboard {
    surroundings: Surroundings,
    system: Worker,
}

impl Clipboard {
    /// A clipboard for these surroundings; nothing is opened before the first copy.
    pub fn new(surroundings: Surroundings) -> Self {
        Self::with_system(surroundings, Desktop::default())
    }

    /// A clipboard over another system clipboard.
    pub fn with_system(surroundings: Surroundings, system: impl SystemClipboard) -> Self {
        Self { surroundings, system: Worker::new(system) }
    }

    /// Begins to copy `text`. Of several copies the last one wins, however long the others take.
    pub fn copy(&mut self, text: String) -> Copying {
        let Surroundings { remote, multiplexer } = self.surroundings;
        if remote && let Some(sequence) = osc52(&text, multiplexer) {
            return Copying::Done(Copied::Terminal { sequence, unresponsive: false });
        }
        // One that has not answered yet need not be waited for again.
        let patience = if self.system.is_unresponsive() { Duration::ZERO } else { PATIENCE };
        let (status, answer) = self.system.set(text.clone());
        Copying::Asked(Asked { text, surroundings: self.surroundings, answer, status, patience })
    }
}

/// A copy under way.
#[derive(Debug)]
pub enum Copying {
    /// It went to the terminal at once.
    Done(Copied),
    /// The system clipboard was asked.
    Asked(Asked),
}

impl Copying {
    /// Waits until it is known what became of the copy; `None` if a later copy has taken its place.
    pub async fn outcome(self) -> Option<Copied> {
        match self {
            Self::Done(copied) => Some(copied),
            Self::Asked(asked) => asked.outcome().await,
        }
    }
}

/// The wait for the system clipboard.
#[derive(Debug)]
pub struct Asked {
    text: String,
    surroundings: Surroundings,
    answer: oneshot::Receiver<Answer>,
    status: Arc<JobStatus>,
    patience: Duration,
}

impl Asked {
    async fn outcome(self) -> Option<Copied> {
        let Surroundings { remote, multiplexer } = self.surroundings;
        let (reason, unresponsive) = match timeout(self.patience, self.answer).await {
            Ok(Ok(Answer::Superseded)) => return None,
            Ok(Ok(Answer::Set(Ok(())))) => return Some(Copied::System { remote }),
            Ok(Ok(Answer::Set(Err(reason)))) => (reason, false),
            Ok(Err(_)) => ("the clipboard failed".to_owned(), false),
            Err(_) => {
                self.status.give_up();
                ("the clipboard does not respond".to_owned(), true)
            }
        };
        Some(match osc52(&self.text, multiplexer) {
            Some(sequence) => Copied::Terminal { sequence, unresponsive },
            None => Copied::Nowhere {
                reason: format!("too long for the terminal (at most {OSC52_LIMIT} bytes), and {reason}"),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, mpsc};

    use super::*;

    type Content = Arc<Mutex<Vec<String>>>;

    /// A desktop that remembers.
    struct Fake(Content);

    impl SystemClipboard for Fake {
        fn set(&mut self, text: &str) -> Result<(), String> {
            self.0.lock().unwrap().push(text.to_owned());
            Ok(())
        }
    }

    /// One that is not there.
    struct Missing;

    impl SystemClipboard for Missing {
        fn set(&mut self, _text: &str) -> Result<(), String> {
            Err("there is no clipboard".to_owned())
        }
    }

    /// One that answers when the test says so: with the word of success, or an error.
    struct Hanging {
        asked: mpsc::Sender<String>,
        answers: mpsc::Receiver<Result<(), String>>,
    }

    impl SystemClipboard for Hanging {
        fn set(&mut self, text: &str) -> Result<(), String> {
            self.asked.send(text.to_owned()).unwrap();
            self.answers.recv().unwrap_or(Ok(()))
        }
    }

    fn surroundings(variables: &[(&str, &str)]) -> Surroundings {
        Surroundings::from_variables(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn clipboard(remote: bool, system: impl SystemClipboard) -> Clipboard {
        Clipboard::with_system(Surroundings { remote, multiplexer: Multiplexer::None }, system)
    }

    async fn copied(clipboard: &mut Clipboard, text: &str) -> Copied {
        clipboard.copy(text.to_owned()).outcome().await.unwrap()
    }

    /// Copies a text, with which the clipboard is busy before any time passes.
    async fn hangs_at(clipboard: &mut Clipboard, text: &str, asks: &mpsc::Receiver<String>) -> Copied {
        let copying = clipboard.copy(text.to_owned());
        assert_eq!(asks.recv().unwrap(), text);
        copying.outcome().await.unwrap()
    }

    #[test]
    fn the_environment_says_where_the_program_runs() {
        assert_eq!(surroundings(&[("TERM", "xterm-256color")]), Surroundings::default());
        assert!(surroundings(&[("SSH_TTY", "/dev/pts/3")]).remote);
        assert!(surroundings(&[("SSH_CONNECTION", "192.0.2.1 5000 192.0.2.2 22")]).remote);
        assert!(!surroundings(&[("SSH_TTY", "")]).remote);
        let multiplexer = |variables: &[(&str, &str)]| surroundings(variables).multiplexer;
        assert_eq!(multiplexer(&[("TMUX", "/tmp/tmux,1,0"), ("TERM", "screen-256color")]), Multiplexer::Tmux);
        assert_eq!(multiplexer(&[("TERM", "tmux-256color")]), Multiplexer::Tmux);
        assert_eq!(multiplexer(&[("STY", "1234.pts-0"), ("TERM", "xterm")]), Multiplexer::Screen);
        assert_eq!(multiplexer(&[("TERM", "screen.xterm-256color")]), Multiplexer::Screen);
    }

    #[tokio::test]
    async fn at_the_machine_itself_the_system_clipboard_comes_first() {
        let content = Content::default();
        let copied = copied(&mut clipboard(false, Fake(Arc::clone(&content))), "1006500792").await;
        assert_eq!(copied, Copied::System { remote: false });
        assert_eq!(copied.to_string(), "copied to the clipboard");
        assert_eq!(*content.lock().unwrap(), ["1006500792"]);
    }

    #[tokio::test]
    async fn without_a_system_clipboard_the_terminal_is_asked() {
        let copied = copied(&mut clipboard(false, Missing), "1006500792").await;
        let sequence = "\x1b]52;c;MTAwNjUwMDc5Mg==\x07".to_owned();
        assert_eq!(copied, Copied::Terminal { sequence, unresponsive: false });
        assert_eq!(copied.to_string(), "sent to the terminal's clipboard");
    }

    #[tokio::test]
    async fn over_ssh_the_terminal_comes_first_and_the_remote_clipboard_is_left_alone() {
        let content = Content::default();
        let mut clipboard = clipboard(true, Fake(Arc::clone(&content)));
        assert!(matches!(copied(&mut clipboard, "1006500792").await, Copied::Terminal { .. }));
        drop(clipboard);
        assert_eq!(*content.lock().unwrap(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn what_is_too_long_for_the_terminal_goes_elsewhere_or_nowhere() {
        let long = "x".repeat(OSC52_LIMIT + 1);
        let elsewhere = copied(&mut clipboard(true, Fake(Content::default())), &long).await;
        assert_eq!(elsewhere.to_string(), "copied to the clipboard of the remote session");
        let nowhere = copied(&mut clipboard(true, Missing), &long).await;
        assert_eq!(
            nowhere.to_string(),
            "not copied: too long for the terminal (at most 74994 bytes), and there is no clipboard"
        );
    }

    /// The time passes as soon as nothing else is left to do.
    #[tokio::test(start_paused = true)]
    async fn a_clipboard_that_never_answers_is_given_up_after_a_second() {
        let ((asked, asks), (_answer, answers)) = (mpsc::channel(), mpsc::channel());
        let mut clipboard = clipboard(false, Hanging { asked, answers });
        let start = tokio::time::Instant::now();
        let first = hangs_at(&mut clipboard, "first", &asks).await;
        assert_eq!(start.elapsed().as_millis(), 1_000);
        assert_eq!(first.to_string(), "sent to the terminal's clipboard, as the system's does not respond");
        assert!(matches!(first, Copied::Terminal { sequence, .. } if sequence == "\x1b]52;c;Zmlyc3Q=\x07"));
        // The next copies do not wait for it again, and what is too long says why.
        let second = copied(&mut clipboard, "second").await;
        assert!(matches!(second, Copied::Terminal { unresponsive: true, .. }));
        let long = copied(&mut clipboard, &"x".repeat(OSC52_LIMIT + 1)).await.to_string();
        assert_eq!(
            long,
            "not copied: too long for the terminal (at most 74994 bytes), and the clipboard does not respond"
        );
        assert_eq!(start.elapsed().as_millis(), 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_text_that_comes_late_is_replaced_by_the_last_one() {
        let ((asked, asks), (answer, answers)) = (mpsc::channel(), mpsc::channel());
        let mut clipboard = clipboard(false, Hanging { asked, answers });
        hangs_at(&mut clipboard, "first", &asks).await;
        for text in ["second", "third"] {
            assert!(matches!(copied(&mut clipboard, text).await, Copied::Terminal { .. }));
        }
        answer.send(Ok(())).unwrap();
        assert_eq!(asks.recv().unwrap(), "third");
        answer.send(Ok(())).unwrap();
        drop(clipboard);
        assert_eq!(asks.recv(), Err(mpsc::RecvError));
    }

    #[tokio::test(start_paused = true)]
    async fn a_text_that_the_terminal_has_does_not_come_again_after_a_failure() {
        let ((asked, asks), (answer, answers)) = (mpsc::channel(), mpsc::channel());
        let mut clipboard = clipboard(false, Hanging { asked, answers });
        hangs_at(&mut clipboard, "first", &asks).await;
        assert!(matches!(copied(&mut clipboard, "second").await, Copied::Terminal { .. }));
        answer.send(Err("the display is gone".to_owned())).unwrap();
        drop(clipboard);
        assert_eq!(asks.recv(), Err(mpsc::RecvError));
    }

    #[tokio::test]
    async fn of_copies_in_a_row_only_the_last_one_reports() {
        let ((asked, asks), (answer, answers)) = (mpsc::channel(), mpsc::channel());
        let mut clipboard = clipboard(false, Hanging { asked, answers });
        let first = clipboard.copy("first".to_owned());
        assert_eq!(asks.recv().unwrap(), "first");
        let second = clipboard.copy("second".to_owned());
        let third = clipboard.copy("third".to_owned());
        answer.send(Ok(())).unwrap();
        answer.send(Ok(())).unwrap();
        assert_eq!(first.outcome().await, Some(Copied::System { remote: false }));
        assert_eq!(second.outcome().await, None);
        assert_eq!(third.outcome().await, Some(Copied::System { remote: false }));
        assert_eq!(asks.recv().unwrap(), "third");
    }
}
