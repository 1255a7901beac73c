//! Notes: the dialog, what becomes of what is typed there, and where a note is shown.

use super::cells::{cells, show};
use crate::{
    api::ApiError,
    model::{CustomerNote, NoteChange, NotePlace},
    tui::{
        action::Action,
        app::{
            Effect, KeepCopy, Message, Overlay,
            overlays::NoteForm,
            stage::{Stage, answer_view, two_profiles, whole},
        },
    },
};

/// Proves that the key of the dialog's action does it.
pub(super) fn prove(action: Action, key: &str) {
    assert_eq!(action, Action::DeleteNote);
    let mut stage = noted("call Petra", None);
    stage.key("n");
    stage.answer();
    stage.key(key);
    assert!(said(&stage).contains("[Ctrl-x] again deletes the note."), "{}", said(&stage));
    assert_eq!(saving(&stage), None, "it asks first");
    stage.key(key);
    let change = saving(&stage).unwrap();
    assert!(change.is_deletion() && change.replaces.is_some());
    stage.answer();
    assert!(stage.app.overlay.is_none() && stage.notes.notes.is_empty());
    assert_eq!(stage.notice(), "Note on Acme Print GmbH deleted.");
}

/// A stage with a note on the first customer.
fn noted(text: &str, follow_up: Option<&str>) -> Stage {
    let mut stage = Stage::ready(120, 30);
    let id = stage.selected_id().unwrap().to_owned();
    put(&mut stage, &id, text, follow_up);
    stage.send(Message::PortfolioChanged);
    stage.answer();
    stage
}

/// Changes a note behind the app's back.
fn put(stage: &mut Stage, id: &str, text: &str, follow_up: Option<&str>) {
    let note = CustomerNote {
        text: text.to_owned(),
        follow_up: follow_up.map(|day| day.parse().unwrap()),
        written_at: "2026-11-20T08:00:00Z".parse().unwrap(),
    };
    stage.notes.notes.insert(id.to_owned(), note);
}

#[track_caller]
fn form(stage: &Stage) -> &NoteForm {
    match &stage.app.overlay {
        Some(Overlay::Note(form)) => form,
        other => panic!("{other:?}"),
    }
}

/// Returns the texts of the dialog, line by line.
fn said(stage: &Stage) -> String {
    use crate::tui::app::{Piece, ViewLine};
    let text = |line: &ViewLine| {
        let pieces = line.pieces.iter().map(|piece| match piece {
            Piece::Text(_, text) | Piece::Badge(_, text) => text.clone(),
            Piece::Input(input, _) => input.value().to_owned(),
            Piece::Bar(_) | Piece::Sparkline(_) => String::new(),
        });
        let right = line.right.iter().map(|(_, text)| text.clone());
        pieces.chain(right).collect::<Vec<_>>().join(" ").trim().to_owned()
    };
    let view = stage.app.overlay.as_ref().unwrap().dialog().view(&stage.app);
    view.body.iter().map(text).collect::<Vec<_>>().join("\n")
}

/// Returns the note that is being saved.
fn saving(stage: &Stage) -> Option<NoteChange> {
    stage.pending.iter().find_map(|effect| match effect {
        Effect::SaveNote(_, change) => Some((**change).clone()),
        _ => None,
    })
}

fn overview(stage: &Stage) -> String {
    stage.app.detail.lines.iter().map(|line| line.text() + "\n").collect()
}

#[test]
fn a_note_is_typed_saved_and_shown() {
    let mut stage = Stage::ready(120, 30);
    let id = stage.selected_id().unwrap().to_owned();
    stage.key("n");
    stage.answer();
    assert!(said(&stage).contains("The demo's notes are kept in memory until vipmp ends."));
    stage.typed("call Petra").key("tab");
    stage.typed("7d");
    assert!(said(&stage).contains("7d Mon 30 Nov 2026 · in 7 days"), "{}", said(&stage));
    stage.key("enter");
    let change = saving(&stage).unwrap();
    assert_eq!(
        change,
        NoteChange {
            customer_id: id,
            company: Some("Acme Print GmbH".to_owned()),
            reseller_id: Some("1000396138".to_owned()),
            text: "call Petra".to_owned(),
            follow_up: "2026-11-30".parse().ok(),
            replaces: None,
        }
    );
    assert!(said(&stage).contains("Saving …"));
    stage.typed("x");
    assert_eq!(form(&stage).follow_up.value(), "7d", "what is being saved is not changed");
    stage.answer();
    assert!(stage.app.overlay.is_none());
    assert_eq!(stage.notice(), "Note on Acme Print GmbH saved. Follow-up 30 Nov 2026 · in 7 days.");
    let shown = overview(&stage);
    for words in ["Note         of 23 Nov 2026\ncall Petra\n", "Follow-up    30 Nov 2026 · in 7"] {
        assert!(shown.contains(words), "{shown}");
    }
    stage.key("down");
    stage.pass(1_000);
    stage.answer();
    assert!(!overview(&stage).contains("call Petra"));
}

#[test]
fn a_note_is_there_at_once_and_can_be_changed() {
    let mut stage = noted("call Petra", Some("2026-11-20"));
    assert!(overview(&stage).contains("Follow-up    ! 20 Nov 2026 ·"), "{}", overview(&stage));
    stage.key("n");
    assert_eq!((form(&stage).text.value(), form(&stage).follow_up.value()), ("call Petra", "20 Nov 2026"));
    stage.key("enter");
    assert!(stage.app.overlay.is_none() && saving(&stage).is_none(), "nothing has changed");
    stage.key("n");
    stage.typed(" again").keys("tab ctrl-u enter");
    let change = saving(&stage).unwrap();
    assert_eq!((change.text.as_str(), change.follow_up), ("call Petra again", None));
    stage.answer();
    assert_eq!(stage.notice(), "Note on Acme Print GmbH saved.");
}

#[test]
fn what_was_typed_is_discarded_only_if_that_is_said_twice() {
    let mut stage = noted("call Petra", None);
    stage.keys("n esc");
    assert!(stage.app.overlay.is_none(), "nothing was typed");
    stage.key("n");
    stage.typed("!").key("esc");
    assert!(said(&stage).contains("[Esc] again discards what you typed."), "{}", said(&stage));
    stage.typed("?").key("esc");
    assert_eq!(form(&stage).text.value(), "call Petra!?", "any other key stays");
    stage.click(0, 0);
    assert!(stage.app.overlay.is_none(), "a click beside it is one step back too");
    assert_eq!(saving(&stage), None);
    stage.key("n");
    stage.typed("!").keys("backspace esc");
    assert!(stage.app.overlay.is_none(), "what was taken back is not lost");
}

#[test]
fn a_day_that_is_none_is_refused_in_its_field() {
    let mut stage = Stage::ready(120, 30);
    stage.keys("n tab");
    stage.typed("soon");
    assert!(said(&stage).contains("soon not a day yet"), "{}", said(&stage));
    stage.keys("tab enter");
    assert!(
        said(&stage).contains("Not a day. Try 2026-12-03, 3 Dec, 7d, 2w, tomorrow or mon."),
        "{}",
        said(&stage)
    );
    assert_eq!(saving(&stage), None);
    stage.typed("x");
    assert_eq!(form(&stage).follow_up.value(), "soonx", "the cursor is where the mistake is");
}

#[test]
fn a_note_that_cannot_be_saved_stays_in_the_dialog_with_the_reason() {
    let mut stage = Stage::ready(120, 30);
    stage.key("n");
    stage.answer();
    stage.typed("call Petra").key("enter");
    let effect = stage.pending.iter().find(|effect| matches!(effect, Effect::SaveNote(..))).cloned().unwrap();
    stage.fail_one(&effect, ApiError::internal("history.sqlite: Read-only file system (os error 30)"));
    assert!(
        said(&stage).contains("Not saved: History.sqlite: Read-only file system (os error 30)."),
        "{}",
        said(&stage)
    );
    assert_eq!(form(&stage).text.value(), "call Petra");
    stage.key("enter");
    stage.answer();
    assert_eq!(stage.notice(), "Note on Acme Print GmbH saved.");
}

#[test]
fn a_note_that_somebody_has_changed_is_shown_before_it_is_replaced() {
    let mut stage = noted("call Petra", None);
    let id = stage.selected_id().unwrap().to_owned();
    stage.key("n");
    stage.answer();
    put(&mut stage, &id, "called on Friday", Some("2026-12-01"));
    stage.typed(" soon").key("enter");
    stage.answer();
    let words = "This note was changed elsewhere meanwhile: \"called on Friday\", follow-up 1 Dec 2026.";
    let flat = said(&stage).replace('\n', " ");
    assert!(flat.contains(words) && flat.contains("[Enter] again replaces it."), "{flat}");
    assert_eq!(form(&stage).text.value(), "call Petra soon");
    assert_eq!(stage.notes.notes[&id].text, "called on Friday");
    stage.key("enter");
    stage.answer();
    assert_eq!(stage.notes.notes[&id].text, "call Petra soon");
    // One that was deleted meanwhile is written again likewise.
    stage.key("n");
    stage.answer();
    stage.notes.notes.clear();
    stage.typed(".").key("enter");
    stage.answer();
    assert!(said(&stage).contains("This note was deleted elsewhere meanwhile."), "{}", said(&stage));
    stage.key("enter");
    stage.answer();
    assert_eq!(stage.notes.notes[&id].text, "call Petra soon.");
}

#[test]
fn a_note_that_was_changed_elsewhere_is_shown_before_it_is_deleted() {
    let mut stage = noted("call Petra", None);
    let id = stage.selected_id().unwrap().to_owned();
    stage.key("n");
    stage.answer();
    put(&mut stage, &id, "called on Friday", None);
    stage.keys("ctrl-x ctrl-x");
    stage.answer();
    let flat = said(&stage).replace('\n', " ");
    let words = "This note was changed elsewhere meanwhile: \"called on Friday\".";
    assert!(flat.contains(words) && flat.contains("[Ctrl-x] again deletes the note."), "{flat}");
    assert_eq!(form(&stage).text.value(), "called on Friday", "what Enter would save");
    assert_eq!(stage.notes.notes[&id].text, "called on Friday");
    stage.key("ctrl-x");
    stage.answer();
    assert!(stage.app.overlay.is_none() && stage.notes.notes.is_empty());
    // What was typed is not lost, and is what Enter saves.
    put(&mut stage, &id, "call Petra", None);
    stage.key("n");
    stage.answer();
    put(&mut stage, &id, "called on Monday", None);
    stage.typed(" soon").keys("ctrl-x ctrl-x");
    stage.answer();
    assert_eq!(form(&stage).text.value(), "call Petra soon");
    stage.key("enter");
    stage.answer();
    assert_eq!(stage.notes.notes[&id].text, "call Petra soon");
}

#[test]
fn what_others_have_written_is_shown_unless_something_was_typed() {
    let mut stage = noted("call Petra", None);
    let id = stage.selected_id().unwrap().to_owned();
    put(&mut stage, &id, "called", None);
    stage.key("n");
    assert_eq!(form(&stage).text.value(), "call Petra", "as it was read last");
    stage.answer();
    assert_eq!(form(&stage).text.value(), "called", "it is read again when the dialog opens");
    stage.typed(" back");
    put(&mut stage, &id, "called twice", None);
    stage.send(Message::PortfolioChanged);
    stage.answer();
    assert_eq!(form(&stage).text.value(), "called back", "what is typed is not overwritten");
    stage.keys("esc esc");
    assert!(overview(&stage).contains("called twice"));
}

#[test]
fn a_paste_is_made_plain_and_says_where_it_was_cut() {
    let mut stage = Stage::ready(120, 30);
    stage.key("n");
    stage.send(Message::Paste("call\r\nPetra \u{1b}[31m\n".to_owned()));
    assert_eq!(form(&stage).text.value(), "call  Petra  [31m");
    stage.send(Message::Paste("é".repeat(400)));
    assert_eq!(form(&stage).text.value().chars().count(), CustomerNote::MAX_CHARS);
    assert!(said(&stage).contains("The paste was cut: a note has at most 300 characters."));
    stage.typed("x");
    assert_eq!(form(&stage).text.value().chars().count(), CustomerNote::MAX_CHARS);
    let view = stage.app.overlay.as_ref().unwrap().dialog().view(&stage.app);
    assert_eq!(view.right, "300 of 300");
}

#[test]
fn a_long_wait_can_be_left_and_what_becomes_of_the_note_is_said() {
    let mut stage = Stage::ready(120, 30);
    stage.key("n");
    stage.answer();
    stage.typed("call Petra").keys("enter esc");
    let words = "It is not saved yet. [Esc] again leaves without waiting.";
    assert!(said(&stage).contains(words), "{}", said(&stage));
    stage.key("esc");
    assert!(stage.app.overlay.is_none());
    let effect = stage.pending.iter().find(|effect| matches!(effect, Effect::SaveNote(..))).cloned().unwrap();
    stage.fail_one(&effect, ApiError::internal("the disk is full"));
    assert_eq!(stage.notice(), "The note on Acme Print GmbH was not saved: The disk is full.");
}

#[test]
fn a_key_that_was_pressed_once_counts_for_what_was_shown_then() {
    let mut stage = Stage::ready(120, 30);
    stage.key("n");
    stage.answer();
    stage.typed("call Petra").keys("enter esc");
    let effect = stage.pending.iter().find(|effect| matches!(effect, Effect::SaveNote(..))).cloned().unwrap();
    stage.fail_one(&effect, ApiError::internal("the disk is full"));
    stage.key("esc");
    assert_eq!(form(&stage).text.value(), "call Petra", "Esc was about waiting, not about the text");
    stage.key("esc");
    assert!(stage.app.overlay.is_none());

    let mut stage = noted("call Petra", None);
    let id = stage.selected_id().unwrap().to_owned();
    stage.key("n");
    stage.answer();
    stage.key("ctrl-x");
    put(&mut stage, &id, "called", None);
    stage.send(Message::PortfolioChanged);
    stage.answer();
    stage.key("ctrl-x");
    assert_eq!(saving(&stage), None, "another note has taken its place");
    assert_eq!(form(&stage).text.value(), "called");
}

#[test]
fn a_profile_without_a_decision_asks_before_the_dialog_opens() {
    for (key, keep, place, words) in [
        ("y", KeepCopy::OnDisk, NotePlace::OnDisk, "Kept on this machine"),
        ("s", KeepCopy::InMemory, NotePlace::InMemory, "Kept for this session only"),
    ] {
        let mut stage = Stage::of_profile("apac", two_profiles(), 120, 30);
        stage.notes.place = place;
        stage.answer();
        assert_eq!(stage.pending.iter().find(|effect| matches!(effect, Effect::LoadNotes(_))), None);
        stage.key("n");
        assert!(said(&stage).contains("Notes are kept beside a copy"), "{}", said(&stage));
        stage.key(key);
        assert!(stage.asked.contains(&Effect::KeepPortfolio("apac".to_owned(), keep)));
        stage.answer();
        assert!(said(&stage).contains(words), "{}", said(&stage));
        stage.typed("call Petra").key("enter");
        stage.answer();
        assert_eq!(stage.notice().contains("It is kept for this session only."), keep == KeepCopy::InMemory);
        assert!(stage.app.table.filter.portfolio.is_none(), "the live list stays");
    }
}

#[test]
fn the_customer_that_is_looked_at_gets_the_note() {
    let mut stage = Stage::ready(120, 30);
    let first = stage.selected_id().unwrap().to_owned();
    stage.keys("enter n");
    assert_eq!(form(&stage).subject.customer_id, first, "in the detail pane");
    stage.keys("esc esc #");
    stage.typed("1006509999").key("enter");
    stage.answer();
    stage.key("n");
    let subject = &form(&stage).subject;
    assert_eq!(
        (subject.customer_id.as_str(), subject.company.as_deref()),
        ("1006509999", Some("Acme Print GmbH")),
        "a customer that was opened by its ID"
    );
    stage.key("esc");
    // In the Raw tab, the key goes to the next match.
    let mut stage = Stage::ready(120, 30);
    stage.keys("enter left n");
    assert!(stage.app.overlay.is_none());
    stage.key(":");
    stage.typed("note").key("enter");
    assert_eq!(form(&stage).subject.customer_id, first, "its name works everywhere");
}

#[test]
fn columns_show_notes_and_mark_what_is_due() {
    let mut stage = Stage::ready(160, 45);
    for (id, text, day) in [
        ("0", "call \u{202e}Petra", Some("2026-11-20")),
        ("1", "", Some("2026-11-23")),
        ("2", "x", Some("2026-11-24")),
    ] {
        put(&mut stage, id, text, day);
    }
    stage.keys("v down enter");
    let coverage = whole(&stage);
    let names = ["Acme", "Blå", "Zeta", "Nobody"];
    answer_view(&mut stage, &names, coverage, None);
    show(&mut stage, "note");
    show(&mut stage, "follow-up");
    stage.answer();
    assert_eq!(cells(&stage, "note", 4), ["—"; 4], "as read before");
    stage.send(Message::PortfolioChanged);
    let notes = stage.pending.iter().find(|effect| matches!(effect, Effect::LoadNotes(_))).cloned().unwrap();
    stage.answer_one(&notes);
    assert_eq!(cells(&stage, "note", 4), ["call \u{fffd}Petra", "—", "x", "—"].map(str::to_owned));
    assert_eq!(cells(&stage, "follow-up", 4), ["! 20 Nov 2026", "! today", "24 Nov 2026", "—"]);
    stage.send(Message::PortfolioChanged);
    let notes = stage.pending.iter().find(|effect| matches!(effect, Effect::LoadNotes(_))).cloned().unwrap();
    stage.fail_one(&notes, ApiError::internal("history.sqlite is damaged"));
    assert_eq!(cells(&stage, "follow-up", 1), ["?"]);
    stage.key("enter");
    let shown = overview(&stage);
    assert!(shown.contains("! Notes cannot be read: History.sqlite is"), "{shown}");
}
