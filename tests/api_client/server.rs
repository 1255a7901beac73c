//! An HTTP server whose responses a test scripts down to the byte, and which records the requests.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, Semaphore},
};
use url::Url;
use vipmp::api::{AccessToken, Client, ClientConfig, FixedToken, Network, TokenFuture, TokenProvider};

pub(crate) const KEY: &str = "key-0a1b2c3d4e5f";
pub(crate) const TOKEN: &str = "tok-9z8y7x6w5v4u";

/// Returns the default network settings, but with hardly any delay between retries.
pub(crate) fn network() -> Network {
    let mut network = Network::default();
    network.retry_base = Duration::from_millis(2);
    network
}

/// A request as received.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// The path and query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// The number of the connection, from 0.
    pub(crate) connection: usize,
}

impl Seen {
    /// Returns the value of a header, which must occur exactly once.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut values = self.headers.iter().filter(|(known, _)| known == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} came twice");
        value.unwrap_or_else(|| panic!("no {name} in {:?}", self.headers))
    }
}

/// The reaction to a request.
pub(crate) enum Reply {
    /// Sends these bytes and keeps the connection open.
    Send(Vec<u8>),
    /// Sends these bytes and closes the connection.
    Close(Vec<u8>),
    /// Sends these bytes, then nothing more until the client hangs up.
    Hold(Vec<u8>),
    /// Sends these bytes and resets the connection.
    Reset(Vec<u8>),
    /// Sends these bytes one by one, with a pause after each, until the client hangs up.
    Drip(Vec<u8>),
    /// Waits for a notification, then sends these bytes.
    After(Arc<Notify>, Vec<u8>),
}

impl Reply {
    /// Creates a complete response.
    pub(crate) fn status(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut bytes =
            format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{headers}\r\n", body.len()).into_bytes();
        bytes.extend_from_slice(body);
        Self::Send(bytes)
    }

    pub(crate) fn ok(body: impl AsRef<[u8]>) -> Self {
        Self::status(200, "content-type: application/json\r\n", body)
    }

    /// Sends a customer's record.
    pub(crate) fn customer() -> Self {
        Self::ok(r#"{"customerId": "1"}"#)
    }
}

type Script = Arc<dyn Fn(&Seen, usize) -> Reply + Send + Sync>;

/// A running server, which stops with the runtime of the test.
pub(crate) struct Server {
    address: SocketAddr,
    log: Arc<Mutex<Vec<Seen>>>,
    hung_up: Arc<Semaphore>,
}

impl Server {
    /// Starts a server. `script` gets each request and the number of requests before it.
    pub(crate) async fn start(script: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let hung_up = Arc::new(Semaphore::new(0));
        let script: Script = Arc::new(script);
        let shared = (Arc::clone(&log), Arc::clone(&hung_up));
        tokio::spawn(async move {
            for connection in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                let (log, hung_up) = shared.clone();
                tokio::spawn(serve(stream, connection, log, hung_up, Arc::clone(&script)));
            }
        });
        Self { address, log, hung_up }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    /// Returns the requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.log.lock().unwrap().clone()
    }

    /// Waits until a client has hung up on a response that was held.
    pub(crate) async fn hung_up(&self) {
        self.hung_up.acquire().await.unwrap().forget();
    }

    /// Creates a client of this server with a fixed token.
    pub(crate) fn client(&self) -> Client {
        self.client_with(Arc::new(FixedToken::new(TOKEN.into())))
    }

    /// Creates a client with a fixed token and an API root of this path.
    pub(crate) fn client_at(&self, path: &str) -> Client {
        let config = ClientConfig::new(self.url(path), KEY.into(), network());
        Client::new(config, Arc::new(FixedToken::new(TOKEN.into()))).unwrap()
    }

    pub(crate) fn client_with(&self, tokens: Arc<dyn TokenProvider>) -> Client {
        Client::new(ClientConfig::new(self.url("/"), KEY.into(), network()), tokens).unwrap()
    }
}

async fn serve(
    mut stream: TcpStream,
    connection: usize,
    log: Arc<Mutex<Vec<Seen>>>,
    hung_up: Arc<Semaphore>,
    script: Script,
) {
    let mut rest = Vec::new();
    while let Some(seen) = read_request(&mut stream, &mut rest, connection).await {
        let before = {
            let mut log = log.lock().unwrap();
            log.push(seen.clone());
            log.len() - 1
        };
        match script(&seen, before) {
            Reply::Send(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Reply::Close(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Reply::Reset(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.set_zero_linger();
                return;
            }
            Reply::Drip(bytes) => {
                for byte in bytes {
                    if stream.write_all(&[byte]).await.is_err() {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                return;
            }
            Reply::After(told, bytes) => {
                told.notified().await;
                let _ = stream.write_all(&bytes).await;
            }
            Reply::Hold(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let mut ignored = [0; 1024];
                while stream.read(&mut ignored).await.is_ok_and(|count| count > 0) {}
                hung_up.add_permits(1);
                return;
            }
        }
    }
}

/// Reads the next request on a connection; `None` at its end.
async fn read_request(stream: &mut TcpStream, rest: &mut Vec<u8>, connection: usize) -> Option<Seen> {
    let head_end = loop {
        if let Some(at) = rest.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(rest).await.ok()? == 0 {
            return None;
        }
        // This is not HTTP, whatever it is.
        if !rest[0].is_ascii_alphabetic() {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
            return None;
        }
    };
    let head = String::from_utf8(rest.drain(..head_end).collect()).unwrap();
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ').map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    while rest.len() < length {
        if stream.read_buf(rest).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8(rest.drain(..length).collect()).unwrap();
    Some(Seen { method, target, headers, body, connection })
}

/// A provider of tokens from a list, with the next one for each renewal.
#[derive(Debug)]
pub(crate) struct TokenList(Mutex<Vec<AccessToken>>);

impl TokenList {
    /// Creates a provider of these tokens, in this order.
    pub(crate) fn new(tokens: &[&str]) -> Arc<Self> {
        Arc::new(Self(Mutex::new(tokens.iter().rev().map(|text| AccessToken::new((*text).into())).collect())))
    }
}

impl TokenProvider for TokenList {
    fn token(&self) -> TokenFuture<'_, AccessToken> {
        let token = self.0.lock().unwrap().last().expect("a token is left").clone();
        Box::pin(std::future::ready(Ok(token)))
    }

    fn renew<'a>(&'a self, _refused: &'a AccessToken) -> TokenFuture<'a, Option<AccessToken>> {
        self.0.lock().unwrap().pop();
        let token = self.0.lock().unwrap().last().expect("a token is left").clone();
        Box::pin(std::future::ready(Ok(Some(token))))
    }
}
