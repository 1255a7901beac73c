//! The form of a profile: its fields, and what they make together. Each step is tested as soon as it can be.

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;
use tui_input::Input;

use super::{Checks, hidden::Hidden, refused::Typing};
use crate::{
    account::Draft,
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
pub(crate) enum Field {
    Name,
    Environment,
    ApiUrl,
    TokenUrl,
    ClientId,
    SignIn,
    Kept,
    /// The secret itself, typed.
    Secret,
    /// The place of the secret: a variable, a file, a program.
    Place,
    Reseller,
    Save,
}

/// The place where the secret is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Keyring,
    OwnFile,
    Variable,
    Program,
    File,
    /// In `config.toml` itself, where somebody has written it.
    Configuration,
}

impl Kept {
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
pub(crate) struct Form {
    /// The profile that is changed; none for a new one.
    pub(crate) former: Option<(String, Profile)>,
    pub(crate) field: Field,
    pub(crate) name: Input,
    pub(crate) environment: Environment,
    pub(crate) api_url: Input,
    pub(crate) token_url: Input,
    pub(crate) client_id: Input,
    /// True if a ready token is brought instead of a client secret.
    pub(crate) brought: bool,
    pub(crate) kept: Kept,
    pub(crate) secret: Hidden,
    pub(crate) place: Input,
    pub(crate) reseller: Input,
    /// The resellers that may be listed; none as long as nobody knows.
    pub(crate) resellers: Option<Vec<ResellerRow>>,
    pub(crate) listing: Option<Ticket>,
    /// The line of the reseller list that the cursor is on.
    pub(crate) picked: Option<usize>,
    pub(crate) checks: Checks,
    /// The fault in a field.
    pub(crate) wrong: Option<(Field, String)>,
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

impl Form {
    /// An empty form.
    pub(crate) fn new() -> Self {
        Self {
            former: None,
            field: Field::Name,
            name: Input::default(),
            environment: Environment::Production,
            api_url: Input::default(),
            token_url: Input::default(),
            client_id: Input::default(),
            brought: false,
            kept: Kept::Keyring,
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

    /// The form of a profile that is there. The secret stays where it is unless another one is typed.
    pub(crate) fn of(name: &str, profile: &Profile) -> Self {
        let text = |text: &str| Input::new(text.to_owned());
        let custom = profile.environment == Environment::Custom;
        let (kept, place) = match profile.sign_in.source() {
            SecretSource::Keyring => (Kept::Keyring, String::new()),
            SecretSource::Env(name) => (Kept::Variable, name.clone()),
            SecretSource::File(path) if is_own(name, path) => (Kept::OwnFile, String::new()),
            SecretSource::File(path) => (Kept::File, path.display().to_string()),
            SecretSource::Command(words) => {
                let words = shlex::try_join(words.iter().map(String::as_str));
                (Kept::Program, words.unwrap_or_default())
            }
            SecretSource::Inline(_) => (Kept::Configuration, String::new()),
        };
        Self {
            former: Some((name.to_owned(), profile.clone())),
            field: Field::Secret,
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
            self.field = Field::Place;
        }
        self
    }

    /// The fields that there are now, from top to bottom.
    pub(crate) fn fields(&self) -> Vec<Field> {
        let custom = self.environment == Environment::Custom;
        let unusual = self.former.as_ref().is_some_and(|(_, profile)| {
            !profile.has_usual_token_url() && profile.environment == self.environment
        });
        let mut fields = vec![Field::Name, Field::Environment];
        fields.extend(custom.then_some(Field::ApiUrl));
        fields.extend((custom && !self.brought || unusual).then_some(Field::TokenUrl));
        fields.extend([Field::ClientId, Field::SignIn, Field::Kept]);
        fields.push(if self.kept.is_typed() { Field::Secret } else { Field::Place });
        fields.extend([Field::Reseller, Field::Save]);
        fields
    }

    /// Returns the label of a field.
    pub(crate) fn label(&self, field: Field) -> &'static str {
        match field {
            Field::Name => "Name",
            Field::Environment => "Environment",
            Field::ApiUrl => "API root",
            Field::TokenUrl => "Token URL",
            Field::ClientId => "Client ID",
            Field::SignIn => "Credential",
            Field::Kept => "Store secret in",
            Field::Secret if self.brought => "Access token",
            Field::Secret => "Client secret",
            Field::Place => match self.kept {
                Kept::Variable => "Variable",
                Kept::Program => "Program",
                _ => "File",
            },
            Field::Reseller => "Reseller ID",
            Field::Save => "Save",
        }
    }

    /// Returns an example for an empty field.
    pub(crate) fn example(&self, field: Field) -> &'static str {
        match field {
            Field::Name => "such as emea-prod",
            Field::ApiUrl => "such as https://gateway.example.com/adobe",
            Field::TokenUrl => "such as https://gateway.example.com/ims/token/v3",
            Field::ClientId => "from your integration (also the API key)",
            Field::Secret if self.former.is_some() && !self.source_changed() => "leave empty to keep it",
            Field::Secret => "typed or pasted, never shown",
            Field::Place => match self.kept {
                Kept::Variable => "such as VIPMP_SECRET",
                Kept::Program => "such as pass show vipmp/emea",
                _ => "such as ~/.secrets/vipmp",
            },
            Field::Reseller if self.listing.is_some() => "loading the list…",
            Field::Reseller if self.resellers.as_ref().is_some_and(|all| !all.is_empty()) => {
                "an ID, or part of a name; ↓ selects"
            }
            Field::Reseller => "such as 1000396138",
            _ => "",
        }
    }

    /// The text field behind a field.
    pub(crate) fn input(&self, field: Field) -> Option<&Input> {
        match field {
            Field::Name => Some(&self.name),
            Field::ApiUrl => Some(&self.api_url),
            Field::TokenUrl => Some(&self.token_url),
            Field::ClientId => Some(&self.client_id),
            Field::Place => Some(&self.place),
            Field::Reseller => Some(&self.reseller),
            _ => None,
        }
    }

    /// The text field that takes what is typed.
    pub(crate) fn input_mut(&mut self) -> Option<&mut Input> {
        match self.field {
            Field::Name => Some(&mut self.name),
            Field::ApiUrl => Some(&mut self.api_url),
            Field::TokenUrl => Some(&mut self.token_url),
            Field::ClientId => Some(&mut self.client_id),
            Field::Place => Some(&mut self.place),
            Field::Reseller => Some(&mut self.reseller),
            _ => None,
        }
    }

    /// The words of a field that is chosen from a few.
    pub(crate) fn choice(&self, field: Field) -> Option<&'static str> {
        match field {
            Field::Environment => Some(self.environment.name()),
            Field::SignIn if self.brought => Some("an access token from another tool"),
            Field::SignIn => Some("client secret"),
            Field::Kept => Some(self.kept.label()),
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
            Field::Environment => self.environment = step(&Environment::ALL, self.environment, forward),
            Field::SignIn => self.brought = !self.brought,
            Field::Kept => {
                self.kept = step(&Kept::OFFERED, self.kept, forward);
                self.place = Input::default();
            }
            _ => {}
        }
    }

    /// The resellers that fit what is typed.
    pub(crate) fn fitting(&self) -> Vec<&ResellerRow> {
        let needle = text::folded(self.reseller.value());
        let needle = needle.trim();
        let name = |row: &ResellerRow| text::folded(row.company_name.as_deref().unwrap_or_default());
        let fits = |row: &&ResellerRow| row.reseller_id.contains(needle) || name(row).contains(needle);
        self.resellers.iter().flatten().filter(fits).collect()
    }

    /// Returns true if the secret comes from elsewhere than up to now, so that it has to be typed.
    fn source_changed(&self) -> bool {
        let Some((name, profile)) = &self.former else { return true };
        let kept = match profile.sign_in.source() {
            SecretSource::Keyring => Kept::Keyring,
            SecretSource::File(path) if is_own(name, path) => Kept::OwnFile,
            SecretSource::Inline(_) => Kept::Configuration,
            _ => return true,
        };
        kept != self.kept || matches!(profile.sign_in, SignIn::AccessToken(_)) != self.brought
    }

    /// Returns the fault in the first field that cannot be used; `taken` are the names of the other profiles. Without
    /// `all`, the name and the reseller may still be missing: the sign-in can be tested before they are known.
    pub(crate) fn draft(&self, taken: &[String], all: bool) -> Result<Draft, (Field, String)> {
        let at = |field| move |why: String| (field, why);
        let name = self.name.value().trim().to_owned();
        let former = self.former.as_ref().map(|(name, _)| name.clone());
        if all || !name.is_empty() {
            check_name(&name).map_err(|why| (Field::Name, why.to_owned()))?;
            if taken.contains(&name) && former.as_ref() != Some(&name) {
                return Err((Field::Name, format!("profile {name} already exists")));
            }
        }
        let usual = self.environment.addresses();
        let api_url = match usual {
            Some((api, _)) => parse_api_url(api),
            None => parse_api_url(self.api_url.value()),
        };
        let api_url = api_url.map_err(at(Field::ApiUrl))?;
        let token_url = match (usual, self.token_url.value().trim()) {
            (None, "") if self.brought => Ok(api_url.clone()),
            (Some((_, own)), "") => parse_token_url(own),
            (Some((_, own)), _) if !self.fields().contains(&Field::TokenUrl) => parse_token_url(own),
            (_, text) => parse_token_url(text),
        };
        let token_url = token_url.map_err(at(Field::TokenUrl))?;
        let id = |field, input: &Input| {
            let id = input.value().trim().to_owned();
            check_id(&id).map(|()| id).map_err(|why| (field, why.to_owned()))
        };
        let client_id = id(Field::ClientId, &self.client_id)?;
        let (source, typed) = self.source()?;
        let sign_in = if self.brought { SignIn::AccessToken(source) } else { SignIn::ClientSecret(source) };
        let reseller_id = match id(Field::Reseller, &self.reseller) {
            Err(_) if !all => String::new(),
            id => id?,
        };
        let profile =
            Profile { environment: self.environment, api_url, token_url, reseller_id, client_id, sign_in };
        Ok(Draft { former, name, profile, typed, default: false })
    }

    fn source(&self) -> Result<(SecretSource, Option<InlineSecret>), (Field, String)> {
        let place = self.place.value().trim();
        if !self.kept.is_typed() && place.is_empty() {
            return Err((Field::Place, "it must not be empty".to_owned()));
        }
        let typed = match self.secret.secret().filter(|_| self.kept.is_typed()) {
            Some(typed) => Some(self.read_typed(&typed)?),
            None => None,
        };
        Ok(match self.kept {
            Kept::Variable if place.contains('=') => {
                return Err((Field::Place, "enter the name of a variable".to_owned()));
            }
            Kept::Variable => (SecretSource::Env(place.to_owned()), None),
            Kept::File => (SecretSource::File(PathBuf::from(place)), None),
            Kept::Program => match shlex::split(place) {
                Some(words) if !words.is_empty() => (SecretSource::Command(words), None),
                _ => return Err((Field::Place, "a quote is not closed".to_owned())),
            },
            _ if typed.is_none() && self.source_changed() => {
                return Err((Field::Secret, "it must not be empty".to_owned()));
            }
            Kept::Keyring => (SecretSource::Keyring, typed),
            Kept::OwnFile => match (&typed, &self.former) {
                (None, Some((_, profile))) => (profile.sign_in.source().clone(), None),
                // Which file that is, the vault knows.
                _ => (SecretSource::File(PathBuf::new()), typed),
            },
            Kept::Configuration => match (typed, &self.former) {
                (Some(typed), _) => (SecretSource::Inline(typed), None),
                (None, Some((_, profile))) => (profile.sign_in.source().clone(), None),
                (None, None) => return Err((Field::Secret, "it must not be empty".to_owned())),
            },
        })
    }

    /// Moves the focus.
    pub(crate) fn focus(&mut self, field: Field) {
        (self.field, self.picked, self.typing) = (field, None, Typing::Nothing);
    }

    /// Returns what was typed or pasted without what stands around a secret, or what is wrong with it.
    fn read_typed(&self, typed: &InlineSecret) -> Result<InlineSecret, (Field, String)> {
        let secret = read_secret(typed.secret().expose_secret(), self.brought);
        let secret =
            secret.map_err(|flaw| (Field::Secret, format!("it {}. {}", flaw.words(), flaw.todo())))?;
        Ok(InlineSecret::new(secret.expose_secret()))
    }

    /// Returns the error in the test, where something did.
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

    fn filled() -> Form {
        let mut form = Form::new();
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
        type Spoil = fn(&mut Form);
        let cases: [(Spoil, Field); 9] = [
            (|form| form.name = Input::default(), Field::Name),
            (|form| form.name = "taken".into(), Field::Name),
            (|form| form.environment = Environment::Custom, Field::ApiUrl),
            (
                |form| {
                    form.environment = Environment::Custom;
                    form.api_url = "https://e.com".into();
                },
                Field::TokenUrl,
            ),
            (|form| form.client_id = "a b".into(), Field::ClientId),
            (|form| form.secret.clear(), Field::Secret),
            (|form| form.kept = Kept::Variable, Field::Place),
            (
                |form| {
                    form.kept = Kept::Program;
                    form.place = "a 'b".into();
                },
                Field::Place,
            ),
            (|form| form.reseller = Input::default(), Field::Reseller),
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
            let form = Form::of("emea", &profile);
            let draft = form.draft(&["emea".to_owned()], true).unwrap();
            assert_eq!((draft.profile, draft.typed), (profile.clone(), None));
            assert!(form.fields().contains(&form.field));
        }
        profile.environment = Environment::Custom;
        profile.api_url = "https://gw.example.com/x".parse().unwrap();
        profile.token_url = "https://gw.example.com/t".parse().unwrap();
        profile.sign_in = SignIn::ClientSecret(SecretSource::Keyring);
        assert_eq!(Form::of("emea", &profile).draft(&[], true).unwrap().profile, profile);
    }

    #[test]
    fn a_secret_in_a_file_of_our_own_is_typed_anew_as_one_in_the_keyring() {
        let mut profile = filled().draft(&[], true).unwrap().profile;
        profile.sign_in = SignIn::ClientSecret(SecretSource::File("/data/secrets/emea.client-secret".into()));
        let mut form = Form::of("emea", &profile);
        assert_eq!((form.field, form.kept), (Field::Secret, Kept::OwnFile));
        "new".chars().for_each(|c| form.secret.push(c));
        let draft = form.draft(&[], true).unwrap();
        assert_eq!(draft.profile.sign_in.source(), &SecretSource::File(PathBuf::new()));
        assert_eq!(draft.typed, Some(InlineSecret::new("new")));
        // One of another profile, or elsewhere, is the user's.
        for path in ["/data/secrets/apac.client-secret", "/data/emea.client-secret"] {
            profile.sign_in = SignIn::ClientSecret(SecretSource::File(path.into()));
            assert_eq!(Form::of("emea", &profile).kept, Kept::File, "{path}");
        }
    }

    #[test]
    fn another_place_for_the_secret_needs_the_secret() {
        let profile = filled().draft(&[], true).unwrap().profile;
        let mut form = Form::of("emea", &profile);
        form.kept = Kept::OwnFile;
        assert_eq!(form.draft(&[], true).unwrap_err().0, Field::Secret);
        form.kept = Kept::Keyring;
        form.brought = true;
        assert_eq!(form.draft(&[], true).unwrap_err().0, Field::Secret);
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", filled()).contains("s3cr3t"));
    }
}
