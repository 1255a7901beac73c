//! Keys and clicks of the form, and the steps of the test that they start.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{
    super::{
        App,
        footer::Wanted,
        message::Effect,
        overlays::{Dialog, DialogView, Then},
        text_field,
    },
    FormField, FormLine, ProfileForm, StorageChoice, Typing, Warned, form_box, form_lines,
};
use crate::{
    account::TestStep,
    tui::{
        action::{Action, DialogKind},
        keys::Chord,
    },
};

/// The longest text of a field.
const MAX_INPUT: usize = 500;

impl Dialog for ProfileForm {
    fn kind(&self) -> DialogKind {
        if self.no_keyring.is_some() { DialogKind::Question } else { DialogKind::Form }
    }

    fn view(&self, app: &App) -> DialogView {
        let title = match &self.former {
            Some((name, _)) => format!("Profile {name}"),
            None => "New profile".to_owned(),
        };
        let mut view = DialogView::new(form_box(app.areas().screen), title);
        let (lines, focus) = form_lines(self, view.width());
        view.body = lines.iter().map(|line| line.view(self, app)).collect();
        if self.no_keyring.is_some() {
            view = view.answer_with(app, self.hints(app));
        }
        view.keep_visible(focus)
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        use Action as A;
        if self.no_keyring.is_some() {
            return vec![
                (&[A::Accept], A::Accept, "keep it in a file"),
                (&[A::Decline], A::Decline, "choose another place"),
            ];
        }
        if self.warned == Some(Warned::Leaving) {
            return vec![(&[A::Back], A::Back, "again to discard your changes (any other key stays)")];
        }
        let mut hints: Vec<Wanted> = Vec::new();
        if self.choice(self.field).is_some() {
            hints.push((&[A::PreviousChoice, A::NextChoice], A::NextChoice, "choose"));
        }
        hints.push((&[A::Enter], A::Enter, if self.field == FormField::Save { "save" } else { "next" }));
        hints.push((&[A::PreviousRow, A::NextRow], A::NextRow, "move"));
        hints.push((&[A::Back], A::Back, "leave"));
        hints
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        if self.no_keyring.is_some() {
            return self.answer_no_keyring(action, app);
        }
        if action == Action::Back {
            return self.leave(app);
        }
        // What is being saved is not changed meanwhile; Esc leaves it to itself.
        if self.saving.is_some() {
            return Then::Ignored;
        }
        self.touch();
        match action {
            Action::Enter => return self.enter(app),
            Action::NextRow if self.pick(true) => {}
            Action::PreviousRow if self.pick(false) => {}
            Action::NextRow | Action::NextPane => self.step(true, app),
            Action::PreviousRow | Action::PreviousPane => self.step(false, app),
            Action::NextChoice | Action::PreviousChoice if self.chooses() => {
                self.choose(action == Action::NextChoice);
                self.changed(app);
            }
            _ => return Then::Ignored,
        }
        Then::Stay
    }

    /// Characters never act, so that a secret typed in the wrong place does nothing.
    fn writes(&self) -> bool {
        self.no_keyring.is_none()
    }

    fn chooses(&self) -> bool {
        self.choice(self.field).is_some()
    }

    fn write(&mut self, key: KeyEvent, app: &mut App) -> Then {
        if self.saving.is_some() {
            return Then::Ignored;
        }
        if self.typing == Typing::HeldOff
            && matches!(key.code, KeyCode::Char(_))
            && !text_field::is_control(key)
        {
            self.warned = self.warned.filter(|warned| *warned != Warned::Leaving);
            return Then::Ignored;
        }
        self.touch();
        let changed = if self.field == FormField::Secret {
            self.key_in_secret(key)
        } else {
            self.input_mut().is_some_and(|input| text_field::edit(input, key, MAX_INPUT))
        };
        if changed {
            self.changed(app);
        }
        Then::Stay
    }

    /// Takes a paste; one into the secret is not shown either.
    fn paste(&mut self, pasted: &str, app: &mut App) -> Then {
        if self.typing == Typing::HeldOff || self.saving.is_some() || self.no_keyring.is_some() {
            return Then::Ignored;
        }
        if self.field == FormField::Secret {
            pasted.trim().chars().for_each(|c| self.secret.push(c));
        } else {
            let Some(input) = self.input_mut() else { return Then::Ignored };
            let pasted: String = pasted.chars().filter(|c| !c.is_control()).collect();
            text_field::paste(input, &pasted, MAX_INPUT);
        }
        self.changed(app);
        Then::Stay
    }

    fn click(&mut self, line: usize, app: &mut App) -> Then {
        if self.saving.is_some() || self.no_keyring.is_some() {
            return Then::Stay;
        }
        let width = DialogView::new(form_box(app.areas().screen), "").width();
        let (lines, _) = form_lines(self, width);
        match lines.get(line) {
            Some(FormLine::Field(FormField::Save)) => {
                self.focus(FormField::Save);
                return self.enter(app);
            }
            Some(FormLine::Field(field)) if *field == self.field && self.chooses() => {
                self.choose(true);
                self.changed(app);
            }
            Some(FormLine::Field(field)) => {
                self.focus(*field);
                self.test(app);
            }
            Some(FormLine::Reseller(place)) => {
                self.picked = Some(*place);
                return self.enter(app);
            }
            _ => {}
        }
        Then::Stay
    }

    /// A click beside the form must not lose what is typed.
    fn click_outside(&mut self, _: &mut App) -> Then {
        Then::Ignored
    }
}

impl ProfileForm {
    /// Notes that a key was pressed which means this field: a warning about leaving and held-off characters end.
    fn touch(&mut self) {
        if self.warned == Some(Warned::Leaving) {
            self.warned = None;
        }
        if self.typing == Typing::HeldOff {
            (self.typing, self.error) = (Typing::Something, None);
        }
    }

    /// Edits the hidden secret; returns true if it has changed.
    fn key_in_secret(&mut self, key: KeyEvent) -> bool {
        match key.code {
            KeyCode::Char('u') if key.modifiers.contains(KeyModifiers::CONTROL) => self.secret.clear(),
            KeyCode::Char(c) if !text_field::is_control(key) => self.secret.push(c),
            KeyCode::Backspace => self.secret.pop(),
            KeyCode::Delete => self.secret.clear(),
            _ => return false,
        }
        true
    }

    /// Forgets what was found of a field that has changed.
    fn changed(&mut self, app: &mut App) {
        (self.touched, self.typing) = (true, Typing::Something);
        (self.warned, self.wrong, self.error) = (None, None, None);
        match self.field {
            FormField::Name | FormField::Save => {}
            FormField::Reseller => {
                self.picked = None;
                self.checks.forget_from(TestStep::FirstPage, &mut app.out);
            }
            _ => {
                self.checks.forget_from(TestStep::Token, &mut app.out);
                app.out.abort(self.listing.take());
                self.resellers = None;
            }
        }
    }

    /// Moves the cursor in the list of resellers; returns true if it was there.
    fn pick(&mut self, down: bool) -> bool {
        if self.field != FormField::Reseller {
            return false;
        }
        let count = self.fitting().len();
        self.picked = match (self.picked, down) {
            (_, true) if count == 0 => return false,
            (None, true) => Some(0),
            (Some(picked), true) if picked + 1 < count => Some(picked + 1),
            (Some(_), true) | (None, false) => return false,
            (Some(0), false) => None,
            (Some(picked), false) => Some(picked - 1),
        };
        true
    }

    fn take_picked(&mut self, app: &mut App) {
        let Some(picked) = self.picked.take() else { return };
        let id = self.fitting().get(picked).map(|row| row.reseller_id.clone());
        if let Some(id) = id {
            self.reseller = id.into();
            self.changed(app);
        }
    }

    /// Takes what the cursor is on, and goes on to the next field unless something is wrong with this one.
    fn enter(&mut self, app: &mut App) -> Then {
        self.take_picked(app);
        let taken = app.session.configuration.names.clone();
        if self.field == FormField::Save {
            return self.save(app);
        }
        if self.refuses_secret(&taken) {
            return Then::Stay;
        }
        // Part of a name that only one reseller has means that one.
        if self.field == FormField::Reseller
            && let [only] = self.fitting().as_slice()
        {
            self.reseller = only.reseller_id.clone().into();
        }
        if let Err((field, why)) = self.draft(&taken, true)
            && field == self.field
        {
            self.wrong = Some((field, why));
            return Then::Stay;
        }
        self.step(true, app);
        Then::Stay
    }

    fn step(&mut self, forward: bool, app: &mut App) {
        if forward && self.refuses_secret(&app.session.configuration.names) {
            return;
        }
        let fields = self.fields();
        let at = fields.iter().position(|field| *field == self.field).unwrap_or_default();
        let next = if forward { (at + 1).min(fields.len() - 1) } else { at.saturating_sub(1) };
        self.focus(fields[next]);
        self.test(app);
    }

    /// Takes the next step of the test, if what it needs is there and the cursor has left it behind.
    pub(super) fn test(&mut self, app: &mut App) {
        if self.checks.is_running() || !matches!(self.field, FormField::Reseller | FormField::Save) {
            return;
        }
        let (taken, now) = (&app.session.configuration.names, app.now.mono);
        if self.checks.is_open(TestStep::Token) {
            match self.draft(taken, false) {
                Ok(draft) => self.checks.begin(TestStep::Token, &draft, now, &mut app.out),
                Err((field, why)) => self.wrong = Some((field, why)),
            }
        } else if self.checks.is_good(TestStep::Token) && self.checks.is_open(TestStep::Ping) {
            if let Ok(draft) = self.draft(taken, false) {
                self.checks.begin(TestStep::Ping, &draft, now, &mut app.out);
            }
        } else if self.checks.is_good(TestStep::Ping) {
            if self.resellers.is_none()
                && self.listing.is_none()
                && let Ok(draft) = self.draft(taken, false)
            {
                self.listing = Some(app.out.ask(|ticket| Effect::ListResellers(ticket, Box::new(draft))));
            }
            if self.field == FormField::Save && self.checks.is_open(TestStep::FirstPage) {
                match self.draft(taken, true) {
                    Ok(draft) => self.checks.begin(TestStep::FirstPage, &draft, now, &mut app.out),
                    Err((field, why)) => self.wrong = Some((field, why)),
                }
            }
        }
    }

    /// Saves the form; if it is not tested, or the test has failed, only when asked a second time.
    fn save(&mut self, app: &mut App) -> Then {
        let taken = &app.session.configuration.names;
        let first = taken.is_empty();
        let mut draft = match self.draft(taken, true) {
            Ok(draft) => draft,
            Err((field, why)) => {
                self.focus(field);
                self.wrong = Some((field, why));
                return Then::Stay;
            }
        };
        if !self.checks.is_good(TestStep::FirstPage) && self.warned != Some(Warned::Untested) {
            self.warned = Some(Warned::Untested);
            self.error = Some(if self.failed().is_some() {
                "The test failed. Press Enter again to save anyway.".to_owned()
            } else {
                "The test is not finished. Press Enter again to save anyway.".to_owned()
            });
            return Then::Stay;
        }
        self.error = None;
        draft.default = first;
        self.saving = Some(app.out.ask(|ticket| Effect::SaveProfile(ticket, Box::new(draft))));
        Then::Stay
    }

    /// Takes the answer whether a file may hold the secret if there is no keyring.
    fn answer_no_keyring(&mut self, action: Action, app: &mut App) -> Then {
        match action {
            Action::Accept => {
                self.kept = StorageChoice::OwnFile;
                self.no_keyring = None;
                self.warned = Some(Warned::Untested);
                self.save(app)
            }
            Action::Decline | Action::Back => {
                self.no_keyring = None;
                self.focus(FormField::Storage);
                Then::Stay
            }
            _ => Then::Ignored,
        }
    }

    /// Leaves the form for the list; if something is typed, only when asked a second time.
    fn leave(&mut self, app: &mut App) -> Then {
        if self.touched && self.warned != Some(Warned::Leaving) && self.saving.is_none() {
            self.warned = Some(Warned::Leaving);
            return Then::Stay;
        }
        self.checks.forget_from(TestStep::Token, &mut app.out);
        app.out.abort(self.listing.take());
        match &self.former {
            Some((name, _)) => app.open_profiles_at(name),
            None => app.open_profiles(),
        };
        Then::Close
    }
}
