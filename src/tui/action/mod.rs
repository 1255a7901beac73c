//! The one table of user actions: names, default keys, help and where each applies.
//!
//! The key map, the footer hints, the help overlay, the command palette, the mouse targets, `[keys]` in the
//! configuration and the key table of the documentation all come from it, so that they agree.

mod table;

pub use table::ACTIONS;

/// The actions of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each has its help text in the table")]
pub enum Action {
    NextRow,
    PreviousRow,
    FirstRow,
    LastRow,
    HalfScreenDown,
    HalfScreenUp,
    ScreenDown,
    ScreenUp,
    NextPage,
    PreviousPage,
    FirstPage,
    LastPage,
    NextPane,
    PreviousPane,
    Enter,
    Back,
    NextTab,
    PreviousTab,
    Zoom,
    SearchRaw,
    NextMatch,
    PreviousMatch,
    OwnRecord,
    OrderTerm,
    EditName,
    NameAnywhere,
    FilterPanel,
    StatusActive,
    StatusPending,
    StatusInactive,
    Status1026,
    StatusAll,
    NextSort,
    ReverseSort,
    ClearFilters,
    Refresh,
    GoToCustomer,
    Profiles,
    EditConfig,
    Mark,
    ClearMarks,
    Compare,
    Columns,
    Export,
    CopyId,
    CopyMenu,
    Inspector,
    Mouse,
    Palette,
    Help,
    Complete,
    CopyNumber,
    ToggleColumn,
    ColumnLater,
    ColumnEarlier,
    DefaultColumns,
    EarlierRequest,
    LaterRequest,
    CopyRequest,
    AddProfile,
    EditProfile,
    TestProfile,
    RemoveProfile,
    DefaultProfile,
    NextChoice,
    PreviousChoice,
    StopExport,
    Accept,
    Decline,
    ShowMarked,
    CopyEmails,
    Views,
    Facets,
    Today,
    Summary,
    NextView,
    PreviousView,
    NextWeek,
    PreviousWeek,
    Live,
    DeleteView,
    ViewLater,
    ViewEarlier,
    KeepOnDisk,
    KeepWithoutContacts,
    KeepInMemory,
    OnlyDifferences,
    CompareLeft,
    CompareRight,
    CopyComparison,
    SummaryLeft,
    SummaryRight,
    Note,
    DeleteNote,
    Suspend,
    Quit,
}

/// A kind of dialog with keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialogKind {
    /// The list of keys.
    Help,
    /// The command palette.
    Palette,
    /// The prompt for a customer ID.
    GoTo,
    /// The copy menu.
    Copy,
    /// The choice of columns.
    Columns,
    /// The recent requests.
    Requests,
    /// The list of profiles.
    Profiles,
    /// A form with fields: a profile, an export.
    Form,
    /// The problems of the configuration.
    Problems,
    /// A running export.
    Exporting,
    /// A question that is answered with yes or no.
    Question,
    /// The marked rows.
    Marked,
    /// The views.
    Views,
    /// The facets of a view.
    Facets,
    /// The lists of the day.
    Today,
    /// The question about a local copy.
    KeepCopy,
    /// The comparison of marked customers.
    Compare,
    /// The summary of a view in charts.
    Summary,
    /// The note on a customer.
    Note,
}

/// The scope of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// On the main screen, whichever pane has the focus.
    Main,
    /// While the detail pane shows the Raw tab and has the focus.
    Raw,
    /// While the detail pane shows the Orders tab.
    Orders,
    /// While the detail pane shows something.
    Detail,
    /// In dialogs of this kind.
    Overlay(DialogKind),
}

/// The heading under which the help overlay and the README list an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Moving through rows, pages and panes.
    Move,
    /// Choosing which customers are shown, and in which order.
    Filter,
    /// The detail pane.
    Detail,
    /// Working with rows.
    Rows,
    /// The program itself.
    Program,
    /// The keys of single dialogs.
    Dialogs,
}

impl Group {
    /// All groups in the order in which they are listed.
    pub const ALL: [Self; 6] =
        [Self::Move, Self::Filter, Self::Detail, Self::Rows, Self::Program, Self::Dialogs];

    /// Returns the heading of the group.
    pub fn title(self) -> &'static str {
        match self {
            Self::Move => "Move",
            Self::Filter => "Filter and sort",
            Self::Detail => "Detail",
            Self::Rows => "Rows",
            Self::Program => "Program",
            Self::Dialogs => "Dialogs",
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct ActionInfo {
    /// The action.
    pub action: Action,
    /// Its name in `[keys]` and in the command palette.
    pub name: &'static str,
    /// Its default keys, in the notation of [`super::keys::Chord`].
    pub keys: &'static [&'static str],
    /// Its effect, in one line.
    pub help: &'static str,
    /// The group in which it is listed.
    pub group: Group,
    /// Its scope.
    pub scope: Scope,
}

impl Action {
    /// Returns the line of the table for this action.
    pub fn info(self) -> &'static ActionInfo {
        // A test proves that the table has every action; the first line is never used.
        ACTIONS.iter().find(|info| info.action == self).unwrap_or(&ACTIONS[0])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_in_kebab_case() {
        let names: HashSet<_> = ACTIONS.iter().map(|info| info.name).collect();
        assert_eq!(names.len(), ACTIONS.len());
        for name in names {
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{name}"
            );
        }
    }

    #[test]
    fn every_action_is_in_the_table_once() {
        let actions: HashSet<_> = ACTIONS.iter().map(|info| info.action).collect();
        assert_eq!(actions.len(), ACTIONS.len());
        // `Quit` is the last variant: its number is the count of the ones before it.
        assert_eq!(actions.len(), Action::Quit as usize + 1);
        assert!(ACTIONS.iter().all(|info| std::ptr::eq(info.action.info(), info)));
    }

    #[test]
    fn every_action_has_a_key_and_a_help_line() {
        for info in ACTIONS {
            assert!(!info.keys.is_empty() && !info.help.is_empty(), "{}", info.name);
            assert!(info.help.chars().count() <= 56, "{} is too long for the help overlay", info.name);
        }
    }
}
