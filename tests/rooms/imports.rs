//! Finds the paths by which one module of the crate reaches another.

use std::path::Path;

use syn::{
    Attribute, ItemMod, ItemUse, Macro, Path as CodePath, UseTree, Visibility,
    visit::{self, Visit},
};

/// A path from one module to an item of another.
pub(crate) struct Import {
    /// The module that holds the path.
    pub(crate) from: Vec<String>,
    /// The path, from the root of the crate on.
    pub(crate) to: Vec<String>,
    /// The file, for messages.
    pub(crate) place: String,
    /// True if only tests have the path.
    pub(crate) is_test: bool,
}

/// Returns the module that a file is, as a path from the root of the crate: empty for the root.
pub(crate) fn module_of(file: &Path) -> Vec<String> {
    let mut parts: Vec<String> =
        file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod" || last == "lib" && parts.len() == 1) {
        parts.pop();
    }
    parts
}

/// Returns every path in a file that leads to another module of the crate.
///
/// # Panics
///
/// If the file is not Rust.
pub(crate) fn of_file(name: &Path, code: &str) -> Vec<Import> {
    let file = syn::parse_file(code).unwrap_or_else(|error| panic!("{}: {error}", name.display()));
    let module = module_of(name);
    let is_test = module.iter().any(|part| part == "tests" || part == "stage");
    let mut finder = Finder { module, file: name.display().to_string(), is_test, found: Vec::new() };
    finder.visit_file(&file);
    finder.found
}

/// Walks through a file.
struct Finder {
    module: Vec<String>,
    file: String,
    is_test: bool,
    found: Vec<Import>,
}

impl Finder {
    /// Notes a path if it stays in the crate.
    fn note(&mut self, segments: &[String]) {
        let Some(to) = self.resolved(segments) else { return };
        let place = format!("src/{}", self.file);
        self.found.push(Import { from: self.module.clone(), to, place, is_test: self.is_test });
    }

    /// Returns the path from the root of the crate on.
    fn resolved(&self, segments: &[String]) -> Option<Vec<String>> {
        let (first, rest) = segments.split_first()?;
        let mut base = match first.as_str() {
            // The program reaches its library by name.
            "crate" | "vipmp" => Vec::new(),
            "self" => self.module.clone(),
            "super" => self.module.split_last()?.1.to_vec(),
            _ => return None,
        };
        for segment in rest {
            if segment == "super" {
                base.pop();
            } else {
                base.push(segment.clone());
            }
        }
        (!base.is_empty()).then_some(base)
    }

    /// Notes every leaf of a `use` declaration.
    fn leaves(&mut self, tree: &UseTree, prefix: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.leaves(&path.tree, prefix);
                prefix.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.leaves(tree, prefix)),
            UseTree::Name(name) => self.leaf(prefix, (name.ident != "self").then(|| name.ident.to_string())),
            UseTree::Rename(rename) => {
                self.leaf(prefix, (rename.ident != "self").then(|| rename.ident.to_string()));
            }
            UseTree::Glob(_) => self.leaf(prefix, None),
        }
    }

    fn leaf(&mut self, prefix: &[String], last: Option<String>) {
        let path: Vec<String> = prefix.iter().cloned().chain(last).collect();
        self.note(&path);
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        // A room hands on what it holds; what it hands on of others is an import like any.
        self.leaves(&item.tree, &mut Vec::new());
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let before = self.is_test;
        self.is_test |= item.attrs.iter().any(is_cfg_test);
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
        self.is_test = before;
    }

    // `pub(in crate::tui)` says who may look in, which is no import.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast CodePath) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.note(&segments);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        // The arguments of most macros are expressions, but not of all: paths are found token by token.
        let mut path: Vec<String> = Vec::new();
        for token in flat(item.tokens.clone()) {
            match token {
                Token::Name(name) => path.push(name),
                Token::Colon => {}
                Token::Other => self.note(&std::mem::take(&mut path)),
            }
        }
        self.note(&path);
        visit::visit_macro(self, item);
    }
}

/// Returns true for `#[cfg(test)]`.
fn is_cfg_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "test")
}

/// A token as far as paths are concerned.
enum Token {
    Name(String),
    Colon,
    Other,
}

/// Returns the tokens of a macro's arguments, those in brackets too. Two names without a colon between them belong to two
/// paths.
fn flat(tokens: proc_macro2::TokenStream) -> Vec<Token> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Ident(ident) => {
                if !matches!(found.last(), Some(Token::Colon)) {
                    found.push(Token::Other);
                }
                found.push(Token::Name(ident.to_string()));
            }
            proc_macro2::TokenTree::Punct(punct) if punct.as_char() == ':' => found.push(Token::Colon),
            proc_macro2::TokenTree::Group(group) => {
                found.push(Token::Other);
                found.extend(flat(group.stream()));
                found.push(Token::Other);
            }
            _ => found.push(Token::Other),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the paths that a file with this code leads to, each with the module that holds it.
    fn found(name: &str, code: &str) -> Vec<String> {
        let imports = of_file(Path::new(name), code);
        imports
            .iter()
            .map(|import| format!("{} -> {}", import.from.join("::"), import.to.join("::")))
            .collect()
    }

    #[test]
    fn groups_renames_and_globs_are_leaves() {
        let code = "use crate::{a::{self, B}, c as d, e::*}; use std::fmt; use super::f;";
        let expected = ["x::y -> a", "x::y -> a::B", "x::y -> c", "x::y -> e", "x::y -> x::f"];
        assert_eq!(found("x/y.rs", code), expected);
    }

    #[test]
    fn paths_outside_of_declarations_count() {
        let code = "fn f(a: crate::a::B) -> Vec<crate::c::D> { super::g(a); vec![crate::h::I, self::j()] }";
        let expected = ["x -> a::B", "x -> c::D", "x -> g", "x -> h::I", "x -> x::j"];
        assert_eq!(found("x/mod.rs", code), expected);
    }

    #[test]
    fn modules_in_a_file_have_their_own_parent() {
        let code = "mod tests { use super::a; use super::super::b; fn f() { assert_eq!(crate::c::D, 1); } }";
        assert_eq!(
            found("x/y.rs", code),
            ["x::y::tests -> x::y::a", "x::y::tests -> x::b", "x::y::tests -> c::D"]
        );
    }

    #[test]
    fn tests_are_told_apart() {
        let code = "use crate::a; #[cfg(test)] mod tests { use crate::b; } mod more { use crate::c; }";
        let imports = of_file(Path::new("x.rs"), code);
        assert_eq!(imports.iter().map(|import| import.is_test).collect::<Vec<_>>(), [false, true, false]);
        assert!(of_file(Path::new("x/tests/y.rs"), "use crate::a;")[0].is_test);
    }

    #[test]
    fn who_may_look_in_is_no_import() {
        assert_eq!(found("x/y.rs", "pub(in crate::tui) struct A; pub(super) fn b() {}"), [""; 0]);
    }
}
