//! The local copy in the whole program, with the API and then without it.

use super::*;

/// Starts the program with a profile whose copy is kept on the disk, on the view of all customers, once everything is read.
fn on_view(user: &User, served: &Served) -> Pty {
    let settings = "\n[portfolio]\nkeep = true\nrequests_per_minute = 6000\n";
    user.configure(&(with_secret_in(served, "emea") + settings));
    let pty = user.start(&[], &[(SECRET_VARIABLE, SECRET)]);
    pty.wait_for_text(" of 55 ");
    pty.wait_for_text("There is no keyring here");
    pty.send("n");
    pty.wait_for_text("Access tokens are forgotten when you quit");
    pty.send(":view all-customers\r");
    pty.wait_for_text("Portfolio · 131 customers · list just now · details just now");
    pty
}

#[test]
fn a_view_works_on_without_the_api_and_says_that_it_is_old() {
    let served = Served::start();
    let user = User::new();
    let pty = on_view(&user, &served);
    drop(served);
    // Another customer: what the copy holds of it is there, and is not taken for the current state.
    pty.send(DOWN);
    let screen = pty.wait_for_text("not current");
    assert!(screen.contains("copy · ") && screen.contains("Anniversary"), "{screen}");
    pty.wait_for_text("offline since ");
    // Searching, sorting by two columns and exporting everything need no API.
    pty.send("/status:1000\r");
    pty.wait_for_text("of 121");
    pty.send(":sort country, seats desc\r");
    pty.wait_for_text("Country ▲ +1");
    let file = user.folder().join("out.csv");
    pty.send("e");
    pty.wait_for_text("all matching · 121");
    for _ in 0..80 {
        pty.send("\x7f");
    }
    pty.send(file.to_str().expect("text"));
    pty.send(format!("{DOWN}{DOWN} {ENTER}"));
    pty.wait_for_text("Exported 121 rows to");
    let written = std::fs::read_to_string(&file).expect("the file");
    let mut lines = written.lines();
    let heading: Vec<&str> = lines.next().expect("a heading").split(',').collect();
    let country = heading.iter().position(|name| *name == "country").expect("with details");
    let mut reader = csv::Reader::from_reader(written.as_bytes());
    let countries: Vec<String> =
        reader.records().map(|record| record.expect("a row")[country].to_owned()).collect();
    assert_eq!(countries.len(), 121);
    assert!(countries.is_sorted() && countries[0] != countries[120], "{countries:?}");
    assert_quits(&pty);
}

#[test]
fn the_copy_is_shown_before_the_api_has_answered() {
    let served = Served::start();
    let user = User::new();
    assert_quits(&on_view(&user, &served));
    served.pause();
    let pty = user.start(&[], &[(SECRET_VARIABLE, SECRET)]);
    let screen = pty.wait_for_text("Portfolio · 131 customers");
    assert!(screen.contains("syncing") && screen.contains("of 131"), "{screen}");
    assert_quits(&pty);
}

#[test]
fn a_second_screen_reads_and_goes_on_with_the_sync_once_the_first_has_ended() {
    let served = Served::start();
    let user = User::new();
    let first = on_view(&user, &served);
    let second = user.start(&[], &[(SECRET_VARIABLE, SECRET)]);
    second.wait_for_text(" of 55 ");
    second.send(":view all-customers\r");
    second.wait_for_text("synced by process ");
    assert_quits(&first);
    second
        .wait_for(|screen| screen.contains("Portfolio · 131") && !screen.contains("by process"), "it syncs");
    let third = user.start(&[], &[(SECRET_VARIABLE, SECRET)]);
    third.wait_for_text("synced by process ");
    assert_quits(&second);
    assert_quits(&third);
}

#[test]
fn a_screen_that_reads_says_that_the_copy_was_deleted_and_follows_a_new_one() {
    let served = Served::start();
    let user = User::new();
    assert_quits(&on_view(&user, &served));
    let folder = user.folder().join("data/portfolio/emea");
    // A process that holds the lock and syncs nothing.
    let lock = std::fs::File::open(folder.join("sync.lock")).expect("the lock");
    lock.lock().expect("nobody else's");
    let pty = user.start(&[], &[(SECRET_VARIABLE, SECRET)]);
    pty.wait_for_text("synced by process ");
    for file in std::fs::read_dir(&folder).expect("the folder") {
        std::fs::remove_file(file.expect("a file").path()).expect("deleted");
    }
    pty.wait_for_text("has deleted the copy on disk");
    assert!(
        std::fs::read_dir(&folder).expect("the folder").next().is_none(),
        "nothing is begun anew unasked"
    );
    pty.send("r");
    pty.wait_for(
        |screen| {
            screen.contains("details just now")
                && !screen.contains("has deleted")
                && !screen.contains("by process")
        },
        "a new copy",
    );
    assert_quits(&pty);
}

#[test]
fn orders_come_from_the_copy_while_the_api_is_away_and_say_so() {
    let served = Served::start();
    let user = User::new();
    assert_quits(&on_view(&user, &served));
    let sync = user.start(&["sync", "--orders", "2010", "--quiet"], &[(SECRET_VARIABLE, SECRET)]);
    assert!(sync.wait_exit().success(), "{}", sync.screen());
    let pty = user.start(&[], &[(SECRET_VARIABLE, SECRET)]);
    pty.wait_for_text("details just now");
    drop(served);
    pty.send(format!("{DOWN}{ENTER}"));
    pty.wait_for_text("not current");
    pty.send("\x1b[C\x1b[C\x1b[C");
    let screen = pty.wait_for_text("are from the local copy");
    assert!(!screen.contains("the server counts"), "{screen}");
    assert_quits(&pty);
}

#[test]
fn recent_orders_of_the_copy_are_not_taken_for_those_of_all_time() {
    let served = Served::start();
    let user = User::new();
    assert_quits(&on_view(&user, &served));
    let sync = user.start(&["sync", "--quiet"], &[(SECRET_VARIABLE, SECRET)]);
    assert!(sync.wait_exit().success(), "{}", sync.screen());
    let pty = user.start(&[], &[(SECRET_VARIABLE, SECRET)]);
    pty.wait_for_text("details just now");
    drop(served);
    pty.send(format!("{DOWN}{ENTER}"));
    pty.wait_for_text("not current");
    pty.send("\x1b[C\x1b[C\x1b[Ct");
    let screen = pty.wait_for_text("those from before");
    assert!(screen.contains("are from the local copy"), "{screen}");
    assert_quits(&pty);
}

#[test]
fn a_customer_is_found_by_the_id_of_a_subscription_or_an_order() {
    let served = Served::start();
    let user = User::new();
    assert_quits(&on_view(&user, &served));
    let cache = user.folder().join("data/portfolio/emea/portfolio.sqlite");
    let (subscription, name): (String, String) = rusqlite::Connection::open(&cache)
        .expect("the copy")
        .query_row(
            "SELECT subscription.id, customer.name FROM subscription JOIN customer ON customer.id = customer_id
             WHERE customer.name GLOB '[A-Z]*' ORDER BY customer.name DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .expect("a subscription");
    let pty = user.start(&[], &[(SECRET_VARIABLE, SECRET)]);
    pty.wait_for_text("Portfolio · 131 customers");
    let start: String = name.chars().take(12).collect();
    pty.send("#");
    pty.wait_for_text("Any ID, reference or e-mail");
    pty.send(format!("{subscription}\r"));
    let detail = |screen: &str| {
        let title = screen.lines().nth(1).unwrap_or_default();
        title.rsplit('╭').next().unwrap_or_default().contains(&start)
    };
    pty.wait_for(detail, "its customer");
    assert_quits(&pty);
}
