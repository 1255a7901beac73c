//! The journal of an export: lines that are only ever added, so that a kill at any instant costs the last one at most, with
//! checksums, so that nothing else is taken for what was written.

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
    chain::{Chain, LONGEST, Next, next_line},
    held::Held,
};
use crate::{
    collect::{ListStart, ListStats},
    files::{self, SymlinkPolicy},
};

/// The version of the journal's form. Version 1 had no checksums.
const VERSION: u32 = 2;
/// The beginning of every journal, of any version.
const HEAD: &str = "{\"vipmp_export\":";

#[derive(Serialize, Deserialize)]
struct Head {
    vipmp_export: u32,
    plan: Plan,
}

/// One line after the head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry<R = Value> {
    /// The list of the plan.
    pub part: usize,
    /// The place where that list continues; nothing once it is complete.
    pub place: Option<ListStart>,
    /// The rows, as they are exported.
    pub rows: Vec<R>,
    /// The knowledge about a complete list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<ListStats>,
}

/// The journal of the file that is to be written.
pub fn journal_of(file: &Path) -> PathBuf {
    let mut name = OsString::from(file.file_name().unwrap_or_default());
    name.push(".partial");
    file.with_file_name(name)
}

/// A journal that is open for more.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// The checksum of what is in it.
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
        // Its name is chosen by the program: a link there is somebody else's, and writing through it would change another
        // file.
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

    /// A new journal of this plan. Blocks.
    ///
    /// # Errors
    /// Where one is there already, or cannot be made.
    pub fn begin(path: &Path, plan: &Plan) -> Result<Self, JournalError> {
        match Self::open(path, true) {
            Ok(journal) => journal.headed(plan),
            Err(JournalError::Unfinished(_)) => {
                let journal = Self::open(path, false)?;
                if !journal.is_hardly_begun()? {
                    Reader::of(&journal.file, path)?;
                    return Err(JournalError::Unfinished(path.to_owned()));
                }
                journal.emptied()?.headed(plan)
            }
            Err(error) => Err(error),
        }
    }

    /// Says whether a kill, or a full disk, has cut off even the first line: then there is nothing in it.
    fn is_hardly_begun(&self) -> Result<bool, JournalError> {
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

    /// Says whether it is a journal, though perhaps a damaged one, or one of another version.
    fn is_one(&self) -> Result<bool, JournalError> {
        self.rewind()?;
        let mut start = Vec::new();
        (&self.file).take(HEAD.len() as u64).read_to_end(&mut start).map_err(Self::io(&self.path))?;
        Ok(HEAD.as_bytes().starts_with(&start))
    }

    fn rewind(&self) -> Result<(), JournalError> {
        (&self.file).seek(SeekFrom::Start(0)).map(drop).map_err(Self::io(&self.path))
    }

    /// The same with nothing in it.
    fn emptied(mut self) -> Result<Self, JournalError> {
        self.file.set_len(0).map_err(Self::io(&self.path))?;
        self.rewind()?;
        self.chain = Chain::new();
        Ok(self)
    }

    /// The same with its first line.
    fn headed(mut self, plan: &Plan) -> Result<Self, JournalError> {
        self.line(&Head { vipmp_export: VERSION, plan: plan.clone() })?;
        Ok(self)
    }

    /// A journal of this plan in the place of one that an export has left, which is given up. Blocks.
    ///
    /// # Errors
    /// Where what is there is no journal, is being written, or cannot be changed.
    pub(super) fn begin_anew(path: &Path, plan: &Plan) -> Result<Self, JournalError> {
        let journal = match Self::open(path, false) {
            Err(JournalError::NotFound(_)) => return Self::begin(path, plan),
            other => other?,
        };
        if !journal.is_one()? {
            return Err(JournalError::UnknownFormat(path.to_owned()));
        }
        journal.emptied()?.headed(plan)
    }

    /// The journal that an export of this plan has left; what a kill has cut off at its end is taken away. If that is
    /// even the first line, it begins again. Blocks.
    ///
    /// # Errors
    /// Where there is none, or it is of another plan, or damaged.
    pub(super) fn resume(path: &Path, plan: &Plan) -> Result<(Self, Held), JournalError> {
        let mut journal = Self::open(path, false)?;
        if journal.is_hardly_begun()? {
            return Ok((journal.emptied()?.headed(plan)?, Held::default()));
        }
        let mut reader = Reader::of(&journal.file, path)?;
        let held = Held::read(&mut reader, plan)?;
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
            let too_long = io::Error::other("a batch of rows is too large to be kept");
            return Err(Self::io(&self.path)(too_long));
        }
        // One write: a kill leaves it whole, or cut, and a cut line is none.
        self.file.write_all(&line).map_err(Self::io(&self.path))?;
        self.chain = chain;
        Ok(())
    }

    /// Adds a batch. Blocks.
    ///
    /// # Errors
    /// What the system says, for instance that the disk is full.
    pub fn add(&mut self, entry: &Entry) -> Result<(), JournalError> {
        self.line(entry)
    }

    /// Has everything on the disk, and reads it from its start. Blocks.
    ///
    /// # Errors
    /// What the system says, or that its first line is not as it was written.
    pub fn read(&mut self) -> Result<Reader<'_, &File>, JournalError> {
        self.file.sync_data().map_err(Self::io(&self.path))?;
        let mut reader = Reader::of(&self.file, &self.path)?;
        reader.end = Some(self.chain.clone());
        Ok(reader)
    }

    /// Removes it: the file is there. What has come into its place meanwhile is left alone. Blocks.
    ///
    /// # Errors
    /// What the system says.
    pub fn remove(self) -> Result<(), JournalError> {
        if !self.is_in_its_place() {
            return Ok(());
        }
        std::fs::remove_file(&self.path).map_err(Self::io(&self.path))
    }

    #[cfg(unix)]
    fn is_in_its_place(&self) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        let place = |found: std::fs::Metadata| (found.dev(), found.ino());
        let there = std::fs::symlink_metadata(&self.path).map(place).ok();
        there.is_some() && there == self.file.metadata().map(place).ok()
    }

    /// An open file cannot be replaced there.
    #[cfg(not(unix))]
    fn is_in_its_place(&self) -> bool {
        self.path.exists()
    }

    /// Returns its path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Says whether the journal at this path holds nothing to go on from: not even its first line is whole. Blocks.
///
/// # Errors
/// As for going on from it, if there is one: that it is not a regular file, for instance.
pub(super) fn is_blank(path: &Path) -> Result<bool, JournalError> {
    Journal::open(path, false)?.is_hardly_begun()
}

/// Reads a journal line by line, and checks each.
#[derive(Debug)]
pub struct Reader<'p, R> {
    lines: BufReader<R>,
    path: &'p Path,
    /// Returns its head.
    pub plan: Plan,
    /// Up to where it is whole, in bytes.
    whole: u64,
    /// The lines that were read.
    count: u64,
    chain: Chain,
    /// The checksum of the whole journal, if that is known.
    end: Option<Chain>,
}

impl<'p> Reader<'p, &'p File> {
    fn of(mut file: &'p File, path: &'p Path) -> Result<Self, JournalError> {
        file.seek(SeekFrom::Start(0)).map_err(Journal::io(path))?;
        Self::new(file, path)
    }
}

impl<'p, R: Read> Reader<'p, R> {
    /// Begins to read; `path` is the name of the journal in errors.
    ///
    /// # Errors
    /// What the system says, or that the first line is not that of a journal, or not as it was written.
    pub fn new(file: R, path: &'p Path) -> Result<Self, JournalError> {
        let mut lines = BufReader::with_capacity(256 * 1024, file);
        let mut chain = Chain::new();
        let strange = || JournalError::UnknownFormat(path.to_owned());
        let Next::Line(line) = next_line(&mut lines).map_err(Journal::io(path))? else {
            return Err(strange());
        };
        // The version comes first: the rest of the line is for those who know it.
        let rest = line.strip_prefix(HEAD.as_bytes()).ok_or_else(strange)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let version = std::str::from_utf8(&rest[..digits]).ok().and_then(|digits| digits.parse::<u32>().ok());
        match version {
            Some(VERSION) => {}
            Some(1) => return Err(JournalError::Older(path.to_owned())),
            // Where the number was damaged, its line says so.
            Some(version) if version > VERSION && chain.open(&line).is_some() => {
                return Err(JournalError::Newer(path.to_owned()));
            }
            _ => return Err(JournalError::Damaged { path: path.to_owned(), line: 1 }),
        }
        let Some(text) = chain.open(&line) else {
            return Err(JournalError::Damaged { path: path.to_owned(), line: 1 });
        };
        let head: Head = serde_json::from_slice(text).map_err(|_| strange())?;
        Ok(Self { lines, path, plan: head.plan, whole: line.len() as u64, count: 1, chain, end: None })
    }

    /// The next batch; nothing at the end, or before a line that was cut.
    ///
    /// # Errors
    /// What the system says, or that the line is not as it was written.
    pub fn next_entry<E: DeserializeOwned>(&mut self) -> Result<Option<Entry<E>>, JournalError> {
        let line = match next_line(&mut self.lines).map_err(Journal::io(self.path))? {
            Next::Line(line) => line,
            Next::End => return Ok(None),
            Next::TooLong => return Err(self.damaged()),
        };
        let Some(text) = self.chain.open(&line) else { return Err(self.damaged()) };
        let entry = serde_json::from_slice(text).map_err(|_| self.strange())?;
        self.whole += line.len() as u64;
        self.count += 1;
        Ok(Some(entry))
    }

    /// Checks that what was read is all that was written.
    ///
    /// # Errors
    /// Where lines are missing at the end.
    pub(super) fn check_end(&self) -> Result<(), JournalError> {
        if self.end.as_ref().is_none_or(|end| *end == self.chain) { Ok(()) } else { Err(self.damaged()) }
    }

    /// The line behind those that were read is not as it was written.
    fn damaged(&self) -> JournalError {
        JournalError::Damaged { path: self.path.to_owned(), line: self.count + 1 }
    }

    /// Returns the error for a file that is not a journal.
    pub(super) fn strange(&self) -> JournalError {
        JournalError::UnknownFormat(self.path.to_owned())
    }

    pub(super) fn path(&self) -> &'p Path {
        self.path
    }
}
