//! The problems of the configuration.

use super::{Dialog, DialogView, Then, ViewLine, scroll};
use crate::{
    text,
    tui::{
        action::{Action, DialogKind},
        app::{App, Tone, footer::Wanted, layout::large_box},
        keys::Chord,
    },
};

/// The problems of the configuration, one below the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Problems {
    pub(crate) top: usize,
}

impl Dialog for Problems {
    fn kind(&self) -> DialogKind {
        DialogKind::Problems
    }

    fn view(&self, app: &App) -> DialogView {
        let mut view = DialogView::new(large_box(app.areas().screen), "Configuration");
        view.right = text::pluralize(app.session.configuration.problems.len() as u64, "problem", "problems");
        let lines = problem_lines(&app.session.configuration.problems, view.width());
        view.body = lines.into_iter().map(|line| ViewLine::of(Tone::Plain, line)).collect();
        view.top = self.top;
        view
    }

    fn hints(&self, _: &App) -> Vec<Wanted> {
        vec![
            (&[Action::EditConfig], Action::EditConfig, "open the file in your editor"),
            (&[Action::PreviousRow, Action::NextRow], Action::NextRow, "scroll"),
            (&[Action::Back], Action::Back, "close"),
        ]
    }

    fn act(&mut self, action: Action, _: Option<Chord>, app: &mut App) -> Then {
        match action {
            Action::EditConfig => {
                app.perform(Action::EditConfig);
                Then::Stay
            }
            Action::Back | Action::Quit => Then::Close,
            _ if scroll(&mut self.top, action) => Then::Stay,
            _ => Then::Ignored,
        }
    }

    fn takes(&self, action: Action) -> bool {
        action == Action::EditConfig
    }

    fn top(&mut self) -> Option<&mut usize> {
        Some(&mut self.top)
    }
}

/// Returns the problems as lines of `width` columns, with a blank one between two.
fn problem_lines(problems: &[String], width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for problem in problems {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(text::wrap(&text::clean(problem), width.max(8)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_lines_of_the_width() {
        let problems = ["config.toml:1:1: them: unknown key".to_owned(), "b\u{1b}".to_owned()];
        let lines = problem_lines(&problems, 20);
        assert!(lines.iter().all(|line| text::width(line) <= 20), "{lines:?}");
        assert_eq!(lines[lines.len() - 2..], [String::new(), "b␛".to_owned()]);
    }
}
