//! The portfolio: a local copy of everything that a profile may read, searchable, sortable and honest about its age.
//!
//! [`PortfolioStore`] keeps it in two files, [`sync`] fills it, [`query`] is the language of searches, and [`index`]
//! answers them in memory. The copy is a cache of
//! what the API sent; observed changes are kept apart from it, since they cannot be read again.

mod change;
pub mod entry;
mod error;
mod facts;
mod fold;
pub mod index;
mod ledger;
mod load;
mod notes;
pub mod query;
mod renewal_weeks;
mod screen;
mod store;
mod summary;
pub mod sync;
mod today;
mod upcoming;

pub use error::StoreError;
pub use fold::fold;
pub use ledger::{DatedConsumables, DatedSeats, SeatLedger};
pub use load::load_index;
pub use notes::{NoteEntry, NoteHome, SessionNotes};
pub use renewal_weeks::renewal_span;
pub use screen::{
    CopyRole, FindNotes, FindResellers, FoundCustomers, KnownResellers, OnChange, OpenCopy, OpenedCopy,
    PortfolioSource, SyncPlan,
};
pub use store::{
    ChangeFilter, Completeness, CopyFile, DueCustomer, FileCheck, FileReport, Identity, NoteFile, Notes,
    OpenedStore, PendingLicences, PortfolioRename, PortfolioStore, Revision, ShownRows, SqlError, SqlTable,
    SqlValue, StoredCustomer, StoredOrders, StoredRecord, StoredSubscription, UnreadValue, folder_of,
};
pub use summary::summarise;
pub use today::{CHANGE_BY, FOLLOW_UPS, TODAY, TodayList, TodayRow, history_doubt, today};
pub use upcoming::{CustomerRenewalDate, UpcomingRenewals, upcoming};
