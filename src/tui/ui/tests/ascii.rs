//! Screens for terminals that show only ASCII.

use ratatui::buffer::Buffer;

use super::{SIZES, buffer, hostile, lines};
use crate::tui::{app::stage::Stage, ui::Theme};

fn in_ascii(stage: &Stage) -> Buffer {
    buffer(stage, Theme::coloured().in_ascii())
}

#[test]
fn the_main_screen() {
    for (width, height) in SIZES {
        let screen = lines(&in_ascii(&Stage::ready(width, height)));
        insta::assert_snapshot!(format!("main_{width}x{height}"), screen);
    }
}

#[test]
fn wide_and_hostile_names_stay_in_their_columns() {
    for (width, height) in SIZES {
        let screen = lines(&in_ascii(&Stage::ready_with(width, height, hostile())));
        insta::assert_snapshot!(format!("hostile_{width}x{height}"), screen);
    }
}

#[test]
fn every_own_symbol_has_a_substitute_and_nothing_else_changes() {
    // Each tab of the detail, and all dialogs.
    let openings = "esc,enter,enter l,enter l l,enter l l l,enter h,?,:,#,Y,c,i,f,/,p,p a,2 /,space,space space =,%,% tab tab";
    for (width, height) in SIZES {
        for keys in openings.split(',') {
            let mut stage = Stage::ready(width, height);
            stage.keys(keys).answer();
            // Long enough for pending waits to be shown.
            stage.pass(1_250);
            let (usual, ascii) = (buffer(&stage, Theme::coloured()), in_ascii(&stage));
            for (usual, ascii) in usual.content.iter().zip(&ascii.content) {
                let (before, after) = (usual.symbol(), ascii.symbol());
                assert!(
                    after.len() == 1 && after.is_ascii() && !after.contains(char::is_control),
                    "{after:?} for {before:?}"
                );
                if after == "?" {
                    // A name, or a cell that a wide letter of a name covers.
                    let own = before != "?" && before != " " && !before.contains(char::is_alphabetic);
                    assert!(!own, "no stand-in for {before:?}, after {keys:?}");
                } else {
                    assert!(!before.is_ascii() || before == after, "{after:?} for {before:?}");
                    assert_eq!((usual.fg, usual.modifier), (ascii.fg, ascii.modifier));
                }
            }
        }
    }
}
