//! Raw JSON as it is stored: compressed, exactly as the server sent it.

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
