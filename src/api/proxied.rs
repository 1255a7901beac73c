//! Trouble on the way through a proxy: which part of it is the proxy's.

use super::{
    classify::{causes, chain, in_words, is_tls},
    error::{ApiError, ErrorKind, Service},
    proxy::Proxy,
    transport::Limits,
};

/// The trouble with a connection through this proxy; `None` if it is not about the proxy.
pub(super) fn fault(
    service: Service,
    error: &reqwest::Error,
    limits: Limits,
    proxy: &Proxy,
) -> Option<ApiError> {
    let through = format!("through the proxy of {}, {}", proxy.variable, proxy.address);
    let denied = |why: &str, todo: &str| {
        let cause = format!("{through}: {why}");
        Some(ApiError::new(ErrorKind::ProxyDenied, service).because(&cause).advising(todo))
    };
    let failed = |why: &str| {
        let cause = format!("{through} ({why})");
        let todo = format!(
            "Check that the proxy is running and that {} is right, or list the server in NO_PROXY to connect directly.",
            proxy.variable
        );
        Some(ApiError::new(ErrorKind::Proxy, service).because(&cause).advising(&todo))
    };
    if error.is_timeout() {
        let why = format!("no connection within {} {through}", in_words(limits.connect));
        return Some(ApiError::new(ErrorKind::Timeout, service).because(&why));
    }
    let wants_login = || {
        let why = if proxy.address.has_login() {
            "it does not accept the user name and password"
        } else {
            "it asks for a user name and password"
        };
        let todo = format!(
            "Put both into {} before vipmp starts, as {}://NAME:PASSWORD@HOST:PORT.",
            proxy.variable,
            proxy.address.scheme()
        );
        denied(why, &todo)
    };
    match said(error) {
        Said::WantsLogin => wants_login(),
        Said::Refused => denied(
            "it refuses to connect",
            "Ask for this address to be allowed, or list it in NO_PROXY to connect directly.",
        ),
        Said::Failed(why) => failed(&why),
        Said::NameUnknownHere => {
            let todo = "With socks5:// this machine looks up names; with socks5h:// the proxy does.";
            let error = ApiError::new(ErrorKind::Offline, service).because("name not found on this machine");
            Some(error.advising(todo))
        }
        // The handshake with the server, behind the proxy.
        Said::Nothing if is_tls(error) => None,
        Said::Nothing => failed(&causes(error)),
    }
}

enum Said {
    WantsLogin,
    Refused,
    Failed(String),
    NameUnknownHere,
    Nothing,
}

/// Returns what the library reports of the way through the proxy: it has no types for it, only texts.
fn said(error: &reqwest::Error) -> Said {
    let texts: Vec<String> = chain(error).map(ToString::to_string).collect();
    let about = |start: &str| texts.iter().find_map(|text| text.strip_prefix(start));
    if texts.iter().any(|text| text == "error resolving for socks proxy") {
        return Said::NameUnknownHere;
    }
    if let Some(about) = about("tunnel error: ") {
        return match about {
            "proxy authorization required" => Said::WantsLogin,
            "unsuccessful" => Said::Refused,
            "unexpected end of file" => Said::Failed("it closed the connection".to_owned()),
            "proxy response headers too long" => Said::Failed("its answer is not that of a proxy".to_owned()),
            _ => Said::Failed(causes(error)),
        };
    }
    let Some(about) = about("SOCKS error: ") else { return Said::Nothing };
    if about.contains("authentication") || about.contains("credentials") {
        return Said::WantsLogin;
    }
    if about.contains("not allowed") {
        return Said::Refused;
    }
    Said::Failed(match about {
        "failed to create underlying connection" => "it cannot be reached".to_owned(),
        "io error during SOCKS handshake" => "it closed the connection".to_owned(),
        "failed parsing server response" => "its answer is not that of a SOCKS proxy".to_owned(),
        "IPV6 is not supported" => "SOCKS 4 knows no IPv6 addresses, use socks5h".to_owned(),
        other => format!("it reports: {other}"),
    })
}
