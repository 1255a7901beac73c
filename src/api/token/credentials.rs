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
        headers::{Ids, RequestHeaders, new_id},
        network::Network,
        patience::{Retries, Wait},
        record::{Sent, record},
        root::check_origin,
        transport::Transport,
    },
    AccessToken, CachedToken, FixedSecret, SecretProvider, TokenCache, TokenFuture, TokenProvider,
    answer::{self, MAX_LIFE},
};
use crate::redact::HIDDEN;

/// The time that before its end a token is renewed.
const AHEAD: Duration = Duration::from_mins(4);

/// The time that after a try to renew a token ahead of time the next one begins, where the first has failed.
const PAUSE: Duration = Duration::from_secs(30);

/// The way to sign in at the token service.
#[derive(Clone)]
pub struct TokenConfig {
    /// The whole address, for example `https://ims-na1.adobelogin.com/ims/token/v3`.
    pub token_url: Url,
    /// The client id, which is also the API key.
    pub client_id: String,
    /// The place where the client secret is kept.
    pub client_secret: Arc<dyn SecretProvider>,
    /// The place where the token is kept from one start to the next, if anywhere.
    pub cache: Option<Arc<dyn TokenCache>>,
    /// The scopes, separated by commas.
    pub scope: String,
    /// The patience with the service.
    pub network: Network,
}

impl TokenConfig {
    /// The documented scopes, with a secret that is at hand; the token is not kept.
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

/// Tokens of the token service, by client credentials (OAuth 2 server to server).
///
/// Single flight: whoever wants a token while one is being asked for waits for that answer; once nobody waits any
/// more, it is given up. A token that is still good is handed out at once, and renewed ahead of its end in the
/// background.
#[derive(Clone)]
pub struct ClientCredentials {
    shared: Arc<Inner>,
}

struct Inner {
    config: TokenConfig,
    transport: Transport,
    state: Mutex<State>,
    /// Returns the reason why the sign-in under way waits.
    waits: watch::Sender<Option<Wait>>,
}

type Flight = BoxFuture<'static, Result<AccessToken, ApiError>>;

#[derive(Default)]
struct State {
    current: Option<Issued>,
    /// True if the cache was looked into: it is the last start's, so once is enough.
    looked: bool,
    /// The request that is under way, as long as somebody waits for it.
    flight: Option<WeakShared<Flight>>,
}

struct Issued {
    token: AccessToken,
    renew_at: Instant,
    ends_at: Instant,
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials").field("config", &self.shared.config).finish_non_exhaustive()
    }
}

impl ClientCredentials {
    /// A provider that signs in when a token is first wanted; an error where the address cannot be trusted with a
    /// secret.
    pub fn new(config: TokenConfig) -> Result<Self, ApiError> {
        check_origin(&config.token_url)
            .map_err(|refused| ApiError::internal(&format!("the token service cannot be used: {refused}")))?;
        let transport = Transport::new(&config.token_url, &config.network)?;
        let waits = watch::Sender::new(None);
        let shared = Arc::new(Inner { config, transport, state: Mutex::default(), waits });
        Ok(Self { shared })
    }

    /// The request under way, or a new one.
    fn flight(&self, state: &mut State) -> Shared<Flight> {
        if let Some(flight) = state.under_way() {
            return flight;
        }
        let inner = Arc::clone(&self.shared);
        let look = !std::mem::replace(&mut state.looked, true);
        let flight = async move {
            match if look { inner.cached().await } else { None } {
                Some(token) => Ok(token),
                None => inner.sign_in().await,
            }
        };
        let flight = flight.boxed().shared();
        state.flight = flight.downgrade();
        flight
    }
}

impl State {
    /// The request under way, where somebody waits for it.
    fn under_way(&self) -> Option<Shared<Flight>> {
        self.flight.as_ref().and_then(WeakShared::upgrade).filter(|flight| flight.peek().is_none())
    }

    /// The token at hand, where it has not ended, and whether to renew it now.
    fn still_good(&mut self, now: Instant) -> Option<(AccessToken, bool)> {
        let renewing = self.under_way().is_some();
        let issued = self.current.as_mut().filter(|issued| now < issued.ends_at)?;
        let renew = issued.renew_at <= now && !renewing;
        if renew {
            issued.renew_at = now + PAUSE;
        }
        Some((issued.token.clone(), renew))
    }
}

impl TokenProvider for ClientCredentials {
    fn token(&self) -> TokenFuture<'_, AccessToken> {
        async move {
            let flight = {
                let mut state = self.shared.lock();
                if let Some((token, renew)) = state.still_good(Instant::now()) {
                    if renew {
                        // Nobody waits for it: a token service that hangs delays no call while a token is good.
                        tokio::spawn(self.flight(&mut state));
                    }
                    return Ok(token);
                }
                self.flight(&mut state)
            };
            flight.await
        }
        .boxed()
    }

    fn renew<'a>(&'a self, refused: &'a AccessToken) -> TokenFuture<'a, Option<AccessToken>> {
        async move {
            let flight = {
                let mut state = self.shared.lock();
                match &state.current {
                    // Somebody else had it renewed in the meantime.
                    Some(issued) if issued.token != *refused => return Ok(Some(issued.token.clone())),
                    _ => (state.current, state.looked) = (None, true),
                }
                self.flight(&mut state)
            };
            flight.await.map(Some)
        }
        .boxed()
    }

    fn waits(&self) -> Option<watch::Receiver<Option<Wait>>> {
        Some(self.shared.waits.subscribe())
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        // What is in there is whole at every moment: a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token of an earlier start, where it is still good for a while.
    async fn cached(&self) -> Option<AccessToken> {
        let cached = self.config.cache.as_ref()?.load().await?;
        let left = cached.left(SystemTime::now()).filter(|left| *left > AHEAD)?;
        self.keep(&cached.token, Instant::now(), left.min(MAX_LIFE));
        Some(cached.token)
    }

    fn keep(&self, token: &AccessToken, received: Instant, life: Duration) {
        let ahead = AHEAD.min(life / 2);
        let (renew_at, ends_at) = (received + life.saturating_sub(ahead), received + life);
        self.lock().current = Some(Issued { token: token.clone(), renew_at, ends_at });
    }

    /// Signs in: asks the token service, and again what may pass on its own.
    async fn sign_in(&self) -> Result<AccessToken, ApiError> {
        let secret = self.config.client_secret.secret().await;
        let secret = secret.map_err(|error| error.without(&self.config.network.known.redactor()))?;
        let mut retries = Retries::default();
        loop {
            let error = match self.ask(&secret, retries.made() + 1).await {
                Ok(token) => {
                    self.config.network.budget.answered();
                    return Ok(token);
                }
                Err(error) => error,
            };
            let Some(wait) = retries.next(&error, &self.config.network) else {
                return Err(error.retried(retries.made()));
            };
            let time = wait.time;
            tracing::debug!(ms = time.as_millis(), because = error.tell().what, "retry");
            self.waits.send_replace(Some(wait));
            tokio::time::sleep(time).await;
            self.waits.send_replace(None);
        }
    }

    /// Asks the token service once, and keeps what it issues.
    async fn ask(&self, secret: &SecretString, attempts: u32) -> Result<AccessToken, ApiError> {
        let config = &self.config;
        let ids = Ids { request: new_id(), correlation: None };
        let headers = RequestHeaders::of_token_request(&ids);
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
            (&config.network.known, outcome.body.as_ref().ok().and_then(|body| answer::issued(body)));
        known.learn(secret);
        known.learn(&config.client_id.as_str().into());
        let redactor = known.redactor().and(token.as_slice());
        let sent = Sent {
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
                return Err(self.transport.error(Service::TokenService, fault).recorded(exchange, &redactor));
            }
            (None, Ok(_)) => return Err(ApiError::internal("a body without an answer")),
        };
        if head.status.is_redirection() {
            // A secret is never sent to another address than the configured one.
            let to =
                head.headers.get("location").and_then(|to| config.token_url.join(to.to_str().ok()?).ok());
            // Its path and what follows may hold a token.
            let to =
                to.map_or("nowhere".to_owned(), |to| redactor.text(&to.origin().ascii_serialization(), 200));
            let error = ApiError::new(ErrorKind::RefusedLink, Service::TokenService);
            let cause = format!("the redirect to {to} would take the client secret along");
            return Err(error.because(&cause).recorded(exchange, &redactor));
        }
        let (token, life) = match answer::read(head, body, &redactor) {
            Ok(issued) => issued,
            Err(error) => return Err(error.recorded(exchange, &redactor)),
        };
        known.learn(token.secret());
        self.keep(&token, received, life);
        if let Some(cache) = &config.cache {
            cache.store(CachedToken { token: token.clone(), received_at, ends_at: received_at + life });
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
    fn a_secret_is_not_sent_in_the_open() {
        let url = Url::parse("http://ims.example.com/ims/token/v3").unwrap();
        let error = ClientCredentials::new(TokenConfig::new(url, "c".into(), "s".into(), Network::default()))
            .unwrap_err();
        assert_eq!(error.kind, ErrorKind::Internal);
        assert!(error.to_string().contains("use https://"), "{error}");
    }
}
