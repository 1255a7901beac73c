//! Profiles: switching while everything is in flight, the form step by step, and what comes back at the next start.

use secrecy::ExposeSecret as _;

use crate::{
    account::{AccountId, TestStep},
    api::{ApiError, ErrorKind},
    config::{InlineSecret, SecretSource, SignIn},
    model::{Cursor, Status, StatusFilter},
    state::View,
    tui::app::{
        AccountKind, Configured, Effect, Message, NotSaved, Overlay, Setup,
        profiles::FormField,
        stage::{RESELLER, Stage, offline, two_profiles},
    },
};

/// A stage with these profiles, of which the one for production is on the screen.
pub(super) fn stage_with(configured: Configured) -> Stage {
    Stage::of_profile("emea-prod", configured, 120, 30)
}

fn connected(effects: &[Effect]) -> Vec<String> {
    let name = |effect: &Effect| match effect {
        Effect::Connect(target) => Some(target.name().unwrap_or("demo").to_owned()),
        _ => None,
    };
    effects.iter().filter_map(name).collect()
}

fn view_saved(stage: &Stage) -> Option<(String, View)> {
    stage.asked.iter().rev().find_map(|effect| match effect {
        Effect::SaveView(name, view) => Some((name.clone(), (**view).clone())),
        _ => None,
    })
}

#[test]
fn no_answer_of_the_old_profile_is_shown_after_a_switch() {
    let mut stage = stage_with(two_profiles()).settled();
    stage.keys("r 3");
    let under_way = stage.pending.clone();
    assert!(under_way.len() > 1);
    let effects = { stage.keys("p up").key("enter") };
    assert_eq!(connected(&effects), ["apac"]);
    assert!(
        stage.app.table.shown().is_none() && stage.app.session.exchanges.is_empty(),
        "nothing of it stays"
    );
    let source = &stage.app.session.source;
    assert_eq!(
        (source.profile.as_str(), source.environment, source.reseller_id.as_str()),
        ("apac", AccountKind::Sandbox, "1000400001")
    );
    let wanted = stage.pending.clone();
    for effect in &under_way {
        // Answers that were on their way all the same.
        stage.answer_one(effect);
    }
    stage.send(Message::Checked(super::super::Ticket(1), Ok("late".into())));
    assert!(stage.app.table.shown().is_none() && stage.app.session.exchanges.is_empty());
    assert!(stage.app.detail.subject.is_none() && stage.app.session.reseller.value().is_none());
    assert_eq!(stage.pending, wanted, "and nothing more is asked for because of them");
    stage.answer();
    assert!(stage.app.has_rows());
}

#[test]
fn each_profile_comes_back_as_it_was_left() {
    let mut stage = stage_with(two_profiles()).settled();
    stage.keys("3").answer().keys("s").answer();
    stage.keys("/").typed("zeta").key("enter");
    stage.answer().keys("c space esc down");
    let left = stage.selected_id().map(str::to_owned);
    assert!(left.is_some());
    stage.keys("p up enter").answer();
    let (name, view) = view_saved(&stage).unwrap();
    assert_eq!((name.as_str(), view.name.as_str(), view.status.as_str()), ("emea-prod", "zeta", "1004"));
    assert_eq!(stage.app.table.filter.status, StatusFilter::One(Status::active()), "another profile's view");
    assert_eq!(stage.app.filter.typed.name, "");
    stage.keys("p down enter").answer();
    assert_eq!(stage.app.table.filter.status, StatusFilter::One(Status::inactive()));
    assert_eq!((stage.selected_id().map(str::to_owned), stage.app.columns.all[0].1), (left, false));
    assert_eq!(stage.app.view().unwrap().1, view);
}

#[test]
fn the_next_start_begins_on_the_page_and_the_row_of_the_last_one() {
    let mut configured = two_profiles();
    let mut first = stage_with(configured.clone()).settled();
    first.key("]");
    first.answer().keys("down down");
    let (_, view) = first.app.view().unwrap();
    assert_eq!((&view.place, view.row), (&Cursor::Row(50), 2));
    let id = first.selected_id().map(str::to_owned);
    configured.profiles.iter_mut().for_each(|listed| listed.view = Some(view.clone()));
    let mut second = stage_with(configured.clone());
    second.answer();
    assert_eq!((second.app.table.shown().unwrap().first, second.selected_id()), (50, id.as_deref()));
    // The customer has moved up meanwhile: the row stays where the customer is not to be found.
    configured.profiles.iter_mut().for_each(|listed| {
        listed.view.as_mut().unwrap().customer_id = Some("gone".into());
    });
    let mut third = stage_with(configured);
    third.answer();
    assert_eq!(third.app.table.selected, 2);
}

#[test]
fn a_start_without_a_network_loses_no_place() {
    let mut configured = two_profiles();
    let mut first = stage_with(configured.clone()).settled();
    first.key("]");
    first.answer().keys("down down");
    let (_, view) = first.app.view().unwrap();
    configured.profiles.iter_mut().for_each(|listed| listed.view = Some(view.clone()));
    let mut second = stage_with(configured.clone());
    second.fail(&offline("gone"));
    assert_eq!(second.app.view().unwrap().1, view);
    // Another list has no such place.
    second.key("3");
    second.fail(&offline("gone"));
    assert_eq!(second.app.view().unwrap().1.place, Cursor::Start);
}

#[test]
fn a_merged_page_comes_back_too() {
    let mut configured = two_profiles();
    let mut first = stage_with(configured.clone()).settled();
    first.keys("0").answer().keys("]").answer().keys("down");
    let (_, view) = first.app.view().unwrap();
    let id = first.selected_id().map(str::to_owned);
    // As it is written and read.
    let view: View = serde_json::from_str(&serde_json::to_string(&view).unwrap()).unwrap();
    configured.profiles.iter_mut().for_each(|listed| listed.view = Some(view.clone()));
    let mut second = stage_with(configured);
    second.answer();
    assert_eq!(second.selected_id(), id.as_deref());
    second.keys("[").answer();
    assert_eq!(second.app.table.shown().unwrap().first, 0, "and the way back is exact");
}

#[test]
fn the_demo_is_not_remembered_and_is_always_there() {
    let mut stage = Stage::ready(120, 30);
    assert_eq!(stage.app.view(), None);
    assert!(Stage::new(120, 30).notice().contains("Press p to add your own profile"));
    stage.keys("p d");
    assert!(stage.notice().contains("cannot be removed"));
    stage.keys("t");
    assert!(stage.notice().contains("needs no test"));
    let mut stage = stage_with(two_profiles()).settled();
    let effects = { stage.keys("p down").key("enter") };
    assert_eq!(connected(&effects), ["demo"]);
    assert_eq!(stage.app.session.source.environment, AccountKind::Demo);
}

/// A form that is filled in up to the secret, typed letter by letter.
pub(super) fn form_with_secret(secret: &str) -> Stage {
    let mut stage = Stage::ready(120, 30);
    stage.keys("p a").typed("north").keys("enter right enter").typed("client-9").keys("enter enter enter");
    stage.typed(secret);
    stage
}

pub(super) fn form(stage: &Stage) -> &crate::tui::app::profiles::ProfileForm {
    match &stage.app.overlay {
        Some(Overlay::ProfileForm(form)) => form,
        other => panic!("the form is open, not {other:?}"),
    }
}

pub(super) fn drafts(stage: &Stage) -> Vec<(TestStep, String)> {
    let secret = |literal: &Option<InlineSecret>| {
        literal.as_ref().map(|it| it.secret().expose_secret().to_owned()).unwrap_or_default()
    };
    let draft = |effect: &Effect| match effect {
        Effect::CheckProfile(_, draft, step) => Some((*step, secret(&draft.typed))),
        _ => None,
    };
    stage.pending.iter().filter_map(draft).collect()
}

#[test]
fn a_profile_is_added_step_by_step_and_opened() {
    let mut stage = form_with_secret("s3cr3t");
    assert_eq!(stage.pending, [], "nothing is tested before all that it takes is there");
    stage.key("enter");
    assert_eq!(drafts(&stage), [(TestStep::Token, "s3cr3t".to_owned())]);
    let step = stage.pending[0].clone();
    stage.answer_one(&step);
    assert_eq!(drafts(&stage), [(TestStep::Ping, "s3cr3t".to_owned())]);
    stage.answer();
    assert_eq!(form(&stage).field, FormField::Reseller);
    assert_eq!(form(&stage).fitting().len(), 3);
    stage.typed("pebble").keys("down enter");
    assert_eq!((form(&stage).reseller.value(), form(&stage).field), ("1000400001", FormField::Save));
    assert_eq!(drafts(&stage), [(TestStep::FirstPage, "s3cr3t".to_owned())]);
    stage.answer();
    stage.key("enter");
    let Some(Effect::SaveProfile(_, draft)) = stage.pending.first().cloned() else {
        panic!("{:?}", stage.pending)
    };
    assert_eq!((draft.name.as_str(), draft.default), ("north", true), "the first one is the default");
    assert_eq!(draft.profile.sign_in, SignIn::ClientSecret(SecretSource::Keyring));
    stage.answer();
    assert_eq!(connected(&stage.asked), ["north"]);
    assert_eq!(
        (stage.app.session.source.profile.as_str(), stage.app.session.source.environment),
        ("north", AccountKind::Sandbox)
    );
    assert!(stage.app.overlay.is_none() && stage.notice().contains("Profile north saved"));
}

pub(super) fn refused() -> ApiError {
    ApiError { kind: ErrorKind::Unauthorized, code: Some("invalid_client".into()), ..offline("refused") }
}

#[test]
fn a_wrong_secret_is_corrected_in_place() {
    let mut stage = form_with_secret("wrong");
    stage.key("enter");
    stage.fail(&refused());
    assert!(form(&stage).failed().is_some());
    assert_eq!(form(&stage).field, FormField::Secret);
    stage.typed("right");
    assert!(form(&stage).failed().is_none(), "what was found holds no longer");
    stage.key("enter");
    assert_eq!(drafts(&stage), [(TestStep::Token, "right".to_owned())]);
    stage.answer();
    assert!(form(&stage).checks.is_good(TestStep::Ping));
}

#[test]
fn what_is_not_tested_is_saved_at_the_second_word() {
    let mut stage = form_with_secret("wrong");
    stage.key("enter");
    stage.fail(&refused());
    stage.key("tab");
    stage.typed("1000400001").keys("enter enter");
    assert!(form(&stage).error.as_deref().unwrap().contains("Press Enter again"), "{:?}", form(&stage).error);
    assert_eq!(stage.pending, []);
    stage.key("enter");
    assert!(matches!(stage.pending[0], Effect::SaveProfile(..)));
}

#[test]
fn without_a_keyring_a_file_may_hold_the_secret_if_the_person_says_so() {
    let mut stage = form_with_secret("s3cr3t");
    stage.key("enter");
    stage.answer().typed("1000400001").key("enter");
    stage.answer().key("enter");
    let Some(effect @ Effect::SaveProfile(ticket, _)) = stage.pending.first().cloned() else {
        panic!("a save")
    };
    stage.settle(&effect, Message::ProfileSaved(ticket, Err(NotSaved::NoKeyring("none".into()))));
    stage.key("n");
    assert_eq!((form(&stage).field, stage.pending.len()), (FormField::Storage, 0));
    let mut stage = form_with_secret("s3cr3t");
    stage.key("enter");
    stage.answer().typed("1000400001").key("enter");
    stage.answer().key("enter");
    let Some(effect @ Effect::SaveProfile(ticket, _)) = stage.pending.first().cloned() else {
        panic!("a save")
    };
    stage.settle(&effect, Message::ProfileSaved(ticket, Err(NotSaved::NoKeyring("none".into()))));
    stage.key("y");
    let Some(Effect::SaveProfile(_, draft)) = stage.pending.first() else { panic!("saved anew") };
    assert!(matches!(draft.profile.sign_in.source(), SecretSource::File(_)) && draft.typed.is_some());
}

#[test]
fn what_is_typed_is_not_lost_by_one_key() {
    let mut stage = form_with_secret("s3cr3t");
    stage.key("esc");
    assert!(matches!(stage.app.overlay, Some(Overlay::ProfileForm(_))));
    stage.keys("up esc");
    assert!(matches!(stage.app.overlay, Some(Overlay::ProfileForm(_))), "asked anew after another key");
    stage.key("esc");
    assert!(matches!(stage.app.overlay, Some(Overlay::Profiles(_))));
}

#[test]
fn what_is_wrong_is_told_beside_its_field() {
    let mut stage = stage_with(two_profiles()).settled();
    stage.keys("p a").typed("apac").key("enter");
    let (field, why) = form(&stage).wrong.clone().unwrap();
    assert!(field == FormField::Name && why.contains("already"), "{why}");
    stage.typed("-two").key("enter");
    assert_eq!((form(&stage).wrong.clone(), form(&stage).field), (None, FormField::Environment));
}

#[test]
fn a_pasted_secret_is_taken_whole_and_without_its_line_end() {
    let mut stage = form_with_secret("");
    stage.send(Message::Paste("s3cr3t-pasted\n".into()));
    stage.key("enter");
    assert_eq!(drafts(&stage), [(TestStep::Token, "s3cr3t-pasted".to_owned())]);
}

#[test]
fn a_changed_profile_that_is_on_the_screen_is_opened_anew() {
    let mut stage = stage_with(two_profiles()).settled();
    stage.keys("p e").typed("new-secret").keys("enter");
    stage.answer();
    stage.key("down");
    stage.answer();
    for _ in 0..4 {
        if form(&stage).field == FormField::Save {
            break;
        }
        stage.key("down");
    }
    stage.answer().key("enter");
    let Some(Effect::SaveProfile(_, draft)) = stage.pending.first().cloned() else {
        panic!("{:?}", stage.pending)
    };
    assert_eq!((draft.former.as_deref(), draft.typed.is_some()), (Some("emea-prod"), true));
    stage.answer();
    assert_eq!(connected(&stage.asked), ["emea-prod"]);
}

#[test]
fn a_test_takes_its_steps_and_ends_at_the_first_that_fails() {
    let mut stage = stage_with(two_profiles()).settled();
    stage.keys("p t");
    let step = stage.pending[0].clone();
    stage.answer_one(&step);
    stage.fail(&offline("gone"));
    assert_eq!(stage.pending, []);
    let Some(Overlay::Profiles(menu)) = &stage.app.overlay else { panic!("the list") };
    let (name, checks) = menu.test.as_ref().unwrap();
    assert_eq!(name, "emea-prod");
    assert!(
        checks.is_good(TestStep::Token) && checks.error().is_some() && checks.is_open(TestStep::FirstPage)
    );
    stage.key("esc");
    assert!(stage.app.overlay.is_none());
}

#[test]
fn a_profile_is_removed_after_a_yes_and_the_demo_comes_in_its_place() {
    let mut stage = stage_with(two_profiles()).settled();
    stage.keys("p d n");
    assert_eq!(stage.pending, []);
    stage.keys("d y");
    assert!(matches!(&stage.pending[0], Effect::RemoveProfile(_, name) if name == "emea-prod"));
    stage.answer();
    assert_eq!(connected(&stage.asked), ["demo"]);
    assert_eq!(stage.app.session.configuration.profiles.len(), 1);
    assert!(matches!(stage.app.overlay, Some(Overlay::Profiles(_))));
    stage.keys("up s");
    stage.answer();
    assert_eq!(stage.app.session.configuration.default.as_deref(), Some("apac"));
}

#[test]
fn the_palette_switches_by_name() {
    let mut stage = stage_with(two_profiles()).settled();
    stage.keys(":").typed("profile apca").key("enter");
    let Some(Overlay::Palette(palette)) = &stage.app.overlay else { panic!("the palette stays") };
    assert_eq!(palette.error.as_deref(), Some("there is no profile apca, did you mean apac?"));
    stage.keys("esc :").typed("profile apac").key("enter");
    assert_eq!(connected(&stage.asked), ["apac"]);
}

#[test]
fn a_broken_configuration_is_shown_and_the_editor_mends_it() {
    let problems = vec!["config.toml:3:1: ui.page_szie: unknown key".to_owned()];
    let configured = Configured { problems, ..Configured::default() };
    let mut stage = Stage::started(Setup {
        target: AccountId::Demo,
        demo_reseller: RESELLER.to_owned(),
        invocation: crate::tui::app::Invocation::default(),
        configured,
        size: (120, 30),
        stands_in: false,
        mouse: true,
        folder: "/home/mara".into(),
        notice: None,
    });
    assert!(matches!(stage.app.overlay, Some(Overlay::Problems(_))));
    stage.answer().key("E");
    assert!(stage.asked.contains(&Effect::EditConfig));
    stage.send(Message::Configured(Ok(Box::new(two_profiles()))));
    assert!(stage.app.overlay.is_none() && stage.notice().contains("No problems"));
    assert_eq!(stage.app.session.configuration.profiles.len(), 2);
    stage.send(Message::Configured(Err("Cannot start vi".into())));
    assert!(stage.notice().contains("Cannot start vi"));
}

#[test]
fn a_demo_that_nobody_asked_for_says_so_until_something_is_chosen() {
    let mut stage = Stage::started(Setup {
        target: AccountId::Demo,
        demo_reseller: RESELLER.to_owned(),
        invocation: crate::tui::app::Invocation::default(),
        configured: two_profiles(),
        size: (120, 30),
        stands_in: true,
        mouse: true,
        folder: "/home/mara".into(),
        notice: Some("x.toml does not exist".to_owned()),
    });
    stage.answer();
    assert_eq!(stage.notice(), "Demo data. p goes to your own profiles. x.toml does not exist");
    stage.keys("/ esc");
    assert!(stage.app.session.source.stands_in, "no key takes it away");
    stage.keys(":").typed("profile apac").key("enter");
    assert!(!stage.app.session.source.stands_in);
    // An edit that hides the profile on the screen leads to the demo, which nobody has chosen either.
    let problems = vec!["config.toml: cannot be read: it is not UTF-8 text".to_owned()];
    stage.send(Message::Configured(Ok(Box::new(Configured { problems, ..Configured::default() }))));
    assert!(stage.app.session.target == AccountId::Demo && stage.app.session.source.stands_in);
}

#[test]
fn what_could_not_be_kept_is_said_once_nothing_else_is_open() {
    let problems = vec!["config.toml:3:1: ui.page_szie: unknown key".to_owned()];
    let configured = Configured { problems, ..two_profiles() };
    let mut stage = Stage::started(Setup {
        target: AccountId::Demo,
        demo_reseller: RESELLER.to_owned(),
        invocation: crate::tui::app::Invocation::default(),
        configured,
        size: (120, 30),
        stands_in: false,
        mouse: true,
        folder: "/home/mara".into(),
        notice: Some("The state was set aside.".to_owned()),
    });
    stage.answer();
    assert_eq!((stage.notice(), stage.app.overlay.is_some()), ("", true), "the mistakes come first");
    stage.key("esc");
    assert_eq!(stage.notice(), "The state was set aside.");
    stage.key("/");
    assert_eq!(stage.notice(), "", "until a key is pressed");
    stage.send(Message::NotKept("Nothing can be remembered.".into()));
    assert_eq!(stage.notice(), "", "whoever types would not see it");
    stage.key("esc");
    assert_eq!(stage.notice(), "Nothing can be remembered.");
    stage.pass(60_000);
    assert_eq!(stage.notice(), "Nothing can be remembered.");
    stage.key("down");
    assert_eq!(stage.notice(), "");
}

#[test]
fn where_tokens_are_kept_is_asked_once_nothing_else_is_open() {
    let mut stage = stage_with(two_profiles()).settled();
    stage.key("?");
    stage.send(Message::NoKeyring);
    assert!(matches!(stage.app.overlay, Some(Overlay::Help(_))));
    stage.key("esc");
    assert!(matches!(stage.app.overlay, Some(Overlay::KeepTokens(_))));
    stage.key("x");
    assert!(matches!(stage.app.overlay, Some(Overlay::KeepTokens(_))), "no key is taken for an answer");
    stage.key("y");
    assert!(stage.asked.contains(&Effect::KeepTokens(true)) && stage.app.overlay.is_none());
}

#[test]
fn an_answer_with_an_old_ticket_is_not_in_the_inspector_either() {
    let mut stage = stage_with(two_profiles()).settled();
    stage.key("r");
    let page = stage.pending.iter().find(|effect| matches!(effect, Effect::LoadRows(..))).cloned().unwrap();
    stage.keys("p up enter");
    stage.answer_one(&page);
    assert!(stage.app.session.exchanges.is_empty());
}
