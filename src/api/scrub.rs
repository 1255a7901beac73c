//! Text from a server on its way into an error or the request inspector: without our secrets, clean and bounded.

use std::borrow::Cow;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded::byte_serialize;

use super::exchange::HIDDEN;
use crate::text::clean;

/// Shorter secrets protect nothing, and taking them out would make holes in innocent words.
const MIN_SECRET: usize = 4;

/// The secrets that a server might send back to us.
pub(super) struct Scrub {
    secrets: Vec<SecretString>,
}

impl Scrub {
    /// Takes these secrets out, also where they are percent-encoded, as in a form, or escaped, as in JSON.
    pub(super) fn new<'a>(secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        let mut all: Vec<SecretString> = Vec::new();
        for secret in secrets {
            let text = secret.expose_secret();
            if text.len() < MIN_SECRET {
                continue;
            }
            let json = serde_json::to_string(text).unwrap_or_default();
            for form in [
                text.to_owned(),
                byte_serialize(text.as_bytes()).collect(),
                utf8_percent_encode(text, NON_ALPHANUMERIC).to_string(),
                json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned(),
            ] {
                if !form.is_empty() && all.iter().all(|known| known.expose_secret() != form) {
                    all.push(form.into());
                }
            }
        }
        Self { secrets: all }
    }

    /// The text without the secrets, clean, and with at most `max` characters (and `…`).
    ///
    /// Secrets are looked for in the whole text: a cut before could leave half of one.
    pub(super) fn text(&self, text: &str, max: usize) -> String {
        let mut text = Cow::Borrowed(text);
        for secret in &self.secrets {
            let secret = secret.expose_secret();
            if text.contains(secret) {
                text = Cow::Owned(text.replace(secret, HIDDEN));
            }
        }
        bounded(&text, max)
    }
}

/// The text, clean, with at most `max` characters; what is longer ends in `…`.
pub(super) fn bounded(text: &str, max: usize) -> String {
    let cleaned = clean(text);
    match cleaned.char_indices().nth(max) {
        Some((at, _)) => format!("{}…", &cleaned[..at]),
        None => cleaned.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_in_every_form() {
        let scrub = Scrub::new([&SecretString::from("s3-cr/et+\""), &SecretString::from("ab")]);
        let text = r#"s3-cr/et+" s3-cr%2Fet%2B%22 s3%2Dcr%2Fet%2B%22 s3-cr/et+\" ab"#;
        assert_eq!(scrub.text(text, 100), "•••• •••• •••• •••• ab");
        let far = format!("{}s3-cr/et+\"", "x".repeat(1 << 20));
        assert!(!scrub.text(&far, 2 << 20).contains("s3-cr"));
    }

    #[test]
    fn text_is_cleaned_and_bounded() {
        let scrub = Scrub::new([]);
        assert_eq!(scrub.text("a\x1b[2Jb", 100), "a␛[2Jb");
        assert_eq!(scrub.text(&"x".repeat(1 << 20), 3), "xxx…");
        assert_eq!(scrub.text("abc", 3), "abc");
        // What is dropped does not count.
        let pile = format!("e{}bc", "\u{301}".repeat(900));
        assert_eq!(scrub.text(&pile, 100), "e\u{301}\u{301}\u{301}\u{301}bc");
    }
}
