//! A selection of columns: the default ones of a format, or those of `--columns`.

use std::sync::Arc;

use super::{Column, Item, PROBLEM, RowSchema, TableLine};
use crate::{model::means_column, products::ProductNames, text};

/// The columns to write, in order.
#[derive(Debug, Clone)]
pub struct Columns {
    schema: RowSchema,
    selected: Vec<&'static Column>,
    names: Arc<ProductNames>,
}

/// An error in `--columns`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnsError {
    /// A part between commas is empty.
    #[error("a column name is empty: use comma-separated names from {known}")]
    Missing {
        /// The keys of all columns.
        known: String,
    },
    /// An unknown column.
    #[error("unknown column {word:?}{}", suggestion(*near, known))]
    Unknown {
        /// The given name.
        word: String,
        /// The most similar key.
        near: Option<&'static str>,
        /// The keys of all columns.
        known: String,
    },
    /// A column of data that is not fetched.
    #[error("{key} needs {with}: use `vipmp export --{with}`")]
    NotFetched {
        /// The column.
        key: &'static str,
        /// `details` or `subscriptions`.
        with: &'static str,
    },
    /// A column that was already named.
    #[error("column {0} is listed twice")]
    Repeated(&'static str),
}

fn suggestion(near: Option<&str>, known: &str) -> String {
    match near {
        Some(near) => format!(", did you mean {near}?"),
        None => format!(": the columns are {known}"),
    }
}

impl Columns {
    /// Returns all columns of a schema, the default for files.
    pub fn all(schema: RowSchema) -> Self {
        Self { schema, selected: schema.columns().collect(), names: Arc::default() }
    }

    /// Returns the most useful columns that fit on a screen, the default for tables.
    pub fn for_table(schema: RowSchema) -> Self {
        let column = |key: &&str| schema.columns().find(|column| column.key == *key);
        let selected = schema.shown().iter().filter_map(column).collect();
        Self { schema, selected, names: Arc::default() }
    }

    /// Parses a comma-separated list of keys, such as `company,customer-id,created`.
    ///
    /// # Errors
    /// If a part is not a column of this schema, or is repeated.
    pub fn parse(schema: RowSchema, text: &str) -> Result<Self, ColumnsError> {
        let mut columns: Vec<&'static Column> = Vec::new();
        for word in text.split(',').map(str::trim) {
            let column = find(schema, word)?;
            if columns.iter().any(|other| other.key == column.key) {
                return Err(ColumnsError::Repeated(column.key));
            }
            columns.push(column);
        }
        Ok(Self { schema, selected: columns, names: Arc::default() })
    }

    /// Adds the reseller column, which tells the rows of several resellers apart.
    #[must_use]
    pub fn with_reseller(mut self) -> Self {
        const KEY: &str = "reseller-id";
        let column = self.schema.columns().find(|column| column.key == KEY);
        if let Some(column) = column.filter(|_| self.selected.iter().all(|column| column.key != KEY)) {
            let behind = self.selected.iter().position(|column| column.key == "customer-id");
            self.selected.insert(behind.map_or(0, |place| place + 1), column);
        }
        self
    }

    /// Shows products by these names.
    #[must_use]
    pub fn with_names(self, names: Arc<ProductNames>) -> Self {
        Self { names, ..self }
    }

    /// Returns the names of products.
    pub(crate) fn names(&self) -> &Arc<ProductNames> {
        &self.names
    }

    /// Returns the lines of an item in a table, at least one.
    pub(crate) fn lines<'a>(&'a self, item: &Item<'a>) -> Vec<TableLine<'a>> {
        let lines = item.lines().into_iter();
        lines.map(|line| TableLine { names: Some(&self.names), ..line }).collect()
    }

    /// Splits the columns into those that `schema` has too and the others, each in order.
    pub(crate) fn partition_by(&self, schema: RowSchema) -> (Self, Self) {
        let is_there = |column: &&'static Column| schema.columns().any(|other| other.key == column.key);
        let (within, beyond) = self.selected.iter().partition(|column| is_there(column));
        let names = || Arc::clone(&self.names);
        (
            Self { schema, selected: within, names: names() },
            Self { schema: self.schema, selected: beyond, names: names() },
        )
    }

    /// Returns the schema that the columns belong to.
    pub fn schema(&self) -> RowSchema {
        self.schema
    }

    /// Returns the columns in order.
    pub fn as_slice(&self) -> &[&'static Column] {
        &self.selected
    }

    /// Returns the columns and `problem`, which is appended unless it is among them.
    pub(crate) fn with_problem(&self) -> Vec<&'static Column> {
        let mut all = self.selected.clone();
        if !all.iter().any(|column| column.key == PROBLEM.key) {
            all.push(&PROBLEM);
        }
        all
    }
}

fn find(schema: RowSchema, word: &str) -> Result<&'static Column, ColumnsError> {
    let named = |schema: RowSchema| schema.columns().find(|column| column.key.eq_ignore_ascii_case(word));
    let is_of_other_rows = || named(RowSchema::Portfolio { details: true, subscriptions: true }).is_some();
    let called = || schema.columns().find(|column| means_column(word, column.key));
    if let Some(column) = named(schema).or_else(|| if is_of_other_rows() { None } else { called() }) {
        return Ok(column);
    }
    let keys = || schema.columns().map(|column| column.key);
    let known = || keys().collect::<Vec<_>>().join(", ");
    if word.is_empty() {
        return Err(ColumnsError::Missing { known: known() });
    }
    if let RowSchema::Customers { .. } = schema {
        for (with, richer) in [
            ("details", RowSchema::Customers { details: true, subscriptions: false }),
            ("subscriptions", RowSchema::Customers { details: false, subscriptions: true }),
        ] {
            if let Some(Column { key, .. }) = named(richer) {
                return Err(ColumnsError::NotFetched { key, with });
            }
        }
    }
    let near = text::did_you_mean(word, keys());
    Err(ColumnsError::Unknown { word: text::truncate(word, 40).into_owned(), near, known: known() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(columns: &Columns) -> Vec<&'static str> {
        columns.as_slice().iter().map(|column| column.key).collect()
    }

    fn message(schema: RowSchema, text: &str) -> String {
        Columns::parse(schema, text).unwrap_err().to_string()
    }

    #[test]
    fn columns_keep_the_given_order() {
        let columns = Columns::parse(RowSchema::LIST, " created,COMPANY , customer-id").unwrap();
        assert_eq!(keys(&columns), ["created", "company", "customer-id"]);
        assert_eq!(columns.with_problem().last().unwrap().key, "problem");
        let columns = Columns::parse(RowSchema::LIST, "problem,company").unwrap();
        assert_eq!(columns.with_problem().len(), 2);
    }

    #[test]
    fn tables_have_few_columns_and_files_all() {
        assert_eq!(
            keys(&Columns::for_table(RowSchema::LIST)),
            ["company", "customer-id", "status", "created", "reference"]
        );
        let file = keys(&Columns::all(RowSchema::LIST));
        assert_eq!((file.first(), file.last(), file.len()), (Some(&"customer-id"), Some(&"problem"), 9));
    }

    #[test]
    fn rows_of_several_resellers_have_a_reseller_column() {
        let table = Columns::for_table(RowSchema::LIST).with_reseller();
        let expected = ["company", "customer-id", "reseller-id", "status", "created", "reference"];
        assert_eq!(keys(&table), expected);
        assert_eq!(keys(&table.with_reseller()), expected);
        let file = Columns::all(RowSchema::LIST);
        assert_eq!(keys(&file.clone().with_reseller()), keys(&file), "it is there already");
    }

    #[test]
    fn a_misspelt_column_has_a_suggestion() {
        assert_eq!(message(RowSchema::LIST, "compnay"), "unknown column \"compnay\", did you mean company?");
        assert_eq!(
            message(RowSchema::LIST, "customerId"),
            "unknown column \"customerId\", did you mean customer-id?"
        );
        let all = "reseller-id, company, status, status-code, distributor-id, problem";
        assert_eq!(
            message(RowSchema::Resellers, "x"),
            format!("unknown column \"x\": the columns are {all}")
        );
        assert!(message(RowSchema::LIST, &"\u{1b}".repeat(100_000)).len() < 600);
    }

    #[test]
    fn columns_are_found_by_their_other_names() {
        let parse = |subscriptions, text| {
            let schema = RowSchema::Portfolio { details: true, subscriptions };
            Columns::parse(schema, text).map(|columns| keys(&columns))
        };
        assert_eq!(
            parse(false, "name,ID,mail,renewal"),
            Ok(vec!["company", "customer-id", "admin-email", "next-renewal"])
        );
        // A subscription's own column of this key comes first.
        assert_eq!(parse(true, "renewal-date,seats"), Ok(vec!["renewal-date", "seats"]));
        assert!(parse(false, "renewal-date").is_err(), "it would be another column than with subscriptions");
        assert_eq!(parse(false, "name,company"), Err(ColumnsError::Repeated("company")));
    }

    #[test]
    fn a_column_that_is_not_fetched_names_the_option() {
        assert_eq!(
            message(RowSchema::LIST, "anniversary"),
            "anniversary needs details: use `vipmp export --details`"
        );
        let details = RowSchema::Customers { details: true, subscriptions: false };
        assert!(Columns::parse(details, "anniversary").is_ok());
        assert!(message(details, "offer-id").ends_with("vipmp export --subscriptions`"));
    }

    #[test]
    fn repeated_and_empty_columns_are_refused() {
        assert_eq!(message(RowSchema::LIST, "company,status,Company"), "column company is listed twice");
        for text in ["", ",", "company,", "company,,status"] {
            assert!(message(RowSchema::LIST, text).starts_with("a column name is empty"), "{text:?}");
        }
    }
}
