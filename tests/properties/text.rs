//! Any text, made of what is known to make trouble.

use proptest::{collection::vec, prelude::*, sample::select};

use crate::{cases, checks, chosen};

/// Controls, what turns and hides text, joiners, selectors, marks, and letters of many widths.
const PARTS: &[&str] = &[
    "a",
    " ",
    "  ",
    "Acme",
    "株",
    "é",
    "e\u{301}",
    "\u{301}",
    "\u{483}",
    "\u{20e3}",
    "\u{fe0f}",
    "\u{fe0e}",
    "\u{200d}",
    "👩",
    "☃",
    "©",
    "🏽",
    "🇩",
    "🇪",
    "\x1b",
    "\x1b[2J",
    "\x07",
    "\0",
    "\r\n",
    "\t",
    "\x7f",
    "\u{80}",
    "\u{9b}",
    "\u{202e}",
    "\u{2066}",
    "\u{2069}",
    "\u{200b}",
    "\u{200e}",
    "\u{2028}",
    "\u{feff}",
    "\u{e0041}",
    "\u{e0100}",
    "\u{ad}",
    "\u{600}",
    "\u{e49}",
    "ก",
    "क",
    "\u{94d}",
    "\u{9be}",
    "\u{1100}",
    "\u{1161}",
    "\u{11a8}",
    "가",
    "ل",
    "ا",
    "…",
    "\u{3000}",
    "\u{fffd}",
    "\u{10ffff}",
];

fn part() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => select(PARTS).prop_map(str::to_owned),
        2 => any::<char>().prop_map(String::from),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn any_text_becomes_harmless_and_fits_any_columns(columns in 0_u8..40, parts in vec(part(), 0..24)) {
        checks::text(&chosen(columns, &parts.concat()));
    }

    #[test]
    fn any_bytes_become_harmless_text(data in vec(any::<u8>(), 0..200)) {
        checks::text(&data);
    }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn endless_text_is_bounded(runs in vec((part(), 1_usize..6_000), 1..4)) {
        let text: String = runs.into_iter().map(|(part, times)| part.repeat(times)).collect();
        checks::text(&chosen(80, &text));
    }
}
