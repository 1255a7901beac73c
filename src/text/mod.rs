//! Text tools: cleaning of untrusted text, display width, normalisation for comparison, and suggestions for misspelt
//! names.
//!
//! Text from outside passes [`clean()`] before it reaches the screen, the log, an error or plain output.

mod clean;
mod did_you_mean;
mod json;
mod normalize;
mod number;
mod path;
mod sentence;
mod width;
mod wrap;

pub use clean::{MAX_CLEAN_CHARS, clean};
pub use did_you_mean::did_you_mean;
pub use json::escape_control_chars;
pub use normalize::{fold_case, normalize_input};
pub use number::{group_digits, pluralize};
pub use path::display_path;
pub use sentence::{capitalized, sentence};
pub use width::{fit, is_uncertain, pad_end, pad_start, truncate, width};
pub use wrap::wrap;
