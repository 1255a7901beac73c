//! Exports: what is asked for, and what is said of one under way.

use crate::{
    export::ExistingJournal,
    model::{Row, SortOrder, Status, StatusFilter},
    output::Format,
    tui::app::{Effect, ExportFailed, ExportOrder, Message, Overlay, stage::Stage},
};

/// The order that these keys lead to.
fn order(stage: &mut Stage, keys: &str) -> ExportOrder {
    stage.asked.clear();
    stage.keys(keys);
    match &stage.asked[..] {
        [Effect::Export(order)] => (**order).clone(),
        other => panic!("{other:?}"),
    }
}

fn failed(stage: &mut Stage, why: ExportFailed) {
    stage.send(Message::Exported(Err(why)));
}

fn error(stage: &Stage) -> &str {
    match &stage.app.overlay {
        Some(Overlay::Export(form)) => form.error.as_deref().unwrap_or_default(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_that_matches_is_exported_under_the_filter_on_the_screen() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("2 S").answer();
    let order = order(&mut stage, "e enter");
    assert_eq!(order.file, format!("customers-pending-{}.xlsx", stage.now.today()));
    assert_eq!((order.format, order.begin, order.picked), (Format::Xlsx, ExistingJournal::Fail, None));
    assert_eq!(order.filter.status, StatusFilter::One(Status::pending()));
    assert_eq!(order.filter.order, SortOrder::Ascending);
    assert!(!order.details && !order.subscriptions && !order.replace && !order.anyway);
}

#[test]
fn the_page_or_the_marked_rows_are_exported_instead() {
    let mut stage = Stage::ready(120, 30);
    stage.key("]");
    stage.answer();
    let page = order(&mut stage, "e up right enter").picked.unwrap();
    assert_eq!(page.len(), 50);
    assert_eq!(page[0].customer().unwrap().customer_id, "1000000550");
    stage.send(Message::Exported(Ok("Exported 50 rows to x.csv.".to_owned())));
    let marked = order(&mut stage, "space space e down down right down right enter");
    assert_eq!(marked.picked.as_deref().unwrap_or_default().len(), 2, "marked rows come first");
    assert!(marked.details && marked.subscriptions);
    let ids = marked.picked.iter().flatten().filter_map(Row::customer).map(|row| row.customer_id.as_str());
    assert_eq!(ids.collect::<Vec<_>>(), ["1000000550", "1000000551"]);
}

#[test]
fn the_name_says_what_the_file_is_to_be() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("e ctrl-u").typed("all.pdf").key("enter");
    assert_eq!(error(&stage), ".pdf is not a supported format. Use .xlsx, .csv, .json or .jsonl.");
    stage.key("ctrl-u");
    assert_eq!(error(&stage), "", "what was wrong goes with the first letter");
    stage.key("enter");
    assert_eq!(error(&stage), "The file needs a name.");
    stage.typed("my customers.xlsx");
    let order = order(&mut stage, "enter");
    assert_eq!((order.file.as_str(), order.format), ("my customers.xlsx", Format::Xlsx));
}

#[test]
fn a_file_that_is_there_is_replaced_only_once_that_was_said() {
    let mut stage = Stage::ready(120, 30);
    order(&mut stage, "e enter");
    failed(&mut stage, ExportFailed::Exists);
    assert!(error(&stage).ends_with("already exists. Export again to replace it."));
    assert!(order(&mut stage, "enter").replace);
    failed(&mut stage, ExportFailed::Exists);
    stage.typed("x");
    stage.key("backspace");
    assert!(!order(&mut stage, "enter").replace, "another name is another file");
}

#[test]
fn an_export_that_did_not_end_is_gone_on_with_or_given_up() {
    let mut stage = Stage::ready(120, 30);
    order(&mut stage, "e enter");
    failed(&mut stage, ExportFailed::Left);
    assert!(error(&stage).ends_with(". Resume it?"));
    let resumed = order(&mut stage, "enter");
    assert_eq!((resumed.begin, resumed.anyway), (ExistingJournal::Resume, false));
    failed(&mut stage, ExportFailed::Refused("It is of another export.".to_owned()));
    assert_eq!(error(&stage), "It is of another export.");
    let anyway = order(&mut stage, "right enter");
    assert_eq!((anyway.begin, anyway.anyway), (ExistingJournal::Resume, true));
    failed(&mut stage, ExportFailed::Refused("It is of another export.".to_owned()));
    assert_eq!(order(&mut stage, "right enter").begin, ExistingJournal::Discard);
}

#[test]
fn what_was_asked_for_is_not_changed_before_the_answer() {
    let mut stage = Stage::ready(120, 30);
    order(&mut stage, "e enter");
    stage.typed("xyz").keys("tab enter");
    stage.send(Message::Paste("else.csv".to_owned()));
    failed(&mut stage, ExportFailed::Exists);
    let again = order(&mut stage, "enter");
    assert!(again.replace && again.file.ends_with(&format!("{}.xlsx", stage.now.today())), "{again:?}");
}

#[test]
fn its_progress_is_in_the_footer_and_it_can_be_stopped() {
    let mut stage = Stage::ready(120, 30);
    order(&mut stage, "e enter");
    stage.send(Message::Exporting("450 of 1,204 rows".to_owned()));
    assert!(stage.app.overlay.is_none(), "the form goes once it runs");
    assert!(stage.app.export_line().unwrap().starts_with("Exporting 450 of 1,204 rows · customers-"));
    assert!(stage.app.unfinished_export().is_some());
    stage.keys("e esc");
    assert!(stage.asked.iter().all(|effect| *effect != Effect::StopExport), "it goes on");
    stage.keys("e s");
    assert_eq!(stage.asked.last(), Some(&Effect::StopExport));
    assert!(stage.app.export_line().unwrap().starts_with("Stopping"));
    failed(&mut stage, ExportFailed::Ended("Export stopped.".to_owned()));
    assert_eq!((stage.notice(), stage.app.export_line()), ("Export stopped.", None));
}

#[test]
fn its_end_is_told_wherever_the_person_is_by_then() {
    let mut stage = Stage::ready(120, 30);
    order(&mut stage, "e enter");
    stage.keys("esc :");
    stage.send(Message::Exported(Ok("Exported 1,204 rows to x.csv.".to_owned())));
    assert!(matches!(stage.app.overlay, Some(Overlay::Palette(_))), "what was opened meanwhile stays");
    assert_eq!(stage.notice(), "Exported 1,204 rows to x.csv.");
    stage.key("esc");
    order(&mut stage, "e enter");
    stage.key("esc");
    failed(&mut stage, ExportFailed::Exists);
    assert!(stage.notice().ends_with("already exists. Nothing was exported."));
}
