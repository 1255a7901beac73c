//! Tokens that were issued to another tool.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use secrecy::{ExposeSecret, SecretString};

use super::{AccessToken, SecretProvider, TokenFuture, TokenProvider};

/// A token from another tool, which cannot be renewed.
#[derive(Debug, Clone)]
pub struct FixedToken(AccessToken);

impl FixedToken {
    /// Creates a provider of this token.
    pub fn new(text: SecretString) -> Self {
        Self(AccessToken::new(text))
    }
}

impl TokenProvider for FixedToken {
    fn token(&self) -> TokenFuture<'_, AccessToken> {
        std::future::ready(Ok(self.0.clone())).boxed()
    }

    fn renew<'a>(&'a self, _refused: &'a AccessToken) -> TokenFuture<'a, Option<AccessToken>> {
        std::future::ready(Ok(None)).boxed()
    }
}

/// A token that another tool keeps in a file, a variable or the like.
///
/// If the API refuses the token, it is read again, since the tool may have replaced it.
#[derive(Debug)]
pub struct ExternalToken {
    source: Arc<dyn SecretProvider>,
    current: Mutex<Option<AccessToken>>,
}

impl ExternalToken {
    /// Creates a provider of the token in this place. Nothing is read yet.
    pub fn new(source: Arc<dyn SecretProvider>) -> Self {
        Self { source, current: Mutex::default() }
    }

    fn current(&self) -> Option<AccessToken> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, text: SecretString) -> AccessToken {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        match &*current {
            // Two calls may have read it at the same time.
            Some(held) if held.expose() == text.expose_secret() => held.clone(),
            _ => current.insert(AccessToken::new(text)).clone(),
        }
    }
}

impl TokenProvider for ExternalToken {
    fn token(&self) -> TokenFuture<'_, AccessToken> {
        async move {
            match self.current() {
                Some(token) => Ok(token),
                None => Ok(self.remember(self.source.secret().await?)),
            }
        }
        .boxed()
    }

    fn renew<'a>(&'a self, refused: &'a AccessToken) -> TokenFuture<'a, Option<AccessToken>> {
        async move {
            if let Some(token) = self.current().filter(|token| token.expose() != refused.expose()) {
                return Ok(Some(token));
            }
            let text = self.source.secret().await?;
            let same = text.expose_secret() == refused.expose();
            Ok((!same).then(|| self.remember(text)))
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::api::ApiError;

    /// Returns `t0`, `t0`, `t1`, `t1` and so on.
    #[derive(Debug, Default)]
    struct Changing(AtomicUsize);

    impl SecretProvider for Changing {
        fn secret(&self) -> TokenFuture<'_, SecretString> {
            let number = self.0.fetch_add(1, Ordering::SeqCst) / 2;
            std::future::ready(Ok::<_, ApiError>(format!("t{number}").into())).boxed()
        }
    }

    #[tokio::test]
    async fn the_token_is_read_again_after_a_refusal() {
        let tokens = ExternalToken::new(Arc::new(Changing::default()));
        let first = tokens.token().await.unwrap();
        assert_eq!(tokens.token().await.unwrap(), first, "read once");
        assert_eq!(tokens.renew(&first).await.unwrap(), None, "still the same");
        let second = tokens.renew(&first).await.unwrap().unwrap();
        assert_eq!(second.expose(), "t1");
        assert_eq!(tokens.renew(&first).await.unwrap(), Some(second.clone()), "another call has noticed");
        assert_eq!(tokens.token().await.unwrap(), second);
    }
}
