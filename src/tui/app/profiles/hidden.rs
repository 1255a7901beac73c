//! A text field whose text is never shown: only that something is typed, and how much of it.

use std::fmt;

use zeroize::Zeroizing;

use crate::config::InlineSecret;

/// The longest secret that can be typed: more than any client secret or token has.
const MAX: usize = 16 * 1024;

/// Dots that stand for what is typed; more would tell nothing more.
const DOTS: usize = 24;

/// Text that is typed and not shown. It leaves no copy behind when it goes, and `Debug` does not show it.
#[derive(Clone, Default)]
pub(crate) struct Hidden {
    text: Zeroizing<String>,
    /// True if the next character replaces the text instead of adding to it.
    superseded: bool,
}

impl Hidden {
    pub(crate) fn push(&mut self, c: char) {
        if std::mem::take(&mut self.superseded) {
            self.clear();
        }
        if self.text.len() < MAX && !c.is_control() {
            // Growing would leave the shorter text behind in memory.
            if self.text.capacity() == 0 {
                self.text = Zeroizing::new(String::with_capacity(MAX + 4));
            }
            self.text.push(c);
        }
    }

    pub(crate) fn pop(&mut self) {
        self.superseded = false;
        self.text.pop();
    }

    /// Lets the next typed character replace the text, since the user cannot see what it would be added to.
    pub(crate) fn supersede(&mut self) {
        self.superseded = true;
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Returns the secret, if something is typed.
    pub(crate) fn secret(&self) -> Option<InlineSecret> {
        (!self.is_empty()).then(|| InlineSecret::new(self.text.trim()))
    }

    /// A dot for each character, up to a number that says no more than that it is long.
    pub(crate) fn dots(&self) -> String {
        "•".repeat(self.text.chars().count().min(DOTS))
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(••••)")
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn what_is_typed_is_not_shown() {
        let mut hidden = Hidden::default();
        " s3cr3t\n\x1b".chars().for_each(|c| hidden.push(c));
        assert_eq!(hidden.secret().unwrap().secret().expose_secret(), "s3cr3t");
        assert_eq!((hidden.dots().as_str(), format!("{hidden:?}").contains("s3")), ("•••••••", false));
        hidden.pop();
        assert_eq!(hidden.secret().unwrap().secret().expose_secret(), "s3cr3");
        hidden.supersede();
        "new".chars().for_each(|c| hidden.push(c));
        assert_eq!(hidden.secret().unwrap().secret().expose_secret(), "new");
        hidden.supersede();
        hidden.pop();
        hidden.push('t');
        assert_eq!(hidden.secret().unwrap().secret().expose_secret(), "net");
        hidden.clear();
        assert!(hidden.secret().is_none() && hidden.is_empty());
        (0..20_000).for_each(|_| hidden.push('x'));
        assert_eq!(hidden.dots().chars().count(), DOTS);
    }
}
