//! Views of the local copy: opening, searching, saving, and what the header says of them.

use std::sync::Arc;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::{
    model::{
        Coverage, CustomerHistory, FacetCounts, HistoryExtent, ObservedChange, RecordKey, SortBy,
        StatusFilter,
    },
    portfolio::index::SortKey,
    state::ViewChange,
    tui::app::{
        Effect, KeepCopy, Message, Overlay, Piece, Tab,
        stage::{Stage, answer_view as answer, ticket_of, two_profiles, whole},
    },
};

/// Returns the query of the view that is shown.
pub(super) fn query(stage: &Stage) -> Option<&str> {
    stage.app.table.filter.portfolio.as_deref()
}

#[test]
fn a_view_of_the_copy_shows_all_statuses_and_resellers() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("2");
    stage.answer();
    stage.keys("v down enter");
    let filter = &stage.app.table.filter;
    assert_eq!((query(&stage), &filter.status), (Some(""), &StatusFilter::All));
    assert_eq!((filter.sort_by, filter.resellers.len()), (SortBy::CompanyName, 0));
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme", "Zeta", "Blue"], coverage, None);
    assert_eq!(stage.names(), ["Acme", "Zeta", "Blue"]);
    assert_eq!(stage.app.view_name().as_deref(), Some("All customers"));
    stage.key("L");
    assert_eq!(query(&stage), None);
}

#[test]
fn a_change_while_rows_are_on_their_way_is_not_lost() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("v down enter");
    stage.send(Message::PortfolioChanged);
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme"], coverage.clone(), None);
    let asks = |stage: &Stage| stage.pending.iter().filter(|ask| matches!(ask, Effect::LoadRows(..))).count();
    assert_eq!(asks(&stage), 1, "the rows are read once more");
    answer(&mut stage, &["Acme", "Blue"], coverage, None);
    assert_eq!((asks(&stage), stage.names().len()), (0, 2));
}

#[test]
fn the_column_of_the_order_is_filled_even_if_it_was_not_chosen() {
    let mut stage = Stage::ready(160, 30);
    stage.keys("v down enter");
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme", "Blue"], coverage.clone(), None);
    stage.keys(":").typed("sort country").key("enter");
    answer(&mut stage, &["Acme", "Blue"], coverage, None);
    stage.pass(1_000);
    let asked = |id: &str| {
        let of = |effect: &Effect| matches!(effect, Effect::LoadRecord(_, RecordKey::Id(of), _) if of == id);
        stage.pending.iter().any(of)
    };
    assert!(asked("0") && asked("1"), "{:?}", stage.pending);
}

#[test]
fn the_column_of_the_order_has_room_at_any_width() {
    for width in [60, 80, 120, 160] {
        let mut stage = Stage::ready(width, 30);
        stage.keys(":").typed("view licences-to-order").key("enter");
        let coverage = whole(&stage);
        answer(&mut stage, &["Acme"], coverage, None);
        let inside = stage.app.areas().table_inside().unwrap();
        let keys: Vec<&str> =
            stage.app.placed_columns(inside.width).iter().map(|placed| placed.column.key).collect();
        assert!(keys.contains(&"to-order-by"), "{width}: {keys:?}");
    }
}

#[test]
fn names_of_resellers_come_with_the_rows_of_the_copy() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("v down enter");
    let reseller_names = Arc::new([("1000777777".to_owned(), "Northern Lantern".to_owned())].into());
    let coverage = Coverage { reseller_names, ..whole(&stage) };
    answer(&mut stage, &["Acme"], coverage, None);
    assert_eq!(stage.app.session.reseller_name("1000777777"), "Northern Lantern");
    assert_eq!(stage.app.session.reseller_name("1000777778"), "1000777778");
}

#[test]
fn the_values_of_a_facet_that_are_not_listed_can_be_asked_for() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("v down enter");
    stage.answer();
    stage.key("F");
    let facets = stage.pending.iter().find(|effect| matches!(effect, Effect::LoadFacets(..))).cloned();
    let Some(Effect::LoadFacets(ticket, _)) = facets else { panic!("{:?}", stage.pending) };
    let values = |count: u64| (0..count).map(|number| (format!("V{number}"), 100 - number)).collect();
    let counts = vec![
        FacetCounts { field: "city", values: values(20) },
        FacetCounts { field: "country", values: values(13) },
    ];
    stage.send(Message::Facets(ticket, Ok(Box::new(counts))));
    let lines = |stage: &Stage| {
        let view = stage.app.overlay.as_ref().unwrap().dialog().view(&stage.app);
        let texts = view.body[12].pieces.iter();
        let words = texts.map(|piece| if let Piece::Text(_, text) = piece { text.as_str() } else { "" });
        (view.body.len(), words.collect::<String>().trim().to_owned())
    };
    assert_eq!(lines(&stage).0, 13 + 13, "a line about a single value is no shorter");
    assert_eq!(lines(&stage).1, "and 8 more");
    for _ in 0..12 {
        stage.key("down");
    }
    stage.key("enter");
    assert_eq!(lines(&stage), (20 + 13, "V12".to_owned()), "the cursor is on the first of them");
    stage.key("enter");
    assert_eq!(query(&stage), Some("city:=V12"));
}

#[test]
fn facets_find_their_list_below_the_list_of_keys() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("v down enter F ?");
    let facets = stage.pending.iter().find(|effect| matches!(effect, Effect::LoadFacets(..))).cloned();
    let Some(Effect::LoadFacets(ticket, _)) = facets else { panic!("{:?}", stage.pending) };
    let counts = vec![FacetCounts { field: "country", values: vec![("DE".into(), 7)] }];
    stage.send(Message::Facets(ticket, Ok(Box::new(counts))));
    stage.keys("esc enter");
    assert_eq!(query(&stage), Some("country:DE"));
}

#[test]
fn a_profile_is_asked_before_a_copy_is_made() {
    let mut stage = Stage::of_profile("apac", two_profiles(), 120, 30);
    stage.answer();
    stage.keys("v down enter");
    assert!(matches!(stage.app.overlay, Some(Overlay::KeepCopy(_))));
    assert_eq!(query(&stage), None);
    stage.key("esc");
    assert_eq!((query(&stage), stage.asked.len()), (None, 0), "nothing is kept");
    stage.keys("v down enter c");
    let kept = Effect::KeepPortfolio("apac".to_owned(), KeepCopy::WithoutContacts);
    assert!(stage.asked.contains(&kept));
    assert_eq!(query(&stage), Some(""));
    stage.keys("L v down down enter");
    assert!(stage.app.overlay.is_none(), "it is asked once");
    assert_eq!(query(&stage), Some("joined:this-month"));
}

#[test]
fn a_view_is_saved_with_its_query_order_and_columns_and_opened_by_its_name() {
    let mut stage = Stage::ready(120, 30);
    assert!(stage.app.save_view("x").unwrap_err().contains("only views of the portfolio"));
    stage.keys(":").typed("find seats:>5").key("enter");
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme"], coverage, None);
    stage.key("1");
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme"], coverage, None);
    stage.keys(":").typed("sort name").key("enter");
    stage.keys(":").typed("save Big ones").key("enter");
    let [view] = stage.app.session.own_views() else { panic!("one view") };
    assert_eq!(
        (view.name.as_str(), view.query.as_str(), view.sort.as_slice()),
        ("Big ones", "seats:>5 status:1000", &["company".to_owned()][..])
    );
    assert!(view.columns.contains(&"company".to_owned()));
    assert!(matches!(
        stage.asked.last(),
        Some(Effect::ChangeViews(name, ViewChange::Put(put), Some(said)))
            if name == "demo" && put == view && said == "View Big ones saved."
    ));
    assert_eq!(stage.notice(), "", "it has not been saved yet");
    stage.send(Message::ViewsSaved(Err("The disk is full.".to_owned())));
    assert_eq!(stage.notice(), "The disk is full.");
    stage.send(Message::ViewsSaved(Ok(Some("View Big ones saved.".to_owned()))));
    assert_eq!(stage.notice(), "View Big ones saved.");
    stage.keys("L :").typed("view big-ones").key("enter");
    assert_eq!(query(&stage), Some("seats:>5 status:1000"));
    assert_eq!(stage.app.table.filter.sort_by, SortBy::CompanyName);
    stage.keys(":").typed("view bog-ones").key("enter");
    let Some(Overlay::Palette(palette)) = &stage.app.overlay else { panic!("the palette stays open") };
    assert!(palette.error.as_deref().unwrap().contains("did you mean Big ones?"), "{:?}", palette.error);
}

#[test]
fn rows_are_read_again_when_the_copy_has_changed() {
    let mut stage = Stage::ready(120, 30);
    stage.send(Message::PortfolioChanged);
    assert!(matches!(stage.pending[..], [Effect::LoadNotes(_)]), "live lists do not depend on it");
    stage.answer();
    stage.keys("v down enter");
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme", "Blue"], coverage.clone(), None);
    stage.key("down");
    stage.send(Message::PortfolioChanged);
    answer(&mut stage, &["Aardvark", "Acme", "Blue"], coverage, None);
    assert_eq!((stage.names().len(), stage.app.table.selected), (3, 1), "the cursor stays in the list");
    let waits = stage.pending.iter().any(|effect| ticket_of(effect).is_some());
    assert!(!waits || stage.app.table.shown().is_some());
}

#[test]
fn all_matches_of_a_view_are_exported_under_its_name() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("v down down enter");
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme"], coverage, None);
    stage.keys("e enter");
    let order = stage.asked.iter().find_map(|effect| match effect {
        Effect::Export(order) => Some(order.clone()),
        _ => None,
    });
    let order = order.unwrap();
    assert_eq!(order.file, "customers-new-this-month-2026-11-23.xlsx");
    assert_eq!((order.picked, order.filter.portfolio.as_deref()), (None, Some("joined:this-month")));
}

#[test]
fn the_history_says_what_changed_before_and_after() {
    let mut stage = Stage::ready(160, 45);
    stage.keys("v down enter");
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme"], coverage, None);
    stage.keys("enter right right right right");
    stage.pass(1_000);
    let text =
        |stage: &Stage| -> String { stage.app.detail.lines.iter().map(|line| line.text() + "\n").collect() };
    let ask = stage.pending.iter().find(|effect| matches!(effect, Effect::LoadHistory(..))).cloned();
    let Some(Effect::LoadHistory(ticket, id)) = ask else { panic!("{:?}", stage.pending) };
    let change = |at: &str, field: &str, before: Option<&str>, after: Option<&str>| ObservedChange {
        at: at.parse().unwrap(),
        customer_id: id.clone(),
        reseller_id: "1".to_owned(),
        company: None,
        subscription_id: None,
        field: field.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    let changes = vec![
        change("2026-11-01T10:00:00Z", "joined", None, None),
        change("2026-11-20T10:00:00Z", "status", Some("1002"), Some("1000")),
    ];
    let history = CustomerHistory { changes, extent: HistoryExtent::Whole };
    stage.send(Message::History(ticket, Ok(Box::new(Some(history)))));
    let shown = text(&stage);
    let places = [
        "2 changes observed",
        "Status  20 Nov 2026, 10:00 UTC",
        "Pending · 1002 → Active · 1000",
        "Joined  1 Nov 2026",
    ];
    let found: Vec<Option<usize>> = places.iter().map(|place| shown.find(place)).collect();
    assert!(found.iter().all(Option::is_some) && found.is_sorted(), "{shown}");
    stage.pending.clear();
    stage.send(Message::PortfolioChanged);
    let asks_again =
        stage.pending.iter().any(|effect| matches!(effect, Effect::LoadHistory(_, of) if *of == id));
    assert!(asks_again && text(&stage).contains("Pending · 1002 →"), "{:?}", stage.pending);
    let ask = stage.pending.iter().find(|effect| matches!(effect, Effect::LoadHistory(..))).cloned();
    let Some(Effect::LoadHistory(ticket, _)) = ask else { panic!("{:?}", stage.pending) };
    let extent = HistoryExtent::Since("2026-11-21T10:00:00Z".parse().unwrap());
    stage.send(Message::History(ticket, Ok(Box::new(Some(CustomerHistory { changes: vec![], extent })))));
    let shown = text(&stage).split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["Changes are known only since 2026-11-21 10:00:00 UTC", "No known changes to this customer"]
    {
        assert!(shown.contains(words), "{shown}");
    }
    stage.key("L");
    assert_eq!(stage.app.detail.tabs().len(), 5, "live lists have no history");
    assert_eq!(stage.app.detail.tab, Tab::Overview);
}

#[test]
fn columns_of_views_are_apart_from_those_of_live_lists() {
    let keys = |stage: &Stage| stage.app.columns.wanted().map(|column| column.key).collect::<Vec<_>>();
    let mut stage = Stage::ready(160, 45);
    let live = keys(&stage);
    stage.keys("v down enter");
    stage.keys(":").typed("column country").key("enter");
    stage.keys(":").typed("save Own").key("enter");
    stage.keys(":").typed("column city").key("enter");
    let views = keys(&stage);
    assert!(views.contains(&"country") && views.contains(&"city"), "{views:?}");
    stage.key("L");
    assert_eq!(keys(&stage), live);
    stage.keys("v down enter");
    assert_eq!(keys(&stage), views, "a view without columns of its own");
    stage.keys(":").typed("view own").key("enter");
    assert!(!keys(&stage).contains(&"city"));
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme"], coverage, None);
    let command = stage.app.command_of(stage.app.table.shown().unwrap());
    assert!(command.contains("--columns=company,") && command.contains(",country"), "{command}");
    stage.key("L");
    assert_eq!(keys(&stage), live);
}

#[test]
fn a_profile_begins_with_the_view_and_the_columns_that_it_was_left_with() {
    let mut configured = two_profiles();
    let listed = configured.profiles.iter_mut().find(|listed| listed.name == "apac").unwrap();
    listed.keeps_copy = Some(true);
    let own = crate::state::SavedView {
        name: "Schools".to_owned(),
        query: "segment:EDU".to_owned(),
        columns: vec!["company".to_owned(), "city".to_owned()],
        sort: Vec::new(),
    };
    listed.views = vec![own];
    let view = |query: &str| crate::state::View {
        query: Some(query.to_owned()),
        columns: vec!["company".to_owned(), "created".to_owned()],
        view_columns: vec!["company".to_owned(), "country".to_owned(), "-created".to_owned()],
        ..Default::default()
    };
    let start = |query: &str| {
        let mut configured = configured.clone();
        configured.profiles.iter_mut().for_each(|listed| listed.view = Some(view(query)));
        Stage::of_profile("apac", configured, 120, 30)
    };
    let keys = |stage: &Stage| stage.app.columns.wanted().map(|column| column.key).collect::<Vec<_>>();
    let stage = start("segment:EDU");
    assert_eq!(keys(&stage), ["company", "city"]);
    let (_, left) = stage.app.view().unwrap();
    let named =
        |names: &[String]| names.iter().filter(|name| !name.starts_with('-')).cloned().collect::<Vec<_>>();
    let kept = (named(&left.columns), named(&left.view_columns));
    let mut stage = start("");
    assert!(keys(&stage).contains(&"country") && !keys(&stage).contains(&"created"), "{:?}", keys(&stage));
    stage.key("L");
    assert!(keys(&stage).contains(&"created") && !keys(&stage).contains(&"country"), "{:?}", keys(&stage));
    assert!(kept.0.contains(&"created".to_owned()) && kept.1.contains(&"country".to_owned()), "{kept:?}");
}

#[test]
fn a_view_is_sorted_by_several_columns_on_the_screen_too() {
    let mut stage = Stage::ready(160, 45);
    let keys = |stage: &Stage| {
        let keys = SortKey::all_of(&stage.app.table.filter).into_iter().map(SortKey::typed);
        keys.collect::<Vec<_>>().join(",")
    };
    stage.keys(":").typed("sort name, created").key("enter");
    assert_eq!(
        (keys(&stage).as_str(), stage.notice()),
        ("-created", "The API sorts by one column: Created or Company.")
    );
    stage.keys("v down enter");
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme", "Blue"], coverage.clone(), None);
    stage.keys(":").typed("sort country desc, name").key("enter");
    assert_eq!(keys(&stage), "-country,company");
    answer(&mut stage, &["Acme", "Blue"], coverage.clone(), None);
    let shown = stage.app.table.shown().unwrap();
    let command = stage.app.command_of(shown);
    assert_eq!(command, "vipmp --demo find '--sort=-country,company'");
    // Ctrl and a click on a heading reverse a column in its place; a click alone sorts by it.
    let heading = |stage: &Stage| {
        let inside = stage.app.areas().table_inside().unwrap();
        let placed = stage.app.placed_columns(inside.width);
        let company = placed.iter().find(|placed| placed.column.key == "company").unwrap();
        (inside.x + crate::tui::app::MARKER + company.x + 1, inside.y)
    };
    let (column, row) = heading(&stage);
    let click = MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column,
        row,
        modifiers: KeyModifiers::CONTROL,
    };
    stage.send(Message::Mouse(click));
    assert_eq!(keys(&stage), "-country,-company");
    stage.keys(":").typed("save By country").key("enter");
    stage.click(column, row);
    assert_eq!(keys(&stage), "company");
    stage.keys(":").typed("view by-country").key("enter");
    assert_eq!(keys(&stage), "-country,-company");
    // Each of them is shown, in their order.
    stage.keys(":").typed("sort name, country").key("enter");
    assert_eq!(keys(&stage), "company,country");
    answer(&mut stage, &["Acme", "Blue"], coverage, None);
    let inside = stage.app.areas().table_inside().unwrap();
    let placed = stage.app.placed_columns(inside.width);
    assert!(placed.iter().any(|placed| placed.column.key == "country"), "{placed:?}");
}

#[test]
fn the_own_reseller_in_a_view_is_not_all_of_them() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("v down enter");
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme"], coverage, None);
    stage.keys(":").typed("reseller own").key("enter");
    assert_eq!(stage.app.table.filter.resellers, ["1000396138"]);
}

#[test]
fn two_views_of_one_query_keep_their_tabs() {
    let mut stage = Stage::ready(160, 45);
    stage.keys("v down enter");
    let coverage = whole(&stage);
    answer(&mut stage, &["Acme"], coverage, None);
    stage.keys(":").typed("save Big").key("enter");
    assert_eq!(stage.app.view_name().as_deref(), Some("Big"));
    let mut seen = Vec::new();
    for _ in 0..13 {
        stage.key(")");
        seen.push(stage.app.view_name().unwrap_or_else(|| "Live".to_owned()));
    }
    assert_eq!(
        seen,
        [
            "Live",
            "All customers",
            "New this month",
            "Renewals",
            "Lapsing",
            "Late renewals",
            "3YC",
            "Licences to order",
            "Gone",
            "Changes",
            "Returnable",
            "Auto-renewal changed",
            "Big"
        ]
    );
}
