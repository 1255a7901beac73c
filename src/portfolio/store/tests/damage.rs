//! Damaged files: set aside and begun again; the history survives a damaged cache.

use std::fs;

use super::*;

/// Fills a portfolio of many customers, with one change in its history.
fn filled() -> Place {
    let place = Place::new();
    let ids: Vec<String> = (1..=400).map(|id| format!("{id:04}")).collect();
    place.fill(&ids.iter().map(String::as_str).collect::<Vec<_>>());
    let mut store = place.open();
    store.mark_gone("0007", noon()).unwrap();
    store.flush_changes().unwrap();
    drop(store);
    place
}

const CHANGES: [&str; 1] = ["0007 gone: - > -"];

#[test]
fn a_damaged_cache_is_set_aside_and_the_history_is_kept() {
    let damages: [(&str, Damage); 3] = [
        ("another header", |path| overwrite(path, 0, b"Not a database at all, but some text")),
        ("truncated", |path| {
            let whole = fs::read(path).unwrap();
            fs::write(path, &whole[..whole.len() / 2]).unwrap();
        }),
        ("truncated in the header", |path| fs::write(path, b"SQLite format 3\0\x10\0\x02\x02").unwrap()),
    ];
    for (what, damage) in damages {
        let place = filled();
        damage(&place.path("portfolio.sqlite"));
        let refused = PortfolioStore::open_to_read(&place.folder, None).unwrap_err();
        assert!(refused.is_damage(), "{what}: {refused:?}");
        let expected = format!(
            "{} is damaged: `vipmp portfolio check` sets it aside, and `vipmp sync` reads everything again",
            place.path("portfolio.sqlite").display()
        );
        assert_eq!(refused.to_string(), expected, "{what}");
        let OpenedStore { store, notices } = place.reopen(&identity(), true).unwrap();
        let expected = format!(
            "The portfolio on disk is damaged; it was set aside as {}, and everything is read again.",
            place.path("portfolio.sqlite.set-aside-20260301-120000").display()
        );
        assert_eq!(notices, [expected], "{what}");
        assert_eq!((ids(&store), changes(&store)), (vec![], CHANGES.map(str::to_owned).to_vec()), "{what}");
    }
}

#[test]
fn a_damaged_page_in_the_middle_is_found_by_the_check_and_set_aside() {
    let place = filled();
    let path = place.path("portfolio.sqlite");
    let pages = fs::metadata(&path).unwrap().len() / 4096;
    for page in pages / 2..pages {
        overwrite(&path, usize::try_from(page).unwrap() * 4096, &[0xa5; 4096]);
    }
    let problems = PortfolioStore::check(&place.folder).unwrap();
    assert!(!problems[0].problems.is_empty() && problems[1].problems.is_empty(), "{problems:?}");
    let store = place.open();
    let error = store.entries(|_| {}).and_then(|_| store.customer("0399").map(drop)).unwrap_err();
    assert!(error.is_damage(), "{error:?}");
    assert!(error.to_string().contains("`vipmp portfolio check` sets it aside"), "{error}");
    let busy = PortfolioStore::set_aside_damaged(&place.folder, noon()).unwrap_err();
    assert!(matches!(busy, StoreError::Busy(_)), "{busy:?}");
    drop(store);
    let damaged = PortfolioStore::set_aside_damaged(&place.folder, noon()).unwrap();
    assert_eq!(damaged.len(), 1);
    assert_eq!((&damaged[0].0.path, damaged[0].1.exists()), (&path, true));
    let store = place.open();
    assert_eq!((ids(&store), changes(&store)), (vec![], CHANGES.map(str::to_owned).to_vec()));
    drop(store);
    assert_eq!(PortfolioStore::set_aside_damaged(&place.folder, noon()).unwrap(), []);
}

#[test]
fn a_damaged_history_is_set_aside_and_the_cache_is_kept() {
    let place = filled();
    let checked = |place: &Place| -> Vec<(bool, bool, bool)> {
        let found = PortfolioStore::check(&place.folder).unwrap();
        found.iter().map(|check| (check.is_intact(), check.is_missing, check.is_damaged())).collect()
    };
    let (intact, missing) = ((true, false, false), (false, true, false));
    assert_eq!(checked(&place), [intact, intact]);
    let (history, aside) = (place.path("history.sqlite"), place.path("aside"));
    fs::rename(&history, &aside).unwrap();
    assert_eq!(checked(&place), [intact, missing]);
    assert_eq!(PortfolioStore::set_aside_damaged(&place.folder, noon()).unwrap(), []);
    fs::rename(&aside, &history).unwrap();
    overwrite(&place.path("history.sqlite"), 0, b"Not a database at all");
    assert_eq!(ids(&PortfolioStore::open_to_read(&place.folder, None).unwrap()).len(), 400);
    let OpenedStore { store, notices } = place.reopen(&identity(), true).unwrap();
    let expected = format!(
        "The history of changes is damaged; it was set aside as {}, with the notes in it, and a new one was begun.",
        place.path("history.sqlite.set-aside-20260301-120000").display()
    );
    assert_eq!(notices, [expected]);
    assert_eq!((ids(&store).len(), changes(&store)), (400, vec![]));
}

#[test]
fn a_file_without_contents_is_found_by_the_check() {
    for name in ["portfolio.sqlite", "history.sqlite"] {
        let place = filled();
        for beside in ["-wal", "-shm"] {
            let _ = fs::remove_file(place.path(&format!("{name}{beside}")));
        }
        fs::write(place.path(name), b"").unwrap();
        let found = PortfolioStore::check(&place.folder).unwrap();
        let damaged: Vec<_> = found.iter().filter(|check| !check.is_intact()).collect();
        assert_eq!((damaged.len(), &damaged[0].path), (1, &place.path(name)));
        assert_eq!(damaged[0].problems, ["the file is empty"]);
        assert_eq!(PortfolioStore::set_aside_damaged(&place.folder, noon()).unwrap().len(), 1);
        assert!(!place.path(name).exists());
    }
}

#[test]
fn changes_that_cannot_be_read_are_not_said_to_be_read_again() {
    let place = filled();
    let store = place.open();
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'change'";
    let page: i64 = store.history.query_row(root, [], |row| row.get(0)).unwrap();
    drop(store);
    overwrite(&place.path("history.sqlite"), (usize::try_from(page).unwrap() - 1) * 4096, &[0xa5; 4096]);
    let reader = PortfolioStore::open_to_read(&place.folder, None).unwrap();
    let error = reader.changes(&ChangeFilter::default()).unwrap_err().to_string();
    let words = "history.sqlite is damaged: `vipmp portfolio check` sets it aside, and `vipmp sync` begins a new history, without the changes and notes in it";
    assert!(error.ends_with(words), "{error}");
}

#[test]
fn what_is_set_aside_never_replaces_what_was_before() {
    let place = filled();
    for _ in 0..3 {
        overwrite(&place.path("portfolio.sqlite"), 0, b"Not a database at all");
        place.reopen(&identity(), true).unwrap();
    }
    let aside: Vec<String> = place
        .names()
        .into_iter()
        .filter(|name| name.contains("set-aside") && !name.ends_with("-shm") && !name.ends_with("-wal"))
        .collect();
    let expected =
        ["", "-1", "-2"].map(|number| format!("portfolio.sqlite.set-aside-20260301-120000{number}"));
    assert_eq!(aside, expected);
}

#[test]
fn a_stored_value_that_cannot_be_read_is_left_out_found_and_read_again() {
    let place = Place::new();
    place.fill(&["1", "2", "3"]);
    let mut store = place.open();
    let full = json!({"customerId": "3", "cotermDate": "2026-09-20"});
    store.put_record("3", &record(&full), noon()).unwrap();
    store.put_subscriptions("3", &subscriptions(&[]), noon()).unwrap();
    let damage = "UPDATE raw SET body = x'789c00' WHERE customer_id = ? AND part = ?";
    for (id, part) in [("1", "l"), ("3", "r")] {
        assert_eq!(store.cache.execute(damage, [id, part]).unwrap(), 1);
    }
    let customer = store.customer("1").unwrap().unwrap();
    let row = customer.row.customer().unwrap();
    let expected = Some("Company 1");
    assert_eq!(
        (customer.is_damaged, row.company_name.as_deref(), row.status.code()),
        (true, expected, "1000")
    );
    let customer = store.customer("3").unwrap().unwrap();
    assert!(customer.is_damaged && customer.record.is_none() && customer.subscriptions.is_some());
    assert!(!store.customer("2").unwrap().unwrap().is_damaged);
    let due = |store: &PortfolioStore| -> Vec<String> {
        store.due(&own(), noon(), noon(), 9).unwrap().into_iter().map(|due| due.id).collect()
    };
    assert_eq!(due(&store), ["1", "2"], "the link of one of them cannot be read");
    let busy = PortfolioStore::drop_unreadable(&place.folder, noon()).unwrap_err();
    assert!(matches!(busy, StoreError::Busy(_)), "{busy:?}");
    drop(store);
    let check = PortfolioStore::check(&place.folder).unwrap().remove(0);
    assert_eq!((check.problems.len(), check.values.len(), check.is_intact()), (0, 2, false), "{check:?}");
    assert!(check.values[0].starts_with("customer 1: the stored list entry cannot be read ("), "{check:?}");
    assert_eq!(PortfolioStore::set_aside_damaged(&place.folder, noon()).unwrap(), [], "the file is intact");
    assert_eq!(PortfolioStore::drop_unreadable(&place.folder, noon()).unwrap(), 2);
    assert!(PortfolioStore::check(&place.folder).unwrap().iter().all(super::super::FileCheck::is_intact));
    let mut store = place.open();
    assert!(store.customer("3").unwrap().unwrap().is_damaged, "until it is read again");
    assert_eq!(due(&store), ["1", "2", "3"]);
    let changed = json!({"customerId": "3", "cotermDate": "2026-10-20"});
    store.put_record("3", &record(&changed), noon()).unwrap();
    assert_eq!(changes(&store), ["3 anniversary: 2026-09-20 > 2026-10-20"], "changes are seen all the same");
    assert!(!store.customer("3").unwrap().unwrap().is_damaged);
}
