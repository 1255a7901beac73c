//! `vipmp doctor`: its findings if everything works, and for each thing that does not.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::{
    scripted::Scripted,
    served::{self, SECRET, Served},
    stage::{Stage, profile},
};

/// Returns a stage with a profile whose secret is in the variable `S`.
fn stage(served: &Served) -> Stage {
    let stage = Stage::new().with("S", SECRET);
    stage.write(stage.config(), &profile("a", served, "client_secret = { env = \"S\" }"));
    stage
}

#[test]
fn a_working_profile_passes_every_check() {
    let served = Served::start();
    let stage = stage(&served);
    let file = stage.config().display().to_string();
    let run = stage.run(["doctor"]).exits_with(0).prints(&[
        &format!("ok       Configuration    {file}, 1 profile\n"),
        "ok       Permissions      only you can read vipmp's files\n",
        "warning  Keyring          no keyring is available",
        "skipped  Local copy       none is kept\n",
        "ok       Profile          a, custom, reseller 1000396138\n",
        "ok       Proxy            127.0.0.1: directly (it is on this machine)\n",
        "skipped  Certificates     not needed for local connections\n",
        "ok       Name resolution  127.0.0.1 resolves to 127.0.0.1\n",
        "ok       Connection       127.0.0.1: plain HTTP, TLS not needed",
        "ok       Token            signed in\n",
        "ok       Ping             the API responded in",
        "ok       First page       ",
    ]);
    assert!(!run.out.contains("failed"), "{run:#?}");
    assert_eq!(run.out.matches("skipped").count(), 2, "{run:#?}");
}

#[test]
fn the_demo_needs_no_configuration_and_no_network() {
    let run = Stage::new().run(["doctor"]).exits_with(0);
    run.prints(&[
        "config.toml does not exist, so the demo and default settings are used",
        "ok       Profile          the demo",
        "skipped  Proxy            not needed for the demo",
        "skipped  Certificates     not needed for the demo",
        "skipped  Name resolution  not needed for the demo",
        "skipped  Connection       not needed for the demo",
        "ok       First page       ",
    ]);
}

#[test]
fn a_missing_configuration_is_only_a_warning_for_the_demo() {
    let stage = Stage::new();
    let missing = "x.toml does not exist (named by --config)";
    for demo in [&["--demo"][..], &["--profile", "demo"]] {
        let run = stage.run([&["doctor", "--config", "x.toml"], demo].concat()).exits_with(0);
        run.prints(&[
            "warning  Configuration    ",
            missing,
            "The demo does not need the file.",
            "ok       First page",
        ]);
    }
    let run = stage.run(["doctor", "--config", "x.toml"]).exits_with(1);
    run.prints(&["failed   Configuration    ", missing]);
}

#[test]
fn a_secret_that_others_can_read_is_reported_with_the_fix() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.write(stage.path("my secret"), SECRET);
    let path = stage.path("my secret");
    let source = format!("client_secret = {{ file = \"{}\" }}", path.display());
    stage.write(stage.config(), &profile("a", &served, &source));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let mended = format!("others on this machine can read it: chmod 600 '{}'", path.display());
    stage.run(["doctor"]).exits_with(0).prints(&["warning  Permissions", &mended, "ok       First page"]);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    stage.run(["doctor"]).exits_with(0).prints(&["ok       Permissions"]);
}

#[test]
fn a_configuration_with_a_secret_that_others_can_read_is_reported_once() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.write(stage.config(), &profile("a", &served, &format!("client_secret = \"{SECRET}\"")));
    fs::set_permissions(stage.config(), fs::Permissions::from_mode(0o644)).unwrap();
    let run =
        stage.run(["doctor"]).exits_with(0).prints(&["warning  Permissions", "contains the secret of a."]);
    assert_eq!(run.out.matches("chmod 600").count(), 1, "{run:#?}");
}

#[test]
fn a_missing_keyring_is_a_failure_if_the_profile_needs_it() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.write(stage.config(), &profile("a", &served, "client_secret = { keyring = true }"));
    let run = stage.run(["doctor"]).prints(&[
        "failed   Keyring          no keyring is available",
        "Start or unlock a keyring, or keep secrets in variables",
        "failed   Token            The client secret of a is in the keyring, but no keyring is available",
        "skipped  Ping",
    ]);
    assert_eq!(run.code, Some(1), "{run:#?}");
}

#[test]
fn an_unknown_profile_is_not_found() {
    let served = Served::start();
    let stage = stage(&served);
    let run = stage.run(["doctor", "--profile", "aa"]).exits_with(4);
    let run =
        run.prints(&["failed   Profile          there is no profile aa, did you mean a?", "skipped  Ping"]);
    assert!(!run.out.contains("Correct the configuration"), "the configuration is valid: {run:#?}");
}

#[test]
fn a_profile_with_mistakes_is_reported_with_their_locations() {
    let (stage, served) = (Stage::new(), Served::start());
    let text = profile("a", &served, "client_secrt = { env = \"S\" }");
    stage.write(stage.config(), &text);
    let place = format!("{}:7:1: profiles.a.client_secrt", stage.config().display());
    stage.run(["doctor"]).exits_with(1).prints(&[
        "failed   Configuration",
        &format!("{place}: unknown key, did you mean client_secret?"),
        "failed   Profile          profile a cannot be used",
        "Correct the configuration, or use --demo for fictional demo data.",
        "skipped  First page       needs a profile",
    ]);
}

#[test]
fn an_unresolvable_name_is_reported_before_anything_else_is_tried() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    // Names in .invalid are reserved and never exist.
    let api = "https://api.vipmp.invalid/";
    let text = served::profile("a", api, &served.token(), "client_secret = { env = \"S\" }");
    stage.write(stage.config(), &text);
    stage.run(["doctor"]).exits_with(1).prints(&[
        "failed   Name resolution  api.vipmp.invalid was not found",
        "Check your network and VPN",
        "skipped  Connection       needs name resolution",
        "skipped  Token            needs a working network",
    ]);
}

#[test]
fn a_server_that_is_down_is_reported_before_the_sign_in_is_tried() {
    let mut served = Served::start();
    let stage = stage(&served);
    served.end(rustix::process::Signal::KILL);
    stage.run(["doctor"]).exits_with(1).prints(&[
        "failed   Connection       Offline: could not reach 127.0.0.1:",
        "skipped  First page       needs a working network",
    ]);
}

#[test]
fn a_plain_http_port_for_an_https_url_is_reported() {
    let served = Served::start();
    let stage = Stage::new().with("S", SECRET);
    let secure = served.api().replace("http://", "https://");
    let text = served::profile("a", &secure, &served.token(), "client_secret = { env = \"S\" }");
    stage.write(stage.config(), &text);
    stage
        .run(["doctor"])
        .exits_with(1)
        .prints(&["failed   Connection       Could not establish a secure connection to 127.0.0.1:"]);
}

#[test]
fn a_refused_sign_in_and_a_missing_reseller_have_their_exit_codes() {
    let served = Served::start();
    let refused = stage(&served).with("S", "wr0ng-s3cr3t").hiding("wr0ng-s3cr3t");
    refused.run(["doctor"]).exits_with(3).prints(&[
        "ok       Connection",
        "failed   Token            401 The token service did not accept the client ID or the secret",
        "Check the client ID and secret of profile a",
        "skipped  Ping             needs the previous step to succeed",
    ]);
    let missing = stage(&served);
    missing.write(missing.config(), &missing.text().replace(served::RESELLER, "1000000001"));
    missing.run(["doctor"]).exits_with(4).prints(&[
        "ok       Ping",
        "failed   First page       404 No reseller 1000000001 for this account (1115).",
    ]);
}

#[test]
fn a_token_service_that_returns_a_web_page_is_reported() {
    let (stage, served) = (Stage::new().with("S", SECRET), Served::start());
    let page = Scripted::start(200, "text/html", "<html>Welcome</html>");
    let token = page.url("/ims/token/v3");
    stage.write(
        stage.config(),
        &served::profile("a", &served.api(), &token, "client_secret = { env = \"S\" }"),
    );
    stage.run(["doctor"]).exits_with(1).prints(&[
        "ok       Connection",
        "failed   Token            The response was not what the token service documents",
        "A gateway or proxy in between may have responded instead.",
    ]);
}
