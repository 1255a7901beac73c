//! Names of products beside their offer IDs.

use std::sync::Arc;

use crate::{
    products::ProductNames,
    tui::app::{Configured, Message, Tab, stage::Stage},
};

/// Opens a tab and waits for what it shows.
fn open(stage: &mut Stage, tab: Tab) {
    stage.app.detail.switch(tab);
    stage.send(Message::Wake);
    stage.pass(1_000);
    stage.answer();
}

/// Returns an app with a record over the whole screen, and the name of one of its two products.
fn named(width: u16, tab: Tab) -> Stage {
    let names = Arc::new(ProductNames::built_in([("65304479CA", "Lantern Pro")]));
    let mut stage = Stage::ready(width, 40);
    let configured = Configured { demo_products: names, ..Configured::default() };
    stage.send(Message::Configured(Ok(Box::new(configured))));
    stage.key("enter");
    stage.key("z");
    open(&mut stage, tab);
    stage
}

fn text(stage: &Stage) -> String {
    stage.app.detail.lines.iter().map(|line| line.text() + "\n").collect()
}

/// Returns the first line with a word.
fn line(stage: &Stage, word: &str) -> String {
    let text = text(stage);
    text.lines()
        .find(|line| line.contains(word))
        .unwrap_or_else(|| panic!("{word} is not in\n{text}"))
        .to_owned()
}

#[test]
fn names_are_beside_the_offer_ids_of_subscriptions() {
    let stage = named(160, Tab::Products);
    assert!(line(&stage, "Offer").contains("Product"), "{}", text(&stage));
    assert!(line(&stage, "Lantern Pro").contains("65304479CA01A12"));
    assert!(
        line(&stage, "65322651CAT1A12").starts_with("65322651CAT1A12"),
        "an unknown product shows its ID"
    );
}

#[test]
fn names_replace_offer_ids_where_there_is_little_room() {
    let stage = named(66, Tab::Products);
    assert!(line(&stage, "Lantern Pro").contains("Active"), "a table:\n{}", text(&stage));
    assert!(!text(&stage).contains("65304479CA"), "{}", text(&stage));
    assert!(text(&stage).contains("65322651CA"), "an unknown product shows its ID");
    let stage = named(60, Tab::Orders);
    assert!(text(&stage).contains("Lantern Pro"), "{}", text(&stage));
}

#[test]
fn names_are_above_the_offer_ids_in_a_narrow_pane() {
    let mut stage = Stage::ready(120, 40);
    let names = Arc::new(ProductNames::built_in([("65304479CA", "Lantern Pro")]));
    let configured = Configured { demo_products: names, ..Configured::default() };
    stage.send(Message::Configured(Ok(Box::new(configured))));
    open(&mut stage, Tab::Products);
    assert!(line(&stage, "Lantern Pro").contains("Active"), "{}", text(&stage));
    assert!(line(&stage, "65304479CA").starts_with("Offer ID"), "{}", text(&stage));
    open(&mut stage, Tab::Orders);
    assert!(line(&stage, "Lantern Pro").contains('×'), "{}", text(&stage));
    assert!(text(&stage).contains("65304479CA01A12"));
}

#[test]
fn without_any_name_there_is_no_column_for_it() {
    let mut stage = Stage::ready(160, 40);
    stage.key("enter");
    stage.key("z");
    open(&mut stage, Tab::Products);
    assert!(
        text(&stage).contains("65304479CA01A12") && !text(&stage).contains("Product"),
        "{}",
        text(&stage)
    );
}
