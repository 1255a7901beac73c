//! The proxies that the environment names, read in one place, so that the proxy that is reported is the one in use.
//!
//! The HTTP library ignores a variable that it cannot parse and connects directly. Here such a variable is an error
//! before anything is sent.

mod address;
mod no_proxy;

use std::{ffi::OsString, fmt};

use url::Url;

pub(super) use address::ProxyAddress;
use no_proxy::NoProxy;

use super::root::is_loopback;

/// The proxies from the environment, and the hosts that are reached directly.
#[derive(Debug, Clone, Default)]
pub struct ProxySettings {
    https: Option<Variable>,
    http: Option<Variable>,
    all: Option<Variable>,
    no_proxy: NoProxy,
}

/// An environment variable that names a proxy.
#[derive(Debug, Clone)]
struct Variable {
    name: &'static str,
    address: Result<ProxyAddress, String>,
}

/// The error of a proxy variable that cannot be used. It never shows a part of the value that may be secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable} cannot be used: {why}")]
pub struct ProxySettingsError {
    /// The name of the variable.
    pub variable: &'static str,
    why: String,
}

impl ProxySettingsError {
    /// Returns advice on how to correct the variable.
    pub fn hint(&self) -> String {
        let name = self.variable;
        if name.eq_ignore_ascii_case("NO_PROXY") {
            return format!("List hosts, domains and networks in {name}, separated by commas.");
        }
        format!(
            "Write it as http://HOST:PORT or http://NAME:PASSWORD@HOST:PORT, with / ? # @ and % in the name and the \
             password percent-encoded; or unset {name}."
        )
    }
}

/// The route to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// A direct connection, with the reason.
    Direct(String),
    /// A connection through this proxy.
    Through(Proxy),
    /// The proxy settings of the operating system.
    System,
}

/// A proxy, and the variable that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// The name of the variable.
    pub variable: &'static str,
    pub(super) address: ProxyAddress,
}

impl Proxy {
    /// Returns the host and port of the proxy.
    pub fn endpoint(&self) -> (&str, u16) {
        self.address.endpoint()
    }

    /// Returns true if the proxy resolves host names, so that this machine need not.
    pub fn looks_up_names(&self) -> bool {
        self.address.looks_up_names()
    }
}

impl fmt::Display for Proxy {
    /// Writes the variable and the address: `HTTPS_PROXY http://user:••••@proxy.example.com:3128`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.variable, self.address)
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct(why) => write!(f, "directly ({why})"),
            Self::Through(proxy) => write!(f, "through {proxy}"),
            Self::System => f.write_str("using the system's proxy settings"),
        }
    }
}

impl ProxySettings {
    /// Reads the variables. The upper-case spelling takes precedence, and an empty value counts as not set.
    pub fn read(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|name| {
                let value = variable(name)?;
                let blank = value.to_str().is_some_and(|text| text.trim().is_empty());
                (!blank).then_some((*name, value))
            })
        };
        let proxy = |names: &[&'static str]| {
            first(names).map(|(name, value)| Variable { name, address: ProxyAddress::parse(&value) })
        };
        // A web server that runs the program as a CGI script sets HTTP_PROXY from the `Proxy` header of a request.
        let in_cgi = variable("REQUEST_METHOD").is_some();
        Self {
            https: proxy(&["HTTPS_PROXY", "https_proxy"]),
            http: proxy(if in_cgi { &["http_proxy"] } else { &["HTTP_PROXY", "http_proxy"] }),
            all: proxy(&["ALL_PROXY", "all_proxy"]),
            no_proxy: first(&["NO_PROXY", "no_proxy"])
                .map_or_else(NoProxy::default, |(name, value)| NoProxy::parse(name, &value)),
        }
    }

    /// Returns the route to a URL.
    ///
    /// # Errors
    /// If the variable that decides it is invalid.
    pub fn route(&self, url: &Url) -> Result<Route, ProxySettingsError> {
        if is_loopback(url) {
            return Ok(Route::Direct("it is on this machine".to_owned()));
        }
        let own = if url.scheme() == "http" { &self.http } else { &self.https };
        let Some(variable) = own.as_ref().or(self.all.as_ref()) else {
            return self.without_variable();
        };
        if let Some(entry) = self.no_proxy.matching_entry(url) {
            return Ok(Route::Direct(format!("{} has {entry}", self.no_proxy.name())));
        }
        if let Some(why) = self.no_proxy.unusable() {
            return Err(ProxySettingsError { variable: self.no_proxy.name(), why: why.to_owned() });
        }
        match &variable.address {
            Ok(address) => Ok(Route::Through(Proxy { variable: variable.name, address: address.clone() })),
            Err(why) => Err(ProxySettingsError { variable: variable.name, why: why.clone() }),
        }
    }

    fn without_variable(&self) -> Result<Route, ProxySettingsError> {
        match &self.http {
            // The user wants a proxy, so connecting directly would be wrong.
            Some(Variable { name, address: Err(why) }) => {
                Err(ProxySettingsError { variable: name, why: why.clone() })
            }
            _ if cfg!(any(target_os = "macos", windows)) => Ok(Route::System),
            Some(Variable { name, .. }) => {
                Ok(Route::Direct(format!("{name} is for http:// only; HTTPS_PROXY is not set")))
            }
            None => Ok(Route::Direct("no proxy is set".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(variables: &[(&str, &str)]) -> ProxySettings {
        ProxySettings::read(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        })
    }

    fn way(variables: &[(&str, &str)], url: &str) -> String {
        match settings(variables).route(&Url::parse(url).unwrap()) {
            Ok(route) => route.to_string(),
            Err(refused) => refused.to_string(),
        }
    }

    const API: &str = "https://partners.example.com/v3";

    #[test]
    fn the_first_variable_that_is_set_names_the_proxy() {
        for (variables, expected) in [
            (
                &[("HTTPS_PROXY", "http://a:1"), ("https_proxy", "http://b:1")][..],
                "through HTTPS_PROXY http://a:1",
            ),
            (&[("https_proxy", "b:1"), ("ALL_PROXY", "http://c:1")], "through https_proxy http://b:1"),
            (&[("HTTPS_PROXY", " "), ("https_proxy", "b:1")], "through https_proxy http://b:1"),
            (&[("HTTPS_PROXY", ""), ("ALL_PROXY", "socks5h://c")], "through ALL_PROXY socks5h://c:1080"),
            (&[("all_proxy", "socks://c:9050/")], "through all_proxy socks5h://c:9050"),
            (&[], "directly (no proxy is set)"),
            (&[("HTTP_PROXY", "a:1")], "directly (HTTP_PROXY is for http:// only; HTTPS_PROXY is not set)"),
        ] {
            assert_eq!(way(variables, API), expected, "{variables:?}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let value = "http://jane:p%40ss/w0rd@proxy:3128";
        for variables in [[("HTTPS_PROXY", "http://jane:p%40ssw0rd@proxy:3128")], [("HTTPS_PROXY", value)]] {
            let settings = settings(&variables);
            let url = Url::parse(API).unwrap();
            let route = settings.route(&url);
            let shown = format!("{settings:?} {route:?} {}", way(&variables, API));
            assert!(!shown.contains("ssw0rd") && !shown.contains("w0rd"), "{shown}");
        }
        assert_eq!(
            way(&[("HTTPS_PROXY", "http://jane:s3cret@proxy:3128")], API),
            "through HTTPS_PROXY http://jane:••••@proxy:3128"
        );
        let token = "http://s3cret-token@proxy:3128";
        assert_eq!(way(&[("HTTPS_PROXY", token)], API), "through HTTPS_PROXY http://••••@proxy:3128");
    }

    #[test]
    fn an_invalid_variable_is_an_error_if_it_decides() {
        let port = "its port is not a number from 1 to 65535";
        for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"] {
            let expected = format!("{name} cannot be used: {port}");
            assert_eq!(way(&[(name, "http://proxy:99999")], API), expected);
        }
        // Another variable decides.
        let other = [("ALL_PROXY", "quic://x"), ("HTTP_PROXY", "quic://x"), ("HTTPS_PROXY", "http://a:1")];
        assert_eq!(way(&other, API), "through HTTPS_PROXY http://a:1");
        let excepted = [("HTTPS_PROXY", "quic://x"), ("NO_PROXY", "example.com")];
        assert_eq!(way(&excepted, API), "directly (NO_PROXY has example.com)");
        let bad = [("HTTPS_PROXY", "http://a:1"), ("no_proxy", "example.org,10.0.0.0/99")];
        assert_eq!(way(&bad, API), "no_proxy cannot be used: it has 10.0.0.0/99, which is not a network");
    }

    #[test]
    fn this_machine_is_reached_directly_whatever_is_set() {
        for url in ["http://127.0.0.1:8080", "http://localhost", "https://[::1]:8443"] {
            let all = [("HTTPS_PROXY", "quic://x"), ("HTTP_PROXY", "http://a:1"), ("NO_PROXY", "1.1.1.1/99")];
            assert_eq!(way(&all, url), "directly (it is on this machine)");
        }
    }

    #[test]
    fn a_request_header_of_a_web_server_sets_no_proxy() {
        let http = "http://partners.example.com";
        assert_eq!(way(&[("HTTP_PROXY", "http://a:1")], http), "through HTTP_PROXY http://a:1");
        let in_cgi = [("HTTP_PROXY", "http://a:1"), ("REQUEST_METHOD", "GET")];
        assert_eq!(way(&in_cgi, http), "directly (no proxy is set)");
        let lower = [("http_proxy", "http://b:1"), ("REQUEST_METHOD", "GET")];
        assert_eq!(way(&lower, http), "through http_proxy http://b:1");
    }
}
