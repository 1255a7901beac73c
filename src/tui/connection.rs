//! The connection of the screen to an API, made after the first frame is drawn.

use std::{fmt, future::Future, sync::Arc};

use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;

use crate::{
    account::Account, api::ApiError, demo::Demo, portfolio::PortfolioSource, products::ProductNames,
};

/// An account with its source of customers.
#[derive(Debug)]
pub(super) struct Connection {
    /// The account.
    pub(super) account: Account,
    /// The source of the account's customers.
    pub(super) source: Arc<PortfolioSource>,
    /// The names of products.
    pub(super) names: Arc<ProductNames>,
    /// The demo server, which must live as long as the connection.
    pub(super) _keep: Option<Demo>,
}

/// A connection that is made in the background. Requests wait for it; the screen does not. After a failure, the next
/// request tries again.
#[derive(Clone)]
pub(super) struct PendingConnection(Arc<Inner>);

struct Inner {
    made: OnceCell<Arc<Connection>>,
    make: Box<dyn Fn() -> BoxFuture<'static, Result<Connection, ApiError>> + Send + Sync>,
}

impl fmt::Debug for PendingConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PendingConnection").field(&self.0.made.get()).finish()
    }
}

impl PendingConnection {
    /// Creates a connection that is made on first use.
    pub(super) fn new<F>(make: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Connection, ApiError>> + Send + 'static,
    {
        let make = Box::new(move || -> BoxFuture<'static, _> { Box::pin(make()) });
        Self(Arc::new(Inner { made: OnceCell::new(), make }))
    }

    /// Starts to connect in a task of its own. The request that needs the connection reports a failure.
    pub(super) fn begin(&self) {
        let early = self.clone();
        tokio::spawn(async move { early.ready().await.map(drop) });
    }

    /// Waits for the connection.
    ///
    /// # Errors
    /// Fails if it cannot be made.
    pub(super) async fn ready(&self) -> Result<Arc<Connection>, ApiError> {
        let make = || async { (self.0.make)().await.map(Arc::new) };
        self.0.made.get_or_try_init(make).await.map(Arc::clone)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_connection_that_could_not_be_made_is_tried_again() {
        let tries = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&tries);
        let pending = PendingConnection::new(move || {
            let number = counted.fetch_add(1, Ordering::SeqCst);
            async move { Err(ApiError::internal(&format!("try {number}"))) }
        });
        pending.begin();
        let first = pending.ready().await.unwrap_err();
        let second = pending.ready().await.unwrap_err();
        assert_ne!(first, second);
        assert!(tries.load(Ordering::SeqCst) >= 2);
    }
}
