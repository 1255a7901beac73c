//! The journal of an export: an append-only file of lines, so that a kill at any moment costs at most the last line, with
//! checksums that detect any other change.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    JournalError, Plan,
    chain::{Chain, LONGEST, NextLine, next_line},
    journal_contents::JournalContents,
};
use crate::{
    collect::{ListStart, ListStats},
    files::{self, SymlinkPolicy},
};

/// The version of the journal's format. Version 1 had no checksums.
const VERSION: u32 = 2;
/// The start of every journal, in all versions.
const HEAD: &str = "{\"vipmp_export\":";

#[derive(Serialize, Deserialize)]
struct JournalHead {
    vipmp_export: u32,
    plan: Plan,
}

/// A line after the head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalEntry<R = Value> {
    /// The index of the list in the plan.
    pub part: usize,
    /// The place where that list continues; `None` once it is complete.
    pub place: Option<ListStart>,
    /// The rows as they are exported.
    pub rows: Vec<R>,
    /// The statistics of a complete list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<ListStats>,
}

/// Returns the path of the journal for an export to this file.
pub fn journal_of(file: &Path) -> PathBuf {
    let mut name = OsString::from(file.file_name().unwrap_or_default());
    name.push(".partial");
    file.with_file_name(name)
}

/// An open journal that batches can be added to.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// The checksum of its contents.
    chain: Chain,
}

impl Journal {
    fn io(path: &Path) -> impl Fn(io::Error) -> JournalError + '_ {
        |source| JournalError::Io { path: path.to_owned(), source }
    }

    fn open(path: &Path, new: bool) -> Result<Self, JournalError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(new);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // The program chooses the journal's name. A link at that path was made by someone else, and writing through it
        // would change another file.
        let file =
            files::open(path, &mut options, SymlinkPolicy::Refuse).map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => JournalError::Unfinished(path.to_owned()),
                io::ErrorKind::NotFound if !new => JournalError::NotFound(path.to_owned()),
                _ => Self::io(path)(error),
            })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), file, chain: Chain::new() }),
            Err(std::fs::TryLockError::WouldBlock) => Err(JournalError::Busy(path.to_owned())),
            Err(std::fs::TryLockError::Error(error)) => Err(Self::io(path)(error)),
        }
    }

    /// Creates a journal of this plan. Blocks.
    ///
    /// # Errors
    /// Fails if one exists already, or cannot be created.
    pub fn begin(path: &Path, plan: &Plan) -> Result<Self, JournalError> {
        match Self::open(path, true) {
            Ok(journal) => journal.with_head(plan),
            Err(JournalError::Unfinished(_)) => {
                let journal = Self::open(path, false)?;
                if !journal.has_no_head()? {
                    JournalReader::of(&journal.file, path)?;
                    return Err(JournalError::Unfinished(path.to_owned()));
                }
                journal.clear()?.with_head(plan)
            }
            Err(error) => Err(error),
        }
    }

    /// Returns true if a kill or a full disk has cut off even the first line, so that the journal is as good as empty.
    fn has_no_head(&self) -> Result<bool, JournalError> {
        self.rewind()?;
        let io = Self::io(&self.path);
        let mut start = Vec::new();
        (&self.file).take(HEAD.len() as u64).read_to_end(&mut start).map_err(&io)?;
        if !HEAD.as_bytes().starts_with(&start) {
            return Ok(false);
        }
        let mut rest = BufReader::new((&self.file).take(LONGEST));
        loop {
            let bytes = rest.fill_buf().map_err(&io)?;
            if bytes.contains(&b'\n') {
                return Ok(false);
            }
            let length = bytes.len();
            if length == 0 {
                return Ok(rest.get_ref().limit() > 0);
            }
            rest.consume(length);
        }
    }

    /// Returns true if the file is a journal, though perhaps a damaged one or one of another version.
    fn is_journal(&self) -> Result<bool, JournalError> {
        self.rewind()?;
        let mut start = Vec::new();
        (&self.file).take(HEAD.len() as u64).read_to_end(&mut start).map_err(Self::io(&self.path))?;
        Ok(HEAD.as_bytes().starts_with(&start))
    }

    fn rewind(&self) -> Result<(), JournalError> {
        (&self.file).seek(SeekFrom::Start(0)).map(drop).map_err(Self::io(&self.path))
    }

    /// Empties the journal.
    fn clear(mut self) -> Result<Self, JournalError> {
        self.file.set_len(0).map_err(Self::io(&self.path))?;
        self.rewind()?;
        self.chain = Chain::new();
        Ok(self)
    }

    /// Writes the first line.
    fn with_head(mut self, plan: &Plan) -> Result<Self, JournalError> {
        self.line(&JournalHead { vipmp_export: VERSION, plan: plan.clone() })?;
        Ok(self)
    }

    /// Discards the journal of an unfinished export and creates one of this plan in its place. Blocks.
    ///
    /// # Errors
    /// Fails if the file is not a journal, is in use, or cannot be changed.
    pub(super) fn restart(path: &Path, plan: &Plan) -> Result<Self, JournalError> {
        let journal = match Self::open(path, false) {
            Err(JournalError::NotFound(_)) => return Self::begin(path, plan),
            other => other?,
        };
        if !journal.is_journal()? {
            return Err(JournalError::UnknownFormat(path.to_owned()));
        }
        journal.clear()?.with_head(plan)
    }

    /// Opens the journal that an export of this plan has left, and removes a line that a kill has cut off. If that is
    /// even the first line, the journal starts again. Blocks.
    ///
    /// # Errors
    /// Fails if there is none, or if it belongs to another plan or is damaged.
    pub(super) fn resume(path: &Path, plan: &Plan) -> Result<(Self, JournalContents), JournalError> {
        let mut journal = Self::open(path, false)?;
        if journal.has_no_head()? {
            return Ok((journal.clear()?.with_head(plan)?, JournalContents::default()));
        }
        let mut reader = JournalReader::of(&journal.file, path)?;
        let held = JournalContents::read(&mut reader, plan)?;
        let (whole, chain) = (reader.whole, reader.chain);
        journal.chain = chain;
        journal.file.set_len(whole).map_err(Self::io(path))?;
        journal.file.seek(SeekFrom::Start(whole)).map_err(Self::io(path))?;
        Ok((journal, held))
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), JournalError> {
        let text = serde_json::to_vec(value).map_err(io::Error::from).map_err(Self::io(&self.path))?;
        let mut chain = self.chain.clone();
        let line = chain.seal(text);
        if line.len() as u64 > LONGEST {
            let too_long = io::Error::other("a batch of rows is too large for the journal");
            return Err(Self::io(&self.path)(too_long));
        }
        // A single write: a kill leaves the line complete or cut off, and a line that is cut off is dropped.
        self.file.write_all(&line).map_err(Self::io(&self.path))?;
        self.chain = chain;
        Ok(())
    }

    /// Adds a batch. Blocks.
    ///
    /// # Errors
    /// Fails if the line cannot be written, for instance because the disk is full.
    pub fn add(&mut self, entry: &JournalEntry) -> Result<(), JournalError> {
        self.line(entry)
    }

    /// Flushes everything to the disk, and reads the journal from its start. Blocks.
    ///
    /// # Errors
    /// Fails with the system's error, or if the first line was changed.
    pub fn read(&mut self) -> Result<JournalReader<'_, &File>, JournalError> {
        self.file.sync_data().map_err(Self::io(&self.path))?;
        let mut reader = JournalReader::of(&self.file, &self.path)?;
        reader.end = Some(self.chain.clone());
        Ok(reader)
    }

    /// Removes the journal, since the file is complete. Leaves alone whatever has taken its place meanwhile. Blocks.
    ///
    /// # Errors
    /// Fails if the system refuses.
    pub fn remove(self) -> Result<(), JournalError> {
        if !files::is_at(&self.file, &self.path) {
            return Ok(());
        }
        std::fs::remove_file(&self.path).map_err(Self::io(&self.path))
    }

    /// Returns the path of the journal.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Returns true if the journal at this path has nothing to resume: even its first line is incomplete. Blocks.
///
/// # Errors
/// Fails as resuming does if the file exists: if it is not a regular file, for instance.
pub(super) fn is_blank(path: &Path) -> Result<bool, JournalError> {
    Journal::open(path, false)?.has_no_head()
}

/// Reads a journal line by line, and verifies each.
#[derive(Debug)]
pub struct JournalReader<'p, R> {
    lines: BufReader<R>,
    path: &'p Path,
    /// The plan in its head.
    pub plan: Plan,
    /// The number of bytes up to the end of the last complete line.
    whole: u64,
    /// The number of lines read.
    count: u64,
    chain: Chain,
    /// The checksum of the whole journal, if known.
    end: Option<Chain>,
}

impl<'p> JournalReader<'p, &'p File> {
    fn of(mut file: &'p File, path: &'p Path) -> Result<Self, JournalError> {
        file.seek(SeekFrom::Start(0)).map_err(Journal::io(path))?;
        Self::new(file, path)
    }
}

impl<'p, R: Read> JournalReader<'p, R> {
    /// Starts to read; errors name the journal by `path`.
    ///
    /// # Errors
    /// Fails with the system's error, or if the first line is not that of a journal or was changed.
    pub fn new(file: R, path: &'p Path) -> Result<Self, JournalError> {
        let mut lines = BufReader::with_capacity(256 * 1024, file);
        let mut chain = Chain::new();
        let unknown_format = || JournalError::UnknownFormat(path.to_owned());
        let NextLine::Line(line) = next_line(&mut lines).map_err(Journal::io(path))? else {
            return Err(unknown_format());
        };
        // The version comes first: only a program that knows it can read the rest of the line.
        let rest = line.strip_prefix(HEAD.as_bytes()).ok_or_else(unknown_format)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let version = std::str::from_utf8(&rest[..digits]).ok().and_then(|digits| digits.parse::<u32>().ok());
        match version {
            Some(VERSION) => {}
            Some(1) => return Err(JournalError::Older(path.to_owned())),
            // If the number itself was damaged, the checksum of its line does not match.
            Some(version) if version > VERSION && chain.open(&line).is_some() => {
                return Err(JournalError::Newer(path.to_owned()));
            }
            _ => return Err(JournalError::Damaged { path: path.to_owned(), line: 1 }),
        }
        let Some(text) = chain.open(&line) else {
            return Err(JournalError::Damaged { path: path.to_owned(), line: 1 });
        };
        let head: JournalHead = serde_json::from_slice(text).map_err(|_| unknown_format())?;
        Ok(Self { lines, path, plan: head.plan, whole: line.len() as u64, count: 1, chain, end: None })
    }

    /// Returns the next batch, or `None` at the end or before a line that was cut off.
    ///
    /// # Errors
    /// Fails with the system's error, or if the line was changed.
    pub fn next_entry<E: DeserializeOwned>(&mut self) -> Result<Option<JournalEntry<E>>, JournalError> {
        let line = match next_line(&mut self.lines).map_err(Journal::io(self.path))? {
            NextLine::Line(line) => line,
            NextLine::End => return Ok(None),
            NextLine::TooLong => return Err(self.damaged()),
        };
        let Some(text) = self.chain.open(&line) else { return Err(self.damaged()) };
        let entry = serde_json::from_slice(text).map_err(|_| self.unknown_format())?;
        self.whole += line.len() as u64;
        self.count += 1;
        Ok(Some(entry))
    }

    /// Checks that everything that was written has been read.
    ///
    /// # Errors
    /// Fails if lines are missing at the end.
    pub(super) fn check_end(&self) -> Result<(), JournalError> {
        if self.end.as_ref().is_none_or(|end| *end == self.chain) { Ok(()) } else { Err(self.damaged()) }
    }

    /// Returns the error for a line after those read that was changed.
    fn damaged(&self) -> JournalError {
        JournalError::Damaged { path: self.path.to_owned(), line: self.count + 1 }
    }

    /// Returns the error for a file that is not a journal.
    pub(super) fn unknown_format(&self) -> JournalError {
        JournalError::UnknownFormat(self.path.to_owned())
    }

    pub(super) fn path(&self) -> &'p Path {
        self.path
    }
}
