//! Parses the parameters of a request, and collects what is wrong with them.

use axum::http::Uri;
use chrono::NaiveDate;
use url::form_urlencoded;

use super::{calendar, errors::Refusal};

/// The decoded parameters in their order. A parameter may be repeated, as in a `next` link to which the client adds its
/// own again; with different values it is refused, unless it may have several.
#[derive(Debug)]
pub(super) struct Params {
    pairs: Vec<(String, String)>,
    wrong: Vec<String>,
}

impl Params {
    pub(super) fn of(uri: &Uri) -> Self {
        let query = uri.query().unwrap_or_default();
        Self { pairs: form_urlencoded::parse(query.as_bytes()).into_owned().collect(), wrong: Vec::new() }
    }

    /// Returns all pairs.
    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Returns the values of a parameter that may have several.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Returns the value of a parameter.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let values = self.all(name);
        let value = (*values.first()?).to_owned();
        if values.iter().any(|other| *other != value) {
            self.wrong.push(format!("{name} is given more than once, with different values"));
        }
        Some(value)
    }

    /// Returns the index of the value among `choices`, ignoring case, or 0 if there is none.
    pub(super) fn choice(&mut self, name: &str, choices: &[&str]) -> usize {
        let Some(value) = self.text(name) else {
            return 0;
        };
        let place = choices.iter().position(|choice| choice.eq_ignore_ascii_case(&value));
        place.unwrap_or_else(|| {
            self.wrong.push(format!("{name} must be one of {}", choices.join(", ")));
            0
        })
    }

    /// Returns a number that is at least `least`.
    pub(super) fn number(&mut self, name: &str, least: usize, default: usize) -> usize {
        let Some(value) = self.text(name) else {
            return default;
        };
        let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        match value.parse() {
            Ok(number) if digits && number >= least => number,
            _ => {
                self.wrong.push(format!("{name} must be a number not less than {least}"));
                default
            }
        }
    }

    /// Returns a number that is capped at `most`, however many digits it has.
    pub(super) fn number_capped(&mut self, name: &str, least: usize, most: usize, default: usize) -> usize {
        // Digits alone fail to parse only if there are too many.
        let huge =
            |value: &&str| value.bytes().all(|b| b.is_ascii_digit()) && value.parse::<usize>().is_err();
        if self.all(name).first().is_some_and(|value| !value.is_empty() && huge(value)) {
            // A repeated parameter is still checked.
            return self.text(name).map_or(default, |_| most);
        }
        self.number(name, least, default).min(most)
    }

    /// Returns a number from `least` to `most`.
    pub(super) fn number_up_to(&mut self, name: &str, least: usize, most: usize, default: usize) -> usize {
        let before = self.wrong.len();
        let number = self.number(name, least, default);
        if number > most || self.wrong.len() > before {
            self.wrong.truncate(before);
            self.wrong.push(format!("{name} must be a number from {least} to {most}"));
        }
        number
    }

    /// Returns a day, `YYYY-MM-DD`.
    pub(super) fn day(&mut self, name: &str) -> Option<NaiveDate> {
        let value = self.text(name)?;
        let day = calendar::read_day(&value);
        if day.is_none() {
            self.wrong.push(format!("{name} must be a date like 2025-08-27"));
        }
        day
    }

    /// Returns a day or a timestamp, as its first and its last second.
    pub(super) fn span(&mut self, name: &str) -> Option<(i64, i64)> {
        let value = self.text(name)?;
        // An unescaped `+` of a time zone arrives as a space.
        let span = calendar::read_span(&value.replace(' ', "+"));
        if span.is_none() {
            self.wrong.push(format!("{name} must be a date like 2025-08-27 or 2025-08-27T12:57:22Z"));
        }
        span
    }

    /// Records a mistake.
    pub(super) fn refuse(&mut self, what: &str) {
        self.wrong.push(what.to_owned());
    }

    /// Refuses the request if anything was wrong.
    pub(super) fn check(&mut self) -> Result<(), Refusal> {
        if self.wrong.is_empty() {
            return Ok(());
        }
        Err(Refusal::invalid_fields(std::mem::take(&mut self.wrong)))
    }
}
