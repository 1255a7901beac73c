//! Files are whole or untouched, whatever happens to the program that writes them.

use std::{
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use super::*;

fn vipmp(user: &User, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vipmp"));
    command.args(args).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("HOME", user.folder()).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    command.env("VIPMP_CONFIG_DIR", user.folder().join("config"));
    command.env("VIPMP_DATA_DIR", user.folder().join("data"));
    command
}

fn run(user: &User, args: &[&str]) -> Output {
    vipmp(user, args).output().expect("it runs")
}

fn edit(user: &User, client_id: &str) -> Child {
    vipmp(user, &["profile", "edit", "a", "--client-id", client_id, "--no-test"]).spawn().expect("it starts")
}

/// The client id in the configuration, which must be whole.
fn client_id(user: &User) -> String {
    let text = std::fs::read_to_string(user.config()).expect("it is there");
    assert!(text.starts_with("# kept\n") && text.ends_with("# the end\n"), "{text}");
    let table: toml_edit::DocumentMut = text.parse().expect("it is whole");
    table["profiles"]["a"]["client_id"].as_str().expect("an id").to_owned()
}

const CONFIG: &str = "# kept\n[profiles.a]\nreseller_id = '1'\nclient_id = 'c-0'\nclient_secret = { env = 'X' }\n\n# the end\n";

#[test]
fn a_kill_at_any_moment_leaves_the_old_configuration_or_the_new_one() {
    let user = User::new();
    user.configure(CONFIG);
    // How long one takes from its start to its end here, so that the kills are spread over all of it.
    let start = Instant::now();
    assert!(edit(&user, "c-whole").wait().expect("it ends").success());
    let whole = start.elapsed();
    let (mut before, mut changed) = ("c-whole".to_owned(), 0);
    for round in 0..60_u32 {
        let wanted = format!("c-{round}");
        let mut child = edit(&user, &wanted);
        // Up to three times as long: on a machine that has become busier, the last ones still come after the change.
        let moment = Instant::now() + whole.mul_f64(f64::from(round) / 20.0).max(Duration::from_micros(50));
        while Instant::now() < moment && child.try_wait().expect("it is ours").is_none() {
            std::hint::spin_loop();
        }
        // One that has ended already needs no kill.
        let _ = child.kill();
        child.wait().expect("it ends");
        let now = client_id(&user);
        assert!(now == before || now == wanted, "{now} is neither {before} nor {wanted}");
        changed += u32::from(now == wanted);
        before = now;
    }
    assert!((1..60).contains(&changed), "the kills came at different moments: {changed} changes");
    assert!(run(&user, &["profile", "edit", "a", "--client-id", "c-last", "--no-test"]).status.success());
    assert_eq!(client_id(&user), "c-last", "nothing stays locked");
}

#[test]
fn two_that_write_at_once_do_not_undo_each_other() {
    let user = User::new();
    user.configure("");
    let names = ["a", "b", "c", "d", "e", "f"];
    let children: Vec<Child> = names
        .iter()
        .map(|name| {
            let args = [
                "profile",
                "add",
                name,
                "--reseller-id",
                "1",
                "--client-id",
                "c",
                "--secret-env",
                "X",
                "--no-test",
            ];
            vipmp(&user, &args).spawn().expect("it starts")
        })
        .collect();
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
    let listed = run(&user, &["profile", "list", "--json"]);
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).expect("JSON");
    let listed: Vec<&str> =
        listed.as_array().expect("a list").iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(listed, names);
}

#[test]
fn places_that_cannot_be_read_or_written_are_named() {
    let user = User::new();
    std::fs::create_dir_all(user.config()).expect("a folder where the file would be");
    let output = run(&user, &["profile", "list"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("config.toml: cannot be read"), "{told}");

    let user = User::new();
    std::fs::write(user.folder().join("config"), "").expect("a file where the folder would be");
    let add =
        ["profile", "add", "a", "--reseller-id", "1", "--client-id", "c", "--secret-env", "X", "--no-test"];
    let output = run(&user, &add);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("config.toml cannot be changed"), "{told}");
}
