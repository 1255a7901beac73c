//! Columns and fields that the copy derives: the next renewal and which date it is, its state on a day, what can be returned, which
//! renewal failed, and when auto-renewal was seen to change.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use chrono::{NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::{
    portfolio::{FAST, folder},
    scripted::Scripted,
    show::at,
    small_portfolio::{customer, small_api, staged},
};

/// Returns the day so many days from today.
fn day(days: i64) -> String {
    let day: NaiveDate = Utc::now().date_naive() + TimeDelta::days(days);
    day.to_string()
}

/// Starts an API with three customers: one that renews in ten days and has a new order, one that can be renewed late, and one
/// that never had a subscription, whose orders are refused.
fn api() -> Scripted {
    let listed = || {
        let coterm = [day(10), day(-5), day(20)];
        let with_coterm = |(number, coterm): (usize, String)| {
            let mut one = customer(&(number + 1).to_string(), &format!("Company {}", number + 1));
            one["cotermDate"] = coterm.into();
            one
        };
        coterm.into_iter().enumerate().map(with_coterm).collect()
    };
    small_api(listed, |path| {
        let subscription = |status: &str, renewal: String, more: &Value| {
            let mut item = json!({"subscriptionId": "s", "offerId": "65304479CA01A12", "currentQuantity": 10,
                "renewalDate": renewal, "status": status, "autoRenewal": {"enabled": true}});
            item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"totalCount": 1, "items": [item]})
        };
        let order = json!({"orderId": "o", "orderType": "NEW", "status": "1000", "creationDate": format!("{}T00:00:00Z", day(-4)),
            "lineItems": [{"offerId": "65304479CA01A12", "quantity": 7, "remainingQuantity": 5, "status": "1000"},
                {"offerId": "65305061CAT1A12", "quantity": 100, "remainingQuantity": 100, "status": "1000"}]});
        let body = match path.trim_start_matches("/v3/customers/") {
            "1/subscriptions" => subscription("1000", day(10), &json!({})),
            "2/subscriptions" => {
                subscription("1004", day(-5), &json!({"allowedActions": ["MANUAL_RENEWAL"]}))
            }
            "1/orders" => json!({"totalCount": 1, "items": [order]}),
            "2/orders" => json!({"totalCount": 0, "items": []}),
            _ => return None,
        };
        Some((200, body.to_string()))
    })
}

#[test]
fn the_next_renewal_says_which_date_it_is_and_what_can_be_done_on_a_day() {
    let api = api();
    let stage = at(&api).configured(FAST);
    stage.run(["sync", "--keep"]).exits_with(5).warns(&["customer 3: orders could not be read"]);
    let columns = "company,next-renewal,renewal-basis,days-left,change-by,renewal-state,late-since";
    let found =
        stage.run(["find", "--sort", "company", "--columns", columns, "--output", "csv"]).exits_with(0);
    let lines: Vec<&str> = found.out.lines().skip(1).collect();
    let expected = [
        format!("Company 1,{},subscription,10,{},early,,", day(10), day(7)),
        format!("Company 2,{},late,-5,,late,{},", day(-5), day(-5)),
        format!("Company 3,{},anniversary,,,,,", day(20)),
    ];
    assert_eq!(lines, expected);
    assert!(!found.err.contains("renewal-basis"), "{}", found.err);
    let bare = stage.run(["find", "--columns", "company,next-renewal"]).exits_with(0);
    bare.prints(&[&format!("({})", day(-5)), &format!("({})", day(20)), &format!("  {}", day(10))]);
    let bare = stage.run(["find", "--columns", "company,next-renewal", "--output", "csv"]).exits_with(0);
    bare.warns(&["2 customers have no active subscription to renew", "renewal-basis"]);
    let only = |query: &str| {
        let found = stage.run(["find", query, "--columns", "company", "--output", "csv"]).exits_with(0);
        found.out.lines().skip(1).map(|line| line.replace(',', "")).collect::<Vec<_>>().join("; ")
    };
    for (query, expected) in [
        ("renewal:-14d..30d", "Company 1"),
        ("renewal-basis:anniversary", "Company 3"),
        ("days-left:..30", "Company 1; Company 2"),
        ("days-left:<0", "Company 2"),
        ("renewal-state:early", "Company 1"),
        ("change-by:7d", "Company 1"),
        ("change-by:6d", ""),
        ("late-since:14d", "Company 2"),
    ] {
        assert_eq!(only(query), expected, "{query}");
    }
    let view = stage.run(["find", "--view", "renewals", "--output", "csv"]).exits_with(0);
    assert!(view.out.contains("Company 1"), "{}", view.out);
    assert!(!view.out.contains("Company 2") && !view.out.contains("Company 3"), "{}", view.out);
    let found = stage.run(["find", "id:2", "--output", "json"]).exits_with(0).json();
    let copy = &found[0]["portfolio"];
    assert_eq!(
        (&copy["next_renewal"], &copy["renewal_basis"], &copy["days_left"], &copy["renewal_state"]),
        (&json!(day(-5)), &json!("late"), &json!(-5), &json!(["late"]))
    );
    let sql = "SELECT next_renewal, renewal_basis, days_left, renewal_state, change_by, change_margin_days FROM v_customers
        ORDER BY customer_id";
    let rows = stage.run(["sql", sql, "--json"]).exits_with(0).json();
    assert_eq!(
        rows[0],
        json!({"next_renewal": day(10), "renewal_basis": "subscription", "days_left": 10, "renewal_state": "early",
            "change_by": day(7), "change_margin_days": 3})
    );
    assert_eq!(
        (&rows[1]["renewal_state"], &rows[2]["renewal_basis"]),
        (&json!("late"), &json!("anniversary"))
    );
    let counted = stage.run(["find", "--facets", "--json"]).exits_with(0).json();
    assert_eq!(counted["renewal-state"], json!({"early": 1, "late": 1}));
}

#[test]
fn the_margin_of_the_configuration_decides_what_is_locked() {
    let api = api();
    let stage = at(&api).configured(&format!("{FAST}orders_days = 0\nchange_margin_days = 11\n"));
    stage.run(["sync", "--keep"]).exits_with(0);
    let columns =
        ["find", "renewal-state:locked", "--columns", "company,change-by,renewal-state", "--output", "csv"];
    let found = stage.run(columns).exits_with(0);
    assert_eq!(found.out.lines().nth(1), Some(format!("Company 1,{},locked,", day(-1)).as_str()));
}

#[test]
fn what_can_be_returned_is_found_and_what_was_not_read_is_not_none() {
    let api = api();
    let stage = at(&api).configured(FAST);
    stage.run(["sync", "--keep"]).exits_with(5);
    let any =
        ["find", "returnable:any", "--columns", "company,returnable,returnable-until", "--output", "csv"];
    let unknown = "1 customer may match too: their orders of the last 14 days have not been read yet.";
    let found = stage.run(any).exits_with(5).warns(&[unknown]);
    assert_eq!(found.out.lines().skip(1).collect::<Vec<_>>(), [format!("Company 1,5,{},", day(10))]);
    let none = stage.run(["find", "returnable:none", "--columns", "company", "--partial"]).exits_with(0);
    assert!(none.out.contains("Company 2") && !none.out.contains("Company 3"), "{}", none.out);
    let shown = ["find", "--columns", "company,returnable", "--sort", "company", "--output", "csv"];
    let found = stage.run(shown).exits_with(5).warns(&["1 customer printed without returnable licences"]);
    assert_eq!(
        found.out.lines().skip(1).collect::<Vec<_>>(),
        ["Company 1,5,", "Company 2,0,", "Company 3,,"]
    );
    stage.run(["find", "--output", "csv"]).exits_with(0);
    let sorted = ["find", "--sort", "returnable-until", "--columns", "company"];
    stage.run(sorted).exits_with(5).warns(&["1 customer is last only because"]);
    let sql = "SELECT returnable, returnable_until FROM v_customers ORDER BY customer_id";
    let rows = stage.run(["sql", sql, "--json"]).exits_with(0).json();
    assert_eq!(
        rows,
        json!([{"returnable": 5, "returnable_until": day(10)}, {"returnable": 0, "returnable_until": null},
            {"returnable": null, "returnable_until": null}])
    );
}

#[test]
fn a_copy_without_orders_says_how_to_read_them() {
    let api = api();
    let stage = staged(&api);
    stage.run(["sync", "--keep"]).exits_with(0);
    let hint = "syncs read the orders of 0 days: `orders_days = 14` below [portfolio] reads enough of them.";
    let unknown = "3 customers may match too: their orders of the last 14 days have not been read yet.";
    stage.run(["find", "returnable:any"]).exits_with(5).warns(&[unknown, hint]);
    stage.run(["find", "--facets", "returnable:any"]).exits_with(5).warns(&[unknown, hint]);
    stage.run(["find", "--columns", "company,returnable-until"]).exits_with(5).warns(&[hint]);
    let found = stage.run(["find", "renewal:any"]).exits_with(0);
    assert!(!found.err.contains("orders"), "{}", found.err);
}

/// Starts an API with two customers, of which the second has no orders: the first has an active subscription, whose auto-renewal is
/// on unless the flag is set, a scheduled one, and a renewal that failed.
fn changing_api(is_off: &Arc<AtomicBool>) -> Scripted {
    let is_off = Arc::clone(is_off);
    let listed = || vec![customer("1", "Company 1"), customer("2", "Company 2")];
    small_api(listed, move |path| {
        let is_on = !is_off.load(Ordering::SeqCst);
        let items = [
            json!({"subscriptionId": "s", "offerId": "65304479CA01A12", "currentQuantity": 10, "renewalDate": day(40),
                "status": "1000", "autoRenewal": {"enabled": is_on}}),
            json!({"subscriptionId": "n", "offerId": "65304480CA01A12", "currentQuantity": 0, "status": "1009"}),
        ];
        let order = |kind: &str, status: &str, days: i64| {
            json!({"orderId": format!("o{days}"), "orderType": kind, "status": status,
                "creationDate": format!("{}T00:00:00Z", day(days)), "lineItems": [{"subscriptionId": "s"}]})
        };
        let orders = [
            order("PREVIEW_RENEWAL", "1004", -1),
            order("RENEWAL", "1022", -3),
            order("RENEWAL", "1000", -9),
            order("RENEWAL", "1004", -10),
        ];
        let body = match path.trim_start_matches("/v3/customers/") {
            "1/subscriptions" => json!({"totalCount": 2, "items": items}),
            "1/orders" => json!({"totalCount": 4, "items": orders}),
            _ => return None,
        };
        Some((200, body.to_string()))
    })
}

#[test]
fn a_renewal_that_failed_and_a_scheduled_subscription_are_found() {
    let api = changing_api(&Arc::default());
    let stage = at(&api).configured(FAST);
    stage.run(["sync", "--keep"]).exits_with(5).warns(&["customer 2: orders could not be read"]);
    let find = |query: &str, columns: &str, code: i32| {
        stage.run(["find", query, "--columns", columns, "--output", "csv"]).exits_with(code)
    };
    let lines = |out: &str| out.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    let unknown = "1 customer may match too: their orders of the last 14 days have not been read yet.";
    let failed = find("renewal-failed:14d", "company,renewal-failed", 5).warns(&[unknown]);
    assert_eq!(lines(&failed.out), [format!("Company 1,{},", day(-3))]);
    assert_eq!(lines(&find("renewal-failed:2d", "company", 5).out), [""; 0]);
    let older = "renewal orders that failed may be missing: syncs read the orders of 60 days";
    for query in ["renewal-failed:90d", "renewal-failed:any", "renewal-failed:none"] {
        find(query, "company", 5).warns(&[older]);
    }
    assert!(!failed.err.contains(older), "{}", failed.err);
    let without = "1 customer printed without renewals that failed: their orders of the last 14 days";
    find("scheduled:none", "company,renewal-failed", 5).warns(&[without]).prints(&["Company 2,,"]);
    assert_eq!(lines(&find("scheduled:any", "company,scheduled", 0).out), ["Company 1,1,"]);
    assert_eq!(lines(&find("scheduled:none", "company,scheduled", 0).out), ["Company 2,0,"]);
    let sql = "SELECT scheduled, renewal_failed FROM v_customers ORDER BY customer_id";
    let rows = stage.run(["sql", sql, "--json"]).exits_with(0).json();
    assert_eq!(
        rows,
        json!([{"scheduled": 1, "renewal_failed": day(-3)}, {"scheduled": 0, "renewal_failed": null}])
    );
    let found = stage.run(["find", "id:1", "--output", "json"]).exits_with(0).json();
    let copy = &found[0]["portfolio"];
    assert_eq!(
        (&copy["scheduled"], &copy["renewal_failed"], &copy["auto_changed"]),
        (&json!(1), &json!(day(-3)), &Value::Null)
    );
}

#[test]
fn a_change_of_auto_renewal_is_found_as_long_as_the_history_is_there() {
    let is_off = Arc::new(AtomicBool::new(false));
    let api = changing_api(&is_off);
    let stage = staged(&api);
    stage.run(["sync", "--keep"]).exits_with(0);
    let find = |query: &str, code: i32| {
        let columns = "company,auto-changed";
        stage.run(["find", query, "--columns", columns, "--output", "csv"]).exits_with(code)
    };
    assert_eq!(find("auto-changed:any", 0).out.lines().count(), 1);
    let cache = rusqlite::Connection::open(folder(&stage).join("portfolio.sqlite")).unwrap();
    cache.execute_batch("UPDATE customer SET subscriptions_at = '2020-01-01T00:00:00Z'").unwrap();
    drop(cache);
    is_off.store(true, Ordering::SeqCst);
    stage.run(["sync"]).exits_with(0);
    let expected = format!("Company 1,{},", day(0));
    assert_eq!(find("auto-changed:2d auto:off", 0).out.lines().nth(1), Some(expected.as_str()));
    let view = stage.run(["find", "--view", "auto-renewal changed", "--output", "csv"]).exits_with(0);
    assert!(view.out.lines().count() == 2 && view.out.contains("Company 1"), "{}", view.out);
    let sql = "SELECT customer_id, MAX(DATE(at)) AS day FROM v_changes WHERE field = 'auto-renewal' GROUP BY customer_id";
    let rows = stage.run(["sql", sql, "--json"]).exits_with(0).json();
    assert_eq!(rows, json!([{"customer_id": "1", "day": day(0)}]));
    std::fs::remove_file(folder(&stage).join("history.sqlite")).unwrap();
    let lost = "the history of changes is missing: not all that was seen is known.";
    let unknown = "2 customers may match too: their changes of auto-renewal are not known.";
    let found = find("auto-changed:2d", 5).warns(&[lost, unknown]);
    assert_eq!(found.out.lines().count(), 1);
    find("id:1", 5).warns(&[lost]).prints(&["Company 1,,"]);
    let sorted = ["find", "--sort", "-auto-changed", "--columns", "company"];
    stage.run(sorted).exits_with(5).warns(&[lost, "2 customers are last only because"]);
    stage.run(["find", "--facets", "auto-changed:2d"]).exits_with(5).warns(&[lost, unknown]);
    stage.run(["summary", "auto-changed:2d"]).exits_with(5).warns(&[lost, unknown]);
    stage.run(["renewals", "auto-changed:2d"]).exits_with(5).warns(&[lost, unknown]);
    let other = stage.run(["find", "auto:off", "--output", "csv"]).exits_with(0);
    assert!(!other.err.contains("history"), "{}", other.err);
    stage.run(["sync"]).exits_with(0);
    find("auto-changed:2d", 5).warns(&["changes are known only since 20"]);
}
