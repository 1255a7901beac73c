//! Links made of the parts of addresses that parsers disagree about.

use proptest::{collection::vec, prelude::*, sample::select};

use crate::{cases, checks, chosen};

const PARTS: &[&str] = &[
    "/",
    "//",
    "\\",
    "..",
    ".",
    "%2e",
    "%2E",
    "%2f",
    "%5c",
    "%25",
    "%00",
    "%0a",
    "%ff",
    "%",
    ";",
    "@",
    ":",
    "?",
    "#",
    "https:",
    "http:",
    "https://",
    "http://",
    "api.example.com",
    "127.0.0.1",
    "[::1]",
    "localhost",
    "evil.example",
    ":8443",
    ":443",
    ":80",
    "gw",
    "adobe",
    "v3",
    "x",
    "customers",
    "\t",
    "\n",
    " ",
    "a",
    "[",
    "]",
    "javascript:",
    "\u{202e}",
    "\u{ad}",
    "。",
    "．",
    "：",
    "／",
    "é",
    "xn--",
    "0x7f.1",
];

fn address() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        12 => select(PARTS).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    let start = select(vec![
        "",
        "/",
        "/v3/",
        "https://api.example.com",
        "https://api.example.com/gw/adobe/",
        "http://127.0.0.1:8080/x/",
        "https://api.example.com:8443/gw/",
        "http://[::1]:1/",
    ]);
    (start, vec(part, 0..12)).prop_map(|(start, parts)| format!("{start}{}", parts.concat()))
}

proptest! {
    #![proptest_config(cases(2_048))]

    #[test]
    fn no_link_and_no_redirect_leads_out_of_a_root(root in 0_u8..5, uri in address()) {
        checks::link(&chosen(root, &uri));
    }

    #[test]
    fn whatever_may_be_a_root_holds_what_lies_under_it(root in address(), uri in address()) {
        checks::link(&chosen(5, &format!("{root}\n{uri}")));
    }

    #[test]
    fn no_text_leads_out_of_a_root(root in 0_u8..6, uri in any::<String>()) {
        checks::link(&chosen(root, &uri));
    }
}
