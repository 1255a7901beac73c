//! Parses a specification of faults with their probabilities: `429:0.1, reset:0.02, drift`.

use std::{fmt, str::FromStr};

use super::kinds::{COUNT, FAULT_KINDS, FaultInfo, FaultKind};

/// The probability of each kind of fault. By default there are none.
///
/// As text: comma-separated kinds, each with its probability from 0 to 1 after a colon, or without it for the default of
/// [`FAULT_KINDS`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults {
    probabilities: [f64; COUNT],
}

/// The error in a specification of faults.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FaultsError {
    /// A part of the list is empty.
    #[error("a kind is missing: write KIND or KIND:PROBABILITY, separated by commas")]
    Missing,
    /// A kind is not in the table.
    #[error("there is no fault {word:?}{}", suggestion(*.near))]
    Unknown {
        /// The given word.
        word: String,
        /// The kind that was probably meant.
        near: Option<&'static str>,
    },
    /// The text after the colon is not a probability.
    #[error("{kind}: {text:?} is not a probability: use a number from 0 to 1")]
    Probability {
        /// The kind.
        kind: &'static str,
        /// The given text.
        text: String,
    },
    /// A kind is listed more than once.
    #[error("{0} is listed more than once")]
    Repeated(&'static str),
    /// A response has at most one fault as a whole, so their probabilities must not exceed 1 together.
    #[error(
        "a response has at most one of these faults, so their probabilities must not exceed 1 in total: {0}"
    )]
    TooMuch(String),
}

fn suggestion(near: Option<&str>) -> String {
    match near {
        Some(near) => format!(", did you mean {near}?"),
        None => format!(": the kinds are {}", FAULT_KINDS.map(|info| info.name).join(", ")),
    }
}

impl Faults {
    /// Returns true if there are no faults.
    pub fn is_none(&self) -> bool {
        self.probabilities.iter().all(|probability| *probability <= 0.0)
    }

    /// Returns the probability of this kind.
    pub(super) fn probability(&self, kind: FaultKind) -> f64 {
        self.probabilities[kind as usize]
    }

    /// Returns the share of the hostile accounts that exist.
    pub(in crate::demo) fn hostile_share(&self) -> f64 {
        self.probability(FaultKind::Hostile)
    }

    /// Returns the kinds that can happen, with their probabilities.
    fn possible(&self) -> impl Iterator<Item = (&'static FaultInfo, f64)> {
        FAULT_KINDS.iter().zip(self.probabilities).filter(|(_, probability)| *probability > 0.0)
    }

    /// Returns the fault of a response as a whole for a draw from 0 to 1.
    pub(super) fn whole(&self, drawn: f64) -> Option<FaultKind> {
        let mut below = 0.0;
        let mut whole = self.possible().filter(|(info, _)| info.kind.is_whole());
        whole
            .find(|(_, probability)| {
                below += probability;
                drawn < below
            })
            .map(|(info, _)| info.kind)
    }
}

impl FromStr for Faults {
    type Err = FaultsError;

    fn from_str(spec: &str) -> Result<Self, FaultsError> {
        let mut faults = Self::default();
        let mut seen = Vec::new();
        for part in spec.split(',') {
            let (word, number) =
                part.split_once(':').map_or((part, None), |(word, n)| (word, Some(n.trim())));
            let info = kind(word.trim())?;
            if seen.contains(&info.name) {
                return Err(FaultsError::Repeated(info.name));
            }
            seen.push(info.name);
            let probability = match number {
                None => info.probability,
                Some(text) => text
                    .parse()
                    .ok()
                    .filter(|number| (0.0..=1.0).contains(number))
                    .ok_or_else(|| FaultsError::Probability { kind: info.name, text: text.to_owned() })?,
            };
            faults.probabilities[info.kind as usize] = probability;
        }
        let whole: Vec<_> = faults.possible().filter(|(info, _)| info.kind.is_whole()).collect();
        // Ten times 0.1 is slightly more than 1 in floating point.
        if whole.iter().map(|(_, probability)| probability).sum::<f64>() > 1.0 + 1e-9 {
            let names: Vec<&str> = whole.iter().map(|(info, _)| info.name).collect();
            return Err(FaultsError::TooMuch(names.join(", ")));
        }
        Ok(faults)
    }
}

impl fmt::Display for Faults {
    /// Writes the specification in the format in which it is read; empty if there are no faults.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (info, probability)) in self.possible().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            write!(f, "{comma}{}:{probability}", info.name)?;
        }
        Ok(())
    }
}

/// Returns the kind with this name.
fn kind(word: &str) -> Result<&'static FaultInfo, FaultsError> {
    if word.is_empty() {
        return Err(FaultsError::Missing);
    }
    FAULT_KINDS
        .iter()
        .find(|info| info.name.eq_ignore_ascii_case(word))
        .ok_or_else(|| FaultsError::Unknown { word: word.to_owned(), near: nearest(word) })
}

/// Returns the kind that was probably meant: the one with the fewest edits, at most one edit in three letters.
fn nearest(word: &str) -> Option<&'static str> {
    // A long word is not a misspelling of a short name.
    let word: Vec<char> = word.chars().flat_map(char::to_lowercase).take(16).collect();
    let near = FAULT_KINDS.iter().map(|info| (distance(&word, info.name), info.name));
    let allowed = (word.len() / 3).max(1);
    near.filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Returns the number of letters to add, remove or change.
fn distance(from: &[char], to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (done, letter) in from.iter().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], done + 1);
        for (place, other) in to.iter().enumerate() {
            let changed = corner + usize::from(letter != other);
            corner = row[place + 1];
            row[place + 1] = changed.min(corner + 1).min(row[place] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(spec: &str) -> String {
        spec.parse::<Faults>().unwrap_err().to_string()
    }

    #[test]
    fn a_specification_is_parsed_and_formatted() {
        let read = |spec: &str| spec.parse::<Faults>().unwrap().to_string();
        assert_eq!(read("429:0.1,500:0.05,reset:0.02"), "429:0.1,500:0.05,reset:0.02");
        assert_eq!(read(" slow : 0.25 ,\tdrift,  BadRow:1 "), "slow:0.25,badrow:1,drift:0.1");
        assert_eq!(read("hang:0"), "");
        let all = FAULT_KINDS.map(|info| info.name).join(",");
        let faults: Faults = all.parse().unwrap();
        assert!(
            FAULT_KINDS.iter().all(|info| (faults.probability(info.kind) - info.probability).abs() < 1e-9)
        );
        assert_eq!(faults.to_string().parse::<Faults>().unwrap(), faults);
    }

    #[test]
    fn without_a_specification_nothing_goes_wrong() {
        assert!(Faults::default().is_none() && "hang:0".parse::<Faults>().unwrap().is_none());
        assert!(!"hang:0.001".parse::<Faults>().unwrap().is_none());
        assert_eq!(Faults::default().to_string(), "");
    }

    #[test]
    fn an_unknown_kind_is_reported_with_a_suggestion() {
        assert_eq!(refused("rset"), "there is no fault \"rset\", did you mean reset?");
        assert_eq!(refused("500,bad-row:0.1"), "there is no fault \"bad-row\", did you mean badrow?");
        assert_eq!(refused("501"), "there is no fault \"501\", did you mean 401?");
        let message = refused("earthquake");
        assert!(
            message.starts_with("there is no fault \"earthquake\": the kinds are 400, 401, "),
            "{message}"
        );
        assert!(refused(&"x".repeat(100_000)).ends_with("drift, hostile"));
    }

    #[test]
    fn a_probability_is_a_number_from_0_to_1() {
        for text in ["", "2", "-0.1", "1.01", "NaN", "inf", "10%", "0.1:0.2"] {
            let message = refused(&format!("slow:{text}"));
            assert!(
                message.starts_with("slow: ") && message.ends_with("use a number from 0 to 1"),
                "{message}"
            );
        }
    }

    #[test]
    fn each_part_names_a_kind_and_each_kind_once() {
        for spec in ["", " ", ",", "429,", ",429", "429,,500", ":0.5"] {
            assert!(refused(spec).starts_with("a kind is missing"), "{spec:?}");
        }
        assert_eq!(refused("429,reset,429:0.5"), "429 is listed more than once");
    }

    #[test]
    fn faults_of_a_whole_response_do_not_exceed_1_in_total() {
        let message = refused("429:0.6,reset:0.5,badrow:1");
        assert!(message.ends_with("exceed 1 in total: 429, reset"), "{message}");
        let tenths = ["400", "401", "403", "404", "408", "429", "500", "502", "503", "504"];
        assert!(tenths.map(|kind| format!("{kind}:0.1")).join(",").parse::<Faults>().is_ok());
        assert!("badrow:1,badfield:1,twice:1,total:1,drift:1,reset:1".parse::<Faults>().is_ok());
    }

    #[test]
    fn one_draw_chooses_among_the_faults_of_a_whole_answer() {
        let faults: Faults = "429:0.25,reset:0.5,badrow:1".parse().unwrap();
        let drawn = [0.0, 0.2, 0.25, 0.7, 0.75, 0.99].map(|drawn| faults.whole(drawn));
        let (many, reset) = (Some(FaultKind::TooMany), Some(FaultKind::Reset));
        assert_eq!(drawn, [many, many, reset, reset, None, None]);
    }
}
