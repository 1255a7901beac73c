//! Syncing a portfolio while it changes, fails and is killed: a server that remembers everything that its customers ever
//! were, against a store on real files.
//!
//! After each sync, whether it ended or was killed, the stored values and the recorded changes are compared with those
//! after the sync before: each difference is one change, and each value is one that the customer really had. After a last
//! sync in peace, everything equals the server's portfolio. Stored orders are those since a day at one time, and in the end
//! those of the server.
//!
//! `VIPMP_PORTFOLIO_SEEDS=1000 cargo test --test portfolio` tries this number of seeds.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "what does not come is a failed test")]
#![allow(clippy::print_stderr, reason = "how many syncs were killed is worth knowing")]

#[allow(dead_code, reason = "the tests of the client use more of it")]
#[path = "../api_client/server.rs"]
mod server;

mod bookkeeping;
mod ledger;
mod orders;
mod scopes;
mod world;

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::Utc;
use ledger::Ledger;
use scopes::{Asked, Plan};
use server::{Server, network};
use tokio::sync::Notify;
use url::Url;
use vipmp::{
    api::{Client, ClientConfig, FixedToken, RequestOptions, Urgency},
    portfolio::{
        Identity, PortfolioStore, StoreError,
        sync::{OrdersScope, SharedStore, SyncError, SyncJob, SyncReport, SyncScope, sync},
    },
    source::remote::RemoteSource,
};
use world::{RESELLERS, Weather, World};

/// The number of seeds unless the environment sets it.
const SEEDS: u64 = 30;

/// The number of seeds for which each kill is a real one, of a process of its own.
const PROCESSES: u64 = 4;

/// The portfolio that a sync fills, and how.
#[derive(Debug, Clone)]
struct Target {
    api: Url,
    folder: PathBuf,
    contacts: bool,
    at_once: usize,
}

impl Target {
    /// Opens the store. The thread of a sync that was dropped may still hold it for a moment.
    fn open(&self) -> PortfolioStore {
        let identity = Identity::new(server::KEY, self.api.as_str());
        for _ in 0..100 {
            match PortfolioStore::open(&self.folder, &identity, self.contacts, Utc::now()) {
                Err(StoreError::Busy(_)) => {}
                opened => {
                    let opened = opened.unwrap();
                    assert_eq!(opened.notices, Vec::<String>::new());
                    return opened.store;
                }
            }
        }
        panic!("the store stays locked");
    }

    async fn sync(&self, orders: OrdersScope) -> Result<SyncReport, SyncError> {
        let config = ClientConfig::new(self.api.clone(), server::KEY.into(), network());
        let client = Client::new(config, Arc::new(FixedToken::new(server::TOKEN.into()))).unwrap();
        let job = SyncJob {
            source: Arc::new(RemoteSource::new(client, RESELLERS[0])),
            options: RequestOptions::new(Urgency::background()),
            store: SharedStore::new(self.open()),
            scope: SyncScope {
                resellers: RESELLERS.iter().map(|id| ((*id).to_owned(), None)).collect(),
                is_all: false,
                orders,
            },
            at_once: self.at_once,
            per_minute: None,
        };
        sync(job, Arc::default()).await
    }
}

/// The end of a sync.
#[derive(Debug)]
enum End {
    Complete,
    Partial,
    Failed,
    Killed,
}

/// The server, and the store that is filled from it.
struct Scene {
    world: Arc<Mutex<World>>,
    target: Target,
    killed: Arc<Notify>,
    _server: Server,
    _root: tempfile::TempDir,
}

impl Scene {
    async fn new(seed: u64, contacts: bool) -> Self {
        let killed = Arc::new(Notify::new());
        let world = Arc::new(Mutex::new(World::new(seed, contacts, Arc::clone(&killed))));
        let server = {
            let world = Arc::clone(&world);
            Server::start(move |seen, _| world.lock().unwrap().answer(&seen.target)).await
        };
        let root = tempfile::tempdir().unwrap();
        let at_once = world.lock().unwrap().rng.usize(1..=4);
        let target =
            Target { api: server.url("/"), folder: root.path().join("portfolio"), contacts, at_once };
        Self { world, target, killed, _server: server, _root: root }
    }

    /// Runs a sync, and drops it when the server says so. Returns its report, if it ended.
    async fn sync_here(&self, orders: OrdersScope) -> (End, Option<SyncReport>) {
        let ended = tokio::select! {
            biased;
            () = self.killed.notified() => return (End::Killed, None),
            ended = self.target.sync(orders) => ended,
        };
        match ended {
            Ok(report) if report.is_complete() => (End::Complete, Some(report)),
            Ok(report) => (End::Partial, Some(report)),
            Err(SyncError::Api(_)) => (End::Failed, None),
            Err(error) => panic!("{error}"),
        }
    }

    /// Runs a sync in a process of its own, and kills that when the server says so.
    async fn sync_in_a_process(&self, orders: OrdersScope) -> End {
        let mut command = tokio::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "--ignored", "syncs_in_a_process"]);
        command.env("VIPMP_TEST_API", self.target.api.as_str()).env("VIPMP_TEST_FOLDER", &self.target.folder);
        command.env("VIPMP_TEST_AT_ONCE", self.target.at_once.to_string());
        command.env("VIPMP_TEST_ORDERS", scopes::to_text(orders));
        command.env("VIPMP_TEST_CONTACTS", if self.target.contacts { "1" } else { "0" });
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        tokio::select! {
            biased;
            () = self.killed.notified() => {
                child.kill().await.unwrap();
                End::Killed
            }
            ended = child.wait() => {
                assert!(ended.unwrap().success(), "a process that was not killed fails");
                End::Partial
            }
        }
    }

    /// Pretends that everything, or all but orders, was read long ago, so that it is due.
    fn age(&self, with_orders: bool) {
        let path = self.target.folder.join("portfolio.sqlite");
        if !path.exists() {
            return;
        }
        let cache = rusqlite::Connection::open(path).unwrap();
        let columns = ["record_at", "subscriptions_at", "failed_at", "orders_at"];
        for column in &columns[..if with_orders { 4 } else { 3 }] {
            let sql =
                format!("UPDATE customer SET {column} = '2020-01-01T00:00:00Z' WHERE {column} IS NOT NULL");
            cache.execute(&sql, []).unwrap();
        }
    }
}

/// Syncs again and again for one seed, and checks what is stored after each time.
async fn run(seed: u64, contacts: bool, real_kills: bool) -> u64 {
    let scene = Scene::new(seed, contacts).await;
    let mut ledger = Ledger::new(seed);
    let (mut kills, mut are_orders_due) = (0, true);
    let (rounds, plan) = {
        let mut world = scene.world.lock().unwrap();
        (world.rng.usize(2..=4), Plan::draw(&mut world.rng))
    };
    for round in 0..rounds {
        let (weather, orders) = {
            let mut world = scene.world.lock().unwrap();
            if round > 0 {
                for _ in 0..world.rng.usize(..16) {
                    world.change();
                }
            }
            let weather = Weather::draw(&mut world.rng);
            world.begin(weather);
            (weather, plan.next(&mut world.rng))
        };
        let (end, report) = if real_kills {
            (scene.sync_in_a_process(orders).await, None)
        } else {
            scene.sync_here(orders).await
        };
        let asked = scene.world.lock().unwrap().begin(Weather::CALM);
        kills += u64::from(matches!(end, End::Killed));
        if weather.is_calm() {
            assert!(!matches!(end, End::Failed), "seed {seed}: nothing failed");
        }
        let had_any = !ledger.books.is_empty();
        ledger.enter(&scene.target.open(), &scene.target.folder, &mut scene.world.lock().unwrap(), &end);
        if let Some(report) = report.filter(|_| weather.is_still()) {
            let (report, present) = (&report, ledger.present());
            let (are_all_due, customers) = (are_orders_due, &asked);
            Asked { scope: orders, are_all_due, report, customers, present, had_any }
                .check(&ledger.books, &format!("seed {seed}, sync {round} ({orders:?})"));
        }
        are_orders_due = scene.world.lock().unwrap().rng.bool();
        scene.age(are_orders_due);
    }
    scene.age(true);
    let orders = {
        let mut world = scene.world.lock().unwrap();
        let orders = plan.next(&mut world.rng);
        let may_stay_refused = ledger.books.is_empty() && matches!(orders, OrdersScope::Recent(_));
        world.end_refusals(may_stay_refused);
        orders
    };
    let report = scene.target.sync(orders).await.unwrap();
    assert!(report.is_complete(), "seed {seed}: {report:?} in peace");
    let unlisted = ledger.unlisted(&scene.world.lock().unwrap());
    assert!(report.unlisted <= unlisted, "seed {seed}: nobody else is asked for: {report:?}");
    let store = scene.target.open();
    ledger.enter(&store, &scene.target.folder, &mut scene.world.lock().unwrap(), &End::Complete);
    ledger.close(&store, &scene.world.lock().unwrap(), orders);
    drop(store);
    assert_sound(&scene.target.folder);
    kills
}

/// Checks the files themselves.
fn assert_sound(folder: &Path) {
    for check in PortfolioStore::check(folder).unwrap() {
        assert_eq!(check.problems, Vec::<String>::new(), "{}", check.path.display());
    }
    let cache = rusqlite::Connection::open(folder.join("portfolio.sqlite")).unwrap();
    let open = "SELECT COUNT(*) FROM sync_run WHERE outcome IS NULL";
    assert_eq!(cache.query_row(open, [], |row| row.get::<_, i64>(0)).unwrap(), 0, "no run stays open");
}

fn seeds() -> u64 {
    std::env::var("VIPMP_PORTFOLIO_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(SEEDS)
}

/// Runs these seeds, one after the other.
fn each(seeds: impl Iterator<Item = u64>, contacts: bool, real_kills: bool) {
    let (mut runs, mut kills) = (0, 0);
    for seed in seeds {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        kills += runtime.block_on(run(seed, contacts, real_kills));
        // A thread may still be at work for a sync that was dropped.
        runtime.shutdown_timeout(Duration::from_secs(5));
        runs += 1;
    }
    eprintln!("{runs} seeds, {kills} kills");
    assert!(runs < 4 || kills > 0, "some syncs are killed");
}

#[test]
fn a_portfolio_with_contacts_is_synced_whatever_happens() {
    each((0..seeds()).step_by(2), true, false);
}

#[test]
fn a_portfolio_without_contacts_is_synced_whatever_happens() {
    each((1..seeds()).step_by(2), false, false);
}

#[test]
fn a_portfolio_survives_the_kill_of_its_process() {
    each(1000..1000 + (seeds() / 10).max(PROCESSES), true, true);
}

#[test]
#[ignore = "what the other test starts, to kill it"]
fn syncs_in_a_process() {
    let variable = |name: &str| std::env::var(name).unwrap();
    let target = Target {
        api: variable("VIPMP_TEST_API").parse().unwrap(),
        folder: variable("VIPMP_TEST_FOLDER").into(),
        contacts: variable("VIPMP_TEST_CONTACTS") == "1",
        at_once: variable("VIPMP_TEST_AT_ONCE").parse().unwrap(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let orders = scopes::from_text(&variable("VIPMP_TEST_ORDERS"));
    match runtime.block_on(target.sync(orders)) {
        Ok(_) | Err(SyncError::Api(_)) => {}
        Err(error) => panic!("{error}"),
    }
}
