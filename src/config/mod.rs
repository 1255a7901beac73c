//! `config.toml`: what a person has set, with every mistake in it told at once and none of them fatal.
//!
//! A wrong value costs that value, a wrong key costs itself: the rest is used, and the defaults stand in. The
//! program never writes this file unasked.

mod problem;
mod read;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

pub use problem::{Place, Problem, nearest};

/// The environment variable with the folder to look in instead of the platform's.
pub const FOLDER_VARIABLE: &str = "VIPMP_CONFIG_DIR";

/// The file's name in that folder.
pub const FILE_NAME: &str = "config.toml";

/// More than this is no configuration.
const SIZE_LIMIT: u64 = 1024 * 1024;

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// `[ui]`: the screen.
    pub ui: Ui,
    /// `[keys]`: the keys of each action by the action's name, as they are written in the file. Whether there is such
    /// an action and such a key is for the action table to judge.
    pub keys: BTreeMap<String, Vec<String>>,
}

/// `[ui]`: the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ui {
    /// `mouse`: the program takes the mouse when it starts.
    pub mouse: bool,
    /// `page_size`: customers on a page, 1 to 50 (the API's own limit).
    pub page_size: u8,
}

impl Default for Ui {
    fn default() -> Self {
        Self { mouse: true, page_size: 50 }
    }
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
}

/// Reads the configuration of this user. A file that does not exist is no problem.
pub fn load() -> Loaded {
    folder().map(|folder| load_from(&folder)).unwrap_or_default()
}

/// Reads the configuration in `folder`. A file that does not exist is no problem.
pub fn load_from(folder: &Path) -> Loaded {
    let file = folder.join(FILE_NAME);
    match text(&file) {
        Ok(Some(text)) => parse(&text, &file),
        Ok(None) => Loaded { file: Some(file), ..Loaded::default() },
        Err(error) => {
            let message = format!("cannot be read: {error}");
            let problem = Problem { file: file.clone(), place: None, key: None, message };
            Loaded { file: Some(file), problems: vec![problem], ..Loaded::default() }
        }
    }
}

/// Reads a configuration from its text; `file` is its name in the problems.
pub fn parse(text: &str, file: &Path) -> Loaded {
    read::read(text, file)
}

/// The folder of the configuration: the one in `VIPMP_CONFIG_DIR`, else where the platform keeps such things.
pub fn folder() -> Option<PathBuf> {
    let platform =
        || directories::ProjectDirs::from("", "", "vipmp").map(|dirs| dirs.config_dir().to_owned());
    chosen(std::env::var_os(FOLDER_VARIABLE)).or_else(platform)
}

fn chosen(variable: Option<OsString>) -> Option<PathBuf> {
    variable.filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn text(file: &Path) -> io::Result<Option<String>> {
    let opened = match std::fs::File::open(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut bytes = Vec::new();
    opened.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1 MiB"));
    }
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_no_problem() {
        let folder = tempfile::tempdir().unwrap();
        let loaded = load_from(folder.path());
        assert_eq!(loaded.config, Config::default());
        assert_eq!(loaded.problems, []);
        assert_eq!(loaded.file, Some(folder.path().join("config.toml")));
    }

    #[test]
    fn a_file_is_read_from_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.toml"), "[ui]\nmouse = false\n").unwrap();
        let loaded = load_from(folder.path());
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
            told(&load_from(folder.path())).ends_with("config.toml: cannot be read: it is not UTF-8 text")
        );
        std::fs::write(&file, vec![b'#'; 1024 * 1024 + 1]).unwrap();
        assert!(told(&load_from(folder.path())).ends_with("cannot be read: it is larger than 1 MiB"));
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        assert!(told(&load_from(folder.path())).contains("config.toml: cannot be read: "));
    }

    #[test]
    fn the_variable_chooses_the_folder_unless_it_is_empty() {
        assert_eq!(chosen(Some("somewhere".into())), Some(PathBuf::from("somewhere")));
        assert_eq!(chosen(Some(OsString::new())), None);
        assert_eq!(chosen(None), None);
    }

    #[test]
    fn the_example_shows_every_key_with_its_default() {
        let example = include_str!("../../config.example.toml");
        let loaded = parse(example, Path::new("config.example.toml"));
        assert_eq!(loaded.problems, []);
        assert_eq!(loaded.config, Config::default());
        let shown: Vec<&str> = loaded.places.keys().map(String::as_str).collect();
        assert_eq!(shown, ["keys", "ui", "ui.mouse", "ui.page_size"]);
    }

    #[test]
    fn the_commented_lines_of_the_example_are_right_too() {
        let example = include_str!("../../config.example.toml").replace("\n# next-row", "\nnext-row");
        let loaded = parse(&example, Path::new("config.example.toml"));
        assert_eq!(loaded.problems, []);
        assert_eq!(loaded.config.keys["next-row"], ["j", "down"]);
    }
}
