//! The event loop: the only place where the app meets the terminal, the tasks and the clock.
//!
//! It sleeps until something happens: input, a report from a task, a signal, or the moment at which the app asked to
//! be woken. Then it takes everything that is ready and draws one frame if anything visible changed.

mod clock;
mod exit;
mod lending;

pub use exit::{ExitReason, ExitReport};

use std::{
    io,
    path::PathBuf,
    time::{Duration, Instant},
};

use crossterm::event::Event;
use secrecy::SecretString;
use tokio::sync::mpsc;

use self::{clock::Clock, exit::is_gone};
use super::{
    app::{App, Configured, Effect, Invocation, Message, Setup},
    clipboard::Copied,
    effects::{Effects, World},
    forced_panic::is_panic_forced,
    look::Look,
    report::Report,
    terminal::{ANSWER_WAIT, BACKGROUND_QUERY, Background, Input, Signal, Signals, Suspended, Terminal},
    ui::{self, Theme},
};
use crate::{
    account::{AccountId, ProfileStore},
    api::Network,
    config::{PortfolioSettings, TimeZone},
    demo::{DemoOptions, RESELLER_ID},
    secrets::Wish,
};

/// The most messages taken before a frame is drawn, so that a flood of them cannot freeze the screen.
const BATCH: usize = 1_000;

/// The time limit for saving the last view at exit.
const SAVE_TIMEOUT: Duration = Duration::from_secs(2);

/// The options of the screen.
#[derive(Debug, Clone)]
pub struct ScreenOptions {
    /// The account whose customers are shown first.
    pub target: AccountId,
    /// An access token from the environment for that account.
    pub token: Option<SecretString>,
    /// The paths of the configuration, secrets and state.
    pub home: ProfileStore,
    /// The timeouts, retries and limits of requests.
    pub network: Network,
    /// The settings of the demo.
    pub demo: DemoOptions,
    /// The data folder; `None` if there is none.
    pub data: Option<PathBuf>,
    /// The settings of the local copy.
    pub portfolio: PortfolioSettings,
    /// The command line that started the program.
    pub invocation: Invocation,
    /// The configuration.
    pub configured: Configured,
    /// True if the program handles the mouse.
    pub mouse: bool,
    /// The settings that decide the theme.
    pub look: Look,
    /// The time zone of clock times.
    pub time_zone: TimeZone,
    /// True if the demo is shown because the configuration cannot be used.
    pub stands_in: bool,
    /// A notice to show at the start.
    pub notice: Option<String>,
}

/// Runs the screen until the user quits or a signal ends it. It connects after the first frame.
///
/// # Errors
/// Fails if the terminal cannot be entered, read or drawn on; the terminal is restored in any case.
pub async fn run(options: ScreenOptions) -> io::Result<ExitReport> {
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
    // From now on, no program gets the terminal without asking.
    let wishes = options.home.vault.wishes();
    let (app, first) = App::new(setup, clock.now());
    let world = World {
        home: options.home.clone(),
        demo: options.demo,
        network: options.network,
        data: options.data,
        portfolio: options.portfolio,
    };
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
    // The answer arrives later; the first frame does not wait for it.
    runtime.ask_for_background()?;
    // After the first frame, which connecting would delay.
    runtime.effects.begin(&options.target);
    runtime.input = Some(Input::start(runtime.backgrounds.0.clone())?);
    runtime.run_effects(first, &mut signals).await?;
    let end = runtime.run_loop(reports, &mut signals).await;
    if matches!(end, Ok(ExitReason::Quit)) {
        runtime.await_background().await;
    }
    runtime.effects.abort_all();
    runtime.home.vault.end_programs();
    // The terminal is restored before anything is printed: errors belong on the restored screen.
    let left = runtime.terminal.leave();
    let unkept = runtime.save_view().await;
    let unfinished = runtime.app.unfinished_export();
    let end = match end {
        Ok(ExitReason::Quit) => left.map(|()| ExitReason::Quit),
        // A terminal that is gone need not be restored.
        Ok(signal) => Ok(signal),
        Err(error) if is_gone(&error) => Ok(ExitReason::Signal(Signal::Hangup)),
        Err(error) => Err(error),
    };
    end.map(|end| ExitReport { end, unkept, unfinished })
}

/// The event that woke the loop.
enum WakeEvent {
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
    home: ProfileStore,
    theme: Theme,
    look: Look,
    /// Receives the terminal's answers about its background.
    backgrounds: (mpsc::Sender<Background>, mpsc::Receiver<Background>),
    /// The background that the terminal reported.
    background: Option<Background>,
    /// The time until which an answer about the background must be kept from the shell.
    answer_until: Option<tokio::time::Instant>,
    clock: Clock,
    /// Reads the keys; `None` while another program has the terminal.
    input: Option<Input>,
    /// Requests for the terminal from programs that supply a secret.
    wishes: mpsc::UnboundedReceiver<Wish>,
    end: Option<ExitReason>,
}

/// Returns the next terminal event; waits for ever while another program has the terminal.
async fn next_event(input: &mut Option<Input>) -> Option<io::Result<Event>> {
    match input {
        Some(input) => input.next().await,
        None => std::future::pending().await,
    }
}

impl Runtime {
    async fn run_loop(
        &mut self,
        mut reports: mpsc::UnboundedReceiver<Report>,
        signals: &mut Signals,
    ) -> io::Result<ExitReason> {
        loop {
            let woken = tokio::select! {
                biased;
                signal = signals.next() => WakeEvent::Signal(signal),
                event = next_event(&mut self.input) => match event {
                    Some(event) => WakeEvent::Input(event?),
                    // The terminal is gone: treated as the hangup that this process did not receive.
                    None => return Ok(ExitReason::Signal(Signal::Hangup)),
                },
                Some(background) = self.backgrounds.1.recv() => WakeEvent::Background(background),
                Some(wish) = self.wishes.recv() => WakeEvent::Wish(wish),
                Some(report) = reports.recv() => WakeEvent::Report(report),
                () = self.clock.reach(self.app.next_wake()) => WakeEvent::Time,
            };
            // A held key gives many messages but one frame; of a burst of resizes, only the last counts.
            let mut next = Some(woken);
            let mut resized = false;
            for _ in 0..BATCH {
                match next.take() {
                    Some(WakeEvent::Input(Event::Resize(..)) | WakeEvent::Signal(Signal::Resize)) => {
                        resized = true;
                    }
                    Some(woken) => self.take(woken, signals).await?,
                    None => break,
                }
                if let Some(end) = self.end {
                    return Ok(end);
                }
                next = match self.input.as_mut().and_then(Input::try_next) {
                    Some(event) => Some(WakeEvent::Input(event?)),
                    None => reports.try_recv().ok().map(WakeEvent::Report),
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

    async fn take(&mut self, woken: WakeEvent, signals: &mut Signals) -> io::Result<()> {
        let message = match woken {
            WakeEvent::Time => Message::Wake,
            WakeEvent::Input(Event::Key(key)) => Message::Key(key),
            WakeEvent::Input(Event::Mouse(event)) => Message::Mouse(event),
            WakeEvent::Input(Event::Paste(text)) => Message::Paste(text),
            WakeEvent::Input(Event::Resize(..)) | WakeEvent::Signal(Signal::Resize) => {
                return self.refit(signals).await;
            }
            WakeEvent::Input(Event::FocusGained | Event::FocusLost) => return Ok(()),
            WakeEvent::Report(Report::Message(message)) => message,
            WakeEvent::Report(Report::Copied(copied)) => self.finish_copy(&copied)?,
            WakeEvent::Signal(Signal::Suspend) => Message::Suspend,
            WakeEvent::Signal(Signal::Continue) => {
                self.terminal.resume()?;
                return self.refit(signals).await;
            }
            WakeEvent::Wish(wish) => return self.lend_terminal(wish, signals).await,
            WakeEvent::Background(background) => return self.adapt_to(background, signals).await,
            WakeEvent::Signal(signal) => {
                self.end = Some(ExitReason::Signal(signal));
                return Ok(());
            }
        };
        let effects = self.app.update(self.clock.now(), message);
        self.run_effects(effects, signals).await
    }

    /// Asks the terminal for its background colour if the theme depends on it.
    fn ask_for_background(&mut self) -> io::Result<()> {
        if cfg!(unix) && self.look.depends_on_background() {
            self.terminal.write_raw(BACKGROUND_QUERY)?;
            self.answer_until = Some(tokio::time::Instant::now() + ANSWER_WAIT);
        }
        Ok(())
    }

    /// Adapts the theme to the background of the terminal.
    async fn adapt_to(&mut self, background: Background, signals: &mut Signals) -> io::Result<()> {
        self.background = Some(background);
        self.answer_until = None;
        let theme = self.look.theme(self.background);
        if theme == self.theme {
            return Ok(());
        }
        self.theme = theme;
        Box::pin(self.refit(signals)).await
    }

    /// Waits for the answer about the background if it is still due: the shell would take it for typed keys.
    async fn await_background(&mut self) {
        if let Some(until) = self.answer_until.take() {
            // The answer itself is no longer needed.
            let _ = tokio::time::timeout_at(until, self.backgrounds.1.recv()).await;
        }
    }

    async fn run_effects(&mut self, effects: Vec<Effect>, signals: &mut Signals) -> io::Result<()> {
        for effect in effects {
            match self.effects.run(effect) {
                Some(Effect::Quit) => self.end = Some(ExitReason::Quit),
                Some(Effect::SetMouse(on)) => self.terminal.set_mouse(on)?,
                Some(Effect::EditConfig) => Box::pin(self.edit_config(signals)).await?,
                Some(Effect::Suspend) => match self.terminal.suspend(signals).await? {
                    Suspended::Resumed => Box::pin(self.refit(signals)).await?,
                    Suspended::NoShell => {
                        let words = "Cannot suspend: there is no shell to return to.".to_owned();
                        self.app.update(self.clock.now(), Message::Copied(Err(words)));
                    }
                },
                _ => {}
            }
        }
        Ok(())
    }

    /// Saves the view of the profile for its next start; returns a warning if it was not saved.
    async fn save_view(&self) -> Option<String> {
        let (name, view) = self.app.view()?;
        let store = self.home.store.clone();
        let keeping = tokio::task::spawn_blocking(move || {
            let kept = store.remember(&name, Some(view), chrono::Utc::now());
            kept.err().map(|error| store.unkept(&error))
        });
        // The user does not wait for a slow disk.
        match tokio::time::timeout(SAVE_TIMEOUT, keeping).await {
            Ok(kept) => kept.unwrap_or_else(|error| Some(error.to_string())),
            Err(_) => Some("The last view was not saved: the disk took too long.".to_owned()),
        }
    }

    /// Reads the size of the terminal again, and redraws everything.
    async fn refit(&mut self, signals: &mut Signals) -> io::Result<()> {
        // The terminal may have been smaller in between, and have cut what was on it, though its size is the same as before.
        self.terminal.redraw()?;
        let size = self.terminal.size()?;
        let effects = self.app.update(self.clock.now(), Message::Resize(size.width, size.height));
        Box::pin(self.run_effects(effects, signals)).await
    }

    /// Sends a text to the terminal if that is how it is copied, and returns the message with the outcome.
    fn finish_copy(&mut self, copied: &Copied) -> io::Result<Message> {
        if let Copied::Terminal { sequence, .. } = copied {
            self.terminal.write_raw(sequence.as_bytes())?;
        }
        let words = copied.to_string();
        Ok(Message::Copied(if matches!(copied, Copied::Nowhere { .. }) { Err(words) } else { Ok(words) }))
    }

    async fn draw(&mut self, signals: &mut Signals) -> io::Result<()> {
        // The size may have changed before its event arrives; a frame laid out for another size would be garbled.
        let size = self.terminal.size();
        if size.is_ok_and(|size| self.app.size() != (size.width, size.height)) {
            self.refit(signals).await?;
        }
        if !self.app.take_dirty() {
            return Ok(());
        }
        assert!(!(is_panic_forced("draw") && self.app.has_rows()), "forced while drawing");
        let (app, theme) = (&self.app, &self.theme);
        self.terminal.draw(|frame| ui::draw(frame, app, theme))
    }
}
