//! A profile, `[profiles.NAME]`: the API, the reseller and how to sign in.

use std::{fmt, path::PathBuf};

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    api::{Root, check_origin},
    text,
};

/// The name of the demo in place of a profile's name.
pub const DEMO: &str = "demo";

/// The longest name of a profile.
const MAX_NAME: usize = 40;

/// The API that a profile talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Environment {
    /// The real thing.
    #[default]
    Production,
    /// Adobe's sandbox.
    Sandbox,
    /// Another address: a gateway, a simulator.
    Custom,
}

impl Environment {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Production, Self::Sandbox, Self::Custom];

    /// Returns the word for it in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
            Self::Custom => "custom",
        }
    }

    /// Reads what the configuration says.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|environment| environment.name() == name)
    }

    /// The API root and the whole address of the token request; a custom environment has none of its own.
    pub fn addresses(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Production => {
                Some(("https://partners.adobe.io", "https://ims-na1.adobelogin.com/ims/token/v3"))
            }
            Self::Sandbox => Some((
                "https://partnersandbox-stage.adobe.io",
                "https://ims-na1-stg1.adobelogin.com/ims/token/v3",
            )),
            Self::Custom => None,
        }
    }
}

/// The settings needed to read a reseller's customers, except the secret itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The API.
    pub environment: Environment,
    /// The API root; that of the environment unless it is custom.
    pub api_url: Url,
    /// The whole address of the token request.
    pub token_url: Url,
    /// The reseller whose customers are browsed.
    pub reseller_id: String,
    /// The client id, which is also the API key.
    pub client_id: String,
    /// The way to sign in.
    pub sign_in: SignIn,
}

impl Profile {
    /// Returns true if the address of the token request is the environment's own.
    pub fn has_usual_token_url(&self) -> bool {
        self.environment.addresses().is_some_and(|(_, token)| self.token_url.as_str() == token)
    }

    /// Returns true if it has no token service because its tokens are external. The API root is then used in its place.
    pub fn lacks_token_service(&self) -> bool {
        matches!(self.sign_in, SignIn::AccessToken(_)) && self.token_url == self.api_url
    }
}

#[cfg(test)]
impl Profile {
    /// A profile of the sandbox, for tests.
    pub(crate) fn sandbox(client_id: &str, source: SecretSource) -> Self {
        let (api, token) = Environment::Sandbox.addresses().unwrap();
        Self {
            environment: Environment::Sandbox,
            api_url: api.parse().unwrap(),
            token_url: token.parse().unwrap(),
            reseller_id: "1000396138".into(),
            client_id: client_id.into(),
            sign_in: SignIn::ClientSecret(source),
        }
    }
}

/// The way to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// A client secret, which the token service exchanges for tokens.
    ClientSecret(SecretSource),
    /// An access token from another tool.
    AccessToken(SecretSource),
}

impl SignIn {
    /// Returns the place of the secret, whichever kind it is.
    pub fn source(&self) -> &SecretSource {
        match self {
            Self::ClientSecret(source) | Self::AccessToken(source) => source,
        }
    }

    /// The key of the configuration that says it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::ClientSecret(_) => "client_secret",
            Self::AccessToken(_) => "access_token",
        }
    }

    /// Returns its name for users, such as `client secret`.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::ClientSecret(_) => "client secret",
            Self::AccessToken(_) => "access token",
        }
    }
}

/// The place where a secret is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// The system keyring, under the profile's name.
    Keyring,
    /// An environment variable.
    Env(String),
    /// A separate file.
    File(PathBuf),
    /// The output of a program: the program and its arguments.
    Command(Vec<String>),
    /// The configuration itself. It works, with a warning.
    Inline(InlineSecret),
}

impl SecretSource {
    /// Returns its name for users, without the secret: `keyring`, `variable EMEA_SECRET`.
    pub fn told(&self) -> String {
        match self {
            Self::Keyring => "keyring".to_owned(),
            Self::Env(name) => format!("variable {name}"),
            Self::File(path) => format!("file {}", text::display_path(path)),
            Self::Command(words) => format!("command {}", words.first().map_or("", String::as_str)),
            Self::Inline(_) => "config.toml".to_owned(),
        }
    }
}

/// A secret in the configuration itself. `Debug` does not show it.
#[derive(Clone)]
pub struct InlineSecret(SecretString);

impl InlineSecret {
    /// Holds this secret.
    pub fn new(text: impl Into<SecretString>) -> Self {
        Self(text.into())
    }

    /// The secret.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl PartialEq for InlineSecret {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

impl Eq for InlineSecret {}

impl fmt::Debug for InlineSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InlineSecret(••••)")
    }
}

/// Says what is wrong with a name for a profile. Names become parts of file names and of keyring entries.
pub fn check_name(name: &str) -> Result<(), &'static str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name == DEMO {
        Err("demo is the name of the demo: choose another name")
    } else if name.is_empty() {
        Err("a profile needs a name, such as emea-prod")
    } else if name.len() > MAX_NAME {
        Err("a name has at most 40 characters")
    } else if !name.chars().all(fits) || name.starts_with(['.', '-']) {
        Err("a name has letters a to z, digits, - _ and . and begins with a letter or a digit")
    } else {
        Ok(())
    }
}

/// Says what is wrong with an id, which is sent in a header or in an address.
pub fn check_id(id: &str) -> Result<(), &'static str> {
    let fits = |c: char| c.is_ascii_graphic() && !matches!(c, '/' | '\\' | '%' | ';' | '?' | '#');
    if id.is_empty() {
        Err("it must not be empty")
    } else if id.len() > 256 || !id.chars().all(fits) || id == "." || id == ".." {
        Err("an ID consists of letters, digits, - _ and ., without spaces")
    } else {
        Ok(())
    }
}

/// Reads the root of an API.
pub fn parse_api_url(text: &str) -> Result<Url, String> {
    let root = Root::new(parse_url(text)?).map_err(|refused| refused.to_string())?;
    Ok(root.url().clone())
}

/// Reads the whole address of a token request.
pub fn parse_token_url(text: &str) -> Result<Url, String> {
    let url = parse_url(text)?;
    check_origin(&url).map_err(|refused| refused.to_string())?;
    Ok(url)
}

fn parse_url(text: &str) -> Result<Url, String> {
    Url::parse(text.trim())
        .map_err(|_| "enter a full URL that starts with https:// (or http://), such as https://gateway.example.com/adobe".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_fit_for_files() {
        for good in ["emea", "emea-prod", "A_1.x", "1"] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for bad in ["", "demo", "-x", ".x", "a b", "a/b", "é", "..", &"x".repeat(41)] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_are_fit_for_addresses() {
        assert_eq!(check_id("1000396138"), Ok(()));
        for bad in ["", "a b", "a/b", "..", "a%2f", "é", "a\n"] {
            assert!(check_id(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn addresses_are_judged_as_the_client_judges_them() {
        for good in ["https://example.com/x", "http://127.0.0.1:80", " http://localhost ", "http://[::1]:1/"]
        {
            assert!(parse_api_url(good).is_ok() && parse_token_url(good).is_ok(), "{good}");
        }
        for bad in
            ["example.com", "http://example.com", "ftp://localhost", "https://a:b@example.com", "data:x"]
        {
            assert!(parse_api_url(bad).is_err() && parse_token_url(bad).is_err(), "{bad}");
        }
        assert!(parse_api_url("https://e.com?x=1").is_err() && parse_token_url("https://e.com?x=1").is_ok());
    }

    #[test]
    fn debug_shows_no_secret() {
        let source = SecretSource::Inline(InlineSecret::new("s3cr3t"));
        assert!(!format!("{source:?}").contains("s3cr3t"));
        assert_eq!(source, SecretSource::Inline(InlineSecret::new("s3cr3t")));
        assert_ne!(source, SecretSource::Inline(InlineSecret::new("other")));
    }

    #[test]
    fn the_documented_addresses_can_be_used() {
        for environment in [Environment::Production, Environment::Sandbox] {
            let (api, token) = environment.addresses().unwrap();
            assert!(parse_api_url(api).is_ok() && parse_token_url(token).is_ok());
            assert_eq!(Environment::named(environment.name()), Some(environment));
        }
    }
}
