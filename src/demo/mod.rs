//! The embedded demo API: an invented portfolio and a server for it over loopback HTTP.
//!
//! The portfolio follows from a seed, the day and the number of customers: the same three give the same bytes. The
//! server speaks the Partner API as documented, is as mild as the real one by default, and is reached over HTTP like
//! any other. It listens on 127.0.0.1 alone unless asked otherwise, wants a key and a secret that are new for each
//! start, and ends with the [`Demo`]. On request it goes wrong in the ways in which networks, gateways and servers do.
//! All companies, people and addresses are invented.

mod account;
mod acquisitions;
mod calendar;
mod catalogue;
mod commitment;
mod customer;
mod deadline;
mod deployments;
mod drift;
mod errors;
mod faults;
mod guard;
mod links;
mod list;
mod locales;
mod names;
mod oddities;
mod orders;
mod paging;
mod params;
mod portfolio;
mod profile;
mod rate;
mod record;
mod resellers;
mod rng;
mod server;
mod subscriptions;
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
pub use faults::{FAULT_KINDS, FaultKind, Faults, FaultsError};
use faults::{Listening, Machine, Peer};
use guard::Guard;
use portfolio::Portfolio;
pub use rate::{RateLimit, RateLimitError};
pub use record::{RequestLog, RequestRecord};
use server::Shared;
use tokens::Tokens;

/// The reseller whose customers the demo shows; the others have fewer.
pub const RESELLER_ID: &str = "1000396138";

/// The description of the server's answers, as OpenAPI 3.1 in JSON.
pub const OPENAPI: &str = include_str!("../../assets/openapi.json");

/// The settings of the demo.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// The number of customers [`RESELLER_ID`] has; those of the other resellers come on top.
    pub customers: usize,
    /// The seed of the portfolio and of the plan of faults.
    pub seed: u64,
    /// The time that every answer is held back, the token service's too.
    pub latency: Duration,
    /// True if a request that lacks any documented header is refused.
    pub strict: bool,
    /// The day to which all dates are relative, or `None` for today (UTC).
    pub today: Option<NaiveDate>,
    /// The address to listen at. Others on the network reach any that is not one of loopback.
    pub address: IpAddr,
    /// The port, or 0 for one that is free.
    pub port: u16,
    /// The client id that is accepted, or `None` for one that is new for each start.
    pub client_id: Option<String>,
    /// The client secret that is accepted, or `None` for one that is new for each start.
    pub client_secret: Option<SecretString>,
    /// The faults and their likelihoods.
    pub faults: Faults,
    /// The number of times that each client, that is each address, may ask. A request beyond it is refused with 429, whatever it is.
    pub rate_limit: Option<RateLimit>,
    /// The listener that is told of every request.
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
    /// The port is taken, the address is none of this machine's, or it allows no listening.
    #[error("the demo cannot listen on port {port} of {address}: {source}")]
    Listen {
        /// The address asked for.
        address: IpAddr,
        /// The port asked for; 0 stands for any.
        port: u16,
        /// The system's error.
        source: io::Error,
    },
    /// The portfolio could not be made, for want of memory or because the program is ending.
    #[error("the demo's portfolio could not be made")]
    Portfolio,
}

/// A running demo; its server ends when this is dropped.
pub struct Demo {
    bound: SocketAddr,
    api_url: String,
    token_url: String,
    shared: Arc<Shared>,
    /// Dropping it ends the server: no new connections, idle ones closed, running answers finished.
    _running: watch::Sender<()>,
}

impl Demo {
    /// Makes the portfolio and starts the server; it answers as soon as this returns.
    pub async fn start(options: DemoOptions) -> Result<Self, DemoError> {
        let DemoOptions { customers, seed, latency, strict, address, port, .. } = options;
        let listen = |source| DemoError::Listen { address, port, source };
        let listener = TcpListener::bind((address, port)).await.map_err(listen)?;
        let bound = listener.local_addr().map_err(listen)?;
        let today = options.today.unwrap_or_else(|| chrono::Utc::now().date_naive());
        let portfolio = tokio::task::spawn_blocking(move || Portfolio::new(seed, today, customers))
            .await
            .map_err(|_| DemoError::Portfolio)?;
        let guard = Guard::new(strict, Tokens::new(strict, options.client_id, options.client_secret));
        let (running, mut ended) = watch::channel(());
        let machine = Machine::new(options.faults, seed, ended.clone());
        let shared = Shared::new(portfolio, guard, machine, latency);
        let shared = Arc::new(shared.limited(options.rate_limit).logged(options.log));
        let router = server::router(Arc::clone(&shared));
        let server = axum::serve(
            Listening::new(listener, options.deadlines),
            router.into_make_service_with_connect_info::<Peer>(),
        );
        let server = server.with_graceful_shutdown(async move {
            // Nothing is ever sent: the change is that the sender is gone.
            let _: Result<(), _> = ended.changed().await;
        });
        tokio::spawn(async move { server.await });
        let api_url = format!("http://{}", reachable(bound));
        let token_url = format!("{api_url}/ims/token/v3");
        Ok(Self { bound, api_url, token_url, shared, _running: running })
    }

    /// Returns the address at which it listens.
    pub fn bound(&self) -> SocketAddr {
        self.bound
    }

    /// The root of the API as this machine reaches it, without a slash at the end: `http://127.0.0.1:PORT`.
    pub fn api_url(&self) -> &str {
        &self.api_url
    }

    /// The whole address of the token request.
    pub fn token_url(&self) -> &str {
        &self.token_url
    }

    /// The client id, which is the API key too; new for each start.
    pub fn client_id(&self) -> &str {
        &self.shared.guard.tokens.client_id
    }

    /// The client secret; new for each start.
    pub fn client_secret(&self) -> &str {
        &self.shared.guard.tokens.client_secret
    }

    /// The reseller whose customers are shown.
    pub fn reseller_id(&self) -> &str {
        RESELLER_ID
    }

    /// Refuses every token given so far from now on.
    pub fn expire_tokens(&self) {
        self.shared.guard.tokens.expire();
    }

    /// From now on these faults happen and no others. Customers who have left their lists stay away.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.machine.set(faults);
    }

    /// Returns the number of times that each kind of fault has happened, by its name.
    pub fn faults_met(&self) -> BTreeMap<&'static str, u64> {
        self.shared.machine.met()
    }

    /// The methods and paths that are served, with the names of what varies in braces.
    pub fn paths() -> Vec<(&'static str, &'static str)> {
        server::paths()
    }

    /// How many requests came, those to the token service and the refused ones too.
    pub fn requests(&self) -> u64 {
        self.shared.counts().values().sum()
    }

    /// How many requests came for each path, without parameters: `/v3/customers/1006500792`.
    pub fn requests_by_path(&self) -> HashMap<String, u64> {
        self.shared.counts()
    }
}

/// Returns the address at which this machine reaches what listens at an address: all addresses of a kind are none to connect to.
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
        until(&|| !demo.faults_met().is_empty()).await;
        assert!(Arc::strong_count(&demo.shared) > holders);
        drop(client);
        until(&|| Arc::strong_count(&demo.shared) == holders).await;
    }
}
