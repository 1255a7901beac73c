//! The documented views, which other programs rely on.

use chrono::{Days, NaiveDate};

use super::*;
use crate::{
    columns::{CopyLine, RowSchema, TableLine},
    model::{AsOf, DatedRenewal, OrderPage},
};

fn columns(connection: &rusqlite::Connection, view: &str) -> String {
    let view = connection.prepare(&format!("SELECT * FROM {view}")).unwrap();
    view.column_names().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_columns_of_the_views_stay_as_they_are() {
    let place = Place::new();
    let store = place.open();
    assert_eq!(
        columns(&store.cache, "v_customers"),
        "customer_id company status_code created reference reseller_id anniversary market_segment country region city \
         language discount_licence discount_consumables 3yc_status 3yc_end 3yc_renewal 3yc_licences 3yc_consumables 3yc_minimum \
         3yc_short next_renewal renewal_basis days_left change_by change_margin_days renewal_state seats consumables \
         lapsing_seats to_renew to_renew_approximate renewal_change late_renewals late_since lapses auto_renewal_on \
         auto_renewal_off to_order to_order_by returnable returnable_until admin admin_email listed_at record_at \
         subscriptions_at orders_at acquisitions_at gone_at scheduled renewal_failed renewal_dates 3yc_request"
    );
    assert_eq!(
        columns(&store.cache, "v_subscriptions"),
        "customer_id company reseller_id subscription_id offer_id kind quantity used renewed_quantity \
         subscription_status_code subscription_created renewal_date auto_renewal renewal_quantity currency deployment_id \
         gone_at subscriptions_at"
    );
    assert_eq!(
        columns(&store.cache, "v_renewals"),
        "renewal_date customer_id company reseller_id subscription_id offer_id kind quantity left_to_renew auto_renewal \
         renewal_quantity subscriptions_at"
    );
    assert_eq!(
        columns(&store.cache, "v_acquisitions"),
        "customer_id company reseller_id reference product_name base_offer_id quantity created expires gone_at \
         acquisitions_at"
    );
    assert_eq!(
        columns(&store.history, "v_changes"),
        "at customer_id company reseller_id subscription_id field before after"
    );
    assert_eq!(
        columns(&store.history, "v_notes"),
        "customer_id company reseller_id note follow_up written_at"
    );
}

#[test]
fn renewals_are_active_subscriptions_with_something_left_by_date() {
    let place = Place::new();
    place.fill(&["1", "2"]);
    let mut store = place.open();
    let item = |id: &str, quantity: i64, renewed: i64, day: &str, status: &str| {
        json!({"subscriptionId": id, "currentQuantity": quantity, "renewedQuantity": renewed, "renewalDate": day,
            "status": status, "autoRenewal": {"enabled": true}})
    };
    let list = [
        item("later", 10, 4, "2026-09-01", "1000"),
        item("renewed", 10, 10, "2026-08-01", "1000"),
        item("ended", 10, 0, "2026-08-01", "1004"),
        item("sooner", 3, 0, "2026-07-01", "1000"),
        json!({"subscriptionId": "grows", "currentQuantity": 0, "renewalDate": "2026-10-01", "status": "1000",
            "autoRenewal": {"enabled": true, "renewalQuantity": 8}}),
        json!({"subscriptionId": "empty", "currentQuantity": 0, "renewalDate": "2026-10-01", "status": "1000",
            "autoRenewal": {"enabled": false, "renewalQuantity": 8}}),
        item("returned", 3, -1, "2026-11-01", "1000"),
    ];
    store.put_subscriptions("1", &subscriptions(&list), noon()).unwrap();
    store.put_subscriptions("2", &subscriptions(&list[..1]), noon()).unwrap();
    store.mark_gone("2", noon()).unwrap();
    let mut found =
        store.cache.prepare("SELECT subscription_id, left_to_renew, company FROM v_renewals").unwrap();
    let rows = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    let rows: Vec<(String, i64, String)> = rows.map(Result::unwrap).collect();
    let expected = [("sooner", 3), ("later", 6), ("grows", 0), ("returned", 3)]
        .map(|(id, left)| (id.to_owned(), left, "Company 1".to_owned()));
    assert_eq!(rows, expected);
}

/// The columns whose values depend on the day, and those that they are made of.
const DATED: [&str; 12] = [
    "next-renewal",
    "renewal-basis",
    "days-left",
    "change-by",
    "renewal-state",
    "late-since",
    "returnable",
    "returnable-until",
    "renewal-failed",
    "scheduled",
    "lapses",
    "renewal-dates",
];

/// Returns the day in UTC that SQLite has.
fn sql_day(store: &PortfolioStore) -> NaiveDate {
    let day: String = store.cache.query_row("SELECT DATE('now')", [], |row| row.get(0)).unwrap();
    day.parse().unwrap()
}

/// Returns the values of [`DATED`] of a customer as the view has them.
fn of_view(store: &PortfolioStore, id: &str) -> Vec<String> {
    let names: Vec<String> = DATED.iter().map(|key| key.replace('-', "_")).collect();
    let sql = format!("SELECT {} FROM v_customers WHERE customer_id = ?", names.join(", "));
    let text = |value: rusqlite::types::Value| match value {
        rusqlite::types::Value::Null => String::new(),
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text,
        other => panic!("{other:?}"),
    };
    let read = |row: &rusqlite::Row<'_>| (0..DATED.len()).map(|place| row.get(place).map(text)).collect();
    store.cache.query_row(&sql, [id], read).unwrap()
}

/// Returns the values of [`DATED`] of a customer as exports have them.
fn of_columns(store: &PortfolioStore, id: &str, today: NaiveDate) -> Vec<String> {
    let facts = store.customer(id).unwrap().unwrap().facts;
    let copy = Some(CopyLine { facts: &facts, as_of: AsOf::on(today) });
    let line = TableLine { copy, ..TableLine::default() };
    let column = |key: &&str| {
        let schema = RowSchema::Portfolio { details: false, subscriptions: false };
        schema.columns().find(|column| column.key == *key).unwrap()
    };
    DATED.iter().map(|key| column(key).read(&line).plain().into_owned()).collect()
}

#[test]
fn sql_and_exports_have_the_same_values_on_any_day() {
    let place = Place::new();
    let offsets: Vec<i64> = (-31..=31).collect();
    let ids: Vec<String> = offsets.iter().map(|offset| format!("c{offset}")).collect();
    place.fill(&ids.iter().map(String::as_str).collect::<Vec<_>>());
    let mut store = place.open();
    let today = sql_day(&store);
    let day = |offset: i64| (today + chrono::TimeDelta::days(offset)).to_string();
    for (offset, id) in offsets.iter().zip(&ids) {
        let renewed = if offset % 7 == 0 { 10 } else { 0 };
        let mut items =
            vec![json!({"subscriptionId": "s", "currentQuantity": 10, "renewedQuantity": renewed,
            "renewalDate": day(*offset), "status": "1000", "autoRenewal": {"enabled": true}})];
        if offset % 3 == 0 {
            items.push(json!({"subscriptionId": "l", "currentQuantity": 5, "renewalDate": day(offset - 5), "status": "1004",
                "allowedActions": ["MANUAL_RENEWAL"]}));
        }
        if offset % 5 == 0 {
            items.push(json!({"subscriptionId": "n", "currentQuantity": 0, "status": "1009"}));
        }
        store.put_subscriptions(id, &subscriptions(&items), noon()).unwrap();
        if offset % 2 == 0 {
            let customer = json!({"customerId": id, "status": "1000", "cotermDate": day(offset + 40)});
            store.put_record(id, &record(&customer), noon()).unwrap();
        }
        let order = |offset: i64, remaining: Value| {
            json!({"orderType": "NEW", "status": "1000", "creationDate": format!("{}T10:00:00Z", day(offset)),
                "lineItems": [{"offerId": "65304479CA01A12", "remainingQuantity": remaining}]})
        };
        let remaining = if *offset == -3 { Value::Null } else { json!(offset.abs()) };
        let mut failed = order(-30, json!(0));
        failed["orderType"] = "RENEWAL".into();
        failed["status"] = if offset % 4 == 0 { "1004".into() } else { "1000".into() };
        let orders = json!({"items": [order(*offset, remaining), order(-2, json!(1)), failed]}).to_string();
        let orders = OrderPage::from_slice(orders.as_bytes()).unwrap();
        let since = today.checked_sub_days(Days::new(offset.unsigned_abs()));
        store.put_orders(id, &orders, since.filter(|_| *offset > -20), noon()).unwrap();
    }
    let compared: Vec<_> =
        ids.iter().map(|id| (of_view(&store, id), of_columns(&store, id, today))).collect();
    assert_eq!(sql_day(&store), today, "the day has ended meanwhile: run the test again");
    for (id, (view, columns)) in ids.iter().zip(&compared) {
        assert_eq!(view, columns, "{id}: {DATED:?}");
    }
    let view = |offset: i64| {
        let place = offsets.iter().position(|own| *own == offset).unwrap();
        compared[place].0.join("|")
    };
    // What follows is nothing that lapses, and the only date.
    let line = |values: &[&str]| {
        let date = if values[1] == "subscription" { values[0] } else { "" };
        format!("{}||{date}", values.join("|"))
    };
    let (none, until, failed) = ("", day(12), day(-30));
    for (offset, values) in [
        (2, [&day(2), "subscription", "2", &day(-1), "locked", none, none, none, none, "0"]),
        (4, [&day(4), "subscription", "4", &day(1), "early", none, none, none, none, "0"]),
        (20, [&day(20), "subscription", "20", &day(17), "early", none, "21", &until, &failed, "1"]),
        (15, [&day(15), "subscription", "15", &day(12), "late, early", &day(10), "16", &until, none, "1"]),
        (21, [&day(16), "late", "16", none, "late, renewed", &day(16), "22", &until, none, "0"]),
        (14, [&day(54), "anniversary", none, none, "renewed", none, "15", &until, none, "0"]),
        (7, [none, none, none, none, "renewed", none, none, none, none, "0"]),
        (-25, [&day(-25), "subscription", "-25", &day(-28), "past", none, "1", &until, none, "1"]),
        (-3, [&day(-3), "subscription", "-3", &day(-6), "late, past", &day(-8), none, none, none, "0"]),
    ] {
        assert_eq!(view(offset), line(&values));
    }
}

/// Stores a customer with subscriptions on these days; what is on an even place renews, and the others lapse.
fn put_dates(store: &mut PortfolioStore, id: &str, days: &[NaiveDate]) {
    let item = |(place, day): (usize, &NaiveDate)| {
        json!({"subscriptionId": place, "offerId": "65304479CA01A12", "currentQuantity": 5 + place, "renewalDate": day.to_string(),
            "status": "1000", "autoRenewal": {"enabled": place % 2 == 0, "renewalQuantity": 7}})
    };
    let items: Vec<Value> = days.iter().enumerate().map(item).collect();
    store.put_subscriptions(id, &subscriptions(&items), noon()).unwrap();
}

#[test]
fn each_date_of_a_customer_is_kept() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    let today = sql_day(&store);
    let day = |offset: i64| today + chrono::TimeDelta::days(offset);
    let steps: [&[i64]; 5] = [&[0, 0], &[40, 1, 0, 2], &[9, 300], &[0, 1, 40, 1, 2], &[-3, 33]];
    for offset in -31..=31 {
        for steps in steps {
            let days: Vec<NaiveDate> = steps.iter().map(|step| day(offset + step)).collect();
            put_dates(&mut store, "1", &days);
            assert_eq!(of_view(&store, "1"), of_columns(&store, "1", today), "{offset} {steps:?}");
            let facts = store.customer("1").unwrap().unwrap().facts;
            let of_index = entries(&store)[0].copy_facts();
            assert_eq!(facts.renewal(), of_index.renewal(), "{offset} {steps:?}");
            for date in &facts.renewal().unwrap().dates {
                let on_it = |place: &usize| days[*place] == date.day;
                let renewing = (0..days.len()).filter(on_it).filter(|place| place % 2 == 0);
                let seats = |place: usize| 5 + i64::try_from(place).unwrap();
                let (to_renew, change) =
                    renewing.fold((0, 0), |(sum, change), place| (sum + 7, change + 7 - seats(place)));
                let lapsing = (0..days.len()).filter(on_it).filter(|place| place % 2 == 1).map(seats).sum();
                let expected = DatedRenewal {
                    day: date.day,
                    to_renew,
                    lapsing_seats: lapsing,
                    change,
                    lapses: lapsing > 0,
                };
                assert_eq!(*date, expected, "{offset} {steps:?}");
            }
        }
    }
    put_dates(&mut store, "1", &[day(-1), day(2), day(2), day(60)]);
    let [state, lapses, dates] = [4, 10, 11].map(|place| of_view(&store, "1")[place].clone());
    assert_eq!(state, "past, locked");
    assert_eq!(lapses, day(2).to_string());
    assert_eq!(dates, format!("{}, {}, {}", day(-1), day(2), day(60)));
}

#[test]
fn a_day_that_is_not_known_is_no_anniversary() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    let customer = json!({"customerId": "1", "status": "1000", "cotermDate": "2027-01-01"});
    store.put_record("1", &record(&customer), noon()).unwrap();
    assert_eq!(of_view(&store, "1"), vec![""; DATED.len()], "the subscriptions are not known");
    assert_eq!(of_columns(&store, "1", noon().date_naive()), vec![""; DATED.len()]);
    store.put_subscriptions("1", &subscriptions(&[]), noon()).unwrap();
    assert_eq!(of_view(&store, "1")[..3], ["2027-01-01", "anniversary", ""]);
    assert_eq!(of_view(&store, "1")[8..], ["", "0", "", ""]);
}

#[test]
fn the_minimum_of_a_commitment_counts_once_it_binds() {
    let place = Place::new();
    place.fill(&["1"]);
    let mut store = place.open();
    let item =
        json!({"subscriptionId": "s", "offerId": "65304479CA01A12", "currentQuantity": 8, "status": "1000"});
    store.put_subscriptions("1", &subscriptions(&[item]), noon()).unwrap();
    for (status, minimum, short) in [
        ("REQUESTED", None, None),
        ("ACCEPTED", Some(10), Some(2)),
        ("COMMITTED", Some(10), Some(2)),
        ("EXPIRED", None, None),
    ] {
        let commitment = json!({"status": status, "minimumQuantities": [{"offerType": "CONSUMABLES", "quantity": 1000},
            {"offerType": "LICENSE", "quantity": 10}]});
        let customer = json!({"customerId": "1", "status": "1000",
            "benefits": [{"type": "THREE_YEAR_COMMIT", "commitment": commitment}]});
        store.put_record("1", &record(&customer), noon()).unwrap();
        let sql =
            "SELECT \"3yc_licences\", \"3yc_consumables\", \"3yc_minimum\", \"3yc_short\" FROM v_customers";
        let read = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]);
        let found: [Option<i64>; 4] = store.cache.query_row(sql, [], read).unwrap();
        assert_eq!(found, [Some(10), Some(1000), minimum, short], "{status}");
        let shortfall = entries(&store)[0].commitment_shortfall();
        assert_eq!(shortfall, short, "{status}");
    }
}
