//! An export from its first request to the file: gathered, judged, written. Commands and the screen put its outcome in words.

use std::{path::PathBuf, sync::Arc};

use super::{GatherError, Gathered, Order, Progress, WriteError, Written, gather, write};
use crate::{
    collect::ListStats,
    columns::Columns,
    output::{Format, Options},
};

/// An export to make. Its place was looked at with [`super::look_at`].
#[derive(Debug)]
pub struct Job {
    /// The rows to gather.
    pub order: Order,
    /// The file.
    pub file: PathBuf,
    /// Its format.
    pub format: Format,
    /// Its columns.
    pub columns: Columns,
    /// The options of the format.
    pub options: Options,
    /// True if lists may be missing as a whole, since that of the resellers is doubtful.
    pub may_lack_lists: bool,
    /// True if the file is written even if rows may be missing.
    pub anyway: bool,
}

/// An export whose file is there.
#[derive(Debug)]
pub struct Exported {
    /// The statistics of each list.
    pub lists: Vec<(String, ListStats)>,
    /// The numbers of what was written.
    pub written: Written,
}

/// The reason why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Gathering ended early.
    #[error("{0}")]
    Gather(#[from] GatherError),
    /// Rows may be missing; the journal is complete as far as that goes.
    #[error("rows may be missing")]
    Doubtful(Vec<(String, ListStats)>),
    /// The file could not be written.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The task that writes did not end.
    #[error("{0}")]
    Task(#[from] tokio::task::JoinError),
}

/// Exports from beginning to end. Dropping the future stops it; the journal can then be resumed.
///
/// # Errors
/// Fails if gathering ends early, if rows may be missing and the job does not accept that, or if the file cannot be
/// written. The journal stays unless it says otherwise.
pub async fn export_to_file(job: Job, progress: Arc<Progress>) -> Result<Exported, ExportError> {
    let Gathered { journal, tallies: lists } = gather(job.order, progress).await?;
    let is_doubtful = job.may_lack_lists || lists.iter().any(|(_, stats)| stats.doubt.is_some());
    if is_doubtful && !job.anyway {
        return Err(ExportError::Doubtful(lists));
    }
    let Job { file, format, columns, options, .. } = job;
    let writing = tokio::task::spawn_blocking(move || write(journal, &file, format, &columns, options));
    Ok(Exported { lists, written: writing.await?? })
}
