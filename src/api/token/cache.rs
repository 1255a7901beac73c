//! Tokens that outlive the program: what is kept of them, and when one is still good.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use futures_util::future::BoxFuture;

use super::AccessToken;

/// A token with its times, by this machine's clock: from the moment of receipt on, whatever clock the service has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedToken {
    /// The token.
    pub token: AccessToken,
    /// The time when it was received.
    pub received_at: SystemTime,
    /// The time when it ends.
    pub ends_at: SystemTime,
}

impl CachedToken {
    /// Returns the time that it is still good at `now`; `None` where it has ended, or where the clock was set back since it came, so
    /// that nobody knows.
    pub(super) fn left(&self, now: SystemTime) -> Option<Duration> {
        now.duration_since(self.received_at).ok()?;
        self.ends_at.duration_since(now).ok().filter(|left| !left.is_zero())
    }
}

/// A place where one account's token is kept from one start to the next. What fails there costs a sign-in, no more.
pub trait TokenCache: fmt::Debug + Send + Sync {
    /// The token that was kept last.
    fn load(&self) -> BoxFuture<'_, Option<CachedToken>>;

    /// Keeps a token in place of the last one; begins to, without waiting until it is done.
    fn store(&self, token: CachedToken);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_between_its_receipt_and_its_end() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let token =
            CachedToken { token: AccessToken::new("t".into()), received_at: at(100), ends_at: at(200) };
        assert_eq!(token.left(at(150)), Some(Duration::from_secs(50)));
        assert_eq!(token.left(at(100)), Some(Duration::from_secs(100)));
        for elsewhere in [99, 200, 5_000] {
            assert_eq!(token.left(at(elsewhere)), None, "{elsewhere}");
        }
    }
}
