//! The local copy, on real files, which is brought up to date each morning.
//!
//! `vipmp sync` takes its time from the machine's clock, and nothing else can set it. So the copy is written here as a sync writes
//! it, through the same functions of the store, which are handed the time of the simulated morning. The binary is not run:
//! it knows no other day than today.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::Value;
use vipmp::{
    collect::ListStats,
    model::{AcquisitionList, Customer, NoteChange, NoteOutcome, OrderPage, Row, SubscriptionList},
    portfolio::{Identity, NoteFile, PortfolioStore, index::PortfolioIndex, load_index},
    products::ProductNames,
};

use crate::{
    json::Answers,
    world::{Morning, RESELLERS},
};

/// Which of the customers of a morning are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// All of them.
    All,
    /// Those that have changed.
    Changed,
    /// Those that the store says are due.
    Due,
}

/// The copy of one account.
pub(crate) struct Copy {
    folder: PathBuf,
    identity: Identity,
    /// The day since which orders are read.
    since: NaiveDate,
    _root: tempfile::TempDir,
}

fn bytes(json: &Value) -> Vec<u8> {
    serde_json::to_vec(json).unwrap()
}

impl Copy {
    pub(crate) fn new(since: NaiveDate) -> Self {
        let root = tempfile::tempdir().unwrap();
        let identity = Identity::new("client-of-nobody", "https://partners.example");
        Self { folder: root.path().join("portfolio"), identity, since, _root: root }
    }

    /// Stores what there is to read on a morning, as a sync does, the whole lists if `is_walk`.
    pub(crate) fn sync(&self, morning: &Morning, reading: Reading, is_walk: bool) {
        let now = morning.today.and_hms_opt(6, 0, 0).unwrap().and_utc();
        let opened = PortfolioStore::open(&self.folder, &self.identity, true, now).unwrap();
        assert_eq!(opened.notices, Vec::<String>::new());
        let mut store = opened.store;
        let run = store.begin_run(now).unwrap();
        for reseller in RESELLERS {
            Self::list(&mut store, reseller, morning, now, is_walk);
            let unpaid: Vec<_> = morning
                .unpaid
                .iter()
                .filter(|(of, ..)| *of == reseller)
                .map(|(_, id, json)| (id.clone(), Some(AcquisitionList::from_slice(&bytes(json)).unwrap())))
                .collect();
            store.put_acquisitions(reseller, &unpaid, now).unwrap();
        }
        // Reading takes its time.
        let at = now + TimeDelta::seconds(90);
        let due: BTreeSet<String> = match reading {
            Reading::All => morning.customers.iter().map(|answers| answers.id.clone()).collect(),
            Reading::Changed => morning.changed.clone(),
            Reading::Due => {
                let found = store.due(&RESELLERS.map(str::to_owned), now, now, usize::MAX).unwrap();
                found.into_iter().map(|due| due.id).collect()
            }
        };
        for answers in morning.customers.iter().filter(|answers| due.contains(&answers.id)) {
            let Answers { id, record, subscriptions, orders, .. } = &**answers;
            store.put_record(id, &Customer::from_slice(&bytes(record)).unwrap(), at).unwrap();
            let list = SubscriptionList::from_slice(&bytes(subscriptions)).unwrap();
            assert_eq!((list.doubt(), list.problems.len()), (None, 0), "{subscriptions}");
            store.put_subscriptions(id, &list, at).unwrap();
            let page = OrderPage::from_slice(&bytes(orders)).unwrap();
            assert_eq!((page.doubt(), page.problems.len()), (None, 0), "{orders}");
            store.put_orders(id, &page, Some(self.since), at).unwrap();
        }
        let changes = store.flush_changes().unwrap() as u64;
        store.end_run(run, "complete", 0, changes, at).unwrap();
        drop(store);
        self.note(morning, now);
    }

    /// Stores entries of a reseller's list: those that have changed, or in a walk all of them, and who is gone by then.
    fn list(
        store: &mut PortfolioStore,
        reseller: &str,
        morning: &Morning,
        now: DateTime<Utc>,
        is_walk: bool,
    ) {
        let listed = morning.customers.iter().filter(|of| is_walk || morning.changed.contains(&of.id));
        let entries = listed.filter(|answers| answers.reseller == reseller);
        let rows: Vec<Row> =
            entries.enumerate().map(|(place, answers)| Row::read(place + 1, answers.row.clone())).collect();
        if !is_walk {
            store.add_rows(reseller, &rows, now).unwrap();
            return;
        }
        store.begin_walk(reseller, None, now).unwrap();
        store.add_rows(reseller, &rows, now).unwrap();
        let count = rows.len() as u64;
        let stats = ListStats { rows: count, seen: count, total: Some(count), ..ListStats::default() };
        for id in store.end_walk(reseller, stats, 0, now).unwrap() {
            store.mark_gone(&id, now).unwrap();
        }
    }

    /// Writes the user's notes.
    fn note(&self, morning: &Morning, now: DateTime<Utc>) {
        if morning.notes.is_empty() {
            return;
        }
        let file = NoteFile::new(self.folder.clone(), self.identity.clone());
        let mut notes = file.read().unwrap();
        for (id, day) in &morning.notes {
            let change = NoteChange {
                customer_id: id.clone(),
                company: None,
                reseller_id: None,
                text: if day.is_some() { "Wants a quote".to_owned() } else { String::new() },
                follow_up: *day,
                replaces: notes.remove(id),
            };
            assert_eq!(file.put(&change, now).unwrap(), NoteOutcome::Kept, "{id}");
        }
    }

    /// Reads the index, as a command does that only reads.
    pub(crate) fn index(&self) -> PortfolioIndex {
        let store = PortfolioStore::open_to_read(&self.folder, Some(&self.identity)).unwrap();
        let (index, _) = load_index(&store, &Arc::new(ProductNames::default())).unwrap();
        index
    }
}
