//! Values that were sent but could not be read, such as a quantity that is a text: an earlier value stays in their place, and
//! they are remembered, so that nothing old is taken for new.

use std::cmp::Reverse;

use rusqlite::{Connection, params};
use serde_json::Value;

use super::{PortfolioStore, body, rows::read_row, write::part};
use crate::{
    model::Problem,
    portfolio::{StoreError, change::FieldChange},
};

/// A value that was sent but could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadValue {
    /// The customer.
    pub customer_id: String,
    /// The subscription or order, if it is a value of one.
    pub element: Option<String>,
    /// The field in words, such as `items.currentQuantity`.
    pub field: String,
    /// The value that was found there, in words.
    pub found: String,
}

/// A value of one part of a customer that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnreadPlace {
    /// The ID of the subscription or order, or an empty text.
    element: String,
    /// Its place in the part, or in the element, as a JSON pointer.
    at: String,
    field: String,
    found: String,
}

impl UnreadPlace {
    /// Returns true if no element of the list could be read.
    pub(super) fn is_whole_list(&self) -> bool {
        self.element.is_empty() && matches!(self.at.as_str(), "" | "/items")
    }
}

/// The names of fields that tell the elements of a list apart.
const KEYS: [&str; 5] = ["subscriptionId", "orderId", "type", "offerType", "email"];

/// The names of values that describe a list as it was sent: they stay with its elements.
const OF_LIST: [&str; 4] = ["totalCount", "count", "offset", "limit"];

/// Puts earlier values in place of those of a part that could not be read. Returns the part so made, and the places; nothing if
/// everything could be read.
pub(super) fn restore(
    tx: &Connection,
    (id, part): (&str, &str),
    sent: &Value,
    problems: &[Problem],
    keeps_contacts: bool,
) -> Result<Option<(Value, Vec<UnreadPlace>)>, StoreError> {
    // Contacts that are not kept need not be read either.
    let is_wanted = |at: &str| keeps_contacts || !at.starts_with("/companyProfile/contacts");
    let is_of_value = |problem: &&Problem| {
        !problem.at.is_empty() && is_wanted(&problem.at) && sent.pointer(&problem.at).is_some()
    };
    let concerns = |problem: &&Problem| problem.hides_others() || is_of_value(problem);
    if !problems.iter().any(|problem| concerns(&problem)) {
        return Ok(None);
    }
    let before = stored(tx, id, part)?;
    let (mut restored, mut places) = (sent.clone(), Vec::<UnreadPlace>::new());
    let mut problems: Vec<&Problem> = problems.iter().filter(concerns).collect();
    // Places are those of what was sent, so a value that holds others comes after them.
    problems.sort_by_key(|problem| Reverse(problem.at.matches('/').count()));
    for problem in problems {
        let is_of_list = problem.at.strip_prefix('/').is_some_and(|name| OF_LIST.contains(&name));
        let earlier = before.as_ref().filter(|_| !is_of_list);
        let old = earlier.and_then(|before| counterpart(sent, before, &problem.at));
        if let (Some(old), Some(value)) = (old, restored.pointer_mut(&problem.at)) {
            *value = old.clone();
            if problem.at == "/items" {
                restore_description(&mut restored, before.as_ref());
            }
        }
        let place = place_of(sent, problem);
        if places.iter().all(|other| (&other.element, &other.at) != (&place.element, &place.at)) {
            places.push(place);
        }
    }
    Ok(Some((restored, places)))
}

/// Describes the elements of an earlier list as they were described then.
fn restore_description(restored: &mut Value, before: Option<&Value>) {
    let (Some(fields), Some(before)) = (restored.as_object_mut(), before) else { return };
    for name in OF_LIST {
        match before.get(name) {
            Some(earlier) => fields.insert(name.to_owned(), earlier.clone()),
            None => fields.remove(name),
        };
    }
}

/// Returns the stored JSON of a part, if there is any that can be read.
fn stored(tx: &Connection, id: &str, part: &str) -> Result<Option<Value>, StoreError> {
    let mut stored = tx.prepare_cached("SELECT body FROM raw WHERE customer_id = ? AND part = ?")?;
    let mut rows = stored.query([id, part])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let Ok(json) = body::unpack(&row.get::<_, Vec<u8>>(0)?) else { return Ok(None) };
    Ok(match part {
        part::ROW => read_row(&json).map(crate::model::Row::into_raw),
        _ => serde_json::from_slice(&json).ok(),
    })
}

/// Returns the value of an earlier answer that stands for the value at a place of a later one. Elements of lists are found by
/// their IDs.
fn counterpart<'v>(sent: &Value, before: &'v Value, at: &str) -> Option<&'v Value> {
    let (mut sent, mut before) = (sent, before);
    for step in at.split('/').skip(1) {
        let name = step.replace("~1", "/").replace("~0", "~");
        (sent, before) = match (sent, before) {
            (Value::Array(all), Value::Array(earlier)) => {
                let index: usize = step.parse().ok()?;
                let element = all.get(index)?;
                let same = match key_of(element) {
                    Some(key) => earlier.iter().find(|other| key_of(other) == Some(key))?,
                    None => earlier.get(index).filter(|other| key_of(other).is_none())?,
                };
                (element, same)
            }
            (Value::Object(fields), Value::Object(earlier)) => (fields.get(&name)?, earlier.get(&name)?),
            _ => return None,
        };
    }
    (!before.is_null()).then_some(before)
}

/// Returns the ID of an element of a list, with the name of its field.
fn key_of(element: &Value) -> Option<(&'static str, &str)> {
    KEYS.into_iter().find_map(|name| Some((name, element.get(name)?.as_str()?)))
}

fn place_of(sent: &Value, problem: &Problem) -> UnreadPlace {
    let (field, found) = (problem.field.clone().into_owned(), problem.found.clone().into_owned());
    let whole = UnreadPlace { element: String::new(), at: problem.at.clone(), field, found };
    let Some(rest) = problem.at.strip_prefix("/items/") else { return whole };
    let (index, rest) = rest.split_once('/').unwrap_or((rest, ""));
    let element = index.parse::<usize>().ok().and_then(|index| sent.get("items")?.get(index));
    let element = element.and_then(key_of).map_or_else(|| format!("#{index}"), |(_, key)| key.to_owned());
    let at = if rest.is_empty() { String::new() } else { format!("/{rest}") };
    UnreadPlace { element, at, ..whole }
}

/// Remembers the places of a part that could not be read, in place of those of the reading before, which are returned.
pub(super) fn replace(
    tx: &Connection,
    id: &str,
    part: &str,
    places: &[UnreadPlace],
) -> Result<Vec<UnreadPlace>, StoreError> {
    let mut known = tx.prepare_cached(
        "SELECT element, place, field, found FROM unread WHERE customer_id = ? AND part = ?",
    )?;
    let rows = known.query_map([id, part], |row| {
        Ok(UnreadPlace { element: row.get(0)?, at: row.get(1)?, field: row.get(2)?, found: row.get(3)? })
    })?;
    let before = rows.collect::<Result<Vec<_>, _>>()?;
    if before.is_empty() && places.is_empty() {
        return Ok(before);
    }
    tx.execute("DELETE FROM unread WHERE customer_id = ? AND part = ?", [id, part])?;
    for UnreadPlace { element, at, field, found } in places {
        tx.execute(
            "INSERT INTO unread (customer_id, part, element, place, field, found) VALUES (?, ?, ?, ?, ?, ?)",
            params![id, part, element, at, field, found],
        )?;
    }
    Ok(before)
}

/// Leaves out what is no change: a value that is known now and was not only because it could not be read, or the contrary.
pub(super) fn without_unread(
    changes: Vec<FieldChange>,
    before: &[UnreadPlace],
    now: &[UnreadPlace],
) -> Vec<FieldChange> {
    let is_of = |places: &[UnreadPlace], change: &FieldChange| {
        places.iter().any(|place| {
            let element = change.subscription.as_deref().unwrap_or_default();
            let is_same = place.element == element || place.element.is_empty() && place.at.is_empty();
            is_same && change.place().is_some_and(|of| covers(&place.at, of) || covers(of, &place.at))
        })
    };
    let is_real = |change: &FieldChange| match (&change.before, &change.after) {
        (None, _) => !is_of(before, change),
        (_, None) => !is_of(now, change),
        _ => true,
    };
    changes.into_iter().filter(is_real).collect()
}

/// Returns true if the value at a place is, or contains, the value at another one.
fn covers(outer: &str, inner: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Has the parts with values that could not be read be read again, once.
pub(super) fn read_again(cache: &Connection) -> Result<(), StoreError> {
    cache.execute("UPDATE unread SET again = 1", [])?;
    Ok(())
}

impl PortfolioStore {
    /// Returns the first values of customers that are not gone that could not be read the last time they were sent.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn unread(&self, resellers: Option<&[String]>, most: u32) -> Result<Vec<UnreadValue>, StoreError> {
        let mut stored = self.cache.prepare_cached(
            "SELECT DISTINCT customer_id, NULLIF(element, ''), field, found FROM unread JOIN customer ON id = customer_id
             WHERE gone_at IS NULL AND (?1 IS NULL OR reseller_id IN (SELECT value FROM json_each(?1)))
             ORDER BY customer_id, element, field, found LIMIT ?2",
        )?;
        let chosen = resellers.map(serde_json::to_string).transpose()?;
        let rows = stored.query_map(params![chosen, most], |row| {
            Ok(UnreadValue {
                customer_id: row.get(0)?,
                element: row.get(1)?,
                field: row.get(2)?,
                found: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
