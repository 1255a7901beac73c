//! CSV files.

use super::{WANTED, read, rows};
use crate::tables::{Meaning, ReadOptions, TableError, find_table, read_bytes};

const EXPECTED: [&str; 2] = ["a1 1173 2026-11-30 true", "b2 5 2027-01-31 false"];

#[test]
fn headings_are_found_in_each_language_and_order() {
    for text in [
        "Subscription ID,Licenses,Renewal Date,Auto Renew\na1,1173,2026-11-30,Y\nb2,5,2027-01-31,N\n",
        "Auto-Renew;Qty;Next Renewal Date;Vendor Subscription ID;Extra\ntrue;1.173;30.11.2026;a1;x\nfalse;5;31.01.2027;b2;y\n",
        "Abonnement-ID;Menge;Verlängerungsdatum;Automatische Verlängerung\na1;1.173;30.11.2026;Ja\nb2;5;31.01.2027;Nein\n",
        "Numéro d'abonnement;Quantité;Date de renouvellement;Renouvellement automatique\na1;1 173;30/11/2026;oui\nb2;5;31/01/2027;non\n",
        "ID de suscripción;Cantidad;Fecha de renovación;Renovación automática\na1;1.173;30/11/2026;Sí\nb2;5;31/01/2027;No\n",
        "契約ID\t数量\t更新日\t自動更新\na1\t1,173\t2026年11月30日\t有効\nb2\t5\t2027/01/31\t無効\n",
        "SEATS,ADOBE SUBSCRIPTION ID,Renewal,Auto Renewal\n\"1,173\",'a1',11/30/2026,On\n5,'b2',01/31/2027,Off\n",
        "\"Subscription\nID\",licence count,License Count,renewal_date,AutoRenew\na1,x,1173,30-Nov-2026,yes\nb2,y,5,31-Jan-2027,no\n",
    ] {
        let table = read(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(rows(&table), EXPECTED, "{text}");
    }
}

#[test]
fn titles_totals_and_blank_rows_are_no_data() {
    let text = "Renewals of Example Reseller;;;\nMade on 2026-10-01;;;\n;;;\nSubscription ID;Qty;Renewal Date;Auto Renew\n\
        a1;1173;2026-11-30;Y\n;;;\nSubscription ID;Qty;Renewal Date;Auto Renew\nb2;5;2027-01-31;N\n;7;;\nTotal;1178;;\n;;;\n;;;\n";
    let table = read(text.as_bytes()).unwrap();
    assert_eq!(rows(&table), EXPECTED);
    let report = &table.report;
    assert_eq!((report.heading_row, report.rows, report.first_row), (4, 2, Some(5)));
    let left_out: Vec<(&str, u64, &[u32])> =
        report.left_out.iter().map(|out| (out.reason.as_str(), out.count, &out.first[..])).collect();
    let expected: [(&str, u64, &[u32]); 3] =
        [("the headings again", 1, &[7]), ("no subscription-id", 1, &[9]), ("a total", 1, &[10])];
    assert_eq!(left_out, expected);
    assert_eq!(table.titles, ["Renewals of Example Reseller", "Made on 2026-10-01"]);
}

#[test]
fn the_encoding_does_not_matter() {
    let text = "Abonnement-ID;Menge;Verlängerung am;Automatische Verlängerung\r\na1;1173;30.11.2026;Ja\r\nb2;5;31.01.2027;Nein\r\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for (bytes, name) in [
        (text.as_bytes().to_vec(), "UTF-8"),
        ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8"),
        ([b"\xff\xfe", &little[..]].concat(), "UTF-16LE"),
        ([b"\xfe\xff", &big[..]].concat(), "UTF-16BE"),
        (latin, "Windows-1252"),
    ] {
        let table = read(&bytes).unwrap();
        assert_eq!(rows(&table), EXPECTED, "{name}");
        assert_eq!(table.report.form, format!("CSV with \";\" in {name}"));
    }
}

#[test]
fn dates_that_could_be_two_days_need_an_option() {
    let text = "Subscription ID,Renewal Date\na1,2026-01-01\nb2,05/06/2026\n";
    let words = read(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(
        words,
        "row 3: 05/06/2026 below \"Renewal Date\" may have the day or the month first. Use --dates dmy or --dates mdy"
    );
    for (order, day) in [("dmy", "2026-06-05"), ("mdy", "2026-05-06")] {
        let options = ReadOptions { dates: order.parse().ok(), ..ReadOptions::default() };
        let table = find_table(read_bytes(text.as_bytes()).unwrap(), &WANTED, &options).unwrap();
        assert_eq!(rows(&table)[1], format!("b2  {day} "));
    }
    let decided = read(format!("{text}c3,30/11/2026\n").as_bytes()).unwrap();
    assert_eq!(rows(&decided)[1], "b2  2026-06-05 ");
    let mixed = format!("{text}c3,30/11/2026\nd4,11/30/2026\n");
    assert!(read(mixed.as_bytes()).unwrap_err().to_string().contains("and other rows contradict each other"));
}

#[test]
fn a_heading_can_be_named() {
    let text = "Key,Subscription ID,How many\na1,0001,1173\n";
    let choose = |columns: &[&str]| {
        let columns = columns.iter().map(|column| column.parse().unwrap()).collect();
        let options = ReadOptions { columns, ..ReadOptions::default() };
        find_table(read_bytes(text.as_bytes()).unwrap(), &WANTED, &options)
    };
    let table = choose(&["subscription-id=KEY", "quantity=how many"]).unwrap();
    assert_eq!(rows(&table), ["a1 1173  "]);
    let meanings: Vec<(&str, Meaning)> =
        table.report.columns.iter().map(|(heading, meaning)| (heading.as_str(), *meaning)).collect();
    assert_eq!(meanings, [("Key", Meaning::SubscriptionId), ("How many", Meaning::Quantity)]);
    assert_eq!(table.report.repeated, [("Subscription ID".to_owned(), Meaning::SubscriptionId)]);
    assert_eq!(
        choose(&["quantity=Seats"]).unwrap_err().to_string(),
        "--heading quantity=\"Seats\": no row has this heading; there are \"Key\", \"Subscription ID\", \"How many\""
    );
}

#[test]
fn of_several_headings_of_a_meaning_the_surest_is_used() {
    let text = "Taxes,Subscription ID,Qty,Vendor Subscription ID,Taxes\n1,x,5,a1,2\n";
    let table = read(text.as_bytes()).unwrap();
    assert_eq!(rows(&table), ["a1 5  "]);
    assert_eq!(table.report.repeated, [("Subscription ID".to_owned(), Meaning::SubscriptionId)]);
    assert_eq!(table.report.unused, ["Taxes", "Taxes"]);
}

#[test]
fn a_file_without_the_heading_is_an_error_that_names_an_option() {
    let words = read(b"Name,Colour\nx,red\n").unwrap_err().to_string();
    assert_eq!(
        words,
        "no row has a heading for subscription-id; there are \"Name\", \"Colour\". \
         Name yours with --heading subscription-id=\"\u{2026}\""
    );
    assert!(matches!(read(b""), Err(TableError::NoHeadings { .. })));
    assert!(matches!(read(b"Seats,Renewal Date\n1,2026-11-30\n"), Err(TableError::NoHeadings { .. })));
}

#[test]
fn the_report_says_what_was_understood() {
    let text = "Subscription ID;Colour;Qty\na1;red;5\n;blue;6\n";
    let expected = [
        "Read as CSV with \";\" in UTF-8, with headings in row 1:",
        "  \"Subscription ID\" is subscription-id",
        "  \"Qty\" is quantity",
        "Headings left out: \"Colour\".",
        "1 row read, the first in row 2.",
        "1 row left out: no subscription-id (row 3).",
    ];
    assert_eq!(read(text.as_bytes()).unwrap().report.lines(), expected);
}
