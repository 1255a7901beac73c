//! Internal errors, which a debug build can raise for tests.

use super::{ESC, assert_ends, assert_quits, demo};

#[cfg_attr(not(debug_assertions), ignore = "only a debug build can be made to panic")]
#[test]
pub(super) fn panic_while_drawing() {
    let pty = demo(&[("VIPMP_FORCE_PANIC", "draw")], 30, 120);
    assert_ends(&pty, 101);
    let screen = pty.screen();
    assert!(screen.contains("vipmp stopped because of an internal error."), "{screen}");
    assert!(screen.contains("forced while drawing") && screen.contains("src/tui/runtime/mod.rs"), "{screen}");
    // The complete report is on the normal screen, and nothing is drawn after it.
    let written = String::from_utf8(pty.raw()).unwrap();
    let (before, report) = written.rsplit_once("\x1b[?1049l").unwrap();
    assert!(!before.contains("forced"), "{before:?}");
    assert!(report.contains("an internal error") && !report.contains('\x1b'), "{report:?}");
}

#[cfg_attr(not(debug_assertions), ignore = "only a debug build can be made to panic")]
#[test]
pub(super) fn panic_in_a_task() {
    let pty = demo(&[("VIPMP_FORCE_PANIC", "task")], 30, 120);
    let screen = pty.wait_for_text("orced in a task");
    assert!(screen.contains("[r] retry"), "{screen}");
    pty.send("?");
    pty.wait_for_text("Find:");
    pty.send(ESC);
    pty.wait_for(|screen| !screen.contains("Find:"), "the help closed");
    assert_quits(&pty);
    // The panic hook has printed nothing, neither across the screen nor after it.
    let written = String::from_utf8(pty.raw()).unwrap();
    assert!(!written.contains("a task failed") && !written.contains("an internal error"), "{written:?}");
    assert!(written.ends_with("\x1b[?1049l"), "{written:?}");
}
