//! The sizes in a workbook, which is a zip file, before it is unpacked into memory.

use std::io::{self, Cursor, Read as _};

use zip::ZipArchive;

use super::TableError;

/// The most that all parts of a workbook may take unpacked, in bytes.
const MOST_UNPACKED: u64 = 512 * 1024 * 1024;

/// The most parts of a workbook.
const MOST_PARTS: usize = 10_000;

/// Checks that a workbook unpacks to a size that fits into memory.
///
/// First its directory is asked, then each part is unpacked into nothing, since a directory may lie.
pub(super) fn check(bytes: &[u8]) -> Result<(), TableError> {
    check_up_to(bytes, MOST_UNPACKED)
}

fn check_up_to(bytes: &[u8], most: u64) -> Result<(), TableError> {
    let damaged = |error: &dyn std::fmt::Display| {
        TableError::Workbook(crate::text::clean(&error.to_string()).into_owned())
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let too_much = || TableError::TooMuch("512 MiB once it is unpacked");
    if archive.len() > MOST_PARTS {
        return Err(TableError::TooMuch("10,000 parts"));
    }
    if archive.decompressed_size().is_some_and(|size| size > u128::from(most)) {
        return Err(too_much());
    }
    let mut left = most;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| damaged(&error))?;
        let read = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|error| damaged(&error))?;
        left = left.checked_sub(read).ok_or_else(too_much)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn packed(size: usize) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("xl/workbook.xml", SimpleFileOptions::default()).unwrap();
        zip.write_all(&vec![b' '; size]).unwrap();
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_unpacked() {
        let bytes = packed(1_000_000);
        assert!(bytes.len() < 10_000);
        assert!(check_up_to(&bytes, 1_000_000).is_ok());
        assert!(matches!(check_up_to(&bytes, 999_999), Err(TableError::TooMuch(_))));
    }

    #[test]
    fn a_directory_that_lies_is_found_out() {
        let mut bytes = packed(1_000_000);
        // The sizes in the local header and in the directory.
        let size = 1_000_000_u32.to_le_bytes();
        let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..*at + 4] == size).collect();
        assert!(!places.is_empty());
        for at in places {
            bytes[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
        }
        assert!(check_up_to(&bytes, 500_000).is_err());
    }
}
