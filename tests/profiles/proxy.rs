//! Proxies that the environment names: those that lead on, those that do not, and variables that name none.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    process::{Command, Stdio},
};

use super::{
    relay::{HOST, Kind, Relay},
    *,
};

/// A ready access token: none has a blank, as the secret of the other tests has.
const TOKEN: &str = "token-of-nobody";
/// The environment variable with that token.
const TOKEN_VARIABLE: &str = "TEST_TOKEN";

/// A password that no output may show.
const PASSWORD: &str = "pr0xy-p4ssw0rd";

/// A user with a profile for the API behind the proxies.
pub(crate) fn user() -> User {
    let user = User::new();
    user.configure(&profile(
        "a",
        &format!("https://{HOST}/"),
        &format!("https://{HOST}/ims/token/v3"),
        &format!("access_token = {{ env = \"{TOKEN_VARIABLE}\" }}"),
    ));
    user
}

/// Returns the output of a command and its exit status.
#[track_caller]
pub(crate) fn run(user: &User, args: &[&str], env: &[(&str, &str)]) -> (String, Option<i32>) {
    let log = user.folder().join("vipmp.log");
    let output = Command::new(env!("CARGO_BIN_EXE_vipmp"))
        .args(args)
        .arg("--log-file")
        .arg(&log)
        .env_clear()
        .stdin(Stdio::null())
        .env("HOME", user.folder())
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .env("VIPMP_CONFIG_DIR", user.folder().join("config"))
        .env("VIPMP_LOG", "trace")
        .env("VIPMP_RETRY_BASE_MS", "1")
        .env(TOKEN_VARIABLE, TOKEN)
        .env(SECRET_VARIABLE, SECRET)
        .envs(env.iter().copied())
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let logged = std::fs::read_to_string(log).expect("a log");
    for secret in [PASSWORD, &PASSWORD.replace('0', "%30"), &encoded(), TOKEN] {
        assert!(!told.contains(secret) && !logged.contains(secret), "{secret} is in {told}\n{logged}");
    }
    (told, output.status.code())
}

/// The password as the header of a proxy has it.
fn encoded() -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.encode(format!("jane:{PASSWORD}"))
}

/// A server that answers everything like this and hangs up.
fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let read = stream.read(&mut [0; 4096]);
            if !answer.is_empty() && read.is_ok() {
                let _ = stream.write_all(answer.as_bytes());
            }
        }
    });
    address
}

#[test]
fn each_kind_of_proxy_leads_to_the_server() {
    let login = format!("jane:{PASSWORD}@");
    let encoded = format!("jane:{}@", PASSWORD.replace('0', "%30"));
    for (kind, scheme, login, variable) in [
        (Kind::Http(None), "http", "", "HTTPS_PROXY"),
        (Kind::Http(None), "", "", "https_proxy"),
        (Kind::Http(Some("jane:pr0xy-p4ssw0rd")), "http", login.as_str(), "ALL_PROXY"),
        (Kind::Http(Some("jane:pr0xy-p4ssw0rd")), "http", &encoded, "all_proxy"),
        (Kind::Socks5(None), "socks5h", "", "HTTPS_PROXY"),
        (Kind::Socks5(Some(("jane", PASSWORD))), "socks", &encoded, "ALL_PROXY"),
        (Kind::Socks4a, "socks4a", "", "HTTPS_PROXY"),
    ] {
        let (user, relay) = (user(), Relay::start(kind));
        let roots = user.folder().join("roots.der");
        std::fs::write(&roots, &relay.certificate).expect("a file");
        let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
        let value = format!("{scheme}{login}{}", relay.address);
        let env = [(variable, value.as_str()), ("SSL_CERT_FILE", roots.to_str().expect("text"))];
        let (told, code) = run(&user, &["doctor"], &env);
        assert!(told.contains(&format!("ok       Proxy            {HOST}: through {variable} ")), "{told}");
        assert!(told.contains("ok       First page"), "{told}");
        assert!(told.contains(&format!("SSL_CERT_FILE {}, 1 certificate", roots.display())), "{told}");
        assert_eq!(code, Some(0), "{told}");
        assert_eq!(relay.asked(), [format!("{HOST}:443")]);
        let (told, _) = run(&user, &["doctor", "--json"], &env);
        let shown: serde_json::Value = serde_json::from_str(&told).expect("JSON");
        let proxy = shown.as_array().and_then(|all| all.iter().find(|one| one["check"] == "proxy"));
        let found = proxy.and_then(|one| one["found"].as_str()).expect("a proxy");
        assert_eq!(found.contains("jane:••••@"), !login.is_empty(), "{found}");
        assert!(found.ends_with(&relay.address), "{found}");
    }
}

#[test]
fn a_variable_that_names_no_proxy_is_an_error_before_anything_is_sent() {
    let user = user();
    let with_password = format!("http://jane:{PASSWORD}@proxy:99999");
    for (variable, value, why) in [
        ("HTTPS_PROXY", "http://proxy:99999", "its port is not a number from 1 to 65535"),
        ("https_proxy", with_password.as_str(), "its port is not a number from 1 to 65535"),
        ("ALL_PROXY", "socks6://proxy:1080", "socks6:// is not supported"),
        ("all_proxy", "http://", "it has no host"),
        ("HTTP_PROXY", "http://pro xy", "its host is not a valid name or address"),
    ] {
        for command in [&["list"][..], &["profile", "test"], &["doctor"]] {
            let (told, code) = run(&user, command, &[(variable, value)]);
            let expected = format!("The environment variable {variable} cannot be used: {why}");
            assert!(told.replace("\n                          ", " ").contains(&expected), "{told}");
            assert!(told.contains("http://HOST:PORT"), "{told}");
            assert_eq!(code, Some(2), "{command:?}: {told}");
        }
    }
    let (told, code) =
        run(&user, &["list"], &[("HTTPS_PROXY", "http://127.0.0.1:9"), ("NO_PROXY", "10.0.0.0/99")]);
    assert!(told.contains("NO_PROXY cannot be used: it has 10.0.0.0/99, which is not a network."), "{told}");
    assert_eq!(code, Some(2), "{told}");
}

#[test]
fn a_proxy_that_does_not_work_is_named_by_its_variable() {
    let user = user();
    let unused =
        TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").to_string();
    let socks = Relay::start(Kind::Socks5(Some(("jane", "another")))).address;
    let login = format!("jane:{PASSWORD}@");
    let refusing = server("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    let asking = server("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    let (silent, garbled) = (server(""), server("SSH-2.0-x\r\n"));
    for (value, why, todo) in [
        (format!("http://{login}{unused}"), " (connection refused)", "Check that the proxy is running"),
        (
            "http://proxy.vipmp.invalid:3128".to_owned(),
            " (name not found)",
            "Check that the proxy is running",
        ),
        (format!("https://{refusing}"), " (", "Check that the proxy is running"),
        (format!("socks5h://{unused}"), " (it cannot be reached)", "Check that the proxy is running"),
        (format!("http://{silent}"), " (it closed the connection)", "list the server in NO_PROXY"),
        (format!("socks5h://{silent}"), " (it closed the connection)", "list the server in NO_PROXY"),
        (format!("socks5h://{garbled}"), " (", "list the server in NO_PROXY"),
        (format!("http://{garbled}"), ": it refuses to connect", "NO_PROXY"),
        (
            format!("http://{refusing}"),
            ": it refuses to connect",
            "Ask your network administrator to allow this address",
        ),
        (
            format!("http://{asking}"),
            ": it asks for a user name and password",
            "http://NAME:PASSWORD@HOST:PORT",
        ),
        (format!("http://{login}{asking}"), ": it does not accept the user name and password", "HTTPS_PROXY"),
        (format!("socks5h://{socks}"), ": it asks for a user name and password", "socks5h://NAME:PASSWORD@"),
        (
            format!("socks5h://{login}{socks}"),
            ": it does not accept the user name and password",
            "HTTPS_PROXY",
        ),
    ] {
        let shown = value.replace(PASSWORD, "••••");
        let (told, code) = run(&user, &["list"], &[("HTTPS_PROXY", &value)]);
        let expected =
            format!("Offline: could not reach {HOST} through the proxy of HTTPS_PROXY, {shown}{why}");
        assert!(told.contains(&expected) && told.contains(todo), "{expected}: {told}");
        assert_eq!((code, told.lines().count()), (Some(1), 2), "{told}");
    }
    // With `socks5://` this machine looks up the names.
    let (told, _) = run(&user, &["list"], &[("HTTPS_PROXY", &format!("socks5://{socks}"))]);
    assert!(told.contains("name not found on this machine") && told.contains("socks5h://"), "{told}");
}

#[test]
fn the_doctor_tells_directly_from_through_a_proxy() {
    let user = user();
    for (env, found) in [
        (&[][..], "directly (no proxy is set)"),
        (
            &[("HTTPS_PROXY", "quic://x"), ("NO_PROXY", ".vipmp.invalid")],
            "directly (NO_PROXY has .vipmp.invalid)",
        ),
        (&[("http_proxy", "a:1")], "directly (http_proxy is for http:// only; HTTPS_PROXY is not set)"),
    ] {
        let (told, code) = run(&user, &["doctor"], env);
        assert!(told.contains(&format!("ok       Proxy            {HOST}: {found}\n")), "{told}");
        assert!(told.contains(&format!("failed   Name resolution  {HOST} was not found")), "{told}");
        assert_eq!(code, Some(1), "{told}");
    }
    let (told, _) = run(&user, &["doctor"], &[("HTTPS_PROXY", "http://proxy.vipmp.invalid:3128")]);
    assert!(told.contains("failed   Name resolution  the proxy proxy.vipmp.invalid was not found"), "{told}");
    assert!(told.contains("Check HTTPS_PROXY."), "{told}");
}

#[test]
fn the_demo_needs_no_proxy() {
    let user = User::new();
    let env = [("HTTPS_PROXY", "quic://x"), ("HTTP_PROXY", "quic://x"), ("NO_PROXY", "1.1.1.1/99")];
    let (told, code) = run(&user, &["list", "--demo", "--limit", "1"], &env);
    assert_eq!((code, told.contains("cannot be used")), (Some(0), false), "{told}");
    let served = Served::start();
    user.configure(&with_secret_in(&served, "a"));
    let (told, code) = run(&user, &["doctor"], &env);
    assert!(told.contains("127.0.0.1: directly (it is on this machine)"), "{told}");
    assert_eq!(code, Some(0), "{told}");
}
