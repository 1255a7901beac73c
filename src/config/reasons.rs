//! Explanations why a profile cannot be used, including mistakes that may hide what was meant.

use super::{ConfigProblem, DEMO, Loaded, Profile, SourceLocation};
use crate::text;

/// The most reasons that are given in full.
const MOST: usize = 20;

impl Loaded {
    /// The profile of this name, or why there is none, with the nearest one that there is.
    ///
    /// # Errors
    /// All reasons, with file and line if they are known.
    pub fn profile(&self, name: &str) -> Result<&Profile, String> {
        if let Some(profile) = self.config.profiles.get(name) {
            return Ok(profile);
        }
        let shown = text::clean(name);
        if self.may_have(name) {
            return Err(format!("profile {shown} cannot be used: {}", joined(&self.reasons(name))));
        }
        let known = self.names.iter().map(String::as_str).chain([DEMO]);
        Err(match text::did_you_mean(name, known) {
            Some(near) => format!("there is no profile {shown}, did you mean {}?", text::clean(near)),
            None if self.names.is_empty() => {
                format!("there is no profile {shown}: create it with `vipmp profile add {shown}`")
            }
            None => {
                let names = self.names.join(", ");
                format!("there is no profile {shown}; the profiles are: {}", text::clean(&names))
            }
        })
    }

    /// Returns whether the file has a profile of this name, usable or not. It may be there under a misspelt heading, or in
    /// a part that cannot be read.
    pub fn may_have(&self, name: &str) -> bool {
        let is_it = |key: &str| key == name || is_near(key, "profiles");
        self.is_named(name) || self.hidden_by().any(|problem| problem.key.as_deref().is_none_or(is_it))
    }

    /// Returns the mistake that keeps the whole file from being read.
    pub fn unread(&self) -> Option<&ConfigProblem> {
        self.problems.iter().find(|problem| problem.is_grammar() && problem.place.is_none())
    }

    /// Returns the mistakes that may hide a profile, or the choice of one: in the grammar, of the file as a whole, and in
    /// the keys at its top.
    pub fn hidden_by(&self) -> impl Iterator<Item = &ConfigProblem> {
        self.problems.iter().filter(|problem| match problem.key.as_deref() {
            None => true,
            Some(key) => {
                let section = key.split('.').next().unwrap_or_default();
                !["ui", "network", "keys"].contains(&section) && !key.starts_with("profiles.")
            }
        })
    }

    /// Returns those of them that may hide which of several profiles is meant.
    pub fn default_hidden_by(&self) -> impl Iterator<Item = &ConfigProblem> {
        let is_it = |key: &str| is_near(key, "default_profile") || is_near(key, "profiles");
        self.hidden_by().filter(move |problem| problem.key.as_deref().is_none_or(is_it))
    }

    /// Returns the mistake in `default_profile`, if it is there and names no profile.
    pub fn wrong_default(&self) -> Option<&ConfigProblem> {
        self.problems.iter().find(|problem| problem.key.as_deref() == Some("default_profile"))
    }

    fn is_named(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// Returns everything that may be why this profile cannot be used.
    fn reasons(&self, name: &str) -> Vec<&ConfigProblem> {
        if !self.is_named(name) {
            return self.hidden_by().collect();
        }
        let own: Vec<&ConfigProblem> =
            self.problems.iter().filter(|problem| self.concerns(problem, name)).collect();
        // Those of a file with very many mistakes are not all kept.
        if own.is_empty() { self.problems.iter().collect() } else { own }
    }

    fn concerns(&self, problem: &ConfigProblem, name: &str) -> bool {
        match (&problem.key, problem.place) {
            (Some(key), _) => self.owner(key) == Some(name),
            (None, None) => true,
            (None, Some(place)) => self.has_in_its_table(name, place),
        }
    }

    /// Returns the profile that this key belongs to. Names may have dots, so the longest one that fits is meant.
    fn owner(&self, key: &str) -> Option<&str> {
        let rest = key.strip_prefix("profiles.")?;
        let fits = |name: &&String| {
            rest.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.names.iter().filter(fits).max_by_key(|name| name.len()).map(String::as_str)
    }

    /// Returns whether a place is between the beginning of this profile and the next key that is none of its own.
    fn has_in_its_table(&self, name: &str, place: SourceLocation) -> bool {
        let Some(start) = self.places.get(&format!("profiles.{name}")) else { return false };
        let others = self.places.iter().filter(|(key, _)| self.owner(key) != Some(name));
        let next = others.map(|(_, place)| *place).filter(|place| place.line > start.line).min();
        place.line >= start.line && next.is_none_or(|next| place < next)
    }
}

/// Returns whether a key was probably meant to be this one.
fn is_near(key: &str, meant: &str) -> bool {
    text::did_you_mean(key, [meant]).is_some() || key.to_lowercase().contains(meant.trim_end_matches('s'))
}

impl ConfigProblem {
    /// Returns whether it is about the grammar, or the file as a whole, rather than about a key.
    fn is_grammar(&self) -> bool {
        self.key.is_none()
    }
}

/// Writes mistakes as one line.
pub fn joined(problems: &[&ConfigProblem]) -> String {
    let mut all: Vec<String> = problems.iter().take(MOST).map(ToString::to_string).collect();
    if problems.len() > MOST {
        all.push(format!("and {} more mistakes", problems.len() - MOST));
    }
    all.join("; ")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{load, parse};

    fn read(text: &str) -> Loaded {
        parse(text, Path::new("config.toml"))
    }

    fn why(text: &str, name: &str) -> String {
        read(text).profile(name).map(|_| ()).unwrap_err()
    }

    const REST: &str = "reseller_id = '1'\nclient_id = 'c'\n";
    const SECRET: &str = "client_secret = { env = 'X' }\n";

    #[test]
    fn a_profile_that_cannot_be_used_has_all_its_reasons_with_their_places() {
        let text = format!("[profiles.a]\nreseler_id = '1'\nclient_id = ''\nenvironment = 'x'\n{SECRET}");
        let told = why(&text, "a");
        for reason in [
            "config.toml:1:11: profiles.a: reseller_id is missing",
            "config.toml:2:1: profiles.a.reseler_id: unknown key, did you mean reseller_id?",
            "config.toml:3:13: profiles.a.client_id: it must not be empty",
            "config.toml:4:15: profiles.a.environment: must be production, sandbox or custom",
        ] {
            assert!(told.contains(reason), "{reason}: {told}");
        }
        assert!(told.starts_with("profile a cannot be used: config.toml:1:11: "), "{told}");
    }

    #[test]
    fn contradictions_hide_no_other_reason() {
        let text =
            format!("[profiles.a]\napi_url = 'https://e.com'\nclient_id = 'c'\n{SECRET}access_token = 7\n");
        let told = why(&text, "a");
        for reason in [
            "only a profile with environment",
            "either client_secret or access_token",
            "reseller_id is missing",
        ] {
            assert!(told.contains(reason), "{reason}: {told}");
        }
    }

    #[test]
    fn every_key_that_is_left_out_or_misspelt_is_a_reason() {
        for (key, line) in [
            ("reseller_id", "reseller_id = '1'\n"),
            ("client_id", "client_id = 'c'\n"),
            ("client_secret", SECRET),
        ] {
            let whole = format!("[profiles.bad]\n{REST}{SECRET}");
            let told = why(&whole.replace(line, ""), "bad");
            assert!(told.contains(&format!("config.toml:1:11: profiles.bad: {key} is missing")), "{told}");
            let misspelt = line.replace(key, &key.replace('_', "-"));
            let told = why(&whole.replace(line, &misspelt), "bad");
            assert!(told.contains(&format!("unknown key, did you mean {key}?")), "{told}");
        }
        for line in ["client_secret = 'open\n", "client_secret\n", "client_secret = { env = }\n"] {
            let told = why(&format!("[profiles.bad]\n{REST}{line}\n[ui]\nmouse = fals\n"), "bad");
            assert!(told.contains("config.toml:4:") && !told.contains("config.toml:7:"), "{told}");
        }
    }

    #[test]
    fn a_name_within_another_has_its_own_reasons() {
        let text = format!("[profiles.a]\n{REST}{SECRET}[profiles.'a.b']\n{REST}");
        let loaded = read(&text);
        assert!(loaded.profile("a").is_ok());
        let told = why(&text, "a.b");
        assert!(told.contains("config.toml:5:11: profiles.a.b: client_secret is missing"), "{told}");
        let only = format!("[profiles.'a.b']\n{REST}");
        assert_eq!(why(&only, "a"), "there is no profile a; the profiles are: a.b");
    }

    #[test]
    fn a_file_that_is_read_in_parts_may_have_any_profile() {
        let told = why("[profile.x]\nreseller_id = '1'\n", "x");
        assert_eq!(
            told,
            "profile x cannot be used: config.toml:1:2: profile: unknown key, did you mean profiles?"
        );
        let told = why("[profiles.x\nreseller_id = '1'\n", "x");
        assert!(told.starts_with("profile x cannot be used: config.toml:1:12: "), "{told}");
        let told = why("[emea]\nreseller_id = '1'\n", "emea");
        assert!(
            told.starts_with("profile emea cannot be used: config.toml:1:2: emea: unknown key"),
            "{told}"
        );
        for text in ["[ui]\npage_szie = 1\n", "colour = 'red'\n"] {
            assert!(why(text, "x").starts_with("there is no profile x"), "{text}");
        }
    }

    #[test]
    fn what_may_hide_the_choice_of_a_profile_is_known() {
        let hidden = |text: &str| {
            let loaded = read(text);
            (loaded.hidden_by().count(), loaded.default_hidden_by().count())
        };
        for text in [
            "default_profile = emea\n",
            "default_profile 'emea'\n",
            "default_profile = 3\n",
            "default_profile = 'emea'\n",
            "defualt_profile = 'emea'\n",
            "profile = 'emea'\n",
            "profiles = 'emea'\n",
            "[profile.emea]\n",
        ] {
            assert_eq!(hidden(text), (1, 1), "{text}");
        }
        assert_eq!(hidden("colour = 'red'\n[server]\nport = 1\n"), (2, 0));
        assert_eq!(hidden("[ui]\npage_szie = 1\n[network]\nx = 1\n[profiles.a]\nx = 1\n"), (0, 0));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, b"# Z\xfcrich\n[profiles.a]\n").unwrap();
        let loaded = load(Some(&file));
        let told = loaded.profile("a").map(|_| ()).unwrap_err();
        let why =
            format!("profile a cannot be used: {}: cannot be read: it is not UTF-8 text", file.display());
        assert_eq!((told, loaded.unread().is_some()), (why, true));
    }

    #[test]
    fn a_name_of_the_file_cannot_drive_the_terminal() {
        let text = "default_profile = \"ab\"\n[profiles.\"a\\u001bb\"]\n";
        let loaded = read(text);
        let told: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
        assert!(
            told.contains(
                &"config.toml:1:19: default_profile: there is no profile \"ab\", did you mean a␛b?"
                    .to_owned()
            ),
            "{told:?}"
        );
        for words in told.into_iter().chain([why(text, "ab"), why(text, "a\u{1b}b"), why(text, "x")]) {
            assert!(!words.contains(char::is_control), "{words:?}");
        }
    }

    #[test]
    fn of_very_many_reasons_the_first_are_given_and_the_others_counted() {
        let told = why(&format!("{}[profiles.a]\n", "x\n".repeat(1_000)), "a");
        assert!(told.starts_with("profile a cannot be used: config.toml:1:2: key with no value"), "{told}");
        assert!(told.ends_with("; and 181 more mistakes"), "{told}");
    }
}
