//! Escaping of JSON, so that it is safe to show and paste but still has the same meaning.

use std::fmt::Write as _;

use super::clean::{is_deceiving, is_joiner, is_spelled_with_joiners};

/// Escapes control and deceptive characters in JSON (`\u009b`), which [`clean`](super::clean()) would replace. A parser
/// still reads what was sent.
///
/// Only strings can contain such characters. Those below U+0020 are always escaped in JSON.
pub fn escape_control_chars(json: String) -> String {
    if json.is_ascii() && !json.contains('\x7f') {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    let mut previous = '\0';
    for c in json.chars() {
        let acts = c != '\n' && c.is_control();
        if acts || is_deceiving(c) || (is_joiner(c) && !is_spelled_with_joiners(previous)) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
        previous = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_json_has_the_same_meaning() {
        let value = "\x1b[2J\x7f\u{9b}5m\u{202e}fdp\u{200b}\u{e0041}Zero\u{200d}Width";
        let json = escape_control_chars(serde_json::to_string_pretty(&[value]).unwrap());
        assert_eq!(
            json,
            "[\n  \"\\u001b[2J\\u007f\\u009b5m\\u202efdp\\u200b\\udb40\\udc41Zero\\u200dWidth\"\n]"
        );
        assert_eq!(serde_json::from_str::<[String; 1]>(&json).unwrap(), [value]);
    }

    #[test]
    fn names_of_all_scripts_stay_readable() {
        let json = "{\"name\": \"株式会社みどり出版, Čapek, شركة, می\u{200c}خواهم\"}".to_owned();
        assert_eq!(escape_control_chars(json.clone()), json);
    }
}
