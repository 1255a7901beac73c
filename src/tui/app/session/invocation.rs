//! The view on screen as a shell command.

use super::Source;
use crate::{
    model::{CustomerFilter, MAX_LIMIT, SortBy, SortOrder, StatusFilter},
    portfolio::index::SortKey,
    source::Window,
};

/// The arguments that a command needs to read the same account. Words are not quoted yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// The program and its options about the configuration.
    pub program: Vec<String>,
    /// The options of the demo.
    pub demo: Vec<String>,
}

impl Default for Invocation {
    fn default() -> Self {
        Self { program: vec!["vipmp".to_owned()], demo: Vec::new() }
    }
}

impl Invocation {
    /// Returns the command that prints the rows on screen; with the `columns` of a view that has its own.
    pub(crate) fn list(&self, source: &Source, shown: &Window, columns: &[&str]) -> String {
        let mut words = self.start(source);
        if let Some(query) = &shown.request.filter.portfolio {
            words.push("find".to_owned());
            if !columns.is_empty() {
                words.push(format!("--columns={}", columns.join(",")));
            }
            words.extend(find_options(query, &shown.request.filter));
        } else {
            words.push("list".to_owned());
            words.extend(list_options(&shown.request.filter, shown.first));
        }
        words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
    }

    /// Returns the program with the options of the account on screen.
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

/// Returns the arguments of `vipmp find`.
fn find_options(query: &str, filter: &CustomerFilter) -> Vec<String> {
    let keys: Vec<String> = SortKey::all_of(filter).into_iter().map(SortKey::typed).collect();
    let mut words = vec![format!("--sort={}", keys.join(","))];
    let query = with_panel(query, filter);
    if !query.is_empty() {
        words.extend(["--".to_owned(), query]);
    }
    words
}

/// Returns a query with what the panel chooses beside it.
pub(crate) fn with_panel(query: &str, filter: &CustomerFilter) -> String {
    let mut words = vec![query.trim().to_owned()];
    if let StatusFilter::One(status) = &filter.status {
        words.push(format!("status:{}", status.code()));
    }
    if !filter.resellers.is_empty() {
        words.push(format!("reseller:{}", filter.resellers.join(",")));
    }
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    if filter.from.is_some() || filter.to.is_some() {
        words.push(format!("joined:{}..{}", day(filter.from), day(filter.to)));
    }
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

/// Returns the options of `vipmp list`, except those that equal its defaults.
pub(crate) fn list_options(filter: &CustomerFilter, first: u64) -> Vec<String> {
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

/// Quotes a word for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_literal_for_a_shell() {
        let words = ["acme*", "O'Brien & Sons", "$(id)", "a\\b", "", "~", "=x", "2026-01-05", "a\tb", "株"];
        let script = format!("printf '%s\\n' {}", words.map(quoted).join(" "));
        let out = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        assert_eq!(String::from_utf8(out.stdout).unwrap().lines().collect::<Vec<_>>(), words);
        assert_eq!(quoted("2026-01-05"), "2026-01-05");
    }
}
