//! `vipmp serve`: its output, its responses, and how it ends.

use std::os::unix::process::ExitStatusExt as _;

use rustix::process::Signal;

use crate::{
    served::{CLIENT_ID, SECRET, Served, get},
    stage::{Stage, profile},
};

#[test]
fn the_printed_profile_works() {
    let served = Served::start();
    let stage = Stage::new().with("VIPMP_SERVE_SECRET", SECRET);
    stage.write(stage.config(), &served.printed);
    let list = stage.run(["profile", "list", "--json"]).exits_with(0).json();
    assert_eq!((&list[0]["name"], &list[0]["environment"]), (&"local".into(), &"custom".into()));
    stage.run(["profile", "test"]).exits_with(0).prints(&["ok      First page", "active customers"]);
    assert!(served.printed.contains("60 fictional customers"), "{}", served.printed);
    assert!(
        served.printed.contains(&format!("# export VIPMP_SERVE_SECRET='{SECRET}'\n")),
        "{}",
        served.printed
    );
}

#[test]
fn credentials_are_random_on_each_start_by_default() {
    let (one, other) = (Served::with(&["--port", "0"]), Served::with(&["--port", "0"]));
    let secret = |served: &Served| {
        let (_, rest) = served.printed.split_once("VIPMP_SERVE_SECRET='").expect("a secret");
        rest.split('\'').next().unwrap().to_owned()
    };
    assert!(secret(&one).len() >= 32 && secret(&one) != secret(&other));
    let stage = Stage::new().with("VIPMP_SERVE_SECRET", secret(&one)).hiding(&secret(&one));
    stage.write(stage.config(), &one.printed);
    stage.run(["profile", "test"]).exits_with(0).prints(&["1,204 active customers"]);
    stage.write(stage.config(), &other.printed);
    stage.run(["profile", "test"]).exits_with(3).warns(&["did not accept"]);
}

#[test]
fn a_signal_ends_it_as_soon_as_the_profile_is_printed() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        // The time between the output and the wait for a signal is short, so it takes several attempts to hit it.
        for _ in 0..5 {
            let ended = Served::start().end(signal);
            assert_eq!((ended.code(), ended.signal()), (None, Some(signal.as_raw())), "{signal:?}");
        }
    }
}

#[test]
fn a_port_in_use_is_reported_with_a_hint() {
    let served = Served::start();
    let run = Stage::new().run(["serve", "--port", served.port()]).exits_with(1).prints_nothing();
    run.warns(&[served.port(), "Use --port 0 for any free port."]);
}

#[test]
fn invalid_credentials_are_refused() {
    let stage = Stage::new();
    for (option, value) in [
        ("--client-id", "a b"),
        ("--client-id", ""),
        ("--client-secret", ""),
        ("--client-secret", " s3cr3t"),
        ("--client-secret", "s3c\nr3t"),
        ("--port", "65536"),
        ("--customers", "0"),
        ("--faults", "501"),
        ("--latency", "600001"),
        ("--rate-limit", "0"),
        ("--rate-limit", "5/m"),
        ("--bind", "localhost:80"),
    ] {
        let run = stage.run(["serve", "--port", "0", option, value]).warns(&[option]).prints_nothing();
        assert_eq!(run.code, Some(2), "{option} {value:?}");
    }
}

#[test]
fn faults_are_injected_and_named_in_the_output() {
    let mut options = vec!["--port", "0", "--client-id", CLIENT_ID, "--client-secret", SECRET];
    options.extend(["--seed", "7", "--faults", "503:1"]);
    let served = Served::with(&options);
    assert!(served.printed.starts_with("# Injected faults, with seed 7: 503:1\n"), "{}", served.printed);
    let stage = Stage::new().with("VIPMP_SERVE_SECRET", SECRET);
    stage.write(stage.config(), &served.printed);
    stage.run(["profile", "test"]).exits_with(1).warns(&["503 The token service is unavailable"]);
}

#[test]
fn delays_and_limits_are_named_in_the_output() {
    let mut options =
        vec!["--port", "0", "--client-id", CLIENT_ID, "--client-secret", "it's", "--customers", "1"];
    options.extend(["--latency", "1200", "--rate-limit", "5", "--faults", "drift:0.5"]);
    let served = Served::with(&options);
    let root = served.root();
    let expected = format!(
        "# Injected faults, with seed 1: drift:0.5
# Every response is delayed by 1,200 ms.
# Each client may send 5/s; excess requests get 429.
# The demo API with 1 fictional customers, at {root} until Ctrl-C.
# A profile for it in config.toml:

[profiles.local]
environment = \"custom\"
api_url = \"{root}\"
token_url = \"{root}/ims/token/v3\"
reseller_id = \"1000396138\"
client_id = \"{CLIENT_ID}\"
client_secret = {{ env = \"VIPMP_SERVE_SECRET\" }}

# Set the secret in the shell where you run vipmp:
# export VIPMP_SERVE_SECRET='it'\\''s'
"
    );
    assert_eq!(served.printed, expected);
}

#[test]
fn every_request_is_a_line_on_standard_error() {
    let served = Served::telling(&[
        "--port",
        "0",
        "--customers",
        "60",
        "--client-id",
        CLIENT_ID,
        "--client-secret",
        SECRET,
    ]);
    let root = served.root().to_owned();
    let token = served.issue();
    let stage = Stage::new().with("T", &token).hiding(&token);
    stage.write(stage.config(), &profile("a", &served, "access_token = { env = 'T' }"));
    stage.run(["profile", "test"]).exits_with(0);
    get(&root, &format!("/v3/%1b[2J?key={token}&company-name={token}&x=\u{202e}"));
    let message = served.told();
    stage.assert_hidden(&message);
    assert!(!message.contains(|c: char| c.is_control() && c != '\n'), "{message:?}");
    let lines: Vec<Vec<&str>> = message.lines().map(|line| line.split(' ').collect()).collect();
    let expected = [
        ("POST", "/ims/token/v3", "200"),
        ("GET", "/partnerservice/ping", "200"),
        (
            "GET",
            "/v3/resellers/1000396138/customers?status=1000&offset=0&limit=1&sort-by=creationDate&order-by=desc",
            "200",
        ),
        ("GET", "/v3/resellers/1000396138", "200"),
        ("GET", "/v3/%1b[2J?key=••••&company-name=••••&x=�", "404"),
    ];
    assert_eq!(lines.len(), expected.len(), "{message}");
    for (line, (method, call, status)) in lines.iter().zip(expected) {
        assert_eq!((line.len(), line[1], line[2], line[3]), (7, method, call, status), "{message}");
        chrono::DateTime::parse_from_rfc3339(line[0]).expect("a time");
        let number =
            |text: &str, unit: &str| text.strip_suffix(unit).and_then(|number| number.parse::<u64>().ok());
        assert!(
            number(line[4], "ms").is_some() && number(line[5], "B").is_some_and(|bytes| bytes > 0),
            "{message}"
        );
        assert!(uuid::Uuid::parse_str(line[6]).is_ok(), "{message}");
    }
}

#[test]
fn quiet_logs_nothing() {
    let served =
        Served::telling(&["--port", "0", "--quiet", "--client-id", CLIENT_ID, "--client-secret", SECRET]);
    served.issue();
    assert_eq!(served.told(), "");
}

#[test]
fn an_unread_log_does_not_block_the_server() {
    // More than fits in a pipe that is never read.
    let served = Served::telling(&["--port", "0", "--customers", "1"]);
    let call = format!("/{}", "x".repeat(450));
    for _ in 0..300 {
        assert!(get(served.root(), &call).starts_with("HTTP/1.1 404 "));
    }
    assert!(served.told().lines().count() > 100);
}

#[test]
fn a_network_address_has_a_warning_and_its_profile_works_locally() {
    let mut options = vec!["--port", "0", "--bind", "0.0.0.0", "--quiet", "--customers", "60"];
    options.extend(["--client-id", CLIENT_ID, "--client-secret", SECRET]);
    let served = Served::telling(&options);
    assert!(served.root().starts_with("http://127.0.0.1:"), "{}", served.printed);
    let stage = Stage::new().with("VIPMP_SERVE_SECRET", SECRET);
    stage.write(stage.config(), &served.printed);
    stage.run(["profile", "test"]).exits_with(0);
    let port = served.port().to_owned();
    assert_eq!(
        served.told(),
        format!(
            "vipmp: warning: others on the network can reach this server at 0.0.0.0:{port} over plain HTTP. \
             Do not use its client secret for anything else.\n"
        )
    );
}

#[test]
fn a_loopback_address_has_no_warning() {
    for address in ["127.0.0.1", "127.0.0.2"] {
        let served = Served::telling(&["--port", "0", "--bind", address]);
        assert!(served.root().starts_with(&format!("http://{address}:")), "{}", served.printed);
        assert!(!served.printed.contains("Other machines"), "{}", served.printed);
        assert_eq!(served.told(), "");
    }
    let run = Stage::new().run(["serve", "--bind", "203.0.113.77"]).exits_with(1).prints_nothing();
    run.warns(&["port 8080 of 203.0.113.77: ", "Use an address of this computer for --bind"]);
}

#[test]
fn a_client_over_the_rate_limit_gets_retry_after() {
    let served = Served::with(&["--port", "0", "--customers", "1", "--rate-limit", "0.01/s"]);
    assert!(get(served.root(), "/ping").starts_with("HTTP/1.1 403 "));
    let answer = get(served.root(), "/ping").to_lowercase();
    assert!(answer.starts_with("http/1.1 429 ") && answer.contains("\r\nretry-after: "), "{answer}");
    assert!(answer.ends_with(r#"{"code":"4118","message":"too many requests"}"#), "{answer}");
}

#[test]
fn openapi_prints_the_description_and_exits() {
    let run = Stage::new().run(["serve", "--openapi"]).exits_with(0);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/openapi.json");
    assert_eq!((run.out.as_str(), run.err.as_str()), (std::fs::read_to_string(file).unwrap().as_str(), ""));
    assert_eq!(run.json()["openapi"], "3.1.0");
}

#[test]
fn the_log_contains_no_secret() {
    let stage = Stage::new();
    let log = stage.path("serve.log");
    let served = {
        let log = log.to_str().unwrap();
        let options = ["--port", "0", "--client-id", CLIENT_ID, "--client-secret", SECRET, "--log-file", log];
        Served::with(&options)
    };
    let stage = stage.with("VIPMP_SERVE_SECRET", SECRET);
    stage.write(stage.config(), &served.printed);
    stage.run(["profile", "test"]).exits_with(0);
    assert!(log.exists());
    stage.assert_hidden(&std::fs::read_to_string(log).unwrap());
}
