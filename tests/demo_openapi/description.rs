//! The OpenAPI description, and the comparison of responses with it.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Response;
use serde_json::{Map, Value, json};
use vipmp::demo::OPENAPI;

/// The description, and the parts of it that were compared so far.
pub(crate) struct Description {
    pub(crate) value: Value,
    /// The same description, in which objects have the described fields and no others.
    closed: Value,
    validators: BTreeMap<String, jsonschema::Validator>,
}

impl Description {
    pub(crate) fn read() -> Self {
        let value: Value = serde_json::from_str(OPENAPI).expect("JSON");
        let mut closed = value.clone();
        close(&mut closed);
        Self { value, closed, validators: BTreeMap::new() }
    }

    /// Resolves a reference; returns anything else unchanged.
    pub(crate) fn resolve<'v>(&'v self, value: &'v Value) -> &'v Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(to) => self.value.pointer(&to[1..]).unwrap_or_else(|| panic!("{to} is not there")),
            None => value,
        }
    }

    /// Returns the operations, each as method and path.
    pub(crate) fn operations(&self) -> Vec<(String, String, &Value)> {
        let paths = self.value["paths"].as_object().expect("paths");
        let all = paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods").iter();
            methods.map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
        });
        all.collect()
    }

    /// Checks that a response matches the description of this path: status, headers, content type, body.
    pub(crate) async fn check(&mut self, path: &str, answer: Response) -> Value {
        let status = answer.status().as_u16().to_string();
        let what = format!("{path} {status}");
        let methods =
            self.value["paths"][path].as_object().unwrap_or_else(|| panic!("{path} is not described"));
        let operation = methods.values().next().expect("a method");
        let place = operation["responses"].get(&status).unwrap_or_else(|| panic!("{what} is not described"));
        let described = self.resolve(place).clone();
        for (name, header) in described["headers"].as_object().expect("headers") {
            let header = self.resolve(header);
            assert!(header["required"] != true || answer.headers().contains_key(name), "{what} lacks {name}");
        }
        let (kind, body) =
            described["content"].as_object().and_then(|all| all.iter().next()).expect("content");
        let sent = answer.headers().get("content-type").map(|kind| kind.to_str().expect("text").to_owned());
        let text = answer.text().await.expect("a body");
        if status == "500" && text.is_empty() {
            return Value::Null;
        }
        let sent = sent.unwrap_or_default();
        assert_eq!(sent.split(';').next(), Some(kind.as_str()), "{what}");
        let json = kind == "application/json";
        let body_value = if json { serde_json::from_str(&text).expect("JSON") } else { Value::String(text) };
        let schema = body["schema"].clone();
        let closed = &self.closed;
        let validator = self.validators.entry(schema.to_string()).or_insert_with(|| {
            let mut schema = schema;
            schema["components"] = closed["components"].clone();
            jsonschema::draft202012::options().should_validate_formats(true).build(&schema).expect("a schema")
        });
        let wrong: Vec<String> = validator
            .iter_errors(&body_value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{what}: {wrong:#?}\n{body_value:#}");
        body_value
    }
}

/// Restricts each object to the described fields.
fn close(value: &mut Value) {
    if let Some(object) = value.as_object_mut() {
        if object.get("type") == Some(&json!("object")) && object.contains_key("properties") {
            object.insert("additionalProperties".into(), false.into());
        }
        object.values_mut().for_each(close);
    } else if let Some(list) = value.as_array_mut() {
        list.iter_mut().for_each(close);
    }
}

/// Collects the names of all fields that a schema describes, each with the name of its parent.
pub(crate) fn described(name: &str, schema: &Value, fields: &mut BTreeSet<String>) {
    for (field, below) in schema["properties"].as_object().unwrap_or(&Map::new()) {
        fields.insert(format!("{name}.{field}"));
        described(&format!("{name}.{field}"), below, fields);
    }
    if let Some(items) = schema.get("items") {
        described(name, items, fields);
    }
}

/// Collects the names of all fields of a value in the same way.
pub(crate) fn seen(
    description: &Description,
    name: &str,
    schema: &Value,
    value: &Value,
    fields: &mut BTreeSet<String>,
) {
    let own = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.rsplit('/').next());
    let (name, schema) = (own.unwrap_or(name), description.resolve(schema));
    for (field, below) in value.as_object().unwrap_or(&Map::new()) {
        fields.insert(format!("{name}.{field}"));
        seen(description, &format!("{name}.{field}"), &schema["properties"][field], below, fields);
    }
    for item in value.as_array().into_iter().flatten() {
        seen(description, name, &schema["items"], item, fields);
    }
}
