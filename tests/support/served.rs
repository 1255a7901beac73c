//! `vipmp serve` as a separate process.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

/// The credentials that the served API accepts. The secret looks different in each encoding in which one is sent.
pub(crate) const CLIENT_ID: &str = "client-0f1e2d";
pub(crate) const SECRET: &str = "p8e-S3cr3t/+ of=demo&";

/// The reseller of the demo.
pub(crate) const RESELLER: &str = "1000396138";

/// The running API; stopped when dropped.
pub(crate) struct Served {
    child: Child,
    /// The profile that it printed.
    pub(crate) printed: String,
    root: String,
    _input: Option<ChildStdin>,
}

impl Served {
    /// Starts an API with sixty customers on a free port, for [`CLIENT_ID`] and [`SECRET`].
    pub(crate) fn start() -> Self {
        Self::with(&["--port", "0", "--customers", "60", "--client-id", CLIENT_ID, "--client-secret", SECRET])
    }

    /// Starts an API with these options that does not log requests.
    pub(crate) fn with(options: &[&str]) -> Self {
        Self::run(Command::new(env!("CARGO_BIN_EXE_vipmp")).args(["serve", "--quiet"]).args(options))
    }

    /// Starts an API with these options whose standard error is kept for [`Self::told`].
    pub(crate) fn telling(options: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vipmp"));
        Self::run(command.arg("serve").args(options).stderr(Stdio::piped()))
    }

    fn run(command: &mut Command) -> Self {
        command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the API starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut printed = String::new();
        // The profile's last line is the one with the secret.
        while !printed.contains("# export ") {
            let line = lines.next().expect("it prints a profile before it ends").expect("text");
            printed = printed + &line + "\n";
        }
        let table: toml_edit::DocumentMut = printed.parse().expect("a profile");
        let root = table["profiles"]["local"]["api_url"].as_str().expect("its address").to_owned();
        Self { _input: child.stdin.take(), child, printed, root }
    }

    /// Returns the root URL of the API, without a trailing slash.
    pub(crate) fn root(&self) -> &str {
        self.root.trim_end_matches('/')
    }

    /// Returns the root URL in the format of profiles.
    pub(crate) fn api(&self) -> String {
        format!("{}/", self.root())
    }

    /// Returns the URL of the token service.
    pub(crate) fn token(&self) -> String {
        format!("{}/ims/token/v3", self.root())
    }

    /// Returns its port.
    pub(crate) fn port(&self) -> &str {
        self.root().rsplit(':').next().expect("a port")
    }

    /// Sends a signal and waits for the end.
    pub(crate) fn end(&mut self, signal: Signal) -> ExitStatus {
        self.signal(signal);
        self.child.wait().expect("it ends")
    }

    /// Has it answer nothing any more, though the system goes on accepting connections for it.
    pub(crate) fn pause(&self) {
        self.signal(Signal::STOP);
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().try_into().expect("a process id")).expect("a process");
        kill_process(pid, signal).expect("it runs");
    }

    /// Stops it, and returns its standard error.
    pub(crate) fn told(mut self) -> String {
        let mut told = String::new();
        self.end(Signal::TERM);
        self.child.stderr.take().expect("its errors").read_to_string(&mut told).expect("text");
        told
    }

    /// Returns the body of the API's response to a path, requested as documented.
    pub(crate) fn read(&self, path: &str) -> String {
        let token = self.issue();
        let more = format!(
            "Authorization: Bearer {token}\r\nX-Api-Key: {CLIENT_ID}\r\nX-Correlation-Id: {0}\r\n\
             X-Request-Id: {0}\r\n\r\n",
            uuid::Uuid::new_v4()
        );
        let answer = exchange(self.root(), &format!("GET {path}"), &more);
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        assert!(head.starts_with("HTTP/1.1 200 "), "{path}: {answer}");
        body.to_owned()
    }

    /// Returns a valid access token.
    pub(crate) fn issue(&self) -> String {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT_ID),
            ("client_secret", SECRET),
            ("scope", "openid"),
        ];
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let answer = post(self.root(), "/ims/token/v3", &body);
        let answer: serde_json::Value = serde_json::from_str(&answer).expect("a token");
        answer["access_token"].as_str().expect("a token").to_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a form, and returns the body of the response.
fn post(root: &str, path: &str, body: &str) -> String {
    let length = body.len();
    let more =
        format!("Content-Length: {length}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n{body}");
    let answer = exchange(root, &format!("POST {path}"), &more);
    answer.split_once("\r\n\r\n").expect("an answer").1.to_owned()
}

/// Requests a path without any header of the API, and returns the whole response.
pub(crate) fn get(root: &str, path: &str) -> String {
    exchange(root, &format!("GET {path}"), "\r\n")
}

fn exchange(root: &str, call: &str, more: &str) -> String {
    let host = root.trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(host).expect("it listens");
    // A single write: a server that resets the connection need not have read all of it.
    let request = format!("{call} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

/// Returns a profile for `config.toml` of an API at these addresses.
pub(crate) fn profile(name: &str, api: &str, token: &str, source: &str) -> String {
    format!(
        "[profiles.{name}]\nenvironment = \"custom\"\napi_url = \"{api}\"\ntoken_url = \"{token}\"\n\
         reseller_id = \"{RESELLER}\"\nclient_id = \"{CLIENT_ID}\"\n{source}\n"
    )
}
