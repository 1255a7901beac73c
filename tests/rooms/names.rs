//! The names of the types that `src` defines.

use std::collections::BTreeMap;

use syn::{Attribute, Item, Meta};

/// The places where each type name is defined, by name.
pub(crate) type Names = BTreeMap<String, Vec<String>>;

/// Adds the types of a file, in nested modules too. Tests may name theirs as they like.
pub(crate) fn collect(place: &str, code: &str, names: &mut Names) {
    let file = syn::parse_file(code).unwrap_or_else(|error| panic!("{place}: {error}"));
    if !is_for_tests(&file.attrs) {
        collect_items(place, &file.items, names);
    }
}

fn collect_items(place: &str, items: &[Item], names: &mut Names) {
    for item in items {
        let (name, attributes) = match item {
            Item::Struct(item) => (&item.ident, &item.attrs),
            Item::Enum(item) => (&item.ident, &item.attrs),
            Item::Trait(item) => (&item.ident, &item.attrs),
            Item::Type(item) => (&item.ident, &item.attrs),
            Item::Union(item) => (&item.ident, &item.attrs),
            Item::Mod(item) => {
                if let Some((_, items)) = item.content.as_ref().filter(|_| !is_for_tests(&item.attrs)) {
                    collect_items(place, items, names);
                }
                continue;
            }
            _ => continue,
        };
        if !is_for_tests(attributes) {
            names.entry(name.to_string()).or_default().push(place.to_owned());
        }
    }
}

/// Returns true if attributes have `cfg(test)`.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string() == "test",
        _ => false,
    })
}
