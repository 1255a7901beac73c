//! A proxy of each kind on loopback. Whatever it is asked for, it leads to a server that speaks TLS with a certificate of
//! its own authority and answers as an API without customers.

use std::{
    io::{BufRead as _, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};

/// The host of the API behind the proxies.
pub(crate) const HOST: &str = "api.vipmp.invalid";

/// The protocol of a proxy.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `CONNECT`, for this name and password.
    Http(Option<&'static str>),
    /// SOCKS 5, for this name and password.
    Socks5(Option<(&'static str, &'static str)>),
    Socks4a,
}

/// A proxy that runs as long as the test.
pub(crate) struct Relay {
    /// `127.0.0.1:40000`
    pub(crate) address: String,
    /// The certificate of the server behind it, in DER.
    pub(crate) certificate: Vec<u8>,
    /// The hosts that were asked for.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Relay {
    pub(crate) fn start(kind: Kind) -> Self {
        let made = rcgen::generate_simple_self_signed(vec![HOST.to_owned()]).expect("a certificate");
        let certificate = made.cert.der().to_vec();
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("a key");
        let (config, asked) = (Arc::new(config), Arc::<Mutex<Vec<String>>>::default());
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let heard = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (config, heard) = (Arc::clone(&config), Arc::clone(&heard));
                std::thread::spawn(move || {
                    let mut stream = stream.expect("a connection");
                    // Whoever is turned away hangs up.
                    let Ok(host) = lead(kind, &mut stream) else { return };
                    heard.lock().expect("a list").push(host);
                    let connection = ServerConnection::new(config).expect("a connection");
                    let _ = answer(StreamOwned::new(connection, stream));
                });
            }
        });
        Self { address, certificate, asked }
    }

    /// The hosts that were asked for, each once.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().expect("a list").clone();
        asked.sort();
        asked.dedup();
        asked
    }
}

fn read<const N: usize>(stream: &mut TcpStream) -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).map(|()| bytes)
}

fn read_text(stream: &mut TcpStream, length: u8) -> std::io::Result<String> {
    let mut bytes = vec![0; length.into()];
    stream.read_exact(&mut bytes).map(|()| String::from_utf8_lossy(&bytes).into_owned())
}

fn read_until_zero(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        match read::<1>(stream)? {
            [0] => return Ok(text),
            [byte] => text.push(byte.into()),
        }
    }
}

/// Speaks the proxy's part; the host and port that were asked for.
fn lead(kind: Kind, stream: &mut TcpStream) -> std::io::Result<String> {
    let turned_away = || std::io::Error::other("turned away");
    match kind {
        Kind::Http(login) => {
            let mut head = String::new();
            let mut reader = BufReader::new(&mut *stream);
            while !head.ends_with("\r\n\r\n") {
                if reader.read_line(&mut head)? == 0 {
                    return Err(turned_away());
                }
            }
            let wanted = login.map(|login| format!("Basic {}", STANDARD.encode(login)));
            let given = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("proxy-authorization").then(|| value.to_owned())
            });
            if wanted != given {
                write!(stream, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")?;
                return Err(turned_away());
            }
            write!(stream, "HTTP/1.1 200 Connection established\r\n\r\n")?;
            let asked = head.strip_prefix("CONNECT ").expect("nothing else is asked for");
            Ok(asked.split(' ').next().unwrap_or_default().to_owned())
        }
        Kind::Socks5(login) => {
            let [5, count] = read(stream)? else { return Err(turned_away()) };
            let methods = read_text(stream, count)?;
            let method = if login.is_some() { 2 } else { 0 };
            if !methods.as_bytes().contains(&method) {
                stream.write_all(&[5, 0xff])?;
                return Err(turned_away());
            }
            stream.write_all(&[5, method])?;
            if let Some((name, password)) = login {
                let [1, length] = read(stream)? else { return Err(turned_away()) };
                let given = read_text(stream, length)?;
                let [length] = read(stream)?;
                let fits = (given.as_str(), read_text(stream, length)?.as_str()) == (name, password);
                stream.write_all(&[1, u8::from(!fits)])?;
                if !fits {
                    return Err(turned_away());
                }
            }
            let [5, 1, 0, 3, length] = read(stream)? else { return Err(turned_away()) };
            let host = read_text(stream, length)?;
            let port = u16::from_be_bytes(read(stream)?);
            stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0])?;
            Ok(format!("{host}:{port}"))
        }
        Kind::Socks4a => {
            let [4, 1, high, low, 0, 0, 0, _] = read(stream)? else { return Err(turned_away()) };
            read_until_zero(stream)?;
            let host = read_until_zero(stream)?;
            stream.write_all(&[0, 90, 0, 0, 0, 0, 0, 0])?;
            Ok(format!("{host}:{}", u16::from_be_bytes([high, low])))
        }
    }
}

/// Answers requests until the client hangs up.
fn answer(mut stream: StreamOwned<ServerConnection, TcpStream>) -> std::io::Result<()> {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head);
        let (status, body) = if head.contains("/partnerservice/ping") {
            ("200 OK", "pong")
        } else if head.contains("/customers?") {
            ("200 OK", r#"{"totalCount":0,"count":0,"offset":0,"limit":1,"accounts":[]}"#)
        } else {
            ("404 Not Found", "{}")
        };
        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
        stream.flush()?;
    }
}
