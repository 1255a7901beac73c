//! Text from a server on its way into an error or the request inspector: without our secrets, clean and bounded.

use std::borrow::Cow;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

use super::exchange::HIDDEN;
use crate::text::clean;

/// Shorter secrets protect nothing, and taking them out would make holes in innocent words.
const MIN_SECRET: usize = 4;

/// How much of a long text is looked at: far more than any limit lets through.
const MAX_LOOKED_AT: usize = 64 * 1024;

/// The secrets that a server might send back to us.
pub(super) struct Scrub {
    secrets: Vec<SecretString>,
}

impl Scrub {
    /// Takes these secrets out, also where they are percent-encoded.
    pub(super) fn new<'a>(secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        let mut all = Vec::new();
        for secret in secrets {
            let text = secret.expose_secret();
            if text.len() < MIN_SECRET {
                continue;
            }
            let encoded = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            if encoded != text {
                all.push(SecretString::from(encoded));
            }
            all.push(secret.clone());
        }
        Self { secrets: all }
    }

    /// The text without the secrets, clean, and with at most `max` characters (and `…`).
    pub(super) fn text(&self, text: &str, max: usize) -> String {
        let mut text = Cow::Borrowed(text);
        if text.len() > MAX_LOOKED_AT {
            // The cut must not leave the first half of a secret at the end: what follows `max` is dropped anyway.
            text = Cow::Owned(text.chars().take(MAX_LOOKED_AT / 4).collect());
        }
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
    // Cleaning makes text longer, never by more than three characters for one, and never shorter than a mark of it:
    // so much of a long text as matters is cut off first.
    let end = text.char_indices().nth(4 * max + 64).map_or(text.len(), |(at, _)| at);
    let cleaned = clean(&text[..end]);
    match cleaned.char_indices().nth(max) {
        Some((at, _)) => format!("{}…", &cleaned[..at]),
        None => cleaned.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_plain_and_encoded() {
        let scrub = Scrub::new([&SecretString::from("s3cr/et+"), &SecretString::from("ab")]);
        assert_eq!(scrub.text("got s3cr/et+ and s3cr%2Fet%2B, ab", 100), "got •••• and ••••, ab");
    }

    #[test]
    fn text_is_cleaned_and_bounded() {
        let scrub = Scrub::new([]);
        assert_eq!(scrub.text("a\x1b[2Jb", 100), "a␛[2Jb");
        assert_eq!(scrub.text(&"x".repeat(1 << 20), 3), "xxx…");
        assert_eq!(scrub.text("abc", 3), "abc");
    }
}
