//! What the app is started with.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::Invocation;
use crate::{
    account::Target,
    config::{self, Profile},
    state::View,
    tui::keys::KeyMap,
};

/// Where the data comes from; always on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The profile's name; empty for the demo, which has none.
    pub profile: String,
    /// Which API is talked to.
    pub environment: Environment,
    /// The reseller whose customers are browsed.
    pub reseller_id: String,
    /// Whether the demo stands in for a configuration that cannot be used: nobody has asked for it.
    pub stands_in: bool,
}

impl Source {
    pub(super) fn of(target: &Target, demo_reseller: &str) -> Self {
        match target {
            Target::Demo => Self {
                profile: String::new(),
                environment: Environment::Demo,
                reseller_id: demo_reseller.to_owned(),
                stands_in: false,
            },
            Target::Profile { name, profile } => Self {
                profile: name.clone(),
                environment: profile.environment.into(),
                reseller_id: profile.reseller_id.clone(),
                stands_in: false,
            },
        }
    }
}

/// Which API is talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// The embedded demo API.
    Demo,
    /// The real thing.
    Production,
    /// Adobe's sandbox.
    Sandbox,
    /// Another address.
    Custom,
}

impl Environment {
    /// As the header shows it.
    pub(crate) fn badge(self) -> &'static str {
        match self {
            Self::Demo => "DEMO",
            Self::Production => "PRODUCTION",
            Self::Sandbox => "SANDBOX",
            Self::Custom => "CUSTOM",
        }
    }
}

impl From<config::Environment> for Environment {
    fn from(environment: config::Environment) -> Self {
        match environment {
            config::Environment::Production => Self::Production,
            config::Environment::Sandbox => Self::Sandbox,
            config::Environment::Custom => Self::Custom,
        }
    }
}

/// A profile that can be switched to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// What it says.
    pub profile: Profile,
    /// When it was used last.
    pub last_used: Option<DateTime<Utc>>,
    /// What was on the screen then.
    pub view: Option<View>,
}

/// What the configuration says, as far as the app needs it.
#[derive(Debug, Clone)]
pub struct Configured {
    /// The profiles that can be used, by name.
    pub profiles: Vec<Listed>,
    /// The names of all profiles in the file, those that cannot be used too.
    pub names: Vec<String>,
    /// The profile to start with.
    pub default: Option<String>,
    /// What is wrong with the configuration.
    pub problems: Vec<String>,
    /// The keys.
    pub keys: KeyMap,
    /// Rows a page.
    pub page_size: u8,
}

impl Default for Configured {
    fn default() -> Self {
        Self {
            profiles: Vec::new(),
            names: Vec::new(),
            default: None,
            problems: Vec::new(),
            keys: KeyMap::default(),
            page_size: crate::model::MAX_LIMIT,
        }
    }
}

/// What the app is started with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Whose customers are browsed first.
    pub target: Target,
    /// The reseller of the demo.
    pub demo_reseller: String,
    /// How the program was started.
    pub invocation: Invocation,
    /// What the configuration says.
    pub configured: Configured,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// True if the mouse is taken.
    pub mouse: bool,
    /// The folder that relative file names belong to.
    pub folder: PathBuf,
    /// Whether the demo stands in for a configuration that cannot be used.
    pub stands_in: bool,
    /// The first notice; more important than the welcome, which is shown where there is none.
    pub notice: Option<String>,
}
