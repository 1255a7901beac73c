//! The masking of secrets in text that leaves the program.
//!
//! A server may repeat a secret in any encoding, so text is decoded before it is compared. Each decoding is a view that
//! knows the origin of its bytes, so that a match is masked in the text itself. The secrets come from the callers;
//! [`KnownSecrets`] collects those of the process.

mod decode;
mod known;
mod needles;

use std::borrow::Cow;

use secrecy::SecretString;

pub use known::KnownSecrets;

use decode::{Span, TextView};
use needles::Needles;

use crate::text::clean;

/// The mask in place of a secret.
pub const HIDDEN: &str = "••••";

/// The number of nested encodings that are decoded, for example percent-encoding in JSON in base64.
const DEPTH: usize = 3;

/// The number of bytes that are searched at once, which limits the memory that the views take.
const CHUNK: usize = 32 * 1024;

/// The number of bytes that two chunks share: more than a piece of a secret takes in any encoding.
const OVERLAP: usize = 2 * 1024;

/// A mask for secrets in text, whatever their encoding.
///
/// It finds secrets with any of their characters percent-encoded, or escaped as in JSON or HTML; in base64 and
/// hexadecimal at any alignment; in another letter case; and with up to three of these nested. It also finds each piece
/// of 16 bytes, so that a truncated secret is masked too.
#[derive(Clone, Default)]
pub struct Redactor {
    secrets: Vec<SecretString>,
    needles: Needles,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} secrets)", self.secrets.len())
    }
}

impl Redactor {
    /// Creates a redactor of these secrets. Empty ones are ignored.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        let secrets: Vec<SecretString> = secrets.into_iter().cloned().collect();
        let needles = Needles::of(&secrets);
        Self { secrets, needles }
    }

    /// Creates a redactor of these secrets and those that this one knows.
    #[must_use]
    pub fn with_secrets(&self, more: &[SecretString]) -> Self {
        Self::new(self.secrets.iter().chain(more))
    }

    /// Masks the secrets in a text, cleans it, and cuts it to `max` characters and `…`.
    pub fn sanitize(&self, text: &str, max: usize) -> String {
        // Cleaned first, since dropping characters could join the halves of a secret.
        cut(&self.mask(&clean(text)), max)
    }

    /// Masks the secrets in a text, which otherwise stays as it is.
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.needles.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut found = Vec::new();
        let mut start = 0;
        loop {
            let end = text.floor_char_boundary((start + CHUNK + OVERLAP).min(text.len()));
            self.search(&TextView::of(&text[start..end], start), DEPTH, &mut found);
            if end == text.len() {
                break;
            }
            start = text.floor_char_boundary(start + CHUNK);
        }
        mask_spans(text, found)
    }

    /// Searches a view and its decodings, nested up to `depth`.
    fn search(&self, view: &TextView, depth: usize, found: &mut Vec<Span>) {
        self.needles.find(view, found);
        if depth > 0 {
            for decoded in view.decodings(self.needles.shortest()) {
                self.search(&decoded, depth - 1, found);
            }
        }
    }
}

/// Replaces these spans by the mask.
fn mask_spans(text: &str, mut found: Vec<Span>) -> Cow<'_, str> {
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    found.sort_unstable();
    let mut out = String::with_capacity(text.len());
    // The end of the text that has been copied or masked, and true if the last part was masked.
    let (mut end, mut hidden) = (0, false);
    for (from, to) in found {
        if from > end || !hidden && from == end {
            out.push_str(&text[end..from]);
            out.push_str(HIDDEN);
            hidden = true;
        }
        end = end.max(to);
    }
    out.push_str(&text[end..]);
    Cow::Owned(out)
}

/// Cleans a text and cuts it to `max` characters and `…`.
pub(crate) fn bounded(text: &str, max: usize) -> String {
    cut(&clean(text), max)
}

fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "s3-cr/et+\"";

    fn masked(secret: &str, text: &str) -> String {
        Redactor::new([&SecretString::from(secret)]).sanitize(text, 1 << 20)
    }

    #[test]
    fn a_secret_is_masked_in_every_encoding() {
        for text in [
            "s3-cr/et+\"",
            "S3-CR/ET+\"",
            "s3-cr%2Fet%2B%22",
            "s3%2dcr%2fet%2b%22",
            "s3-cr/et%2B\"",
            "%73%33%2d%63%72%2f%65%74%2b%22",
            "s3-cr/et+\\\"",
            "s3-cr\\/et+\\\"",
            "\\u0073\\u0033\\u002D\\u0063\\u0072\\u002f\\u0065\\u0074\\u002B\\u0022",
            "s3-cr/et+&quot;",
            "s3&#45;cr&#x2f;et&#43;&#x00022;",
            "s3-cr&sol;et&plus;&QUOT;",
            "s3-cr%252Fet%252B%2522",
            "s3-cr\\u00252fet\\u00252b\\u002522",
            "s3-cr&amp;#x2f;et+&amp;quot;",
            "s3-cr&#37;2Fet&#37;2B&#37;22",
            "czMtY3IvZXQrIg==",
            "xczMtY3IvZXQrIg",
            "xxczMtY3IvZXQrIg",
            "xxxczMtY3IvZXQrIg",
            "eHMzLWNyL2V0KyI",
            "eHhzMy1jci9ldCsi",
            "czMtY3IvZXQrIg%3D%3D",
            "73332d63722f65742b22",
            "73332D63722F65742B22",
            "f73332d63722f65742b22",
            "NzMzMzJkNjM3MjJmNjU3NDJiMjI=",
        ] {
            let shown = masked(SECRET, &format!("a {text} b"));
            assert!(shown.contains(HIDDEN), "{text} is shown as {shown}");
            for rest in ["s3-cr", "et+", "%2F", "Y3Iv", "6372", "Uwk4", "cr/et"] {
                assert!(!shown.contains(rest), "{text} is shown as {shown}");
            }
            assert!(shown.starts_with('a') && shown.ends_with('b'), "{text} is shown as {shown}");
        }
    }

    #[test]
    fn a_secret_in_basic_authentication_is_masked() {
        // client-77:s3-cr/et+"
        let shown = masked(SECRET, "Authorization: Basic Y2xpZW50LTc3OnMzLWNyL2V0KyI=, please");
        assert!(shown.starts_with("Authorization: Basic ") && shown.ends_with("=, please"), "{shown}");
        assert!(!shown.contains("L2V0") && shown.contains(HIDDEN), "{shown}");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        let text = "Invalid value 100% of field a\\b for <b>&amp; \"x\" deadbeef0123 QUJDREVGR0g= \\u00e9 ��";
        assert_eq!(masked(SECRET, text), text);
        assert_eq!(masked("", text), text);
        assert!(matches!(Redactor::default().mask(text), Cow::Borrowed(_)));
    }

    #[test]
    fn a_short_secret_is_masked_as_a_word() {
        assert_eq!(masked("ab", "ab cabin (AB) %61b a&#98; cab"), "•••• cabin (••••) •••• •••• cab");
        assert_eq!(masked("a", "4116 %61 YWE="), "4116 •••• YWE=");
        assert_eq!(
            masked("abcd", "abcd xABCDx \\u0061bcd YWJjZA== 61626364"),
            "•••• x••••x •••• ••••== ••••"
        );
    }

    #[test]
    fn pieces_of_a_long_secret_are_masked() {
        let token: String = (10..50).flat_map(|n: u32| [n.to_string(), "-".to_owned()]).collect();
        let shown = masked(&token, &format!("the token {}… is too long", &token[20..70]));
        assert_eq!(shown, "the token ••••… is too long");
    }

    #[test]
    fn a_secret_is_found_wherever_it_is_in_a_huge_text() {
        for at in [0, CHUNK - 5, CHUNK + OVERLAP - 5, 3 * CHUNK, 5 * CHUNK - 1] {
            let text = format!("{}{SECRET}{}", "é ".repeat(at / 3), "x ".repeat(CHUNK));
            let redactor = Redactor::new([&SecretString::from(SECRET)]);
            let shown = redactor.mask(&text);
            assert_eq!(shown.matches(HIDDEN).count(), 1, "{at}");
            assert!(!shown.contains(SECRET), "{at}");
        }
    }

    #[test]
    fn base64_is_found_across_line_ends() {
        // s3-cr/et+", broken into lines as in mail.
        for text in ["czMtY3\nIvZXQrIg==", "czMtY3Iv\r\nZXQrIg==", "czMt\\nY3Iv\\r\\nZXQrIg=="] {
            assert_eq!(masked(SECRET, text), "••••==", "{text:?}");
        }
    }

    #[test]
    fn text_is_cleaned_and_bounded() {
        let redactor = Redactor::new([]);
        assert_eq!(redactor.sanitize("a\x1b[2Jb", 100), "a␛[2Jb");
        assert_eq!(redactor.sanitize(&"x".repeat(1 << 20), 3), "xxx…");
        assert_eq!(redactor.sanitize("abc", 3), "abc");
        // Dropped characters do not count.
        let pile = format!("e{}bc", "\u{301}".repeat(900));
        assert_eq!(redactor.sanitize(&pile, 100), "e\u{301}\u{301}\u{301}\u{301}bc");
    }

    #[test]
    fn characters_without_a_width_do_not_hide_a_secret() {
        assert_eq!(masked("s3cr3t-x", "s3\u{200b}cr3t\u{feff}-x"), HIDDEN);
        assert_eq!(masked("s3cr3t\nx", "s3cr3t\nx"), HIDDEN);
    }
}
