//! The files of a portfolio: their places, permissions, lock, and setting them aside.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, Utc};

use crate::{files, portfolio::StoreError};

/// The file of what can be read again.
pub(super) const CACHE: &str = "portfolio.sqlite";
/// The file of what cannot: observed changes, and notes.
pub(super) const HISTORY: &str = "history.sqlite";
/// The lock of the one process that writes. It holds the number of that process.
const LOCK: &str = "sync.lock";
/// The lock that a note is written under, beside the history.
pub(super) const HISTORY_LOCK: &str = ".history.sqlite.lock";

/// The endings of the files that SQLite keeps beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The part after a database's name when it was set aside; the time follows.
const SET_ASIDE: &str = ".set-aside-";

/// Returns the folder of a profile's portfolio below the data folder.
pub fn folder_of(data: &Path, profile: &str) -> PathBuf {
    data.join("portfolio").join(profile)
}

/// Returns true if there is such a file.
///
/// # Errors
/// Fails if something else has its name, such as a link or a folder.
pub(super) fn exists(path: &Path) -> Result<bool, StoreError> {
    let found = files::inspect(path, files::SymlinkPolicy::Refuse).map_err(StoreError::io(path))?;
    Ok(found.is_some())
}

/// Creates an empty file that only its owner can read, unless it exists.
pub(super) fn create_private(path: &Path) -> Result<(), StoreError> {
    files::create_private_folder(files::parent(path)).map_err(StoreError::io(path))?;
    // An existing database is never opened here: closing it would release the locks that SQLite holds on it for other
    // connections of this process.
    if exists(path)? {
        return Ok(());
    }
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    private(&mut options);
    files::open(path, &mut options, files::SymlinkPolicy::Refuse).map_err(StoreError::io(path)).map(drop)
}

/// Makes files private from their first byte.
fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

/// The lock of the process that writes.
#[derive(Debug)]
pub(super) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock of a folder.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if another process has it.
    pub(super) fn take(folder: &Path) -> Result<Self, StoreError> {
        /// The attempts, and the pause between them: [`WriterLock::holder`] holds the lock for an instant.
        const ATTEMPTS: u32 = 5;
        const PAUSE: Duration = Duration::from_millis(10);
        let path = folder.join(LOCK);
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        private(&mut options);
        let mut holder = None;
        for _ in 0..ATTEMPTS {
            files::create_private_folder(folder).map_err(StoreError::io(folder))?;
            let mut file = files::open(&path, &mut options, files::SymlinkPolicy::Refuse)
                .map_err(StoreError::io(&path))?;
            match file.try_lock() {
                Ok(()) if files::is_at(&file, &path) => {
                    let written = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
                    written.map_err(StoreError::io(&path))?;
                    return Ok(Self { _file: file });
                }
                // Another process forgot the portfolio meanwhile, and this file with it.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    holder = read_process(&mut file);
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::Error(source)) => return Err(StoreError::io(&path)(source)),
            }
        }
        Err(StoreError::Busy(holder))
    }

    /// Returns the process that holds the lock of a folder, if one does.
    pub(super) fn holder(folder: &Path) -> Option<u32> {
        /// The attempts, and the pause between them: a process that is about to start another program shares its locks with
        /// it for an instant, even if it has just released them.
        const ATTEMPTS: u32 = 3;
        const PAUSE: Duration = Duration::from_millis(5);
        let mut options = OpenOptions::new();
        let mut file =
            files::open(&folder.join(LOCK), options.read(true), files::SymlinkPolicy::Refuse).ok()?;
        for _ in 0..ATTEMPTS {
            match file.try_lock_shared() {
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
                _ => return None,
            }
        }
        Some(read_process(&mut file).unwrap_or_default())
    }
}

fn read_process(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(20).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// The renaming of a portfolio's folder, for which everything is prepared.
#[derive(Debug)]
pub struct PortfolioRename {
    from: PathBuf,
    to: PathBuf,
    /// The lock of the portfolio; `None` if there is none under the former name.
    lock: Option<WriterLock>,
}

impl PortfolioRename {
    /// Makes sure that the folder can be renamed.
    pub(super) fn new(from: PathBuf, to: PathBuf) -> Result<Self, StoreError> {
        make_way(&to)?;
        let lock = if from.exists() { Some(WriterLock::take(&from)?) } else { None };
        Ok(Self { from, to, lock })
    }

    /// Renames the folder.
    ///
    /// # Errors
    /// Fails if something has got the new name meanwhile, or if the folder cannot be renamed.
    pub fn finish(self) -> Result<(), StoreError> {
        let Self { from, to, lock: Some(lock) } = self else { return Ok(()) };
        make_way(&to)?;
        // An open file would keep the folder from being renamed on some systems.
        drop(lock);
        fs::rename(&from, &to).map_err(StoreError::io(&from))
    }
}

/// Makes sure that nothing is at a path. An empty folder is removed.
fn make_way(path: &Path) -> Result<(), StoreError> {
    if fs::symlink_metadata(path).is_err() || fs::remove_dir(path).is_ok() {
        return Ok(());
    }
    Err(StoreError::Taken(path.to_owned()))
}

/// Renames a database, and what SQLite keeps beside it, so that a new one can be begun. Returns its new path.
pub(super) fn set_aside(path: &Path, now: DateTime<Utc>) -> Result<PathBuf, StoreError> {
    let stamp = now.format("%Y%m%d-%H%M%S");
    let name = name_of(path);
    let free = |number: u32| {
        let number = if number == 0 { String::new() } else { format!("-{number}") };
        path.with_file_name(format!("{name}{SET_ASIDE}{stamp}{number}"))
    };
    let target = (0..u32::MAX).map(free).find(|path| !path.exists()).unwrap_or_else(|| free(0));
    fs::rename(path, &target).map_err(StoreError::io(path))?;
    for ending in BESIDE {
        let beside = with_ending(path, ending);
        if beside.exists() {
            fs::rename(&beside, with_ending(&target, ending)).map_err(StoreError::io(&beside))?;
        }
    }
    Ok(target)
}

/// Returns the databases of a name that were set aside, without the files beside them.
pub(super) fn set_aside_files(folder: &Path, own: &str) -> Result<Vec<PathBuf>, StoreError> {
    let is_database = |path: &PathBuf| !BESIDE.iter().any(|ending| name_of(path).ends_with(ending));
    Ok(set_aside_parts(folder, own)?.into_iter().filter(is_database).collect())
}

/// Returns the databases of a name that were set aside, with the files beside them.
pub(super) fn set_aside_parts(folder: &Path, own: &str) -> Result<Vec<PathBuf>, StoreError> {
    files_of(folder, &format!("{own}{SET_ASIDE}"))
}

/// Returns the name of a file.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Returns true if a log beside a database holds what may not be in it yet.
pub(super) fn has_log(path: &Path) -> bool {
    fs::metadata(with_ending(path, "-wal")).is_ok_and(|log| log.len() > 0)
}

/// Returns every file of a portfolio in its folder, those set aside too.
pub(super) fn all_files(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = Vec::new();
    for own in [CACHE, HISTORY, HISTORY_LOCK, LOCK] {
        found.extend(files_of(folder, own)?);
    }
    Ok(found)
}

/// Returns the files in a folder whose names begin with this one.
pub(super) fn files_of(folder: &Path, own: &str) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::io(folder)(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(StoreError::io(folder))?;
        if entry.file_name().to_string_lossy().starts_with(own) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Deletes files for good: their contents are overwritten first, so that they are in no free block afterwards. Before that they
/// are renamed, all of them, so that another process that reads them can tell that they are gone. If this is killed, their new
/// names still show that they are the portfolio's.
pub(super) fn delete(paths: &[PathBuf]) -> Result<(), StoreError> {
    let mut renamed = Vec::new();
    for path in paths {
        let target = with_ending(path, &format!(".deleted-{}", std::process::id()));
        match fs::rename(path, &target) {
            Ok(()) => renamed.push(target),
            // A reader that has just ended deletes the files beside a database too.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::io(path)(error)),
        }
    }
    for path in renamed {
        // A link or a folder in place of a file is not the portfolio's.
        let is_own = files::inspect(&path, files::SymlinkPolicy::Refuse).is_ok();
        let deleted = if is_own { wipe(&path) } else { Ok(()) }.and_then(|()| fs::remove_file(&path));
        deleted.map_err(StoreError::io(&path))?;
    }
    Ok(())
}

/// Overwrites the contents of a file with zeros.
fn wipe(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = files::open(path, options.write(true), files::SymlinkPolicy::Refuse)?;
    let mut left = file.metadata()?.len();
    let zeros = [0; 8 * 1024];
    while left > 0 {
        let piece = usize::try_from(left.min(zeros.len() as u64)).unwrap_or(zeros.len());
        file.write_all(&zeros[..piece])?;
        left -= piece as u64;
    }
    file.sync_all()
}

/// Returns a warning if a folder is on a network file system, where locks and shared memory may not work.
#[cfg(target_os = "linux")]
pub(super) fn network_warning(folder: &Path) -> Option<String> {
    /// The numbers of `statfs` for NFS, SMB, CIFS, SMB2, AFS and FUSE (sshfs and others).
    const NETWORK: [i128; 6] = [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x5346_414f, 0x6573_5546];
    let kind = rustix::fs::statfs(folder).ok()?.f_type;
    // Its type depends on the platform.
    let kind = i128::from(kind) & 0xffff_ffff;
    is_network(kind, &NETWORK).then(|| {
        format!(
            "{} is on a network file system: use it from one machine at a time, or name another folder with VIPMP_DATA_DIR",
            crate::text::display_path(folder)
        )
    })
}

/// Returns true if the number is one of a network file system. In debug builds, a variable makes every one of them one.
#[cfg(target_os = "linux")]
fn is_network(kind: i128, network: &[i128]) -> bool {
    network.contains(&kind)
        || (cfg!(debug_assertions) && std::env::var_os("VIPMP_NETWORK_FILE_SYSTEM").is_some())
}

/// Returns nothing: the kind of a file system is not known here.
#[cfg(not(target_os = "linux"))]
pub(super) fn network_warning(_: &Path) -> Option<String> {
    None
}
