//! The memory of the program: the last view of each profile, and decisions made once.
//!
//! It is kept in `state.json`, apart from the configuration, which is the user's. A state that cannot be read or
//! written costs what would be remembered, never more.

mod saved_view;
mod view;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use saved_view::{LIVE, SavedView, ViewChange, ViewFile};
pub use view::View;

use crate::{files, text};

/// The file's name in the data folder.
const FILE_NAME: &str = "state.json";

/// The version of the file that this program writes.
const VERSION: u32 = 1;

/// More than this is no state.
const SIZE_LIMIT: u64 = 4 * 1024 * 1024;

/// The contents of `state.json`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    version: u32,
    /// True if access tokens may be kept in files without a keyring; `None` until the user was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_in_files: Option<bool>,
    /// The memory of each profile, by its name.
    pub profiles: BTreeMap<String, Remembered>,
    /// Unknown keys of the file, which are written back unchanged.
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// The memory of one profile.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Remembered {
    /// The time when it was used last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used: Option<DateTime<Utc>>,
    /// True if a copy of the portfolio is kept on disk, false if not; `None` until the user was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_portfolio: Option<bool>,
    /// False if that copy has no contacts; `None` leaves it to the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_contacts: Option<bool>,
    /// The user's own views of the portfolio, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<SavedView>,
    /// The last view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<View>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl State {
    /// The profile that was used last, of these.
    pub fn last_used<'n>(&self, names: impl IntoIterator<Item = &'n String>) -> Option<&'n String> {
        let used = |name: &&'n String| self.profiles.get(*name).and_then(|profile| profile.last_used);
        names.into_iter().filter(|name| used(name).is_some()).max_by_key(used)
    }
}

/// The result of reading the state.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedState {
    /// Returns the state; an empty one if it cannot be read.
    pub state: State,
    /// The warning for the user about it.
    pub notice: Option<String>,
}

/// The place of the state.
#[derive(Debug, Clone)]
pub struct Store {
    path: Option<PathBuf>,
}

/// The contents of the file.
enum FileContents {
    State(State),
    Newer,
    Broken,
}

impl Store {
    /// Creates the store in a data folder. Without a folder, nothing is saved.
    pub fn new(data: Option<PathBuf>) -> Self {
        Self { path: data.map(|folder| folder.join(FILE_NAME)) }
    }

    /// Returns the data folder; `None` if there is none.
    pub fn folder(&self) -> Option<&Path> {
        self.path.as_deref().and_then(Path::parent)
    }

    /// Reads the state. One that is broken is set aside. Blocks.
    pub fn load(&self) -> LoadedState {
        let Some(path) = &self.path else { return LoadedState { state: State::default(), notice: None } };
        let found = read(path);
        if !matches!(found, Ok(FileContents::Broken)) {
            return recall(path, found);
        }
        // Once more and alone: another instance may have begun it again meanwhile, and that is not to be set aside.
        let _lock = files::lock(path);
        recall(path, read(path))
    }

    /// Changes the state as it is by now, other instances' changes included. Blocks.
    ///
    /// # Errors
    /// Fails if the file cannot be written. It is then unchanged.
    pub fn update(&self, change: impl FnOnce(&mut State)) -> io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let _lock = files::lock(path)?;
        let mut state = match read(path)? {
            FileContents::State(state) => state,
            FileContents::Newer => return Ok(()),
            // What cannot be read is kept for the user, or else nothing is written over it.
            FileContents::Broken => {
                set_aside(path)?;
                State::default()
            }
        };
        let before = state.clone();
        change(&mut state);
        if state == before {
            return Ok(());
        }
        state.version = VERSION;
        let text = serde_json::to_vec_pretty(&state)?;
        files::write(path, &text)
    }

    /// Changes the user's own views of a profile. Blocks.
    ///
    /// # Errors
    /// Fails if the file cannot be written.
    pub fn change_views(&self, profile: &str, changes: &[ViewChange]) -> io::Result<()> {
        self.update(|state| {
            let views = &mut state.profiles.entry(profile.to_owned()).or_default().views;
            for change in changes {
                // What there is not to change has been changed by another process.
                let _ = change.apply(views);
            }
        })
    }

    /// Remembers what is on the screen of a profile now, and that it is in use. Blocks.
    ///
    /// # Errors
    /// Fails as [`Store::update`] does.
    pub fn remember(&self, profile: &str, view: Option<View>, now: DateTime<Utc>) -> io::Result<()> {
        self.update(|state| {
            let remembered = state.profiles.entry(profile.to_owned()).or_default();
            remembered.last_used = Some(now);
            if view.is_some() {
                remembered.view = view;
            }
        })
    }

    /// Returns the words for the user if something could not be written, with a small letter at their beginning.
    pub fn unkept(&self, error: &io::Error) -> String {
        let place =
            self.path.as_deref().map(text::display_path).map(|path| format!(" {path} was not changed."));
        format!("the state cannot be saved: {error}.{}", place.unwrap_or_default())
    }

    /// Forgets a profile. Blocks.
    pub fn forget(&self, profile: &str) {
        let changed = self.update(|state| {
            state.profiles.remove(profile);
        });
        complain(changed);
    }

    /// Gives what is remembered of a profile to its new name. Blocks.
    pub fn rename(&self, from: &str, to: &str) {
        let changed = self.update(|state| {
            if let Some(remembered) = state.profiles.remove(from) {
                state.profiles.insert(to.to_owned(), remembered);
            }
        });
        complain(changed);
    }
}

/// Reads the state from the bytes that were found.
fn recall(path: &Path, found: io::Result<FileContents>) -> LoadedState {
    let shown = text::display_path(path);
    let notice = match found {
        Ok(FileContents::State(state)) => return LoadedState { state, notice: None },
        Ok(FileContents::Newer) => {
            format!("{shown} was written by a newer version of vipmp, so it is neither read nor changed.")
        }
        Ok(FileContents::Broken) => match set_aside(path) {
            Ok(aside) => {
                format!(
                    "{shown} could not be read. It was renamed to {}, and a new one was created.",
                    text::display_path(&aside)
                )
            }
            Err(error) => format!("{shown} could not be read or renamed: {error}"),
        },
        Err(error) => format!("{shown} cannot be read: {error}"),
    };
    LoadedState { state: State::default(), notice: Some(notice) }
}

/// Keeps a state that cannot be read under another name, which is returned.
fn set_aside(path: &Path) -> io::Result<PathBuf> {
    // A link stays one: what is set aside is the file that it leads to.
    let path = files::resolve_links(path);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".broken");
    let aside = path.with_file_name(name);
    std::fs::rename(&path, &aside)?;
    tracing::warn!(aside = %text::display_path(&aside), "the state could not be read");
    Ok(aside)
}

/// A state that cannot be written costs what would be remembered.
fn complain(result: io::Result<()>) {
    if let Err(error) = result {
        tracing::warn!(%error, "the state was not written");
    }
}

fn read(path: &Path) -> io::Result<FileContents> {
    let text = match files::read_text(path, SIZE_LIMIT) {
        Ok(Some(text)) => text,
        Ok(None) => return Ok(FileContents::State(State::default())),
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::FileTooLarge) => {
            return Ok(FileContents::Broken);
        }
        Err(error) => return Err(error),
    };
    let version = serde_json::from_str::<Value>(&text).ok().and_then(|value| value.get("version")?.as_u64());
    Ok(match version {
        Some(version) if version > u64::from(VERSION) => FileContents::Newer,
        _ => serde_json::from_str(&text).map_or(FileContents::Broken, FileContents::State),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage() -> (tempfile::TempDir, Store, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(Some(folder.path().to_owned()));
        let path = folder.path().join(FILE_NAME);
        (folder, store, path)
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_remembered_comes_back() {
        let (_folder, store, _) = stage();
        assert_eq!(store.load(), LoadedState { state: State::default(), notice: None });
        let view = View { name: "acme".into(), ..View::default() };
        store.remember("emea", Some(view.clone()), at("2026-11-24T10:00:00Z")).unwrap();
        store.remember("apac", None, at("2026-11-24T11:00:00Z")).unwrap();
        store.remember("emea", None, at("2026-11-24T10:30:00Z")).unwrap();
        let state = store.load().state;
        assert_eq!(state.profiles["emea"].view, Some(view));
        let names = ["emea".to_owned(), "apac".to_owned(), "never".to_owned()];
        assert_eq!(state.last_used(&names), Some(&names[1]));
        assert_eq!(state.last_used(&names[2..]), None);
        store.rename("apac", "east");
        store.forget("emea");
        assert_eq!(store.load().state.profiles.keys().collect::<Vec<_>>(), ["east"]);
    }

    #[test]
    fn a_broken_state_is_set_aside_with_a_notice() {
        for broken in [&b"{\"version\": 1, \"profiles\": {"[..], b"[]", b"\xff", b"{\"profiles\": 7}", b""] {
            let (_folder, store, path) = stage();
            std::fs::write(&path, broken).unwrap();
            let recalled = store.load();
            assert_eq!(recalled.state, State::default());
            assert!(recalled.notice.unwrap().contains("It was renamed to"), "{broken:?}");
            assert_eq!(std::fs::read(path.with_extension("json.broken")).unwrap(), broken);
            assert_eq!(store.load().notice, None, "once");
        }
    }

    #[test]
    fn a_state_that_breaks_in_the_midst_of_a_session_is_kept_too() {
        let (_folder, store, path) = stage();
        store.remember("a", None, at("2026-11-24T10:00:00Z")).unwrap();
        std::fs::write(&path, "{\"half").unwrap();
        store.remember("b", None, at("2026-11-24T10:00:00Z")).unwrap();
        assert_eq!(store.load().state.profiles.keys().collect::<Vec<_>>(), ["b"]);
        let aside = path.with_extension("json.broken");
        assert_eq!(std::fs::read(&aside).unwrap(), b"{\"half");
        std::fs::remove_file(&aside).unwrap();
        std::fs::create_dir(&aside).unwrap();
        std::fs::write(&path, "{").unwrap();
        assert!(store.remember("b", None, at("2026-11-24T11:00:00Z")).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"{", "nothing is written over what cannot be set aside");
    }

    #[cfg(unix)]
    #[test]
    fn a_broken_state_behind_a_link_is_set_aside_and_the_link_stays() {
        let (folder, store, path) = stage();
        let real = folder.path().join("elsewhere");
        std::os::unix::fs::symlink("elsewhere", &path).unwrap();
        std::fs::write(&real, "{").unwrap();
        assert!(store.load().notice.unwrap().contains("elsewhere.broken, and a new one was created"));
        store.remember("a", None, at("2026-11-24T10:00:00Z")).unwrap();
        assert!(std::fs::symlink_metadata(&path).unwrap().is_symlink());
        assert_eq!(std::fs::read(real.with_extension("broken")).unwrap(), b"{");
        assert!(std::fs::read_to_string(&real).unwrap().contains("\"a\""));
    }

    #[test]
    fn a_newer_state_is_left_alone() {
        let (_folder, store, path) = stage();
        let newer = "{\"version\": 2, \"profiles\": \"elsewhere\"}";
        std::fs::write(&path, newer).unwrap();
        assert!(store.load().notice.unwrap().contains("newer version of vipmp"));
        store.remember("emea", None, at("2026-11-24T10:00:00Z")).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), newer);
    }

    #[test]
    fn what_is_not_known_is_written_back() {
        let (_folder, store, path) = stage();
        std::fs::write(&path, r#"{"version": 1, "extra": [1], "profiles": {"a": {"note": "x"}}}"#).unwrap();
        store.remember("a", None, at("2026-11-24T10:00:00Z")).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("\"extra\"") && text.contains("\"note\": \"x\""), "{text}");
    }

    #[test]
    fn two_instances_do_not_undo_each_other() {
        let (_folder, store, _) = stage();
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let store = &store;
                scope.spawn(move || {
                    for round in 0..10 {
                        let name = format!("p{thread}-{round}");
                        store.remember(&name, None, at("2026-11-24T10:00:00Z")).unwrap();
                    }
                });
            }
        });
        assert_eq!(store.load().state.profiles.len(), 40);
    }

    #[test]
    fn nothing_is_remembered_without_a_place() {
        let store = Store::new(None);
        store.remember("a", None, at("2026-11-24T10:00:00Z")).unwrap();
        assert_eq!(store.load(), LoadedState { state: State::default(), notice: None });
    }

    #[test]
    fn a_place_that_cannot_be_written_is_an_error_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("taken"), "").unwrap();
        let store = Store::new(Some(folder.path().join("taken")));
        let error = store.remember("a", None, at("2026-11-24T10:00:00Z")).unwrap_err();
        let told = store.unkept(&error);
        assert!(
            told.starts_with("the state cannot be saved: ") && told.ends_with("state.json was not changed.")
        );
        assert!(store.load().notice.unwrap().contains("cannot be read"));
        store.forget("a");
    }
}
