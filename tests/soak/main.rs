//! The soak test: the whole program in a pseudo-terminal, with random input, against a demo with random faults.
//!
//! `VIPMP_SOAK_SECONDS` sets the duration (12), `VIPMP_SOAK_SEED` selects other keys and faults (1), and
//! `VIPMP_SOAK_BINARY` another program; `cargo test --release --test soak` tests the release build.

#![cfg(unix)]
#![allow(clippy::expect_used, reason = "what is expected here and does not come is a failed test")]

mod close;
mod hands;
mod run;
#[path = "../support/mod.rs"]
mod support;

use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use vipmp::{
    api::{Client, ClientConfig, ClientCredentials, Network, TokenConfig},
    demo::{Demo, DemoOptions, Faults},
    model::{CustomerQuery, Row, SortBy, SortOrder, Status},
};

use close::Expected;
use run::{Home, Soak};
use support::served::{CLIENT_ID, SECRET, profile};

/// The name of the profile, and the variable with its secret.
const PROFILE: &str = "soak";
const SECRET_VARIABLE: &str = "SOAK_SECRET";

/// The faults during the test: one in five responses fails as a whole, and more have damage in them.
const FAULTS: &str = "400:0.01,401:0.01,403:0.01,404:0.01,408:0.01,429:0.03,500:0.02,502:0.01,503:0.02,504:0.01,\
                      reset:0.02,cut:0.02,slow:0.04,hang:0.004,html:0.01,badjson:0.01,\
                      badrow:0.05,badfield:0.05,twice:0.03,total:0.03,drift:0.1";

/// The extra memory in kB that the program may have at its end compared to after its first quarter: caches fill, and
/// pasted and copied text leaves gaps. A leak of 1 kB a key exceeds this within a minute.
const GROWTH: u64 = 16 * 1024;

/// Returns a number from the environment, or a default.
fn number(variable: &str, usual: u64) -> u64 {
    let given = std::env::var(variable).ok();
    given.map_or(usual, |given| given.parse().unwrap_or_else(|_| panic!("{variable}={given} is no number")))
}

/// Prints to the terminal directly: `println!` is hidden in a test that passes.
fn say(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

#[test]
fn any_input_with_any_fault_leaves_a_working_program() {
    let (seconds, seed) = (number("VIPMP_SOAK_SECONDS", 12), number("VIPMP_SOAK_SEED", 1));
    // A panic of the demo would otherwise look like one more connection reset.
    let demo_failed = Arc::new(AtomicBool::new(false));
    let (failed, usual) = (Arc::clone(&demo_failed), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |info| {
        failed.store(true, Ordering::Relaxed);
        usual(info);
    }));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let options = DemoOptions {
        customers: 400,
        seed,
        client_id: Some(CLIENT_ID.to_owned()),
        client_secret: Some(SECRET.into()),
        faults: FAULTS.parse().expect("faults"),
        ..DemoOptions::default()
    };
    let demo = runtime.block_on(Demo::start(options)).expect("a port is free");
    let source = format!("client_secret = {{ env = \"{SECRET_VARIABLE}\" }}");
    let config = profile(PROFILE, &format!("{}/", demo.api_url()), demo.token_url(), &source);
    let home = Home::new(config);
    let mut soak = Soak::start(&home, (SECRET_VARIABLE, SECRET), seed);
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(seconds) {
        soak.batch();
    }
    let (requests, faults) = (demo.requests(), demo.fault_counts());
    demo.set_faults(Faults::default());
    let expected = runtime.block_on(expected(&demo));
    close::close(&mut soak, &home, PROFILE, &expected);
    assert!(!demo_failed.load(Ordering::Relaxed), "a thread of the test or of the demo panicked");
    let memory = soak.longest().growth();
    let used =
        memory.map_or_else(|| "unknown".to_owned(), |(first, last)| format!("{first} kB, then {last} kB"));
    say(&format!(
        "soak: seed {seed}, {} keys, {} resizes, {} restarts, slowest frame {} ms, {requests} requests, {} faults, \
         memory {used}",
        soak.keys(),
        soak.resizes,
        soak.restarts,
        soak.slowest.as_millis(),
        faults.values().sum::<u64>(),
    ));
    if let Some((first, last)) = memory {
        assert!(last <= first + GROWTH, "memory grew from {first} kB to {last} kB");
    }
}

/// Returns the server's customers at present.
async fn expected(demo: &Demo) -> Expected {
    let url = demo.token_url().parse().expect("a URL");
    let token = TokenConfig::new(url, CLIENT_ID.into(), SECRET.into(), Network::default());
    let tokens = Arc::new(ClientCredentials::new(token).expect("a safe address"));
    let config =
        ClientConfig::new(demo.api_url().parse().expect("a URL"), CLIENT_ID.into(), Network::default());
    let client = Client::new(config, tokens).expect("a client");
    let active = by_name(demo, &client, Status::active()).await;
    let mut all = Vec::new();
    for status in Status::listed() {
        all.extend(by_name(demo, &client, status).await);
    }
    Expected { active, all }
}

/// Returns the IDs of the customers with one status, in the order of their names.
async fn by_name(demo: &Demo, client: &Client, status: Status) -> Vec<String> {
    let first = CustomerQuery::new(status, 50).expect("a good limit");
    let first = first.sorted(SortBy::CompanyName, SortOrder::Ascending);
    let mut ids: Vec<String> = Vec::new();
    loop {
        let query = first.clone().at(ids.len() as u64);
        let page = client.customers(demo.reseller_id(), &query).await.expect("a page").value;
        let total = page.total_count.expect("a total");
        ids.extend(page.rows.into_iter().map(|row| match row {
            Row::Customer(row) => row.customer_id,
            Row::Unreadable { reason, .. } => panic!("{reason} although nothing goes wrong"),
        }));
        if ids.len() as u64 == total {
            return ids;
        }
    }
}
