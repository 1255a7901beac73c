//! The end of a soak: whatever the keys have done, the user must find the way back to a table with the right rows.

use std::time::{Duration, Instant};

use crate::{hands::ESC, run::Home, run::Soak};

/// The time limit of each step: a request that hangs is given up after 30 s.
const BOUND: Duration = Duration::from_mins(1);
/// The time that a user waits before trying again.
const PATIENCE: Duration = Duration::from_secs(2);
/// The notice of the main screen after one step back too many.
const HOME: &str = "q quits.";
/// The number of rows of a page: the window shows them all at once.
const PAGE: usize = 50;
const ROWS: u16 = 60;
const COLUMNS: u16 = 80;

/// The server's customers, as IDs in the order of their names.
pub(crate) struct Expected {
    /// The active customers.
    pub(crate) active: Vec<String>,
    /// The customers of all statuses, one status after the other.
    pub(crate) all: Vec<String>,
}

/// Leaves all dialogs, clears all filters, compares each page of the active customers by name, and all pages of all
/// statuses together, with the server's customers, and quits.
pub(crate) fn close(soak: &mut Soak<'_>, home: &Home, profile: &str, expected: &Expected) {
    // Twice: the last keys may have quit the program, and a start has a size of its own.
    soak.probe(ROWS, COLUMNS);
    soak.probe(ROWS, COLUMNS);
    home.restore_config();
    let person = Person { soak };
    person.go_home();
    // The configuration is read again, since keys may have changed it; the editor only displays it.
    person.until("E", "is in order", |screen| screen.contains("No problems in the configuration"));
    person.until(&format!(":profile {profile}\r"), "the profile", |screen| {
        let header = screen.lines().next().unwrap_or_default();
        header.contains(profile) && header.contains("CUSTOM")
    });
    person.until("x", "no filter", |screen| screen.contains("No name and no dates are set."));
    person.until("u", "no mark", |screen| screen.contains("No row is marked."));
    person.until("c0", "the usual columns", |screen| {
        screen.contains("[x] Company") && screen.contains("[x] Reference")
    });
    let pages: Vec<&[String]> = expected.active.chunks(PAGE).collect();
    // The last keys may have opened a view of the local copy, which is of all resellers. Another status in between leads to the
    // first page, whichever was shown.
    let keys = format!("L:page-size {PAGE}\r:sort name asc\r:status pending\r:status active\rr");
    person.until(&keys, "the first page", |screen| ids(screen) == pages[0]);
    for (place, page) in pages.iter().enumerate().skip(1) {
        person.soak.pty.send("]");
        person.wait_for_page(page, place, pages.len());
    }
    person.until("]", "the last page", |screen| screen.contains("This is the last page."));
    person.assert_all_are_there(&expected.all);
    person.go_home();
    soak.pty.send("q");
    soak.assert_ended_well();
}

struct Person<'s, 'h> {
    soak: &'s Soak<'h>,
}

impl Person<'_, '_> {
    /// Presses Esc until there is nothing left to leave. The notice then stays until the next key.
    #[track_caller]
    fn go_home(&self) {
        let since = Instant::now();
        while !self.soak.pty.screen().contains(HOME) {
            self.soak.pty.send(ESC);
            self.soak.pty.came(Duration::from_millis(300), |screen| screen.contains(HOME));
            assert!(since.elapsed() < BOUND, "Esc does not lead home:\n{}", self.soak.pty.screen());
        }
    }

    /// Presses these keys on the main screen repeatedly until they have had their effect.
    #[track_caller]
    fn until(&self, keys: &str, what: &str, done: impl Fn(&str) -> bool) {
        let since = Instant::now();
        loop {
            self.go_home();
            self.soak.pty.send(keys);
            if self.soak.pty.came(PATIENCE, |screen| !screen.contains(HOME) && done(screen)) {
                return;
            }
            let screen = self.soak.pty.screen();
            assert!(since.elapsed() < BOUND, "{keys:?} do not bring {what}:\n{screen}");
        }
    }

    /// Pages through all statuses and checks that each of these customers appears once.
    #[track_caller]
    fn assert_all_are_there(&self, all: &[String]) {
        let mut seen: Vec<String> = Vec::new();
        let total = all.len();
        while seen.len() < total {
            let range = format!(" {}–{} of {total} ", seen.len() + 1, total.min(seen.len() + PAGE));
            let here = |screen: &str| screen.contains(&range);
            if seen.is_empty() {
                self.until("0", &range, here);
            } else {
                self.soak.pty.send("]");
                assert!(self.soak.pty.came(BOUND, here), "{range}:\n{}", self.soak.pty.screen());
            }
            seen.extend(ids(&self.soak.pty.screen()));
        }
        let (mut wanted, mut seen) = (all.to_vec(), seen);
        wanted.sort();
        seen.sort();
        assert_eq!(seen, wanted, "all statuses, each customer once");
    }

    /// Waits for exactly these customers in this order; refreshes if they do not appear.
    #[track_caller]
    fn wait_for_page(&self, page: &[String], place: usize, pages: usize) {
        let since = Instant::now();
        while !self.soak.pty.came(PATIENCE, |screen| ids(screen) == page) {
            let screen = self.soak.pty.screen();
            assert!(
                since.elapsed() < BOUND,
                "page {} of {pages} is not what the server has:\n{screen}\nwanted: {page:?}",
                place + 1
            );
            self.soak.pty.send("r");
        }
    }
}

/// Returns the IDs in the table, from the top.
fn ids(screen: &str) -> Vec<String> {
    let table = screen.lines().skip_while(|line| !line.contains("Customer ID")).skip(1);
    let id = |line: &str| {
        let mut words = line.split(|c: char| !c.is_ascii_alphanumeric());
        words.rfind(|word| word.len() == 10 && word.bytes().all(|b| b.is_ascii_digit())).map(str::to_owned)
    };
    table.filter_map(id).collect()
}
