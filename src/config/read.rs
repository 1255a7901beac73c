//! Reading the file key by key, so that each mistake has its place and costs nothing but itself.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::{Config, ConfigProblem, DEMO, Loaded, SourceLocation, problem::Ruler};
use crate::text::did_you_mean;

/// The faults behind which the parser reads nothing more, by the beginning of their messages.
const STOPS: &[&str] = &["key with no value", "missing value for key", "unclosed array table"];

/// The number of times that the text is read again without them.
const MAX_STARTS: usize = 8;

/// The maximum number of reported problems. A file that is no configuration could have hundreds of thousands.
const MAX_PROBLEMS: usize = 200;

pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// Reads a configuration from its text.
pub(super) fn read(text: &str, file: &Path) -> Loaded {
    // Windows editors like to begin with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let ruler = Ruler::new(text);
    let mut reader =
        ConfigReader { ruler, file, problems: Vec::new(), places: BTreeMap::new(), names: Vec::new() };
    let (readable, mut errors) = without_stops(text);
    let (table, others) = DeTable::parse_recoverable(&readable);
    errors.extend(others);
    for error in errors {
        let message = match error.span() {
            Some(_) => one_line(error.message()),
            // The one fault that the parser gives no place to; it reads nothing behind it.
            None => {
                format!("cannot be read to its end, because a key has too many parts ({})", error.message())
            }
        };
        reader.problem(error.span(), None, message);
    }
    let broken = unreadable(text, &reader.problems);
    let mut config = Config::default();
    let syntax = reader.problems.len();
    reader.root(table.get_ref(), &broken, &mut config);
    reader.check_default(&config, table.get_ref());

    // What the parser made of a line that it could not read is not worth a second complaint.
    let mut index = 0;
    reader.problems.retain(|problem| {
        index += 1;
        index <= syntax || problem.place.is_none_or(|place| !broken.contains(&place.line))
    });
    reader.problems.sort_by_key(|problem| problem.place);
    let ConfigReader { mut problems, places, names, .. } = reader;
    shorten(&mut problems);
    Loaded { config, file: Some(file.to_owned()), found: true, problems, names, places }
}

/// Returns the text with the lines blanked at which the parser would stop, and the problems of those lines.
fn without_stops(text: &str) -> (Cow<'_, str>, Vec<Error>) {
    let (mut text, mut faults) = (Cow::Borrowed(text), Vec::new());
    // What is behind a stop is seen once that is gone, and may hold another one.
    for _ in 0..MAX_STARTS {
        let (_, errors) = DeTable::parse_recoverable(&text);
        let is_stop = |error: &&Error| STOPS.iter().any(|stop| error.message().starts_with(stop));
        let stops: BTreeSet<usize> =
            errors.iter().filter(is_stop).filter_map(|error| Some(error.span()?.start)).collect();
        if stops.is_empty() {
            break;
        }
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let whole = start..start + line.len();
            let end = start + line.trim_end_matches(['\r', '\n']).len();
            if stops.range(start..=end).next().is_some() {
                lines.push(start..end);
            }
            start = whole.end;
        }
        let on_them = |error: &Error| {
            let at = error.span().map_or(0, |span| span.start);
            let behind = lines.partition_point(|line| line.start <= at);
            behind > 0 && at <= lines[behind - 1].end
        };
        faults.extend(errors.into_iter().filter(on_them));
        for line in lines {
            let blanks = " ".repeat(line.len());
            text.to_mut().replace_range(line, &blanks);
        }
    }
    (text, faults)
}

/// Keeps the first of many problems, and says how many more there are.
fn shorten(problems: &mut Vec<ConfigProblem>) {
    let others = problems.len().saturating_sub(MAX_PROBLEMS);
    problems.truncate(MAX_PROBLEMS + 1);
    if let Some(last) = problems.last_mut().filter(|_| others > 1) {
        last.key = None;
        last.message = format!("{others} more mistakes follow");
    }
}

/// The lines with a fault in their grammar, and those below a table's heading that has one: nobody knows where they
/// belong.
fn unreadable(text: &str, faults: &[ConfigProblem]) -> BTreeSet<usize> {
    let faults: BTreeSet<usize> = faults.iter().filter_map(|fault| Some(fault.place?.line)).collect();
    let mut homeless = false;
    let mut unreadable = BTreeSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        let broken = faults.contains(&number);
        if line.trim_start().starts_with('[') {
            homeless = broken;
        }
        if broken || homeless {
            unreadable.insert(number);
        }
    }
    unreadable
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) struct ConfigReader<'t> {
    ruler: Ruler<'t>,
    file: &'t Path,
    problems: Vec<ConfigProblem>,
    places: BTreeMap<String, SourceLocation>,
    pub(super) names: Vec<String>,
}

impl ConfigReader<'_> {
    /// Reports a default that names no profile. The names are known once everything is read.
    fn check_default(&mut self, config: &Config, table: &DeTable<'_>) {
        let Some(name) = &config.default_profile else { return };
        if name == DEMO || self.names.contains(name) {
            return;
        }
        let message = match did_you_mean(name, self.names.iter().map(String::as_str).chain([DEMO])) {
            Some(near) => format!("there is no profile {name:?}, did you mean {near}?"),
            None => format!("there is no profile {name:?} in this file"),
        };
        let value = table.iter().find(|(key, _)| key.get_ref() == "default_profile");
        self.problem(value.map(|(_, value)| value.span()), Some("default_profile"), message);
    }

    /// Goes through the keys of a section, less those on a line that could not be read.
    pub(super) fn each(
        &mut self,
        section: &str,
        value: &Value<'_>,
        broken: &BTreeSet<usize>,
        mut take: impl FnMut(&mut Self, &str, &str, &Value<'_>),
    ) {
        let Some(table) = value.get_ref().as_table() else {
            let message = format!("must be a table ([{section}]), not {}", kind(value.get_ref()));
            return self.problem(Some(value.span()), Some(section), message);
        };
        for (name, value) in table {
            let key = self.place(Some(section), name);
            if !broken.contains(&self.ruler.place(name.span().start).line) {
                take(self, &key, name.get_ref(), value);
            }
        }
    }

    /// Applies the value of a key, or reports what it should be. Returns true if it was applied.
    pub(super) fn set<T>(
        &mut self,
        target: &mut T,
        key: &str,
        value: &Value<'_>,
        wanted: &str,
        read: impl FnOnce(&DeValue<'_>) -> Option<T>,
    ) -> bool {
        let read = read(value.get_ref());
        let fits = read.is_some();
        if let Some(read) = read {
            *target = read;
        } else {
            let message = format!("must be {wanted}, not {}", kind(value.get_ref()));
            self.problem(Some(value.span()), Some(key), message);
        }
        fits
    }

    pub(super) fn unknown(&mut self, key: &str, name: &str, known: &[&'static str]) {
        let message = match did_you_mean(name, known.iter().copied()) {
            Some(name) => format!("unknown key, did you mean {name}?"),
            None => format!("unknown key; the keys are: {}", known.join(", ")),
        };
        let place = self.places.get(key).copied();
        self.problems.push(ConfigProblem {
            file: self.file.to_owned(),
            place,
            key: Some(key.to_owned()),
            message,
        });
    }

    pub(super) fn problem(&mut self, at: Option<Range<usize>>, key: Option<&str>, message: String) {
        self.problems.push(ConfigProblem {
            file: self.file.to_owned(),
            place: at.map(|at| self.ruler.place(at.start)),
            key: key.map(str::to_owned),
            message,
        });
    }

    /// Reports a problem at the location of a key if it is known, or else at `otherwise`.
    pub(super) fn problem_at(&mut self, key: &str, otherwise: Range<usize>, message: String) {
        let place = self.places.get(key).copied().unwrap_or_else(|| self.ruler.place(otherwise.start));
        let key = Some(key.to_owned());
        self.problems.push(ConfigProblem { file: self.file.to_owned(), place: Some(place), key, message });
    }

    /// Records the location of a key, and returns its full name.
    pub(super) fn place(&mut self, section: Option<&str>, name: &Spanned<Cow<'_, str>>) -> String {
        let full = section
            .map_or_else(|| name.get_ref().to_string(), |section| format!("{section}.{}", name.get_ref()));
        self.places.insert(full.clone(), self.ruler.place(name.span().start));
        full
    }
}

/// A value in a user's words: short ones are quoted, others named by their type.
pub(super) fn kind(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) if text.chars().count() <= 40 => format!("the text {:?}", &**text),
        DeValue::String(_) => "a long text".to_owned(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(items) => items.iter().find(|item| !item.get_ref().is_str()).map_or_else(
            || "a list".to_owned(),
            |item| format!("a list that holds {}", kind(item.get_ref())),
        ),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::{Ui, parse};
    use super::*;

    /// Reads a text as `config.toml`, and returns its problems as they are printed.
    pub(in crate::config) fn problems(text: &str) -> (Config, Vec<String>) {
        let loaded = parse(text, Path::new("config.toml"));
        (loaded.config, loaded.problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(problems(""), (Config::default(), Vec::new()));
        assert_eq!(problems("\u{feff}# nothing\n"), (Config::default(), Vec::new()));
    }

    #[test]
    fn all_problems_are_told_at_once_in_the_order_of_the_file_and_the_rest_is_used() {
        let (config, problems) = problems(
            "them = 'dark'\n\n[ui]\npage_szie = 20\npage_size = 51\nmouse = false\n\n[keys]\nquit = 7\nhelp = ['?', 1]\n\
             [profile.emea]\n[uii]\n",
        );
        assert_eq!(
            problems,
            [
                "config.toml:1:1: them: unknown key; the keys are: default_profile, ui, network, portfolio, keys, profiles",
                "config.toml:4:1: ui.page_szie: unknown key, did you mean page_size?",
                "config.toml:5:13: ui.page_size: must be a number from 1 to 50, not 51",
                "config.toml:9:8: keys.quit: must be a key in quotes or a list of them, such as [\"j\", \"down\"], not \
                 7",
                "config.toml:10:8: keys.help: must be a key in quotes or a list of them, such as [\"j\", \"down\"], \
                 not a list that holds 1",
                "config.toml:11:2: profile: unknown key, did you mean profiles?",
                "config.toml:12:2: uii: unknown key, did you mean ui?",
            ]
        );
        assert_eq!(config, Config { ui: Ui { mouse: false, ..Ui::default() }, ..Config::default() });
    }

    #[test]
    fn lines_that_cannot_be_read_are_told_and_cost_only_themselves() {
        let (config, problems) =
            problems("[ui]\nmouse = fals\npage_size = 20\npage_size = 30\n\n[keys\nquit = 'q'\n");
        let places: Vec<&str> = problems.iter().filter_map(|problem| problem.split(": ").next()).collect();
        assert_eq!(places, ["config.toml:2:9", "config.toml:4:1", "config.toml:6:6"], "{problems:#?}");
        assert!(config.ui.mouse);
        assert_eq!(config.ui.page_size, 20);
    }

    #[test]
    fn no_line_that_cannot_be_read_costs_what_is_below_its_section() {
        for bad in [
            "mouse",
            "x 1",
            "x: 1",
            "'x' 'y'",
            "\"open",
            "x.y",
            "x.",
            ".x",
            "\u{1}",
            "@",
            "x y = 1",
            "é",
            "[[x]",
            "x =",
            "= 1",
            "x = fals",
            "x = 'open",
            "[x",
            "[]",
            "]",
            "x = [}]",
            "x = {a}",
            "x\ny\n\nz\n.x",
        ] {
            let (config, problems) =
                problems(&format!("[ui]\npage_size = 20\n{bad}\n\n[keys]\r\nquit = 'Q'\r\n"));
            assert!(problems[0].starts_with("config.toml:3:"), "{bad:?}: {problems:#?}");
            assert_eq!((config.ui.page_size, config.keys.len()), (20, 1), "{bad:?}: {problems:#?}");
        }
    }

    #[test]
    fn a_key_without_a_bottom_is_told_of_the_whole_file() {
        let loaded = parse(&format!("a{} = 1\n[profiles.a]\n", ".a".repeat(200)), Path::new("config.toml"));
        let told =
            "config.toml: cannot be read to its end, because a key has too many parts (recursion limit)";
        assert_eq!(loaded.problems.iter().map(ToString::to_string).collect::<Vec<_>>(), [told]);
        assert_eq!(loaded.profile("a"), Err(format!("profile a cannot be used: {told}")));
    }

    #[test]
    fn of_very_many_mistakes_the_first_are_told_and_the_others_counted() {
        let (_, told) = problems(&"x\n".repeat(1_000));
        assert_eq!(told.len(), MAX_PROBLEMS + 1);
        assert_eq!(told[MAX_PROBLEMS], "config.toml:201:2: 800 more mistakes follow");
        let (_, told) = problems(&"x\n".repeat(MAX_PROBLEMS + 1));
        assert_eq!(told.len(), MAX_PROBLEMS + 1);
        assert!(
            told[MAX_PROBLEMS].starts_with("config.toml:201:2: key with no value"),
            "{}",
            told[MAX_PROBLEMS]
        );
    }

    #[test]
    fn somebody_else_can_tell_a_problem_at_the_place_of_a_key() {
        let loaded = parse("[keys]\nnext-rwo = 'j'\n", Path::new("config.toml"));
        let problem = loaded.problem_with("keys.next-rwo", "no such action");
        assert_eq!(problem.to_string(), "config.toml:2:1: keys.next-rwo: no such action");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[\\[\\]{}=.,'\"#a-c0-9\\n \u{e4}\\\\]{0,200}") {
            let (config, _) = problems(&text);
            proptest::prop_assert!((1..=50).contains(&config.ui.page_size));
        }

        #[test]
        fn no_ui_section_makes_the_reader_panic(values in proptest::collection::vec(".{0,20}", 0..6)) {
            let lines: Vec<String> = values.iter().map(|value| format!("page_size = {value}")).collect();
            let (config, _) = problems(&format!("[ui]\n{}\n", lines.join("\n")));
            proptest::prop_assert!((1..=50).contains(&config.ui.page_size));
        }
    }
}
