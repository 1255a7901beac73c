//! The one table of user actions: names, default keys, help and where each applies.
//!
//! The key map, the footer hints, the help overlay, the command palette, the mouse targets, `[keys]` in the
//! configuration and the key table of the documentation all come from it, so that they agree.

/// The actions of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each has its help text in the table below")]
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

const fn row(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    help: &'static str,
    group: Group,
    scope: Scope,
) -> ActionInfo {
    ActionInfo { action, name, keys, help, group, scope }
}

/// All actions. If two share a key, the first whose scope applies takes it.
pub static ACTIONS: &[ActionInfo] = &{
    use Action as A;
    use DialogKind as D;
    use Group::{Detail, Dialogs, Filter, Move, Program, Rows};
    use Scope::{Main, Overlay, Raw};
    [
        row(A::Complete, "complete", &["tab"], "commands: complete the text", Dialogs, Overlay(D::Palette)),
        row(
            A::CopyNumber,
            "copy-number",
            &["1", "2", "3", "4", "5", "6", "7", "8"],
            "copy menu: copy by line number",
            Dialogs,
            Overlay(D::Copy),
        ),
        row(
            A::ToggleColumn,
            "toggle-column",
            &["space", "x"],
            "columns: show or hide",
            Dialogs,
            Overlay(D::Columns),
        ),
        row(
            A::ColumnLater,
            "column-later",
            &["J", ">", "shift-down"],
            "columns: move to the right",
            Dialogs,
            Overlay(D::Columns),
        ),
        row(
            A::ColumnEarlier,
            "column-earlier",
            &["K", "<", "shift-up"],
            "columns: move to the left",
            Dialogs,
            Overlay(D::Columns),
        ),
        row(
            A::DefaultColumns,
            "default-columns",
            &["0", "backspace"],
            "columns: restore the defaults",
            Dialogs,
            Overlay(D::Columns),
        ),
        row(
            A::EarlierRequest,
            "earlier-request",
            &["left", "h"],
            "requests: previous",
            Dialogs,
            Overlay(D::Requests),
        ),
        row(
            A::LaterRequest,
            "later-request",
            &["right", "l"],
            "requests: next",
            Dialogs,
            Overlay(D::Requests),
        ),
        row(
            A::CopyRequest,
            "copy-request",
            &["y", "Y"],
            "requests: copy as curl",
            Dialogs,
            Overlay(D::Requests),
        ),
        row(
            A::AddProfile,
            "add-profile",
            &["a"],
            "profiles: add one, step by step",
            Dialogs,
            Overlay(D::Profiles),
        ),
        row(A::EditProfile, "edit-profile", &["e"], "profiles: edit", Dialogs, Overlay(D::Profiles)),
        row(A::TestProfile, "test-profile", &["t"], "profiles: test", Dialogs, Overlay(D::Profiles)),
        row(
            A::RemoveProfile,
            "remove-profile",
            &["d", "delete"],
            "profiles: remove",
            Dialogs,
            Overlay(D::Profiles),
        ),
        row(
            A::DefaultProfile,
            "default-profile",
            &["s"],
            "profiles: set as default",
            Dialogs,
            Overlay(D::Profiles),
        ),
        row(
            A::NextChoice,
            "next-choice",
            &["right", "space"],
            "forms: next choice in this field",
            Dialogs,
            Overlay(D::Form),
        ),
        row(
            A::PreviousChoice,
            "previous-choice",
            &["left"],
            "forms: previous choice in this field",
            Dialogs,
            Overlay(D::Form),
        ),
        row(A::StopExport, "stop-export", &["s"], "running export: stop", Dialogs, Overlay(D::Exporting)),
        row(A::Accept, "accept", &["y", "Y"], "questions: yes", Dialogs, Overlay(D::Question)),
        row(A::Decline, "decline", &["n", "N"], "questions: no", Dialogs, Overlay(D::Question)),
        row(A::DeleteView, "delete-view", &["d", "delete"], "views: delete", Dialogs, Overlay(D::Views)),
        row(
            A::ViewLater,
            "view-later",
            &["J", ">", "shift-down"],
            "views: move down",
            Dialogs,
            Overlay(D::Views),
        ),
        row(
            A::ViewEarlier,
            "view-earlier",
            &["K", "<", "shift-up"],
            "views: move up",
            Dialogs,
            Overlay(D::Views),
        ),
        row(
            A::KeepOnDisk,
            "keep-copy",
            &["y", "Y"],
            "local copy: keep it on disk",
            Dialogs,
            Overlay(D::KeepCopy),
        ),
        row(
            A::KeepWithoutContacts,
            "keep-without-contacts",
            &["c", "C"],
            "local copy: keep it without contacts",
            Dialogs,
            Overlay(D::KeepCopy),
        ),
        row(
            A::KeepInMemory,
            "keep-in-memory",
            &["s", "S"],
            "local copy: this session only",
            Dialogs,
            Overlay(D::KeepCopy),
        ),
        row(
            A::CopyEmails,
            "copy-emails",
            &["@"],
            "marked rows: copy their e-mail addresses",
            Dialogs,
            Overlay(D::Marked),
        ),
        row(
            A::OnlyDifferences,
            "only-differences",
            &["d"],
            "comparison: only the differences, or every row",
            Dialogs,
            Overlay(D::Compare),
        ),
        row(
            A::CompareLeft,
            "compare-left",
            &["left", "h"],
            "comparison: customers to the left",
            Dialogs,
            Overlay(D::Compare),
        ),
        row(
            A::CompareRight,
            "compare-right",
            &["right", "l"],
            "comparison: customers to the right",
            Dialogs,
            Overlay(D::Compare),
        ),
        row(
            A::CopyComparison,
            "copy-comparison",
            &["y", "Y"],
            "comparison: copy it as a table",
            Dialogs,
            Overlay(D::Compare),
        ),
        row(
            A::SummaryLeft,
            "summary-left",
            &["left", "h"],
            "summary: to the left; in the months, the one before",
            Dialogs,
            Overlay(D::Summary),
        ),
        row(
            A::SummaryRight,
            "summary-right",
            &["right", "l"],
            "summary: to the right; in the months, the next one",
            Dialogs,
            Overlay(D::Summary),
        ),
        row(
            A::DeleteNote,
            "delete-note",
            &["ctrl-x"],
            "note: delete it, with its follow-up",
            Dialogs,
            Overlay(D::Note),
        ),
        row(
            A::NextRow,
            "next-row",
            &["down", "j", "ctrl-n"],
            "next row, then on to the next page",
            Move,
            Main,
        ),
        row(
            A::PreviousRow,
            "previous-row",
            &["up", "k", "ctrl-p"],
            "previous row, then back to the page before",
            Move,
            Main,
        ),
        row(A::FirstRow, "first-row", &["home", "g"], "first row of the page", Move, Main),
        row(A::LastRow, "last-row", &["end", "G"], "last row of the page", Move, Main),
        row(A::HalfScreenDown, "half-screen-down", &["ctrl-d"], "half a screen down", Move, Main),
        row(A::HalfScreenUp, "half-screen-up", &["ctrl-u"], "half a screen up", Move, Main),
        row(A::ScreenDown, "screen-down", &["pagedown"], "page down, then on to the next page", Move, Main),
        row(A::ScreenUp, "screen-up", &["pageup"], "page up, then back to the page before", Move, Main),
        row(A::NextPage, "next-page", &["]"], "next page", Move, Main),
        row(A::PreviousPage, "previous-page", &["["], "previous page", Move, Main),
        row(A::FirstPage, "first-page", &["{"], "first page", Move, Main),
        row(A::LastPage, "last-page", &["}"], "last page", Move, Main),
        row(A::NextPane, "next-pane", &["tab"], "next pane", Move, Main),
        row(A::PreviousPane, "previous-pane", &["shift-tab"], "previous pane", Move, Main),
        row(
            A::Enter,
            "enter",
            &["enter"],
            "open the customer; in the filter panel, edit or select",
            Move,
            Main,
        ),
        row(A::Back, "back", &["esc"], "go back", Move, Main),
        row(A::Zoom, "zoom", &["z"], "maximise or restore the pane", Move, Main),
        row(A::SearchRaw, "search-raw", &["/"], "search in the Raw tab", Detail, Raw),
        row(A::NextMatch, "next-match", &["n"], "next match in the Raw tab", Detail, Raw),
        row(A::PreviousMatch, "previous-match", &["N"], "previous match in the Raw tab", Detail, Raw),
        row(A::EditName, "edit-name", &["/"], "search by name", Filter, Main),
        row(
            A::NameAnywhere,
            "name-anywhere",
            &["*"],
            "search the name anywhere, not only at the start",
            Filter,
            Main,
        ),
        row(A::FilterPanel, "filter-panel", &["f"], "open the filters", Filter, Main),
        row(A::Views, "views", &["v"], "views: live lists, or the local copy", Filter, Main),
        row(
            A::Facets,
            "facets",
            &["F"],
            "in a view: its statuses, countries, products…, counted",
            Filter,
            Main,
        ),
        row(A::Summary, "summary", &["%"], "summary in charts: months, renewals, products…", Filter, Main),
        row(A::NextView, "next-view", &[")"], "next view", Filter, Main),
        row(A::PreviousView, "previous-view", &["("], "previous view", Filter, Main),
        row(A::NextWeek, "next-week", &[">"], "in a view of renewals: one week, the next week", Filter, Main),
        row(
            A::PreviousWeek,
            "previous-week",
            &["<"],
            "in a view of renewals: one week, the previous week",
            Filter,
            Main,
        ),
        row(A::Live, "live", &["L"], "go back to the live lists", Filter, Main),
        row(A::StatusActive, "status-active", &["1"], "show Active customers", Filter, Main),
        row(A::StatusPending, "status-pending", &["2"], "show Pending customers", Filter, Main),
        row(A::StatusInactive, "status-inactive", &["3"], "show Inactive customers", Filter, Main),
        row(
            A::Status1026,
            "status-1026",
            &["4"],
            "status 1026 (the API documents no name for it)",
            Filter,
            Main,
        ),
        row(A::StatusAll, "status-all", &["0"], "show all four statuses in one list", Filter, Main),
        row(A::NextSort, "next-sort", &["s"], "sort by the next column", Filter, Main),
        row(A::ReverseSort, "reverse-sort", &["S"], "reverse the sort order", Filter, Main),
        row(A::ClearFilters, "clear-filters", &["x"], "clear search and dates", Filter, Main),
        row(A::NextTab, "next-tab", &["right", "l"], "next detail tab", Detail, Main),
        row(A::PreviousTab, "previous-tab", &["left", "h"], "previous detail tab", Detail, Main),
        row(
            A::OwnRecord,
            "own-record",
            &["o"],
            "open the record by customer ID (not by link)",
            Detail,
            Scope::Detail,
        ),
        row(A::OrderTerm, "order-term", &["t"], "current-term or all orders", Detail, Scope::Orders),
        row(A::Mark, "mark", &["space"], "mark or unmark (copy and export use marked rows)", Rows, Main),
        row(
            A::ShowMarked,
            "show-marked",
            &["M"],
            "list the marked rows; copy their e-mail addresses",
            Rows,
            Main,
        ),
        row(A::ClearMarks, "clear-marks", &["u"], "unmark all rows", Rows, Main),
        row(A::Compare, "compare", &["="], "compare two to four marked customers side by side", Rows, Main),
        row(A::Note, "note", &["n"], "write a note, with a follow-up day", Rows, Main),
        row(A::CopyId, "copy-id", &["y"], "copy the customer ID", Rows, Main),
        row(A::CopyMenu, "copy-menu", &["Y"], "copy: name, e-mail, JSON, curl, command…", Rows, Main),
        row(A::Today, "today", &["T"], "today: what to order, lapses, renews, can be returned", Filter, Main),
        row(A::Columns, "columns", &["c"], "choose and order the columns", Rows, Main),
        row(A::Export, "export", &["e"], "export: all matching, this page or marked rows", Rows, Main),
        row(A::GoToCustomer, "go-to-customer", &["#"], "go to a customer ID", Rows, Main),
        row(A::Profiles, "profiles", &["p"], "profiles: switch, add, edit, test, delete", Program, Main),
        row(A::EditConfig, "edit-config", &["E"], "open config.toml in your editor ($EDITOR)", Program, Main),
        row(A::Refresh, "refresh", &["r"], "refresh; after an error, retry", Program, Main),
        row(A::Inspector, "inspector", &["i"], "recent requests: URL, headers, status, time", Program, Main),
        row(A::Mouse, "mouse", &["m"], "mouse on or off", Program, Main),
        row(A::Palette, "palette", &[":"], "find any command by part of its name", Program, Main),
        row(A::Help, "help", &["?"], "help: all keys", Program, Main),
        row(A::Suspend, "suspend", &["ctrl-z"], "suspend (fg in the shell returns)", Program, Main),
        row(A::Quit, "quit", &["q", "ctrl-c"], "quit vipmp", Program, Main),
    ]
};

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
