//! `NO_PROXY`: the hosts that are reached without a proxy.

use std::{ffi::OsStr, net::IpAddr};

use ipnet::IpNet;
use url::{Host, Url};

use crate::redact::bounded;

/// The longest part of an entry that is shown, in characters.
const MAX_SHOWN: usize = 60;

/// The value of `NO_PROXY`.
#[derive(Debug, Clone, Default)]
pub(super) struct NoProxy {
    name: &'static str,
    entries: Vec<NoProxyEntry>,
    /// The first invalid entry, and the reason.
    unusable: Option<String>,
}

#[derive(Debug, Clone)]
struct NoProxyEntry {
    text: String,
    hosts: Hosts,
    port: Option<u16>,
}

#[derive(Debug, Clone)]
enum Hosts {
    All,
    /// Names without a dot.
    Local,
    /// A domain and its subdomains.
    Domain(String),
    Address(IpAddr),
    Network(IpNet),
    /// A name or an address with `*` for any text.
    Pattern(String),
}

impl NoProxy {
    /// Parses the list, whose entries are separated by commas or blanks.
    pub(super) fn parse(name: &'static str, value: &OsStr) -> Self {
        let mut all = Self { name, ..Self::default() };
        let Some(text) = value.to_str() else {
            all.unusable = Some("it is not UTF-8".to_owned());
            return all;
        };
        for text in text.split(|c: char| c == ',' || c.is_whitespace()).filter(|text| !text.is_empty()) {
            // A URL may contain a password, which must not be shown.
            let (_, place) = text.split_once("://").unwrap_or(("", text));
            let place =
                if place.len() == text.len() { place } else { place.split('/').next().unwrap_or_default() };
            let place = place.rsplit('@').next().unwrap_or_default();
            match parse_entry(place) {
                Ok((hosts, port)) => {
                    all.entries.push(NoProxyEntry { text: bounded(place, MAX_SHOWN), hosts, port });
                }
                Err(what) => {
                    let shown = bounded(place, MAX_SHOWN);
                    all.unusable.get_or_insert(format!("it has {shown}, which is not {what}"));
                }
            }
        }
        all
    }

    /// Returns the name of the variable.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the reason the list is invalid, if it is.
    pub(super) fn unusable(&self) -> Option<&str> {
        self.unusable.as_deref()
    }

    /// Returns the entry that matches a URL.
    pub(super) fn matching_entry(&self, url: &Url) -> Option<&str> {
        let host = url.host()?.to_owned();
        let port = url.port_or_known_default();
        let is_match = |entry: &&NoProxyEntry| {
            entry.port.is_none_or(|own| Some(own) == port) && entry.hosts.contains(&host)
        };
        self.entries.iter().find(is_match).map(|entry| entry.text.as_str())
    }
}

impl Hosts {
    fn contains(&self, host: &Host) -> bool {
        let address = match host {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(IpAddr::V4(*address)),
            Host::Ipv6(address) => Some(IpAddr::V6(*address)),
        };
        let name = match host {
            Host::Domain(name) => name.trim_end_matches('.').to_ascii_lowercase(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        match self {
            Self::All => true,
            Self::Local => address.is_none() && !name.contains('.'),
            Self::Address(own) => address == Some(*own),
            Self::Network(network) => address.is_some_and(|address| network.contains(&address)),
            Self::Pattern(pattern) => matches_pattern(pattern, &name),
            Self::Domain(domain) => {
                address.is_none()
                    && name
                        .strip_suffix(domain.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
        }
    }
}

/// Parses one entry. An error says what the entry should have been: `a network`.
fn parse_entry(text: &str) -> Result<(Hosts, Option<u16>), &'static str> {
    match text {
        "*" => return Ok((Hosts::All, None)),
        "<local>" => return Ok((Hosts::Local, None)),
        _ => {}
    }
    if text.contains('/') {
        return text.parse().map(|network| (Hosts::Network(network), None)).map_err(|_| "a network");
    }
    if let Ok(address) = text.parse() {
        return Ok((Hosts::Address(address), None));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port.parse().map_err(|_| "a host")?)),
        _ => (text, None),
    };
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = bare.parse() {
        return Ok((Hosts::Address(address), port));
    }
    let numbers = !host.is_empty() && host.chars().all(|c| c.is_ascii_digit() || c == '.');
    if numbers {
        // Some lists use `10.` for all addresses that begin with it.
        let start = host.strip_suffix('.').filter(|start| !start.is_empty()).ok_or("an address")?;
        return Ok((Hosts::Pattern(format!("{start}.*")), port));
    }
    let domain =
        host.strip_prefix("*.").or_else(|| host.strip_prefix('.')).unwrap_or(host).trim_end_matches('.');
    if domain.contains('*') {
        return Ok((Hosts::Pattern(host.to_ascii_lowercase()), port));
    }
    match Host::parse(domain) {
        Ok(Host::Domain(name)) => Ok((Hosts::Domain(name.to_ascii_lowercase()), port)),
        _ => Err("a host"),
    }
}

/// Returns true if a text matches a pattern, in which `*` stands for any text.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    let Some(mut left) = text.strip_prefix(start).and_then(|left| left.strip_suffix(end)) else {
        return false;
    };
    middle.split('*').all(|part| match left.split_once(part) {
        Some((_, behind)) => {
            left = behind;
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no_proxy(list: &str) -> NoProxy {
        NoProxy::parse("NO_PROXY", OsStr::new(list))
    }

    #[track_caller]
    fn check(list: &str, url: &str, entry: Option<&str>) {
        let all = no_proxy(list);
        assert_eq!(
            (all.matching_entry(&Url::parse(url).unwrap()), all.unusable()),
            (entry, None),
            "{list} {url}"
        );
    }

    #[test]
    fn a_domain_includes_its_subdomains() {
        for list in ["example.com", ".example.com", "*.example.com", "EXAMPLE.com.", " a.b ,\texample.com;"] {
            let list = list.trim_end_matches(';');
            for (url, held) in [
                ("https://example.com", true),
                ("https://api.Example.com/v3", true),
                ("https://example.com./", true),
                ("https://notexample.com", false),
                ("https://example.com.evil.org", false),
            ] {
                let all = no_proxy(list);
                assert_eq!(all.matching_entry(&Url::parse(url).unwrap()).is_some(), held, "{list} {url}");
            }
        }
        check("bücher.example", "https://www.bücher.example", Some("bücher.example"));
    }

    #[test]
    fn stars_addresses_networks_and_ports_are_understood() {
        check("*", "https://example.com", Some("*"));
        check("a *", "https://example.com", Some("*"));
        check("10.0.0.0/8", "https://10.1.2.3", Some("10.0.0.0/8"));
        check("10.0.0.0/8", "https://11.1.2.3", None);
        check("10.1.2.3", "https://10.1.2.3:8443", Some("10.1.2.3"));
        check("fd00::/8,::2", "https://[fd00::1]", Some("fd00::/8"));
        check("[::2]:8443", "https://[::2]:8443", Some("[::2]:8443"));
        check("[::2]", "https://[::2]:8443", Some("[::2]"));
        check("example.com:443", "https://api.example.com", Some("example.com:443"));
        check("example.com:8443", "https://api.example.com", None);
        check("https://example.com/x", "https://example.com", Some("example.com"));
        check("<local>", "https://intranet", Some("<local>"));
        check("<local>", "https://example.com", None);
        check("192.168.*", "https://192.168.3.4", Some("192.168.*"));
        check("192.168.", "https://192.168.3.4", Some("192.168."));
        check("192.168.", "https://192.1.68.4", None);
        check("api*.example.com", "https://api2.example.com", Some("api*.example.com"));
        check("example.com", "https://10.1.2.3", None);
    }

    #[test]
    fn a_star_matches_any_text() {
        for (pattern, text, fit) in [
            ("a*", "a", true),
            ("*b", "ab", true),
            ("a*b", "ab", true),
            ("ab*b", "ab", false),
            ("a*b*c", "axbyc", true),
            ("a*b*c", "axyc", false),
            ("*a*a*", "banana", true),
            ("*a*a*a*a*", "banana", false),
        ] {
            assert_eq!(matches_pattern(pattern, text), fit, "{pattern} {text}");
        }
    }

    #[test]
    fn an_invalid_entry_is_named_without_its_password() {
        for (list, why) in [
            ("a, 10.0.0.0/99", "it has 10.0.0.0/99, which is not a network"),
            ("10.1", "it has 10.1, which is not an address"),
            ("example.com:x", "it has example.com:x, which is not a host"),
            ("exa^mple", "it has exa^mple, which is not a host"),
            ("http://jane:s3cret@exa^mple/x", "it has exa^mple, which is not a host"),
        ] {
            assert_eq!(no_proxy(list).unusable(), Some(why), "{list}");
        }
    }
}
