//! Dialogs over the main screen, one file each: state, keys, clicks, hints and lines.
//!
//! A dialog gets actions of the table ([`Scope::Overlay`]) and a few of the main screen's (moving, Enter, Esc); characters
//! go to its text field if it has one. While it acts, it is taken out of the app, so it can open another dialog.

mod columns;
mod compare;
mod copy_menu;
mod export;
mod exporting;
mod facets;
mod go_to;
mod help;
mod keep_copy;
mod keep_tokens;
mod marked;
mod note;
mod palette;
mod problems;
mod requests;
mod summary;
mod today;
mod view;
mod views;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use super::{
    App,
    footer::Wanted,
    layout::{centred, overlay_screen},
    profiles::{Menu, ProfileForm},
    text_field,
};
use crate::tui::{
    action::{Action, ActionInfo, DialogKind, Scope},
    keys::Chord,
};

pub(crate) use columns::ColumnChooser;
pub(crate) use compare::CompareTable;
pub(crate) use copy_menu::CopyMenu;
pub(crate) use export::ExportForm;
pub(crate) use exporting::StopExport;
pub(crate) use facets::FacetList;
pub(crate) use go_to::GoTo;
pub(crate) use help::KeyList;
pub(crate) use keep_copy::{KeepCopyQuestion, WantedOfCopy};
pub(crate) use keep_tokens::KeepTokens;
pub(crate) use marked::MarkedRows;
pub(crate) use note::NoteForm;
pub(crate) use palette::CommandPalette;
pub(crate) use problems::Problems;
pub(crate) use requests::Requests;
pub(crate) use summary::{Narrowing, SummaryCharts, days_in_words};
pub(crate) use today::TodayLists;
pub(crate) use view::{BarFill, DialogView, Piece, ViewLine, extent_line, in_lines};
pub(crate) use views::ViewList;

/// The result of an action in a dialog.
#[derive(Debug)]
pub(crate) enum Then {
    /// Nothing has changed.
    Ignored,
    /// The dialog stays open, changed.
    Stay,
    /// The dialog closes; one that was opened meanwhile stays.
    Close,
    /// Another dialog takes its place.
    Open(Overlay),
}

/// A dialog: what it does with keys, clicks and text, and what it shows.
pub(crate) trait Dialog: std::fmt::Debug {
    /// Returns its kind, which says whose keys of the action table apply.
    fn kind(&self) -> DialogKind;

    /// Returns its picture.
    fn view(&self, app: &App) -> DialogView;

    /// Returns the keys for the footer, the most important ones first.
    fn hints(&self, app: &App) -> Vec<Wanted>;

    /// Does what the user wants. `chord` is the key, if it was one.
    fn act(&mut self, action: Action, chord: Option<Chord>, app: &mut App) -> Then;

    /// Returns true if it takes this action of the main screen, besides moving, Enter and Esc.
    fn takes(&self, _action: Action) -> bool {
        false
    }

    /// Returns true if characters are text now.
    fn writes(&self) -> bool {
        false
    }

    /// Returns true if characters are no actions of the main screen, but may be of its own.
    fn chooses(&self) -> bool {
        false
    }

    /// Gives a key to the text field.
    fn write(&mut self, _key: KeyEvent, _app: &mut App) -> Then {
        Then::Ignored
    }

    /// Gives pasted text to the text field.
    fn paste(&mut self, _pasted: &str, _app: &mut App) -> Then {
        Then::Ignored
    }

    /// Handles a key that has no meaning in the dialog.
    fn other_key(&mut self, _app: &mut App) -> Then {
        Then::Ignored
    }

    /// Takes a click on a line of its body.
    fn click(&mut self, _line: usize, _app: &mut App) -> Then {
        Then::Stay
    }

    /// Takes a click on a column of a line of its body, counted from the first column of its text.
    fn click_at(&mut self, line: usize, _column: usize, app: &mut App) -> Then {
        self.click(line, app)
    }

    /// Presses the key that a line of its body names where it was clicked, if the dialog takes it.
    fn press_named(&mut self, line: usize, column: usize, app: &mut App) -> Then {
        let view = self.view(app);
        let pieces = view.body.get(line).into_iter().flat_map(|line| &line.pieces);
        let text: String = pieces
            .filter_map(|piece| if let Piece::Text(_, text) = piece { Some(text.as_str()) } else { None })
            .collect();
        match app.named_action(&text, column).filter(|action| self.takes(*action)) {
            Some(action) => self.act(action, None, app),
            None => Then::Stay,
        }
    }

    /// Takes a click beside its box.
    fn click_outside(&mut self, _app: &mut App) -> Then {
        Then::Close
    }

    /// Returns its first visible line, if it scrolls freely.
    fn top(&mut self) -> Option<&mut usize> {
        None
    }
}

/// The dialog that is open.
#[derive(Debug, Clone)]
pub(crate) enum Overlay {
    Help(KeyList),
    Palette(CommandPalette),
    GoTo(GoTo),
    CopyMenu(CopyMenu),
    Columns(ColumnChooser),
    Requests(Requests),
    Profiles(Box<Menu>),
    ProfileForm(Box<ProfileForm>),
    Problems(Problems),
    KeepTokens(KeepTokens),
    Export(Box<ExportForm>),
    Exporting(StopExport),
    Marked(MarkedRows),
    Views(ViewList),
    Facets(FacetList),
    Today(TodayLists),
    KeepCopy(Box<KeepCopyQuestion>),
    Compare(CompareTable),
    Summary(Box<SummaryCharts>),
    Note(Box<NoteForm>),
}

impl Overlay {
    pub(crate) fn dialog(&self) -> &dyn Dialog {
        match self {
            Self::Help(dialog) => dialog,
            Self::Palette(dialog) => dialog,
            Self::GoTo(dialog) => dialog,
            Self::CopyMenu(dialog) => dialog,
            Self::Columns(dialog) => dialog,
            Self::Requests(dialog) => dialog,
            Self::Profiles(dialog) => &**dialog,
            Self::ProfileForm(dialog) => &**dialog,
            Self::Problems(dialog) => dialog,
            Self::KeepTokens(dialog) => dialog,
            Self::Export(dialog) => &**dialog,
            Self::Exporting(dialog) => dialog,
            Self::Marked(dialog) => dialog,
            Self::Views(dialog) => dialog,
            Self::Facets(dialog) => dialog,
            Self::Today(dialog) => dialog,
            Self::KeepCopy(dialog) => &**dialog,
            Self::Compare(dialog) => dialog,
            Self::Summary(dialog) => &**dialog,
            Self::Note(dialog) => &**dialog,
        }
    }

    pub(crate) fn dialog_mut(&mut self) -> &mut dyn Dialog {
        match self {
            Self::Help(dialog) => dialog,
            Self::Palette(dialog) => dialog,
            Self::GoTo(dialog) => dialog,
            Self::CopyMenu(dialog) => dialog,
            Self::Columns(dialog) => dialog,
            Self::Requests(dialog) => dialog,
            Self::Profiles(dialog) => &mut **dialog,
            Self::ProfileForm(dialog) => &mut **dialog,
            Self::Problems(dialog) => dialog,
            Self::KeepTokens(dialog) => dialog,
            Self::Export(dialog) => &mut **dialog,
            Self::Exporting(dialog) => dialog,
            Self::Marked(dialog) => dialog,
            Self::Views(dialog) => dialog,
            Self::Facets(dialog) => dialog,
            Self::Today(dialog) => dialog,
            Self::KeepCopy(dialog) => &mut **dialog,
            Self::Compare(dialog) => dialog,
            Self::Summary(dialog) => &mut **dialog,
            Self::Note(dialog) => &mut **dialog,
        }
    }
}

/// Returns the dialog that is open, or the one below the help if that is.
pub(crate) fn below_help(overlay: &mut Option<Overlay>) -> Option<&mut Overlay> {
    match overlay.as_mut()? {
        Overlay::Help(KeyList { behind: Some(behind), .. }) => Some(behind),
        overlay => Some(overlay),
    }
}

/// Returns the largest box that a table or charts may take.
fn largest_box(app: &App) -> Rect {
    let screen = overlay_screen(app.areas().screen);
    centred(screen, screen.width.saturating_sub(2), screen.height)
}

impl App {
    /// Opens a dialog in place of whatever is open.
    pub(crate) fn open(&mut self, overlay: Overlay) -> bool {
        self.overlay = Some(overlay);
        true
    }

    /// Gives a key to the open dialog.
    pub(super) fn key_in_dialog(&mut self, key: KeyEvent) -> bool {
        let Some(mut overlay) = self.overlay.take() else { return false };
        let chord = Chord::of(key);
        let dialog = overlay.dialog_mut();
        let then = match action_of(dialog, key, chord, self) {
            Some(Action::Help) => return self.open(Overlay::Help(KeyList::over(overlay))),
            Some(action) => dialog.act(action, Some(chord), self),
            None if dialog.writes() => dialog.write(key, self),
            None => dialog.other_key(self),
        };
        self.follow(overlay, then)
    }

    /// Does an action in the open dialog, as its key would.
    pub(super) fn act_in_dialog(&mut self, action: Action) -> bool {
        let Some(mut overlay) = self.overlay.take() else { return false };
        if action == Action::Help {
            return self.open(Overlay::Help(KeyList::over(overlay)));
        }
        let then = overlay.dialog_mut().act(action, None, self);
        self.follow(overlay, then)
    }

    /// Returns the open dialog, or the one behind the list of keys.
    pub(crate) fn dialog_below_help(&mut self) -> Option<&mut Overlay> {
        below_help(&mut self.overlay)
    }

    /// Gives pasted text to the open dialog.
    pub(super) fn paste_in_dialog(&mut self, pasted: &str) -> bool {
        let Some(mut overlay) = self.overlay.take() else { return false };
        let then = overlay.dialog_mut().paste(pasted, self);
        self.follow(overlay, then)
    }

    /// Takes a click while a dialog is open: in it, what the line says; beside it, one step back.
    pub(super) fn click_dialog(&mut self, column: u16, row: u16) -> bool {
        let Some(mut overlay) = self.overlay.take() else { return false };
        let view = overlay.dialog().view(self);
        let then = if super::layout::hits(Some(view.area), column, row) {
            match (view.answer_at(column, row), view.line_at(column, row)) {
                (Some(action), _) => overlay.dialog_mut().act(action, None, self),
                (None, Some(line)) => {
                    let at = usize::from(column.saturating_sub(view.rows().x));
                    overlay.dialog_mut().click_at(line, at, self)
                }
                (None, None) => Then::Stay,
            }
        } else {
            overlay.dialog_mut().click_outside(self)
        };
        self.follow(overlay, then)
    }

    /// Scrolls the open dialog by some lines, or moves its cursor.
    pub(super) fn scroll_dialog(&mut self, by: isize) -> bool {
        let Some(overlay) = &mut self.overlay else { return false };
        match overlay.dialog_mut().top() {
            Some(top) => {
                *top = top.saturating_add_signed(by);
                true
            }
            None if by > 0 => self.act_in_dialog(Action::NextRow),
            None => self.act_in_dialog(Action::PreviousRow),
        }
    }

    /// Keeps the open dialog's scrolling within its lines.
    pub(super) fn bound_dialog(&mut self) {
        let Some(mut overlay) = self.overlay.take() else { return };
        if overlay.dialog_mut().top().is_some() {
            let max = overlay.dialog().view(self).max_top();
            if let Some(top) = overlay.dialog_mut().top() {
                *top = (*top).min(max);
            }
        }
        self.overlay = Some(overlay);
    }

    fn follow(&mut self, overlay: Overlay, then: Then) -> bool {
        match then {
            Then::Ignored | Then::Stay => {
                self.overlay = Some(overlay);
                matches!(then, Then::Stay)
            }
            Then::Close => true,
            Then::Open(next) => self.open(next),
        }
    }
}

/// Returns the action that a key means in a dialog; none if it is text, or means nothing.
fn action_of(dialog: &dyn Dialog, key: KeyEvent, chord: Chord, app: &App) -> Option<Action> {
    let writes = dialog.writes();
    let own = |info: &ActionInfo| info.scope == Scope::Overlay(dialog.kind());
    if writes && text_field::edits_text(key) {
        return if dialog.chooses() { app.keys.action(chord, own) } else { None };
    }
    let applies = |info: &ActionInfo| {
        own(info)
            || IN_DIALOGS.contains(&info.action)
            || !writes && (IN_LISTS.contains(&info.action) || dialog.takes(info.action))
    };
    app.keys.action(chord, applies).or_else(|| fixed(key))
}

/// Actions of the main screen that every dialog takes.
const IN_DIALOGS: [Action; 8] = [
    Action::NextRow,
    Action::PreviousRow,
    Action::ScreenDown,
    Action::ScreenUp,
    Action::NextPane,
    Action::PreviousPane,
    Action::Enter,
    Action::Back,
];

/// Actions of the main screen that dialogs take whose keys are not text.
const IN_LISTS: [Action; 6] = [
    Action::HalfScreenDown,
    Action::HalfScreenUp,
    Action::FirstRow,
    Action::LastRow,
    Action::Quit,
    Action::Help,
];

/// Returns what the keys of every dialog mean, however the main screen's are bound.
fn fixed(key: KeyEvent) -> Option<Action> {
    Some(match key.code {
        KeyCode::Down => Action::NextRow,
        KeyCode::Up => Action::PreviousRow,
        KeyCode::PageDown => Action::ScreenDown,
        KeyCode::PageUp => Action::ScreenUp,
        KeyCode::Tab => Action::NextPane,
        KeyCode::BackTab => Action::PreviousPane,
        KeyCode::Enter => Action::Enter,
        KeyCode::Esc => Action::Back,
        _ => return None,
    })
}

/// Returns how many lines a moving action goes.
fn lines_of(action: Action) -> Option<isize> {
    const SCREEN: isize = 10;
    Some(match action {
        Action::NextRow => 1,
        Action::PreviousRow => -1,
        Action::HalfScreenDown => SCREEN / 2,
        Action::HalfScreenUp => -SCREEN / 2,
        Action::ScreenDown => SCREEN,
        Action::ScreenUp => -SCREEN,
        Action::FirstRow => isize::MIN / 2,
        Action::LastRow => isize::MAX / 2,
        _ => return None,
    })
}

/// Moves the cursor of a list of `len` lines; returns false if the action does not move.
pub(crate) fn move_cursor(selected: &mut usize, len: usize, action: Action) -> bool {
    let Some(by) = lines_of(action) else { return false };
    *selected = selected.saturating_add_signed(by).min(len.saturating_sub(1));
    true
}

/// Scrolls lines; the end is kept by [`App::bound_dialog`]. Returns false if the action does not move.
fn scroll(top: &mut usize, action: Action) -> bool {
    let Some(by) = lines_of(action) else { return false };
    *top = top.saturating_add_signed(by);
    true
}
