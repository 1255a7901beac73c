//! Links that a server sent: judged before they are followed.
//!
//! A link is data from outside, and a request carries credentials: what a link may name is a resource under the API
//! root and nothing else.

use percent_encoding::percent_decode_str;
use url::Url;

use super::root::{Root, has_user_info};
use crate::{model::Link, redact::Redactor};

/// The longest link that is followed.
pub const MAX_LINK_BYTES: usize = 8 * 1024;

/// How much of a refused link its message shows, in characters.
const MAX_SHOWN: usize = 120;

/// How many layers of percent-encoding are taken off a path before it counts as hostile.
const MAX_LAYERS: usize = 4;

/// A link that was not followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the link {link} {reason}")]
pub struct LinkRefused {
    /// The link as sent, clean, shortened and without our secrets.
    pub link: String,
    /// The reason why as the end of a sentence that starts with the link.
    pub reason: &'static str,
}

impl Root {
    /// The address under this root that a link leads to; see [`LinkRefused`] for what is not followed.
    pub fn resolve(&self, link: &Link) -> Result<Url, LinkRefused> {
        resolve(self, link, &Redactor::new([]))
    }

    /// The address that the `Location` of a redirect leads to, once `from` was asked.
    pub fn redirect(&self, from: &Url, location: &str) -> Result<Url, LinkRefused> {
        let shown = |reason| LinkRefused { link: Redactor::new([]).text(location, MAX_SHOWN), reason };
        redirected(self, from, location).map_err(shown)
    }
}

/// The address that a link leads to.
///
/// A path is relative to the root, whose own path it may not leave; a whole address must lie under the root. `redactor`
/// knows the secrets that the server has seen and may have put into the link.
pub(super) fn resolve(root: &Root, link: &Link, redactor: &Redactor) -> Result<Url, LinkRefused> {
    judge(root, link).map_err(|reason| {
        let method =
            if link.method.eq_ignore_ascii_case("GET") { String::new() } else { format!("{} ", link.method) };
        LinkRefused { link: redactor.text(&format!("{method}{}", link.uri), MAX_SHOWN), reason }
    })
}

fn judge(root: &Root, link: &Link) -> Result<Url, &'static str> {
    let uri = link.uri.as_str();
    if !link.method.eq_ignore_ascii_case("GET") {
        return Err("requires a method other than GET");
    }
    judge_text(uri)?;
    if uri.starts_with("//") {
        return Err("leads to another host");
    }
    let url = if has_scheme(uri) { absolute(root, uri)? } else { relative(root, uri)? };
    // The last word: whatever the parser made of it, it is under the root or it is not followed.
    if root.holds(&url) { Ok(url) } else { Err("leads outside the API root") }
}

/// The address that a redirect from `from` leads to; else why it is not followed, as the end of a sentence.
///
/// Unlike a link, a `Location` is relative to the address that was asked, as HTTP has it. Where it may lead is the
/// same: the request that follows it carries the same credentials.
pub(super) fn redirected(root: &Root, from: &Url, location: &str) -> Result<Url, &'static str> {
    judge_text(location)?;
    let mut url = from.join(location).map_err(|_| "is not an address")?;
    if has_user_info(&url) {
        return Err("contains a user name");
    }
    if !root.same_origin(&url) {
        return Err("leads to another host, port or scheme");
    }
    // As sent: the parser has already taken the dot segments out.
    judge_path(raw_path(location))?;
    if !root.holds(&url) {
        return Err("leads outside the API root");
    }
    url.set_fragment(None);
    Ok(url)
}

/// Returns the part after the scheme and the authority, if there is any.
fn raw_path(uri: &str) -> &str {
    // What only looks like a scheme is a path to the parser, and is judged as one.
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

/// Refuses what no address needs, and what parsers of addresses drop or take for something else.
fn judge_text(uri: &str) -> Result<(), &'static str> {
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

/// Returns true if something like `https:` or `javascript:` comes first.
fn has_scheme(uri: &str) -> bool {
    let before_path = uri.split(['/', '?', '#']).next().unwrap_or_default();
    before_path.contains(':')
}

fn absolute(root: &Root, uri: &str) -> Result<Url, &'static str> {
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
    judge_path(path)?;
    let mut url = Url::parse(uri).map_err(|_| "is not an address")?;
    if !root.same_origin(&url) {
        return Err("leads to another host");
    }
    url.set_fragment(None);
    Ok(url)
}

fn relative(root: &Root, uri: &str) -> Result<Url, &'static str> {
    if uri.starts_with(['?', '#']) {
        return Err("has no path");
    }
    judge_path(uri)?;
    let uri = uri.split('#').next().unwrap_or_default();
    let (path, query) = uri.split_once('?').map_or((uri, None), |(path, query)| (path, Some(query)));
    let slash = if path.starts_with('/') { "" } else { "/" };
    Ok(root.join(&format!("{slash}{path}"), query))
}

/// Refuses paths that mean one place to us and another to a server behind: dot segments, and slashes, dots and
/// controls in any number of encodings.
fn judge_path(uri: &str) -> Result<(), &'static str> {
    let path = uri.split(['?', '#']).next().unwrap_or_default();
    judge_segments(path)?;
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
        judge_segments(&decoded)?;
        layer = decoded.into_owned();
    }
    Err("is encoded too many times")
}

fn judge_segments(path: &str) -> Result<(), &'static str> {
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
    fn good_links_lead_under_the_root() {
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
        let target = redirected(&root, &from, location)?;
        assert!(root.holds(&target), "{location:?} led to {target}");
        Ok(target.to_string())
    }

    #[test]
    fn a_redirect_is_relative_to_the_address_that_was_asked() {
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
    fn a_redirect_leads_where_a_link_may_lead_and_says_why_not() {
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
    fn the_message_shows_the_link_clean_and_short() {
        let refused = at(PLAIN, "https://evil.example/\x1b]0;x\x07").unwrap_err();
        assert_eq!(refused.to_string(), "the link https://evil.example/␛]0;x␇ contains control characters");
        let refused = at(PLAIN, &format!("//{}", "x".repeat(1 << 20))).unwrap_err();
        assert!(refused.link.chars().count() <= MAX_SHOWN + 1);
    }

    #[test]
    fn the_message_shows_none_of_our_secrets_not_even_a_part() {
        let token = "tok-9z8y7x6w5v4u/+";
        let redactor = Redactor::new([&token.into()]);
        let shown = |link: &Link| resolve(&root(PLAIN), link, &redactor).unwrap_err().to_string();
        let link = Link::get(format!("//evil.example/{token}?t=tok-9z8y7x6w5v4u%2F%2B"));
        assert_eq!(shown(&link), "the link //evil.example/••••?t=•••• leads to another host");
        let link = Link { method: token.into(), ..Link::get("/v3/customers/1") };
        assert_eq!(shown(&link), "the link •••• /v3/customers/1 requires a method other than GET");
        for before in MAX_SHOWN - 20..MAX_SHOWN {
            let told = shown(&Link::get(format!("//{}{token}", "x".repeat(before))));
            assert!(!told.contains("tok"), "{told}");
        }
    }

    fn judged(base: &str, uri: &str) {
        let root = root(base);
        let redirected = redirected(&root, &root.join("/v3/a", None), uri);
        for url in resolve(&root, &Link::get(uri), &Redactor::new([])).into_iter().chain(redirected) {
            assert!(root.holds(&url), "{uri:?} led to {url}");
            assert!(url.as_str().starts_with(&format!("{base}/")), "{uri:?} led to {url}");
            assert_eq!(url.fragment(), None);
        }
    }

    proptest! {
        #[test]
        fn no_text_leads_out_of_the_root(uri in any::<String>()) {
            judged(PLAIN, &uri);
            judged(DEEP, &uri);
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
            judged(PLAIN, &uri);
            judged(DEEP, &uri);
        }
    }
}
