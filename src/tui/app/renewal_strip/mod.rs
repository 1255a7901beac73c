//! The strip of bars above the rows of a view that asks for a range of renewals: the seats of each week, and the step to the
//! rows of one week.

mod view;

use chrono::NaiveDate;

use super::{
    App, Remote,
    layout::Areas,
    message::{Effect, LoadResult, Outbox, Ticket},
};
use crate::{
    model::{CustomerFilter, RenewalBasis, RenewalSpan, RenewalWeeks, SortBy},
    portfolio::{
        query::{self, Field, refine},
        renewal_span,
    },
    tui::action::Action,
};

pub(crate) use view::StripWeek;

/// The state of the strip.
#[derive(Debug, Default)]
pub(crate) struct RenewalStrip {
    /// What the bars are about.
    about: StripSubject,
    answer: Remote<RenewalWeeks>,
    /// True if the copy has changed since the figures on their way were asked for.
    is_outdated: bool,
    /// The week whose rows alone are shown.
    week: Option<OneWeek>,
}

/// What the bars are about.
#[derive(Debug, Default)]
struct StripSubject {
    /// The customers, in any order; `None` over live lists.
    filter: Option<CustomerFilter>,
    /// The day on which the query was read.
    today: NaiveDate,
    /// The weeks, and the field that asks for them; `None` if the query does not ask for a range of renewals.
    span: Option<(Field, RenewalSpan)>,
}

/// The step from the query of a view to that of one week.
#[derive(Debug)]
struct OneWeek {
    /// The query of the view.
    whole: String,
    /// The query of the week.
    query: String,
    first_day: NaiveDate,
}

impl RenewalStrip {
    /// Returns the weeks of the strip, if there is one.
    fn span(&self) -> Option<RenewalSpan> {
        self.about.span.map(|(_, span)| span)
    }

    /// Returns the place of the week whose rows alone are shown.
    fn selected(&self) -> Option<usize> {
        self.span()?.week_of(self.week.as_ref()?.first_day)
    }

    /// Returns the ticket of the figures that are awaited.
    pub(super) fn awaited(&self) -> Option<Ticket> {
        self.answer.awaited()
    }

    /// Takes the customers that the bars are about on a day.
    fn set_subject(&mut self, filter: Option<CustomerFilter>, today: NaiveDate, out: &mut Outbox) {
        if self.about.filter == filter && self.about.today == today {
            return;
        }
        out.abort(self.awaited());
        let query = filter.as_ref().and_then(|filter| filter.portfolio.as_deref());
        let query = query.and_then(|query| query::parse(query, today).ok());
        let span = query.and_then(|query| renewal_span(&query, today));
        (self.about, self.answer) = (StripSubject { filter, today, span }, Remote::Idle);
        self.is_outdated = false;
    }

    /// Declares the figures to be out of date; those on their way come first.
    pub(super) fn outdate(&mut self) {
        self.is_outdated = self.answer.is_loading();
        if !self.is_outdated {
            self.answer.outdate();
        }
    }

    /// Takes the figures; returns true if they were awaited.
    pub(super) fn take(&mut self, ticket: Ticket, outcome: LoadResult<RenewalWeeks>) -> bool {
        let is_awaited = self.answer.settle(ticket, outcome.map(|weeks| *weeks).map_err(|error| *error));
        if is_awaited && std::mem::take(&mut self.is_outdated) {
            self.answer.outdate();
        }
        is_awaited
    }
}

impl App {
    /// Has the strip follow the view, and asks for what it shows.
    pub(super) fn settle_strip(&mut self) {
        let filter = &self.table.filter;
        self.strip.week.take_if(|week| filter.portfolio.as_ref() != Some(&week.query));
        let whole = self.whole_query().map(|whole| {
            let usual = CustomerFilter::default();
            CustomerFilter {
                portfolio: Some(whole),
                sort_by: usual.sort_by,
                order: usual.order,
                then_by: usual.then_by,
                page_size: usual.page_size,
                ..filter.clone()
            }
        });
        self.strip.set_subject(whole, self.now.today(), &mut self.out);
        let is_wanted = self.strip.answer.is_wanted() && self.areas().strip.is_some();
        let StripSubject { filter: Some(filter), span: Some((_, span)), .. } = &self.strip.about else {
            return;
        };
        if is_wanted {
            let (filter, span) = (filter.clone(), *span);
            let ticket = self.out.ask(|ticket| Effect::LoadRenewalWeeks(ticket, filter, span));
            self.strip.answer.load(ticket);
        }
    }

    /// Returns the query of the view, also while only one week of it is shown.
    pub(super) fn whole_query(&self) -> Option<String> {
        let week = self.strip.week.as_ref().map(|week| &week.whole);
        week.or(self.table.filter.portfolio.as_ref()).cloned()
    }

    /// Returns the places of everything on the screen.
    pub(crate) fn areas(&self) -> Areas {
        let areas = self.areas_without_strip();
        if self.strip.span().is_some() { areas.with_strip() } else { areas }
    }

    /// Shows the rows of the next or previous week alone; of the current week first.
    pub(crate) fn step_week(&mut self, forward: bool) -> bool {
        let Some(span) = self.strip.span() else {
            let views = self.keys.label(Action::Views);
            return self.note(format!("Only views of renewals have weeks: [{views}] lists the views."));
        };
        match self.strip.selected() {
            None => self.show_week(span.week_of(self.now.today()).unwrap_or_default()),
            Some(place) if forward => self.show_week(place + 1),
            Some(0) => self.note("This is the first week of the view."),
            Some(place) => self.show_week(place - 1),
        }
    }

    /// Shows the rows of a week alone, by its place.
    pub(crate) fn show_week(&mut self, place: usize) -> bool {
        let week = self.strip.about.span.and_then(|(field, span)| Some((field, span.week(place)?)));
        let Some((field, days)) = week else { return self.note("This is the last week of the view.") };
        let Some(whole) = self.whole_query() else { return false };
        let query = refine(&whole, field, &format!("{}..{}", days.start(), days.end()));
        self.strip.week = Some(OneWeek { whole, query: query.clone(), first_day: *days.start() });
        self.show_query(query)
    }

    /// Shows the rows of all weeks again; returns false if they are shown.
    pub(super) fn leave_week(&mut self) -> bool {
        let Some(OneWeek { whole, .. }) = self.strip.week.take() else { return false };
        self.show_query(whole)
    }

    /// Puts another query to the copy. The view keeps its columns and its order.
    fn show_query(&mut self, query: String) -> bool {
        self.filter.typed.name.clone_from(&query);
        let filter = CustomerFilter { portfolio: Some(query), ..self.table.filter.clone() };
        self.filtering().show(filter)
    }

    /// Returns true if the next row is of another week, in rows by their next renewal.
    pub(crate) fn ends_week(&self, index: usize) -> bool {
        let Some(span) = self.strip.span() else { return false };
        let Some(shown) = self.table.shown() else { return false };
        let week = |index: usize| {
            let facts = self.detail.records.facts_of(&shown.customer(index)?.customer_id)?;
            let day = match shown.request.filter.sort_by {
                SortBy::Column("renewal-date") => {
                    let next = facts.next_renewal();
                    next.filter(|(_, basis)| *basis == RenewalBasis::Subscription)?.0
                }
                SortBy::Column("lapses") => facts.renewal()?.lapses()?,
                _ => return None,
            };
            span.week_of(day)
        };
        week(index).zip(week(index + 1)).is_some_and(|(this, next)| this != next)
    }
}
