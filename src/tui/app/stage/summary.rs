//! The summary of a fictional portfolio.

use std::sync::Arc;

use chrono::{Months, NaiveDate, TimeDelta};

use super::{super::Now, RESELLER, Stage};
use crate::{
    model::{
        Coverage, FacetCounts, MonthCount, OtherSeats, PortfolioSummary, ProductSeats, RenewalSpan,
        RenewalWeek, RenewalWeeks, SummaryAnswer, SummaryGroup, SummaryWeek,
    },
    tui::app::{Effect, Message},
};

/// Returns the figures of 1,307 customers, of whom everything is known.
pub(crate) fn figures() -> PortfolioSummary {
    let today: NaiveDate = "2026-11-23".parse().unwrap();
    let group = |field: &'static str, values: &[(&str, u64)], without: u64| SummaryGroup {
        counts: FacetCounts {
            field,
            values: values.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect(),
        },
        without,
    };
    let countries: Vec<String> = (0..15).map(|n| format!("{}X", char::from(b'A' + n))).collect();
    let countries: Vec<(&str, u64)> =
        countries.iter().zip((1..=15).rev()).map(|(country, n)| (country.as_str(), n * n * 2)).collect();
    let this_month: NaiveDate = "2026-11-01".parse().unwrap();
    let months = (0..24).rev().map(|ago| MonthCount {
        first_day: this_month - Months::new(ago),
        customers: u64::from(ago * 7 % 23),
    });
    let weeks = (0..12).map(|number| {
        let number_of_seats = |factor: i64| u64::try_from(number * factor % 401).unwrap();
        let renewals = RenewalWeek {
            renewing: 3 * number_of_seats(67),
            lapsing: number_of_seats(31),
            undecided: if number == 3 { 9 } else { 0 },
            customers: number_of_seats(13),
            is_approximate: number == 2,
            ..RenewalWeek::empty(today + TimeDelta::days(7 * number))
        };
        SummaryWeek { renewals, found: number_of_seats(13) / 2 }
    });
    let products =
        [("Lantern Pro for teams, all apps", 80_412), ("Photo editing", 1_204), ("65304480CA01A12", 7)];
    let products = products.into_iter().map(|(product, seats)| ProductSeats {
        product: product.to_owned(),
        seats,
        customers: seats / 7,
    });
    PortfolioSummary {
        today,
        customers: 1_307,
        unknown: 0,
        gone: 0,
        with_record: 1_307,
        with_subscriptions: 1_307,
        groups: vec![
            group("status", &[("1000", 1_204), ("1004", 88), ("1002", 12), ("1026", 3)], 0),
            group("segment", &[("COM", 1_000), ("EDU", 200)], 107),
            group("country", &countries, 0),
            group("level", &[("04", 500), ("T1", 130), ("01", 90), ("13", 4)], 600),
            group("reseller", &[(RESELLER, 1_200), ("1000400002", 107)], 0),
        ],
        months: months.collect(),
        joined_before: 900,
        joined_otherwise: 0,
        weeks: weeks.collect(),
        other_seats: OtherSeats { earlier: 12, later: 526_116, undated: 0 },
        products: products.collect(),
        other_products: 4,
        other_product_seats: 90,
    }
}

/// Returns seats of each week of a range, and some of none.
pub(crate) fn renewal_weeks(span: RenewalSpan) -> RenewalWeeks {
    let weeks = (0..span.weeks()).map(|place| {
        let seats = |factor: usize| u64::try_from((place + 1) * factor % 401).unwrap();
        RenewalWeek {
            renewing: if place == 4 { 0 } else { 3 * seats(67) },
            lapsing: if place == 4 { 0 } else { seats(31) },
            undecided: if place == 2 { 90 } else { 0 },
            customers: seats(13),
            is_approximate: place == 2,
            ..RenewalWeek::empty(*span.week(place).unwrap().start())
        }
    });
    let other = OtherSeats { earlier: 12, later: 1_204, undated: 0 };
    RenewalWeeks { weeks: weeks.collect(), other, unknown: 0 }
}

/// Returns figures with a copy that is complete and was read just now.
pub(super) fn answer_with(figures: PortfolioSummary, now: Now) -> SummaryAnswer {
    let at = now.wall.to_utc();
    let names = [(RESELLER, "Lanternfold Distribution"), ("1000400002", "月見野ソフトウェア株式会社")];
    let coverage = Coverage {
        customers: figures.customers,
        detailed: figures.with_record.min(figures.with_subscriptions),
        listed_at: Some(at),
        oldest_at: Some(at),
        reseller_names: Arc::new(names.map(|(id, name)| (id.to_owned(), name.to_owned())).into()),
        ..Coverage::default()
    };
    SummaryAnswer { figures, coverage, complaint: None }
}

/// Answers the request for a summary with these figures, changed as the test likes.
pub(crate) fn answer_summary(
    stage: &mut Stage,
    figures: PortfolioSummary,
    change: impl FnOnce(&mut SummaryAnswer),
) {
    let effect = stage.pending.iter().find(|effect| matches!(effect, Effect::LoadSummary(..))).cloned();
    let Some(Effect::LoadSummary(ticket, ..)) = effect.clone() else { panic!("a summary is requested") };
    let mut answer = answer_with(figures, stage.now);
    change(&mut answer);
    stage.pending.retain(|pending| Some(pending) != effect.as_ref());
    stage.send(Message::Summary(ticket, Ok(Box::new(answer))));
}
