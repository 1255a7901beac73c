//! Hostile names from a server, which must not affect the terminal wherever they are shown.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;

use super::{ENTER, ESC, assert_quits};
use crate::{
    server::Reply,
    stage::Stage,
    support::{pty::Pty, served},
};

/// Names that would change the window title, the colours, the clipboard, the order of letters or the screen.
const NAMES: [&str; 10] = [
    "\x1b[2J\x1b[5mBlinking\x1b[0m",
    "\x1b]0;title\x07Titled\x1b]52;c;aGFja2Vk\x07",
    "\u{9b}5mC1 \u{9d}0;title\u{9c}\u{85}\u{90}q\u{7f}Controls",
    "\x1bPq~\x1b\\\x1b_app\x1b\\\x1bcStrings",
    "Mirror \u{202e}srotcelloC\u{202c} \u{2066}iso\u{2069}\u{200e}\u{200f}\u{61c}",
    "Zero\u{200b}\u{200d}\u{feff}\u{2060}\u{ad}Width",
    "Tab\tand\r\nNew\u{b}line\u{c}\0\u{2028}\u{2029}",
    "\u{1b}[201~q\u{1b}[?1049lLeft",
    "\u{e0041}\u{e0042}\u{fff9}Tagged\u{180e}\u{3164}",
    "\u{8}\u{8}\u{8}\u{8}Back \u{e}shift\u{f}",
];

/// The environment variable with the access token, and its value.
pub(super) const TOKEN: (&str, &str) = ("TEST_TOKEN", "tok-0a1b2c3d");

/// Returns true for characters that affect a terminal or deceive the user.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200d}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[track_caller]
fn assert_harmless(text: &str) {
    let found: Vec<_> = text.char_indices().filter(|(_, c)| acts(*c)).take(3).collect();
    let near =
        |at: usize| text[..at].chars().rev().take(40).collect::<Vec<_>>().iter().rev().collect::<String>();
    let near: Vec<String> = found.iter().map(|(at, c)| format!("{c:?} after {:?}", near(*at))).collect();
    assert_eq!(near, Vec::<String>::new());
}

/// Removes the sequences of the program from what it wrote to the terminal: cursor moves, modes, styles, and the texts
/// copied to the clipboard, which are also returned.
#[track_caller]
fn without_own_sequences(raw: &[u8]) -> (String, Vec<String>) {
    let raw = std::str::from_utf8(raw).unwrap();
    let (mut text, mut copied) = (String::new(), Vec::new());
    let mut pieces = raw.split('\x1b');
    text.push_str(pieces.next().unwrap_or_default());
    let mut before = "";
    for piece in pieces {
        let rest = if let Some(piece) = piece.strip_prefix("]52;c;") {
            let (base64, rest) = piece.split_once('\x07').expect("the end of a copied text");
            copied.push(String::from_utf8(BASE64_STANDARD.decode(base64).unwrap()).unwrap());
            rest
        } else if piece == "]11;?" || piece.starts_with('\\') && before == "]11;?" {
            // The query for the background colour, and its end.
            piece.strip_prefix('\\').unwrap_or_default()
        } else {
            let sequence = piece.strip_prefix('[').unwrap_or_else(|| panic!("an escape before {piece:?}"));
            let end = sequence.find(|c: char| !c.is_ascii_digit() && !matches!(c, ';' | '?')).unwrap();
            let (parameters, rest) = sequence.split_at(end);
            let known = match rest.chars().next() {
                Some('H') => true,
                Some('J') => parameters == "2",
                Some('h' | 'l') => {
                    matches!(parameters, "?25" | "?1000" | "?1006" | "?1049" | "?2004" | "?2026")
                }
                Some('m') => parameters.split(';').all(|style| style != "5" || parameters.contains("8;5;")),
                _ => false,
            };
            assert!(known, "the sequence before {piece:?}");
            &rest[1..]
        };
        text.push_str(rest);
        before = piece;
    }
    // The terminal writes line ends like this after the alternate screen.
    (text.replace("\r\n", "\n"), copied)
}

/// Starts an API of customers with these names. Its only response is a list, a customer and a reseller in one.
pub(super) fn served_with(names: &[String]) -> Stage {
    // A name that is as long as a whole response may be fits into one field only.
    let start_of = |name: &str| name.chars().take(60).collect::<String>();
    let rows: Vec<_> = (0..)
        .zip(names)
        .map(|(index, name)| {
            json!({
                "customerId": format!("{index}{}", start_of(name)),
                "externalReferenceId": start_of(name),
                "status": "1000",
                "companyProfile": {"companyName": name},
                "creationDate": format!("2026-11-{:02}T10:00:00Z", 28 - index),
                "links": {"self": {"uri": "/v3/customers/1", "method": "GET", "headers": []}},
            })
        })
        .collect();
    let first = start_of(&names[0]);
    let profile = json!({
        "companyName": first,
        "address": {"city": first, "addressLine1": first, "country": "DE"},
        "contacts": [{"firstName": first, "lastName": first, "email": first}],
    });
    let body = json!({
        "totalCount": rows.len(), "count": rows.len(), "offset": 0, "limit": 50, "accounts": rows,
        "customerId": "1006500792", "resellerId": "1000396138", "status": first, "externalReferenceId": first,
        "resellerName": first, "companyProfile": profile, "items": [{"offerId": first, "status": first}],
        first.clone(): first,
    });
    let body = body.to_string();
    Stage::new(move |_, _| Some(Reply::ok(&body)))
}

fn hostile() -> Stage {
    served_with(&NAMES.map(str::to_owned))
}

/// Creates a configuration folder with a profile for an API, with the token in [`TOKEN`].
pub(super) fn configured_for(api: &Stage) -> tempfile::TempDir {
    let token = format!("access_token = {{ env = \"{}\" }}", TOKEN.0);
    let config =
        served::profile("odd", api.server.url("/").as_str(), api.server.url("/token").as_str(), &token);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.toml"), config).unwrap();
    folder
}

/// Starts the program with that profile. It copies by OSC 52.
fn browsing(api: &Stage, args: &[&str]) -> Pty {
    let folder = configured_for(api);
    let env = [
        ("VIPMP_CONFIG_DIR", folder.path().to_str().unwrap()),
        TOKEN,
        ("SSH_TTY", "/dev/pts/9"),
        ("VIPMP_LOG", "trace"),
    ];
    let pty = Pty::spawn(args, &env, 40, 160);
    pty.wait_for_text(" of ");
    pty
}

/// Quits the program, and checks every byte that it has written.
#[track_caller]
fn assert_nothing_acted(pty: &Pty) -> Vec<String> {
    assert_quits(pty);
    let (shown, copied) = without_own_sequences(&pty.raw());
    assert_harmless(&shown);
    for text in &copied {
        assert_harmless(text);
    }
    copied
}

#[test]
pub(super) fn names_on_the_screen() {
    let api = hostile();
    let pty = browsing(&api, &[]);
    let screen = pty.wait_for_text("1–10 of 10");
    assert!(screen.contains("␛[2J␛[5mBlinking") && screen.contains("Mirror □srot"), "{screen}");
    // Each tab of the detail, the request inspector, and the copy menu.
    pty.send(ENTER);
    for tab in ["E-mail", "Products", "Orders", "\"customerId\""] {
        pty.send("l");
        pty.wait_for_text(tab);
    }
    pty.send(ESC);
    pty.wait_for_text("Enter open");
    for (key, words) in [("i", "╭ Request"), ("Y", "╭ Copy"), ("p", "╭ Profiles")] {
        pty.send(key);
        pty.wait_for_text(words);
        pty.send(ESC);
        pty.wait_for(|screen| !screen.contains(words), "the table alone");
    }
    // Each row is selected once, so that each name appears in the title of the detail.
    pty.send("j".repeat(9));
    pty.wait_for(|screen| screen.lines().any(|line| line.contains("▌ ␈␈␈␈Back")), "the last row");
    assert_nothing_acted(&pty);
}

#[test]
pub(super) fn names_in_the_footer() {
    let api = hostile();
    let pty = browsing(&api, &[]);
    pty.wait_for_text("1–10 of 10");
    for (turn, name) in ["0␛[2J␛[5mBlinking", "1␛]0;title␇Titled", "2‹9b›5mC1 ‹9d›0;title"].iter().enumerate()
    {
        if turn > 0 {
            pty.send("j");
        }
        pty.send("y");
        pty.wait_for_text(&format!("Sent customer ID {name}"));
    }
    assert_nothing_acted(&pty);
}

#[test]
pub(super) fn names_in_copied_text() {
    let api = hostile();
    let pty = browsing(&api, &[]);
    pty.wait_for_text("1–10 of 10");
    // All rows are marked, and each line of the copy menu is used.
    pty.send(" ".repeat(10));
    pty.wait_for_text("10 marked");
    for (number, told) in [
        ("1", "Sent 10 customer IDs to"),
        ("2", "Sent 10 company names to"),
        ("3", "Sent 10 references to"),
        ("5", "Sent 10 list entries to"),
    ] {
        pty.send("Y");
        pty.wait_for_text("1 Customer ID");
        pty.send(number);
        pty.wait_for_text(told);
    }
    pty.send("u");
    pty.send("Y");
    pty.wait_for_text("6 Full record of 1006500792 as JSON");
    pty.send("6");
    pty.wait_for_text("Sent the full record to");
    let copied = assert_nothing_acted(&pty);
    assert_eq!(copied.len(), 5, "{copied:#?}");
    assert!(copied[1].starts_with("␛[2J␛[5mBlinking␛[0m\n␛]0;title␇Titled"), "{:?}", copied[1]);
    assert_eq!(copied[1].lines().count(), NAMES.len());
    // The JSON is still exact.
    let rows: serde_json::Value = serde_json::from_str(&copied[3]).unwrap();
    let names: Vec<_> =
        rows.as_array().unwrap().iter().map(|row| &row["companyProfile"]["companyName"]).collect();
    assert_eq!(names, NAMES);
}

#[test]
pub(super) fn names_in_the_log() {
    let api = hostile();
    let pty = browsing(&api, &["--log-file", "vipmp.log"]);
    pty.wait_for_text("1–10 of 10");
    pty.send("/\x1b[200~\u{9b}2J\u{202e}acme\x1b[201~");
    pty.send(ENTER);
    let log = || std::fs::read_to_string(pty.home().join("vipmp.log")).unwrap();
    pty.wait_for(|screen| screen.contains("acme*") && log().contains("acme"), "the name in a request");
    assert_quits(&pty);
    assert_harmless(&log());
}

#[test]
pub(super) fn names_of_ten_megabytes() {
    let api = served_with(&["\x1b[2Jlong \u{202e}name ".repeat(10 << 16)]);
    let pty = browsing(&api, &[]);
    let screen = pty.wait_for_text("1–1 of 1");
    assert!(screen.contains("▌ ␛[2Jlong □name ␛[2Jlong"), "{screen}");
    pty.send("y");
    pty.wait_for_text("Sent customer ID 0␛[2Jlong");
    pty.send("Y");
    pty.wait_for_text("2 Company name");
    pty.send("2");
    pty.wait_for_text("Sent the company name to");
    pty.send("Y");
    pty.wait_for_text("5 List entry as JSON");
    pty.send("5");
    pty.wait_for_text("too long for the terminal");
    pty.send("?");
    pty.wait_for_text("Find:");
    pty.send(ESC);
    pty.wait_for_text("? help");
    let copied = assert_nothing_acted(&pty);
    let length = |text: &String| text.chars().count();
    // The ID, and as much of the name as is ever shown.
    assert_eq!(copied.iter().map(length).collect::<Vec<_>>(), [61, 10_001]);
    // The size of the output depends on the screen, not on the name.
    assert!(pty.raw().len() < 200_000, "{} bytes", pty.raw().len());
}
