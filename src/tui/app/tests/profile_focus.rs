//! The focus of the profile form and the cursor of the profile list after something has arrived.

use secrecy::ExposeSecret as _;

use super::profiles::{drafts, form, form_with_secret, refused, stage_with};
use crate::{
    account::TestStep,
    api::{ApiError, ErrorKind},
    tui::app::{
        Effect, Message, Overlay,
        profiles::{FormField, FormLine, form_lines},
        stage::{Stage, offline, two_profiles},
    },
};

/// Everything that the form shows as it is typed.
fn clear_text(stage: &Stage) -> String {
    let form = form(stage);
    [&form.name, &form.api_url, &form.token_url, &form.client_id, &form.place, &form.reseller]
        .map(tui_input::Input::value)
        .join(" ")
}

fn secret(stage: &Stage) -> String {
    let secret = form(stage).secret.secret();
    secret.map(|secret| secret.secret().expose_secret().to_owned()).unwrap_or_default()
}

#[test]
fn after_a_refusal_the_right_secret_replaces_the_wrong_one_wherever_one_had_gone_on_to() {
    for keys in ["enter", "tab", "down", "enter tab", "tab tab", "enter down down"] {
        let mut stage = form_with_secret("wrong");
        stage.keys(keys);
        assert_ne!(form(&stage).field, FormField::Secret, "{keys}");
        stage.fail(&refused());
        assert_eq!(form(&stage).field, FormField::Secret, "{keys}");
        let (at, words) = form(&stage).wrong.clone().unwrap();
        assert!(at == FormField::Secret && words.starts_with("This client secret was refused."), "{words}");
        stage.typed("right");
        assert_eq!(secret(&stage), "right", "{keys}");
        assert!(!clear_text(&stage).contains("right"), "{keys}");
        stage.key("enter");
        stage.answer();
        assert!(form(&stage).checks.is_good(TestStep::Ping), "{keys}");
        assert_eq!(form(&stage).field, FormField::Reseller, "{keys}");
    }
}

#[test]
fn a_pasted_secret_replaces_a_refused_one_too() {
    let mut stage = form_with_secret("wrong");
    stage.key("enter");
    stage.fail(&refused());
    stage.send(Message::Paste("right\n".into()));
    assert_eq!(secret(&stage), "right");
    assert!(!clear_text(&stage).contains("right"));
}

#[test]
fn a_secret_that_cannot_be_one_keeps_the_focus_whatever_key_goes_on() {
    for key in ["enter", "tab", "down"] {
        for flawed in ["\"s3cr3t\"", "{\"client_secret\": \"s3cr3t\"}"] {
            let mut stage = form_with_secret(flawed);
            stage.key(key);
            assert_eq!((form(&stage).field, stage.pending.len()), (FormField::Secret, 0), "{key} {flawed}");
            let (at, words) = form(&stage).wrong.clone().unwrap();
            assert!(at == FormField::Secret && !words.contains("s3cr3t"), "{words}");
            stage.typed("right").key(key);
            assert_eq!(drafts(&stage), [(TestStep::Token, "right".to_owned())], "{key} {flawed}");
        }
    }
}

#[test]
fn a_refusal_does_not_move_the_focus_of_one_who_types_and_takes_no_character_until_that_is_clear() {
    let mut stage = form_with_secret("wrong");
    stage.key("enter");
    stage.typed("1000");
    stage.fail(&refused());
    assert_eq!(form(&stage).field, FormField::Reseller);
    stage.typed("s3cr3t");
    stage.send(Message::Paste("s3cr3t".into()));
    assert_eq!(form(&stage).reseller.value(), "1000");
    let words = form(&stage).error.clone().unwrap();
    assert!(words.starts_with("The client secret was refused while you typed here."), "{words}");
    let mut stays = stage;
    stays.key("left");
    stays.key("end");
    stays.typed("4");
    assert_eq!((form(&stays).reseller.value(), form(&stays).error.clone()), ("10004", None));
    let mut stage = form_with_secret("wrong");
    stage.key("enter");
    stage.typed("1000");
    stage.fail(&refused());
    stage.key("up");
    stage.typed("right");
    assert_eq!((form(&stage).field, secret(&stage).as_str()), (FormField::Secret, "right"));
}

#[test]
fn no_result_of_any_step_moves_the_focus_on() {
    for fails in [false, true] {
        let mut stage = form_with_secret("s3cr3t");
        stage.key("enter");
        // Back in the secret before the result is there.
        stage.key("up");
        assert_eq!(form(&stage).field, FormField::Secret);
        if fails {
            stage.fail(&refused());
        } else {
            stage.answer();
        }
        assert_eq!(form(&stage).field, FormField::Secret, "{fails}");
        stage.typed("-more");
        assert!(!clear_text(&stage).contains("more"), "{fails}");
    }
    // What is no fault of a field moves nothing.
    let mut stage = form_with_secret("s3cr3t");
    stage.key("enter");
    stage.fail(&offline("gone"));
    assert_eq!(form(&stage).field, FormField::Reseller);
}

#[test]
fn each_refusal_leads_to_its_own_field() {
    let error = |kind, code: &str| ApiError { kind, code: Some(code.into()), ..offline("refused") };
    let mut stage = form_with_secret("s3cr3t");
    stage.key("enter");
    let token = stage.pending[0].clone();
    stage.answer_one(&token);
    stage.fail(&error(ErrorKind::Forbidden, "4115"));
    assert_eq!(form(&stage).field, FormField::ClientId);
    let mut stage = form_with_secret("s3cr3t");
    stage.key("enter");
    stage.answer().typed("1000400001").key("enter");
    assert_eq!(form(&stage).field, FormField::Save);
    stage.fail(&error(ErrorKind::NotFound, "1115"));
    assert_eq!(form(&stage).field, FormField::Reseller);
    let mut stage = form_with_secret("");
    stage.keys("up right right").keys("down").typed("NOT_SET").key("enter");
    assert_eq!(form(&stage).field, FormField::Reseller);
    stage.fail(&error(ErrorKind::Credentials, ""));
    assert_eq!(form(&stage).field, FormField::Place);
}

fn cursor(stage: &Stage) -> (String, usize) {
    match &stage.app.overlay {
        Some(Overlay::Profiles(menu)) => (menu.name.clone(), menu.selected),
        other => panic!("the list is open, not {other:?}"),
    }
}

#[test]
fn the_cursor_of_the_list_follows_its_profile() {
    let mut stage = stage_with(two_profiles()).settled();
    stage.key("p");
    assert_eq!(cursor(&stage), ("emea-prod".to_owned(), 1));
    // Another instance adds one before it, and one after it goes.
    let mut more = two_profiles();
    let mut first = more.profiles[0].clone();
    first.name = "aaa".to_owned();
    more.profiles.insert(0, first);
    stage.send(Message::Configured(Ok(Box::new(more))));
    assert_eq!(cursor(&stage), ("emea-prod".to_owned(), 2));
    stage.send(Message::Configured(Ok(Box::new(two_profiles()))));
    assert_eq!(cursor(&stage), ("emea-prod".to_owned(), 1));
}

#[test]
fn what_is_asked_about_a_profile_is_never_answered_for_another_one() {
    let mut stage = stage_with(two_profiles()).settled();
    stage.keys("p up s");
    let change = stage.pending[0].clone();
    let Effect::DefaultProfile(ticket, _) = change else { panic!("{change:?}") };
    stage.key("d");
    assert_eq!(cursor(&stage), ("apac".to_owned(), 0));
    let mut fewer = two_profiles();
    fewer.profiles.retain(|listed| listed.name != "apac");
    fewer.names.retain(|name| name != "apac");
    stage.settle(&change, Message::ProfilesChanged(ticket, Ok(Box::new(fewer))));
    assert_eq!(cursor(&stage), ("emea-prod".to_owned(), 0), "the line stays if the profile has gone");
    stage.key("y");
    assert!(!stage.pending.iter().any(|effect| matches!(effect, Effect::RemoveProfile(..))));
}

#[test]
fn the_cursor_is_on_the_profile_that_was_edited() {
    let mut stage = stage_with(two_profiles()).settled();
    stage.keys("p up e esc");
    assert_eq!(cursor(&stage), ("apac".to_owned(), 0));
    // Renamed, it moves behind the other one.
    stage.keys("e up up up up up").keys("ctrl-u").typed("zzz").keys("tab tab tab tab tab tab tab");
    stage.answer();
    stage.key("enter");
    stage.answer();
    assert_eq!(cursor(&stage).0, "zzz");
}

#[test]
fn what_is_wrong_with_a_field_fits_beside_its_label() {
    let mut stage = form_with_secret("wrong");
    stage.key("enter");
    stage.fail(&refused());
    for width in [30, 40, 74] {
        let (lines, _) = form_lines(form(&stage), width);
        let words: Vec<&str> = lines
            .iter()
            .filter_map(|line| match line {
                FormLine::Wrong(words) => Some(words.as_str()),
                _ => None,
            })
            .collect();
        assert!(words.iter().all(|line| line.len() + 17 <= width), "{width}: {words:?}");
        assert!(words.join(" ").ends_with("or press Tab to go on."), "{width}: {words:?}");
    }
}
