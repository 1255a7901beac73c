//! `config.toml`: what a person has set, with every mistake in it told at once and none of them fatal.
//!
//! A wrong value costs that value, a wrong key costs itself: the rest is used, and the defaults stand in. The
//! program never writes this file unasked.

mod edit;
mod paths;
mod problem;
mod profile;
mod read;
mod read_profile;
mod time_zone;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use edit::{Change, EditError, edit, edited};
pub use paths::{DATA_VARIABLE, FILE_NAME, FOLDER_VARIABLE, Places};
pub use problem::{Place, Problem};
pub use profile::{
    DEMO, Environment, Literal, Profile, SecretSource, SignIn, check_id, check_name, parse_api_url,
    parse_token_url,
};
pub use time_zone::TimeZone;

use crate::{files, text::nearest};

/// More than this is no configuration.
const SIZE_LIMIT: u64 = 1024 * 1024;

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// `default_profile`: the profile to start with.
    pub default_profile: Option<String>,
    /// `[ui]`: the screen.
    pub ui: Ui,
    /// `[network]`: how patiently servers are asked.
    pub network: Network,
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
pub struct Network {
    /// `connect_seconds`: how long a connection may take, 1 to 120.
    pub connect_seconds: u16,
    /// `request_seconds`: how long a whole answer may take, 1 to 600.
    pub request_seconds: u16,
    /// `concurrency`: how many requests of one profile run at once, 1 to 16.
    pub concurrency: u8,
}

impl Default for Network {
    fn default() -> Self {
        Self { connect_seconds: 5, request_seconds: 30, concurrency: 4 }
    }
}

/// `theme`: which colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Palette {
    /// The terminal's own sixteen colours.
    #[default]
    Terminal,
    /// Colours for a dark background, of the 256 that most terminals have.
    Dark,
    /// Colours for a light background, of the same.
    Light,
    /// None: symbols, words, bold and reverse alone.
    Mono,
}

impl Palette {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Terminal, Self::Dark, Self::Light, Self::Mono];

    /// As it is written in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Mono => "mono",
        }
    }
}

/// `ascii`: whether the screen is drawn in ASCII alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ascii {
    /// Where the locale is not UTF-8.
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
    /// What is set, and the defaults for everything else.
    pub config: Config,
    /// The file that was looked for; nothing where the platform knows no such folder.
    pub file: Option<PathBuf>,
    /// What is wrong with it, in the order of the file.
    pub problems: Vec<Problem>,
    /// The names of all profiles in the file, those that cannot be used too.
    pub names: Vec<String>,
    /// Where the keys stand, by their full names (`keys.next-row`).
    places: BTreeMap<String, Place>,
}

impl Loaded {
    /// A problem with the value of `key` (its full name, such as `keys.next-row`) that only somebody else can see,
    /// at the key's place in the file.
    pub fn problem_with(&self, key: &str, message: impl Into<String>) -> Problem {
        Problem {
            file: self.file.clone().unwrap_or_else(|| PathBuf::from(FILE_NAME)),
            place: self.places.get(key).copied(),
            key: Some(key.to_owned()),
            message: message.into(),
        }
    }

    /// The profile of this name, or why there is none, with the nearest one that there is.
    pub fn profile(&self, name: &str) -> Result<&Profile, String> {
        if let Some(profile) = self.config.profiles.get(name) {
            return Ok(profile);
        }
        let of_profile = self.problems.iter().filter(|problem| problem.is_about_profile(name));
        let problems: Vec<String> = of_profile.map(ToString::to_string).collect();
        if !problems.is_empty() {
            return Err(format!("profile {name} cannot be used: {}", problems.join("; ")));
        }
        if let Some(unread) = self.unread() {
            return Err(format!("profile {name} cannot be used: {unread}"));
        }
        if self.names.iter().any(|known| known == name) {
            return Err(format!("profile {name} cannot be used: mend the mistakes that are told first"));
        }
        let known = self.names.iter().map(String::as_str).chain([DEMO]);
        Err(match nearest(name, known) {
            Some(near) => format!("there is no profile {name}, did you mean {near}?"),
            None if self.names.is_empty() => {
                format!("there is no profile {name}: vipmp profile add {name} makes one")
            }
            None => format!("there is no profile {name}, known here: {}", self.names.join(", ")),
        })
    }

    /// Whether there is a profile of this name, whether it can be used or not; in a file that cannot be read, it may be.
    pub fn may_have(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name) || self.unread().is_some()
    }

    /// Why the file could not be read at all.
    fn unread(&self) -> Option<&Problem> {
        self.problems.iter().find(|problem| problem.place.is_none() && problem.key.is_none())
    }

    /// Secrets that stand in the file itself, by the names of their profiles.
    pub fn literals(&self) -> Vec<&str> {
        let literal = |profile: &Profile| matches!(profile.sign_in.source(), SecretSource::Literal(_));
        let literals = self.config.profiles.iter().filter(|(_, profile)| literal(profile));
        literals.map(|(name, _)| name.as_str()).collect()
    }
}

/// Reads the configuration in this file. A file that does not exist is no problem.
pub fn load(file: Option<&Path>) -> Loaded {
    let Some(file) = file else { return Loaded::default() };
    match files::read_text(file, SIZE_LIMIT) {
        Ok(Some(text)) => parse(&text, file),
        Ok(None) => Loaded { file: Some(file.to_owned()), ..Loaded::default() },
        Err(error) => {
            let message = format!("cannot be read: {error}");
            let problem = Problem { file: file.to_owned(), place: None, key: None, message };
            Loaded { file: Some(file.to_owned()), problems: vec![problem], ..Loaded::default() }
        }
    }
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
        assert_eq!(loaded.file, Some(folder.path().join("config.toml")));
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
        for key in read::SECTIONS {
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
