//! Kills during writes: every file is the old one or the new one, and no lock or temporary file is left.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    time::{Duration, Instant},
};

use super::user::{ROWS, TestUser, assert_quits, names, temporaries};
use crate::{
    support::served::Served,
    writer::{Kind, Numbered, Writer},
};

/// The number of kills for each file.
const KILLS: usize = 200;

/// A reproducible sequence of random numbers (xorshift).
struct Random(u64);

impl Random {
    /// Returns a duration from zero up to `limit`.
    fn below(&mut self, limit: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        Duration::from_nanos(self.0 % u64::try_from(limit.as_nanos()).unwrap().max(1))
    }
}

/// Checks that a file is complete after killing its writer at [`KILLS`] random moments.
#[track_caller]
fn assert_whole_after_kills(kind: Kind) {
    let folder = tempfile::tempdir().unwrap();
    let file = Numbered::new(kind, folder.path());
    file.write(0);
    let start = Instant::now();
    (1..=5).for_each(|number| file.write(number));
    // The kills are spread over more than one write.
    let span = start.elapsed() / 3;
    let mut random = Random(0x5eed);
    let (mut last, mut torn) = (file.read(), 0);
    for round in 0..KILLS {
        let writer = Writer::start(kind, folder.path());
        let first = writer.first();
        assert_eq!(first, last + 1, "it goes on from what the last one has left");
        // There is nothing to wait for: the moment of the kill is the fault.
        std::thread::sleep(random.below(span));
        let told = writer.kill().unwrap_or(first);
        last = file.read();
        assert!(last == told || last == told + 1, "round {round}: {last} is neither {told} nor the next");
        let (folder, name) = file.place();
        let all = names(&folder);
        for found in &all {
            let mode = fs::metadata(folder.join(found)).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "others can read {found}");
        }
        let left = temporaries(&folder).len();
        assert!(left <= 1 && all.iter().any(|found| found == name), "round {round}: {all:?}");
        torn += left;
    }
    assert!((1..KILLS).contains(&torn), "the kills came at different moments: {torn} in the midst of a file");
    file.write(last + 1);
    assert_eq!(file.read(), last + 1, "nothing stays locked");
    assert_eq!(temporaries(&file.place().0), Vec::<String>::new(), "nothing is left");
}

#[test]
pub(super) fn state() {
    assert_whole_after_kills(Kind::State);
}

#[test]
pub(super) fn config() {
    assert_whole_after_kills(Kind::Config);
}

#[test]
pub(super) fn token() {
    assert_whole_after_kills(Kind::Token);
}

#[test]
pub(super) fn journal() {
    let user = TestUser::new();
    let place = |name: &str| user.path(name).display().to_string();
    let (whole, killed) = (place("whole.jsonl"), place("killed.jsonl"));
    let words = |file: &str| {
        let words = ["export", file, "--demo", "--status", "all", "--details", "--demo-latency", "3"];
        words.map(str::to_owned).to_vec()
    };
    let run = |words: &[String]| user.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
    let start = Instant::now();
    // The link of one customer of the demo leads to another one, so the export is partial (exit status 5).
    assert_eq!(run(&words(&whole)).0, Some(5));
    // Each export is killed within the time that a few rows take.
    let span = start.elapsed() / 10;
    let (mut random, mut sizes) = (Random(0x10ca1), vec![0]);
    let partial = user.path("killed.jsonl.partial");
    let size = || fs::metadata(&partial).map_or(0, |found| found.len());
    for _ in 0..20 {
        let resume = partial.exists().then(|| "--resume".to_owned());
        let all: Vec<String> = words(&killed).into_iter().chain(resume).collect();
        let mut child = user.command(&all.iter().map(String::as_str).collect::<Vec<_>>()).spawn().unwrap();
        let before = size();
        // The export has begun and runs for a moment: the moment of the kill is the fault.
        while size() <= before && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        std::thread::sleep(random.below(span));
        child.kill().unwrap();
        child.wait().unwrap();
        if user.path("killed.jsonl").exists() {
            break;
        }
        sizes.push(size());
    }
    assert!(sizes.len() > 2, "the kills came in the midst of it: {sizes:?}");
    if partial.exists() {
        let resumed: Vec<String> = words(&killed).into_iter().chain(["--resume".to_owned()]).collect();
        let (code, told) = run(&resumed);
        assert_eq!(code, Some(5), "{told}");
    }
    assert!(fs::read(&killed).unwrap() == fs::read(&whole).unwrap(), "not the same rows");
    assert!(!partial.exists());
}

#[test]
pub(super) fn leftovers() {
    let served = Served::start();
    let user = TestUser::with_profile(&served);
    let temporary = |of: &str, digit: &str| user.path(&format!("{of}.{}.tmp", digit.repeat(32)));
    let (state, config) = (temporary("data/.state.json", "a"), temporary("config/.config.toml", "b"));
    let alive = temporary("data/.state.json", "c");
    let others = [temporary("data/.other.json", "d"), user.path("data/.state.json.mine.tmp")];
    for path in [&state, &config, &alive].into_iter().chain(&others) {
        fs::write(path, "{\"half").unwrap();
    }
    let writer = fs::File::options().write(true).open(&alive).unwrap();
    writer.lock().unwrap();
    let pty = user.start(&[]);
    pty.wait_for_text(ROWS);
    assert_quits(&pty);
    assert!(!state.exists(), "the next write of the state removes it");
    assert!(config.exists(), "the configuration was not written");
    assert_eq!(user.run(&["profile", "use", "a"]).0, Some(0));
    assert!(!config.exists(), "the next write of the configuration removes it");
    for path in [&alive].into_iter().chain(&others) {
        assert!(path.exists(), "{} is nobody else's", path.display());
    }
}
