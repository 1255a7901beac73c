//! Changing profiles in `config.toml`, when the user asks for it: everything else in the file stays as it was
//! written, comments and order too.

use std::{
    io,
    path::{Path, PathBuf},
};

use secrecy::ExposeSecret;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use super::{Environment, Profile, SIZE_LIMIT, SecretSource};
use crate::{files, text};

/// One change.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    /// Adds or changes a profile. `former` is its previous name, if it is renamed.
    Put {
        /// The name up to now.
        former: Option<&'a str>,
        /// The name.
        name: &'a str,
        /// The profile.
        profile: &'a Profile,
    },
    /// Takes a profile out.
    Remove(&'a str),
    /// Starts with this profile from now on.
    Default(&'a str),
}

/// An error while the configuration is changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It cannot be read or written.
    #[error("{} cannot be changed: {source}", text::display_path(path))]
    File {
        /// The configuration.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Its grammar is broken: a change could lose something.
    #[error(
        "{} has mistakes, so it was not changed. Fix them first (line {line}: {message})",
        text::display_path(path)
    )]
    Broken {
        /// The configuration.
        path: PathBuf,
        /// The line of the first mistake, from 1.
        line: usize,
        /// The kind of file.
        message: String,
    },
    /// There is no such profile.
    #[error("there is no profile {0}")]
    NoProfile(String),
    /// `profiles` is something else than a table.
    #[error("profiles is not a table in {}. Fix that first", text::display_path(.0))]
    NoTable(PathBuf),
}

/// Makes these changes to a file, which is made if need be. Blocks: for a blocking task.
///
/// # Errors
/// See [`EditError`]; the file is then as it was.
pub fn edit(file: &Path, changes: &[Change<'_>]) -> Result<(), EditError> {
    let failed = |source| EditError::File { path: file.to_owned(), source };
    let _lock = files::lock(file).map_err(failed)?;
    let text = files::read_text(file, SIZE_LIMIT).map_err(failed)?.unwrap_or_default();
    files::write(file, edited(&text, file, changes)?.as_bytes()).map_err(failed)
}

/// Returns the text of a configuration with these changes. `file` is its name in errors.
///
/// # Errors
/// See [`EditError`]; none is about the file itself.
pub fn edited(text: &str, file: &Path, changes: &[Change<'_>]) -> Result<String, EditError> {
    let mut document: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| EditError::Broken {
            path: file.to_owned(),
            line: error.span().map_or(1, |span| super::SourceLocation::of(text, span.start).line),
            message: error.message().lines().next().unwrap_or_default().to_owned(),
        })?;
    for change in changes {
        match *change {
            Change::Put { former, name, profile } => put(&mut document, file, former, name, profile)?,
            Change::Remove(name) => remove(&mut document, file, name)?,
            Change::Default(name) => set_default(&mut document, name),
        }
    }
    Ok(document.to_string())
}

fn profiles<'d>(document: &'d mut DocumentMut, file: &Path) -> Result<&'d mut dyn TableLike, EditError> {
    let item = document.entry("profiles").or_insert_with(|| {
        let mut table = Table::new();
        // `[profiles]` alone would be a heading without anything below it.
        table.set_implicit(true);
        Item::Table(table)
    });
    item.as_table_like_mut().ok_or_else(|| EditError::NoTable(file.to_owned()))
}

fn put(
    document: &mut DocumentMut,
    file: &Path,
    former: Option<&str>,
    name: &str,
    profile: &Profile,
) -> Result<(), EditError> {
    let all = profiles(document, file)?;
    if let Some(former) = former.filter(|former| *former != name) {
        let item = all.remove(former).ok_or_else(|| EditError::NoProfile(former.to_owned()))?;
        all.insert(name, item);
        if document.get("default_profile").and_then(Item::as_str) == Some(former) {
            set_default(document, name);
        }
    }
    let all = profiles(document, file)?;
    if !all.get(name).is_some_and(Item::is_table_like) {
        all.insert(name, Item::Table(Table::new()));
    }
    let Some(table) = all.get_mut(name).and_then(Item::as_table_like_mut) else {
        return Err(EditError::NoTable(file.to_owned()));
    };
    let custom = profile.environment == Environment::Custom;
    let source = profile.sign_in.source();
    let other = if profile.sign_in.key() == "client_secret" { "access_token" } else { "client_secret" };
    table.remove(other);
    set(table, "environment", Some(profile.environment.name().into()));
    set(table, "api_url", custom.then(|| profile.api_url.as_str().into()));
    let own = !profile.has_usual_token_url() && !profile.lacks_token_service();
    set(table, "token_url", own.then(|| profile.token_url.as_str().into()));
    set(table, "reseller_id", Some(profile.reseller_id.as_str().into()));
    set(table, "client_id", Some(profile.client_id.as_str().into()));
    set(table, profile.sign_in.key(), Some(source_value(source)));
    Ok(())
}

/// Sets a key or takes it out; a comment behind its value stays.
fn set(table: &mut dyn TableLike, key: &str, wanted: Option<Value>) {
    let Some(mut wanted) = wanted else {
        table.remove(key);
        return;
    };
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(held) => {
            *wanted.decor_mut() = held.decor().clone();
            *held = wanted;
        }
        None => {
            table.insert(key, value(wanted));
        }
    }
}

fn source_value(source: &SecretSource) -> Value {
    let mut table = InlineTable::new();
    match source {
        SecretSource::Keyring => table.insert("keyring", true.into()),
        SecretSource::Env(name) => table.insert("env", name.as_str().into()),
        SecretSource::File(path) => table.insert("file", path.display().to_string().into()),
        SecretSource::Command(words) => table.insert("command", Array::from_iter(words).into()),
        SecretSource::Inline(literal) => return literal.secret().expose_secret().into(),
    };
    table.into()
}

fn remove(document: &mut DocumentMut, file: &Path, name: &str) -> Result<(), EditError> {
    profiles(document, file)?.remove(name).ok_or_else(|| EditError::NoProfile(name.to_owned()))?;
    if document.get("default_profile").and_then(Item::as_str) == Some(name) {
        document.remove("default_profile");
    }
    Ok(())
}

fn set_default(document: &mut DocumentMut, name: &str) {
    match document.get_mut("default_profile").and_then(Item::as_value_mut) {
        Some(held) => {
            let decor = held.decor().clone();
            *held = name.into();
            *held.decor_mut() = decor;
        }
        None => {
            document.insert("default_profile", value(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{InlineSecret, SignIn, load};
    use super::*;

    fn profile(source: SecretSource) -> Profile {
        Profile::sandbox("abc", source)
    }

    fn put<'a>(name: &'a str, profile: &'a Profile) -> Change<'a> {
        Change::Put { former: None, name, profile }
    }

    #[test]
    fn the_first_profile_makes_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/config.toml");
        let profile = profile(SecretSource::Keyring);
        edit(&file, &[put("emea", &profile), Change::Default("emea")]).unwrap();
        assert_eq!(
            std::fs::read_to_string(&file).unwrap(),
            "default_profile = \"emea\"\n\n[profiles.emea]\nenvironment = \"sandbox\"\nreseller_id = \"1000396138\"\n\
             client_id = \"abc\"\nclient_secret = { keyring = true }\n"
        );
        let loaded = load(Some(&file));
        assert_eq!((loaded.problems, &loaded.config.profiles["emea"]), (vec![], &profile));
    }

    #[test]
    fn everything_else_stays_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        let before = "# mine\ndefault_profile = 'a' # the usual\n\n[ui]\nmouse  =  false # no\n\n# of the north\n[profiles.a]\n\
                      reseller_id = '7' # seven\nclient_id = 'x'\naccess_token = { env = 'T' }\n\n[profiles.b]\n# nothing yet\n\n\
                      [keys]\nquit = 'Q'\n";
        std::fs::write(&file, before).unwrap();
        let profile = profile(SecretSource::Env("S".into()));
        edit(&file, &[Change::Put { former: Some("a"), name: "north", profile: &profile }]).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        for kept in [
            "# mine\ndefault_profile = \"north\" # the usual\n",
            "mouse  =  false # no\n",
            "# of the north\n[profiles.north]\n",
            "reseller_id = \"1000396138\" # seven\n",
            "[profiles.b]\n# nothing yet\n",
            "[keys]\nquit = 'Q'\n",
        ] {
            assert!(text.contains(kept), "{kept} is not in\n{text}");
        }
        assert!(!text.contains("access_token"), "{text}");
        edit(&file, &[Change::Remove("north"), Change::Remove("b")]).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("# mine\n") || !text.contains("default_profile"), "{text}");
        assert!(!text.contains("profiles") && text.contains("[keys]\nquit = 'Q'\n"), "{text}");
    }

    #[test]
    fn every_source_comes_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        for source in [
            SecretSource::Keyring,
            SecretSource::Env("A".into()),
            SecretSource::File("/x/y \"z\"".into()),
            SecretSource::Command(vec!["pass".into(), "show it".into()]),
            SecretSource::Inline(InlineSecret::new("a\"b")),
        ] {
            let mut profile = profile(source);
            edit(&file, &[put("a", &profile)]).unwrap();
            assert_eq!(load(Some(&file)).config.profiles["a"], profile);
            profile.sign_in = SignIn::AccessToken(profile.sign_in.source().clone());
            profile.environment = Environment::Custom;
            profile.api_url = "https://gw.example.com/x".parse().unwrap();
            profile.token_url = "https://gw.example.com/token".parse().unwrap();
            edit(&file, &[put("a", &profile)]).unwrap();
            assert_eq!(load(Some(&file)).config.profiles["a"], profile);
        }
    }

    #[test]
    fn a_file_with_mistakes_and_a_missing_profile_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, "[ui]\nmouse = = true\n").unwrap();
        let told = edit(&file, &[Change::Default("a")]).unwrap_err().to_string();
        assert!(told.contains("Fix them first (line 2: "), "{told}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "[ui]\nmouse = = true\n");
        std::fs::write(&file, "profiles = 3\n").unwrap();
        assert!(matches!(edit(&file, &[Change::Remove("a")]), Err(EditError::NoTable(_))));
        std::fs::write(&file, "").unwrap();
        assert!(matches!(edit(&file, &[Change::Remove("a")]), Err(EditError::NoProfile(_))));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "");
    }
}
