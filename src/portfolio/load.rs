//! Reading the index of a stored portfolio.

use std::{
    panic::resume_unwind,
    sync::{Arc, mpsc},
    thread,
};

use super::{
    Completeness, PortfolioStore, StoreError,
    entry::Entry,
    index::{IndexBuilder, PortfolioIndex},
};
use crate::products::ProductNames;

/// The entries that are handed over at a time.
const BATCH: usize = 512;
/// The batches that wait for the index at most: reading must not fill the memory.
const AHEAD: usize = 4;

/// Reads the index of a store, in which products are found by these names too, and the extent of what the store holds. A second
/// thread builds the index from what is read.
///
/// # Errors
/// Fails if the store cannot be read.
pub fn load_index(
    store: &PortfolioStore,
    names: &Arc<ProductNames>,
) -> Result<(PortfolioIndex, Completeness), StoreError> {
    let mut builder = IndexBuilder::default();
    if !store.keeps_contacts() {
        builder.leave_out_contacts();
    }
    if store.notes()?.is_none() {
        builder.leave_out_notes();
    }
    for (id, name) in store.resellers()? {
        builder.name_reseller(id, name.as_deref());
    }
    builder.name_products(names);
    let index = thread::scope(|scope| {
        let (batches, todo) = mpsc::sync_channel::<Vec<Entry>>(AHEAD);
        let building = scope.spawn(move || {
            for mut entry in todo.into_iter().flatten() {
                if let Some(facts) = &mut entry.subscriptions {
                    facts.name_products(names);
                }
                builder.push(&entry);
            }
            builder.finish()
        });
        let mut batch = Vec::with_capacity(BATCH);
        let read = store.entries(|entry| {
            batch.push(entry);
            if batch.len() == BATCH {
                // Fails only if the other thread has panicked, which its result tells.
                let _ = batches.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
            }
        });
        let _ = batches.send(batch);
        drop(batches);
        let index = building.join().unwrap_or_else(|panic| resume_unwind(panic));
        read.map(|history| index.with_history(history))
    })?;
    Ok((index, store.completeness()?))
}
