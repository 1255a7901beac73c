//! The Partner API over HTTP: the client, authentication, retries, error texts and safe links.
//!
//! The meaning of the responses is in `model`, and the storage of secrets in `secrets`. The types allow the client to
//! send GET requests and the token request, nothing else.

mod call;
mod classify;
mod client;
mod content;
mod error;
mod error_body;
mod error_text;
mod exchange;
mod headers;
mod link;
mod network;
mod orders;
mod probe;
mod proxy;
mod proxy_error;
mod record;
mod retry;
mod root;
mod token;
mod transport;
mod trust;

pub use crate::redact::HIDDEN;
pub use client::{ApiResponse, Client, ClientConfig};
pub use error::{ApiError, ErrorKind, Service};
pub use error_body::ErrorBody;
pub use error_text::{ErrorText, Remedy};
pub use exchange::Exchange;
pub use link::{LinkRefused, MAX_LINK_BYTES};
pub use network::Network;
pub use orders::OrdersQuery;
pub use probe::probe;
pub use proxy::{Proxy, ProxySettings, ProxySettingsError, Route};
pub use retry::{RequestOptions, Urgency, Wait, WaitReason};
pub use root::{Root, RootError, check_origin};
pub use token::{
    AccessToken, CachedToken, ClientCredentials, ExternalToken, FixedSecret, FixedToken, SecretProvider,
    TokenCache, TokenConfig, TokenFuture, TokenProvider,
};
pub use transport::MAX_BODY_BYTES;
pub use trust::{NamedRoots, TrustSettings, TrustSettingsError};
