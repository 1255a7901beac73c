//! The choice of the profile or the demo that a command works with.
//!
//! The demo is chosen automatically only if nothing is configured and nothing was named: fictional customers are never
//! printed in place of real ones. If the named profile or configuration cannot be used, the error says why.

use super::{Arguments, context::CommandContext};
use crate::{
    account::AccountId,
    config::{DEMO, FOLDER_VARIABLE, NamedBy, joined},
    text,
};

/// The environment variable that names the profile to use. An empty value counts as unset.
const PROFILE_VARIABLE: &str = "VIPMP_PROFILE";

/// The chosen profile or demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TargetChoice {
    pub(super) target: AccountId,
    /// A note for standard error: that the data is fictional although `--demo` was not given, or that the profile was
    /// guessed.
    pub(super) note: Option<String>,
    /// The reason why the guess may be wrong. The screen shows it and uses the guess; a command refuses it.
    doubt: Option<String>,
}

/// The reason why no profile can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ChoiceError {
    /// The command line or the environment names a profile that does not exist.
    #[error("{0}")]
    Unknown(String),
    /// The named configuration or its folder does not exist, or has no profile.
    #[error("{0}")]
    Missing(String),
    /// The system has no folder for the configuration.
    #[error("no folder for config.toml was found: set HOME or VIPMP_CONFIG_DIR, or use --config")]
    NoFolder,
    /// The configuration cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// A mistake in the configuration makes the profile unusable.
    #[error("{0}")]
    Invalid(String),
    /// A mistake in the configuration hides which of several profiles is the default.
    #[error("{0}")]
    Ambiguous(String),
}

impl ChoiceError {
    /// Returns the next step for the user.
    pub(super) fn todo(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "Check --profile and VIPMP_PROFILE; `vipmp profile list` lists the names.",
            Self::Missing(_) => {
                "Check the path, add a profile to it with `vipmp profile add`, or use --demo for fictional demo data."
            }
            Self::NoFolder => "Use --demo for fictional demo data.",
            Self::Unreadable(_) => {
                "Make it a UTF-8 text file that you can read, name another with --config, or use --demo for fictional demo data."
            }
            Self::Invalid(_) => "Correct the configuration, or use --demo for fictional demo data.",
            Self::Ambiguous(_) => "Name the profile with --profile, or correct the configuration.",
        }
    }
}

impl TargetChoice {
    pub(super) fn of(target: AccountId) -> Self {
        Self { target, note: None, doubt: None }
    }

    /// Adds a note if `by`, a variable or setting that is easily forgotten, selects the demo.
    fn chosen_by(self, by: &str) -> Self {
        let note = (self.target == AccountId::Demo)
            .then(|| format!("{by} is set to demo, so this is fictional demo data."));
        Self { note, ..self }
    }

    /// Returns the choice.
    ///
    /// # Errors
    /// [`ChoiceError::Ambiguous`] if it may be wrong.
    pub(super) fn certain(self) -> Result<Self, ChoiceError> {
        match self.doubt {
            Some(doubt) => Err(ChoiceError::Ambiguous(doubt)),
            None => Ok(self),
        }
    }
}

impl CommandContext {
    /// Chooses by the options, then the environment, then the configuration, then the only profile or the one used last,
    /// then the demo.
    pub(super) fn choose(&self, arguments: &Arguments) -> Result<TargetChoice, ChoiceError> {
        if arguments.demo {
            return Ok(TargetChoice::of(AccountId::Demo));
        }
        if let Some(name) = &arguments.profile {
            if name.trim().is_empty() {
                return Err(ChoiceError::Unknown(
                    "--profile is empty: it needs the name of a profile".to_owned(),
                ));
            }
            return self.named(name.trim()).map(TargetChoice::of);
        }
        // Not read by clap: the variable would then conflict with --demo as the option does.
        let of_environment =
            std::env::var_os(PROFILE_VARIABLE).map(|name| name.to_string_lossy().into_owned());
        if let Some(name) = of_environment.filter(|name| !name.trim().is_empty()) {
            return Ok(TargetChoice::of(self.named(name.trim())?).chosen_by(PROFILE_VARIABLE));
        }
        if let Some(name) = &self.loaded.config.default_profile {
            if let Some(problem) = self.loaded.wrong_default() {
                return Err(ChoiceError::Invalid(problem.to_string()));
            }
            let target = self.named(name).map_err(|error| ChoiceError::Invalid(error.to_string()))?;
            return Ok(TargetChoice::of(target).chosen_by("default_profile"));
        }
        self.guess()
    }

    /// Returns the profile of this name.
    pub(super) fn named(&self, name: &str) -> Result<AccountId, ChoiceError> {
        // A profile named demo in the file is reported as an error: its author did not mean the built-in demo.
        if name == DEMO && !self.loaded.names.iter().any(|known| known == DEMO) {
            return Ok(AccountId::Demo);
        }
        match self.loaded.profile(name) {
            Ok(profile) => {
                Ok(AccountId::Profile { name: name.to_owned(), profile: Box::new(profile.clone()) })
            }
            Err(why) if self.loaded.unread().is_some() => Err(ChoiceError::Unreadable(why)),
            Err(why) if self.loaded.may_have(name) => Err(ChoiceError::Invalid(why)),
            Err(why) => Err(self
                .missing_config()
                .unwrap_or_else(|| ChoiceError::Unknown(text::clean(&why).into_owned()))),
        }
    }

    /// Guesses: the profile used last, or the first one, or the demo if nothing is configured.
    fn guess(&self) -> Result<TargetChoice, ChoiceError> {
        let (loaded, names) = (&self.loaded, &self.loaded.names);
        let hidden: Vec<_> = loaded.hidden_by().collect();
        if names.is_empty() {
            if let Some(absent) = self.missing_config() {
                return Err(absent);
            }
            if let Some(problem) = loaded.unread() {
                return Err(ChoiceError::Unreadable(problem.to_string()));
            }
            if !hidden.is_empty() {
                return Err(ChoiceError::Invalid(format!("no profile can be used: {}", joined(&hidden))));
            }
            if let Some((file, by)) = self.named_file() {
                return Err(ChoiceError::Missing(format!("{file} has no profile (named by {by})")));
            }
            let note = "no profile is configured, so this is fictional demo data. \
                        Add your own with: vipmp profile add NAME";
            return Ok(TargetChoice { note: Some(note.to_owned()), ..TargetChoice::of(AccountId::Demo) });
        }
        let last = self.state.last_used(names);
        let Some(name) = last.or_else(|| loaded.config.profiles.keys().next()) else {
            let all: Vec<String> = names.iter().filter_map(|name| loaded.profile(name).err()).collect();
            return Err(ChoiceError::Invalid(all.join("; ")));
        };
        let choice = TargetChoice::of(self.named(name)?);
        if names.len() == 1 && loaded.default_hidden_by().next().is_none() {
            return Ok(choice);
        }
        let why = match last {
            Some(_) => "the one used last",
            None if names.len() > 1 => "the first that can be used",
            None => "the only one that can be read",
        };
        let note = format!(
            "no default profile is set, so this is profile {name}, {why}. \
             Choose with --profile NAME or: vipmp profile use NAME"
        );
        let hidden: Vec<_> = loaded.default_hidden_by().collect();
        let doubt = (names.len() > 1 && !hidden.is_empty())
            .then(|| format!("it is not clear which profile is meant: {}", joined(&hidden)));
        Ok(TargetChoice { note: Some(note), doubt, ..choice })
    }

    /// Returns an error if the named configuration does not exist, or if there is no folder to look in.
    pub(super) fn missing_config(&self) -> Option<ChoiceError> {
        if self.loaded.found || self.loaded.unread().is_some() {
            return None;
        }
        if self.loaded.file.is_none() {
            return Some(ChoiceError::NoFolder);
        }
        let (file, by) = self.named_file()?;
        let tilde = if file.contains("/~") {
            "; only the shell expands `~`, so write out your home folder"
        } else {
            ""
        };
        Some(ChoiceError::Missing(format!("{file} does not exist (named by {by}{tilde})")))
    }

    /// Returns the named configuration, and the option or variable that names it.
    fn named_file(&self) -> Option<(String, &'static str)> {
        let file = text::clean(&self.loaded.file.as_deref()?.display().to_string()).into_owned();
        Some(match self.named_by? {
            NamedBy::Option => (file, "--config"),
            NamedBy::Variable => (file, FOLDER_VARIABLE),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use clap::Parser as _;

    use super::*;
    use crate::{
        cli::context::tests::{context, of},
        config::{Loaded, load},
    };

    fn missing(file: &str) -> Loaded {
        let mut loaded = Loaded::default();
        loaded.file = Some(PathBuf::from(file));
        loaded
    }

    fn choose(context: &CommandContext, words: &[&str]) -> Result<TargetChoice, ChoiceError> {
        context.choose(&Arguments::parse_from([&["vipmp"], words].concat()))
    }

    /// Returns the name of the chosen profile and the note about it.
    fn certain(context: &CommandContext, words: &[&str]) -> Result<(String, Option<String>), ChoiceError> {
        let choice = choose(context, words).and_then(TargetChoice::certain)?;
        Ok((choice.target.name().unwrap_or("demo").to_owned(), choice.note))
    }

    fn name(context: &CommandContext, words: &[&str]) -> String {
        certain(context, words).unwrap().0
    }

    const TWO: &str = "[profiles.a]\nreseller_id = '1'\nclient_id = 'c'\nclient_secret = { env = 'X' }\n\
                       [profiles.b]\nreseller_id = '2'\nclient_id = 'c'\nclient_secret = { env = 'X' }\n";
    const BROKEN: &str = "[profiles.c]\nreseller_id = '1'\n";

    #[test]
    fn the_demo_is_automatic_only_if_nothing_is_configured_and_has_a_note() {
        let message = "no profile is configured, so this is fictional demo data. \
                    Add your own with: vipmp profile add NAME";
        let nothing = missing("config.toml");
        for context in
            [of(nothing), context(""), context("# [profiles.a]\n"), context("[ui]\npage_szie = 7\n")]
        {
            assert_eq!(certain(&context, &[]), Ok(("demo".to_owned(), Some(message.to_owned()))));
            assert_eq!(certain(&context, &["--demo"]), Ok(("demo".to_owned(), None)));
            assert_eq!(certain(&context, &["--profile", "demo"]), Ok(("demo".to_owned(), None)));
        }
        let by_default = certain(&context("default_profile = 'demo'\n"), &[]).unwrap();
        assert_eq!(
            by_default.1.as_deref(),
            Some("default_profile is set to demo, so this is fictional demo data.")
        );
    }

    #[test]
    fn an_unusable_configuration_never_leads_to_the_demo() {
        for (text, message) in [
            (
                "[profile.x]\nreseller_id = '1'\n",
                "config.toml:1:2: profile: unknown key, did you mean profiles?",
            ),
            ("[x]\nreseller_id = '1'\n", "config.toml:1:2: x: unknown key"),
            ("[profiles.x\nreseller_id = '1'\n", "config.toml:1:12: "),
            ("[[profiles]]\nname = 'x'\n", "profiles: must be a table"),
            ("[ui]\nmouse = = true\n", "config.toml:2:9: "),
            ("default_profile = 'x'\n", "config.toml:1:19: default_profile: there is no profile \"x\""),
            ("default_profile = 3\n", "config.toml:1:19: default_profile: must be"),
            ("[\0p\0r\0o\0f\0i\0l\0e\0s\0", "config.toml:1:"),
            (
                BROKEN,
                "profile c cannot be used: config.toml:1:11: profiles.c: client_id and client_secret are missing",
            ),
            (
                "[profiles.c]\n[profiles.d]\n",
                "profile d cannot be used: config.toml:2:11: profiles.d: reseller_id",
            ),
        ] {
            let context = context(text);
            let Err(ChoiceError::Invalid(why)) = certain(&context, &[]) else {
                panic!("{text}: {:?}", choose(&context, &[]))
            };
            assert!(why.contains(message), "{text}: {why}");
            assert_eq!(name(&context, &["--demo"]), "demo");
        }
    }

    #[test]
    fn a_named_file_must_exist_and_have_a_profile() {
        let nothing = missing("/x/config.toml");
        for (named_by, message) in [
            (NamedBy::Option, "/x/config.toml does not exist (named by --config)"),
            (NamedBy::Variable, "/x/config.toml does not exist (named by VIPMP_CONFIG_DIR)"),
        ] {
            let context = CommandContext { named_by: Some(named_by), ..of(nothing.clone()) };
            for words in [&[][..], &["--profile", "a"]] {
                assert_eq!(certain(&context, words), Err(ChoiceError::Missing(message.to_owned())));
            }
            assert_eq!(name(&context, &["--demo"]), "demo");
        }
        let tilde = missing("/x/~/c.toml");
        let tilde = CommandContext { named_by: Some(NamedBy::Option), ..of(tilde) };
        assert!(certain(&tilde, &[]).unwrap_err().to_string().contains("only the shell expands `~`"));
        let empty = CommandContext { named_by: Some(NamedBy::Option), ..context("") };
        let message = "config.toml has no profile (named by --config)".to_owned();
        assert_eq!(certain(&empty, &[]), Err(ChoiceError::Missing(message)));
        assert_eq!(certain(&of(Loaded::default()), &[]), Err(ChoiceError::NoFolder));
    }

    #[test]
    fn an_unreadable_file_is_the_reason_whatever_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, b"\xff\xfe[\0u\0i\0]\0").unwrap();
        let context = of(load(Some(&file)));
        for words in [&[][..], &["--profile", "a"]] {
            let Err(ChoiceError::Unreadable(why)) = certain(&context, words) else { panic!("unread") };
            assert!(why.ends_with("config.toml: cannot be read: it is not UTF-8 text"), "{why}");
        }
    }

    #[test]
    fn options_override_the_file() {
        let with_default = context(&format!("default_profile = 'b'\n{TWO}"));
        assert_eq!(certain(&with_default, &[]), Ok(("b".to_owned(), None)));
        assert_eq!(name(&with_default, &["--profile", "a"]), "a");
        assert_eq!(name(&with_default, &["--profile", "demo"]), "demo");
        assert_eq!(name(&with_default, &["--demo"]), "demo");
        assert!(matches!(certain(&with_default, &["--profile", " "]), Err(ChoiceError::Unknown(_))));
    }

    #[test]
    fn a_guess_among_several_has_a_note() {
        let note = |context: &CommandContext| certain(context, &[]).unwrap().1.unwrap_or_default();
        let mut two = context(TWO);
        assert_eq!(name(&two, &[]), "a");
        assert_eq!(
            note(&two),
            "no default profile is set, so this is profile a, the first that can be used. \
             Choose with --profile NAME or: vipmp profile use NAME"
        );
        two.state.profiles.entry("b".into()).or_default().last_used = "2026-11-24T10:00:00Z".parse().ok();
        assert!(note(&two).contains("this is profile b, the one used last"));
        let (one, _) = TWO.split_once("[profiles.b]").unwrap();
        assert_eq!(certain(&context(one), &[]), Ok(("a".to_owned(), None)));
    }

    #[test]
    fn the_last_used_profile_is_not_replaced_by_another_if_it_breaks() {
        let mut context = context(&format!("{TWO}{BROKEN}"));
        context.state.profiles.entry("c".into()).or_default().last_used = "2026-11-24T10:00:00Z".parse().ok();
        let Err(ChoiceError::Invalid(why)) = certain(&context, &[]) else { panic!("broken") };
        assert!(why.starts_with("profile c cannot be used: "), "{why}");
    }

    #[test]
    fn an_unreadable_default_prevents_a_guess_among_several() {
        for line in ["default_profile 'b'", "defualt_profile = 'b'", "default_profile = 2"] {
            let unclear = context(&format!("{line}\n{TWO}"));
            let Err(ChoiceError::Ambiguous(why)) = certain(&unclear, &[]) else { panic!("{line}") };
            assert!(why.starts_with("it is not clear which profile is meant: config.toml:1:"), "{why}");
            assert!(choose(&unclear, &[]).is_ok(), "the screen shows it and goes on");
            assert_eq!(name(&unclear, &["--profile", "b"]), "b");
        }
        assert_eq!(
            name(&context(&format!("default_profile = b\n{TWO}")), &[]),
            "b",
            "only the quotes are missing"
        );
        assert_eq!(name(&context(&format!("colour = 'red'\n{TWO}")), &[]), "a");
    }

    #[test]
    fn a_broken_profile_is_distinguished_from_an_unknown_one() {
        let broken = context(&format!("default_profile = 'c'\n{TWO}{BROKEN}"));
        let Err(ChoiceError::Invalid(words)) = certain(&broken, &[]) else { panic!("broken") };
        assert!(words.contains("client_id and client_secret are missing"), "{words}");
        assert!(matches!(certain(&broken, &["--profile", "c"]), Err(ChoiceError::Invalid(_))));
        let Err(ChoiceError::Unknown(words)) = certain(&broken, &["--profile", "d"]) else {
            panic!("unknown")
        };
        assert!(words.contains("there is no profile d"), "{words}");
    }
}
