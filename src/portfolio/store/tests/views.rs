//! The documented views, which other programs rely on.

use super::*;

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
         language discount_licence discount_consumables 3yc_status 3yc_end 3yc_minimum 3yc_short next_renewal seats consumables lapsing_seats to_renew \
         to_renew_approximate renewal_change late_renewals \
         auto_renewal_on auto_renewal_off to_order to_order_by admin admin_email listed_at record_at subscriptions_at \
         acquisitions_at gone_at"
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
    ];
    store.put_subscriptions("1", &subscriptions(&list), noon()).unwrap();
    store.put_subscriptions("2", &subscriptions(&list[..1]), noon()).unwrap();
    store.mark_gone("2", noon()).unwrap();
    let mut found =
        store.cache.prepare("SELECT subscription_id, left_to_renew, company FROM v_renewals").unwrap();
    let rows = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    let rows: Vec<(String, i64, String)> = rows.map(Result::unwrap).collect();
    let expected =
        [("sooner", 3), ("later", 6)].map(|(id, left)| (id.to_owned(), left, "Company 1".to_owned()));
    assert_eq!(rows, expected);
}
