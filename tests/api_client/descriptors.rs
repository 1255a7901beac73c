//! A process that cannot open more files cannot connect either, which must not be blamed on the network.

use std::{fs::File, process::Command};

use vipmp::api::ErrorKind;

use crate::server::{Reply, Server};

#[test]
fn a_lack_of_descriptors_is_not_mistaken_for_a_network_failure() {
    // In its own process, since other tests need descriptors.
    let this = std::env::current_exe().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 40; exec \"$0\" \"$@\""]).arg(this);
    command.args(["--exact", "--ignored", "descriptors::asks_without_a_descriptor"]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "what the other test starts, with few descriptors"]
async fn asks_without_a_descriptor() {
    let server = Server::start(|_, _| Reply::customer()).await;
    let client = server.client();
    let mut taken = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        taken.push(file);
        assert!(taken.len() < 10_000, "there is no limit: this is started by the other test");
    }
    let error = client.customer("1").await.unwrap_err();
    assert_eq!((error.kind, error.retries), (ErrorKind::Internal, 0), "{error}");
    let told = error.user_message();
    assert!(told.summary.starts_with("Cannot connect to 127.0.0.1:"), "{}", told.summary);
    assert!(told.summary.ends_with(": too many files are open on this machine."), "{}", told.summary);
    assert_eq!(told.hint, "Raise the limit with ulimit -n 1024, then start vipmp again.");
    drop(taken);
    client.customer("1").await.unwrap();
}
