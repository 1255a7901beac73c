//! Signing in at the token service with client credentials.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::{sync::watch, time::Instant};
use url::Url;

use super::{
    super::{
        error::{ApiError, ErrorKind, Service},
        headers::{RequestHeaders, RequestIds, new_id},
        network::Network,
        record::{SentRequest, record},
        retry::{Retries, Wait},
        root::check_origin,
        transport::Transport,
    },
    AccessToken, CachedToken, FixedSecret, SecretProvider, TokenCache, TokenFuture, TokenProvider,
    response::{self, MAX_LIFETIME},
};
use crate::redact::HIDDEN;

/// The time before its expiry at which a token is renewed.
const RENEWAL_MARGIN: Duration = Duration::from_mins(4);

/// The time between two attempts to renew a token that is still valid.
const RENEWAL_PAUSE: Duration = Duration::from_secs(30);

/// The token service and the credentials for it.
#[derive(Clone)]
pub struct TokenConfig {
    /// The token URL, for example `https://ims-na1.adobelogin.com/ims/token/v3`.
    pub token_url: Url,
    /// The client ID, which is also the API key.
    pub client_id: String,
    /// The client secret.
    pub client_secret: Arc<dyn SecretProvider>,
    /// The store that keeps the token from one start to the next, if there is one.
    pub cache: Option<Arc<dyn TokenCache>>,
    /// The scopes, separated by commas.
    pub scope: String,
    /// The network settings.
    pub network: Network,
}

impl TokenConfig {
    /// Creates a configuration with a secret in memory, the documented scopes and no cache.
    pub fn new(token_url: Url, client_id: String, client_secret: SecretString, network: Network) -> Self {
        Self {
            token_url,
            client_id,
            client_secret: Arc::new(FixedSecret::new(client_secret)),
            cache: None,
            scope: "openid,AdobeID,read_organizations".into(),
            network,
        }
    }
}

impl fmt::Debug for TokenConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenConfig")
            .field("token_url", &self.token_url.as_str())
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// A provider that signs in with client credentials (OAuth server-to-server).
///
/// Concurrent calls share one sign-in, which is cancelled if the last of them is dropped. A valid token is returned at
/// once, and renewed in the background shortly before its expiry.
#[derive(Clone)]
pub struct ClientCredentials {
    shared: Arc<CredentialsInner>,
}

struct CredentialsInner {
    config: TokenConfig,
    transport: Transport,
    state: Mutex<TokenState>,
    /// The current wait of the sign-in.
    waits: watch::Sender<Option<Wait>>,
}

type PendingSignIn = BoxFuture<'static, Result<AccessToken, ApiError>>;

#[derive(Default)]
struct TokenState {
    current: Option<IssuedToken>,
    /// True if the cache has been read. It holds the token of the last start, so once is enough.
    has_read_cache: bool,
    /// The sign-in in progress, as long as a call waits for it.
    pending: Option<WeakShared<PendingSignIn>>,
}

struct IssuedToken {
    token: AccessToken,
    renew_at: Instant,
    expires_at: Instant,
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials").field("config", &self.shared.config).finish_non_exhaustive()
    }
}

impl ClientCredentials {
    /// Creates a provider that signs in when a token is first needed.
    ///
    /// # Errors
    /// If the token URL must not receive a secret, or if the proxy or certificate settings are invalid.
    pub fn new(config: TokenConfig) -> Result<Self, ApiError> {
        check_origin(&config.token_url)
            .map_err(|refused| ApiError::internal(&format!("the token service cannot be used: {refused}")))?;
        let transport = Transport::new(&config.token_url, &config.network)?;
        let waits = watch::Sender::new(None);
        let shared = Arc::new(CredentialsInner { config, transport, state: Mutex::default(), waits });
        Ok(Self { shared })
    }

    /// Returns the sign-in in progress, or starts one.
    fn join_sign_in(&self, state: &mut TokenState) -> Shared<PendingSignIn> {
        if let Some(pending) = state.in_progress() {
            return pending;
        }
        let inner = Arc::clone(&self.shared);
        let reads_cache = !std::mem::replace(&mut state.has_read_cache, true);
        let pending = async move {
            match if reads_cache { inner.load_cached().await } else { None } {
                Some(token) => Ok(token),
                None => inner.sign_in().await,
            }
        };
        let pending = pending.boxed().shared();
        state.pending = pending.downgrade();
        pending
    }
}

impl TokenState {
    /// Returns the sign-in in progress, if a call waits for it.
    fn in_progress(&self) -> Option<Shared<PendingSignIn>> {
        self.pending.as_ref().and_then(WeakShared::upgrade).filter(|pending| pending.peek().is_none())
    }

    /// Returns the current token unless it has expired, and true if it should be renewed now.
    fn valid_token(&mut self, now: Instant) -> Option<(AccessToken, bool)> {
        let renewing = self.in_progress().is_some();
        let issued = self.current.as_mut().filter(|issued| now < issued.expires_at)?;
        let renew = issued.renew_at <= now && !renewing;
        if renew {
            issued.renew_at = now + RENEWAL_PAUSE;
        }
        Some((issued.token.clone(), renew))
    }
}

impl TokenProvider for ClientCredentials {
    fn token(&self) -> TokenFuture<'_, AccessToken> {
        async move {
            let pending = {
                let mut state = self.shared.lock();
                if let Some((token, renew)) = state.valid_token(Instant::now()) {
                    if renew {
                        // In the background: a token service that hangs delays no call while the token is valid.
                        tokio::spawn(self.join_sign_in(&mut state));
                    }
                    return Ok(token);
                }
                self.join_sign_in(&mut state)
            };
            pending.await
        }
        .boxed()
    }

    fn renew<'a>(&'a self, refused: &'a AccessToken) -> TokenFuture<'a, Option<AccessToken>> {
        async move {
            let pending = {
                let mut state = self.shared.lock();
                match &state.current {
                    // Another call has renewed it in the meantime.
                    Some(issued) if issued.token != *refused => return Ok(Some(issued.token.clone())),
                    _ => (state.current, state.has_read_cache) = (None, true),
                }
                self.join_sign_in(&mut state)
            };
            pending.await.map(Some)
        }
        .boxed()
    }

    fn watch_waits(&self) -> Option<watch::Receiver<Option<Wait>>> {
        Some(self.shared.waits.subscribe())
    }
}

impl CredentialsInner {
    fn lock(&self) -> MutexGuard<'_, TokenState> {
        // The state is consistent at every moment, so a panic elsewhere does no harm.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Loads the token of an earlier start, if it does not expire soon.
    async fn load_cached(&self) -> Option<AccessToken> {
        let cached = self.config.cache.as_ref()?.load().await?;
        let left = cached.remaining(SystemTime::now()).filter(|left| *left > RENEWAL_MARGIN)?;
        self.set_current(&cached.token, Instant::now(), left.min(MAX_LIFETIME));
        Some(cached.token)
    }

    fn set_current(&self, token: &AccessToken, received: Instant, lifetime: Duration) {
        let ahead = RENEWAL_MARGIN.min(lifetime / 2);
        let (renew_at, expires_at) = (received + lifetime.saturating_sub(ahead), received + lifetime);
        self.lock().current = Some(IssuedToken { token: token.clone(), renew_at, expires_at });
    }

    /// Signs in, and retries after temporary failures.
    async fn sign_in(&self) -> Result<AccessToken, ApiError> {
        let secret = self.config.client_secret.secret().await;
        let secret = secret.map_err(|error| error.redacted(&self.config.network.known.redactor()))?;
        let mut retries = Retries::default();
        loop {
            let error = match self.request_token(&secret, retries.count() + 1).await {
                Ok(token) => {
                    self.config.network.budget.record_response();
                    return Ok(token);
                }
                Err(error) => error,
            };
            let Some(wait) = retries.next_wait(&error, &self.config.network) else {
                return Err(error.with_retries(retries.count()));
            };
            let time = wait.time;
            tracing::debug!(ms = time.as_millis(), because = error.user_message().summary, "retry");
            self.waits.send_replace(Some(wait));
            tokio::time::sleep(time).await;
            self.waits.send_replace(None);
        }
    }

    /// Requests a token once and stores it.
    async fn request_token(&self, secret: &SecretString, attempts: u32) -> Result<AccessToken, ApiError> {
        let config = &self.config;
        let ids = RequestIds { request: new_id(), correlation: None };
        let headers = RequestHeaders::for_token_request(&ids);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", config.client_id.as_str()),
            ("client_secret", secret.expose_secret()),
            ("scope", config.scope.as_str()),
        ];
        let outcome = self.transport.post_form(config.token_url.clone(), &headers, &form).await;
        let (received, received_at) = (Instant::now(), SystemTime::now());
        let shown = form.map(|(name, value)| {
            let value = if name.starts_with("client_") { HIDDEN } else { value };
            (name.to_owned(), value.to_owned())
        });
        let (known, token) =
            (&config.network.known, outcome.body.as_ref().ok().and_then(|body| response::find_token(body)));
        known.learn(secret);
        known.learn(&config.client_id.as_str().into());
        let redactor = known.redactor().with_secrets(token.as_slice());
        let sent = SentRequest {
            method: "POST",
            service: Service::TokenService,
            url: &config.token_url,
            headers: &headers,
            ids: &ids,
            form: shown.into(),
            attempts,
        };
        let exchange = record(sent, &outcome, &redactor);
        let (head, body) = match (&outcome.head, &outcome.body) {
            (Some(head), Ok(body)) => (head, body),
            (_, Err(fault)) => {
                return Err(self
                    .transport
                    .classify(Service::TokenService, fault)
                    .with_exchange(exchange, &redactor));
            }
            (None, Ok(_)) => return Err(ApiError::internal("a body came without a response")),
        };
        if head.status.is_redirection() {
            // A secret is sent only to the configured URL.
            let to =
                head.headers.get("location").and_then(|to| config.token_url.join(to.to_str().ok()?).ok());
            // The path and the query may contain a token.
            let to = to.map_or("nowhere".to_owned(), |to| {
                redactor.sanitize(&to.origin().ascii_serialization(), 200)
            });
            let error = ApiError::new(ErrorKind::RefusedLink, Service::TokenService);
            let cause = format!("the redirect to {to} would send the client secret there");
            return Err(error.with_cause(&cause).with_exchange(exchange, &redactor));
        }
        let (token, lifetime) = match response::read(head, body, &redactor) {
            Ok(issued) => issued,
            Err(error) => return Err(error.with_exchange(exchange, &redactor)),
        };
        known.learn(token.secret());
        self.set_current(&token, received, lifetime);
        if let Some(cache) = &config.cache {
            cache.store(CachedToken {
                token: token.clone(),
                received_at,
                expires_at: received_at + lifetime,
            });
        }
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let url = Url::parse("https://ims.example.com/ims/token/v3").unwrap();
        let config = TokenConfig::new(url, "client-1234".into(), "s3cr3t-1234".into(), Network::default());
        let provider = ClientCredentials::new(config.clone()).unwrap();
        let fixed = super::super::FixedToken::new("token-1234".into());
        let printed = format!("{config:?} {provider:?} {fixed:?}");
        assert!(!printed.contains("1234"), "{printed}");
    }

    #[test]
    fn a_secret_is_not_sent_unencrypted() {
        let url = Url::parse("http://ims.example.com/ims/token/v3").unwrap();
        let error = ClientCredentials::new(TokenConfig::new(url, "c".into(), "s".into(), Network::default()))
            .unwrap_err();
        assert_eq!(error.kind, ErrorKind::Internal);
        assert!(error.to_string().contains("use https://"), "{error}");
    }
}
