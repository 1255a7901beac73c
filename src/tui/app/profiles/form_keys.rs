//! Keys, answers and clicks of the form: where they lead, and which steps of the test they set off.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use tui_input::{InputRequest, backend::crossterm::EventHandler as _};

use super::{
    super::{
        App, Overlay,
        message::{Effect, NotSaved},
        remote::Ticket,
        setup::Configured,
    },
    Field, Form, FormLine, Kept, Typing, Warned,
};
use crate::{account::Step, api::ApiError, model::ResellerRow};

/// The longest text of a field.
const MAX_INPUT: usize = 500;

impl App {
    fn form(&mut self) -> Option<&mut Form> {
        match &mut self.overlay {
            Some(Overlay::ProfileForm(form)) => Some(form),
            _ => None,
        }
    }

    pub(crate) fn key_in_form(&mut self, key: KeyEvent) -> bool {
        let Some(form) = self.form() else { return false };
        if form.no_keyring.is_some() {
            return self.answer_no_keyring(key.code);
        }
        if form.saving.is_some() {
            // What is being saved is not changed meanwhile; Esc leaves it to itself.
            return key.code == KeyCode::Esc && self.leave_form();
        }
        let is_choice = form.choice(form.field).is_some();
        if key.code != KeyCode::Esc && form.warned == Some(Warned::Leaving) {
            form.warned = None;
        }
        let is_character = matches!(key.code, KeyCode::Char(_))
            && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        if form.typing == Typing::HeldOff {
            if is_character {
                return false;
            }
            (form.typing, form.error) = (Typing::Something, None);
        }
        match key.code {
            KeyCode::Esc => return self.leave_form(),
            KeyCode::Enter => return self.enter_in_form(),
            KeyCode::Tab => return self.step_in_form(true),
            KeyCode::BackTab => return self.step_in_form(false),
            KeyCode::Down => return self.pick(true) || self.step_in_form(true),
            KeyCode::Up => return self.pick(false) || self.step_in_form(false),
            KeyCode::Left | KeyCode::Right | KeyCode::Char(' ') if is_choice => {
                form.choose(key.code != KeyCode::Left);
                self.changed_in_form();
            }
            _ if form.field == Field::Secret => return self.key_in_secret(key),
            _ => return self.type_in_form(key),
        }
        true
    }

    fn key_in_secret(&mut self, key: KeyEvent) -> bool {
        let Some(form) = self.form() else { return false };
        match key.code {
            KeyCode::Char('u') if key.modifiers.contains(KeyModifiers::CONTROL) => form.secret.clear(),
            KeyCode::Char(c) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
                form.secret.push(c);
            }
            KeyCode::Backspace => form.secret.pop(),
            KeyCode::Delete => form.secret.clear(),
            _ => return false,
        }
        self.changed_in_form();
        true
    }

    fn type_in_form(&mut self, key: KeyEvent) -> bool {
        let Some(input) = self.form().and_then(Form::input_mut) else { return false };
        let before = input.value().to_owned();
        if before.chars().count() >= MAX_INPUT && matches!(key.code, KeyCode::Char(_)) {
            return false;
        }
        input.handle_event(&Event::Key(key));
        if input.value() != before {
            self.changed_in_form();
        }
        true
    }

    /// A paste into the form; one into the secret is not shown either.
    pub(crate) fn paste_in_form(&mut self, pasted: &str) -> bool {
        let Some(form) = self.form() else { return false };
        if form.typing == Typing::HeldOff {
            return false;
        }
        if form.field == Field::Secret {
            pasted.trim().chars().for_each(|c| form.secret.push(c));
        } else {
            let Some(input) = form.input_mut() else { return false };
            let room = MAX_INPUT.saturating_sub(input.value().chars().count());
            for c in pasted.trim().chars().filter(|c| !c.is_control()).take(room) {
                input.handle(InputRequest::InsertChar(c));
            }
        }
        self.changed_in_form();
        true
    }

    /// Draws the conclusions from a field that has changed: what was found of it no longer holds.
    fn changed_in_form(&mut self) {
        let Some(Overlay::ProfileForm(form)) = &mut self.overlay else { return };
        (form.touched, form.typing) = (true, Typing::Something);
        (form.warned, form.wrong, form.error) = (None, None, None);
        match form.field {
            Field::Name | Field::Save => {}
            Field::Reseller => {
                form.picked = None;
                form.checks.forget_from(Step::FirstPage, &mut self.out);
            }
            _ => {
                form.checks.forget_from(Step::Token, &mut self.out);
                self.out.abort(form.listing.take());
                form.resellers = None;
            }
        }
    }

    /// Moves the cursor in the list of resellers; says whether it was there.
    fn pick(&mut self, down: bool) -> bool {
        let Some(form) = self.form().filter(|form| form.field == Field::Reseller) else { return false };
        let count = form.fitting().len();
        form.picked = match (form.picked, down) {
            (_, true) if count == 0 => return false,
            (None, true) => Some(0),
            (Some(picked), true) if picked + 1 < count => Some(picked + 1),
            (Some(_), true) | (None, false) => return false,
            (Some(0), false) => None,
            (Some(picked), false) => Some(picked - 1),
        };
        true
    }

    fn take_picked(&mut self) {
        let Some(form) = self.form() else { return };
        let Some(picked) = form.picked.take() else { return };
        let id = form.fitting().get(picked).map(|row| row.reseller_id.clone());
        if let Some(id) = id {
            form.reseller = id.into();
            self.changed_in_form();
        }
    }

    /// Enter: takes what the cursor is on, and goes on where nothing is wrong with it.
    fn enter_in_form(&mut self) -> bool {
        self.take_picked();
        let taken = self.known.names.clone();
        let Some(form) = self.form() else { return false };
        if form.field == Field::Save {
            return self.save_form();
        }
        if form.refuses_secret(&taken) {
            return true;
        }
        // Part of a name that only one reseller has means that one.
        if form.field == Field::Reseller
            && let [only] = form.fitting().as_slice()
        {
            form.reseller = only.reseller_id.clone().into();
        }
        if let Err((field, why)) = form.draft(&taken, true)
            && field == form.field
        {
            form.wrong = Some((field, why));
            return true;
        }
        self.step_in_form(true)
    }

    fn step_in_form(&mut self, forward: bool) -> bool {
        let taken = self.known.names.clone();
        let Some(form) = self.form() else { return false };
        if forward && form.refuses_secret(&taken) {
            return true;
        }
        let fields = form.fields();
        let at = fields.iter().position(|field| *field == form.field).unwrap_or_default();
        let next = if forward { (at + 1).min(fields.len() - 1) } else { at.saturating_sub(1) };
        form.focus(fields[next]);
        self.test_form();
        true
    }

    /// Takes the next step of the test, where what it needs is there and the cursor has left it behind.
    fn test_form(&mut self) {
        let taken = self.known.names.clone();
        let now = self.now.mono;
        let Some(Overlay::ProfileForm(form)) = &mut self.overlay else { return };
        if form.checks.is_running() || !matches!(form.field, Field::Reseller | Field::Save) {
            return;
        }
        if form.checks.is_open(Step::Token) {
            match form.draft(&taken, false) {
                Ok(draft) => form.checks.begin(Step::Token, &draft, now, &mut self.out),
                Err((field, why)) => form.wrong = Some((field, why)),
            }
        } else if form.checks.is_good(Step::Token) && form.checks.is_open(Step::Ping) {
            if let Ok(draft) = form.draft(&taken, false) {
                form.checks.begin(Step::Ping, &draft, now, &mut self.out);
            }
        } else if form.checks.is_good(Step::Ping) {
            if form.resellers.is_none()
                && form.listing.is_none()
                && let Ok(draft) = form.draft(&taken, false)
            {
                form.listing = Some(self.out.ask(|ticket| Effect::ListResellers(ticket, Box::new(draft))));
            }
            if form.field == Field::Save && form.checks.is_open(Step::FirstPage) {
                match form.draft(&taken, true) {
                    Ok(draft) => form.checks.begin(Step::FirstPage, &draft, now, &mut self.out),
                    Err((field, why)) => form.wrong = Some((field, why)),
                }
            }
        }
    }

    /// What a step found; the next one follows.
    pub(crate) fn on_checked(&mut self, ticket: Ticket, found: Result<String, Box<ApiError>>) -> bool {
        let Some(form) = self.form() else { return self.on_checked_in_menu(ticket, found) };
        let taken = form.checks.settle(ticket, found).is_some();
        if taken {
            form.on_refused();
            self.test_form();
        }
        taken
    }

    pub(crate) fn on_resellers(
        &mut self,
        ticket: Ticket,
        found: Result<Vec<ResellerRow>, Box<ApiError>>,
    ) -> bool {
        let Some(form) = self.form().filter(|form| form.listing == Some(ticket)) else { return false };
        form.listing = None;
        // Not every account may list them: then the id is typed.
        form.resellers = Some(found.unwrap_or_default());
        true
    }

    /// Saves the form; where it is not tested, or the test has failed, only when asked a second time.
    fn save_form(&mut self) -> bool {
        let taken = self.known.names.clone();
        let first = taken.is_empty();
        let Some(Overlay::ProfileForm(form)) = &mut self.overlay else { return false };
        let mut draft = match form.draft(&taken, true) {
            Ok(draft) => draft,
            Err((field, why)) => {
                form.focus(field);
                form.wrong = Some((field, why));
                return true;
            }
        };
        if !form.checks.is_good(Step::FirstPage) && form.warned != Some(Warned::Untested) {
            form.warned = Some(Warned::Untested);
            form.error = Some(if form.failed().is_some() {
                "The test has failed. Enter once more saves it nevertheless.".to_owned()
            } else {
                "The test is not done. Enter once more saves it nevertheless.".to_owned()
            });
            return true;
        }
        form.error = None;
        draft.default = first;
        form.saving = Some(self.out.ask(|ticket| Effect::SaveProfile(ticket, Box::new(draft))));
        true
    }

    /// Whether a file may hold the secret where no keyring runs.
    fn answer_no_keyring(&mut self, code: KeyCode) -> bool {
        let Some(form) = self.form() else { return false };
        match code {
            KeyCode::Char('y' | 'Y') => {
                form.kept = Kept::OwnFile;
                form.no_keyring = None;
                form.warned = Some(Warned::Untested);
                return self.save_form();
            }
            KeyCode::Char('n' | 'N') | KeyCode::Esc => {
                form.no_keyring = None;
                form.focus(Field::Kept);
            }
            _ => return false,
        }
        true
    }

    pub(crate) fn on_profile_saved(
        &mut self,
        ticket: Ticket,
        outcome: Result<Box<Configured>, NotSaved>,
    ) -> bool {
        let Some(form) = self.form().filter(|form| form.saving == Some(ticket)) else {
            // The form was left meanwhile: what was saved is there nevertheless.
            if let Ok(configured) = outcome {
                self.configure(*configured);
                self.leave_missing_profile();
            }
            return true;
        };
        form.saving = None;
        match outcome {
            Err(NotSaved::NoKeyring(why)) => form.no_keyring = Some(why),
            Err(NotSaved::Failed(why)) => form.error = Some(why),
            Ok(configured) => {
                let name = form.name.value().trim().to_owned();
                let former = form.former.as_ref().map(|(former, _)| former.clone());
                self.configure(*configured);
                let current = self.target.name().map(str::to_owned);
                if former.is_none() || current == former {
                    if let (Some(former), Some(current)) = (&former, &current)
                        && former == current
                        && *current != name
                    {
                        self.rename_current(&name);
                    }
                    if let Some(target) = self.target_of(&name) {
                        self.switch_to(target);
                    }
                } else {
                    self.open_profiles_at(&name);
                }
                self.note(format!("Profile {name} saved."));
            }
        }
        true
    }

    /// The profile on the screen has another name: its view goes with it.
    fn rename_current(&mut self, name: &str) {
        if let (Some((_, view)), Some(listed)) =
            (self.view(), self.known.profiles.iter_mut().find(|listed| listed.name == name))
        {
            listed.view = Some(view);
        }
    }

    fn leave_form(&mut self) -> bool {
        let Some(Overlay::ProfileForm(form)) = &mut self.overlay else { return false };
        if form.touched && form.warned != Some(Warned::Leaving) && form.saving.is_none() {
            form.warned = Some(Warned::Leaving);
            return true;
        }
        form.checks.forget_from(Step::Token, &mut self.out);
        self.out.abort(form.listing.take());
        match form.former.as_ref().map(|(name, _)| name.clone()) {
            Some(name) => self.open_profiles_at(&name),
            None => self.open_profiles(),
        }
    }

    /// A click on a line of the form.
    pub(crate) fn click_form(&mut self, line: &FormLine) -> bool {
        let Some(form) = self.form() else { return false };
        if form.saving.is_some() || form.no_keyring.is_some() {
            return true;
        }
        match line {
            FormLine::Field(Field::Save) => {
                form.focus(Field::Save);
                return self.enter_in_form();
            }
            FormLine::Field(field) if *field == form.field && form.choice(*field).is_some() => {
                form.choose(true);
                self.changed_in_form();
            }
            FormLine::Field(field) => {
                form.focus(*field);
                self.test_form();
            }
            FormLine::Reseller(place) => {
                form.picked = Some(*place);
                return self.enter_in_form();
            }
            _ => {}
        }
        true
    }
}
