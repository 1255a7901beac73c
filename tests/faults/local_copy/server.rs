//! What a slow or careless server does to the copy.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use serde_json::json;

use super::api::{api, fails, open_view, succeeds, user_of};
use crate::{
    faults::files::user::{assert_contains, assert_quits},
    server::Reply,
    stage::{RESELLER, page, parameter, row, sees},
};

/// The customers of the small lists here.
const SMALL: usize = 6;

#[test]
pub(crate) fn slow_for_some() {
    const EVERYBODY: usize = 0;
    const TWO_HAVE_LEFT: usize = 1;
    const AND_ONE_IS_GONE: usize = 2;
    let phase = Arc::new(AtomicUsize::new(EVERYBODY));
    let now = Arc::clone(&phase);
    let stage = api(move |seen, _| {
        let phase = now.load(Ordering::SeqCst);
        if seen.target.contains("/customers?") && seen.target.contains("status=1000") {
            let total = if phase == EVERYBODY { SMALL } else { SMALL - 2 };
            let (offset, limit) = (parameter(seen, "offset"), parameter(seen, "limit"));
            let rows: Vec<_> = (0..total).skip(offset).take(limit).map(row).collect();
            return Some(page(&rows, total, offset));
        }
        match (phase, seen.target.as_str()) {
            // Nothing comes for the one, and the other's answer is begun and never ended.
            (TWO_HAVE_LEFT, "/v3/customers/1000000004")
            | (EVERYBODY, "/v3/customers/1000000001/subscriptions") => Some(Reply::Hold(Vec::new())),
            (TWO_HAVE_LEFT, "/v3/customers/1000000005") => {
                Some(Reply::Hold(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{".to_vec()))
            }
            (AND_ONE_IS_GONE, "/v3/customers/1000000005") => Some(Reply::status(
                404,
                "content-type: application/json\r\n",
                r#"{"code": "1116", "message": "Invalid Customer"}"#,
            )),
            _ => None,
        }
    });
    let user = user_of(&stage);
    let config = std::fs::read_to_string(user.config()).unwrap();
    user.configure(&config.replace("request_seconds = 60", "request_seconds = 1"));
    let held = |gone: &str| {
        let counts =
            "SELECT COUNT(*) || ' customers, gone: ' || COALESCE(GROUP_CONCAT(CASE WHEN gone_at IS NOT NULL
            THEN customer_id END), '-') FROM v_customers";
        let (_, said) = user.run(&["sql", counts, "--output", "csv"]);
        assert_contains(&said, &[&format!("{SMALL} customers, gone: {gone}")]);
    };
    // The first sync reads everybody else.
    fails(&user, &["sync"], 5, &["customer 1000000001: "]);
    held("-");
    phase.store(TWO_HAVE_LEFT, Ordering::SeqCst);
    fails(&user, &["sync"], 5, &["no customer gone", "customer 1000000004: ", "customer 1000000005: "]);
    held("-");
    let (_, said) = user.run(&["changes"]);
    assert_contains(&said, &["No changes were observed."]);
    let words = ["2 customers are in no list, and could not be checked"];
    fails(&user, &["find", "--columns", "company"], 5, &words);
    phase.store(AND_ONE_IS_GONE, Ordering::SeqCst);
    let said = succeeds(&user, &["sync"]);
    assert_contains(
        &said,
        &["1 customer gone", "1 customer is missing from the lists, although the API still has the record"],
    );
    held("1000000005");
}

#[test]
pub(crate) fn doubtful_resellers() {
    let is_doubtful = Arc::new(AtomicBool::new(false));
    let now = Arc::clone(&is_doubtful);
    let stage = api(move |seen, _| {
        seen.target.contains("/resellers?").then(|| {
            let reseller = |id: &str| json!({"resellerId": id, "status": "1000", "companyName": "Reseller"});
            let all = [reseller(RESELLER), reseller("1000999999")];
            // The server counts more than it sends.
            let (total, sent) = if now.load(Ordering::SeqCst) { (3, &all[..1]) } else { (2, &all[..]) };
            let is_end = parameter(seen, "offset") > 0;
            let rows = if is_end { &[] } else { sent };
            Reply::ok(
                json!({"totalCount": total, "count": rows.len(), "offset": parameter(seen, "offset"), "limit": 50,
                    "resellers": rows})
                .to_string(),
            )
        })
    });
    let user = user_of(&stage);
    succeeds(&user, &["sync", "--quiet", "--resellers", RESELLER]);
    is_doubtful.store(true, Ordering::SeqCst);
    fails(&user, &["sync"], 5, &["the list of resellers may be incomplete"]);
    let pty = user.start(&[]);
    open_view(&pty);
    sees(&pty, &["Portfolio · 120 customers", "The list of resellers may be incomplete"]);
    assert_quits(&pty);
    let gone = succeeds(&user, &["sql", "SELECT 'gone: ' || COUNT(gone_at) FROM v_customers", "--partial"]);
    assert_contains(&gone, &["gone: 0"]);
}
