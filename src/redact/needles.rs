//! The secrets in the form in which views are compared with them.

use secrecy::{ExposeSecret as _, SecretString, zeroize::Zeroizing};

use super::decode::{Span, View, unescaped};
use crate::text::clean;

/// The length of the pieces that a longer secret is looked for by: as many bytes as a `u128` holds.
const PIECE: usize = 16;

/// Secrets of fewer bytes are masked only as whole words: elsewhere they would make holes in innocent ones.
const MIN_LENGTH: usize = 4;

/// Shorter secrets are not looked for in base64 and hexadecimal; those of up to [`MIN_LENGTH`] only as the whole of it.
const MIN_UNPACKED: usize = 2;

/// The pieces of secrets, folded as [`fold`] does.
#[derive(Clone, Default)]
pub(super) struct Needles {
    /// Pieces of one length each, sorted.
    pieces: Vec<(usize, Zeroizing<Vec<u128>>)>,
    /// Secrets too short for pieces.
    words: Vec<Zeroizing<Vec<u8>>>,
}

/// Makes alike what servers and people confuse: the cases of letters, and a blank and the plus that stands for it in a
/// form.
fn fold(byte: u8) -> u8 {
    if byte == b'+' { b' ' } else { byte.to_ascii_lowercase() }
}

impl Needles {
    pub(super) fn of(secrets: &[SecretString]) -> Self {
        let mut needles = Self::default();
        for secret in secrets {
            let secret = secret.expose_secret().trim();
            for form in [secret, &secret.to_lowercase(), &secret.to_uppercase(), &clean(secret)] {
                // A secret that looks escaped itself is unescaped together with the text around it.
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

    /// Returns the length of the shortest needle that is looked for in unpacked digits, in bytes.
    pub(super) fn shortest(&self) -> usize {
        let words = self.words.iter().map(|word| word.len()).filter(|length| *length >= MIN_UNPACKED);
        self.pieces.iter().map(|(length, _)| *length).chain(words).min().unwrap_or(usize::MAX)
    }

    /// Adds where these needles are in a view.
    pub(super) fn find(&self, view: &View, found: &mut Vec<Span>) {
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
        // A single byte would be found in every other number.
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

/// Adds a span, or lengthens the last one if they overlap.
fn add(found: &mut Vec<Span>, span: Span) {
    match found.last_mut() {
        Some(last) if last.0 <= span.0 && span.0 <= last.1 => last.1 = last.1.max(span.1),
        _ => found.push(span),
    }
}
