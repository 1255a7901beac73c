//! The API root, under which all requests and links must be.

use std::fmt;

use url::{Host, Url};

/// A validated API root: `https`, or `http` for loopback, with a host and possibly a path (for a gateway).
///
/// It has no user info, query or fragment, and its path does not end with a slash.
#[derive(Clone, PartialEq, Eq)]
pub struct Root {
    url: Url,
    path: String,
}

/// The reason an address was rejected as an API root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RootError {
    /// The scheme is neither `https` nor `http`.
    #[error("the address must start with https://")]
    Scheme,
    /// The scheme is `http` for another machine, which would send the credentials unencrypted.
    #[error("http:// is accepted for this machine only (localhost, 127.0.0.1): use https://")]
    Insecure,
    /// There is no host.
    #[error("the address has no host")]
    NoHost,
    /// There is a user name or a password.
    #[error("the address must not contain a user name or password")]
    UserInfo,
    /// There is a query or a fragment.
    #[error("the address must not have a query or a fragment")]
    Query,
    /// The path contains encoded characters, empty segments or the like.
    #[error("the path of the address must be a plain one")]
    Path,
}

impl Root {
    /// Validates an address.
    pub fn new(mut url: Url) -> Result<Self, RootError> {
        check_origin(&url)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(RootError::Query);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        let odd = |segment: &str| segment.is_empty() || segment.starts_with("..");
        if path.contains(['%', '\\', ';']) || path.split('/').skip(1).any(odd) {
            return Err(RootError::Path);
        }
        url.set_path(&path);
        Ok(Self { url, path })
    }

    /// Returns the root as a URL.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Returns the path that every request starts with: empty, or for example `/gateway/adobe`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Builds the URL of a path under the root. The path starts with `/`; the query string has no `?`.
    pub(super) fn join(&self, path: &str, query: Option<&str>) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}{path}", self.path));
        url.set_query(query);
        url
    }

    /// Returns true if the URL has this root's scheme, host and port and no user info.
    pub(super) fn is_same_origin(&self, url: &Url) -> bool {
        is_same_origin(&self.url, url)
    }

    /// Returns true if the URL has this root's origin and its path is under the root's path.
    pub(super) fn contains(&self, url: &Url) -> bool {
        let rest = url.path().strip_prefix(self.path.as_str());
        self.is_same_origin(url) && rest.is_some_and(|rest| rest.starts_with('/'))
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Root({})", self.url)
    }
}

/// Checks that credentials may be sent to this address.
///
/// # Errors
/// If the address is neither `https` nor `http` for loopback, has no host, or has a user name or password.
pub fn check_origin(url: &Url) -> Result<(), RootError> {
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(url) => {}
        "http" if url.has_host() => return Err(RootError::Insecure),
        _ => return Err(RootError::Scheme),
    }
    if !url.has_host() {
        return Err(RootError::NoHost);
    }
    if has_user_info(url) {
        return Err(RootError::UserInfo);
    }
    Ok(())
}

/// Returns true if both URLs have the same scheme, host and port, and the second has no user info.
pub(super) fn is_same_origin(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
        && !has_user_info(other)
}

pub(super) fn has_user_info(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(text: &str) -> Result<Root, RootError> {
        Root::new(Url::parse(text).unwrap())
    }

    #[test]
    fn https_and_loopback_are_accepted_with_and_without_a_path() {
        for (text, path) in [
            ("https://partners.adobe.io", ""),
            ("https://partners.adobe.io/", ""),
            ("https://proxy.example.com:8443/gateway/adobe/", "/gateway/adobe"),
            ("http://127.0.0.1:3000", ""),
            ("http://127.8.9.10:3000", ""),
            ("http://localhost:3000/x", "/x"),
            ("http://[::1]:3000", ""),
        ] {
            assert_eq!(root(text).unwrap().path(), path, "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_a_reason() {
        for (text, why) in [
            ("http://partners.adobe.io", RootError::Insecure),
            ("http://127.0.0.1.example.com", RootError::Insecure),
            ("http://localhost.example.com", RootError::Insecure),
            ("http://0.0.0.0", RootError::Insecure),
            ("ftp://example.com", RootError::Scheme),
            ("file:///etc/passwd", RootError::Scheme),
            ("data:text/plain,x", RootError::Scheme),
            ("https://user@example.com", RootError::UserInfo),
            ("https://:pass@example.com", RootError::UserInfo),
            ("https://example.com/?a=1", RootError::Query),
            ("https://example.com/#a", RootError::Query),
            ("https://example.com/a%2fb", RootError::Path),
            ("https://example.com/a//b", RootError::Path),
            ("https://example.com/..;/b", RootError::Path),
        ] {
            assert_eq!(root(text).unwrap_err(), why, "{text}");
            assert!(!why.to_string().is_empty());
        }
    }

    #[test]
    fn paths_are_joined_under_the_root() {
        let plain = root("https://example.com").unwrap();
        assert_eq!(plain.join("/v3/customers/1", None).as_str(), "https://example.com/v3/customers/1");
        let deep = root("https://example.com/gw/").unwrap();
        let url = deep.join("/v3/customers/1", Some("limit=1"));
        assert_eq!(url.as_str(), "https://example.com/gw/v3/customers/1?limit=1");
        assert!(
            deep.contains(&url) && !deep.contains(&plain.join("/gwx", None)) && !deep.contains(plain.url())
        );
    }
}
