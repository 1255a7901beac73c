//! The account whose customers are browsed: a profile's, or the demo's.

use std::{path::Path, sync::Arc};

use secrecy::{ExposeSecret as _, SecretString};

use super::{Account, Credentials};
use crate::{
    api::{ApiError, Client, ClientConfig, ClientCredentials, Network, TokenConfig},
    config::Profile,
    demo::{Demo, DemoOptions, product_names},
    products::{LoadedNames, ProductFile, ProductNames},
    secrets::{TOKEN_VARIABLE, Vault, read_secret},
};

/// The requests to the demo that run at once: as many as a profile may set.
const DEMO_CONCURRENCY: usize = 16;

/// The account whose customers are browsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountId {
    /// The demo's.
    Demo,
    /// Those of a profile.
    Profile {
        /// Its name.
        name: String,
        /// The profile.
        profile: Box<Profile>,
    },
}

impl AccountId {
    /// The profile's name; none for the demo.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Demo => None,
            Self::Profile { name, .. } => Some(name),
        }
    }

    /// Returns the place of its customers, in words that are the same at each start.
    pub fn place(&self, demo: &DemoOptions) -> String {
        match self {
            Self::Profile { profile, .. } => profile.api_url.to_string(),
            // Its port is another one at each start; what it holds is the same.
            Self::Demo => format!("the demo with {} customers of seed {}", demo.customers, demo.seed),
        }
    }

    /// Returns the number of requests that run at once: that of the settings, or as many as there can be at the demo, which is
    /// here and serves nobody else.
    pub fn concurrency(&self, network: &Network) -> usize {
        match self {
            Self::Demo => DEMO_CONCURRENCY,
            Self::Profile { .. } => network.concurrency,
        }
    }

    /// Returns the names of its products: those of the data folder, or the demo's own. Blocks.
    pub fn product_names(&self, data: Option<&Path>) -> LoadedNames {
        match self {
            Self::Demo => {
                LoadedNames { names: ProductNames::built_in(product_names()), ..LoadedNames::default() }
            }
            Self::Profile { .. } => ProductFile::new(data).load(),
        }
    }

    /// An account for it, and the demo's server, which has to live as long as the account. `token` is one that the
    /// environment brings.
    ///
    /// # Errors
    /// Fails if the demo cannot start, or if an address or an ID of the profile is invalid.
    pub async fn open(
        &self,
        token: Option<SecretString>,
        vault: &Arc<Vault>,
        demo: DemoOptions,
        network: &Network,
    ) -> Result<(Account, Option<Demo>), ApiError> {
        match self {
            Self::Demo => connect_demo(demo, network).await.map(|(account, demo)| (account, Some(demo))),
            Self::Profile { name, profile } => {
                let credentials = match token {
                    Some(token) => Credentials::Token(brought(&token)?),
                    None => Credentials::Kept,
                };
                Account::open(name, profile, credentials, vault, network).map(|account| (account, None))
            }
        }
    }
}

/// Starts the demo API and signs in at it as at the real one.
async fn connect_demo(options: DemoOptions, network: &Network) -> Result<(Account, Demo), ApiError> {
    let mut network = network.clone();
    network.concurrency = AccountId::Demo.concurrency(&network);
    let demo = Demo::start(options).await.map_err(|error| ApiError::internal(&error.to_string()))?;
    let internal = |error: url::ParseError| ApiError::internal(&error.to_string());
    let tokens = ClientCredentials::new(TokenConfig::new(
        demo.token_url().parse().map_err(internal)?,
        demo.client_id().to_owned(),
        demo.client_secret().to_owned().into(),
        network.clone(),
    ))?;
    let tokens = Arc::new(tokens);
    let api_url = demo.api_url().parse().map_err(internal)?;
    let config = ClientConfig::new(api_url, demo.client_id().to_owned(), network);
    let client = Client::new(config, tokens.clone())?;
    let account = Account { name: String::new(), reseller_id: demo.reseller_id().to_owned(), client, tokens };
    Ok((account, demo))
}

/// Reads the token that the environment brings.
fn brought(token: &SecretString) -> Result<SecretString, ApiError> {
    read_secret(token.expose_secret(), true).map_err(|flaw| {
        let what = format!("The access token in the variable {TOKEN_VARIABLE} {}", flaw.words());
        ApiError::credentials(&what, flaw.todo())
    })
}
