//! `vipmp note`: the user's own note on a customer, which is kept beside the local copy and never sent anywhere.

use std::process::ExitCode;

use chrono::{NaiveDate, Utc};
use clap::Args;
use serde_json::json;

use super::open::{LocalCopy, open_to_read, print_store_error};
use crate::{
    cli::{
        Arguments,
        context::CommandContext,
        exit::{Failure, print, print_error, print_note, usage},
        signals::run_until_signal,
    },
    config::check_id,
    model::{CustomerNote, HistoryExtent, NoteChange, NoteOutcome, parse_coming_day},
    portfolio::{NoteEntry, NoteHome, StoreError},
    text,
};

/// The arguments of `vipmp note`.
#[derive(Debug, Clone, Args)]
pub struct NoteArgs {
    /// Customer ID
    #[arg(value_name = "CUSTOMER_ID")]
    pub customer: String,

    /// The note, at most 300 characters; without it, the note is printed, or stays as it is
    #[arg(value_name = "TEXT")]
    pub text: Option<String>,

    /// Day of the follow-up: 2026-12-03, 3 Dec, 7d, 2w, tomorrow or mon; none removes it
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub follow_up: Option<String>,

    /// Delete the note and the follow-up
    #[arg(long, conflicts_with_all = ["text", "follow_up"])]
    pub delete: bool,

    /// Print the note as JSON
    #[arg(long, conflicts_with_all = ["text", "follow_up", "delete"])]
    pub json: bool,
}

/// Prints or changes a note.
pub(in crate::cli) async fn note(
    wanted: &NoteArgs,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    run_until_signal(context, run(wanted, arguments, context), || ()).await
}

/// The customer that a note is about.
struct NotedCustomer {
    id: String,
    company: Option<String>,
    reseller_id: Option<String>,
}

impl NotedCustomer {
    /// Returns the customer in words, clean.
    fn words(&self) -> String {
        let company = self.company.as_deref().unwrap_or_default();
        text::clean(&format!("{company} ({})", self.id)).trim_start().to_owned()
    }
}

async fn run(wanted: &NoteArgs, arguments: &Arguments, context: &CommandContext) -> Result<(), Failure> {
    let id = wanted.customer.trim();
    check_id(id).map_err(|why| usage(&format!("{}: {why}", text::clean(id))))?;
    let today = context.as_of().today;
    let follow_up = wanted.follow_up.as_deref().map(|typed| read_day(typed, today)).transpose()?;
    let typed = wanted.text.as_deref().map(read_text).transpose()?;
    let copy = open_to_read(arguments, context).await?;
    let is_written = typed.is_some() || follow_up.is_some();
    let wanted_id = id.to_owned();
    let read = move |home: &NoteHome| match home.find(&wanted_id) {
        // What is written begins a new history.
        Err(StoreError::HistoryMissing(_)) if is_written => Ok(None),
        found => found,
    };
    let entry = with_notes(&copy, read).await?;
    let subject = find(id, entry.as_ref(), &copy).await?;
    let known = entry.map(|entry| entry.note);
    if !is_written && !wanted.delete {
        return show(wanted.json, &subject, known.as_ref(), today);
    }
    let old = known.clone().unwrap_or_default();
    let (text, follow_up) = if wanted.delete {
        (String::new(), None)
    } else {
        (typed.unwrap_or(old.text), follow_up.unwrap_or(old.follow_up))
    };
    let change = NoteChange {
        customer_id: subject.id.clone(),
        company: subject.company.clone(),
        reseller_id: subject.reseller_id.clone(),
        text,
        follow_up,
        replaces: known,
    };
    let asked_for = change.clone();
    let outcome = with_notes(&copy, move |home| home.put(&asked_for, Utc::now())).await?;
    if !outcome.is_kept() {
        print_error("another vipmp has changed this note meanwhile: read it, and run the command again.");
        return Err(Failure::Failed);
    }
    let customer = subject.words();
    print_note(&match (&change.replaces, change.is_deletion(), change.follow_up) {
        (None, true, _) => format!("There is no note on {customer}."),
        (Some(_), true, _) => format!("Note on {customer} deleted."),
        (_, false, None) => format!("Note on {customer} saved."),
        (_, false, Some(day)) => {
            format!("Note on {customer} saved; follow-up {}.", CustomerNote::day_in_words(day, today))
        }
    });
    if matches!(copy.notes, NoteHome::InMemory(_)) {
        print_note("Demo notes are kept in memory only; this one is lost when the command ends.");
    }
    if outcome == NoteOutcome::KeptInNewHistory {
        print_note(HistoryExtent::BEGUN_AGAIN);
        return Err(Failure::Partial);
    }
    Ok(())
}

/// Reads a day, or that there is to be none.
fn read_day(typed: &str, today: NaiveDate) -> Result<Option<NaiveDate>, Failure> {
    // Nothing at all is an unset variable of a script rather than a wish.
    if matches!(typed.trim(), "none" | "-") {
        return Ok(None);
    }
    let day = parse_coming_day(typed, today);
    day.map(Some).map_err(|error| usage(&format!("--follow-up {:?}: {error}", text::clean(typed))))
}

/// Reads a text.
fn read_text(typed: &str) -> Result<String, Failure> {
    let text = CustomerNote::stored_text(typed);
    let length = text.chars().count();
    if length > CustomerNote::MAX_CHARS {
        let most = CustomerNote::MAX_CHARS;
        return Err(usage(&format!("a note has at most {most} characters, and this one has {length}")));
    }
    Ok(text)
}

/// Finds a customer in the copy; one that the copy no longer has, in the note on it.
async fn find(id: &str, entry: Option<&NoteEntry>, copy: &LocalCopy) -> Result<NotedCustomer, Failure> {
    let wanted = vec![id.to_owned()];
    let found = copy.read(move |store| store.customers(&wanted)).await?.pop();
    let row = found.as_ref().and_then(|found| found.row.customer());
    if found.is_none() && entry.is_none() {
        print_error(&format!(
            "customer {} is not in the local copy: `vipmp sync` reads new customers.",
            text::clean(id)
        ));
        return Err(Failure::NotFound);
    }
    let company = row.and_then(|row| row.company_name.clone());
    let reseller_id = row.and_then(|row| row.reseller_id.clone());
    Ok(NotedCustomer {
        id: id.to_owned(),
        company: company.or_else(|| entry?.company.clone()),
        reseller_id: reseller_id.or_else(|| entry?.reseller_id.clone()),
    })
}

/// Does something with the place of the notes, on a thread that may block.
async fn with_notes<T: Send + 'static>(
    copy: &LocalCopy,
    work: impl FnOnce(&NoteHome) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Failure> {
    let home = copy.notes.clone();
    let outcome = tokio::task::spawn_blocking(move || work(&home)).await.map_err(|error| {
        print_error(&error.to_string());
        Failure::Failed
    })?;
    outcome.map_err(|error| print_store_error(&error))
}

fn show(
    as_json: bool,
    subject: &NotedCustomer,
    note: Option<&CustomerNote>,
    today: NaiveDate,
) -> Result<(), Failure> {
    if as_json {
        let all = json!({
            "customer_id": subject.id,
            "company": subject.company,
            "note": note.map(|note| note.text.as_str()).filter(|text| !text.is_empty()),
            "follow_up": note.and_then(|note| note.follow_up),
            "written_at": note.map(|note| note.written_at),
        });
        return print(&serde_json::to_string_pretty(&all).unwrap_or_default());
    }
    let Some(note) = note else {
        print_note(&format!("There is no note on {}.", subject.words()));
        return Ok(());
    };
    print(&format!("Customer   {}", subject.words()))?;
    if !note.text.is_empty() {
        print(&format!("Note       {}", text::clean(&note.text)))?;
    }
    if let Some(day) = note.follow_up {
        print(&format!("Follow-up  {}", CustomerNote::day_in_words(day, today)))?;
    }
    print(&format!("Written    {}", note.written_at.format("%-d %b %Y, %H:%M UTC")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_or_removed() {
        let today = "2026-03-31".parse().unwrap();
        let read = |typed| read_day(typed, today).ok();
        assert_eq!(read("7d"), Some("2026-04-07".parse().ok()));
        assert_eq!([read("none"), read("-")], [Some(None); 2]);
        assert_eq!([read(""), read(" ")], [None; 2], "refused");
        assert_eq!(read("soon"), None);
    }

    #[test]
    fn a_text_that_is_too_long_is_refused_rather_than_cut() {
        let most = "é".repeat(CustomerNote::MAX_CHARS);
        assert_eq!(read_text(&format!(" {most}\n")).ok(), Some(most.clone()));
        assert!(read_text(&format!("{most}x")).is_err());
    }
}
