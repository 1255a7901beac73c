//! The embedded demo API: a fictional portfolio and a server for it over loopback HTTP.
//!
//! The portfolio follows from a seed, the day and the number of customers: the same three give the same bytes. The
//! server speaks the Partner API as documented, is as lenient as the real one by default, and is reached over HTTP like
//! any other. It listens on 127.0.0.1 alone unless configured otherwise, requires a key and a secret that are new at each
//! start, and stops with the [`Demo`]. On request it injects the faults of networks, gateways and servers. All companies,
//! people and addresses are fictional.

mod acquisitions;
mod agency;
mod calendar;
mod cases;
mod catalogue;
mod commitment;
mod customer;
mod deadline;
mod deployments;
mod drift;
mod errors;
mod faults;
mod flex_discounts;
mod guard;
mod links;
mod list;
mod locales;
mod membership;
mod names;
mod notes;
mod notifications;
mod oddities;
mod order_json;
mod orders;
mod paging;
mod params;
mod portfolio;
mod prices;
mod product_names;
mod profile;
mod purchases;
mod rate_limit;
mod renewals;
mod request_log;
mod resellers;
mod rng;
mod server;
mod subscriptions;
mod term;
mod tokens;

use std::{
    collections::{BTreeMap, HashMap},
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use chrono::NaiveDate;
use secrecy::SecretString;
use tokio::{net::TcpListener, sync::watch};

pub use deadline::Deadlines;
pub use faults::{FAULT_KINDS, FaultInfo, Faults, FaultsError};
use faults::{FaultInjector, Listening, Peer};
use guard::Guard;
pub use notes::DemoNote;
use portfolio::Portfolio;
pub use product_names::product_names;
pub use rate_limit::{RateLimit, RateLimitError};
pub use request_log::{RequestLog, RequestRecord};
use server::Shared;
use tokens::Tokens;

/// The reseller that the demo shows; it has the most customers.
pub const RESELLER_ID: &str = "1000396138";

/// The OpenAPI 3.1 description of the server, in JSON.
pub const OPENAPI: &str = include_str!("../../assets/openapi.json");

/// The settings of the demo.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// The number of customers of [`RESELLER_ID`]; other resellers have further ones.
    pub customers: usize,
    /// The seed of the portfolio and of the faults.
    pub seed: u64,
    /// The delay of every response, also of the token service.
    pub latency: Duration,
    /// True if a request that lacks a documented header is refused.
    pub strict: bool,
    /// The day to which all dates are relative, or `None` for today (UTC).
    pub today: Option<NaiveDate>,
    /// The address to listen on. Any but a loopback address can be reached from the network.
    pub address: IpAddr,
    /// The port, or 0 for any free one.
    pub port: u16,
    /// The accepted client ID, or `None` for a random one at each start.
    pub client_id: Option<String>,
    /// The accepted client secret, or `None` for a random one at each start.
    pub client_secret: Option<SecretString>,
    /// The faults and their probabilities.
    pub faults: Faults,
    /// The request rate allowed to each client address. A request beyond it is refused with 429.
    pub rate_limit: Option<RateLimit>,
    /// The log of all requests.
    pub log: Option<RequestLog>,
    /// The time limits of a connection.
    pub deadlines: Deadlines,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self {
            customers: 1307,
            seed: 1,
            latency: Duration::ZERO,
            strict: false,
            today: None,
            address: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            client_id: None,
            client_secret: None,
            faults: Faults::default(),
            rate_limit: None,
            log: None,
            deadlines: Deadlines::default(),
        }
    }
}

/// The reason why the demo could not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The port is in use, or the address does not belong to this machine or may not be listened on.
    #[error("the demo cannot listen on port {port} of {address}: {source}")]
    Listen {
        /// The requested address.
        address: IpAddr,
        /// The requested port; 0 means any.
        port: u16,
        /// The system's error.
        source: io::Error,
    },
    /// The portfolio could not be generated, because memory is short or the program is exiting.
    #[error("the demo's portfolio could not be generated")]
    Portfolio,
}

/// A running demo, whose server stops when this is dropped.
pub struct Demo {
    bound: SocketAddr,
    api_url: String,
    token_url: String,
    shared: Arc<Shared>,
    /// Stops the server when dropped: no new connections, idle ones closed, current responses finished.
    _running: watch::Sender<()>,
}

impl Demo {
    /// Generates the portfolio and starts the server, which is ready when this returns.
    pub async fn start(options: DemoOptions) -> Result<Self, DemoError> {
        let DemoOptions { customers, seed, latency, strict, address, port, .. } = options;
        let listen = |source| DemoError::Listen { address, port, source };
        let listener = TcpListener::bind((address, port)).await.map_err(listen)?;
        let bound = listener.local_addr().map_err(listen)?;
        let today = options.today.unwrap_or_else(|| chrono::Utc::now().date_naive());
        let hostile = options.faults.hostile_share();
        let make = move || Portfolio::with_hostile(seed, today, customers, hostile);
        let portfolio = tokio::task::spawn_blocking(make).await.map_err(|_| DemoError::Portfolio)?;
        let guard = Guard::new(strict, Tokens::new(strict, options.client_id, options.client_secret));
        let (running, mut ended) = watch::channel(());
        let injector = FaultInjector::new(options.faults, seed, ended.clone());
        injector.count_hostile(portfolio.records().iter().filter(|record| record.oddity.is_some()).count());
        let shared = Shared::new(portfolio, guard, injector, latency);
        let shared = Arc::new(shared.limited(options.rate_limit).logged(options.log));
        let router = server::router(Arc::clone(&shared));
        let server = axum::serve(
            Listening::new(listener, options.deadlines),
            router.into_make_service_with_connect_info::<Peer>(),
        );
        let server = server.with_graceful_shutdown(async move {
            // Nothing is ever sent: dropping the sender is the signal.
            let _: Result<(), _> = ended.changed().await;
        });
        tokio::spawn(async move { server.await });
        let api_url = format!("http://{}", reachable(bound));
        let token_url = format!("{api_url}/ims/token/v3");
        Ok(Self { bound, api_url, token_url, shared, _running: running })
    }

    /// Returns the address it listens on.
    pub fn bound(&self) -> SocketAddr {
        self.bound
    }

    /// Returns the API's root URL on this machine, without a trailing slash: `http://127.0.0.1:PORT`.
    pub fn api_url(&self) -> &str {
        &self.api_url
    }

    /// Returns the URL of the token service.
    pub fn token_url(&self) -> &str {
        &self.token_url
    }

    /// Returns the client ID, which is also the API key.
    pub fn client_id(&self) -> &str {
        &self.shared.guard.tokens.client_id
    }

    /// Returns the client secret.
    pub fn client_secret(&self) -> &str {
        &self.shared.guard.tokens.client_secret
    }

    /// Returns the ID of the reseller whose customers are shown.
    pub fn reseller_id(&self) -> &str {
        RESELLER_ID
    }

    /// Invalidates all tokens issued so far.
    pub fn expire_tokens(&self) {
        self.shared.guard.tokens.expire();
    }

    /// Replaces the active faults. Customers that have left their lists stay away, and hostile accounts are those of the
    /// start.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.injector.set(faults);
    }

    /// Returns the number of times that each kind of fault has happened, by name.
    pub fn fault_counts(&self) -> BTreeMap<&'static str, u64> {
        self.shared.injector.counts()
    }

    /// Returns the methods and paths of the server, with parameters in braces.
    pub fn paths() -> Vec<(&'static str, &'static str)> {
        server::paths()
    }

    /// Returns the number of requests, including refused ones and those to the token service.
    pub fn requests(&self) -> u64 {
        self.shared.counts().values().sum()
    }

    /// Returns the number of requests by path, without parameters: `/v3/customers/1006500792`.
    pub fn requests_by_path(&self) -> HashMap<String, u64> {
        self.shared.counts()
    }
}

/// Returns the address at which this machine reaches a listener: an unspecified address cannot be connected to.
fn reachable(bound: SocketAddr) -> SocketAddr {
    let ip = match bound.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, bound.port())
}

impl fmt::Debug for Demo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Demo").field("api_url", &self.api_url).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::{io::AsyncWriteExt as _, net::TcpStream};

    use super::*;

    #[tokio::test]
    async fn a_request_that_hangs_ends_when_its_client_hangs_up() {
        let faults = "hang:1".parse().unwrap();
        let demo = Demo::start(DemoOptions { customers: 2, faults, ..DemoOptions::default() }).await.unwrap();
        let holders = Arc::strong_count(&demo.shared);
        let address = demo.api_url().trim_start_matches("http://").to_owned();
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let until = async |done: &dyn Fn() -> bool| {
            let turns = async {
                while !done() {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), turns).await.expect("it comes to pass");
        };
        until(&|| !demo.fault_counts().is_empty()).await;
        assert!(Arc::strong_count(&demo.shared) > holders);
        drop(client);
        until(&|| Arc::strong_count(&demo.shared) == holders).await;
    }
}
