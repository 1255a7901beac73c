//! The test of an account in steps, each of which reports what it found or why it failed.

use super::Account;
use crate::{
    api::ApiError,
    model::{CustomerQuery, Row, Status},
    text,
};

/// One step of the check; each needs the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TestStep {
    /// A token is to be had: the client id and the secret are right.
    Token,
    /// The API answers and takes the key and the token.
    Ping,
    /// The reseller's first page of customers comes.
    FirstPage,
}

impl TestStep {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Token, Self::Ping, Self::FirstPage];

    /// Returns its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Token => "Token",
            Self::Ping => "Ping",
            Self::FirstPage => "First page",
        }
    }

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Ping => "ping",
            Self::FirstPage => "first-page",
        }
    }
}

impl Account {
    /// Takes one step; says what was found.
    ///
    /// # Errors
    /// Why it failed, as an error of this profile.
    pub async fn check(&self, step: TestStep) -> Result<String, ApiError> {
        let found = match step {
            TestStep::Token => self.tokens.token().await.map(|_| "signed in".to_owned()),
            TestStep::Ping => self
                .client
                .ping()
                .await
                .map(|answer| format!("the API responded in {} ms", answer.exchange.elapsed.as_millis())),
            TestStep::FirstPage => self.first_page().await,
        };
        found.map_err(|error| self.error(error))
    }

    async fn first_page(&self) -> Result<String, ApiError> {
        let query = CustomerQuery::new(Status::active(), 1)
            .map_err(|error| ApiError::internal(&error.to_string()))?;
        let page = self.client.customers(&self.reseller_id, &query).await?.value;
        // The name is a courtesy: some accounts may read the list and not the reseller.
        let reseller = self.client.reseller(&self.reseller_id).await.ok().map(|answer| answer.value);
        let of_reseller = reseller.iter().flat_map(|reseller| &reseller.problems);
        let mut damage =
            page.rows.iter().flat_map(Row::damage).chain(of_reseller.filter(|problem| problem.is_damage));
        let damage = damage
            .next()
            .map(|problem| format!(", but the response is damaged ({problem})"))
            .unwrap_or_default();
        let name = reseller.as_ref().and_then(|reseller| reseller.company_name.as_deref());
        let name = name
            .map_or_else(|| format!("reseller {}", self.reseller_id), |name| text::clean(name).into_owned());
        Ok(match page.known_total() {
            1 => format!("{name}, 1 active customer{damage}"),
            total => format!("{name}, {} active customers{damage}", text::group_digits(total)),
        })
    }
}
