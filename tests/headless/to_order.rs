//! Licences pending an order: synced with the copy, and never taken for none if they are not known.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};

use crate::{scripted::Scripted, served::RESELLER, small_portfolio::staged, stage::Stage};

/// The phases of the API's notifications.
const NOT_ALLOWED: usize = 0;
const WHOLE: usize = 1;
const MISCOUNTED: usize = 2;
const UNREADABLE_CUSTOMER: usize = 3;
const NOT_THERE: usize = 4;
const UNKNOWN_TO_API: usize = 5;

/// Starts an API with three customers; the first has licences to order, and so has one that no list shows.
fn api(phase: &Arc<AtomicUsize>) -> Scripted {
    let phase = Arc::clone(phase);
    Scripted::answering(move |target| {
        let phase = phase.load(Ordering::SeqCst);
        let row = |id: &str| {
            json!({"customerId": id, "resellerId": RESELLER, "status": "1000",
                "companyProfile": {"companyName": format!("Company {id}")}})
        };
        let named = |id: &str, of: &str| {
            let uri = format!("/v3/customers/{of}/open-acquisitions");
            json!({"customerId": id, "links": {"self": {"uri": uri, "method": "GET", "headers": []}}})
        };
        let licence = |quantity: u32, day: &str| {
            json!({"referenceId": "r1", "quantity": quantity, "expiryDate": format!("{day}T10:00:00Z"),
                "productName": "Page layout", "baseOfferId": "65304633CA01A12", "creationDate": "2026-03-01T10:00:00Z"})
        };
        let open = |count: u32, all: Vec<Value>| json!({"licenseCount": count, "unpaidLicenses": all});
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let body = match path.trim_start_matches("/v3/") {
            "resellers" => return (403, "{}".to_owned()),
            "notifications" if phase == NOT_ALLOWED => {
                return (403, json!({"code": "4121", "message": "Not allowed"}).to_string());
            }
            "notifications" if phase == UNKNOWN_TO_API => {
                return (400, json!({"code": "1117", "message": "Invalid request"}).to_string());
            }
            "notifications" if phase == NOT_THERE => return (404, "<h1>Not Found</h1>".to_owned()),
            "notifications" => {
                assert!(query.contains(&format!("reseller-id={RESELLER}")), "{target}");
                // The second link leads to another customer's licences, which the answer does not show.
                let mut items = vec![named("1", "1"), named("9", "1")];
                if phase == UNREADABLE_CUSTOMER {
                    items.push(named("2", "2"));
                }
                let total = items.len() + usize::from(phase == MISCOUNTED);
                json!({"totalCount": total, "count": items.len(), "offset": 0, "limit": 50, "items": items})
            }
            "customers/1/open-acquisitions" => {
                open(7, vec![licence(3, "2026-03-09"), licence(4, "2026-03-08")])
            }
            "customers/2/open-acquisitions" => open(5, vec![licence(1, "2026-03-09")]),
            "customers/9/open-acquisitions" => open(2, vec![licence(2, "2026-03-07")]),
            path if path.ends_with("/customers") && query.contains("status=1000") => {
                json!({"totalCount": 3, "count": 3, "offset": 0, "limit": 50,
                    "accounts": [row("1"), row("2"), row("3")]})
            }
            path if path.ends_with("/customers") => {
                json!({"totalCount": 0, "count": 0, "offset": 0, "limit": 50, "accounts": []})
            }
            path if path.ends_with("/subscriptions") => json!({"totalCount": 0, "items": []}),
            path => row(path.rsplit('/').next().unwrap_or_default()),
        };
        (200, body.to_string())
    })
}

/// Returns the numbers that the documented view has of the three customers.
fn numbers(stage: &Stage) -> Value {
    let sql = "SELECT to_order FROM v_customers ORDER BY customer_id";
    let rows = stage.run(["sql", sql, "--json", "--partial"]).exits_with(0).json();
    rows.as_array().unwrap().iter().map(|row| row["to_order"].clone()).collect()
}

#[test]
fn licences_to_order_are_counted_and_what_is_not_known_is_not_none() {
    let phase = Arc::new(AtomicUsize::new(NOT_ALLOWED));
    let api = api(&phase);
    let stage = staged(&api);
    let unknown = "icences to order are not known: ";
    stage.run(["sync", "--keep"]).exits_with(0).warns(&[unknown]);
    phase.store(UNKNOWN_TO_API, Ordering::SeqCst);
    let report = stage.run(["sync", "--json"]).exits_with(0).json();
    assert_eq!((&report["complete"], &report["to_order"]["licences"]), (&json!(true), &Value::Null));
    assert_eq!(numbers(&stage), json!([null, null, null]));
    stage.run(["portfolio", "info"]).exits_with(0).prints(&["To order       not known"]).warns(&[unknown]);
    stage.run(["sql", "SELECT COUNT(*) FROM v_acquisitions"]).exits_with(5).warns(&[unknown]);
    stage.run(["sql", "SELECT COUNT(*) FROM v_customers"]).exits_with(0);
    let any = ["find", "to-order:any", "--columns", "company,to-order,to-order-by", "--output", "csv"];
    let none = stage.run(any).exits_with(5);
    none.warns(&[unknown, "3 customers may match too: their licences to order have not been read yet."]);
    stage.run(["find", "--output", "csv"]).exits_with(0);
    phase.store(WHOLE, Ordering::SeqCst);
    stage.run(["sync"]).exits_with(0);
    let found = stage.run(any).exits_with(0);
    assert_eq!(found.out.lines().skip(1).collect::<Vec<_>>(), ["Company 1,7,2026-03-08,"]);
    let view = stage.run(["find", "--view", "licences to order"]).exits_with(0);
    view.prints(&["Licences to order", "Company 1", "2026-03-08"]);
    let found = stage.run(["find", "to-order:none", "--output", "json"]).exits_with(0).json();
    assert_eq!((found.as_array().unwrap().len(), &found[0]["portfolio"]["to_order"]), (2, &json!(0)));
    assert_eq!(numbers(&stage), json!([7, 0, 0]));
    let info = stage.run(["portfolio", "info"]).exits_with(0);
    info.prints(&["To order       9 licences of 2 customers"]);
    let sql = "SELECT customer_id, company, quantity, expires FROM v_acquisitions";
    let rows = stage.run(["sql", sql, "--json"]).exits_with(0).json();
    assert_eq!(
        rows[0],
        json!({"customer_id": "9", "company": null, "quantity": 2, "expires": "2026-03-07T10:00:00Z"}),
        "a customer that is not in the copy is kept"
    );
    assert_eq!(rows.as_array().unwrap().len(), 3);
    // What is refused although it was there before is a failure.
    phase.store(UNKNOWN_TO_API, Ordering::SeqCst);
    stage.run(["sync"]).exits_with(5).warns(&["the licences to order could not be read: "]);
    assert_eq!(numbers(&stage), json!([7, 0, 0]), "what was stored stays");
    phase.store(MISCOUNTED, Ordering::SeqCst);
    let run = stage.run(["sync", "--json"]).exits_with(5);
    let run = run.warns(&["the licences to order could not be read: ", "the server counts 3 but sent 2"]);
    assert_eq!(run.json()["complete"], json!(false));
    assert_eq!(numbers(&stage), json!([7, 0, 0]), "what was stored stays");
    stage.run(["portfolio", "info"]).exits_with(0).warns(&["the licences to order could not be read: "]);
    phase.store(UNREADABLE_CUSTOMER, Ordering::SeqCst);
    stage
        .run(["sync"])
        .exits_with(5)
        .warns(&["customer 2: its licences to order are not known: the server counts 5"]);
    assert_eq!(numbers(&stage), json!([7, null, 0]));
    let found = stage.run(any).exits_with(5).warns(&["1 customer may match too"]);
    assert!(found.out.contains("Company 1") && !found.out.contains("Company 2"));
    let shown = stage.run(["find", "id:2", "--columns", "company,to-order"]).exits_with(5);
    shown.warns(&["1 customer printed without licences to order, which are not known."]);
    phase.store(NOT_THERE, Ordering::SeqCst);
    let report = stage.run(["sync", "--json"]).exits_with(0).json();
    assert_eq!((&report["complete"], &report["to_order"]["licences"]), (&json!(true), &Value::Null));
    assert_eq!(numbers(&stage), json!([null, null, null]));
}
