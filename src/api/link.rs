//! Links and redirects from a server, which are checked before they are followed.
//!
//! A link is untrusted data and a request carries credentials, so a link may lead only to a resource under the API root.

use percent_encoding::percent_decode_str;
use url::Url;

use super::root::{Root, has_user_info};
use crate::{model::Link, redact::Redactor};

/// The longest link that is followed, in bytes.
pub const MAX_LINK_BYTES: usize = 8 * 1024;

/// The number of characters of a refused link that its message shows.
const MAX_SHOWN: usize = 120;

/// The number of layers of percent-encoding beyond which a path counts as hostile.
const MAX_LAYERS: usize = 4;

/// The error of a link that is not safe to follow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the link {link} {reason}")]
pub struct LinkRefused {
    /// The link as sent, but cleaned, shortened and redacted.
    pub link: String,
    /// The reason, as the end of a sentence that begins with the link.
    pub reason: &'static str,
}

impl Root {
    /// Returns the URL that a link leads to.
    ///
    /// # Errors
    /// If the link leads outside this root, or is malformed or ambiguous.
    pub fn resolve(&self, link: &Link) -> Result<Url, LinkRefused> {
        resolve(self, link, &Redactor::new([]))
    }

    /// Returns the URL that the `Location` of a redirect from `from` leads to.
    ///
    /// # Errors
    /// If the redirect leads outside this root, or is malformed or ambiguous.
    pub fn redirect(&self, from: &Url, location: &str) -> Result<Url, LinkRefused> {
        let shown = |reason| LinkRefused { link: Redactor::new([]).sanitize(location, MAX_SHOWN), reason };
        resolve_redirect(self, from, location).map_err(shown)
    }
}

/// Returns the URL that a link leads to.
///
/// A path is relative to the root and must stay under it, and so must a full URL. `redactor` knows the secrets that the
/// server has seen and may have put into the link.
pub(super) fn resolve(root: &Root, link: &Link, redactor: &Redactor) -> Result<Url, LinkRefused> {
    check(root, link).map_err(|reason| {
        let method =
            if link.method.eq_ignore_ascii_case("GET") { String::new() } else { format!("{} ", link.method) };
        LinkRefused { link: redactor.sanitize(&format!("{method}{}", link.uri), MAX_SHOWN), reason }
    })
}

fn check(root: &Root, link: &Link) -> Result<Url, &'static str> {
    let uri = link.uri.as_str();
    if !link.method.eq_ignore_ascii_case("GET") {
        return Err("requires a method other than GET");
    }
    check_text(uri)?;
    if uri.starts_with("//") {
        return Err("leads to another host");
    }
    let url = if has_scheme(uri) { resolve_absolute(root, uri)? } else { resolve_relative(root, uri)? };
    // The final check, whatever the URL parser made of the link.
    if root.contains(&url) { Ok(url) } else { Err("leads outside the API root") }
}

/// Returns the URL that a redirect from `from` leads to, or the reason not to follow it, as the end of a sentence.
///
/// Unlike a link, a `Location` is relative to the URL of the request, as in HTTP. It may lead no further than a link,
/// since the next request carries the same credentials.
pub(super) fn resolve_redirect(root: &Root, from: &Url, location: &str) -> Result<Url, &'static str> {
    check_text(location)?;
    let mut url = from.join(location).map_err(|_| "is not an address")?;
    if has_user_info(&url) {
        return Err("contains a user name");
    }
    if !root.is_same_origin(&url) {
        return Err("leads to another host, port or scheme");
    }
    // The text as sent, since the parser has already resolved the dot segments.
    check_path(raw_path(location))?;
    if !root.contains(&url) {
        return Err("leads outside the API root");
    }
    url.set_fragment(None);
    Ok(url)
}

/// Returns the part of a URI after its scheme and authority.
fn raw_path(uri: &str) -> &str {
    // What only looks like a scheme is a path for the parser, and is checked as one.
    let scheme = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    };
    let rest = uri.split_once(':').filter(|(before, _)| scheme(before)).map_or(uri, |(_, rest)| rest);
    match rest.strip_prefix("//") {
        Some(rest) => &rest[rest.find(['/', '?', '#']).unwrap_or(rest.len())..],
        None => rest,
    }
}

/// Refuses text that a URL does not need, and that URL parsers drop or misread.
fn check_text(uri: &str) -> Result<(), &'static str> {
    if uri.is_empty() {
        return Err("is empty");
    }
    if uri.len() > MAX_LINK_BYTES {
        return Err("is longer than 8 KiB");
    }
    if uri.chars().any(char::is_control) {
        return Err("contains control characters");
    }
    if uri.trim() != uri {
        return Err("starts or ends with a space");
    }
    if uri.contains('\\') {
        return Err("contains a backslash");
    }
    Ok(())
}

/// Returns true if the link begins with a scheme such as `https:` or `javascript:`.
fn has_scheme(uri: &str) -> bool {
    let before_path = uri.split(['/', '?', '#']).next().unwrap_or_default();
    before_path.contains(':')
}

fn resolve_absolute(root: &Root, uri: &str) -> Result<Url, &'static str> {
    let (scheme, rest) = uri.split_once(':').unwrap_or_default();
    if !scheme.eq_ignore_ascii_case(root.url().scheme()) {
        return Err("has another scheme than the API root");
    }
    let rest =
        rest.strip_prefix("//").filter(|rest| !rest.starts_with('/')).ok_or("is not a complete address")?;
    let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(authority_end);
    if authority.contains('@') {
        return Err("contains a user name");
    }
    check_path(path)?;
    let mut url = Url::parse(uri).map_err(|_| "is not an address")?;
    if !root.is_same_origin(&url) {
        return Err("leads to another host");
    }
    url.set_fragment(None);
    Ok(url)
}

fn resolve_relative(root: &Root, uri: &str) -> Result<Url, &'static str> {
    if uri.starts_with(['?', '#']) {
        return Err("has no path");
    }
    check_path(uri)?;
    let uri = uri.split('#').next().unwrap_or_default();
    let (path, query) = uri.split_once('?').map_or((uri, None), |(path, query)| (path, Some(query)));
    let slash = if path.starts_with('/') { "" } else { "/" };
    Ok(root.join(&format!("{slash}{path}"), query))
}

/// Refuses paths that a gateway or server further on may read differently: dot segments, and slashes, dots and control
/// characters in any number of encodings.
fn check_path(uri: &str) -> Result<(), &'static str> {
    let path = uri.split(['?', '#']).next().unwrap_or_default();
    check_segments(path)?;
    let mut layer = path.to_owned();
    for _ in 0..MAX_LAYERS {
        let lower = layer.to_ascii_lowercase();
        if ["%2e", "%2f", "%5c"].iter().any(|code| lower.contains(code)) {
            return Err("contains encoded slashes or dots");
        }
        let Ok(decoded) = percent_decode_str(&layer).decode_utf8() else {
            return Err("contains bytes that are not text");
        };
        if decoded.chars().any(char::is_control) {
            return Err("contains encoded control characters");
        }
        if decoded == layer {
            return Ok(());
        }
        check_segments(&decoded)?;
        layer = decoded.into_owned();
    }
    Err("is encoded too many times")
}

fn check_segments(path: &str) -> Result<(), &'static str> {
    // Some servers take `..;x` for `..`.
    let dots = |segment: &str| matches!(segment.split(';').next(), Some("." | ".."));
    if path.split(['/', '\\']).any(dots) { Err("leads outside its folder") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn root(text: &str) -> Root {
        Root::new(Url::parse(text).unwrap()).unwrap()
    }

    fn at(root_url: &str, uri: &str) -> Result<String, LinkRefused> {
        resolve(&root(root_url), &Link::get(uri), &Redactor::new([])).map(|url| url.to_string())
    }

    const PLAIN: &str = "https://api.example.com";
    const DEEP: &str = "https://api.example.com/gw/adobe";

    #[test]
    fn safe_links_lead_to_a_url_under_the_root() {
        for (base, uri, url) in [
            (PLAIN, "/v3/customers/1", "https://api.example.com/v3/customers/1"),
            (DEEP, "/v3/customers/1", "https://api.example.com/gw/adobe/v3/customers/1"),
            (DEEP, "v3/customers/1", "https://api.example.com/gw/adobe/v3/customers/1"),
            (
                PLAIN,
                "/v3/a?limit=2&name=a%2Fb..%5c#x",
                "https://api.example.com/v3/a?limit=2&name=a%2Fb..%5c",
            ),
            (
                PLAIN,
                "/v3/a?from=2025-01-01T10:00:00Z",
                "https://api.example.com/v3/a?from=2025-01-01T10:00:00Z",
            ),
            (PLAIN, "/v3/a?x=Größe 1", "https://api.example.com/v3/a?x=Gr%C3%B6%C3%9Fe%201"),
            (PLAIN, "/v3/a:b", "https://api.example.com/v3/a:b"),
            (PLAIN, "/v3/a%20b", "https://api.example.com/v3/a%20b"),
            (PLAIN, "/v3/a.b..c", "https://api.example.com/v3/a.b..c"),
            (PLAIN, "/v3/a@b", "https://api.example.com/v3/a@b"),
            (PLAIN, "https://api.example.com/v3/a?b=1#c", "https://api.example.com/v3/a?b=1"),
            (PLAIN, "HTTPS://API.EXAMPLE.COM:443/v3/a", "https://api.example.com/v3/a"),
            (DEEP, "https://api.example.com/gw/adobe/v3/a", "https://api.example.com/gw/adobe/v3/a"),
            ("http://127.0.0.1:81", "http://127.0.0.1:81/v3/a", "http://127.0.0.1:81/v3/a"),
        ] {
            assert_eq!(at(base, uri).as_deref(), Ok(url), "{base} + {uri}");
        }
    }

    #[test]
    fn hostile_links_are_refused() {
        for uri in [
            "",
            " ",
            "?limit=1",
            "#x",
            "//evil.example/v3/a",
            "///evil.example/v3/a",
            "/\\evil.example/v3/a",
            "\\\\evil.example/v3/a",
            "https:\\\\evil.example",
            " //evil.example/v3/a",
            "\t//evil.example/v3/a",
            "/\t/evil.example/v3/a",
            "/v3\n/a",
            "ht\ntps://evil.example/",
            "/v3/\u{85}a",
            "/v3/a\0",
            "https://evil.example/v3/a",
            "https://api.example.com.evil.example/gw/adobe/v3/a",
            "https://api.example.com@evil.example/gw/adobe/v3/a",
            "https://user:pass@api.example.com/gw/adobe/v3/a",
            "https://@api.example.com/gw/adobe/v3/a",
            "https://api.example.com:8443/gw/adobe/v3/a",
            "http://api.example.com/gw/adobe/v3/a",
            "http://api.example.com:443/gw/adobe/v3/a",
            "https:/gw/adobe/v3/a",
            "https:gw/adobe/v3/a",
            "https:///evil.example/v3/a",
            "https://",
            "https://api.example.com",
            "https://api.example.com/",
            "https://api.example.com/gw",
            "https://api.example.com/gw/adobex/v3/a",
            "https://api.example.com/v3/a",
            "https://api.example.com?/gw/adobe/",
            "https://аpi.example.com/gw/adobe/v3/a",
            "javascript:alert(1)",
            "JavaScript://api.example.com/%0aalert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "ftp://api.example.com/gw/adobe/v3/a",
            "mailto:a@b.example",
            "blob:https://api.example.com/gw/adobe/1",
            "1234:/v3",
            "/../other",
            "/v3/../../other",
            "..",
            ".",
            "/v3/..",
            "/v3/./a",
            "../v3/a",
            "/..;/other",
            "/v3/..;a=b/other",
            "/%2e%2e/other",
            "/%2E./other",
            "/.%2e/other",
            "/v3/%2e%2E%2fother",
            "/v3/..%2fother",
            "/v3/a%2Fb",
            "/v3/a%5Cb",
            "/v3/a%5cb",
            "/v3/%252e%252e/other",
            "/v3/%25252e%25252e/other",
            "/v3/%2525252525252525252e/other",
            "/v3/%00",
            "/v3/a%0d%0aHost:%20evil.example",
            "/v3/%ff",
            "https://api.example.com/gw/adobe/../other",
            "https://api.example.com/gw/adobe/%2e%2e/other",
            "https://api.example.com/gw/adobe%2f..%2fother",
        ] {
            assert!(at(DEEP, uri).is_err(), "{uri:?} led to {:?}", at(DEEP, uri));
        }
        assert!(at(DEEP, &format!("/{}", "a".repeat(MAX_LINK_BYTES))).is_err());
        assert!(at("http://127.0.0.1:81", "http://127.0.0.1:82/v3/a").is_err());
        assert!(at("http://127.0.0.1:81", "http://localhost:81/v3/a").is_err());
    }

    fn redirect(base: &str, location: &str) -> Result<String, &'static str> {
        let root = root(base);
        let from = root.join("/v3/customers/1", Some("x=1"));
        let target = resolve_redirect(&root, &from, location)?;
        assert!(root.contains(&target), "{location:?} led to {target}");
        Ok(target.to_string())
    }

    #[test]
    fn a_redirect_is_relative_to_the_url_of_the_request() {
        for (location, target) in [
            ("/gw/adobe/v3/other?a=1#b", "https://api.example.com/gw/adobe/v3/other?a=1"),
            ("2", "https://api.example.com/gw/adobe/v3/customers/2"),
            ("?page=2", "https://api.example.com/gw/adobe/v3/customers/1?page=2"),
            ("?to=/../%2e%2e", "https://api.example.com/gw/adobe/v3/customers/1?to=/../%2e%2e"),
            ("HTTPS://API.example.com:443/gw/adobe/v3/a", "https://api.example.com/gw/adobe/v3/a"),
            ("//api.example.com/gw/adobe/v3/a", "https://api.example.com/gw/adobe/v3/a"),
        ] {
            assert_eq!(redirect(DEEP, location).as_deref(), Ok(target), "{location}");
        }
    }

    #[test]
    fn a_redirect_may_lead_no_further_than_a_link() {
        let (out, folder) = ("leads outside the API root", "leads outside its folder");
        let (elsewhere, encoded) =
            ("leads to another host, port or scheme", "contains encoded slashes or dots");
        for (location, why) in [
            ("/other-app", out),
            ("/gw/adobe", out),
            ("/gw/adobex/v3", out),
            ("https://api.example.com/other-app", out),
            ("../../../../other-app", folder),
            ("/gw/adobe/../other-app", folder),
            ("/gw/adobe/v3/../a", folder),
            ("/gw/adobe/..;/other-app", folder),
            ("https://api.example.com/gw/adobe/../other-app", folder),
            ("//api.example.com/gw/adobe/./a", folder),
            ("https:../a", folder),
            ("/gw/adobe/..%2f..", encoded),
            ("/gw/adobe/%2E%2e/other-app", encoded),
            ("/gw/adobe/%252e%252e/other-app", encoded),
            ("..%2f..%2f..%2fother-app:1", encoded),
            ("%2e%2e%2f%2e%2e%2f%2e%2e%2fother-app://x", encoded),
            ("a%0d%0ab:c", "contains encoded control characters"),
            ("/gw/adobe\\..\\other-app", "contains a backslash"),
            ("/gw/adobe/\t../other-app", "contains control characters"),
            ("https://evil.example/gw/adobe/v3/a", elsewhere),
            ("https:///evil.example/gw/adobe/v3/a", elsewhere),
            ("https://api.example.com:444/gw/adobe/v3/a", elsewhere),
            ("http://api.example.com/gw/adobe/v3/a", elsewhere),
            ("javascript:alert(1)", elsewhere),
            ("https://me@api.example.com/gw/adobe/v3/a", "contains a user name"),
            ("https://[/gw/adobe/v3/a", "is not an address"),
            ("https://api.example.com:99999/gw/adobe/v3/a", "is not an address"),
            ("", "is empty"),
        ] {
            assert_eq!(redirect(DEEP, location), Err(why), "{location}");
        }
    }

    #[test]
    fn only_get_is_followed() {
        for method in ["POST", "DELETE", "GET ", "", "HEAD", "CONNECT"] {
            let link = Link { method: method.into(), ..Link::get("/v3/customers/1") };
            let refused = resolve(&root(PLAIN), &link, &Redactor::new([])).unwrap_err();
            assert_eq!(refused.reason, "requires a method other than GET", "{method:?}");
        }
        let link = Link { method: "get".into(), ..Link::get("/v3/customers/1") };
        assert!(resolve(&root(PLAIN), &link, &Redactor::new([])).is_ok());
    }

    #[test]
    fn the_message_shows_the_link_cleaned_and_shortened() {
        let refused = at(PLAIN, "https://evil.example/\x1b]0;x\x07").unwrap_err();
        assert_eq!(refused.to_string(), "the link https://evil.example/␛]0;x␇ contains control characters");
        let refused = at(PLAIN, &format!("//{}", "x".repeat(1 << 20))).unwrap_err();
        assert!(refused.link.chars().count() <= MAX_SHOWN + 1);
    }

    #[test]
    fn the_message_shows_no_part_of_a_secret() {
        let token = "tok-9z8y7x6w5v4u/+";
        let redactor = Redactor::new([&token.into()]);
        let shown = |link: &Link| resolve(&root(PLAIN), link, &redactor).unwrap_err().to_string();
        let link = Link::get(format!("//evil.example/{token}?t=tok-9z8y7x6w5v4u%2F%2B"));
        assert_eq!(shown(&link), "the link //evil.example/••••?t=•••• leads to another host");
        let link = Link { method: token.into(), ..Link::get("/v3/customers/1") };
        assert_eq!(shown(&link), "the link •••• /v3/customers/1 requires a method other than GET");
        for before in MAX_SHOWN - 20..MAX_SHOWN {
            let text = shown(&Link::get(format!("//{}{token}", "x".repeat(before))));
            assert!(!text.contains("tok"), "{text}");
        }
    }

    fn assert_under_root(base: &str, uri: &str) {
        let root = root(base);
        let redirected = resolve_redirect(&root, &root.join("/v3/a", None), uri);
        for url in resolve(&root, &Link::get(uri), &Redactor::new([])).into_iter().chain(redirected) {
            assert!(root.contains(&url), "{uri:?} led to {url}");
            assert!(url.as_str().starts_with(&format!("{base}/")), "{uri:?} led to {url}");
            assert_eq!(url.fragment(), None);
        }
    }

    proptest! {
        #[test]
        fn no_text_leads_out_of_the_root(uri in any::<String>()) {
            assert_under_root(PLAIN, &uri);
            assert_under_root(DEEP, &uri);
        }

        #[test]
        fn no_mix_of_hostile_parts_leads_out_of_the_root(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "/", "//", "\\", "..", ".", "%2e", "%2f", "%5c", "%25", "%", ";", "@", ":", "?", "#", "https",
                    "http", "://", "api.example.com", "evil.example", "gw", "adobe", "v3", "\t", "\n", " ", "a",
                    "[", "]", "javascript:", "\u{202e}", "。", "：", "／",
                ]),
                0..12,
            )
        ) {
            let uri = parts.concat();
            assert_under_root(PLAIN, &uri);
            assert_under_root(DEEP, &uri);
        }
    }
}
