//! Formatting of paths for messages.

use std::path::Path;

use super::clean;

/// Formats a path for a message.
///
/// A file name may contain anything but a slash and a NUL, so it is cleaned like other untrusted text (see
/// [`clean`](super::clean())).
pub fn display_path(path: &Path) -> String {
    clean(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_drive_the_terminal() {
        let name = "/home/a\u{202e}b/\x1b]0;x\x07\u{9b}2J\n.csv";
        assert_eq!(display_path(Path::new(name)), "/home/a�b/␛]0;x␇‹9b›2J␊.csv");
        assert_eq!(display_path(Path::new("/home/Müller/Kunden 2026.csv")), "/home/Müller/Kunden 2026.csv");
    }

    #[cfg(unix)]
    #[test]
    fn a_name_need_not_be_text() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
        assert_eq!(display_path(Path::new(OsStr::from_bytes(b"/tmp/\xff.csv"))), "/tmp/�.csv");
    }
}
