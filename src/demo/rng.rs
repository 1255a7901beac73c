//! Random numbers that are the same on every machine: `SplitMix64`, keyed by seed, subject and purpose.
//!
//! Not for secrets. Each aspect of a customer is drawn from a stream of its own, so that it can be generated on request,
//! in any order, and always comes out the same.

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub(super) struct Rng(u64);

/// The purpose of a stream; streams of different purposes are independent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject {
    Record = 1,
    Purchases,
    Profile,
    Reference,
    Commitment,
    Membership,
    Subscriptions,
    Orders,
    Deployments,
    Acquisitions,
    Faults,
    Renewals,
    Agency,
    Hostile,
}

impl Rng {
    /// Returns the stream for one purpose of one subject.
    pub(super) fn keyed(seed: u64, key: u64, subject: Subject) -> Self {
        let mut rng = Self(seed ^ 0x5851_F42D_4C95_7F2D);
        rng.0 = rng.next().wrapping_add(key);
        rng.0 = rng.next().wrapping_add(subject as u64);
        Self(rng.next())
    }

    /// Returns 64 random bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number below `n`, or 0 if `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % (n.max(1) as u64)).unwrap_or_default()
    }

    /// Returns a number from `low` to `high`, both included, or `low` if they are the wrong way round.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high.saturating_sub(low).max(0)).unwrap_or_default().saturating_add(1);
        low + i64::try_from(self.next() % width).unwrap_or_default()
    }

    /// Returns a number from 0 to 1, excluding 1.
    pub(super) fn unit(&mut self) -> f64 {
        f64::from((self.next() >> 32) as u32) / (f64::from(u32::MAX) + 1.0)
    }

    /// Returns true in `percent` of a hundred cases.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Returns one of the words, or an empty text if there are none.
    pub(super) fn word<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words.get(self.below(words.len())).copied().unwrap_or_default()
    }

    /// Returns one of the items.
    pub(super) fn one_of<T: Copy, const N: usize>(&mut self, items: [T; N]) -> T {
        const { assert!(N > 0) };
        items[self.below(N)]
    }

    /// Returns `pattern` with each `#` replaced by a digit.
    pub(super) fn digits(&mut self, pattern: &str) -> String {
        pattern.chars().map(|c| if c == '#' { char::from(b'0' + self.digit()) } else { c }).collect()
    }

    /// Returns `count` hexadecimal digits.
    pub(super) fn hex(&mut self, count: usize) -> String {
        (0..count).filter_map(|_| char::from_digit((self.next() >> 60) as u32, 16)).collect()
    }

    fn digit(&mut self) -> u8 {
        u8::try_from(self.next() % 10).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_repeatable_and_independent() {
        let draw = |seed, key, subject| Rng::keyed(seed, key, subject).next();
        assert_eq!(draw(1, 7, Subject::Orders), draw(1, 7, Subject::Orders));
        let all = [
            draw(1, 7, Subject::Orders),
            draw(2, 7, Subject::Orders),
            draw(1, 8, Subject::Orders),
            draw(1, 7, Subject::Profile),
            draw(1, 6, Subject::Purchases),
        ];
        assert!((1..all.len()).all(|at| !all[..at].contains(&all[at])), "{all:?}");
    }

    #[test]
    fn numbers_keep_to_their_range() {
        let mut rng = Rng::keyed(1, 1, Subject::Record);
        let drawn: Vec<i64> = (0..500).map(|_| rng.between(-2, 2)).collect();
        assert_eq!(drawn.iter().min(), Some(&-2));
        assert_eq!(drawn.iter().max(), Some(&2));
        assert_eq!((rng.below(0), rng.below(1), rng.between(5, 3)), (0, 0, 5));
        let units: Vec<f64> = (0..500).map(|_| rng.unit()).collect();
        assert!(units.iter().all(|unit| (0.0..1.0).contains(unit)), "{units:?}");
        assert!(units.iter().any(|unit| *unit < 0.1) && units.iter().any(|unit| *unit > 0.9));
        assert_eq!(rng.word(&[]), "");
        let text = rng.digits("+1 ##a");
        assert!(text.starts_with("+1 ") && text.ends_with('a') && !text.contains('#'), "{text}");
        assert_eq!(rng.hex(30).len(), 30);
    }
}
