//! Lists of subscriptions against the local copy.

use std::path::PathBuf;

use calamine::Reader as _;
use rust_xlsxwriter::{Format, Workbook};
use serde_json::{Value, json};

use crate::{
    portfolio::with_profile,
    served::{self, Served},
    stage::{Run, Stage},
};

/// A stage with a copy, and its active subscriptions.
struct Copied {
    stage: Stage,
    active: Vec<Value>,
}

impl Copied {
    fn new() -> Self {
        let served = Served::start();
        let stage = with_profile(&served);
        stage.run(["sync", "--keep", "--quiet", "--resellers", served::RESELLER]).exits_with(0);
        let active = "SELECT customer_id, company, subscription_id, offer_id, quantity, renewal_date, auto_renewal
            FROM v_subscriptions WHERE subscription_status_code = '1000' AND gone_at IS NULL ORDER BY subscription_id";
        let active = stage.run(["sql", "--json", active]).exits_with(0).json().as_array().unwrap().clone();
        assert!(active.len() > 20, "{active:?}");
        Self { stage, active }
    }

    fn list(&self, name: &str) -> PathBuf {
        self.stage.path(name)
    }

    /// Writes a list with a heading and a line for each subscription.
    fn write(&self, heading: &str, line: impl Fn(usize, &Value) -> Option<String>) {
        let lines = self.active.iter().enumerate().filter_map(|(place, found)| line(place, found));
        let text = format!("{heading}\n{}\n", lines.collect::<Vec<_>>().join("\n"));
        self.stage.write(self.list("list.csv"), &text);
    }

    fn compare(&self, name: &str, options: &[&str]) -> Run {
        let file = self.list(name);
        self.stage.run(["reconcile", file.to_str().unwrap()].iter().chain(options).copied())
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}

fn quantity(value: &Value) -> i64 {
    value["quantity"].as_i64().unwrap_or_else(|| panic!("quantity in {value}"))
}

/// Returns a day of the form 2026-11-30 with the day first.
fn day_first(day: &str, between: char) -> String {
    format!("{}{between}{}{between}{}", &day[8..], &day[5..7], &day[..4])
}

/// Returns what differs: subscription, kind, and both values.
fn differences(run: &Run) -> Vec<[Value; 4]> {
    let found = run.json();
    let names = ["subscriptionId", "difference", "inFile", "inCopy"];
    let of = |difference: &Value| names.map(|name| difference[name].clone());
    found.as_array().unwrap().iter().map(of).collect()
}

#[test]
fn an_export_of_the_portfolio_does_not_differ_from_the_copy() {
    let copied = Copied::new();
    let all = copied.stage.run(["find", "--subscriptions", "--output", "csv"]).exits_with(0).out;
    copied.stage.write(copied.list("list.csv"), &all);
    let run = copied.compare("list.csv", &[]).exits_with(0).warns(&[
        "\"subscription-id\" is subscription-id",
        "\"quantity\" is quantity",
        "\"renewal-date\" is renewal-date",
        "\"auto-renewal\" is auto-renewal",
        "\"subscription-status-code\" is status",
        "Portfolio of ",
        "of the file compared: no difference.",
    ]);
    assert_eq!(run.out.lines().count(), 1, "a heading alone: {}", run.out);
    assert_eq!(copied.compare("list.csv", &["--json"]).exits_with(0).json(), json!([]));
}

#[test]
fn each_kind_of_difference_is_found_in_a_list_of_another_language() {
    let copied = Copied::new();
    let ids: Vec<&str> = copied.active.iter().map(|found| text(found, "subscription_id")).collect();
    copied.write(
        "Stand: heute;;;;\nVerlängerung am;Menge;Abonnement-ID;Automatische Verlängerung;Status",
        |place, found| {
            let (mut quantity, mut day) = (quantity(found), text(found, "renewal_date").to_owned());
            let mut auto = found["auto_renewal"] == 1;
            match place {
                0 => return None,
                1 => quantity += 7,
                2 => "1999-11-30".clone_into(&mut day),
                3 => auto = !auto,
                _ => {}
            }
            let status = if place == 4 { "Inaktiv" } else { "Aktiv" };
            let auto = if auto { "Ja" } else { "Nein" };
            Some(format!(
                "{};{quantity};{};{auto};{status}",
                day_first(&day, '.'),
                text(found, "subscription_id")
            ))
        },
    );
    let list = std::fs::read_to_string(copied.list("list.csv")).unwrap() + "30.11.2099;1;unknown1;Ja;Aktiv\n";
    let utf_16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(list.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    std::fs::write(copied.list("list.csv"), utf_16).unwrap();
    let run = copied.compare("list.csv", &["--json"]).exits_with(1);
    let mut found = differences(&run);
    let number = |place: usize| json!(quantity(&copied.active[place]).to_string());
    let yes = |flag: bool| if flag { json!("yes") } else { json!("no") };
    let auto = copied.active[3]["auto_renewal"] == 1;
    let mut expected = vec![
        [json!(ids[0]), json!("missing-in-file"), Value::Null, number(0)],
        [json!(ids[1]), json!("quantity"), json!((quantity(&copied.active[1]) + 7).to_string()), number(1)],
        [json!(ids[2]), json!("renewal-date"), json!("1999-11-30"), copied.active[2]["renewal_date"].clone()],
        [json!(ids[3]), json!("auto-renewal"), yes(!auto), yes(auto)],
        [json!(ids[4]), json!("status"), json!("Inactive"), json!("Active")],
        [json!("unknown1"), json!("missing-in-copy"), json!("1"), Value::Null],
    ];
    found.sort_by_key(|difference| difference[0].to_string());
    expected.sort_by_key(|difference| difference[0].to_string());
    assert_eq!(found, expected);
    let run = copied.compare("list.csv", &["--only-listed", "--output", "csv"]).exits_with(1);
    let heading =
        "customer-id,company,subscription-id,offer-id,product,difference,in-file,in-copy,rows,problem";
    assert_eq!(run.out.lines().next(), Some(heading));
    assert_eq!(run.out.lines().count(), 6, "{}", run.out);
    copied
        .compare("list.csv", &[])
        .exits_with(1)
        .prints(&["In the file", "missing-in-copy"])
        .warns(&["Read as CSV with \";\" in UTF-16LE, with headings in row 2:", "6 differences."]);
}

#[test]
fn the_invoice_workbook_of_the_vendor_adds_up_and_the_result_can_be_a_workbook() {
    let copied = Copied::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Data").unwrap();
    let headings = [
        "Ship To Customer ID",
        "Subscription ID",
        "SKU",
        "Charge End Date",
        "Quantity",
        "Charge Type",
        "Taxes",
        "Taxes",
    ];
    sheet.write_row(0, 0, headings).unwrap();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let mut row = 1;
    for (place, found) in copied.active.iter().enumerate() {
        let renewal: chrono::NaiveDate = text(found, "renewal_date").parse().unwrap();
        let end = renewal - chrono::Days::new(1);
        // A new order, added seats and a return.
        for (number, charge) in
            [(quantity(found), "INVOICE"), (3, "INVOICE"), (3, "RETURN"), (i64::from(place == 0), "INVOICE")]
        {
            sheet.write(row, 0, text(found, "customer_id").parse::<f64>().unwrap()).unwrap();
            sheet.write(row, 1, text(found, "subscription_id")).unwrap();
            sheet.write(row, 2, text(found, "offer_id")).unwrap();
            if place % 2 == 0 {
                sheet.write(row, 3, end.format("%d-%b-%Y").to_string()).unwrap();
            } else {
                sheet.write_with_format(row, 3, &end, &day).unwrap();
            }
            sheet.write(row, 4, i32::try_from(number).unwrap()).unwrap();
            sheet.write(row, 5, charge).unwrap();
            row += 1;
        }
    }
    workbook.save(copied.list("invoices.xlsx")).unwrap();
    let run = copied.compare("invoices.xlsx", &["--json"]).exits_with(1);
    let first = &copied.active[0];
    let expected = [
        json!(text(first, "subscription_id")),
        json!("quantity"),
        json!((quantity(first) + 1).to_string()),
        json!(quantity(first).to_string()),
    ];
    assert_eq!(differences(&run), [expected]);
    assert_eq!(run.json()[0]["rows"], json!([2, 3, 4, 5]));
    let file = copied.list("invoices.xlsx");
    let mut command = copied.stage.command();
    let out = command.args(["reconcile", file.to_str().unwrap(), "--output", "xlsx"]).output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(out.stdout)).unwrap();
    let range = book.worksheet_range("Differences").unwrap();
    assert_eq!(range.height(), 2);
}

#[test]
fn dates_that_could_be_two_days_are_asked_for() {
    let copied = Copied::new();
    copied.write("Subscription ID,Renewal Date", |place, found| {
        let day = if place == 0 { "05/06/2026".to_owned() } else { text(found, "renewal_date").to_owned() };
        Some(format!("{},{day}", text(found, "subscription_id")))
    });
    let words = "row 2: 05/06/2026 below \"Renewal Date\" may have the day or the month first. Use --dates dmy or --dates mdy";
    copied.compare("list.csv", &[]).exits_with(2).prints_nothing().warns(&[words]);
    for (order, day) in [("dmy", "2026-06-05"), ("mdy", "2026-05-06")] {
        let run = copied.compare("list.csv", &["--dates", order, "--json"]).exits_with(1);
        assert_eq!(run.json()[0]["inFile"], day);
    }
}

#[test]
fn a_result_that_rests_on_a_part_exits_with_five() {
    let copied = Copied::new();
    let line = |found: &Value, quantity: &str| Some(format!("{},{quantity}", text(found, "subscription_id")));
    copied.write("Subscription ID,Seats", |place, found| {
        line(found, if place == 0 { "many" } else { return line(found, &quantity(found).to_string()) })
    });
    let words = "row 2: quantity: many is not a whole number: not compared.";
    copied.compare("list.csv", &[]).exits_with(5).warns(&[words, "no difference"]);
    copied.compare("list.csv", &["--partial"]).exits_with(0).warns(&[words]);
    copied.write("Subscription ID,Seats", |_, found| line(found, &quantity(found).to_string()));
    copied.compare("list.csv", &[]).exits_with(0);
    let folder = crate::portfolio::folder(&copied.stage);
    let cache = rusqlite::Connection::open(folder.join("portfolio.sqlite")).unwrap();
    cache.execute("UPDATE customer SET subscriptions_at = NULL WHERE seats > 0", []).unwrap();
    drop(cache);
    copied.compare("list.csv", &[]).exits_with(5).warns(&["details of ", " are known."]);
    copied.compare("list.csv", &["--partial"]).exits_with(0);
}

#[test]
fn a_list_without_subscription_ids_is_compared_by_customer_and_product() {
    let copied = Copied::new();
    copied.write("Customer ID;Vendor SKU;Qty", |_, found| {
        Some(format!("{};{};{}", text(found, "customer_id"), text(found, "offer_id"), quantity(found)))
    });
    copied.compare("list.csv", &[]).exits_with(2).warns(&["no row has a heading for subscription-id"]);
    let by_product = ["--key", "customer-product"];
    copied
        .compare("list.csv", &by_product)
        .exits_with(0)
        .warns(&["products of customers of the file compared"]);
    copied.write("Customer ID;Vendor SKU;Qty", |place, found| {
        let more = i64::from(place == 0);
        Some(format!("{};{};{}", text(found, "customer_id"), text(found, "offer_id"), quantity(found) + more))
    });
    let run = copied.compare("list.csv", &[&by_product[..], &["--json"]].concat()).exits_with(1);
    let found = &run.json()[0];
    assert_eq!((&found["subscriptionId"], &found["difference"]), (&Value::Null, &json!("quantity")));
    assert_eq!(&found["customerId"], &copied.active[0]["customer_id"]);
    copied.write("Kunde;Vendor SKU;Qty", |_, found| Some(format!("x;{};1", text(found, "offer_id"))));
    copied.compare("list.csv", &by_product).exits_with(2).warns(&["no row has a heading for customer-id"]);
}

#[test]
fn without_a_copy_or_a_file_there_is_no_result() {
    let served = Served::start();
    let stage = with_profile(&served);
    let file = stage.path("list.csv");
    let compare = || stage.run(["reconcile", file.to_str().unwrap()]);
    compare().exits_with(2).prints_nothing().warns(&["there is no such file"]);
    stage.write(file.clone(), "Subscription ID,Qty\na1,5\n");
    compare().exits_with(4).prints_nothing().warns(&["run `vipmp sync` first"]);
    stage.write(file.clone(), "Colour\nred\n");
    compare().exits_with(2).prints_nothing().warns(&["--heading subscription-id="]);
}
