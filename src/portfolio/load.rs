//! Reading the index of a stored portfolio.

use super::{
    Completeness, PortfolioStore, StoreError,
    index::{IndexBuilder, PortfolioIndex},
};

/// Reads the index of a store, and the extent of what it holds.
///
/// # Errors
/// Fails if the store cannot be read.
pub fn load_index(store: &PortfolioStore) -> Result<(PortfolioIndex, Completeness), StoreError> {
    let mut builder = IndexBuilder::default();
    for (id, name) in store.resellers()? {
        builder.name_reseller(id, name.as_deref());
    }
    store.entries(|entry| builder.push(&entry))?;
    Ok((builder.finish(), store.completeness()?))
}
