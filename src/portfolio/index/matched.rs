//! The rows that a query finds, as a set: counted by value, by month, or with another term.

use chrono::NaiveDate;

use super::{EntryView, PortfolioIndex, arena::CancelCheck, rows::RowSet, search::Evaluation};
use crate::portfolio::query::{Condition, Field, Query, Term, Test};

/// A summary is short enough to be computed to its end.
const NEVER: CancelCheck<'static> = &|| false;

/// The rows that a query finds.
#[derive(Debug)]
pub(in crate::portfolio) struct MatchedRows<'a> {
    index: &'a PortfolioIndex,
    evaluation: Evaluation<'a>,
}

impl PortfolioIndex {
    /// Finds the rows for which every term of a query holds, as [`Self::search`] does.
    pub(in crate::portfolio) fn matched(&self, query: &Query) -> MatchedRows<'_> {
        let mut evaluation = Evaluation::new(self, query, NEVER);
        evaluation.apply_all(query.terms.iter());
        MatchedRows { index: self, evaluation }
    }
}

impl MatchedRows<'_> {
    /// Returns the rows.
    pub(in crate::portfolio) fn rows(&self) -> &RowSet {
        &self.evaluation.holds
    }

    /// Iterates over their entries.
    pub(in crate::portfolio) fn views(&self) -> impl Iterator<Item = EntryView<'_>> {
        let rows = self.rows().iter();
        rows.filter_map(|row| self.index.view(u32::try_from(row).ok()?))
    }

    /// Returns their number.
    pub(in crate::portfolio) fn count(&self) -> usize {
        self.rows().count()
    }

    /// Returns the number of rows that may match too, of which not enough is known.
    pub(in crate::portfolio) fn unknown(&self) -> usize {
        self.evaluation.possible.count() - self.count()
    }

    /// Returns the number of rows for which one more term holds.
    pub(in crate::portfolio) fn count_with(&self, field: Field, test: Test) -> usize {
        let term = Term { is_negated: false, condition: Condition::Field(field, vec![test]) };
        let mut evaluation = self.evaluation.clone();
        evaluation.apply_all([&term].into_iter());
        evaluation.holds.count()
    }

    /// Returns the number of rows whose record is known.
    pub(in crate::portfolio) fn with_record(&self) -> usize {
        self.count_in(&self.index.columns.with_record)
    }

    /// Returns the number of rows whose subscriptions are known.
    pub(in crate::portfolio) fn with_subscriptions(&self) -> usize {
        self.count_in(&self.index.columns.with_subscriptions)
    }

    /// Counts the values of a field that has facets, the most frequent first.
    pub(in crate::portfolio) fn values(&self, field: Field) -> Vec<(String, usize)> {
        self.index.count_values(field, self.rows(), self.evaluation.as_of)
    }

    /// Iterates over the days on which the customers joined, in UTC; `None` for one of whom it is not known.
    pub(in crate::portfolio) fn joined(&self) -> impl Iterator<Item = Option<NaiveDate>> {
        let created = &self.index.columns.created;
        self.rows().iter().map(|row| created.get(row).map(|at| at.date_naive()))
    }

    fn count_in(&self, others: &RowSet) -> usize {
        let mut rows = self.rows().clone();
        rows.intersect(others);
        rows.count()
    }
}
