//! Other resellers of the account, in one table.

use std::collections::HashSet;

use crate::tui::app::{
    Effect,
    stage::{RESELLER, Stage, offline},
    table::all_columns,
};

/// Returns the column of the resellers.
fn reseller_column() -> &'static crate::columns::Column {
    all_columns().into_iter().find(|column| column.key == "reseller-id").unwrap()
}

/// Types a command into the palette and runs it.
fn command(stage: &mut Stage, text: &str) {
    stage.key(":");
    stage.typed(text);
    stage.key("enter");
}

fn resellers_shown(stage: &Stage) -> HashSet<String> {
    let window = stage.app.table.shown().unwrap();
    (0..window.len()).filter_map(|index| window.customer(index)?.reseller_id.clone()).collect()
}

#[test]
fn all_resellers_are_merged_into_one_table_in_the_sort_order() {
    let mut stage = Stage::ready(160, 45);
    command(&mut stage, "reseller all");
    assert!(stage.pending.iter().any(|effect| matches!(effect, Effect::LoadResellers(_))));
    stage.answer();
    let window = stage.app.table.shown().unwrap();
    // 130 customers of one reseller, 13 of each of the two others.
    assert_eq!(window.total, 156);
    assert_eq!(resellers_shown(&stage), [RESELLER, "1000400001", "1000400002"].map(str::to_owned).into());
    assert_eq!(stage.app.other_resellers().as_deref(), Some("3 resellers"));
    assert_eq!(stage.app.why_hidden(reseller_column()), None);
    assert_eq!(stage.app.session.reseller_name("1000400001"), "Pebblebrook Licensing");
    let mut seen = Vec::new();
    loop {
        let window = stage.app.table.shown().unwrap();
        let rows = (0..window.len()).map(|index| window.customer(index).unwrap());
        seen.extend(
            rows.map(|row| (row.creation_date.as_ref().unwrap().text().to_owned(), row.customer_id.clone())),
        );
        if seen.len() as u64 >= window.total {
            break;
        }
        stage.key("]");
        stage.answer();
    }
    let ids: HashSet<&String> = seen.iter().map(|(_, id)| id).collect();
    assert_eq!(ids.len(), 156, "each customer once");
    assert!(seen.windows(2).all(|two| two[0].0 >= two[1].0), "newest first");
    let counts: Vec<Option<u64>> =
        stage.app.table.counts.all.iter().map(|count| count.value().copied()).collect();
    assert_eq!(counts, [Some(156), Some(5), Some(72), Some(3)]);
}

#[test]
fn all_resellers_with_all_statuses_are_one_list_too() {
    let mut stage = Stage::ready(160, 45);
    command(&mut stage, "reseller all");
    stage.answer().key("0");
    stage.answer();
    assert_eq!(stage.app.table.shown().unwrap().total, 156 + 5 + 72 + 3);
}

#[test]
fn a_reseller_is_named_by_id_or_by_a_part_of_its_name() {
    for (typed, id) in [
        ("1000400001", "1000400001"),
        ("pebble", "1000400001"),
        ("月見野", "1000400002"),
        ("PEBBLEBROOK licensing", "1000400001"),
    ] {
        let mut stage = Stage::ready(160, 45);
        command(&mut stage, &format!("reseller {typed}"));
        stage.answer();
        assert_eq!(stage.app.table.shown().unwrap().request.filter.resellers, [id], "{typed}");
        assert_eq!(resellers_shown(&stage), [id.to_owned()].into());
        assert!(stage.app.why_hidden(reseller_column()).is_some(), "one reseller needs no column");
        command(&mut stage, "reseller own");
        stage.answer();
        assert_eq!(resellers_shown(&stage), [RESELLER.to_owned()].into());
        assert_eq!(stage.app.other_resellers(), None);
    }
}

#[test]
fn a_name_that_fits_none_or_several_is_refused() {
    let mut stage = Stage::ready(160, 45);
    command(&mut stage, "reseller nobody");
    stage.answer();
    assert_eq!(stage.notice(), "No reseller of this account is called nobody.");
    // The list is here now: the palette says it itself.
    command(&mut stage, "reseller i");
    let Some(crate::tui::app::Overlay::Palette(palette)) = &stage.app.overlay else { panic!("the palette") };
    assert_eq!(
        palette.error.as_deref(),
        Some(
            "2 resellers are called so: Lanternfold Distribution, Pebblebrook Licensing…; type more of the name"
        )
    );
    assert!(stage.app.table.filter.resellers.is_empty());
}

#[test]
fn resellers_that_cannot_be_listed_leave_the_table_as_it_is() {
    let mut stage = Stage::ready(160, 45);
    command(&mut stage, "reseller all");
    stage.fail(&offline("boom"));
    assert!(
        stage.notice().starts_with("The resellers of this account could not be listed."),
        "{}",
        stage.notice()
    );
    assert_eq!(stage.app.table.shown().unwrap().total, 130);
}

#[test]
fn a_reseller_that_may_not_be_read_is_missing_and_named() {
    let mut stage = Stage::ready(160, 45);
    stage.portfolio.forbidden = Some("1000400001".to_owned());
    command(&mut stage, "reseller all");
    stage.answer();
    let window = stage.app.table.shown().unwrap();
    assert_eq!(window.total, 143);
    let complaint = window.complaint.clone().unwrap();
    assert!(
        complaint
            .starts_with("The customers of 1 of 3 resellers are missing: 1000400001 could not be read ("),
        "{complaint}"
    );
    assert!(stage.app.table.counts.all[1].error().is_some(), "no count that leaves out a reseller");
    // Alone, it is an error.
    command(&mut stage, "reseller 1000400001");
    stage.answer();
    assert!(stage.app.table.error().is_some());
}

#[test]
fn other_resellers_come_back_at_the_next_start_and_are_copied_as_a_command() {
    let mut stage = super::profiles::stage_with(crate::tui::app::stage::two_profiles()).settled();
    command(&mut stage, "reseller pebble");
    stage.answer();
    let (_, view) = stage.app.view().unwrap();
    assert_eq!(view.resellers, ["1000400001"]);
    stage.asked.clear();
    stage.keys("Y 8");
    let [Effect::Copy(copied)] = &stage.asked[..] else { panic!("{:?}", stage.asked) };
    assert!(copied.contains(" --resellers 1000400001"), "{copied}");
}
