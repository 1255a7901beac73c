//! The note on a customer: a short text, and the day of a follow-up. Nothing typed is lost without a question.

use chrono::NaiveDate;
use crossterm::event::KeyEvent;
use tui_input::Input;

use super::{Dialog, DialogView, Then, ViewLine};
use crate::{
    account::AccountId,
    model::{ComingDayError, CustomerNote, NoteChange, NotePlace, format_date, parse_coming_day},
    text,
    tui::{
        action::{Action, DialogKind},
        app::{
            App, Tone,
            footer::Wanted,
            layout::{centred, overlay_screen},
            message::Ticket,
            noting::NoteSubject,
            text_field::{self, MAX_INPUT, wrapped_input},
        },
        keys::Chord,
    },
};

/// One field of the dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoteField {
    Text,
    FollowUp,
}

/// What another press of the same key is going to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SecondPress {
    /// Discard what was typed.
    Leaving,
    /// Delete the note.
    Deleting,
    /// Save what was typed, although the note was changed elsewhere.
    Replacing,
}

/// The dialog.
#[derive(Debug, Clone)]
pub(crate) struct NoteForm {
    pub(crate) subject: NoteSubject,
    pub(crate) field: NoteField,
    pub(crate) text: Input,
    pub(crate) follow_up: Input,
    /// The note that is changed, as it was read.
    replaces: Option<CustomerNote>,
    warned: Option<SecondPress>,
    /// What has to be said of the last key.
    error: Option<String>,
    /// True if the key for deleting is what is being saved.
    is_deleting: bool,
    /// The request to save it.
    pub(crate) saving: Option<Ticket>,
}

/// The columns of the box.
const WIDTH: u16 = 72;
/// Columns of a label.
const LABEL: usize = 11;
/// The fewest lines of the text, so that the box does not grow with each of a few words.
const LINES: usize = 3;

impl NoteForm {
    /// Returns the dialog with the note that is there.
    pub(crate) fn new(subject: NoteSubject, note: Option<CustomerNote>) -> Self {
        let mut form = Self {
            subject,
            field: NoteField::Text,
            text: Input::default(),
            follow_up: Input::default(),
            replaces: None,
            warned: None,
            error: None,
            is_deleting: false,
            saving: None,
        };
        form.fill(note);
        form
    }

    fn fill(&mut self, note: Option<CustomerNote>) {
        let (text, day) = shown(note.as_ref());
        (self.text, self.follow_up) = (Input::new(text), Input::new(day));
        self.replaces = note;
    }

    /// Returns true if something was typed that is not in the note.
    fn is_touched(&self) -> bool {
        let (text, day) = shown(self.replaces.as_ref());
        self.text.value() != text || self.follow_up.value() != day
    }

    /// Shows the note as it is stored, unless something was typed: then saving finds out.
    pub(crate) fn take_stored(&mut self, note: Option<&CustomerNote>) {
        if self.saving.is_none() && !self.is_touched() && self.replaces.as_ref() != note {
            self.fill(note.cloned());
            // What was to be deleted is another note now.
            self.warned = None;
        }
    }

    /// Shows that the note was changed elsewhere: another press of the same key replaces or deletes that one.
    pub(crate) fn on_conflict(&mut self, stored: Option<CustomerNote>) {
        self.saving = None;
        self.warned = Some(if self.is_deleting { SecondPress::Deleting } else { SecondPress::Replacing });
        self.error = Some(match &stored {
            Some(note) => {
                let day = note.follow_up.map(|day| format!(", follow-up {}", format_date(day)));
                let newer = text::clean(&note.text);
                format!("This note was changed elsewhere meanwhile: \"{newer}\"{}.", day.unwrap_or_default())
            }
            None => "This note was deleted elsewhere meanwhile.".to_owned(),
        });
        // Where nothing was typed, the fields would show the older note, and Enter would write it over the newer one.
        if self.is_deleting && !self.is_touched() {
            self.fill(stored);
        } else {
            self.replaces = stored;
        }
    }

    /// Shows why the note was not saved. What was typed stays.
    pub(crate) fn on_failed(&mut self, why: &str) {
        (self.saving, self.warned) = (None, None);
        self.error = Some(format!("Not saved: {why}"));
    }

    /// Returns the day that was typed, if there is one.
    fn day(&self, today: NaiveDate) -> Option<Result<NaiveDate, ComingDayError>> {
        let typed = self.follow_up.value().trim();
        (!typed.is_empty()).then(|| parse_coming_day(typed, today))
    }

    /// Saves the note, or says what is wrong with it.
    fn save(&mut self, app: &mut App) -> Then {
        let follow_up = match self.day(app.now.today()).transpose() {
            Ok(day) => day,
            Err(error) => {
                self.field = NoteField::FollowUp;
                self.error = Some(text::sentence(&error.to_string()));
                return Then::Stay;
            }
        };
        let text = CustomerNote::stored_text(self.text.value());
        self.is_deleting = false;
        self.send(text, follow_up, app)
    }

    fn send(&mut self, text: String, follow_up: Option<NaiveDate>, app: &mut App) -> Then {
        let change = NoteChange {
            customer_id: self.subject.customer_id.clone(),
            company: self.subject.company.clone(),
            reseller_id: self.subject.reseller_id.clone(),
            text,
            follow_up,
            replaces: self.replaces.clone(),
        };
        if change.is_said_by(self.replaces.as_ref()) {
            return Then::Close;
        }
        (self.warned, self.error) = (None, None);
        self.saving = Some(app.save_note(change));
        Then::Stay
    }

    /// Deletes the note at the second press.
    fn delete(&mut self, app: &mut App) -> Then {
        if self.replaces.is_none() {
            self.error = Some("There is no note to delete.".to_owned());
            return Then::Stay;
        }
        if self.warned != Some(SecondPress::Deleting) {
            (self.warned, self.error) = (Some(SecondPress::Deleting), None);
            return Then::Stay;
        }
        self.is_deleting = true;
        self.send(String::new(), None, app)
    }

    /// Goes back, at the second press if something would be lost.
    fn leave(&mut self) -> Then {
        if (self.is_touched() || self.saving.is_some()) && self.warned != Some(SecondPress::Leaving) {
            self.warned = Some(SecondPress::Leaving);
            return Then::Stay;
        }
        Then::Close
    }

    /// Forgets what was said of the last key.
    fn touch(&mut self) {
        (self.warned, self.error) = (None, None);
    }

    fn input_mut(&mut self) -> (&mut Input, usize) {
        match self.field {
            NoteField::Text => (&mut self.text, CustomerNote::MAX_CHARS),
            NoteField::FollowUp => (&mut self.follow_up, MAX_INPUT),
        }
    }

    /// Returns the lines with the fields that they belong to, and the one with the cursor.
    fn lines(&self, app: &App, width: usize) -> (Vec<(Option<NoteField>, ViewLine)>, usize) {
        let mut lines = Vec::new();
        let mut at = 0;
        let is_text = self.field == NoteField::Text;
        for (text, cursor) in wrapped_input(&self.text, width) {
            let line = match cursor.filter(|_| is_text) {
                Some(cursor) => {
                    at = lines.len();
                    ViewLine::blank().input(&Input::new(text).with_cursor(cursor), "What to remember")
                }
                None => ViewLine::of(Tone::Plain, text::clean(&text)),
            };
            lines.push((Some(NoteField::Text), line));
        }
        while lines.len() < LINES {
            lines.push((Some(NoteField::Text), ViewLine::blank()));
        }
        lines.push((None, ViewLine::blank()));
        if !is_text {
            at = lines.len();
        }
        let of_day = self.day_lines(app.now.today(), width);
        lines.extend(of_day.into_iter().map(|line| (Some(NoteField::FollowUp), line)));
        lines.push((None, ViewLine::blank()));
        let said = self.said(app).into_iter();
        let said = said
            .flat_map(|(tone, words)| text::wrap(&words, width).into_iter().map(move |line| (tone, line)));
        lines.extend(said.map(|(tone, line)| (None, ViewLine::of(tone, line))));
        (lines, at)
    }

    /// Returns the line of the follow-up, with the day that it stands for at its right, or below it if there is no room.
    fn day_lines(&self, today: NaiveDate, width: usize) -> Vec<ViewLine> {
        let is_active = self.field == NoteField::FollowUp;
        let tone = if is_active { Tone::Accent } else { Tone::Dim };
        let typed = text::clean(self.follow_up.value());
        let line = ViewLine::default().cell(tone, "Follow-up", LABEL);
        let line = match is_active {
            true => line.input(&self.follow_up, "3 Dec, 7d, 2w, tomorrow, mon"),
            false if typed.is_empty() => line.put(Tone::Dim, "—"),
            false => line.put(Tone::Plain, typed.clone()),
        };
        let (tone, words) = match self.day(today) {
            Some(Ok(day)) => {
                let tone = if day <= today { Tone::Warn } else { Tone::Plain };
                (tone, format!("{} {}", day.format("%a"), CustomerNote::day_in_words(day, today)))
            }
            Some(Err(_)) => (Tone::Dim, "not a day yet".to_owned()),
            None => return vec![line],
        };
        // A blank for the cursor, and one between the two.
        if LABEL + text::width(&typed) + 2 + text::width(&words) <= width {
            return vec![line.right(tone, words)];
        }
        vec![line, ViewLine::of(tone, format!("{}{words}", " ".repeat(LABEL)))]
    }

    /// Returns what is said below the fields, the most urgent first.
    fn said(&self, app: &App) -> Vec<(Tone, String)> {
        let key = |action| app.keys.label(action);
        let mut said: Vec<(Tone, String)> = self.error.iter().map(|why| (Tone::Bad, why.clone())).collect();
        if let Some(error) = app.detail.records.notes.error().filter(|_| said.is_empty()) {
            let why = text::sentence(&error.user_message().summary);
            said.push((Tone::Bad, format!("Notes cannot be read: {why}")));
        }
        let asked = match self.warned {
            Some(SecondPress::Leaving) if self.saving.is_some() => {
                Some(format!("It is not saved yet. [{}] again leaves without waiting.", key(Action::Back)))
            }
            Some(SecondPress::Leaving) => {
                Some(format!("[{}] again discards what you typed.", key(Action::Back)))
            }
            Some(SecondPress::Deleting) => {
                Some(format!("[{}] again deletes the note.", key(Action::DeleteNote)))
            }
            Some(SecondPress::Replacing) => {
                let is_empty =
                    self.text.value().trim().is_empty() && self.follow_up.value().trim().is_empty();
                let does = match (&self.replaces, is_empty) {
                    (None, _) => "saves yours",
                    (Some(_), true) => "deletes it",
                    (Some(_), false) => "replaces it",
                };
                Some(format!("[{}] again {does}.", key(Action::Enter)))
            }
            None if self.saving.is_some() => return vec![(Tone::Dim, "Saving …".to_owned())],
            None => None,
        };
        said.extend(asked.map(|words| (Tone::Warn, words)));
        if said.is_empty() {
            said.extend(place_words(app).map(|words| (Tone::Dim, words.to_owned())));
        }
        said
    }
}

/// Returns the place where notes are kept, as a sentence; `None` until it is known.
fn place_words(app: &App) -> Option<&'static str> {
    Some(match (&app.session.target, app.detail.records.notes.place()?) {
        (AccountId::Demo, _) => "The demo's notes are kept in memory until vipmp ends.",
        (_, NotePlace::OnDisk) => "Kept on this machine beside the local copy, and never sent anywhere.",
        (_, NotePlace::InMemory) => {
            "Kept for this session only: nothing of this profile is kept on disk. Never sent anywhere."
        }
    })
}

/// Returns a note as the fields show it.
fn shown(note: Option<&CustomerNote>) -> (String, String) {
    let text = note.map(|note| note.text.clone()).unwrap_or_default();
    (text, note.and_then(|note| note.follow_up).map(format_date).unwrap_or_default())
}

impl Dialog for NoteForm {
    fn kind(&self) -> DialogKind {
        DialogKind::Note
    }

    fn view(&self, app: &App) -> DialogView {
        let area = |lines: usize| {
            let height = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2);
            centred(overlay_screen(app.areas().screen), WIDTH, height)
        };
        let width = DialogView::new(area(0), "").width();
        let (lines, at) = self.lines(app, width);
        let mut view = DialogView::new(area(lines.len()), format!("Note on {}", self.subject.name()));
        let used = self.text.value().chars().count();
        view.right = format!("{used} of {}", CustomerNote::MAX_CHARS);
        view.body = lines.into_iter().map(|(_, line)| line).collect();
        view.keep_visible(at)
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        use Action as A;
        let mut hints: Vec<Wanted> = vec![(&[A::Enter], A::Enter, "save")];
        let other = if self.field == NoteField::Text { "follow-up" } else { "text" };
        hints.push((&[A::NextPane], A::NextPane, other));
        if self.replaces.is_some() {
            hints.push((&[A::DeleteNote], A::DeleteNote, "delete"));
        }
        hints.push((&[A::Back], A::Back, "close"));
        hints
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        if action == Action::Back {
            return self.leave();
        }
        // What is being saved is not changed meanwhile.
        if self.saving.is_some() {
            return Then::Ignored;
        }
        if action == Action::DeleteNote {
            return self.delete(app);
        }
        if action == Action::Enter {
            return self.save(app);
        }
        self.touch();
        match action {
            Action::NextRow | Action::NextPane | Action::PreviousRow | Action::PreviousPane => {
                self.field = match self.field {
                    NoteField::Text => NoteField::FollowUp,
                    NoteField::FollowUp => NoteField::Text,
                };
                Then::Stay
            }
            _ => Then::Ignored,
        }
    }

    /// Characters never act, whichever field has the cursor.
    fn writes(&self) -> bool {
        true
    }

    fn write(&mut self, key: KeyEvent, _: &mut App) -> Then {
        if self.saving.is_some() {
            return Then::Ignored;
        }
        self.touch();
        let (input, limit) = self.input_mut();
        text_field::edit(input, key, limit);
        Then::Stay
    }

    fn paste(&mut self, pasted: &str, _: &mut App) -> Then {
        if self.saving.is_some() {
            return Then::Ignored;
        }
        self.touch();
        let (input, limit) = self.input_mut();
        let room = limit.saturating_sub(input.value().chars().count());
        text_field::paste(input, pasted, limit);
        if pasted.trim().chars().count() > room {
            self.error = Some(format!("The paste was cut: a note has at most {limit} characters."));
        }
        Then::Stay
    }

    fn click(&mut self, line: usize, app: &mut App) -> Then {
        let width = self.view(app).width();
        let field = self.lines(app, width).0.get(line).and_then(|(field, _)| *field);
        if let Some(field) = field.filter(|_| self.saving.is_none()) {
            self.field = field;
        }
        Then::Stay
    }

    fn click_outside(&mut self, _: &mut App) -> Then {
        self.leave()
    }
}
