//! Views of the portfolio: a query with its columns and its order, under a name.

use serde::{Deserialize, Serialize};

/// A view of the portfolio. Everything in it is as the user typed it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedView {
    /// The name, unique without regard to case.
    pub name: String,
    /// The query; empty for all customers.
    #[serde(default)]
    pub query: String,
    /// The keys of the columns, in order; empty for the usual ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The keys to sort by, the most significant first; `-` before one turns its order around. Empty for the usual order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<String>,
}

impl SavedView {
    fn new(name: &str, query: &str, sort: &[&str]) -> Self {
        let sort = sort.iter().map(|&key| key.to_owned()).collect();
        Self { name: name.to_owned(), query: query.to_owned(), columns: Vec::new(), sort }
    }

    /// Returns the views that every profile has.
    pub fn built_in() -> Vec<Self> {
        vec![
            Self::new("All customers", "", &["company"]),
            Self::new("New this month", "joined:this-month", &["-created"]),
            Self::new("Gone", "gone:yes", &["-gone"]),
            Self::new("Changes", "changed:7d", &["-changed"]),
        ]
    }

    /// Returns true if this is its name; case, blanks and hyphens do not matter.
    pub fn is_named(&self, name: &str) -> bool {
        let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
        plain(&self.name) == plain(name)
    }
}

/// The form of a file of views.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewFile {
    /// The views, in order.
    #[serde(default, rename = "view")]
    pub views: Vec<SavedView>,
}

impl ViewFile {
    /// Reads a file of views.
    ///
    /// # Errors
    /// The place and the reason, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        match file.views.iter().find(|view| view.name.trim().is_empty()) {
            Some(_) => Err("a view has no name".to_owned()),
            None => Ok(file),
        }
    }

    /// Writes a file of views.
    pub fn to_text(&self) -> String {
        // A view is text all through, which TOML can always express.
        toml::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_views_comes_back_as_it_was() {
        let views = SavedView::built_in();
        let own = SavedView {
            name: "EMEA \"big\"".into(),
            query: "seats:>100 city:\"Bad Aibling\"".into(),
            columns: vec!["company".into(), "country".into()],
            sort: vec!["-seats".into()],
        };
        let file = ViewFile { views: views.into_iter().chain([own]).collect() };
        assert_eq!(ViewFile::parse(&file.to_text()), Ok(file));
    }

    #[test]
    fn a_mistake_in_a_file_of_views_has_its_place() {
        let wrong = ViewFile::parse("[[view]]\nname = \"A\"\nquerry = \"x\"\n").unwrap_err();
        assert!(wrong.contains("line 3") && wrong.contains("querry"), "{wrong}");
        assert_eq!(ViewFile::parse("[[view]]\nname = \" \"\n").unwrap_err(), "a view has no name");
        assert_eq!(ViewFile::parse(""), Ok(ViewFile::default()));
    }

    #[test]
    fn a_name_is_found_however_it_is_typed() {
        let view = SavedView { name: "New this month".into(), ..SavedView::default() };
        for name in ["New this month", "new-this-month", "NEW_THIS_MONTH"] {
            assert!(view.is_named(name), "{name}");
        }
        assert!(!view.is_named("new"));
    }
}
