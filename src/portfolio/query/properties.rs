//! Properties of queries: whatever can be built is written and read again, and whatever is typed is read or refused.

use chrono::NaiveDate;
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{levels::compare_levels, texts::is_blank, *};

const CODES: [(Field, &[&str]); 8] = [
    (Field::Status, &["1000", "1002", "1004", "1010", "1026", "7777"]),
    (Field::Segment, &["COM", "EDU", "GOV", "X", "E", "NEW CODE"]),
    (Field::CommitmentRenewal, &["REQUESTED", "ACCEPTED", "DECLINED"]),
    (Field::CommitmentRequest, &["REQUESTED", "EXPIRED"]),
    (Field::CommitmentStatus, &["COMMITTED", "ACTIVE", "EXPIRED", "A", "IN_REVIEW"]),
    (Field::Country, &["DE", "US", "GB"]),
    (Field::RenewalBasis, &["subscription", "late", "anniversary"]),
    (Field::RenewalState, &["not-due", "early", "renewed"]),
];

fn today() -> NaiveDate {
    "2026-03-31".parse().unwrap()
}

fn text() -> impl Strategy<Value = String> {
    let pieces = select(vec![
        "acme",
        " ",
        "\u{a0}",
        "\"",
        "“",
        "*",
        "-",
        ":",
        ",",
        "=",
        "..",
        ">",
        "none",
        "any",
        "OR",
        "AND",
        "é",
        "株",
        "e\u{301}",
        "\u{feff}",
        "—",
        "status:",
        "\u{1b}",
        "\n",
        "ß",
        "👩‍👩‍👧",
    ]);
    let mixed = vec(pieces, 1..6).prop_map(|pieces| pieces.concat());
    prop_oneof![mixed, any::<String>()].prop_filter("a text is visible", |text| !is_blank(text))
}

fn days() -> impl Strategy<Value = (Option<NaiveDate>, Option<NaiveDate>)> {
    let day = (0_i32..=9999, 1_u32..=366).prop_filter_map("a day", |(y, d)| NaiveDate::from_yo_opt(y, d));
    (option::of(day.clone()), option::of(day)).prop_filter_map("a range", ordered)
}

fn numbers() -> impl Strategy<Value = (Option<i64>, Option<i64>)> {
    let number = prop_oneof![-5_i64..1_200, any::<i64>()];
    let range = (option::of(number.clone()), option::of(number.clone())).prop_filter_map("a range", ordered);
    prop_oneof![range, number.prop_map(|number| (Some(number), Some(number)))]
}

fn ordered<T: Ord>((from, to): (Option<T>, Option<T>)) -> Option<(Option<T>, Option<T>)> {
    match (from, to) {
        (None, None) => None,
        (Some(from), Some(to)) if to < from => Some((Some(to), Some(from))),
        ends => Some(ends),
    }
}

fn levels() -> impl Strategy<Value = Test> {
    let level = option::of(select(vec!["01", "02", "3", "12", "T1", "t7", "TA"]));
    (level.clone(), level).prop_filter_map("a range", |(from, to)| {
        let is_range = match (from, to) {
            (None, None) => false,
            (Some(from), Some(to)) => compare_levels(from, to).is_some_and(std::cmp::Ordering::is_le),
            _ => true,
        };
        let end = |level: Option<&str>| level.map(str::to_owned);
        is_range.then(|| Test::Codes { from: end(from), to: end(to) })
    })
}

fn part() -> impl Strategy<Value = TextMatch> {
    select(vec![TextMatch::Whole, TextMatch::Prefix, TextMatch::Suffix, TextMatch::Part])
}

fn test(field: Field) -> BoxedStrategy<Test> {
    let of_field = match field.kind() {
        ValueKind::Text | ValueKind::Code => match CODES.iter().find(|(closed, _)| *closed == field) {
            Some((_, codes)) => {
                select(*codes).prop_map(|code| Test::Text(TextMatch::Whole, code.to_owned())).boxed()
            }
            None => (part(), text()).prop_map(|(part, text)| Test::Text(part, text)).boxed(),
        },
        ValueKind::Level => {
            prop_oneof![levels(), (part(), text()).prop_map(|(part, text)| Test::Text(part, text))].boxed()
        }
        ValueKind::Day => days().prop_map(|(from, to)| Test::Days(from, to)).boxed(),
        ValueKind::Number => numbers().prop_map(|(from, to)| Test::Numbers(from, to)).boxed(),
        ValueKind::Flag => any::<bool>().prop_map(Test::Flag).boxed(),
    };
    prop_oneof![6 => of_field, 1 => Just(Test::Missing), 1 => Just(Test::Present)].boxed()
}

fn query() -> impl Strategy<Value = Query> {
    let of_field = select(Field::all().collect::<Vec<_>>())
        .prop_flat_map(|field| vec(test(field), 1..4).prop_map(move |tests| Condition::Field(field, tests)));
    let condition = prop_oneof![text().prop_map(Condition::Anywhere), of_field];
    let term = (any::<bool>(), condition).prop_map(|(is_negated, condition)| Term { is_negated, condition });
    vec(term, 0..5).prop_map(|terms| Query { terms, as_of: AsOf::on(today()) })
}

/// Text that is nearly a query.
fn typed() -> impl Strategy<Value = String> {
    let pieces = select(vec![
        "status:",
        "renewal:",
        "joined:",
        "seats:",
        "level:",
        "city:",
        "3yc:",
        "renewal-state:",
        "days-left:",
        "country:",
        "gone:",
        "stauts:",
        "active",
        "pending",
        "30d",
        "-30d",
        "+2w",
        "..",
        ">",
        ">=",
        "<",
        "=",
        "*",
        "\"",
        "”",
        "-",
        ",",
        " ",
        "\t",
        "2026-12",
        "2026-02-30",
        "today",
        "100",
        "000",
        "03",
        "T2",
        "none",
        "any",
        "OR",
        "new york",
        "é",
        "e\u{301}",
        "株",
        ":",
        "\u{feff}",
    ]);
    prop_oneof![vec(pieces, 0..12).prop_map(|pieces| pieces.concat()), any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_query_is_written_and_read_again(query in query()) {
        let written = query.to_string();
        prop_assert_eq!(parse(&written, today()), Ok(query), "{}", written);
    }

    #[test]
    fn typed_text_is_a_query_or_an_error_with_a_place(text in typed()) {
        match parse(&text, today()) {
            Ok(query) => {
                let written = query.to_string();
                prop_assert_eq!(parse(&written, today()), Ok(query), "{}", written);
            }
            Err(error) => {
                prop_assert!(text.get(error.span.clone()).is_some(), "{:?}", error);
                let sentence = error.to_string();
                prop_assert!(sentence.ends_with(['.', '?']), "{}", sentence);
                prop_assert!(!sentence.contains(char::is_control), "{:?}", sentence);
            }
        }
    }

    #[test]
    fn a_candidate_makes_a_query_or_the_beginning_of_one(
        query in query(), field in select(Field::all().collect::<Vec<_>>()), typed in "[a-z0-9.>=]{0,2}", is_value in any::<bool>(),
    ) {
        let start = if is_value { format!("{query} {}:{typed}", field.name()) } else { format!("{query} {typed}") };
        let values = |field: Field, _: &str| match field {
            Field::Country => vec!["DE".to_owned()],
            Field::Level => vec!["03".to_owned()],
            _ => vec!["New, \"York\"".to_owned(), "any".to_owned(), "*".to_owned(), " ".to_owned()],
        };
        let completion = complete(&start, start.len(), &values);
        for candidate in completion.candidates {
            let mut text = start.clone();
            text.replace_range(completion.span.clone(), &candidate.insert);
            let read = parse(&text, today());
            prop_assert!(read.as_ref().map_or_else(QueryError::is_unfinished, |_| true), "{}: {:?}", text, read);
        }
    }

    #[test]
    fn completion_replaces_a_part_of_any_text(text in typed(), cursor in 0_usize..40) {
        let completion = complete(&text, cursor, &|_, typed| vec![typed.to_owned()]);
        prop_assert!(text.get(completion.span.clone()).is_some(), "{:?}", completion.span);
    }

    #[test]
    fn refining_any_text_leaves_one_term_of_the_field(text in typed()) {
        let refined = refine(&text, Field::Status, "active");
        prop_assert_eq!(refined.matches("status:active").count() >= 1, true);
        prop_assert_eq!(refine(&refined, Field::Status, "active"), refined.clone());
        if let Ok(query) = parse(&text, today()) {
            let term = parse("status:active", today()).unwrap().terms.remove(0);
            prop_assert_eq!(parse(&refined, today()), Ok(query.with(term)), "{}", refined);
        }
    }
}
