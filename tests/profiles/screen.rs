//! Adding, correcting, switching and coming back, key by key.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

/// Fills in the form up to the secret, and types that.
fn fill(pty: &Pty, served: &Served, secret: &str) {
    pty.wait_for_text("add your own profile");
    pty.send("p");
    pty.wait_for_text("No profiles yet");
    pty.send("a");
    pty.wait_for_text("New profile");
    for keys in ["local", ENTER, LEFT, ENTER] {
        pty.send(keys);
    }
    pty.wait_for_text("API root");
    for keys in [&served.api(), ENTER, &served.token(), ENTER, CLIENT_ID, ENTER, ENTER, ENTER, secret, ENTER]
    {
        pty.send(keys);
    }
}

#[test]
fn a_profile_is_added_from_nothing_and_comes_back_as_it_was_left() {
    let served = Served::start();
    let user = User::new();
    let pty = user.start(&[], &[]);
    fill(&pty, &served, SECRET);
    pty.wait_for_text("✓ Ping");
    pty.wait_for_text("Logiciels");
    // By part of its name.
    pty.send("lantern");
    pty.wait_for(|screen| !screen.contains("Logiciels"), "the list, narrowed");
    pty.send(ENTER);
    pty.wait_for_text("✓ First page");
    pty.send(ENTER);
    pty.wait_for_text("Keep it in a file that only you can read?");
    pty.send("y");
    let screen =
        pty.wait_for(|screen| screen.contains("CUSTOM") && screen.contains(" of 55 "), "its customers");
    assert!(screen.contains("local") && screen.contains(RESELLER), "{screen}");
    pty.wait_for_text("There is no keyring here");
    pty.send("y");
    pty.wait_for_text("Access tokens are kept in a file");
    let selected = |screen: &str| {
        // What is chosen in the filter panel has the mark too, without a blank behind it.
        let row = screen.lines().find_map(|line| line.split_once("▌ "));
        row.map(|(_, row)| row.chars().take(40).collect::<String>())
    };
    pty.send("3");
    let by_date = selected(&pty.wait_for_text("1–4 of 4"));
    pty.send("s");
    let screen = pty.wait_for(|screen| selected(screen) != by_date, "the first of another order");
    let first = selected(&screen);
    pty.send(DOWN);
    let screen = pty.wait_for(|screen| selected(screen) != first, "the second row");
    let left = selected(&screen);
    assert_quits(&pty);
    for file in [
        "data/state.json",
        "data/secrets/local.client-secret",
        "data/secrets/local.issued-token",
        "config/config.toml",
    ] {
        let mode = std::fs::metadata(user.folder().join(file)).expect(file).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let config = std::fs::read_to_string(user.config()).expect("a configuration");
    assert!(config.starts_with("default_profile = \"local\"\n") && !config.contains(SECRET), "{config}");

    let again = user.start(&[], &[]);
    let screen = again.wait_for(|screen| selected(screen).is_some(), "a row that is selected");
    assert!(screen.contains("Company ▲") && screen.contains("○ Inactive"), "{screen}");
    assert_eq!(selected(&screen), left);
    assert_quits(&again);
}

#[test]
fn a_wrong_secret_is_corrected_in_place() {
    let served = Served::start();
    let user = User::new();
    let pty = user.start(&[], &[]);
    fill(&pty, &served, "not-the-secret");
    let screen = pty.wait_for_text("did not accept the client ID or the secret (invalid_client)");
    assert!(
        screen.contains("Request ID") && screen.contains("Check the client ID and secret of profile local"),
        "{screen}"
    );
    assert!(screen.contains("This client secret was refused. Type the right one"), "{screen}");
    pty.send(SECRET);
    pty.send(ENTER);
    let screen = pty.wait_for_text("✓ Ping");
    assert!(!screen.contains(SECRET), "{screen}");
    pty.send(RESELLER);
    pty.send(ENTER);
    let screen = pty.wait_for_text("✓ First page");
    assert!(!screen.contains("invalid_client"), "{screen}");
    pty.send(ESC);
    pty.wait_for_text("again to discard your changes");
    pty.send(ESC);
    pty.wait_for_text("No profiles yet");
    close(&pty);
    assert_quits(&pty);
    assert!(!user.config().exists(), "nothing was saved");
}

#[test]
fn a_refused_sign_in_on_the_main_screen_names_the_profile_and_the_key() {
    let served = Served::start();
    let user = User::new();
    user.configure(&with_secret_in(&served, "emea"));
    let pty = user.start(&[], &[(SECRET_VARIABLE, "not-the-secret")]);
    let screen = pty.wait_for_text("[p] profiles");
    assert!(screen.contains("invalid_client") && screen.contains("emea"), "{screen}");
    assert_quits(&pty);
}

#[test]
fn profiles_are_switched_while_everything_hangs() {
    let served = Served::start();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let hanging = format!("http://{}/", silent.local_addr().expect("an address"));
    let user = User::new();
    let both = format!(
        "default_profile = \"hangs\"\n{}{}",
        profile("hangs", &hanging, &format!("{hanging}token"), "client_secret = { env = \"TEST_SECRET\" }"),
        with_secret_in(&served, "works"),
    );
    user.configure(&both);
    let pty = user.start(&[], &[(SECRET_VARIABLE, SECRET)]);
    pty.wait_for_text("Loading customers …");
    pty.send(":profile works\r");
    pty.wait_for_text(" of 55 ");
    pty.wait_for_text("There is no keyring here");
    pty.send("n");
    pty.wait_for_text("Access tokens are forgotten when you quit");
    pty.send("p");
    pty.wait_for_text("● works");
    pty.send(UP);
    pty.send(ENTER);
    let screen = pty.wait_for_text("Loading customers …");
    assert!(!screen.contains(" of 55 "), "nothing of the other profile stays: {screen}");
    pty.send(":profile demo\r");
    pty.wait_for_text("1–50 of 1,204");
    assert_quits(&pty);
}

#[test]
fn a_copy_for_this_session_is_still_agreed_to_after_another_account() {
    let served = Served::start();
    let user = User::new();
    user.configure(&with_secret_in(&served, "emea"));
    let pty = user.start(&[], &[(SECRET_VARIABLE, SECRET)]);
    pty.wait_for_text(" of 55 ");
    pty.wait_for_text("There is no keyring here");
    pty.send("n");
    pty.wait_for_text("Access tokens are forgotten when you quit");
    pty.send(":view all-customers\r");
    pty.wait_for_text("this session only");
    pty.send("s");
    pty.wait_for_text("All customers");
    pty.send(":profile demo\r");
    pty.wait_for_text("DEMO");
    pty.send(":profile emea\r");
    pty.wait_for(|screen| !screen.contains("DEMO"), "the profile");
    pty.send(":view all-customers\r");
    pty.wait_for_text("All customers");
    let screen = pty.wait_for_text("Portfolio · 131 customers");
    assert!(!screen.contains("nobody has been asked"), "{screen}");
    assert_quits(&pty);
    assert!(!user.folder().join("data/portfolio").exists(), "nothing is kept on the disk");
}

#[test]
fn a_broken_profile_starts_the_demo_with_the_mistakes_and_the_editor_mends_it() {
    let served = Served::start();
    let user = User::new();
    let whole = with_secret_in(&served, "emea");
    let broken = whole.replace("reseller_id", "reseller_di");
    user.configure(&broken);
    // An editor that mends the slip.
    let editor = "sh -c 'sed -i s/reseller_di/reseller_id/ \"$0\"'";
    let pty = user.start(&[], &[(SECRET_VARIABLE, SECRET), ("EDITOR", editor)]);
    let screen = pty.wait_for_text("did you mean reseller_id?");
    assert!(screen.contains("DEMO"), "{screen}");
    pty.send("E");
    pty.wait_for_text("No problems in the configuration");
    pty.send("p");
    pty.wait_for_text("emea");
    pty.send(UP);
    pty.send(ENTER);
    pty.wait_for_text("There is no keyring here");
    pty.send("n");
    pty.wait_for_text(" of 55 ");
    assert_quits(&pty);
    user.configure(&broken);
    let demo = user.start(&["--demo"], &[]);
    demo.wait_for_text("did you mean reseller_id?");
    demo.send(ESC);
    demo.wait_for_text("1–50 of 1,204");
    assert_quits(&demo);
}

#[test]
fn what_cannot_be_kept_costs_no_session() {
    let served = Served::start();
    let user = User::new();
    user.configure(&with_secret_in(&served, "emea"));
    // A file where the folder would be.
    std::fs::write(user.folder().join("data"), "").expect("it can be written");
    let pty = user.start(&[], &[(SECRET_VARIABLE, SECRET)]);
    pty.wait_for_text(" of 55 ");
    pty.wait_for_text("There is no keyring here");
    pty.send("y");
    // What could not be done is told, and the session goes on.
    pty.wait_for_text("cannot be written");
    pty.send("3");
    pty.wait_for_text("1–4 of 4");
    assert_quits(&pty);
}

#[test]
fn a_broken_state_is_set_aside_with_a_notice() {
    let served = Served::start();
    let user = User::new();
    user.configure(&with_secret_in(&served, "emea"));
    std::fs::create_dir_all(user.folder().join("data")).expect("it can be made");
    std::fs::write(user.folder().join("data/state.json"), "{\"profiles\": {\"em").expect("it can be written");
    let pty = user.start(&[], &[(SECRET_VARIABLE, SECRET)]);
    pty.wait_for_text("It was renamed to");
    assert!(user.folder().join("data/state.json.broken").exists());
    drop(pty);
}

#[test]
fn a_secret_that_others_can_read_is_warned_about_with_what_mends_it() {
    let served = Served::start();
    let user = User::new();
    let secret = user.folder().join("s");
    std::fs::write(&secret, SECRET).expect("it can be written");
    let readable_by_all = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&secret, readable_by_all).expect("it is ours");
    let source = format!("client_secret = {{ file = {:?} }}", secret.to_str().expect("text"));
    user.configure(&profile("emea", &served.api(), &served.token(), &source));
    let pty = user.start(&[], &[]);
    pty.wait_for_text("others on this machine can read it: chmod 600");
    pty.wait_for_text(" of 55 ");
    drop(pty);
}
