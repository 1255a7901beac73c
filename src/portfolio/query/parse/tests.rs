//! Queries as users type them, as (text, canonical text) and (text, place of the error, sentence).

use super::*;

fn today() -> NaiveDate {
    "2026-03-31".parse().unwrap()
}

/// Returns the canonical text, or the error behind the text that is wrong.
fn read(text: &str) -> String {
    match parse(text, today()) {
        Ok(query) => query.to_string(),
        Err(error) => format!("{}| {error}", &text[error.span.clone()]),
    }
}

fn expect(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(read(text), *expected, "{text:?}");
    }
}

#[test]
fn words_and_phrases() {
    expect(&[
        ("", ""),
        ("  \u{a0} ", ""),
        ("acme  Print", "acme Print"),
        ("\"print works\"", "\"print works\""),
        ("“print works”", "\"print works\""),
        ("\"acme\"", "acme"),
        ("-gmbh -\"print works\"", "-gmbh -\"print works\""),
        ("--x", "-\"-x\""),
        ("acme* *gmbh *print*", "acme gmbh print"),
        ("*", ""),
        ("\"\" acme", "acme"),
        ("\"*\"", "\"*\""),
        ("\"a*b\"", "\"a*b\""),
        ("\"12:30\"", "\"12:30\""),
        ("\"OR\" or", "\"OR\" or"),
        ("19\" \"say \"\"hi\"\"\"", "\"19\"\"\" \"say \"\"hi\"\"\""),
        ("a,b", "a,b"),
        ("株式会社 e\u{301}", "株式会社 e\u{301}"),
        ("\u{feff}acme", "\u{feff}acme"),
    ]);
}

#[test]
fn texts_and_codes_with_wildcards() {
    expect(&[
        ("name:print", "name:print"),
        ("NAME:Print", "name:Print"),
        ("name:north*,*gmbh,*print*", "name:north*,*gmbh,print"),
        ("name:=acme", "name:=acme"),
        ("name:\"print works\",\"a,b\"*", "name:\"print works\",\"a,b\"*"),
        ("name:\"north*\"", "name:\"north*\""),
        ("name:a:b", "name:a:b"),
        ("ref:PO-4711", "reference:PO-4711"),
        ("reference:=PO-4711", "reference:PO-4711"),
        ("reference:*4711*", "reference:*4711*"),
        ("id:1006*", "id:1006*"),
        ("reseller:north*", "reseller:north*"),
        ("mail:smith@example.org", "email:smith@example.org"),
        ("-tag:vip", "-tag:vip"),
        ("offer:acrobat", "product:acrobat"),
        ("sub:8675*", "subscription:8675*"),
        ("city:none,any", "city:none,any"),
        ("city:-,*", "city:none,any"),
        ("city:—", "city:none"),
        ("city:\"none\"", "city:\"none\""),
        ("city:NONE", "city:none"),
        ("city:**", "city:any"),
        ("level:T*", "level:T*"),
        ("level:\"03\"", "level:\"03\""),
    ]);
}

#[test]
fn codes_of_closed_sets() {
    expect(&[
        ("status:pending,active", "status:pending,active"),
        ("status:1000,1002,1004,1026", "status:active,pending,inactive,1026"),
        ("status:ACT,p,in", "status:active,pending,inactive"),
        ("status:inactive", "status:inactive"),
        ("status:inactive*", "status:inactive,1010,1012,1014"),
        ("status:\"Inactive: account blocked\"", "status:1012"),
        ("status:7777", "status:7777"),
        ("status:any", "status:any"),
        ("status:ALL", "status:any"),
        ("segment:edu,com", "segment:EDU,COM"),
        ("segment:education,gov", "segment:EDU,GOV"),
        ("country:de,AT", "country:DE,AT"),
        ("country:uk", "country:GB"),
        ("3yc:committed,REQ", "3yc:committed,requested"),
        ("3yc:\"new_code\"", "3yc:\"NEW_CODE\""),
        ("3yc:none", "3yc:none"),
        ("renewal-state:early,LOCKED", "renewal-state:early,locked"),
        ("renewal-state:\"not due yet\",lo", "renewal-state:not-due,locked"),
        ("renewal-status:l*", "renewal-state:locked,late"),
        ("basis:ann", "renewal-basis:anniversary"),
        ("days-left:..30", "days-left:<=30"),
        ("days:<0", "days-left:<=-1"),
        ("change-by:7d", "change-by:2026-03-31..2026-04-07"),
        ("late-since:14d", "late-since:2026-03-17..2026-03-31"),
        ("failed-renewal:14d", "renewal-failed:2026-03-17..2026-03-31"),
        ("auto-changed:2d auto:off", "auto-changed:2026-03-29..2026-03-31 auto:off"),
        ("scheduled:any", "scheduled:any"),
        ("returnable:any return-by:3d", "returnable:any returnable-until:2026-03-31..2026-04-03"),
        ("3yc-minimum:>=50 3yc-consumables:>0", "3yc-licences:>=50 3yc-consumables:>=1"),
        ("auto:off", "auto:off"),
        ("auto:yes", "auto:on"),
        ("gone:Yes", "gone:yes"),
        ("gone:yes,no", "gone:yes,no"),
    ]);
}

#[test]
fn ranges() {
    expect(&[
        ("seats:>100", "seats:>=101"),
        ("seats:10..50,0", "seats:10..50,0"),
        ("seats:..5", "seats:<=5"),
        ("seats:none", "seats:none"),
        ("seats:>1,=500", "seats:>=2,=500"),
        ("seats:1,500", "seats:1,500"),
        ("level:>=03", "level:>=03"),
        ("level:02..04,T1", "level:02..04,T1"),
        ("renewal:..30d", "renewal:..2026-04-30"),
        ("renewal:30d", "renewal:2026-03-31..2026-04-30"),
        ("renewal:\"1 Dec 2026\"..\"24 Dec 2026\"", "renewal:2026-12-01..2026-12-24"),
        ("renewal:>\"1 Dec 2026\"", "renewal:2026-12-02.."),
        ("renewal:today,tomorrow", "renewal:2026-03-31,2026-04-01"),
        ("joined:-90d", "joined:2025-12-31..2026-03-31"),
        ("changed:7d", "changed:2026-03-24..2026-03-31"),
        ("3yc-end:2026", "3yc-end:2026-01-01..2026-12-31"),
        ("anniversary:none", "anniversary:none"),
    ]);
}

#[test]
fn the_examples_of_the_design_are_queries() {
    let text = "status:pending,active renewal:..30d auto:off seats:>100 country:DE segment:EDU 3yc:committed \
                3yc-end:2026 level:>=03 product:acrobat reseller:north* joined:-90d changed:7d gone:yes";
    assert_eq!(parse(text, today()).unwrap().terms.len(), 14);
}

#[test]
fn the_examples_of_errors_are_values() {
    for field in Field::all() {
        let examples = field.takes().rsplit_once("such as ").map_or(field.takes(), |(_, examples)| examples);
        let examples = examples.rsplit_once(": ").map_or(examples, |(_, examples)| examples);
        for example in examples.split([',', ' ']).filter(|word| !word.is_empty() && *word != "or") {
            let text = format!("{}:{example}", field.name());
            assert!(parse(&text, today()).is_ok(), "{text}: {}", read(&text));
        }
    }
}

#[test]
fn fields_that_do_not_exist() {
    expect(&[
        ("acme stauts:active", "stauts| There is no field “stauts”: did you mean status?"),
        ("-Refrence:x", "Refrence| There is no field “Refrence”: did you mean reference?"),
        ("http://x", "http| There is no field “http”: put a text that contains “:” in quotes."),
        ("12:30", "12| There is no field “12”: put a text that contains “:” in quotes."),
        (":x", "| There is no field “”: put a text that contains “:” in quotes."),
    ]);
}

#[test]
fn values_that_are_missing_or_do_not_fit() {
    expect(&[
        ("status:", "status:| “status:” needs a value: a status, such as active, pending or 1004."),
        ("acme name: x", "name:| “name:” needs a value: a part of a name, such as print or north*."),
        ("gone:\"\"", "\"\"| “gone:” needs a value: yes or no."),
        ("country:de,", "country:de,| “country:” needs a value: a country code of two letters, such as DE."),
        (
            "seats:>",
            ">| “seats:” needs a value: a number or a range of numbers, such as 100, >100 or 10..50.",
        ),
        ("status:activ,pendign", "pendign| “pendign” is not a value of status: did you mean pending?"),
        (
            "status:>1000",
            ">1000| “>1000” is not valid for status, which takes a status, such as active, pending or 1004.",
        ),
        (
            "status:blue",
            "blue| “blue” is not valid for status, which takes a status, such as active, pending or 1004.",
        ),
        ("renewal-state:re", "re| “re” can mean past or renewed: type more of it."),
        (
            "renewal-state:\"overdue\"",
            "\"overdue\"| “overdue” is not valid for renewal-state, which takes a state of renewals, such as early, locked or \
             late.",
        ),
        ("3yc:ac", "ac| “ac” can mean accepted or active: type more of it."),
        (
            "country:germany",
            "germany| “germany” is not valid for country, which takes a country code of two letters, such as DE.",
        ),
        ("gone:maybe", "maybe| “maybe” is not valid for gone, which takes yes or no."),
        ("seats:>1,000", "000| A comma separates values: write “>1000” without it."),
        ("joined:2026-02-30", "2026-02-30| “2026-02-30” is not a real date: check the day and the month."),
        ("seats:9..1", "9..1| The range ends before it starts: swap its ends, “1..9”."),
    ]);
}

#[test]
fn signs_at_the_wrong_place() {
    expect(&[
        ("acme - x", "-| “-” needs a word after it: put it in quotes to search for the sign itself."),
        ("-\"\"", "-\"\"| “-” needs a word after it: put it in quotes to search for the sign itself."),
        ("\"acme pr", "\"acme pr| The quotation mark is not closed: add another one after the text."),
        ("city:rome,\"new y", "\"new y| The quotation mark is not closed: add another one after the text."),
        (
            "\"a\"b",
            "b| The text goes on after the quotation mark: put a blank between them, or double the mark if it is part \
             of the text.",
        ),
        (
            "name:a*b",
            "a*b| “*” can only be at the start or the end of a text: use two words, or put the text in quotes if the \
             sign is part of it.",
        ),
        (
            "acme OR print",
            "OR| “OR” is not an operator: list the values of a field with commas, as in status:active,pending, or put \
             it in quotes to search for it.",
        ),
        (
            "acme AND print",
            "AND| “AND” is not needed, since every word must occur: leave it out, or put it in quotes to search for it.",
        ),
        (
            "NOT print",
            "NOT| “NOT” is not an operator: put “-” before what must not occur, or put it in quotes to search for it.",
        ),
    ]);
}
