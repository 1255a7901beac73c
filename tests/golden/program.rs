//! Snapshots of help, manual and the other output of the program itself, and its exit codes.

use crate::{
    api,
    served::{CLIENT_ID, SECRET},
    stage::Stage,
    transcript::{after, on_terminal, piped, stable, start},
};

#[test]
fn doctor() {
    let (_api, stage) = api::start();
    insta::assert_snapshot!("doctor", piped(&stage, &["doctor"]));
    // Skipped, because the first finding contains a path of varying length, which wraps differently.
    let transcript = on_terminal(&stage, &["doctor"]);
    let (_, behind) = transcript.split_once("ok       Permissions").unwrap();
    insta::assert_snapshot!("doctor_on_a_terminal", behind);
    insta::assert_snapshot!("doctor_json", piped(&stage, &["doctor", "--json"]));
    insta::assert_snapshot!("doctor_demo", piped(&Stage::new(), &["doctor", "--demo"]));
}

#[test]
fn serve() {
    let stage = Stage::new();
    let words = ["serve", "--port", "0", "--client-id", CLIENT_ID, "--client-secret", SECRET];
    let pty = start(&stage, &words);
    let screen = pty.wait_for_text("# export ");
    let lines: Vec<&str> = screen.lines().map(str::trim_end).collect();
    pty.send("\x03");
    assert_eq!(pty.wait_exit().signal(), Some("Interrupt"));
    insta::assert_snapshot!("serve", stable(&stage, lines.join("\n").trim_end()));
}

#[test]
fn completions_and_manual() {
    let stage = Stage::new();
    let head = |words: &[&str]| -> String {
        let transcript = piped(&stage, words);
        let end = transcript.lines().last().unwrap().to_owned();
        let lines: Vec<&str> = transcript.lines().take(14).chain(["…", &end]).collect();
        lines.join("\n")
    };
    let all = ["bash", "elvish", "fish", "powershell", "zsh"].map(|shell| head(&["completions", shell]));
    insta::assert_snapshot!("completions", all.join("\n\n"));
    insta::assert_snapshot!("man", head(&["man"]));
    let folder = after(&piped(&stage, &["man", "--out", "pages"]), "Wrote ", "#", |c| c.is_ascii_digit());
    insta::assert_snapshot!("man_out", folder);
    insta::assert_snapshot!("version", piped(&stage, &["--version"]));
    insta::assert_snapshot!("help", piped(&stage, &["--help"]));
    insta::assert_snapshot!("help_show", piped(&stage, &["show", "--help"]));
}

#[test]
fn exit_codes() {
    let (_api, stage) = api::start();
    for (name, all) in [
        (
            "0_done",
            &[
                &["list", "--status", "inactive", "--columns", "company"][..],
                &["show", "1006500806", "--columns", "company"],
            ][..],
        ),
        ("1_failed", &[&["show", "broken"][..], &["export", "none.csv", "--resume"]]),
        (
            "2_usage",
            &[
                &["list", "--status", "activ"][..],
                &["list", "--limt", "3"],
                &["show", "../x"],
                &["show", "1", "--since", "-3m"],
                &["show", "1", "--orders", "--output", "csv"],
                &["export", "all.pdf"],
                &["--demo"],
            ],
        ),
        ("3_authentication", &[&["show", "refused", "1006500806"][..]]),
        (
            "4_not_found",
            &[
                &["show", "1", "2"][..],
                &["list", "--resellers", "1", "--output", "json"],
                &["list", "--profile", "nobody"],
            ],
        ),
        ("5_partial", &[&["show", "1", "1006500806", "broken", "--columns", "company,customer-id"][..]]),
    ] {
        let transcript: Vec<String> = all.iter().map(|words| piped(&stage, words)).collect();
        insta::assert_snapshot!(format!("exit_{name}"), transcript.join("\n"));
    }
    let words = ["show", "1", "1006500806", "--columns", "company"];
    insta::assert_snapshot!("exit_5_on_a_terminal", on_terminal(&stage, &words));
    insta::assert_snapshot!("exit_2_on_a_terminal", on_terminal(&stage, &["show"]));
}

#[test]
fn ctrl_c_ends_a_command_by_the_signal() {
    let (_api, stage) = api::start();
    let pty = start(&stage, &["show", "1006500806", "waits", "--columns", "company"]);
    pty.wait_for_text("株式会社みどり出版");
    pty.send("\x03");
    // Shells report this as 130.
    assert_eq!(pty.wait_exit().signal(), Some("Interrupt"));
    let screen = pty.screen();
    let lines: Vec<&str> = screen.lines().map(str::trim_end).collect();
    // The terminal itself echoes the key.
    let transcript = lines.join("\n").replace("^C", "");
    assert_eq!(transcript.trim_end(), "Company  株式会社みどり出版");
}
