//! The resellers: the one that the demo shows, and others.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    calendar, links,
    locales::Locale,
    portfolio::{Index, Portfolio},
    profile,
    rng::{Rng, Subject},
};

/// The number of customers for which the table below is written.
const USUAL: usize = 1307;

/// The facts of a reseller that do not depend on the seed.
#[derive(Debug)]
pub(super) struct ResellerPlan {
    pub(super) id: &'static str,
    pub(super) distributor: &'static str,
    pub(super) name: &'static str,
    pub(super) status: &'static str,
    country: &'static str,
    reference: Option<&'static str>,
    segments: &'static [&'static str],
    /// The number of days since it was created.
    age: i64,
    /// Its number of customers if the first reseller has 1,307.
    customers: usize,
}

const fn plan(id: &'static str, name: &'static str, status: &'static str, customers: usize) -> ResellerPlan {
    ResellerPlan {
        id,
        name,
        status,
        customers,
        distributor: "1000285113",
        country: "US",
        reference: None,
        segments: &["COM"],
        age: 2000,
    }
}

/// All resellers; the first is the one that the demo shows.
pub(super) const PLANS: [ResellerPlan; 8] = [
    ResellerPlan {
        reference: Some("RSL-0001"),
        segments: &["COM", "EDU", "GOV"],
        age: 3100,
        country: "DE",
        ..plan(super::RESELLER_ID, "Meridian Lantern Software Partners", "1000", USUAL)
    },
    ResellerPlan {
        country: "GB",
        segments: &["COM", "EDU"],
        age: 2875,
        ..plan("1000396207", "Hartsmere Licensing Ltd", "1000", 214)
    },
    ResellerPlan {
        country: "FR",
        age: 2410,
        reference: Some("RSL-0017"),
        ..plan("1000401559", "Logiciels Trois-Chênes SAS", "1000", 96)
    },
    ResellerPlan {
        country: "JP", age: 1733, ..plan("1000402316", "月見野ソフトウェア株式会社", "1000", 41)
    },
    ResellerPlan {
        country: "AE", age: 1290, ..plan("1000409934", "شركة الغدير للبرمجيات", "1004", 17)
    },
    ResellerPlan { country: "US", age: 640, ..plan("1000417748", "Juniperous Resale LLC", "1010", 5) },
    ResellerPlan {
        country: "IN", age: 211, ..plan("1000420063", "कमलताल सॉफ़्टवेयर प्राइवेट लिमिटेड", "1000", 9)
    },
    ResellerPlan { country: "BR", age: 6, ..plan("1000433871", "Vaga-Luzeno Licenças Ltda.", "1002", 0) },
];

impl ResellerPlan {
    /// Returns its number of customers if the first reseller has `first`: it grows with the square root.
    pub(super) fn customers(&self, first: usize) -> usize {
        if self.id == super::RESELLER_ID {
            return first;
        }
        if self.customers == 0 {
            return 0;
        }
        (self.customers * first.saturating_mul(USUAL).isqrt() / USUAL).max(1)
    }
}

/// The numbers of a reseller's customers that are not active.
#[derive(Debug)]
pub(super) struct Statuses {
    pub(super) pending: usize,
    pub(super) others: [(&'static str, usize); 5],
}

/// Returns the statuses of `count` customers: of 1,307, 12 are pending, 88 inactive and 3 have status 1026; the rest are
/// active. The other resellers also have accounts with statuses that lists cannot filter by.
pub(super) fn statuses(reseller: u8, count: usize) -> Statuses {
    let share = |of: usize| (count.saturating_mul(of) + USUAL / 2) / USUAL;
    let unlisted = if reseller == 0 { 0 } else { share(20) };
    let others =
        [("1004", share(88)), ("1026", share(3)), ("1010", unlisted), ("1012", unlisted), ("1014", unlisted)];
    Statuses { pending: share(12), others }
}

/// A reseller.
#[derive(Debug)]
pub(super) struct DemoReseller {
    pub(super) plan: &'static ResellerPlan,
    pub(super) created: i64,
    pub(super) indexes: [Index; 4],
}

impl DemoReseller {
    pub(super) fn new(plan: &'static ResellerPlan, today: NaiveDate, indexes: [Index; 4]) -> Self {
        let created = calendar::start_of(calendar::plus_days(today, -plan.age)) + 32_400 + plan.age * 7;
        Self { plan, created, indexes }
    }

    /// Writes the row of the reseller list.
    pub(super) fn row(&self) -> Value {
        self.object(json!({"companyName": self.plan.name}))
    }

    /// Writes the full resource.
    pub(super) fn resource(&self, portfolio: &Portfolio) -> Value {
        let mut rng = Rng::keyed(1, self.plan.id.parse().unwrap_or_default(), Subject::Profile);
        let places = 0..portfolio.locales.len();
        let locale = places
            .filter_map(|place| portfolio.locales.get(place))
            .find(|locale| locale.country == self.plan.country);
        let Some(locale) = locale else {
            return self.row();
        };
        self.object(self.profile(locale, &mut rng))
    }

    fn profile(&self, locale: &Locale, rng: &mut Rng) -> Value {
        json!({
            "companyName": self.plan.name,
            "preferredLanguage": locale.language,
            "marketSegments": self.plan.segments,
            "address": profile::address(locale, rng),
            "contacts": profile::contacts(locale, self.plan.id, rng),
        })
    }

    fn object(&self, profile: Value) -> Value {
        let mut object = serde_json::Map::new();
        if let Some(reference) = self.plan.reference {
            object.insert("externalReferenceId".into(), reference.into());
        }
        object.insert("resellerId".into(), self.plan.id.into());
        object.insert("distributorId".into(), self.plan.distributor.into());
        object.insert("status".into(), self.plan.status.into());
        object.insert("companyProfile".into(), profile);
        object.insert("creationDate".into(), calendar::stamp(self.created).into());
        object.insert("links".into(), links::own(&format!("/v3/resellers/{}", self.plan.id)));
        Value::Object(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_scale_and_never_exceed_the_customers() {
        for count in 0..3000 {
            let wanted = statuses(0, count);
            let sum = wanted.pending + wanted.others.iter().map(|(_, count)| count).sum::<usize>();
            assert!(sum <= count.saturating_sub(2), "{count}: {wanted:?}");
        }
        let usual = statuses(0, USUAL);
        assert_eq!((usual.pending, usual.others[0].1, usual.others[1].1), (12, 88, 3));
    }

    #[test]
    fn other_resellers_have_fewer_customers() {
        for first in [1, 10, 1307, 100_000] {
            let own: Vec<usize> = PLANS.iter().map(|plan| plan.customers(first)).collect();
            assert_eq!(own[0], first);
            assert!(first < 1307 || own[1..].iter().all(|count| *count < first), "{own:?}");
        }
        assert_eq!(PLANS[1].customers(1307), 214);
    }
}
