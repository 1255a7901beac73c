//! Builds a profile from options, and prompts for what is missing if the user is at a terminal.

use secrecy::SecretString;

use super::{
    arguments::{ProfileFields, SecretStorage},
    exit::print_note,
    prompt::{self, PromptError},
};
use crate::{
    account::{ChangeError, ProfileDraft, ProfileStore},
    config::{Environment, Profile, SecretSource, SignIn, check_id, parse_api_url, parse_token_url},
    model::ResellerRow,
    text,
};

/// The number of resellers listed at a time to choose from.
const LISTED: usize = 15;

/// The options and prompts for the fields of a profile.
pub(super) struct ProfilePrompts<'a> {
    pub(super) fields: &'a ProfileFields,
    /// The profile that is edited; `None` for a new one.
    pub(super) base: Option<&'a Profile>,
    /// True if the user is prompted for what the options leave out.
    pub(super) ask: bool,
}

/// The result: a profile whose reseller may still be empty, and the secret that was typed.
pub(super) struct PromptedProfile {
    pub(super) profile: Profile,
    pub(super) typed: Option<SecretString>,
}

impl ProfilePrompts<'_> {
    /// Collects every field but the reseller, which can be chosen from a list once the sign-in works.
    ///
    /// # Errors
    /// [`PromptError`] if an option is wrong or missing, or if the user cancels.
    pub(super) fn fill(&self) -> Result<PromptedProfile, PromptError> {
        let base = self.base;
        let environment = self.environment()?;
        let same = base.filter(|base| base.environment == environment);
        let usual = environment.addresses();
        let api_url = match (environment, usual, &self.fields.api_url) {
            (Environment::Custom, ..) => self.value(
                "--api-url",
                "API root, such as https://gateway.example.com/adobe",
                self.fields.api_url.as_deref(),
                same.map(|base| base.api_url.as_str()),
                parse_api_url,
            )?,
            (_, _, Some(_)) => {
                return Err(PromptError::Usage("--api-url works only with --environment custom".to_owned()));
            }
            (_, usual, None) => {
                parse_api_url(usual.map_or("", |(api, _)| api)).map_err(PromptError::Usage)?
            }
        };
        let brought = self.uses_external_token();
        let token_url = match (usual, &self.fields.token_url, same) {
            (_, Some(text), _) => parse_token_url(text).map_err(|why| usage("--token-url", &why))?,
            (Some(_), None, Some(base)) => base.token_url.clone(),
            (Some((_, token)), None, None) => parse_token_url(token).map_err(PromptError::Usage)?,
            // With an external token, no token service is needed.
            (None, None, _) if brought => api_url.clone(),
            (None, None, _) => self.value(
                "--token-url",
                "Token URL, such as https://gateway.example.com/ims/token/v3",
                None,
                same.filter(|base| !base.lacks_token_service()).map(|base| base.token_url.as_str()),
                parse_token_url,
            )?,
        };
        let client_id = self.value(
            "--client-id",
            "Client ID",
            self.fields.client_id.as_deref(),
            base.map(|base| base.client_id.as_str()),
            parse_id,
        )?;
        let (sign_in, typed) = self.sign_in(brought)?;
        let reseller_id = self.fields.reseller_id.as_deref();
        let reseller_id = match reseller_id {
            Some(id) => parse_id(id).map_err(|why| usage("--reseller-id", &why))?,
            None => base.map(|base| base.reseller_id.clone()).unwrap_or_default(),
        };
        Ok(PromptedProfile {
            profile: Profile { environment, api_url, token_url, reseller_id, client_id, sign_in },
            typed,
        })
    }

    fn environment(&self) -> Result<Environment, PromptError> {
        if let Some(environment) = self.fields.environment {
            return Ok(environment.into());
        }
        let usual = self.base.map(|base| base.environment).unwrap_or_default();
        if !self.ask {
            return Ok(usual);
        }
        let parse = |text: &str| {
            Environment::named(&text.to_lowercase()).ok_or_else(|| "production, sandbox or custom".to_owned())
        };
        self.value(
            "--environment",
            "Environment: production, sandbox or custom",
            None,
            Some(usual.name()),
            parse,
        )
    }

    /// Returns a value from the options, from a prompt that repeats until it is valid, or from the edited profile.
    fn value<T>(
        &self,
        option: &str,
        question: &str,
        given: Option<&str>,
        base: Option<&str>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, PromptError> {
        if let Some(text) = given {
            return parse(text).map_err(|why| usage(option, &why));
        }
        if !self.ask {
            let text = base.ok_or_else(|| PromptError::Usage(format!("{option} is missing")))?;
            return parse(text).map_err(|why| usage(option, &why));
        }
        loop {
            let answer = prompt::line(question, base)?.ok_or(PromptError::Stopped)?;
            match parse(&answer) {
                Ok(value) => return Ok(value),
                Err(why) => print_note(&format!("  {why}")),
            }
        }
    }

    /// Returns true if the profile uses an access token from another tool.
    fn uses_external_token(&self) -> bool {
        let fields = self.fields;
        let of_base = self.base.is_some_and(|base| matches!(base.sign_in, SignIn::AccessToken(_)));
        fields.access_token_stdin || fields.access_token || (of_base && !fields.has_source())
    }

    fn sign_in(&self, brought: bool) -> Result<(SignIn, Option<SecretString>), PromptError> {
        let fields = self.fields;
        let with = |source| if brought { SignIn::AccessToken(source) } else { SignIn::ClientSecret(source) };
        let noun = if brought { "access token" } else { "client secret" };
        let literal = match self.base.map(|base| base.sign_in.source()) {
            Some(SecretSource::Inline(literal)) if !fields.has_source() => Some(literal.secret()),
            _ => None,
        };
        if fields.keep.is_some() && !fields.reads_secret() && !self.ask {
            // `--keep` alone moves a secret out of the configuration.
            return match literal {
                Some(secret) => Ok((with(self.secret_storage()), Some(secret.clone()))),
                None => Err(PromptError::Usage(
                    "--keep works only with a typed or piped secret: --client-secret-stdin or --access-token-stdin"
                        .to_owned(),
                )),
            };
        }
        if let Some(name) = &fields.secret_env {
            if name.is_empty() || name.contains('=') {
                return Err(usage("--secret-env", "expected the name of an environment variable"));
            }
            return Ok((with(SecretSource::Env(name.clone())), None));
        }
        if let Some(path) = &fields.secret_file {
            // Shells do not expand ~/ in --secret-file=~/x, so it is kept and expanded as in the configuration.
            let path = if path.starts_with("~") { path.clone() } else { std::path::absolute(path)? };
            return Ok((with(SecretSource::File(path)), None));
        }
        if !fields.secret_command.is_empty() {
            return Ok((with(SecretSource::Command(fields.secret_command.clone())), None));
        }
        if fields.reads_secret() {
            return Ok((with(self.secret_storage()), Some(prompt::secret_from_stdin(noun)?)));
        }
        if let Some(base) = self.base {
            let same = base.sign_in.clone();
            if !self.ask {
                return Ok((same, None));
            }
            let question = format!(
                "{} (leave empty to keep the current one: {})",
                if brought { "Access token" } else { "Client secret" },
                same.source().told()
            );
            return Ok(match prompt::typed_secret(&question, noun)? {
                Some(secret) => (with(self.secret_storage()), Some(secret)),
                None => (same, None),
            });
        }
        if !self.ask {
            return Err(PromptError::Usage(
                "the source of the secret is missing: use --client-secret-stdin, --access-token-stdin, --secret-env, \
                 --secret-file or --secret-command"
                    .to_owned(),
            ));
        }
        let secret = prompt::typed_secret("Client secret", noun)?.ok_or(PromptError::Stopped)?;
        Ok((with(self.secret_storage()), Some(secret)))
    }

    /// Returns the storage of a secret that is typed or piped in.
    fn secret_storage(&self) -> SecretSource {
        match self.fields.keep {
            // The vault chooses the file.
            Some(SecretStorage::File) => SecretSource::File(std::path::PathBuf::new()),
            Some(SecretStorage::Keyring) | None => SecretSource::Keyring,
        }
    }
}

fn parse_id(text: &str) -> Result<String, String> {
    check_id(text.trim()).map(|()| text.trim().to_owned()).map_err(str::to_owned)
}

fn usage(option: &str, why: &str) -> PromptError {
    PromptError::Usage(format!("{option}: {why}"))
}

/// Prompts for a reseller: its ID or, if resellers can be listed, part of its name. `current` is the default.
pub(super) fn ask_reseller(all: &[ResellerRow], current: Option<&str>) -> Result<String, PromptError> {
    let mut listed: Vec<_> = all.iter().collect();
    loop {
        for row in listed.iter().take(LISTED) {
            let name = row.company_name.as_deref().unwrap_or("(no name)");
            print_note(&format!("  {}  {}", text::clean(&row.reseller_id), text::clean(name)));
        }
        if listed.len() > LISTED {
            print_note(&format!(
                "  and {} more; type part of a name to narrow the list",
                listed.len() - LISTED
            ));
        }
        let question = if all.is_empty() { "Reseller ID" } else { "Reseller ID, or part of a name" };
        let only = if let [one] = listed.as_slice() { Some(one.reseller_id.as_str()) } else { None };
        let usual = only.or(current);
        let answer = prompt::line(question, usual)?.ok_or(PromptError::Stopped)?;
        let known = all.iter().any(|row| row.reseller_id == answer);
        if known
            || all.is_empty()
            || current == Some(&answer)
            || answer.chars().all(|c| c.is_ascii_digit()) && !answer.is_empty()
        {
            match parse_id(&answer) {
                Ok(id) => return Ok(id),
                Err(why) => print_note(&format!("  {why}")),
            }
            continue;
        }
        let needle = text::fold_case(&answer);
        let needle = needle.trim();
        let fits = |name: &Option<String>| {
            name.as_deref().is_some_and(|name| text::fold_case(name).contains(needle))
        };
        listed = all.iter().filter(|row| fits(&row.company_name)).collect();
        if listed.is_empty() {
            print_note("  No reseller's name contains this.");
            listed = all.iter().collect();
        }
    }
}

/// Saves a profile. Without a keyring, the user is asked whether to store the secret in a file.
///
/// # Errors
/// A message that says why nothing was saved.
pub(super) async fn save(home: &ProfileStore, mut draft: ProfileDraft, can_ask: bool) -> Result<(), String> {
    let attempt = async |draft: &ProfileDraft| {
        let (home, draft) = (home.clone(), draft.clone());
        tokio::task::spawn_blocking(move || home.save(&draft)).await
    };
    let failed = |error: tokio::task::JoinError| format!("an internal error: {error}");
    match attempt(&draft).await.map_err(failed)? {
        Ok(()) => Ok(()),
        Err(ChangeError::NoKeyring(why)) => {
            let allowed = can_ask
                && prompt::confirm(&format!(
                    "The secret cannot be stored in the keyring: {why}. Store it in a file that only you can read?"
                ))
                .map_err(|error| error.to_string())?;
            if !allowed {
                return Err(format!(
                    "the secret cannot be stored in the keyring: {why}. Nothing was saved.\nUse --keep file to store it in a file that \
                     only you can read, or --secret-env, --secret-file or --secret-command to read it from elsewhere."
                ));
            }
            let file = SecretSource::File(std::path::PathBuf::new());
            draft.profile.sign_in = match draft.profile.sign_in {
                SignIn::ClientSecret(_) => SignIn::ClientSecret(file),
                SignIn::AccessToken(_) => SignIn::AccessToken(file),
            };
            attempt(&draft).await.map_err(failed)?.map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    }
}
