//! Queries of the portfolio, nearly right.

use proptest::{collection::vec, prelude::*, sample::select};

use crate::{cases, checks, chosen};

fn query() -> impl Strategy<Value = String> {
    let word = select(vec![
        "acme",
        "\"",
        "“",
        "”",
        "-",
        " ",
        "\u{a0}",
        "\t",
        "*",
        "=",
        ",",
        ":",
        "..",
        ">",
        "<=",
        "status:",
        "active",
        "pending",
        "1026",
        "renewal:",
        "joined:",
        "30d",
        "-14d",
        "+2w",
        "2026-12",
        "last-month",
        "seats:",
        "100",
        "000",
        "level:",
        "03",
        "T2",
        "3yc:",
        "committed",
        "country:",
        "de",
        "city:",
        "new york",
        "auto:",
        "off",
        "none",
        "any",
        "OR",
        "stauts:",
        "http://x",
        "株",
        "e\u{301}",
        "\u{feff}",
        "\0",
        "\u{202e}",
    ])
    .prop_map(str::to_owned);
    vec(prop_oneof![8 => word, 1 => any::<char>().prop_map(String::from)], 0..14)
        .prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(cases(1_024))]

    #[test]
    fn typed_queries_are_read_or_refused(choice in any::<u8>(), typed in query()) {
        checks::query(&chosen(choice, &typed));
    }

    #[test]
    fn any_text_is_read_or_refused(choice in any::<u8>(), typed in any::<String>()) {
        checks::query(&chosen(choice, &typed));
    }
}
