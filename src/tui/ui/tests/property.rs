//! Any sequence of keys, results and resizes: nothing panics, and the selection stays on a visible row.

use std::time::Duration;

use proptest::prelude::*;
use ratatui::{Terminal, backend::TestBackend};

use crate::{
    api::{Wait, WaitReason},
    tui::{
        action::ACTIONS,
        app::{
            Message,
            stage::{Stage, offline, rows, ticket_of},
        },
        ui::{self, Theme},
    },
};

/// An event of the test.
#[derive(Debug, Clone)]
enum TestStep {
    /// A key of the action table, by its number.
    Key(usize),
    /// A letter, for the text fields.
    Letter(char),
    Paste(String),
    /// The pending request with this number is answered, or fails.
    Answer(usize),
    Fail(usize),
    /// A response that is no longer awaited.
    Stale(usize),
    /// The pending request with this number has waited for this number of milliseconds.
    Wait(usize, u64),
    /// A customer joins or leaves a list.
    Drift(bool, usize),
    Pass(u64),
    Resize(u16, u16),
    Click(u16, u16),
    Wheel(bool, u16, u16),
}

fn step() -> impl Strategy<Value = TestStep> {
    prop_oneof![
        12 => any::<usize>().prop_map(TestStep::Key),
        3 => prop_oneof!["[a-z0-9*\\-]".prop_map(|s| s.chars().next().unwrap_or('a')), any::<char>()].prop_map(TestStep::Letter),
        1 => "\\PC{0,20}".prop_map(TestStep::Paste),
        6 => any::<usize>().prop_map(TestStep::Answer),
        2 => any::<usize>().prop_map(TestStep::Fail),
        1 => any::<usize>().prop_map(TestStep::Stale),
        2 => (any::<usize>(), 0_u64..20_000).prop_map(|(n, millis)| TestStep::Wait(n, millis)),
        1 => (any::<bool>(), any::<usize>()).prop_map(|(joins, n)| TestStep::Drift(joins, n)),
        3 => (0_u64..2_000).prop_map(TestStep::Pass),
        1 => (1_u16..200, 1_u16..60).prop_map(|(width, height)| TestStep::Resize(width, height)),
        1 => (0_u16..200, 0_u16..60).prop_map(|(x, y)| TestStep::Click(x, y)),
        1 => (any::<bool>(), 0_u16..200, 0_u16..60).prop_map(|(down, x, y)| TestStep::Wheel(down, x, y)),
    ]
}

fn play(stage: &mut Stage, keys: &[&str], step: TestStep, answered: &mut Vec<crate::tui::app::Effect>) {
    let pick = |stage: &Stage, n: usize| stage.pending.get(n.checked_rem(stage.pending.len())?).cloned();
    match step {
        TestStep::Key(n) => drop(stage.key(keys[n % keys.len()])),
        TestStep::Letter(c) => drop(stage.typed(&c.to_string())),
        TestStep::Paste(text) => drop(stage.send(Message::Paste(text))),
        TestStep::Answer(n) => {
            if let Some(effect) = pick(stage, n) {
                answered.push(effect.clone());
                stage.answer_one(&effect);
            }
        }
        TestStep::Fail(n) => {
            if let Some(effect) = pick(stage, n) {
                stage.fail_one(&effect, offline("boom"));
            }
        }
        TestStep::Stale(n) => {
            if let Some(effect) = n.checked_rem(answered.len()).map(|n| answered[n].clone()) {
                stage.answer_one(&effect);
            }
        }
        TestStep::Wait(n, millis) => {
            if let Some(ticket) = pick(stage, n).as_ref().and_then(ticket_of) {
                let reason = WaitReason::Retry { number: 1, of: 3, because: "503 Out of order.".to_owned() };
                let wait = Wait { reason, time: Duration::from_millis(millis) };
                stage.send(Message::Waiting(ticket, Some(wait)));
            }
        }
        TestStep::Drift(true, n) => {
            let mut row = rows("1000", 1).remove(0);
            row["customerId"] = format!("19{n:08}").into();
            stage.portfolio.lists[0].push(row);
        }
        TestStep::Drift(false, n) => {
            let list = &mut stage.portfolio.lists[0];
            if let Some(at) = n.checked_rem(list.len()) {
                list.remove(at);
            }
        }
        TestStep::Pass(millis) => stage.pass(millis),
        TestStep::Resize(width, height) => drop(stage.send(Message::Resize(width, height))),
        TestStep::Click(x, y) => drop(stage.click(x, y)),
        TestStep::Wheel(down, x, y) => drop(stage.wheel(down, x, y)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_500_keys_results_and_resizes_leave_the_selection_on_a_shown_row(
        steps in proptest::collection::vec(step(), 500),
    ) {
        let keys: Vec<&str> = ACTIONS.iter().flat_map(|info| info.keys).copied().collect();
        let mut stage = Stage::new(120, 30);
        let mut answered = Vec::new();
        for step in steps {
            play(&mut stage, &keys, step, &mut answered);
            let table = &stage.app.table;
            let len = table.shown().map_or(0, crate::source::Window::len);
            prop_assert!(len == 0 || table.selected < len);
            // A record that covers the table leaves it where it was.
            let is_covered = stage.app.areas().table.is_none();
            let visible = stage.app.visible_rows().max(1);
            prop_assert!(
                is_covered || table.top <= table.selected && table.selected < table.top + visible
            );
            prop_assert!(stage.app.detail.top <= stage.app.detail.lines.len());
        }
        let (width, height) = stage.app.screen.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| ui::draw(frame, &stage.app, &Theme::coloured())).unwrap();
        // Once everything is answered and read, the screen stays the same.
        for _ in 0..20 {
            stage.answer();
            stage.pass(10_000);
        }
        prop_assert!(stage.pending.is_empty());
        prop_assert!(stage.is_still());
    }
}
