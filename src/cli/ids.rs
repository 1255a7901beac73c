//! Customer IDs from arguments or, one per line, from standard input.

use std::io::{IsTerminal as _, Read as _};

use super::exit::{Failure, print_error, usage};
use crate::{config::check_id, text};

/// The argument that stands for standard input.
const STDIN: &str = "-";

/// The maximum number of IDs. For more, an export is the better tool.
const MAX_IDS: usize = 10_000;

/// The maximum size of standard input in bytes: enough for that many IDs of the greatest length.
const MAX_INPUT: u64 = 4 << 20;

/// Returns the IDs in their order, each once. All are checked before the first request.
pub(super) async fn read_ids(words: &[String]) -> Result<Vec<String>, Failure> {
    if words.is_empty() && std::io::stdin().is_terminal() {
        return Err(usage("no customer IDs: give them as arguments or on standard input, one per line"));
    }
    let reads = words.is_empty() || words.iter().any(|word| word == STDIN);
    // On a thread of its own: a blocking read would keep signals from being handled.
    let input = if reads { tokio::task::spawn_blocking(read).await } else { Ok(Ok(Vec::new())) };
    let input = match input {
        Ok(Ok(input)) => input,
        Ok(Err(error)) => {
            print_error(&format!("cannot read standard input: {error}"));
            return Err(Failure::Failed);
        }
        Err(error) => {
            print_error(&format!("cannot read standard input: {error}"));
            return Err(Failure::Failed);
        }
    };
    parse_ids(words, &input).map_err(|words| usage(&words))
}

fn read() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Parses arguments and lines of standard input.
///
/// # Errors
/// A message that names the wrong argument or line.
fn parse_ids(words: &[String], input: &[u8]) -> Result<Vec<String>, String> {
    if input.len() as u64 > MAX_INPUT {
        return Err(too_many());
    }
    let mut ids = IdList::default();
    let input_alone = [STDIN.to_owned()];
    for word in if words.is_empty() { &input_alone[..] } else { words } {
        if word != STDIN {
            let id = trim_id(word);
            check_id(id).map_err(|why| format!("{}: {why}", text::clean(word)))?;
            ids.insert(id)?;
            continue;
        }
        if is_utf_16(input) {
            return Err("standard input is UTF-16 text: send it as UTF-8, one ID per line".to_owned());
        }
        let lines = String::from_utf8_lossy(input);
        for (number, line) in (1..).zip(lines.replace("\r\n", "\n").split(['\n', '\r'])) {
            let id = trim_id(line);
            if id.is_empty() {
                continue;
            }
            check_line(id).map_err(|why| {
                let shown = text::clean(text::truncate(id, 40).as_ref()).into_owned();
                format!("standard input, line {number}: {shown}: {why}")
            })?;
            ids.insert(id)?;
        }
    }
    Ok(ids.all)
}

#[derive(Default)]
struct IdList {
    all: Vec<String>,
    seen: std::collections::HashSet<String>,
}

impl IdList {
    fn insert(&mut self, id: &str) -> Result<(), String> {
        if self.seen.insert(id.to_owned()) {
            self.all.push(id.to_owned());
        }
        if self.all.len() > MAX_IDS { Err(too_many()) } else { Ok(()) }
    }
}

fn too_many() -> String {
    format!(
        "more than {} customer IDs: use `vipmp export` for all matching customers",
        text::group_digits(MAX_IDS as u64)
    )
}

/// Trims what surrounds an ID in copied or exported text: blanks of any kind, and zero-width characters such as a byte
/// order mark.
fn trim_id(line: &str) -> &str {
    let is_around = |letter: char| {
        letter.is_whitespace()
            || matches!(letter, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{ad}')
    };
    line.trim_matches(is_around)
}

/// Returns true if this looks like UTF-16, which some programs on Windows write.
fn is_utf_16(input: &[u8]) -> bool {
    matches!(input, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..])
}

/// Checks a line of standard input, which is often the heading or a row of a table.
///
/// # Errors
/// A message that says what is wrong and what to send instead.
fn check_line(line: &str) -> Result<(), String> {
    const QUOTES: [char; 9] =
        ['"', '\'', '`', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{ab}', '\u{bb}'];
    let checked = check_id(line);
    let why = checked.err().unwrap_or_default();
    let wrong =
        |todo: &str| if why.is_empty() { Err(todo.to_owned()) } else { Err(format!("{todo} ({why})")) };
    if line.starts_with(['{', '[']) || line.ends_with(['}', ']']) {
        return wrong("this is JSON: send one ID per line, for example with jq -r .customerId");
    }
    if is_heading(line) {
        return wrong("this looks like a heading: leave it out, for example with tail -n +2");
    }
    if line.contains([',', ';', '\t', '|']) {
        return wrong("this has several fields: send the IDs alone, for example with cut -d, -f1");
    }
    if line.contains(QUOTES) {
        return wrong("leave out the quotes");
    }
    if line.contains(char::is_whitespace) {
        return wrong("send one ID per line and nothing else");
    }
    checked.map_err(str::to_owned)
}

/// Returns true if a line looks like a column heading: words without a digit, whereas every ID has digits.
fn is_heading(line: &str) -> bool {
    let is_of_words =
        |letter: char| letter.is_alphabetic() || letter.is_whitespace() || "-_.:#".contains(letter);
    line.contains(char::is_alphabetic) && line.chars().all(is_of_words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(words: &[&str], input: &str) -> Result<Vec<String>, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        parse_ids(&words, input.as_bytes())
    }

    #[test]
    fn ids_keep_their_order_and_are_not_repeated() {
        assert_eq!(ids(&["2", " 1 ", "2"], "").unwrap(), ["2", "1"]);
        assert_eq!(ids(&[], "\u{feff}2\r\n\n  1\t\n2").unwrap(), ["2", "1"]);
        assert_eq!(ids(&["3", "-", "1"], "1\n2\n").unwrap(), ["3", "1", "2"]);
        assert_eq!(ids(&["-"], " \n").unwrap(), [""; 0]);
    }

    #[test]
    fn an_invalid_id_is_reported_with_its_location() {
        let why = "an ID consists of letters, digits, - _ and ., without spaces";
        for (words, input, message) in
            [(&["../x"][..], "", "../x"), (&["1", "a b"], "", "a b"), (&["\u{1b}[2J"], "", "␛[2J")]
        {
            assert_eq!(ids(words, input).unwrap_err(), format!("{message}: {why}"));
        }
        assert_eq!(ids(&[""], "").unwrap_err(), ": it must not be empty");
        let bytes = parse_ids(&[], b"\xff\n").unwrap_err();
        assert!(bytes.starts_with("standard input, line 1: "), "{bytes}");
    }

    #[test]
    fn blanks_and_invisible_characters_around_an_id_are_ignored() {
        for around in [" ", "\t", "\u{a0}", "\u{202f}", "\u{3000}", "\u{feff}", "\u{200b}", "\u{200e}", "\r"]
        {
            let line = format!("{around}1006500792{around}");
            assert_eq!(
                ids(&[], &format!("{line}\r\n{line}\n{around}")).unwrap(),
                ["1006500792"],
                "{around:?}"
            );
        }
        assert_eq!(ids(&["\u{a0}1\u{feff}"], "").unwrap(), ["1"]);
        assert_eq!(ids(&[], "1\r2\r\n3").unwrap(), ["1", "2", "3"], "line endings of every kind");
    }

    #[test]
    fn a_line_with_more_than_an_id_is_reported_with_its_number_and_a_fix() {
        const WHY: &str = " (an ID consists of letters, digits, - _ and ., without spaces)";
        const HEADING: &str = "this looks like a heading: leave it out, for example with tail -n +2";
        const FIELDS: &str = "this has several fields: send the IDs alone, for example with cut -d, -f1";
        for (line, why) in [
            ("customerId", HEADING.to_owned()),
            ("customer-id", HEADING.to_owned()),
            ("Customer ID", format!("{HEADING}{WHY}")),
            ("Kundennummer", HEADING.to_owned()),
            ("\u{5ba2}\u{6237}", format!("{HEADING}{WHY}")),
            ("\"1006500792\"", "leave out the quotes".to_owned()),
            ("'1006500792'", "leave out the quotes".to_owned()),
            ("\u{201c}1006500792\u{201d}", format!("leave out the quotes{WHY}")),
            ("1006500792,Quillfern Print", format!("{FIELDS}{WHY}")),
            ("1006500792,1006500817", FIELDS.to_owned()),
            ("1006500792;Active", format!("{FIELDS}{WHY}")),
            ("1006500792\tActive", format!("{FIELDS}{WHY}")),
            ("Quillfern 1006500792", format!("send one ID per line and nothing else{WHY}")),
            (
                "{\"customerId\": 1}",
                format!("this is JSON: send one ID per line, for example with jq -r .customerId{WHY}"),
            ),
            ("[1]", "this is JSON: send one ID per line, for example with jq -r .customerId".to_owned()),
        ] {
            let shown = line.replace('\t', "\u{2409}");
            let message = ids(&[], &format!("\r\n1\r\n{line}\r\n2\r\n")).unwrap_err();
            assert_eq!(message, format!("standard input, line 3: {shown}: {why}"));
        }
        let utf_16 = |bytes: &[u8]| parse_ids(&[], bytes).unwrap_err();
        for bytes in [&b"\xff\xfe1\0\n\0"[..], b"\xfe\xff\x001\0\n", b"1\x000\0\n\0", b"\x001\x000"] {
            assert_eq!(utf_16(bytes), "standard input is UTF-16 text: send it as UTF-8, one ID per line");
        }
    }

    #[test]
    fn the_number_of_ids_and_the_input_are_limited() {
        let lines = |count: u32| (0..count).map(|id| id.to_string()).collect::<Vec<_>>().join("\n");
        assert_eq!(ids(&[], &lines(10_000)).unwrap().len(), 10_000);
        assert!(ids(&[], &lines(10_001)).unwrap_err().starts_with("more than 10,000 customer IDs"));
        assert!(
            ids(&[], &"\n".repeat((4 << 20) + 1)).unwrap_err().starts_with("more than 10,000 customer IDs")
        );
    }
}
