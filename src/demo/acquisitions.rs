//! Licences that are used before they are ordered.

use serde_json::{Value, json};

use super::{
    calendar::{self, DAY},
    catalogue,
    portfolio::{FIRST_SAMPLE, Portfolio, Record},
    rng::Subject,
};

/// Returns the list of open acquisitions, which is empty for most customers. They expire seven days after they began.
pub(super) fn list(portfolio: &Portfolio, record: &Record) -> Value {
    let mut rng = record.rng(portfolio.seed, Subject::Acquisitions);
    let count = match record.id {
        _ if record.status != "1000" => 0,
        FIRST_SAMPLE => 2,
        _ if rng.chance(12) => rng.one_of([1, 1, 2, 3]),
        _ => 0,
    };
    let start = calendar::start_of(portfolio.today);
    let mut licences = 0;
    let unpaid: Vec<Value> = (0..count)
        .map(|_| {
            let product = catalogue::draw_licence(&mut rng);
            let created = (start - rng.between(0, 6 * DAY)).max(record.created.min(start));
            let quantity = rng.between(1, 12);
            licences += quantity;
            json!({
                "referenceId": rng.hex(24),
                "creationDate": calendar::stamp(created),
                "expiryDate": calendar::stamp(created + 7 * DAY),
                "quantity": quantity,
                "productName": product.name,
                "baseOfferId": catalogue::offer_id(product, "01", record.segment),
            })
        })
        .collect();
    json!({"licenseCount": licences, "unpaidLicenses": unpaid})
}
