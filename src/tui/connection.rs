//! The API that the screen talks to, made ready once the first frame is drawn.

use std::{fmt, future::Future, sync::Arc};

use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;

use crate::{account::Account, api::ApiError, demo::Demo, source::CustomerSource};

/// An account and what belongs to it.
#[derive(Debug)]
pub(super) struct Connection {
    /// The account.
    pub(super) account: Account,
    /// The source of its customers.
    pub(super) source: Arc<dyn CustomerSource>,
    /// The server of the demo API, which has to live as long as the connection.
    pub(super) _keep: Option<Demo>,
}

/// A connection that is being made; requests wait for it, the screen does not. Where it could not be made, the next
/// request tries again.
#[derive(Clone)]
pub(super) struct Pending(Arc<Inner>);

struct Inner {
    made: OnceCell<Arc<Connection>>,
    make: Box<dyn Fn() -> BoxFuture<'static, Result<Connection, ApiError>> + Send + Sync>,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pending").field(&self.0.made.get()).finish()
    }
}

impl Pending {
    /// A connection that nobody has begun to make yet.
    pub(super) fn new<F>(make: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Connection, ApiError>> + Send + 'static,
    {
        let make = Box::new(move || -> BoxFuture<'static, _> { Box::pin(make()) });
        Self(Arc::new(Inner { made: OnceCell::new(), make }))
    }

    /// Begins to make it on a task of its own. Who asks first is told of a failure; this only begins early.
    pub(super) fn begin(&self) {
        let early = self.clone();
        tokio::spawn(async move { early.ready().await.map(drop) });
    }

    /// The connection, once it is made, or why it could not be.
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
        let pending = Pending::new(move || {
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
