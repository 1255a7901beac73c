//! Error responses in the shapes of the API.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

/// A request that was refused: `{"code": "1117", "message": "...", "additionalDetails": ["..."]}`.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: &'static str,
    details: Vec<String>,
}

impl Refusal {
    const fn new(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self { status, code, message, details: Vec::new() }
    }

    fn with(mut self, detail: String) -> Self {
        self.details.push(detail);
        self
    }

    pub(super) fn invalid_fields(details: Vec<String>) -> Self {
        Self { details, ..Self::new(StatusCode::BAD_REQUEST, "1117", "Invalid Fields") }
    }

    pub(super) fn invalid_search(detail: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "1132", "Invalid Search Value").with(detail.to_owned())
    }

    pub(super) fn offset_out_of_range(offset: usize, total: usize) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "1133", "Offset Out Of Range")
            .with(format!("offset {offset} is past the total of {total}"))
    }

    pub(super) fn reseller(id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "1115", "Invalid Reseller")
            .with(format!("Reseller ID: {}", echo(id)))
    }

    pub(super) fn customer(id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "1116", "Invalid Customer")
            .with(format!("Customer ID: {}", echo(id)))
    }

    pub(super) fn order(id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "2115", "Invalid Order").with(format!("Order ID: {}", echo(id)))
    }

    pub(super) fn subscription(id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "3115", "Invalid Subscription")
            .with(format!("Subscription ID: {}", echo(id)))
    }

    pub(super) fn api_key() -> Self {
        Self::new(StatusCode::FORBIDDEN, "4115", "Api Key is invalid or missing")
    }

    pub(super) fn token_invalid() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "4116", "Oauth token is not valid")
    }

    pub(super) fn token_missing() -> Self {
        Self::new(StatusCode::FORBIDDEN, "4117", "Oauth token is missing")
    }

    pub(super) fn correlation_id() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "4119", "X-Correlation-Id is missing")
    }

    pub(super) fn request_id_used() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "4120", "Duplicate X-Request-Id")
    }

    pub(super) fn no_such_path(path: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "404", "Resource Not Found").with(format!("Path: {}", echo(path)))
    }

    pub(super) fn method(method: &str) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "405", "Method Not Allowed")
            .with(format!("Method: {}", echo(method)))
    }

    fn too_many() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "4118", "Too many requests")
    }

    pub(super) fn not_allowed() -> Self {
        Self::new(StatusCode::FORBIDDEN, "4121", "Not allowed")
    }

    pub(super) fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "408", "Request Timeout")
    }

    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "1124", "Internal Server Error")
    }

    /// Returns the API's code.
    #[cfg(test)]
    pub(super) fn code(&self) -> &'static str {
        self.code
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = Map::new();
        body.insert("code".into(), self.code.into());
        body.insert("message".into(), self.message.into());
        if !self.details.is_empty() {
            body.insert("additionalDetails".into(), self.details.into());
        }
        answer(self.status, &Value::Object(body))
    }
}

/// Returns the start of a text from a request, so that clients cannot make a refusal long.
fn echo(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 128;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]).into(),
        None => text.into(),
    }
}

/// Returns an error of the token service: `{"error": "...", "error_description": "..."}`.
pub(super) fn oauth(status: StatusCode, error: &str, description: &str) -> Response {
    answer(status, &json!({"error": error, "error_description": description}))
}

/// Returns the refusal of too many requests, in the shape of the path.
pub(super) fn too_many(uri: &Uri) -> Response {
    if is_token_service(uri) {
        oauth(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "try again later")
    } else {
        Refusal::too_many().into_response()
    }
}

/// Returns true if a path belongs to the token service, whose errors have a shape of their own.
pub(super) fn is_token_service(uri: &Uri) -> bool {
    uri.path().starts_with("/ims/")
}

/// Returns a response with a JSON body.
pub(super) fn answer(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_quotes_only_the_start_of_a_request() {
        let long = format!("/{}", "é".repeat(60_000));
        for refusal in [Refusal::no_such_path(&long), Refusal::method(&long), Refusal::order(&long)] {
            let detail = &refusal.details[0];
            assert!(detail.ends_with("éé...") && detail.chars().count() < 150, "{detail}");
        }
        assert_eq!(Refusal::no_such_path("/v3/nothing").details, ["Path: /v3/nothing"]);
    }
}
