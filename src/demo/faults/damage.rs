//! Damages good JSON responses.

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{StatusCode, header},
    response::Response,
};
use serde_json::{Map, Value, json};

use super::{FaultInjector, kinds::FaultKind, plan::Fate};
use crate::demo::rng::Rng;

/// The names under which lists have their rows.
const LISTS: [&str; 3] = ["accounts", "items", "flexDiscounts"];
/// The names of a row's own ID; the first that exists is the one.
const IDS: [&str; 6] = ["orderId", "subscriptionId", "deploymentId", "customerId", "resellerId", "id"];

/// Applies the faults of a request to a good JSON response; leaves other responses unchanged.
pub(super) async fn damage(injector: &FaultInjector, fate: &Fate, response: Response) -> Response {
    let drawn = [FaultKind::Twice, FaultKind::BadRow, FaultKind::BadField, FaultKind::Total]
        .map(|kind| fate.within(kind).map(|rng| (kind, rng)));
    if drawn.iter().all(Option::is_none) || !is_json(&response) {
        return response;
    }
    let (mut response, body) = take(response).await;
    let mut bytes = body;
    if let Ok(mut value) = serde_json::from_slice(&bytes) {
        for (kind, mut rng) in drawn.into_iter().flatten() {
            let done = match kind {
                FaultKind::Twice => double(&mut value, &mut rng),
                FaultKind::BadRow => break_row(&mut value, &mut rng),
                FaultKind::BadField => break_field(&mut value, &mut rng),
                _ => miscount(&mut value, &mut rng),
            };
            if done {
                injector.happened(kind);
            }
        }
        bytes = value.to_string().into();
    }
    *response.body_mut() = Body::from(bytes);
    response
}

/// Truncates a good JSON response, leaves others unchanged, and returns true if it was truncated.
pub(super) async fn break_off(response: Response, rng: &mut Rng) -> (Response, bool) {
    if !is_json(&response) {
        return (response, false);
    }
    let (mut response, mut body) = take(response).await;
    // A proper prefix of JSON in an object or list is never valid JSON.
    body.truncate(1 + rng.below(body.len().saturating_sub(1)));
    *response.body_mut() = Body::from(body);
    (response, true)
}

/// Takes the body out of a response.
pub(super) async fn take(response: Response) -> (Response, Bytes) {
    let (parts, body) = response.into_parts();
    // The demo's bodies are complete in memory and can always be read.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    (Response::from_parts(parts, Body::empty()), body)
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    response.status() == StatusCode::OK && kind.is_some_and(|kind| kind == "application/json")
}

/// Returns the rows of a list.
fn rows(value: &mut Value) -> Option<&mut Vec<Value>> {
    let name = LISTS.into_iter().find(|name| value.get(name).is_some_and(Value::is_array))?;
    value.get_mut(name)?.as_array_mut().filter(|rows| !rows.is_empty())
}

/// Repeats a row further down. No row is lost: the page becomes longer.
fn double(value: &mut Value, rng: &mut Rng) -> bool {
    let Some(rows) = rows(value) else { return false };
    let place = rng.below(rows.len());
    let behind = place + 1 + rng.below(rows.len() - place);
    rows.insert(behind, rows[place].clone());
    let count = rows.len();
    if let Some(field) = value.get_mut("count") {
        *field = count.into();
    }
    true
}

/// Replaces a row with something that is not a row.
fn break_row(value: &mut Value, rng: &mut Rng) -> bool {
    let Some(rows) = rows(value) else { return false };
    let place = rng.below(rows.len());
    let mut without_id = rows[place].clone();
    if let Some(row) = without_id.as_object_mut()
        && let Some(id) = IDS.into_iter().find(|id| row.contains_key(*id))
    {
        row.shift_remove(id);
    }
    let broken = [json!(17), Value::Null, json!("?"), json!([]), json!({}), without_id];
    rows[place] = broken[rng.below(broken.len())].clone();
    true
}

/// Gives a field of a row or of the record a value of another type.
fn break_field(value: &mut Value, rng: &mut Rng) -> bool {
    let is_list = LISTS.into_iter().any(|name| value.get(name).is_some());
    let object = if is_list {
        rows(value).and_then(|rows| {
            let place = rng.below(rows.len());
            rows[place].as_object_mut()
        })
    } else {
        value.as_object_mut()
    };
    let Some(field) = object.and_then(|object| field(object, rng)) else { return false };
    let others = [json!(17), json!("?"), json!(true), json!([]), json!({})];
    let same = std::mem::discriminant(field);
    let others: Vec<Value> =
        others.into_iter().filter(|other| std::mem::discriminant(other) != same).collect();
    *field = others[rng.below(others.len())].clone();
    true
}

/// Picks one of the fields, or one nested in it.
fn field<'v>(object: &'v mut Map<String, Value>, rng: &mut Rng) -> Option<&'v mut Value> {
    let place = rng.below(object.len());
    let deeper = rng.chance(50);
    let own = object.values_mut().nth(place)?;
    if deeper && own.as_object().is_some_and(|inner| !inner.is_empty()) {
        own.as_object_mut().and_then(|inner| field(inner, rng))
    } else {
        Some(own)
    }
}

/// Changes a total by one to three, up or down.
fn miscount(value: &mut Value, rng: &mut Rng) -> bool {
    let by = 1 + rng.below(3) as u64;
    let fewer = rng.chance(50);
    let Some(total) = value.get_mut("totalCount") else { return false };
    let Some(right) = total.as_u64() else { return false };
    *total = right.checked_sub(by).filter(|_| fewer).unwrap_or(right + by).into();
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::rng::Subject;

    fn list() -> Value {
        let rows: Vec<Value> = (0..4)
            .map(|n| json!({"externalReferenceId": "r", "customerId": n.to_string(), "companyProfile": {"companyName": "n"}}))
            .collect();
        json!({"totalCount": 4, "count": 4, "accounts": rows})
    }

    /// Returns the results of damaging the response with many streams.
    fn spoilt(answer: &Value, damage: fn(&mut Value, &mut Rng) -> bool) -> Vec<Value> {
        let spoilt = (0..300).map(|n| {
            let mut answer = answer.clone();
            assert!(damage(&mut answer, &mut Rng::keyed(1, n, Subject::Faults)));
            answer
        });
        spoilt.collect()
    }

    #[test]
    fn a_row_comes_twice_and_none_is_lost() {
        for answer in spoilt(&list(), double) {
            let rows = answer["accounts"].as_array().unwrap();
            assert_eq!((rows.len(), &answer["count"], &answer["totalCount"]), (5, &json!(5), &json!(4)));
            assert!(list()["accounts"].as_array().unwrap().iter().all(|row| rows.contains(row)));
        }
    }

    #[test]
    fn a_row_is_damaged_in_each_way() {
        let mut ways = std::collections::BTreeSet::new();
        for answer in spoilt(&list(), break_row) {
            let rows = answer["accounts"].as_array().unwrap();
            let broken: Vec<_> = rows.iter().filter(|row| row.get("customerId").is_none()).collect();
            assert_eq!((rows.len(), broken.len()), (4, 1), "{answer}");
            ways.insert(broken[0].to_string());
        }
        assert_eq!(ways.len(), 6, "{ways:?}");
    }

    #[test]
    fn a_field_of_a_row_or_a_record_has_another_type() {
        let types = |value: &Value| {
            let fields = value
                .as_object()
                .unwrap()
                .values()
                .chain(value["companyProfile"].as_object().into_iter().flat_map(Map::values));
            fields.map(std::mem::discriminant).collect::<Vec<_>>()
        };
        for answer in spoilt(&list(), break_field) {
            let rows = answer["accounts"].as_array().unwrap();
            let whole = types(&list()["accounts"][0]);
            assert_eq!(rows.iter().filter(|row| types(row) != whole).count(), 1, "{answer}");
        }
        let record = list()["accounts"][0].clone();
        assert!(spoilt(&record, break_field).iter().all(|answer| types(answer) != types(&record)));
    }

    #[test]
    fn a_total_is_wrong_by_a_few_and_never_negative() {
        let totals: std::collections::BTreeSet<u64> =
            spoilt(&list(), miscount).iter().map(|answer| answer["totalCount"].as_u64().unwrap()).collect();
        assert_eq!(totals, [1, 2, 3, 5, 6, 7].into());
        assert!(spoilt(&json!({"totalCount": 0}), miscount).iter().all(|answer| answer["totalCount"] != 0));
    }

    #[test]
    fn a_response_without_rows_is_unchanged() {
        let mut rng = Rng::keyed(1, 1, Subject::Faults);
        for mut answer in [json!({"items": []}), json!({}), json!([]), json!("pong")] {
            let before = answer.clone();
            assert!(!double(&mut answer, &mut rng) && !break_row(&mut answer, &mut rng));
            assert!(!break_field(&mut answer, &mut rng) && !miscount(&mut answer, &mut rng));
            assert_eq!(answer, before);
        }
    }
}
