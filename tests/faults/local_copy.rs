//! Faults of the local copy: other processes, disks, files, and what a slow or careless server does to it.

mod api;
mod disk;
mod files;
mod notes;
mod server;
mod together;

use crate::catalogue::{Case, case};

pub(crate) const CASES: &[Case] = &[
    case!(together::a_sync_beside_a_sync, "two syncs of one copy at once"),
    case!(together::a_session_beside_a_sync, "a session while another process syncs its copy"),
    case!(together::forgotten_beside_a_writer, "`portfolio forget` while another process syncs"),
    case!(together::forgotten_beside_a_reader, "`portfolio forget` while another process reads"),
    case!(notes::beside_a_sync, "a note that a session writes while another process syncs"),
    case!(notes::killed, "20 kills while a note is written"),
    case!(notes::of_a_damaged_history, "a note, where the history is damaged"),
    #[cfg(unix)]
    case!(notes::of_a_history_that_disappears, "notes whose history is deleted while they are shown"),
    case!(disk::read_only, "a copy on a read-only medium"),
    case!(disk::full, "a disk that becomes full during a sync"),
    case!(disk::network, "a copy on a network file system"),
    case!(files::damaged, "a damaged copy"),
    case!(files::damaged_for_a_session, "a damaged copy, for a session"),
    case!(files::of_a_newer_version, "a copy of a newer version"),
    case!(files::not_writable_for_a_session, "a copy that a session cannot write"),
    case!(files::deleted_under_a_session, "a copy that another program deletes during a session"),
    case!(server::slow_for_some, "a server that is too slow for some customers, some of which no list shows"),
    case!(server::doubtful_resellers, "a list of resellers that may be incomplete, for a session"),
];
