//! Reading `[profiles.NAME]`.

use std::{collections::BTreeSet, path::PathBuf};

use toml::de::DeValue;
use url::Url;

use super::{
    Environment, InlineSecret, Profile, SecretSource, SignIn, check_id, check_name, parse_api_url,
    parse_token_url,
    read::{ConfigReader, Value},
    read_sections::strings,
};
use crate::text::did_you_mean;

/// The keys of a profile.
pub(super) const KEYS: &[&str] =
    &["environment", "api_url", "token_url", "reseller_id", "client_id", "client_secret", "access_token"];

/// The keys for the place of a secret.
const SOURCES: &[&str] = &["keyring", "env", "file", "command"];

const SOURCE_FORM: &str = "{ keyring = true }, { env = \"NAME\" }, { file = \"PATH\" } or { command = [\"PROGRAM\", \"ARGUMENT\"] }";

/// The keys of a profile, before it is known whether they are enough.
#[derive(Default)]
struct PartialProfile {
    environment: Option<Environment>,
    api_url: Option<Url>,
    token_url: Option<Url>,
    reseller_id: Option<String>,
    client_id: Option<String>,
    client_secret: Option<SecretSource>,
    access_token: Option<SecretSource>,
    /// The keys that are present, even with an invalid value, so that they are not reported as missing too.
    there: BTreeSet<String>,
    /// The keys that misspelt ones were probably meant to be.
    meant: Vec<&'static str>,
}

impl ConfigReader<'_> {
    /// Returns the profile if it is complete and valid.
    pub(super) fn profile(
        &mut self,
        section: &str,
        name: &str,
        value: &Value<'_>,
        broken: &BTreeSet<usize>,
    ) -> Option<Profile> {
        if let Err(why) = check_name(name) {
            self.wrong(section, value, why);
            return None;
        }
        let mut draft = PartialProfile::default();
        self.each(section, value, broken, |reader, key, name, value| {
            draft.there.insert(name.to_owned());
            match name {
                "environment" => {
                    reader.set_some(
                        &mut draft.environment,
                        key,
                        value,
                        "production, sandbox or custom",
                        |v| v.as_str().and_then(Environment::named),
                    );
                }
                "api_url" => draft.api_url = reader.url(key, value, parse_api_url),
                "token_url" => draft.token_url = reader.url(key, value, parse_token_url),
                "reseller_id" => draft.reseller_id = reader.id(key, value),
                "client_id" => draft.client_id = reader.id(key, value),
                "client_secret" => draft.client_secret = reader.source(key, value, broken),
                "access_token" => draft.access_token = reader.source(key, value, broken),
                _ => {
                    draft.meant.extend(did_you_mean(name, KEYS.iter().copied()));
                    reader.unknown(key, name, KEYS);
                }
            }
        });
        value.get_ref().as_table()?;
        self.complete(section, value, draft)
    }

    /// Makes the profile, or reports everything that it lacks and that is contradictory in it.
    fn complete(&mut self, section: &str, value: &Value<'_>, draft: PartialProfile) -> Option<Profile> {
        let there = |key: &str| draft.there.contains(key);
        // A profile without the key that was meant could be one for another API.
        let mut usable = draft.meant.iter().all(|key| there(key));
        let mut missing: Vec<&str> =
            ["reseller_id", "client_id"].into_iter().filter(|key| !there(key)).collect();
        let environment = draft.environment.or_else(|| (!there("environment")).then(Environment::default));
        if environment == Some(Environment::Custom) {
            // Who brings a token needs no token service.
            let needed: &[_] = if there("access_token") { &["api_url"] } else { &["api_url", "token_url"] };
            missing.extend(needed.iter().filter(|key| !there(key)));
        } else if there("api_url") && environment.is_some() {
            usable = false;
            let message = "only a profile with environment = \"custom\" can set api_url";
            self.wrong(&format!("{section}.api_url"), value, message);
        }
        match (there("client_secret"), there("access_token")) {
            (true, true) => {
                usable = false;
                let message = "either client_secret or access_token, not both";
                self.wrong(&format!("{section}.access_token"), value, message);
            }
            (false, false) => missing.push("client_secret"),
            _ => {}
        }
        if !missing.is_empty() {
            usable = false;
            let forms = if missing.contains(&"client_secret") {
                format!(" (client_secret = {SOURCE_FORM})")
            } else {
                String::new()
            };
            let verb = if missing.len() == 1 { "is" } else { "are" };
            self.wrong(section, value, &format!("{} {verb} missing{forms}", missing.join(" and ")));
        }
        let environment = environment.filter(|_| usable)?;
        let usual = environment.addresses();
        let usual =
            |pick: fn((&str, &str)) -> String| usual.map(pick).and_then(|text| Url::parse(&text).ok());
        let api_url = draft.api_url.or_else(|| usual(|(api, _)| api.to_owned()))?;
        let token_url = draft
            .token_url
            .or_else(|| usual(|(_, token)| token.to_owned()))
            .or_else(|| (!there("token_url")).then(|| api_url.clone()))?;
        let sign_in = match (draft.client_secret, draft.access_token) {
            (Some(source), None) => SignIn::ClientSecret(source),
            (None, Some(source)) => SignIn::AccessToken(source),
            _ => return None,
        };
        let (reseller_id, client_id) = (draft.reseller_id?, draft.client_id?);
        Some(Profile { environment, api_url, token_url, reseller_id, client_id, sign_in })
    }

    /// A problem at the place of a key that was noted, or else of a value.
    fn wrong(&mut self, key: &str, value: &Value<'_>, message: &str) {
        self.problem_at(key, value.span(), message.to_owned());
    }

    fn set_some<T>(
        &mut self,
        target: &mut Option<T>,
        key: &str,
        value: &Value<'_>,
        wanted: &str,
        read: impl FnOnce(&DeValue<'_>) -> Option<T>,
    ) {
        self.set(target, key, value, wanted, |value| read(value).map(Some));
    }

    /// Reads the word of a key; one that is none of the known ones is not repeated: it may be a secret.
    fn hidden<T>(
        &mut self,
        key: &str,
        value: &Value<'_>,
        wanted: &str,
        read: impl FnOnce(&DeValue<'_>) -> Option<T>,
    ) -> Option<T> {
        let read = read(value.get_ref());
        if read.is_none() {
            self.problem(Some(value.span()), Some(key), format!("must be {wanted}"));
        }
        read
    }

    fn url(&mut self, key: &str, value: &Value<'_>, parse: fn(&str) -> Result<Url, String>) -> Option<Url> {
        let mut text = None;
        self.set_some(&mut text, key, value, "an address in quotes", |v| v.as_str().map(str::to_owned));
        match parse(&text?) {
            Ok(url) => Some(url),
            Err(why) => {
                self.problem(Some(value.span()), Some(key), why);
                None
            }
        }
    }

    fn id(&mut self, key: &str, value: &Value<'_>) -> Option<String> {
        let mut text = None;
        // A number without quotes is what was meant.
        self.set_some(&mut text, key, value, "an ID in quotes", |v| match v {
            DeValue::String(text) => Some(text.trim().to_owned()),
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
            _ => None,
        });
        let text = text?;
        match check_id(&text) {
            Ok(()) => Some(text),
            Err(why) => {
                self.problem(Some(value.span()), Some(key), why.to_owned());
                None
            }
        }
    }

    fn source(&mut self, key: &str, value: &Value<'_>, broken: &BTreeSet<usize>) -> Option<SecretSource> {
        if let Some(text) = value.get_ref().as_str() {
            if text.trim().is_empty() {
                self.problem(Some(value.span()), Some(key), "it must not be empty".to_owned());
                return None;
            }
            return Some(SecretSource::Inline(InlineSecret::new(text)));
        }
        if value.get_ref().as_table().is_none() {
            // What stands there may be a secret: it is not repeated.
            self.problem(Some(value.span()), Some(key), format!("must be {SOURCE_FORM}"));
            return None;
        }
        let (mut sources, mut count) = (Vec::new(), 0);
        self.each(key, value, broken, |reader, key, name, value| {
            count += 1;
            let source = match name {
                "keyring" => reader.hidden(key, value, "true", |v| {
                    v.as_bool().filter(|on| *on).map(|_| SecretSource::Keyring)
                }),
                "env" => reader.hidden(key, value, "the name of a variable", |v| {
                    let name = v.as_str().filter(|name| !name.is_empty() && !name.contains(['=', '\0']))?;
                    Some(SecretSource::Env(name.to_owned()))
                }),
                "file" => reader.hidden(key, value, "the path of a file", |v| {
                    let path = v.as_str().filter(|path| !path.is_empty())?;
                    Some(SecretSource::File(PathBuf::from(path)))
                }),
                "command" => {
                    let wanted =
                        "a list of a program and its arguments, such as [\"pass\", \"show\", \"vipmp\"]";
                    reader.hidden(key, value, wanted, |v| {
                        let words = v.as_array().and_then(|_| strings(v))?;
                        let program = words.first().is_some_and(|word| !word.is_empty());
                        program.then_some(SecretSource::Command(words))
                    })
                }
                _ => {
                    reader.unknown(key, name, SOURCES);
                    None
                }
            };
            sources.extend(source);
        });
        match (sources.len(), count) {
            (1, 1) => sources.pop(),
            (_, 0) => {
                self.problem(Some(value.span()), Some(key), format!("must be {SOURCE_FORM}"));
                None
            }
            (2.., _) => {
                self.problem(Some(value.span()), Some(key), format!("must be one of {}", SOURCES.join(", ")));
                None
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::parse;
    use super::*;

    fn read(text: &str) -> (Vec<(String, Profile)>, Vec<String>) {
        let loaded = parse(text, Path::new("config.toml"));
        (
            loaded.config.profiles.into_iter().collect(),
            loaded.problems.iter().map(ToString::to_string).collect(),
        )
    }

    fn one(text: &str) -> Profile {
        let (mut profiles, problems) = read(text);
        assert_eq!((profiles.len(), problems), (1, Vec::new()), "{text}");
        profiles.remove(0).1
    }

    const IDS: &str = "reseller_id = '1000396138'\nclient_id = 'abc'\n";

    #[test]
    fn the_shortest_profile_is_one_for_production() {
        let profile = one(&format!("[profiles.emea]\n{IDS}client_secret = {{ keyring = true }}\n"));
        assert_eq!(profile.environment, Environment::Production);
        assert_eq!(profile.api_url.as_str(), "https://partners.adobe.io/");
        assert_eq!(profile.token_url.as_str(), "https://ims-na1.adobelogin.com/ims/token/v3");
        assert!(profile.has_usual_token_url());
        assert_eq!(profile.sign_in, SignIn::ClientSecret(SecretSource::Keyring));
    }

    #[test]
    fn every_source_is_read() {
        for (text, source) in [
            ("{ keyring = true }", SecretSource::Keyring),
            ("{ env = 'X' }", SecretSource::Env("X".into())),
            ("{ file = '/a/b' }", SecretSource::File("/a/b".into())),
            ("{ command = ['pass', 'show'] }", SecretSource::Command(vec!["pass".into(), "show".into()])),
            ("'s3cr3t'", SecretSource::Inline(InlineSecret::new("s3cr3t"))),
        ] {
            for key in ["client_secret", "access_token"] {
                let profile = one(&format!("[profiles.a]\nenvironment = 'sandbox'\n{IDS}{key} = {text}\n"));
                assert_eq!((profile.sign_in.source(), profile.sign_in.key()), (&source, key));
            }
        }
    }

    #[test]
    fn a_custom_profile_says_its_addresses() {
        let profile = one(&format!(
            "[profiles.a]\nenvironment = 'custom'\napi_url = 'http://127.0.0.1:8080'\n\
             token_url = 'http://127.0.0.1:8080/ims/token/v3'\n{IDS}client_secret = {{ env = 'X' }}\n"
        ));
        assert_eq!(profile.api_url.port(), Some(8080));
        let profile =
            one("profiles.a = { environment = 'custom', api_url = 'https://e.com', reseller_id = 7, \
                           client_id = 'c', access_token = { env = 'T' } }");
        assert_eq!(profile.reseller_id, "7");
        let profile = one(&format!(
            "[profiles.a]\ntoken_url = 'https://ims.example.com/ims/token/v2'\n{IDS}client_secret = {{ env = 'X' }}\n"
        ));
        assert!(!profile.has_usual_token_url());
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_its_place() {
        let (profiles, problems) = read(
            "default_profile = 'emae'\n[profiles.emea]\nenviroment = 'sandbox'\nreseller_id = 'a/b'\nclient_id = ''\n\
             client_secret = { keyrng = true }\n[profiles.'a b']\n[profiles.x]\n[profiles.y]\nenvironment = 'test'\n\
             client_id = 'c'\nreseller_id = '1'\napi_url = 'https://x.example.com'\nclient_secret = { env = 'A', file = 'b' }\n\
             [profiles.z]\nenvironment = 'custom'\nclient_id = 'c'\nreseller_id = '1'\napi_url = 'http://example.com'\n\
             access_token = 7\n",
        );
        assert_eq!(profiles, []);
        assert_eq!(
            problems,
            [
                "config.toml:1:19: default_profile: there is no profile \"emae\", did you mean emea?",
                "config.toml:3:1: profiles.emea.enviroment: unknown key, did you mean environment?",
                "config.toml:4:15: profiles.emea.reseller_id: an ID consists of letters, digits, - _ and ., without spaces",
                "config.toml:5:13: profiles.emea.client_id: it must not be empty",
                "config.toml:6:19: profiles.emea.client_secret.keyrng: unknown key, did you mean keyring?",
                "config.toml:7:11: profiles.a b: a name has letters a to z, digits, - _ and . and begins with a letter or a \
                 digit",
                "config.toml:8:11: profiles.x: reseller_id and client_id and client_secret are missing (client_secret = { \
                 keyring = true }, { env = \"NAME\" }, { file = \"PATH\" } or { command = [\"PROGRAM\", \"ARGUMENT\"] })",
                "config.toml:10:15: profiles.y.environment: must be production, sandbox or custom, not the text \
                 \"test\"",
                "config.toml:14:17: profiles.y.client_secret: must be one of keyring, env, file, command",
                "config.toml:19:11: profiles.z.api_url: http:// is accepted for this machine only (localhost, 127.0.0.1): use \
                 https://",
                "config.toml:20:16: profiles.z.access_token: must be { keyring = true }, { env = \"NAME\" }, { file = \
                 \"PATH\" } or { command = [\"PROGRAM\", \"ARGUMENT\"] }",
            ]
        );
    }

    #[test]
    fn a_misspelt_key_that_is_not_required_costs_the_profile_and_another_unknown_one_does_not() {
        let rest = format!("{IDS}client_secret = {{ env = 'X' }}\n");
        for line in ["enviroment = 'sandbox'", "tokenurl = 'https://e.com/t'", "api-url = 'https://e.com'"] {
            let (profiles, problems) = read(&format!("[profiles.a]\n{line}\n{rest}"));
            assert_eq!((profiles.len(), problems.len()), (0, 1), "{line}: {problems:?}");
        }
        for lines in ["note = 'mine'", "environment = 'sandbox'\nenviroment = 'production'"] {
            let (profiles, problems) = read(&format!("[profiles.a]\n{lines}\n{rest}"));
            assert_eq!((profiles.len(), problems.len()), (1, 1), "{lines}: {problems:?}");
        }
    }

    #[test]
    fn contradictions_are_told() {
        let both =
            format!("[profiles.a]\n{IDS}client_secret = {{ env = 'X' }}\naccess_token = {{ env = 'Y' }}\n");
        assert_eq!(
            read(&both).1,
            ["config.toml:5:1: profiles.a.access_token: either client_secret or access_token, not both"]
        );
        let address =
            format!("[profiles.a]\n{IDS}api_url = 'https://e.com'\nclient_secret = {{ env = 'X' }}\n");
        assert!(read(&address).1[0].starts_with("config.toml:4:1: profiles.a.api_url: only a profile with"));
        assert!(read("profiles = 7").1[0].contains("must be a table ([profiles]), not 7"));
        assert!(read("[profiles]\na = 7").1[0].contains("must be a table ([profiles.a]), not 7"));
    }

    #[test]
    fn no_problem_repeats_a_secret() {
        for text in [
            "client_secret = 's3cr3t'\naccess_token = 's3cr3t'",
            "client_secret = ['s3cr3t']",
            "client_secret = { command = 's3cr3t' }",
            "client_secret = { s3cr3t = 7, env = 'X' }\nclient_secret = 's3cr3t'",
            "client_secret = 's3cr3t",
            "client_secert = 's3cr3t'",
        ] {
            let (_, problems) = read(&format!("[profiles.a]\n{IDS}{text}\n"));
            assert!(!problems.is_empty());
            let told = problems.join("\n");
            assert!(!told.contains("'s3cr3t") && !told.contains("\"s3cr3t\""), "{told}");
        }
    }
}
