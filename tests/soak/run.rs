//! The program under test: restarted when it was quit, and asked repeatedly for a sign of life.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    hands::{Chance, Deed, ESC, deed, window},
    support::pty::Pty,
};

/// The time limit for a frame of a new size, in addition to the time that the machine gives to other programs.
const ANSWER: Duration = Duration::from_secs(1);
/// The number of inputs that are reported after a failure.
const TOLD: usize = 60;
/// The most keys that are pressed at once.
const BATCH: usize = 24;
/// One in this number of batches is followed by a rest, since otherwise hardly any load would finish.
const REST: usize = 16;
const PAUSE: Duration = Duration::from_millis(120);
/// The size of the window at each start, as rows and columns.
const START: (u16, u16) = (36, 120);
/// The number of remembered window sizes: more than can be on their way to the program.
const SIZES: usize = 16;
/// The number of bytes of the program's output that are kept.
const KEPT_OUTPUT: usize = 64 * 1024;

/// The user's files, and the command that starts the program with them.
pub(crate) struct Home {
    folder: tempfile::TempDir,
    config: String,
}

impl Home {
    pub(crate) fn new(config: String) -> Self {
        let home = Self { folder: tempfile::tempdir().expect("a folder"), config };
        std::fs::create_dir(home.path("config")).expect("it can be made");
        home.restore_config();
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes the original configuration again: keys may have changed or removed its profile.
    pub(crate) fn restore_config(&self) {
        std::fs::write(self.path("config/config.toml"), &self.config).expect("it can be written");
    }

    fn start(&self, secret: &(&str, &str)) -> Pty {
        let binary = std::env::var("VIPMP_SOAK_BINARY");
        let binary = binary.as_deref().unwrap_or(env!("CARGO_BIN_EXE_vipmp"));
        let text = |path: PathBuf| path.to_str().expect("text").to_owned();
        let (config, data, log) =
            (text(self.path("config")), text(self.path("data")), text(self.path("log")));
        let env = [
            ("VIPMP_CONFIG_DIR", config.as_str()),
            ("VIPMP_DATA_DIR", &data),
            ("VIPMP_LOG", "error"),
            // Keys can save a profile for production, and a secret from a program: neither must be reachable.
            ("HTTPS_PROXY", "http://127.0.0.1:9"),
            ("PATH", "/nonexistent"),
            ("EDITOR", "/bin/true"),
            *secret,
        ];
        let pty = Pty::spawn_program(
            binary,
            &["--demo-customers", "60", "--log-file", &log],
            &env,
            START.0,
            START.1,
        );
        pty.wait_for_text("vipmp");
        pty
    }

    /// Asserts that the log reports no panic, not even one in a task.
    #[track_caller]
    pub(crate) fn assert_no_panic(&self) {
        let log = std::fs::read_to_string(self.path("log")).unwrap_or_default();
        assert!(!log.contains("panic"), "{log}");
    }
}

/// The memory of one process over its life, in kB.
#[derive(Default)]
pub(crate) struct Memory(Vec<(Instant, u64)>);

impl Memory {
    fn sample(&mut self, process: i32) {
        let status = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status"));
        let line = |text: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
            line.trim().strip_suffix(" kB")?.trim().parse().ok()
        };
        if let Some(size) = status.ok().as_deref().and_then(line) {
            self.0.push((Instant::now(), size));
        }
    }

    fn life(&self) -> Duration {
        self.0.first().zip(self.0.last()).map(|((first, _), (last, _))| *last - *first).unwrap_or_default()
    }

    /// The memory after the first quarter of the life and at its end; `None` if the system does not report it.
    pub(crate) fn growth(&self) -> Option<(u64, u64)> {
        let (start, _) = self.0.first()?;
        let quarter = self.0.iter().find(|(at, _)| *at - *start >= self.life() / 4)?;
        Some((quarter.1, self.0.last()?.1))
    }
}

/// Measures how long the machine has no time for this program: a thread that wants to wake often notes its delays.
struct Metronome {
    late: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
}

impl Metronome {
    fn start() -> Self {
        const BEAT: Duration = Duration::from_millis(10);
        let (late, ended) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let own = Self { late: Arc::clone(&late), ended: Arc::clone(&ended) };
        std::thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                let slept = Instant::now();
                std::thread::sleep(BEAT);
                let over = slept.elapsed().saturating_sub(BEAT);
                late.fetch_add(u64::try_from(over.as_micros()).unwrap_or_default(), Ordering::Relaxed);
            }
        });
        own
    }

    fn late(&self) -> Duration {
        Duration::from_micros(self.late.load(Ordering::Relaxed))
    }
}

impl Drop for Metronome {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}

/// The inputs so far, reported when something goes wrong.
struct Diary {
    seed: u64,
    keys: u64,
    last: VecDeque<String>,
}

impl Diary {
    fn note(&mut self, deed: String) {
        self.last.push_back(deed);
        if self.last.len() > TOLD {
            self.last.pop_front();
        }
    }
}

impl Drop for Diary {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let last: Vec<&str> = self.last.iter().map(String::as_str).collect();
            crate::say(&format!(
                "seed {}, {} keys; the last deeds: {}",
                self.seed,
                self.keys,
                last.join(" ")
            ));
        }
    }
}

/// A soak test in progress.
pub(crate) struct Soak<'h> {
    home: &'h Home,
    secret: (&'h str, &'h str),
    pub(crate) pty: Pty,
    chance: Chance,
    diary: Diary,
    metronome: Metronome,
    memory: Memory,
    /// The memory of the longest-lived process that has ended.
    longest: Memory,
    /// True if the last key was Esc.
    leaving: bool,
    /// The latest sizes of the window.
    sizes: VecDeque<(u16, u16)>,
    pub(crate) resizes: u64,
    pub(crate) restarts: u64,
    pub(crate) slowest: Duration,
}

impl<'h> Soak<'h> {
    pub(crate) fn start(home: &'h Home, secret: (&'h str, &'h str), seed: u64) -> Self {
        Self {
            home,
            secret,
            pty: home.start(&secret),
            chance: Chance::new(seed),
            diary: Diary { seed, keys: 0, last: VecDeque::new() },
            leaving: false,
            sizes: VecDeque::from([START]),
            metronome: Metronome::start(),
            memory: Memory::default(),
            longest: Memory::default(),
            resizes: 0,
            restarts: 0,
            slowest: Duration::ZERO,
        }
    }

    pub(crate) fn keys(&self) -> u64 {
        self.diary.keys
    }

    /// Presses a few keys at once, and then checks that the program still responds.
    pub(crate) fn batch(&mut self) {
        let mut keys = String::new();
        // A user who leaves a dialog often leaves the surrounding one too, which needs Esc twice.
        let again = std::mem::take(&mut self.leaving) && self.chance.below(2) == 0;
        for _ in 0..=self.chance.below(BATCH) {
            match if again { Deed::Keys(ESC.to_owned()) } else { deed(&mut self.chance) } {
                Deed::Keys(more) => {
                    self.diary.keys += 1;
                    self.diary.note(more.escape_debug().take(100).collect());
                    keys.push_str(&more);
                    // A key that follows Esc at once would be read as Alt and that key.
                    if more.ends_with(ESC) {
                        self.leaving = true;
                        break;
                    }
                }
                Deed::Resize(rows, columns) => {
                    self.diary.note(format!("{columns}x{rows}"));
                    self.resizes += 1;
                    self.pty.send_if_running(&keys);
                    keys.clear();
                    self.remember(rows, columns);
                    self.pty.resize(rows, columns);
                }
            }
        }
        self.pty.send_if_running(&keys);
        if self.chance.below(REST) == 0 {
            self.pty.came(PAUSE, |_| false);
        }
        let (rows, columns) = window(&mut self.chance);
        self.diary.note(format!("{columns}x{rows}?"));
        self.probe(rows, columns);
    }

    /// Resizes the window and waits for the frame that must follow; restarts the program if the keys have quit it.
    #[track_caller]
    pub(crate) fn probe(&mut self, rows: u16, mut columns: u16) {
        self.resizes += 1;
        // Of several sizes in a row the program may draw only some, and it need not redraw for the size it drew last.
        while self.sizes.contains(&(rows, columns)) {
            columns += 1;
        }
        self.remember(rows, columns);
        let late = self.metronome.late();
        match self.pty.refit(rows, columns) {
            Some(took) => {
                let others = self.metronome.late().saturating_sub(late);
                self.slowest = self.slowest.max(took.saturating_sub(others));
                assert!(took <= ANSWER + others, "a frame took {took:?}, the machine's others {others:?}");
                self.memory.sample(self.pty.process_id());
                self.pty.trim(KEPT_OUTPUT);
            }
            None => self.start_again(),
        }
    }

    fn remember(&mut self, rows: u16, columns: u16) {
        self.sizes.push_back((rows, columns));
        if self.sizes.len() > SIZES {
            self.sizes.pop_front();
        }
    }

    fn start_again(&mut self) {
        self.assert_ended_well();
        self.home.restore_config();
        self.restarts += 1;
        self.diary.note("(started again)".to_owned());
        self.pty = self.home.start(&self.secret);
        self.sizes = VecDeque::from([START]);
    }

    /// Asserts that the program has exited as after a quit.
    #[track_caller]
    pub(crate) fn assert_ended_well(&mut self) {
        let code = self.pty.wait_exit().exit_code();
        assert_eq!((code, self.pty.modes_left_on()), (0, Vec::new()), "{}", self.pty.screen());
        self.home.assert_no_panic();
        let memory = std::mem::take(&mut self.memory);
        if memory.life() >= self.longest.life() {
            self.longest = memory;
        }
    }

    /// Returns the memory of the longest-lived process that has ended.
    pub(crate) fn longest(&self) -> &Memory {
        &self.longest
    }
}
