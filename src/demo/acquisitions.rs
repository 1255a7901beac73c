//! Licences that are used before they are ordered.

use serde_json::{Value, json};

use super::{
    calendar::{self, DAY},
    catalogue,
    portfolio::{FIRST_SAMPLE, Portfolio, Record},
    rng::{Rng, Subject},
};

/// The number of active customers in a thousand that have used licences before ordering them.
const SHARE: usize = 15;

/// Returns true if a customer has open acquisitions.
pub(super) fn has_any(portfolio: &Portfolio, record: &Record) -> bool {
    count(record, &mut record.rng(portfolio.seed, Subject::Acquisitions)) > 0
}

fn count(record: &Record, rng: &mut Rng) -> usize {
    match record.id {
        _ if record.status != "1000" => 0,
        FIRST_SAMPLE => 2,
        _ if rng.below(1000) < SHARE => rng.one_of([1, 1, 2, 3]),
        _ => 0,
    }
}

/// Returns the list of open acquisitions, which is empty for most customers. They expire seven days after they began.
pub(super) fn list(portfolio: &Portfolio, record: &Record) -> Value {
    let mut rng = record.rng(portfolio.seed, Subject::Acquisitions);
    let count = count(record, &mut rng);
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
