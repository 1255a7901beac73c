//! The one function that text from outside passes before it reaches a screen, a log, an error or plain output,
//! and the arithmetic of columns that goes with it; and the guess at what a misspelled name was to be.

mod alike;
mod clean;
mod json;
mod nearest;
mod number;
mod path;
mod sentence;
mod width;
mod wrap;

pub use alike::{folded, typed};
pub use clean::{MAX_CLEAN_CHARS, clean};
pub use json::escape_control_chars;
pub use nearest::did_you_mean;
pub use number::{group_digits, pluralize};
pub use path::path;
pub use sentence::sentence;
pub use width::{fit, is_uncertain, pad_end, pad_start, truncate, width};
pub use wrap::wrap;
