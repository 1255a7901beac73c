//! `vipmp serve`: what it prints, what it serves, how it ends.

use std::os::unix::process::ExitStatusExt as _;

use rustix::process::Signal;

use crate::{
    served::{CLIENT_ID, SECRET, Served},
    stage::Stage,
};

#[test]
fn what_is_printed_is_a_profile_that_works() {
    let served = Served::start();
    let stage = Stage::new().with("VIPMP_SERVE_SECRET", SECRET);
    stage.write(stage.config(), &served.printed);
    let list = stage.run(["profile", "list", "--json"]).ends(0).json();
    assert_eq!((&list[0]["name"], &list[0]["environment"]), (&"local".into(), &"custom".into()));
    stage.run(["profile", "test"]).ends(0).prints(&["ok      First page", "active customers"]);
    assert!(served.printed.contains("60 invented customers"), "{}", served.printed);
    assert!(
        served.printed.contains(&format!("# export VIPMP_SERVE_SECRET='{SECRET}'\n")),
        "{}",
        served.printed
    );
}

#[test]
fn without_credentials_each_start_makes_its_own() {
    let (one, other) = (Served::with(&["--port", "0"]), Served::with(&["--port", "0"]));
    let secret = |served: &Served| {
        let (_, rest) = served.printed.split_once("VIPMP_SERVE_SECRET='").expect("a secret");
        rest.split('\'').next().unwrap().to_owned()
    };
    assert!(secret(&one).len() >= 32 && secret(&one) != secret(&other));
    let stage = Stage::new().with("VIPMP_SERVE_SECRET", secret(&one)).hiding(&secret(&one));
    stage.write(stage.config(), &one.printed);
    stage.run(["profile", "test"]).ends(0).prints(&["1,204 active customers"]);
    stage.write(stage.config(), &other.printed);
    stage.run(["profile", "test"]).ends(3).tells(&["did not accept"]);
}

#[test]
fn a_signal_ends_it_as_soon_as_its_profile_is_printed() {
    for (signal, code) in [(Signal::INT, 0), (Signal::TERM, 143), (Signal::HUP, 129)] {
        // The moment between the profile and the wait for a signal is short: several tries meet it.
        for _ in 0..5 {
            let ended = Served::start().end(signal);
            assert_eq!((ended.code(), ended.signal()), (Some(code), None), "{signal:?}");
        }
    }
}

#[test]
fn a_port_that_is_taken_is_told_with_what_helps() {
    let served = Served::start();
    let run = Stage::new().run(["serve", "--port", served.port()]).ends(1).prints_nothing();
    run.tells(&[served.port(), "--port 0 takes a port that is free."]);
}

#[test]
fn credentials_that_cannot_be_used_are_refused() {
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
    ] {
        let run = stage.run(["serve", "--port", "0", option, value]).tells(&[option]).prints_nothing();
        assert_eq!(run.code, Some(2), "{option} {value:?}");
    }
}

#[test]
fn faults_are_served_and_named_in_what_is_printed() {
    let mut options = vec!["--port", "0", "--client-id", CLIENT_ID, "--client-secret", SECRET];
    options.extend(["--seed", "7", "--faults", "503:1"]);
    let served = Served::with(&options);
    assert!(served.printed.starts_with("# Faults on purpose, with seed 7: 503:1\n"), "{}", served.printed);
    let stage = Stage::new().with("VIPMP_SERVE_SECRET", SECRET);
    stage.write(stage.config(), &served.printed);
    stage.run(["profile", "test"]).ends(1).tells(&["503 Service Temporarily Unavailable"]);
}

#[test]
fn its_log_holds_no_secret() {
    let stage = Stage::new();
    let log = stage.path("serve.log");
    let served = {
        let log = log.to_str().unwrap();
        let options = ["--port", "0", "--client-id", CLIENT_ID, "--client-secret", SECRET, "--log-file", log];
        Served::with(&options)
    };
    let stage = stage.with("VIPMP_SERVE_SECRET", SECRET);
    stage.write(stage.config(), &served.printed);
    stage.run(["profile", "test"]).ends(0);
    assert!(log.exists());
    stage.assert_hidden(&std::fs::read_to_string(log).unwrap());
}
