//! Opens the local copy of the account on screen: the demo's in memory, a profile's as the user decided.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::Utc;
use tokio::sync::mpsc;

use super::{
    app::{KeepCopy, Message},
    report::Report,
};
use crate::{
    account::{Account, AccountId, Resellers},
    api::{ApiError, RequestOptions, Urgency},
    config::PortfolioSettings,
    portfolio::{
        CopyRole, Identity, OpenedCopy, OpenedStore, PortfolioStore, StoreError, folder_of,
        sync::{OrdersScope, SharedStore, SyncJob, SyncScope},
    },
    source::CustomerSource,
    state::Store,
    text,
};

/// The decisions of this session about the copies of profiles, by the profile's name.
#[derive(Debug, Clone, Default)]
pub(super) struct KeepDecisions(Arc<Mutex<HashMap<String, KeepCopy>>>);

impl KeepDecisions {
    /// Records a decision.
    pub(super) fn put(&self, profile: String, keep: KeepCopy) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(profile, keep);
    }

    fn get(&self, profile: &str) -> Option<KeepCopy> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(profile).copied()
    }
}

/// The settings that opening a copy needs.
#[derive(Debug, Clone)]
pub(super) struct CopySettings {
    /// The data folder; `None` if there is none.
    pub(super) data: Option<PathBuf>,
    /// The settings of the configuration.
    pub(super) portfolio: PortfolioSettings,
    /// The state, in which decisions are remembered.
    pub(super) state: Store,
    /// The decisions of this session.
    pub(super) decisions: KeepDecisions,
    /// The customers that are read at once.
    pub(super) at_once: usize,
    /// The place of the demo, in words.
    pub(super) place: String,
    /// The receiver of what has to be said.
    pub(super) reports: mpsc::UnboundedSender<Report>,
}

impl CopySettings {
    /// Returns the decision for a profile; `None` if the user was never asked.
    fn decision(&self, profile: &str) -> Option<KeepCopy> {
        if let Some(decided) = self.decisions.get(profile) {
            return Some(decided);
        }
        let state = self.state.load().state;
        let remembered = state.profiles.get(profile);
        let contacts = remembered.and_then(|of| of.keep_contacts).unwrap_or(self.portfolio.contacts);
        let keep = remembered.and_then(|of| of.keep_portfolio).or(self.portfolio.keep)?;
        keep.then_some(if contacts { KeepCopy::OnDisk } else { KeepCopy::WithoutContacts })
    }
}

/// Opens the copy of an account, and prepares the sync that brings it up to date.
pub(super) async fn open_copy(
    settings: CopySettings,
    target: AccountId,
    account: Account,
    live: Arc<dyn CustomerSource>,
) -> Result<OpenedCopy, ApiError> {
    let failed = |error: StoreError| ApiError::internal(&error.to_string());
    let (name, profile) = match &target {
        AccountId::Demo => {
            let identity = Identity::new("demo", &settings.place);
            let store = PortfolioStore::in_memory(&identity, true, Utc::now()).map_err(failed)?;
            let listed = KnownResellers::of(account.resellers(usize::MAX).await?);
            return Ok(opened(&settings, store, live, listed, None));
        }
        AccountId::Profile { name, profile } => (name, profile),
    };
    let identity = Identity::new(&profile.client_id, profile.api_url.as_str());
    let decision = settings.decision(name).ok_or_else(|| {
        ApiError::internal("no copy of this profile's customers is kept, and nobody has been asked")
    })?;
    let per_minute = Some(settings.portfolio.requests_per_minute.into());
    let own = || (account.reseller_id.clone(), None);
    // Offline, those of the copy are known; an account without the right to list resellers has its own.
    let listed = async {
        let found = account.resellers(usize::MAX).await.ok().map(KnownResellers::of).unwrap_or_default();
        if found.resellers.is_empty() && found.doubt.is_none() { None } else { Some(found) }
    };
    let contacts = decision != KeepCopy::WithoutContacts;
    let (Some(data), false) = (&settings.data, decision == KeepCopy::InMemory) else {
        let store = PortfolioStore::in_memory(&identity, contacts, Utc::now()).map_err(failed)?;
        let mut listed = listed.await.unwrap_or_default();
        listed.add([own()]);
        return Ok(opened(&settings, store, live, listed, per_minute));
    };
    let folder = folder_of(data, name);
    let opening = {
        let (folder, identity) = (folder.clone(), identity.clone());
        move || PortfolioStore::open(&folder, &identity, contacts, Utc::now())
    };
    match blocking(opening).await? {
        Ok(OpenedStore { store, notices }) => {
            for notice in notices {
                let _ = settings.reports.send(Report::Message(Message::NotKept(notice)));
            }
            let known = store.resellers().map_err(failed)?;
            let mut listed = match listed.await {
                // Those that such a list lacks may be there all the same.
                Some(mut listed) if listed.doubt.is_some() => {
                    listed.add(known);
                    listed
                }
                Some(listed) => listed,
                None => KnownResellers { resellers: known, doubt: None },
            };
            listed.add([own()]);
            Ok(opened(&settings, store, live, listed, per_minute))
        }
        // Another vipmp brings it up to date.
        Err(StoreError::Busy(_)) => {
            let read = folder.clone();
            let store = blocking(move || PortfolioStore::open_to_read(&read, Some(&identity))).await?;
            let store = SharedStore::new(store.map_err(failed)?);
            Ok(OpenedCopy { store, role: CopyRole::Reader(folder), doubt: None })
        }
        Err(error) => Err(failed(error)),
    }
}

/// The resellers that are synced.
#[derive(Debug, Default)]
struct KnownResellers {
    /// Their IDs, and their names if they are known.
    resellers: Vec<(String, Option<String>)>,
    /// The reason why some may be missing, as a sentence.
    doubt: Option<String>,
}

impl KnownResellers {
    /// Takes those that the account lists.
    fn of(found: Resellers) -> Self {
        let doubt = found.doubt_words().map(|words| text::sentence(&words));
        let resellers = found.rows.into_iter().map(|row| (row.reseller_id, row.company_name));
        Self { resellers: resellers.collect(), doubt }
    }

    /// Adds those that are not among them.
    fn add(&mut self, others: impl IntoIterator<Item = (String, Option<String>)>) {
        for other in others {
            if self.resellers.iter().all(|(id, _)| *id != other.0) {
                self.resellers.push(other);
            }
        }
    }
}

fn opened(
    settings: &CopySettings,
    store: PortfolioStore,
    live: Arc<dyn CustomerSource>,
    listed: KnownResellers,
    per_minute: Option<u32>,
) -> OpenedCopy {
    let KnownResellers { resellers, doubt } = listed;
    let store = SharedStore::new(store);
    let orders = OrdersScope::Recent(settings.portfolio.orders_days);
    let job = SyncJob {
        source: live,
        options: RequestOptions::new(Urgency::background()),
        store: store.clone(),
        scope: SyncScope { resellers, is_all: false, orders },
        at_once: settings.at_once,
        per_minute,
    };
    OpenedCopy { store, role: CopyRole::Writer(Box::new(job)), doubt }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::internal(&error.to_string()))
}
