//! Lists are complete or reported as possibly incomplete: customers who move while the list is read, unstable sort orders,
//! wrong or missing totals.

use std::{
    collections::HashSet,
    fs,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use serde_json::{Value, json};

use crate::{
    scripted::Scripted,
    served,
    stage::{Run, Stage},
};

/// Returns a scripted server and a stage whose profile is that server.
fn at(answer: impl Fn(&Asked) -> Value + Send + Sync + 'static) -> (Scripted, Stage) {
    let api = Scripted::answering(move |target| match Asked::of(target) {
        Some(asked) => (200, answer(&asked).to_string()),
        None => (404, String::new()),
    });
    let stage = stage_of(&api);
    (api, stage)
}

/// Returns a stage whose profile is this server.
fn stage_of(api: &Scripted) -> Stage {
    let stage = Stage::new().with("VIPMP_ACCESS_TOKEN", "token-of-nobody");
    let text = served::profile("a", &api.url("/"), &api.url("/token"), "access_token = { env = \"NONE\" }");
    stage.write(stage.config(), &text);
    stage
}

/// A request for a page.
struct Asked {
    id: &'static str,
    status: String,
    offset: usize,
    limit: usize,
}

impl Asked {
    fn of(target: &str) -> Option<Self> {
        let (path, query) = target.split_once('?')?;
        let value = |name: &str| {
            url::form_urlencoded::parse(query.as_bytes())
                .find_map(|(known, value)| (known == name).then(|| value.into_owned()))
        };
        let number = |name| value(name)?.parse().ok();
        let id = if path.ends_with("/customers") { "customerId" } else { "resellerId" };
        let status = value("status").unwrap_or_default();
        Some(Self { id, status, offset: number("offset")?, limit: number("limit")? })
    }

    /// Returns the page of these IDs, with this total.
    fn page(&self, ids: &[u32], total: impl Into<Value>) -> Value {
        let rows = ids.iter().skip(self.offset).take(self.limit);
        let rows: Vec<Value> = rows.map(|id| json!({self.id: id.to_string()})).collect();
        json!({"totalCount": total.into(), "count": rows.len(), "accounts": rows})
    }

    fn is_last(&self, rows: usize) -> bool {
        self.offset + self.limit >= rows
    }
}

fn ids(lines: &str, name: &str) -> Vec<String> {
    let id = |line: &str| serde_json::from_str::<Value>(line).unwrap()[name].as_str().unwrap().to_owned();
    lines.lines().map(id).collect()
}

/// Checks that there are `count` IDs without repetition.
#[track_caller]
fn assert_each_once(ids: &[String], count: usize) {
    assert_eq!((ids.len(), ids.iter().collect::<HashSet<_>>().len()), (count, count), "{ids:?}");
}

/// Runs a list and an export of these statuses, each on a server of its own, and returns their rows.
fn both_ways(
    statuses: &str,
    server: impl Fn() -> (Scripted, Stage),
    end: impl Fn(Run) -> Run,
) -> [Vec<String>; 2] {
    let (_api, stage) = server();
    let list = end(stage.run(["list", "--all", "--status", statuses, "--output", "jsonl"]));
    let (_api, stage) = server();
    let file = stage.path("all.jsonl");
    end(stage.run(["export", file.to_str().unwrap(), "--status", statuses]));
    let export = fs::read_to_string(&file).unwrap_or_default();
    [ids(&list.out, "customerId"), ids(&export, "customerId")]
}

/// Serves sixty active and sixty pending customers; one changes its status after the last active page was read.
fn one_moves(from: &'static str) -> impl Fn() -> (Scripted, Stage) {
    move || {
        let has_moved = AtomicBool::new(false);
        at(move |asked| {
            let moved = has_moved.load(Ordering::Acquire);
            let of = |status: &str| -> Vec<u32> {
                let (own, other) = if status == "1000" { (100..160, 299) } else { (240..300, 159) };
                // The customer who moves is the last one of the list.
                let leaves = moved && status == from;
                let joins = moved && status != from;
                own.filter(|id| !leaves || (*id != 159 && *id != 299)).chain(joins.then_some(other)).collect()
            };
            let list = of(&asked.status);
            if asked.status == "1000" && asked.is_last(60) {
                has_moved.store(true, Ordering::Release);
            }
            asked.page(&list, list.len())
        })
    }
}

#[test]
fn a_customer_whose_status_changes_is_listed_once() {
    for from in ["1000", "1002"] {
        for rows in both_ways("active,pending", one_moves(from), |run| run.exits_with(0)) {
            assert_each_once(&rows, 120);
        }
    }
}

#[test]
fn two_customers_that_swap_places_are_both_listed() {
    let server = || {
        let has_moved = AtomicBool::new(false);
        at(move |asked| {
            let moved = has_moved.load(Ordering::Acquire);
            let change = |id: u32| {
                if moved { [(159, 299), (299, 159)] } else { [(0, 0); 2] }
                    .into_iter()
                    .find_map(|(from, to)| (id == from).then_some(to))
                    .unwrap_or(id)
            };
            let own = if asked.status == "1000" { 100..160 } else { 240..300 };
            let list: Vec<u32> = own.map(change).collect();
            if asked.status == "1000" && asked.is_last(60) {
                has_moved.store(true, Ordering::Release);
            }
            asked.page(&list, 60)
        })
    };
    for rows in both_ways("active,pending", server, |run| run.exits_with(0)) {
        assert_each_once(&rows, 120);
    }
}

#[test]
fn a_list_in_a_different_order_each_time_is_complete_or_doubted() {
    for seed in 0..10 {
        let server = move || {
            let requests = AtomicU64::new(seed * 1_000);
            at(move |asked| {
                let mut ids: Vec<u32> = (100..250).collect();
                let request = requests.fetch_add(1, Ordering::Relaxed);
                fastrand::Rng::with_seed(request).shuffle(&mut ids);
                asked.page(&ids, 150)
            })
        };
        let [list, export] = both_ways("active", server, |run| {
            if run.code == Some(0) { run } else { run.exits_with(5).warns(&["the list may be incomplete"]) }
        });
        assert!(list.len() <= 150 && (export.is_empty() || export.len() == 150));
    }
}

#[test]
fn resellers_are_listed_once_each_while_the_list_changes() {
    let first = AtomicBool::new(true);
    let (_api, stage) = at(move |asked| {
        // The first one is removed after the first page was read, so the rest move up.
        let ids: Vec<u32> = if first.swap(false, Ordering::AcqRel) { 100..230 } else { 101..230 }.collect();
        asked.page(&ids, ids.len())
    });
    let run = stage.run(["resellers", "--output", "jsonl"]).exits_with(0);
    assert_each_once(&ids(&run.out, "resellerId"), 130);
    run.warns(&["The list changed while it was being read"]);
}

#[test]
fn a_list_of_resellers_that_is_too_short_is_doubted() {
    let (_api, stage) = at(|asked| asked.page(&(100..130).collect::<Vec<_>>(), 40));
    let why = "the list may be incomplete: the server counts 40, but 30 different rows arrived";
    stage.run(["resellers"]).exits_with(5).warns(&[why]);
    let file = stage.path("all.csv");
    for words in [&["list", "--all"][..], &["export", file.to_str().unwrap()]] {
        let (_api, stage) = at(|asked| match asked.id {
            "resellerId" => asked.page(&[7, 8], 3),
            _ => asked.page(&[1], 1),
        });
        let run = stage.run([words, &["--resellers", "all"]].concat()).exits_with(5);
        run.warns(&[
            "the list of resellers may be incomplete: the server counts 3, but 2 different rows arrived",
        ]);
    }
}

#[test]
fn a_total_that_equals_the_rows_read_is_verified() {
    let of_130 = |total: fn(&Asked) -> usize| {
        move || at(move |asked| asked.page(&(100..230).collect::<Vec<_>>(), total(asked)))
    };
    // The rows read so far, and the rows of one page.
    for total in [(|asked| (asked.offset + 50).min(130)) as fn(&Asked) -> usize, |_| 50] {
        let [list, export] = both_ways("active", of_130(total), |run| run.exits_with(5));
        assert_each_once(&list, 130);
        assert_eq!(export, Vec::<String>::new(), "a doubtful file is not written unasked");
        let (_api, stage) = of_130(total)();
        let run = stage.run(["list", "--output", "jsonl"]);
        assert_each_once(&ids(&run.out, "customerId"), 50);
        run.exits_with(0).warns(&["50 ", " shown", "; use --all to print all"]);
        let (_api, stage) = of_130(total)();
        let run = stage.run(["resellers", "--output", "jsonl"]).exits_with(5);
        assert_each_once(&ids(&run.out, "resellerId"), 130);
    }
}

#[test]
fn a_list_without_a_usable_total_ends_with_a_short_page() {
    for total in [Value::Null, json!(-1), json!("many"), json!([])] {
        for rows in [0, 20, 50, 99, 130] {
            let total = total.clone();
            let server = || {
                let total = total.clone();
                at(move |asked| asked.page(&(100..100 + rows).collect::<Vec<_>>(), total.clone()))
            };
            let each = both_ways("active", server, |run| {
                let run = run.exits_with(0).warns(&["he server sent no usable total"]);
                // The number of written rows is ours, and the reseller ID is not a count.
                let message = run.err.lines().filter(|line| !line.contains(" to /"));
                let message = message.collect::<String>().replace(served::RESELLER, "");
                assert!(!message.contains(|c: char| c.is_ascii_digit()), "no count is shown: {run:#?}");
                run
            });
            for came in each {
                assert_each_once(&came, usize::try_from(rows).unwrap());
            }
        }
    }
}

#[test]
fn short_pages_do_not_end_a_list() {
    for total in [json!(130), Value::Null] {
        let server = || {
            let total = total.clone();
            at(move |asked| {
                let asked = Asked { limit: 20, status: String::new(), ..*asked };
                asked.page(&(100..230).collect::<Vec<_>>(), total.clone())
            })
        };
        for rows in both_ways("active", server, |run| run.exits_with(0)) {
            assert_each_once(&rows, 130);
        }
    }
}

/// Exports a list of 200 that fails at row 100, changes the list and resumes the export.
fn resumed(changed: std::ops::Range<u32>) -> (Run, Vec<String>) {
    let calls = AtomicU64::new(0);
    let api = Scripted::answering(move |target| {
        let Some(asked) = Asked::of(target) else { return (404, String::new()) };
        let has_changed = calls.load(Ordering::Acquire) > 0;
        if asked.offset >= 100 && !has_changed {
            calls.store(1, Ordering::Release);
            return (403, r#"{"code": "4121"}"#.to_owned());
        }
        let ids: Vec<u32> = if has_changed { changed.clone() } else { 1_000..1_200 }.rev().collect();
        (200, asked.page(&ids, ids.len()).to_string())
    });
    let stage = stage_of(&api);
    let file = stage.path("a.jsonl");
    stage.run(["export", file.to_str().unwrap(), "--concurrency", "1"]).exits_with(5).warns(&["--resume"]);
    let run = stage.run(["export", file.to_str().unwrap(), "--resume"]);
    let text = fs::read_to_string(&file).unwrap_or_default();
    (run, ids(&text, "customerId"))
}

#[test]
fn customers_who_joined_before_an_export_is_resumed_are_in_it() {
    // Forty joined and forty left, so the total and the positions of the other rows are unchanged.
    let (run, rows) = resumed(1_040..1_240);
    run.exits_with(0)
        .warns(&["the list changed while it was being read", "customers who left are still included"]);
    assert!((1_040..1_240).all(|id| rows.contains(&id.to_string())), "{rows:?}");
    let (run, rows) = resumed(1_000..1_200);
    assert!(!run.exits_with(0).err.contains("changed"), "nothing changed");
    assert_each_once(&rows, 200);
}

#[test]
fn a_response_with_two_lists_is_doubted() {
    for body in [
        r#"{"accounts": [{"customerId": "1"}], "accounts": []}"#,
        r#"{"accounts": [{"customerId": "1"}], "customers": [{"customerId": "2"}]}"#,
    ] {
        let api = Scripted::answering(move |_| (200, body.to_owned()));
        let stage = stage_of(&api);
        let why =
            "the list may be incomplete: a response held a second list or too many rows, which were not read";
        stage.run(["list"]).exits_with(5).warns(&[why]);
    }
    let (_api, stage) = at(|asked| json!({"accounts": [], "customers": asked.page(&[1], 1)["accounts"]}));
    let run = stage.run(["list", "--output", "jsonl"]).exits_with(0);
    assert_each_once(&ids(&run.out, "customerId"), 1);
}

#[test]
fn a_bad_byte_never_merges_two_customers() {
    let body = concat!(
        r#"{"totalCount": 2, "accounts": [{"customerId": "1", "companyProfile": {"companyName": "A"}, "externalReferenceId": "r"#,
        "\u{fffd}",
        r#"},{"customerId": "2", "companyProfile": {"companyName": "B"}, "externalReferenceId": "s"}]}"#
    );
    let api = Scripted::answering(move |_| (200, body.to_owned()));
    let stage = stage_of(&api);
    stage
        .run(["list", "--output", "jsonl"])
        .exits_with(1)
        .prints_nothing()
        .warns(&["not valid JSON (", "at line 1 column"]);
}

#[test]
fn matches_in_other_statuses_are_not_counted_without_a_total() {
    let (_api, stage) = at(|asked| asked.page(&(100..600).collect::<Vec<_>>(), Value::Null));
    let run = stage.run(["list", "--all", "--created-from", "2025", "--output", "jsonl"]).exits_with(0);
    run.warns(&["only active customers are shown; use --status all to include others"]);
}

#[test]
fn an_offset_that_the_server_refuses_is_past_the_end() {
    let api = Scripted::answering(|target| match Asked::of(target) {
        Some(asked) if asked.offset > 0 => (400, r#"{"code": "1133", "message": "Out of range"}"#.to_owned()),
        Some(asked) => (200, asked.page(&[1, 2, 3], 3).to_string()),
        None => (404, String::new()),
    });
    let stage = stage_of(&api);
    stage.run(["list", "--offset", "9"]).exits_with(0).warns(&["--offset 9 is past the end"]);
}

#[test]
fn the_record_of_a_different_customer_is_not_a_success() {
    let api = Scripted::answering(|_| {
        (200, r#"{"customerId": "77", "companyProfile": {"companyName": "B"}}"#.to_owned())
    });
    let stage = stage_of(&api);
    let why = "the server returned customer 77 when asked for customer 76";
    stage.run(["show", "76"]).exits_with(5).warns(&[why]);
    stage.run(["show", "77"]).exits_with(0);
}
