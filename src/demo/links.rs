//! Writes links as the API does.

use serde_json::{Map, Value, json};

/// Writes `links` with only the resource's own address.
pub(super) fn own(uri: &str) -> Value {
    json!({"self": link(uri)})
}

/// Writes the links of a page; `next` and `prev` are left out at the ends.
pub(super) fn page(own: &str, next: Option<&str>, previous: Option<&str>) -> Value {
    let mut links = Map::new();
    links.insert("self".into(), link(own));
    for (name, uri) in [("next", next), ("prev", previous)] {
        if let Some(uri) = uri {
            links.insert(name.into(), link(uri));
        }
    }
    Value::Object(links)
}

fn link(uri: &str) -> Value {
    json!({"uri": uri, "method": "GET", "headers": []})
}
