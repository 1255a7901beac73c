//! The setup of the app.

use std::path::PathBuf;

use super::Invocation;
use crate::{account::AccountId, config, tui::app::message::Configured};

/// The account as the header shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The profile's name; empty for the demo, which has none.
    pub profile: String,
    /// The API.
    pub environment: AccountKind,
    /// The reseller whose customers are browsed.
    pub reseller_id: String,
    /// True if the demo is shown in place of a configuration that cannot be used.
    pub stands_in: bool,
}

impl Source {
    pub(super) fn of(target: &AccountId, demo_reseller: &str) -> Self {
        match target {
            AccountId::Demo => Self {
                profile: String::new(),
                environment: AccountKind::Demo,
                reseller_id: demo_reseller.to_owned(),
                stands_in: false,
            },
            AccountId::Profile { name, profile } => Self {
                profile: name.clone(),
                environment: profile.environment.into(),
                reseller_id: profile.reseller_id.clone(),
                stands_in: false,
            },
        }
    }
}

/// The API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// The embedded demo API.
    Demo,
    /// Adobe's production API.
    Production,
    /// Adobe's sandbox.
    Sandbox,
    /// An API at another address.
    Custom,
}

impl AccountKind {
    /// Returns its badge in the header.
    pub(crate) fn badge(self) -> &'static str {
        match self {
            Self::Demo => "DEMO",
            Self::Production => "PRODUCTION",
            Self::Sandbox => "SANDBOX",
            Self::Custom => "CUSTOM",
        }
    }
}

impl From<config::Environment> for AccountKind {
    fn from(environment: config::Environment) -> Self {
        match environment {
            config::Environment::Production => Self::Production,
            config::Environment::Sandbox => Self::Sandbox,
            config::Environment::Custom => Self::Custom,
        }
    }
}

/// The setup of the app.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The account whose customers are browsed first.
    pub target: AccountId,
    /// The reseller of the demo.
    pub demo_reseller: String,
    /// The way in which the program was started.
    pub invocation: Invocation,
    /// The configuration.
    pub configured: Configured,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// True if the mouse is taken.
    pub mouse: bool,
    /// The folder that relative file names belong to.
    pub folder: PathBuf,
    /// True if the demo is shown in place of a configuration that cannot be used.
    pub stands_in: bool,
    /// The first notice, in place of the welcome.
    pub notice: Option<String>,
}
