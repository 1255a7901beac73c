//! The notes that the demo begins with.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    demo::{Demo, DemoNote},
    model::NoteChange,
    portfolio::SessionNotes,
};

/// Writes the demo's own notes into memory, as if the user had done so a few days ago.
pub fn write_demo_notes(demo: &Demo, notes: &SessionNotes, now: DateTime<Utc>) {
    let written_at = now - TimeDelta::days(3);
    for DemoNote { customer_id, company, reseller_id, text, follow_up } in demo.notes() {
        let (text, reseller_id) = (text.to_owned(), Some(reseller_id));
        let change = NoteChange { customer_id, company, reseller_id, text, follow_up, replaces: None };
        notes.put(&change, written_at);
    }
}
