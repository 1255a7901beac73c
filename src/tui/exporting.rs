//! Exports from the screen: the engine of `vipmp export`, with what there is to say sent to the app.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::{
    app::{ExportFailed, ExportOrder, Message},
    connection::Pending,
    effects::Report,
};
use crate::{
    account::Account,
    api::{RequestOptions, Urgency},
    columns::RowSchema,
    export::{
        ExportError, ExportJob, Exported, FetchError, FetchJob, JournalError, Plan, Progress, Target,
        WriteError, Written, export_to_file, journal_of, look_at, remove_empty_journal,
    },
    files,
    output::{Options, default_columns},
    text::{self, sentence},
};

/// The number of times that it is told how far it is.
const BEAT: Duration = Duration::from_millis(250);

/// The source of an export's rows.
pub(super) struct Origin {
    /// The account.
    pub(super) connection: Pending,
    /// The place of its customers, in words that are the same at each start.
    pub(super) place: String,
    /// Requests for pages that are made before their answers are needed.
    pub(super) ahead: usize,
}

/// Exports until the end, or until `stop` says something or goes away.
pub(super) async fn export(
    order: ExportOrder,
    origin: Origin,
    stop: oneshot::Receiver<()>,
    reports: mpsc::UnboundedSender<Report>,
) {
    let outcome = run(order, origin, stop, &reports).await;
    let _ = reports.send(Report::Message(Message::Exported(outcome)));
}

async fn run(
    order: ExportOrder,
    origin: Origin,
    stop: oneshot::Receiver<()>,
    reports: &mpsc::UnboundedSender<Report>,
) -> Result<String, ExportFailed> {
    let file = expanded(&order.file);
    let place = look(file.clone()).await.map_err(ExportFailed::Refused)?;
    if place.is_there && !order.replace {
        return Err(ExportFailed::Exists);
    }
    let connection = origin
        .connection
        .ready()
        .await
        .map_err(|error| ExportFailed::Refused(error.user_message().summary))?;
    let account = &connection.account;
    let statuses = order.filter.status.statuses();
    let resellers = match order.filter.resellers.as_slice() {
        [] => vec![account.reseller_id.clone()],
        several => several.to_vec(),
    };
    let plan = Plan::of(&order.filter, &statuses, resellers, &origin.place);
    let mut plan = plan.with(order.details, order.subscriptions);
    if let Some(rows) = &order.picked {
        plan = plan.of_picked(rows);
    }
    let progress = Arc::new(Progress::default());
    let wanted = FetchJob {
        source: Arc::clone(&connection.source),
        // What the user looks at comes first.
        options: RequestOptions::new(Urgency::background()),
        plan,
        picked: order.picked.clone().unwrap_or_default(),
        journal: journal_of(&file),
        begin: order.begin,
        ahead: origin.ahead,
    };
    let begin = order.begin;
    let set = RowSchema::Customers { details: order.details, subscriptions: order.subscriptions };
    let job = ExportJob {
        rows: wanted,
        file: file.clone(),
        format: order.format,
        columns: default_columns(set, order.format),
        options: Options::default(),
        may_lack_lists: false,
        anyway: order.anyway,
    };
    let exported = tokio::select! {
        exported = export_to_file(job, Arc::clone(&progress)) => exported,
        _ = stop => {
            if remove_empty_journal(&file, begin, &progress) {
                return Err(ExportFailed::Ended("Export stopped.".to_owned()));
            }
            let journal = journal_of(&file);
            let words = format!("Export stopped. {} ({}).", kept(&progress), text::clean(&journal.to_string_lossy()));
            return Err(ExportFailed::Ended(words));
        }
        never = tell(&progress, reports) => match never {},
    };
    match exported {
        Ok(exported) => Ok(success(&exported, &order)),
        Err(ExportError::Fetch(FetchError::Journal(JournalError::Unfinished(_)))) => Err(ExportFailed::Left),
        Err(ExportError::Fetch(error)) if progress.rows() == 0 => {
            if matches!(error, FetchError::Api(_)) {
                remove_empty_journal(&file, begin, &progress);
            }
            Err(ExportFailed::Refused(words(error, account, &order.file)))
        }
        Err(ExportError::Fetch(error)) => Err(ended(&progress, &words(error, account, &order.file))),
        Err(ExportError::Doubtful(lists)) => {
            let doubt = lists.iter().find_map(|(_, stats)| stats.incomplete);
            let doubt = doubt.map(|doubt| doubt.to_string()).unwrap_or_default();
            Err(ended(&progress, &format!("The list may be incomplete: {doubt}.")))
        }
        Err(ExportError::Write(WriteError::Journal(error))) if !error.can_be_resumed() => {
            Err(ExportFailed::Ended(journal_words(&error, &text::clean(&order.file))))
        }
        Err(error @ (ExportError::Write(_) | ExportError::Task(_))) => {
            Err(ended(&progress, &sentence(&error.to_string())))
        }
    }
}

/// Returns what is to be said of a file that is there.
fn success(exported: &Exported, order: &ExportOrder) -> String {
    let Written { summary, without, doubts, damage, .. } = &exported.written;
    let (without, doubt) = (*without, exported.lists.iter().find_map(|(_, stats)| stats.incomplete));
    let moved = exported.lists.iter().any(|(_, stats)| stats.moved);
    let mut words =
        format!("{} in {}.", text::pluralize(summary.lines, "row", "rows"), text::clean(&order.file));
    if without > 0 {
        let customers = text::pluralize(without, "customer", "customers");
        let _ = write!(words, " The details of {customers} could not be loaded; their rows say why.");
    }
    if let Some(first) = doubts.first.first() {
        let customers = text::pluralize(doubts.count, "customer", "customers");
        let _ =
            write!(words, " Subscriptions of {customers} may be incomplete ({first}); their rows say why.");
    }
    if damage.count > 0 {
        let rows = text::pluralize(damage.count, "row was", "rows were");
        let _ = write!(words, " {rows} not valid as sent: see the column problem.");
    }
    if let Some(doubt) = doubt {
        let _ = write!(words, " It may be incomplete: {doubt}.");
    } else if moved {
        words += " The list changed while it was read: customers found by reading it again come last, and those who left are still in it.";
    }
    words
}

/// Tells how far it is, for ever.
async fn tell(progress: &Progress, reports: &mpsc::UnboundedSender<Report>) -> std::convert::Infallible {
    let (start, mut first) = (Instant::now(), None);
    loop {
        tokio::time::sleep(BEAT).await;
        let first = *first.get_or_insert(progress.rows());
        let told = progress.summary(first, start.elapsed());
        let _ = reports.send(Report::Message(Message::Exporting(told)));
    }
}

/// Describes an unfinished export and how to resume it.
fn kept(progress: &Progress) -> String {
    format!("{} are saved: export again to continue", progress.amount())
}

/// An export that ended early. The footer may have no room for all of it: the reason, which may be long, comes last.
fn ended(progress: &Progress, why: &str) -> ExportFailed {
    ExportFailed::Ended(format!("{}. {why}", kept(progress)))
}

/// Returns the error, in the screen's words.
fn words(error: FetchError, account: &Account, file: &str) -> String {
    let file = text::clean(file);
    match error {
        FetchError::Api(error) => account.error(*error).user_message().summary,
        FetchError::Journal(error) => journal_words(&error, &file),
        other @ FetchError::Filter(_) => sentence(&other.to_string()),
    }
}

/// Describes the trouble with the journal of this file, in the screen's words.
fn journal_words(error: &JournalError, file: &str) -> String {
    match error {
        JournalError::Other { what, .. } => {
            format!(
                "The unfinished export in {file}.partial is a different one ({what}): start again, or choose another name."
            )
        }
        JournalError::Damaged { line, .. } => {
            format!(
                "The unfinished export to {file} is damaged (line {line} of {file}.partial): start again, or choose another name."
            )
        }
        JournalError::Older(_) | JournalError::Newer(_) => {
            format!(
                "The unfinished export to {file} is from another version of vipmp: start again, or choose another name."
            )
        }
        JournalError::UnknownFormat(_) => {
            format!("The file {file}.partial is not the journal of an export: choose another name.")
        }
        JournalError::Busy(_) => format!("Another export is writing to {file}. Choose another name."),
        JournalError::NotFound(_) => format!("There is no unfinished export to {file}."),
        JournalError::Unfinished(_) => format!("There is an unfinished export to {file}."),
        JournalError::Io { source, .. } => format!("Cannot write {file}: {source}."),
    }
}

/// Looks at the place of the file; the error says in words why no export can be written there.
async fn look(file: PathBuf) -> Result<Target, String> {
    match tokio::task::spawn_blocking(move || look_at(&file)).await {
        Ok(found) => found.map_err(|error| sentence(&error.to_string())),
        Err(error) => Err(sentence(&error.to_string())),
    }
}

/// A name as a shell would take it.
fn expanded(name: &str) -> PathBuf {
    files::expand_home(Path::new(name)).unwrap_or_else(|| PathBuf::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_do_stands_before_a_reason_that_may_be_long() {
        let told = ended(&Progress::default(), "Offline: could not reach partners.example.com.");
        let words =
            "0 rows are saved: export again to continue. Offline: could not reach partners.example.com.";
        assert_eq!(told, ExportFailed::Ended(words.to_owned()));
    }
}
