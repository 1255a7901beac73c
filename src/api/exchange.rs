//! One request and its answer as the request inspector shows them: plain data with nothing secret in it.

use std::{fmt::Write, time::Duration};

/// A request that was sent (or tried) and what is known of its answer.
///
/// Every text is clean and bounded, credentials are [`HIDDEN`](crate::redact::HIDDEN) wherever they would stand. Where a call took
/// several requests (a renewed token, a redirect), this is the last one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exchange {
    /// `GET`, or `POST` for the token request.
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// The headers that this program set, in the order of sending.
    pub request_headers: Vec<(String, String)>,
    /// The fields of the form, in the token request.
    pub form: Vec<(String, String)>,
    /// The HTTP status, where an answer came.
    pub status: Option<u16>,
    /// The answer's headers; cookies hidden.
    pub response_headers: Vec<(String, String)>,
    /// From sending to the last byte of the answer, or to the failure.
    pub elapsed: Duration,
    /// Bytes of the answer's body, decompressed.
    pub body_bytes: usize,
    /// Our `X-Request-Id`.
    pub request_id: String,
    /// The answer's `X-Request-Id`.
    pub server_request_id: Option<String>,
    /// Our `X-Correlation-Id`; the token request has none.
    pub correlation_id: Option<String>,
    /// The number of requests the call has taken so far, this one included.
    pub attempts: u32,
    /// The error, in a few words.
    pub error: Option<String>,
}

impl Exchange {
    /// The id that support asks for: the server's where it sent one, else ours where an answer came.
    pub fn support_id(&self) -> Option<&str> {
        self.server_request_id.as_deref().or_else(|| self.status.map(|_| self.request_id.as_str()))
    }

    /// The request as a `curl` command for a POSIX shell. Credentials are named as environment variables, ids that
    /// must be new for every request are made again.
    pub fn as_curl(&self) -> String {
        // curl would read brackets and braces in an address as a pattern.
        let glob = if self.url.contains(['[', ']', '{', '}']) { "--globoff " } else { "" };
        let mut command = format!("curl {glob}{}", quoted(&self.url));
        for (name, value) in &self.request_headers {
            let argument = match name.to_ascii_lowercase().as_str() {
                "authorization" => format!("\"{name}: Bearer $VIPMP_ACCESS_TOKEN\""),
                "x-api-key" => format!("\"{name}: $VIPMP_API_KEY\""),
                "x-request-id" | "x-correlation-id" => format!("\"{name}: $(uuidgen)\""),
                // curl adds it to a form on its own.
                "content-type" if self.method == "POST" => continue,
                _ => quoted(&format!("{name}: {value}")),
            };
            let _ = write!(command, " \\\n  -H {argument}");
        }
        for (name, value) in &self.form {
            let argument = match name.as_str() {
                "client_id" => "\"client_id=$VIPMP_API_KEY\"".to_owned(),
                "client_secret" => "\"client_secret=$VIPMP_CLIENT_SECRET\"".to_owned(),
                _ => quoted(&format!("{name}={value}")),
            };
            let _ = write!(command, " \\\n  --data-urlencode {argument}");
        }
        command
    }
}

/// The text as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::HIDDEN;

    fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_curl_command_names_secrets_and_quotes_the_rest() {
        let exchange = Exchange {
            method: "GET",
            url: "https://example.com/v3/resellers/1/customers?company-name=O'Neil*&x=[1]".into(),
            request_headers: headers(&[
                ("x-request-id", "5c2b0a38-8f0c-4f0e-9d43-0d8f6f8f2a01"),
                ("accept", "application/json"),
                ("authorization", HIDDEN),
                ("x-api-key", HIDDEN),
                ("x-note", "it's $HOME `id`"),
            ]),
            ..Exchange::default()
        };
        assert_eq!(
            exchange.as_curl(),
            r#"curl --globoff 'https://example.com/v3/resellers/1/customers?company-name=O'\''Neil*&x=[1]' \
  -H "x-request-id: $(uuidgen)" \
  -H 'accept: application/json' \
  -H "authorization: Bearer $VIPMP_ACCESS_TOKEN" \
  -H "x-api-key: $VIPMP_API_KEY" \
  -H 'x-note: it'\''s $HOME `id`'"#
        );
    }

    #[test]
    fn the_token_request_is_a_form_with_named_secrets() {
        let exchange = Exchange {
            method: "POST",
            url: "https://ims.example.com/ims/token/v3".into(),
            request_headers: headers(&[("content-type", "application/x-www-form-urlencoded")]),
            form: headers(&[
                ("grant_type", "client_credentials"),
                ("client_id", HIDDEN),
                ("client_secret", HIDDEN),
            ]),
            ..Exchange::default()
        };
        assert_eq!(
            exchange.as_curl(),
            r#"curl 'https://ims.example.com/ims/token/v3' \
  --data-urlencode 'grant_type=client_credentials' \
  --data-urlencode "client_id=$VIPMP_API_KEY" \
  --data-urlencode "client_secret=$VIPMP_CLIENT_SECRET""#
        );
    }

    #[test]
    fn support_asks_for_the_servers_id_or_for_ours_when_it_answered() {
        let mut exchange = Exchange { request_id: "ours".into(), ..Exchange::default() };
        assert_eq!(exchange.support_id(), None);
        exchange.status = Some(500);
        assert_eq!(exchange.support_id(), Some("ours"));
        exchange.server_request_id = Some("theirs".into());
        assert_eq!(exchange.support_id(), Some("theirs"));
    }
}
