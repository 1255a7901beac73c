//! The portfolio: a local copy of everything that a profile may read, searchable, sortable and honest about its age.
//!
//! [`query`] is the language of searches, [`entry`] holds the facts about one customer that searching and sorting use.

pub mod entry;
pub mod query;
