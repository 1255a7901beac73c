//! Servers that send fewer or more subscriptions or orders of a customer than they count.

use serde_json::Value;

use crate::{scripted::Scripted, show::at};

const FEWER: &str = "the server counts 9 subscriptions but sent 1";
const MORE: &str = "the server counts 1 subscription but sent 2";

/// Serves two customers: the first has fewer subscriptions than the total says, the second more.
fn api() -> Scripted {
    Scripted::answering(|path| {
        let path = path.split('?').next().unwrap_or_default();
        let body = match path {
            "/v3/customers/1/subscriptions" => {
                r#"{"totalCount": 9, "items": [{"subscriptionId": "a"}]}"#.to_owned()
            }
            "/v3/customers/2/subscriptions" => {
                r#"{"totalCount": 1, "items": [{"subscriptionId": "a"}, {"subscriptionId": "b"}]}"#.to_owned()
            }
            _ if path.ends_with("/customers") => {
                r#"{"totalCount": 2, "count": 2, "accounts": [{"customerId": "1"}, {"customerId": "2"}]}"#
                    .to_owned()
            }
            _ => format!(r#"{{"customerId": "{}"}}"#, path.rsplit('/').next().unwrap_or_default()),
        };
        (200, body)
    })
}

#[test]
fn show_reports_it_in_each_format() {
    let api = api();
    let stage = at(&api);
    let message = [format!("vipmp: customer 1: {FEWER}."), format!("vipmp: customer 2: {MORE}.")];
    for format in ["table", "json", "jsonl", "csv", "xlsx"] {
        let run = stage.run(["show", "1", "2", "--subscriptions", "--output", format]).exits_with(5);
        assert_eq!(run.err.lines().collect::<Vec<_>>(), message, "{format}");
        match format {
            "xlsx" => assert!(!run.out.is_empty()),
            _ => drop(run.prints(&[FEWER, MORE])),
        }
    }
    let rows = stage.run(["show", "1", "2", "--subscriptions", "--output", "json"]).exits_with(5).json();
    assert_eq!((&rows[0]["problem"], &rows[1]["problem"]), (&FEWER.into(), &MORE.into()));
    let table = stage.run(["show", "1", "--subscriptions"]).exits_with(5);
    table.prints(&["Subscriptions (1 of 9)"]);
}

#[test]
fn an_export_reports_it_in_each_format_and_writes_its_file() {
    let api = api();
    let stage = at(&api);
    for format in ["csv", "json", "jsonl", "xlsx"] {
        let file = stage.path(format!("a.{format}"));
        let run = stage.run(["export", file.to_str().unwrap(), "--subscriptions"]).exits_with(5);
        run.warns(&[&format!("vipmp: customer 1: {FEWER}."), &format!("vipmp: customer 2: {MORE}.")]);
        if format != "xlsx" {
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(text.contains(FEWER) && text.contains(MORE), "{text}");
        }
        assert!(!stage.path(format!("a.{format}.partial")).exists());
    }
    let rows: Value = serde_json::from_str(&std::fs::read_to_string(stage.path("a.json")).unwrap()).unwrap();
    assert_eq!(rows[0]["problem"], FEWER);
}

/// Runs `show --orders`, checks the exit code, and returns standard error and the rows. `answer` gets the offset and the
/// number of the request.
fn orders(
    code: i32,
    answer: impl Fn(u32, usize) -> (u16, String) + Send + Sync + 'static,
) -> (String, Value) {
    let asked = std::sync::Mutex::new(0);
    let api = Scripted::answering(move |path| {
        let Some((_, query)) = path.split_once("/orders?") else {
            return (200, r#"{"customerId": "1"}"#.to_owned());
        };
        let offset = query.split('&').find_map(|pair| pair.strip_prefix("offset=")).unwrap().parse().unwrap();
        let mut asked = asked.lock().unwrap();
        *asked += 1;
        answer(offset, *asked)
    });
    let run = at(&api).run(["show", "1", "--orders", "--output", "jsonl"]).exits_with(code);
    (run.err.clone(), run.json())
}

fn page(total: Option<u32>, ids: std::ops::Range<u32>, has_next: bool) -> (u16, String) {
    let orders: Vec<String> = ids.map(|id| format!(r#"{{"orderId": "{id}"}}"#)).collect();
    let total = total.map(|total| format!(r#""totalCount": {total},"#)).unwrap_or_default();
    let next = if has_next { r#""next": {"uri": "/v3/customers/1/orders?offset=7"}"# } else { "" };
    (200, format!(r#"{{{total} "items": [{}], "links": {{{next}}}}}"#, orders.join(",")))
}

#[test]
fn orders_that_differ_from_the_total_are_reported() {
    // A page that ends early, then an empty one.
    let (message, row) = orders(5, |offset, _| match offset {
        0 => page(Some(9), 0..5, false),
        _ => page(Some(9), 0..0, false),
    });
    assert_eq!(message, "vipmp: customer 1: the server counts 9 orders but sent 5.\n");
    assert_eq!(row["problem"], "the server counts 9 orders but sent 5");
    let (message, _) = orders(5, |_, _| page(Some(1), 0..2, false));
    assert_eq!(message, "vipmp: customer 1: the server counts 1 order but sent 2.\n");
    // The same page for every offset.
    let (message, row) = orders(5, |_, _| page(Some(9), 0..5, true));
    assert!(message.contains("the server counts 9 orders but sent 5"), "{message}");
    assert_eq!(row["orders"].as_array().unwrap().len(), 5);
    orders(0, |offset, _| if offset < 5 { page(Some(8), 0..5, true) } else { page(Some(8), 5..8, false) });
}

#[test]
fn a_next_page_is_read_even_if_the_total_is_reached_or_missing() {
    for total in [None, Some(5)] {
        let (message, row) = orders(if total.is_none() { 0 } else { 5 }, move |offset, _| match offset {
            0 => page(total, 0..5, true),
            _ => page(total, 5..8, false),
        });
        assert_eq!(row["orders"].as_array().unwrap().len(), 8, "{message}");
        assert_eq!(message.contains("the server counts 5 orders but sent 8"), total.is_some(), "{message}");
    }
    // A link to an empty page.
    let nowhere = "the server links to another page of orders, which is empty";
    let (message, row) = orders(5, |offset, _| page(Some(5), offset..5, true));
    assert_eq!((message, &row["problem"]), (format!("vipmp: customer 1: {nowhere}.\n"), &nowhere.into()));
    let (message, _) = orders(5, |offset, _| match offset {
        0 => page(None, 0..5, true),
        _ => (400, r#"{"code": "1133", "message": "Offset Out Of Range"}"#.to_owned()),
    });
    assert_eq!(message, format!("vipmp: customer 1: {nowhere}.\n"));
}

#[test]
fn orders_that_came_before_an_error_are_kept() {
    let (message, row) = orders(5, |offset, _| match offset {
        0 => page(Some(9), 0..5, true),
        _ => (404, "{}".to_owned()),
    });
    assert_eq!(row["orders"].as_array().unwrap().len(), 5);
    assert!(
        message.contains("404 No customer 1") && message.contains("counts 9 orders but sent 5"),
        "{message}"
    );
    assert!(row["problem"].as_str().unwrap().contains("counts 9 orders but sent 5"), "{row}");
}

#[test]
fn orders_are_read_again_if_the_total_changes_and_then_doubted() {
    // The total changes from 120 to 119 in the first walk only, so the second is complete.
    orders(0, |offset, asked| page(Some(if asked == 1 { 9 } else { 8 }), offset..(offset + 4).min(8), false));
    let (message, _) = orders(5, |offset, asked| {
        let total = 8 + u32::try_from(asked % 2).unwrap();
        page(Some(total), offset..(offset + 4).min(8), false)
    });
    assert!(
        message.contains("the number of orders changed from 9 to 8 while they were being read"),
        "{message}"
    );
}
