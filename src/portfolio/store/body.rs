//! Raw JSON as it is stored: compressed, as the server sent it, except for what must not be kept.

use std::io::{Read as _, Write as _};

use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use serde_json::Value;

use crate::portfolio::StoreError;

/// The greatest size of a stored value, so that a damaged file cannot exhaust the memory.
const LONGEST: u64 = 256 * 1024 * 1024;

/// Compresses a value.
pub(super) fn pack(value: &Value) -> Result<Vec<u8>, StoreError> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(3));
    serde_json::to_writer(&mut encoder, value)?;
    encoder.flush().and_then(|()| encoder.finish()).map_err(|error| StoreError::Value(error.to_string()))
}

/// Decompresses a value to its JSON text.
pub(super) fn unpack(body: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut json = Vec::new();
    let read = ZlibDecoder::new(body).take(LONGEST).read_to_end(&mut json);
    read.map_err(|error| StoreError::Value(error.to_string()))?;
    Ok(json)
}

/// Removes contacts from a customer's JSON, at any depth and under any similar name.
pub(super) fn remove_contacts(value: &mut Value) {
    remove_fields(value, &["contact", "email"]);
}

/// Removes prices from the JSON of orders, at any depth.
pub(super) fn remove_prices(value: &mut Value) {
    remove_fields(value, &["price", "pricing"]);
}

/// Removes the fields whose names contain one of these words, in any case.
fn remove_fields(value: &mut Value, words: &[&str]) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| {
                let name = name.to_ascii_lowercase();
                !words.iter().any(|word| name.contains(word))
            });
            fields.values_mut().for_each(|inner| remove_fields(inner, words));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| remove_fields(item, words)),
        _ => {}
    }
}

/// Returns a list entry made of a record.
pub(super) fn row_of(record: &Value) -> Value {
    const FIELDS: [&str; 6] =
        ["customerId", "status", "creationDate", "externalReferenceId", "resellerId", "links"];
    let own = FIELDS.into_iter().filter_map(|name| Some((name.to_owned(), record.get(name)?.clone())));
    let mut row: serde_json::Map<String, Value> = own.collect();
    if let Some(name) = record.pointer("/companyProfile/companyName") {
        row.insert("companyProfile".to_owned(), serde_json::json!({"companyName": name}));
    }
    Value::Object(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_back_exactly() {
        let sent = r#"{"z":1.50,"a":[null,"\u0000 é 💥"],"big":123456789012345678901234567890}"#;
        let value: Value = serde_json::from_str(sent).unwrap();
        let back = unpack(&pack(&value).unwrap()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&back).unwrap(), value);
        assert_eq!(String::from_utf8(back).unwrap(), value.to_string());
        assert!(unpack(b"nonsense").is_err());
    }
}
