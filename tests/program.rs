//! The whole program in a pseudo-terminal, worked as a user works it. What can go wrong with the terminal is in
//! `tests/faults/terminal`.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "what is expected here and does not come is a failed test"
)]

mod support;

use std::process::Command;

use support::pty::Pty;

const DOWN: &str = "\x1b[B";
const RIGHT: &str = "\x1b[C";
const ENTER: &str = "\r";
const ESC: &str = "\x1b";

/// The program with its first page on the screen.
fn started(args: &[&str], env: &[(&str, &str)], rows: u16, cols: u16) -> Pty {
    let pty = Pty::spawn(args, env, rows, cols);
    pty.wait_for_text("1–50 of 1,204");
    pty
}

#[track_caller]
fn assert_quits(pty: &Pty) {
    pty.send("q");
    assert_eq!(pty.wait_exit().exit_code(), 0);
    assert_eq!(pty.modes_left_on(), Vec::<&str>::new());
    assert!(pty.modes_restored());
}

/// The heading of the table.
fn heading(screen: &str) -> &str {
    screen.lines().find(|line| line.contains("Customer ID") && line.contains("Company")).unwrap_or_default()
}

#[test]
fn a_person_sorts_filters_pages_reads_and_quits() {
    let pty = started(&[], &[], 36, 120);
    let screen = pty.wait_for(
        |screen| ["12 │", "88 │", "3 │", "1,307 │"].iter().all(|count| screen.contains(count)),
        "the counts of all statuses",
    );
    assert!(screen.contains("DEMO") && heading(&screen).contains("Created ▼"), "{screen}");

    pty.send("s");
    pty.wait_for(|screen| heading(screen).contains("Company ▲"), "sorted by company");
    pty.send("S");
    pty.wait_for(|screen| heading(screen).contains("Company ▼"), "sorted the other way");
    pty.send("s");
    pty.wait_for(|screen| heading(screen).contains("Created ▼"), "sorted by date again");

    pty.send("]");
    pty.wait_for_text("51–100 of 1,204");
    pty.send("]");
    pty.wait_for_text("101–150 of 1,204");
    pty.send("[[");
    pty.wait_for_text("1–50 of 1,204");

    pty.send("3");
    let screen = pty.wait_for_text("1–50 of 88");
    assert!(screen.contains("○ Inactive"), "{screen}");
    pty.send("0");
    pty.wait_for_text("1–50 of 1,307");
    pty.send("1");
    pty.wait_for_text("1–50 of 1,204");

    // The two accounts of the documentation's sample answer, the second one with its wrong link.
    pty.send("/customer name");
    pty.wait_for_text("1–2 of 2");
    pty.send(ENTER);
    pty.send(DOWN);
    let screen = pty.wait_for_text("! links.self leads to customer");
    assert!(screen.contains("1006500806") && screen.contains("[o] opens the row's own record"), "{screen}");
    pty.send("o");
    pty.wait_for(|screen| !screen.contains("leads to"), "the row's own record");
    pty.send(ENTER);
    pty.send(RIGHT);
    pty.wait_for_text("E-mail");
    pty.send(RIGHT);
    pty.wait_for_text("purchased");
    pty.send(RIGHT);
    pty.wait_for_text("of the current term");
    pty.send(RIGHT);
    pty.wait_for_text("\"customerId\": \"1006500806\"");
    // Back step by step: to what the link leads to, to the table.
    pty.send(ESC);
    pty.wait_for_text("\"customerId\": \"1006500792\"");
    pty.send(ESC);
    pty.wait_for_text("Enter open");
    pty.send("x");
    pty.wait_for_text("1–50 of 1,204");
    assert_quits(&pty);
}

#[test]
fn the_screen_follows_the_window() {
    let pty = started(&[], &[], 36, 120);
    for (rows, cols, there, gone) in [
        (24, 80, "f filter", "╭ Filter"),
        (45, 160, "Reference", "f filter"),
        (20, 60, "Customer ID", "Reference "),
        (5, 20, "Too small", "Customers"),
        (30, 100, "f filter", "Too small"),
        (36, 120, "╭ Filter", "f filter"),
    ] {
        pty.resize(rows, cols);
        pty.wait_for(
            |screen| screen.contains(there) && !screen.contains(gone),
            &format!("{there:?} and not {gone:?} at {cols}x{rows}"),
        );
    }
    assert_quits(&pty);
}

#[test]
fn a_narrow_screen_opens_and_closes_the_detail() {
    let pty = started(&[], &[], 24, 80);
    pty.send(ENTER);
    pty.wait_for(|screen| screen.contains("Overview") && screen.contains("Segment"), "the detail, whole");
    pty.send(ESC);
    pty.wait_for_text("1–50 of 1,204");
    assert_quits(&pty);
}

#[test]
fn keys_work_while_everything_hangs() {
    let pty = Pty::spawn(&["--demo-latency", "60000"], &[], 30, 120);
    pty.wait_for_text("Loading customers …");
    pty.send("?");
    pty.wait_for_text("Find:");
    pty.send(ESC);
    pty.wait_for(|screen| !screen.contains("Find:"), "the help closed");
    pty.send("c");
    pty.wait_for_text("[x] Company");
    pty.send("c");
    pty.send(ESC);
    let screen = pty.wait_for_text("Stopped");
    assert!(screen.contains("[r] retry"), "{screen}");
    assert_quits(&pty);
}

#[test]
fn a_paste_is_text_and_the_mouse_works() {
    let pty = started(&[], &[], 30, 120);
    pty.send("/");
    pty.send("\x1b[200~customer\nname\x1b[201~");
    pty.wait_for_text("1–2 of 2");
    pty.send(ENTER);
    pty.send("x");
    pty.wait_for_text("1–50 of 1,204");
    // A click on the sortable heading of the company column, then on a tab of the detail.
    pty.send("\x1b[<0;31;3M\x1b[<0;31;3m");
    pty.wait_for(|screen| heading(screen).contains("Company ▲"), "sorted by a click");
    pty.send("\x1b[<0;99;3M");
    pty.wait_for_text("E-mail");
    pty.send("m");
    pty.wait_for_text("Mouse off: select text as usual");
    assert!(!pty.modes_left_on().contains(&"mouse"));
    assert_quits(&pty);
}

#[test]
fn a_remote_session_copies_through_its_terminal() {
    let pty = started(&[], &[("SSH_TTY", "/dev/pts/9")], 30, 120);
    pty.send("y");
    pty.wait_for(|screen| screen.to_lowercase().contains("terminal"), "where the text went");
    assert!(String::from_utf8_lossy(&pty.raw()).contains("\x1b]52;c;"));
    assert_quits(&pty);
}

/// The table's first columns, row by row.
fn companies(screen: &str) -> Vec<String> {
    let table = screen.lines().filter_map(|line| line.split("││").nth(1));
    table.skip(1).map(|row| row.chars().skip(2).take(24).collect()).collect()
}

#[test]
fn the_demo_is_as_large_as_asked_for_and_the_same_every_time() {
    let pty = Pty::spawn(&["--demo", "--demo-customers", "1"], &[], 30, 120);
    pty.wait_for_text("1–1 of 1 ");
    assert_quits(&pty);
    // Sorted by name: the days, and with them the order by date, are those of the day on which the test runs.
    let page = |seed: &str| {
        let pty = started(&["--demo-seed", seed], &[], 30, 120);
        let by_date = companies(&pty.screen());
        pty.send("s");
        companies(&pty.wait_for(|screen| companies(screen) != by_date, "another order"))
    };
    let first = page("7");
    assert!(first.len() > 20, "{first:?}");
    assert_eq!(first, page("7"));
    assert_ne!(first, page("8"));
}

#[test]
fn a_broken_configuration_is_told_and_stops_nothing() {
    let config = tempfile::tempdir().unwrap();
    std::fs::write(
        config.path().join("config.toml"),
        "[ui]\npage_szie = 7\npage_size = 10\n[keys]\nquitt = 'x'\n",
    )
    .unwrap();
    let folder = config.path().to_str().unwrap();
    let pty = Pty::spawn(&[], &[("VIPMP_CONFIG_DIR", folder)], 30, 160);
    let screen = pty.wait_for_text("did you mean page_size?");
    assert!(screen.contains("2 problems") && screen.contains("did you mean quit?"), "{screen}");
    assert!(screen.contains("E open the file in your editor"), "{screen}");
    pty.send(ESC);
    pty.wait_for_text("1–10 of 1,204");
    assert_quits(&pty);
    assert!(pty.screen().contains("did you mean quit?"), "all are told at the end: {}", pty.screen());
}

#[test]
fn other_keys_are_read_from_the_configuration() {
    let config = tempfile::tempdir().unwrap();
    std::fs::write(config.path().join("config.toml"), "[keys]\nhelp = 'f1'\nnext-page = ['n']\n").unwrap();
    let pty = started(&[], &[("VIPMP_CONFIG_DIR", config.path().to_str().unwrap())], 30, 120);
    pty.send("n");
    pty.wait_for_text("51–100 of 1,204");
    pty.send("\x1bOP");
    pty.wait_for_text("Find:");
    pty.send(ESC);
    pty.wait_for(|screen| !screen.contains("Find:"), "the help closed");
    assert_quits(&pty);
}

#[test]
fn the_log_tells_requests_and_no_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("vipmp.log");
    let pty = started(&["--log-file", log.to_str().unwrap()], &[("VIPMP_LOG", "trace")], 30, 120);
    assert_quits(&pty);
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("/v3/resellers/1000396138/customers?status=1000"), "{log}");
    // The demo's key, secret and token are each a long run of hexadecimal digits; ids have hyphens.
    let secret = log.split(|c: char| !c.is_ascii_hexdigit()).find(|run| run.len() >= 32);
    assert_eq!(secret, None, "{log}");
}

fn vipmp(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_vipmp")).args(args).output().expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn help_and_version_are_for_pipes_too() {
    let (code, out, _) = vipmp(&["--version"]);
    assert_eq!((code, out), (Some(0), format!("vipmp {}\n", env!("CARGO_PKG_VERSION"))));
    let (code, out, _) = vipmp(&["--help"]);
    assert_eq!(code, Some(0));
    for flag in [
        "--demo\n",
        "--demo-customers",
        "--demo-latency",
        "--demo-seed",
        "--demo-faults",
        "--log-file",
        "--version",
        "--help",
    ] {
        assert!(out.contains(flag), "{flag} is not in {out}");
    }
}

#[test]
fn wrong_arguments_are_told_with_exit_code_2() {
    for args in [
        &["--demo-customers", "1000001"][..],
        &["--demo-latency", "soon"],
        &["--demo-faults", "rset"],
        &["--no-such"],
        &["surplus"],
    ] {
        let (code, out, error) = vipmp(args);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}");
        assert!(error.contains(args[0]), "{error}");
    }
}

/// Returns the rows of a file of JSON Lines in the program's home, by customer ID.
fn exported(pty: &Pty, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(pty.home().join(name)).unwrap();
    let id = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        row.get("customer").unwrap_or(&row)["customerId"].as_str().unwrap().to_owned()
    };
    text.lines().map(id).collect()
}

/// Waits for the notice of an export, which names the whole path.
fn wait_for_export(pty: &Pty, rows: &str, name: &str) {
    let (begin, end) = (format!("Exported {rows} rows to "), format!("/{name}."));
    pty.wait_for(|screen| screen.contains(&begin) && screen.contains(&end), &begin);
}

#[test]
fn what_matches_the_page_and_marked_rows_are_exported() {
    let pty = started(&[], &[], 30, 120);
    pty.send("e\x15all.jsonl\r");
    wait_for_export(&pty, "1,204", "all.jsonl");
    let all = exported(&pty, "all.jsonl");
    assert_eq!(all.len(), 1_204);
    // The file is there: it is replaced only once that was said.
    pty.send("e\x15all.jsonl\r");
    pty.wait_for_text("all.jsonl already exists. Export again to replace it.");
    pty.send("\r");
    wait_for_export(&pty, "1,204", "all.jsonl");
    assert_eq!(exported(&pty, "all.jsonl"), all);
    pty.send("  e\x15marked.jsonl\t\t\x1b[C\r");
    wait_for_export(&pty, "2", "marked.jsonl");
    assert_eq!(exported(&pty, "marked.jsonl"), all[..2]);
    pty.send("ue\x15page.jsonl\x1b[A\x1b[C\r");
    wait_for_export(&pty, "50", "page.jsonl");
    assert_eq!(exported(&pty, "page.jsonl"), all[..50]);
    pty.send("e\x15no/such/folder.csv\r");
    pty.wait_for_text("There is no folder no/such. Create it first");
    pty.send("\x1b");
    pty.wait_for(|screen| !screen.contains("There is no folder"), "the form is closed");
    assert_quits(&pty);
}

#[test]
fn a_damaged_journal_is_refused_on_the_screen_and_can_be_given_up() {
    let pty = started(&["--demo-latency", "150"], &[], 30, 120);
    pty.send("e\x15some.jsonl\r");
    pty.wait_for(
        |screen| screen.contains(" of 1,204 rows") && !screen.contains("Exporting 0 of"),
        "some rows",
    );
    pty.send("e");
    pty.wait_for_text("Esc continue");
    pty.send("s");
    pty.wait_for_text("Export stopped. ");
    let journal = pty.home().join("some.jsonl.partial");
    let mut bytes = std::fs::read(&journal).unwrap();
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 30;
    bytes[at] ^= 4;
    std::fs::write(&journal, &bytes).unwrap();
    pty.send("e\x15some.jsonl\r");
    pty.wait_for_text("There is an unfinished export to some.jsonl. Resume it?");
    pty.send("\r");
    pty.wait_for_text("The unfinished export to some.jsonl is damaged");
    assert_eq!(std::fs::read(&journal).unwrap(), bytes);
    // The last of the choices: to begin again.
    pty.send("\x1b[D\r");
    wait_for_export(&pty, "1,204", "some.jsonl");
    assert_eq!(exported(&pty, "some.jsonl").len(), 1_204);
    assert_quits(&pty);
}

#[test]
fn an_export_is_stopped_gone_on_with_and_left_at_the_end() {
    let pty = started(&["--demo-latency", "150"], &[], 30, 120);
    let begin = || {
        pty.send("e\x15some.jsonl\r");
        let some = |screen: &str| screen.contains(" of 1,204 rows") && !screen.contains("Exporting 0 of");
        pty.wait_for(|screen| screen.contains("Exporting ") && some(screen), "some rows are there");
    };
    begin();
    pty.send("j");
    pty.wait_for(|screen| screen.contains("Exporting "), "keys work meanwhile");
    pty.send("e");
    pty.wait_for_text("Esc continue");
    pty.send("s");
    pty.wait_for_text("Export stopped. ");
    pty.wait_for_text("rows are saved: export again to continue (some.jsonl.partial).");
    assert!(pty.home().join("some.jsonl.partial").exists() && !pty.home().join("some.jsonl").exists());
    pty.send("e\x15some.jsonl\r");
    pty.wait_for_text("There is an unfinished export to some.jsonl. Resume it?");
    pty.send("\r");
    wait_for_export(&pty, "1,204", "some.jsonl");
    let all = exported(&pty, "some.jsonl");
    assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), all.len());
    assert!(!pty.home().join("some.jsonl.partial").exists());
    std::fs::remove_file(pty.home().join("some.jsonl")).unwrap();
    begin();
    pty.send("q");
    assert!(pty.wait_exit().success());
    assert!(pty.home().join("some.jsonl.partial").exists());
    assert!(pty.screen().contains("the export to some.jsonl is unfinished"), "{}", pty.screen());
}
