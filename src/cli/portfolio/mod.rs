//! The commands that work with the local copy: `sync`, `portfolio`, `find`, `today`, `renewals`, `summary`, `report`, `note`,
//! `views`, `changes`, `reconcile` and `sql`.

mod changes;
mod deadlines;
mod duration;
mod facets;
mod find;
mod find_doubts;
mod manage;
mod note;
mod open;
mod reconcile;
mod renewals;
mod report;
mod report_rows;
mod sql;
mod summary;
mod sync;
mod sync_progress;
mod to_order;
mod today;
mod views;

pub use changes::ChangesArgs;
pub use deadlines::DeadlineFormat;
pub use find::FindArgs;
pub use manage::PortfolioCommand;
pub use note::NoteArgs;
pub use reconcile::{KeyColumns, ReconcileArgs};
pub use renewals::RenewalsArgs;
pub use report::ReportArgs;
pub use sql::SqlArgs;
pub use summary::SummaryArgs;
pub use sync::SyncArgs;
pub use today::TodayArgs;
pub use views::ViewsCommand;

pub(super) use changes::changes;
pub(super) use find::find;
pub(super) use manage::portfolio;
pub(super) use note::note;
pub(super) use open::notes_in_words;
pub(super) use reconcile::reconcile;
pub(super) use renewals::renewals;
pub(super) use report::report;
pub(super) use sql::sql;
pub(super) use summary::summary;
pub(super) use sync::sync;
pub(super) use today::today;
pub(super) use views::views;
