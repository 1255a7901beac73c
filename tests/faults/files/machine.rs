//! Machines with exhausted resources or a wrong clock: each error names the cause.

use std::{fs, path::Path, process::Command};

use super::user::{TestUser, assert_contains};

/// A script that starts a program with a limit of 64 KiB for each file.
const SMALL_FILES: &str = "ulimit -f 128; exec \"$0\" \"$@\"";

/// A script that starts a program with a limit of ten open files.
const FEW_FILES: &str = "ulimit -n 10; exec \"$0\" \"$@\"";

/// Runs the program by a script, and returns its exit code and its messages.
fn run_by(user: &TestUser, script: &str, args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new("sh");
    let own = user.command(args);
    command.args(["-c", script]).arg(own.get_program()).args(own.get_args());
    command.env_clear().envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.output().expect("it starts");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Checks that there is one error message with these words, and that it is plain English.
#[track_caller]
fn assert_plain(told: &str, what: &str) {
    let lines: Vec<&str> = told.lines().filter(|line| line.starts_with("vipmp: ")).collect();
    assert_eq!(lines.len(), 1, "{told}");
    assert!(lines[0].contains(what), "{told}");
    for words in ["xml", "zip", "Zip", "panick", "xlsx_", "unwrap", "Os {", "fault of its own", "task failed"]
    {
        assert!(!told.contains(words), "{words:?} is in\n{told}");
    }
}

#[test]
pub(super) fn full_while_a_workbook_is_made() {
    let user = TestUser::new();
    let words = ["list", "--demo", "--all", "--status", "all", "--output", "xlsx"];
    // The workbook itself, written to a full device.
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = user.command(&words).stdout(full).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert_plain(&told, "cannot write: No space left on device (os error 28)");
    assert_eq!(told.lines().count(), 1, "{told}");
}

#[test]
pub(super) fn full_temporary_folder() {
    let user = TestUser::new();
    let temporary = user.path("temporary");
    fs::create_dir(&temporary).unwrap();
    let script = format!("export TMPDIR='{}'; {SMALL_FILES}", temporary.display());
    let list = ["list", "--demo", "--all", "--status", "all", "--output", "xlsx"];
    let (code, told) = run_by(&user, &script, &list);
    assert_eq!(code, Some(1), "{told}");
    let why = format!(
        "cannot write the temporary file of the workbook in {}: File too large (os error 27). Free some space there, or set \
         TMPDIR to another folder",
        temporary.display()
    );
    assert_plain(&told, &why);
    assert_eq!(told.lines().count(), 1, "{told}");
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0, "nothing is left there");
    // An export keeps the rows fetched so far.
    let file = user.path("all.xlsx").display().to_string();
    let export = ["export", &file, "--demo", "--status", "all", "--quiet"];
    let (code, told) = run_by(&user, "exec \"$0\" \"$@\"", &[&export[..], &["--anyway"]].concat());
    assert_eq!((code, told.as_str()), (Some(0), ""));
}

#[test]
pub(super) fn open_files() {
    let user = TestUser::new();
    for words in [&["list", "--demo"][..], &["doctor"], &["export", "a.csv", "--demo"], &["serve"]] {
        let (code, told) = run_by(&user, FEW_FILES, words);
        assert_eq!(code, Some(1), "{told}");
        assert_plain(&told, "only 10 files may be open at once (ulimit -n), and vipmp needs up to 96");
        assert_contains(&told, &["Raise the limit with ulimit -n 1024, then start vipmp again"]);
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

#[test]
pub(super) fn full_while_rows_are_gathered() {
    let user = TestUser::new();
    let place = |name: &str| user.path(name).display().to_string();
    let (whole, file) = (place("whole.csv"), place("all.csv"));
    let export = |file: &str, more: &[&str]| -> Vec<String> {
        let words = ["export", file, "--demo", "--status", "all", "--quiet"];
        words.iter().chain(more).map(|word| (*word).to_owned()).collect()
    };
    let run = |script: &str, words: Vec<String>| {
        run_by(&user, script, &words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let plainly = "exec \"$0\" \"$@\"";
    assert_eq!(run(plainly, export(&whole, &[])), (Some(0), String::new()));
    let (code, told) = run(SMALL_FILES, export(&file, &[]));
    assert_eq!(code, Some(5), "{told}");
    assert_plain(&told, "all.csv.partial: File too large (os error 27)");
    assert_contains(&told, &["rows are saved in ", "run the same command with --resume to continue."]);
    assert_eq!(run(plainly, export(&file, &["--resume"])), (Some(0), String::new()));
    assert!(fs::read(&file).unwrap() == fs::read(&whole).unwrap(), "not the same rows");
}

/// The source of a library that sets back the clock of the process that loads it.
const CLOCK: &str = "
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *at) {
    at->tv_sec = id == CLOCK_REALTIME ? -86400 : 1000;
    at->tv_nsec = 0;
    return 0;
}
";

#[test]
pub(super) fn clock() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let user = TestUser::new();
    let (source, library) = (user.path("clock.c"), user.path("clock.so"));
    fs::write(&source, CLOCK).unwrap();
    // The build needs a C compiler anyway.
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&library, &source]).status();
    assert!(built.expect("a C compiler").success() && Path::new(&library).exists());
    for words in [&["list", "--demo"][..], &["profile", "list"], &["doctor"]] {
        let script = format!("export LD_PRELOAD='{}'; exec \"$0\" \"$@\"", library.display());
        let (code, told) = run_by(&user, &script, words);
        assert_eq!(code, Some(1), "{told}");
        assert_plain(
            &told,
            "the clock of this machine is set to a time before 1970. Set it, then start vipmp again",
        );
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}
