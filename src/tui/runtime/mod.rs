//! The event loop: the only place where the app meets the terminal, the tasks and the clock.
//!
//! It sleeps until something happens: input, a report of a task, a signal, or the one moment that the app asked
//! to be woken at. Then everything that is ready is taken, and one frame is drawn if anything visible changed.

use std::{
    io,
    time::{Duration, Instant},
};

use crossterm::event::Event;
use secrecy::SecretString;
use tokio::sync::mpsc;

use super::{
    app::{App, Configured, Effect, Invocation, Message, Now, Setup},
    clipboard::Copied,
    editor::{Edited, edit},
    effects::{Effects, Report, World},
    load,
    look::Look,
    terminal::{ANSWER_WAIT, BACKGROUND_QUERY, Background, Input, Signal, Signals, Suspended, Terminal},
    ui::{self, Theme},
};
use crate::{
    account::{Home, Target},
    api::Network,
    config::TimeZone,
    demo::{DemoOptions, RESELLER_ID},
    secrets::Wish,
};

/// Messages taken at most before a frame is drawn, so that a flood cannot keep the screen from moving.
const BATCH: usize = 1_000;

/// The time that the last view may take to be kept at the end.
const KEEP_WITHIN: Duration = Duration::from_secs(2);

/// The options of the screen.
#[derive(Debug, Clone)]
pub struct Options {
    /// The account whose customers are browsed first.
    pub target: Target,
    /// An access token that the environment brings for that account.
    pub token: Option<SecretString>,
    /// The places of configuration, secrets and state.
    pub home: Home,
    /// The patience with servers.
    pub network: Network,
    /// The settings of the demo.
    pub demo: DemoOptions,
    /// The way in which the program was started.
    pub invocation: Invocation,
    /// The configuration.
    pub configured: Configured,
    /// True if the mouse is taken.
    pub mouse: bool,
    /// The look.
    pub look: Look,
    /// The zone of clock times.
    pub time_zone: TimeZone,
    /// True if the demo stands in for a configuration that cannot be used.
    pub stands_in: bool,
    /// Something to be said at the start.
    pub notice: Option<String>,
}

/// The report of a screen that was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The reason.
    pub end: End,
    /// The things that could not be kept for the next start, in words.
    pub unkept: Option<String>,
    /// An export that ended with the screen, in words.
    pub unfinished: Option<String>,
}

/// The reason why the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The user quit.
    Quit,
    /// A signal asked for it.
    Signal(Signal),
}

/// Runs the screen until the user quits or a signal asks for it. Whatever it takes to connect begins after the first
/// frame.
///
/// # Errors
/// When the terminal cannot be entered, read or drawn on; it is given back in any case.
pub async fn run(options: Options) -> io::Result<Left> {
    let mut signals = Signals::new()?;
    let terminal = Terminal::enter(options.mouse)?;
    let size = terminal.size()?;
    let clock = Clock { start: Instant::now(), zone: options.time_zone };
    let setup = Setup {
        target: options.target.clone(),
        demo_reseller: RESELLER_ID.to_owned(),
        invocation: options.invocation,
        configured: options.configured,
        size: (size.width, size.height),
        mouse: options.mouse,
        folder: std::env::current_dir().unwrap_or_default(),
        stands_in: options.stands_in,
        notice: options.notice,
    };
    // From now on nobody gets the terminal unasked.
    let wishes = options.home.vault.wishes();
    let (app, first) = App::new(setup, clock.now());
    let world = World { home: options.home.clone(), demo: options.demo, network: options.network };
    let (effects, reports) = Effects::new(world, &options.target, options.token);
    let home = options.home;
    let mut runtime = Runtime {
        app,
        terminal,
        effects,
        home,
        theme: options.look.theme(None),
        look: options.look,
        backgrounds: mpsc::channel(1),
        background: None,
        answer_until: None,
        clock,
        input: None,
        wishes,
        end: None,
    };
    runtime.draw(&mut signals).await?;
    // After the first frame, which does not wait for the answer.
    runtime.ask_for_background()?;
    // After the first frame: what it takes to connect would only hold that up.
    runtime.effects.begin(&options.target);
    runtime.input = Some(Input::start(runtime.backgrounds.0.clone())?);
    runtime.run_effects(first, &mut signals).await?;
    let end = runtime.turn(reports, &mut signals).await;
    if matches!(end, Ok(End::Quit)) {
        runtime.await_background().await;
    }
    runtime.effects.abort_all();
    runtime.home.vault.end_programs();
    // Given back before anything is printed; what an error says goes to the restored screen.
    let left = runtime.terminal.leave();
    let unkept = runtime.keep_view().await;
    let unfinished = runtime.app.unfinished_export();
    let end = match end {
        Ok(End::Quit) => left.map(|()| End::Quit),
        // Whether a terminal that is gone can be given back does not matter.
        Ok(signal) => Ok(signal),
        Err(error) if is_gone(&error) => Ok(End::Signal(Signal::Hangup)),
        Err(error) => Err(error),
    };
    end.map(|end| Left { end, unkept, unfinished })
}

/// Returns true if an error means that there is no terminal any more: its window was closed, its line hung up.
fn is_gone(error: &io::Error) -> bool {
    #[cfg(unix)]
    let hung_up = error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error());
    #[cfg(not(unix))]
    let hung_up = false;
    hung_up || matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe)
}

/// The time since the start, and the wall's.
struct Clock {
    start: Instant,
    zone: TimeZone,
}

impl Clock {
    fn now(&self) -> Now {
        Now { mono: self.start.elapsed(), wall: self.zone.now() }
    }

    /// Waits for a moment, or for ever where there is none.
    async fn reach(&self, moment: Option<Duration>) {
        match moment {
            Some(moment) => tokio::time::sleep_until((self.start + moment).into()).await,
            None => std::future::pending().await,
        }
    }
}

/// The event that woke the loop.
enum Woken {
    Input(Event),
    Report(Report),
    Signal(Signal),
    Wish(Wish),
    Background(Background),
    Time,
}

struct Runtime {
    app: App,
    terminal: Terminal,
    effects: Effects,
    home: Home,
    theme: Theme,
    look: Look,
    /// Brings what the terminal answers about its background.
    backgrounds: (mpsc::Sender<Background>, mpsc::Receiver<Background>),
    /// The background that the terminal has reported.
    background: Option<Background>,
    /// The time until which an answer about the background is to be kept from the shell.
    answer_until: Option<tokio::time::Instant>,
    clock: Clock,
    /// Reads the keys; none while another program has the terminal.
    input: Option<Input>,
    /// Programs that run for a secret and ask for the terminal.
    wishes: mpsc::UnboundedReceiver<Wish>,
    end: Option<End>,
}

/// The next event of the terminal; none comes while another program has it.
async fn next_event(input: &mut Option<Input>) -> Option<io::Result<Event>> {
    match input {
        Some(input) => input.next().await,
        None => std::future::pending().await,
    }
}

impl Runtime {
    async fn turn(
        &mut self,
        mut reports: mpsc::UnboundedReceiver<Report>,
        signals: &mut Signals,
    ) -> io::Result<End> {
        loop {
            let woken = tokio::select! {
                biased;
                signal = signals.next() => Woken::Signal(signal),
                event = next_event(&mut self.input) => match event {
                    Some(event) => Woken::Input(event?),
                    // The terminal is gone: what a hangup says, for those who did not hear it.
                    None => return Ok(End::Signal(Signal::Hangup)),
                },
                Some(background) = self.backgrounds.1.recv() => Woken::Background(background),
                Some(wish) = self.wishes.recv() => Woken::Wish(wish),
                Some(report) = reports.recv() => Woken::Report(report),
                () = self.clock.reach(self.app.next_wake()) => Woken::Time,
            };
            // A held key is many messages and one frame; of a storm of sizes, only the last one counts.
            let mut next = Some(woken);
            let mut resized = false;
            for _ in 0..BATCH {
                match next.take() {
                    Some(Woken::Input(Event::Resize(..)) | Woken::Signal(Signal::Resize)) => resized = true,
                    Some(woken) => self.take(woken, signals).await?,
                    None => break,
                }
                if let Some(end) = self.end {
                    return Ok(end);
                }
                next = match self.input.as_mut().and_then(Input::try_next) {
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
            Woken::Input(Event::Resize(..)) | Woken::Signal(Signal::Resize) => {
                return self.refit(signals).await;
            }
            Woken::Input(Event::FocusGained | Event::FocusLost) => return Ok(()),
            Woken::Report(Report::Message(message)) => message,
            Woken::Report(Report::Copied(copied)) => self.copied(&copied)?,
            Woken::Signal(Signal::Suspend) => Message::Suspend,
            Woken::Signal(Signal::Continue) => {
                self.terminal.resume()?;
                return self.refit(signals).await;
            }
            Woken::Wish(wish) => return self.lend(wish, signals).await,
            Woken::Background(background) => return self.suit(background, signals).await,
            Woken::Signal(signal) => {
                self.end = Some(End::Signal(signal));
                return Ok(());
            }
        };
        let effects = self.app.update(self.clock.now(), message);
        self.run_effects(effects, signals).await
    }

    /// Asks the terminal for its background if the theme depends on it.
    fn ask_for_background(&mut self) -> io::Result<()> {
        if cfg!(unix) && self.look.depends_on_background() {
            self.terminal.write_raw(BACKGROUND_QUERY)?;
            self.answer_until = Some(tokio::time::Instant::now() + ANSWER_WAIT);
        }
        Ok(())
    }

    /// Suits the theme to the background of the terminal.
    async fn suit(&mut self, background: Background, signals: &mut Signals) -> io::Result<()> {
        self.background = Some(background);
        self.answer_until = None;
        let theme = self.look.theme(self.background);
        if theme == self.theme {
            return Ok(());
        }
        self.theme = theme;
        Box::pin(self.refit(signals)).await
    }

    /// Waits for the answer about the background if the question was asked just now: the shell would take it for keys.
    async fn await_background(&mut self) {
        if let Some(until) = self.answer_until.take() {
            // Nothing is done with it any more.
            let _ = tokio::time::timeout_at(until, self.backgrounds.1.recv()).await;
        }
    }

    async fn run_effects(&mut self, effects: Vec<Effect>, signals: &mut Signals) -> io::Result<()> {
        for effect in effects {
            match self.effects.run(effect) {
                Some(Effect::Quit) => self.end = Some(End::Quit),
                Some(Effect::SetMouse(on)) => self.terminal.set_mouse(on)?,
                Some(Effect::EditConfig) => Box::pin(self.edit_config(signals)).await?,
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

    /// Lets the user edit the configuration, and reads it again.
    async fn edit_config(&mut self, signals: &mut Signals) -> io::Result<()> {
        let message = match self.home.config.clone() {
            None => {
                let words = "No folder for config.toml was found: set VIPMP_CONFIG_DIR.";
                Message::Configured(Err(words.to_owned()))
            }
            Some(file) => {
                // The keys are the editor's now.
                self.input = None;
                let edited = edit(&file, &mut self.terminal, signals).await;
                self.terminal.resume()?;
                self.input = Some(Input::start(self.backgrounds.0.clone())?);
                match edited? {
                    Edited::Done => {
                        let home = self.home.clone();
                        let read = tokio::task::spawn_blocking(move || load::read(&home)).await;
                        match read {
                            Ok((configured, config)) => {
                                self.look = Look::new(&config.ui, |name| std::env::var(name).ok());
                                self.theme = self.look.theme(self.background);
                                self.clock.zone = config.ui.time_zone;
                                self.effects.set_network(config.network);
                                Message::Configured(Ok(Box::new(configured)))
                            }
                            Err(error) => Message::Configured(Err(error.to_string())),
                        }
                    }
                    Edited::Failed(words) => Message::Configured(Err(words)),
                    Edited::Ended(signal) => {
                        self.end = Some(End::Signal(signal));
                        return Ok(());
                    }
                }
            }
        };
        let effects = self.app.update(self.clock.now(), message);
        Box::pin(self.run_effects(effects, signals)).await?;
        Box::pin(self.refit(signals)).await
    }

    /// Leaves the screen to a program that asks for the terminal, such as a password manager, until that has ended.
    async fn lend(&mut self, wish: Wish, signals: &mut Signals) -> io::Result<()> {
        if wish.is_gone() {
            return Ok(());
        }
        // The keys are the program's now.
        self.input = None;
        self.terminal.leave()?;
        let mut ended = wish.grant();
        let end = loop {
            tokio::select! {
                biased;
                _ = &mut ended => break None,
                signal = signals.next() => match signal {
                    Signal::Terminate | Signal::Hangup => break Some(signal),
                    // What the keyboard sends goes to the program, and the size is asked for afterwards.
                    Signal::Interrupt | Signal::Quit | Signal::Suspend | Signal::Continue | Signal::Resize => {}
                },
            }
        };
        if let Some(signal) = end {
            self.end = Some(End::Signal(signal));
            return Ok(());
        }
        self.terminal.resume()?;
        self.input = Some(Input::start(self.backgrounds.0.clone())?);
        Box::pin(self.refit(signals)).await
    }

    /// Keeps what is on the screen of the profile for its next start, or says why it was not.
    async fn keep_view(&self) -> Option<String> {
        let (name, view) = self.app.view()?;
        let store = self.home.store.clone();
        let keeping = tokio::task::spawn_blocking(move || {
            let kept = store.remember(&name, Some(view), chrono::Utc::now());
            kept.err().map(|error| store.unkept(&error))
        });
        // Neither a slow disk nor one that is full keeps the user waiting.
        match tokio::time::timeout(KEEP_WITHIN, keeping).await {
            Ok(kept) => kept.unwrap_or_else(|error| Some(error.to_string())),
            Err(_) => Some("The last view was not remembered: that took too long.".to_owned()),
        }
    }

    /// Takes the size that the terminal has by now, and draws everything again.
    async fn refit(&mut self, signals: &mut Signals) -> io::Result<()> {
        let size = self.terminal.size()?;
        let effects = self.app.update(self.clock.now(), Message::Resize(size.width, size.height));
        Box::pin(self.run_effects(effects, signals)).await
    }

    /// Sends a text on to the terminal where that is its way, and says what became of it.
    fn copied(&mut self, copied: &Copied) -> io::Result<Message> {
        if let Copied::Terminal { sequence, .. } = copied {
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

/// Returns true if a test asked for a fault in this place; never in release builds.
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
