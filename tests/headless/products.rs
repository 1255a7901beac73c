//! Product names: importing lists, listing and forgetting them.

use std::fs;

use rust_xlsxwriter::Workbook;
use serde_json::json;

use crate::{
    portfolio::with_profile,
    served::{self, Served},
    stage::Stage,
};

const PRICES: &str = "offerId;productFamily;language;partnerPrice\n\
    65304966CA01A12;Lantern Pro;Multiple;123,45\n65304966CA02A12;Lantern Pro;Multiple;99,99\nTotal;;;223,44\n";

#[test]
fn names_of_a_price_list_are_kept_without_prices_and_forgotten() {
    let stage = Stage::new();
    let list = stage.path("prices-202601.csv");
    stage.write(list.clone(), PRICES);
    stage.run(["products", "list"]).exits_with(0).warns(&["No product names are known"]);
    let dry = ["products", "import", list.to_str().unwrap(), "--dry-run"];
    stage.run(dry).exits_with(0).prints_nothing().warns(&[
        "Read as CSV with \";\" in UTF-8, with headings in row 1:",
        "\"offerId\" is offer-id",
        "Headings left out: \"partnerPrice\".",
        "2 rows read, the first in row 2.",
        "1 row left out: a total (row 4).",
        "Price list of 2026-01 (as the name of the file says).",
        "1 product: 1 new, 0 changed, 0 as before.",
        "Nothing was stored",
    ]);
    stage.run(["products", "list"]).exits_with(0).warns(&["No product names are known"]);
    stage.run(["products", "import", list.to_str().unwrap()]).exits_with(0).warns(&["1 new"]);
    let listed = stage.run(["products", "list", "--json"]).exits_with(0).json();
    assert_eq!(
        listed,
        json!([{"offerId": "65304966CA", "name": "Lantern Pro", "details": {"language": "Multiple"},
            "listed": "2026-01-01", "kind": "price-list", "file": "prices-202601.csv"}])
    );
    let csv = stage.run(["products", "list", "--output", "csv", "--columns", "offer-id,name"]).exits_with(0);
    assert_eq!(csv.out, "offer-id,name,problem\r\n65304966CA,Lantern Pro,\r\n");
    stage.assert_private();
    stage.run(["products", "import", list.to_str().unwrap(), "--month", "202512"]).warns(&["1 as before"]);
    stage.run(["products", "forget"]).exits_with(2).warns(&["use --yes"]);
    stage.run(["products", "forget", "--yes"]).exits_with(0).warns(&["Deleted all product names."]);
    stage.run(["products", "forget", "--yes"]).exits_with(0).warns(&["There were no product names."]);
}

#[test]
fn an_invoice_workbook_names_products_too() {
    let stage = Stage::new();
    let path = stage.path("invoices.xlsx");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Data").unwrap();
    for (column, heading) in
        ["Order Date", "Subscription ID", "SKU", "Product Description", "Taxes", "Taxes"].iter().enumerate()
    {
        sheet.write(0, u16::try_from(column).unwrap(), *heading).unwrap();
    }
    for (column, text) in ["12-Jun-2026", "a1", "65304966CA01A12", "Lantern Pro ALL MLP License Subscription"]
        .iter()
        .enumerate()
    {
        sheet.write(1, u16::try_from(column).unwrap(), *text).unwrap();
    }
    workbook.save(&path).unwrap();
    stage.run(["products", "import", path.to_str().unwrap()]).exits_with(0).warns(&[
        "Read as a workbook, sheet \"Data\", with headings in row 1:",
        "Invoices of 2026-06-12 (the newest order in it).",
    ]);
    stage.run(["products", "list"]).exits_with(0).prints(&[
        "65304966CA",
        "Lantern Pro ALL MLP License Subscription",
        "invoices",
    ]);
}

#[test]
fn a_file_that_is_no_list_says_what_to_do() {
    let stage = Stage::new();
    let path = stage.path("list.csv");
    let import = |options: &[&str]| {
        stage.run(["products", "import", path.to_str().unwrap()].iter().chain(options).copied())
    };
    import(&[]).exits_with(1).warns(&["there is no such file"]);
    stage.write(path.clone(), "Code,Label\n65304966CA01A12,Lantern Pro\n");
    import(&[]).exits_with(1).warns(&["no row has a heading for offer-id", "--heading offer-id="]);
    import(&["--heading", "offer-id=Code", "--heading", "product-family=Label"])
        .exits_with(0)
        .warns(&["1 new"]);
    import(&["--heading", "offer-id=Cod"]).exits_with(1).warns(&["no row has this heading"]);
    import(&["--heading", "ofer-id=Code"]).exits_with(2).warns(&["did you mean offer-id?"]);
    import(&["--heading", "quantity=Code"]).exits_with(2).warns(&["quantity is not read by this command"]);
    import(&["--month", "soon"]).exits_with(2).warns(&["write the month as 202601"]);
    import(&["--month", "206201"]).exits_with(2).warns(&["that month is still to come"]);
    import(&["--dates", "ymd"]).exits_with(2).warns(&["write dmy for 30/11/2026"]);
    import(&["--demo"]).exits_with(2).warns(&["leave out --demo"]);
    stage.write(path.clone(), "%PDF-1.7 and more");
    import(&[]).exits_with(1).warns(&["it is a PDF"]);
}

#[test]
fn a_damaged_file_of_names_is_told_of() {
    let stage = Stage::new();
    let list = stage.path("prices.csv");
    stage.write(list.clone(), PRICES);
    stage.run(["products", "import", list.to_str().unwrap()]).exits_with(0);
    let kept = stage.path(".local/share/vipmp/products.json");
    fs::write(&kept, "{").unwrap();
    stage.run(["products", "list"]).exits_with(5).warns(&["is damaged", "import your price list again"]);
    stage.run(["products", "import", list.to_str().unwrap()]).exits_with(0).warns(&["is damaged", "1 new"]);
    assert_eq!(fs::read_to_string(stage.path(".local/share/vipmp/products.json.broken")).unwrap(), "{");
    stage.run(["products", "list"]).exits_with(0).prints(&["Lantern Pro"]);
}

#[test]
fn the_demo_has_names_of_its_own_which_can_be_imported() {
    let stage = Stage::new();
    let csv = stage.run(["products", "list", "--demo", "--output", "csv"]).exits_with(0).out;
    assert!(csv.contains("65304966CA,"), "{csv}");
    let path = stage.path("demo.csv");
    stage.write(path.clone(), &csv);
    stage.run(["products", "import", path.to_str().unwrap()]).exits_with(0).warns(&["16 products: 16 new"]);
    stage.run(["products", "forget", "--demo", "--yes"]).exits_with(2);
}

#[test]
fn products_are_found_counted_and_written_by_name() {
    let stage = Stage::new();
    let find = |arguments: &[&str]| {
        stage.run(["find", "--demo", "--demo-customers", "40"].iter().chain(arguments).copied()).exits_with(0)
    };
    let written = ["--subscriptions", "--output", "csv", "--columns", "offer-id,product"];
    let by_name = find(&[&["product:illustration"], &written[..]].concat()).out;
    assert!(
        by_name
            .lines()
            .any(|line| line.starts_with("65304609CA") && line.contains(",\"Illustration, single app\"")),
        "{by_name}"
    );
    find(&["product:illustration", "--subscriptions"]).prints(&["Product", "Illustration, single app"]);
    find(&["--facets"]).prints(&["product ", "  Illustration, single app"]);
    let file = stage.path("all.csv");
    let export = ["export", file.to_str().unwrap(), "--demo", "--demo-customers", "40", "--subscriptions"];
    stage.run(export).exits_with(0);
    let exported = fs::read_to_string(&file).unwrap();
    assert!(exported.lines().next().unwrap().contains(",offer-id,product,"), "{exported}");
    assert!(exported.contains(",\"Illustration, single app\","), "{exported}");
}

#[test]
fn names_apply_to_each_profile_and_unknown_products_show_their_id() {
    let served = Served::start();
    let stage = with_profile(&served);
    stage.run(["sync", "--keep", "--resellers", served::RESELLER, "--quiet"]).exits_with(0);
    let written = ["--subscriptions", "--output", "csv", "--columns", "offer-id,product"];
    let find = || stage.run([&["find"], &written[..]].concat()).exits_with(0).out;
    let rows = |csv: &str| -> Vec<(String, String)> {
        let row = |line: &str| {
            let mut cells = line.split(',').map(str::to_owned);
            Some((cells.next()?, cells.next()?)).filter(|(offer, _)| !offer.is_empty())
        };
        csv.lines().skip(1).filter_map(row).collect()
    };
    let before = rows(&find());
    assert!(before.len() > 60 && before.iter().all(|(offer, product)| offer == product), "{before:?}");
    let base = before[0].0[..10].to_owned();
    let list = stage.path("prices.csv");
    stage.write(list.clone(), &format!("Offer ID,Product Family\n{base}01A12,Copper Press\n"));
    stage.run(["products", "import", list.to_str().unwrap()]).exits_with(0);
    for (offer, product) in rows(&find()) {
        assert_eq!(product, if offer.starts_with(&base) { "Copper Press" } else { &offer });
    }
    stage.run(["find", "product:copper"]).exits_with(0).prints(&["Company"]);
    let id =
        stage.run(["find", "product:copper", "--limit", "1", "--output", "csv", "--columns", "customer-id"]);
    let id = id.out.lines().nth(1).unwrap().trim_end_matches(',').to_owned();
    let show = ["show", id.as_str(), "--subscriptions", "--orders", "--since", "-10y"];
    let shown = stage.run(show).exits_with(0).out;
    assert!(shown.matches("Copper Press").count() >= 2, "a subscription and its order: {shown}");
    let json = stage.run(["show", &id, "--subscriptions", "--json"]).exits_with(0).out;
    assert!(!json.contains("Copper Press"), "JSON is what the server sent");
}
