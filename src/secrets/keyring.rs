//! The keyring of the system: Secret Service, macOS Keychain, Windows Credential Manager.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::Duration,
};

use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString};

/// The name under which all entries stand.
const SERVICE: &str = "vipmp";

/// The time that it may take until a keyring has been found and answers: it asks nobody anything for that, but may have to
/// be started first.
const OPENING: Duration = Duration::from_secs(10);

/// The time limit of a call after that: the keyring may ask the user to unlock it.
const PATIENCE: Duration = Duration::from_mins(1);

/// An error of the keyring.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// None runs here, or it cannot be reached.
    #[error("no keyring is available ({0})")]
    Unavailable(String),
    /// It could not be asked, for a reason that is not its own.
    #[error("the keyring could not be reached ({0})")]
    Unasked(String),
    /// It is there and refused: locked, or the entry is too long for it.
    #[error("the keyring refused ({0})")]
    Refused(String),
}

/// A keyring: secrets by the name of an entry. Calls block, for as long as a user takes to unlock it.
pub trait Keyring: fmt::Debug + Send + Sync {
    /// Returns the secret of an entry; `None` if there is no such entry.
    fn get(&self, entry: &str) -> Result<Option<SecretString>, KeyringError>;
    /// Keeps a secret under this entry.
    fn set(&self, entry: &str, secret: &SecretString) -> Result<(), KeyringError>;
    /// Removes an entry; one that is not there is no error.
    fn delete(&self, entry: &str) -> Result<(), KeyringError>;
}

/// The system's own.
#[derive(Debug, Clone, Default)]
pub struct SystemKeyring {
    /// True if a call hangs: others are not sent after it.
    stuck: Arc<AtomicBool>,
}

impl SystemKeyring {
    /// Runs a call on a thread of its own, since nothing can stop one that hangs.
    fn call<T: Send + 'static>(
        &self,
        entry: &str,
        call: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, KeyringError> {
        if self.stuck.load(Ordering::Acquire) {
            return Err(KeyringError::Unavailable("it does not answer".to_owned()));
        }
        let (tell, told) = mpsc::channel();
        let entry = entry.to_owned();
        let work = move || {
            // Nobody listens any more where it took too long.
            let result = Entry::new(SERVICE, &entry).and_then(|entry| {
                let _ = tell.send(KeyringStep::Opened);
                call(&entry)
            });
            let _ = tell.send(KeyringStep::Done(result.map_err(|error| told_error(&error))));
        };
        std::thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(work)
            .map_err(|error| KeyringError::Unavailable(error.to_string()))?;
        wait(&told, OPENING, PATIENCE).unwrap_or_else(|limit| {
            self.stuck.store(true, Ordering::Release);
            Err(KeyringError::Unavailable(format!("no answer within {} s", limit.as_secs())))
        })
    }
}

/// The progress of a call.
enum KeyringStep<T> {
    /// The keyring answers.
    Opened,
    /// The call has ended.
    Done(Result<T, KeyringError>),
}

/// Waits for the end of a call; the error is the limit that was not kept.
fn wait<T>(
    told: &mpsc::Receiver<KeyringStep<T>>,
    opening: Duration,
    patience: Duration,
) -> Result<Result<T, KeyringError>, Duration> {
    let mut limit = opening;
    loop {
        match told.recv_timeout(limit) {
            Ok(KeyringStep::Opened) => limit = patience,
            Ok(KeyringStep::Done(result)) => return Ok(result),
            Err(_) => return Err(limit),
        }
    }
}

/// The error without what the library says of stored bytes, which may be secrets.
fn told_error(error: &Error) -> KeyringError {
    match error {
        Error::NoDefaultStore => {
            let why = match Entry::store_status() {
                Err(error) => error.to_string(),
                Ok(()) => "it cannot be reached".to_owned(),
            };
            unavailable(&why)
        }
        Error::PlatformFailure(why) => unavailable(&why.to_string()),
        Error::NoStorageAccess(why) => KeyringError::Refused(no_access(&why.to_string())),
        Error::TooLong(_, limit) => KeyringError::Refused(format!("at most {limit} characters fit")),
        Error::NoEntry => KeyringError::Refused("no such entry".to_owned()),
        Error::Ambiguous(_) => KeyringError::Refused("several entries have this name".to_owned()),
        Error::NotSupportedByStore(_) => KeyringError::Refused("it cannot do that".to_owned()),
        _ => KeyringError::Refused("its entry cannot be read".to_owned()),
    }
}

/// Turns the library's words for a keyring out of reach into an error. That too many files are open to ask for one does not mean that none
/// runs; the library has no more than words for it.
fn unavailable(words: &str) -> KeyringError {
    let is_exhausted = ["(os error 23)", "(os error 24)"].iter().any(|code| words.contains(code));
    if cfg!(unix) && is_exhausted {
        let words = "too many files are open: raise the limit with ulimit -n 1024";
        KeyringError::Unasked(words.to_owned())
    } else {
        KeyringError::Unavailable(plain(words))
    }
}

/// Returns the reason why a keyring that is there keeps its secrets to itself. The library has one kind of error for all of it.
fn no_access(words: &str) -> String {
    if words.contains("prompt dismissed") {
        // Also where nobody could be asked, as without a screen.
        "it is locked and was not unlocked".to_owned()
    } else if words.contains("result not returned") {
        "it has no default keyring yet: create one first".to_owned()
    } else {
        format!("locked: {}", plain(words))
    }
}

/// The library's words on one line, without what says no more than that it failed.
fn plain(words: &str) -> String {
    let noise = ["Platform failure: ", "Platform secure storage failure: ", "zbus error: "];
    let words = noise.iter().fold(words, |words, noise| words.trim_start_matches(noise));
    let line: Vec<&str> = words.split_whitespace().collect();
    crate::text::truncate(&crate::text::clean(&line.join(" ")), 120).into_owned()
}

impl Keyring for SystemKeyring {
    fn get(&self, entry: &str) -> Result<Option<SecretString>, KeyringError> {
        self.call(entry, |entry| match entry.get_password() {
            Ok(secret) => Ok(Some(secret.into())),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
    }

    fn set(&self, entry: &str, secret: &SecretString) -> Result<(), KeyringError> {
        let secret = secret.clone();
        self.call(entry, move |entry| entry.set_password(secret.expose_secret()))
    }

    fn delete(&self, entry: &str) -> Result<(), KeyringError> {
        self.call(entry, |entry| match entry.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            result => result,
        })
    }
}

/// A keyring that is not there, as on a server.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKeyring;

impl NoKeyring {
    fn none<T>() -> Result<T, KeyringError> {
        Err(KeyringError::Unavailable("none".to_owned()))
    }
}

impl Keyring for NoKeyring {
    fn get(&self, _: &str) -> Result<Option<SecretString>, KeyringError> {
        Self::none()
    }

    fn set(&self, _: &str, _: &SecretString) -> Result<(), KeyringError> {
        Self::none()
    }

    fn delete(&self, _: &str) -> Result<(), KeyringError> {
        Self::none()
    }
}

/// A keyring that ends with the program: for tests.
#[derive(Default)]
pub struct MemoryKeyring(Mutex<HashMap<String, SecretString>>);

impl MemoryKeyring {
    fn entries<T>(&self, with: impl FnOnce(&mut HashMap<String, SecretString>) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The names of all entries, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names = self.entries(|entries| entries.keys().cloned().collect::<Vec<_>>());
        names.sort();
        names
    }
}

impl fmt::Debug for MemoryKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MemoryKeyring").field(&self.names()).finish()
    }
}

impl Keyring for MemoryKeyring {
    fn get(&self, entry: &str) -> Result<Option<SecretString>, KeyringError> {
        Ok(self.entries(|entries| entries.get(entry).cloned()))
    }

    fn set(&self, entry: &str, secret: &SecretString) -> Result<(), KeyringError> {
        self.entries(|entries| entries.insert(entry.to_owned(), secret.clone()));
        Ok(())
    }

    fn delete(&self, entry: &str) -> Result<(), KeyringError> {
        self.entries(|entries| entries.remove(entry));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_nothing_of_what_is_stored() {
        let error = told_error(&Error::BadEncoding(b"s3cr3t".to_vec()));
        assert_eq!(error.to_string(), "the keyring refused (its entry cannot be read)");
        let platform = |words: &str| Error::PlatformFailure(words.to_owned().into());
        assert_eq!(told_error(&platform("a\x1b[2J\nb")).to_string(), "no keyring is available (a␛[2J b)");
        let exhausted = platform("I/O error: Too many open files (os error 24)");
        let words =
            "the keyring could not be reached (too many files are open: raise the limit with ulimit -n 1024)";
        assert_eq!(told_error(&exhausted).to_string(), words, "one may well run");
        assert!(matches!(told_error(&Error::TooLong("password".into(), 2560)), KeyringError::Refused(_)));
    }

    #[test]
    fn what_is_locked_and_what_is_missing_are_told_apart() {
        let words = |words: &str| told_error(&Error::NoStorageAccess(words.to_owned().into())).to_string();
        assert_eq!(
            words("SS error: prompt dismissed"),
            "the keyring refused (it is locked and was not unlocked)"
        );
        assert_eq!(
            words("SS error: result not returned from SS API"),
            "the keyring refused (it has no default keyring yet: create one first)"
        );
        assert_eq!(
            words("User interaction\nis not allowed"),
            "the keyring refused (locked: User interaction is not allowed)"
        );
    }

    #[test]
    fn a_keyring_that_does_not_answer_is_waited_for_less_than_a_person() {
        let (short, long) = (Duration::from_millis(1), Duration::from_millis(2));
        let (tell, told) = mpsc::channel::<KeyringStep<u8>>();
        assert_eq!(wait(&told, short, long), Err(short), "nothing answers");
        tell.send(KeyringStep::Opened).unwrap();
        assert_eq!(wait(&told, short, long), Err(long), "it asks, and nobody answers");
        tell.send(KeyringStep::Opened).unwrap();
        tell.send(KeyringStep::Done(Ok(7))).unwrap();
        assert_eq!(wait(&told, short, long), Ok(Ok(7)));
    }

    #[test]
    fn an_entry_comes_and_goes() {
        let keyring = MemoryKeyring::default();
        keyring.set("a/token", &"t".into()).unwrap();
        assert_eq!(keyring.get("a/token").unwrap().unwrap().expose_secret(), "t");
        assert!(format!("{keyring:?}").contains("a/token") && !format!("{keyring:?}").contains("\"t\""));
        keyring.delete("a/token").unwrap();
        keyring.delete("a/token").unwrap();
        assert!(keyring.get("a/token").unwrap().is_none() && keyring.names().is_empty());
    }
}
