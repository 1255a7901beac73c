//! Faults in the bodies of responses.

use serde_json::{Value, json};

use super::super::{
    catalogue::{Case, case},
    server::Reply,
    stage::{Stage, assert_works, flat, is_list, list_is, page, parameter, row, sees},
};

pub(crate) const CASES: &[Case] = &[
    case!(empty, "an empty body"),
    case!(null, "null"),
    case!(a_list, "[]"),
    case!(an_empty_object, "{}"),
    case!(not_json, "not JSON"),
    case!(utf_16, "UTF-16"),
    case!(another_character_set, "another character set, named in the headers"),
    case!(bad_characters, "half a surrogate pair, a byte that is not UTF-8, a raw control character"),
    case!(bad_quotation_marks, "a quotation mark that is not escaped, or is escaped by mistake"),
    case!(rubbish_after_the_end, "a NUL or more after the end"),
    case!(duplicate_names, "an object with a duplicate name"),
    case!(truncated_json, "truncated JSON"),
    case!(unknown_content_encoding, "a content encoding that was not requested"),
    case!(fewer_subscriptions_than_counted, "fewer subscriptions than the server counts"),
    case!(fewer_orders_than_counted, "fewer orders than the server counts, and a next page that has none"),
    case!(byte_order_mark, "a byte order mark"),
    case!(deep_nesting, "deep nesting"),
    case!(a_hundred_megabytes, "100 MB"),
    case!(megabytes_without_a_content_length, "17 MB without a content length"),
    case!(fields_missing, "each field missing in turn"),
    case!(fields_null, "each field null in turn"),
    case!(fields_of_wrong_types, "each field of each wrong type in turn"),
    case!(rows_that_are_not_customers, "rows that are not customers"),
    case!(record_fields_of_wrong_types, "each field of a record of a wrong type in turn"),
    case!(unknown_fields, "unknown fields"),
    case!(unknown_status, "an unknown status"),
    case!(bad_dates, "bad dates"),
    case!(huge_numbers, "huge numbers"),
    case!(customers_for_accounts, "`customers` instead of `accounts`"),
    case!(wrong_totals, "wrong totals"),
    case!(the_same_customer_twice, "the same customer twice"),
    case!(duplicates_over_pages, "the same customer on two pages"),
    case!(offset_past_the_end, "an offset past the end"),
    case!(a_total_that_shrinks, "a total that shrinks between pages"),
];

/// The message about an unreadable response.
const NOT_DOCUMENTED: &str = "The response was not what the API documents";

fn body(text: &str) -> Box<dyn Fn() -> Reply + Send + Sync> {
    let text = text.to_owned();
    Box::new(move || Reply::ok(&text))
}

fn unreadable(bytes: impl Into<Vec<u8>>, because: &str) {
    let bytes: Vec<u8> = bytes.into();
    list_is(move || Reply::ok(&bytes), &[&format!("{NOT_DOCUMENTED}: {because}"), "[r] retry", "[i] see"], 1);
}

#[test]
fn empty() {
    unreadable("", "not JSON");
}

#[test]
fn null() {
    unreadable("null", "a page with a list of accounts expected, null found");
}

#[test]
fn a_list() {
    unreadable("[]", "a page with a list of accounts expected, a list found");
}

#[test]
fn an_empty_object() {
    unreadable("{}", "a page with a list of accounts expected, an object without it found");
}

#[test]
fn not_json() {
    unreadable("Sorry, try later", "not JSON but Sorry, try later");
}

#[test]
fn utf_16() {
    let text: Vec<u8> = "\u{feff}{\"accounts\": []}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    list_is(move || Reply::ok(&text), &["No active customers."], 1);
}

/// Creates a page of three rows, with this name in the second one.
fn page_with(name: &[u8], behind: &[u8]) -> Vec<u8> {
    let page = json!({"totalCount": 3, "count": 3, "accounts": [row(0), row(1), row(2)]}).to_string();
    let (before, after) = page.split_once("\"Company 1\"").unwrap();
    [before.as_bytes(), b"\"", name, b"\"", after.as_bytes(), behind].concat()
}

/// The message about the second row of such a page.
const DAMAGED: &str = "(row 2: companyProfile.companyName is damaged)";

/// Checks that all rows of a page are shown, and these words. The terminal emulator of the tests shows U+FFFD as `□`.
fn assert_all_rows_shown(body: Vec<u8>, words: &[&str]) {
    let all = [&["Company 0", "Company 2", "1–3 of 3", NOT_DOCUMENTED, "3 of 3 rows read."], words].concat();
    list_is(move || Reply::ok(&body), &all, 1);
}

#[test]
fn another_character_set() {
    let body = page_with(b"K\xf6ln", b"");
    let head = "content-type: application/json; charset=ISO-8859-1\r\n";
    list_is(move || Reply::status(200, head, &body), &["Company 0", "K\u{f6}ln", "Company 2", "1–3 of 3"], 1);
}

#[test]
fn bad_characters() {
    for name in [&br"Acme \ud83d"[..], b"Acme \xc3", b"Acme \x01"] {
        assert_all_rows_shown(page_with(name, b""), &["Acme □", DAMAGED]);
    }
}

#[test]
fn bad_quotation_marks() {
    assert_all_rows_shown(page_with(b"Ac\"me", b""), &["Ac\"me", DAMAGED]);
    assert_all_rows_shown(page_with(b"Acme\\", b""), &["Acme□", DAMAGED]);
}

#[test]
fn rubbish_after_the_end() {
    assert_all_rows_shown(
        page_with(b"Acme", b"\0"),
        &["(after the end: 1 byte that is not part of the answer was ignored)"],
    );
    assert_all_rows_shown(
        page_with(b"Acme", b"{} "),
        &["(after the end: 2 bytes that are not part of the answer were ignored)"],
    );
}

#[test]
fn duplicate_names() {
    let body = page_with(br#"Acme", "companyName": "Other"#, b"");
    assert_all_rows_shown(body, &["Other", DAMAGED]);
}

#[test]
fn truncated_json() {
    unreadable(
        "{\"accounts\": [\n{\"customerId\": \"1\"",
        "not valid JSON (it ends too early, at line 2 column 18)",
    );
}

#[test]
fn unknown_content_encoding() {
    list_is(
        || {
            Reply::status(
                200,
                "content-type: application/json\r\ncontent-encoding: br\r\n",
                b"\x0b\x02\x80[]\x03",
            )
        },
        &[
            NOT_DOCUMENTED,
            "it cannot be decoded: the content encoding br is not supported",
            "(HTTP 200, application/json, 6 bytes)",
        ],
        1,
    );
}

/// Checks the words on a tab of the detail, reached by these keys, with this response to requests at `path`.
fn tab_shows(steps: &str, path: &'static str, answer: &'static str, words: &[&str]) {
    let stage = Stage::new(move |seen, _| seen.target.contains(path).then(|| Reply::ok(answer)));
    let pty = stage.user();
    sees(&pty, &["1–50 of 120"]);
    pty.send(format!("\r{steps}"));
    sees(&pty, words);
    pty.send("\x1b");
    sees(&pty, &["1–50 of 120"]);
    assert_works(&pty);
}

#[test]
fn fewer_subscriptions_than_counted() {
    tab_shows(
        "ll",
        "/subscriptions",
        r#"{"totalCount": 9, "items": [{"subscriptionId": "s1", "offerId": "65304479CA01A12"}]}"#,
        &["65304479CA01A12", "! This may not be all: the server counts 9 subscriptions but sent 1."],
    );
}

#[test]
fn fewer_orders_than_counted() {
    tab_shows(
        "lll",
        "/orders",
        r#"{"totalCount": 9, "items": [{"orderId": "o1"}], "links": {"next": {"uri": "/v3/customers/1/orders?offset=1"}}}"#,
        &["o1", "1 of 9 orders", "! This may not be all: the server counts 9 orders but sent 1; the server"],
    );
}

#[test]
fn byte_order_mark() {
    list_is(body("\u{feff}{\"totalCount\": 0, \"accounts\": []}"), &["No active customers."], 1);
}

#[test]
fn deep_nesting() {
    unreadable(
        format!("{{\"accounts\": {}{}}}", "[".repeat(5_000), "]".repeat(5_000)),
        "not valid JSON (it is nested too deeply, at line 1",
    );
}

#[test]
fn a_hundred_megabytes() {
    list_is(
        || Reply::Hold(b"HTTP/1.1 200 X\r\ncontent-length: 100000000\r\n\r\n{".to_vec()),
        &[NOT_DOCUMENTED, "it is larger than 16 MiB."],
        1,
    );
}

#[test]
fn megabytes_without_a_content_length() {
    let mut bytes = b"HTTP/1.1 200 X\r\n\r\n".to_vec();
    bytes.resize(17 * 1024 * 1024, b' ');
    list_is(move || Reply::Close(bytes.clone()), &[NOT_DOCUMENTED, "it is larger than 16 MiB."], 1);
}

/// The fields of a row, as JSON pointers.
const FIELDS: [&str; 8] = [
    "/customerId",
    "/resellerId",
    "/status",
    "/externalReferenceId",
    "/companyProfile",
    "/companyProfile/companyName",
    "/creationDate",
    "/links",
];

/// Creates rows in each of which `spoil` has changed a different field, followed by an intact row.
fn spoiled(spoil: impl Fn(&mut Value, &str)) -> (Vec<Value>, usize) {
    let mut rows: Vec<Value> = Vec::new();
    for field in FIELDS {
        let mut row = row(rows.len());
        spoil(&mut row, field);
        rows.push(row);
    }
    rows.push(row(rows.len()));
    let count = rows.len();
    (rows, count)
}

/// Checks that all rows are read except the one without an ID, whose JSON can be opened.
fn assert_one_row_unreadable(rows: Vec<Value>, count: usize, reason: &str) {
    let stage = Stage::list(move || page(&rows, rows.len(), 0));
    let pty = stage.user();
    let last = format!("Company {}", count - 1);
    let of = format!("1–{count} of {count}");
    let read = format!("{} of {count} rows read.", count - 1);
    sees(&pty, &[&format!("? unreadable row 1 ({reason})"), &last, &of, NOT_DOCUMENTED, &read]);
    // The raw row is on the Raw tab.
    pty.send("\rh");
    sees(&pty, &["\"Company 0\""]);
    pty.send("\x1b");
    sees(&pty, &[&of]);
    assert_works(&pty);
}

fn remove(row: &mut Value, field: &str) {
    let (parent, name) = field.rsplit_once('/').unwrap();
    row.pointer_mut(parent).and_then(Value::as_object_mut).unwrap().remove(name);
}

#[test]
fn fields_missing() {
    let (rows, count) = spoiled(remove);
    assert_one_row_unreadable(rows, count, "no customerId");
}

#[test]
fn fields_null() {
    let (rows, count) = spoiled(|row, field| *row.pointer_mut(field).unwrap() = Value::Null);
    assert_one_row_unreadable(rows, count, "no customerId");
}

#[test]
fn fields_of_wrong_types() {
    let mut rows = Vec::new();
    // A number is accepted as an ID.
    for wrong in [json!(true), json!([]), json!({}), json!(-1.5e300), json!("")] {
        for field in FIELDS {
            let mut row = row(rows.len());
            *row.pointer_mut(field).unwrap() = wrong.clone();
            rows.push(row);
        }
    }
    let count = rows.len();
    let stage = Stage::list(move || page(&rows, rows.len(), 0));
    let pty = stage.user();
    sees(&pty, &[&format!("1–{count} of {count}"), "? unreadable row 1 (no customerId)", "Company 1"]);
    // Every row can be selected, even the last one.
    pty.send("\x1b[F");
    sees(&pty, &["Company 39", "4 rows are not customers", "36 of 40 rows read."]);
    assert_works(&pty);
}

#[test]
fn rows_that_are_not_customers() {
    let rows = [json!(null), json!(7), json!("x"), json!([]), json!({}), json!(true), row(6)];
    list_is(
        move || page(&rows, 7, 0),
        &[
            "? unreadable row 1 (null)",
            "? unreadable row 2 (a number)",
            "? unreadable row 3 (text)",
            "? unreadable row 4 (a list)",
            "? unreadable row 5 (no customerId)",
            "? unreadable row 6 (true or false)",
            "Company 6",
            "1 of 7 rows read.",
        ],
        1,
    );
}

#[test]
fn record_fields_of_wrong_types() {
    let stage = Stage::new(|seen, _| {
        let id = seen.target.strip_prefix("/v3/customers/")?.to_owned();
        let number: usize = id.parse().ok()?;
        let fields = [
            "resellerId",
            "status",
            "creationDate",
            "cotermDate",
            "globalSalesEnabled",
            "tags",
            "companyProfile",
            "discounts",
            "benefits",
            "linkedMembership",
            "links",
        ];
        let wrong = [json!(7), json!([1]), json!({"x": []}), json!(true), json!("x")];
        let mut record = json!({"customerId": id, "status": "1000", "note": format!("record {number}")});
        for (at, field) in fields.iter().enumerate() {
            record[*field] = wrong[(at + number) % wrong.len()].clone();
        }
        Some(Reply::ok(record.to_string()))
    });
    let pty = stage.user();
    sees(&pty, &["1–50 of 120"]);
    for number in 0..5 {
        pty.send(if number == 0 { "\rh" } else { "\r" });
        sees(&pty, &[&format!("record {}", 1_000_000_000 + number)]);
        pty.send("\x1b");
        sees(&pty, &["? help", "1–50 of 120"]);
        pty.send("j");
    }
    assert_works(&pty);
}

#[test]
fn unknown_fields() {
    let mut known = row(0);
    known["brandNew"] = json!({"x": [1, 2]});
    let answer = json!({"totalCount": 1, "count": 1, "accounts": [known], "links": {}, "more": true});
    let stage = Stage::list(body(&answer.to_string()));
    let pty = stage.user();
    let screen = sees(&pty, &["Company 0", "1–1 of 1"]);
    assert!(!screen.contains(NOT_DOCUMENTED), "{screen}");
    assert_works(&pty);
}

#[test]
fn unknown_status() {
    let mut other = row(0);
    other["status"] = json!("1099");
    list_is(move || page(&[other.clone()], 1, 0), &["Company 0", "1099"], 1);
}

#[test]
fn bad_dates() {
    let dates = ["", "soon", "2026-13-45T99:99:99Z", "0000-00-00", "99999-01-01T00:00:00Z"];
    let rows: Vec<Value> = dates
        .iter()
        .enumerate()
        .map(|(number, date)| {
            let mut row = row(number);
            row["creationDate"] = json!(date);
            row
        })
        .collect();
    list_is(move || page(&rows, 5, 0), &["Company 0", "soon", "Company 4", "1–5 of 5"], 1);
}

#[test]
fn huge_numbers() {
    let huge = "9".repeat(400);
    let text = format!(
        r#"{{"totalCount": {huge}, "count": 1e999, "accounts": [{{"customerId": {huge}, "status": 1e9}}, {}]}}"#,
        row(1)
    );
    list_is(body(&text), &["Company 1", "999", NOT_DOCUMENTED], 1);
}

#[test]
fn customers_for_accounts() {
    let answer = json!({"totalCount": 1, "customers": [row(0)]});
    list_is(body(&answer.to_string()), &["Company 0", "1–1 of 1"], 1);
}

#[test]
fn wrong_totals() {
    let rows: Vec<Value> = (0..3).map(row).collect();
    let fewer = json!({"totalCount": 1, "count": 9, "accounts": rows});
    list_is(
        body(&fewer.to_string()),
        &["Company 2", "1–3 of 3", "(count: 9, but 3 rows came)", "3 of 3 rows read."],
        1,
    );
    // The next page, which exists according to the total, may be prefetched.
    let more = json!({"totalCount": 90, "accounts": rows});
    let stage = Stage::list(body(&more.to_string()));
    let pty = stage.user();
    sees(&pty, &["Company 2", "1–3 of 90", "3 rows, though 50 were asked for and more follow"]);
    assert_works(&pty);
}

#[test]
fn the_same_customer_twice() {
    let rows = [row(0), row(1), row(0)];
    list_is(
        move || page(&rows, 3, 0),
        &["1–3 of 3", "customer 1000000000 is in it twice", "3 of 3 rows read."],
        1,
    );
}

/// Starts an API whose second page of active customers is shifted by a row.
fn shifted(by: isize, total: usize) -> Stage {
    Stage::new(move |seen, _| {
        if !is_list(seen) {
            return None;
        }
        let offset = parameter(seen, "offset");
        let first = if offset == 0 { 0 } else { offset.checked_add_signed(by)? };
        let rows: Vec<Value> = (first..first + 50).map(row).collect();
        Some(page(&rows, if offset == 0 { 200 } else { total }, offset))
    })
}

#[test]
fn duplicates_over_pages() {
    let stage = shifted(-2, 202);
    let pty = stage.user();
    sees(&pty, &["1–50 of 200"]);
    pty.send("]");
    let screen = sees(&pty, &["51–98 of 202", "2 rows came again and are left out here."]);
    assert!(screen.contains("Company 50") && !screen.contains("Company 49 "), "{screen}");
    sees(&pty, &["The list changed while you were paging (200, now 202 Active)"]);
    assert_works(&pty);
}

#[test]
fn offset_past_the_end() {
    let stage = Stage::new(|seen, before| {
        let gone = is_list(seen) && parameter(seen, "offset") >= 50 && before > 0;
        gone.then(|| Reply::status(400, "", r#"{"code": "1133", "message": "Offset Out Of Range"}"#))
    });
    let pty = stage.user();
    sees(&pty, &["1–50 of 120"]);
    pty.send("]");
    sees(&pty, &["The list is now shorter: there is nothing at this offset (1133).", "Company 0"]);
    assert_works(&pty);
}

#[test]
fn a_total_that_shrinks() {
    let stage = shifted(1, 199);
    let pty = stage.user();
    sees(&pty, &["1–50 of 200"]);
    pty.send("]");
    let words = "The list changed while you were paging (200, now 199 Active): rows may have";
    sees(&pty, &["51–100 of 199", words]);
    pty.send("[");
    sees(&pty, &["1–50 of"]);
    let firsts = stage.lists().iter().filter(|seen| parameter(seen, "offset") == 0).count();
    assert_eq!(firsts, 2, "the page before is asked for anew");
    assert!(flat(&pty.screen()).contains("Company 0"));
    assert_works(&pty);
}
