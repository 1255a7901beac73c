//! Accounts that are never mixed, and files of newer versions.

use std::fs;

use super::*;

#[test]
fn the_root_is_the_same_with_and_without_a_slash_at_its_end() {
    let one = Identity::new("client-1", "https://partners.example.com");
    assert_eq!(identity(), one);
    assert_ne!(one, Identity::new("client-1", "https://partners.example.com/v3"));
}

#[test]
fn data_of_another_account_are_set_aside_and_never_mixed() {
    let others = [
        (Identity::new("client-2", "https://partners.example.com/"), "another client ID"),
        (Identity::new("client-1", "https://sandbox.example.com/"), "another API"),
    ];
    for (other, words) in others {
        let place = Place::new();
        place.fill(&["1"]);
        walk(&mut place.open(), &[row("1", "Renamed", "1000")]);
        let missing = PortfolioStore::open_to_read(&place.folder, Some(&other)).unwrap_err();
        assert!(matches!(missing, StoreError::Missing), "{missing:?}");
        let OpenedStore { store, notices } = place.reopen(&other, true).unwrap();
        let aside =
            |name: &str| place.path(&format!("{name}.set-aside-20260301-120000")).display().to_string();
        assert_eq!(
            notices,
            [
                format!(
                    "The history of changes belongs to {words}; it was set aside as {}, with the notes in it, and a new one was begun.",
                    aside("history.sqlite")
                ),
                format!(
                    "The portfolio on disk belongs to {words}; it was set aside as {}, and everything is read again.",
                    aside("portfolio.sqlite")
                ),
            ]
        );
        assert_eq!((ids(&store), changes(&store)), (vec![], vec![]));
        drop(store);
        assert!(place.reopen(&other, true).unwrap().notices.is_empty(), "only once");
    }
}

#[test]
fn a_history_without_its_cache_is_of_the_same_account_only() {
    let place = Place::new();
    place.fill(&["1"]);
    walk(&mut place.open(), &[row("1", "Renamed", "1000")]);
    place.open();
    fs::remove_file(place.path("portfolio.sqlite")).unwrap();
    assert_eq!(changes(&place.open()), ["1 name: Company 1 > Renamed"], "the cache is only a cache");
    fs::remove_file(place.path("portfolio.sqlite")).unwrap();
    let other = Identity::new("client-2", "https://partners.example.com/");
    let opened = place.reopen(&other, true).unwrap();
    assert_eq!((opened.notices.len(), changes(&opened.store)), (1, vec![]));
}

#[test]
fn nothing_of_the_client_id_is_stored() {
    let place = Place::new();
    let _store = place.open();
    assert!(!place.has_bytes("client-1") && place.has_bytes("partners.example.com"));
}

#[test]
fn files_of_a_newer_version_are_refused_and_stay_as_they_are() {
    for name in ["portfolio.sqlite", "history.sqlite"] {
        let place = Place::new();
        place.fill(&["1"]);
        let newer = rusqlite::Connection::open(place.path(name)).unwrap();
        newer.pragma_update(None, "user_version", 99).unwrap();
        newer.close().unwrap();
        let both = || ["portfolio.sqlite", "history.sqlite"].map(|name| fs::read(place.path(name)).unwrap());
        let before = both();
        // Neither the same account nor another one makes them usable.
        for identity in [identity(), Identity::new("client-2", "https://partners.example.com/")] {
            let refused = place.reopen(&identity, true).unwrap_err();
            assert!(matches!(refused, StoreError::Newer { found: 99, .. }), "{name}: {refused:?}");
            assert!(
                refused
                    .to_string()
                    .contains("was written by a newer version of vipmp (schema 99): update vipmp"),
                "{refused}"
            );
        }
        if name == "portfolio.sqlite" {
            let refused = PortfolioStore::open_to_read(&place.folder, None).unwrap_err();
            assert!(matches!(refused, StoreError::Newer { found: 99, .. }), "{refused:?}");
        }
        assert!(before == both(), "{name}");
    }
}
