//! The view of a profile, to be kept for its next start, and how that becomes a screen again.

use chrono::NaiveDate;

use crate::{
    columns::Column,
    model::{
        CustomerFilter, Edge, MAX_LIMIT, NamePattern, SortBy, SortOrder, Status, StatusFilter, parse_date,
    },
    portfolio::index::{SortColumn, SortKey},
    state::View,
    tui::app::{
        filter::Typed,
        table::{CustomerTable, RESELLER, TableColumns, all_columns, is_default},
    },
};

const ALL: &str = "all";

/// Returns what is on the screen of a profile, to be kept for its next start. `last` is the view of its last start.
pub(crate) fn view_of(
    table: &CustomerTable,
    typed: &Typed,
    (columns, view_columns): (&TableColumns, Option<&TableColumns>),
    usual_page_size: u8,
    last: Option<&View>,
) -> View {
    let filter = &table.filter;
    let status = match &filter.status {
        StatusFilter::All => ALL,
        StatusFilter::One(status) => status.code(),
    };
    let view = View {
        resellers: filter.resellers.clone(),
        status: status.to_owned(),
        query: filter.portfolio.clone(),
        name: typed.name.clone(),
        from: typed.from.clone(),
        to: typed.to.clone(),
        sort_by: filter.sort_by.as_param().to_owned(),
        order_by: filter.order.as_param().to_owned(),
        then_by: SortKey::all_of(filter).into_iter().skip(1).map(SortKey::typed).collect(),
        page_size: if filter.page_size == usual_page_size { 0 } else { filter.page_size },
        columns: names_of(columns),
        view_columns: view_columns.filter(|own| *own != columns).map(names_of).unwrap_or_default(),
        place: table.kept_place(),
        row: table.selected,
        customer_id: table.customer().map(|row| row.customer_id.clone()),
    };
    match last {
        Some(last) if table.shown().is_none() => with_place_of(view, last),
        _ => view,
    }
}

/// Returns columns as the state keeps them. Of those that are hidden, those that are hidden at first need no word.
fn names_of(columns: &TableColumns) -> Vec<String> {
    let columns = columns.all.iter().filter(|(column, shown)| *shown || is_default(column));
    columns.map(|(column, shown)| format!("{}{}", if *shown { "" } else { "-" }, column.key)).collect()
}

/// Keeps the page and the row of the last start for a user who came no further than to a failed load.
fn with_place_of(view: View, last: &View) -> View {
    let here = View {
        place: last.place.clone(),
        row: last.row,
        customer_id: last.customer_id.clone(),
        ..view.clone()
    };
    let columns = (last.columns.clone(), last.view_columns.clone());
    let is_same_list = View { columns: columns.0, view_columns: columns.1, ..here.clone() } == *last;
    if is_same_list { here } else { view }
}

/// Returns the filter of a view and the texts of its fields; what cannot be used is left out.
pub(crate) fn filter_of(view: &View, page_size: u8, today: NaiveDate) -> (CustomerFilter, Typed) {
    let status = match view.status.as_str() {
        ALL => StatusFilter::All,
        code if Status::LISTED.contains(&code) => StatusFilter::One(Status::new(code)),
        _ => StatusFilter::default(),
    };
    let day = |text: &str, edge| parse_date(text, today, edge).ok();
    let (mut from, mut to) = (day(&view.from, Edge::From), day(&view.to, Edge::To));
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        (from, to) = (None, None);
    }
    let name = if view.query.is_some() { None } else { NamePattern::parse(&view.name) };
    let kept = |kept: bool, text: &str| if kept { text.to_owned() } else { String::new() };
    let typed = Typed {
        name: kept(name.is_some(), &view.name),
        from: kept(from.is_some(), &view.from),
        to: kept(to.is_some(), &view.to),
    };
    let then_by = SortKey::parse_all(view.then_by.iter().map(String::as_str)).unwrap_or_default();
    let filter = CustomerFilter {
        resellers: distinct(&view.resellers),
        status,
        name,
        from,
        to,
        sort_by: sort_by(view),
        order: SortOrder::from_param(&view.order_by).unwrap_or_default(),
        then_by: if view.query.is_some() {
            then_by.into_iter().map(SortKey::rule).collect()
        } else {
            Vec::new()
        },
        page_size: if (1..=MAX_LIMIT).contains(&view.page_size) { view.page_size } else { page_size },
        portfolio: view.query.clone(),
    };
    (filter, typed)
}

/// Returns the column that a view is sorted by. Only the local copy is sorted by others than those of the API.
fn sort_by(view: &View) -> SortBy {
    let of_copy = || SortColumn::from_key(&view.sort_by).map(SortColumn::sort_by);
    SortBy::from_param(&view.sort_by)
        .or_else(|| view.query.as_ref().and_then(|_| of_copy()))
        .unwrap_or_default()
}

/// Returns each text once, in the order in which they come first.
pub(super) fn distinct(texts: &[String]) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for text in texts {
        if !distinct.contains(text) {
            distinct.push(text.clone());
        }
    }
    distinct
}

/// Returns the columns that the state names; those that it does not name come after them.
pub(crate) fn columns_of(names: &[String]) -> TableColumns {
    let known = all_columns();
    let mut all: Vec<(&'static Column, bool)> = Vec::new();
    for name in names {
        let (key, shown) = name.strip_prefix('-').map_or((name.as_str(), true), |name| (name, false));
        // The name that earlier versions gave it.
        let key = if key == "reseller" { RESELLER } else { key };
        let column = known.iter().find(|column| column.key == key);
        if let Some(column) = column.filter(|column| all.iter().all(|(known, _)| known != *column)) {
            all.push((column, shown));
        }
    }
    let missing: Vec<_> =
        known.into_iter().filter(|column| all.iter().all(|(known, _)| known != column)).collect();
    all.extend(missing.into_iter().map(|column| (column, is_default(column))));
    if all.iter().all(|(_, shown)| !shown) {
        return TableColumns::default();
    }
    TableColumns { all }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        "2026-11-23".parse().unwrap()
    }

    #[test]
    fn what_was_typed_means_the_day_of_the_next_start() {
        let view = View { from: "-30d".into(), status: "1004".into(), page_size: 20, ..View::default() };
        let (filter, typed) = filter_of(&view, 50, today());
        assert_eq!(filter.from.unwrap().to_string(), "2026-10-24");
        assert_eq!((typed.from.as_str(), filter.page_size), ("-30d", 20));
        assert_eq!(filter.status, StatusFilter::One(Status::inactive()));
    }

    #[test]
    fn a_view_of_the_copy_is_sorted_as_it_was() {
        let view = View {
            query: Some("status:1000".into()),
            sort_by: "seats".into(),
            order_by: "desc".into(),
            then_by: vec!["country".into(), "-created".into()],
            ..View::default()
        };
        let sorted = |view: &View| {
            let keys = SortKey::all_of(&filter_of(view, 50, today()).0);
            keys.into_iter().map(SortKey::typed).collect::<Vec<_>>().join(",")
        };
        assert_eq!(sorted(&view), "-seats,country,-created");
        assert_eq!(sorted(&View { query: None, ..view }), "-created", "the API has no such order");
    }

    #[test]
    fn what_cannot_be_used_is_left_out() {
        let view = View {
            status: "7".into(),
            name: "*".into(),
            from: "2026-05-01".into(),
            to: "2026-04-01".into(),
            sort_by: "size".into(),
            order_by: "up".into(),
            page_size: 99,
            columns: ["-reference", "nothing", "status", "status"].map(str::to_owned).to_vec(),
            ..View::default()
        };
        let (filter, typed) = filter_of(&view, 25, today());
        assert_eq!(filter, CustomerFilter { page_size: 25, ..CustomerFilter::default() });
        assert_eq!(typed, Typed::default());
        let columns = columns_of(&view.columns).all;
        let first: Vec<_> = columns[..2].iter().map(|(column, shown)| (column.key, *shown)).collect();
        assert_eq!(first, [("reference", false), ("status", true)]);
        assert_eq!(columns.len(), all_columns().len());
        let none: Vec<String> = all_columns().iter().map(|column| format!("-{}", column.key)).collect();
        assert_eq!(columns_of(&none), TableColumns::default());
    }
}
