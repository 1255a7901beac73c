//! Printing facets: the values of some fields among the customers found, with their counts.

use serde_json::{Map, Value};

use crate::{
    cli::exit::{Failure, print},
    model::FacetCounts,
    output::Format,
    portfolio::query::{Field, label_of},
    text,
};

/// Prints counts: one line each, or as JSON an object of objects. A table for people has the words of statuses and segments and the
/// names of resellers; everything else keeps the codes.
pub(super) fn print_facets(
    facets: &[FacetCounts],
    resellers: &[(String, Option<String>)],
    format: Format,
) -> Result<(), Failure> {
    if matches!(format, Format::Json | Format::Jsonl) {
        let field = |facet: &FacetCounts| {
            let counts: Map<String, Value> =
                facet.values.iter().map(|(value, count)| (value.clone(), (*count).into())).collect();
            (facet.field.to_owned(), Value::Object(counts))
        };
        return print(&Value::Object(facets.iter().map(field).collect()).to_string());
    }
    for facet in facets {
        for (value, count) in &facet.values {
            let words = match format {
                Format::Table => words(facet.field, value, resellers),
                _ => value.clone(),
            };
            print(&format!("{:13} {:>7}  {}", facet.field, text::group_digits(*count), text::clean(&words)))?;
        }
    }
    Ok(())
}

/// Returns a value in words. A reseller keeps its ID, since several may have the same name.
pub(super) fn words(field: &str, value: &str, resellers: &[(String, Option<String>)]) -> String {
    match Field::from_name(field).unwrap_or(Field::Name) {
        Field::Reseller => {
            let known = resellers.iter().find(|(id, _)| id == value);
            match known.and_then(|(_, name)| name.as_deref()).filter(|name| !name.trim().is_empty()) {
                Some(name) => format!("{name} ({value})"),
                None => value.to_owned(),
            }
        }
        field => label_of(field, value).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_words_where_there_are_any() {
        let resellers = [("1".to_owned(), Some("Acme".to_owned())), ("2".to_owned(), None)];
        let of = |field, value| words(field, value, &resellers);
        assert_eq!((of("status", "1002"), of("status", "7777")), ("Pending".to_owned(), "7777".to_owned()));
        assert_eq!((of("reseller", "1"), of("reseller", "2")), ("Acme (1)".to_owned(), "2".to_owned()));
        assert_eq!(
            (of("country", "1002"), of("segment", "EDU")),
            ("1002".to_owned(), "Education".to_owned())
        );
    }
}
