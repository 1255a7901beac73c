//! The query language of the portfolio: reading, writing, completing and refining.

use vipmp::portfolio::query::{Field, complete, parse, refine, remove};

/// The first byte chooses the day to be today, the cursor and a field; the rest is typed.
pub fn query(data: &[u8]) {
    let (choice, text) = super::choice_and_text(data);
    let today = super::parsers::a_day(choice);
    match parse(&text, today) {
        Ok(query) => {
            let written = query.to_string();
            assert_eq!(parse(&written, today), Ok(query), "{text:?} was written as {written:?}");
        }
        Err(error) => {
            assert!(text.get(error.span.clone()).is_some(), "{:?} is no place in {text:?}", error.span);
            let sentence = error.to_string();
            assert!(super::is_clean(&sentence), "{sentence:?}");
            assert!(sentence.ends_with(['.', '?']) && sentence.chars().count() < 300, "{sentence:?}");
        }
    }
    let cursor = usize::from(choice) % (text.len() + 2);
    let completion = complete(&text, cursor, &|_, typed| vec![typed.to_owned()]);
    assert!(text.get(completion.span.clone()).is_some(), "{:?} is no place in {text:?}", completion.span);
    let fields: Vec<Field> = Field::all().collect();
    let field = fields[usize::from(choice) % fields.len()];
    let refined = refine(&text, field, "1002");
    assert_eq!(refine(&refined, field, "1002"), refined, "{text:?} was refined");
    let removed = remove(&refined, field);
    assert_eq!(remove(&removed, field), removed, "{text:?} was refined");
    if let Ok(query) = parse(&text, today) {
        let removed = remove(&text, field);
        assert_eq!(parse(&removed, today), Ok(query.without(field)), "{text:?} became {removed:?}");
    }
}
