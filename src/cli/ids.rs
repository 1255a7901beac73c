//! The ids that a command is about: arguments, or one a line from standard input.

use std::io::{IsTerminal as _, Read as _};

use super::exit::{Failure, complain, usage};
use crate::{config::check_id, text};

/// What stands for standard input.
const INPUT: &str = "-";

/// The most ids: whoever wants more wants an export.
const MOST: usize = 10_000;

/// The most bytes of standard input: so many ids, the longest that there are.
const BYTES: u64 = 4 << 20;

/// The ids in their order, each once. All of them are checked before anything is asked of the network.
pub(super) async fn ids(words: &[String]) -> Result<Vec<String>, Failure> {
    if words.is_empty() && std::io::stdin().is_terminal() {
        return Err(usage("no ids: name them, or send them to standard input, one a line"));
    }
    let reads = words.is_empty() || words.iter().any(|word| word == INPUT);
    // On a thread of its own: whoever waits for a line that does not come cannot look for signals.
    let input = if reads { tokio::task::spawn_blocking(read).await } else { Ok(Ok(Vec::new())) };
    let input = match input {
        Ok(Ok(input)) => input,
        Ok(Err(error)) => {
            complain(&format!("cannot read standard input: {error}"));
            return Err(Failure::Failed);
        }
        Err(error) => {
            complain(&format!("cannot read standard input: {error}"));
            return Err(Failure::Failed);
        }
    };
    gather(words, &input).map_err(|words| usage(&words))
}

fn read() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Puts arguments and lines together, or says what is wrong with them.
fn gather(words: &[String], input: &[u8]) -> Result<Vec<String>, String> {
    if input.len() as u64 > BYTES {
        return Err(too_many());
    }
    let mut ids = Ids::default();
    let input_alone = [INPUT.to_owned()];
    for word in if words.is_empty() { &input_alone[..] } else { words } {
        if word != INPUT {
            ids.take(word, || text::clean(word).into_owned())?;
            continue;
        }
        let input = input.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(input);
        for (number, line) in (1..).zip(input.split(|byte| *byte == b'\n')) {
            let line = String::from_utf8_lossy(line);
            if !line.trim().is_empty() {
                ids.take(&line, || {
                    format!(
                        "standard input, line {number}: {}",
                        text::clean(text::truncate(line.trim(), 40).as_ref())
                    )
                })?;
            }
        }
    }
    Ok(ids.all)
}

#[derive(Default)]
struct Ids {
    all: Vec<String>,
    seen: std::collections::HashSet<String>,
}

impl Ids {
    fn take(&mut self, id: &str, named: impl FnOnce() -> String) -> Result<(), String> {
        let id = id.trim();
        check_id(id).map_err(|why| format!("{}: {why}", named()))?;
        if self.seen.insert(id.to_owned()) {
            self.all.push(id.to_owned());
        }
        if self.all.len() > MOST { Err(too_many()) } else { Ok(()) }
    }
}

fn too_many() -> String {
    format!("more than {} ids: vipmp export writes all customers that match", text::grouped(MOST as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(words: &[&str], input: &str) -> Result<Vec<String>, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        gather(&words, input.as_bytes())
    }

    #[test]
    fn ids_come_in_their_order_and_each_once() {
        assert_eq!(ids(&["2", " 1 ", "2"], "").unwrap(), ["2", "1"]);
        assert_eq!(ids(&[], "\u{feff}2\r\n\n  1\t\n2").unwrap(), ["2", "1"]);
        assert_eq!(ids(&["3", "-", "1"], "1\n2\n").unwrap(), ["3", "1", "2"]);
        assert_eq!(ids(&["-"], " \n").unwrap(), [""; 0]);
    }

    #[test]
    fn what_is_no_id_is_told_with_where_it_stands() {
        let why = "an id has letters, digits and - _ . without blanks";
        for (words, input, told) in [
            (&["../x"][..], "", "../x"),
            (&["1", "a b"], "", "a b"),
            (&["\u{1b}[2J"], "", "␛[2J"),
            (&[], "1\n\n{\"customerId\": 1}\n", "standard input, line 3: {\"customerId\": 1}"),
        ] {
            assert_eq!(ids(words, input).unwrap_err(), format!("{told}: {why}"));
        }
        assert_eq!(ids(&[""], "").unwrap_err(), ": it cannot be empty");
        let bytes = gather(&[], b"\xff\n").unwrap_err();
        assert!(bytes.starts_with("standard input, line 1: "), "{bytes}");
    }

    #[test]
    fn there_is_an_end_to_it() {
        let lines = |count: u32| (0..count).map(|id| id.to_string()).collect::<Vec<_>>().join("\n");
        assert_eq!(ids(&[], &lines(10_000)).unwrap().len(), 10_000);
        assert!(ids(&[], &lines(10_001)).unwrap_err().starts_with("more than 10,000 ids"));
        assert!(ids(&[], &"\n".repeat((4 << 20) + 1)).unwrap_err().starts_with("more than 10,000 ids"));
    }
}
