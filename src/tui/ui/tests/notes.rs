//! Notes: the dialog, the Overview, and the columns.

use super::at_each_size;
use crate::{
    api::ApiError,
    model::CustomerNote,
    tui::app::{
        Effect, Message,
        stage::{Stage, answer_view, whole},
    },
};

const LONG: &str = "Petra wants a quote for 20 more seats of Lantern Pro before the board meets, 株式会社みどり出版 pays; \
                    call before noon, ask for extension 44, and mention the three-year commitment.";

/// A stage with notes on the first customers of the list and of the view.
fn noted(width: u16, height: u16) -> Stage {
    let mut stage = Stage::ready(width, height);
    let first = stage.selected_id().unwrap().to_owned();
    let notes = [
        (&*first, LONG, "2026-11-20"),
        ("0", LONG, "2026-11-20"),
        ("1", "", "2026-11-23"),
        ("2", "x", "2026-12-03"),
    ];
    for (id, text, day) in notes {
        let note = CustomerNote {
            text: text.to_owned(),
            follow_up: day.parse().ok(),
            written_at: "2026-11-12T08:00:00Z".parse().unwrap(),
        };
        stage.notes.notes.insert(id.to_owned(), note);
    }
    stage.send(Message::PortfolioChanged);
    stage.answer();
    stage
}

#[test]
fn a_note_is_written_in_a_dialog() {
    at_each_size("note", |width, height| {
        let mut stage = noted(width, height);
        stage.keys("n backspace").key("tab");
        stage
    });
}

#[test]
fn a_dialog_without_a_note_says_where_it_will_be_kept() {
    at_each_size("note_new", |width, height| {
        let mut stage = Stage::ready(width, height);
        stage.key("n");
        stage.answer();
        stage
    });
}

#[test]
fn a_note_that_cannot_be_saved_stays() {
    at_each_size("note_refused", |width, height| {
        let mut stage = Stage::ready(width, height);
        stage.key("n");
        stage.answer();
        stage.typed("call Petra").key("enter");
        let saving =
            stage.pending.iter().find(|effect| matches!(effect, Effect::SaveNote(..))).cloned().unwrap();
        let why = "/home/mara/.local/share/vipmp/portfolio/emea/history.sqlite is damaged: `vipmp portfolio check` sets it \
                   aside, and `vipmp sync` begins a new history, without the changes and notes in it";
        stage.fail_one(&saving, ApiError::internal(why));
        stage
    });
}

#[test]
fn the_overview_begins_with_the_note() {
    at_each_size("note_overview", |width, height| {
        let mut stage = noted(width, height);
        stage.key("enter");
        stage.answer();
        stage
    });
}

#[test]
fn a_view_has_columns_of_notes_in_which_what_is_due_is_marked() {
    at_each_size("note_columns", |width, height| {
        let mut stage = noted(width, height);
        stage.keys("v down enter");
        let coverage = whole(&stage);
        answer_view(
            &mut stage,
            &["Acme Print & Sign", "Blå Havn", "株式会社 あさぎり", "Zeta"],
            coverage,
            None,
        );
        let all = &mut stage.app.columns.all;
        for key in ["follow-up", "note"] {
            let at = all.iter().position(|(column, _)| column.key == key).unwrap();
            let (column, _) = all.remove(at);
            all.insert(1, (column, true));
        }
        stage.send(Message::Wake);
        stage
    });
}
