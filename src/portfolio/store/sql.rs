//! SQL of the user's own: one statement that reads, within a time limit.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::{
    Connection, ErrorCode,
    hooks::{AuthAction, AuthContext, Authorization},
    limits::Limit,
    types::ValueRef,
};

use super::{PortfolioStore, connect, folder, inspect, notes, read_identity};
use crate::portfolio::StoreError;

/// The rows that a statement returned.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SqlTable {
    /// The names of the columns, as the statement gives them.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<SqlValue>>,
    /// True if the statement reads observed changes, of which some may be lost.
    pub reads_changes: bool,
    /// True if the statement reads notes, which may be out of reach.
    pub reads_notes: bool,
}

/// A value in a row.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlValue {
    /// No value.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes, by their number.
    Blob(usize),
}

/// An error in a statement of the user's own.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// There is no statement, or more than one.
    #[error("write exactly one SELECT statement")]
    Count,
    /// The statement would change something, attach a file or change a setting.
    #[error("only a SELECT statement is allowed: the portfolio can only be read")]
    NotRead,
    /// The statement took too long.
    #[error("the statement took longer than {} s and was stopped: narrow it down, or allow more with --timeout", .0.as_secs())]
    TimedOut(Duration),
    /// The result does not fit into memory.
    #[error("the result, or what is sorted for it, is larger than {} MB: select fewer columns, or add a LIMIT", LARGEST / 1_000_000)]
    TooLarge,
    /// A single value is too long.
    #[error("a single value would be longer than {} MB", LARGEST_VALUE / 1_000_000)]
    TooLong,
    /// SQLite does not understand the statement.
    #[error("{0}")]
    Statement(String),
    /// The store cannot be read.
    #[error("{0}")]
    Store(#[from] StoreError),
}

/// The largest result that is held in memory, in bytes.
const LARGEST: usize = 200_000_000;
/// The largest single value that a statement may create, in bytes.
const LARGEST_VALUE: i32 = 10_000_000;
/// The most memory that a statement may take, sorting included, in bytes: nothing is written to other files.
const MOST_MEMORY: i64 = 600_000_000;

impl PortfolioStore {
    /// Runs one statement that reads the portfolio in a folder, within a time limit. It sees the views and tables of both
    /// files.
    ///
    /// # Errors
    /// Fails if the statement is wrong, would change anything or takes too long, or if the store cannot be read.
    pub fn query(folder: &Path, sql: &str, limit: Duration) -> Result<SqlTable, SqlError> {
        let mut cache = connect::to_read(&folder.join(folder::CACHE))?;
        bound(&cache)?;
        let (_, identity, _) = read_identity(&cache)?.ok_or(StoreError::Missing)?;
        let history = folder.join(folder::HISTORY);
        // A writer may be about to set aside the history of another account.
        if folder::exists(&history)? && inspect::history(&history, &identity)?.is_none() {
            attach(&cache, &history.to_string_lossy())?;
            // One of an older form has no place for notes.
            let version: i64 = cache
                .query_row("PRAGMA history.user_version", [], |row| row.get(0))
                .map_err(StoreError::from)?;
            if version < notes::WITH_NOTES {
                without(&cache, NOTES)?;
            }
        } else {
            without(&cache, CHANGES)?;
            without(&cache, NOTES)?;
        }
        run(&mut cache, sql, limit)
    }

    /// Runs one statement that reads a portfolio in memory, within a time limit. It has no observed changes yet.
    ///
    /// # Errors
    /// Fails if the statement is wrong, would change anything or takes too long.
    pub fn query_memory(&mut self, sql: &str, limit: Duration) -> Result<SqlTable, SqlError> {
        bound(&self.cache)?;
        without(&self.cache, CHANGES)?;
        match &self.session_notes {
            Some(notes) => notes::show_in_sql(&self.cache, notes)?,
            None => without(&self.cache, NOTES)?,
        }
        let found = run(&mut self.cache, sql, limit);
        let forget =
            "DROP VIEW temp.v_changes; DROP VIEW temp.v_notes; DROP TABLE IF EXISTS temp.session_note";
        self.cache.execute_batch(forget).map_err(StoreError::from)?;
        found
    }
}

/// Bounds the memory of statements, and has them write nothing to temporary files.
fn bound(cache: &Connection) -> Result<(), StoreError> {
    cache.pragma_update(None, "temp_store", "MEMORY")?;
    cache.query_row(&format!("PRAGMA hard_heap_limit = {MOST_MEMORY}"), [], |_| Ok(()))?;
    Ok(())
}

fn attach(cache: &Connection, path: &str) -> Result<(), StoreError> {
    cache.execute("ATTACH ? AS history", [path])?;
    Ok(())
}

/// A view of a history, and its columns.
type HistoryView = (&'static str, &'static [&'static str]);

const CHANGES: HistoryView = (
    "v_changes",
    &["at", "customer_id", "company", "reseller_id", "subscription_id", "field", "before", "after"],
);
const NOTES: HistoryView =
    ("v_notes", &["customer_id", "company", "reseller_id", "note", "follow_up", "written_at"]);

/// Creates an empty view in place of one of a history that is not there.
fn without(cache: &Connection, (view, columns): HistoryView) -> Result<(), StoreError> {
    let columns: Vec<String> = columns.iter().map(|column| format!("NULL AS {column}")).collect();
    cache.execute_batch(&format!("CREATE TEMP VIEW {view} AS SELECT {} WHERE 0", columns.join(", ")))?;
    Ok(())
}

fn run(cache: &mut Connection, sql: &str, limit: Duration) -> Result<SqlTable, SqlError> {
    /// The virtual machine's instructions between two looks at the clock.
    const STEPS: i32 = 10_000;
    let store = |error| SqlError::Store(StoreError::from(error));
    let end = Instant::now() + limit;
    let reads = [(); 2].map(|()| Arc::new(AtomicBool::new(false)));
    let [reads_changes, reads_notes] = reads.clone();
    let authorize = move |context: AuthContext<'_>| {
        reads_changes.fetch_or(is_of(&context, &["v_changes", "change"]), Ordering::Relaxed);
        reads_notes.fetch_or(is_of(&context, &["v_notes", "note"]), Ordering::Relaxed);
        only_reading(context)
    };
    cache.authorizer(Some(authorize)).map_err(store)?;
    cache.progress_handler(STEPS, Some(move || Instant::now() >= end)).map_err(store)?;
    let longest = cache.set_limit(Limit::SQLITE_LIMIT_LENGTH, LARGEST_VALUE).map_err(store)?;
    let found = read(cache, sql, LARGEST);
    cache.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest).map_err(store)?;
    cache.progress_handler(0, None::<fn() -> bool>).map_err(store)?;
    cache.authorizer(None::<fn(AuthContext<'_>) -> Authorization>).map_err(store)?;
    let [reads_changes, reads_notes] = reads.map(|reads| reads.load(Ordering::Relaxed));
    let found = found.map(|table| SqlTable { reads_changes, reads_notes, ..table });
    found.map_err(|refused| match refused {
        Refused::NotRead => SqlError::NotRead,
        Refused::TooLarge => SqlError::TooLarge,
        Refused::Sqlite(error) => sqlite_error(error, limit),
    })
}

/// The reason why a statement has no result.
enum Refused {
    NotRead,
    TooLarge,
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Tells errors of the statement from errors of the store.
fn sqlite_error(error: rusqlite::Error, limit: Duration) -> SqlError {
    let store = |error| SqlError::Store(StoreError::from(error));
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => SqlError::TimedOut(limit),
        Some(ErrorCode::AuthorizationForStatementDenied | ErrorCode::ReadOnly) => SqlError::NotRead,
        Some(ErrorCode::TooBig) => SqlError::TooLong,
        Some(ErrorCode::OutOfMemory) => SqlError::TooLarge,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::DiskFull) => store(error),
        _ => match error {
            rusqlite::Error::MultipleStatement | rusqlite::Error::Empty => SqlError::Count,
            rusqlite::Error::InvalidParameterCount(..) => SqlError::Statement(
                "a parameter such as ? has no value here: write the value itself".to_owned(),
            ),
            rusqlite::Error::SqlInputError { msg, .. } => SqlError::Statement(msg),
            rusqlite::Error::SqliteFailure(_, Some(words)) => SqlError::Statement(words),
            other => store(other),
        },
    }
}

fn read(cache: &Connection, sql: &str, largest: usize) -> Result<SqlTable, Refused> {
    let mut statement = cache.prepare(sql)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    // `VACUUM` is not asked about.
    if columns.is_empty() || !statement.readonly() {
        return Err(Refused::NotRead);
    }
    let mut found = SqlTable { columns, ..SqlTable::default() };
    let mut rows = statement.query([])?;
    let mut size = 0;
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(found.columns.len());
        for index in 0..found.columns.len() {
            let value = match row.get_ref(index)? {
                ValueRef::Null => SqlValue::Null,
                ValueRef::Integer(number) => SqlValue::Integer(number),
                ValueRef::Real(number) => SqlValue::Real(number),
                ValueRef::Text(text) => SqlValue::Text(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Blob(bytes) => SqlValue::Blob(bytes.len()),
            };
            size += size_of::<SqlValue>() + if let SqlValue::Text(text) = &value { text.len() } else { 0 };
            values.push(value);
        }
        if size > largest {
            return Err(Refused::TooLarge);
        }
        found.rows.push(values);
    }
    Ok(found)
}

/// Returns true if a statement reads a view of the history, or its table. The view comes first.
fn is_of(context: &AuthContext<'_>, names: &[&str; 2]) -> bool {
    let is_read =
        matches!(context.action, AuthAction::Read { table_name, .. } if names.contains(&table_name));
    is_read || context.accessor == Some(names[0])
}

/// Allows reading, and asking for the columns of a table.
fn only_reading(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Select
        | AuthAction::Read { .. }
        | AuthAction::Function { .. }
        | AuthAction::Recursive
        | AuthAction::Pragma { pragma_name: "table_info" | "table_xinfo" | "table_list", .. } => {
            Authorization::Allow
        }
        _ => Authorization::Deny,
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::portfolio::Identity;

    const SECOND: Duration = Duration::from_secs(1);

    fn empty() -> PortfolioStore {
        let identity = Identity::new("client", "https://partners.example.com");
        PortfolioStore::in_memory(&identity, true, DateTime::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn views_of_both_files_can_be_read() {
        let mut store = empty();
        for view in ["v_customers", "v_subscriptions", "v_renewals", "v_changes", "v_notes"] {
            let found = store.query_memory(&format!("SELECT COUNT(*) AS n FROM {view}"), SECOND).unwrap();
            assert_eq!(found.columns, ["n"]);
            assert_eq!(found.rows, [[SqlValue::Integer(0)]]);
        }
        let found = store.query_memory("SELECT 'ü', 1.5, NULL, x'00ff' -- the kinds", SECOND).unwrap();
        let kinds = [SqlValue::Text("ü".into()), SqlValue::Real(1.5), SqlValue::Null, SqlValue::Blob(2)];
        assert_eq!(found.rows, [kinds]);
    }

    #[test]
    fn a_statement_that_reads_changes_is_recognized_however_it_does() {
        let folder = tempfile::tempdir().unwrap();
        let identity = Identity::new("client", "https://partners.example.com");
        drop(PortfolioStore::open(folder.path(), &identity, true, DateTime::UNIX_EPOCH).unwrap());
        for (sql, expected) in [
            ("SELECT COUNT(*) FROM v_changes", true),
            ("SELECT at FROM V_Changes AS c", true),
            (
                "WITH c AS (SELECT * FROM v_changes) SELECT company FROM v_customers WHERE customer_id IN (SELECT customer_id FROM c)",
                true,
            ),
            ("SELECT 1 WHERE EXISTS (SELECT 1 FROM v_changes)", true),
            ("SELECT 'v_changes' AS v_changes FROM v_customers", false),
            ("SELECT COUNT(*) FROM v_customers", false),
        ] {
            let on_disk = PortfolioStore::query(folder.path(), sql, SECOND).unwrap();
            let in_memory = empty().query_memory(sql, SECOND).unwrap();
            assert_eq!((on_disk.reads_changes, in_memory.reads_changes), (expected, expected), "{sql}");
        }
        let table = PortfolioStore::query(folder.path(), "SELECT seq FROM history.change", SECOND).unwrap();
        assert!(table.reads_changes);
    }

    #[test]
    fn anything_but_reading_is_refused() {
        let mut store = empty();
        for sql in [
            "DELETE FROM customer",
            "INSERT INTO contact VALUES ('1', 0, NULL, NULL, NULL)",
            "CREATE TABLE t (a)",
            "CREATE TEMP TABLE t (a)",
            "DROP VIEW v_customers",
            "ATTACH 'x.sqlite' AS x",
            "PRAGMA journal_mode = DELETE",
            "PRAGMA writable_schema = 1",
            "VACUUM INTO 'copy.sqlite'",
            "BEGIN",
            "SELECT 1; DELETE FROM customer",
        ] {
            let refused = store.query_memory(sql, SECOND).unwrap_err();
            assert!(matches!(refused, SqlError::NotRead), "{sql}: {refused}");
        }
        for sql in ["", " -- nothing", "SELECT 1; SELECT 2"] {
            let refused = store.query_memory(sql, SECOND).unwrap_err();
            assert!(matches!(refused, SqlError::Count), "{sql}: {refused}");
        }
        let wrong = store.query_memory("SELECT nonsense FROM v_customers", SECOND).unwrap_err();
        assert_eq!(wrong.to_string(), "no such column: nonsense");
    }

    #[test]
    fn a_result_that_does_not_fit_is_refused_while_it_is_read() {
        let store = empty();
        let many =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n";
        assert!(matches!(read(&store.cache, many, 10_000), Err(Refused::TooLarge)));
        assert_eq!(read(&store.cache, many, 100_000).ok().map(|table| table.rows.len()), Some(1000));
        let long = empty().query_memory("SELECT hex(zeroblob(40000000))", SECOND).unwrap_err();
        assert!(matches!(long, SqlError::TooLong), "{long}");
    }

    #[test]
    fn a_parameter_is_explained() {
        let refused = empty().query_memory("SELECT 1 WHERE 1 = ?", SECOND).unwrap_err();
        assert_eq!(refused.to_string(), "a parameter such as ? has no value here: write the value itself");
    }

    #[test]
    fn an_endless_statement_is_stopped() {
        let endless =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n";
        let stopped = empty().query_memory(endless, Duration::from_millis(50)).unwrap_err();
        assert!(matches!(stopped, SqlError::TimedOut(_)), "{stopped}");
    }
}
