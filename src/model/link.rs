//! Links that the API puts into its answers, as data: judging and following them is the API client's work.

use serde_json::Value;

/// A link: its address and the method to follow it with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Link {
    /// The address as sent, normally a path such as `/v3/customers/1006500792`.
    pub uri: String,
    /// The HTTP method as sent; `GET` if the link has none.
    pub method: String,
    /// Extra headers to send with the link, names and values as sent.
    pub headers: Vec<(String, String)>,
}

impl Link {
    /// A plain GET link to this address.
    pub fn get(uri: impl Into<String>) -> Self {
        Self { uri: uri.into(), method: "GET".into(), headers: Vec::new() }
    }

    /// Reads a link; `None` if it has no address.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let uri = value.get("uri").or_else(|| value.get("href"))?.as_str()?.to_owned();
        let method = value.get("method").and_then(Value::as_str).unwrap_or("GET").to_owned();
        let headers = value.get("headers").map(read_headers).unwrap_or_default();
        Some(Self { uri, method, headers })
    }
}

/// The links of a thing: the documented relations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The link to the resource itself.
    pub own: Option<Link>,
    /// The next page of a list; absent on the last one.
    pub next: Option<Link>,
    /// The page before; absent on the first one.
    pub prev: Option<Link>,
}

impl Links {
    /// Reads `links`: an object of relations, or (one public description) a list of links with their `rel`.
    pub(super) fn read(value: Option<&Value>) -> Self {
        let relation = |name: &str| match value? {
            Value::Object(relations) => Link::read(relations.get(name)?),
            Value::Array(all) => all
                .iter()
                .find(|link| link.get("rel").and_then(Value::as_str) == Some(name))
                .and_then(Link::read),
            _ => None,
        };
        Self { own: relation("self"), next: relation("next"), prev: relation("prev") }
    }
}

/// Headers as a list of `{name, value}` or `{key, value}` objects, a list of one-entry objects, or one object.
fn read_headers(value: &Value) -> Vec<(String, String)> {
    let entries = |value: &Value| -> Vec<(String, String)> {
        let named = value.get("name").or_else(|| value.get("key")).and_then(Value::as_str);
        if let (Some(name), Some(text)) = (named, value.get("value").and_then(Value::as_str)) {
            return vec![(name.to_owned(), text.to_owned())];
        }
        let Value::Object(map) = value else { return Vec::new() };
        map.iter().filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned()))).collect()
    };
    match value {
        Value::Array(all) => all.iter().flat_map(entries).collect(),
        other => entries(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_objects_of_relations_and_lists_of_links() {
        let object = json!({"self": {"uri": "/v3/customers/1", "method": "GET", "headers": []}});
        assert_eq!(Links::read(Some(&object)).own, Some(Link::get("/v3/customers/1")));
        let list = json!([{"rel": "next", "uri": "/a?offset=2"}, {"rel": "self", "uri": "/a"}, 3]);
        let links = Links::read(Some(&list));
        assert_eq!((links.own, links.next), (Some(Link::get("/a")), Some(Link::get("/a?offset=2"))));
        assert_eq!(Links::read(Some(&json!("x"))), Links::default());
        assert_eq!(Links::read(None), Links::default());
    }

    #[test]
    fn reads_headers_in_each_form() {
        let link = json!({"uri": "/a", "method": "POST", "headers": [{"name": "X-A", "value": "1"}, {"X-B": "2"}, 7]});
        let link = Link::read(&link).unwrap();
        assert_eq!(link.method, "POST");
        assert_eq!(link.headers, [("X-A".into(), "1".into()), ("X-B".into(), "2".into())]);
        let link = Link::read(&json!({"uri": "/a", "headers": {"X-C": "3"}})).unwrap();
        assert_eq!(link.headers, [("X-C".into(), "3".into())]);
        assert_eq!(Link::read(&json!({"method": "GET"})), None);
    }
}
