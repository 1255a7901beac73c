//! The local copy of a small API that each test defines: parts that fail, customers that leave, values that cannot be read.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
};

use serde_json::{Value, json};

use crate::{
    portfolio::{FAST, folder},
    scripted::Scripted,
    served,
    show::at,
    stage::Stage,
};

/// Starts an API of one reseller whose active customers are those listed. What `answer` leaves out, by the path without its
/// query, is answered so: a customer is as listed and has no subscriptions, and all else is refused, orders too.
pub(super) fn small_api(
    listed: impl Fn() -> Vec<Value> + Send + Sync + 'static,
    answer: impl Fn(&str) -> Option<(u16, String)> + Send + Sync + 'static,
) -> Scripted {
    Scripted::answering(move |target| {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if let Some(answer) = answer(path) {
            return answer;
        }
        let rows = listed();
        let is_own =
            |row: &&Value| row["customerId"].as_str().is_some_and(|id| path == format!("/v3/customers/{id}"));
        let (status, body) = if path.ends_with("/customers") {
            let rows = if query.contains("status=1000") { rows } else { Vec::new() };
            (
                200,
                json!({"totalCount": rows.len(), "count": rows.len(), "offset": 0, "limit": 50, "accounts": rows}),
            )
        } else if path.ends_with("/subscriptions") {
            (200, json!({"totalCount": 0, "items": []}))
        } else if let Some(own) = rows.iter().find(is_own) {
            (200, own.clone())
        } else {
            (403, json!({"code": "4121", "message": "not allowed"}))
        };
        (status, body.to_string())
    })
}

/// Returns an active customer in Germany.
pub(super) fn customer(id: &str, name: &str) -> Value {
    json!({
        "customerId": id, "resellerId": served::RESELLER, "status": "1000", "creationDate": "2026-01-05T00:00:00Z",
        "companyProfile": {"companyName": name, "address": {"country": "DE"}},
        "links": {"self": {"uri": format!("/v3/customers/{id}"), "method": "GET", "headers": []}},
    })
}

/// Returns a stage with a profile of an API, for which no orders are read.
pub(super) fn staged(api: &Scripted) -> Stage {
    at(api).configured(&format!("{FAST}orders_days = 0\n"))
}

/// Starts an API with three customers; the record of the last one fails while the flag is set.
fn three(failing: &Arc<AtomicBool>) -> Scripted {
    let failing = Arc::clone(failing);
    let listed =
        || (1..=3).map(|number| customer(&number.to_string(), &format!("Company {number}"))).collect();
    small_api(listed, move |path| {
        let fails = path == "/v3/customers/3" && failing.load(Ordering::SeqCst);
        fails.then(|| (404, json!({"code": "1116", "message": "not found"}).to_string()))
    })
}

#[test]
fn a_result_that_rests_on_part_of_the_portfolio_says_so() {
    let failing = Arc::new(AtomicBool::new(true));
    let api = three(&failing);
    let stage = staged(&api);
    stage.run(["sync", "--keep"]).exits_with(5).warns(&["may not list resellers", "customer 3: "]);
    let found = stage.run(["find", "country:DE", "--columns", "company"]).exits_with(5);
    found
        .prints(&["Company 1", "Company 2"])
        .warns(&["1 customer may match too: their details have not been read yet."]);
    stage.run(["find", "country:DE", "--partial"]).exits_with(0).warns(&["may match too"]);
    stage.run(["find", "id:3", "--columns", "company"]).exits_with(0).prints(&["Company 3"]);
    stage.run(["find", "id:3", "--columns", "company,country"]).exits_with(5).warns(&["without details"]);
    stage.run(["doctor"]).prints(&["warning  Local copy", "3 customers, 2 with details"]);
    let sums = ["sql", "SELECT SUM(seats) FROM v_customers"];
    stage.run(sums).exits_with(5).warns(&["details of 2 of 3 customers are known"]);
    failing.store(false, Ordering::SeqCst);
    stage.run(["sync"]).exits_with(0);
    let found = stage.run(["find", "country:DE", "--columns", "company"]).exits_with(0);
    found.prints(&["Company 1", "Company 2", "Company 3"]);
}

#[test]
fn an_account_without_the_right_to_read_orders_has_the_rest() {
    let api = three(&Arc::default());
    let stage = at(&api).configured(FAST);
    let run = stage.run(["sync", "--keep"]).exits_with(0);
    run.warns(&["3 customers, 3 with details", "Orders were not read: ", "set `orders_days = 0`"]);
    stage.run(["find", "country:DE", "--columns", "company"]).exits_with(0).prints(&["Company 3"]);
    // Those who ask for orders get none, which is no success.
    let refused = ["customer 1: orders could not be read: ", "customer 2: ", "customer 3: "];
    stage.run(["sync", "--orders", "-1y"]).exits_with(5).warns(&refused);
}

#[test]
fn orders_refused_for_one_customer_are_no_reason_to_read_no_others() {
    let is_first = Arc::new(AtomicBool::new(true));
    let first = Arc::clone(&is_first);
    let listed = || (1..=3).map(|number| customer(&number.to_string(), "Company")).collect();
    let api = small_api(listed, move |path| {
        let is_refused =
            path.ends_with("/1/orders") || path.ends_with("/2/orders") && first.load(Ordering::SeqCst);
        let none = || (200, json!({"totalCount": 0, "items": []}).to_string());
        (path.ends_with("/orders") && !is_refused).then(none)
    });
    let stage = at(&api).configured(FAST);
    let one = "customer 1: orders could not be read: ";
    let run = stage.run(["sync", "--keep"]).exits_with(5);
    assert!(!run.warns(&[one, "customer 2: "]).err.contains("Orders were not read"));
    is_first.store(false, Ordering::SeqCst);
    // Only those two are due, and the first one is refused still.
    for _ in 0..2 {
        let run = stage.run(["sync"]).exits_with(5);
        let err = run.warns(&[one]).err;
        assert!(!err.contains("customer 2: ") && !err.contains("Orders were not read"), "{err}");
    }
    let read = ["sql", "SELECT COUNT(orders_at) AS read FROM customer", "--json"];
    assert_eq!(stage.run(read).exits_with(0).json(), json!([{"read": 2}]));
    // Only words are looked for in orders.
    let unread = ["the orders of 1 customer have not been read yet"];
    stage.run(["find", "PO-77"]).exits_with(5).warns(&unread);
    stage.run(["find", "--facets", "PO-77"]).exits_with(5).warns(&unread);
    stage.run(["find", "PO-77", "--partial"]).exits_with(0).warns(&unread);
    assert!(!stage.run(["find", "country:DE"]).exits_with(0).err.contains("orders"));
    stage.run(["portfolio", "info"]).prints(&["Orders         of 2 customers"]);
}

#[test]
fn an_order_that_is_placed_while_others_are_read_is_read_too() {
    let asked = AtomicUsize::new(0);
    let listed = || vec![customer("1", "Company 1")];
    let api = small_api(listed, move |path| {
        let request = (path == "/v3/customers/1/orders").then(|| asked.fetch_add(1, Ordering::SeqCst))?;
        let (total, ids, next) = match request {
            0 => (2, vec!["b"], json!({"next": {"uri": path, "method": "GET", "headers": []}})),
            // The order that the first page ended with has moved to this one.
            1 => (3, vec!["b"], json!({})),
            _ => (3, vec!["c", "b", "a"], json!({})),
        };
        let items: Vec<Value> = ids.iter().map(|id| json!({"orderId": id, "status": "1000"})).collect();
        Some((200, json!({"totalCount": total, "items": items, "links": next}).to_string()))
    });
    let stage = at(&api).configured(FAST);
    stage.run(["sync", "--keep"]).exits_with(0);
    let stored = [
        "sql",
        "SELECT GROUP_CONCAT(id, '') AS ids FROM (SELECT id FROM purchase ORDER BY position)",
        "--json",
    ];
    assert_eq!(stage.run(stored).exits_with(0).json(), json!([{"ids": "cba"}]));
}

/// Starts an API with two customers, of whom the second leaves the list after the first phase; `phase` says how its record
/// answers.
fn leaving(phase: &Arc<AtomicUsize>) -> Scripted {
    let (listing, phase) = (Arc::clone(phase), Arc::clone(phase));
    let listed = move || {
        let both = [customer("1", "Company 1"), customer("2", "Company 2")];
        both.into_iter().take(if listing.load(Ordering::SeqCst) == 0 { 2 } else { 1 }).collect()
    };
    small_api(listed, move |path| {
        let phase = Some(phase.load(Ordering::SeqCst)).filter(|_| path == "/v3/customers/2")?;
        match phase {
            1 => Some((404, "<html><h1>404 Not Found</h1>nginx</html>".to_owned())),
            2 => {
                let mut moved = customer("2", "Company 2");
                moved["resellerId"] = "1000999999".into();
                Some((200, moved.to_string()))
            }
            3 => Some((404, json!({"code": "1116", "message": "Invalid Customer"}).to_string())),
            _ => None,
        }
    })
}

#[test]
fn only_a_404_of_the_api_itself_makes_a_customer_gone() {
    let phase = Arc::new(AtomicUsize::new(0));
    let api = leaving(&phase);
    let stage = staged(&api);
    let gone = |expected: i32, code: i32| {
        let report = stage.run(["sync", "--json"]).exits_with(code).json();
        assert_eq!(report["known_gone"], json!(expected), "{report}");
    };
    stage.run(["sync", "--keep"]).exits_with(0);
    // A gateway that knows no such page.
    phase.store(1, Ordering::SeqCst);
    gone(0, 5);
    phase.store(0, Ordering::SeqCst);
    gone(0, 0);
    // Another reseller's now, but there.
    phase.store(2, Ordering::SeqCst);
    gone(0, 0);
    stage.run(["changes", "--columns", "field"]).prints(&["reseller"]);
    phase.store(0, Ordering::SeqCst);
    gone(0, 0);
    phase.store(3, Ordering::SeqCst);
    gone(1, 0);
    let changes = stage.run(["changes", "--columns", "field", "--output", "csv"]).exits_with(0);
    assert_eq!(
        changes.out.lines().filter(|line| line.trim_end_matches([',', '\r']) == "gone").count(),
        1,
        "{}",
        changes.out
    );
}

#[test]
fn a_sync_keeps_the_earlier_values_where_later_ones_cannot_be_read() {
    let is_odd = Arc::new(AtomicBool::new(false));
    let odd = Arc::clone(&is_odd);
    let is_odd_now = move || odd.load(Ordering::SeqCst);
    let is_odd_too = is_odd_now.clone();
    let listed = move || {
        let (name, day) =
            if is_odd_now() { (json!({"text": "Acme"}), "some day") } else { (json!("Acme"), "2031-05-05") };
        vec![json!({"customerId": "1", "status": "1000", "cotermDate": day,
            "companyProfile": {"companyName": name, "address": {"country": "DE"}}})]
    };
    let api = small_api(listed, move |path| {
        let (quantity, day) =
            if is_odd_too() { (json!("many"), "some day") } else { (json!(5), "2031-05-05") };
        let item = json!({"subscriptionId": "s1", "offerId": "65304479CA01A12", "status": "1000",
            "currentQuantity": quantity, "renewalDate": day});
        path.ends_with("/subscriptions").then(|| (200, json!({"totalCount": 1, "items": [item]}).to_string()))
    });
    let stage = staged(&api);
    stage.run(["sync", "--keep"]).exits_with(0);
    let find = ["find", "--columns", "company,country,anniversary,seats,next-renewal", "--output", "csv"];
    let good = stage.run(find).exits_with(0).out;
    assert!(good.contains("Acme,DE,2031-05-05,5,2031-05-05"), "{good}");
    let cache = rusqlite::Connection::open(folder(&stage).join("portfolio.sqlite")).unwrap();
    cache
        .execute_batch("UPDATE customer SET record_at = '2020-01-01T00:00:00Z', subscriptions_at = '2020-01-01T00:00:00Z'")
        .unwrap();
    drop(cache);
    is_odd.store(true, Ordering::SeqCst);
    let lines = [
        "customer 1: companyProfile.companyName: an object instead of text",
        "customer 1: cotermDate: no date that can be read",
        "customer 1: items.currentQuantity (s1): text instead of a whole number in range",
        "customer 1: renewalDate (s1): no date that can be read",
    ];
    for _ in 0..2 {
        stage.run(["sync"]).exits_with(5).warns(&lines);
        assert_eq!(
            stage.run(find).exits_with(5).warns(&["values of 1 customer could not be read"]).out,
            good
        );
        stage.run(["portfolio", "check"]).exits_with(5).prints(&["ok       "]).warns(&lines);
        stage.run(["changes"]).exits_with(5).warns(&["No changes were observed."]);
    }
    let report = stage.run(["sync", "--json"]).exits_with(5).json();
    assert_eq!((&report["complete"], &report["customers_with_unread_values"]), (&json!(false), &json!(1)));
    is_odd.store(false, Ordering::SeqCst);
    stage.run(["sync"]).exits_with(0);
    assert_eq!(stage.run(find).exits_with(0).out, good);
    stage.run(["portfolio", "check"]).exits_with(0);
    stage.run(["changes"]).exits_with(0).warns(&["No changes were observed."]);
}

#[test]
fn a_backup_of_one_file_alone_is_said_and_loses_no_later_change() {
    for (file, words, known) in [
        (
            "portfolio.sqlite",
            "The portfolio on disk is older than the history",
            &["1 2", "2 3", "3 4", "2 5"][..],
        ),
        ("history.sqlite", "The history of changes is older than the portfolio", &["1 2", "4 5"]),
    ] {
        let number = Arc::new(AtomicU32::new(1));
        let named = Arc::clone(&number);
        let listed = move || vec![customer("1", &format!("Name {}", named.load(Ordering::SeqCst)))];
        let api = small_api(listed, |_| None);
        let stage = staged(&api);
        let sync = |name: u32| {
            number.store(name, Ordering::SeqCst);
            stage.run(["sync", "--keep"]).exits_with(0)
        };
        let changes = |code| {
            let found = stage.run(["changes", "--output", "json"]).exits_with(code).json();
            let digit = |value: &Value| value.as_str().unwrap().trim_start_matches("Name ").to_owned();
            let line = |change: &Value| format!("{} {}", digit(&change["before"]), digit(&change["after"]));
            found.as_array().unwrap().iter().map(line).collect::<Vec<_>>()
        };
        for name in [1, 2] {
            assert!(!sync(name).err.contains("backup"));
        }
        let (path, backup) = (folder(&stage).join(file), stage.path("backup"));
        std::fs::copy(&path, &backup).unwrap();
        for name in [3, 4] {
            sync(name);
        }
        assert_eq!(changes(0), ["1 2", "2 3", "3 4"]);
        std::fs::copy(&backup, &path).unwrap();
        if file == "history.sqlite" {
            assert_eq!(changes(5), ["1 2"]);
        }
        sync(5).warns(&[words, "as after a backup was restored"]);
        let code = if file == "history.sqlite" { 5 } else { 0 };
        let mut found = changes(code);
        found.sort_by_key(|line| known.iter().position(|known| known == line));
        assert_eq!(found, known, "{file}");
        assert!(!sync(6).err.contains("backup"), "it is said once");
        assert!(changes(code).contains(&"5 6".to_owned()));
    }
}

#[test]
fn a_row_without_an_id_is_a_doubt_about_the_whole_list() {
    let nameless = json!({"companyProfile": {"companyName": "?"}});
    let api = small_api(move || vec![customer("1", "Company 1"), nameless.clone()], |_| None);
    let stage = staged(&api);
    let words = &["1 row has no readable customer ID"];
    stage.run(["sync", "--keep"]).exits_with(5).warns(words);
    stage.run(["find"]).exits_with(5).warns(words);
    stage.run(["sql", "SELECT 1"]).exits_with(5).warns(words);
}
