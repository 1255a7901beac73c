//! Configurations: nearly right ones, and what a change leaves in them.

use std::path::Path;

use proptest::{collection::vec, prelude::*, sample::select};
use vipmp::config::{Change, edited, parse};

use crate::{cases, checks, chosen};

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(vec![
            "true", "false", "7", "0x19", "51", "-1", "nan", "1979-05-27", "''", "'dark'", "\"utc\"", "'j'",
            "['j', \"ctrl-d\"]", "[]", "['j', 1]", "[[['x']]]", "{}", "{ keyring = true }", "{ env = 'T' }",
            "{ file = '~/x', env = 'T' }", "{ command = ['pass', 'show'] }", "{ command = [\n  'pass', # why\n ] }",
            "'production'", "'sandbox'", "'custom'", "'https://gw.example.com/x'", "'http://127.0.0.1:1'", "'1000396138'",
            "'abc'", "\"\"\"\na\\\n b\"\"\"", "'''\n# no comment\n'''", "fals", "'open", "= 1", "{ a.b = 1, }",
        ])
        .prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ]
}

fn line() -> impl Strategy<Value = String> {
    let key = select(vec![
        "default_profile",
        "ui",
        "keys",
        "profiles",
        "mouse",
        "page_size",
        "theme",
        "time_zone",
        "quit",
        "next-row",
        "environment",
        "api_url",
        "token_url",
        "reseller_id",
        "client_id",
        "client_secret",
        "access_token",
        "profiles.a",
        "profiles.a.client_id",
        "client_secret.keyring",
        "'a\\b'",
        "\"\\u0061\"",
        "ui.mouse",
        "a.b.c",
    ]);
    let heading = select(vec![
        "[ui]",
        "[keys]",
        "[profiles]",
        "[profiles.a]",
        "[profiles.b]",
        "[profiles.'a b']",
        "[profiles.\"a\\nb\"]",
        "[[profiles]]",
        "[[profiles.a]]",
        "[keys",
        "[ profiles . a ] # here",
        "[profiles.a.client_secret]",
        "[x]",
    ]);
    let comment = select(vec!["", "# a comment", "   # far in", "#", "\t"]);
    prop_oneof![
        5 => (key, value()).prop_map(|(key, value)| format!("{key} = {value}")),
        2 => heading.prop_map(str::to_owned),
        2 => comment.prop_map(str::to_owned),
        1 => (select(vec!["profiles", "ui", "keys"]), value()).prop_map(|(key, value)| format!("{key} = {{ a = {value} }}")),
    ]
}

/// A file of such lines. With a profile in it that can be used there is more to change.
fn file() -> impl Strategy<Value = String> {
    let mark = select(vec!["", "", "", "\u{feff}"]);
    let profile = select(vec![
        "",
        "[profiles.a]\nreseller_id = 7 # seven\nclient_id = 'c'\naccess_token = { env = 'T' }",
        "[profiles.a]\nenvironment = 'custom'\napi_url = 'https://e.com' # where\nreseller_id = '1'\nclient_id = 'c'\n\
         access_token = { env = 'T' }",
    ]);
    let end = select(vec!["\n", "\r\n"]);
    (mark, vec(line(), 0..6), profile, vec(line(), 0..6), end).prop_map(
        |(mark, before, profile, after, end)| {
            let lines = [before.join("\n"), profile.to_owned(), after.join("\n")];
            format!("{mark}{}\n", lines.join("\n")).replace('\n', end)
        },
    )
}

proptest! {
    #![proptest_config(cases(1_024))]

    #[test]
    fn whatever_stands_in_the_file_it_is_read_and_changed_with_care(choice in 0_u8..16, text in file()) {
        checks::config(&chosen(choice, &text));
    }

    #[test]
    fn any_text_in_the_file_is_read_and_told(choice in 0_u8..16, text in any::<String>()) {
        checks::config(&chosen(choice, &text));
    }

    /// Each line around the profile that is changed is there still, in its order.
    #[test]
    fn a_change_leaves_every_line_around_it(
        top in vec(select(vec!["# mine", "default_profile = 'b' # the usual", "", "  # far in"]), 0..4),
        after in vec(select(vec!["# more", "quit  =  'Q' # no", "", "help = [ 'x' ]"]), 0..4),
        remove in any::<bool>(),
    ) {
        let (top, after) = (once(top), once(after));
        let a = "[profiles.a]\nreseller_id = 7\nclient_id = 'c'\naccess_token = { env = 'T' }\n";
        let b = "[profiles.b] # b\n# of b\nreseller_id = 8 # eight\nclient_id = 'd'\nclient_secret = { env = 'S' }\n";
        let text = format!("{top}\n{b}\n{a}\n[keys]\n{after}\n");
        let loaded = parse(&text, Path::new("config.toml"));
        let profile = loaded.config.profiles["b"].clone();
        let change = if remove {
            Change::Remove("a")
        } else {
            Change::Put { former: None, name: "a", profile: &profile }
        };
        let new = edited(&text, Path::new("config.toml"), &[change]);
        let new = new.expect("the file is in order");
        let mut lines = new.lines();
        for line in format!("{top}\n{b}\n[keys]\n{after}").lines().filter(|line| !line.trim().is_empty()) {
            prop_assert!(lines.any(|kept| kept == line), "{line:?} is lost in\n{new}");
        }
    }
}

/// These lines, and none that sets a key again.
fn once(lines: Vec<&str>) -> String {
    let mut all: Vec<&str> = Vec::new();
    for line in lines {
        if !line.contains('=') || !all.contains(&line) {
            all.push(line);
        }
    }
    all.join("\n")
}

#[test]
fn large_files_of_one_mistake_are_read_at_once() {
    let large = |part: &str| part.repeat((1 << 18) / part.len());
    let numbered = |before: &str, line: fn(usize) -> String| {
        let lines: String = (0..10_000).map(line).collect();
        format!("{before}{lines}")
    };
    for text in [
        large("a"),
        large("[\n"),
        large("x\n"),
        large(".x\n"),
        large("["),
        large("a = [{"),
        large("\n"),
        large("x = \"\n"),
        large("é"),
        format!("a = {}", large("[")),
        format!("a = {}", large("{ a = ")),
        format!("a{} = 1", large(".a")),
        format!("[a{}]", large(".a")),
        format!("keys.quit = '{}'", large("ctrl-")),
        format!("default_profile = '{}'", large("x")),
        format!("profiles.{} = 1", large("x")),
        numbered("[keys]\n", |n| format!("key{n} = 'x'\n")),
        numbered("keys = {", |n| format!("key{n} = 1, ")) + "}",
        numbered("default_profile = 'x'\n[profiles]\n", |n| format!("p{n} = 7\n")),
        numbered("", |n| format!("[profiles.p{n}]\n")),
    ] {
        assert!(parse(&text, Path::new("config.toml")).problems.len() <= 201);
        let _ = edited(&text, Path::new("config.toml"), &[Change::Default("a")]);
    }
}
