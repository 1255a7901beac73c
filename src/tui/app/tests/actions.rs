//! Every action of the table, by its default key. The match is exhaustive: an action without a proof does not compile.

use crate::{
    model::{CustomerFilter, FacetCounts, OrdersRequest, RecordKey, SortBy, SortOrder, Status, StatusFilter},
    tui::{
        action::{ACTIONS, Action},
        app::{
            DetailSubject, Effect, Message, Overlay, Pane, Tab,
            filter::FilterField,
            stage::{Stage, today},
        },
    },
};

#[test]
fn every_action_does_what_its_help_says() {
    for info in ACTIONS {
        for key in info.keys {
            prove(info.action, key);
        }
    }
}

fn status_after(key: &str) -> StatusFilter {
    let mut stage = Stage::ready(120, 30);
    stage.key(if key == "1" { "2" } else { "1" });
    stage.answer().key(key);
    stage.app.table.filter.status.clone()
}

fn tab_after(keys: &str) -> Tab {
    let mut stage = Stage::ready(120, 30);
    stage.keys(keys).app.detail.tab
}

/// A stage whose detail shows the Raw tab with the search for `customerId` done.
fn searched() -> Stage {
    let mut stage = Stage::ready(120, 30);
    stage.keys("enter left / c u s t o m e r I d enter");
    assert_eq!(stage.app.detail.tab, Tab::Raw);
    assert!(stage.app.detail.search.matches.len() >= 2);
    stage
}

#[expect(clippy::too_many_lines, reason = "one arm for each action, so that none can be forgotten")]
fn prove(action: Action, key: &str) {
    let mut stage = Stage::ready(120, 30);
    let one = |code: &str| StatusFilter::One(Status::new(code));
    match action {
        Action::NextRow => {
            stage.key(key);
            assert_eq!(stage.app.table.selected, 1);
        }
        Action::PreviousRow => {
            stage.keys("down down").key(key);
            assert_eq!(stage.app.table.selected, 1);
        }
        Action::FirstRow => {
            stage.keys("down down").key(key);
            assert_eq!(stage.app.table.selected, 0);
        }
        Action::LastRow => {
            stage.key(key);
            assert_eq!(stage.app.table.selected, 49);
        }
        Action::HalfScreenDown => {
            stage.key(key);
            assert_eq!(stage.app.table.selected, stage.app.visible_rows() / 2);
        }
        Action::HalfScreenUp => {
            stage.keys("end").key(key);
            assert_eq!(stage.app.table.selected, 49 - stage.app.visible_rows() / 2);
        }
        Action::ScreenDown => {
            stage.key(key);
            assert_eq!(stage.app.table.selected, stage.app.visible_rows());
            stage.keys("end").key(key);
            stage.answer();
            assert_eq!((stage.app.table.shown().unwrap().first, stage.app.table.selected), (50, 0));
        }
        Action::ScreenUp => {
            stage.keys("end").key(key);
            assert_eq!(stage.app.table.selected, 49 - stage.app.visible_rows());
            stage.key("]");
            stage.answer().keys("home").key(key);
            stage.answer();
            assert_eq!((stage.app.table.shown().unwrap().first, stage.app.table.selected), (0, 49));
        }
        Action::NextPage => {
            stage.key(key);
            stage.answer();
            assert_eq!(stage.app.table.shown().unwrap().first, 50);
        }
        Action::PreviousPage => {
            stage.key("]");
            stage.answer().key(key);
            assert_eq!(stage.app.table.shown().unwrap().first, 0, "the page before is in the cache");
            stage.key(key);
            assert_eq!(stage.notice(), "This is the first page.");
        }
        Action::LastPage => {
            stage.key(key);
            stage.answer();
            assert_eq!(stage.app.table.shown().unwrap().first, 100);
        }
        Action::FirstPage => {
            stage.keys("] ]");
            stage.answer().key(key);
            stage.answer();
            assert_eq!(stage.app.table.shown().unwrap().first, 0);
        }
        Action::NextPane => {
            stage.key(key);
            assert_eq!(stage.app.screen.focus, Pane::Detail);
            stage.key(key);
            assert_eq!(stage.app.screen.focus, Pane::Filter);
        }
        Action::PreviousPane => {
            stage.key(key);
            assert_eq!(stage.app.screen.focus, Pane::Filter);
        }
        Action::Enter => {
            stage.key(key);
            assert_eq!(stage.app.screen.focus, Pane::Detail);
        }
        Action::Back => {
            stage.keys("enter").key(key);
            assert_eq!(stage.app.screen.focus, Pane::Table);
            stage.key(key);
            assert_eq!(stage.notice(), "q quits.");
        }
        Action::Export => {
            stage.key(key);
            assert!(matches!(stage.app.overlay, Some(Overlay::Export(_))));
        }
        Action::NextTab => assert_eq!(tab_after(key), Tab::Contacts),
        Action::PreviousTab => assert_eq!(tab_after(key), Tab::Raw),
        Action::Zoom => {
            stage.key(key);
            assert_eq!(stage.app.areas().table.unwrap().width, 120);
            stage.key(key);
            assert!(stage.app.areas().detail.is_some());
        }
        Action::SearchRaw => {
            stage.keys("enter left").key(key);
            assert!(stage.app.detail.search.typing);
        }
        Action::NextMatch => {
            let mut stage = searched();
            stage.key(key);
            assert_eq!(stage.app.detail.search.current, 1);
        }
        Action::PreviousMatch => {
            let mut stage = searched();
            stage.key(key);
            assert_eq!(stage.app.detail.search.current, stage.app.detail.search.matches.len() - 1);
        }
        Action::OwnRecord => {
            let id = stage.selected_id().unwrap().to_owned();
            stage.key(key);
            assert!(
                matches!(&stage.pending[..], [Effect::LoadRecord(_, RecordKey::Id(asked), _)] if *asked == id)
            );
            assert!(matches!(stage.app.detail.subject, Some(DetailSubject::Own(_))));
        }
        Action::OrderTerm => {
            stage.keys("enter right right right");
            stage.answer().key(key);
            let since = "2026-11-23".parse().unwrap();
            assert!(
                matches!(stage.pending[..], [Effect::LoadOrders(_, OrdersRequest::First { since: Some(day), .. })] if day == since),
                "orders are asked for from the day on which the row was created: {:?}",
                stage.pending
            );
        }
        Action::EditName => {
            stage.key(key);
            assert_eq!(stage.app.filter.editing.as_ref().unwrap().field, FilterField::Name);
        }
        Action::NameAnywhere => {
            stage.keys("/ p r i n t enter");
            stage.answer().key(key);
            assert_eq!(stage.app.table.filter.name.as_ref().unwrap().sent(), "*print*");
            assert_eq!(stage.app.filter.typed.name, "*print*");
            stage.key(key);
            assert_eq!(stage.notice(), "The name is searched anywhere already.");
        }
        Action::FilterPanel => {
            stage.key(key);
            assert_eq!(stage.app.screen.focus, Pane::Filter);
            stage.key(key);
            assert_eq!(stage.app.screen.focus, Pane::Table);
            let mut narrow = Stage::ready(80, 24);
            narrow.key(key);
            assert!(narrow.app.filter.open);
        }
        Action::StatusActive => assert_eq!(status_after(key), one("1000")),
        Action::StatusPending => assert_eq!(status_after(key), one("1002")),
        Action::StatusInactive => assert_eq!(status_after(key), one("1004")),
        Action::Status1026 => assert_eq!(status_after(key), one("1026")),
        Action::StatusAll => assert_eq!(status_after(key), StatusFilter::All),
        Action::NextSort => {
            stage.key(key);
            let filter = &stage.app.table.filter;
            assert_eq!((filter.sort_by, filter.order), (SortBy::CompanyName, SortOrder::Ascending));
            stage.key(key);
            let filter = &stage.app.table.filter;
            assert_eq!((filter.sort_by, filter.order), (SortBy::CreationDate, SortOrder::Descending));
        }
        Action::ReverseSort => {
            stage.key(key);
            assert_eq!(stage.app.table.filter.order, SortOrder::Ascending);
        }
        Action::ClearFilters => {
            stage.keys("/ a c m e enter");
            stage.answer().key(key);
            stage.answer();
            assert_eq!(stage.app.table.filter.name, None);
            assert_eq!(stage.app.table.shown().unwrap().total, 130);
        }
        Action::Refresh => {
            stage.key(key);
            let page = "status=1000&offset=0&limit=50&sort-by=creationDate&order-by=desc";
            assert_eq!(stage.queries()[0], page);
            assert!(matches!(stage.pending.last(), Some(Effect::LoadRecord(_, RecordKey::Link(_), _))));
        }
        Action::Profiles => {
            stage.key(key);
            assert!(matches!(stage.app.overlay, Some(Overlay::Profiles(_))));
        }
        Action::EditConfig => {
            stage.key(key);
            assert!(stage.asked.contains(&Effect::EditConfig));
        }
        Action::GoToCustomer => {
            stage.key(key);
            stage.typed("1006500806").key("enter");
            assert!(
                matches!(&stage.pending[..], [Effect::LoadRecord(_, RecordKey::Id(id), _)] if id == "1006500806")
            );
        }
        Action::Mark => {
            stage.key(key);
            assert_eq!((stage.app.marks.len(), stage.app.table.selected), (1, 1));
        }
        Action::ClearMarks => {
            stage.keys("space space").key(key);
            assert_eq!((stage.app.marks.len(), stage.notice()), (0, "2 rows unmarked."));
        }
        Action::Compare => {
            stage.keys("space space").key(key);
            assert!(matches!(stage.app.overlay, Some(Overlay::Compare(_))));
        }
        Action::Columns => {
            stage.key(key);
            assert!(matches!(stage.app.overlay, Some(Overlay::Columns(_))));
        }
        Action::CopyId => {
            let id = stage.selected_id().unwrap().to_owned();
            stage.key(key);
            assert_eq!(stage.asked, [Effect::Copy(id)]);
        }
        Action::CopyMenu => {
            stage.key(key);
            assert!(matches!(stage.app.overlay, Some(Overlay::CopyMenu(_))));
        }
        Action::Inspector => {
            stage.key(key);
            assert!(matches!(stage.app.overlay, Some(Overlay::Requests(_))));
        }
        Action::Mouse => {
            stage.keys("m").key(key);
            assert_eq!(stage.asked, [Effect::SetMouse(false), Effect::SetMouse(true)]);
        }
        Action::Palette => {
            stage.key(key);
            assert!(matches!(stage.app.overlay, Some(Overlay::Palette(_))));
        }
        Action::Help => {
            stage.key(key);
            assert!(matches!(stage.app.overlay, Some(Overlay::Help(_))));
        }
        Action::ShowMarked => {
            stage.keys("space").key(key);
            assert!(matches!(stage.app.overlay, Some(Overlay::Marked(_))));
        }
        Action::Complete
        | Action::CopyNumber
        | Action::ToggleColumn
        | Action::ColumnLater
        | Action::ColumnEarlier
        | Action::DefaultColumns
        | Action::EarlierRequest
        | Action::LaterRequest
        | Action::CopyRequest
        | Action::AddProfile
        | Action::EditProfile
        | Action::TestProfile
        | Action::RemoveProfile
        | Action::DefaultProfile
        | Action::NextChoice
        | Action::PreviousChoice
        | Action::StopExport
        | Action::Accept
        | Action::Decline
        | Action::CopyEmails
        | Action::DeleteView
        | Action::ViewLater
        | Action::ViewEarlier
        | Action::KeepOnDisk
        | Action::KeepWithoutContacts
        | Action::KeepInMemory => super::dialogs::prove(action, key),
        Action::DeleteNote => super::noting::prove(action, key),
        Action::Note => {
            stage.key(key);
            assert!(matches!(stage.app.overlay, Some(Overlay::Note(_))));
        }
        Action::OnlyDifferences | Action::CompareLeft | Action::CompareRight | Action::CopyComparison => {
            super::comparing::prove(action, key);
        }
        Action::Views => {
            stage.key(key);
            assert!(matches!(stage.app.overlay, Some(Overlay::Views(_))));
        }
        Action::Facets => {
            stage.key(key);
            assert!(stage.notice().starts_with("Facets are counted in views"), "{}", stage.notice());
            stage.keys("v down enter").key(key);
            let Some(Effect::LoadFacets(ticket, filter)) = stage.pending.last().cloned() else {
                panic!("{:?}", stage.pending)
            };
            assert_eq!(filter.portfolio.as_deref(), Some(""));
            let counts = vec![
                FacetCounts { field: "status", values: vec![("1000".into(), 9), ("1002".into(), 2)] },
                FacetCounts { field: "country", values: vec![("DE".into(), 7)] },
            ];
            stage.send(Message::Facets(ticket, Ok(Box::new(counts))));
            stage.keys("down down enter");
            assert_eq!(stage.app.table.filter.portfolio.as_deref(), Some("country:DE"));
            stage.key(key);
            let Some(Effect::LoadFacets(ticket, _)) = stage.pending.last().cloned() else { panic!("counts") };
            let counts = vec![FacetCounts { field: "country", values: vec![("DE".into(), 7)] }];
            stage.send(Message::Facets(ticket, Ok(Box::new(counts))));
            stage.key("x");
            assert_eq!(stage.app.table.filter.portfolio.as_deref(), Some(""));
        }
        Action::Today => {
            stage.key(key);
            let Some(Effect::LoadToday(ticket, _)) = stage.pending.last().cloned() else {
                panic!("{:?}", stage.pending)
            };
            stage.send(Message::Today(ticket, Ok(Box::new(today(&stage)))));
            stage.keys("down enter");
            assert!(stage.app.overlay.is_none());
            assert_eq!(stage.app.table.filter.portfolio.as_deref(), Some("to-order:any"));
        }
        Action::Summary => {
            stage.key(key);
            assert!(matches!(stage.app.overlay, Some(Overlay::Summary(_))));
            assert!(matches!(stage.pending.last(), Some(Effect::LoadSummary(_, _, false))));
        }
        Action::SummaryLeft | Action::SummaryRight => super::summary::prove(action, key),
        Action::NextView | Action::PreviousView => {
            let mut names: Vec<Option<String>> =
                crate::state::SavedView::built_in().into_iter().map(|view| Some(view.name)).collect();
            if action == Action::PreviousView {
                names.reverse();
            }
            let expected = names.into_iter().chain([None]);
            for name in expected {
                stage.key(key);
                assert_eq!(stage.app.view_name(), name);
            }
        }
        Action::NextWeek | Action::PreviousWeek => super::renewal_strip::prove(action, key),
        Action::Live => {
            stage.keys("v down enter");
            assert_eq!(stage.app.table.filter.portfolio.as_deref(), Some(""));
            stage.key(key);
            assert_eq!(stage.app.table.filter, CustomerFilter::default());
        }
        Action::Suspend => {
            stage.key(key);
            assert_eq!(stage.asked, [Effect::Suspend]);
        }
        Action::Quit => {
            stage.key(key);
            assert_eq!(stage.asked, [Effect::Quit]);
        }
    }
}

#[test]
fn quitting_and_suspending_work_whatever_is_open() {
    for open in ["?", ":", "#", "Y", "c", "i", "/", "f"] {
        let mut stage = Stage::ready(120, 30);
        stage.keys(open).keys("ctrl-z ctrl-c");
        assert_eq!(stage.asked, [Effect::Suspend, Effect::Quit], "with {open} open");
    }
}

#[test]
fn a_released_key_does_nothing() {
    let mut stage = Stage::ready(120, 30);
    let mut event = crate::tui::app::stage::key_event("j");
    event.kind = crossterm::event::KeyEventKind::Release;
    stage.send(crate::tui::app::Message::Key(event));
    assert_eq!(stage.app.table.selected, 0);
}

#[test]
fn escape_goes_one_step_back_from_the_innermost_thing_out() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("enter left z / n a m e enter");
    assert!(stage.app.detail.search.needle().is_some() && stage.app.screen.zoom);
    stage.key("esc");
    assert!(stage.app.detail.search.needle().is_none() && stage.app.screen.zoom);
    stage.key("esc");
    assert!(!stage.app.screen.zoom && stage.app.screen.focus == Pane::Detail);
    stage.key("esc");
    assert_eq!(stage.app.screen.focus, Pane::Table);
}
