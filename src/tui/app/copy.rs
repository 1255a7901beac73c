//! The things that can be copied.

use super::{App, detail::DetailSubject};
use crate::{
    model::{Customer, CustomerRow, Row},
    text,
};

/// Something that can be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copyable {
    CustomerId,
    CompanyName,
    Reference,
    Email,
    Row,
    Record,
    Request,
    Command,
}

impl Copyable {
    /// The lines of the copy menu, in its order.
    pub(crate) const MENU: [Self; 8] = [
        Self::CustomerId,
        Self::CompanyName,
        Self::Reference,
        Self::Email,
        Self::Row,
        Self::Record,
        Self::Request,
        Self::Command,
    ];

    /// Returns its label, with the owner if that is not obvious.
    pub(crate) fn label(self, app: &App) -> String {
        let marked = match app.marks.len() {
            0 => String::new(),
            count => format!(" of {count} marked"),
        };
        // The record on the screen may be another customer's than the row: then it says whose it is.
        let whose = app.detail.led_elsewhere().map(|(customer, _)| format!(" of {}", text::clean(customer)));
        match self {
            Self::CustomerId => format!("Customer ID{marked}"),
            Self::CompanyName => format!("Company name{marked}"),
            Self::Reference => format!("Reference{marked}"),
            Self::Email if app.marks.len() > 0 => format!("Admin e-mail{marked}"),
            Self::Email => format!("Admin e-mail{}", whose.unwrap_or_default()),
            Self::Row => format!("List entry{marked} as JSON"),
            Self::Record => format!("Full record{} as JSON", whose.unwrap_or_default()),
            Self::Request => "The list request as curl, secrets hidden".to_owned(),
            Self::Command => format!("This view as a {} command", command_of(app)),
        }
    }

    /// Returns the text that is copied; `None` if there is none.
    pub(crate) fn text(self, app: &App) -> Option<String> {
        match self {
            Self::CustomerId | Self::CompanyName | Self::Reference => join(&self.lines(app)),
            Self::Email => {
                record(app)?.contacts.iter().find_map(|contact| contact.email.as_deref()).map(cleaned)
            }
            Self::Row => row_json(app),
            Self::Record => json(&record(app)?.raw),
            Self::Request => request(app).map(crate::api::Exchange::as_curl),
            Self::Command => app.table.answer().map(|shown| cleaned(&app.command_of(shown))),
        }
    }

    /// Returns a sample for the menu. JSON is not built for it.
    pub(crate) fn sample(self, app: &App) -> Option<String> {
        match self {
            Self::CustomerId | Self::CompanyName | Self::Reference => {
                self.lines(app).first().map(|text| cleaned(text))
            }
            Self::Email if app.marks.len() > 0 => Some("loaded first".to_owned()),
            Self::Email => self.text(app),
            Self::Row => (app.marks.len() > 0 || table_row(app).is_some()).then(|| "{ … }".to_owned()),
            Self::Record => record(app).map(|_| "{ … }".to_owned()),
            Self::Request => request(app).map(|_| "curl …".to_owned()),
            Self::Command => app.table.answer().map(|_| format!("{} …", command_of(app))),
        }
    }

    /// Returns what the notice says was copied: `3 customer IDs`, `the company name`.
    pub(crate) fn noun(self, app: &App) -> String {
        let count = match (self, app.marks.len()) {
            (_, 0) => 1,
            (Self::Row, marked) => marked,
            _ => self.lines(app).len(),
        };
        let several =
            |one: &str, more: &str| if count == 1 { format!("the {one}") } else { format!("{count} {more}") };
        match self {
            Self::CustomerId => match self.lines(app).as_slice() {
                [id] => format!("customer ID {}", cleaned(id)),
                ids => format!("{} customer IDs", ids.len()),
            },
            Self::CompanyName => several("company name", "company names"),
            Self::Reference => several("reference", "references"),
            Self::Email => "the e-mail address".to_owned(),
            Self::Row => several("list entry", "list entries"),
            Self::Record => "the full record".to_owned(),
            Self::Request => "the request as curl".to_owned(),
            Self::Command => format!("the {} command", command_of(app)),
        }
    }

    /// Returns a text for each marked customer, or else for the customer in the detail pane.
    fn lines(self, app: &App) -> Vec<&str> {
        if app.marks.len() > 0 {
            return app.marks.rows().filter_map(|row| self.of_row(row)).collect();
        }
        match &app.detail.subject {
            Some(DetailSubject::Id(id)) => {
                let customer = app.detail.customer.value().filter(|_| app.detail.led_elsewhere().is_none());
                let text = match self {
                    Self::CustomerId => Some(id.as_str()),
                    Self::CompanyName => customer.and_then(|customer| customer.company_name.as_deref()),
                    _ => customer.and_then(|customer| customer.external_reference_id.as_deref()),
                };
                text.into_iter().collect()
            }
            _ => app.table.customer().and_then(|row| self.of_row(row)).into_iter().collect(),
        }
    }

    fn of_row(self, row: &CustomerRow) -> Option<&str> {
        match self {
            Self::CustomerId => Some(&row.customer_id),
            Self::CompanyName => row.company_name.as_deref(),
            _ => row.external_reference_id.as_deref(),
        }
    }
}

/// Returns the command that prints the same rows.
fn command_of(app: &App) -> &'static str {
    if app.table.filter.portfolio.is_some() { "vipmp find" } else { "vipmp list" }
}

/// The record that copying takes: the one in the detail, unless other customers are marked.
fn record(app: &App) -> Option<&Customer> {
    let about = app.detail.subject.as_ref().and_then(DetailSubject::customer_id);
    let only_it = app.marks.rows().all(|row| Some(row.customer_id.as_str()) == about);
    app.detail.customer.value().filter(|_| only_it).map(|customer| &**customer)
}

/// Returns the request that brought the slowest part of the rows that are shown.
fn request(app: &App) -> Option<&crate::api::Exchange> {
    app.table.answer()?.origin.exchange.as_deref()
}

/// The row that the table has selected, unless the detail shows a customer apart from the table.
fn table_row(app: &App) -> Option<&Row> {
    match &app.detail.subject {
        Some(DetailSubject::Id(_)) => None,
        _ => app.table.row().map(|row| &**row),
    }
}

fn row_json(app: &App) -> Option<String> {
    match app.marks.as_slice() {
        // A row that is no customer can be copied too: somebody has to be shown what the server sent.
        [] => json(table_row(app)?.raw()),
        [row] => json(&row.raw),
        rows => json(&rows.iter().map(|row| &row.raw).collect::<Vec<_>>()),
    }
}

/// Returns what was sent as JSON in which control characters are escaped, so that pasting it is harmless.
fn json(value: &impl serde::Serialize) -> Option<String> {
    serde_json::to_string_pretty(value).ok().map(text::escape_control_chars)
}

/// Lines of one text each.
fn join(texts: &[&str]) -> Option<String> {
    let lines: Vec<String> = texts.iter().map(|text| cleaned(text)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Control characters would act in the place that they are pasted into.
fn cleaned(text: &str) -> String {
    text::clean(text).into_owned()
}
