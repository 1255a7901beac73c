//! The search for secrets in a view.

use secrecy::{ExposeSecret as _, SecretString, zeroize::Zeroizing};

use super::decode::{Span, TextView, unescaped};
use crate::text::clean;

/// The length of the pieces into which longer secrets are divided: the number of bytes in a `u128`.
const PIECE: usize = 16;

/// The length below which a secret is masked only as a whole word, in bytes. Within words it would match by chance.
const MIN_LENGTH: usize = 4;

/// The length below which a secret is not searched for in base64 and hexadecimal, in bytes. Secrets below
/// [`MIN_LENGTH`] are found there only if nothing else is encoded with them.
const MIN_UNPACKED: usize = 2;

/// The pieces of the secrets, folded by [`fold`].
#[derive(Clone, Default)]
pub(super) struct Needles {
    /// The sorted pieces of each length.
    pieces: Vec<(usize, Zeroizing<Vec<u128>>)>,
    /// The secrets that are too short for pieces.
    words: Vec<Zeroizing<Vec<u8>>>,
}

/// Maps bytes that are treated as equal to the same one: both cases of a letter, and a blank and the plus that
/// represents it in a form.
fn fold(byte: u8) -> u8 {
    if byte == b'+' { b' ' } else { byte.to_ascii_lowercase() }
}

impl Needles {
    pub(super) fn of(secrets: &[SecretString]) -> Self {
        let mut needles = Self::default();
        for secret in secrets {
            let secret = secret.expose_secret().trim();
            for form in [secret, &secret.to_lowercase(), &secret.to_uppercase(), &clean(secret)] {
                // A secret that looks escaped is unescaped together with the text around it.
                let mut form = Zeroizing::new(form.as_bytes().to_vec());
                for _ in 0..=super::DEPTH {
                    needles.add(&form);
                    let shorter = Zeroizing::new(unescaped(&form));
                    if *shorter == *form {
                        break;
                    }
                    form = shorter;
                }
            }
        }
        for (_, pieces) in &mut needles.pieces {
            pieces.sort_unstable();
            pieces.dedup();
        }
        needles
    }

    fn add(&mut self, secret: &[u8]) {
        let folded: Zeroizing<Vec<u8>> = Zeroizing::new(secret.iter().map(|byte| fold(*byte)).collect());
        if folded.len() < MIN_LENGTH {
            if !folded.is_empty() && !self.words.contains(&folded) {
                self.words.push(folded);
            }
            return;
        }
        let length = folded.len().min(PIECE);
        let at = self.pieces.iter().position(|(known, _)| *known == length).unwrap_or_else(|| {
            self.pieces.push((length, Zeroizing::default()));
            self.pieces.len() - 1
        });
        let packed = |piece: &[u8]| piece.iter().fold(0, |packed, byte| packed << 8 | u128::from(*byte));
        self.pieces[at].1.extend(folded.windows(length).map(packed));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.words.is_empty()
    }

    /// Returns the length of the shortest needle that is searched for in unpacked digits, in bytes.
    pub(super) fn shortest(&self) -> usize {
        let words = self.words.iter().map(|word| word.len()).filter(|length| *length >= MIN_UNPACKED);
        self.pieces.iter().map(|(length, _)| *length).chain(words).min().unwrap_or(usize::MAX)
    }

    /// Adds the spans of all needles in a view.
    pub(super) fn find(&self, view: &TextView, found: &mut Vec<Span>) {
        for (length, pieces) in &self.pieces {
            let mask = u128::MAX >> (128 - 8 * length);
            let mut window = 0;
            for (at, byte) in view.bytes.iter().enumerate() {
                window = (window << 8 | u128::from(fold(*byte))) & mask;
                if at + 1 >= *length && pieces.binary_search(&window).is_ok() {
                    add(found, (view.spans[at + 1 - length].0, view.spans[at].1));
                }
            }
        }
        // In unpacked digits, a single byte would match by chance too often.
        for word in self.words.iter().filter(|word| !view.unpacked || word.len() >= MIN_UNPACKED) {
            let is_border = |at: Option<usize>| {
                let byte = at.and_then(|at| view.bytes.get(at));
                byte.is_none_or(|byte| {
                    if view.unpacked { *byte == 0 } else { byte.is_ascii() && !byte.is_ascii_alphanumeric() }
                })
            };
            for (at, piece) in view.bytes.windows(word.len()).enumerate() {
                let end = at + word.len();
                let is_equal = piece.iter().map(|byte| fold(*byte)).eq(word.iter().copied());
                if is_equal && (at == 0 || is_border(at.checked_sub(1))) && is_border(Some(end)) {
                    add(found, (view.spans[at].0, view.spans[end - 1].1));
                }
            }
        }
    }
}

/// Adds a span, or extends the last one if they overlap.
fn add(found: &mut Vec<Span>, span: Span) {
    match found.last_mut() {
        Some(last) if last.0 <= span.0 && span.0 <= last.1 => last.1 = last.1.max(span.1),
        _ => found.push(span),
    }
}
