//! Typed text: dates, names, keys; and the API's dates and queries.

use chrono::{Datelike, Duration, NaiveDate};
use unicode_normalization::UnicodeNormalization as _;
use vipmp::{
    model::{
        CustomerFilter, CustomerQuery, Edge, NamePattern, SortBy, SortOrder, Status, Timestamp, format_date,
        parse_date,
    },
    tui::keys::Chord,
};

/// The first byte and its neighbour choose a day to be today, the rest is what is typed.
pub fn parsers(data: &[u8]) {
    let (choice, text) = super::choice_and_text(data);
    typed_dates(&text, a_day(choice));
    sent_dates(&text);
    names(&text);
    queries(&text, a_day(choice), choice);
    chords(&text);
}

/// Days of all kinds: leap days, ends of months, the first and the last year that can be written.
pub(super) fn a_day(choice: u8) -> NaiveDate {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    match choice % 8 {
        0 => day(2024, 2, 29),
        1 => day(2025, 12, 31),
        2 => day(2026, 3, 31),
        3 => day(1, 1, 1),
        4 => day(9999, 12, 31),
        5 => day(2000, 1, 1),
        _ => day(1900, 1, 1) + Duration::days(i64::from(choice) * 397),
    }
}

/// Returns whether a text consists of the words, numbers and signs of dates alone: an independent view of what may be
/// taken for one.
fn is_a_form(typed: &str) -> bool {
    const WORDS: [&str; 21] = [
        "today",
        "yesterday",
        "tomorrow",
        "this",
        "last",
        "next",
        "d",
        "w",
        "m",
        "y",
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "years",
        "utc",
        "gmt",
        "z",
    ];
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let typed = typed.to_lowercase();
    // The letter between the day and the time of a timestamp stands between digits.
    let is_known = |word: &str| {
        word == "t" || WORDS.contains(&word) || MONTHS.iter().any(|month| word.starts_with(month))
    };
    let is_sign = |c: char| c.is_whitespace() || c.is_ascii_digit() || "-,.:+\u{2212}\u{2013}".contains(c);
    typed.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).all(is_known)
        && typed.chars().all(|c| c.is_alphabetic() || is_sign(c))
}

fn typed_dates(typed: &str, today: NaiveDate) {
    let ends = [Edge::From, Edge::To].map(|edge| parse_date(typed, today, edge));
    for day in ends.iter().flatten() {
        assert!(is_a_form(typed), "{typed:?} was taken for {day}");
        assert!((0..=9999).contains(&day.year()), "{typed:?} was taken for {day}");
        for edge in [Edge::From, Edge::To] {
            let printed = day.to_string();
            assert_eq!(parse_date(&printed, today, edge).as_ref(), Ok(day), "{printed} from {typed:?}");
        }
        let midnight = Timestamp::new(format!("{day}T00:00:00Z"));
        for shown in
            [format_date(*day), midnight.day_and_time(), format!("  {}  ", format_date(*day).to_uppercase())]
        {
            assert_eq!(parse_date(&shown, today, Edge::From).as_ref(), Ok(day), "{shown} from {typed:?}");
        }
        let shown = Timestamp::new(day.to_string());
        assert_eq!((shown.date(), shown.day()), (Some(*day), format_date(*day)));
    }
    match &ends {
        [Ok(from), Ok(to)] => assert!(from <= to, "{typed:?} ends before it starts"),
        [from, to] => assert_eq!(from.is_ok(), to.is_ok(), "{typed:?} is one end of a range only"),
    }
}

fn sent_dates(sent: &str) {
    let timestamp = Timestamp::new(sent);
    assert_eq!((timestamp.text(), timestamp.to_string().as_str()), (sent, sent));
    let (day, time) = (timestamp.day(), timestamp.day_and_time());
    let Some(at) = timestamp.at() else {
        assert_eq!((day.as_str(), time.as_str(), timestamp.date()), (sent, sent, None));
        return;
    };
    assert_eq!(timestamp.date(), Some(at.date_naive()));
    assert!(time.starts_with(&day), "{time:?} is on {day:?}");
    if (1..=9999).contains(&at.year()) {
        assert_eq!(Timestamp::new(at.to_rfc3339()).at(), Some(at), "{sent:?} printed and read again");
    }
}

fn names(typed: &str) {
    let Some(pattern) = NamePattern::parse(typed) else {
        let asked = typed.trim().trim_matches('"');
        // Which nobody sees at the ends of a name, or alone.
        let is_invisible = |c| matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}' | '\u{ad}');
        assert!(
            asked.chars().all(|c| c == '*' || c.is_whitespace() || c == '"' || is_invisible(c)),
            "{typed:?} asks for something"
        );
        return;
    };
    let sent = pattern.sent();
    assert!(!sent.is_empty() && sent.trim() == sent, "{typed:?} became {sent:?}");
    assert!(sent.chars().any(|c| c != '*'), "{typed:?} asks for all");
    // Composing a letter makes it three times as long at most.
    assert!(sent.len() <= 3 * typed.len() + 1, "{typed:?} became {sent:?}");
    let decomposed: String = typed.nfd().collect();
    for same in
        [decomposed, typed.nfc().collect(), typed.replace(' ', "\u{a0}"), format!("\u{feff}{typed}\u{3000}")]
    {
        assert_eq!(NamePattern::parse(&same).as_ref(), Some(&pattern), "{same:?} looks like {typed:?}");
    }
    // Quotes say that it is to be sent like this.
    assert_eq!(NamePattern::parse(&format!("\"{sent}\"")).as_ref(), Some(&pattern), "{sent:?} in quotes");
}

fn queries(text: &str, day: NaiveDate, choice: u8) {
    let filter = CustomerFilter {
        name: NamePattern::parse(text),
        from: Some(day),
        to: day.checked_add_signed(Duration::days(i64::from(choice) - 64)),
        sort_by: if choice & 1 == 0 { SortBy::CompanyName } else { SortBy::CreationDate },
        order: if choice & 2 == 0 { SortOrder::Ascending } else { SortOrder::Descending },
        page_size: choice,
        ..CustomerFilter::default()
    };
    let queries = [
        filter.query(Status::new(text), u64::from(choice) << 56),
        filter.count_query(Status::new(text)),
        CustomerQuery::new(Status::new(text), choice),
    ];
    for query in queries.into_iter().flatten() {
        assert!((1..=50).contains(&query.limit()));
        let string = query.query_string();
        assert!(string.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'), "{string}");
        let read: Vec<(String, String)> =
            url::form_urlencoded::parse(string.as_bytes()).into_owned().collect();
        let sent: Vec<(String, String)> =
            query.params().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        assert_eq!(read, sent, "a server reads what was meant");
    }
}

fn chords(typed: &str) {
    let Ok(chord) = typed.parse::<Chord>() else { return };
    let printed = chord.to_string();
    // Labels such as `PgDn` are for people only.
    if let Some(read) = printed.parse::<Chord>().ok().filter(|_| printed.is_ascii()) {
        assert_eq!(read, chord, "{printed} from {typed:?}");
    }
}
