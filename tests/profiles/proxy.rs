//! A proxy that does not let anything through is told as one.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    process::{Command, Stdio},
};

use super::*;

/// A proxy that answers every request with this status; its address.
fn proxy(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut request = [0; 4096];
            let read = stream.read(&mut request).expect("a request");
            assert!(request[..read].starts_with(b"CONNECT "), "only the way there is asked for");
            write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").expect("it listens");
        }
    });
    format!("http://{address}")
}

#[test]
fn a_proxy_that_refuses_is_told_with_what_helps() {
    let user = User::new();
    user.configure(
        "[profiles.a]\nreseller_id = '1'\nclient_id = 'c'\nclient_secret = { env = 'TEST_SECRET' }\n",
    );
    for (status, what, todo) in [
        (
            "407 Proxy Authentication Required",
            "the proxy wants a name and a password",
            "http://NAME:PASSWORD@HOST:PORT",
        ),
        ("403 Forbidden", "the proxy refused the way there", "NO_PROXY"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_vipmp"))
            .args(["profile", "test"])
            .env_clear()
            .stdin(Stdio::null())
            .env("HOME", user.folder())
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .env("VIPMP_CONFIG_DIR", user.folder().join("config"))
            .env(SECRET_VARIABLE, SECRET)
            .env("HTTPS_PROXY", proxy(status))
            .output()
            .expect("it runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert_eq!(told.lines().count(), 2, "{told}");
        assert!(told.contains(what) && told.contains(todo), "{told}");
        assert!(told.contains("could not reach the token service ims-na1.adobelogin.com"), "{told}");
    }
}
