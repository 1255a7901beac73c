//! The lists of the day.

use crate::{
    portfolio::TODAY,
    tui::app::{
        Effect, Message, Overlay, Piece, ViewLine,
        stage::{Stage, today, two_profiles},
    },
};

/// Answers the oldest question for the lists, with so many customers in the first one.
fn settle(stage: &mut Stage, customers: u64) {
    let place = stage.pending.iter().position(|effect| matches!(effect, Effect::LoadToday(..))).unwrap();
    let Effect::LoadToday(ticket, _) = stage.pending.remove(place) else { unreachable!() };
    let mut today = today(stage);
    today.figures[0].customers = customers;
    stage.send(Message::Today(ticket, Ok(Box::new(today))));
}

#[test]
fn the_lists_of_the_day_follow_the_copy_and_wait_below_the_help() {
    let asked =
        |stage: &Stage| stage.pending.iter().filter(|effect| matches!(effect, Effect::LoadToday(..))).count();
    let shown = |stage: &Stage| {
        let Some(Overlay::Today(lists)) = &stage.app.overlay else { panic!("the lists") };
        lists.answer.value().map(|answer| answer.figures[0].customers)
    };
    let mut stage = Stage::ready(120, 30);
    stage.key("T");
    stage.send(Message::PortfolioChanged);
    assert_eq!(asked(&stage), 1, "what is on its way comes first");
    settle(&mut stage, 1);
    assert_eq!((asked(&stage), shown(&stage)), (1, Some(1)), "and then newer ones");
    settle(&mut stage, 2);
    stage.send(Message::PortfolioChanged);
    stage.key("?");
    settle(&mut stage, 3);
    stage.key("esc");
    assert_eq!((asked(&stage), shown(&stage)), (0, Some(3)));
}

#[test]
fn the_lists_of_the_day_open_from_the_palette_and_from_the_list_of_views() {
    for keys in ["v end up enter", "T"] {
        let mut stage = Stage::ready(120, 30);
        stage.keys(keys);
        assert!(matches!(stage.app.overlay, Some(Overlay::Today(_))), "{keys}");
    }
    let mut stage = Stage::ready(120, 30);
    stage.keys(":").typed("today").key("enter");
    assert!(matches!(stage.app.overlay, Some(Overlay::Today(_))));
}

#[test]
fn at_midnight_everything_that_depends_on_the_day_is_asked_again() {
    let asked =
        |stage: &Stage, what: fn(&Effect) -> bool| stage.pending.iter().filter(|effect| what(effect)).count();
    let is_today = |effect: &Effect| matches!(effect, Effect::LoadToday(..));
    let mut stage = Stage::ready(120, 30);
    stage.key("T");
    settle(&mut stage, 1);
    let before = stage.now.today();
    stage.pass(23 * 3_600_000);
    while stage.now.today() == before {
        assert!(!stage.pending.iter().any(is_today), "not before midnight");
        stage.pass(60_000);
    }
    assert_eq!(stage.now.today(), before.succ_opt().unwrap());
    assert_eq!(asked(&stage, is_today), 1);
    let mut stage = Stage::ready(120, 30);
    stage.keys("v down enter");
    stage.answer();
    stage.pending.clear();
    stage.pass(25 * 3_600_000);
    assert!(asked(&stage, |effect| matches!(effect, Effect::LoadRows(..))) >= 1, "{:?}", stage.pending);
}

#[test]
fn the_cursor_is_on_the_list_that_was_opened() {
    let mut stage = Stage::ready(120, 30);
    stage.key("T");
    settle(&mut stage, 1);
    stage.keys("down down enter T");
    settle(&mut stage, 1);
    stage.key("enter");
    assert_eq!(stage.app.table.filter.portfolio.as_deref(), Some(TODAY[2].query), "the same list again");
    stage.keys("L T");
    settle(&mut stage, 1);
    stage.key("enter");
    assert_eq!(
        stage.app.table.filter.portfolio.as_deref(),
        Some(TODAY[0].query),
        "from elsewhere, the first"
    );
}

#[test]
fn the_lists_of_the_day_wait_for_the_decision_about_the_copy() {
    let mut stage = Stage::of_profile("apac", two_profiles(), 120, 30);
    stage.answer();
    stage.key("T");
    assert!(matches!(stage.app.overlay, Some(Overlay::KeepCopy(_))));
    let asked = |stage: &Stage| stage.pending.iter().any(|effect| matches!(effect, Effect::LoadToday(..)));
    assert!(!asked(&stage), "nothing is read before that");
    stage.key("s");
    assert!(matches!(stage.app.overlay, Some(Overlay::Today(_))) && asked(&stage));
}

#[test]
fn figures_that_cannot_be_read_again_stay_with_the_reason_and_their_age() {
    let mut stage = Stage::ready(120, 30);
    stage.key("T");
    let lines = |stage: &Stage| {
        let overlay = stage.app.overlay.as_ref().expect("the lists");
        let view = overlay.dialog().view(&stage.app);
        let text = |line: &ViewLine| {
            let texts = line
                .pieces
                .iter()
                .map(|piece| if let Piece::Text(_, text) = piece { text.as_str() } else { "" });
            texts.collect::<String>().trim_end().to_owned()
        };
        (view.head.iter().map(text).collect::<Vec<_>>(), view.body.len())
    };
    let ticket = |stage: &mut Stage, is_refresh: bool| {
        let Some(Effect::LoadToday(ticket, refresh)) = stage.pending.pop() else {
            panic!("{:?}", stage.pending)
        };
        assert_eq!(refresh, is_refresh);
        ticket
    };
    let first = ticket(&mut stage, false);
    let answer = today(&stage);
    let count = answer.figures.len();
    stage.send(Message::Today(first, Ok(Box::new(answer))));
    let age = "Portfolio · 3 customers · list just now · details just now";
    assert_eq!(lines(&stage), (vec![age.to_owned()], count));
    stage.key("r");
    let second = ticket(&mut stage, true);
    stage.send(Message::TaskFailed(second, "index out of bounds".to_owned()));
    let (head, shown) = lines(&stage);
    assert_eq!((head[0].as_str(), shown), (age, count), "the figures stay");
    assert_eq!(head[1..], ["Index out of bounds.".to_owned(), "[r] retry".to_owned()]);
}
