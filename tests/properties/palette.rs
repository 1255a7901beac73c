//! Text typed into the command palette.

use proptest::{collection::vec, prelude::*, sample::select};

use crate::{cases, checks, chosen};

fn command() -> impl Strategy<Value = String> {
    let word = select(vec![
        "",
        "status",
        "STATUS",
        "sort",
        "customer",
        "profile",
        "name",
        "from",
        "to",
        "page-size",
        "zoom",
        "quit",
        "edit-config",
        "mark",
    ]);
    let argument = prop_oneof![
        6 => select(vec![
            " ", "\t", "\u{a0}", "pending", "all", "1026", "name", "created", "desc", "up", "1006500792", "demo", "*",
            "\"", "-30d", "2025-02-30", "51", "0", "256", "!", "^", "$", "'", "\\", "\\ ", "é", "株", "e\u{301}",
        ])
        .prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    (word, vec(argument, 0..6)).prop_map(|(word, arguments)| format!("{word}{}", arguments.concat()))
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn whatever_is_typed_runs_or_is_told(steps in 0_u8..4, typed in command()) {
        checks::palette(&chosen(steps, &typed));
    }

    #[test]
    fn any_text_does_no_harm(steps in 0_u8..4, typed in any::<String>()) {
        checks::palette(&chosen(steps, &typed));
    }
}
