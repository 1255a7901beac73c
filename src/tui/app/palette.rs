//! The command palette: every action by part of its name, and commands that take arguments.

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};
use tui_input::Input;

use crate::{
    model::{SortBy, SortOrder, StatusFilter},
    text,
    tui::{
        action::{ACTIONS, Action},
        app::filter::Field,
    },
};

/// The palette's state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Palette {
    pub(crate) input: Input,
    pub(crate) selected: usize,
    /// Whether the person moved to the selected line: then it counts more than what is typed.
    pub(crate) chosen: bool,
    /// Why the typed command cannot be run.
    pub(crate) error: Option<String>,
}

/// What the palette can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    Action(Action),
    Status(StatusFilter),
    Sort(SortBy, Option<SortOrder>),
    Customer(String),
    /// A profile by its name.
    Profile(String),
    /// Resellers by name or ID, `all` or `own`.
    Resellers(String),
    /// A text field of the filter and what is typed into it.
    Field(Field, String),
}

/// Commands that take arguments, with the form that is shown.
const FORMS: &[(&str, &str, &str)] = &[
    ("status", "status active|pending|inactive|1026|all", "show customers with this status"),
    ("sort", "sort created|name [asc|desc]", "sort by this column"),
    ("customer", "customer ID", "go to a customer id"),
    ("profile", "profile NAME", "switch to this profile; demo is the demo"),
    ("reseller", "reseller NAME|ID|all|own", "show the customers of other resellers"),
    ("name", "name PATTERN", "show companies whose name matches"),
    ("from", "from DATE", "created on this day or later"),
    ("to", "to DATE", "created on this day or earlier"),
    ("page-size", "page-size 1-50", "rows a page"),
];

/// One line of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    /// The action; none for a form, which is completed into the input instead.
    pub(crate) action: Option<Action>,
}

/// The lines that match what is typed, best first; the last used ones come first while nothing is typed.
pub(crate) fn items(typed: &str, recent: &[Action]) -> Vec<Item> {
    let of_action =
        |action: Action| Item { name: action.info().name, help: action.info().help, action: Some(action) };
    let all = recent
        .iter()
        .rev()
        .copied()
        .chain(ACTIONS.iter().map(|info| info.action).filter(|action| !recent.contains(action)))
        .filter(|action| *action != Action::Palette)
        .map(of_action)
        .chain(FORMS.iter().map(|(_, form, help)| Item { name: form, help, action: None }));
    let typed = text::typed(typed);
    if typed.is_empty() {
        return all.collect();
    }
    // With an argument it is the form that is meant.
    if let Some((word, _)) = typed.split_once(char::is_whitespace)
        && let Some((_, form, help)) = form_of(word)
    {
        return vec![Item { name: form, help, action: None }];
    }
    // Names are matched before help texts: who types a name means it.
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(&typed, CaseMatching::Ignore, Normalization::Smart);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, Item)> = all
        .filter_map(|item| {
            let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher);
            let by_name = score(item.name).map(|score| score * 2);
            let by_help = score(item.help);
            Some((by_name.max(by_help)?, item))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, item)| item).collect()
}

fn form_of(word: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    FORMS.iter().find(|(name, _, _)| name.eq_ignore_ascii_case(word))
}

/// The form that is typed so far without its argument.
pub(crate) fn bare_form(typed: &str) -> Option<&'static str> {
    form_of(typed).map(|(_, form, _)| *form)
}

/// Reads a command with arguments; `None` where the text does not begin like one.
pub(crate) fn parse(typed: &str) -> Option<Result<Command, String>> {
    let typed = text::typed(typed);
    let (word, rest) = typed.split_once(char::is_whitespace).unwrap_or((&typed, ""));
    let (_, form, _) = form_of(word)?;
    let rest = rest.trim();
    let usage = || format!("use: {form}");
    let first = rest.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    Some(match word.to_ascii_lowercase().as_str() {
        "status" => StatusFilter::from_word(&first).map(Command::Status).ok_or_else(usage),
        "sort" => sort(rest).ok_or_else(usage),
        "customer" if !rest.is_empty() => Ok(Command::Customer(rest.to_owned())),
        "profile" if !rest.is_empty() => Ok(Command::Profile(rest.to_owned())),
        "reseller" if !rest.is_empty() => Ok(Command::Resellers(rest.to_owned())),
        "name" if !rest.is_empty() => Ok(Command::Field(Field::Name, rest.to_owned())),
        "from" if !rest.is_empty() => Ok(Command::Field(Field::From, rest.to_owned())),
        "to" if !rest.is_empty() => Ok(Command::Field(Field::To, rest.to_owned())),
        "page-size" if !rest.is_empty() => Ok(Command::Field(Field::PageSize, rest.to_owned())),
        _ => Err(usage()),
    })
}

fn sort(rest: &str) -> Option<Command> {
    let words: Vec<String> = rest.split_whitespace().map(str::to_ascii_lowercase).collect();
    let by = SortBy::from_word(words.first()?)?;
    let order = match words.get(1) {
        None => None,
        Some(word) => Some(SortOrder::from_param(word)?),
    };
    Some(Command::Sort(by, order))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_actions_by_part_of_their_name() {
        let first = |typed| items(typed, &[])[0].action;
        assert_eq!(first("zoo"), Some(Action::Zoom));
        assert_eq!(first("stpend"), Some(Action::StatusPending));
        assert_eq!(first("mark"), Some(Action::Mark));
        assert!(items("qqqqqq", &[]).is_empty());
    }

    #[test]
    fn everything_is_listed_with_the_last_used_first() {
        let all = items("", &[Action::Zoom, Action::Refresh]);
        assert_eq!(all.len(), ACTIONS.len() - 1 + FORMS.len());
        assert_eq!((all[0].action, all[1].action), (Some(Action::Refresh), Some(Action::Zoom)));
    }

    #[test]
    fn reads_commands_with_arguments() {
        let ok = |typed| parse(typed).unwrap().unwrap();
        assert_eq!(ok("status pending"), Command::Status(StatusFilter::One(crate::model::Status::pending())));
        assert_eq!(ok("status ALL"), Command::Status(StatusFilter::All));
        assert_eq!(ok("sort name desc"), Command::Sort(SortBy::CompanyName, Some(SortOrder::Descending)));
        assert_eq!(ok("sort created"), Command::Sort(SortBy::CreationDate, None));
        assert_eq!(ok("profile apac"), Command::Profile("apac".into()));
        assert_eq!(ok("customer 1006500792"), Command::Customer("1006500792".into()));
        assert_eq!(ok("name \"Acme\""), Command::Field(Field::Name, "\"Acme\"".into()));
        assert_eq!(ok("from -30d"), Command::Field(Field::From, "-30d".into()));
        for wrong in [
            "status",
            "status soon",
            "name",
            "to ",
            "sort",
            "sort id",
            "sort name up",
            "customer",
            "page-size",
        ] {
            assert!(parse(wrong).unwrap().unwrap_err().starts_with("use: "), "{wrong}");
        }
        assert_eq!(parse("zoom"), None);
        assert_eq!(ok("\u{a0}sort\u{a0}name\u{3000}desc"), ok("sort name desc"));
        assert_eq!(ok("name\u{202f}Cafe\u{301}\u{a0}Olé"), Command::Field(Field::Name, "Café Olé".into()));
        assert_eq!(items("next\u{a0}page", &[]), items("next page", &[]));
    }
}
