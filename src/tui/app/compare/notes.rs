//! Notes on a comparison: parts that could not be loaded, records of other customers, doubtful lists.

use super::{ComparedCustomer, Comparison};
use crate::{
    model::format_date,
    text,
    tui::app::{
        detail::{ErrorMessage, Labels},
        lines::Tone,
    },
};

/// A sentence about the comparison, and the next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ComparisonNote {
    pub(crate) tone: Tone,
    /// The sentence. It is clean.
    pub(crate) what: String,
    /// The next step, with the keys that help in brackets; empty if there is none.
    pub(crate) todo: String,
}

/// Returns the notes of a comparison. Failures that are alike are reported together.
pub(crate) fn comparison_notes(comparison: &Comparison, labels: &Labels) -> Vec<ComparisonNote> {
    let customers = comparison.customers();
    let mut notes: Vec<ComparisonNote> = customers.iter().filter_map(gone).collect();
    notes.extend(failures(customers, labels));
    notes.extend(customers.iter().filter_map(|customer| led_elsewhere(customer, labels)));
    notes.extend(customers.iter().filter_map(doubt));
    for note in &mut notes {
        note.what = text::clean(&note.what).into_owned();
        note.todo = text::clean(&note.todo).into_owned();
    }
    notes
}

fn warning(what: String) -> ComparisonNote {
    ComparisonNote { tone: Tone::Warn, what, todo: String::new() }
}

fn gone(customer: &ComparedCustomer) -> Option<ComparisonNote> {
    let day = format_date(customer.facts.as_ref()?.gone_at?.date_naive());
    Some(warning(format!("! {} is gone since {day}: no list shows it any more.", customer.name())))
}

fn led_elsewhere(customer: &ComparedCustomer, labels: &Labels) -> Option<ComparisonNote> {
    let record = customer.record.value()?;
    let (name, row) = (customer.name(), &customer.row.customer_id);
    let what = match record.customer_id.as_deref() {
        Some(other) if other == row => return None,
        Some(other) => format!("! links.self of {name} leads to customer {other}, this row is {row}."),
        None => format!("! The record of {name} does not say whose it is."),
    };
    let todo = format!("[{}] in the detail pane opens the row's own record", labels.own_record);
    Some(ComparisonNote { todo, ..warning(what) })
}

fn doubt(customer: &ComparedCustomer) -> Option<ComparisonNote> {
    let doubt = customer.subscriptions.value()?.doubt()?;
    Some(warning(format!("! The subscriptions of {} may not be all: {doubt}.", customer.name())))
}

/// Returns why parts could not be loaded, each reason once, with the customers unless it concerns all of them.
fn failures(customers: &[ComparedCustomer], labels: &Labels) -> Vec<ComparisonNote> {
    let mut reported: Vec<(ErrorMessage, Vec<&str>)> = Vec::new();
    for customer in customers {
        let mut of_customer: Vec<ErrorMessage> = Vec::new();
        for error in [customer.record.error(), customer.subscriptions.error()].into_iter().flatten() {
            let message = labels.tell(error);
            if !of_customer.contains(&message) {
                of_customer.push(message);
            }
        }
        for message in of_customer {
            match reported.iter_mut().find(|(known, _)| *known == message) {
                Some((_, names)) => names.push(customer.name()),
                None => reported.push((message, vec![customer.name()])),
            }
        }
    }
    let note = |(message, names): (ErrorMessage, Vec<&str>)| {
        let what = if names.len() == customers.len() {
            format!("! {}", message.what)
        } else {
            format!("! {}: {}", names.join(", "), message.what)
        };
        ComparisonNote { tone: Tone::Bad, what, todo: message.todo }
    };
    reported.into_iter().map(note).collect()
}
