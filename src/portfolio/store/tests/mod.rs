//! Tests of the store on real files.

mod acquisitions;
mod auto_changes;
mod damage;
mod files;
mod history;
mod identity;
mod notes;
mod orders;
mod privacy;
mod revision;
mod rows;
mod shown_rows;
mod subscriptions;
mod unread;
mod views;
mod walks;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{ChangeFilter, Identity, OpenedStore, PortfolioStore};
use crate::{
    collect::{Incomplete, ListStats},
    model::{Customer, Row, SubscriptionList},
    portfolio::{StoreError, entry::Entry},
};

const RESELLER: &str = "1000000001";

/// The folder of a portfolio, which does not exist yet, in a temporary one.
struct Place {
    root: TempDir,
    folder: PathBuf,
}

impl Place {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let folder = super::folder_of(root.path(), "emea");
        Self { root, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Opens the store, of which nothing is to be said.
    #[track_caller]
    fn open(&self) -> PortfolioStore {
        let OpenedStore { store, notices } = self.reopen(&identity(), true).unwrap();
        assert_eq!(notices, Vec::<String>::new());
        store
    }

    fn reopen(&self, identity: &Identity, contacts: bool) -> Result<OpenedStore, StoreError> {
        PortfolioStore::open(&self.folder, identity, contacts, noon())
    }

    /// Creates a portfolio of these customers, in a verified walk, and closes it.
    fn fill(&self, ids: &[&str]) {
        let rows: Vec<Row> = ids.iter().map(|id| row(id, &format!("Company {id}"), "1000")).collect();
        walk(&mut self.open(), &rows);
    }

    /// Returns the names of the files, sorted.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Returns true if any file in the folder has these bytes.
    fn has_bytes(&self, text: &str) -> bool {
        self.names().iter().any(|name| contains(&std::fs::read(self.path(name)).unwrap(), text))
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn identity() -> Identity {
    Identity::new("client-1", "https://partners.example.com/")
}

/// The resellers of a sync that reads one.
fn own() -> Vec<String> {
    vec![RESELLER.to_owned()]
}

fn noon() -> DateTime<Utc> {
    at("2026-03-01T12:00:00Z")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn row(id: &str, name: &str, status: &str) -> Row {
    Row::read(
        0,
        json!({"customerId": id, "status": status, "companyProfile": {"companyName": name},
            "creationDate": "2025-08-27T12:57:22Z"}),
    )
}

fn record(value: &Value) -> Customer {
    Customer::from_slice(value.to_string().as_bytes()).unwrap()
}

fn subscriptions(items: &[Value]) -> SubscriptionList {
    let body = json!({"totalCount": items.len(), "items": items});
    SubscriptionList::from_slice(body.to_string().as_bytes()).unwrap()
}

/// The statistics of a walk that saw as many rows as the server counts.
fn verified(rows: usize) -> ListStats {
    let rows = rows as u64;
    ListStats { pages: 1, rows, total: Some(rows), seen: rows, ..ListStats::default() }
}

/// The statistics of a walk that may have missed rows.
fn doubtful() -> ListStats {
    ListStats { incomplete: Some(Incomplete::Moving), ..verified(1) }
}

/// Walks through the lists of the reseller; returns the customers that were not found.
fn walk(store: &mut PortfolioStore, rows: &[Row]) -> Vec<String> {
    walk_of(store, RESELLER, rows, verified(rows.len()))
}

fn walk_of(store: &mut PortfolioStore, reseller: &str, rows: &[Row], stats: ListStats) -> Vec<String> {
    store.begin_walk(reseller, None, noon()).unwrap();
    store.add_rows(reseller, rows, noon()).unwrap();
    store.end_walk(reseller, stats, 0, noon()).unwrap()
}

fn entries(store: &PortfolioStore) -> Vec<Entry> {
    let mut found = Vec::new();
    store.entries(|entry| found.push(entry)).unwrap();
    found
}

fn ids(store: &PortfolioStore) -> Vec<String> {
    entries(store).into_iter().map(|entry| entry.customer_id).collect()
}

/// Returns the recorded changes, each as a line.
fn changes(store: &PortfolioStore) -> Vec<String> {
    let shown = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    let changes = store.changes(&ChangeFilter::default()).unwrap();
    let line = |change: crate::model::ObservedChange| {
        format!("{} {}: {} > {}", change.customer_id, change.field, shown(change.before), shown(change.after))
    };
    changes.into_iter().map(line).collect()
}

/// Returns the number of rows that a query counts in the cache.
fn count(store: &PortfolioStore, sql: &str) -> i64 {
    store.cache.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Damages a file.
type Damage = fn(&Path);

/// Overwrites bytes of a file.
fn overwrite(path: &Path, offset: usize, bytes: &[u8]) {
    let mut all = std::fs::read(path).unwrap();
    all[offset..offset + bytes.len()].copy_from_slice(bytes);
    std::fs::write(path, all).unwrap();
}
