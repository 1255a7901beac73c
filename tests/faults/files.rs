//! Faults of files: what is configured and remembered.

use crate::catalogue::Case;

pub(crate) const CASES: &[Case] = &[];
