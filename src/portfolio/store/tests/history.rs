//! The way of a change from the outbox to the history, with kills in between.

use super::*;
use crate::model::HistoryExtent;

const EXPECTED: [&str; 2] = ["1 name: Company 1 > Renamed", "1 status: 1000 > 1004"];

/// Creates a portfolio with two changes that are still in the outbox.
fn changed() -> (Place, PortfolioStore) {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    walk(&mut store, &[row("1", "Renamed", "1004")]);
    assert_eq!(count(&store, "SELECT COUNT(*) FROM outbox"), 2);
    (place, store)
}

#[test]
fn changes_survive_a_kill_before_they_are_moved() {
    let (place, store) = changed();
    assert_eq!(changes(&store), EXPECTED, "they are known before they are moved");
    drop(store);
    let reader = PortfolioStore::open_to_read(&place.folder, None).unwrap();
    assert_eq!(changes(&reader), EXPECTED);
    let store = place.open();
    assert_eq!(
        (changes(&store), count(&store, "SELECT COUNT(*) FROM outbox")),
        (EXPECTED.map(str::to_owned).to_vec(), 0)
    );
    assert_eq!(changes(&reader), EXPECTED);
}

#[test]
fn changes_are_not_repeated_by_a_kill_before_they_are_removed_from_the_outbox() {
    let (place, mut store) = changed();
    store.cache.execute_batch("CREATE TEMP TABLE kept AS SELECT * FROM outbox").unwrap();
    assert_eq!(store.flush_changes().unwrap(), 2);
    store.cache.execute_batch("INSERT INTO main.outbox SELECT * FROM kept").unwrap();
    assert_eq!(changes(&store), EXPECTED, "nor are they shown twice");
    drop(store);
    let mut store = place.open();
    assert_eq!(changes(&store), EXPECTED);
    walk(&mut store, &[row("1", "Company 1", "1004")]);
    store.flush_changes().unwrap();
    assert_eq!(changes(&store)[2], "1 name: Renamed > Company 1", "later ones have later numbers");
}

/// On other systems a file that is open can be neither deleted nor replaced.
#[cfg(unix)]
#[test]
fn changes_never_go_into_a_history_that_was_deleted() {
    use crate::portfolio::CopyFile;

    let (place, mut store) = changed();
    let reader = PortfolioStore::open_to_read(&place.folder, None).unwrap();
    let files = [&reader, &store].map(|store| store.file_now(&place.folder));
    assert_eq!(files, [CopyFile::Same; 2]);
    std::fs::remove_file(place.folder.join("history.sqlite")).unwrap();
    let files = [&reader, &store].map(|store| store.file_now(&place.folder));
    assert_eq!(files, [CopyFile::OtherHistory; 2]);
    let error = store.flush_changes().unwrap_err();
    assert!(matches!(error, StoreError::HistoryReplaced(_)), "{error}");
    assert!(error.to_string().contains("the changes that were observed are kept in the copy"), "{error}");
    assert_eq!(count(&store, "SELECT COUNT(*) FROM outbox"), 2);
    drop((store, reader));
    let OpenedStore { store, notices } = place.reopen(&identity(), true).unwrap();
    assert_eq!(notices, [HistoryExtent::BEGUN_AGAIN]);
    assert_eq!(
        (changes(&store), count(&store, "SELECT COUNT(*) FROM outbox")),
        (EXPECTED.map(str::to_owned).to_vec(), 0)
    );
    assert_eq!(store.file_now(&place.folder), CopyFile::Same);
}

/// As after an older copy was written into the same file.
#[test]
fn changes_that_an_older_history_lacks_are_not_taken_for_handed_over() {
    use crate::portfolio::CopyFile;

    let (place, mut store) = changed();
    assert_eq!(store.flush_changes().unwrap(), 2);
    let reader = PortfolioStore::open_to_read(&place.folder, None).unwrap();
    walk(&mut store, &[row("1", "Renamed again", "1004")]);
    let history = rusqlite::Connection::open(place.path("history.sqlite")).unwrap();
    history.execute_batch("DELETE FROM change; DELETE FROM taken").unwrap();
    drop(history);
    assert_eq!(reader.file_now(&place.folder), CopyFile::OtherHistory);
    assert_eq!(store.file_now(&place.folder), CopyFile::OtherHistory);
    let error = store.flush_changes().unwrap_err();
    assert!(matches!(error, StoreError::HistoryReplaced(_)), "{error}");
    drop((store, reader));
    let OpenedStore { store, notices } = place.reopen(&identity(), true).unwrap();
    assert!(
        notices.iter().any(|notice| notice.contains("is older than the portfolio on disk")),
        "{notices:?}"
    );
    assert_eq!(changes(&store), ["1 name: Renamed > Renamed again"], "the others are said to be lost");
    assert!(matches!(store.history_extent().unwrap(), HistoryExtent::Since(_)));
}

#[test]
fn changes_can_be_filtered_by_time_and_customer() {
    let place = Place::new();
    place.fill(&["1", "2"]);
    let mut store = place.open();
    store.mark_gone("1", at("2026-03-02T00:00:00Z")).unwrap();
    store.flush_changes().unwrap();
    store.mark_gone("2", at("2026-03-03T00:00:00Z")).unwrap();
    let found = |filter: ChangeFilter| -> Vec<String> {
        store.changes(&filter).unwrap().into_iter().map(|change| change.customer_id).collect()
    };
    let since = |text: &str| ChangeFilter { since: Some(at(text)), ..ChangeFilter::default() };
    assert_eq!(found(since("2026-03-02T00:00:00Z")), ["1", "2"]);
    assert_eq!(found(since("2026-03-02T00:00:01Z")), ["2"]);
    assert_eq!(found(ChangeFilter { customer_id: Some("1".into()), ..ChangeFilter::default() }), ["1"]);
}

#[test]
fn changes_that_are_still_in_the_outbox_survive_another_setting_for_contacts() {
    let (place, store) = changed();
    drop(store);
    let opened = place.reopen(&identity(), false).unwrap();
    assert_eq!(
        (changes(&opened.store), ids(&opened.store)),
        (EXPECTED.map(str::to_owned).to_vec(), vec!["1".to_owned()])
    );
}

#[test]
fn a_run_that_a_kill_ended_is_closed_by_the_next_one() {
    let place = Place::new();
    let mut store = place.open();
    store.begin_run(noon()).unwrap();
    drop(store);
    let mut store = place.open();
    let run = store.begin_run(noon()).unwrap();
    store.end_run(run, "complete", 12, 3, noon()).unwrap();
    let mut runs =
        store.cache.prepare("SELECT outcome, ended_at, requests, changes FROM sync_run ORDER BY id").unwrap();
    let rows = runs.query_map([], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, Option<String>>(1)?,
            row.get::<_, i64>(2)?,
            row.get::<_, i64>(3)?,
        ))
    });
    let rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
    let ended = Some("2026-03-01T12:00:00Z".to_owned());
    assert_eq!(rows, [("interrupted".to_owned(), None, 0, 0), ("complete".to_owned(), ended, 12, 3)]);
}

#[test]
fn files_of_different_ages_are_said_once_and_lose_no_later_change() {
    for (file, words, expected) in [
        (
            "portfolio.sqlite",
            "The portfolio on disk is older than the history",
            &["A > B", "B > C", "A > D"][..],
        ),
        ("history.sqlite", "The history of changes is older than the portfolio", &["C > D"]),
    ] {
        let place = Place::new();
        let name = |to: &str| {
            let opened = place.reopen(&identity(), true).unwrap();
            let mut store = opened.store;
            walk(&mut store, &[row("1", to, "1000")]);
            store.flush_changes().unwrap();
            (opened.notices, changes(&store))
        };
        name("A");
        let backup = std::fs::read(place.path(file)).unwrap();
        assert_eq!((name("B").0, name("C").0), (vec![], vec![]));
        std::fs::write(place.path(file), backup).unwrap();
        let reader = PortfolioStore::open_to_read(&place.folder, None).unwrap();
        let is_older = reader.history_extent().unwrap() == HistoryExtent::Older;
        assert_eq!(is_older, file == "history.sqlite");
        drop(reader);
        let (notices, mut found) = name("D");
        assert!(notices.len() == 1 && notices[0].starts_with(words), "{notices:?}");
        let expected: Vec<String> = expected.iter().map(|change| format!("1 name: {change}")).collect();
        found.sort_by_key(|line| expected.iter().position(|expected| expected == line));
        assert_eq!(found, expected, "{file}");
        let (notices, found) = name("E");
        assert_eq!((notices, found.len()), (vec![], expected.len() + 1), "{file}: {found:?}");
        let reader = PortfolioStore::open_to_read(&place.folder, None).unwrap();
        let expected = match file {
            "history.sqlite" => HistoryExtent::Since(noon()),
            _ => HistoryExtent::Whole,
        };
        assert_eq!(reader.history_extent().unwrap(), expected, "{file}");
    }
}

#[test]
fn a_history_of_the_first_form_is_migrated_with_its_numbers() {
    let (place, mut store) = changed();
    store.flush_changes().unwrap();
    drop(store);
    let history = rusqlite::Connection::open(place.path("history.sqlite")).unwrap();
    let first =
        "DROP VIEW v_notes; DROP TABLE note; DROP TABLE taken; ALTER TABLE account DROP COLUMN known_since;
        PRAGMA user_version = 1";
    history.execute_batch(first).unwrap();
    drop(history);
    let reader = PortfolioStore::open_to_read(&place.folder, None).unwrap();
    assert_eq!(reader.history_extent().unwrap(), HistoryExtent::Whole);
    assert_eq!(changes(&reader), EXPECTED);
    let store = place.open();
    assert_eq!(
        (store.history_extent().unwrap(), changes(&store)),
        (HistoryExtent::Whole, EXPECTED.map(str::to_owned).to_vec())
    );
    let taken: i64 = store.history.query_row("SELECT seq FROM taken", [], |row| row.get(0)).unwrap();
    assert_eq!(taken, 2);
}

#[test]
fn a_lost_history_is_remembered_as_long_as_the_copy_is_older() {
    let ways: [(&str, Damage); 3] = [
        ("deleted", |path| std::fs::remove_file(path).unwrap()),
        ("damaged", |path| overwrite(path, 0, b"Not a database at all, but some text")),
        ("empty", |path| std::fs::write(path, b"").unwrap()),
    ];
    for (how, lose) in ways {
        let (place, mut store) = changed();
        store.flush_changes().unwrap();
        drop(store);
        lose(&place.path("history.sqlite"));
        let extent = |place: &Place| {
            PortfolioStore::open_to_read(&place.folder, None).unwrap().history_extent().unwrap()
        };
        let before = if how == "damaged" { HistoryExtent::Damaged } else { HistoryExtent::Missing };
        assert_eq!(extent(&place), before, "{how}");
        let later = at("2026-03-02T12:00:00Z");
        let known = HistoryExtent::Since(later);
        for now in [later, at("2026-03-03T12:00:00Z")] {
            let opened = PortfolioStore::open(&place.folder, &identity(), true, now).unwrap();
            assert_eq!(opened.store.history_extent().unwrap(), known, "{how}");
            let said = opened.notices.join("\n");
            match how {
                _ if now != later => assert_eq!(said, "", "{how}: it is said once"),
                "damaged" => assert!(said.starts_with("The history of changes is damaged; "), "{said}"),
                _ => assert!(said.starts_with("The history of changes was missing, "), "{how}: {said}"),
            }
            drop(opened);
            assert_eq!(extent(&place), known, "{how}");
        }
        overwrite(&place.path("portfolio.sqlite"), 0, b"Not a database at all");
        let now = at("2026-03-04T12:00:00Z");
        let store = PortfolioStore::open(&place.folder, &identity(), true, now).unwrap().store;
        assert_eq!(store.history_extent().unwrap(), HistoryExtent::Whole, "{how}: this copy is a later one");
    }
}
