//! Following a copy that another process brings up to date, or that cannot be written.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::task::AbortHandle;

use super::{
    copy::{CopyState, OnChange},
    reach::Reach,
};
use crate::portfolio::{CopyFile, PortfolioStore, sync::SharedStore};

/// The time between two looks at what the other process has done.
const FOLLOW: Duration = Duration::from_secs(2);

/// The words of a copy whose file is gone.
const DELETED: &str = "Another vipmp has deleted the copy on disk; what is shown was read before.";

/// A copy that is only read.
pub(super) struct FollowedCopy {
    pub(super) store: SharedStore,
    pub(super) folder: PathBuf,
    /// True if this process could not write it: it is not opened again only because nobody syncs it.
    pub(super) is_left_alone: bool,
}

/// The findings of one look at the copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Observation {
    /// The version of the data; `None` if they could not be read.
    version: Option<i64>,
    /// The version of the notes, likewise.
    notes: Option<i64>,
    file: CopyFile,
    /// The process that syncs.
    writer: Option<u32>,
}

impl Observation {
    /// Returns true if the other process has written since an earlier look. A version that could not be read says nothing.
    fn has_more_than(self, known: Option<Self>) -> bool {
        let versions = known.and_then(|known| known.version).zip(self.version);
        versions.is_some_and(|(before, now)| before != now)
    }

    /// Returns true if somebody has written a note since an earlier look, or what was observed.
    fn has_other_notes(self, known: Option<Self>) -> bool {
        let versions = known.and_then(|known| known.notes).zip(self.notes);
        versions.is_some_and(|(before, now)| before != now)
    }
}

/// Looks for notes that others have written, in a copy that this process brings up to date, and says so.
pub(super) fn watch_notes(store: SharedStore, state: Arc<CopyState>, on_change: OnChange) -> AbortHandle {
    let task = tokio::spawn(async move {
        let mut known = None;
        loop {
            if let Ok(version) = store.with(|store| store.notes_version()).await {
                if known.is_some_and(|known| known != version) {
                    state.renew();
                    on_change();
                }
                known = Some(version);
            }
            tokio::time::sleep(FOLLOW).await;
        }
    });
    task.abort_handle()
}

/// Looks for what another process has changed, and says so. Once it has ended, the copy is opened again by this one, which
/// then brings it up to date; so it is once the file is another one. A copy that could not be written is tried again when
/// the user wants a sync.
pub(super) fn follow(
    followed: FollowedCopy,
    state: Arc<CopyState>,
    reach: Arc<Reach>,
    on_change: OnChange,
) -> AbortHandle {
    let FollowedCopy { store, folder, is_left_alone } = followed;
    let task = tokio::spawn(async move {
        let mut known: Option<Observation> = None;
        let mut is_wanted = false;
        loop {
            let folder = folder.clone();
            let look = store.with(move |store| {
                Ok(Observation {
                    version: store.data_version().ok(),
                    notes: store.notes_version().ok(),
                    file: store.file_now(&folder),
                    writer: PortfolioStore::writer_of(&folder),
                })
            });
            if let Ok(look) = look.await {
                // What another process has written was read from the API.
                if look.has_more_than(known) {
                    reach.note(false, true);
                }
                if take(look, known, is_wanted, is_left_alone, &state) {
                    state.renew();
                    on_change();
                }
                // A version that could not be read now is compared with the next one that can be.
                let version = look.version.or(known.and_then(|known| known.version));
                let notes = look.notes.or(known.and_then(|known| known.notes));
                known = Some(Observation { version, notes, ..look });
            }
            is_wanted = tokio::select! {
                () = tokio::time::sleep(FOLLOW) => false,
                () = state.sync_wanted() => true,
            };
        }
    });
    task.abort_handle()
}

/// Takes what a look has found; returns true if it changes what the screen shows.
fn take(
    look: Observation,
    known: Option<Observation>,
    is_wanted: bool,
    is_left_alone: bool,
    state: &CopyState,
) -> bool {
    let is_new_writer = state.set_synced_by(look.writer);
    match look.file {
        CopyFile::Missing if is_wanted => state.outdate(),
        CopyFile::Missing => {
            let is_news = known.is_none_or(|known| known.file != CopyFile::Missing);
            if is_news {
                state.fail(Some(DELETED.to_owned()));
            }
            is_news
        }
        CopyFile::Same if look.writer.is_some() || is_left_alone && !is_wanted => {
            is_new_writer || look.has_more_than(known) || look.has_other_notes(known)
        }
        // Nobody syncs any more, or it is another file.
        CopyFile::Same | CopyFile::Replaced => state.outdate(),
        // What is shown of a former history may be gone.
        CopyFile::OtherHistory => state.leave_history(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYNCED: Observation =
        Observation { version: Some(1), notes: Some(1), file: CopyFile::Same, writer: Some(4711) };

    #[test]
    fn the_screen_is_told_of_what_is_new() {
        let state = CopyState::default();
        assert!(take(SYNCED, None, false, false, &state), "the process that syncs");
        assert_eq!(state.synced_by(), Some(4711));
        assert!(!take(SYNCED, Some(SYNCED), true, false, &state));
        assert!(take(Observation { version: Some(2), ..SYNCED }, Some(SYNCED), false, false, &state));
        let unreadable = Observation { version: None, ..SYNCED };
        assert!(
            !take(unreadable, Some(SYNCED), false, false, &state)
                && !take(SYNCED, Some(unreadable), false, false, &state)
        );
        assert!(!state.is_outdated());
    }

    #[test]
    fn a_note_that_another_process_has_written_is_news_though_nothing_was_read_from_the_api() {
        let state = CopyState::default();
        take(SYNCED, None, false, false, &state);
        let noted = Observation { notes: Some(2), ..SYNCED };
        assert!(take(noted, Some(SYNCED), false, false, &state) && !noted.has_more_than(Some(SYNCED)));
        assert!(!take(noted, Some(noted), false, false, &state));
    }

    #[test]
    fn a_copy_that_nobody_syncs_any_more_is_opened_again() {
        let state = CopyState::default();
        take(SYNCED, None, false, false, &state);
        let left = Observation { writer: None, ..SYNCED };
        assert!(take(left, Some(SYNCED), false, false, &state) && state.is_outdated());
        assert_eq!(state.synced_by(), None);
        assert!(!take(left, Some(left), false, false, &state), "it is said once");
    }

    #[test]
    fn a_copy_that_cannot_be_written_is_tried_again_only_if_that_is_wanted() {
        let state = CopyState::default();
        let alone = Observation { writer: None, ..SYNCED };
        assert!(!take(alone, None, false, true, &state));
        assert!(take(Observation { version: Some(2), ..alone }, Some(alone), false, true, &state));
        assert!(!state.is_outdated());
        assert!(take(alone, Some(alone), true, true, &state) && state.is_outdated());
    }

    #[test]
    fn a_copy_that_was_replaced_is_opened_again() {
        let state = CopyState::default();
        let replaced = Observation { file: CopyFile::Replaced, ..SYNCED };
        assert!(take(replaced, Some(SYNCED), false, false, &state) && state.is_outdated());
        let state = CopyState::default();
        let other_history = Observation { file: CopyFile::OtherHistory, ..SYNCED };
        assert!(take(other_history, Some(SYNCED), false, true, &state) && state.is_outdated());
    }

    #[test]
    fn a_copy_that_was_deleted_is_begun_anew_only_if_that_is_wanted() {
        let state = CopyState::default();
        let deleted = Observation { version: None, notes: None, file: CopyFile::Missing, writer: None };
        assert!(take(deleted, Some(SYNCED), false, false, &state));
        assert_eq!(state.troubles().failure.as_deref(), Some(DELETED));
        assert!(!take(deleted, Some(deleted), false, false, &state) && !state.is_outdated());
        assert!(take(deleted, Some(deleted), true, false, &state) && state.is_outdated());
    }
}
