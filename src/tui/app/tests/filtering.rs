//! The filter panel and the palette's commands: what is typed, when it applies, what is refused.

use crate::{
    model::{SortBy, SortOrder, Status, StatusFilter},
    tui::app::{
        DetailSubject, Message, Overlay, Pane,
        filter::{FilterField, Preset},
        message::Outbox,
        stage::{Stage, offline},
        table::NoPage,
    },
};

fn field(stage: &Stage) -> Option<FilterField> {
    stage.app.filter.editing.as_ref().map(|editing| editing.field)
}

#[test]
fn typing_a_name_applies_after_a_rest() {
    let mut stage = Stage::ready(120, 30);
    stage.key("/");
    stage.typed("acm");
    stage.pass(300);
    assert_eq!(stage.queries(), Vec::<String>::new(), "not while one types");
    stage.typed("e");
    stage.pass(399);
    assert_eq!(stage.queries(), Vec::<String>::new());
    stage.pass(2);
    let query = "status=1000&company-name=acme*&offset=0&limit=50&sort-by=creationDate&order-by=desc";
    assert_eq!(stage.queries(), [query]);
    assert_eq!(field(&stage), Some(FilterField::Name), "the field stays open");
    stage.answer();
    assert!(stage.names().iter().all(|name| name.starts_with("Acme")));
    assert!(stage.names().len() > 10);
}

#[test]
fn enter_applies_at_once_and_gives_the_keys_back_to_the_table() {
    let mut stage = Stage::ready(120, 30);
    stage.key("/");
    stage.typed("zeta").key("enter");
    assert_eq!((field(&stage), stage.app.screen.focus), (None, Pane::Table));
    stage.answer();
    let counts: Vec<u64> =
        stage.app.table.counts.all.iter().filter_map(|count| count.value().copied()).collect();
    assert_eq!(counts, [11, 0, 5, 0], "the counts are those of the filter");
}

#[test]
fn escape_brings_back_the_filter_that_was() {
    let mut stage = Stage::ready(120, 30);
    stage.key("/");
    stage.typed("acme");
    stage.pass(500);
    stage.answer().key("esc");
    stage.answer();
    assert_eq!(stage.app.table.filter.name, None);
    assert_eq!(stage.app.table.shown().unwrap().total, 130);
    stage.key("/");
    assert_eq!(stage.app.filter.editing.as_ref().unwrap().input.value(), "");
}

#[test]
fn escape_goes_back_to_where_the_editing_began() {
    for (width, height) in [(80, 24), (120, 30)] {
        let mut stage = Stage::ready(width, height);
        stage.keys("/ a tab b esc");
        assert!(!stage.app.in_filter() && stage.app.overlay.is_none(), "from the table, back to the table");
        stage.keys("f end enter 1 esc");
        assert!(
            stage.app.in_filter() && stage.app.filter.editing.is_none(),
            "from the panel, back to the panel"
        );
    }
}

#[test]
fn tab_applies_and_goes_through_the_text_fields() {
    let mut stage = Stage::ready(120, 30);
    stage.key("/");
    stage.typed("acme").key("tab");
    assert_eq!(field(&stage), Some(FilterField::From));
    stage.typed("-30d").key("tab");
    assert_eq!(field(&stage), Some(FilterField::To));
    assert_eq!(stage.app.table.filter.from.unwrap().to_string(), "2026-10-24");
    stage.key("shift-tab");
    assert_eq!(field(&stage), Some(FilterField::From));
    assert_eq!(stage.app.filter.editing.as_ref().unwrap().input.value(), "-30d");
}

#[test]
fn a_range_that_ends_before_it_starts_is_refused_beside_the_field() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("/ tab");
    stage.typed("2026-03-01").key("tab");
    stage.typed("2026-02-01").key("enter");
    let editing = stage.app.filter.editing.as_ref().unwrap();
    assert_eq!(editing.error.as_deref(), Some("\"To\" is earlier than \"From\" (1 Mar 2026)"));
    assert_eq!(stage.app.table.filter.to, None);
    stage.key("backspace");
    assert_eq!(stage.app.filter.editing.as_ref().unwrap().error, None, "typing on clears the complaint");
}

#[test]
fn half_typed_dates_are_not_sent_but_told_after_the_rest() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("/ tab");
    stage.typed("2026-13");
    stage.pass(500);
    assert_eq!(stage.app.table.filter.from, None);
    assert!(stage.app.filter.editing.as_ref().unwrap().error.is_some());
}

#[test]
fn the_panels_cursor_chooses_and_edits() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("f down enter");
    assert_eq!(stage.app.table.filter.status, StatusFilter::One(Status::pending()));
    stage.keys("end enter");
    assert_eq!(field(&stage), Some(FilterField::PageSize));
    stage.keys("backspace backspace");
    stage.typed("7");
    stage.pass(2_000);
    assert_eq!(stage.app.table.filter.page_size, 50, "a half-typed size is no size");
    stage.key("enter");
    assert_eq!(stage.app.table.filter.page_size, 7);
    stage.keys("f up enter");
    assert_eq!(stage.app.table.filter.sort_by, SortBy::CompanyName);
}

#[test]
fn an_error_in_a_low_panel_leaves_its_field_in_sight() {
    for (width, height) in [(120, 10), (60, 10)] {
        let mut stage = Stage::ready(width, height);
        stage.keys("f end enter 9 9 enter");
        let areas = stage.app.areas();
        let inside = crate::tui::app::inside(areas.filter.unwrap_or_else(|| areas.filter_overlay()));
        let error = stage.app.filter.error_lines(inside);
        let field = FilterField::PageSize.line() - stage.app.filter.top(inside);
        assert!(
            !error.is_empty() && usize::from(field) + error.len() < usize::from(inside.height),
            "{width}x{height}"
        );
    }
}

#[test]
fn a_page_size_out_of_bounds_is_refused() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("f end enter backspace backspace");
    stage.typed("51").key("enter");
    let editing = stage.app.filter.editing.as_ref().unwrap();
    assert_eq!(editing.error.as_deref(), Some("Enter 1–50"));
}

#[test]
fn a_name_is_typed_in_one_line_above_the_table_if_the_panel_is_folded() {
    let mut stage = Stage::ready(80, 24);
    stage.key("/");
    assert!(stage.app.is_prompting() && stage.app.overlay.is_none(), "nothing covers the names");
    stage.typed("ac");
    stage.send(Message::Resize(130, 30));
    assert!(!stage.app.is_prompting() && stage.app.screen.focus == Pane::Filter);
    stage.typed("me");
    stage.send(Message::Resize(80, 24));
    assert!(stage.app.is_prompting());
    stage.key("enter");
    assert!(!stage.app.in_filter());
    assert_eq!(stage.app.table.filter.name.as_ref().unwrap().sent(), "acme*");
}

#[test]
fn the_prompt_gives_the_screen_back_and_leads_on_to_the_other_fields() {
    let mut stage = Stage::ready(80, 24);
    stage.keys("enter / x esc");
    assert_eq!((stage.app.screen.focus, stage.app.table.filter.name.clone()), (Pane::Detail, None));
    stage.keys("esc / a tab");
    assert!(stage.app.filter.open, "there are more fields than the name");
    assert_eq!(field(&stage), Some(FilterField::From));
    stage.key("esc");
    let mut stage = Stage::ready(60, 20);
    stage.key("/");
    stage.typed("acme");
    stage.click(5, 10);
    assert!(!stage.app.in_filter(), "a click beside it applies it");
    assert_eq!(stage.app.table.filter.name.as_ref().unwrap().sent(), "acme*");
}

#[test]
fn a_name_that_finds_nothing_from_the_start_is_found_anywhere_with_one_key() {
    let mut stage = Stage::ready(120, 30);
    stage.key("/");
    stage.typed("lantern").key("enter");
    stage.answer();
    let (sentence, explanation, ways) = stage.app.nothing_found(&stage.app.table.filter);
    assert_eq!(sentence, "No active customers whose name starts with \"lantern\".");
    assert_eq!(explanation.as_deref(), Some("Names match from the start."));
    assert_eq!(ways[0], "[*] search for *lantern*");
    stage.key("*");
    assert_eq!(stage.app.table.filter.name.as_ref().unwrap().sent(), "*lantern*");
    let (sentence, explanation, _) = stage.app.nothing_found(&stage.app.table.filter);
    assert_eq!(sentence, "No active customers whose name contains \"lantern\".");
    assert_eq!(explanation, None);
}

#[test]
fn the_offer_to_search_anywhere_works_while_the_name_is_typed() {
    for (width, height) in [(60, 20), (120, 30)] {
        let mut stage = Stage::ready(width, height);
        stage.key("/");
        stage.typed("lantern*").key("backspace");
        stage.pass(500);
        stage.answer();
        let (_, _, ways) = stage.app.nothing_found(&stage.app.table.filter);
        assert_eq!(ways, ["[*] search for *lantern*"], "no other key would be taken for one");
        stage.typed("*");
        assert_eq!(stage.app.filter.editing.as_ref().unwrap().input.value(), "*lantern*");
        assert_eq!(stage.app.table.filter.name.as_ref().unwrap().sent(), "*lantern*");
        stage.key("esc");
        assert_eq!(stage.app.table.filter.name, None);
    }
}

#[test]
fn a_customer_id_typed_as_a_name_is_one_key_from_its_customer() {
    for (width, height) in [(60, 20), (120, 30)] {
        let mut stage = Stage::ready(width, height);
        stage.key("/");
        stage.typed("1000000503");
        assert_eq!(
            stage.app.filter.name_advice(&stage.app.keys).as_deref(),
            Some("# goes to customer 1000000503")
        );
        stage.key("#");
        assert_eq!((field(&stage), stage.app.table.selected), (None, 3), "while typing");
        assert_eq!(stage.app.table.filter.name, None);
        stage.key("esc");
        assert_eq!(stage.app.table.selected, 0, "Esc returns");
        stage.key("/");
        stage.typed("1006500792").key("enter");
        stage.answer();
        let (_, explanation, ways) = stage.app.nothing_found(&stage.app.table.filter);
        assert_eq!(explanation.as_deref(), Some("1006500792 looks like a customer ID."));
        assert_eq!(ways[0], "[#] go to customer 1006500792");
        stage.key("#");
        let Some(DetailSubject::Id(id)) = &stage.app.detail.subject else { panic!("its record is opened") };
        assert_eq!(id, "1006500792", "when nothing was found");
    }
}

#[test]
fn what_is_no_company_name_is_said_with_what_would_find_it() {
    for (typed, says) in [("ada@example.com", "not e-mail addresses"), ("ref-1000-00012", "not references")] {
        let mut stage = Stage::ready(120, 30);
        stage.key("/");
        stage.typed(typed);
        assert!(stage.app.filter.name_advice(&stage.app.keys).is_some(), "{typed}");
        stage.key("enter");
        stage.answer();
        let (_, explanation, ways) = stage.app.nothing_found(&stage.app.table.filter);
        let explanation = explanation.unwrap();
        assert!(explanation.contains(says) && explanation.contains("export ([e])"), "{explanation}");
        assert!(ways.iter().any(|way| way == "[x] clear search and dates"), "{ways:?}");
    }
}

#[test]
fn a_paste_goes_into_the_field_as_one_line_and_is_bounded() {
    let mut stage = Stage::ready(120, 30);
    stage.key("/");
    stage.send(Message::Paste("acme\nprint\u{1b}[31m".to_owned()));
    let value = stage.app.filter.editing.as_ref().unwrap().input.value().to_owned();
    assert_eq!(value, "acme print [31m");
    stage.send(Message::Paste("x".repeat(1_000_000)));
    assert_eq!(stage.app.filter.editing.as_ref().unwrap().input.value().chars().count(), 250);
    stage.typed("yz");
    assert_eq!(stage.app.filter.editing.as_ref().unwrap().input.value().chars().count(), 250);
    let mut elsewhere = Stage::ready(120, 30);
    assert!(elsewhere.send(Message::Paste("q".to_owned())).is_empty(), "pasted text is no key");
}

#[test]
fn the_palettes_commands_take_arguments() {
    let mut stage = Stage::ready(120, 30);
    let mut run = |line: &str| {
        stage.key(":");
        stage.typed(line).key("enter");
        assert!(stage.app.overlay.is_none(), "{line}");
    };
    run("status pending");
    run("sort name desc");
    run("from 2026-08");
    run("to today");
    run("page-size 20");
    let filter = &stage.app.table.filter;
    assert_eq!(filter.status, StatusFilter::One(Status::pending()));
    assert_eq!((filter.sort_by, filter.order), (SortBy::CompanyName, SortOrder::Descending));
    assert_eq!(
        (filter.from.unwrap().to_string(), filter.to.unwrap().to_string()),
        ("2026-08-01".into(), "2026-11-23".into())
    );
    assert_eq!(filter.page_size, 20);
    stage.key(":");
    stage.typed("from soon").key("enter");
    let Some(Overlay::Palette(palette)) = &stage.app.overlay else { panic!("the palette stays open") };
    assert!(palette.error.as_ref().unwrap().starts_with("Not a date. Try 2026-11-01"));
}

#[test]
fn ranges_of_dates_are_chosen_by_keyboard() {
    let mut stage = Stage::ready(120, 30);
    stage.key("f");
    stage.app.filter.field = FilterField::Preset(Preset::ThisMonth);
    stage.key("enter");
    let dates = |stage: &Stage| {
        let filter = &stage.app.table.filter;
        (filter.from.map(|day| day.to_string()), filter.to)
    };
    assert_eq!(dates(&stage), (Some("2026-11-01".into()), None));
    stage.keys("down space");
    assert_eq!(dates(&stage), (Some("2026-10-24".into()), None));
    assert_eq!(stage.app.filter.typed.from, "-30d", "it moves on with the calendar");
    stage.key("enter");
    assert_eq!(dates(&stage), (None, None), "choosing it again shows all");
}

#[test]
fn ranges_of_dates_are_chosen_by_mouse_at_every_size() {
    for (width, height) in [(60, 20), (80, 24), (120, 30), (160, 45)] {
        let mut stage = Stage::ready(width, height);
        if stage.app.areas().filter.is_none() {
            stage.click(3, 1);
        }
        let areas = stage.app.areas();
        let panel = areas.filter.unwrap_or_else(|| areas.filter_overlay());
        let inside = crate::tui::app::inside(panel);
        for (preset, from) in [(Preset::Last90Days, "2026-08-25"), (Preset::ThisYear, "2026-01-01")] {
            let line = FilterField::Preset(preset).line();
            for _ in 0..FilterField::ALL.len() {
                if (stage.app.filter.top(inside)..).take(inside.height.into()).any(|shown| shown == line) {
                    break;
                }
                stage.wheel(true, inside.x, inside.y);
            }
            let y = inside.y + line - stage.app.filter.top(inside);
            stage.click(inside.x + 2, y);
            let found = stage.app.table.filter.from.map(|day| day.to_string());
            assert_eq!(found.as_deref(), Some(from), "{width}x{height}");
        }
    }
}

#[test]
fn every_form_of_a_date_works_on_screen_and_in_the_command_line_of_the_screen() {
    for (typed, from) in [
        ("1 Nov 2026", "2026-11-01"),
        (" NOV  2025", "2025-11-01"),
        ("-3m", "2026-08-23"),
        ("2025", "2025-01-01"),
    ] {
        let mut stage = Stage::ready(120, 30);
        stage.keys("/ tab");
        stage.typed(typed).key("enter");
        assert_eq!(stage.app.table.filter.from.map(|day| day.to_string()).as_deref(), Some(from), "{typed}");
        let mut stage = Stage::ready(120, 30);
        stage.key(":");
        stage.typed("from ").typed(typed).key("enter");
        assert_eq!(stage.app.table.filter.from.map(|day| day.to_string()).as_deref(), Some(from), "{typed}");
    }
}

#[test]
fn filters_stay_while_the_status_changes() {
    let mut stage = Stage::ready(120, 30);
    stage.key("/");
    stage.typed("acme").key("enter");
    stage.answer().key("3");
    stage.answer();
    assert_eq!(stage.app.table.shown().unwrap().total, 10);
    stage.key("x");
    stage.answer();
    assert_eq!(stage.app.table.shown().unwrap().total, 60);
}

#[test]
fn a_star_without_a_name_searches_anywhere() {
    let mut stage = Stage::ready(120, 30);
    stage.key("*");
    stage.typed("oto").key("enter");
    stage.answer();
    assert_eq!(
        stage.app.table.filter.name.as_ref().map(|name| name.sent().to_owned()).as_deref(),
        Some("*oto*")
    );
}

#[test]
fn a_page_of_a_list_that_could_not_be_loaded_is_not_said_to_be_loading() {
    let mut stage = Stage::ready(120, 30);
    stage.key("3");
    assert_eq!(stage.app.table.go_to_page(2, stage.now, &mut Outbox::default()), Err(NoPage::Loading));
    stage.fail(&offline("gone"));
    stage.key("}");
    assert_eq!(stage.notice(), "The list could not be loaded: refresh it first.");
}

#[test]
fn rows_of_a_previous_filter_are_told_apart_by_what_differs() {
    for (keys, typed, title) in [
        (":", "from 2026-11", "rows of the previous filter (Active, any date)"),
        ("/", "zeta", "rows of the previous filter (Active, any name)"),
        ("3", "", "rows of the previous filter (Active)"),
    ] {
        let mut stage = Stage::ready(120, 30);
        stage.key(keys);
        if !typed.is_empty() {
            stage.typed(typed).key("enter");
        }
        stage.fail(&offline("gone"));
        assert_eq!(stage.app.table.previous_rows_title(stage.now).as_deref(), Some(title));
    }
}

#[test]
fn an_export_proposes_the_details_that_are_on_the_screen() {
    let mut stage = Stage::ready(160, 30);
    let proposes = |stage: &Stage| match &stage.app.overlay {
        Some(Overlay::Export(form)) => form.details,
        other => panic!("{other:?}"),
    };
    stage.key("e");
    assert!(!proposes(&stage));
    stage.key("esc");
    for (column, wanted) in &mut stage.app.columns.all {
        *wanted |= column.key == "city";
    }
    stage.key("e");
    assert!(proposes(&stage));
}
