//! The choice of customers in a portfolio, before it becomes requests.

use chrono::NaiveDate;

use super::{CustomerQuery, EntityKind, FilterError, MAX_LIMIT, SortBy, SortOrder, SortRule, Status};
use crate::text;

/// A company name pattern as it is sent: `*` matches any text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NamePattern(String);

impl NamePattern {
    /// Reads a name as a user types it: `acme` means `acme*`, a text with a `*` is sent as it is, and quotes
    /// send theirs literally, without adding a `*`. What is sent is composed (NFC) and has plain blanks, since what a
    /// keyboard or a clipboard makes of a name depends on the system. `None` where nothing is asked for.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = text::normalize_input(typed);
        let quoted = typed.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let sent = match quoted {
            Some(literal) => text::normalize_input(literal).into_owned(),
            None if typed.is_empty() || typed.contains('*') => typed.into_owned(),
            None => format!("{typed}*"),
        };
        let asks_for_all = sent.chars().all(|c| c == '*');
        (!asks_for_all).then_some(Self(sent))
    }

    /// Returns a pattern that is sent exactly as given; `None` if it is empty.
    pub fn as_sent(text: &str) -> Option<Self> {
        (!text.chars().all(|c| c == '*')).then(|| Self(text.to_owned()))
    }

    /// Returns the text that a user types for it, so that [`NamePattern::parse`] reads it again.
    pub fn typed(&self) -> String {
        let is_plain = Self::parse(&self.0).as_ref() == Some(self);
        if is_plain { self.0.clone() } else { format!("\"{}\"", self.0) }
    }

    /// The value of the `company-name` parameter.
    pub fn sent(&self) -> &str {
        &self.0
    }
}

/// The statuses that are shown: one, or the four listed ones merged.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StatusFilter {
    /// One status, as the server filters.
    One(Status),
    /// The four listed statuses, merged in the sort order by this program.
    All,
}

impl StatusFilter {
    /// The statuses that it shows.
    pub fn statuses(&self) -> Vec<Status> {
        match self {
            Self::One(status) => vec![status.clone()],
            Self::All => Status::listed().into(),
        }
    }

    /// Its word on a command line and in a file's name: `active`, `1026`, `all`.
    pub fn word(&self) -> String {
        match self {
            Self::One(status) => status.label(EntityKind::Account).to_lowercase(),
            Self::All => "all".to_owned(),
        }
    }
}

impl StatusFilter {
    /// Returns what a word or a code in a command means. Words are read in lower case.
    pub fn from_word(word: &str) -> Option<Self> {
        if word == "all" {
            return Some(Self::All);
        }
        let mut listed = Status::listed().into_iter();
        listed
            .find(|status| status.code() == word || status.label(EntityKind::Account).to_lowercase() == word)
            .map(Self::One)
    }
}

impl Default for StatusFilter {
    fn default() -> Self {
        Self::One(Status::active())
    }
}

/// The selection and the order of customers: everything in a query but the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerFilter {
    /// The IDs of the resellers. Empty means the account's own reseller.
    pub resellers: Vec<String>,
    /// The statuses.
    pub status: StatusFilter,
    /// The company names.
    pub name: Option<NamePattern>,
    /// Created on this day or later.
    pub from: Option<NaiveDate>,
    /// Created on this day or earlier.
    pub to: Option<NaiveDate>,
    /// Sorted by this field.
    pub sort_by: SortBy,
    /// The direction of sorting.
    pub order: SortOrder,
    /// The columns that decide between equal values, the most significant first. The API has none.
    pub then_by: Vec<SortRule>,
    /// Rows a page, 1 to 50.
    pub page_size: u8,
    /// The query, as typed, that is put to the local copy of the portfolio; `None` asks the API itself.
    pub portfolio: Option<String>,
}

impl Default for CustomerFilter {
    fn default() -> Self {
        Self {
            resellers: Vec::new(),
            status: StatusFilter::default(),
            name: None,
            from: None,
            to: None,
            sort_by: SortBy::default(),
            order: SortOrder::default(),
            then_by: Vec::new(),
            page_size: MAX_LIMIT,
            portfolio: None,
        }
    }
}

impl CustomerFilter {
    /// The request for the rows with this status from `offset` on.
    pub fn query(&self, status: Status, offset: u64) -> Result<CustomerQuery, FilterError> {
        self.sized_query(status, offset, self.page_size)
    }

    /// Returns the cheapest query whose response contains the number of matching customers with this status.
    pub fn count_query(&self, status: Status) -> Result<CustomerQuery, FilterError> {
        self.sized_query(status, 0, 1)
    }

    fn sized_query(&self, status: Status, offset: u64, limit: u8) -> Result<CustomerQuery, FilterError> {
        if let SortBy::Column(key) = self.sort_by {
            return Err(FilterError::Sort(key));
        }
        if !self.then_by.is_empty() {
            return Err(FilterError::SeveralKeys);
        }
        // A query of the local copy means nothing to the API.
        if self.portfolio.is_some() {
            return Err(FilterError::Portfolio);
        }
        Ok(CustomerQuery::new(status, limit)?
            .named(self.name.clone())
            .created(self.from, self.to)?
            .sorted(self.sort_by, self.order)
            .at(offset))
    }

    /// Returns true if both filters choose the same customers, in whatever order and however many a page.
    pub fn chooses_the_same(&self, other: &Self) -> bool {
        self.resellers == other.resellers
            && self.status == other.status
            && self.name == other.name
            && self.from == other.from
            && self.to == other.to
            && self.portfolio == other.portfolio
    }

    /// Returns true if both filters ask for the same list: the same customers in the same order.
    pub fn is_same_list(&self, other: &Self) -> bool {
        self.chooses_the_same(other) && self.sort_rules().eq(other.sort_rules())
    }

    /// Returns the columns to sort by, the most significant first.
    pub fn sort_rules(&self) -> impl Iterator<Item = SortRule> {
        let first = SortRule { by: self.sort_by, order: self.order };
        std::iter::once(first).chain(self.then_by.iter().copied())
    }

    /// Returns the same customers sorted by these columns, the most significant first; by the usual one if there is none.
    #[must_use]
    pub fn sorted(self, rules: &[SortRule]) -> Self {
        match rules {
            [] => {
                Self { sort_by: SortBy::default(), order: SortOrder::default(), then_by: Vec::new(), ..self }
            }
            [first, rest @ ..] => {
                Self { sort_by: first.by, order: first.order, then_by: rest.to_vec(), ..self }
            }
        }
    }

    /// Returns true if anything but the status narrows what is shown.
    pub fn is_narrowed(&self) -> bool {
        let query = self.portfolio.as_deref().unwrap_or_default();
        self.name.is_some() || self.from.is_some() || self.to.is_some() || !query.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_the_star_they_lack() {
        let sent = |typed| NamePattern::parse(typed).map(|pattern| pattern.sent().to_owned());
        assert_eq!(sent("acme").as_deref(), Some("acme*"));
        assert_eq!(sent(" acme ").as_deref(), Some("acme*"));
        assert_eq!(sent("*print*").as_deref(), Some("*print*"));
        assert_eq!(sent("\"Acme Print\"").as_deref(), Some("Acme Print"));
        assert_eq!(sent("\"Acme").as_deref(), Some("\"Acme*"));
        for nothing in ["", "  ", "*", "**", "\"\"", "\"*\""] {
            assert_eq!(sent(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn names_that_look_the_same_are_sent_alike() {
        for typed in
            ["Café Olé", "Cafe\u{301} Ole\u{301}", "\u{a0}Café\u{a0}Olé\u{3000}", "\u{feff}Café\u{202f}Olé"]
        {
            assert_eq!(NamePattern::parse(typed).unwrap().sent(), "Café Olé*", "{typed:?}");
            assert_eq!(NamePattern::parse(&format!("\"{typed}\"")).unwrap().sent(), "Café Olé", "{typed:?}");
        }
        assert_eq!(NamePattern::parse("\u{a0}\u{3000}\u{200b}"), None);
    }

    #[test]
    fn a_pattern_is_typed_so_that_it_is_read_again() {
        for typed in ["acme", "*print*", "\"Acme Print\"", "\"a\" b", "\"\"a*\"\"", "\"Acme"] {
            let pattern = NamePattern::parse(typed).unwrap();
            assert_eq!(NamePattern::parse(&pattern.typed()), Some(pattern), "{typed}");
        }
        assert_eq!(NamePattern::parse("acme").unwrap().typed(), "acme*");
        assert_eq!(NamePattern::parse("\"Acme\"").unwrap().typed(), "\"Acme\"");
    }

    #[test]
    fn a_count_asks_for_one_row_of_the_same_filter() {
        let filter = CustomerFilter { name: NamePattern::parse("a"), ..CustomerFilter::default() };
        let count = filter.count_query(Status::inactive()).unwrap();
        assert_eq!(
            count.query_string(),
            "status=1004&company-name=a*&offset=0&limit=1&sort-by=creationDate&order-by=desc"
        );
        assert!(filter.is_narrowed());
        assert!(!CustomerFilter::default().is_narrowed());
    }
}
