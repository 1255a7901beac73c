//! The view of a profile, to be kept for its next start, and how that becomes a screen again.

use chrono::NaiveDate;

use super::{
    App, TableColumns,
    cells::RESELLER,
    columns::{all_columns, is_default},
    filter::Typed,
};
use crate::{
    columns::Column,
    model::{
        CustomerFilter, Edge, MAX_LIMIT, NamePattern, SortBy, SortOrder, Status, StatusFilter, parse_date,
    },
    state::View,
};

const ALL: &str = "all";

impl App {
    /// The profile and what is on its screen; none for the demo, which begins again each time.
    pub fn view(&self) -> Option<(String, View)> {
        let name = self.target.name()?.to_owned();
        let filter = &self.table.filter;
        let typed = &self.filter.typed;
        let status = match &filter.status {
            StatusFilter::All => ALL,
            StatusFilter::One(status) => status.code(),
        };
        // Of the columns that are hidden, those that are hidden at first need no word.
        let columns = self.columns.all.iter().filter(|(column, shown)| *shown || is_default(column));
        let columns =
            columns.map(|(column, shown)| format!("{}{}", if *shown { "" } else { "-" }, column.key));
        let mut view = View {
            resellers: filter.resellers.clone(),
            status: status.to_owned(),
            name: typed.name.clone(),
            from: typed.from.clone(),
            to: typed.to.clone(),
            sort_by: filter.sort_by.as_param().to_owned(),
            order_by: filter.order.as_param().to_owned(),
            page_size: if filter.page_size == self.known.page_size { 0 } else { filter.page_size },
            columns: columns.collect(),
            place: self.table.kept_place(),
            row: self.table.selected,
            customer_id: self.table.customer().map(|row| row.customer_id.clone()),
        };
        if self.table.shown().is_none() {
            self.keep_place_of_last_start(&name, &mut view);
        }
        Some((name, view))
    }

    /// Keeps the page and the row of the last start for a user who came no further than to a failed load.
    fn keep_place_of_last_start(&self, name: &str, view: &mut View) {
        let listed = self.known.profiles.iter().find(|listed| listed.name == name);
        let Some(held) = listed.and_then(|listed| listed.view.as_ref()) else { return };
        let here = View {
            place: held.place.clone(),
            row: held.row,
            customer_id: held.customer_id.clone(),
            ..view.clone()
        };
        let same_list = View { columns: held.columns.clone(), ..here.clone() } == *held;
        if same_list {
            *view = here;
        }
    }
}

/// The filter of a view, and what stands in its text fields; what cannot be used is left out.
pub(super) fn filter_of(view: &View, page_size: u8, today: NaiveDate) -> (CustomerFilter, Typed) {
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
    let name = NamePattern::parse(&view.name);
    let kept = |kept: bool, text: &str| if kept { text.to_owned() } else { String::new() };
    let typed = Typed {
        name: kept(name.is_some(), &view.name),
        from: kept(from.is_some(), &view.from),
        to: kept(to.is_some(), &view.to),
    };
    let filter = CustomerFilter {
        resellers: distinct(&view.resellers),
        status,
        name,
        from,
        to,
        sort_by: SortBy::from_param(&view.sort_by).unwrap_or_default(),
        order: SortOrder::from_param(&view.order_by).unwrap_or_default(),
        page_size: if (1..=MAX_LIMIT).contains(&view.page_size) { view.page_size } else { page_size },
    };
    (filter, typed)
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

/// Returns the columns of a view; those that it does not name come after them.
pub(super) fn columns_of(view: &View) -> TableColumns {
    let known = all_columns();
    let mut all: Vec<(&'static Column, bool)> = Vec::new();
    for name in &view.columns {
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
        let columns = columns_of(&view).all;
        let first: Vec<_> = columns[..2].iter().map(|(column, shown)| (column.key, *shown)).collect();
        assert_eq!(first, [("reference", false), ("status", true)]);
        assert_eq!(columns.len(), all_columns().len());
        let none = all_columns().iter().map(|column| format!("-{}", column.key)).collect();
        assert_eq!(columns_of(&View { columns: none, ..View::default() }), TableColumns::default());
    }
}
