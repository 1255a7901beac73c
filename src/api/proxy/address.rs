//! The address of a proxy, as a variable has it.

use std::{ffi::OsStr, fmt};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, ParseError, Url};

use crate::redact::{HIDDEN, bounded};

/// The longest scheme that an error repeats, in characters.
const MAX_SCHEME: usize = 20;

/// The protocols that a proxy can speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
    Socks4,
    Socks4a,
    Socks5,
    Socks5h,
}

impl Scheme {
    const ALL: [(&str, Self); 7] = [
        ("http", Self::Http),
        ("https", Self::Https),
        ("socks4", Self::Socks4),
        ("socks4a", Self::Socks4a),
        ("socks5", Self::Socks5),
        ("socks5h", Self::Socks5h),
        // As some desktops write it.
        ("socks", Self::Socks5h),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, scheme)| *scheme == self).map_or("", |(name, _)| name)
    }

    fn usual_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            _ => 1080,
        }
    }

    fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }
}

/// The host and port of a proxy, the protocol that it speaks, and the login.
#[derive(Debug, Clone)]
pub(in crate::api) struct Address {
    scheme: Scheme,
    host: Host,
    /// The host as text: an IPv6 address without its brackets.
    name: String,
    port: u16,
    login: Option<Login>,
}

#[derive(Debug, Clone)]
struct Login {
    user: String,
    password: Option<SecretString>,
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        let login = |address: &Self| {
            let login = address.login.as_ref()?;
            let password = login.password.as_ref().map(|password| password.expose_secret().to_owned());
            Some((login.user.clone(), password))
        };
        (self.scheme, &self.host, self.port) == (other.scheme, &other.host, other.port)
            && login(self) == login(other)
    }
}

impl Eq for Address {}

impl Address {
    /// Reads the value of a variable; an error says why it cannot be used, and repeats nothing that may be secret.
    pub(super) fn parse(value: &OsStr) -> Result<Self, String> {
        let text = value.to_str().ok_or("it is not UTF-8")?.trim();
        if text.contains(char::is_control) {
            return Err("it contains a control character".to_owned());
        }
        if text.starts_with(['"', '\'']) {
            return Err("it begins with a quotation mark".to_owned());
        }
        // Without a scheme it is meant to be HTTP.
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let scheme = named(scheme)?;
        let url = Url::parse(&format!("{}://{rest}", scheme.name())).map_err(explain)?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err("there is a / ? or # after its host or in its name and password".to_owned());
        }
        // The hosts of other schemes than HTTP are not judged by the parser of addresses.
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("it has no host")?;
        let host = Host::parse(host).map_err(explain)?;
        let port = url.port().unwrap_or_else(|| scheme.usual_port());
        if port == 0 {
            return Err(BAD_PORT.to_owned());
        }
        let name = match &host {
            Host::Ipv6(address) => address.to_string(),
            other => other.to_string(),
        };
        Ok(Self { scheme, host, name, port, login: login(&url, scheme)? })
    }

    /// The host, an IPv6 address without its brackets, and the port.
    pub(super) fn endpoint(&self) -> (&str, u16) {
        (&self.name, self.port)
    }

    /// Returns whether the proxy gets the names of servers rather than their addresses.
    pub(super) fn looks_up_names(&self) -> bool {
        !matches!(self.scheme, Scheme::Socks4 | Scheme::Socks5)
    }

    /// Returns whether the proxy gets a user name.
    pub(in crate::api) fn has_login(&self) -> bool {
        self.login.is_some()
    }

    /// The protocol as addresses begin with it.
    pub(in crate::api) fn scheme(&self) -> &'static str {
        self.scheme.name()
    }

    /// The same for the HTTP library.
    pub(in crate::api) fn to_proxy(&self) -> reqwest::Result<reqwest::Proxy> {
        let Self { scheme, host, port, .. } = self;
        let place = |login: &str| format!("{}://{login}{host}:{port}", scheme.name());
        match &self.login {
            None => reqwest::Proxy::all(place("")),
            // As a header it is sent exactly as it is, whatever characters it has.
            Some(login) if scheme.is_http() => {
                reqwest::Proxy::all(place("")).map(|proxy| proxy.custom_http_auth(login.header()))
            }
            Some(login) => reqwest::Proxy::all(place(&login.encoded())),
        }
    }
}

impl fmt::Display for Address {
    /// `http://user:••••@proxy.example.com:3128`; a name that comes without a password may be a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme.name())?;
        match &self.login {
            None => {}
            Some(Login { user, password: Some(_) }) => write!(f, "{}:{HIDDEN}@", bounded(user, 40))?,
            Some(Login { password: None, .. }) => write!(f, "{HIDDEN}@")?,
        }
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl Login {
    fn header(&self) -> HeaderValue {
        let password = self.password.as_ref().map_or("", |password| password.expose_secret());
        let encoded = format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{password}", self.user)));
        // Base64 is always a header's value.
        let mut value = HeaderValue::from_str(&encoded).unwrap_or(HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }

    /// `user:password@`, as an address has it.
    fn encoded(&self) -> String {
        let user = utf8_percent_encode(&self.user, NON_ALPHANUMERIC);
        let password = self.password.as_ref().map_or("", |password| password.expose_secret());
        format!("{user}:{}@", utf8_percent_encode(password, NON_ALPHANUMERIC))
    }
}

const BAD_PORT: &str = "its port is not a number from 1 to 65535";

fn named(word: &str) -> Result<Scheme, String> {
    let known = Scheme::ALL.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
    known.map(|(_, scheme)| *scheme).ok_or_else(|| {
        // Something else before the `://` may well be a part of a secret.
        let is_scheme = word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.len() <= MAX_SCHEME
            && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        let shown = if is_scheme { format!("{word}://") } else { "its scheme".to_owned() };
        format!("{shown} is not supported (http, https, socks4, socks4a, socks5 and socks5h are)")
    })
}

fn explain(error: ParseError) -> String {
    match error {
        ParseError::InvalidPort => BAD_PORT,
        ParseError::EmptyHost => "it has no host",
        ParseError::IdnaError
        | ParseError::InvalidDomainCharacter
        | ParseError::InvalidIpv4Address
        | ParseError::InvalidIpv6Address => "its host is not a valid name or address",
        _ => "it is not an address such as http://proxy.example.com:3128",
    }
    .to_owned()
}

fn login(url: &Url, scheme: Scheme) -> Result<Option<Login>, String> {
    if url.username().is_empty() && url.password().is_none() {
        return Ok(None);
    }
    if matches!(scheme, Scheme::Socks4 | Scheme::Socks4a) {
        return Err("SOCKS 4 does not support a name and password: use socks5h".to_owned());
    }
    let decoded = |part: &str| {
        let text = percent_decode_str(part).decode_utf8().map(std::borrow::Cow::into_owned);
        text.map_err(|_| "its name or password is not UTF-8".to_owned())
    };
    let user = decoded(url.username())?;
    if scheme.is_http() && user.contains(':') {
        return Err(
            "its name contains a colon, which a proxy would take for the start of the password".to_owned()
        );
    }
    let password = url.password().map(decoded).transpose()?.map(SecretString::from);
    Ok(Some(Login { user, password }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &str) -> Result<String, String> {
        Address::parse(OsStr::new(value)).map(|address| address.to_string())
    }

    #[test]
    fn every_way_to_write_an_address_is_read() {
        for (value, expected) in [
            ("http://proxy.example.com:3128", "http://proxy.example.com:3128"),
            ("proxy:3128", "http://proxy:3128"),
            ("  HTTP://Proxy:3128/ \n", "http://proxy:3128"),
            ("https://proxy", "https://proxy:443"),
            ("http://proxy", "http://proxy:80"),
            ("jane:pw@proxy:8080", "http://jane:••••@proxy:8080"),
            ("http://jane:p@ss@proxy:8080", "http://jane:••••@proxy:8080"),
            ("http://jane:@proxy:8080", "http://••••@proxy:8080"),
            ("http://[::1]:3128", "http://[::1]:3128"),
            ("http://bücher.example:1", "http://xn--bcher-kva.example:1"),
            ("socks5://proxy:80", "socks5://proxy:80"),
            ("SOCKS4a://proxy", "socks4a://proxy:1080"),
            ("socks5h://jane:pw@Proxy", "socks5h://jane:••••@proxy:1080"),
        ] {
            assert_eq!(shown(value).as_deref(), Ok(expected), "{value}");
            let address = Address::parse(OsStr::new(value)).unwrap();
            assert!(address.to_proxy().is_ok(), "{value}");
        }
    }

    #[test]
    fn what_is_no_address_says_why_and_repeats_no_secret() {
        const SCHEMES: &str = "(http, https, socks4, socks4a, socks5 and socks5h are)";
        const SLASH: &str = "there is a / ? or # after its host or in its name and password";
        for (value, expected) in [
            ("http://proxy:99999", BAD_PORT.to_owned()),
            ("http://proxy:0", BAD_PORT.to_owned()),
            ("http://proxy:31x8", BAD_PORT.to_owned()),
            ("http://jane:s3cret/x@proxy:3128", BAD_PORT.to_owned()),
            ("http://jane:12/s3cret@proxy:3128", SLASH.to_owned()),
            ("http://jane:12?s3cret@proxy:3128", SLASH.to_owned()),
            ("http://jane:12#s3cret@proxy:3128", SLASH.to_owned()),
            ("http://proxy:3128/s3cret", SLASH.to_owned()),
            ("http://", "it has no host".to_owned()),
            ("http://:3128", "it has no host".to_owned()),
            ("socks5://:1080", "it has no host".to_owned()),
            ("http://jane:s3cret@:3128", "it has no host".to_owned()),
            ("http://pro xy:3128", "its host is not a valid name or address".to_owned()),
            ("socks5://pro^xy:3128", "its host is not a valid name or address".to_owned()),
            ("http://300.300.300.300:1", "its host is not a valid name or address".to_owned()),
            ("http://[::1:3128", "its host is not a valid name or address".to_owned()),
            ("quic://proxy:3128", format!("quic:// is not supported {SCHEMES}")),
            ("://proxy:3128", format!("its scheme is not supported {SCHEMES}")),
            ("jane:s3cret@a://proxy", format!("its scheme is not supported {SCHEMES}")),
            ("'http://proxy:3128'", "it begins with a quotation mark".to_owned()),
            ("http://pro\u{7}xy", "it contains a control character".to_owned()),
            ("socks4://jane@proxy", "SOCKS 4 does not support a name and password: use socks5h".to_owned()),
            ("http://jane:%ff@proxy", "its name or password is not UTF-8".to_owned()),
        ] {
            assert_eq!(shown(value), Err(expected), "{value}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_not_text_is_refused() {
        use std::os::unix::ffi::OsStrExt as _;
        let error = Address::parse(OsStr::from_bytes(b"http://pro\xffxy")).unwrap_err();
        assert_eq!(error, "it is not UTF-8");
    }

    #[test]
    fn names_and_passwords_are_sent_as_they_are_meant() {
        let header = |value: &str| {
            let address = Address::parse(OsStr::new(value)).unwrap();
            address.login.unwrap().header().to_str().unwrap().to_owned()
        };
        let basic = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
        assert_eq!(header("http://jane:p%40ss%2Fw%25@proxy"), basic("jane:p@ss/w%"));
        assert_eq!(header("http://jane:50%off{x}@proxy"), basic("jane:50%off{x}"));
        assert_eq!(header("http://DOM%5Cjane:é@proxy"), basic("DOM\\jane:é"));
        let socks = Address::parse(OsStr::new("socks5://j%3Ae:p%40{x}@proxy")).unwrap();
        assert_eq!(socks.login.unwrap().encoded(), "j%3Ae:p%40%7Bx%7D@");
    }
}
