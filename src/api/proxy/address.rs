//! Proxy addresses, as the environment variables contain them.

use std::{ffi::OsStr, fmt};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, ParseError, Url};

use crate::redact::{HIDDEN, bounded};

/// The longest scheme that an error repeats, in characters.
const MAX_SCHEME: usize = 20;

/// The protocol of a proxy.
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
        // Some desktops set this spelling.
        ("socks", Self::Socks5h),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, scheme)| *scheme == self).map_or("", |(name, _)| name)
    }

    fn default_port(self) -> u16 {
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

/// The protocol, host, port and login of a proxy.
#[derive(Debug, Clone)]
pub(in crate::api) struct ProxyAddress {
    scheme: Scheme,
    host: Host,
    /// The host as text; an IPv6 address has no brackets.
    name: String,
    port: u16,
    login: Option<Login>,
}

#[derive(Debug, Clone)]
struct Login {
    user: String,
    password: Option<SecretString>,
}

impl PartialEq for ProxyAddress {
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

impl Eq for ProxyAddress {}

impl ProxyAddress {
    /// Parses the value of a variable. An error says why it is invalid, without repeating what may be secret.
    pub(super) fn parse(value: &OsStr) -> Result<Self, String> {
        let text = value.to_str().ok_or("it is not UTF-8")?.trim();
        if text.contains(char::is_control) {
            return Err("it contains a control character".to_owned());
        }
        if text.starts_with(['"', '\'']) {
            return Err("it begins with a quotation mark".to_owned());
        }
        // Without a scheme, HTTP is meant.
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let scheme = parse_scheme(scheme)?;
        let url = Url::parse(&format!("{}://{rest}", scheme.name())).map_err(explain)?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err("there is a / ? or # after its host or in its name and password".to_owned());
        }
        // The URL parser does not check the hosts of schemes other than HTTP.
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("it has no host")?;
        let host = Host::parse(host).map_err(explain)?;
        let port = url.port().unwrap_or_else(|| scheme.default_port());
        if port == 0 {
            return Err(BAD_PORT.to_owned());
        }
        let name = match &host {
            Host::Ipv6(address) => address.to_string(),
            other => other.to_string(),
        };
        Ok(Self { scheme, host, name, port, login: parse_login(&url, scheme)? })
    }

    /// Returns the host, without brackets if it is an IPv6 address, and the port.
    pub(super) fn endpoint(&self) -> (&str, u16) {
        (&self.name, self.port)
    }

    /// Returns true if the proxy gets host names rather than IP addresses.
    pub(super) fn looks_up_names(&self) -> bool {
        !matches!(self.scheme, Scheme::Socks4 | Scheme::Socks5)
    }

    /// Returns true if the proxy gets a user name.
    pub(in crate::api) fn has_login(&self) -> bool {
        self.login.is_some()
    }

    /// Returns the scheme of the address, without `://`.
    pub(in crate::api) fn scheme(&self) -> &'static str {
        self.scheme.name()
    }

    /// Converts the address for the HTTP library.
    pub(in crate::api) fn to_proxy(&self) -> reqwest::Result<reqwest::Proxy> {
        let Self { scheme, host, port, .. } = self;
        let place = |login: &str| format!("{}://{login}{host}:{port}", scheme.name());
        match &self.login {
            None => reqwest::Proxy::all(place("")),
            // A header carries any characters unchanged.
            Some(login) if scheme.is_http() => {
                reqwest::Proxy::all(place("")).map(|proxy| proxy.custom_http_auth(login.to_header()))
            }
            Some(login) => reqwest::Proxy::all(place(&login.to_userinfo())),
        }
    }
}

impl fmt::Display for ProxyAddress {
    /// Writes the address without secrets: `http://user:••••@proxy.example.com:3128`. A user name without a password is
    /// hidden too, since it may be a token.
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
    fn to_header(&self) -> HeaderValue {
        let password = self.password.as_ref().map_or("", |password| password.expose_secret());
        let encoded = format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{password}", self.user)));
        // Base64 is always valid in a header.
        let mut value = HeaderValue::from_str(&encoded).unwrap_or(HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }

    /// Returns `user:password@`, percent-encoded for a URL.
    fn to_userinfo(&self) -> String {
        let user = utf8_percent_encode(&self.user, NON_ALPHANUMERIC);
        let password = self.password.as_ref().map_or("", |password| password.expose_secret());
        format!("{user}:{}@", utf8_percent_encode(password, NON_ALPHANUMERIC))
    }
}

const BAD_PORT: &str = "its port is not a number from 1 to 65535";

fn parse_scheme(word: &str) -> Result<Scheme, String> {
    let known = Scheme::ALL.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
    known.map(|(_, scheme)| *scheme).ok_or_else(|| {
        // Anything else before the `://` may be a part of a secret.
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

fn parse_login(url: &Url, scheme: Scheme) -> Result<Option<Login>, String> {
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
        ProxyAddress::parse(OsStr::new(value)).map(|address| address.to_string())
    }

    #[test]
    fn addresses_are_parsed_in_every_notation() {
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
            let address = ProxyAddress::parse(OsStr::new(value)).unwrap();
            assert!(address.to_proxy().is_ok(), "{value}");
        }
    }

    #[test]
    fn an_invalid_address_says_why_and_repeats_no_secret() {
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
        let error = ProxyAddress::parse(OsStr::from_bytes(b"http://pro\xffxy")).unwrap_err();
        assert_eq!(error, "it is not UTF-8");
    }

    #[test]
    fn names_and_passwords_are_decoded() {
        let header = |value: &str| {
            let address = ProxyAddress::parse(OsStr::new(value)).unwrap();
            address.login.unwrap().to_header().to_str().unwrap().to_owned()
        };
        let basic = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
        assert_eq!(header("http://jane:p%40ss%2Fw%25@proxy"), basic("jane:p@ss/w%"));
        assert_eq!(header("http://jane:50%off{x}@proxy"), basic("jane:50%off{x}"));
        assert_eq!(header("http://DOM%5Cjane:é@proxy"), basic("DOM\\jane:é"));
        let socks = ProxyAddress::parse(OsStr::new("socks5://j%3Ae:p%40{x}@proxy")).unwrap();
        assert_eq!(socks.login.unwrap().to_userinfo(), "j%3Ae:p%40%7Bx%7D@");
    }
}
