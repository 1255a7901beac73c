//! The API client, with one method for each resource that this program reads.

use std::{fmt, sync::Arc};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    call::Call,
    error::{ApiError, ErrorKind, MAX_RESOURCE, Service},
    exchange::Exchange,
    headers::from_link,
    link::resolve,
    network::Network,
    orders::OrdersQuery,
    retry::{ConcurrencyLimit, RequestOptions},
    root::Root,
    token::TokenProvider,
    transport::Transport,
};
use crate::{
    model::{
        AcquisitionList, Customer, CustomerPage, CustomerQuery, Link, MAX_LIMIT, NotificationPage, OrderPage,
        Reseller, ResellerPage, SubscriptionList, Unreadable,
    },
    redact::Redactor,
};

/// The characters that are percent-encoded in a path segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The longest ID that is put into a path, in bytes.
const MAX_ID_BYTES: usize = 256;

/// A successful response.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiResponse<T> {
    /// The parsed body.
    pub value: T,
    /// The request and its response, for the inspector.
    pub exchange: Exchange,
}

/// The API root, the API key and the network settings of a client.
#[derive(Clone)]
pub struct ClientConfig {
    /// The API root; it may carry a path.
    pub api_url: Url,
    /// The API key, which is the client ID.
    api_key: SecretString,
    /// The network settings.
    pub network: Network,
}

impl ClientConfig {
    /// Creates the configuration of a client.
    pub fn new(api_url: Url, api_key: String, network: Network) -> Self {
        Self { api_url, api_key: api_key.into(), network }
    }
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("api_url", &self.api_url.as_str())
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}

/// A client of the Partner API.
///
/// Clones are cheap, and share the connections and the concurrency limit. Temporary failures are retried, after a
/// [`Wait`](super::Wait). Dropping the future of a call cancels its request.
#[derive(Debug, Clone)]
pub struct Client {
    inner: Arc<ClientInner>,
    options: RequestOptions,
}

/// The state that all clones of a client share.
pub(super) struct ClientInner {
    pub(super) root: Root,
    pub(super) api_key: SecretString,
    pub(super) transport: Transport,
    pub(super) tokens: Arc<dyn TokenProvider>,
    pub(super) network: Network,
    pub(super) limiter: ConcurrencyLimit,
}

impl ClientInner {
    /// Returns a redactor of all known secrets.
    pub(super) fn redactor(&self) -> Arc<Redactor> {
        self.network.known.redactor()
    }
}

impl fmt::Debug for ClientInner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientInner")
            .field("root", &self.root)
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Creates a client. Nothing is sent yet.
    ///
    /// # Errors
    /// If the root must not receive credentials, if the key contains characters that are invalid in a header, or if the
    /// proxy or certificate settings are invalid.
    pub fn new(config: ClientConfig, tokens: Arc<dyn TokenProvider>) -> Result<Self, ApiError> {
        let root = Root::new(config.api_url)
            .map_err(|refused| ApiError::internal(&format!("the API root cannot be used: {refused}")))?;
        let sendable = |key: &str| key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if !sendable(config.api_key.expose_secret()) {
            return Err(ApiError::internal("the API key contains characters that are invalid in a header"));
        }
        let transport = Transport::new(root.url(), &config.network)?;
        config.network.known.learn(&config.api_key);
        Ok(Self {
            inner: Arc::new(ClientInner {
                root,
                api_key: config.api_key,
                transport,
                tokens,
                limiter: ConcurrencyLimit::new(config.network.concurrency),
                network: config.network,
            }),
            options: RequestOptions::default(),
        })
    }

    /// Returns a clone with these options for its calls. The calls of a new client are foreground ones.
    #[must_use]
    pub fn with_options(&self, options: RequestOptions) -> Self {
        Self { inner: Arc::clone(&self.inner), options }
    }

    /// Fetches one page of a reseller's customers (`GET /v3/resellers/{reseller-id}/customers`).
    pub async fn customers(
        &self,
        reseller_id: &str,
        query: &CustomerQuery,
    ) -> Result<ApiResponse<CustomerPage>, ApiError> {
        let resource = self.describe_resource("reseller", reseller_id);
        let path = format!("/v3/resellers/{}/customers", encode_segment(reseller_id, &resource)?);
        let url = self.inner.root.join(&path, Some(&query.query_string()));
        let mut answer =
            self.get(&resource, url, |body| CustomerPage::from_slice(query.clone(), body)).await?;
        answer.value.check_rows(reseller_id);
        Ok(answer)
    }

    /// Fetches one customer (`GET /v3/customers/{customer-id}`).
    pub async fn customer(&self, id: &str) -> Result<ApiResponse<Customer>, ApiError> {
        let resource = self.describe_resource("customer", id);
        let url = self.inner.root.join(&format!("/v3/customers/{}", encode_segment(id, &resource)?), None);
        self.get(&resource, url, Customer::from_slice).await
    }

    /// Fetches the customer that a link leads to. The caller must check that it is the expected one.
    pub async fn customer_by_link(&self, link: &Link) -> Result<ApiResponse<Customer>, ApiError> {
        self.follow("customer behind this link", link, Customer::from_slice).await
    }

    /// Fetches all subscriptions of a customer (`GET /v3/customers/{customer-id}/subscriptions`).
    pub async fn subscriptions(&self, customer_id: &str) -> Result<ApiResponse<SubscriptionList>, ApiError> {
        let resource = self.describe_resource("customer", customer_id);
        let path = format!("/v3/customers/{}/subscriptions", encode_segment(customer_id, &resource)?);
        self.get(&resource, self.inner.root.join(&path, None), SubscriptionList::from_slice).await
    }

    /// Fetches one page of a customer's orders (`GET /v3/customers/{customer-id}/orders`).
    pub async fn orders(
        &self,
        customer_id: &str,
        query: &OrdersQuery,
    ) -> Result<ApiResponse<OrderPage>, ApiError> {
        let resource = self.describe_resource("customer", customer_id);
        let path = format!("/v3/customers/{}/orders", encode_segment(customer_id, &resource)?);
        let url = self.inner.root.join(&path, Some(&query.query_string()));
        self.get(&resource, url, OrderPage::from_slice).await
    }

    /// Fetches the page of orders that the `next` or `prev` link of another page leads to.
    pub async fn orders_by_link(&self, link: &Link) -> Result<ApiResponse<OrderPage>, ApiError> {
        self.follow("page of orders behind this link", link, OrderPage::from_slice).await
    }

    /// Fetches fifty of the customers of a reseller that have licences pending an order, starting at `offset`
    /// (`GET /v3/notifications`).
    pub async fn notifications(
        &self,
        reseller_id: &str,
        offset: u64,
    ) -> Result<ApiResponse<NotificationPage>, ApiError> {
        let resource = self.describe_resource("notifications of reseller", reseller_id);
        let query = format!(
            "notification-type=LICENSES_PENDING_PARTNER_ORDER&reseller-id={}&limit={MAX_LIMIT}&offset={offset}",
            encode_segment(reseller_id, &resource)?
        );
        let url = self.inner.root.join("/v3/notifications", Some(&query));
        self.get(&resource, url, NotificationPage::from_slice).await
    }

    /// Fetches the licences of a customer that are pending an order (`GET /v3/customers/{customer-id}/open-acquisitions`).
    pub async fn acquisitions(&self, customer_id: &str) -> Result<ApiResponse<AcquisitionList>, ApiError> {
        let resource = self.describe_resource("customer", customer_id);
        let path = format!("/v3/customers/{}/open-acquisitions", encode_segment(customer_id, &resource)?);
        self.get(&resource, self.inner.root.join(&path, None), AcquisitionList::from_slice).await
    }

    /// Fetches the licences pending an order that the link of a notification leads to. They do not name their customer, so
    /// the caller must check that the link does.
    pub async fn acquisitions_by_link(&self, link: &Link) -> Result<ApiResponse<AcquisitionList>, ApiError> {
        self.follow("licences behind this link", link, AcquisitionList::from_slice).await
    }

    /// Fetches a reseller (`GET /v3/resellers/{reseller-id}`).
    pub async fn reseller(&self, id: &str) -> Result<ApiResponse<Reseller>, ApiError> {
        let resource = self.describe_resource("reseller", id);
        let url = self.inner.root.join(&format!("/v3/resellers/{}", encode_segment(id, &resource)?), None);
        self.get(&resource, url, Reseller::from_slice).await
    }

    /// Fetches fifty of the active resellers that the account has access to, starting at `offset` and sorted by name
    /// (`GET /v3/resellers`).
    pub async fn resellers(&self, offset: u64) -> Result<ApiResponse<ResellerPage>, ApiError> {
        let query = format!("offset={offset}&limit={MAX_LIMIT}&sort-by=companyName&order-by=asc");
        let url = self.inner.root.join("/v3/resellers", Some(&query));
        self.get("list of resellers", url, ResellerPage::from_slice).await
    }

    /// Checks that the API responds and accepts the key and the token (`GET /partnerservice/ping`).
    pub async fn ping(&self) -> Result<ApiResponse<()>, ApiError> {
        let url = self.inner.root.join("/partnerservice/ping", None);
        self.get("ping", url, |body| {
            // Some gateways turn the word into a JSON string.
            let word = body.trim_ascii();
            let word = word.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(word);
            if word.eq_ignore_ascii_case(b"pong") {
                Ok(())
            } else {
                Err(Unreadable::Shape { expected: "pong", found: "something else" })
            }
        })
        .await
    }

    /// Describes a resource in words. The ID is redacted, since it may come from a response that repeats a secret.
    fn describe_resource(&self, kind: &str, id: &str) -> String {
        self.inner.redactor().sanitize(&format!("{kind} {id}"), MAX_RESOURCE)
    }

    async fn get<T>(
        &self,
        resource: &str,
        url: Url,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<ApiResponse<T>, ApiError> {
        self.call(resource, url, Vec::new(), read).await
    }

    async fn follow<T>(
        &self,
        resource: &str,
        link: &Link,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<ApiResponse<T>, ApiError> {
        let url = resolve(&self.inner.root, link, &self.inner.redactor())
            .map_err(|refused| ApiError::from(refused).with_resource(resource))?;
        self.call(resource, url, from_link(&link.headers), read).await
    }

    async fn call<T>(
        &self,
        resource: &str,
        url: Url,
        headers: Vec<(HeaderName, HeaderValue)>,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<ApiResponse<T>, ApiError> {
        let outcome = Call::new(&self.inner, &self.options, resource, url, headers).run(read).await;
        self.options.report_exchange(match &outcome {
            Ok(answer) => Some(&answer.exchange),
            Err(error) => error.exchange.as_deref(),
        });
        outcome
    }
}

/// Encodes an ID as one path segment.
///
/// IDs may come from servers. Encoding does not protect against text that a gateway or server further on reads
/// differently: URLs treat `%2e` like `.`, some gateways decode `%2F`, and some servers take `..;x` for `..`.
///
/// # Errors
/// If the ID is empty, too long or ambiguous; the error names the `resource`.
fn encode_segment(id: &str, resource: &str) -> Result<String, ApiError> {
    let unsafe_in_paths = |c: char| matches!(c, '/' | '\\' | '%' | ';') || c.is_control();
    let why = if id.trim().is_empty() || id == "." || id == ".." || id.len() > MAX_ID_BYTES {
        "this cannot be an ID, so nothing was sent"
    } else if id.contains(unsafe_in_paths) {
        "an ID cannot contain a slash, backslash, %, semicolon or control character, so nothing was sent"
    } else {
        return Ok(utf8_percent_encode(id, SEGMENT).to_string());
    };
    Err(ApiError::new(ErrorKind::BadRequest, Service::Api).with_resource(resource).with_cause(why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::FixedToken;

    #[test]
    fn an_id_becomes_one_path_segment() {
        assert_eq!(encode_segment("1006500792", "").unwrap(), "1006500792");
        assert_eq!(encode_segment("a?b#c..d: é", "").unwrap(), "a%3Fb%23c..d%3A%20%C3%A9");
        for id in ["", " ", ".", "..", &"1".repeat(257)] {
            assert_eq!(encode_segment(id, "customer").unwrap_err().kind, ErrorKind::BadRequest, "{id:?}");
        }
    }

    #[test]
    fn an_id_that_a_server_may_read_as_a_path_is_refused_and_named() {
        for (id, shown) in [
            ("../../x", "../../x"),
            ("a/b", "a/b"),
            ("..\\x", "..\\x"),
            ("%2e%2e", "%2e%2e"),
            ("..%2Fx", "..%2Fx"),
            ("..;x", "..;x"),
            ("1\r\nHost: x", "1␍␊Host: x"),
            ("1\u{85}", "1‹85›"),
        ] {
            let error = encode_segment(id, &format!("customer {id}")).unwrap_err();
            assert_eq!((error.kind, error.status), (ErrorKind::BadRequest, None), "{id:?}");
            let words = error.user_message().summary;
            assert!(words.starts_with(&format!("Customer {shown}: an ID cannot contain a slash")), "{words}");
            assert!(words.contains("nothing was sent"), "{words}");
        }
    }

    #[test]
    fn a_client_needs_a_safe_root_and_its_debug_output_shows_no_secret() {
        let config =
            |url: &str| ClientConfig::new(Url::parse(url).unwrap(), "key-1234".into(), Network::default());
        let tokens: Arc<dyn TokenProvider> = Arc::new(FixedToken::new("token-1234".into()));
        let client = Client::new(config("https://partners.adobe.io"), Arc::clone(&tokens)).unwrap();
        let printed = format!("{client:?} {:?}", config("https://partners.adobe.io"));
        assert!(!printed.contains("1234"), "{printed}");
        let error = Client::new(config("http://partners.adobe.io"), Arc::clone(&tokens)).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Internal);
        assert!(error.to_string().contains("use https://"), "{error}");
        let config = ClientConfig::new(
            Url::parse("https://partners.adobe.io").unwrap(),
            "a\nb".into(),
            Network::default(),
        );
        assert_eq!(Client::new(config, tokens).unwrap_err().kind, ErrorKind::Internal);
    }
}
