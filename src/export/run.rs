//! Runs an export from its first request to the file. Commands and the screen describe its outcome.

use std::{path::PathBuf, sync::Arc};

use super::{FetchError, FetchJob, FetchedRows, Progress, WriteError, Written, fetch_rows, write};
use crate::{
    collect::ListStats,
    columns::Columns,
    output::{Format, Options},
};

/// An export to run. Its target was checked with [`super::look_at`].
#[derive(Debug)]
pub struct ExportJob {
    /// The rows to fetch.
    pub rows: FetchJob,
    /// The file to write.
    pub file: PathBuf,
    /// Its format.
    pub format: Format,
    /// The columns of the file.
    pub columns: Columns,
    /// The options of the format.
    pub options: Options,
    /// True if whole lists may be missing, since the list of resellers may be incomplete.
    pub may_lack_lists: bool,
    /// True if the file is written even if rows may be missing.
    pub anyway: bool,
}

/// A finished export.
#[derive(Debug)]
pub struct Exported {
    /// The name and statistics of each list.
    pub lists: Vec<(String, ListStats)>,
    /// The outcome of writing the file.
    pub written: Written,
}

/// The reason why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Fetching the rows ended early.
    #[error("{0}")]
    Fetch(#[from] FetchError),
    /// Rows may be missing; otherwise the journal is complete.
    #[error("rows may be missing")]
    Doubtful(Vec<(String, ListStats)>),
    /// The file could not be written.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The writing task panicked or was cancelled.
    #[error("{0}")]
    Task(#[from] tokio::task::JoinError),
}

/// Runs an export. Dropping the future stops it; the journal can then be resumed.
///
/// # Errors
/// Fails if fetching ends early, if rows may be missing and the job does not accept that, or if the file cannot be
/// written. The journal stays unless the error says otherwise.
pub async fn export_to_file(job: ExportJob, progress: Arc<Progress>) -> Result<Exported, ExportError> {
    let FetchedRows { journal, lists } = fetch_rows(job.rows, Arc::clone(&progress)).await?;
    let is_doubtful = job.may_lack_lists || lists.iter().any(|(_, stats)| stats.incomplete.is_some());
    if is_doubtful && !job.anyway {
        return Err(ExportError::Doubtful(lists));
    }
    let ExportJob { file, format, columns, options, .. } = job;
    progress.begin_writing();
    let writing = tokio::task::spawn_blocking(move || write(journal, &file, format, &columns, options));
    Ok(Exported { lists, written: writing.await?? })
}
