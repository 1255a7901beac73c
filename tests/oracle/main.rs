//! Whole lists while the portfolio changes: the built program against a server that remembers everything that was ever in
//! its lists. A run must either print the right result or exit with 5.
//!
//! `VIPMP_ORACLE_SEEDS=1000 cargo test --test oracle` tries this number of seeds for each command.

#![cfg(unix)]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "what does not come is a failed test")]
#![allow(clippy::print_stderr, reason = "how many runs were complete is worth knowing")]

#[path = "../support/mod.rs"]
mod support;

mod portfolio;

use std::{
    collections::BTreeMap,
    fs,
    sync::{Arc, Mutex},
};

use portfolio::{Change, Portfolio, STATUSES};
use serde_json::Value;
use support::{
    scripted::Scripted,
    served,
    stage::{Run, Stage},
};

/// The number of seeds for each command unless the environment sets it.
const SEEDS: u64 = 60;

/// The events of a run besides reading.
#[derive(Debug, Clone, Copy)]
struct Weather {
    /// The probability of a change after each request, in percent.
    percent: u8,
    /// The number of requests after which the portfolio stops changing; endless changes can never be settled.
    calm_after: usize,
    changes: &'static [Change],
}

const WEATHER: [Weather; 5] = [
    Weather { percent: 0, calm_after: 0, changes: &[] },
    Weather { percent: 25, calm_after: 5, changes: &[Change::Move] },
    Weather { percent: 60, calm_after: usize::MAX, changes: &[Change::Shuffle] },
    Weather {
        percent: 40,
        calm_after: 8,
        changes: &[Change::Insert, Change::Delete, Change::Rename, Change::Move, Change::Shuffle],
    },
    Weather {
        percent: 70,
        calm_after: usize::MAX,
        changes: &[Change::Insert, Change::Delete, Change::Rename, Change::Move],
    },
];

/// The server's state: the portfolio, and the events of the run.
struct World {
    portfolio: Portfolio,
    rng: fastrand::Rng,
    weather: Weather,
    requests: usize,
    /// The number of the request from which on everything is refused.
    refuses_after: usize,
}

impl World {
    fn new(seed: u64, listed: &'static [&'static str]) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let weather = WEATHER[usize::try_from(seed).unwrap() % WEATHER.len()];
        let portfolio = Portfolio::new(seed, rng.usize(20..330), listed);
        Self { portfolio, rng, weather, requests: 0, refuses_after: usize::MAX }
    }

    fn answer(&mut self, target: &str) -> (u16, String) {
        self.requests += 1;
        if self.requests > self.refuses_after {
            return (403, r#"{"code": "4121", "message": "Not allowed"}"#.to_owned());
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query: BTreeMap<String, String> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let kind = if path.ends_with("/customers") { "customerId" } else { "resellerId" };
        let page = self.portfolio.page(&query, kind).to_string();
        if self.requests <= self.weather.calm_after && self.rng.u8(..100) < self.weather.percent {
            // Several changes at once can leave the count unchanged.
            for _ in 0..self.rng.usize(1..=4) {
                self.change();
            }
        }
        (200, page)
    }

    fn change(&mut self) {
        let change = self.rng.choice(self.weather.changes).copied();
        if let Some(change) = change {
            self.portfolio.change(change);
        }
    }
}

/// A portfolio, its server, and a home folder with a profile for that server.
struct Scene {
    world: Arc<Mutex<World>>,
    stage: Stage,
    _server: Scripted,
}

impl Scene {
    fn new(seed: u64, listed: &'static [&'static str]) -> Self {
        let world = Arc::new(Mutex::new(World::new(seed, listed)));
        let server = {
            let world = Arc::clone(&world);
            Scripted::answering(move |target| world.lock().unwrap().answer(target))
        };
        let stage = Stage::new().with("VIPMP_ACCESS_TOKEN", "token-of-nobody");
        let text = served::profile(
            "a",
            &server.url("/"),
            &server.url("/token"),
            "access_token = { env = \"NONE\" }",
        );
        stage.write(stage.config(), &text);
        Self { world, stage, _server: server }
    }

    /// Compares the output of a run with the portfolio.
    fn judge(&self, seed: u64, run: &Run, text: &str, id: &str) -> bool {
        let rows: Vec<(String, String)> = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .map(|row| {
                let of = |value: &Value| value.as_str().unwrap().to_owned();
                (of(&row[id]), of(&row["companyProfile"]["companyName"]))
            })
            .collect();
        let faults = self.world.lock().unwrap().portfolio.judge(&rows);
        assert!(faults.is_empty(), "seed {seed}: {faults:?} in {} rows, and exit 0\n{run:#?}", rows.len());
        true
    }
}

/// Runs a command for each seed; returns the number of runs that claimed to be complete, all of which must be right.
fn each_seed(listed: impl Fn(u64) -> &'static [&'static str], mut run: impl FnMut(u64, &Scene) -> bool) {
    let seeds = std::env::var("VIPMP_ORACLE_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(SEEDS);
    let (mut complete, mut calm) = (0, 0);
    for seed in 0..seeds {
        let scene = Scene::new(seed, listed(seed));
        let is_complete = run(seed, &scene);
        complete += u64::from(is_complete);
        if scene.world.lock().unwrap().weather.percent == 0 {
            calm += 1;
            assert!(is_complete, "seed {seed}: nothing changed, so nothing can be doubtful");
        }
    }
    eprintln!("{complete} of {seeds} runs were complete, {calm} of them calm");
    // A program that always doubts is never wrong, but useless.
    assert!(complete > calm && complete < seeds, "{complete} of {seeds}, {calm} calm");
}

/// Draws the statuses that a run asks for: mostly two.
fn listed(seed: u64) -> &'static [&'static str] {
    if seed % 4 == 3 { &STATUSES[..1] } else { &STATUSES[..2] }
}

/// Draws the options of a run: one list or two, in either sort order.
fn options(seed: u64) -> Vec<&'static str> {
    let statuses = if listed(seed).len() == 1 { "active" } else { "active,pending" };
    let sort = if seed.is_multiple_of(3) { ["--sort", "name"] } else { ["--sort", "created"] };
    let order = if seed.is_multiple_of(2) { ["--order", "asc"] } else { ["--order", "desc"] };
    [["--status", statuses], sort, order].concat()
}

#[test]
fn a_list_is_right_or_the_exit_status_is_5() {
    each_seed(listed, |seed, scene| {
        let words = [&["list", "--all", "--output", "jsonl"][..], &options(seed)].concat();
        let run = scene.stage.run(words);
        verdict(scene, seed, &run, &run.out, "customerId")
    });
}

#[test]
fn an_export_is_right_or_the_exit_status_is_5() {
    each_seed(listed, |seed, scene| {
        let file = scene.stage.path("all.jsonl");
        let words = [&["export", file.to_str().unwrap()][..], &options(seed)].concat();
        let run = scene.stage.run(words);
        let text = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(file.exists(), run.code == Some(0), "a doubtful file is never written unasked: {run:#?}");
        verdict(scene, seed, &run, &text, "customerId")
    });
}

#[test]
fn an_export_that_is_resumed_is_right_or_the_exit_status_is_5() {
    each_seed(listed, |seed, scene| {
        let file = scene.stage.path("all.jsonl");
        let words = [&["export", file.to_str().unwrap()][..], &options(seed)].concat();
        {
            let mut world = scene.world.lock().unwrap();
            world.refuses_after = world.rng.usize(1..9);
        }
        let mut run = scene.stage.run(words.clone());
        {
            // Hours later.
            let mut world = scene.world.lock().unwrap();
            (world.requests, world.refuses_after) = (0, usize::MAX);
            for _ in 0..world.rng.usize(..6) {
                world.change();
            }
        }
        if run.code != Some(0) && scene.stage.path("all.jsonl.partial").exists() {
            run = scene.stage.run([&words[..], &["--resume"]].concat());
        } else if run.code != Some(0) {
            run = scene.stage.run(words);
        }
        let text = fs::read_to_string(&file).unwrap_or_default();
        verdict(scene, seed, &run, &text, "customerId")
    });
}

#[test]
fn the_resellers_are_right_or_the_exit_status_is_5() {
    each_seed(
        |_| &STATUSES,
        |seed, scene| {
            let run = scene.stage.run(["resellers", "--output", "jsonl"]);
            verdict(scene, seed, &run, &run.out, "resellerId")
        },
    );
}

/// Returns true if a run claims to be complete, which it may only if it is right.
fn verdict(scene: &Scene, seed: u64, run: &Run, text: &str, id: &str) -> bool {
    match run.code {
        Some(0) => scene.judge(seed, run, text, id),
        Some(5) => {
            assert!(run.err.contains("may be incomplete"), "seed {seed}: no reason: {run:#?}");
            false
        }
        _ => panic!("seed {seed}: {run:#?}"),
    }
}
