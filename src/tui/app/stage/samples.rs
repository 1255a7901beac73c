//! Profiles, records and exchanges for tests.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};

use super::{
    super::{Configured, Listed},
    RESELLER,
};
use crate::{
    account::ProfileDraft,
    api::{ApiError, ErrorKind, Exchange},
    config::{self, Profile, SecretSource, SignIn},
    model::{Customer, OrderPage, Reseller, ResellerRow, Status},
    source::{Fetched, Origin},
};

impl Configured {
    /// With a profile as it was saved.
    pub(crate) fn put(&mut self, draft: &ProfileDraft) {
        let former = draft.former.clone().unwrap_or_else(|| draft.name.clone());
        let view = self.profiles.iter().find(|listed| listed.name == former).and_then(|it| it.view.clone());
        self.profiles.retain(|listed| listed.name != former);
        self.names.retain(|name| *name != former);
        let listed = Listed {
            name: draft.name.clone(),
            profile: draft.profile.clone(),
            last_used: None,
            view,
            keeps_copy: None,
            views: Vec::new(),
        };
        self.profiles.push(listed);
        self.names.push(draft.name.clone());
        self.profiles.sort_by(|a, b| a.name.cmp(&b.name));
        if draft.default {
            self.default = Some(draft.name.clone());
        }
    }
}

/// Two profiles, one for production and one for the sandbox.
pub(crate) fn two_profiles() -> Configured {
    let mut configured = Configured::default();
    for (name, environment, reseller) in [
        ("apac", config::Environment::Sandbox, "1000400001"),
        ("emea-prod", config::Environment::Production, RESELLER),
    ] {
        let (api, token) = environment.addresses().unwrap();
        configured.put(&ProfileDraft {
            former: None,
            name: name.into(),
            profile: Profile {
                environment,
                api_url: api.parse().unwrap(),
                token_url: token.parse().unwrap(),
                reseller_id: reseller.into(),
                client_id: "client-77".into(),
                sign_in: SignIn::ClientSecret(SecretSource::Keyring),
            },
            typed: None,
            default: name == "emea-prod",
        });
    }
    configured
}

pub(super) fn resellers() -> Vec<ResellerRow> {
    let row = |id: &str, name: &str| ResellerRow {
        reseller_id: id.into(),
        distributor_id: None,
        company_name: Some(name.into()),
        status: Status::active(),
        problems: Vec::new(),
        raw: serde_json::Value::Null,
    };
    vec![
        row(RESELLER, "Lanternfold Distribution"),
        row("1000400001", "Pebblebrook Licensing"),
        row("1000400002", "月見野ソフトウェア株式会社"),
    ]
}

/// A value that arrived in 84 ms, at no particular moment.
pub(crate) fn fetched<T>(value: T) -> Result<Box<Fetched<T>>, Box<ApiError>> {
    fetched_at(DateTime::default(), value)
}

/// A value that arrived in 84 ms, at a moment.
#[expect(clippy::unnecessary_wraps, reason = "messages carry outcomes")]
pub(super) fn fetched_at<T>(at: DateTime<FixedOffset>, value: T) -> Result<Box<Fetched<T>>, Box<ApiError>> {
    let exchange = exchange();
    let origin = Origin { at, elapsed: exchange.elapsed, exchange: Some(Arc::new(exchange)), copy: None };
    Ok(Box::new(Fetched { value, origin }))
}

/// An exchange with this address that took 84 ms.
pub(super) fn exchange_of(url: &str) -> Exchange {
    Exchange { url: url.to_owned(), ..exchange() }
}

/// An exchange that took 84 ms.
pub(crate) fn exchange() -> Exchange {
    Exchange {
        method: "GET",
        url: "http://127.0.0.1:8080/v3/resellers/1000396138/customers?status=1000".to_owned(),
        request_headers: vec![
            ("x-request-id".to_owned(), "6f1c0b5e-0000-4000-8000-000000000001".to_owned()),
            ("authorization".to_owned(), crate::api::HIDDEN.to_owned()),
        ],
        status: Some(200),
        response_headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        elapsed: Duration::from_millis(84),
        body_bytes: 18_211,
        request_id: "6f1c0b5e-0000-4000-8000-000000000001".to_owned(),
        correlation_id: Some("6f1c0b5e-0000-4000-8000-000000000002".to_owned()),
        attempts: 1,
        ..Exchange::default()
    }
}

/// A broken connection.
pub(crate) fn offline(cause: &str) -> ApiError {
    ApiError { kind: ErrorKind::Offline, ..ApiError::internal(cause) }
}

/// A customer as the API client reads it.
pub(crate) fn customer(record: &Value) -> Customer {
    Customer::from_slice(record.to_string().as_bytes()).unwrap()
}

pub(super) fn order_page(body: &Value) -> OrderPage {
    OrderPage::from_slice(body.to_string().as_bytes()).unwrap()
}

pub(super) fn reseller() -> Reseller {
    let body = json!({"resellerId": RESELLER, "status": "1000", "companyProfile": {"companyName": "Lanternfold Distribution"}});
    Reseller::from_slice(body.to_string().as_bytes()).unwrap()
}
