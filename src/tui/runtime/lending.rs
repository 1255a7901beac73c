//! Gives the terminal to other programs for a while: the editor, and programs that supply a secret.

use std::io;

use super::{ExitReason, Runtime};
use crate::{
    secrets::Wish,
    tui::{
        app::Message,
        editor::{Edited, edit},
        load,
        look::Look,
        terminal::{Input, Signal, Signals},
    },
};

impl Runtime {
    /// Opens the configuration in the user's editor, then reads it again.
    pub(super) async fn edit_config(&mut self, signals: &mut Signals) -> io::Result<()> {
        let message = match self.home.config.clone() {
            None => {
                let words = "There is no folder for config.toml. Set VIPMP_CONFIG_DIR to choose one.";
                Message::Configured(Err(words.to_owned()))
            }
            Some(file) => {
                // The editor reads the keys now.
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
                                self.effects.set_change_margin(config.portfolio.change_margin_days);
                                Message::Configured(Ok(Box::new(configured)))
                            }
                            Err(error) => Message::Configured(Err(error.to_string())),
                        }
                    }
                    Edited::Failed(words) => Message::Configured(Err(words)),
                    Edited::Ended(signal) => {
                        self.end = Some(ExitReason::Signal(signal));
                        return Ok(());
                    }
                }
            }
        };
        let effects = self.app.update(self.clock.now(), message);
        Box::pin(self.run_effects(effects, signals)).await?;
        Box::pin(self.refit(signals)).await
    }

    /// Gives the terminal to a program that asks for it, such as a password manager, until that program has exited.
    pub(super) async fn lend_terminal(&mut self, wish: Wish, signals: &mut Signals) -> io::Result<()> {
        if wish.is_gone() {
            return Ok(());
        }
        // The program reads the keys now.
        self.input = None;
        self.terminal.leave()?;
        let mut ended = wish.grant();
        let end = loop {
            tokio::select! {
                biased;
                _ = &mut ended => break None,
                signal = signals.next() => match signal {
                    Signal::Terminate | Signal::Hangup => break Some(signal),
                    // Signals from the keyboard are meant for the program; the size is read again afterwards.
                    Signal::Interrupt | Signal::Quit | Signal::Suspend | Signal::Continue | Signal::Resize => {}
                },
            }
        };
        if let Some(signal) = end {
            self.end = Some(ExitReason::Signal(signal));
            return Ok(());
        }
        self.terminal.resume()?;
        self.input = Some(Input::start(self.backgrounds.0.clone())?);
        Box::pin(self.refit(signals)).await
    }
}
