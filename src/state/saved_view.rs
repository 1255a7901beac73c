//! Views of the portfolio: a query with its columns and its order, under a name.

use serde::{Deserialize, Serialize};

use crate::text;

/// The name of the API's own lists, which no view can have.
pub const LIVE: &str = "Live";

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

    /// Shows these columns behind the name, since the view is about them, and then the usual ones.
    fn with_columns(self, keys: &[&str]) -> Self {
        let usual = ["reseller-id", "customer-id", "status"];
        let columns = ["company"].iter().chain(keys).chain(&usual).map(|&key| key.to_owned()).collect();
        Self { columns, ..self }
    }

    /// Returns the views that every profile has.
    pub fn built_in() -> Vec<Self> {
        vec![
            Self::new("All customers", "", &["company"]),
            Self::new("New this month", "joined:this-month", &["-created"]),
            Self::new("Renewals", "renewal:-14d..30d", &["next-renewal", "-seats"]).with_columns(&[
                "next-renewal",
                "to-renew",
                "lapsing-seats",
                "renewal-change",
            ]),
            Self::new("Lapsing", "lapses:..45d", &["lapses", "-lapsing-seats"]).with_columns(&[
                "lapses",
                "lapsing-seats",
                "seats",
            ]),
            Self::new("Late renewals", "late-renewals:any", &["company"])
                .with_columns(&["late-renewals", "seats"]),
            Self::new("3YC", "3yc:any", &["3yc-end"]).with_columns(&[
                "3yc-status",
                "3yc-end",
                "3yc-short",
                "seats",
            ]),
            Self::new("Licences to order", "to-order:any", &["to-order-by"])
                .with_columns(&["to-order", "to-order-by"]),
            Self::new("Gone", "gone:yes", &["-gone"]).with_columns(&["gone-at"]),
            Self::new("Changes", "changed:7d", &["-changed"]).with_columns(&["changed-at"]),
            Self::new("Returnable", "returnable:any", &["returnable-until"])
                .with_columns(&["returnable", "returnable-until"]),
            Self::new("Auto-renewal changed", "auto-changed:30d", &["-auto-changed"]).with_columns(&[
                "auto-changed",
                "lapsing-seats",
                "next-renewal",
            ]),
        ]
    }

    /// Returns all views, in order: the built-in ones, then the user's own. One of the user's own replaces a built-in one of
    /// its name.
    pub fn all(own: &[Self]) -> Vec<Self> {
        let is_replaced = |view: &Self| own.iter().any(|own| own.is_named(&view.name));
        let built_in = Self::built_in().into_iter().filter(|view| !is_replaced(view));
        built_in.chain(own.iter().cloned()).collect()
    }

    /// Returns the view of this name.
    ///
    /// # Errors
    /// Names the nearest view, or all.
    pub fn named(name: &str, own: &[Self]) -> Result<Self, String> {
        let all = Self::all(own);
        let names = || all.iter().map(|view| view.name.as_str());
        if let Some(view) = all.iter().find(|view| view.is_named(name)) {
            return Ok(view.clone());
        }
        let hint = match text::did_you_mean(name, names()) {
            Some(near) => format!(", did you mean {}?", text::clean(near)),
            None => {
                format!(": the views are {}", names().map(text::clean).collect::<Vec<_>>().join(", "))
            }
        };
        Err(format!("there is no view {:?}{hint}", text::clean(name)))
    }

    /// Checks that the user may give a view this name.
    ///
    /// # Errors
    /// Says why not.
    pub fn check_name(name: &str) -> Result<(), String> {
        if plain(name).is_empty() {
            return Err("a view needs a name".to_owned());
        }
        let live = Self::new(LIVE, "", &[]);
        if Self::built_in().iter().chain([&live]).any(|view| view.is_named(name)) {
            return Err(format!("{} is the name of a built-in view", text::clean(name)));
        }
        Ok(())
    }

    /// Returns true if this is its name; case, blanks and hyphens do not matter.
    pub fn is_named(&self, name: &str) -> bool {
        plain(&self.name) == plain(name)
    }
}

/// Returns a name without what does not matter in it.
fn plain(name: &str) -> String {
    let matters = |c: &char| !c.is_whitespace() && !['-', '_'].contains(c);
    name.chars().filter(matters).collect::<String>().to_lowercase()
}

/// A change of the user's own views.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewChange {
    /// Adds a view, or replaces the one of its name.
    Put(SavedView),
    /// Deletes the view of this name.
    Delete(String),
    /// Moves the view of this name one place up.
    MoveUp(String),
    /// Moves the view of this name one place down.
    MoveDown(String),
}

impl ViewChange {
    /// Makes the change; returns false if there is nothing to change.
    pub fn apply(&self, views: &mut Vec<SavedView>) -> bool {
        let place = |name: &str| views.iter().position(|view| view.is_named(name));
        match self {
            Self::Put(view) => match place(&view.name) {
                Some(at) => views[at] = view.clone(),
                None => views.push(view.clone()),
            },
            Self::Delete(name) => match place(name) {
                Some(at) => drop(views.remove(at)),
                None => return false,
            },
            Self::MoveUp(name) => match place(name) {
                Some(at @ 1..) => views.swap(at, at - 1),
                _ => return false,
            },
            Self::MoveDown(name) => match place(name) {
                Some(at) if at + 1 < views.len() => views.swap(at, at + 1),
                _ => return false,
            },
        }
        true
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
    fn views_are_put_deleted_and_moved() {
        let view = |name: &str, query: &str| SavedView::new(name, query, &[]);
        let mut views = vec![view("One", "a"), view("Two", "b")];
        assert!(ViewChange::Put(view("one", "c")).apply(&mut views));
        assert_eq!(views, [view("one", "c"), view("Two", "b")]);
        assert!(ViewChange::Put(view("Three", "d")).apply(&mut views));
        assert!(ViewChange::MoveUp("three".into()).apply(&mut views));
        assert!(ViewChange::MoveDown("one".into()).apply(&mut views));
        assert_eq!(views, [view("Three", "d"), view("one", "c"), view("Two", "b")]);
        let whole = views.clone();
        for change in [
            ViewChange::MoveUp("three".into()),
            ViewChange::MoveDown("two".into()),
            ViewChange::Delete("four".into()),
        ] {
            assert!(!change.apply(&mut views), "{change:?}");
            assert_eq!(views, whole);
        }
        assert!(ViewChange::Delete("ONE".into()).apply(&mut views));
        assert_eq!(views, [view("Three", "d"), view("Two", "b")]);
    }

    #[test]
    fn some_names_cannot_be_given() {
        assert_eq!(SavedView::check_name(" \t"), Err("a view needs a name".to_owned()));
        for name in ["Live", " live", "gone", "all-customers", "New_this_month"] {
            let reason = SavedView::check_name(name).unwrap_err();
            assert!(reason.ends_with("is the name of a built-in view"), "{name}: {reason}");
        }
        assert_eq!(SavedView::check_name("Alive"), Ok(()));
    }

    #[test]
    fn a_view_of_the_users_own_comes_before_a_built_in_one() {
        let own = [SavedView::new("Gone", "gone:yes country:DE", &[])];
        assert_eq!(SavedView::named("gone", &own).unwrap(), own[0]);
        let names: Vec<_> = SavedView::all(&own).into_iter().map(|view| view.name).collect();
        assert_eq!(
            names,
            [
                "All customers",
                "New this month",
                "Renewals",
                "Lapsing",
                "Late renewals",
                "3YC",
                "Licences to order",
                "Changes",
                "Returnable",
                "Auto-renewal changed",
                "Gone"
            ]
        );
        assert_eq!(
            SavedView::named("gome", &[]).unwrap_err(),
            "there is no view \"gome\", did you mean Gone?"
        );
        assert!(
            SavedView::named("xyzzy", &own)
                .unwrap_err()
                .ends_with("the views are All customers, New this month, Renewals, Lapsing, Late renewals, 3YC, Licences to order, Changes, Returnable, Auto-renewal changed, Gone")
        );
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
