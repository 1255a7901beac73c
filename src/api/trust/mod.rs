//! The root certificates that the environment names in `SSL_CERT_FILE` and `SSL_CERT_DIR`.
//!
//! The HTTP library skips what it cannot read there, so that connections fail later with another error. Here an
//! unusable file is an error before anything is sent.

mod certificates;

use std::{
    env,
    ffi::{OsStr, OsString},
    fmt, fs, io,
    io::Read as _,
    path::{Path, PathBuf},
};

use rustls::{RootCertStore, pki_types::CertificateDer};

use certificates::{CertificateBundle, find_certificates};

use crate::text::{clean, pluralize};

/// The variable that names a file with certificates.
const FILE: &str = "SSL_CERT_FILE";
/// The variable that names folders with certificate files.
const FOLDERS: &str = "SSL_CERT_DIR";

/// The largest file that is read, in bytes. All root certificates of a browser take less than 1 MiB.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The certificate files and folders that the environment names.
#[derive(Debug, Clone, Default)]
pub struct TrustSettings {
    file: Option<OsString>,
    folders: Vec<PathBuf>,
}

/// Root certificates that replace those of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRoots {
    pub(super) certificates: Vec<CertificateDer<'static>>,
    /// Descriptions of the sources: `SSL_CERT_FILE /etc/ssl/company.pem, 3 certificates`.
    pub sources: Vec<String>,
    /// Descriptions of what could not be read.
    pub skipped: Vec<String>,
}

/// The error of a variable whose certificates cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable} cannot be used: {why}")]
pub struct TrustSettingsError {
    variable: &'static str,
    why: String,
}

impl TrustSettingsError {
    /// Returns advice on how to correct the variable.
    pub fn hint(&self) -> String {
        let what = if self.variable == FILE { "a file" } else { "a folder of files" };
        format!(
            "Name {what} with certificates in PEM or DER, or unset {} to use those of the system.",
            self.variable
        )
    }
}

impl TrustSettings {
    /// Reads the variables. No file is opened yet.
    pub fn read(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let folders = variable(FOLDERS).unwrap_or_default();
        let folders = env::split_paths(&folders).filter(|path| !path.as_os_str().is_empty()).collect();
        Self { file: variable(FILE), folders }
    }

    /// Loads the certificates; `None` stands for those of the system.
    ///
    /// # Errors
    /// If the file contains no certificate, or if no file is named and the folders contain none.
    pub fn load(&self) -> Result<Option<NamedRoots>, TrustSettingsError> {
        let mut roots = NamedRoots { certificates: Vec::new(), sources: Vec::new(), skipped: Vec::new() };
        if let Some(file) = &self.file {
            let refused = |why| TrustSettingsError { variable: FILE, why };
            let found = from_file(file).map_err(refused)?;
            roots.add(&format!("{FILE} {}", display_absolute(Path::new(file))), found);
        }
        for folder in &self.folders {
            match from_folder(folder) {
                Ok(found) => roots.add(&format!("{FOLDERS} {}", display_absolute(folder)), found),
                Err(why) => roots.skipped.push(format!("{FOLDERS}: {why}")),
            }
        }
        if self.file.is_none() && self.folders.is_empty() {
            return Ok(None);
        }
        deduplicate(&mut roots.certificates);
        if roots.certificates.is_empty() {
            let first = roots.skipped.first().and_then(|words| words.strip_prefix(&format!("{FOLDERS}: ")));
            let why = first.unwrap_or("its folders contain no certificate").to_owned();
            return Err(TrustSettingsError { variable: FOLDERS, why });
        }
        Ok(Some(roots))
    }
}

impl NamedRoots {
    fn add(&mut self, source: &str, found: CertificateBundle) {
        if found.broken > 0 {
            self.skipped.push(format!("{source}: {} could not be read", count_certificates(found.broken)));
        }
        self.sources.push(format!("{source}, {}", count_certificates(found.certificates.len())));
        self.certificates.extend(found.certificates);
    }
}

/// Reads the certificates of a file.
fn from_file(value: &OsStr) -> Result<CertificateBundle, String> {
    if value.is_empty() {
        return Err("it is set but empty".to_owned());
    }
    let path = Path::new(value);
    let place = display_absolute(path);
    let bytes = read_bytes(path).map_err(|why| format!("{place} {why}{}", hint(path)))?;
    let found = find_certificates(&bytes);
    if found.certificates.is_empty() { Err(format!("{place} {}", found.problem)) } else { Ok(found) }
}

/// Reads the certificates of all files in a folder. Files without one are ignored.
fn from_folder(folder: &Path) -> Result<CertificateBundle, String> {
    let place = display_absolute(folder);
    let entries =
        fs::read_dir(folder).map_err(|error| format!("{place} {}{}", explain(&error), hint(folder)))?;
    let mut all = CertificateBundle::default();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        // Broken links, folders and text files are common there.
        let Ok(bytes) = read_bytes(&path) else { continue };
        let found = find_certificates(&bytes);
        all.broken += found.broken;
        all.certificates.extend(found.certificates);
    }
    // Links with hashed names lead to the same files.
    deduplicate(&mut all.certificates);
    if all.certificates.is_empty() { Err(format!("{place} contains no certificate")) } else { Ok(all) }
}

/// Sorts certificates and removes duplicates.
fn deduplicate(certificates: &mut Vec<CertificateDer<'static>>) {
    certificates.sort_unstable_by(|one, other| one.as_ref().cmp(other.as_ref()));
    certificates.dedup();
}

/// Reads a regular file. An error is the rest of a sentence that begins with its path.
fn read_bytes(path: &Path) -> Result<Vec<u8>, String> {
    // Opening a named pipe would block until something writes to it.
    let kind = fs::metadata(path).map_err(|error| explain(&error))?.file_type();
    if kind.is_dir() {
        return Err("is a folder, not a file (use SSL_CERT_DIR for folders)".to_owned());
    }
    if !kind.is_file() {
        return Err("is a pipe or a device, not a file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| explain(&error))?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| explain(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err("is larger than 16 MiB".to_owned());
    }
    Ok(bytes)
}

fn explain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "cannot be read: permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "is not a folder".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// Returns a likely reason for a missing path, as the end of a sentence.
fn hint(path: &Path) -> &'static str {
    match path.as_os_str().as_encoded_bytes().first() {
        _ if path.exists() => "",
        Some(b'~') => "; only a shell expands ~, and not within quotation marks: write the full path",
        Some(b'"' | b'\'') => "; remove the quotation marks",
        _ => "",
    }
}

fn count_certificates(number: usize) -> String {
    pluralize(number.try_into().unwrap_or(u64::MAX), "certificate", "certificates")
}

/// Formats a path as an absolute one, since a relative one depends on the current folder.
fn display_absolute(path: &Path) -> String {
    let whole = if path.to_string_lossy().starts_with(['~', '"', '\'']) {
        path.to_owned()
    } else {
        std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
    };
    clean(&whole.to_string_lossy()).into_owned()
}

/// Returns true if the certificate can be used as a root.
fn is_root(certificate: &CertificateDer<'static>) -> bool {
    RootCertStore::empty().add(certificate.clone()).is_ok()
}

impl fmt::Display for NamedRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sources.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pem() -> String {
        let made = rcgen::generate_simple_self_signed(vec!["example.com".to_owned()]).unwrap();
        certificates::as_pem("CERTIFICATE", made.cert.der())
    }

    fn trust(variables: &[(&str, &OsStr)]) -> Result<Option<NamedRoots>, String> {
        let read =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned());
        TrustSettings::read(read).load().map_err(|refused| refused.to_string())
    }

    #[test]
    fn without_variables_the_system_certificates_are_used() {
        assert_eq!(trust(&[]), Ok(None));
        assert_eq!(trust(&[(FOLDERS, OsStr::new(""))]), Ok(None));
    }

    #[test]
    fn files_and_folders_are_read_together_and_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.pem");
        let one = pem();
        fs::write(
            &path,
            format!("{one}{}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", pem()),
        )
        .unwrap();
        let below = folder.path().join("certs");
        fs::create_dir(&below).unwrap();
        fs::write(below.join("again.pem"), &one).unwrap();
        fs::write(below.join("README"), "no certificate").unwrap();
        let both = [(FILE, path.as_os_str()), (FOLDERS, below.as_os_str())];
        let roots = trust(&both).unwrap().unwrap();
        assert_eq!(roots.certificates.len(), 2);
        let (file, dir) = (path.display(), below.display());
        assert_eq!(
            roots.to_string(),
            format!("{FILE} {file}, 2 certificates; {FOLDERS} {dir}, 1 certificate")
        );
        assert_eq!(roots.skipped, [format!("{FILE} {file}: 1 certificate could not be read")]);
    }

    #[test]
    fn a_folder_without_certificates_is_an_error_only_if_there_is_no_other_source() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let list = env::join_paths([folder.path(), &missing]).unwrap();
        let place = folder.path().display();
        let error = trust(&[(FOLDERS, &list)]).unwrap_err();
        assert_eq!(error, format!("{FOLDERS} cannot be used: {place} contains no certificate"));
        fs::write(folder.path().join("a.crt"), pem()).unwrap();
        let roots = trust(&[(FOLDERS, &list)]).unwrap().unwrap();
        assert_eq!((roots.certificates.len(), roots.skipped.len()), (1, 1));
        assert!(roots.skipped[0].ends_with("missing does not exist"), "{:?}", roots.skipped);
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named_with_what_was_found() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        fs::write(place("empty.pem"), "").unwrap();
        for (path, why) in [
            (place("missing.pem"), "does not exist"),
            (place("empty.pem"), "is empty"),
            (place(""), "is a folder, not a file (use SSL_CERT_DIR for folders)"),
        ] {
            let error = trust(&[(FILE, path.as_os_str())]).unwrap_err();
            assert_eq!(error, format!("{FILE} cannot be used: {} {why}", path.display()));
        }
        let home = trust(&[(FILE, OsStr::new("~/ca.pem"))]).unwrap_err();
        assert!(home.contains("~/ca.pem does not exist; only a shell expands ~"), "{home}");
        let relative = trust(&[(FILE, OsStr::new("no-such-ca.pem"))]).unwrap_err();
        let here = env::current_dir().unwrap().join("no-such-ca.pem");
        assert!(relative.contains(&format!("{} does not exist", here.display())), "{relative}");
        assert_eq!(
            trust(&[(FILE, OsStr::new(""))]).unwrap_err(),
            format!("{FILE} cannot be used: it is set but empty")
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_and_a_device_are_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        for path in [pipe.as_path(), Path::new("/dev/zero")] {
            let error = trust(&[(FILE, path.as_os_str())]).unwrap_err();
            assert!(error.ends_with(" is a pipe or a device, not a file"), "{error}");
        }
        let error = trust(&[(FOLDERS, folder.path().as_os_str())]).unwrap_err();
        assert!(error.ends_with(" contains no certificate"), "{error}");
    }
}
