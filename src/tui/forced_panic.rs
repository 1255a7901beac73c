//! Panics that tests force, to see how the program reports them.

/// Returns true if a test forces a panic in this place; never in release builds.
pub(super) fn is_panic_forced(place: &str) -> bool {
    cfg!(debug_assertions) && std::env::var_os("VIPMP_FORCE_PANIC").is_some_and(|value| value == place)
}
