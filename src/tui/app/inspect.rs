//! What the request inspector says of a request.

use super::content::wrap;
use crate::{api::Exchange, text};

/// The inspector's lines in `width` columns: a label and a value each.
pub(crate) fn exchange_lines(exchange: &Exchange, width: usize) -> Vec<(String, String)> {
    const LABEL: usize = 16;
    let mut lines = Vec::new();
    let mut field = |label: &str, value: &str| {
        let pieces = wrap(&text::clean(value), width.saturating_sub(LABEL).max(8));
        for (index, piece) in pieces.into_iter().enumerate() {
            lines.push((text::pad_end(if index == 0 { label } else { "" }, LABEL), piece));
        }
    };
    field("Request", &format!("{} {}", exchange.method, exchange.url));
    let status = exchange.status.map_or("no answer".to_owned(), |status| status.to_string());
    let time = exchange.elapsed.as_millis();
    field("Answer", &format!("{status} · {time} ms · {} bytes", exchange.body_bytes));
    if let Some(error) = &exchange.error {
        field("Error", error);
    }
    field("Request id", &exchange.request_id);
    if let Some(id) = &exchange.server_request_id {
        field("Server's id", id);
    }
    if let Some(id) = &exchange.correlation_id {
        field("Correlation id", id);
    }
    if exchange.attempts > 1 {
        field("Attempts", &exchange.attempts.to_string());
    }
    for (title, headers) in
        [("Sent headers", &exchange.request_headers), ("Got headers", &exchange.response_headers)]
    {
        field("", "");
        field(title, "");
        for (name, value) in headers {
            field("", &format!("{name}: {value}"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_has_no_line() {
        let exchange = Exchange {
            method: "GET",
            url: "http://127.0.0.1/".into(),
            request_id: "r-1".into(),
            ..Exchange::default()
        };
        let text: Vec<String> =
            exchange_lines(&exchange, 60).into_iter().map(|(label, value)| label + &value).collect();
        assert!(text[1].contains("no answer"));
        assert!(!text.iter().any(|line| line.starts_with("Correlation") || line.starts_with("Server")));
        let long = Exchange { url: format!("http://127.0.0.1/{}", "x".repeat(200)), ..exchange };
        assert!(
            exchange_lines(&long, 60)
                .iter()
                .all(|(label, value)| text::width(label) + text::width(value) <= 60)
        );
    }
}
