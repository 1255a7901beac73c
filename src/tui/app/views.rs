//! The views: live lists of the API, and views of the local copy with their queries.

use super::{
    App, Overlay, Remote,
    message::{Effect, LoadResult, Ticket},
    overlays::{FacetList, KeepCopyQuestion, WantedOfCopy},
    table::TableColumns,
};
use crate::{
    model::{CustomerFilter, FacetCounts, SortRule, StatusFilter},
    portfolio::{
        TODAY,
        index::{SortColumn, SortKey},
        query::{Field, refine, remove},
    },
    source::Window,
    state::{LIVE, SavedView, ViewChange},
    text,
    tui::action::Action,
    tui::app::{
        message::KeepCopy,
        session::with_panel,
        table::{ColumnSet, all_columns},
    },
};

impl App {
    /// Returns the views of the local copy.
    pub(crate) fn views(&self) -> Vec<SavedView> {
        SavedView::all(self.session.own_views())
    }

    /// Returns the name of the view on screen, as far as it has one.
    pub(crate) fn view_name(&self) -> Option<String> {
        Some(self.name_of_query(self.table.filter.portfolio.as_deref()?))
    }

    /// Returns the name of the view on screen for its tab: where the bars show which week of it the rows are of, its own.
    pub(crate) fn tab_name(&self) -> Option<String> {
        let whole = self.whole_query().filter(|_| self.areas().strip.is_some());
        whole.map(|query| self.name_of_query(&query)).or_else(|| self.view_name())
    }

    fn name_of_query(&self, query: &str) -> String {
        let views = self.views();
        let mut of_query = views.iter().filter(|view| view.query.trim() == query.trim());
        // Several views may have one query, with other columns or another order.
        let opened = self.opened_view.as_deref();
        let view = of_query.clone().find(|view| opened.is_some_and(|name| view.is_named(name)));
        if let Some(view) = view.or_else(|| of_query.next_back()) {
            return text::clean(&view.name).into_owned();
        }
        let of_today = TODAY.iter().find(|list| list.query == query.trim());
        of_today.map_or_else(|| format!("Find {}", text::clean(query.trim())), |list| list.title.to_owned())
    }

    /// Shows a view of the local copy; asks first if the user has not decided yet whether one is kept.
    pub(crate) fn open_view(&mut self, view: SavedView) -> bool {
        if self.has_to_ask_for_copy() {
            return self.open(Overlay::KeepCopy(Box::new(KeepCopyQuestion::new(WantedOfCopy::View(view)))));
        }
        let sort = match sort_of(&view) {
            Ok(sort) => sort,
            Err(error) => return self.warn_now(format!("View {}: {error}.", text::clean(&view.name))),
        };
        let (columns, lacking) = columns_in(&view);
        self.column_sets.switch(&mut self.columns, columns);
        let filter = CustomerFilter {
            status: StatusFilter::All,
            page_size: self.table.filter.page_size,
            portfolio: Some(view.query.clone()),
            ..CustomerFilter::default()
        }
        .sorted(&sort);
        // The table shows the names of resellers.
        self.session.name_resellers(&mut self.out);
        self.opened_view = (!view.name.is_empty()).then_some(view.name);
        self.filter.typed.name = view.query;
        (self.filter.typed.from, self.filter.typed.to) = Default::default();
        self.filter.point_at(&filter.status);
        self.filtering().show(filter);
        if !lacking.is_empty() {
            self.warn_now(format!("The table has no column {}.", lacking.join(", ")));
        }
        true
    }

    /// Returns the command that prints the rows on screen.
    pub(crate) fn command_of(&self, shown: &Window) -> String {
        let own: Vec<&str> = match self.column_sets.current() {
            ColumnSet::Own(_) => self.columns.wanted().map(|column| column.key).collect(),
            ColumnSet::Live | ColumnSet::Views => Vec::new(),
        };
        self.session.invocation.list(&self.session.source, shown, &own)
    }

    /// Shows the columns of the view that the program begins with, if it begins with one.
    pub(super) fn show_columns_of_view(&mut self) {
        let Some(name) = self.view_name() else { return };
        let view = self.views().into_iter().find(|view| view.is_named(&name));
        let columns = view.map_or(ColumnSet::Views, |view| columns_in(&view).0);
        self.column_sets.switch(&mut self.columns, columns);
    }

    /// Shows the API's own lists again.
    pub(crate) fn show_live(&mut self) -> bool {
        if self.table.filter.portfolio.is_none() {
            return self.note("These are live lists already.");
        }
        let filter = CustomerFilter { page_size: self.table.filter.page_size, ..CustomerFilter::default() };
        self.column_sets.switch(&mut self.columns, ColumnSet::Live);
        self.opened_view = None;
        self.filter.typed = super::filter::Typed::default();
        self.filter.point_at(&filter.status);
        self.filtering().show(filter)
    }

    /// Opens the facets of the view on screen, and asks for their counts.
    pub(crate) fn open_facets(&mut self) -> bool {
        if self.table.filter.portfolio.is_none() {
            let views = self.keys.label(Action::Views);
            return self.note(format!("Facets are counted in views of the local copy: [{views}] opens one."));
        }
        let filter = self.table.filter.clone();
        let mut counts = Remote::Idle;
        counts.load(self.out.ask(|ticket| Effect::LoadFacets(ticket, filter)));
        self.open(Overlay::Facets(FacetList::new(counts)))
    }

    /// Takes the counts of facets; returns true if they were awaited.
    pub(super) fn on_facets(&mut self, ticket: Ticket, outcome: LoadResult<Vec<FacetCounts>>) -> bool {
        let Some(Overlay::Facets(list)) = self.dialog_below_help() else { return false };
        list.counts.settle(ticket, outcome.map(|counts| *counts).map_err(|error| *error))
    }

    /// Narrows the view on screen to one value of a field, or to any.
    pub(crate) fn refine(&mut self, field: &str, value: Option<&str>) {
        let (Some(query), Some(field)) = (self.table.filter.portfolio.clone(), Field::from_name(field))
        else {
            return;
        };
        let query = match value {
            Some(value) => refine(&query, field, value),
            None => remove(&query, field),
        };
        let mut filter = CustomerFilter { portfolio: Some(query.clone()), ..self.table.filter.clone() };
        // What the panel chooses of the same field would narrow it further.
        match field {
            Field::Status => filter.status = StatusFilter::All,
            Field::Reseller => filter.resellers.clear(),
            _ => {}
        }
        self.filter.point_at(&filter.status);
        self.filter.typed.name = query;
        self.filtering().show(filter);
    }

    /// Puts a query to the local copy.
    ///
    /// # Errors
    /// Says what is wrong with the query.
    pub(crate) fn find(&mut self, query: &str) -> Result<(), String> {
        crate::portfolio::query::parse(query, self.now.today()).map_err(|error| error.to_string())?;
        self.open_view(SavedView { query: query.trim().to_owned(), ..SavedView::default() });
        Ok(())
    }

    /// Shows the view of this name.
    ///
    /// # Errors
    /// Names the nearest view if there is none.
    pub(crate) fn open_named_view(&mut self, name: &str) -> Result<(), String> {
        if name.eq_ignore_ascii_case(LIVE) {
            self.show_live();
            return Ok(());
        }
        let view = SavedView::named(name, self.session.own_views())?;
        self.open_view(view);
        Ok(())
    }

    /// Saves what is on the screen as a view.
    ///
    /// # Errors
    /// Says why it cannot be one.
    pub(crate) fn save_view(&mut self, name: &str) -> Result<(), String> {
        let Some(query) = self.table.filter.portfolio.clone() else {
            return Err("only views of the portfolio can be saved: v opens one".to_owned());
        };
        SavedView::check_name(name)?;
        let filter = &self.table.filter;
        let query = with_panel(&query, filter);
        let view = SavedView {
            name: name.trim().to_owned(),
            query,
            columns: self.columns.wanted().map(|column| column.key.to_owned()).collect(),
            sort: SortKey::all_of(filter).into_iter().map(SortKey::typed).collect(),
        };
        let is_there = self.session.own_views().iter().any(|own| own.is_named(&view.name));
        let verb = if is_there { "replaced" } else { "saved" };
        let saved = format!("View {} {verb}.", text::clean(&view.name));
        self.opened_view = Some(view.name.clone());
        self.session.change_views(ViewChange::Put(view), Some(saved), &mut self.out);
        Ok(())
    }

    /// Deletes a view of the user's own.
    pub(crate) fn delete_view(&mut self, name: &str) -> bool {
        let deleted = Some(format!("View {} deleted.", text::clean(name)));
        if !self.session.change_views(ViewChange::Delete(name.to_owned()), deleted, &mut self.out) {
            return self.warn_now("Built-in views cannot be deleted.");
        }
        true
    }

    /// Moves a view of the user's own one place up or down.
    pub(crate) fn move_view(&mut self, name: &str, down: bool) -> bool {
        if !self.session.own_views().iter().any(|view| view.is_named(name)) {
            return self.warn_now("Built-in views stay where they are.");
        }
        let name = name.to_owned();
        let change = if down { ViewChange::MoveDown(name) } else { ViewChange::MoveUp(name) };
        self.session.change_views(change, None, &mut self.out)
    }

    /// Returns true if a copy of the profile's customers is kept.
    pub(super) fn keeps_copy(&self) -> bool {
        self.session.listed().is_some_and(|listed| listed.keeps_copy == Some(true))
    }

    /// Returns true if the user has to be asked before a copy of the profile's customers is made.
    pub(super) fn has_to_ask_for_copy(&self) -> bool {
        self.session.listed().is_some_and(|listed| listed.keeps_copy != Some(true))
    }

    /// Takes the user's decision about the copy, and goes on with what it was for.
    pub(crate) fn keep_copy(&mut self, keep: KeepCopy, wanted: WantedOfCopy) {
        let Some(listed) = self.session.listed_mut() else { return };
        listed.keeps_copy = Some(true);
        let name = listed.name.clone();
        self.out.send(Effect::KeepPortfolio(name, keep));
        match wanted {
            WantedOfCopy::View(view) => self.open_view(view),
            WantedOfCopy::Summary => self.open_summary(),
            WantedOfCopy::Today => self.open_today(),
            WantedOfCopy::Note(subject) => self.open_note_on(subject),
        };
    }

    /// Reads the rows of a view of the local copy again, its summary, and the history of a customer, because the copy has
    /// changed.
    pub(super) fn on_portfolio_changed(&mut self) -> bool {
        self.detail.history.outdate();
        self.detail.records.notes.outdate();
        self.strip.outdate();
        let has_dialog = self.reload_summary() | self.reload_today();
        if self.table.filter.portfolio.is_none() {
            return has_dialog;
        }
        self.table.reread(self.now, &mut self.out) || has_dialog
    }
}

/// Returns the columns that a view shows, and its names of columns that there are none of.
fn columns_in(view: &SavedView) -> (ColumnSet, Vec<String>) {
    let column = |key: &String| all_columns().into_iter().find(|column| column.key == key);
    let columns: Vec<_> = view.columns.iter().filter_map(column).collect();
    let lacking = view.columns.iter().filter(|key| column(key).is_none());
    let lacking = lacking.map(|key| text::clean(key).into_owned()).collect();
    if columns.is_empty() {
        return (ColumnSet::Views, lacking);
    }
    let hidden = all_columns().into_iter().filter(|column| !columns.contains(column));
    let all = columns.iter().map(|column| (*column, true)).chain(hidden.map(|column| (column, false)));
    (ColumnSet::Own(TableColumns { all: all.collect() }), lacking)
}

/// Returns what the table of a view is sorted by: its first key, or the best match first.
fn sort_of(view: &SavedView) -> Result<Vec<SortRule>, String> {
    let mut keys = SortKey::parse_all(view.sort.iter().map(String::as_str))?;
    if keys.is_empty() {
        keys.push(SortKey::ascending(SortColumn::Relevance));
    }
    Ok(keys.into_iter().map(SortKey::rule).collect())
}
