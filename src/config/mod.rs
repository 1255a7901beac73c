//! The configuration, `config.toml`. All problems in it are reported at once, and none is fatal.
//!
//! A wrong value costs that value, a wrong key costs itself: the rest is used, and the defaults stand in. The
//! program never writes this file unasked.

mod edit;
mod paths;
mod problem;
mod profile;
mod read;
mod read_profile;
mod read_sections;
mod reasons;
mod time_zone;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use edit::{Change, EditError, edit, edited};
pub use paths::{DATA_VARIABLE, FILE_NAME, FOLDER_VARIABLE, NamedBy, Places};
pub use problem::{ConfigProblem, SourceLocation};
pub use profile::{
    DEMO, Environment, InlineSecret, Profile, SecretSource, SignIn, check_id, check_name, parse_api_url,
    parse_token_url,
};
pub use reasons::joined;
pub use time_zone::TimeZone;

use crate::files;

/// More than this is no configuration.
const SIZE_LIMIT: u64 = 1024 * 1024;

/// The settings of `config.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// `default_profile`: the profile to start with.
    pub default_profile: Option<String>,
    /// `[ui]`: the screen.
    pub ui: Ui,
    /// `[network]`: how patiently servers are asked.
    pub network: NetworkSettings,
    /// `[portfolio]`: the local copy of a portfolio.
    pub portfolio: PortfolioSettings,
    /// `[keys]`: the keys of each action by the action's name, as they are written in the file. Whether there is such
    /// an action and such a key is for the action table to judge.
    pub keys: BTreeMap<String, Vec<String>>,
    /// `[profiles.NAME]`: those that can be used, by their names.
    pub profiles: BTreeMap<String, Profile>,
}

/// `[ui]`: the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ui {
    /// `theme`: the looks.
    pub theme: Palette,
    /// `ascii`: whether the screen is drawn in ASCII alone.
    pub ascii: Ascii,
    /// `time_zone`: the zone of clock times.
    pub time_zone: TimeZone,
    /// `mouse`: the program takes the mouse when it starts.
    pub mouse: bool,
    /// `page_size`: customers on a page, 1 to 50 (the API's own limit).
    pub page_size: u8,
}

impl Default for Ui {
    fn default() -> Self {
        Self {
            theme: Palette::default(),
            ascii: Ascii::default(),
            time_zone: TimeZone::default(),
            mouse: true,
            page_size: 50,
        }
    }
}

/// `[network]`: how patiently servers are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkSettings {
    /// `connect_seconds`: how long a connection may take, 1 to 120.
    pub connect_seconds: u16,
    /// `request_seconds`: how long a whole answer may take, 1 to 600.
    pub request_seconds: u16,
    /// `concurrency`: how many requests of one profile run at once, 1 to 16.
    pub concurrency: u8,
}

impl Default for NetworkSettings {
    fn default() -> Self {
        Self { connect_seconds: 5, request_seconds: 30, concurrency: 4 }
    }
}

/// `[portfolio]`: the local copy of a portfolio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortfolioSettings {
    /// `keep`: a copy is kept on disk, or none is; `None` asks once for each profile.
    pub keep: Option<bool>,
    /// `contacts`: names, e-mail addresses and phone numbers of contacts are part of the copy.
    pub contacts: bool,
    /// `requests_per_minute`: the most requests that a sync sends, 1 to 60,000.
    pub requests_per_minute: u16,
    /// `orders_days`: syncs read the orders of so many days, up to 3,650; 0 for none.
    pub orders_days: u16,
    /// `change_margin_days`: automatic renewal can be changed until so many days before the renewal date, up to 30.
    pub change_margin_days: u8,
}

impl Default for PortfolioSettings {
    fn default() -> Self {
        Self { keep: None, contacts: true, requests_per_minute: 600, orders_days: 60, change_margin_days: 3 }
    }
}

/// `theme`: which colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Palette {
    /// The terminal's own sixteen colours, as its background needs them.
    #[default]
    Auto,
    /// Colours for a dark background, of the 256 that most terminals have.
    Dark,
    /// Colours for a light background, of the same.
    Light,
    /// None: symbols, words, bold and reverse alone.
    Mono,
}

impl Palette {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Dark, Self::Light, Self::Mono];

    /// Returns the word for it in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Mono => "mono",
        }
    }
}

/// `ascii`: whether the screen is drawn in ASCII alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ascii {
    /// A locale that is not UTF-8.
    #[default]
    Auto,
    /// Always.
    Yes,
    /// Never.
    No,
}

/// A configuration as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// The settings, with the defaults for everything else.
    pub config: Config,
    /// The path of the file; `None` if the platform has no folder for it.
    pub file: Option<PathBuf>,
    /// True if the file is there and was read.
    pub found: bool,
    /// The problems of the file, in its order.
    pub problems: Vec<ConfigProblem>,
    /// The names of all profiles in the file, those that cannot be used too.
    pub names: Vec<String>,
    /// The places of the keys, by their full names (`keys.next-row`).
    places: BTreeMap<String, SourceLocation>,
}

impl Loaded {
    /// A problem with the value of `key` (its full name, such as `keys.next-row`) that only somebody else can see,
    /// at the key's place in the file.
    pub fn problem_with(&self, key: &str, message: impl Into<String>) -> ConfigProblem {
        ConfigProblem {
            file: self.file.clone().unwrap_or_else(|| PathBuf::from(FILE_NAME)),
            place: self.places.get(key).copied(),
            key: Some(key.to_owned()),
            message: message.into(),
        }
    }

    /// Secrets that stand in the file itself, by the names of their profiles.
    pub fn literals(&self) -> Vec<&str> {
        let literal = |profile: &Profile| matches!(profile.sign_in.source(), SecretSource::Inline(_));
        let literals = self.config.profiles.iter().filter(|(_, profile)| literal(profile));
        literals.map(|(name, _)| name.as_str()).collect()
    }
}

/// Reads the configuration in this file. A file that does not exist is no problem.
pub fn load(file: Option<&Path>) -> Loaded {
    let Some(file) = file else { return Loaded::default() };
    match files::read_text(file, SIZE_LIMIT) {
        Ok(Some(text)) => parse(&text, file),
        Ok(None) => match paths::dangling(file) {
            Some(link) => unreadable(file, format!("cannot be read: {link}")),
            None => Loaded { file: Some(file.to_owned()), ..Loaded::default() },
        },
        Err(error) => unreadable(file, format!("cannot be read: {error}")),
    }
}

fn unreadable(file: &Path, message: String) -> Loaded {
    let problem = ConfigProblem { file: file.to_owned(), place: None, key: None, message };
    Loaded { file: Some(file.to_owned()), problems: vec![problem], ..Loaded::default() }
}

/// Reads a configuration from its text; `file` is its name in the problems.
pub fn parse(text: &str, file: &Path) -> Loaded {
    read::read(text, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_no_problem() {
        let folder = tempfile::tempdir().unwrap();
        let loaded = load(Some(&folder.path().join(FILE_NAME)));
        assert_eq!(loaded.config, Config::default());
        assert_eq!(loaded.problems, []);
        assert_eq!((loaded.file, loaded.found), (Some(folder.path().join("config.toml")), false));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_no_missing_file() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let (dotfiles, link) = (folder.path().join("dotfiles"), folder.path().join("vipmp"));
        symlink(&dotfiles, &link).unwrap();
        let file = link.join(FILE_NAME);
        let told = |loaded: Loaded| -> Vec<String> {
            assert!(!loaded.found);
            loaded.problems.iter().map(ToString::to_string).collect()
        };
        let why = format!(
            "{}: cannot be read: {} is a link to {}, which does not exist",
            file.display(),
            link.display(),
            dotfiles.display()
        );
        assert_eq!(told(load(Some(&file))), [why]);
        std::fs::create_dir(&dotfiles).unwrap();
        assert_eq!(told(load(Some(&file))), [""; 0]);
        symlink("elsewhere.toml", &file).unwrap();
        let why = format!(
            "{0}: cannot be read: {0} is a link to elsewhere.toml, which does not exist",
            file.display()
        );
        assert_eq!(told(load(Some(&file))), [why]);
        std::fs::write(dotfiles.join("elsewhere.toml"), "").unwrap();
        assert!(load(Some(&file)).found);
    }

    #[test]
    fn a_file_is_read_from_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.toml"), "[ui]\nmouse = false\n").unwrap();
        let loaded = load(Some(&folder.path().join(FILE_NAME)));
        assert!(!loaded.config.ui.mouse);
        assert_eq!(loaded.problems, []);
    }

    #[test]
    fn what_cannot_be_read_is_one_problem_and_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        let told = |loaded: &Loaded| {
            assert_eq!(loaded.config, Config::default());
            assert_eq!(loaded.problems.len(), 1);
            loaded.problems[0].to_string()
        };
        std::fs::write(&file, b"# \xff\n").unwrap();
        assert!(
            told(&load(Some(&folder.path().join(FILE_NAME))))
                .ends_with("config.toml: cannot be read: it is not UTF-8 text")
        );
        std::fs::write(&file, vec![b'#'; 1024 * 1024 + 1]).unwrap();
        assert!(
            told(&load(Some(&folder.path().join(FILE_NAME))))
                .ends_with("cannot be read: it is larger than 1 MiB")
        );
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        assert!(told(&load(Some(&folder.path().join(FILE_NAME)))).contains("config.toml: cannot be read: "));
    }

    const EXAMPLE: &str = include_str!("../../config.example.toml");

    #[test]
    fn the_example_shows_every_setting_with_its_default() {
        let loaded = parse(EXAMPLE, Path::new("config.example.toml"));
        assert_eq!(loaded.problems, []);
        assert_eq!(loaded.config, Config::default());
        let shown: Vec<&str> = loaded.places.keys().map(String::as_str).collect();
        assert_eq!(
            shown,
            [
                "keys",
                "network",
                "network.concurrency",
                "network.connect_seconds",
                "network.request_seconds",
                "portfolio",
                "portfolio.change_margin_days",
                "portfolio.contacts",
                "portfolio.orders_days",
                "portfolio.requests_per_minute",
                "ui",
                "ui.ascii",
                "ui.mouse",
                "ui.page_size",
                "ui.theme",
                "ui.time_zone"
            ]
        );
    }

    /// The example with its commented settings taken in: all lines that are a key or a heading behind `# `.
    fn uncommented() -> String {
        let setting = |line: &str| {
            line.starts_with('[')
                || line.split_once(" = ").is_some_and(|(key, _)| {
                    key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
                })
        };
        let lines = EXAMPLE.lines().map(|line| match line.strip_prefix("# ") {
            Some(rest) if setting(rest) => rest,
            _ => line,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_commented_lines_of_the_example_are_right_and_name_every_key() {
        let text = uncommented();
        let loaded = parse(&text, Path::new("config.example.toml"));
        assert_eq!(loaded.problems, [], "{text}");
        assert_eq!(loaded.config.keys["next-row"], ["j", "down"]);
        assert_eq!(loaded.config.default_profile.as_deref(), Some("emea-prod"));
        for key in read_sections::SECTIONS {
            assert!(loaded.places.contains_key(*key), "{key}");
        }
        for key in read_profile::KEYS {
            let key = format!(".{key}");
            assert!(loaded.places.keys().any(|place| place.ends_with(&key)), "{key}");
        }
        let sources: Vec<String> =
            loaded.config.profiles.values().map(|profile| profile.sign_in.source().told()).collect();
        for kind in ["keyring", "variable", "file", "command"] {
            assert!(sources.iter().any(|told| told.starts_with(kind)), "{kind} in {sources:?}");
        }
    }
}
