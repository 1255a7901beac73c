//! Facts about the files of a portfolio, and checking that they are intact.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::{PortfolioStore, connect, folder, folder::WriterLock};
use crate::portfolio::StoreError;

/// A file of a portfolio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// Its path.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
}

/// The result of checking a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCheck {
    /// The file.
    pub path: PathBuf,
    /// The first problems that SQLite reports; empty if it is intact.
    pub problems: Vec<String>,
}

impl PortfolioStore {
    /// Returns the files of the portfolio in a folder.
    ///
    /// # Errors
    /// Fails if the folder cannot be read.
    pub fn files(folder: &Path) -> Result<Vec<FileReport>, StoreError> {
        let report = |path: PathBuf| {
            let size = std::fs::metadata(&path).map(|data| data.len()).map_err(StoreError::io(&path))?;
            Ok(FileReport { path, size })
        };
        folder::all_files(folder)?.into_iter().map(report).collect()
    }

    /// Checks both files from the first page to the last.
    ///
    /// # Errors
    /// Fails if a file cannot be opened for another reason than damage.
    pub fn check(folder: &Path) -> Result<Vec<FileCheck>, StoreError> {
        let mut findings = Vec::new();
        for path in [folder::CACHE, folder::HISTORY].map(|name| folder.join(name)) {
            if !folder::exists(&path)? {
                continue;
            }
            let problems = match problems(&path) {
                Err(error) if error.is_damage() => vec![error.to_string()],
                other => other?,
            };
            findings.push(FileCheck { path, problems });
        }
        Ok(findings)
    }

    /// Checks both files, and sets aside those that are damaged, so that the next sync begins new ones. Returns the damaged
    /// files, each with its new path.
    ///
    /// # Errors
    /// Fails if another process writes, or if a file cannot be renamed.
    pub fn set_aside_damaged(
        folder: &Path,
        now: DateTime<Utc>,
    ) -> Result<Vec<(FileCheck, PathBuf)>, StoreError> {
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let _lock = WriterLock::take(folder)?;
        let damaged = Self::check(folder)?.into_iter().filter(|check| !check.problems.is_empty());
        damaged.map(|check| folder::set_aside(&check.path, now).map(|aside| (check, aside))).collect()
    }
}

fn problems(path: &Path) -> Result<Vec<String>, StoreError> {
    /// The most problems that are listed.
    const MOST: usize = 10;
    let connection = connect::to_read(path)?;
    let mut check = connection.prepare(&format!("PRAGMA integrity_check({MOST})"))?;
    let rows = check.query_map([], |row| row.get::<_, String>(0))?;
    let lines: Result<Vec<String>, rusqlite::Error> = rows.collect();
    Ok(lines?.into_iter().filter(|line| line != "ok").collect())
}
