//! `vipmp portfolio`: where the local copy is, what it holds, whether it is intact, and deleting it with the notes beside it.

use std::{path::Path, process::ExitCode};

use chrono::Utc;
use clap::Subcommand;
use serde_json::{Value, json};

use super::{
    open::{
        LocalCopy, folder, list_doubts, notes_in_words, open_to_read, print_age, print_store_error,
        unread_words,
    },
    to_order::{to_order_in_words, to_order_json},
};
use crate::{
    account::AccountId,
    cli::{
        Arguments,
        account::select_target,
        context::CommandContext,
        exit::{Failure, print, print_error, print_note, usage},
        help, prompt,
        signals::run_until_signal,
    },
    portfolio::{FileCheck, PortfolioStore, StoreError},
    text,
};

/// The commands below `vipmp portfolio`.
#[derive(Debug, Clone, Subcommand)]
pub enum PortfolioCommand {
    /// Show what the copy holds, and how old it is
    #[command(after_help = help::after("portfolio info"))]
    Info {
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },

    /// Print the folder of the copy
    #[command(after_help = help::after("portfolio path"))]
    Path,

    /// Check that the files are intact, from the first page to the last; damaged ones are set aside
    #[command(after_help = help::after("portfolio check"))]
    Check,

    /// Delete the copy, the history of changes, and your notes
    #[command(after_help = help::after("portfolio forget"))]
    Forget {
        /// Skip the confirmation
        #[arg(long)]
        yes: bool,
    },
}

/// Runs a command below `vipmp portfolio`.
pub(in crate::cli) async fn portfolio(
    command: &PortfolioCommand,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    let work = async {
        match command {
            PortfolioCommand::Info { json } => info(arguments, context, *json).await,
            PortfolioCommand::Path => {
                let name = profile_of(arguments, context)?;
                print(&folder(context, &name)?.display().to_string())
            }
            PortfolioCommand::Check => match select_target(arguments, context)? {
                AccountId::Profile { name, .. } => check(&name, context),
                AccountId::Demo => print("ok       the demo's copy, which is kept in memory only"),
            },
            PortfolioCommand::Forget { yes } => match select_target(arguments, context)? {
                AccountId::Profile { name, .. } => forget(&name, context, *yes),
                AccountId::Demo => {
                    print_note("The demo's copy is kept in memory only: nothing is left of it.");
                    Ok(())
                }
            },
        }
    };
    run_until_signal(context, work, || ()).await
}

/// Returns the name of the selected profile.
fn profile_of(arguments: &Arguments, context: &CommandContext) -> Result<String, Failure> {
    match select_target(arguments, context)? {
        AccountId::Profile { name, .. } => Ok(name),
        AccountId::Demo => Err(usage("the demo's portfolio is kept in memory only: it has no files")),
    }
}

async fn info(arguments: &Arguments, context: &CommandContext, as_json: bool) -> Result<(), Failure> {
    let LocalCopy { store, folder, doubt, .. } = open_to_read(arguments, context).await?;
    let failed = |error| print_store_error(&error);
    let held = store.with(|store| store.completeness()).await.map_err(failed)?;
    let read = store.with(|store| Ok((store.keeps_contacts(), store.history_extent()?, store.notes()?)));
    let (keeps_contacts, extent, notes) = read.await.map_err(failed)?;
    let today = Utc::now().date_naive();
    let due = notes.as_ref().map(|notes| notes.values().filter(|note| note.is_due(today)).count() as u64);
    let notes = notes.map(|notes| notes.len() as u64);
    let files = match &folder {
        Some(folder) => PortfolioStore::files(folder).map_err(failed)?,
        None => Vec::new(),
    };
    let writer = folder.as_deref().and_then(PortfolioStore::writer_of);
    let doubts: Vec<String> = doubt
        .into_iter()
        .chain(list_doubts(&held))
        .chain(held.to_order.complaints())
        .chain(extent.doubt(None))
        .chain(notes.is_none().then(|| "notes cannot be read: `vipmp portfolio check` says why.".to_owned()))
        .collect();
    if as_json {
        let file = |file: &crate::portfolio::FileReport| -> Value {
            json!({ "path": file.path.display().to_string(), "bytes": file.size })
        };
        let all = json!({
            "folder": folder.as_deref().map(|folder| folder.display().to_string()),
            "files": files.iter().map(file).collect::<Vec<_>>(),
            "contacts": keeps_contacts,
            "complete": held.is_complete(),
            "customers": held.customers,
            "gone": held.gone,
            "records": held.records,
            "subscriptions": held.subscriptions,
            "orders": held.orders,
            "failed": held.failed,
            "notes": notes,
            "notes_due": due,
            "to_order": to_order_json(&held.to_order),
            "resellers": { "known": held.resellers.0, "listed": held.resellers.1 },
            "listed_at": held.listed_at,
            "oldest_at": held.oldest_at,
            "syncing": writer,
            "doubts": doubts,
        });
        return print(&serde_json::to_string_pretty(&all).unwrap_or_default());
    }
    if let Some(folder) = &folder {
        print(&format!("Folder         {}", text::display_path(folder)))?;
        let bytes: u64 = files.iter().map(|file| file.size).sum();
        print(&format!("Files          {} in {}", size(bytes), files.len()))?;
    }
    let count = text::group_digits;
    print(&format!("Customers      {}, and {} gone", count(held.customers), count(held.gone)))?;
    print(&format!("Records        {}", count(held.records)))?;
    print(&format!("Subscriptions  of {}", text::pluralize(held.subscriptions, "customer", "customers")))?;
    print(&format!("Orders         of {}", text::pluralize(held.orders, "customer", "customers")))?;
    print(&format!("To order       {}", to_order_in_words(&held.to_order)))?;
    print(&format!(
        "Notes          {}",
        match (notes, due) {
            (Some(0), _) => "none".to_owned(),
            (Some(notes), Some(0)) => format!("{}, none due", count(notes)),
            (Some(notes), Some(due)) => format!("{}, {} due", count(notes), count(due)),
            _ => "not known".to_owned(),
        }
    ))?;
    print(&format!("Contacts       {}", if keeps_contacts { "kept" } else { "not kept" }))?;
    print(&format!("Resellers      {} of {} listed", count(held.resellers.1), count(held.resellers.0)))?;
    if let Some(process) = writer {
        print(&format!("Syncing        process {process}"))?;
    }
    print_age(&held);
    if held.failed > 0 {
        let customers = text::pluralize(held.failed, "customer", "customers");
        print_error(&format!("{customers} could not be read the last time; `vipmp sync` tries again."));
    }
    for doubt in &doubts {
        print_error(doubt);
    }
    Ok(())
}

/// Formats a number of bytes.
fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

fn check(name: &str, context: &CommandContext) -> Result<(), Failure> {
    let folder = folder(context, name)?;
    let findings = PortfolioStore::check(&folder).map_err(|error| print_store_error(&error))?;
    if findings.is_empty() {
        return Err(print_store_error(&StoreError::Missing));
    }
    for finding in &findings {
        let path = text::display_path(&finding.path);
        let word = match () {
            () if finding.is_missing => "missing",
            () if finding.is_intact() => "ok     ",
            () => "damaged",
        };
        print(&format!("{word}  {path}"))?;
        for problem in &finding.problems {
            print_error(&format!("{path}: {problem}"));
        }
        for value in &finding.values {
            print_error(&text::clean(value));
        }
    }
    for finding in findings.iter().filter(|finding| finding.is_missing) {
        print_note(&text::sentence(next_step(finding)));
    }
    if findings.iter().any(FileCheck::is_damaged) {
        let aside = PortfolioStore::set_aside_damaged(&folder, Utc::now());
        for (finding, path) in aside.map_err(|error| print_store_error(&error))? {
            let (from, to) = (text::display_path(&finding.path), text::display_path(&path));
            let next = next_step(&finding);
            print_note(&format!("{from} was set aside as {to}; {next}."));
        }
    }
    if findings.iter().any(|finding| !finding.values.is_empty()) {
        let dropped = PortfolioStore::drop_unreadable(&folder, Utc::now());
        let dropped = dropped.map_err(|error| print_store_error(&error))?;
        print_note(&format!(
            "{} dropped; `vipmp sync` reads what is missing again.",
            text::pluralize(dropped, "value that cannot be read was", "values that cannot be read were")
        ));
    }
    if findings.iter().all(FileCheck::is_intact) { check_unread(&folder) } else { Err(Failure::Failed) }
}

/// Returns what happens to a file that is no longer there, in words.
fn next_step(finding: &FileCheck) -> &'static str {
    if finding.is_of_customers() {
        "`vipmp sync` reads the customers again"
    } else {
        "the changes and notes in it cannot be read again: `vipmp sync` begins a new history"
    }
}

/// Lists the values that the server sent but that could not be read.
fn check_unread(folder: &Path) -> Result<(), Failure> {
    /// The most that are listed.
    const MOST: u32 = 100;
    let unread = match PortfolioStore::open_to_read(folder, None) {
        Ok(store) => store.unread(None, MOST),
        // A copy of an older form is read again, and whole, by the next sync.
        Err(StoreError::Missing | StoreError::Outdated(_)) => return Ok(()),
        Err(error) => Err(error),
    };
    let unread = unread.map_err(|error| print_store_error(&error))?;
    if unread.is_empty() {
        return Ok(());
    }
    for value in &unread {
        print_error(&unread_words(value));
    }
    print_note(
        "The server sent these values in a form that cannot be read. Older ones are kept, if there are any.",
    );
    Err(Failure::Partial)
}

fn forget(name: &str, context: &CommandContext, yes: bool) -> Result<(), Failure> {
    let folder = folder(context, name)?;
    let notes = notes_in_words(context, name);
    if !yes {
        if !prompt::is_interactive() {
            return Err(usage("use --yes to delete the copy without confirmation"));
        }
        let all = match &notes {
            Some(notes) => format!(", the history of their changes and {notes}"),
            None => " and the history of their changes".to_owned(),
        };
        let question = format!("Delete the copy of the customers of {name}{all}?");
        if !prompt::confirm(&question).map_err(|_| Failure::Interrupted)? {
            print_note("Nothing was changed.");
            return Err(Failure::Failed);
        }
    }
    let files = PortfolioStore::forget(&folder).map_err(|error| print_store_error(&error))?;
    let remembered = context.home.store.update(|state| {
        if let Some(of) = state.profiles.get_mut(name) {
            of.keep_portfolio = None;
            of.keep_contacts = None;
            if let Some(view) = &mut of.view {
                view.forget_search();
            }
        }
    });
    if let Err(error) = remembered {
        print_error(&format!("the decision to keep a copy and the last search cannot be forgotten: {error}"));
    }
    if files.is_empty() {
        print_note("There was no copy.");
    } else {
        let notes = notes.map(|notes| format!(", and {notes} with them")).unwrap_or_default();
        print_note(&format!("Deleted {}{notes}.", text::pluralize(files.len() as u64, "file", "files")));
    }
    Ok(())
}
