//! The app as a whole: keys and results in, state and effects out.

mod actions;
mod cells;
mod columns;
mod commands;
mod comparing;
mod copied;
mod copying;
mod details;
mod dialogs;
mod drift;
mod exporting;
mod faults;
mod filtering;
mod lists;
mod memory;
mod mouse;
mod noting;
mod overlays;
mod paging;
mod product_names;
mod profile_focus;
mod profiles;
mod renewal_strip;
mod resellers;
mod summary;
mod views;
