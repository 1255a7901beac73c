//! Issued tokens that are kept from one start to the next.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use futures_util::future::BoxFuture;

use super::AccessToken;

/// A token and its lifetime by the clock of this machine, whatever the clock of the token service says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedToken {
    /// The token.
    pub token: AccessToken,
    /// The time of receipt.
    pub received_at: SystemTime,
    /// The time of expiry.
    pub expires_at: SystemTime,
}

impl CachedToken {
    /// Returns the time from `now` to the expiry; `None` if the token has expired, or if the clock has been set back to
    /// before the receipt, so that the expiry cannot be known.
    pub(super) fn remaining(&self, now: SystemTime) -> Option<Duration> {
        now.duration_since(self.received_at).ok()?;
        self.expires_at.duration_since(now).ok().filter(|left| !left.is_zero())
    }
}

/// A store for the token of one account. A failure costs no more than a sign-in.
pub trait TokenCache: fmt::Debug + Send + Sync {
    /// Loads the token that was stored last.
    fn load(&self) -> BoxFuture<'_, Option<CachedToken>>;

    /// Starts to store a token in place of the last one, and does not wait for the end.
    fn store(&self, token: CachedToken);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_valid_between_its_receipt_and_its_expiry() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let token =
            CachedToken { token: AccessToken::new("t".into()), received_at: at(100), expires_at: at(200) };
        assert_eq!(token.remaining(at(150)), Some(Duration::from_secs(50)));
        assert_eq!(token.remaining(at(100)), Some(Duration::from_secs(100)));
        for elsewhere in [99, 200, 5_000] {
            assert_eq!(token.remaining(at(elsewhere)), None, "{elsewhere}");
        }
    }
}
