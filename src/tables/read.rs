//! Opening a file and telling what it is by its first bytes. Its name does not matter.

use std::{fs::OpenOptions, io::Read as _, path::Path};

use super::{RawFile, TableError, delimited, workbook};
use crate::files::{self, SymlinkPolicy};

/// The greatest size of a file, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Reads a file. Blocks.
///
/// # Errors
/// If it is missing, not a regular file, too large, damaged, or neither CSV nor a workbook.
pub fn read_file(path: &Path) -> Result<RawFile, TableError> {
    let opened = files::open(path, OpenOptions::new().read(true), SymlinkPolicy::Follow);
    let file = match opened {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(TableError::Missing),
        opened => opened?,
    };
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(TableError::TooMuch("64 MiB"));
    }
    read_bytes(&bytes)
}

/// Reads the bytes of a file.
///
/// # Errors
/// If they are damaged, too many, or neither CSV nor a workbook.
pub fn read_bytes(bytes: &[u8]) -> Result<RawFile, TableError> {
    match bytes {
        [b'P', b'K', 3 | 5 | 7, ..] => workbook::read(bytes),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            Err(TableError::Kind("a workbook of the old form (.xls), or one with a password"))
        }
        [b'%', b'P', b'D', b'F', ..] => Err(TableError::Kind("a PDF")),
        [0x1f, 0x8b, ..] => Err(TableError::Kind("compressed (gzip)")),
        _ => delimited::read(bytes),
    }
}
