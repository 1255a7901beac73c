//! Dialogs: the keys of the action table in each of them, their hints, clicks and text fields.

use crate::{
    state::ViewChange,
    tui::{
        action::{ACTIONS, Action, Scope},
        app::{
            Effect, Footer, KeepCopy, Message, Overlay, footer,
            overlays::{MarkedRows, Requests},
            stage::{Stage, two_profiles},
        },
        keys::KeyMap,
    },
};

/// Proves that the key of a dialog's action does it.
pub(super) fn prove(action: Action, key: &str) {
    match action {
        Action::Complete => {
            let mut stage = Stage::ready(120, 30);
            stage.keys(":").typed("status p").key(key);
            assert_eq!(palette_text(&stage), "status pending ");
        }
        Action::CopyNumber => {
            let mut stage = Stage::ready(120, 30);
            stage.pass(1_000);
            stage.answer();
            stage.asked.clear();
            stage.keys("Y").key(key);
            assert!(matches!(&stage.asked[..], [Effect::Copy(_)]), "{key}: {:?}", stage.asked);
        }
        Action::ToggleColumn | Action::ColumnLater | Action::ColumnEarlier | Action::DefaultColumns => {
            prove_columns(action, key);
        }
        Action::EarlierRequest | Action::LaterRequest => {
            let mut stage = Stage::ready(120, 30);
            stage.keys("i left left").key(key);
            let wanted = if action == Action::EarlierRequest { 3 } else { 1 };
            assert!(
                matches!(stage.app.overlay, Some(Overlay::Requests(Requests { index, .. })) if index == wanted)
            );
        }
        Action::CopyRequest => {
            let mut stage = Stage::ready(120, 30);
            stage.asked.clear();
            stage.keys("i").key(key);
            assert!(matches!(&stage.asked[..], [Effect::Copy(text)] if text.starts_with("curl ")));
        }
        Action::AddProfile
        | Action::EditProfile
        | Action::TestProfile
        | Action::RemoveProfile
        | Action::DefaultProfile => prove_profiles(action, key),
        Action::NextChoice | Action::PreviousChoice => {
            let mut stage = Stage::ready(120, 30);
            stage.keys("e down").key(key);
            let wanted = if action == Action::NextChoice { ".csv" } else { ".jsonl" };
            assert!(export_file(&stage).ends_with(wanted), "{}", export_file(&stage));
        }
        Action::StopExport => {
            let mut stage = Stage::ready(120, 30);
            stage.keys("e enter");
            stage.send(Message::Exporting("10 rows".to_owned()));
            stage.keys("e").key(key);
            assert_eq!(stage.asked.last(), Some(&Effect::StopExport));
        }
        Action::Accept | Action::Decline => {
            let mut stage = Stage::of_profile("apac", two_profiles(), 120, 30);
            stage.answer();
            stage.send(Message::NoKeyring);
            stage.key(key);
            assert_eq!(stage.asked.last(), Some(&Effect::KeepTokens(action == Action::Accept)));
        }
        Action::CopyEmails => {
            let mut stage = Stage::ready(120, 30);
            stage.keys("space space M").key(key);
            stage.answer();
            let copied = stage.asked.iter().rev().find_map(|effect| match effect {
                Effect::Copy(text) => Some(text.lines().count()),
                _ => None,
            });
            assert_eq!(copied, Some(2));
        }
        Action::DeleteView | Action::ViewLater | Action::ViewEarlier => prove_views(action, key),
        Action::KeepOnDisk | Action::KeepWithoutContacts | Action::KeepInMemory => {
            let mut stage = Stage::of_profile("apac", two_profiles(), 120, 30);
            stage.answer();
            stage.keys("v down enter").key(key);
            let keep = match action {
                Action::KeepOnDisk => KeepCopy::OnDisk,
                Action::KeepWithoutContacts => KeepCopy::WithoutContacts,
                _ => KeepCopy::InMemory,
            };
            assert!(stage.asked.contains(&Effect::KeepPortfolio("apac".to_owned(), keep)));
            assert_eq!(stage.app.table.filter.portfolio.as_deref(), Some(""), "the view is opened");
        }
        other => panic!("{other:?} is no key of a dialog"),
    }
}

fn prove_views(action: Action, key: &str) {
    let mut stage = Stage::ready(120, 30);
    for name in ["One", "Two"] {
        stage.app.find(&format!("seats:>{}", name.len())).unwrap();
        stage.app.save_view(name).unwrap();
    }
    let names = |stage: &Stage| -> Vec<String> {
        stage.app.session.own_views().iter().map(|view| view.name.clone()).collect()
    };
    // The last two lines are those of the day and the summary.
    stage.keys("v end up up");
    if action != Action::ViewEarlier {
        stage.key("up");
    }
    stage.key(key);
    if action == Action::DeleteView {
        assert_eq!(names(&stage), ["One", "Two"], "it asks first");
        stage.keys("down up").key(key);
        assert_eq!(names(&stage), ["One", "Two"], "any other key keeps it");
        stage.key(key);
    }
    let expected: &[&str] = if action == Action::DeleteView { &["Two"] } else { &["Two", "One"] };
    assert_eq!(names(&stage), expected);
    let change = match action {
        Action::DeleteView => ViewChange::Delete("One".to_owned()),
        Action::ViewLater => ViewChange::MoveDown("One".to_owned()),
        _ => ViewChange::MoveUp("Two".to_owned()),
    };
    let said = (action == Action::DeleteView).then(|| "View One deleted.".to_owned());
    assert_eq!(stage.asked.last(), Some(&Effect::ChangeViews("demo".to_owned(), change, said)));
}

fn prove_columns(action: Action, key: &str) {
    let mut stage = Stage::ready(160, 45);
    let order = |stage: &Stage| stage.app.columns.all.clone();
    let before = order(&stage);
    stage.keys("c down").key(key);
    let second = before[1].0;
    match action {
        Action::ToggleColumn => assert_eq!(order(&stage)[1], (second, false)),
        Action::ColumnLater => assert_eq!(order(&stage)[2].0, second),
        Action::ColumnEarlier => assert_eq!(order(&stage)[0].0, second),
        _ => {
            stage.keys("space").key(key);
            assert_eq!(order(&stage), before);
        }
    }
}

fn prove_profiles(action: Action, key: &str) {
    let mut stage = Stage::of_profile("apac", two_profiles(), 120, 30);
    stage.answer();
    stage.keys("p down").key(key);
    let last = stage.asked.last().or(stage.pending.last());
    match action {
        Action::AddProfile | Action::EditProfile => {
            let Some(Overlay::ProfileForm(form)) = &stage.app.overlay else { panic!("the form is open") };
            assert_eq!(form.former.is_some(), action == Action::EditProfile);
        }
        Action::TestProfile => {
            assert!(stage.pending.iter().any(|effect| matches!(effect, Effect::CheckProfile(..))));
        }
        Action::RemoveProfile => {
            stage.key("y");
            let removes =
                |effect: &Effect| matches!(effect, Effect::RemoveProfile(_, name) if name == "emea-prod");
            assert!(stage.pending.iter().chain(&stage.asked).any(removes));
        }
        _ => assert!(
            stage
                .pending
                .iter()
                .chain(&stage.asked)
                .any(|effect| matches!(effect, Effect::DefaultProfile(_, name) if name == "emea-prod")),
            "{last:?}"
        ),
    }
}

fn palette_text(stage: &Stage) -> &str {
    match &stage.app.overlay {
        Some(Overlay::Palette(palette)) => palette.input.value(),
        other => panic!("{other:?}"),
    }
}

fn export_file(stage: &Stage) -> &str {
    match &stage.app.overlay {
        Some(Overlay::Export(form)) => form.file.value(),
        other => panic!("{other:?}"),
    }
}

/// Returns the hints of the footer: keys and words.
fn hints(stage: &Stage) -> Vec<(String, &'static str)> {
    match footer(&stage.app, 120) {
        Footer::Hints(hints) => hints.into_iter().map(|hint| (hint.key, hint.words)).collect(),
        other => panic!("{other:?}"),
    }
}

/// Opens each dialog.
const OPENED: [&str; 10] = ["?", ":", "#", "Y", "c", "i", "p", "e", "space M", "space space ="];

#[test]
fn every_dialog_shows_its_keys_as_they_are_bound() {
    for open in OPENED {
        let mut stage = Stage::ready(120, 30);
        stage.keys(open);
        let shown = hints(&stage);
        assert!(shown.iter().any(|(key, words)| key == "Esc" && *words == "close"), "{open}: {shown:?}");
    }
    let changes = [
        ("toggle-column".to_owned(), vec!["t".to_owned()]),
        ("add-profile".to_owned(), vec!["+".to_owned()]),
    ];
    let (keys, problems) = KeyMap::with(&changes.into_iter().collect());
    assert!(problems.is_empty(), "{problems:?}");
    let mut stage = Stage::with_keys(120, 30, keys);
    stage.answer();
    stage.keys("c");
    assert!(hints(&stage).contains(&("t".to_owned(), "show or hide")));
    stage.keys("x");
    assert!(stage.app.columns.all[0].1, "the default key is free now");
    stage.keys("t");
    assert!(!stage.app.columns.all[0].1);
    stage.keys("esc p +");
    assert!(matches!(stage.app.overlay, Some(Overlay::ProfileForm(_))));
}

#[test]
fn a_click_on_a_hint_does_what_its_key_does_in_every_dialog() {
    for open in OPENED {
        let mut stage = Stage::ready(120, 30);
        stage.keys(open);
        let Footer::Hints(shown) = footer(&stage.app, 120) else { panic!("hints") };
        let close = shown.into_iter().find(|hint| hint.words == "close").unwrap();
        stage.click(close.x, 29);
        assert!(stage.app.overlay.is_none(), "{open}");
    }
    let mut stage = Stage::ready(120, 30);
    stage.keys("c");
    let Footer::Hints(shown) = footer(&stage.app, 120) else { panic!("hints") };
    let toggle = shown.into_iter().find(|hint| hint.action == Action::ToggleColumn).unwrap();
    stage.click(toggle.x, 29);
    assert!(!stage.app.columns.all[0].1);
}

#[test]
fn the_keys_of_a_dialog_do_nothing_outside_it() {
    for info in ACTIONS.iter().filter(|info| matches!(info.scope, Scope::Overlay(_))) {
        let mut stage = Stage::ready(120, 30);
        assert!(!stage.app.applies(info.scope), "{}", info.name);
        stage.keys(":").typed(info.name).key("enter");
        assert!(
            !matches!(&stage.app.overlay, Some(Overlay::Export(_) | Overlay::ProfileForm(_))),
            "the palette does not offer {}",
            info.name
        );
    }
}

#[test]
fn the_list_of_keys_opens_over_a_dialog_and_goes_back_to_it() {
    let mut stage = Stage::of_profile("apac", two_profiles(), 120, 30);
    stage.answer();
    stage.keys("p t ?");
    assert!(matches!(stage.app.overlay, Some(Overlay::Help(_))));
    stage.answer();
    stage.key("esc");
    let Some(Overlay::Profiles(menu)) = &stage.app.overlay else { panic!("the list is back") };
    let (_, checks) = menu.test.as_ref().unwrap();
    assert!(!checks.is_untouched(), "the test went on behind the keys");
}

#[test]
fn marked_rows_are_listed_on_their_own_and_unmarked_there() {
    let mut stage = Stage::ready(120, 30);
    stage.key("M");
    assert_eq!(stage.notice(), "No row is marked: Space marks one.");
    stage.keys("space space");
    stage.key("]");
    stage.answer();
    stage.keys("space M");
    assert_eq!(stage.app.marks.len(), 3, "rows of two pages");
    stage.keys("down space");
    assert_eq!(stage.app.marks.len(), 2);
    assert!(matches!(stage.app.overlay, Some(Overlay::Marked(MarkedRows { selected: 1 }))));
    stage.keys("space space");
    assert!(stage.app.overlay.is_none() && stage.app.marks.len() == 0, "the last one closes the list");
}

#[test]
fn e_mail_addresses_that_are_missing_are_counted() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("space space space M @");
    let failed = stage.pending.pop().unwrap();
    stage.fail_one(&failed, crate::api::ApiError::internal("boom"));
    stage.answer();
    stage.send(Message::Copied(Ok("sent".to_owned())));
    assert!(stage.notice().contains("1 record could not be loaded"), "{}", stage.notice());
}

#[test]
fn the_export_form_works_by_mouse_alone() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("space");
    let Footer::Hints(shown) = footer(&stage.app, 120) else { panic!("hints") };
    let export = shown.into_iter().find(|hint| hint.action == Action::Export).unwrap();
    stage.click(export.x, 29);
    let today = stage.now.today();
    assert_eq!(export_file(&stage), format!("customers-marked-1-{today}.xlsx"));
    let click_on = |stage: &mut Stage, words: &str| {
        let overlay = stage.app.overlay.as_ref().unwrap();
        let view = overlay.dialog().view(&stage.app);
        let text = |line: &crate::tui::app::ViewLine| format!("{:?}", line.pieces);
        let line = view.body.iter().position(|line| text(line).contains(words)).unwrap();
        let rows = view.rows();
        stage.click(rows.x + 2, rows.y + u16::try_from(line).unwrap());
    };
    click_on(&mut stage, "Rows");
    assert_eq!(export_file(&stage), format!("customers-active-{today}.xlsx"), "the name follows the rows");
    click_on(&mut stage, "Format");
    click_on(&mut stage, "Customer details");
    click_on(&mut stage, "Subscriptions");
    stage.asked.clear();
    click_on(&mut stage, "[ Export ]");
    let [Effect::Export(order)] = &stage.asked[..] else { panic!("{:?}", stage.asked) };
    assert_eq!(order.file, format!("customers-active-{today}.csv"));
    assert!(order.details && order.subscriptions && order.picked.is_none());
}

#[test]
fn the_whole_path_of_the_file_is_shown() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("e ctrl-u").typed("out/a.csv");
    let view = stage.app.overlay.as_ref().unwrap().dialog().view(&stage.app);
    assert!(format!("{:?}", view.body).contains("/home/mara/out/a.csv"));
    stage.key("ctrl-u");
    stage.typed("/srv/b.csv");
    let view = stage.app.overlay.as_ref().unwrap().dialog().view(&stage.app);
    let body = format!("{:?}", view.body);
    assert_eq!(body.matches("/srv/b.csv").count(), 1, "it is whole as it was typed: {body}");
}

#[test]
fn a_name_that_the_user_typed_stays_when_the_rows_change() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("e ctrl-u").typed("mine.csv").keys("up right");
    assert_eq!(export_file(&stage), "mine.csv");
    assert_eq!(stage.app.columns.all[0].0.key, "company");
}
