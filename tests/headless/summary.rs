//! `vipmp summary`: what the local copy adds up to, for people and as JSON.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use chrono::{Days, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::{
    scripted::Scripted,
    served,
    small_portfolio::{customer, small_api, staged},
    stage::Stage,
};

/// Returns a subscription with its quantity, whether it renews automatically, and the days until then.
fn subscription(quantity: u64, auto: Option<bool>, today: NaiveDate, days: u64) -> Value {
    json!({"subscriptionId": format!("s{quantity}"), "offerId": "65304479CA01A12", "status": "1000",
        "currentQuantity": quantity, "autoRenewal": {"enabled": auto},
        "renewalDate": today.checked_add_days(Days::new(days)).unwrap()})
}

/// Starts an API with three customers in Germany. The first two have subscriptions; the record of the last one fails while the
/// flag is set.
fn api(failing: &Arc<AtomicBool>, today: NaiveDate) -> Scripted {
    let failing = Arc::clone(failing);
    let listed =
        || (1..=3).map(|number| customer(&number.to_string(), &format!("Company {number}"))).collect();
    small_api(listed, move |path| {
        let list =
            |items: &[Value]| Some((200, json!({"totalCount": items.len(), "items": items}).to_string()));
        match path {
            "/v3/customers/1/subscriptions" => list(&[
                subscription(10, Some(true), today, 2),
                subscription(4, Some(false), today, 2),
                subscription(1, Some(true), today, 30),
            ]),
            "/v3/customers/2/subscriptions" => list(&[subscription(1_200, None, today, 31)]),
            "/v3/customers/3" if failing.load(Ordering::SeqCst) => {
                Some((404, json!({"code": "1116", "message": "not found"}).to_string()))
            }
            _ => None,
        }
    })
}

#[test]
fn the_figures_of_a_copy_are_printed_for_people_and_as_json() {
    let today = Utc::now().date_naive();
    let failing = Arc::new(AtomicBool::new(true));
    let api = api(&failing, today);
    let stage = staged(&api);
    stage.run(["sync", "--keep"]).exits_with(5);
    let partial = stage.run(["summary"]).exits_with(5).warns(&["details of 2 of 3 customers are known."]);
    partial.prints(&["customers        3", "country          2  DE"]);
    stage.run(["summary", "--partial"]).exits_with(0).warns(&["details of 2 of 3 customers are known."]);
    let query = ["summary", "country:DE"];
    stage
        .run(query)
        .exits_with(5)
        .warns(&["1 customer may match too: their details have not been read yet."]);
    stage.run(["summary", "id:1"]).exits_with(0).prints(&["customers        1"]);
    failing.store(false, Ordering::SeqCst);
    stage.run(["sync"]).exits_with(0);
    let first = format!(
        "renewal         14  seats in {today}..{}: 4 lapse, 0 undecided, 10 renew · 1 customer\n",
        today.checked_add_days(Days::new(6)).unwrap()
    );
    let run = stage.run(["summary"]).exits_with(0).prints(&[
        "status           3  Active\n",
        "segment          3  none\n",
        &format!("reseller         3  {}\n", served::RESELLER),
        &first,
        ": 0 lapse, 1,200 undecided, 1 renew · 2 customers\n",
        "product      1,215  seats of 65304479CA01A12 · 2 customers\n",
    ]);
    assert_eq!(run.out.lines().filter(|line| line.starts_with("renewal ")).count(), 12, "{}", run.out);
    let json = stage.run(["summary", "--json", "status:active"]).exits_with(0).json();
    assert_eq!(
        (&json["customers"], &json["groups"]["country"]),
        (&json!(3), &json!({"values": {"DE": 3}, "none": 0}))
    );
    let week = &json["renewals"]["weeks"][4];
    assert_eq!(
        (&week["undecided"], &week["renewing"], &week["customers"], &week["customers_with_renewal"]),
        (&json!(1_200), &json!(1), &json!(2), &json!(2)),
        "{week}"
    );
    assert_eq!(
        json["products"]["top"],
        json!([{"product": "65304479CA01A12", "seats": 1_215, "customers": 2}])
    );
    let none = stage.run(["summary", "xyzzyqwerty"]).exits_with(0).warns(&["No customer matches."]);
    none.prints(&["customers        0"]);
}

#[test]
fn a_summary_may_begin_with_a_view_and_explains_a_query_that_is_none() {
    let stage = Stage::new();
    let summary = |words: &[&str]| {
        let demo = ["summary", "--demo", "--demo-customers", "40"];
        stage.run(demo.iter().chain(words))
    };
    summary(&["stauts:active"]).exits_with(2).warns(&["did you mean status?"]);
    summary(&["--view", "gonne"]).exits_with(4).warns(&["did you mean Gone?"]);
    let found =
        stage.run(["find", "--demo", "--demo-customers", "40", "--view", "renewals", "--output", "csv"]);
    let rows = found.exits_with(0).out.lines().count() - 1;
    let json = summary(&["--view", "renewals", "--json"]).exits_with(0).json();
    assert!(rows > 0 && json["customers"] == json!(rows), "{rows} rows, {}", json["customers"]);
}
