//! The output of `vipmp serve`: a profile for the server, and notes about how it behaves.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use super::arguments::ServeArgs;
use crate::{demo::Demo, text};

/// The environment variable that the printed profile takes the secret from.
const SECRET_VARIABLE: &str = "VIPMP_SERVE_SECRET";

/// Returns a profile for the server that can be pasted into `config.toml`, with the secret in a comment.
pub(super) fn profile(demo: &Demo, wanted: &ServeArgs) -> String {
    let mut lines = behaviour_notes(wanted);
    let customers = text::group_digits(wanted.customers);
    lines.push(format!(
        "# The demo API with {customers} fictional customers, at {} until Ctrl-C.",
        demo.api_url()
    ));
    lines.extend(address_notes(demo.bound(), own_address));
    lines.extend([
        "# A profile for it in config.toml:".to_owned(),
        String::new(),
        "[profiles.local]".to_owned(),
    ]);
    let mut table = toml_edit::Table::new();
    for (key, value) in [
        ("environment", "custom"),
        ("api_url", demo.api_url()),
        ("token_url", demo.token_url()),
        ("reseller_id", demo.reseller_id()),
        ("client_id", demo.client_id()),
    ] {
        table.insert(key, toml_edit::value(value));
    }
    lines.extend(table.to_string().lines().map(str::to_owned));
    let secret = demo.client_secret().replace('\'', r"'\''");
    lines.extend([
        format!("client_secret = {{ env = \"{SECRET_VARIABLE}\" }}"),
        String::new(),
        "# Set the secret in the shell where you run vipmp:".to_owned(),
        format!("# export {SECRET_VARIABLE}='{secret}'"),
    ]);
    lines.join("\n")
}

/// Returns notes about faults, delays and rate limits.
fn behaviour_notes(wanted: &ServeArgs) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(faults) = &wanted.faults {
        lines.push(format!("# Injected faults, with seed {}: {faults}", wanted.seed));
    }
    if wanted.latency > 0 {
        lines.push(format!("# Every response is delayed by {} ms.", text::group_digits(wanted.latency)));
    }
    if let Some(limit) = wanted.rate_limit {
        lines.push(format!("# Each client may send {limit}; excess requests get 429."));
    }
    lines
}

/// Returns notes about the address that other machines use; `own` returns the address of this machine.
fn address_notes(bound: SocketAddr, own: impl FnOnce() -> Option<IpAddr>) -> Vec<String> {
    let (ip, port) = (bound.ip(), bound.port());
    if ip.is_unspecified() {
        let address = own().map(|ip| SocketAddr::new(ip, port));
        address.map(|address| format!("# Other machines reach it at http://{address}.")).into_iter().collect()
    } else if ip.is_loopback() {
        Vec::new()
    } else {
        vec![
            "# vipmp uses plain HTTP only on the same machine, so it refuses this profile; other clients"
                .to_owned(),
            "# accept it. Use --bind 0.0.0.0 for a profile that vipmp accepts too.".to_owned(),
        ]
    }
}

/// Returns the address that this machine uses on the network. Nothing is sent.
fn own_address() -> Option<IpAddr> {
    // An address reserved for documentation: it takes the default route and belongs to nobody.
    let socket = UdpSocket::bind(("0.0.0.0", 0)).ok()?;
    socket.connect(("192.0.2.1", 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// Returns the warning for a server that others can reach.
pub(super) fn warning(bound: SocketAddr) -> Option<String> {
    (!bound.ip().is_loopback()).then(|| {
        format!(
            "warning: others on the network can reach this server at {bound} over plain HTTP. \
             Do not use its client secret for anything else."
        )
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser as _;

    use super::{
        super::{Arguments, CliCommand},
        *,
    };
    use crate::{config, demo::DemoOptions};

    #[tokio::test]
    async fn the_printed_profile_is_valid() {
        let arguments = Arguments::try_parse_from(["vipmp", "serve", "--customers", "60", "--latency", "5"]);
        let Some(CliCommand::Serve(wanted)) = arguments.unwrap().command else { panic!("serve") };
        let options = DemoOptions {
            customers: 60,
            client_id: Some("id-1".into()),
            client_secret: Some("it's s3cr3t".into()),
            ..DemoOptions::default()
        };
        let demo = Demo::start(options).await.unwrap();
        let text = profile(&demo, &wanted);
        let loaded = config::parse(&text, Path::new("config.toml"));
        assert_eq!(loaded.problems, [], "{text}");
        let profile = &loaded.config.profiles["local"];
        assert_eq!((profile.client_id.as_str(), profile.reseller_id.as_str()), ("id-1", demo.reseller_id()));
        assert_eq!(profile.token_url.as_str(), demo.token_url());
        assert!(text.contains(r"export VIPMP_SERVE_SECRET='it'\''s s3cr3t'"), "{text}");
    }

    #[test]
    fn network_addresses_have_a_note_and_a_warning() {
        let message = |bound: &str, own: Option<&str>| {
            let bound = bound.parse().unwrap();
            let own = own.map(|own| own.parse().unwrap());
            (address_notes(bound, || own).join("\n"), warning(bound).is_some())
        };
        for own in ["127.0.0.1:80", "[::1]:80", "127.8.9.1:1"] {
            assert_eq!(message(own, None), (String::new(), false));
        }
        let all = "# Other machines reach it at http://192.0.2.7:80.".to_owned();
        assert_eq!(message("0.0.0.0:80", Some("192.0.2.7")), (all, true));
        assert_eq!(message("[::]:80", None), (String::new(), true));
        let (words, warned) = message("192.0.2.7:80", None);
        assert!(words.starts_with("# vipmp uses plain HTTP only on the same machine") && warned, "{words}");
    }
}
