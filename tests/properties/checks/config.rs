//! `config.toml`: read with all its mistakes, and changed without touching the rest.

use std::{collections::BTreeMap, path::Path};

use vipmp::{
    api::{Root, check_origin},
    config::{
        Change, EditError, Environment, Loaded, Profile, SecretSource, SignIn, SourceLocation, check_id,
        check_name, edited, parse,
    },
    tui::keys::KeyMap,
};

/// Problems that are told.
const MAX_PROBLEMS: usize = 200;

const FILE: &str = "config.toml";

/// Any text as a configuration; the first byte chooses what is changed in it.
pub fn config(data: &[u8]) {
    let (choice, text) = super::choice_and_text(data);
    let loaded = parse(&text, Path::new(FILE));
    is_sound(&text, &loaded);
    let (_, problems) = KeyMap::with(&loaded.config.keys);
    for problem in problems {
        loaded.problem_with(&problem.key, problem.words);
    }
    changed(&text, &loaded, choice);
}

fn is_sound(text: &str, loaded: &Loaded) {
    let lines: Vec<&str> = text.strip_prefix('\u{feff}').unwrap_or(text).split('\n').collect();
    assert!(loaded.problems.len() <= MAX_PROBLEMS + 1, "{} problems", loaded.problems.len());
    let mut last = None;
    for problem in &loaded.problems {
        let told = problem.to_string();
        assert!(!problem.message.is_empty() && !told.contains(char::is_control), "{problem:?}");
        assert!(problem.place >= last, "the order is not that of the file");
        last = problem.place;
        let Some(SourceLocation { line, column }) = problem.place else {
            assert!(
                problem.key.is_none() && problem.message.ends_with("(recursion limit)"),
                "{problem} has no place"
            );
            continue;
        };
        let there = lines.get(line - 1).unwrap_or_else(|| panic!("{problem} is behind the end"));
        assert!(
            (1..=there.chars().count() + 1).contains(&column),
            "{problem} is behind the end of {there:?}"
        );
    }
    assert!((1..=50).contains(&loaded.config.ui.page_size));
    for (name, profile) in &loaded.config.profiles {
        assert_eq!(check_name(name), Ok(()));
        assert!(loaded.names.contains(name) && loaded.may_have(name));
        assert_eq!(loaded.profile(name), Ok(profile));
        assert_eq!((check_id(&profile.reseller_id), check_id(&profile.client_id)), (Ok(()), Ok(())));
        let root = Root::new(profile.api_url.clone()).map(|root| root.url().clone());
        assert_eq!(root.as_ref(), Ok(&profile.api_url), "an address is a root");
        assert_eq!(check_origin(&profile.token_url), Ok(()));
        assert_ne!(profile.sign_in.source(), &SecretSource::Env(String::new()));
    }
    for name in ["demo", "emea", "north"] {
        if let Err(why) = loaded.profile(name) {
            assert!(!why.is_empty());
        }
    }
}

/// A profile to write, with one of the places where secrets are kept.
fn profile(choice: u8) -> Profile {
    let source = match choice % 4 {
        0 => SecretSource::Keyring,
        1 => SecretSource::Env("NORTH_SECRET".into()),
        2 => SecretSource::File("/secrets/\"north\" 1".into()),
        _ => SecretSource::Command(vec!["pass".into(), "show it".into(), String::new()]),
    };
    let environment = if choice & 4 == 0 { Environment::Sandbox } else { Environment::Custom };
    let (api, token) =
        environment.addresses().unwrap_or(("https://gw.example.com/x", "https://gw.example.com/t"));
    Profile {
        environment,
        api_url: api.parse().expect("this is an address"),
        token_url: token.parse().expect("this is an address"),
        reseller_id: "1000396138".into(),
        client_id: "abc".into(),
        sign_in: if choice & 8 == 0 { SignIn::ClientSecret(source) } else { SignIn::AccessToken(source) },
    }
}

fn changed(text: &str, before: &Loaded, choice: u8) {
    let profile = profile(choice);
    // A name that is in the file, if there is any: changing is harder than adding.
    let name = before.names.iter().find(|name| check_name(name).is_ok()).map_or("north", String::as_str);
    let put = Change::Put { former: None, name, profile: &profile };
    if let Some((after, _)) = rewritten(text, &[put]) {
        assert_eq!(after.config.profiles.get(name), Some(&profile), "{after:#?}");
        others_are_the_same(before, &after, &[name]);
        assert_eq!(before.config.default_profile, after.config.default_profile);
    }
    if let Some((after, new)) = rewritten(text, &[Change::Default(name)]) {
        assert_eq!(after.config.default_profile.as_deref(), Some(name));
        others_are_the_same(before, &after, &[]);
        comments_stay(text, &new);
    }
    let moved = Change::Put { former: Some(name), name: "moved", profile: &profile };
    let is_free = before.names.iter().all(|name| name != "moved");
    if let Some((after, _)) = rewritten(text, &[moved, Change::Default("moved")]).filter(|_| is_free) {
        assert_eq!(after.config.profiles.get("moved"), Some(&profile));
        assert!(!after.names.iter().any(|other| other == name));
        others_are_the_same(before, &after, &[name, "moved"]);
    }
    if let Some((after, _)) = rewritten(text, &[Change::Remove(name)]) {
        assert!(!after.names.iter().any(|other| other == name));
        others_are_the_same(before, &after, &[name]);
    }
}

/// The configuration with these changes, read again, and its text.
fn rewritten(text: &str, changes: &[Change<'_>]) -> Option<(Loaded, String)> {
    match edited(text, Path::new(FILE), changes) {
        Ok(new) => {
            let after = parse(&new, Path::new(FILE));
            assert!(edited(&new, Path::new(FILE), &[]).is_ok(), "{new} has become wrong");
            is_sound(&new, &after);
            Some((after, new))
        }
        Err(error) => {
            let words = error.to_string();
            assert!(!words.is_empty() && !matches!(error, EditError::File { .. }), "{words}");
            None
        }
    }
}

fn others_are_the_same(before: &Loaded, after: &Loaded, but: &[&str]) {
    assert_eq!((&before.config.ui, &before.config.keys), (&after.config.ui, &after.config.keys));
    let others = |loaded: &Loaded| -> BTreeMap<String, Profile> {
        let all = loaded.config.profiles.iter().filter(|(name, _)| !but.contains(&name.as_str()));
        all.map(|(name, profile)| (name.clone(), profile.clone())).collect()
    };
    assert_eq!(others(before), others(after));
    let names = |loaded: &Loaded| -> Vec<String> {
        let mut names: Vec<String> =
            loaded.names.iter().filter(|name| !but.contains(&name.as_str())).cloned().collect();
        names.sort();
        names
    };
    assert_eq!(names(before), names(after));
}

/// Every line that is a comment is there still; what looks like one within a text is left aside.
fn comments_stay(before: &str, after: &str) {
    if before.contains("'''") || before.contains("\"\"\"") {
        return;
    }
    let kept: Vec<&str> = after.lines().map(str::trim).collect();
    for comment in before.lines().map(str::trim).filter(|line| line.starts_with('#')) {
        assert!(kept.contains(&comment), "{comment} is lost");
    }
}
