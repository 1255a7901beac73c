//! Answers of the local copy, as a test gives them.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};

use super::Stage;
use crate::{
    model::{Capabilities, Coverage, Cursor, Row, SortBy, TodayAnswer, TodayFigures},
    portfolio::TODAY,
    source::{HeldParts, Origin, Window},
    tui::app::{Effect, Message},
};

/// Answers the request for rows of the local copy with these customers.
pub(crate) fn answer_view(stage: &mut Stage, names: &[&str], coverage: Coverage, complaint: Option<&str>) {
    answer_view_with(stage, names, coverage, complaint, Vec::new());
}

/// The same, with what the copy holds of them.
pub(crate) fn answer_view_with(
    stage: &mut Stage,
    names: &[&str],
    coverage: Coverage,
    complaint: Option<&str>,
    parts: Vec<HeldParts>,
) {
    let effect = stage.pending.iter().find(|effect| matches!(effect, Effect::LoadRows(..))).cloned();
    let Some(Effect::LoadRows(ticket, request, _)) = effect.clone() else { panic!("rows are requested") };
    let row = |(number, name): (usize, &&str)| {
        let json = serde_json::json!({
            "customerId": format!("{number}"), "status": "1000", "resellerId": "1000396138",
            "companyProfile": {"companyName": name}, "creationDate": "2026-01-05T10:00:00Z",
        });
        Arc::new(Row::read(0, json))
    };
    let rows: Vec<Arc<Row>> = names.iter().enumerate().map(row).collect();
    let window = Window {
        at: Cursor::Start,
        first: 0,
        total: rows.len() as u64,
        rows,
        counts: Vec::new(),
        next: None,
        capabilities: Capabilities {
            sort: vec![SortBy::CompanyName, SortBy::Column("country")],
            random_access: true,
        },
        origin: Origin { at: stage.now.wall, elapsed: Duration::ZERO, exchange: None, copy: None },
        coverage: Some(coverage),
        parts,
        complaint: complaint.map(str::to_owned),
        news: None,
        request,
    };
    stage.pending.retain(|pending| Some(pending) != effect.as_ref());
    stage.send(Message::Rows(ticket, Ok(Box::new(window))));
}

/// Returns the lists of the day of a small portfolio, whose first renewals are some days ahead.
pub(crate) fn today(stage: &Stage) -> TodayAnswer {
    let figures = (0..).zip(&TODAY).map(|(number, list)| TodayFigures {
        key: list.key,
        customers: number * 7 % 12,
        unknown: u64::from(list.key == "returnable") * 3,
        amount: list.unit().map(|_| 1_204 - number.cast_signed()),
        is_approximate: list.key == "renewals",
        first: (number % 3 != 1).then(|| stage.now.today() + TimeDelta::days(number.cast_signed() + 2)),
    });
    TodayAnswer { figures: figures.collect(), coverage: whole(stage), complaint: None }
}

/// Returns the extent of a copy that is complete and was read just now.
pub(crate) fn whole(stage: &Stage) -> Coverage {
    let at: DateTime<Utc> = stage.now.wall.to_utc();
    Coverage { customers: 3, detailed: 3, listed_at: Some(at), oldest_at: Some(at), ..Coverage::default() }
}
