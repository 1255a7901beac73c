//! Raw JSON as it is stored: compressed, as the server sent it, except for what must not be kept.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use serde_json::Value;

use crate::portfolio::StoreError;

/// The greatest size of a stored value, so that a damaged file cannot exhaust the memory.
const LONGEST: usize = 256 * 1024 * 1024;

/// What the answers have in common, the most frequent last: names that every value repeats need not be stored with it. It is
/// part of the form of the file.
const DICTIONARY: &[u8] = include_bytes!("dictionary.txt");

/// Compresses a value.
pub(super) fn pack(value: &Value) -> Result<Vec<u8>, StoreError> {
    let failed = |error: flate2::CompressError| StoreError::Value(error.to_string());
    let json = serde_json::to_vec(value)?;
    let mut compress = Compress::new(Compression::new(6), true);
    compress.set_dictionary(DICTIONARY).map_err(failed)?;
    let mut packed = Vec::with_capacity(json.len() / 2 + 64);
    loop {
        let read = place(compress.total_in());
        match compress.compress_vec(json.get(read..).unwrap_or_default(), &mut packed, FlushCompress::Finish)
        {
            Ok(Status::StreamEnd) => return Ok(packed),
            Ok(_) => packed.reserve(packed.capacity().max(64)),
            Err(error) => return Err(failed(error)),
        }
    }
}

/// Decompresses a value to its JSON text.
pub(super) fn unpack(body: &[u8]) -> Result<Vec<u8>, StoreError> {
    let damaged = |why: &str| StoreError::Value(why.to_owned());
    let mut decompress = Decompress::new(true);
    let mut json = Vec::with_capacity(body.len() * 4 + 64);
    loop {
        let (read, written) = (place(decompress.total_in()), json.len());
        let rest = body.get(read..).unwrap_or_default();
        match decompress.decompress_vec(rest, &mut json, FlushDecompress::None) {
            Ok(Status::StreamEnd) => return Ok(json),
            Ok(_) if json.len() >= LONGEST => return Err(damaged("it is too long")),
            Ok(_) if json.len() == json.capacity() => json.reserve(json.capacity()),
            Ok(_) if place(decompress.total_in()) == read && json.len() == written => {
                return Err(damaged("it ends early"));
            }
            Ok(_) => {}
            Err(error) if error.needs_dictionary().is_some() => {
                decompress.set_dictionary(DICTIONARY).map_err(|error| damaged(&error.to_string()))?;
            }
            Err(error) => return Err(damaged(&error.to_string())),
        }
    }
}

/// Returns the number of bytes as a place in memory.
fn place(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
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

    #[test]
    fn values_of_any_size_come_back_and_damaged_ones_do_not() {
        for size in [0, 1, 60, 500, 70_000, 3_000_000] {
            // Neither of them may depend on how well it is compressed.
            let noise: String = (0..size)
                .map(|n: u32| char::from(33 + (n.wrapping_mul(2_654_435_761) >> 25) as u8))
                .collect();
            for text in ["a".repeat(size as usize), noise] {
                let value = serde_json::json!({"companyName": text});
                let packed = pack(&value).unwrap();
                assert_eq!(serde_json::from_slice::<Value>(&unpack(&packed).unwrap()).unwrap(), value);
                assert!(unpack(&packed[..packed.len() - 1]).is_err(), "{size}: the checksum is missing");
                let mut changed = packed.clone();
                let last = changed.len() - 1;
                changed[last] ^= 1;
                assert!(unpack(&changed).is_err(), "{size}: the checksum is another one");
            }
        }
    }

    #[test]
    fn what_all_answers_have_in_common_takes_no_room() {
        let row = serde_json::json!({
            "externalReferenceId": "ERP-080980", "customerId": "1010001525", "resellerId": "1000396138", "status": "1004",
            "companyProfile": {"companyName": "Acme Print"}, "creationDate": "2018-12-06T00:30:11Z",
            "links": {"self": {"uri": "/v3/customers/1010001525", "method": "GET", "headers": []}}
        });
        let (sent, packed) = (row.to_string().len(), pack(&row).unwrap().len());
        assert!(packed * 3 < sent, "{packed} of {sent} bytes");
    }
}
