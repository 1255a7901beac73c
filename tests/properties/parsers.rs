//! Typed text, nearly right.

use proptest::{collection::vec, prelude::*, sample::select};

use crate::{cases, checks, chosen};

fn date() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{4}(-[0-9]{1,2}){0,3}",
        "-[0-9]{1,11}[dwmyDWMYx ]?",
        "[-+ ]{0,2}[0-9]{0,5}[-+dwmy.Tz:]{0,3}[0-9]{0,3}",
        "[0-9+-]{4,7}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{1,12})?(Z|[+-][0-9:]{1,5})?",
        (0_i32..=9999, 1_u32..=12, 1_u32..=31).prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}")),
        "[0-9]{1,2}[ .-]{0,3}(jan|Feb|MARCH|sept|nov|xyz)[ ,.-]{1,3}[0-9]{4}(, [0-2][0-9]:[0-5][0-9]:[0-5][0-9] UTC)?",
        "(May|june|no|DECEMBER)[ .-]{1,2}([0-9]{1,2},? )?[0-9]{4}",
        "(this|LAST|next)  ?(month|Year|week)",
        select(vec!["today", " Yesterday ", "TODAY", "tomorrow", "+30d", "+ 2 weeks", "２０２５-08", "-１d"])
            .prop_map(str::to_owned),
    ]
}

fn name() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => select(vec!["acme", "*", "\"", " ", "\u{a0}", "&", "+", "%", "#", "=", "株", "e\u{301}", "\0"])
            .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    vec(part, 0..8).prop_map(|parts| parts.concat())
}

fn key() -> impl Strategy<Value = String> {
    let part = select(vec![
        "ctrl-", "Alt-", "shift-", "tab", "f1", "f12", "f13", "space", "-", "é", "ẞ", "J", "pagedown",
    ]);
    vec(part, 0..5).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(cases(1_024))]

    #[test]
    fn typed_dates_are_days_or_mistakes(choice in any::<u8>(), typed in date()) {
        checks::parsers(&chosen(choice, &typed));
    }

    #[test]
    fn typed_names_and_queries_arrive_as_they_were_meant(choice in any::<u8>(), typed in name()) {
        checks::parsers(&chosen(choice, &typed));
    }

    #[test]
    fn typed_keys_are_keys_or_mistakes(typed in key()) {
        checks::parsers(&chosen(0, &typed));
    }

    #[test]
    fn any_text_is_read_as_something_or_nothing(choice in any::<u8>(), typed in any::<String>()) {
        checks::parsers(&chosen(choice, &typed));
    }
}

#[test]
fn endless_text_is_read_at_once() {
    for part in ["ctrl-", "-", "0", "\"", "*", " ", "2025-", "é"] {
        checks::parsers(&chosen(0, &part.repeat(1 << 18)));
    }
}
