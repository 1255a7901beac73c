//! Programs that ask for the terminal before they print a secret, as password managers do.

use rustix::process::{Pid, Signal, test_kill_process};

use super::*;

/// A profile whose secret comes from a shell script.
fn with_script(served: &Served, script: &str) -> String {
    let words = serde_json::to_string(&["sh", "-c", script]).expect("words");
    profile("asks", &served.api(), &served.token(), &format!("client_secret = {{ command = {words} }}"))
}

/// Asks on the terminal as a program for secrets does, without echo, and takes the answer for the secret.
const ASKS: &str = "exec 3<>/dev/tty; stty -echo <&3; printf 'Passphrase: ' >&3; read answer <&3; stty echo <&3; echo \"$answer\"";

#[test]
fn a_program_that_asks_gets_the_terminal_and_the_screen_comes_back() {
    let served = Served::start();
    for script in [ASKS, "printf 'Passphrase: ' >&2; read answer; echo \"$answer\""] {
        let user = User::new();
        user.configure(&with_script(&served, script));
        let pty = user.start(&[], &[]);
        let screen = pty.wait_for_text("Passphrase: ");
        assert!(screen.contains("vipmp: the command sh asks for something."), "{screen}");
        assert!(!screen.contains("Customers"), "the screen was left: {screen}");
        pty.send(format!("{SECRET}\r"));
        let screen = pty.wait_for_text(" of 55 ");
        assert!(screen.contains("Customers") && !screen.contains("Passphrase"), "{screen}");
        pty.wait_for_text("There is no keyring here");
        pty.send("n");
        pty.send("?");
        pty.wait_for_text("type to narrow");
        close(&pty);
        assert_quits(&pty);
    }
}

#[test]
fn a_command_lets_a_program_ask_too() {
    let served = Served::start();
    let user = User::new();
    user.configure(&with_script(&served, ASKS));
    let pty = user.start(&["list", "--limit", "1"], &[]);
    pty.wait_for_text("Passphrase: ");
    pty.send(format!("{SECRET}\r"));
    let screen = pty.wait_for(|screen| screen.contains("COMPANY") || screen.contains("vipmp:"), "a list");
    assert!(pty.wait_exit().success(), "{}", pty.screen());
    assert!(!screen.contains(SECRET), "{screen}");
    assert!(pty.modes_left_on().is_empty(), "{:?}", pty.modes_left_on());
}

#[test]
fn a_key_that_interrupts_the_program_ends_it_and_no_more() {
    let served = Served::start();
    let user = User::new();
    user.configure(&with_script(&served, ASKS));
    let pty = user.start(&[], &[]);
    pty.wait_for_text("Passphrase: ");
    // Ctrl-Z first: there is no shell that it could go back to, so it goes on.
    pty.send("\x1a\x03");
    pty.wait_for_text("The command sh was killed");
    assert_quits(&pty);
}

#[test]
fn a_program_that_asks_ends_with_vipmp() {
    let served = Served::start();
    let user = User::new();
    let pid = user.folder().join("pid");
    user.configure(&with_script(&served, &format!("echo $$ >'{}'; {ASKS}", pid.display())));
    let pty = user.start(&[], &[]);
    pty.wait_for_text("Passphrase: ");
    let number = std::fs::read_to_string(&pid).expect("its number").trim().parse().expect("a number");
    let program = Pid::from_raw(number).expect("a process");
    pty.signal(Signal::TERM);
    assert_eq!(pty.wait_exit().signal(), Some("Terminated"));
    while test_kill_process(program).is_ok() {
        std::thread::yield_now();
    }
}

#[test]
fn a_program_in_the_background_ends_with_vipmp_too() {
    let served = Served::start();
    let user = User::new();
    let pid = user.folder().join("pid");
    let script = format!("sleep 1000 & echo $! >'{0}.new'; mv '{0}.new' '{0}'; wait", pid.display());
    user.configure(&with_script(&served, &script));
    let pty = user.start(&[], &[]);
    pty.wait_for_text("Customers");
    while !pid.exists() {
        std::thread::yield_now();
    }
    assert_quits(&pty);
    let number: i32 = std::fs::read_to_string(&pid).expect("its number").trim().parse().expect("a number");
    let stat = format!("/proc/{number}/stat");
    let is_dead = |text: String| text.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z'));
    while !std::fs::read_to_string(&stat).map_or(true, is_dead) {
        std::thread::yield_now();
    }
}

#[test]
fn where_there_is_no_terminal_it_is_said_that_the_program_asked_for_one() {
    let served = Served::start();
    let user = User::new();
    user.configure(&with_script(&served, ASKS));
    let places =
        [("VIPMP_CONFIG_DIR", user.folder().join("config")), ("VIPMP_DATA_DIR", user.folder().join("data"))];
    let places = places.each_ref().map(|(name, path)| (*name, path.to_str().expect("text")));
    let program = env!("CARGO_BIN_EXE_vipmp");
    let pty = support::pty::Pty::spawn_uncontrolled(program, &["list"], &places, 36, 200);
    pty.wait_for_text("vipmp: The command sh asked for a terminal, but there is none: ");
    pty.wait_for_text("Start vipmp in a terminal, or unlock what the command needs first.");
    assert_eq!(pty.wait_exit().exit_code(), 3);
}
