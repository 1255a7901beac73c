//! Permissions, the lock, links and other files in place of ours, read-only media, network file systems, full disks.

use std::fs;

use super::{
    super::{NoteFile, Notes},
    *,
};
use crate::model::NoteChange;

#[cfg(unix)]
#[test]
fn every_file_is_private_and_so_are_new_folders() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let mut store = place.open();
    walk(&mut store, &[row("1", "A", "1000")]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&place.folder), 0o700);
    assert_eq!(mode(place.folder.parent().unwrap()), 0o700);
    let names = place.names();
    for expected in
        ["history.sqlite", "portfolio.sqlite", "portfolio.sqlite-shm", "portfolio.sqlite-wal", "sync.lock"]
    {
        assert!(names.iter().any(|name| name == expected), "{expected} in {names:?}");
    }
    for name in names {
        assert_eq!(mode(&place.path(&name)), 0o600, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_database_is_private_before_anything_is_in_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let path = place.path("portfolio.sqlite");
    super::super::folder::create_private(&path).unwrap();
    let found = fs::metadata(&path).unwrap();
    assert_eq!((found.len(), found.permissions().mode() & 0o777), (0, 0o600));
}

#[test]
fn a_second_writer_is_refused_with_the_number_of_the_first_and_readers_are_not() {
    let place = Place::new();
    assert_eq!(PortfolioStore::writer_of(&place.folder), None);
    let mut writer = place.open();
    walk(&mut writer, &[row("1", "A", "1000")]);
    let refused = place.reopen(&identity(), true).unwrap_err();
    let process = std::process::id();
    assert!(matches!(refused, StoreError::Busy(Some(found)) if found == process), "{refused:?}");
    assert_eq!(
        refused.to_string(),
        format!(
            "another vipmp (process {process}) keeps this portfolio up to date: quit it first, or let it finish if it is a sync"
        )
    );
    assert_eq!(PortfolioStore::writer_of(&place.folder), Some(process));
    let reader = PortfolioStore::open_to_read(&place.folder, Some(&identity())).unwrap();
    assert_eq!(ids(&reader), ["1"]);
    walk(&mut writer, &[row("1", "A", "1000"), row("2", "B", "1000")]);
    assert_eq!(ids(&reader), ["1", "2"], "it sees what is written meanwhile");
    drop(writer);
    assert_eq!(PortfolioStore::writer_of(&place.folder), None);
    place.open();
}

#[cfg(unix)]
#[test]
fn a_lock_file_that_was_deleted_meanwhile_is_not_taken_for_the_lock() {
    use super::super::folder::WriterLock;
    let place = Place::new();
    let first = WriterLock::take(&place.folder).unwrap();
    fs::remove_file(place.path("sync.lock")).unwrap();
    let second = WriterLock::take(&place.folder).unwrap();
    drop(first);
    assert!(matches!(WriterLock::take(&place.folder), Err(StoreError::Busy(Some(_)))));
    drop(second);
    WriterLock::take(&place.folder).unwrap();
}

#[cfg(unix)]
#[test]
fn a_link_a_folder_or_a_pipe_in_place_of_a_file_is_refused() {
    let elsewhere = Place::new();
    elsewhere.fill(&["1"]);
    for name in ["portfolio.sqlite", "history.sqlite", "sync.lock"] {
        for (kind, words) in [("link", "a symbolic link"), ("folder", "a folder"), ("pipe", "a named pipe")] {
            let place = Place::new();
            fs::create_dir_all(&place.folder).unwrap();
            let path = place.path(name);
            match kind {
                "link" => std::os::unix::fs::symlink(elsewhere.path(name), &path).unwrap(),
                "folder" => fs::create_dir(&path).unwrap(),
                _ => rustix::fs::mkfifoat(rustix::fs::CWD, &path, 0o600.into()).unwrap(),
            }
            let expected = format!("{}: it is {words}, not a regular file", path.display());
            let refused = place.reopen(&identity(), true).unwrap_err().to_string();
            assert_eq!(refused, expected);
            if name == "portfolio.sqlite" {
                let refused = PortfolioStore::open_to_read(&place.folder, None).unwrap_err().to_string();
                assert_eq!(refused, expected);
            }
        }
    }
    assert_eq!(ids(&elsewhere.open()), ["1"], "it was not touched");
}

#[cfg(unix)]
#[test]
fn a_data_folder_behind_a_link_is_used() {
    let place = Place::new();
    let link = place.root.path().join("link");
    fs::create_dir(place.root.path().join("real")).unwrap();
    std::os::unix::fs::symlink("real", &link).unwrap();
    let folder = super::super::folder_of(&link, "emea");
    let mut opened = PortfolioStore::open(&folder, &identity(), true, noon()).unwrap();
    walk(&mut opened.store, &[row("1", "A", "1000")]);
    assert_eq!(ids(&PortfolioStore::open_to_read(&folder, None).unwrap()), ["1"]);
}

#[cfg(unix)]
#[test]
fn a_portfolio_on_a_read_only_medium_can_be_read() {
    use std::os::unix::{fs::PermissionsExt as _, process::CommandExt as _};
    let place = Place::new();
    place.fill(&["1", "2"]);
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    for name in place.names() {
        set(&place.path(&name), 0o444);
    }
    set(place.folder.parent().unwrap(), 0o755);
    set(place.root.path(), 0o755);
    set(&place.folder, 0o555);
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "--ignored",
        "portfolio::store::tests::files::reads_without_permission_to_write",
    ]);
    command.env("VIPMP_TEST_FOLDER", &place.folder).current_dir("/");
    if rustix::process::geteuid().is_root() {
        // Permissions do not stop the superuser.
        command.uid(65534).gid(65534);
    }
    let output = command.output();
    set(&place.folder, 0o700);
    match output {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && said.contains("1 passed"), "{said}");
        }
        Err(error) => eprintln!("skipped: another user cannot start this test: {error}"),
    }
}

#[cfg(unix)]
#[test]
#[ignore = "what the other test starts, as a user without permission to write"]
fn reads_without_permission_to_write() {
    let folder = PathBuf::from(std::env::var_os("VIPMP_TEST_FOLDER").unwrap());
    let reader = PortfolioStore::open_to_read(&folder, Some(&identity())).unwrap();
    assert_eq!((ids(&reader), changes(&reader)), (vec!["1".to_owned(), "2".to_owned()], vec![]));
    assert!(PortfolioStore::check(&folder).unwrap().iter().all(|check| check.problems.is_empty()));
    let refused = PortfolioStore::open(&folder, &identity(), true, noon()).unwrap_err().to_string();
    assert_eq!(refused, format!("{}: Permission denied (os error 13)", folder.join("sync.lock").display()));
    let notes = NoteFile::new(folder.clone(), identity());
    assert_eq!((notes.read().unwrap(), reader.notes().unwrap()), (Notes::new(), Some(Notes::new())));
    let change = NoteChange {
        customer_id: "1".to_owned(),
        company: None,
        reseller_id: None,
        text: "call Petra".to_owned(),
        follow_up: None,
        replaces: None,
    };
    let refused = notes.put(&change, noon()).unwrap_err().to_string();
    let history = folder.join("history.sqlite");
    assert_eq!(refused, format!("{}: Permission denied (os error 13)", history.display()));
}

#[test]
fn a_copy_of_an_older_form_is_told_from_a_missing_one() {
    let place = Place::new();
    place.fill(&["1"]);
    let cache = rusqlite::Connection::open(place.path("portfolio.sqlite")).unwrap();
    cache.pragma_update(None, "user_version", super::super::schema::CACHE_VERSION - 1).unwrap();
    drop(cache);
    let error = PortfolioStore::open_to_read(&place.folder, None).unwrap_err();
    assert!(matches!(error, StoreError::Outdated(_)), "{error:?}");
    let words = error.to_string();
    assert!(words.contains("was written by an older version of vipmp: run `vipmp sync`"), "{words}");
    let notices = place.reopen(&identity(), true).unwrap().notices;
    assert!(notices[0].contains("everything is read again"), "{notices:?}");
    assert!(PortfolioStore::open_to_read(&place.folder, None).is_ok());
}

#[test]
fn a_missing_portfolio_is_created_by_a_writer_only() {
    let place = Place::new();
    let missing = PortfolioStore::open_to_read(&place.folder, None).unwrap_err();
    assert!(matches!(missing, StoreError::Missing), "{missing:?}");
    assert!(!place.folder.exists());
    assert_eq!(PortfolioStore::check(&place.folder).unwrap(), []);
    assert_eq!(PortfolioStore::files(&place.folder).unwrap(), []);
    assert_eq!(PortfolioStore::forget(&place.folder).unwrap(), Vec::<PathBuf>::new());
    place.open();
    assert_eq!(ids(&PortfolioStore::open_to_read(&place.folder, None).unwrap()), Vec::<String>::new());
}

#[test]
fn a_full_disk_is_reported_and_what_was_stored_before_is_intact() {
    let place = Place::new();
    let mut store = place.open();
    walk(&mut store, &[row("1", "A", "1000")]);
    // SQLite reports a limit of pages as it reports a full disk.
    let pages: i64 = store.cache.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    let limit = |store: &PortfolioStore, pages: i64| {
        store.cache.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
    };
    limit(&store, pages);
    let many: Vec<Row> = (1..500).map(|id| row(&id.to_string(), "Another name", "1000")).collect();
    store.begin_walk(RESELLER, None, noon()).unwrap();
    let full = store.add_rows(RESELLER, &many, noon()).unwrap_err();
    assert!(matches!(full, StoreError::Full), "{full:?}");
    assert_eq!(entries(&store)[0].company_name.as_deref(), Some("A"));
    assert_eq!((ids(&store).len(), changes(&store).len()), (1, 0), "all or nothing");
    limit(&store, pages * 1000);
    store.add_rows(RESELLER, &many, noon()).unwrap();
    assert_eq!((ids(&store).len(), changes(&store)[0].as_str()), (499, "1 name: A > Another name"));
    drop(store);
    assert!(PortfolioStore::check(&place.folder).unwrap().iter().all(|check| check.problems.is_empty()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_network_file_system_is_warned_of() {
    // In its own process, since the variable concerns all of it.
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "--ignored", "portfolio::store::tests::files::opens_on_a_network_file_system"]);
    let output = command.env("VIPMP_NETWORK_FILE_SYSTEM", "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    // Without the variable, `open` checks that nothing is said.
    Place::new().open();
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "what the other test starts, with a variable"]
fn opens_on_a_network_file_system() {
    let place = Place::new();
    let opened = place.reopen(&identity(), true).unwrap();
    let expected = format!(
        "{} is on a network file system: use it from one machine at a time, or name another folder with VIPMP_DATA_DIR",
        place.folder.display()
    );
    assert_eq!(opened.notices, [expected]);
}
