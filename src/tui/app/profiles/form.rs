//! The form of a profile: its fields, and what they make together. Each step is tested as soon as it can be.

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;
use tui_input::Input;

use super::{Checks, hidden::Hidden, refused::Typing};
use crate::{
    account::ProfileDraft,
    api::ApiError,
    config::{
        Environment, InlineSecret, Profile, SecretSource, SignIn, check_id, check_name, parse_api_url,
        parse_token_url,
    },
    model::ResellerRow,
    secrets::read_secret,
    text,
    tui::app::Ticket,
};

/// One field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormField {
    Name,
    Environment,
    ApiUrl,
    TokenUrl,
    ClientId,
    SignIn,
    Storage,
    /// The secret itself, typed.
    Secret,
    /// The place of the secret: a variable, a file, a program.
    Place,
    Reseller,
    Save,
}

/// The place where the secret is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StorageChoice {
    Keyring,
    OwnFile,
    Variable,
    Program,
    File,
    /// `config.toml` itself, if it was written there.
    Configuration,
}

impl StorageChoice {
    const OFFERED: [Self; 5] = [Self::Keyring, Self::OwnFile, Self::Variable, Self::Program, Self::File];

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::OwnFile => "a file that only you can read",
            Self::Variable => "environment variable",
            Self::Program => "the output of a program",
            Self::File => "your own file",
            Self::Configuration => "config.toml",
        }
    }

    /// Returns true if the user types the secret, and this program keeps it.
    pub(crate) fn is_typed(self) -> bool {
        matches!(self, Self::Keyring | Self::OwnFile | Self::Configuration)
    }
}

/// A warning that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Warned {
    /// The profile is not tested, or the test has failed.
    Untested,
    /// The changes would be lost.
    Leaving,
}

/// The form's state.
#[derive(Debug, Clone)]
pub(crate) struct ProfileForm {
    /// The profile that is changed; none for a new one.
    pub(crate) former: Option<(String, Profile)>,
    pub(crate) field: FormField,
    pub(crate) name: Input,
    pub(crate) environment: Environment,
    pub(crate) api_url: Input,
    pub(crate) token_url: Input,
    pub(crate) client_id: Input,
    /// True if a ready token is brought instead of a client secret.
    pub(crate) brought: bool,
    pub(crate) kept: StorageChoice,
    pub(crate) secret: Hidden,
    pub(crate) place: Input,
    pub(crate) reseller: Input,
    /// The resellers that may be listed; `None` until they are known.
    pub(crate) resellers: Option<Vec<ResellerRow>>,
    pub(crate) listing: Option<Ticket>,
    /// The line of the reseller list that the cursor is on.
    pub(crate) picked: Option<usize>,
    pub(crate) checks: Checks,
    /// The field with an invalid value, and the reason.
    pub(crate) wrong: Option<(FormField, String)>,
    /// The reason why it could not be saved.
    pub(crate) error: Option<String>,
    pub(crate) saving: Option<Ticket>,
    /// No keyring is available, in words: the user is asked whether a file may hold the secret.
    pub(crate) no_keyring: Option<String>,
    /// The warning that was given; the same key again means it.
    pub(crate) warned: Option<Warned>,
    /// True if anything was typed.
    pub(crate) touched: bool,
    /// The typing in the field that has the focus, since it got it.
    pub(crate) typing: Typing,
}

impl ProfileForm {
    /// An empty form.
    pub(crate) fn new() -> Self {
        Self {
            former: None,
            field: FormField::Name,
            name: Input::default(),
            environment: Environment::Production,
            api_url: Input::default(),
            token_url: Input::default(),
            client_id: Input::default(),
            brought: false,
            kept: StorageChoice::Keyring,
            secret: Hidden::default(),
            place: Input::default(),
            reseller: Input::default(),
            resellers: None,
            listing: None,
            picked: None,
            checks: Checks::default(),
            wrong: None,
            error: None,
            saving: None,
            no_keyring: None,
            warned: None,
            touched: false,
            typing: Typing::Nothing,
        }
    }

    /// Creates the form of an existing profile. The secret is unchanged unless another one is typed.
    pub(crate) fn of(name: &str, profile: &Profile) -> Self {
        let text = |text: &str| Input::new(text.to_owned());
        let custom = profile.environment == Environment::Custom;
        let (kept, place) = match profile.sign_in.source() {
            SecretSource::Keyring => (StorageChoice::Keyring, String::new()),
            SecretSource::Env(name) => (StorageChoice::Variable, name.clone()),
            SecretSource::File(path) if is_own(name, path) => (StorageChoice::OwnFile, String::new()),
            SecretSource::File(path) => (StorageChoice::File, path.display().to_string()),
            SecretSource::Command(words) => {
                let words = shlex::try_join(words.iter().map(String::as_str));
                (StorageChoice::Program, words.unwrap_or_default())
            }
            SecretSource::Inline(_) => (StorageChoice::Configuration, String::new()),
        };
        Self {
            former: Some((name.to_owned(), profile.clone())),
            field: FormField::Secret,
            name: text(name),
            environment: profile.environment,
            api_url: if custom { text(profile.api_url.as_str()) } else { Input::default() },
            token_url: if profile.has_usual_token_url() {
                Input::default()
            } else {
                text(profile.token_url.as_str())
            },
            client_id: text(&profile.client_id),
            brought: matches!(profile.sign_in, SignIn::AccessToken(_)),
            kept,
            place: text(&place),
            reseller: text(&profile.reseller_id),
            ..Self::new()
        }
        .at_first_secret()
    }

    fn at_first_secret(mut self) -> Self {
        if !self.kept.is_typed() {
            self.field = FormField::Place;
        }
        self
    }

    /// The fields that there are now, from top to bottom.
    pub(crate) fn fields(&self) -> Vec<FormField> {
        let custom = self.environment == Environment::Custom;
        let unusual = self.former.as_ref().is_some_and(|(_, profile)| {
            !profile.has_usual_token_url() && profile.environment == self.environment
        });
        let mut fields = vec![FormField::Name, FormField::Environment];
        fields.extend(custom.then_some(FormField::ApiUrl));
        fields.extend((custom && !self.brought || unusual).then_some(FormField::TokenUrl));
        fields.extend([FormField::ClientId, FormField::SignIn, FormField::Storage]);
        fields.push(if self.kept.is_typed() { FormField::Secret } else { FormField::Place });
        fields.extend([FormField::Reseller, FormField::Save]);
        fields
    }

    /// Returns the label of a field.
    pub(crate) fn label(&self, field: FormField) -> &'static str {
        match field {
            FormField::Name => "Name",
            FormField::Environment => "Environment",
            FormField::ApiUrl => "API root",
            FormField::TokenUrl => "Token URL",
            FormField::ClientId => "Client ID",
            FormField::SignIn => "Credential",
            FormField::Storage => "Store secret in",
            FormField::Secret if self.brought => "Access token",
            FormField::Secret => "Client secret",
            FormField::Place => match self.kept {
                StorageChoice::Variable => "Variable",
                StorageChoice::Program => "Program",
                _ => "File",
            },
            FormField::Reseller => "Reseller ID",
            FormField::Save => "Save",
        }
    }

    /// Returns an example for an empty field.
    pub(crate) fn example(&self, field: FormField) -> &'static str {
        match field {
            FormField::Name => "such as emea-prod",
            FormField::ApiUrl => "such as https://gateway.example.com/adobe",
            FormField::TokenUrl => "such as https://gateway.example.com/ims/token/v3",
            FormField::ClientId => "from your integration (also the API key)",
            FormField::Secret if self.former.is_some() && !self.source_changed() => "leave empty to keep it",
            FormField::Secret => "typed or pasted, never shown",
            FormField::Place => match self.kept {
                StorageChoice::Variable => "such as VIPMP_SECRET",
                StorageChoice::Program => "such as pass show vipmp/emea",
                _ => "such as ~/.secrets/vipmp",
            },
            FormField::Reseller if self.listing.is_some() => "loading the list…",
            FormField::Reseller if self.resellers.as_ref().is_some_and(|all| !all.is_empty()) => {
                "an ID, or part of a name; ↓ selects"
            }
            FormField::Reseller => "such as 1000396138",
            _ => "",
        }
    }

    /// Returns the text of a field.
    pub(crate) fn input(&self, field: FormField) -> Option<&Input> {
        match field {
            FormField::Name => Some(&self.name),
            FormField::ApiUrl => Some(&self.api_url),
            FormField::TokenUrl => Some(&self.token_url),
            FormField::ClientId => Some(&self.client_id),
            FormField::Place => Some(&self.place),
            FormField::Reseller => Some(&self.reseller),
            _ => None,
        }
    }

    /// Returns the text field with the cursor.
    pub(crate) fn input_mut(&mut self) -> Option<&mut Input> {
        match self.field {
            FormField::Name => Some(&mut self.name),
            FormField::ApiUrl => Some(&mut self.api_url),
            FormField::TokenUrl => Some(&mut self.token_url),
            FormField::ClientId => Some(&mut self.client_id),
            FormField::Place => Some(&mut self.place),
            FormField::Reseller => Some(&mut self.reseller),
            _ => None,
        }
    }

    /// Returns the value of a field that is a choice.
    pub(crate) fn choice(&self, field: FormField) -> Option<&'static str> {
        match field {
            FormField::Environment => Some(self.environment.name()),
            FormField::SignIn if self.brought => Some("an access token from another tool"),
            FormField::SignIn => Some("client secret"),
            FormField::Storage => Some(self.kept.label()),
            _ => None,
        }
    }

    /// Goes to the next one of the few.
    pub(crate) fn choose(&mut self, forward: bool) {
        fn step<T: Copy + PartialEq>(all: &[T], held: T, forward: bool) -> T {
            let at = all.iter().position(|one| *one == held).unwrap_or_default();
            all[(at + if forward { 1 } else { all.len() - 1 }) % all.len()]
        }
        match self.field {
            FormField::Environment => self.environment = step(&Environment::ALL, self.environment, forward),
            FormField::SignIn => self.brought = !self.brought,
            FormField::Storage => {
                self.kept = step(&StorageChoice::OFFERED, self.kept, forward);
                self.place = Input::default();
            }
            _ => {}
        }
    }

    /// The resellers that fit what is typed.
    pub(crate) fn fitting(&self) -> Vec<&ResellerRow> {
        let needle = text::fold_case(self.reseller.value());
        let needle = needle.trim();
        let name = |row: &ResellerRow| text::fold_case(row.company_name.as_deref().unwrap_or_default());
        let fits = |row: &&ResellerRow| row.reseller_id.contains(needle) || name(row).contains(needle);
        self.resellers.iter().flatten().filter(fits).collect()
    }

    /// Returns true if the secret comes from elsewhere than up to now, so that it has to be typed.
    fn source_changed(&self) -> bool {
        let Some((name, profile)) = &self.former else { return true };
        let kept = match profile.sign_in.source() {
            SecretSource::Keyring => StorageChoice::Keyring,
            SecretSource::File(path) if is_own(name, path) => StorageChoice::OwnFile,
            SecretSource::Inline(_) => StorageChoice::Configuration,
            _ => return true,
        };
        kept != self.kept || matches!(profile.sign_in, SignIn::AccessToken(_)) != self.brought
    }

    /// Returns the fault in the first field that cannot be used; `taken` are the names of the other profiles. Without
    /// `all`, the name and the reseller may still be missing: the sign-in can be tested before they are known.
    pub(crate) fn draft(&self, taken: &[String], all: bool) -> Result<ProfileDraft, (FormField, String)> {
        let at = |field| move |why: String| (field, why);
        let name = self.name.value().trim().to_owned();
        let former = self.former.as_ref().map(|(name, _)| name.clone());
        if all || !name.is_empty() {
            check_name(&name).map_err(|why| (FormField::Name, why.to_owned()))?;
            if taken.contains(&name) && former.as_ref() != Some(&name) {
                return Err((FormField::Name, format!("profile {name} already exists")));
            }
        }
        let usual = self.environment.addresses();
        let api_url = match usual {
            Some((api, _)) => parse_api_url(api),
            None => parse_api_url(self.api_url.value()),
        };
        let api_url = api_url.map_err(at(FormField::ApiUrl))?;
        let token_url = match (usual, self.token_url.value().trim()) {
            (None, "") if self.brought => Ok(api_url.clone()),
            (Some((_, own)), "") => parse_token_url(own),
            (Some((_, own)), _) if !self.fields().contains(&FormField::TokenUrl) => parse_token_url(own),
            (_, text) => parse_token_url(text),
        };
        let token_url = token_url.map_err(at(FormField::TokenUrl))?;
        let id = |field, input: &Input| {
            let id = input.value().trim().to_owned();
            check_id(&id).map(|()| id).map_err(|why| (field, why.to_owned()))
        };
        let client_id = id(FormField::ClientId, &self.client_id)?;
        let (source, typed) = self.source()?;
        let sign_in = if self.brought { SignIn::AccessToken(source) } else { SignIn::ClientSecret(source) };
        let reseller_id = match id(FormField::Reseller, &self.reseller) {
            Err(_) if !all => String::new(),
            id => id?,
        };
        let profile =
            Profile { environment: self.environment, api_url, token_url, reseller_id, client_id, sign_in };
        Ok(ProfileDraft { former, name, profile, typed, default: false })
    }

    fn source(&self) -> Result<(SecretSource, Option<InlineSecret>), (FormField, String)> {
        let place = self.place.value().trim();
        if !self.kept.is_typed() && place.is_empty() {
            return Err((FormField::Place, "it must not be empty".to_owned()));
        }
        let typed = match self.secret.secret().filter(|_| self.kept.is_typed()) {
            Some(typed) => Some(self.read_typed(&typed)?),
            None => None,
        };
        Ok(match self.kept {
            StorageChoice::Variable if place.contains('=') => {
                return Err((FormField::Place, "enter the name of a variable".to_owned()));
            }
            StorageChoice::Variable => (SecretSource::Env(place.to_owned()), None),
            StorageChoice::File => (SecretSource::File(PathBuf::from(place)), None),
            StorageChoice::Program => match shlex::split(place) {
                Some(words) if !words.is_empty() => (SecretSource::Command(words), None),
                _ => return Err((FormField::Place, "a quote is not closed".to_owned())),
            },
            _ if typed.is_none() && self.source_changed() => {
                return Err((FormField::Secret, "it must not be empty".to_owned()));
            }
            StorageChoice::Keyring => (SecretSource::Keyring, typed),
            StorageChoice::OwnFile => match (&typed, &self.former) {
                (None, Some((_, profile))) => (profile.sign_in.source().clone(), None),
                // Which file that is, the vault knows.
                _ => (SecretSource::File(PathBuf::new()), typed),
            },
            StorageChoice::Configuration => match (typed, &self.former) {
                (Some(typed), _) => (SecretSource::Inline(typed), None),
                (None, Some((_, profile))) => (profile.sign_in.source().clone(), None),
                (None, None) => return Err((FormField::Secret, "it must not be empty".to_owned())),
            },
        })
    }

    /// Moves the focus.
    pub(crate) fn focus(&mut self, field: FormField) {
        (self.field, self.picked, self.typing) = (field, None, Typing::Nothing);
    }

    /// Returns the typed or pasted secret without surrounding text, or what is wrong with it.
    fn read_typed(&self, typed: &InlineSecret) -> Result<InlineSecret, (FormField, String)> {
        let secret = read_secret(typed.secret().expose_secret(), self.brought);
        let secret =
            secret.map_err(|flaw| (FormField::Secret, format!("it {}. {}", flaw.words(), flaw.todo())))?;
        Ok(InlineSecret::new(secret.expose_secret()))
    }

    /// Returns the error of the test, if it failed.
    pub(crate) fn failed(&self) -> Option<&ApiError> {
        self.checks.error()
    }
}

/// Returns true if a file is the one that this program has made for the secret of a profile.
fn is_own(name: &str, path: &Path) -> bool {
    let file = path.file_name().and_then(|file| file.to_str()).and_then(|file| file.strip_prefix(name));
    matches!(file, Some(".client-secret" | ".access-token"))
        && path.parent().is_some_and(|folder| folder.ends_with("secrets"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> ProfileForm {
        let mut form = ProfileForm::new();
        form.name = "emea".into();
        form.client_id = "abc".into();
        form.reseller = "1000396138".into();
        "s3cr3t".chars().for_each(|c| form.secret.push(c));
        form
    }

    #[test]
    fn a_filled_form_is_a_profile() {
        let draft = filled().draft(&[], true).unwrap();
        assert_eq!((draft.name.as_str(), draft.former), ("emea", None));
        assert_eq!(draft.profile.sign_in, SignIn::ClientSecret(SecretSource::Keyring));
        assert_eq!(draft.typed, Some(InlineSecret::new("s3cr3t")));
        assert!(draft.profile.has_usual_token_url());
    }

    #[test]
    fn what_is_missing_is_told_at_its_field() {
        type Spoil = fn(&mut ProfileForm);
        let cases: [(Spoil, FormField); 9] = [
            (|form| form.name = Input::default(), FormField::Name),
            (|form| form.name = "taken".into(), FormField::Name),
            (|form| form.environment = Environment::Custom, FormField::ApiUrl),
            (
                |form| {
                    form.environment = Environment::Custom;
                    form.api_url = "https://e.com".into();
                },
                FormField::TokenUrl,
            ),
            (|form| form.client_id = "a b".into(), FormField::ClientId),
            (|form| form.secret.clear(), FormField::Secret),
            (|form| form.kept = StorageChoice::Variable, FormField::Place),
            (
                |form| {
                    form.kept = StorageChoice::Program;
                    form.place = "a 'b".into();
                },
                FormField::Place,
            ),
            (|form| form.reseller = Input::default(), FormField::Reseller),
        ];
        for (spoil, field) in cases {
            let mut form = filled();
            spoil(&mut form);
            let (wrong, words) = form.draft(&["taken".to_owned()], true).unwrap_err();
            assert!(wrong == field && !words.is_empty(), "{wrong:?} instead of {field:?}: {words}");
        }
        let mut form = filled();
        (form.name, form.reseller) = (Input::default(), Input::default());
        assert!(form.draft(&[], false).is_ok(), "enough to sign in with");
    }

    #[test]
    fn a_profile_comes_back_from_its_form_as_it_was() {
        let mut profile = filled().draft(&[], true).unwrap().profile;
        for source in [
            SecretSource::Keyring,
            SecretSource::Env("A".into()),
            SecretSource::File("/x y".into()),
            SecretSource::File("/data/secrets/emea.access-token".into()),
            SecretSource::Command(vec!["pass".into(), "show it".into()]),
            SecretSource::Inline(InlineSecret::new("s")),
        ] {
            profile.sign_in = SignIn::AccessToken(source);
            let form = ProfileForm::of("emea", &profile);
            let draft = form.draft(&["emea".to_owned()], true).unwrap();
            assert_eq!((draft.profile, draft.typed), (profile.clone(), None));
            assert!(form.fields().contains(&form.field));
        }
        profile.environment = Environment::Custom;
        profile.api_url = "https://gw.example.com/x".parse().unwrap();
        profile.token_url = "https://gw.example.com/t".parse().unwrap();
        profile.sign_in = SignIn::ClientSecret(SecretSource::Keyring);
        assert_eq!(ProfileForm::of("emea", &profile).draft(&[], true).unwrap().profile, profile);
    }

    #[test]
    fn a_secret_in_a_file_of_our_own_is_typed_anew_as_one_in_the_keyring() {
        let mut profile = filled().draft(&[], true).unwrap().profile;
        profile.sign_in = SignIn::ClientSecret(SecretSource::File("/data/secrets/emea.client-secret".into()));
        let mut form = ProfileForm::of("emea", &profile);
        assert_eq!((form.field, form.kept), (FormField::Secret, StorageChoice::OwnFile));
        "new".chars().for_each(|c| form.secret.push(c));
        let draft = form.draft(&[], true).unwrap();
        assert_eq!(draft.profile.sign_in.source(), &SecretSource::File(PathBuf::new()));
        assert_eq!(draft.typed, Some(InlineSecret::new("new")));
        // One of another profile, or elsewhere, is the user's.
        for path in ["/data/secrets/apac.client-secret", "/data/emea.client-secret"] {
            profile.sign_in = SignIn::ClientSecret(SecretSource::File(path.into()));
            assert_eq!(ProfileForm::of("emea", &profile).kept, StorageChoice::File, "{path}");
        }
    }

    #[test]
    fn another_place_for_the_secret_needs_the_secret() {
        let profile = filled().draft(&[], true).unwrap().profile;
        let mut form = ProfileForm::of("emea", &profile);
        form.kept = StorageChoice::OwnFile;
        assert_eq!(form.draft(&[], true).unwrap_err().0, FormField::Secret);
        form.kept = StorageChoice::Keyring;
        form.brought = true;
        assert_eq!(form.draft(&[], true).unwrap_err().0, FormField::Secret);
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", filled()).contains("s3cr3t"));
    }
}
