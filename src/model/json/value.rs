//! JSON into [`Value`], as `serde_json` does it, but that names which an object has twice are noted.

use std::{cell::RefCell, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value, map::Entry};

use super::flaw::{Flaws, Step};

/// The name under which `serde_json` hands over a number as it was written (its feature `arbitrary_precision`).
const NUMBER: &str = "$serde_json::private::Number";

/// Reads one value, and nothing behind it but blanks.
pub(super) fn read(bytes: &[u8]) -> Result<(Value, Flaws), serde_json::Error> {
    let flaws = RefCell::default();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = json.deserialize_any(Node { flaws: &flaws, at: None })?;
    json.end()?;
    Ok((value, flaws.into_inner()))
}

/// The path of a value: its last step, and the path before that step.
#[derive(Clone, Copy)]
struct At<'a> {
    before: Option<&'a At<'a>>,
    step: Place<'a>,
}

#[derive(Clone, Copy)]
enum Place<'a> {
    Key(&'a str),
    Index(usize),
}

impl At<'_> {
    fn path(&self) -> Vec<Step> {
        let mut path = self.before.map(At::path).unwrap_or_default();
        path.push(match self.step {
            Place::Key(name) => Step::Key(name.to_owned()),
            Place::Index(index) => Step::Index(index),
        });
        path
    }
}

/// Reads the value at a place.
#[derive(Clone, Copy)]
struct Node<'a> {
    flaws: &'a RefCell<Flaws>,
    at: Option<&'a At<'a>>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        loop {
            let at = At { before: self.at, step: Place::Index(values.len()) };
            match list.next_element_seed(Node { flaws: self.flaws, at: Some(&at) })? {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            let at = At { before: self.at, step: Place::Key(&name) };
            let value = object.next_value_seed(Node { flaws: self.flaws, at: Some(&at) })?;
            if name == NUMBER
                && values.is_empty()
                && let Value::String(digits) = &value
                && let Ok(number) = digits.parse()
            {
                return Ok(Value::Number(number));
            }
            match values.entry(name) {
                Entry::Vacant(free) => {
                    free.insert(value);
                }
                Entry::Occupied(mut taken) => {
                    let at = At { before: self.at, step: Place::Key(taken.key()) };
                    self.flaws.borrow_mut().repeat(at.path());
                    taken.insert(value);
                }
            }
        }
        Ok(Value::Object(values))
    }
}
