//! The lists of the day.

use crate::tui::app::{
    Effect, Message, Overlay,
    stage::{Stage, today, two_profiles},
};

#[test]
fn the_lists_of_the_day_follow_the_copy_and_wait_below_the_help() {
    let asked =
        |stage: &Stage| stage.pending.iter().filter(|effect| matches!(effect, Effect::LoadToday(..))).count();
    let settle = |stage: &mut Stage, customers: u64| {
        let place = stage.pending.iter().position(|effect| matches!(effect, Effect::LoadToday(..))).unwrap();
        let Effect::LoadToday(ticket, _) = stage.pending.remove(place) else { unreachable!() };
        let mut today = today(stage);
        today.figures[0].customers = customers;
        stage.send(Message::Today(ticket, Ok(Box::new(today))));
    };
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
