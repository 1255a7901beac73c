//! The state of the filter panel: the current field, the typed texts and the field being edited.

use std::{sync::Arc, time::Duration};

use chrono::NaiveDate;
use tui_input::Input;

use super::{FilterField, Prompt};
use crate::{
    model::{
        CustomerFilter, Edge, FieldValues, MAX_LIMIT, NamePattern, Status, StatusFilter, format_date,
        parse_date,
    },
    portfolio::query,
    text,
    tui::app::{layout::Pane, table::Bookmark},
};

/// The texts of the text fields, as the user typed them: `-30d` stays `-30d`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    pub(crate) name: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

/// A field being edited.
#[derive(Debug, Clone)]
pub(crate) struct Editing {
    pub(crate) field: FilterField,
    pub(crate) input: Input,
    /// The reason why the text was refused.
    pub(crate) error: Option<String>,
    /// The words that Tab could complete the query to.
    pub(super) hint: Option<String>,
    /// True if the text is the beginning of a query that cannot be answered yet.
    pub(crate) is_unfinished: bool,
    /// The time at which the text is applied automatically.
    pub(crate) apply_at: Option<Duration>,
    /// True if the editing began outside the panel, which then gets the keys back.
    pub(crate) from_outside: bool,
    /// The position in the list when the editing began.
    pub(crate) back: Option<Bookmark>,
    /// The prompt that it happens in; none in the panel.
    pub(super) prompt: Option<Prompt>,
    /// The texts and the filter that Esc restores.
    pub(super) before: (Typed, CustomerFilter),
}

/// The state of the panel. The filter in force belongs to the list.
pub(crate) struct FilterPanel {
    pub(crate) field: FilterField,
    pub(crate) typed: Typed,
    pub(crate) editing: Option<Editing>,
    /// The values that the local copy has in fields of queries.
    pub(crate) values: Arc<FieldValues>,
    /// True while the panel is open over the table, if there is no room beside it.
    pub(crate) open: bool,
}

impl FilterPanel {
    pub(crate) fn new() -> Self {
        Self {
            field: FilterField::Status(0),
            typed: Typed::default(),
            editing: None,
            values: Arc::default(),
            open: false,
        }
    }

    /// Returns true if keys go to the filter when this pane has the focus and no dialog is open.
    pub(crate) fn has_keys(&self, focus: Pane) -> bool {
        self.open || focus == Pane::Filter || self.is_prompting()
    }

    /// Returns true if the name is edited in the prompt above the table.
    pub(crate) fn is_prompting(&self) -> bool {
        self.editing.as_ref().is_some_and(|editing| editing.prompt.is_some())
    }

    /// Puts the cursor on the status of a filter.
    pub(crate) fn point_at(&mut self, status: &StatusFilter) {
        self.field = match status {
            StatusFilter::All => FilterField::AllStatuses,
            StatusFilter::One(status) => FilterField::Status(
                Status::LISTED.iter().position(|code| *code == status.code()).unwrap_or_default(),
            ),
        };
    }

    /// Moves to the field above or below, stopping at the ends.
    pub(crate) fn step(&mut self, down: bool) {
        let index = FilterField::ALL.iter().position(|field| *field == self.field).unwrap_or_default();
        let next = if down { (index + 1).min(FilterField::ALL.len() - 1) } else { index.saturating_sub(1) };
        self.field = FilterField::ALL[next];
    }

    /// Begins to edit a text field.
    pub(crate) fn edit(&mut self, field: FilterField, filter: &CustomerFilter, from_outside: bool) {
        let text = match field {
            // The next word of a query is a word of its own.
            FilterField::Name if filter.portfolio.is_some() && !self.typed.name.is_empty() => {
                format!("{} ", self.typed.name.trim_end())
            }
            FilterField::Name => self.typed.name.clone(),
            FilterField::From => self.typed.from.clone(),
            FilterField::To => self.typed.to.clone(),
            FilterField::PageSize => filter.page_size.to_string(),
            _ => return,
        };
        self.field = field;
        let before = (self.typed.clone(), filter.clone());
        let input = Input::new(text);
        self.editing = Some(Editing {
            field,
            input,
            error: None,
            hint: None,
            is_unfinished: false,
            apply_at: None,
            from_outside,
            back: None,
            prompt: None,
            before,
        });
    }

    /// Returns the filter with the text of the edited field, or the reason why the text was refused.
    pub(crate) fn apply(
        &mut self,
        filter: &CustomerFilter,
        today: NaiveDate,
    ) -> Result<CustomerFilter, String> {
        let Some(editing) = &mut self.editing else { return Ok(filter.clone()) };
        let is_typing = editing.apply_at.take().is_some();
        let text = editing.input.value().trim().to_owned();
        let mut changed = filter.clone();
        let date = |edge| match text.as_str() {
            "" => Ok(None),
            typed => parse_date(typed, today, edge)
                .map(Some)
                .map_err(|error| text::capitalized(&error.to_string())),
        };
        let outcome = match editing.field {
            FilterField::Name if filter.portfolio.is_some() => match query::parse(&text, today) {
                Ok(_) => {
                    changed.portfolio = Some(text.clone());
                    Ok(())
                }
                // What is being typed is not wrong yet, but the rows are those of the query before.
                Err(error) if error.is_unfinished() && is_typing => {
                    editing.is_unfinished = true;
                    return Ok(filter.clone());
                }
                Err(error) => Err(error.to_string()),
            },
            FilterField::Name => {
                changed.name = NamePattern::parse(&text);
                Ok(())
            }
            FilterField::From => date(Edge::From).map(|day| changed.from = day),
            FilterField::To => date(Edge::To).map(|day| changed.to = day),
            FilterField::PageSize => match text.parse() {
                Ok(size @ 1..=MAX_LIMIT) => {
                    changed.page_size = size;
                    Ok(())
                }
                _ => Err(format!("Enter 1–{MAX_LIMIT}")),
            },
            _ => Ok(()),
        };
        let ordered = || match (changed.from, changed.to) {
            (Some(from), Some(to)) if to < from => Err(match editing.field {
                FilterField::From => format!("\"From\" is later than \"To\" ({})", format_date(to)),
                _ => format!("\"To\" is earlier than \"From\" ({})", format_date(from)),
            }),
            _ => Ok(()),
        };
        if let Err(error) = outcome.and_then(|()| ordered()) {
            editing.error = Some(error.clone());
            return Err(error);
        }
        (editing.error, editing.is_unfinished) = (None, false);
        match editing.field {
            FilterField::Name => self.typed.name = text,
            FilterField::From => self.typed.from = text,
            FilterField::To => self.typed.to = text,
            _ => {}
        }
        Ok(changed)
    }

    /// Ends the editing and discards the text. Returns the filter as it was before.
    pub(crate) fn cancel(&mut self) -> Option<CustomerFilter> {
        let editing = self.editing.take()?;
        let (typed, filter) = editing.before;
        self.typed = typed;
        Some(filter)
    }

    /// Follows a filter that was set in another way. A text that still means the same stays as it was typed.
    pub(crate) fn follow(&mut self, filter: &CustomerFilter, today: NaiveDate) {
        if let Some(query) = &filter.portfolio {
            self.typed.name.clone_from(query);
        } else if NamePattern::parse(&self.typed.name) != filter.name {
            self.typed.name = filter.name.as_ref().map(|name| name.sent().to_owned()).unwrap_or_default();
        }
        let dates =
            [(&mut self.typed.from, filter.from, Edge::From), (&mut self.typed.to, filter.to, Edge::To)];
        for (typed, day, edge) in dates {
            if parse_date(typed, today, edge).ok() != day {
                *typed = day.map(|day| day.to_string()).unwrap_or_default();
            }
        }
    }

    /// Forgets name and dates.
    pub(crate) fn clear(&mut self) {
        self.typed = Typed::default();
        self.editing = None;
    }
}

#[cfg(test)]
mod tests {
    use super::{super::summary, *};

    fn typed(
        panel: &mut FilterPanel,
        field: FilterField,
        text: &str,
        filter: &CustomerFilter,
    ) -> Result<CustomerFilter, String> {
        panel.edit(field, filter, false);
        if let Some(editing) = &mut panel.editing {
            editing.input = Input::new(text.to_owned());
        }
        panel.apply(filter, "2026-11-23".parse().unwrap())
    }

    #[test]
    fn typed_values_become_a_filter_and_stay_as_typed() {
        let mut panel = FilterPanel::new();
        let filter = typed(&mut panel, FilterField::From, "-30d", &CustomerFilter::default()).unwrap();
        let filter = typed(&mut panel, FilterField::Name, " acme ", &filter).unwrap();
        let filter = typed(&mut panel, FilterField::PageSize, "25", &filter).unwrap();
        assert_eq!(filter.from.unwrap().to_string(), "2026-10-24");
        assert_eq!(panel.typed, Typed { name: "acme".into(), from: "-30d".into(), to: String::new() });
        assert_eq!(summary(&filter), ["Active", "name acme*", "created from 24 Oct 2026"]);
        assert_eq!(filter.page_size, 25);
    }

    #[test]
    fn what_cannot_be_used_is_refused_beside_the_field() {
        let mut panel = FilterPanel::new();
        let filter = typed(&mut panel, FilterField::From, "2026-03-01", &CustomerFilter::default()).unwrap();
        let error = typed(&mut panel, FilterField::To, "2026-02", &filter).unwrap_err();
        assert_eq!(error, "\"To\" is earlier than \"From\" (1 Mar 2026)");
        assert_eq!(panel.editing.as_ref().unwrap().error.as_deref(), Some(error.as_str()));
        assert!(
            typed(&mut panel, FilterField::To, "soon", &filter).unwrap_err().starts_with("Not a date. Try ")
        );
        assert!(typed(&mut panel, FilterField::PageSize, "51", &filter).is_err());
        assert_eq!(panel.typed.to, "");
    }

    #[test]
    fn cancelling_goes_back_to_what_was() {
        let mut panel = FilterPanel::new();
        let before = CustomerFilter::default();
        let changed = typed(&mut panel, FilterField::Name, "zeta", &before).unwrap();
        assert_ne!(changed, before);
        assert_eq!(panel.cancel(), Some(before));
        assert_eq!(panel.typed.name, "");
        assert_eq!(panel.cancel(), None);
    }
}
