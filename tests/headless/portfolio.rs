//! The local copy: consent, syncing, searching without requests, SQL, views, and deleting it.

use std::{io::Read as _, path::PathBuf, process::Stdio};

use serde_json::{Value, json};

use crate::{
    served::{self, SECRET, Served},
    stage::{Stage, profile},
};

pub(super) const FAST: &str = "\n[portfolio]\nrequests_per_minute = 6000\n";

/// Returns a stage with a profile of a served API.
pub(super) fn with_profile(served: &Served) -> Stage {
    let stage = Stage::new().with("COPY_SECRET", SECRET);
    let text = profile("a", served, "client_secret = { env = \"COPY_SECRET\" }");
    stage.write(stage.config(), &(text + FAST));
    stage
}

/// Returns the folder of the profile's copy.
pub(super) fn folder(stage: &Stage) -> PathBuf {
    PathBuf::from(stage.run(["portfolio", "path"]).exits_with(0).out.trim())
}

#[test]
fn nothing_is_kept_without_consent() {
    let served = Served::start();
    let stage = with_profile(&served);
    stage.run(["sync"]).exits_with(2).prints_nothing().warns(&["use --keep, or set `keep = true`"]);
    assert!(!folder(&stage).exists());
    stage.run(["find", "a"]).exits_with(4).warns(&["no portfolio is kept here yet: run `vipmp sync` first"]);
    let off = stage.text().replace("[portfolio]", "[portfolio]\nkeep = false");
    stage.write(stage.config(), &off);
    stage.run(["sync"]).exits_with(2).warns(&["no copy of a is to be kept"]);
    stage.write(stage.config(), &off.replace("keep = false", "keep = true"));
    stage.run(["sync", "--quiet"]).exits_with(0).prints_nothing();
    assert!(folder(&stage).join("portfolio.sqlite").exists());
}

#[test]
fn a_copy_is_searched_without_the_api_and_deleted_with_everything() {
    let served = Served::start();
    let stage = with_profile(&served);
    let run = stage.run(["sync", "--keep", "--json", "--resellers", served::RESELLER]).exits_with(0);
    let report = run.json();
    assert_eq!((&report["customers"], &report["complete"]), (&json!(60), &json!(true)));
    stage.assert_private();
    let listed = stage.run(["list", "--all", "--status", "all", "--columns", "customer-id"]).exits_with(0);
    let mut live: Vec<&str> = listed.out.lines().skip(1).map(str::trim).collect();
    live.sort_unstable();
    drop(served);
    let found = stage.run(["find", "--columns", "customer-id", "--output", "csv"]).exits_with(0);
    let found = found.warns(&["Portfolio of 60 customers"]);
    let mut held: Vec<&str> = found.out.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    held.sort_unstable();
    assert_eq!(held, live, "the same customers as the lists of the API");
    let counted = stage.run(["sql", "SELECT COUNT(*) AS n FROM v_customers", "--json"]).exits_with(0);
    assert_eq!(counted.json(), json!([{"n": 60}]));
    stage.run(["changes"]).exits_with(0).warns(&["No changes were observed."]);
    stage.run(["portfolio", "check"]).exits_with(0).prints(&[
        "ok       ",
        "portfolio.sqlite",
        "history.sqlite",
    ]);
    let info = stage.run(["portfolio", "info", "--json"]).exits_with(0).json();
    assert_eq!(
        (&info["customers"], &info["complete"], &info["syncing"]),
        (&json!(60), &json!(true), &Value::Null)
    );
    stage.run(["doctor"]).prints(&["Local copy", "intact, with 60 customers, 60 with details"]);
    let folder = folder(&stage);
    stage.run(["portfolio", "forget"]).exits_with(2).warns(&["use --yes"]);
    let memory = stage.path(".local/share/vipmp/state.json");
    let mut remembered: Value = serde_json::from_str(&std::fs::read_to_string(&memory).unwrap()).unwrap();
    remembered["profiles"]["a"]["view"] =
        json!({"query": "secret", "name": "secret", "status": "1000", "customer_id": "7700077"});
    stage.write(&memory, &remembered.to_string());
    stage.run(["portfolio", "forget", "--yes"]).exits_with(0).warns(&["Deleted "]);
    let remembered = std::fs::read_to_string(&memory).unwrap();
    assert!(!remembered.contains("secret") && !remembered.contains("7700077"), "{remembered}");
    assert!(remembered.contains("\"status\": \"1000\""), "the rest is remembered: {remembered}");
    assert!(!folder.exists());
    stage.run(["find", "a"]).exits_with(4);
}

#[test]
fn a_reseller_that_cannot_be_read_costs_only_its_own_customers() {
    let served = Served::start();
    let stage = with_profile(&served);
    let both = format!("9999999999,{}", served::RESELLER);
    let run = stage.run(["sync", "--keep", "--json", "--resellers", &both]).exits_with(5);
    let run = run.warns(&["reseller 9999999999 could not be read: "]);
    let report = run.json();
    assert_eq!((&report["customers"], &report["records"]), (&json!(60), &json!(60)));
    assert_eq!(report["unread_resellers"][0]["reseller_id"], json!("9999999999"));
    assert_eq!(
        report["resellers"],
        json!({"known": 1, "listed": 1}),
        "one that is not there is not expected"
    );
    stage.run(["find", "--limit", "1"]).exits_with(0);
    stage.run(["sync", "--resellers", "9999999999"]).exits_with(4).prints_nothing();
    stage.run(["find", "--limit", "1"]).exits_with(0);
}

#[test]
fn orders_since_a_later_day_leave_the_earlier_ones_in_the_copy() {
    let served = Served::start();
    let stage = with_profile(&served);
    let sync = |since: &str| {
        let run = stage.run(["sync", "--keep", "--json", "--resellers", served::RESELLER, "--orders", since]);
        let report = run.exits_with(0).json();
        let sql = "SELECT COUNT(*) AS n, COUNT(DISTINCT customer_id) AS c FROM purchase";
        let stored = stage.run(["sql", sql, "--json"]).exits_with(0).json();
        (stored[0]["n"].as_u64().unwrap(), stored[0]["c"].as_u64().unwrap(), report["requests"].as_u64())
    };
    let recent = sync("-1d").0;
    // A sync in the same second, or of a clock that has been set back since, asks for other days all the same.
    let cache = rusqlite::Connection::open(folder(&stage).join("portfolio.sqlite")).unwrap();
    let soon = (chrono::Utc::now() + chrono::TimeDelta::hours(1)).to_rfc3339();
    cache.execute("UPDATE customer SET orders_at = ?", [soon]).unwrap();
    drop(cache);
    let (all, customers, _) = sync("-20y");
    assert!(all > customers && customers > 30 && all > recent, "{all} orders of {customers} customers");
    assert_eq!((sync("-1d").0, sync("-1d").1), (all, customers));
}

#[test]
fn recent_orders_are_read_where_they_are_due() {
    let served = Served::start();
    let stage = with_profile(&served);
    let sync = || {
        let run = stage.run(["sync", "--keep", "--json", "--resellers", served::RESELLER]).exits_with(0);
        run.json()["requests"].as_u64().unwrap()
    };
    let customers = 60;
    let first = sync();
    let again = sync();
    assert!(
        first >= again + 3 * customers,
        "records, subscriptions and orders: {first}, then {again} requests"
    );
    let sql = "SELECT COUNT(*) AS read, MIN(orders_since) AS since FROM customer WHERE orders_at IS NOT NULL";
    let stored = stage.run(["sql", sql, "--json"]).exits_with(0).json();
    let since = chrono::Utc::now().date_naive() - chrono::Days::new(60);
    assert_eq!((&stored[0]["read"], &stored[0]["since"]), (&json!(customers), &json!(since.to_string())));
}

#[test]
fn a_sync_of_one_reseller_reads_and_reports_no_other() {
    let served = Served::start();
    let stage = with_profile(&served);
    let listed = stage.run(["resellers", "--output", "json"]).exits_with(0).json();
    let other = listed
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["resellerId"].as_str())
        .find(|id| *id != served::RESELLER)
        .expect("the account has several resellers")
        .to_owned();
    let both = format!("{},{other}", served::RESELLER);
    let whole = stage.run(["sync", "--keep", "--json", "--resellers", &both]).exits_with(0).json();
    // The details of both are due again.
    let folder = folder(&stage);
    let store = rusqlite::Connection::open(folder.join("portfolio.sqlite")).unwrap();
    store.execute("UPDATE customer SET record_at = '2020-01-01T00:00:00.000Z'", []).unwrap();
    drop(store);
    let one = stage.run(["sync", "--json", "--resellers", served::RESELLER]).exits_with(0).json();
    assert_eq!(one["customers"], json!(60), "the others are not part of this sync");
    assert!(whole["customers"].as_u64().unwrap() > 60);
    let store = rusqlite::Connection::open(folder.join("portfolio.sqlite")).unwrap();
    let unread: i64 = store
        .query_row(
            "SELECT COUNT(*) FROM customer WHERE record_at < '2021' AND reseller_id = ?",
            [&other],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(unread, whole["customers"].as_i64().unwrap() - 60);
}

#[test]
fn options_that_do_nothing_for_the_demo_are_refused() {
    let stage = Stage::new();
    for options in [
        &["--keep"][..],
        &["--contacts"],
        &["--no-contacts"],
        &["--orders", "-1y"],
        &["--resellers", "all"],
        &["--watch", "1h"],
    ] {
        let words: Vec<&str> = ["sync", "--demo"].iter().chain(options).copied().collect();
        let no_effect = format!("{} has no effect on the demo", options[0]);
        stage.run(words).exits_with(2).prints_nothing().warns(&[&no_effect, "--profile"]);
    }
}

#[test]
fn facets_count_what_a_query_finds() {
    let stage = Stage::new();
    let counted = stage.run(["find", "--demo", "--facets", "--json", "status:pending"]).exits_with(0).json();
    let found = stage.run(["find", "--demo", "--output", "csv", "status:pending"]).exits_with(0);
    let rows = found.out.lines().count() as u64 - 1;
    assert_eq!(counted["status"]["1002"], json!(rows));
    assert!(counted["status"]["1000"].as_u64().unwrap() > rows, "the other values of a tested field too");
    let resellers = counted["reseller"].as_object().unwrap().values().map(|count| count.as_u64().unwrap());
    assert_eq!(resellers.sum::<u64>(), rows, "each customer has one reseller");
    let table = stage.run(["find", "--demo", "--facets", "status:pending"]).exits_with(0).out;
    assert!(table.contains("  Pending\n") && !table.contains("1002\n"), "{table}");
    let id = counted["reseller"].as_object().unwrap().keys().next().unwrap().clone();
    assert!(table.contains(&format!(" ({id})\n")), "the name of the reseller, with its ID: {table}");
    stage.run(["find", "--demo", "--facets", "--sort", "seats"]).exits_with(2);
}

#[test]
fn changes_of_days_to_come_are_refused() {
    let stage = Stage::new();
    stage.run(["changes", "--demo", "--since", "2999-01-01"]).exits_with(2).warns(&["has not come yet"]);
}

#[test]
fn queries_are_explained_and_exit_with_what_they_found() {
    let stage = Stage::new();
    let find = |words: &[&str]| {
        let demo = ["find", "--demo", "--demo-customers", "40"];
        stage.run(demo.iter().chain(words))
    };
    find(&["stauts:active"]).exits_with(2).warns(&["There is no field “stauts”: did you mean status?"]);
    find(&["--sort", "seets"]).exits_with(2).warns(&["did you mean seats?"]);
    find(&["--view", "gonne"]).exits_with(4).warns(&["did you mean Gone?"]);
    find(&["xyzzyqwerty"]).exits_with(0).warns(&["No customer matches."]);
    let run = find(&["seats:>0", "--sort=-seats", "--limit", "3", "--json"]).exits_with(0);
    let run = run.warns(&["3 of ", "were printed"]);
    let seats = |customer: &Value| customer["details"]["customerId"].as_str().map(str::to_owned);
    assert_eq!(run.json().as_array().unwrap().iter().filter_map(seats).count(), 3, "with their records");
    let rows = find(&["seats:>0", "--subscriptions", "--columns", "company,quantity", "--output", "csv"]);
    assert!(rows.exits_with(0).out.lines().count() > 40, "a row for each subscription");
}

#[test]
fn contacts_are_left_out_if_the_user_wants_that() {
    let served = Served::start();
    let stage = with_profile(&served);
    stage.run(["sync", "--keep", "--no-contacts", "--quiet"]).exits_with(0);
    let emails = ["find", "email:any", "--columns", "company"];
    // Who has none is as unknown as who has one.
    for query in ["email:any", "email:none", "gone:no -email:any", "contact:none"] {
        let found = stage.run(["find", query, "--columns", "company"]).exits_with(5);
        let found = found.warns(&["customers cannot be found by contacts, which this copy does not keep"]);
        assert_eq!(found.out.lines().count(), 1, "a heading alone: {query}");
        assert!(!found.err.contains("have not been read yet"), "{}", found.err);
    }
    let report = stage.path("report.xlsx");
    let others = [
        &["summary", "email:any"][..],
        &["renewals", "email:any"],
        &["report", report.to_str().unwrap(), "--query", "email:any"],
    ];
    for arguments in others {
        stage
            .run(arguments)
            .exits_with(5)
            .warns(&["customers cannot be found by contacts, which this copy does not keep"]);
    }
    for file in std::fs::read_dir(folder(&stage)).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(9).any(|bytes| bytes == b"@c1010001"), "no address is on disk");
    }
    stage.run(["sync", "--quiet"]).exits_with(0);
    stage.run(emails).exits_with(5);
    stage
        .run(["sync", "--contacts", "--quiet"])
        .exits_with(0)
        .warns(&["The portfolio on disk was kept without contacts; every record is read again."]);
    assert!(stage.run(emails).exits_with(0).out.lines().count() > 10);
}

#[test]
fn a_profile_takes_its_copy_along_and_away() {
    let served = Served::start();
    let stage = with_profile(&served);
    stage.run(["sync", "--keep", "--quiet"]).exits_with(0);
    let before = folder(&stage);
    stage.run(["profile", "edit", "a", "--rename", "b", "--no-test"]).exits_with(0);
    let after = folder(&stage);
    assert!(after.ends_with("b") && after.exists() && !before.exists());
    // What is left of a profile that had the name before is neither replaced nor mixed in.
    std::fs::create_dir(&before).unwrap();
    std::fs::write(before.join("history.sqlite"), "of somebody else").unwrap();
    let config = stage.text();
    stage.run(["profile", "edit", "b", "--rename", "a", "--no-test"]).exits_with(1).warns(&[
        "portfolio/a exists already, and may hold a copy of other customers",
        "choose another name, or rename or delete that folder",
    ]);
    assert_eq!(stage.text(), config, "the profile keeps its name");
    assert_eq!(std::fs::read_to_string(before.join("history.sqlite")).unwrap(), "of somebody else");
    stage.run(["find", "status:active", "--limit", "1"]).exits_with(0);
    stage.run(["profile", "remove", "b", "--yes"]).exits_with(0);
    assert!(!after.exists());
}

#[test]
fn statements_only_read() {
    let stage = Stage::new();
    let sql = |words: &[&str]| {
        let demo = ["sql", "--demo", "--demo-customers", "40"];
        stage.run(demo.iter().chain(words))
    };
    let run =
        sql(&["--output", "csv", "SELECT '=1+1' AS a, company FROM v_customers ORDER BY company LIMIT 1"]);
    assert!(run.exits_with(0).out.starts_with("a,company\r\n'=1+1,"));
    sql(&["DELETE FROM customer"])
        .exits_with(2)
        .prints_nothing()
        .warns(&["only a SELECT statement is allowed"]);
    sql(&["SELECT nonsense"]).exits_with(2).warns(&["no such column: nonsense"]);
    sql(&["SELECT 1; SELECT 2"]).exits_with(2).warns(&["exactly one SELECT statement"]);
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n";
    sql(&["--timeout", "1s", endless]).exits_with(1).warns(&["took longer than 1 s"]);
    let demo = ["sql", "--demo", "--demo-customers", "40", "--output", "jsonl"];
    let run = stage.run_with("SELECT COUNT(*) AS n FROM v_subscriptions", demo).exits_with(0);
    assert!(run.json()["n"].as_i64().unwrap() > 40);
}

#[test]
fn views_are_saved_listed_shared_and_deleted() {
    let stage = Stage::new();
    let views = |words: &[&str]| stage.run(["views"].iter().chain(words).chain(&["--demo"]));
    views(&["save", "Gone", "a"]).exits_with(2).warns(&["Gone is the name of a built-in view"]);
    views(&["save", "Big", "seats:>nonsense"]).exits_with(2).warns(&["is not valid for seats"]);
    views(&["save", "Big", "seats:>10", "--sort=-seats", "--columns", "company,country"]).exits_with(0);
    views(&["list"]).exits_with(0).prints(&["All customers", "Big", "seats:>10"]);
    let exported = views(&["export"]).exits_with(0).out;
    views(&["delete", "big"]).exits_with(0);
    views(&["delete", "gone"]).exits_with(2).warns(&["Gone is built in"]);
    let run = stage.run_with(&exported, ["views", "import", "-", "--demo"]).exits_with(0);
    run.warns(&["1 view read."]);
    let found = stage.run(["find", "--demo", "--demo-customers", "40", "--view", "big", "--limit", "2"]);
    assert!(found.exits_with(0).out.starts_with("Company"));
    stage.write(stage.path("wrong.toml"), "[[view]]\nname = \"A\"\nquerry = \"x\"\n");
    let wrong = stage.path("wrong.toml").display().to_string();
    views(&["import", &wrong]).exits_with(2).warns(&["wrong.toml", "querry"]);
}

#[test]
fn a_stored_value_that_cannot_be_read_is_said_and_read_again() {
    let served = Served::start();
    let stage = with_profile(&served);
    stage.run(["sync", "--keep", "--quiet"]).exits_with(0);
    let whole =
        stage.run(["find", "--columns", "company,status,country", "--output", "csv"]).exits_with(0).out;
    let cache = rusqlite::Connection::open(folder(&stage).join("portfolio.sqlite")).unwrap();
    let damage = "UPDATE raw SET body = x'00ff' WHERE part = ?1 AND customer_id =
        (SELECT id FROM customer WHERE seats > 0 ORDER BY id LIMIT 1)";
    assert_eq!(cache.execute(damage, ["l"]).unwrap(), 1);
    drop(cache);
    let words = "stored values of 1 customer are damaged, and left out: run `vipmp portfolio check`";
    let found = stage.run(["find", "--columns", "company,status,country", "--output", "csv"]).exits_with(5);
    assert_eq!(found.warns(&[words]).out, whole, "all of this is known without it");
    stage.run(["find", "--partial", "--limit", "1"]).exits_with(0);
    stage.run(["doctor"]).prints(&["the stored list entry cannot be read"]);
    stage.run(["portfolio", "check"]).exits_with(1).prints(&["damaged  "]).warns(&[
        "the stored list entry cannot be read",
        "1 value that cannot be read was dropped; `vipmp sync` reads what is missing again.",
    ]);
    stage.run(["portfolio", "check"]).exits_with(0);
    stage.run(["sync", "--quiet"]).exits_with(0);
    let found = stage.run(["find", "--columns", "company,status,country", "--output", "csv"]).exits_with(0);
    assert_eq!(found.out, whole);
    stage.run(["changes"]).exits_with(0).warns(&["No changes were observed."]);
}

#[test]
fn a_lost_history_is_said_and_costs_nothing_else() {
    let served = Served::start();
    let stage = with_profile(&served);
    stage.run(["sync", "--keep", "--quiet"]).exits_with(0);
    for content in [None, Some(vec![b'x'; 8192])] {
        let history = folder(&stage).join("history.sqlite");
        std::fs::remove_file(&history).unwrap();
        let is_missing = content.is_none();
        if let Some(content) = content {
            std::fs::write(&history, content).unwrap();
        }
        for beside in ["history.sqlite-wal", "history.sqlite-shm"] {
            let _ = std::fs::remove_file(folder(&stage).join(beside));
        }
        let why = format!("the history of changes is {}", if is_missing { "missing" } else { "damaged" });
        stage.run(["changes"]).exits_with(5).warns(&[&why]);
        stage.run(["sql", "SELECT COUNT(*) FROM v_changes"]).exits_with(5).prints(&["0"]).warns(&[&why]);
        stage.run(["sql", "SELECT COUNT(*) FROM v_customers"]).exits_with(0);
        stage.run(["portfolio", "info"]).exits_with(0).warns(&[&why]);
        if is_missing {
            let check = stage.run(["portfolio", "check"]).exits_with(1);
            check
                .prints(&["ok       ", "missing  "])
                .warns(&["the file with the history of changes and the notes is missing"]);
            stage
                .run(["doctor"])
                .prints(&["history.sqlite: the file with the history of changes and the notes is missing"]);
        }
        stage.run(["find", "status:active", "--limit", "1"]).exits_with(0);
        if !is_missing {
            let check = stage.run(["portfolio", "check"]).exits_with(1).prints(&["damaged  "]);
            let said = check.warns(&["history.sqlite: the file is damaged", "cannot be read again"]).err;
            for words in ["reads", "`vipmp portfolio check`"] {
                assert!(!said.contains(words), "{words}: {said}");
            }
        }
        for _ in 0..2 {
            stage.run(["sync", "--quiet"]).exits_with(0);
            let found = stage.run(["changes"]).exits_with(5);
            assert!(!found.err.contains("No changes were observed"), "{}", found.err);
            found.warns(&["changes are known only since 20"]);
            let found = stage.run(["sql", "SELECT COUNT(*) FROM v_changes"]).exits_with(5);
            found.warns(&["changes are known only since 20"]);
        }
        stage.run(["changes", "--partial"]).exits_with(0);
    }
}

#[test]
fn what_another_program_wrote_is_set_aside_and_read_anew() {
    let served = Served::start();
    let stage = with_profile(&served);
    stage.run(["sync", "--keep", "--quiet"]).exits_with(0);
    let cache = folder(&stage).join("portfolio.sqlite");
    let version: i64 = rusqlite::Connection::open(&cache)
        .unwrap()
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    let same_version = format!("CREATE TABLE other (a); PRAGMA user_version = {version}");
    for statements in [&same_version, "CREATE TABLE customer (a)"] {
        for file in ["portfolio.sqlite", "portfolio.sqlite-wal", "portfolio.sqlite-shm"] {
            let _ = std::fs::remove_file(folder(&stage).join(file));
        }
        rusqlite::Connection::open(&cache).unwrap().execute_batch(statements).unwrap();
        stage.run(["sync", "--quiet"]).exits_with(0).warns(&["is damaged; it was set aside"]);
        stage.run(["find", "status:active", "--limit", "1"]).exits_with(0);
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let stage = Stage::new();
    let mut command = stage.command();
    command.args(["find", "--demo", "--demo-customers", "300", "--output", "csv"]);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut heading = [0; 11];
    child.stdout.take().unwrap().read_exact(&mut heading).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(&heading, b"customer-id");
}
