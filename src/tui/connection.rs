//! The API that the screen talks to, made ready while the first frame is being drawn.

use std::{future::Future, sync::Arc};

use tokio::sync::watch;

use crate::api::{ApiError, Client};

/// A client and what belongs to it.
#[derive(Debug)]
pub struct Connection {
    /// The client.
    pub client: Client,
    /// The reseller whose customers are browsed.
    pub reseller_id: String,
    /// What has to live as long as the connection: the demo API's server.
    pub keep: Option<crate::demo::Demo>,
}

type Made = Result<Arc<Connection>, ApiError>;

/// A connection that is being made; requests wait for it, the screen does not.
#[derive(Debug, Clone)]
pub(super) struct Pending(watch::Receiver<Option<Made>>);

impl Pending {
    /// Begins to make the connection on a task of its own.
    pub(super) fn start(make: impl Future<Output = Result<Connection, ApiError>> + Send + 'static) -> Self {
        let (sender, receiver) = watch::channel(None);
        tokio::spawn(async move {
            let connection = make.await.map(Arc::new);
            // Nobody waits any more where the program has ended meanwhile.
            let _ = sender.send(Some(connection));
        });
        Self(receiver)
    }

    /// The connection, once it is made, or why it could not be.
    pub(super) async fn ready(&mut self) -> Made {
        let made = self.0.wait_for(Option::is_some).await;
        let made = made.ok().and_then(|made| made.clone());
        made.unwrap_or_else(|| Err(ApiError::internal("the connection could not be made")))
    }
}
