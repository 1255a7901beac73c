//! The files of a portfolio: their places, permissions, lock, and setting them aside.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};

use crate::{files, portfolio::StoreError};

/// The file of what can be read again.
pub(super) const CACHE: &str = "portfolio.sqlite";
/// The file of what cannot: observed changes.
pub(super) const HISTORY: &str = "history.sqlite";
/// The lock of the one process that writes. It holds the number of that process.
const LOCK: &str = "sync.lock";

/// The endings of the files that SQLite keeps beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Returns the folder of a profile's portfolio below the data folder.
pub fn folder_of(data: &Path, profile: &str) -> PathBuf {
    data.join("portfolio").join(profile)
}

/// Creates an empty file that only its owner can read, unless it exists.
pub(super) fn create_private(path: &Path) -> Result<(), StoreError> {
    files::create_private_folder(files::parent(path)).map_err(StoreError::io(path))?;
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    files::open(path, &mut options, files::SymlinkPolicy::Refuse).map_err(StoreError::io(path)).map(drop)
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
        let path = folder.join(LOCK);
        files::create_private_folder(folder).map_err(StoreError::io(folder))?;
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file =
            files::open(&path, &mut options, files::SymlinkPolicy::Refuse).map_err(StoreError::io(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Busy(read_process(&mut file))),
            Err(TryLockError::Error(source)) => return Err(StoreError::io(&path)(source)),
        }
        let written = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
        written.map_err(StoreError::io(&path))?;
        Ok(Self { _file: file })
    }

    /// Returns the process that holds the lock of a folder, if one does.
    pub(super) fn holder(folder: &Path) -> Option<u32> {
        let mut file = OpenOptions::new().read(true).write(true).open(folder.join(LOCK)).ok()?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Some(read_process(&mut file).unwrap_or_default()),
            _ => None,
        }
    }
}

fn read_process(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(20).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// Renames a database, and what SQLite keeps beside it, so that a new one can be begun. Returns its new path.
pub(super) fn set_aside(path: &Path, now: DateTime<Utc>) -> Result<PathBuf, StoreError> {
    let stamp = now.format("%Y%m%d-%H%M%S");
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let free = |number: u32| {
        let number = if number == 0 { String::new() } else { format!("-{number}") };
        path.with_file_name(format!("{name}.set-aside-{stamp}{number}"))
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

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Returns every file of a portfolio in its folder, those set aside too.
pub(super) fn all_files(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::io(folder)(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(StoreError::io(folder))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if [CACHE, HISTORY, LOCK].iter().any(|own| name.starts_with(own)) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
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
