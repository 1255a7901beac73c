//! The commands that are typed with arguments, as data: the palette, its completion and its help come from this table.

use crate::{
    columns::Column,
    config,
    model::{SortBy, SortOrder, StatusFilter, means_column},
    portfolio::index::{SortColumn, SortKey},
    state::SavedView,
    text,
    tui::{
        action::Action,
        app::{
            filter::{FilterField, Preset},
            session::Session,
            table::{all_columns, heading},
        },
    },
};

/// Actions that the palette remembers.
const REMEMBERED: usize = 5;

/// The actions run from the palette, the last one at the end.
#[derive(Debug, Default)]
pub(crate) struct RecentActions(Vec<Action>);

impl RecentActions {
    /// Returns the actions, the last one at the end.
    pub(crate) fn all(&self) -> &[Action] {
        &self.0
    }

    /// Remembers an action as the last one.
    pub(crate) fn remember(&mut self, action: Action) {
        self.0.retain(|known| *known != action);
        self.0.push(action);
        if self.0.len() > REMEMBERED {
            self.0.remove(0);
        }
    }
}

/// The commands of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    Action(Action),
    Status(StatusFilter),
    Sort(Vec<(SortBy, Option<SortOrder>)>),
    Customer(String),
    /// A page by its number; `u64::MAX` is the last one.
    Page(u64),
    /// A profile by its name.
    Profile(String),
    /// Resellers by name or ID, `all` or `own`.
    Resellers(String),
    /// A range of creation dates; `None` for any.
    Created(Option<Preset>),
    /// A query of the local copy.
    Find(String),
    /// A view by its name.
    View(String),
    /// A name for what is on the screen.
    SaveView(String),
    /// A column, and true if it is to be shown.
    Column(&'static Column, bool),
    /// A text field of the filter and what is typed into it.
    Field(FilterField, String),
}

/// One typed command.
pub(crate) struct TypedCommand {
    /// The word that it begins with.
    pub(crate) name: &'static str,
    /// Other words that it may begin with.
    pub(crate) aliases: &'static [&'static str],
    /// The command with its arguments, as it is shown.
    pub(crate) form: &'static str,
    /// Its effect, in one line.
    pub(crate) doc: &'static str,
    /// Returns the words that the last argument can be, given the arguments before it.
    pub(crate) words: fn(&Session, &[&str]) -> Vec<String>,
    /// Reads the arguments.
    pub(crate) read: fn(&str) -> Result<Command, Mistake>,
}

/// The mistake in the arguments of a command.
pub(crate) enum Mistake {
    /// They do not fit its form.
    Form,
    /// Something is not known, which is told in words.
    Words(String),
}

/// Every typed command, those that people want first at the front.
pub(crate) static COMMANDS: &[TypedCommand] = &[
    TypedCommand {
        name: "name",
        aliases: &["search", "company"],
        form: "name PATTERN",
        doc: "search by company name",
        words: none,
        read: |rest| field(FilterField::Name, rest),
    },
    TypedCommand {
        name: "find",
        aliases: &["query"],
        form: "find QUERY",
        doc: "search the local copy: words, status:pending, renewal:30d, seats:>100",
        words: none,
        read: |rest| Ok(Command::Find(rest.to_owned())),
    },
    TypedCommand {
        name: "view",
        aliases: &[],
        form: "view NAME",
        doc: "show a view, such as live or renewals (v lists them)",
        words: view_words,
        read: |rest| Ok(Command::View(rest.to_owned())),
    },
    TypedCommand {
        name: "save",
        aliases: &["save-view"],
        form: "save NAME",
        doc: "save the query, columns and order on screen as a view",
        words: none,
        read: |rest| Ok(Command::SaveView(rest.to_owned())),
    },
    TypedCommand {
        name: "customer",
        aliases: &["goto", "open", "id"],
        form: "customer ID",
        doc: "go to a customer ID",
        words: none,
        read: |rest| Ok(Command::Customer(rest.to_owned())),
    },
    TypedCommand {
        name: "status",
        aliases: &[],
        form: "status active|pending|inactive|1026|all",
        doc: "show customers with this status",
        words: |_, before| {
            if before.is_empty() {
                listed(&["active", "pending", "inactive", "1026", "all"])
            } else {
                Vec::new()
            }
        },
        read: |rest| {
            StatusFilter::from_word(&rest.to_ascii_lowercase()).map(Command::Status).ok_or(Mistake::Form)
        },
    },
    TypedCommand {
        name: "sort",
        aliases: &["order"],
        form: "sort COLUMN [asc|desc][, …]",
        doc: "sort by columns; live lists by created or name",
        words: |_, before| match before.last() {
            Some(&("asc" | "desc")) => Vec::new(),
            Some(word) if !word.ends_with(',') => listed(&["asc", "desc"]),
            _ => SortColumn::ALL
                .into_iter()
                .map(|column| column.key().to_owned())
                .chain(["name".to_owned()])
                .collect(),
        },
        read: sort,
    },
    TypedCommand {
        name: "page",
        aliases: &[],
        form: "page N|first|last",
        doc: "go to a page",
        words: |_, before| if before.is_empty() { listed(&["first", "last"]) } else { Vec::new() },
        read: page,
    },
    TypedCommand {
        name: "show",
        aliases: &["column"],
        form: "show COLUMN",
        doc: "show this column (Tab lists them)",
        words: column_words,
        read: |rest| column(rest).map(|column| Command::Column(column, true)),
    },
    TypedCommand {
        name: "hide",
        aliases: &[],
        form: "hide COLUMN",
        doc: "hide this column",
        words: column_words,
        read: |rest| column(rest).map(|column| Command::Column(column, false)),
    },
    TypedCommand {
        name: "created",
        aliases: &["joined"],
        form: "created RANGE",
        doc: "this-month, last-30-days, last-90-days, this-year, any",
        words: |_, before| match before {
            [] => Preset::ALL.iter().map(|preset| preset.word()).chain(["any".to_owned()]).collect(),
            _ => Vec::new(),
        },
        read: created,
    },
    TypedCommand {
        name: "from",
        aliases: &["since"],
        form: "from DATE",
        doc: "created on this day or later",
        words: dates,
        read: |rest| field(FilterField::From, rest),
    },
    TypedCommand {
        name: "to",
        aliases: &["until"],
        form: "to DATE",
        doc: "created on this day or earlier",
        words: dates,
        read: |rest| field(FilterField::To, rest),
    },
    TypedCommand {
        name: "profile",
        aliases: &["account"],
        form: "profile NAME",
        doc: "switch to this profile, or to demo",
        words: |session, before| {
            let names = session.configuration.profiles.iter().map(|listed| listed.name.clone());
            if before.is_empty() { names.chain([config::DEMO.to_owned()]).collect() } else { Vec::new() }
        },
        read: |rest| Ok(Command::Profile(rest.to_owned())),
    },
    TypedCommand {
        name: "reseller",
        aliases: &["resellers"],
        form: "reseller NAME|ID|all|own",
        doc: "show the customers of other resellers",
        words: |session, before| if before.is_empty() { session.reseller_words() } else { Vec::new() },
        read: |rest| Ok(Command::Resellers(rest.to_owned())),
    },
    TypedCommand {
        name: "page-size",
        aliases: &["rows"],
        form: "page-size 1-50",
        doc: "rows per page",
        words: none,
        read: |rest| field(FilterField::PageSize, rest),
    },
];

/// Words by which actions are looked for, besides their names and help.
pub(crate) static SYNONYMS: &[(Action, &str)] = &[
    (Action::EditName, "search find filter company name"),
    (Action::GoToCustomer, "goto open find id number"),
    (Action::FilterPanel, "filter status date"),
    (Action::NextSort, "sort order"),
    (Action::Columns, "fields city country anniversary"),
    (Action::Export, "save download csv excel xlsx"),
    (Action::Compare, "difference diff side by side"),
    (Action::Summary, "charts graphs bars figures dashboard"),
    (Action::Refresh, "reload update retry sync synchronise"),
    (Action::CopyMenu, "copy clipboard e-mail curl json"),
    (Action::Profiles, "account switch production sandbox"),
    (Action::Help, "keys shortcuts"),
    (Action::Quit, "exit close leave"),
    (Action::EditConfig, "settings preferences"),
    (Action::Inspector, "debug network http"),
];

/// The actions that people want first, in this order.
pub(crate) const FIRST: [Action; 9] = [
    Action::EditName,
    Action::GoToCustomer,
    Action::Columns,
    Action::Export,
    Action::CopyMenu,
    Action::Refresh,
    Action::Profiles,
    Action::Help,
    Action::Quit,
];

/// Returns the command that begins with a word.
pub(crate) fn command_of(word: &str) -> Option<&'static TypedCommand> {
    COMMANDS.iter().find(|command| {
        let mut words = std::iter::once(&command.name).chain(command.aliases);
        words.any(|name| name.eq_ignore_ascii_case(word))
    })
}

/// Reads a typed command; `None` if the text does not begin like one.
///
/// # Errors
/// Returns the form of the command if the arguments do not fit it, or what is not known in them.
pub(crate) fn parse(typed: &str) -> Option<Result<Command, String>> {
    let typed = text::normalize_input(typed);
    let (word, rest) = typed.split_once(char::is_whitespace).unwrap_or((&typed, ""));
    let command = command_of(word)?;
    let rest = rest.trim();
    let read = if rest.is_empty() { Err(Mistake::Form) } else { (command.read)(rest) };
    Some(read.map_err(|mistake| match mistake {
        Mistake::Form => usage(command),
        Mistake::Words(words) => words,
    }))
}

/// Returns the form of a command in words, and its effect if the form does not list the arguments.
pub(crate) fn usage(command: &TypedCommand) -> String {
    if command.form.contains('|') {
        format!("Use: {}", command.form)
    } else {
        format!("Use: {}: {}", command.form, command.doc)
    }
}

/// Completes the argument that is typed last. Returns the whole text, and the words that were possible.
pub(crate) fn complete(session: &Session, typed: &str) -> Option<(String, Vec<String>)> {
    let (word, rest) = typed.split_once(char::is_whitespace)?;
    let command = command_of(word)?;
    let mut arguments: Vec<&str> = rest.split_whitespace().collect();
    let begun = if rest.is_empty() || rest.ends_with(char::is_whitespace) { "" } else { arguments.pop()? };
    let folded = text::fold_case(begun);
    let mut fitting = (command.words)(session, &arguments);
    fitting.retain(|word| text::fold_case(word).starts_with(folded.as_str()));
    let completed = match fitting.as_slice() {
        [] => begun.to_owned(),
        [one] => format!("{one} "),
        several => {
            common_start(several).filter(|start| start.len() >= begun.len()).unwrap_or(begun.to_owned())
        }
    };
    let before = &typed[..typed.len() - begun.len()];
    Some((format!("{before}{completed}"), fitting))
}

/// Returns the start that all words have in common.
fn common_start(words: &[String]) -> Option<String> {
    let (first, others) = words.split_first()?;
    let ends = others.iter().map(|other| {
        first
            .char_indices()
            .zip(other.chars())
            .find(|((_, a), b)| a != b)
            .map_or(first.len().min(other.len()), |((index, _), _)| index)
    });
    Some(first[..ends.min().unwrap_or(first.len())].to_owned())
}

fn none(_: &Session, _: &[&str]) -> Vec<String> {
    Vec::new()
}

fn listed(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Returns the names of views, in one word each.
fn view_words(session: &Session, before: &[&str]) -> Vec<String> {
    if !before.is_empty() {
        return Vec::new();
    }
    let views = SavedView::all(session.own_views());
    let names = views.iter().map(|view| view.name.to_lowercase().replace(' ', "-"));
    std::iter::once("live".to_owned()).chain(names).collect()
}

fn dates(_: &Session, before: &[&str]) -> Vec<String> {
    if before.is_empty() { listed(&["today", "yesterday", "-30d", "-90d", "-1y"]) } else { Vec::new() }
}

#[expect(clippy::unnecessary_wraps, reason = "it reads the arguments of a command")]
fn field(field: FilterField, rest: &str) -> Result<Command, Mistake> {
    Ok(Command::Field(field, rest.to_owned()))
}

/// Reads columns with their directions: `seats desc, name`, or `-seats,name` as on the command line.
fn sort(rest: &str) -> Result<Command, Mistake> {
    let columns: Result<Vec<_>, Mistake> = rest.split(',').map(sort_column).collect();
    columns.map(Command::Sort)
}

fn sort_column(typed: &str) -> Result<(SortBy, Option<SortOrder>), Mistake> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let (name, direction) = match words[..] {
        [name] => (name, None),
        [name, direction] => (name, Some(direction)),
        _ => return Err(Mistake::Form),
    };
    let keys = || SortColumn::ALL.into_iter().map(SortColumn::key);
    let unknown = || {
        let name = name.trim_start_matches(['-', '+']);
        Mistake::Words(no_column("column to sort by", name, keys()))
    };
    let key = SortKey::parse(name).map_err(|_| unknown())?;
    let order = match direction {
        None => key.descending.then_some(SortOrder::Descending),
        Some(_) if key.descending => return Err(Mistake::Form),
        Some(direction) => Some(SortOrder::from_param(&direction.to_ascii_lowercase()).ok_or(Mistake::Form)?),
    };
    Ok((key.column.sort_by(), order))
}

/// Returns the columns by their names on the command line.
fn column_words(_: &Session, before: &[&str]) -> Vec<String> {
    if before.is_empty() {
        all_columns().iter().map(|column| column.key.to_owned()).collect()
    } else {
        Vec::new()
    }
}

/// Reads the name of a column, or its heading.
fn column(rest: &str) -> Result<&'static Column, Mistake> {
    let typed = text::fold_case(rest);
    let is_titled = |column: &&Column| {
        typed == column.key
            || [column.title, heading(column)].iter().any(|title| typed == text::fold_case(title))
    };
    let is_called = |column: &&Column| means_column(rest, column.key);
    let all = all_columns();
    if let Some(column) = all.iter().copied().find(is_titled).or_else(|| all.iter().copied().find(is_called))
    {
        return Ok(column);
    }
    Err(Mistake::Words(no_column("column", rest, all.iter().map(|column| column.key))))
}

/// Returns the words for a name that none of these columns has.
fn no_column<'a>(kind: &str, name: &str, keys: impl Iterator<Item = &'a str>) -> String {
    let near = text::did_you_mean(name, keys);
    let hint = near.map_or_else(|| "Tab lists them".to_owned(), |near| format!("did you mean {near}?"));
    format!("No {kind} is called {:?}: {hint}", text::truncate(name, 40))
}

fn created(rest: &str) -> Result<Command, Mistake> {
    let typed = text::fold_case(rest).replace(' ', "-");
    if typed == "any" {
        return Ok(Command::Created(None));
    }
    let preset = Preset::ALL.into_iter().find(|preset| preset.word() == typed).ok_or(Mistake::Form)?;
    Ok(Command::Created(Some(preset)))
}

fn page(rest: &str) -> Result<Command, Mistake> {
    match rest.to_ascii_lowercase().as_str() {
        "first" => Ok(Command::Page(1)),
        "last" => Ok(Command::Page(u64::MAX)),
        number => match number.parse() {
            Ok(number) if number > 0 => Ok(Command::Page(number)),
            _ => Err(Mistake::Form),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Status;

    #[test]
    fn reads_commands_and_says_how_they_are_used() {
        let ok = |typed| parse(typed).unwrap().unwrap();
        assert_eq!(ok("status pending"), Command::Status(StatusFilter::One(Status::pending())));
        assert_eq!(ok("Status ALL"), Command::Status(StatusFilter::All));
        let name = (SortBy::CompanyName, Some(SortOrder::Descending));
        assert_eq!(ok("sort name desc"), Command::Sort(vec![name]));
        assert_eq!(ok("sort created"), Command::Sort(vec![(SortBy::CreationDate, None)]));
        let several = vec![name, (SortBy::Column("quantity"), None)];
        assert_eq!(ok("sort name desc, seats"), Command::Sort(several.clone()));
        assert_eq!(ok("sort -name,seats"), Command::Sort(several));
        assert_eq!(ok("customer 1006500792"), Command::Customer("1006500792".to_owned()));
        assert_eq!(ok("goto 1006500792"), Command::Customer("1006500792".to_owned()));
        assert_eq!(ok("search Blå Havn"), Command::Field(FilterField::Name, "Blå Havn".to_owned()));
        assert_eq!((ok("page 3"), ok("page last")), (Command::Page(3), Command::Page(u64::MAX)));
        assert_eq!(ok("created this month"), Command::Created(Some(Preset::ThisMonth)));
        assert_eq!(ok("created Last-30-days"), Command::Created(Some(Preset::Last30Days)));
        assert_eq!(ok("created any"), Command::Created(None));
        let key = |typed: &str| match parse(typed).unwrap().unwrap() {
            Command::Column(column, shown) => (column.key, shown),
            other => panic!("{other:?}"),
        };
        assert_eq!(key("show city"), ("city", true));
        assert_eq!(key("hide Admin e-mail"), ("admin-email", false));
        assert_eq!(key("show reseller"), ("reseller-id", true));
        let words = |typed| parse(typed).unwrap().unwrap_err();
        assert!(words("created yesterday").starts_with("Use: "));
        assert_eq!(words("show citty"), "No column is called \"citty\": did you mean city?");
        assert_eq!(words("hide colour"), "No column is called \"colour\": Tab lists them");
        assert_eq!(words("sort seets"), "No column to sort by is called \"seets\": did you mean seats?");
        assert_eq!(
            words("sort name, Seets desc"),
            "No column to sort by is called \"Seets\": did you mean seats?"
        );
        assert_eq!(words("sort -colour"), "No column to sort by is called \"colour\": Tab lists them");
        for wrong in [
            "status",
            "status x",
            "sort name up",
            "sort name,",
            "sort -name asc",
            "customer",
            "name ",
            "page 0",
            "page x",
        ] {
            assert!(parse(wrong).unwrap().unwrap_err().starts_with("Use: "), "{wrong}");
        }
        assert_eq!(parse("zoom"), None);
    }

    #[test]
    fn every_word_begins_one_command() {
        let mut words: Vec<&str> = COMMANDS
            .iter()
            .flat_map(|command| std::iter::once(&command.name).chain(command.aliases))
            .copied()
            .collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
        assert!(
            COMMANDS.iter().all(|command| command.form.starts_with(command.name) && !command.doc.is_empty())
        );
    }
}
