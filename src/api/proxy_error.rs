//! The classification of connection errors that a proxy caused.

use super::{
    classify::{causes, describe_cause, format_duration, is_tls},
    error::{ApiError, ErrorKind, Service},
    proxy::Proxy,
    transport::Timeouts,
};

/// Classifies the error of a connection through a proxy; `None` if the proxy is not the cause.
pub(super) fn classify(
    service: Service,
    error: &reqwest::Error,
    limits: Timeouts,
    proxy: &Proxy,
) -> Option<ApiError> {
    let through = format!("through the proxy of {}, {}", proxy.variable, proxy.address);
    let denied = |why: &str, hint: &str| {
        let cause = format!("{through}: {why}");
        Some(ApiError::new(ErrorKind::ProxyDenied, service).with_cause(&cause).with_hint(hint))
    };
    let failed = |why: &str| {
        let cause = format!("{through} ({why})");
        let hint = format!(
            "Check that the proxy is running and that {} is right, or list the server in NO_PROXY to connect directly.",
            proxy.variable
        );
        Some(ApiError::new(ErrorKind::Proxy, service).with_cause(&cause).with_hint(&hint))
    };
    if error.is_timeout() {
        let why = format!("no connection within {} {through}", format_duration(limits.connect));
        return Some(ApiError::new(ErrorKind::Timeout, service).with_cause(&why));
    }
    let wants_login = || {
        let why = if proxy.address.has_login() {
            "it does not accept the user name and password"
        } else {
            "it asks for a user name and password"
        };
        let hint = format!(
            "Put both into {} before vipmp starts, as {}://NAME:PASSWORD@HOST:PORT.",
            proxy.variable,
            proxy.address.scheme()
        );
        denied(why, &hint)
    };
    match read_failure(error) {
        ProxyFailure::WantsLogin => wants_login(),
        ProxyFailure::Refused => denied(
            "it refuses to connect",
            "Ask your network administrator to allow this address, or list it in NO_PROXY to connect directly.",
        ),
        ProxyFailure::Failed(why) => failed(&why),
        ProxyFailure::NameUnknownHere => {
            let hint = "With socks5:// this machine looks up names; with socks5h:// the proxy does.";
            let error =
                ApiError::new(ErrorKind::Offline, service).with_cause("name not found on this machine");
            Some(error.with_hint(hint))
        }
        // The handshake is with the server behind the proxy.
        ProxyFailure::Nothing if is_tls(error) => None,
        ProxyFailure::Nothing => failed(&describe_cause(error)),
    }
}

/// The failure that the HTTP library reports about a proxy.
enum ProxyFailure {
    WantsLogin,
    Refused,
    Failed(String),
    NameUnknownHere,
    Nothing,
}

/// Reads what the HTTP library reports about the proxy, for which it has only texts.
fn read_failure(error: &reqwest::Error) -> ProxyFailure {
    let texts: Vec<String> = causes(error).map(ToString::to_string).collect();
    let about = |start: &str| texts.iter().find_map(|text| text.strip_prefix(start));
    if texts.iter().any(|text| text == "error resolving for socks proxy") {
        return ProxyFailure::NameUnknownHere;
    }
    if let Some(about) = about("tunnel error: ") {
        return match about {
            "proxy authorization required" => ProxyFailure::WantsLogin,
            "unsuccessful" => ProxyFailure::Refused,
            "unexpected end of file" => ProxyFailure::Failed("it closed the connection".to_owned()),
            "proxy response headers too long" => {
                ProxyFailure::Failed("its response is not that of a proxy".to_owned())
            }
            _ => ProxyFailure::Failed(describe_cause(error)),
        };
    }
    let Some(about) = about("SOCKS error: ") else { return ProxyFailure::Nothing };
    if about.contains("authentication") || about.contains("credentials") {
        return ProxyFailure::WantsLogin;
    }
    if about.contains("not allowed") {
        return ProxyFailure::Refused;
    }
    ProxyFailure::Failed(match about {
        "failed to create underlying connection" => "it cannot be reached".to_owned(),
        "io error during SOCKS handshake" => "it closed the connection".to_owned(),
        "failed parsing server response" => "its response is not that of a SOCKS proxy".to_owned(),
        "IPV6 is not supported" => "SOCKS 4 does not support IPv6 addresses: use socks5h".to_owned(),
        other => format!("it reports: {other}"),
    })
}
