//! Tolerant reading of JSON: a field of the wrong type is ignored and reported. It never costs the row.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Status, Timestamp, json::Flaws};

/// A deviation from the documentation in a response whose other parts were read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The place, for example `companyProfile.companyName`.
    pub field: Cow<'static, str>,
    /// The value there, for example `a number instead of text`.
    pub found: Cow<'static, str>,
    /// `true` if the JSON was not valid there. The repaired value does not show that any more.
    pub is_damage: bool,
    /// The place of the value as a JSON pointer, for example `/items/3/currentQuantity`; empty if no single value is concerned.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub at: String,
}

impl Problem {
    /// A value that is not as documented.
    pub(super) fn new(field: impl Into<Cow<'static, str>>, found: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), found: found.into(), is_damage: false, at: String::new() }
    }

    /// Returns the same problem as one of the value at this place, a JSON pointer.
    #[must_use]
    pub(super) fn of_value(self, at: String) -> Self {
        Self { at, ..self }
    }

    /// Returns true if it stands for problems that are not listed, so that any value may be concerned.
    pub fn hides_others(&self) -> bool {
        self.field == MORE
    }

    /// Returns the same problem as one of the row at this place, from 1, for a row that cannot hold it.
    pub(super) fn of_row(&self, position: usize) -> Self {
        Self { field: format!("row {position}, {}", self.field).into(), ..self.clone() }
    }

    /// Returns the same problem as one of the page, to be shown with a row of it.
    pub(super) fn of_page(&self) -> Self {
        Self { field: format!("the page, {}", self.field).into(), ..self.clone() }
    }

    /// A value that was not valid as it was sent.
    pub(super) fn damage(field: impl Into<Cow<'static, str>>, found: impl Into<Cow<'static, str>>) -> Self {
        Self { is_damage: true, ..Self::new(field, found) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.found)
    }
}

/// An error that makes a whole response unreadable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not JSON at all; the reader's own words, with the line and the column.
    #[error("not JSON ({0})")]
    NotJson(String),
    /// JSON that is not valid beyond repair; the reason, with the line and the column.
    #[error("not valid JSON ({0})")]
    BrokenJson(String),
    /// JSON of another shape than the documented one.
    #[error("{expected} expected, {found} found")]
    Shape {
        /// The documented value.
        expected: &'static str,
        /// The kind of a flaw.
        found: &'static str,
    },
}

/// Returns the kind of a JSON value, in words.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The maximum number of problems that are reported for one thing. A response may have millions.
const MAX_PROBLEMS: usize = 200;

/// The field of the problem that stands for those that are not listed.
const MORE: &str = "and more";

/// Adds a problem; of too many, that there are more.
pub(super) fn add(problems: &mut Vec<Problem>, problem: Problem) {
    match problems.len() {
        ..MAX_PROBLEMS => problems.push(problem),
        MAX_PROBLEMS => problems.push(Problem::new(MORE, "only the first problems are listed")),
        _ => {}
    }
}

/// The fields of one JSON object, read one by one; what is wrong is collected.
pub(super) struct Fields<'a> {
    map: Option<&'a Map<String, Value>>,
    path: &'static str,
    /// The place in the list of that name, if it is one.
    index: Option<usize>,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Fields<'a> {
    /// Returns the fields of `value`; none if it is not an object.
    pub(super) fn of(value: &'a Value) -> Self {
        Self { map: value.as_object(), path: "", index: None, problems: Vec::new() }
    }

    fn wrong(&mut self, field: &'static str, found: &Value, expected: &str) {
        let at = format!("/{field}");
        let field = if self.path.is_empty() {
            Cow::Borrowed(field)
        } else {
            Cow::Owned(format!("{}.{field}", self.path))
        };
        let found = format!("{} instead of {expected}", kind_of(found));
        self.tell(Problem::new(field, found).of_value(at));
    }

    /// Notes a problem; of too many, that there are more.
    pub(super) fn tell(&mut self, problem: Problem) {
        add(&mut self.problems, problem);
    }

    /// The value of a field; missing and null are the same.
    pub(super) fn value(&self, field: &str) -> Option<&'a Value> {
        self.map?.get(field).filter(|value| !value.is_null())
    }

    /// A text; numbers are taken as the text that they are, since the API sends codes both ways.
    pub(super) fn text(&mut self, field: &'static str) -> Option<String> {
        match self.value(field)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            other => {
                self.wrong(field, other, "text");
                None
            }
        }
    }

    /// A whole number; text that holds one is taken too.
    pub(super) fn int(&mut self, field: &'static str) -> Option<i64> {
        let value = self.value(field)?;
        let number = match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.wrong(field, value, "a whole number in range");
        }
        number
    }

    /// A whole number that counts something; negative ones are a problem.
    pub(super) fn count(&mut self, field: &'static str) -> Option<u64> {
        let count = self.int(field)?;
        let converted = u64::try_from(count).ok();
        if converted.is_none() {
            self.wrong(field, &Value::from(count), "a count");
        }
        converted
    }

    /// `true` or `false`.
    pub(super) fn bool(&mut self, field: &'static str) -> Option<bool> {
        match self.value(field)? {
            Value::Bool(value) => Some(*value),
            other => {
                self.wrong(field, other, "true or false");
                None
            }
        }
    }

    /// Reads a status. It is empty if missing: an unknown status is a status too.
    pub(super) fn status(&mut self) -> Status {
        Status::new(self.text("status").unwrap_or_default())
    }

    /// A date or a timestamp.
    pub(super) fn timestamp(&mut self, field: &'static str) -> Option<Timestamp> {
        let timestamp = Timestamp::new(self.text(field)?);
        if timestamp.at().is_none() {
            self.tell(Problem::new(field, "no date that can be read").of_value(format!("/{field}")));
        }
        Some(timestamp)
    }

    /// The fields of an object within this one; give the inner problems back with [`Fields::absorb`].
    pub(super) fn object(&mut self, field: &'static str) -> Option<(&'a Value, Fields<'a>)> {
        let value = self.value(field)?;
        if !value.is_object() {
            self.wrong(field, value, "an object");
            return None;
        }
        Some((value, Self { path: field, ..Self::of(value) }))
    }

    /// Takes over what was not valid in the answer.
    pub(super) fn damaged(&mut self, flaws: Flaws) {
        for problem in flaws.into_problems() {
            self.tell(problem);
        }
    }

    /// Takes over the problems of an inner object.
    pub(super) fn absorb(&mut self, inner: Fields<'a>) {
        for mut problem in inner.problems {
            let index = inner.index.map(|index| format!("/{index}")).unwrap_or_default();
            problem.at.insert_str(0, &format!("/{}{index}", inner.path));
            self.tell(problem);
        }
    }

    /// The elements of a list; a missing list is an empty one.
    pub(super) fn list(&mut self, field: &'static str) -> &'a [Value] {
        match self.value(field) {
            None => &[],
            Some(Value::Array(items)) => items,
            Some(other) => {
                self.wrong(field, other, "a list");
                &[]
            }
        }
    }

    /// A list of objects, each read by `read`; elements of other kinds are problems.
    pub(super) fn objects<T>(
        &mut self,
        field: &'static str,
        read: impl Fn(&mut Fields<'a>, &'a Value) -> T,
    ) -> Vec<T> {
        let mut all = Vec::new();
        for (index, value) in self.list(field).iter().enumerate() {
            if value.is_object() {
                let mut inner = Self { path: field, index: Some(index), ..Self::of(value) };
                all.push(read(&mut inner, value));
                self.absorb(inner);
            } else {
                self.wrong(field, value, "an object");
            }
        }
        all
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, field: &'static str) -> Vec<String> {
        let mut all = Vec::new();
        for value in self.list(field) {
            match value {
                Value::String(text) => all.push(text.clone()),
                other => self.wrong(field, other, "text"),
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wrong_type_costs_the_field_and_is_told() {
        let value = json!({"a": {}, "b": "7", "c": 1.5, "d": null, "e": 1117, "f": -1});
        let mut fields = Fields::of(&value);
        assert_eq!(fields.text("a"), None);
        assert_eq!(fields.int("b"), Some(7));
        assert_eq!(fields.int("c"), None);
        assert_eq!(fields.text("d"), None);
        assert_eq!(fields.text("e").as_deref(), Some("1117"));
        assert_eq!(fields.count("f"), None);
        let told: Vec<String> = fields.problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "a: an object instead of text",
                "c: a number instead of a whole number in range",
                "f: a number instead of a count"
            ]
        );
    }

    #[test]
    fn inner_objects_and_lists_name_their_path() {
        let value = json!({"p": {"n": []}, "q": 3, "l": [{"n": 1}, 2], "t": ["x", 5]});
        let mut fields = Fields::of(&value);
        let (_, mut inner) = fields.object("p").unwrap();
        assert_eq!(inner.text("n"), None);
        fields.absorb(inner);
        assert!(fields.object("q").is_none());
        assert_eq!(fields.objects("l", |inner, _| inner.int("n")), [Some(1)]);
        assert_eq!(fields.texts("t"), ["x"]);
        let told: Vec<String> = fields.problems.iter().map(|problem| problem.field.to_string()).collect();
        assert_eq!(told, ["p.n", "q", "l", "t"]);
        let places: Vec<&str> = fields.problems.iter().map(|problem| problem.at.as_str()).collect();
        assert_eq!(places, ["/p/n", "/q", "/l", "/t"]);
    }

    #[test]
    fn a_problem_names_the_place_of_its_value() {
        let value = json!({"l": [{}, {"m": [{"n": {}}, {"d": "soon"}]}]});
        let mut fields = Fields::of(&value);
        fields.objects("l", |inner, _| {
            inner.objects("m", |inner, _| (inner.text("n"), inner.timestamp("d")));
        });
        let places: Vec<&str> = fields.problems.iter().map(|problem| problem.at.as_str()).collect();
        assert_eq!(places, ["/l/1/m/0/n", "/l/1/m/1/d"]);
        assert!(places.iter().all(|at| value.pointer(at).is_some()));
    }

    #[test]
    fn of_too_many_problems_the_first_are_told() {
        let value = json!({"l": vec![json!({"n": "x"}); 5_000], "t": vec![json!(1); 5_000]});
        let mut fields = Fields::of(&value);
        assert_eq!(fields.objects("l", |inner, _| inner.int("n")).len(), 5_000);
        assert_eq!(fields.texts("t").len(), 0);
        assert_eq!(fields.problems.len(), MAX_PROBLEMS + 1);
        let told = |index: usize| fields.problems[index].to_string();
        assert_eq!(told(0), "l.n: text instead of a whole number in range");
        assert_eq!(told(MAX_PROBLEMS), "and more: only the first problems are listed");
    }

    #[test]
    fn numbers_too_large_for_any_type_are_kept_as_text() {
        let body = br#"{"customerId": 123456789012345678901234567890, "count": 1e999}"#;
        let value = crate::model::read_json(body).unwrap();
        let mut fields = Fields::of(&value);
        assert_eq!(fields.text("customerId").as_deref(), Some("123456789012345678901234567890"));
        assert_eq!(fields.count("count"), None);
        assert_eq!(fields.problems.len(), 1);
    }
}
