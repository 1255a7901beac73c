//! Fictional API responses for tests.

use serde_json::json;

use crate::model::{
    Customer, CustomerPage, CustomerQuery, OrderPage, ResellerPage, Row, Status, SubscriptionList,
};

/// Returns the rows of a page with these elements.
pub(crate) fn rows(elements: &str) -> Vec<Row> {
    let query = CustomerQuery::new(Status::active(), 50).unwrap();
    CustomerPage::from_slice(query, format!("{{\"accounts\": {elements}}}").as_bytes()).unwrap().rows
}

/// Returns a row with this company name.
pub(crate) fn named(name: &str) -> Row {
    rows(&json!([{"customerId": "1006500001", "companyProfile": {"companyName": name}}]).to_string())
        .remove(0)
}

/// Returns a page with all statuses, several scripts, missing and wrong fields, and an element that is not a customer.
pub(crate) fn page() -> Vec<Row> {
    rows(
        r#"[
        {"externalReferenceId": "0012", "customerId": "1006500792", "resellerId": "1000396138", "status": "1000",
         "companyProfile": {"companyName": "Quillfern Print GmbH"}, "creationDate": "2025-08-27T12:57:22Z",
         "links": {"self": {"uri": "/v3/customers/1006500792", "method": "GET", "headers": []}}, "brandNew": 1.50},
        {"externalReferenceId": "f0d64802-ebfc-48bb-a3de-d00d67a5b6b", "customerId": "1006500806",
         "resellerId": "1000396138", "status": "1002", "companyProfile": {"companyName": "株式会社みどり野出版"},
         "creationDate": "2025-08-27T12:57:18Z"},
        {"customerId": "1006500811", "status": "1004", "companyProfile": {"companyName": "Ondřej, \"Vrba\" & synové"},
         "creationDate": "2024-07-17T03:47:35"},
        {"status": "1000", "companyProfile": {"companyName": "Nobody's"}},
        {"customerId": "1006500817", "status": "1026", "companyProfile": {"companyName": "=1+1"},
         "creationDate": "soon"},
        {"customerId": "1006500818", "status": 7777, "companyProfile": []},
        7]"#,
    )
}

/// Returns the full record of the first customer.
pub(crate) fn details() -> Customer {
    let body = json!({
        "customerId": "1006500792", "resellerId": "1000396138", "status": "1000",
        "creationDate": "2025-08-27T12:57:22Z", "cotermDate": "2026-07-07", "globalSalesEnabled": true,
        "tags": ["north", "key account"], "companyProfile": {
            "companyName": "Quillfern Print GmbH", "preferredLanguage": "de-DE", "marketSegment": "EDU",
            "marketSubSegments": ["K_12", "HIGHER_ED"],
            "address": {"country": "DE", "region": "NW", "city": "Köln", "addressLine1": "Farnweg 1",
                "addressLine2": "Hof 2", "postalCode": "01067", "phoneNumber": "+49 30 5550100"},
            "contacts": [
                {"firstName": "Ada", "lastName": "Muster", "email": "ada@example.org", "phoneNumber": "0305550101"},
                {"firstName": "Bo", "lastName": "Beispiel", "email": "bo@example.org"}]
        },
        "discounts": [{"offerType": "LICENSE", "level": "02"}, {"offerType": "CONSUMABLES", "level": "TA"}],
        "benefits": [{"type": "THREE_YEAR_COMMIT", "commitment": {
            "startDate": "2025-07-06", "endDate": "2028-07-05", "status": "COMMITTED",
            "minimumQuantities": [{"offerType": "LICENSE", "quantity": 50}, {"offerType": "CONSUMABLES", "quantity": 1000}]
        }}],
        "linkedMembership": {"id": "900001", "name": "Lake Group", "type": "CONSORTIUM",
            "linkedMembershipType": "OWNER", "creationDate": "2025-01-02T00:00:00Z"}
    });
    Customer::from_slice(body.to_string().as_bytes()).unwrap()
}

/// Returns the subscriptions of the first customer.
pub(crate) fn subscriptions() -> SubscriptionList {
    SubscriptionList::from_slice(
        br#"{"totalCount": 3, "items": [
        {"subscriptionId": "e0b170437c4e96ac5428364f674dffNA", "offerId": "65304479CA02A12", "currentQuantity": 1200,
         "usedQuantity": 41, "autoRenewal": {"enabled": true, "renewalQuantity": 1300}, "status": "1000",
         "creationDate": "2025-08-27T13:00:00Z", "renewalDate": "2026-07-07", "currencyCode": "EUR"},
        {"subscriptionId": "5b79b5cbe748e8b4a7", "offerId": "65322535CATAA12", "currentQuantity": -2147483648,
         "status": "1009", "renewalDate": "yyyy-MM-dd", "deploymentId": "0012345"},
        "x"]}"#,
    )
    .unwrap()
}

/// Returns the orders of the first customer.
pub(crate) fn orders() -> OrderPage {
    OrderPage::from_slice(
        br#"{"totalCount": 3, "items": [
        {"orderId": "5552001", "orderType": "NEW", "status": "1000", "creationDate": "2025-08-27T12:57:22Z",
         "externalReferenceId": "0001", "currencyCode": "EUR", "source": "PARTNER", "lineItems": [
            {"extLineItemNumber": 1, "offerId": "65304479CA02A12", "quantity": 1200, "status": "1000",
             "subscriptionId": "e0b170437c4e96ac5428364f674dffNA"},
            {"extLineItemNumber": 2, "offerId": "65322535CATAA12", "quantity": 3, "status": "1004"}]},
        null,
        {"orderId": "5552000", "orderType": "RETURN", "status": "1008", "referenceOrderId": "5551999",
         "creationDate": "2025-08-26T00:00:00Z"}]}"#,
    )
    .unwrap()
}

/// Returns the resellers of an account.
pub(crate) fn resellers() -> ResellerPage {
    ResellerPage::from_slice(
        br#"{"totalCount": 3, "accounts": [
        {"resellerId": "1000396138", "distributorId": "1000100", "status": "1000",
         "companyProfile": {"companyName": "Lanternfold Distribution"}},
        {"resellerId": "0000400001", "status": "1004", "companyProfile": {"companyName": "Pebblebrook Licensing"}},
        {"status": "1000"}]}"#,
    )
    .unwrap()
}
