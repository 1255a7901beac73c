//! Exports from the screen: the same engine as `vipmp export`, with its progress and outcome sent to the app.

mod of_copy;

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

use of_copy::{CopyExportError, export_copy};

use super::{
    app::{ExportFailed, ExportOrder, Message},
    connection::{Connection, PendingConnection},
    report::Report,
};
use crate::{
    account::Account,
    api::{RequestOptions, Urgency},
    collect::ListStats,
    columns::RowSchema,
    export::{
        ExportError, ExportJob, Exported, FetchError, FetchJob, JournalError, Plan, Progress, Target,
        WriteError, Written, export_to_file, journal_of, look_at, remove_empty_journal,
    },
    files,
    output::{Options, default_columns},
    text::{self, sentence},
};

/// The interval between two reports of the progress.
const REPORT_INTERVAL: Duration = Duration::from_millis(250);

/// The account and place that an export reads from.
pub(super) struct ExportSource {
    /// The connection to the account.
    pub(super) connection: PendingConnection,
    /// The API and reseller, in words that are the same at each start.
    pub(super) place: String,
    /// The number of requests for pages that are sent before their answers are needed.
    pub(super) ahead: usize,
}

/// Exports until the end, or until `stop` receives a value or its sender is dropped.
pub(super) async fn export_to_app(
    order: ExportOrder,
    origin: ExportSource,
    stop: oneshot::Receiver<()>,
    reports: mpsc::UnboundedSender<Report>,
) {
    let outcome = run(order, origin, stop, &reports).await;
    let _ = reports.send(Report::Message(Message::Exported(outcome)));
}

async fn run(
    order: ExportOrder,
    origin: ExportSource,
    stop: oneshot::Receiver<()>,
    reports: &mpsc::UnboundedSender<Report>,
) -> Result<String, ExportFailed> {
    let file = expand_home(&order.file);
    let place = check_target(file.clone()).await.map_err(ExportFailed::Refused)?;
    if place.is_there && !order.replace {
        return Err(ExportFailed::Exists);
    }
    let connection = origin
        .connection
        .ready()
        .await
        .map_err(|error| ExportFailed::Refused(error.user_message().summary))?;
    let account = &connection.account;
    if order.filter.portfolio.is_some() {
        return run_of_copy(order, &connection, file, stop, reports).await;
    }
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
        source: connection.source.clone(),
        // Requests for what the user is looking at come first.
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
        columns: default_columns(set, order.format).with_names(Arc::clone(&connection.names)),
        options: Options::default(),
        may_lack_lists: false,
        anyway: order.anyway,
    };
    let mut exporting = std::pin::pin!(export_to_file(job, Arc::clone(&progress)));
    let exported = tokio::select! {
        exported = &mut exporting => exported,
        _ = stop => {
            if !progress.is_writing() {
                if remove_empty_journal(&file, begin, &progress) {
                    return Err(ExportFailed::Ended("Export stopped.".to_owned()));
                }
                let journal = text::clean(&journal_of(&file).to_string_lossy()).into_owned();
                let words = format!("Export stopped. {} ({journal}).", resume_hint(&progress));
                return Err(ExportFailed::Ended(words));
            }
            // The file appears in any case: what is said of it must be true.
            exporting.await
        }
        never = report_progress(&progress, reports) => match never {},
    };
    match exported {
        Ok(Exported { lists, written }) => Ok(success_text(&lists, &written, &file)),
        Err(ExportError::Fetch(FetchError::Journal(JournalError::Unfinished(_)))) => Err(ExportFailed::Left),
        Err(ExportError::Fetch(error)) if progress.rows() == 0 => {
            if matches!(error, FetchError::Api(_)) {
                remove_empty_journal(&file, begin, &progress);
            }
            Err(ExportFailed::Refused(error_text(error, account, &order.file)))
        }
        Err(ExportError::Fetch(error)) => {
            Err(ended_early(&progress, &error_text(error, account, &order.file)))
        }
        Err(ExportError::Doubtful(lists)) => {
            let doubt = lists.iter().find_map(|(_, stats)| stats.incomplete);
            let doubt = doubt.map(|doubt| doubt.to_string()).unwrap_or_default();
            Err(ended_early(&progress, &format!("The list may be incomplete: {doubt}.")))
        }
        Err(ExportError::Write(WriteError::Journal(error))) if !error.can_be_resumed() => {
            Err(ExportFailed::Ended(journal_error_text(&error, &text::clean(&order.file))))
        }
        Err(error @ (ExportError::Write(_) | ExportError::Task(_))) => {
            Err(ended_early(&progress, &sentence(&error.to_string())))
        }
    }
}

/// Exports what a view of the local copy shows.
async fn run_of_copy(
    order: ExportOrder,
    connection: &Connection,
    file: PathBuf,
    stop: oneshot::Receiver<()>,
    reports: &mpsc::UnboundedSender<Report>,
) -> Result<String, ExportFailed> {
    let progress = Arc::new(Progress::default());
    let (source, names) = (Arc::clone(&connection.source), Arc::clone(&connection.names));
    let exported = tokio::select! {
        exported = export_copy(order, source, names, file.clone(), Arc::clone(&progress), stop) => exported,
        never = report_progress(&progress, reports) => match never {},
    };
    match exported {
        Ok((written, complaint)) => {
            let mut words = success_text(&[], &written, &file);
            if let Some(complaint) = complaint {
                let _ = write!(words, " {complaint}");
            }
            Ok(words)
        }
        Err(CopyExportError::Stopped) => {
            Err(ExportFailed::Ended("Export stopped. No file was written.".to_owned()))
        }
        Err(error) => Err(ExportFailed::Refused(sentence(&error.to_string()))),
    }
}

/// Describes an export whose file is complete, with its whole path.
fn success_text(lists: &[(String, ListStats)], written: &Written, file: &Path) -> String {
    let Written { summary, without, doubts, damage, .. } = written;
    let (without, doubt) = (*without, lists.iter().find_map(|(_, stats)| stats.incomplete));
    let moved = lists.iter().any(|(_, stats)| stats.moved);
    let mut words = format!(
        "Exported {} to {}.",
        text::pluralize(summary.lines, "row", "rows"),
        text::display_path(&std::path::absolute(file).unwrap_or_else(|_| file.to_owned()))
    );
    if without > 0 {
        let customers = text::pluralize(without, "customer", "customers");
        let _ = write!(words, " The details of {customers} could not be loaded; their rows say why.");
    }
    if let Some(first) = doubts.first.first() {
        let customers = text::pluralize(doubts.count, "customer", "customers");
        let _ =
            write!(words, " Subscriptions of {customers} may be incomplete ({first}); their rows say why.");
    }
    if summary.unreadable > 0 {
        let lines = text::pluralize(summary.unreadable, "line", "lines");
        let _ = write!(words, " {lines} could not be read: see the column problem.");
    }
    if damage.count > 0 {
        let rows = text::pluralize(damage.count, "row was", "rows were");
        let _ = write!(words, " {rows} invalid as sent: see the column problem.");
    }
    if let Some(doubt) = doubt {
        let _ = write!(words, " The list may be incomplete: {doubt}.");
    } else if moved {
        words += " The list changed while it was read: customers that joined are at the end, and customers that left are still included.";
    }
    words
}

/// Reports the progress at regular intervals, for ever.
async fn report_progress(
    progress: &Progress,
    reports: &mpsc::UnboundedSender<Report>,
) -> std::convert::Infallible {
    let (start, mut first) = (Instant::now(), None);
    loop {
        tokio::time::sleep(REPORT_INTERVAL).await;
        let first = *first.get_or_insert(progress.rows());
        let summary = progress.summary(first, start.elapsed());
        let _ = reports.send(Report::Message(Message::Exporting(summary)));
    }
}

/// Describes an unfinished export and how to resume it.
fn resume_hint(progress: &Progress) -> String {
    format!("{} are saved: export again to continue", progress.amount())
}

/// Returns the failure of an export that ended early. The reason comes last: it may be long, and the footer short.
fn ended_early(progress: &Progress, why: &str) -> ExportFailed {
    ExportFailed::Ended(format!("{}. {why}", resume_hint(progress)))
}

/// Describes an error for the screen.
fn error_text(error: FetchError, account: &Account, file: &str) -> String {
    let file = text::clean(file);
    match error {
        FetchError::Api(error) => account.error(*error).user_message().summary,
        FetchError::Journal(error) => journal_error_text(&error, &file),
        other @ FetchError::Filter(_) => sentence(&other.to_string()),
    }
}

/// Describes a problem with the journal of this file for the screen.
fn journal_error_text(error: &JournalError, file: &str) -> String {
    match error {
        JournalError::Other { what, .. } => {
            format!(
                "The unfinished export in {file}.partial is a different one ({what}). Start again, or choose another name."
            )
        }
        JournalError::Damaged { line, .. } => {
            format!(
                "The unfinished export to {file} is damaged (line {line} of {file}.partial). Start again, or choose another name."
            )
        }
        JournalError::Older(_) | JournalError::Newer(_) => {
            format!(
                "The unfinished export to {file} is from another version of vipmp. Start again, or choose another name."
            )
        }
        JournalError::UnknownFormat(_) => {
            format!("The file {file}.partial is not the journal of an export. Choose another name.")
        }
        JournalError::Busy(_) => format!("Another export is writing to {file}. Choose another name."),
        JournalError::NotFound(_) => format!("There is no unfinished export to {file}."),
        JournalError::Unfinished(_) => format!("There is an unfinished export to {file}."),
        JournalError::Io { source, .. } => format!("Cannot write {file}: {source}."),
    }
}

/// Checks that an export can be written to this file; the error says in words why not.
async fn check_target(file: PathBuf) -> Result<Target, String> {
    match tokio::task::spawn_blocking(move || look_at(&file)).await {
        Ok(found) => found.map_err(|error| sentence(&error.to_string())),
        Err(error) => Err(sentence(&error.to_string())),
    }
}

/// Expands `~` in a file name as a shell would.
fn expand_home(name: &str) -> PathBuf {
    files::expand_home(Path::new(name)).unwrap_or_else(|| PathBuf::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_comes_before_a_reason_that_may_be_long() {
        let failure = ended_early(&Progress::default(), "Offline: could not reach partners.example.com.");
        let words =
            "0 rows are saved: export again to continue. Offline: could not reach partners.example.com.";
        assert_eq!(failure, ExportFailed::Ended(words.to_owned()));
    }
}
