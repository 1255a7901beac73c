//! `vipmp show`: customers by ID, from the demo, from `vipmp serve`, and from scripted servers.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    os::unix::process::ExitStatusExt as _,
    process::Stdio,
    sync::{Mutex, PoisonError, mpsc},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::{
    scripted::Scripted,
    served::{self, Served},
    stage::Stage,
    support::pty::Pty,
};

/// Returns the IDs of the first customers of the demo.
fn ids(stage: &Stage, count: usize) -> Vec<String> {
    let words = ["list", "--demo", "--columns", "customer-id", "--limit", &count.to_string()];
    let run = stage.run(words).exits_with(0);
    let ids: Vec<String> = run.out.lines().skip(1).map(str::to_owned).collect();
    assert_eq!(ids.len(), count, "{run:#?}");
    ids
}

fn with<'w>(words: &[&'w str], ids: &'w [String]) -> Vec<&'w str> {
    words.iter().copied().chain(ids.iter().map(String::as_str)).collect()
}

/// Returns a stage whose profile is this server.
pub(crate) fn at(api: &Scripted) -> Stage {
    let stage = Stage::new().with("VIPMP_ACCESS_TOKEN", "token-of-nobody");
    let text = served::profile("a", &api.url("/"), &api.url("/token"), "access_token = { env = \"NONE\" }");
    stage.write(stage.config(), &text);
    stage
}

#[test]
fn a_table_has_the_record_and_the_requested_parts_below() {
    let stage = Stage::new();
    let ids = ids(&stage, 2);
    let run = stage.run(with(&["show", "--demo"], &ids)).exits_with(0);
    let records: Vec<&str> = run.out.split("\n\n").collect();
    assert_eq!(records.len(), 2, "{run:#?}");
    for (record, id) in records.iter().zip(&ids) {
        assert!(
            record.starts_with("Customer ID ") && record.lines().next().unwrap().ends_with(id),
            "{run:#?}"
        );
        assert!(record.contains("\nCompany ") && !record.contains("Subscriptions"), "{run:#?}");
    }
    let run = stage.run(["show", "--demo", &ids[0], "--subscriptions", "--orders"]).exits_with(0);
    run.prints(&["\n\nSubscriptions (", "\n\nOrders in the current term ("]);
    let run = stage.run(["show", "--demo", &ids[0], "--orders", "--since", "2020"]).exits_with(0);
    run.prints(&["\n\nOrders since 2020-01-01 ("]);
    let run = stage.run(["show", "--demo", &ids[0], "--columns", "customer-id,status-code"]).exits_with(0);
    assert_eq!(run.out.lines().count(), 2, "{run:#?}");
}

#[test]
fn json_is_what_the_server_sent_in_the_given_order() {
    let stage = Stage::new();
    let mut ids = ids(&stage, 12);
    ids.reverse();
    let of = |rows: &Value| -> Vec<String> {
        rows.as_array().unwrap().iter().map(|row| row["customerId"].as_str().unwrap().to_owned()).collect()
    };
    let all = stage.run(with(&["show", "--demo", "--output", "json"], &ids)).exits_with(0).json();
    assert_eq!(of(&all), ids);
    assert!(all[0]["companyProfile"]["contacts"].is_array());
    let one = stage.run(["show", "--demo", "--output", "json", &ids[0]]).exits_with(0).json();
    assert_eq!(one, json!([all[0]]), "one is a list too");
    let words = ["show", "--demo", "--output", "jsonl", "--subscriptions", "--orders", "--since", "-5y"];
    let lines = stage.run(with(&words, &ids)).exits_with(0).out;
    for (line, customer) in lines.lines().zip(all.as_array().unwrap()) {
        let row: Value = serde_json::from_str(line).unwrap();
        assert_eq!(&row["customer"], customer);
        assert!(row["subscriptions"].is_array() && row["orders"].is_array(), "{row}");
        assert_eq!(row.as_object().unwrap().len(), 3);
    }
    assert_eq!(lines.lines().count(), ids.len());
    let csv = stage.run(with(&["show", "--demo", "--output", "csv"], &ids)).exits_with(0).out;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let in_csv: Vec<String> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
    assert_eq!(in_csv, ids);
}

#[test]
fn ids_can_come_from_standard_input() {
    let stage = Stage::new();
    let ids = ids(&stage, 3);
    let lines = format!("{}\r\n\n  {}\n{}\n", ids[2], ids[0], ids[2]);
    let shown = |words: &[&str], input: &str| -> Vec<String> {
        let run =
            stage.run_with(input, [&["show", "--demo", "--output", "jsonl"], words].concat()).exits_with(0);
        let id = |line: &str| {
            serde_json::from_str::<Value>(line).unwrap()["customerId"].as_str().unwrap().to_owned()
        };
        run.out.lines().map(id).collect()
    };
    assert_eq!(shown(&[], &lines), [ids[2].clone(), ids[0].clone()]);
    assert_eq!(shown(&[&ids[1], "-"], &lines), [ids[1].clone(), ids[2].clone(), ids[0].clone()]);
    let none = stage.run(["show", "-", "--demo", "--output", "json"]).exits_with(0);
    assert_eq!((none.out.as_str(), none.err.as_str()), ("[]\n", ""), "no customer was requested");
    stage.run(["show", "--demo"]).exits_with(0).prints_nothing();
}

#[test]
fn ids_are_not_read_from_a_terminal() {
    let pty = Pty::spawn(&["show", "--demo"], &[], 10, 100);
    assert_eq!(pty.wait_exit().exit_code(), 2);
    let message = "vipmp: no customer IDs: give them as arguments or on standard input, one per line";
    assert_eq!(pty.screen().trim_end(), message);
}

#[test]
fn an_invalid_id_is_refused_before_any_request() {
    let served = Served::telling(&["--port", "0", "--client-id", served::CLIENT_ID]);
    let stage = Stage::new().with("VIPMP_ACCESS_TOKEN", "token-of-nobody");
    let source = "access_token = { env = \"NONE\" }";
    stage.write(stage.config(), &served::profile("a", &served.api(), &served.token(), source));
    for id in ["../x", "a b", "1%2f", "..", "1;x", &"1".repeat(257)] {
        stage
            .run(["show", "1", id])
            .exits_with(2)
            .prints_nothing()
            .warns(&["an ID consists of letters, digits, - _ and ."]);
        let run = stage.run_with(&format!("1\n{id}\n"), ["show"]).exits_with(2).prints_nothing();
        run.warns(&["standard input, line 2: ", "an ID consists of letters"]);
    }
    let message = served.told();
    assert!(!message.contains("GET"), "{message}");
}

#[test]
fn headings_quotes_and_fields_on_standard_input_are_refused_with_their_line() {
    let stage = Stage::new();
    let id = &ids(&stage, 1)[0];
    let heading = "this looks like a heading: leave it out, for example with tail -n +2";
    for (input, message) in [
        (format!("customerId\n{id}\n"), format!("standard input, line 1: customerId: {heading}")),
        (format!("{id}\n\"{id}\"\n"), format!("standard input, line 2: \"{id}\": leave out the quotes")),
        (format!("\n{id},{id}\n"), format!("standard input, line 2: {id},{id}: this has several fields")),
    ] {
        let run = stage.run_with(&input, ["show", "-", "--demo"]).exits_with(2).prints_nothing();
        run.warns(&[&format!("vipmp: {message}")]);
    }
    let around = format!("\u{feff}\u{a0}{id}\u{a0}\r\n \u{200b}\r\n");
    let run = stage.run_with(&around, ["show", "-", "--demo", "--columns", "customer-id"]).exits_with(0);
    assert!(run.out.contains(id.as_str()) && run.err.is_empty(), "{run:#?}");
    // The output of a list in a pipe, including the heading.
    let list = stage.run(["list", "--demo", "--columns", "customer-id", "--limit", "2"]).exits_with(0).out;
    stage
        .run_with(&list, ["show", "--demo"])
        .exits_with(2)
        .prints_nothing()
        .warns(&["line 1: Customer ID: ", heading]);
}

#[test]
fn options_that_conflict_are_exit_code_2() {
    let stage = Stage::new();
    for (words, message) in [
        (&["--since", "-30d"][..], "--orders"),
        (&["--orders", "--since", "soon"], "--since soon: not a date"),
        (&["--orders", "--output", "csv"], "use --output table, json or jsonl"),
        (&["--orders", "--output", "xlsx"], "use --output table, json or jsonl"),
        (&["--output", "yaml"], "unknown format \"yaml\""),
        (&["--columns", "offer-id"], "needs subscriptions"),
        (&["--columns", "anniversry"], "did you mean anniversary?"),
    ] {
        stage
            .run([&["show", "--demo", "1"], words].concat())
            .exits_with(2)
            .prints_nothing()
            .warns(&[message]);
    }
    stage.run(["show", "1", "--profile", "nobody"]).exits_with(4).warns(&["there is no profile nobody"]);
}

#[test]
fn missing_customers_are_reported_and_set_the_exit_code() {
    let stage = Stage::new();
    let ids = ids(&stage, 2);
    let run = stage.run(["show", "--demo", "1", "2", "--output", "json"]).exits_with(4).prints_nothing();
    let run = run.warns(&["vipmp: 404 No customer 1 for this account (1116).", "No customer 2 "]);
    assert_eq!(run.err.matches("check the ID").count(), 1, "the hint is printed once: {run:#?}");
    let some = stage.run(["show", "--demo", &ids[0], "1", &ids[1], "--output", "json"]).exits_with(5);
    assert_eq!(some.json().as_array().unwrap().len(), 2, "the rest came, and is whole");
    some.warns(&["No customer 1 "]);
    let served = Served::start();
    let refused = Stage::new().with("VIPMP_ACCESS_TOKEN", "token-of-nobody");
    let source = "access_token = { env = \"NONE\" }";
    refused.write(refused.config(), &served::profile("a", &served.api(), &served.token(), source));
    let run = refused.run(["show", "1", "2", "3"]).exits_with(3).prints_nothing();
    run.warns(&["4116", "2 of 3 customers were skipped because of this error."]);
}

#[test]
fn a_failure_is_exit_code_1_before_the_first_customer_and_5_after() {
    let api = Scripted::answering(|path| match path {
        "/v3/customers/1" => (200, r#"{"customerId":"1","status":"1000"}"#.to_owned()),
        "/v3/customers/1/subscriptions" => (404, r#"{"code":"1116","message":"none"}"#.to_owned()),
        _ => (200, "nonsense".to_owned()),
    });
    let stage = at(&api);
    stage.run(["show", "2"]).exits_with(1).prints_nothing().warns(&["not what the API documents"]);
    let run = stage.run(["show", "1", "2", "--output", "jsonl"]).exits_with(5);
    assert_eq!(run.out, "{\"customerId\":\"1\",\"status\":\"1000\"}\n");
    let run = stage.run(["show", "1", "--subscriptions", "--output", "jsonl"]).exits_with(5);
    let row = run.json();
    assert_eq!(row["subscriptions"], Value::Null);
    assert!(row["problem"].as_str().unwrap().starts_with("404 No customer 1 "), "{row}");
    let run = stage.run(["show", "1", "--subscriptions"]).exits_with(5).warns(&["404 No customer 1 "]);
    run.prints(&["\nProblem ", "Subscriptions could not be fetched"]);
}

#[test]
fn all_pages_of_orders_are_read_and_numbers_stay_as_sent() {
    let api = Scripted::answering(|path| {
        let order = |number: u32| format!(r#"{{"orderId":"{number}","price":{number}.50}}"#);
        let page = |numbers: std::ops::Range<u32>| {
            let orders: Vec<String> = numbers.map(order).collect();
            (200, format!(r#"{{"totalCount":250,"items":[{}]}}"#, orders.join(",")))
        };
        match path {
            "/v3/customers/1" => (200, r#"{"customerId":"1"}"#.to_owned()),
            "/v3/customers/1/orders?limit=100&offset=0&start-date=2020-01-01" => page(0..100),
            // A new order was placed meanwhile, so the last one of the page before is repeated.
            "/v3/customers/1/orders?limit=100&offset=100&start-date=2020-01-01" => page(99..199),
            "/v3/customers/1/orders?limit=100&offset=200&start-date=2020-01-01" => page(199..250),
            _ => (400, "{}".to_owned()),
        }
    });
    let words = ["show", "1", "--orders", "--since", "2020", "--output", "jsonl"];
    let run = at(&api).run(words).exits_with(0);
    let expected: Vec<String> =
        (0..250).map(|number| format!(r#"{{"orderId":"{number}","price":{number}.50}}"#)).collect();
    assert_eq!(
        run.out,
        format!("{{\"customer\":{{\"customerId\":\"1\"}},\"orders\":[{}]}}\n", expected.join(","))
    );
}

#[test]
fn a_server_with_endless_orders_is_not_queried_forever() {
    let api = Scripted::answering(|path| match path {
        "/v3/customers/1" => (200, r#"{"customerId":"1"}"#.to_owned()),
        _ => (200, r#"{"totalCount":999,"items":[{"orderId":"7"}]}"#.to_owned()),
    });
    let run = at(&api).run(["show", "1", "--orders"]).exits_with(5);
    run.prints(&["Orders in the current term (1 of 999)", "the server counts 999 orders but sent 1"])
        .warns(&["vipmp: customer 1: the server counts 999 orders but sent 1."]);
}

#[test]
fn customers_are_requested_in_parallel_and_printed_in_order() {
    let (asked, second) = mpsc::channel();
    let second = Mutex::new(second);
    let api = Scripted::answering(move |path| {
        let id = path.rsplit('/').next().unwrap_or_default();
        if id == "1" {
            // Waits for the second request, which would never come if requests were sequential.
            let _ = second.lock().unwrap_or_else(PoisonError::into_inner).recv();
        } else {
            let _ = asked.send(());
        }
        (200, format!(r#"{{"customerId":"{id}"}}"#))
    });
    let run = at(&api).run(["show", "1", "2", "--output", "jsonl"]).exits_with(0);
    assert_eq!(run.out, "{\"customerId\":\"1\"}\n{\"customerId\":\"2\"}\n");
}

#[test]
fn colours_are_for_terminals_unless_forced() {
    let plain = Stage::new();
    let ids = ids(&plain, 1);
    assert!(!plain.run(["show", "--demo", &ids[0]]).exits_with(0).out.contains('\x1b'));
    let forced = Stage::new().with("CLICOLOR_FORCE", "1");
    assert!(forced.run(["show", "--demo", &ids[0]]).exits_with(0).out.starts_with("\x1b[2mCustomer ID"));
    let none = Stage::new().with("CLICOLOR_FORCE", "1").with("NO_COLOR", "1");
    assert!(!none.run(["show", "--demo", &ids[0]]).exits_with(0).out.contains('\x1b'));
    for (env, has_colour) in [(&[][..], true), (&[("NO_COLOR", "1")][..], false)] {
        let pty = Pty::spawn(&["show", "--demo", &ids[0], "--subscriptions"], env, 50, 100);
        assert_eq!(pty.wait_exit().exit_code(), 0);
        assert_eq!(pty.raw().starts_with(b"\x1b[2mCustomer ID"), has_colour);
    }
    let workbook = Pty::spawn(&["show", "--demo", &ids[0], "--output", "xlsx"], &[], 10, 100);
    assert_eq!(workbook.wait_exit().exit_code(), 2);
    assert!(workbook.screen().contains("a workbook cannot be shown in a terminal"), "{}", workbook.screen());
}

#[test]
fn ctrl_c_ends_it_and_a_closed_pipe_is_a_success() {
    let stage = Stage::new();
    let ids = ids(&stage, 50).join("\n");
    let start = |latency: &str| {
        let mut command = stage.command();
        command.args(["--demo-latency", latency, "show", "-", "--demo", "--orders", "--output", "jsonl"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(ids.as_bytes()).unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        lines.read_line(&mut String::new()).unwrap();
        (child, lines)
    };
    // One customer is printed by then, and the rest take longer than the signal.
    let (mut child, lines) = start("300");
    let pid = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    kill_process(pid, Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(Signal::INT.as_raw()));
    drop(lines);
    let (mut child, lines) = start("0");
    drop(lines);
    let mut message = String::new();
    child.stderr.take().unwrap().read_to_string(&mut message).unwrap();
    assert_eq!((child.wait().unwrap().code(), message.as_str()), (Some(0), ""));
}
