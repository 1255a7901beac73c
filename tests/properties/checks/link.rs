//! Links and redirects that a server sent, against API roots.

use percent_encoding::percent_decode_str;
use url::{Host, Url};
use vipmp::{
    api::{LinkRefused, Root},
    model::Link,
};

/// Longer messages about a link would fill the screen.
const MAX_SHOWN: usize = 4 * 121;

const ROOTS: [&str; 5] = [
    "https://api.example.com",
    "https://api.example.com/gw/adobe",
    "https://api.example.com:8443/gw",
    "http://127.0.0.1:8080/x",
    "http://[::1]:1",
];

/// The first byte chooses a root, or says that the first line is one; the rest is the link.
pub fn link(data: &[u8]) {
    let (choice, text) = super::choice_and_text(data);
    let chosen = ROOTS.get(usize::from(choice) % (ROOTS.len() + 1));
    let (root, uri) = match chosen {
        Some(root) => (*root, &*text),
        None => text.split_once('\n').unwrap_or((&text, "")),
    };
    let Some(root) = Url::parse(root).ok().and_then(|url| Root::new(url).ok()) else {
        assert!(chosen.is_none(), "{root} is a good root");
        return;
    };
    is_a_root(&root);
    against(&root, uri);
}

fn is_a_root(root: &Root) {
    let url = root.url();
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => panic!("{url} has no host"),
    };
    assert!(url.scheme() == "https" || url.scheme() == "http" && loopback, "{url} is read by others");
    assert!(url.username().is_empty() && url.password().is_none(), "{url} names a user");
    assert!(url.query().is_none() && url.fragment().is_none());
    assert!(root.path().is_empty() || root.path().starts_with('/') && !root.path().ends_with('/'));
    assert_eq!(Root::new(url.clone()).as_ref(), Ok(root), "a root stays one");
}

/// Checks each link and each redirect against this root.
fn against(root: &Root, uri: &str) {
    judged(root, uri, root.resolve(&Link::get(uri)));
    let refused = root.resolve(&Link { method: "POST".into(), ..Link::get(uri) });
    assert!(refused.is_err(), "only GET is followed");
    if let Ok(from) = root.resolve(&Link::get("/v3/customers/1?x=1")) {
        judged(root, uri, root.redirect(&from, uri));
    }
}

fn judged(root: &Root, uri: &str, outcome: Result<Url, LinkRefused>) {
    let url = match outcome {
        Ok(url) => url,
        Err(refused) => {
            let told = refused.to_string();
            assert!(super::is_clean(&told), "{told:?}");
            assert!(told.chars().count() <= MAX_SHOWN, "{told}");
            return;
        }
    };
    let base = root.url();
    assert_eq!(url.scheme(), base.scheme(), "{uri:?} led to {url}");
    assert_eq!(url.host(), base.host(), "{uri:?} led to {url}");
    assert_eq!(url.port_or_known_default(), base.port_or_known_default(), "{uri:?} led to {url}");
    assert!(url.username().is_empty() && url.password().is_none(), "{uri:?} led to {url}");
    assert_eq!(url.fragment(), None, "{uri:?} led to {url}");
    assert_eq!(Url::parse(url.as_str()).as_ref(), Ok(&url), "{uri:?} is read as another address next time");
    let below = url.path().strip_prefix(root.path()).filter(|rest| rest.starts_with('/'));
    assert!(below.is_some(), "{uri:?} led out of the root, to {url}");
    has_no_dots(uri, url.path());
    assert!(url.as_str().len() <= 3 * uri.len() + base.as_str().len() + 32, "{uri:?} grew to {url}");
}

/// No server behind, however often it decodes the path, finds a segment that leads elsewhere.
fn has_no_dots(uri: &str, path: &str) {
    let mut path = path.to_owned();
    for _ in 0..10 {
        for segment in path.split(['/', '\\']) {
            let name = segment.split(';').next().unwrap_or_default();
            assert!(!matches!(name, "." | ".."), "{uri:?} leads outside its folder by {path:?}");
        }
        assert!(!path.chars().any(char::is_control), "{uri:?} holds controls: {path:?}");
        let decoded = percent_decode_str(&path).decode_utf8_lossy().into_owned();
        if decoded == path {
            return;
        }
        assert!(
            decoded.matches(['/', '\\']).count() == path.matches(['/', '\\']).count(),
            "{uri:?} hides a slash in {path:?}"
        );
        path = decoded;
    }
}
