//! The network checks of `vipmp doctor`: proxies, certificates, name resolution, TLS.

use url::Url;

use super::doctor::{CheckState, DoctorReport};
use crate::{
    api::{ErrorKind, Network, Route, Service, probe},
    config::Profile,
};

/// The keys and titles of the network checks, in order. The last three need the account.
pub(super) const NETWORK: [(&str, &str); 7] = [
    ("proxy", "Proxy"),
    ("certificates", "Certificates"),
    ("names", "Name resolution"),
    ("tls", "Connection"),
    ("token", "Token"),
    ("ping", "Ping"),
    ("first-page", "First page"),
];

/// Checks proxies, certificates, names and TLS of both services. Returns true if the account can be checked next.
pub(super) async fn network(
    report: &mut DoctorReport,
    profile: &Profile,
    signs_in: bool,
    settings: &Network,
) -> bool {
    let mut servers = vec![(Service::Api, &profile.api_url)];
    if signs_in
        && profile.sign_in.key() == "client_secret"
        && profile.token_url.origin() != profile.api_url.origin()
    {
        servers.push((Service::TokenService, &profile.token_url));
    }
    let Some(routes) = proxies(report, &servers, settings) else {
        for (check, title) in &NETWORK[1..4] {
            report.skip(check, title, "needs a valid proxy setting");
        }
        return false;
    };
    if !certificates(report, &servers, settings) {
        for (check, title) in &NETWORK[2..4] {
            report.skip(check, title, "needs valid certificates");
        }
        return false;
    }
    if !names(report, &routes).await {
        report.skip("tls", "Connection", "needs name resolution");
        return false;
    }
    tls(report, servers, settings).await
}

/// A server, and how it is reached: directly or through a proxy.
type ServerRoute<'a> = (&'a Url, Route);

/// Reports which proxy serves which address. Returns `None` if a variable cannot be used.
fn proxies<'a>(
    report: &mut DoctorReport,
    servers: &[(Service, &'a Url)],
    settings: &Network,
) -> Option<Vec<ServerRoute<'a>>> {
    const CHECK: (&str, &str) = NETWORK[0];
    let mut routes = Vec::new();
    for (_, url) in servers {
        match settings.proxies.route(url) {
            Ok(route) => routes.push((*url, route)),
            Err(refused) => {
                report.error(CHECK.0, CHECK.1, &refused.into());
                return None;
            }
        }
    }
    let lines: Vec<String> = routes.iter().map(|(url, route)| format!("{}: {route}", host(url))).collect();
    report.ok(CHECK.0, CHECK.1, lines.join("\n"));
    Some(routes)
}

/// Reports which certificates are trusted. Returns true if they can be used.
fn certificates(report: &mut DoctorReport, servers: &[(Service, &Url)], settings: &Network) -> bool {
    const CHECK: (&str, &str) = NETWORK[1];
    if servers.iter().all(|(_, url)| url.scheme() == "http") {
        report.skip(CHECK.0, CHECK.1, "not needed for local connections");
        return true;
    }
    match settings.trust.load() {
        Ok(None) => report.ok(CHECK.0, CHECK.1, "the system's"),
        Ok(Some(roots)) if roots.skipped.is_empty() => report.ok(CHECK.0, CHECK.1, roots.to_string()),
        Ok(Some(roots)) => {
            let found = format!("{roots}\n{}", roots.skipped.join("\n"));
            report.add(CHECK.0, CHECK.1, CheckState::Warning, found, None);
        }
        Err(refused) => {
            report.error(CHECK.0, CHECK.1, &refused.into());
            return false;
        }
    }
    true
}

/// Looks up the names that this machine has to resolve: those of the servers, or of the proxies in front of them.
/// Returns true if all were found, or if a system proxy may resolve the missing ones.
async fn names(report: &mut DoctorReport, routes: &[ServerRoute<'_>]) -> bool {
    const CHECK: (&str, &str) = NETWORK[2];
    let (mut found, mut missing, mut todo) = (Vec::new(), Vec::new(), Vec::new());
    for (url, route) in routes {
        if let Route::Through(proxy) = route {
            let (host, port) = proxy.endpoint();
            match resolve(host, port).await {
                Ok(words) => found.push(format!("the proxy {words}")),
                Err(words) => {
                    missing.push(format!("the proxy {words}"));
                    todo.push(format!("Check {}.", proxy.variable));
                }
            }
            if proxy.looks_up_names() {
                continue;
            }
        }
        let bare = host(url).trim_start_matches('[').trim_end_matches(']');
        match resolve(bare, url.port_or_known_default().unwrap_or(443)).await {
            Ok(words) => found.push(words),
            Err(words) => {
                missing.push(words);
                todo.push("Check your network and VPN, and the URL in config.toml.".to_owned());
            }
        }
    }
    for list in [&mut found, &mut missing, &mut todo] {
        list.dedup();
    }
    // It is unknown which names a system proxy looks up.
    let system = routes.iter().any(|(_, route)| *route == Route::System);
    if missing.is_empty() {
        report.ok(CHECK.0, CHECK.1, found.join(", "));
    } else if system {
        let words = format!("{}; a system proxy may still resolve them", missing.join(", "));
        report.add(CHECK.0, CHECK.1, CheckState::Warning, words, None);
    } else {
        report.add(CHECK.0, CHECK.1, CheckState::Failed, missing.join(", "), Some(todo.join(" ")));
        return false;
    }
    true
}

/// Connects to the servers. Returns true if that works.
async fn tls(report: &mut DoctorReport, servers: Vec<(Service, &Url)>, settings: &Network) -> bool {
    let mut times = Vec::new();
    for (service, url) in servers {
        let mut root = url.clone();
        root.set_query(None);
        match probe(&root, service, settings).await {
            Ok(elapsed) => {
                let host = root.host_str().unwrap_or_default();
                let how = if root.scheme() == "https" {
                    "certificate accepted"
                } else {
                    "plain HTTP, TLS not needed"
                };
                times.push(format!("{host}: {how}, {} ms", elapsed.as_millis()));
            }
            // A server that does not understand the probe may still serve the API.
            Err(error) if error.kind == ErrorKind::Unreadable => {
                times.push(format!("{}: it responds", root.host_str().unwrap_or_default()));
            }
            Err(error) => {
                report.error("tls", "Connection", &error);
                return false;
            }
        }
    }
    report.ok("tls", "Connection", times.join(", "));
    true
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

async fn resolve(host: &str, port: u16) -> Result<String, String> {
    match tokio::net::lookup_host((host, port)).await {
        Ok(mut addresses) => match addresses.next() {
            Some(address) => Ok(format!("{host} resolves to {}", address.ip())),
            None => Err(format!("{host} has no address")),
        },
        Err(_) => Err(format!("{host} was not found")),
    }
}
