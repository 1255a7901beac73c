//! The user's own notes: they outlive the cache, may be written beside a writer, and are lost silently in no case.

use std::fs;

use rusqlite::Connection;

use super::{
    super::{NoteFile, Notes},
    *,
};
use crate::model::{CustomerNote, NoteChange, NoteOutcome};

/// A note that replaces another one.
fn change(id: &str, text: &str, replaces: Option<CustomerNote>) -> NoteChange {
    NoteChange {
        customer_id: id.to_owned(),
        company: Some(format!("Company {id}")),
        reseller_id: Some(RESELLER.to_owned()),
        text: text.to_owned(),
        follow_up: "2026-03-08".parse().ok().filter(|_| !text.is_empty()),
        replaces,
    }
}

fn file(place: &Place) -> NoteFile {
    NoteFile::new(place.folder.clone(), identity())
}

/// Writes a note beside whoever has the files open.
#[track_caller]
fn write(place: &Place, change: &NoteChange) {
    assert_eq!(file(place).put(change, noon()).unwrap(), NoteOutcome::Kept);
}

fn texts(notes: &Notes) -> Vec<(&str, &str)> {
    let mut texts: Vec<_> = notes.iter().map(|(id, note)| (id.as_str(), note.text.as_str())).collect();
    texts.sort_unstable();
    texts
}

fn reader(place: &Place) -> PortfolioStore {
    PortfolioStore::open_to_read(&place.folder, Some(&identity())).unwrap()
}

/// A portfolio of two customers, with a note on the first.
fn noted() -> Place {
    let place = Place::new();
    place.fill(&["1", "2"]);
    write(&place, &change("1", "call Petra", None));
    place
}

#[test]
fn a_note_is_written_replaced_and_deleted_whoever_has_the_files_open() {
    let place = noted();
    let (writer, reader) = (place.open(), reader(&place));
    for store in [&writer, &reader] {
        let note = entries(store)[0].note.clone().unwrap();
        let expected = CustomerNote {
            text: "call Petra".to_owned(),
            follow_up: "2026-03-08".parse().ok(),
            written_at: noon(),
        };
        assert_eq!(note, expected);
        assert_eq!(store.customer("1").unwrap().unwrap().note, Some(expected.clone()));
        let both = store.customers(&["2".to_owned(), "1".to_owned()]).unwrap();
        assert_eq!(
            both.into_iter().map(|customer| customer.note).collect::<Vec<_>>(),
            [None, Some(expected)]
        );
        let held = store.completeness().unwrap();
        assert_eq!((held.notes, held.lacks_notes), (1, false));
    }
    let before = [writer.revision().unwrap(), reader.revision().unwrap()];
    let note = file(&place).read().unwrap()["1"].clone();
    write(&place, &change("1", "call Petra again", Some(note)));
    for (store, before) in [&writer, &reader].into_iter().zip(before) {
        assert_ne!(store.revision().unwrap(), before, "the index is built again");
        assert_eq!(texts(&store.notes().unwrap().unwrap()), [("1", "call Petra again")]);
    }
    let note = file(&place).read().unwrap()["1"].clone();
    write(&place, &change("1", "", Some(note)));
    assert_eq!(file(&place).read().unwrap(), Notes::new());
    assert!(!place.has_bytes("Petra"), "nothing is left of it in any file, while both have them open");
}

#[test]
fn changes_are_stored_while_notes_are_written_and_neither_is_lost() {
    let place = noted();
    let mut store = place.open();
    for number in 0..20 {
        walk(&mut store, &[row("1", &format!("Name {number}"), "1000")]);
        store.flush_changes().unwrap();
        write(&place, &change(&format!("n{number}"), "x", None));
    }
    assert_eq!((changes(&store).len(), file(&place).read().unwrap().len()), (20, 21));
}

#[test]
fn a_note_waits_for_another_writer_and_says_so_if_that_takes_too_long() {
    let place = noted();
    let other = Connection::open(place.path("history.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = file(&place).put(&change("2", "x", None), noon()).unwrap_err();
    assert_eq!(error.to_string(), "another vipmp is writing to the portfolio at this moment: try again");
    other.execute_batch("COMMIT").unwrap();
    write(&place, &change("2", "x", None));
}

#[test]
fn a_note_that_somebody_has_changed_meanwhile_is_left_as_it_is() {
    let place = noted();
    let seen = file(&place).read().unwrap()["1"].clone();
    let later = at("2026-03-02T12:00:00Z");
    let outcome = file(&place).put(&change("1", "theirs", Some(seen.clone())), later).unwrap();
    assert_eq!(outcome, NoteOutcome::Kept);
    let theirs = file(&place).read().unwrap()["1"].clone();
    for mine in
        [change("1", "mine", Some(seen.clone())), change("1", "mine", None), change("1", "", Some(seen))]
    {
        let outcome = file(&place).put(&mine, later).unwrap();
        assert_eq!(outcome, NoteOutcome::Conflict(Some(theirs.clone())));
    }
    let gone = file(&place).put(&change("2", "mine", Some(theirs.clone())), later).unwrap();
    assert_eq!(gone, NoteOutcome::Conflict(None), "somebody has deleted it");
    // Who wants the same has nothing to lose.
    let same = file(&place).put(&change("1", "theirs", None), at("2026-03-09T12:00:00Z")).unwrap();
    assert_eq!((same, file(&place).read().unwrap()["1"].clone()), (NoteOutcome::Kept, theirs));
}

#[test]
fn notes_outlive_the_cache() {
    let ways: [(&str, Damage); 3] = [
        ("deleted", |path| fs::remove_file(path).unwrap()),
        ("damaged", |path| overwrite(path, 0, b"Not a database at all, but some text")),
        ("of an older form", |path| {
            Connection::open(path).unwrap().execute_batch("PRAGMA user_version = 1").unwrap();
        }),
    ];
    for (how, lose) in ways {
        let place = noted();
        lose(&place.path("portfolio.sqlite"));
        for beside in ["-wal", "-shm"] {
            let _ = fs::remove_file(place.path(&format!("portfolio.sqlite{beside}")));
        }
        let mut store = place.reopen(&identity(), true).unwrap().store;
        walk(&mut store, &[row("1", "A", "1000")]);
        assert_eq!(
            entries(&store)[0].note.as_ref().map(|note| note.text.as_str()),
            Some("call Petra"),
            "{how}"
        );
    }
    let place = noted();
    let store = place.reopen(&identity(), false).unwrap().store;
    assert_eq!(texts(&store.notes().unwrap().unwrap()), [("1", "call Petra")], "without contacts too");
}

#[test]
fn an_older_history_gets_a_place_for_notes_and_loses_nothing() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    walk(&mut store, &[row("1", "Renamed", "1000")]);
    store.flush_changes().unwrap();
    drop(store);
    let older = |place: &Place| {
        let history = Connection::open(place.path("history.sqlite")).unwrap();
        history.execute_batch("DROP VIEW v_notes; DROP TABLE note; PRAGMA user_version = 3").unwrap();
    };
    older(&place);
    let seen = reader(&place);
    assert_eq!((seen.notes().unwrap(), entries(&seen)[0].note.clone()), (Some(Notes::new()), None));
    let found =
        PortfolioStore::query(&place.folder, "SELECT * FROM v_notes", std::time::Duration::from_secs(1));
    assert_eq!(found.unwrap().rows.len(), 0);
    // A writer of the older form may have it open meanwhile.
    let older_writer = Connection::open(place.path("history.sqlite")).unwrap();
    let count = |history: &Connection| -> i64 {
        history.query_row("SELECT COUNT(*) FROM change", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(count(&older_writer), 1);
    write(&place, &change("1", "call Petra", None));
    assert_eq!(texts(&seen.notes().unwrap().unwrap()), [("1", "call Petra")]);
    older_writer.execute_batch("UPDATE change SET company = 'B'").unwrap();
    assert_eq!(count(&older_writer), 1);
    drop(older_writer);
    assert_eq!(changes(&place.open()), ["1 name: Company 1 > Renamed"]);
    let history = Connection::open(place.path("history.sqlite")).unwrap();
    history.execute_batch("PRAGMA user_version = 5").unwrap();
    let refused = file(&place).put(&change("1", "x", None), noon()).unwrap_err();
    assert!(matches!(refused, StoreError::Newer { found: 5, .. }), "{refused}");
}

#[test]
fn a_history_is_begun_for_a_note_before_there_is_a_copy() {
    let place = Place::new();
    assert_eq!(file(&place).read().unwrap(), Notes::new());
    assert_eq!(place.root.path().read_dir().unwrap().count(), 0, "reading creates nothing");
    write(&place, &change("1", "call Petra", None));
    assert!(matches!(PortfolioStore::open_to_read(&place.folder, None), Err(StoreError::Missing)));
    place.fill(&["1"]);
    let store = place.open();
    assert_eq!(store.history_extent().unwrap(), crate::model::HistoryExtent::Whole);
    assert_eq!(entries(&store)[0].note.as_ref().map(|note| note.text.as_str()), Some("call Petra"));
}

#[test]
fn a_history_that_is_missing_beside_a_copy_is_said_to_be_and_begun_again_by_a_note() {
    let place = noted();
    let lost = file(&place).read().unwrap().remove("1");
    fs::remove_file(place.path("history.sqlite")).unwrap();
    let error = file(&place).read().unwrap_err();
    assert!(matches!(error, StoreError::HistoryMissing(_)), "{error}");
    assert_eq!(reader(&place).notes().unwrap(), None, "a store says the same");
    let put = |change: &NoteChange| file(&place).put(change, noon()).unwrap();
    assert_eq!(put(&change("1", "call Viktor", lost)), NoteOutcome::KeptInNewHistory);
    assert_eq!(texts(&file(&place).read().unwrap()), [("1", "call Viktor")]);
    assert_eq!(put(&change("2", "x", None)), NoteOutcome::Kept, "it is said once");
    let extent = place.open().history_extent().unwrap();
    assert_eq!(extent, crate::model::HistoryExtent::Since(noon()));
    // What another account has lost is not this one's.
    fs::remove_file(place.path("history.sqlite")).unwrap();
    let other =
        NoteFile::new(place.folder.clone(), Identity::new("client-2", "https://partners.example.com/"));
    assert_eq!(other.read().unwrap(), Notes::new());
}

#[test]
fn a_history_that_cannot_be_used_takes_no_note_and_is_said_to_have_none_to_read() {
    type Lose = fn(&Place);
    let unusable: [(&str, Lose, &str); 3] = [
        (
            "damaged",
            |place| overwrite(&place.path("history.sqlite"), 0, b"Not a database at all, but some text"),
            "history.sqlite is damaged: `vipmp portfolio check` sets it aside, and `vipmp sync` begins a new history, \
             without the changes and notes in it",
        ),
        (
            "damaged in its notes alone",
            |place| {
                let history = Connection::open(place.path("history.sqlite")).unwrap();
                let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'note'";
                let page: i64 = history.query_row(root, [], |row| row.get(0)).unwrap();
                drop(history);
                let offset = (usize::try_from(page).unwrap() - 1) * 4096;
                overwrite(&place.path("history.sqlite"), offset, &[0xa5; 4096]);
            },
            "history.sqlite is damaged: `vipmp portfolio check` sets it aside, and `vipmp sync` begins a new history, \
             without the changes and notes in it",
        ),
        (
            "another account's",
            |place| {
                let history = Connection::open(place.path("history.sqlite")).unwrap();
                history.execute_batch("UPDATE account SET client = 'another'").unwrap();
            },
            "history.sqlite belongs to another client ID: `vipmp sync`, or opening a view, sets it aside and begins a new one",
        ),
    ];
    for (how, lose, words) in unusable {
        let place = noted();
        lose(&place);
        let before = fs::read(place.path("history.sqlite")).unwrap();
        for error in
            [file(&place).read().unwrap_err(), file(&place).put(&change("1", "x", None), noon()).unwrap_err()]
        {
            assert!(error.to_string().ends_with(words), "{how}: {error}");
        }
        assert_eq!(fs::read(place.path("history.sqlite")).unwrap(), before, "{how}");
        let store = reader(&place);
        assert_eq!(ids(&store), ["1", "2"], "{how}: the customers can be read");
        assert_eq!(store.notes().unwrap(), None, "{how}");
        assert!(store.completeness().unwrap().lacks_notes, "{how}");
        let (index, _) = crate::portfolio::load_index(&store, &std::sync::Arc::default()).unwrap();
        let query = crate::portfolio::query::parse("note:any", "2026-03-01".parse().unwrap()).unwrap();
        let found = index.search(&query, &[], 0..9);
        assert_eq!((found.total, found.unknown), (0, 2), "{how}");
        assert_eq!(store.customer("1").unwrap().unwrap().note, None, "{how}");
    }
}

#[test]
fn a_history_that_is_set_aside_is_said_to_hold_the_notes() {
    let place = noted();
    let others = Identity::new("client-2", "https://partners.example.com/");
    let opened = place.reopen(&others, true).unwrap();
    let aside = place.path("history.sqlite.set-aside-20260301-120000");
    let words =
        format!("it was set aside as {}, with the notes in it, and a new one was begun.", aside.display());
    assert!(opened.notices.iter().any(|notice| notice.ends_with(&words)), "{:?}", opened.notices);
    assert_eq!(opened.store.notes().unwrap(), Some(Notes::new()), "accounts are never mixed");
    drop(opened);
    assert_eq!(PortfolioStore::count_notes(&place.folder).unwrap(), (1, false));
}

#[test]
fn forgetting_deletes_the_notes_and_they_are_counted_before() {
    let place = noted();
    write(&place, &change("2", "call Viktor", None));
    assert_eq!(PortfolioStore::count_notes(&place.folder).unwrap(), (2, false));
    PortfolioStore::forget(&place.folder).unwrap();
    assert!(!place.folder.exists());
    assert_eq!(PortfolioStore::count_notes(&place.folder).unwrap(), (0, false));
    let place = noted();
    overwrite(&place.path("history.sqlite"), 0, b"Not a database at all, but some text");
    assert_eq!(PortfolioStore::count_notes(&place.folder).unwrap(), (0, true));
}

#[test]
fn a_kill_while_a_note_is_written_leaves_the_one_before() {
    let place = noted();
    let history = Connection::open(place.path("history.sqlite")).unwrap();
    history.execute_batch("BEGIN IMMEDIATE; UPDATE note SET note = 'half'").unwrap();
    // What a killed process leaves: its files as they are at that moment.
    let killed = Place::new();
    fs::create_dir_all(&killed.folder).unwrap();
    for name in place.names() {
        fs::copy(place.path(&name), killed.path(&name)).unwrap();
    }
    drop(history);
    assert_eq!(texts(&file(&killed).read().unwrap()), [("1", "call Petra")]);
    let note = file(&killed).read().unwrap()["1"].clone();
    write(&killed, &change("1", "whole", Some(note)));
    assert_eq!(texts(&killed.open().notes().unwrap().unwrap()), [("1", "whole")]);
}

#[test]
fn notes_can_be_read_with_sql() {
    let sql = "SELECT customer_id, company, reseller_id, note, follow_up, written_at FROM v_notes";
    let second = std::time::Duration::from_secs(1);
    let place = noted();
    let on_disk = PortfolioStore::query(&place.folder, sql, second).unwrap();
    let notes = crate::portfolio::SessionNotes::default();
    assert_eq!(notes.put(&change("1", "call Petra", None), noon()), NoteOutcome::Kept);
    let mut store = PortfolioStore::in_memory(&identity(), true, noon()).unwrap().with_notes(notes.clone());
    let in_memory = store.query_memory(sql, second).unwrap();
    assert_eq!(on_disk, in_memory);
    assert!(on_disk.reads_notes && !on_disk.reads_changes);
    assert_eq!(store.query_memory(sql, second).unwrap(), in_memory, "again");
    let values: Vec<String> = on_disk.rows[0].iter().map(|value| format!("{value:?}")).collect();
    assert_eq!(
        values,
        ["1", "Company 1", RESELLER, "call Petra", "2026-03-08", "2026-03-01T12:00:00Z"]
            .map(|text| format!("Text({text:?})"))
    );
}

#[test]
fn notes_in_memory_follow_the_same_rules() {
    let notes = crate::portfolio::SessionNotes::default();
    let mut store = PortfolioStore::in_memory(&identity(), true, noon()).unwrap().with_notes(notes.clone());
    walk(&mut store, &[row("1", "A", "1000")]);
    let before = store.revision().unwrap();
    assert_eq!(notes.put(&change("1", "call Petra", None), noon()), NoteOutcome::Kept);
    assert_ne!(store.revision().unwrap(), before);
    let note = entries(&store)[0].note.clone();
    assert_eq!(store.customer("1").unwrap().unwrap().note, note);
    assert_eq!(notes.put(&change("1", "mine", None), noon()), NoteOutcome::Conflict(note.clone()));
    assert_eq!(notes.put(&change("1", "", note), noon()), NoteOutcome::Kept);
    assert_eq!(entries(&store)[0].note, None);
    assert_eq!(notes.put(&change("2", "x", None), noon()), NoteOutcome::Kept);
}

#[test]
fn notes_of_a_session_are_moved_to_the_disk_and_replace_none_there() {
    let place = noted();
    let notes = crate::portfolio::SessionNotes::default();
    for id in ["1", "2"] {
        assert_eq!(notes.put(&change(id, "of the session", None), noon()), NoteOutcome::Kept);
    }
    let home = crate::portfolio::NoteHome::OnDisk(file(&place));
    let said = notes.move_to(&home, noon());
    assert_eq!(said, ["The note on Company 1 is in memory only: there is another one already."]);
    assert_eq!(texts(&notes.read()), [("1", "of the session")], "it stays where it is");
    assert_eq!(texts(&file(&place).read().unwrap()), [("1", "call Petra"), ("2", "of the session")]);
}
