//! The countries in which a global customer uses its licences: one deployment for each.

use serde_json::{Value, json};

use super::{
    calendar, links,
    portfolio::{FIRST_SAMPLE, Portfolio, Record},
    profile,
    rng::Subject,
};

/// A deployment.
#[derive(Debug)]
pub(super) struct Deployment {
    pub(super) id: String,
    pub(super) status: &'static str,
    locale: u8,
    pub(super) created: i64,
}

/// Returns true if the customer may buy for several countries.
pub(super) fn is_global(portfolio: &Portfolio, record: &Record) -> bool {
    record.id != FIRST_SAMPLE
        && record.status == "1000"
        && record.rng(portfolio.seed, Subject::Deployments).chance(5)
}

/// Returns the deployments of a customer; none if it is not global.
pub(super) fn of(portfolio: &Portfolio, record: &Record) -> Vec<Deployment> {
    if !is_global(portfolio, record) {
        return Vec::new();
    }
    let mut rng = record.rng(portfolio.seed, Subject::Deployments);
    let _of_is_global = rng.next();
    let count = rng.one_of([1, 2, 2, 3, 4, 6, 9, 31]);
    let first = 3_000_000_000 + record.id % 1_000_000_000;
    let end = portfolio.now().max(record.created);
    (0..count)
        .map(|place: u64| Deployment {
            id: format!("PD{:010}", first + place),
            status: rng.one_of(["1000", "1000", "1000", "1004"]),
            locale: portfolio.locales.draw(&mut rng),
            created: rng.between(record.created, end),
        })
        .collect()
}

impl Deployment {
    /// Writes the deployment as the API does.
    pub(super) fn write(&self, portfolio: &Portfolio, record: &Record) -> Value {
        let mut rng = record.rng(portfolio.seed ^ self.created.unsigned_abs(), Subject::Profile);
        let address = portfolio.locales.get(self.locale).map(|locale| profile::address(locale, &mut rng));
        json!({
            "deploymentId": self.id,
            "status": self.status,
            "companyProfile": {"address": address},
            "creationDate": calendar::stamp(self.created),
            "links": links::own(&format!("/v3/customers/{}/deployments/{}", record.customer_id(), self.id)),
        })
    }
}
