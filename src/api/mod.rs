//! The Partner API over HTTP: the client, authentication, errors in words, and links that are safe to follow.
//!
//! What stays out: what the answers mean (that is `model`), where secrets are kept (`config`) and anything of the
//! screen. By type, the client can send GET and the token request, nothing else.

mod call;
mod classify;
mod client;
mod content;
mod error;
mod error_body;
mod exchange;
mod headers;
mod link;
mod network;
mod orders;
mod patience;
mod probe;
mod proxied;
mod proxy;
mod record;
mod root;
mod token;
mod transport;
mod trust;
mod words;

pub use crate::redact::HIDDEN;
pub use client::{Answer, Client, ClientConfig};
pub use error::{ApiError, ErrorKind, Service};
pub use error_body::ErrorBody;
pub use exchange::Exchange;
pub use link::{LinkRefused, MAX_LINK_BYTES};
pub use network::Network;
pub use orders::OrdersQuery;
pub use patience::{RequestOptions, Urgency, Wait, Waiting};
pub use probe::probe;
pub use proxy::{Proxy, ProxyRefused, ProxySettings, Route};
pub use root::{Root, RootRefused, check_origin};
pub use token::{
    AccessToken, CachedToken, ClientCredentials, ExternalToken, FixedSecret, FixedToken, SecretProvider,
    TokenCache, TokenConfig, TokenFuture, TokenProvider,
};
pub use transport::MAX_BODY_BYTES;
pub use trust::{NamedRoots, Trust, TrustRefused};
pub use words::{Help, Told};
