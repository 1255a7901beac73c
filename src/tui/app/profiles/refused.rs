//! The focus of the form after a value was refused: nothing that is typed next may land in another field.

use super::{FormField, ProfileForm};
use crate::api::ErrorKind;

/// The typing in a field since it got the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typing {
    Nothing,
    Something,
    /// Something, and then a field before this one was refused. Characters are not taken, since they may be meant for
    /// that field, until another key says that this one is meant.
    HeldOff,
}

impl ProfileForm {
    /// Says what is wrong with the secret that was typed, if the focus is on it; says whether anything is. By whatever key
    /// one wants to go on, the right one is typed here.
    pub(crate) fn refuses_secret(&mut self, taken: &[String]) -> bool {
        if self.field != FormField::Secret || self.secret.is_empty() {
            return false;
        }
        let flaw = self.draft(taken, false).err().filter(|(field, _)| *field == FormField::Secret);
        let refuses = flaw.is_some();
        if refuses {
            self.secret.supersede();
            self.wrong = flaw;
        }
        refuses
    }

    /// Returns the field whose value the test has refused, if it is a matter of one.
    pub(crate) fn refused_field(&self) -> Option<FormField> {
        let error = self.checks.error()?;
        let secret = if self.kept.is_typed() { FormField::Secret } else { FormField::Place };
        match (error.kind, error.code.as_deref()) {
            (ErrorKind::Unauthorized | ErrorKind::Credentials, _) => Some(secret),
            (ErrorKind::Forbidden, Some("4115")) => Some(FormField::ClientId),
            (ErrorKind::NotFound, Some("1115")) => Some(FormField::Reseller),
            _ => None,
        }
    }

    /// Brings the focus back to a field that was just refused, so that what is typed next corrects it.
    ///
    /// The focus never moves away from what is being typed, and never on to a field that shows its text: from the fields
    /// behind the refused one, as long as nothing was typed there, it goes back, and otherwise characters are held off.
    pub(crate) fn on_refused(&mut self) {
        let Some(refused) = self.refused_field() else { return };
        let at = |field| self.fields().iter().position(|known| *known == field);
        if !matches!(self.field, FormField::Reseller | FormField::Save) || at(refused) >= at(self.field) {
            return;
        }
        if refused == FormField::Secret {
            self.secret.supersede();
        }
        if self.typing != Typing::Nothing {
            self.typing = Typing::HeldOff;
            let label = self.label(refused).to_lowercase();
            self.error = Some(format!(
                "The {label} was refused while you typed here. ↑ goes back to correct it, ← stays in this field."
            ));
            return;
        }
        self.focus(refused);
        if refused == FormField::Secret {
            let label = self.label(refused).to_lowercase();
            let words =
                format!("This {label} was refused. Type the right one to replace it, or press Tab to go on.");
            self.wrong = Some((refused, words));
        }
    }
}
