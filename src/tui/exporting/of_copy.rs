//! Exports of the local copy: what a view shows, without any request.

use std::{
    collections::HashMap,
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{runtime::Handle, sync::oneshot};

use crate::{
    api::ApiError,
    columns::RowSchema,
    export::{ExportRow, Progress, Written, write_rows},
    model::{AsOf, Row},
    output::{Options, OutputError, default_columns},
    portfolio::{FoundCustomers, PortfolioSource},
    products::ProductNames,
    source::HeldCustomer,
    tui::app::ExportOrder,
};

/// The customers that are read from the copy at once.
const CHUNK: usize = 200;

/// The reason why an export of the copy has no file.
#[derive(Debug, thiserror::Error)]
pub(super) enum CopyExportError {
    /// The copy cannot be read.
    #[error("{}", .0.user_message().summary)]
    Copy(Box<ApiError>),
    /// The rows could not be formatted or written.
    #[error("{0}")]
    Output(#[from] OutputError),
    /// The system's error about the file or its folder.
    #[error("cannot write: {0}")]
    Io(#[from] io::Error),
    /// The user has stopped it.
    #[error("the export was stopped")]
    Stopped,
    /// The writing task panicked or was cancelled.
    #[error("{0}")]
    Task(#[from] tokio::task::JoinError),
}

impl From<ApiError> for CopyExportError {
    fn from(error: ApiError) -> Self {
        Self::Copy(Box::new(error))
    }
}

/// Writes what the copy holds of the ordered customers. Returns the outcome, and what has to be said of the list. `stop` ends
/// it early; then there is no new file.
pub(super) async fn export_copy(
    order: ExportOrder,
    source: Arc<PortfolioSource>,
    names: Arc<ProductNames>,
    file: PathBuf,
    progress: Arc<Progress>,
    stop: oneshot::Receiver<()>,
) -> Result<(Written, Option<String>), CopyExportError> {
    let (ids, mut picked, complaint) = if let Some(rows) = order.picked {
        let id = |row: &Row| row.customer().map(|customer| customer.customer_id.clone());
        let ids: Vec<String> = rows.iter().filter_map(id).collect();
        let rows = rows.into_iter().filter_map(|row| Some((id(&row)?, row)));
        (ids, rows.collect::<HashMap<_, _>>(), None)
    } else {
        let FoundCustomers { ids, complaint } = source.find(order.filter).await?;
        (ids, HashMap::new(), complaint)
    };
    progress.begin(0, Some(ids.len() as u64));
    let parts =
        WantedParts { details: order.details, subscriptions: order.subscriptions, as_of: source.as_of() };
    let schema = RowSchema::Portfolio { details: parts.details, subscriptions: parts.subscriptions };
    let (format, columns) = (order.format, default_columns(schema, order.format).with_names(names));
    let is_stopped = Arc::new(AtomicBool::new(false));
    let (stopped, runtime) = (Arc::clone(&is_stopped), Handle::current());
    let mut writing = tokio::task::spawn_blocking(move || {
        let mut chunks = ids.chunks(CHUNK);
        write_rows(&file, format, &columns, Options::default(), || {
            if stopped.load(Ordering::Acquire) {
                return Err(CopyExportError::Stopped);
            }
            let Some(chunk) = chunks.next() else { return Ok(None) };
            let held = runtime.block_on(source.held(chunk.to_vec()))?;
            let mut held: HashMap<String, HeldCustomer> = held
                .into_iter()
                .filter_map(|held| Some((held.row.customer()?.customer_id.clone(), held)))
                .collect();
            let row = |id: &String| match held.remove(id) {
                Some(held) => Some(parts.row(held)),
                // It was marked in a live list, or is not in the copy any more.
                None => picked.remove(id).map(|row| parts.row_alone(row)),
            };
            let rows: Vec<ExportRow> = chunk.iter().filter_map(row).collect();
            progress.picked(progress.rows() + chunk.len() as u64);
            Ok(Some(rows))
        })
    });
    let written = tokio::select! {
        written = &mut writing => written,
        _ = stop => {
            is_stopped.store(true, Ordering::Release);
            // It may have come to its end meanwhile.
            writing.await
        }
    };
    Ok((written??, complaint))
}

/// The parts of customers that are wanted beside their rows, and the day on which they are looked at.
#[derive(Debug, Clone, Copy)]
struct WantedParts {
    details: bool,
    subscriptions: bool,
    as_of: AsOf,
}

impl WantedParts {
    fn row(self, held: HeldCustomer) -> ExportRow {
        let row = Arc::unwrap_or_clone(held.row);
        let details = held.parts.record.filter(|_| self.details).map(|part| Arc::unwrap_or_clone(part.value));
        let list = held.parts.subscriptions.filter(|_| self.subscriptions);
        let subscriptions = list.map(|part| Arc::unwrap_or_clone(part.value));
        let lacks = self.details && details.is_none() || self.subscriptions && subscriptions.is_none();
        let problem = lacks.then(|| "not all of its details are in the local copy yet".to_owned());
        let (copy, note) = (Some((held.parts.facts, self.as_of)), held.parts.note);
        ExportRow { row, details, subscriptions, copy, note, problem }
    }

    fn row_alone(self, row: Row) -> ExportRow {
        let problem =
            (self.details || self.subscriptions).then(|| "this customer is not in the local copy".to_owned());
        ExportRow { row, details: None, subscriptions: None, copy: None, note: None, problem }
    }
}
