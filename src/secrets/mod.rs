//! The places of secrets and tokens: the system's keyring, an environment variable, a file, a program.
//!
//! Nothing here is shown or logged. What the rest of the program gets are [`secrecy`] types and errors in plain words
//! that never hold a secret. Blocking calls run on blocking tasks.

mod command;
mod error;
mod keyring;
mod running;
mod source;
mod terminal;
mod text;
mod tokens;
mod vault;

pub use error::SecretError;
pub use keyring::{Keyring, KeyringError, MemoryKeyring, NoKeyring, SystemKeyring};
pub use source::ProfileSecret;
pub use terminal::{Lease, Wish};
pub(crate) use text::{SecretFlaw, decode, read_secret};
pub use tokens::ProfileTokens;
pub use vault::{TokenStorage, Vault};

/// The environment variable with a ready access token for the profile that the program starts with.
pub const TOKEN_VARIABLE: &str = "VIPMP_ACCESS_TOKEN";

/// More than this is no secret.
const MAX_SECRET: u64 = 64 * 1024;
