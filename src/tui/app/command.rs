//! What is on the screen as a command for a shell.

use super::Source;
use crate::{
    model::{CustomerFilter, MAX_LIMIT, SortBy, SortOrder},
    source::Window,
};

/// How the program was started, as far as a command that shows the same has to repeat it. Words are not quoted yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The program, and what it was told about its configuration.
    pub program: Vec<String>,
    /// What the demo was told.
    pub demo: Vec<String>,
}

impl Default for Invocation {
    fn default() -> Self {
        Self { program: vec!["vipmp".to_owned()], demo: Vec::new() }
    }
}

impl Invocation {
    /// The command that prints what is shown.
    pub(super) fn list(&self, source: &Source, shown: &Window) -> String {
        let mut words = self.start(source);
        words.push("list".to_owned());
        words.extend(options(&shown.request.filter, shown.first));
        words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
    }

    /// The program with the account that is on the screen.
    fn start(&self, source: &Source) -> Vec<String> {
        let mut words = self.program.clone();
        if source.profile.is_empty() {
            words.extend(self.demo.iter().cloned().chain(["--demo".to_owned()]));
        } else {
            words.extend(["--profile".to_owned(), source.profile.clone()]);
        }
        words
    }
}

/// The options of `vipmp list`, without those that say what it does anyway.
fn options(filter: &CustomerFilter, first: u64) -> Vec<String> {
    let mut words = vec!["--status".to_owned(), filter.status.word()];
    let mut put = |option: &str, value: String| words.extend([option.to_owned(), value]);
    if !filter.resellers.is_empty() {
        put("--resellers", filter.resellers.join(","));
    }
    if let Some(name) = &filter.name {
        put("--name", name.typed());
    }
    if let Some(from) = filter.from {
        put("--created-from", from.to_string());
    }
    if let Some(to) = filter.to {
        put("--created-to", to.to_string());
    }
    if filter.sort_by != SortBy::default() {
        put("--sort", filter.sort_by.word().to_owned());
    }
    if filter.order != SortOrder::default() {
        put("--order", filter.order.as_param().to_owned());
    }
    if first > 0 {
        put("--offset", first.to_string());
    }
    if filter.page_size != MAX_LIMIT {
        put("--limit", filter.page_size.to_string());
    }
    words
}

/// A word as a shell takes it literally.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use clap::Parser as _;

    use super::*;
    use crate::{
        cli::{Arguments, Command},
        model::{NamePattern, Status, StatusFilter},
    };

    /// What `vipmp list` makes of these options: its filter with the status, and which rows it prints.
    fn read(options: &[String]) -> (CustomerFilter, u64, u64) {
        let words = ["vipmp", "list"].map(str::to_owned).into_iter().chain(options.iter().cloned());
        let Some(Command::List(list)) = Arguments::try_parse_from(words).unwrap().command else {
            panic!("list")
        };
        let filter = list.which.filter(NaiveDate::default()).unwrap();
        let statuses = list.which.statuses().unwrap();
        let status = match statuses.as_slice() {
            [status] => StatusFilter::One(status.clone()),
            all => {
                assert_eq!(all, Status::listed());
                StatusFilter::All
            }
        };
        (CustomerFilter { status, ..filter }, list.offset, list.limit.unwrap_or(50))
    }

    #[test]
    fn every_view_is_read_back_as_it_was() {
        let statuses = Status::listed().map(StatusFilter::One).into_iter().chain([StatusFilter::All]);
        let names = ["", "acme", "*print*", "\"Acme Print\"", "\"a\" b", "'; rm", "\"\"a*\"\"", "-x", "株式"];
        let dates = ["2026-01-05", "2026-11-24"].map(|date| Some(date.parse::<NaiveDate>().unwrap()));
        for status in statuses {
            for name in names {
                for (from, to) in [(None, None), (dates[0], None), (None, dates[1]), (dates[0], dates[1])] {
                    for sort_by in [SortBy::CreationDate, SortBy::CompanyName] {
                        for order in [SortOrder::Ascending, SortOrder::Descending] {
                            for (page_size, first) in [(50, 0), (50, 100), (20, 40)] {
                                let name = NamePattern::parse(name);
                                let status = status.clone();
                                // Every third view is of other resellers.
                                let resellers = ["1000400001", "1000400002"].map(str::to_owned);
                                let resellers = resellers[..(page_size % 3).into()].to_vec();
                                let filter = CustomerFilter {
                                    resellers,
                                    status,
                                    name,
                                    from,
                                    to,
                                    sort_by,
                                    order,
                                    page_size,
                                };
                                let options = options(&filter, first);
                                let (read, offset, limit) = read(&options);
                                let read = CustomerFilter { page_size, ..read };
                                assert_eq!(read, filter, "{options:?}");
                                assert_eq!((offset, limit), (first, page_size.into()), "{options:?}");
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn words_are_literal_for_a_shell() {
        let words = ["acme*", "O'Brien & Sons", "$(id)", "a\\b", "", "~", "=x", "2026-01-05", "a\tb", "株"];
        let script = format!("printf '%s\\n' {}", words.map(quoted).join(" "));
        let out = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        assert_eq!(String::from_utf8(out.stdout).unwrap().lines().collect::<Vec<_>>(), words);
        assert_eq!(quoted("2026-01-05"), "2026-01-05");
    }
}
