//! The prompts of `vipmp profile add` on a terminal.

use std::fs;

use crate::{
    served::{CLIENT_ID, RESELLER, SECRET, Served},
    stage::Stage,
    support::pty::Pty,
};

/// Runs the program on a terminal, in the folders of a stage.
pub(crate) fn terminal(stage: &Stage, args: &[&str], env: &[(&str, &str)]) -> Pty {
    let (config, data) = (stage.path(".config/vipmp"), stage.path(".local/share/vipmp"));
    let places = [("VIPMP_CONFIG_DIR", config.to_str().unwrap()), ("VIPMP_DATA_DIR", data.to_str().unwrap())];
    Pty::spawn(args, &[env, &places].concat(), 50, 160)
}

/// Waits for a prompt and answers it.
#[track_caller]
pub(crate) fn answer(pty: &Pty, question: &str, answer: &str) {
    // Only at the end of the screen, so that an earlier prompt with the same words does not match.
    let asked = |screen: &str| screen.trim_end().lines().last().is_some_and(|line| line.contains(question));
    pty.wait_for(asked, &format!("the question {question:?}"));
    pty.send(format!("{answer}\r"));
}

/// Waits for the end, checks the exit code and that the terminal never showed a secret, and returns the screen.
#[track_caller]
pub(crate) fn ended(stage: &Stage, pty: &Pty, code: u32) -> String {
    assert_eq!(pty.wait_exit().exit_code(), code, "{}", pty.screen());
    assert_eq!(pty.modes_left_on(), Vec::<&str>::new());
    stage.assert_hidden(&String::from_utf8_lossy(&pty.raw()));
    pty.screen()
}

#[test]
fn a_profile_is_added_from_nothing_with_a_hidden_secret() {
    let (stage, served) = (Stage::new().hiding("wr0ng-s3cr3t"), Served::start());
    let pty = terminal(&stage, &["profile", "add"], &[]);
    answer(&pty, "Name of the profile", "my profile");
    pty.wait_for_text("a name has letters a to z");
    answer(&pty, "Name of the profile", "emea");
    answer(&pty, "Environment: production, sandbox or custom [production]", "nowhere");
    pty.wait_for_text("  production, sandbox or custom\r\n".trim());
    answer(&pty, "Environment: production, sandbox or custom [production]", "custom");
    answer(&pty, "API root", "http://api.example.com");
    answer(&pty, "API root", &served.api());
    answer(&pty, "Token URL", &served.token());
    answer(&pty, "Client ID", CLIENT_ID);
    answer(&pty, "Client secret (not shown)", "wr0ng-s3cr3t");
    let screen = pty.wait_for_text("Type the client secret again (leave empty to cancel) (not shown)");
    assert!(screen.contains("401 The token service did not accept the client ID or the secret"), "{screen}");
    answer(&pty, "Type the client secret again (leave empty to cancel) (not shown)", SECRET);
    let screen = pty.wait_for_text("Reseller ID, or part of a name");
    assert!(screen.contains("Token         signed in") && screen.contains(RESELLER), "{screen}");
    answer(&pty, "Reseller ID, or part of a name", "no reseller is called that");
    pty.wait_for_text("No reseller's name contains this.");
    answer(&pty, "Reseller ID, or part of a name", "meridian");
    answer(&pty, &format!("Reseller ID, or part of a name [{RESELLER}]"), "");
    answer(&pty, "Store it in a file that only you can read? [y/N]", "y");
    let screen = ended(&stage, &pty, 0);
    assert!(screen.contains("Profile emea added and set as the default."), "{screen}");
    assert_eq!(fs::read_to_string(stage.kept("emea.client-secret")).unwrap(), SECRET);
    assert!(stage.text().contains(&format!("reseller_id = \"{RESELLER}\"")), "{}", stage.text());
    stage.run(["profile", "test", "emea"]).exits_with(0).prints(&["ok      First page"]);
    stage.assert_private();
}

#[test]
fn without_a_keyring_declining_the_file_saves_nothing() {
    let (stage, served) = (Stage::new(), Served::start());
    let words = crate::stage::add("a", &served, &[]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let pty = terminal(&stage, &words, &[]);
    answer(&pty, "Client secret (not shown)", SECRET);
    answer(&pty, "Store it in a file that only you can read? [y/N]", "");
    let screen = ended(&stage, &pty, 1);
    assert!(screen.contains("Nothing was saved"), "{screen}");
    assert!(!stage.config().exists() && !stage.kept("a.client-secret").exists());
}

#[test]
fn the_storage_of_tokens_is_prompted_for_once() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.write(stage.config(), &crate::stage::profile("a", &served, "client_secret = { env = \"S\" }"));
    let question = "Keep access tokens in a file that only you can read until they expire? [y/N]";
    let pty = terminal(&stage, &["profile", "test"], &[("S", SECRET)]);
    answer(&pty, question, "y");
    ended(&stage, &pty, 0);
    assert!(stage.kept("a.issued-token").exists());
    let pty = terminal(&stage, &["doctor"], &[("S", SECRET)]);
    let screen = ended(&stage, &pty, 0);
    assert!(!screen.contains("Keep access tokens"), "{screen}");
    stage.run(["profile", "list"]).exits_with(0);
    stage.assert_private();
}

#[test]
fn declining_to_store_tokens_is_remembered_too() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.write(stage.config(), &crate::stage::profile("a", &served, "client_secret = { env = \"S\" }"));
    let pty = terminal(&stage, &["profile", "test"], &[("S", SECRET)]);
    answer(&pty, "Keep access tokens in a file", "n");
    ended(&stage, &pty, 0);
    let pty = terminal(&stage, &["profile", "test"], &[("S", SECRET)]);
    let screen = ended(&stage, &pty, 0);
    assert!(!screen.contains("Keep access tokens"), "{screen}");
    assert!(!stage.kept("a.issued-token").exists());
}

#[test]
fn ctrl_c_at_a_hidden_prompt_restores_the_terminal() {
    let (stage, served) = (Stage::new(), Served::start());
    let words = crate::stage::add("a", &served, &[]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    for (stop, signal) in
        [("\x03", Some("Interrupt")), ("half of it\x03", Some("Interrupt")), ("\x04", None), ("\r", None)]
    {
        let pty = terminal(&stage, &words, &[]);
        pty.wait_for_text("Client secret (not shown):");
        pty.send(stop);
        assert_eq!(pty.wait_exit().signal(), signal, "{stop:?}");
        let screen = ended(&stage, &pty, 1);
        assert!(screen.contains("cancelled: nothing was changed") && !screen.contains("half"), "{screen}");
    }
    assert_eq!(stage.files(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn the_end_of_input_cancels_without_a_change() {
    let stage = Stage::new();
    let pty = terminal(&stage, &["profile", "add", "a"], &[]);
    pty.wait_for_text("Environment: production, sandbox or custom [production]:");
    pty.send("\x04");
    assert!(ended(&stage, &pty, 1).contains("cancelled: nothing was changed"));
}
