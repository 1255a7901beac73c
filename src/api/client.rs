//! The client: one method for each thing that this program reads.

use std::{fmt, sync::Arc};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    call::Call,
    error::{ApiError, ErrorKind, MAX_ASKED, Service},
    exchange::Exchange,
    headers::of_link,
    link::resolve,
    network::Network,
    orders::OrdersQuery,
    patience::{ConcurrencyLimit, RequestOptions},
    root::Root,
    token::TokenProvider,
    transport::Transport,
};
use crate::{
    model::{
        Customer, CustomerPage, CustomerQuery, Link, MAX_LIMIT, OrderPage, Reseller, ResellerPage,
        SubscriptionList, Unreadable,
    },
    redact::Redactor,
};

/// The characters that stay as they are in an ID that becomes one segment of a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The longest id that is put into a path.
const MAX_ID_BYTES: usize = 256;

/// The thing asked for, and the request that brought it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    /// The answer, read.
    pub value: T,
    /// The request and its answer, for the inspector.
    pub exchange: Exchange,
}

/// The address of the API and the account that asks.
#[derive(Clone)]
pub struct ClientConfig {
    /// The API root; it may carry a path.
    pub api_url: Url,
    /// The API key, which is the client id.
    api_key: SecretString,
    /// The patience with the servers.
    pub network: Network,
}

impl ClientConfig {
    /// An API at this root, asked with this patience.
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

/// The Partner API. Cloning is cheap and shares the connections, and the gate that lets a few requests run at once.
///
/// What may pass on its own is tried again (see [`Wait`](super::Wait)). Dropping the future of a call cancels its request.
#[derive(Debug, Clone)]
pub struct Client {
    inner: Arc<Inner>,
    options: RequestOptions,
}

/// The parts that all calls of a client share.
pub(super) struct Inner {
    pub(super) root: Root,
    pub(super) api_key: SecretString,
    pub(super) transport: Transport,
    pub(super) tokens: Arc<dyn TokenProvider>,
    pub(super) network: Network,
    pub(super) gate: ConcurrencyLimit,
}

impl Inner {
    /// Returns a redactor of the secrets that a server may know.
    pub(super) fn redactor(&self) -> Arc<Redactor> {
        self.network.known.redactor()
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("root", &self.root)
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client for this root; nothing is sent yet. An error where the root cannot be trusted with credentials, or
    /// where the key holds characters that no header can carry.
    pub fn new(config: ClientConfig, tokens: Arc<dyn TokenProvider>) -> Result<Self, ApiError> {
        let root = Root::new(config.api_url)
            .map_err(|refused| ApiError::internal(&format!("the API root cannot be used: {refused}")))?;
        let sendable = |key: &str| key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if !sendable(config.api_key.expose_secret()) {
            return Err(ApiError::internal("the API key holds characters that no header can carry"));
        }
        let transport = Transport::new(root.url(), &config.network)?;
        config.network.known.learn(&config.api_key);
        Ok(Self {
            inner: Arc::new(Inner {
                root,
                api_key: config.api_key,
                transport,
                tokens,
                gate: ConcurrencyLimit::new(config.network.concurrency),
                network: config.network,
            }),
            options: RequestOptions::default(),
        })
    }

    /// Returns the same client for calls with these options; those of a new client are urgent.
    #[must_use]
    pub fn with(&self, options: RequestOptions) -> Self {
        Self { inner: Arc::clone(&self.inner), options }
    }

    /// One page of a reseller's customers (`GET /v3/resellers/{reseller-id}/customers`).
    pub async fn customers(
        &self,
        reseller_id: &str,
        query: &CustomerQuery,
    ) -> Result<Answer<CustomerPage>, ApiError> {
        let asked = self.asked("reseller", reseller_id);
        let path = format!("/v3/resellers/{}/customers", segment(reseller_id, &asked)?);
        let url = self.inner.root.join(&path, Some(&query.query_string()));
        self.get(&asked, url, |body| CustomerPage::from_slice(query.clone(), body)).await
    }

    /// One customer (`GET /v3/customers/{customer-id}`).
    pub async fn customer(&self, id: &str) -> Result<Answer<Customer>, ApiError> {
        let asked = self.asked("customer", id);
        let url = self.inner.root.join(&format!("/v3/customers/{}", segment(id, &asked)?), None);
        self.get(&asked, url, Customer::from_slice).await
    }

    /// The customer that a row's link leads to; whether it is the row's is for the caller to compare.
    pub async fn customer_by_link(&self, link: &Link) -> Result<Answer<Customer>, ApiError> {
        self.follow("customer behind this link", link, Customer::from_slice).await
    }

    /// All subscriptions of a customer (`GET /v3/customers/{customer-id}/subscriptions`).
    pub async fn subscriptions(&self, customer_id: &str) -> Result<Answer<SubscriptionList>, ApiError> {
        let asked = self.asked("customer", customer_id);
        let path = format!("/v3/customers/{}/subscriptions", segment(customer_id, &asked)?);
        self.get(&asked, self.inner.root.join(&path, None), SubscriptionList::from_slice).await
    }

    /// One page of a customer's orders (`GET /v3/customers/{customer-id}/orders`).
    pub async fn orders(
        &self,
        customer_id: &str,
        query: &OrdersQuery,
    ) -> Result<Answer<OrderPage>, ApiError> {
        let asked = self.asked("customer", customer_id);
        let path = format!("/v3/customers/{}/orders", segment(customer_id, &asked)?);
        let url = self.inner.root.join(&path, Some(&query.query_string()));
        self.get(&asked, url, OrderPage::from_slice).await
    }

    /// The page of orders that a page's `next` or `prev` leads to.
    pub async fn orders_by_link(&self, link: &Link) -> Result<Answer<OrderPage>, ApiError> {
        self.follow("page of orders behind this link", link, OrderPage::from_slice).await
    }

    /// A reseller (`GET /v3/resellers/{reseller-id}`).
    pub async fn reseller(&self, id: &str) -> Result<Answer<Reseller>, ApiError> {
        let asked = self.asked("reseller", id);
        let url = self.inner.root.join(&format!("/v3/resellers/{}", segment(id, &asked)?), None);
        self.get(&asked, url, Reseller::from_slice).await
    }

    /// A page of the active resellers that the account may see, by name (`GET /v3/resellers`): fifty from `offset` on.
    pub async fn resellers(&self, offset: u64) -> Result<Answer<ResellerPage>, ApiError> {
        let query = format!("offset={offset}&limit={MAX_LIMIT}&sort-by=companyName&order-by=asc");
        let url = self.inner.root.join("/v3/resellers", Some(&query));
        self.get("list of resellers", url, ResellerPage::from_slice).await
    }

    /// Returns true if the API answers, and takes the key and the token (`GET /partnerservice/ping`).
    pub async fn ping(&self) -> Result<Answer<()>, ApiError> {
        let url = self.inner.root.join("/partnerservice/ping", None);
        self.get("ping", url, |body| {
            // Some gateways make JSON of it.
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

    /// The thing asked for, in words. An ID may come from an answer, and hold what we sent.
    fn asked(&self, thing: &str, id: &str) -> String {
        self.inner.redactor().text(&format!("{thing} {id}"), MAX_ASKED)
    }

    async fn get<T>(
        &self,
        asked: &str,
        url: Url,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<Answer<T>, ApiError> {
        self.call(asked, url, Vec::new(), read).await
    }

    async fn follow<T>(
        &self,
        asked: &str,
        link: &Link,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<Answer<T>, ApiError> {
        let url = resolve(&self.inner.root, link, &self.inner.redactor())
            .map_err(|refused| ApiError::from(refused).asking(asked))?;
        self.call(asked, url, of_link(&link.headers), read).await
    }

    async fn call<T>(
        &self,
        asked: &str,
        url: Url,
        headers: Vec<(HeaderName, HeaderValue)>,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<Answer<T>, ApiError> {
        let outcome = Call::new(&self.inner, &self.options, asked, url, headers).run(read).await;
        self.options.exchanged(match &outcome {
            Ok(answer) => Some(&answer.exchange),
            Err(error) => error.exchange.as_deref(),
        });
        outcome
    }
}

/// An id as one segment of a path.
///
/// Ids come from servers too. Encoding does not help against what means one place to us and another to a server
/// behind: addresses treat `%2e` like `.`, some gateways decode `%2F`, some servers take `..;x` for `..`.
fn segment(id: &str, asked: &str) -> Result<String, ApiError> {
    let unsafe_in_paths = |c: char| matches!(c, '/' | '\\' | '%' | ';') || c.is_control();
    let why = if id.trim().is_empty() || id == "." || id == ".." || id.len() > MAX_ID_BYTES {
        "this cannot be an id, so nothing was sent"
    } else if id.contains(unsafe_in_paths) {
        "an id holds no slash, backslash, %, semicolon or control character, so nothing was sent"
    } else {
        return Ok(utf8_percent_encode(id, SEGMENT).to_string());
    };
    Err(ApiError::new(ErrorKind::BadRequest, Service::Api).asking(asked).because(why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::FixedToken;

    #[test]
    fn an_id_is_one_segment_whatever_is_in_it() {
        assert_eq!(segment("1006500792", "").unwrap(), "1006500792");
        assert_eq!(segment("a?b#c..d: é", "").unwrap(), "a%3Fb%23c..d%3A%20%C3%A9");
        for id in ["", " ", ".", "..", &"1".repeat(257)] {
            assert_eq!(segment(id, "customer").unwrap_err().kind, ErrorKind::BadRequest, "{id:?}");
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
            let error = segment(id, &format!("customer {id}")).unwrap_err();
            assert_eq!((error.kind, error.status), (ErrorKind::BadRequest, None), "{id:?}");
            let words = error.tell().what;
            assert!(words.starts_with(&format!("Customer {shown}: an id holds no slash")), "{words}");
            assert!(words.contains("nothing was sent"), "{words}");
        }
    }

    #[test]
    fn a_client_is_made_for_safe_roots_only_and_debug_shows_no_secret() {
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
