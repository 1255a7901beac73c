//! The command palette, as a user reaches it: opened with its key, typed into, run.

use std::time::Duration;

use chrono::DateTime;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use vipmp::{
    account::AccountId,
    model::{RecordKey, Status},
    portfolio::query::parse,
    tui::app::{App, Configured, Effect, Message, Now, Setup},
};

/// The first byte says how often the selection goes down before Enter; the rest is typed.
pub fn palette(data: &[u8]) {
    let (steps, text) = super::choice_and_text(data);
    let wall = DateTime::UNIX_EPOCH.fixed_offset() + Duration::from_secs(1_790_000_000);
    let now = Now { mono: Duration::from_secs(1), wall };
    let setup = Setup {
        target: AccountId::Demo,
        demo_reseller: "1000396138".to_owned(),
        invocation: vipmp::tui::Invocation::default(),
        configured: Configured::default(),
        size: (120, 30),
        stands_in: false,
        mouse: false,
        folder: std::path::PathBuf::new(),
        notice: None,
    };
    let (mut app, effects) = App::new(setup, now);
    effects.iter().for_each(asks_for_what_can_be_asked);
    let key = |code| Message::Key(KeyEvent::new(code, KeyModifiers::NONE));
    let mut messages = vec![key(KeyCode::Char(':')), Message::Paste(text.into_owned())];
    messages.extend((0..steps % 4).map(|_| key(KeyCode::Down)));
    messages.extend([key(KeyCode::Enter), key(KeyCode::Enter)]);
    for message in messages {
        for effect in app.update(now, message) {
            asks_for_what_can_be_asked(&effect);
        }
        assert!(app.next_wake().is_none_or(|at| at < now.mono + Duration::from_hours(1)));
    }
}

fn asks_for_what_can_be_asked(effect: &Effect) {
    match effect {
        Effect::LoadRows(_, request, _) if request.filter.portfolio.is_some() => {
            let query = request.filter.portfolio.as_deref().unwrap_or_default();
            let today = DateTime::UNIX_EPOCH.date_naive();
            assert!(parse(query, today).is_ok(), "{query:?} is asked of the local copy");
        }
        Effect::LoadRows(_, request, _) => {
            let query = request.filter.query(Status::active(), 0).expect("a filter that can be asked for");
            assert!((1..=50).contains(&query.limit()));
            let string = query.query_string();
            assert!(string.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'), "{string}");
        }
        Effect::LoadRecord(_, RecordKey::Id(id), _) => assert!(!id.trim().is_empty()),
        _ => {}
    }
}
