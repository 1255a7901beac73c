//! What the app does when the account, the configuration or the list of resellers changes.

mod configuration;
mod resellers;
mod switch;
