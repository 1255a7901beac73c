//! The prompts of `vipmp profile edit` and `vipmp profile remove` on a terminal.

use crate::{
    add_prompts::{answer, ended, terminal},
    served::{CLIENT_ID, RESELLER, SECRET, Served},
    stage::Stage,
};

#[test]
fn an_edit_offers_the_current_values() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.add("a", &served);
    let before = stage.text();
    let pty = terminal(&stage, &["profile", "edit", "a"], &[]);
    answer(&pty, "Environment: production, sandbox or custom [custom]", "");
    answer(&pty, &format!("[{}]", served.api()), "");
    answer(&pty, &format!("[{}]", served.token()), "");
    answer(&pty, &format!("Client ID [{CLIENT_ID}]"), "");
    answer(&pty, "Client secret (leave empty to keep the current one: file ", "");
    answer(&pty, &format!("Reseller ID, or part of a name [{RESELLER}]"), "");
    assert!(ended(&stage, &pty, 0).contains("Profile a changed."));
    assert_eq!(stage.text(), before);
}

#[test]
fn a_profile_that_fails_its_test_can_be_saved_anyway() {
    let (stage, mut served) = (Stage::new(), Served::start());
    stage.add("a", &served);
    served.end(rustix::process::Signal::KILL);
    let pty = terminal(&stage, &["profile", "edit", "a"], &[]);
    for question in ["Environment", "API root", "Token URL"] {
        answer(&pty, question, "");
    }
    answer(&pty, "Client ID", "client-of-later");
    answer(&pty, "Client secret (leave empty to keep the current one:", "");
    pty.wait_for_text("Offline: could not reach");
    answer(&pty, "Save it anyway? [y/N]", "y");
    answer(&pty, &format!("Reseller ID [{RESELLER}]"), "");
    answer(&pty, "Save it anyway? [y/N]", "yes");
    assert!(ended(&stage, &pty, 0).contains("Profile a changed."));
    assert!(stage.text().contains("client-of-later"), "{}", stage.text());
}

#[test]
fn without_a_test_the_reseller_is_prompted_for_without_any_request() {
    let (stage, served) = (Stage::new(), Served::start());
    let words = crate::stage::add("a", &served, &["--secret-env", "NOT_SET", "--no-test"]);
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| *word != RESELLER).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| *word != "--reseller-id").collect();
    let pty = terminal(&stage, &words, &[]);
    answer(&pty, "Reseller ID:", RESELLER);
    let screen = ended(&stage, &pty, 0);
    assert!(screen.contains("Profile a added") && !screen.contains("part of a name"), "{screen}");
}

#[test]
fn a_profile_is_removed_after_a_confirmation() {
    let (stage, served) = (Stage::new(), Served::start());
    stage.add("a", &served);
    let before = stage.text();
    for no in ["", "n", "what?"] {
        let pty = terminal(&stage, &["profile", "remove", "a"], &[]);
        answer(&pty, "Remove profile a, its secret, its token and its local copy? [y/N]", no);
        assert!(ended(&stage, &pty, 1).contains("Nothing was changed."));
        assert_eq!(stage.text(), before);
    }
    assert_eq!(std::fs::read_to_string(stage.kept("a.client-secret")).unwrap(), SECRET);
    let pty = terminal(&stage, &["profile", "remove", "a"], &[]);
    answer(&pty, "Remove profile a, its secret, its token and its local copy? [y/N]", "y");
    assert!(ended(&stage, &pty, 0).contains("Profile a removed."));
    assert!(!stage.kept("a.client-secret").exists() && !stage.text().contains("profiles"));
}
