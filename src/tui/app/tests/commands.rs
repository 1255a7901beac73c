//! The completion of typed commands.

use crate::tui::app::{
    commands::complete,
    stage::{Stage, two_profiles},
};

#[test]
fn arguments_are_completed() {
    let stage = Stage::of_profile("apac", two_profiles(), 120, 30);
    let completed = |typed| complete(&stage.app.session, typed).unwrap();
    assert_eq!(completed("status p").0, "status pending ");
    assert_eq!(completed("STATUS IN").0, "STATUS inactive ");
    assert!(
        ["created", "name", "seats"]
            .iter()
            .all(|word| completed("sort ").1.iter().any(|known| known == word))
    );
    assert_eq!(completed("sort name d").0, "sort name desc ");
    assert_eq!(completed("sort name desc "), ("sort name desc ".to_owned(), Vec::new()));
    assert_eq!(completed("profile e").0, "profile emea-prod ");
    assert_eq!(completed("profile ").1, ["apac", "emea-prod", "demo"]);
    assert_eq!(completed("from -").0, "from -");
    assert_eq!(completed("status x"), ("status x".to_owned(), Vec::new()));
    assert_eq!(complete(&stage.app.session, "status"), None);
    assert_eq!(complete(&stage.app.session, "zoom x"), None);
}
