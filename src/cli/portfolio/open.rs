//! Opens the portfolio that a command works with: a profile's on disk, or the demo's in memory.

use std::{path::PathBuf, sync::Arc};

use chrono::Utc;

use crate::{
    account::{AccountId, Resellers, write_demo_notes},
    api::RequestOptions,
    cli::{
        Arguments,
        account::{open, product_names, select_target},
        context::{CommandContext, demo_options},
        exit::{Failure, print_api_error, print_error, print_note},
        row_stream::source_of,
    },
    config::Profile,
    portfolio::{
        Completeness, CopyFile, Identity, NoteFile, NoteHome, PortfolioStore, SessionNotes, StoreError,
        UnreadValue, folder_of,
        sync::{OrdersScope, SharedStore, SyncError, SyncJob, SyncProgress, SyncReport, SyncScope, sync},
    },
    products::ProductNames,
    text,
};

/// An open portfolio.
pub(super) struct LocalCopy {
    pub(super) store: SharedStore,
    /// The folder on disk; `None` for the demo, which is kept in memory.
    pub(super) folder: Option<PathBuf>,
    /// What has to be said because the profile's own reseller is not in the copy.
    pub(super) doubt: Option<String>,
    /// The names of products.
    pub(super) names: Arc<ProductNames>,
    /// The place of the user's own notes.
    pub(super) notes: NoteHome,
}

impl LocalCopy {
    /// Reads from the store.
    ///
    /// # Errors
    /// The failure, once the error has been printed. What was read while another process deleted the files is one.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut PortfolioStore) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Failure> {
        let folder = self.folder.clone();
        let outcome = self.store.with(move |store| {
            let read = work(store);
            let is_there = folder.is_none_or(|folder| store.file_now(&folder) == CopyFile::Same);
            if is_there { read.map(Some) } else { Ok(None) }
        });
        match outcome.await {
            Ok(Some(read)) => Ok(read),
            Ok(None) => {
                print_error("the copy was deleted or replaced meanwhile: run the command again.");
                Err(Failure::Failed)
            }
            Err(error) => Err(print_store_error(&error)),
        }
    }
}

/// Prints an error of the store, and returns the failure that it leads to.
pub(super) fn print_store_error(error: &StoreError) -> Failure {
    print_error(&error.to_string());
    match error {
        StoreError::Missing | StoreError::Outdated(_) => Failure::NotFound,
        _ => Failure::Failed,
    }
}

/// Prints an error of a sync, and returns the failure that it leads to.
pub(super) fn print_sync_error(error: &SyncError) -> Failure {
    match error {
        SyncError::Api(error) => print_api_error(error),
        SyncError::PortfolioStore(error) => print_store_error(error),
    }
}

/// Returns the identity of a profile's account.
pub(super) fn identity_of(profile: &Profile) -> Identity {
    Identity::new(&profile.client_id, profile.api_url.as_str())
}

/// Returns the folder of a profile's portfolio.
///
/// # Errors
/// The failure, once it has been printed that there is no data folder.
pub(super) fn folder(context: &CommandContext, name: &str) -> Result<PathBuf, Failure> {
    context.data.as_deref().map(|data| folder_of(data, name)).ok_or_else(|| {
        print_error("this system has no data folder for vipmp: name one with VIPMP_DATA_DIR.");
        Failure::Failed
    })
}

/// Opens the portfolio of the selected profile for reading. That of the demo is read first, into memory.
pub(super) async fn open_to_read(
    arguments: &Arguments,
    context: &CommandContext,
) -> Result<LocalCopy, Failure> {
    let target = select_target(arguments, context)?;
    let names = product_names(&target, context);
    let (name, profile) = match target {
        AccountId::Demo => {
            let progress = Arc::new(SyncProgress::default());
            return read_demo(arguments, context, &progress).await.map(|(copy, _)| copy);
        }
        AccountId::Profile { name, profile } => (name, profile),
    };
    let folder = folder(context, &name)?;
    let identity = identity_of(&profile);
    let store =
        PortfolioStore::open_to_read(&folder, Some(&identity)).map_err(|error| print_store_error(&error))?;
    let known = store.resellers().map_err(|error| print_store_error(&error))?;
    let is_listed = known.iter().any(|(id, _)| *id == profile.reseller_id);
    let doubt = (!is_listed).then(|| {
        format!("the customers of reseller {} are not in the copy: run `vipmp sync`.", profile.reseller_id)
    });
    let notes = NoteHome::OnDisk(NoteFile::new(folder.clone(), identity));
    Ok(LocalCopy { store: SharedStore::new(store), folder: Some(folder), doubt, names, notes })
}

/// Reads the demo's portfolio into memory.
pub(super) async fn read_demo(
    arguments: &Arguments,
    context: &CommandContext,
    progress: &Arc<SyncProgress>,
) -> Result<(LocalCopy, SyncReport), Failure> {
    let (account, demo) = open(&AccountId::Demo, arguments, context, &context.network).await?;
    let identity = Identity::new("demo", &AccountId::Demo.place(&demo_options(arguments)));
    let notes = SessionNotes::default();
    if let Some(demo) = &demo {
        write_demo_notes(demo, &notes, Utc::now());
    }
    let store =
        PortfolioStore::in_memory(&identity, true, Utc::now()).map_err(|error| print_store_error(&error))?;
    let store = SharedStore::new(store.with_notes(notes.clone()));
    let resellers = account.resellers(usize::MAX).await.map_err(|error| print_api_error(&error))?;
    let orders = OrdersScope::Recent(context.loaded.config.portfolio.orders_days);
    let job = SyncJob {
        source: source_of(&account),
        options: RequestOptions::default(),
        store: store.clone(),
        scope: SyncScope { resellers: named(resellers), is_all: true, orders },
        at_once: AccountId::Demo.concurrency(&context.network),
        per_minute: None,
    };
    let report = sync(job, Arc::clone(progress)).await.map_err(|error| print_sync_error(&error))?;
    let names = product_names(&AccountId::Demo, context);
    let notes = NoteHome::InMemory(notes);
    Ok((LocalCopy { store, folder: None, doubt: None, names, notes }, report))
}

/// Returns the notes that are kept in the folder of a profile's portfolio, in words, such as `your 12 notes`; `None` if there
/// are none.
pub(in crate::cli) fn notes_in_words(context: &CommandContext, name: &str) -> Option<String> {
    let folder = folder_of(context.data.as_deref()?, name);
    words_of_notes(PortfolioStore::count_notes(&folder).unwrap_or((0, true)))
}

/// Returns counted notes in words; the second value is true if some could not be counted.
fn words_of_notes((notes, lacks_some): (u64, bool)) -> Option<String> {
    let counted = match notes {
        0 => return lacks_some.then(|| "any notes in it (they cannot be counted)".to_owned()),
        1 => "your note".to_owned(),
        _ => format!("your {} notes", text::group_digits(notes)),
    };
    Some(if lacks_some {
        format!("{counted} and any others in it (they cannot be counted)")
    } else {
        counted
    })
}

/// Returns the IDs and names of resellers.
pub(super) fn named(resellers: Resellers) -> Vec<(String, Option<String>)> {
    resellers.rows.into_iter().map(|row| (row.reseller_id, row.company_name)).collect()
}

/// Prints the age of the portfolio, and what is missing in it.
pub(super) fn print_age(held: &Completeness) {
    print_note(&age_of_copy(held));
}

/// Returns the age of the portfolio, and what is missing in it, in words.
pub(super) fn age_of_copy(held: &Completeness) -> String {
    let now = Utc::now();
    let ago = |at: chrono::DateTime<Utc>| age_in_words((now - at).to_std().unwrap_or_default());
    let listed = held.listed_at.map_or("never read to its end".to_owned(), |at| format!("read {}", ago(at)));
    let oldest = held.oldest_at.map(|at| format!(", the oldest {}", ago(at))).unwrap_or_default();
    format!(
        "Portfolio of {}: list {listed}; details of {}{oldest}.",
        text::pluralize(held.customers, "customer", "customers"),
        text::group_digits(held.records.min(held.subscriptions)),
    )
}

/// Returns an age in words, such as `4 min ago`.
fn age_in_words(age: std::time::Duration) -> String {
    let seconds = age.as_secs();
    match seconds {
        0..60 => "just now".to_owned(),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..172_800 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

/// Returns the reasons why the lists of customers may be incomplete, in words.
pub(super) fn list_doubts(held: &Completeness) -> Vec<String> {
    let mut doubts: Vec<String> = held
        .doubts
        .iter()
        .map(|(reseller, doubt)| format!("reseller {reseller}: the list may be incomplete: {doubt}."))
        .collect();
    let (known, listed) = held.resellers;
    if listed < known || known == 0 {
        doubts.push(match known {
            0 => "no list of customers has been read yet: run `vipmp sync`.".to_owned(),
            1 => "the list of customers has not been read to its end yet: run `vipmp sync`.".to_owned(),
            _ => format!(
                "the lists of {} of {} resellers have not been read to the end yet: run `vipmp sync`.",
                text::group_digits(known - listed),
                text::group_digits(known),
            ),
        });
    }
    if held.unchecked > 0 {
        doubts.push(format!(
            "{} in no list, and could not be checked: run `vipmp sync`.",
            text::pluralize(held.unchecked, "customer is", "customers are")
        ));
    }
    if held.unread > 0 {
        doubts.push(format!(
            "values of {} could not be read, so older ones are kept, if there are any: `vipmp portfolio check` lists them.",
            text::pluralize(held.unread, "customer", "customers")
        ));
    }
    doubts
}

/// Returns a value that could not be read, in words.
pub(super) fn unread_words(value: &UnreadValue) -> String {
    let element = value.element.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
    text::clean(&format!("customer {}: {}{element}: {}", value.customer_id, value.field, value.found))
        .into_owned()
}

/// Returns the reason why sums over details may be wrong, in words.
pub(super) fn detail_doubts(held: &Completeness) -> Option<String> {
    details_doubt(held.records.min(held.subscriptions), held.customers)
}

/// Returns the reason why sums over the details of some customers may be wrong, in words.
pub(super) fn details_doubt(details: u64, customers: u64) -> Option<String> {
    (details < customers).then(|| {
        let customers = text::pluralize(customers, "customer", "customers");
        format!("details of {} of {customers} are known.", text::group_digits(details))
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_age_is_in_the_greatest_unit_that_says_enough() {
        for (seconds, words) in [
            (0, "just now"),
            (59, "just now"),
            (60, "1 min ago"),
            (3_599, "59 min ago"),
            (3_600, "1 h ago"),
            (172_799, "47 h ago"),
            (172_800, "2 days ago"),
        ] {
            assert_eq!(age_in_words(Duration::from_secs(seconds)), words);
        }
    }

    #[test]
    fn notes_are_counted_in_words() {
        let words = |count, lacks_some| words_of_notes((count, lacks_some));
        assert_eq!(words(0, false), None);
        assert_eq!(words(1, false).as_deref(), Some("your note"));
        assert_eq!(words(1_200, false).as_deref(), Some("your 1,200 notes"));
        assert_eq!(words(0, true).as_deref(), Some("any notes in it (they cannot be counted)"));
        let some = "your 2 notes and any others in it (they cannot be counted)";
        assert_eq!(words(2, true).as_deref(), Some(some));
    }

    #[test]
    fn a_list_that_was_never_read_to_its_end_is_a_doubt() {
        assert_eq!(
            list_doubts(&Completeness::default()),
            ["no list of customers has been read yet: run `vipmp sync`."]
        );
        let partly = Completeness { resellers: (2, 1), ..Completeness::default() };
        let words = "the lists of 1 of 2 resellers have not been read to the end yet: run `vipmp sync`.";
        assert_eq!(list_doubts(&partly), [words]);
        let whole = Completeness { resellers: (2, 2), ..Completeness::default() };
        assert_eq!(list_doubts(&whole), Vec::<String>::new());
    }
}
