//! From a profile to a client that signs in with it, and the checks that say whether it works.
//!
//! Used by the screen and the commands alike; what is typed, asked and drawn stays out.

mod change;
mod check;
mod demo_notes;
mod target;

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;

pub use change::{ChangeError, ProfileDraft, ProfileStore};
pub use check::TestStep;
pub use demo_notes::write_demo_notes;
pub use target::AccountId;

use crate::{
    api::{
        ApiError, Client, ClientConfig, ClientCredentials, ExternalToken, FixedSecret, FixedToken, Network,
        RequestOptions, SecretProvider, TokenConfig, TokenProvider,
    },
    collect::{Incomplete, ResellerList},
    config::{self, Profile, SignIn},
    model::ResellerRow,
    secrets::{ProfileSecret, ProfileTokens, Vault},
    text,
};

/// Returns the network settings of the configuration; retries are taken from the budget of `base`, and how they wait is its own.
pub fn network(of: &config::NetworkSettings, base: &Network) -> Network {
    let mut network = base.clone();
    network.connect_limit = Duration::from_secs(of.connect_seconds.into());
    network.request_limit = Duration::from_secs(of.request_seconds.into());
    network.concurrency = of.concurrency.into();
    network
}

/// More resellers than these are not listed for choosing: who has more knows the id.
pub const RESELLERS_TO_CHOOSE: usize = 500;

/// Pages of the reseller list that are asked for before they are needed.
const PAGES_AHEAD: usize = 4;

/// The resellers of an account.
#[derive(Debug, Clone, Default)]
pub struct Resellers {
    /// The resellers, by name.
    pub rows: Vec<ResellerRow>,
    /// Rows of the list without a reseller ID that can be read.
    pub unreadable: u64,
    /// The reason why the list may be incomplete, if it may be.
    pub doubt: Option<Incomplete>,
}

impl Resellers {
    /// Returns the reason why resellers may be missing, as a sentence without its capital letter; `None` if none may be.
    pub fn doubt_words(&self) -> Option<String> {
        if let Some(doubt) = &self.doubt {
            return Some(format!("the list of resellers may be incomplete: {doubt}."));
        }
        let rows = (self.unreadable > 0).then(|| text::pluralize(self.unreadable, "row", "rows"))?;
        Some(format!(
            "{rows} in the list of resellers had no readable reseller ID, so their customers are missing."
        ))
    }
}

/// The kind of secret that an account signs in with.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// The secret from where the profile says. The issued token is stored too.
    Kept,
    /// The stored secret, ignoring cached tokens, to test the secret itself.
    Fresh,
    /// One that was just typed and is not kept yet.
    Typed(SecretString),
    /// A ready token for this run, whatever the profile says.
    Token(SecretString),
}

/// A profile with a client that signs in for it.
#[derive(Debug, Clone)]
pub struct Account {
    /// The profile's name; empty for the demo, which has none.
    pub name: String,
    /// The reseller whose customers are browsed.
    pub reseller_id: String,
    /// The client; nothing is sent before it is asked for something.
    pub client: Client,
    tokens: Arc<dyn TokenProvider>,
}

impl Account {
    /// Makes the client. Nothing is read or sent yet.
    ///
    /// # Errors
    /// Fails if an address or an ID of the profile is invalid.
    pub fn open(
        name: &str,
        profile: &Profile,
        credentials: Credentials,
        vault: &Arc<Vault>,
        network: &Network,
    ) -> Result<Self, ApiError> {
        let of_profile = |error: ApiError| error.with_profile(name);
        let kept = || ProfileSecret::new(Arc::clone(vault), name, &profile.sign_in);
        let sign_in = |secret: Arc<dyn SecretProvider>, cached: bool| {
            let mut config = TokenConfig::new(
                profile.token_url.clone(),
                profile.client_id.clone(),
                SecretString::default(),
                network.clone(),
            );
            config.client_secret = secret;
            if cached {
                config.cache = Some(Arc::new(ProfileTokens::new(Arc::clone(vault), name, profile)));
            }
            ClientCredentials::new(config).map(|tokens| Arc::new(tokens) as Arc<dyn TokenProvider>)
        };
        let tokens: Arc<dyn TokenProvider> = match (credentials, &profile.sign_in) {
            (Credentials::Token(token), _) | (Credentials::Typed(token), SignIn::AccessToken(_)) => {
                Arc::new(FixedToken::new(token))
            }
            (Credentials::Kept, SignIn::ClientSecret(_)) => {
                sign_in(Arc::new(kept()), true).map_err(of_profile)?
            }
            (Credentials::Fresh, SignIn::ClientSecret(_)) => {
                sign_in(Arc::new(kept()), false).map_err(of_profile)?
            }
            (Credentials::Kept | Credentials::Fresh, SignIn::AccessToken(_)) => {
                Arc::new(ExternalToken::new(Arc::new(kept())))
            }
            (Credentials::Typed(secret), SignIn::ClientSecret(_)) => {
                sign_in(Arc::new(FixedSecret::new(secret)), false).map_err(of_profile)?
            }
        };
        let config = ClientConfig::new(profile.api_url.clone(), profile.client_id.clone(), network.clone());
        let client = Client::new(config, Arc::clone(&tokens)).map_err(of_profile)?;
        Ok(Self { name: name.to_owned(), reseller_id: profile.reseller_id.clone(), client, tokens })
    }

    /// Returns the same account for another reseller. The sign-in is shared.
    #[must_use]
    pub fn for_reseller(&self, reseller_id: &str) -> Self {
        Self { reseller_id: reseller_id.to_owned(), ..self.clone() }
    }

    /// Returns the same account for calls with these options.
    #[must_use]
    pub fn with(&self, options: RequestOptions) -> Self {
        Self { client: self.client.with_options(options), ..self.clone() }
    }

    /// The error as one of this profile.
    pub fn error(&self, error: ApiError) -> ApiError {
        if self.name.is_empty() { error } else { error.with_profile(&self.name) }
    }

    /// Lists the active resellers that the account may see, by name: `most` of them, or a page more.
    ///
    /// # Errors
    /// Why the list did not arrive, for example that the account has no right to it.
    pub async fn resellers(&self, most: usize) -> Result<Resellers, ApiError> {
        let mut list = ResellerList::new(self.client.clone(), PAGES_AHEAD);
        let (mut rows, mut unreadable) = (Vec::new(), 0);
        while rows.len() < most
            && let Some(page) = list.next().await.map_err(|error| self.error(error))?
        {
            for row in page {
                match row {
                    // An id of which a character was lost is nobody's.
                    Ok(row) if !row.reseller_id.contains(char::REPLACEMENT_CHARACTER) => rows.push(row),
                    _ => unreadable += 1,
                }
            }
        }
        Ok(Resellers { rows, unreadable, doubt: list.stats().incomplete })
    }
}
