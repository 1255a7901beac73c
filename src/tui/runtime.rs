//! The event loop: the only place where the app meets the terminal, the tasks and the clock.
//!
//! It sleeps until something happens: input, a report of a task, a signal, or the one moment that the app asked
//! to be woken at. Then everything that is ready is taken, and one frame is drawn if anything visible changed.

use std::{
    future::Future,
    io,
    time::{Duration, Instant},
};

use chrono::Local;
use crossterm::event::Event;
use tokio::sync::mpsc;

use super::{
    app::{App, Effect, Environment, Message, Now, Setup, Source},
    clipboard::Copied,
    connection::{Connection, Pending},
    effects::{Effects, Report},
    keys::KeyMap,
    terminal::{Input, Signal, Signals, Suspended, Terminal},
    ui::{self, Theme},
};
use crate::api::ApiError;

/// Messages taken at most before a frame is drawn, so that a flood cannot keep the screen from moving.
const BATCH: usize = 1_000;

/// What the screen is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The reseller whose customers are browsed.
    pub reseller_id: String,
    /// The keys.
    pub keys: KeyMap,
    /// Rows a page, 1 to 50.
    pub page_size: u8,
    /// Whether the mouse is taken.
    pub mouse: bool,
    /// The looks.
    pub theme: Theme,
    /// Something to be said at the start.
    pub notice: Option<String>,
}

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The person quit.
    Quit,
    /// A signal asked for it.
    Signal(Signal),
}

/// Runs the screen until the person quits or a signal asks for it; `connect` is run after the
/// first frame, and again where it failed.
///
/// # Errors
/// When the terminal cannot be entered, read or drawn on; it is given back in any case.
pub async fn run<F>(options: Options, connect: impl Fn() -> F + Send + Sync + 'static) -> io::Result<End>
where
    F: Future<Output = Result<Connection, ApiError>> + Send + 'static,
{
    let pending = Pending::new(connect);
    let mut signals = Signals::new()?;
    let terminal = Terminal::enter(options.mouse)?;
    let size = terminal.size()?;
    let clock = Clock(Instant::now());
    let setup = Setup {
        source: Source {
            profile: String::new(),
            environment: Environment::Demo,
            reseller_id: options.reseller_id,
        },
        keys: options.keys,
        size: (size.width, size.height),
        page_size: options.page_size,
        mouse: options.mouse,
        notice: options.notice,
    };
    let (app, first) = App::new(setup, clock.now());
    let (effects, reports) = Effects::new(pending.clone());
    let mut runtime = Runtime { app, terminal, effects, theme: options.theme, clock, end: None };
    runtime.draw(&mut signals).await?;
    // After the first frame: what it takes to connect would only hold that up.
    pending.begin();
    let mut input = Input::start()?;
    runtime.run_effects(first, &mut signals).await?;
    let end = runtime.turn(&mut input, reports, &mut signals).await;
    runtime.effects.abort_all();
    // Given back before anything is printed; what an error says goes to the restored screen.
    let left = runtime.terminal.leave();
    match end {
        Ok(End::Quit) => left.map(|()| End::Quit),
        // Whether a terminal that is gone can be given back does not matter.
        Ok(signal) => Ok(signal),
        Err(error) if is_gone(&error) => Ok(End::Signal(Signal::Hangup)),
        Err(error) => Err(error),
    }
}

/// Whether an error means that there is no terminal any more: its window was closed, its line hung up.
fn is_gone(error: &io::Error) -> bool {
    #[cfg(unix)]
    let hung_up = error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error());
    #[cfg(not(unix))]
    let hung_up = false;
    hung_up || matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe)
}

/// The time since the start, and the wall's.
struct Clock(Instant);

impl Clock {
    fn now(&self) -> Now {
        Now { mono: self.0.elapsed(), wall: Local::now().fixed_offset() }
    }

    /// Waits for a moment, or for ever where there is none.
    async fn reach(&self, moment: Option<Duration>) {
        match moment {
            Some(moment) => tokio::time::sleep_until((self.0 + moment).into()).await,
            None => std::future::pending().await,
        }
    }
}

/// What woke the loop.
enum Woken {
    Input(Event),
    Report(Report),
    Signal(Signal),
    Time,
}

struct Runtime {
    app: App,
    terminal: Terminal,
    effects: Effects,
    theme: Theme,
    clock: Clock,
    end: Option<End>,
}

impl Runtime {
    async fn turn(
        &mut self,
        input: &mut Input,
        mut reports: mpsc::UnboundedReceiver<Report>,
        signals: &mut Signals,
    ) -> io::Result<End> {
        loop {
            let woken = tokio::select! {
                biased;
                signal = signals.next() => Woken::Signal(signal),
                event = input.next() => match event {
                    Some(event) => Woken::Input(event?),
                    // The terminal is gone: what a hangup says, for those who did not hear it.
                    None => return Ok(End::Signal(Signal::Hangup)),
                },
                Some(report) = reports.recv() => Woken::Report(report),
                () = self.clock.reach(self.app.next_wake()) => Woken::Time,
            };
            // A held key is many messages and one frame; of a storm of sizes, only the last one counts.
            let mut next = Some(woken);
            let mut resized = false;
            for _ in 0..BATCH {
                match next.take() {
                    Some(Woken::Input(Event::Resize(..))) => resized = true,
                    Some(woken) => self.take(woken, signals).await?,
                    None => break,
                }
                if let Some(end) = self.end {
                    return Ok(end);
                }
                next = match input.try_next() {
                    Some(event) => Some(Woken::Input(event?)),
                    None => reports.try_recv().ok().map(Woken::Report),
                };
            }
            if let Some(woken) = next {
                self.take(woken, signals).await?;
            }
            if resized {
                self.refit(signals).await?;
            }
            if let Some(end) = self.end {
                return Ok(end);
            }
            self.draw(signals).await?;
        }
    }

    async fn take(&mut self, woken: Woken, signals: &mut Signals) -> io::Result<()> {
        let message = match woken {
            Woken::Time => Message::Wake,
            Woken::Input(Event::Key(key)) => Message::Key(key),
            Woken::Input(Event::Mouse(event)) => Message::Mouse(event),
            Woken::Input(Event::Paste(text)) => Message::Paste(text),
            Woken::Input(Event::Resize(..)) => return self.refit(signals).await,
            Woken::Input(Event::FocusGained | Event::FocusLost) => return Ok(()),
            Woken::Report(Report::Message(message)) => message,
            Woken::Report(Report::Copied(copied)) => self.copied(&copied)?,
            Woken::Signal(Signal::Suspend) => Message::Suspend,
            Woken::Signal(Signal::Continue) => {
                self.terminal.resume()?;
                return self.refit(signals).await;
            }
            Woken::Signal(signal) => {
                self.end = Some(End::Signal(signal));
                return Ok(());
            }
        };
        let effects = self.app.update(self.clock.now(), message);
        self.run_effects(effects, signals).await
    }

    async fn run_effects(&mut self, effects: Vec<Effect>, signals: &mut Signals) -> io::Result<()> {
        for effect in effects {
            match self.effects.run(effect) {
                Some(Effect::Quit) => self.end = Some(End::Quit),
                Some(Effect::SetMouse(on)) => self.terminal.set_mouse(on)?,
                Some(Effect::Suspend) => match self.terminal.suspend(signals).await? {
                    Suspended::Resumed => Box::pin(self.refit(signals)).await?,
                    Suspended::NoShell => {
                        let words = "There is no shell here to come back from.".to_owned();
                        self.app.update(self.clock.now(), Message::Copied(Err(words)));
                    }
                },
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes the size that the terminal has by now, and draws everything anew.
    async fn refit(&mut self, signals: &mut Signals) -> io::Result<()> {
        let size = self.terminal.size()?;
        let effects = self.app.update(self.clock.now(), Message::Resize(size.width, size.height));
        Box::pin(self.run_effects(effects, signals)).await
    }

    /// Sends a text on to the terminal where that is its way, and says what became of it.
    fn copied(&mut self, copied: &Copied) -> io::Result<Message> {
        if let Copied::Terminal { sequence } = copied {
            self.terminal.write_raw(sequence.as_bytes())?;
        }
        let words = copied.to_string();
        Ok(Message::Copied(if matches!(copied, Copied::Nowhere { .. }) { Err(words) } else { Ok(words) }))
    }

    async fn draw(&mut self, signals: &mut Signals) -> io::Result<()> {
        // The size may have changed before its event is here; a frame laid out for another size would be torn.
        let size = self.terminal.size();
        if size.is_ok_and(|size| self.app.size() != (size.width, size.height)) {
            self.refit(signals).await?;
        }
        if !self.app.take_dirty() {
            return Ok(());
        }
        assert!(!(forced_panic("draw") && self.app.has_rows()), "forced while drawing");
        let (app, theme) = (&self.app, &self.theme);
        self.terminal.draw(|frame| ui::draw(frame, app, theme))
    }
}

/// Whether a test asked for a fault in this place; never in release builds.
pub(super) fn forced_panic(place: &str) -> bool {
    cfg!(debug_assertions) && std::env::var_os("VIPMP_FORCE_PANIC").is_some_and(|value| value == place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_terminal_that_is_gone_is_no_fault() {
        let errno = |errno: rustix::io::Errno| io::Error::from_raw_os_error(errno.raw_os_error());
        assert!(is_gone(&errno(rustix::io::Errno::IO)) && is_gone(&errno(rustix::io::Errno::PIPE)));
        assert!(!is_gone(&errno(rustix::io::Errno::PERM)));
    }
}
