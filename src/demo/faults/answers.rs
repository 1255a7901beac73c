//! Error responses with the bodies that the API, its token service and gateways send.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Duration, Utc};

use super::kinds::FaultKind;
use crate::demo::{
    errors::{self, Refusal, is_token_service, oauth},
    rng::Rng,
};

/// Returns the response of a fault that is a status, or 200 with an HTML page, and `None` for other faults.
pub(super) fn of(kind: FaultKind, uri: &Uri, rng: &mut Rng) -> Option<Response> {
    let tokens = is_token_service(uri);
    Some(match kind {
        FaultKind::BadRequest => {
            Refusal::invalid_fields(vec!["the demo refuses this on purpose".to_owned()]).into_response()
        }
        FaultKind::Unauthorized => Refusal::token_invalid().into_response(),
        FaultKind::Forbidden => Refusal::not_allowed().into_response(),
        FaultKind::NotFound => not_found(uri.path()).into_response(),
        FaultKind::Timeout => Refusal::too_slow().into_response(),
        FaultKind::TooMany => {
            let mut response = errors::too_many(uri);
            if let Some(wait) = retry_after(Utc::now(), rng) {
                response.headers_mut().insert(header::RETRY_AFTER, wait);
            }
            response
        }
        FaultKind::Internal if rng.chance(50) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        FaultKind::Internal if tokens => {
            oauth(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "the token service failed")
        }
        FaultKind::Internal => Refusal::internal().into_response(),
        FaultKind::BadGateway => page(StatusCode::BAD_GATEWAY, "502 Bad Gateway"),
        FaultKind::Unavailable => {
            page(StatusCode::SERVICE_UNAVAILABLE, "503 Service Temporarily Unavailable")
        }
        FaultKind::GatewayTimeout => page(StatusCode::GATEWAY_TIMEOUT, "504 Gateway Time-out"),
        FaultKind::Html => page(StatusCode::OK, "Sign in to this network"),
        _ => return None,
    })
}

/// Returns the API's refusal for a path whose subject does not exist.
fn not_found(path: &str) -> Refusal {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match parts[..] {
        ["v3", "resellers", id, ..] => Refusal::reseller(id),
        ["v3", "customers", id, ..] => Refusal::customer(id),
        _ => Refusal::no_such_path(path),
    }
}

/// Returns a value for `Retry-After` of 1 or 2 s, in seconds or as a date, or none.
fn retry_after(now: DateTime<Utc>, rng: &mut Rng) -> Option<HeaderValue> {
    let seconds = rng.between(1, 2);
    let text = match rng.below(3) {
        0 => seconds.to_string(),
        // The format has whole seconds: the part it drops is added, so that the date is not too early.
        1 => (now + Duration::seconds(seconds) + Duration::milliseconds(999))
            .format("%a, %d %b %Y %H:%M:%S GMT")
            .to_string(),
        _ => return None,
    };
    HeaderValue::from_str(&text).ok()
}

/// Returns a page like those of gateways.
fn page(status: StatusCode, title: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n<hr>\n\
         <p>gateway.example.net</p>\n</body>\n</html>\n"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::rng::Subject;

    #[test]
    fn retry_after_has_three_forms() {
        let now: DateTime<Utc> = "2026-03-31T23:59:58.250Z".parse().unwrap();
        let drawn = |n: u64| retry_after(now, &mut Rng::keyed(1, n, Subject::Faults));
        let all: std::collections::BTreeSet<String> = (0..200)
            .map(|n| drawn(n).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default())
            .collect();
        let wanted = ["", "1", "2", "Wed, 01 Apr 2026 00:00:00 GMT", "Wed, 01 Apr 2026 00:00:01 GMT"]
            .map(str::to_owned);
        assert_eq!(all, wanted.into());
    }

    #[test]
    fn not_found_refers_to_the_subject_of_the_path() {
        let code = |path: &str| not_found(path).code();
        assert_eq!(code("/v3/resellers/1/customers"), "1115");
        assert_eq!(code("/v3/customers/1/orders"), "1116");
        assert_eq!((code("/v3/resellers"), code("/ping")), ("404", "404"));
    }
}
