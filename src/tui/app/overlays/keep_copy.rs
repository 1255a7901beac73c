//! The question whether a copy of a profile's customers is kept.

use super::{Dialog, DialogView, Then, ViewLine};
use crate::{
    state::SavedView,
    text,
    tui::{
        action::{Action, DialogKind},
        app::{
            App, Tone,
            footer::Wanted,
            layout::{box_text, menu_box},
            message::KeepCopy,
            noting::NoteSubject,
        },
        keys::Chord,
    },
};

/// Returns what a first sync takes, in words.
fn effort(app: &App) -> String {
    let settings = app.session.configuration.portfolio;
    let per_minute = u64::from(settings.requests_per_minute);
    // The record, the subscriptions, and the orders.
    let (requests, words) = if settings.orders_days > 0 { (3, "three") } else { (2, "two") };
    let rate = format!(
        "Each customer takes {words} requests, at most {} per minute",
        text::group_digits(per_minute)
    );
    let minutes = app.table.count_of_all().map(|customers| {
        let minutes = (requests * customers).div_ceil(per_minute.max(1)).max(1);
        let customers = text::pluralize(customers, "customer", "customers");
        let minutes = text::pluralize(minutes, "minute", "minutes");
        format!(": {customers} of this reseller, {minutes}, and more if the account has other resellers")
    });
    format!("{rate}{}. You can go on working meanwhile.", minutes.unwrap_or_default())
}

/// What the user wants that needs the decision.
#[derive(Debug, Clone)]
pub(crate) enum WantedOfCopy {
    View(SavedView),
    Summary,
    Today,
    /// A note on a customer, which is kept beside the copy.
    Note(NoteSubject),
}

/// The question, and what it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct KeepCopyQuestion {
    wanted: WantedOfCopy,
}

impl KeepCopyQuestion {
    /// Returns the question that is asked before something of the copy is shown, or kept beside it.
    pub(crate) fn new(wanted: WantedOfCopy) -> Self {
        Self { wanted }
    }
}

impl Dialog for KeepCopyQuestion {
    fn kind(&self) -> DialogKind {
        DialogKind::KeepCopy
    }

    fn view(&self, app: &App) -> DialogView {
        /// The columns of the box.
        const WIDTH: u16 = 64;
        let words = match self.wanted {
            WantedOfCopy::View(_) | WantedOfCopy::Summary | WantedOfCopy::Today => {
                "Searching everything, sorting by any column and working offline need a copy of all customers of this \
                 profile. Keep one on this disk, in files that only you can read?"
            }
            WantedOfCopy::Note(_) => {
                "Notes are kept beside a copy of the customers of this profile, so that they can be searched, and are never \
                 sent anywhere. Keep both on this disk, in files that only you can read?"
            }
        };
        let screen = app.areas().screen;
        let width = usize::from(box_text(menu_box(screen, WIDTH, 0)).width);
        let in_lines = |words: &str, tone: Tone| {
            text::wrap(words, width).into_iter().map(move |line| ViewLine::of(tone, line))
        };
        let mut body: Vec<ViewLine> = in_lines(words, Tone::Plain).collect();
        body.push(ViewLine::default());
        body.extend(in_lines(&effort(app), Tone::Dim));
        // A blank line and the answers follow.
        let mut view = DialogView::new(menu_box(screen, WIDTH, body.len() + 2), "Local copy");
        view.body = body;
        view.answer_with(app, self.hints(app))
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![
            (&[Action::KeepOnDisk], Action::KeepOnDisk, "keep"),
            (&[Action::KeepWithoutContacts], Action::KeepWithoutContacts, "without contacts"),
            (&[Action::KeepInMemory], Action::KeepInMemory, "this session only"),
            (&[Action::Back], Action::Back, "not now"),
        ]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        let keep = match action {
            Action::KeepOnDisk => KeepCopy::OnDisk,
            Action::KeepWithoutContacts => KeepCopy::WithoutContacts,
            Action::KeepInMemory => KeepCopy::InMemory,
            Action::Back => return Then::Close,
            _ => return Then::Ignored,
        };
        app.keep_copy(keep, self.wanted.clone());
        Then::Close
    }
}
