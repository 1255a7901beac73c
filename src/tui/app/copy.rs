//! What can be copied, and the marks that decide of which rows.

use serde_json::Value;

use super::App;
use crate::model::CustomerRow;

/// The rows that the person marked, in the order of marking; they stay marked over pages and filters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    rows: Vec<CustomerRow>,
}

impl Marks {
    pub(crate) fn contains(&self, id: &str) -> bool {
        self.rows.iter().any(|row| row.customer_id == id)
    }

    pub(crate) fn toggle(&mut self, row: &CustomerRow) {
        if self.contains(&row.customer_id) {
            self.rows.retain(|marked| marked.customer_id != row.customer_id);
        } else {
            self.rows.push(row.clone());
        }
    }

    pub(crate) fn clear(&mut self) {
        self.rows.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}

/// One entry of the copy menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) label: &'static str,
    /// What is copied; none where there is nothing of the kind.
    pub(crate) text: Option<String>,
}

/// The rows that copying takes: the marked ones, else the selected one.
fn rows(app: &App) -> Vec<&CustomerRow> {
    if app.marks.len() > 0 {
        app.marks.rows.iter().collect()
    } else {
        app.browse.customer().into_iter().collect()
    }
}

/// The ids of the rows that copying takes, a line each.
pub(crate) fn ids(app: &App) -> Option<String> {
    join(rows(app).into_iter().map(|row| row.customer_id.clone()))
}

/// Everything that the copy menu offers.
pub(crate) fn choices(app: &App) -> Vec<Choice> {
    let rows = rows(app);
    let choice = |label, text| Choice { label, text };
    vec![
        choice("Customer ID", join(rows.iter().map(|row| row.customer_id.clone()))),
        choice("Company name", join(rows.iter().filter_map(|row| row.company_name.clone()))),
        choice("Reference", join(rows.iter().filter_map(|row| row.external_reference_id.clone()))),
        choice("E-mail of the first contact", e_mail(app)),
        choice("JSON of the row", row_json(app, &rows)),
        choice("JSON of the whole record", record_json(app)),
        choice(
            "The list request as curl, secrets hidden",
            app.list_request().map(crate::api::Exchange::as_curl),
        ),
    ]
}

/// Lines of one text each. Control characters would act in the place that they are pasted into.
fn join(texts: impl Iterator<Item = String>) -> Option<String> {
    let lines: Vec<String> = texts.map(|text| crate::text::clean(&text).into_owned()).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn e_mail(app: &App) -> Option<String> {
    let customer = app.detail.customer.value()?;
    let mut addresses = customer.contacts.iter().filter_map(|contact| contact.email.as_deref());
    addresses.next().map(|address| crate::text::clean(address).into_owned())
}

fn row_json(app: &App, rows: &[&CustomerRow]) -> Option<String> {
    let value = match rows {
        // A row that is no customer can be copied too: somebody has to be shown what the server sent.
        [] => app.browse.row()?.raw().clone(),
        [row] => row.raw.clone(),
        rows => Value::Array(rows.iter().map(|row| row.raw.clone()).collect()),
    };
    serde_json::to_string_pretty(&value).ok()
}

fn record_json(app: &App) -> Option<String> {
    serde_json::to_string_pretty(&app.detail.customer.value()?.raw).ok()
}
