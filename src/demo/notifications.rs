//! The notifications of an account: the customers that use licences which nobody has ordered yet.

use serde_json::{Value, json};

use super::{
    acquisitions,
    errors::Refusal,
    links,
    paging::PageRequest,
    params::Params,
    portfolio::{Portfolio, Record},
};

/// The path of the notifications.
const PATH: &str = "/v3/notifications";
/// The only type of notifications.
const PENDING: &str = "LICENSES_PENDING_PARTNER_ORDER";

/// Answers `GET /v3/notifications`: the customers of a reseller, or of all, that have open acquisitions. The type has no
/// default.
pub(super) fn list(portfolio: &Portfolio, params: &mut Params) -> Result<Value, Refusal> {
    if params.all("notification-type").is_empty() {
        params.refuse("notification-type is missing");
    }
    params.choice("notification-type", &[PENDING]);
    let id = params.text("reseller-id");
    let page = PageRequest::read(params);
    params.check()?;
    let reseller = match &id {
        Some(id) => Some(portfolio.reseller_place(id).ok_or_else(|| Refusal::reseller(id))?),
        None => None,
    };
    let is_wanted = |record: &&Record| {
        reseller.is_none_or(|place| place == usize::from(record.reseller))
            && acquisitions::has_any(portfolio, record)
    };
    let found: Vec<&Record> = portfolio.records().iter().filter(is_wanted).collect();
    page.answer(PATH, params, &found, |record| write(portfolio, record))
}

fn write(portfolio: &Portfolio, record: &Record) -> Value {
    let id = record.customer_id();
    let reseller = portfolio.resellers.get(usize::from(record.reseller)).map(|reseller| reseller.plan.id);
    let own = links::own(&format!("/v3/customers/{id}/open-acquisitions"));
    json!({"customerId": id, "resellerId": reseller, "notificationType": PENDING, "links": own})
}
