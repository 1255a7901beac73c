//! Reading of files named by the user, which may be pipes, with a time limit.

use std::{io, path::Path, time::Duration};

use super::{decode_utf8, regular};

/// Reads a text of at most `limit` bytes from a file or a pipe; `None` if there is no such file.
///
/// The `<(command)` of a shell is such a pipe. Its writer must close it within `time_limit`; this call blocks no longer.
///
/// # Errors
/// If the system reports one, or if the file is neither a regular one nor a pipe, too large, too slow, or not UTF-8.
pub fn read_file_or_pipe(path: &Path, limit: u64, time_limit: Duration) -> io::Result<Option<String>> {
    #[cfg(unix)]
    if is_pipe(path) {
        return pipe::read(path, limit, time_limit)?.map(decode_utf8).transpose();
    }
    let _ = time_limit;
    regular::read(path, limit)?.map(decode_utf8).transpose()
}

#[cfg(unix)]
fn is_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    std::fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo())
}

#[cfg(unix)]
mod pipe {
    use std::{
        fs::OpenOptions,
        io::{self, Read as _},
        os::unix::fs::OpenOptionsExt as _,
        path::Path,
        time::{Duration, Instant},
    };

    use rustix::{
        event::{PollFd, PollFlags, Timespec, poll},
        fs::OFlags,
        io::Errno,
    };

    use super::super::regular;

    pub(super) fn read(path: &Path, limit: u64, time_limit: Duration) -> io::Result<Option<Vec<u8>>> {
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        let opened = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path);
        let mut file = match opened {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let deadline = Instant::now() + time_limit;
        let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let timeout = Timespec::try_from(left).map_err(io::Error::other)?;
            let mut waiting = [PollFd::new(&file, PollFlags::IN)];
            match poll(&mut waiting, Some(&timeout)) {
                Ok(0) => return Err(too_slow(bytes.is_empty(), time_limit)),
                Ok(_) => {}
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            match file.read(&mut piece) {
                Ok(0) => return Ok(Some(bytes)),
                Ok(count) => bytes.extend_from_slice(&piece[..count]),
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
                Err(error) => return Err(error),
            }
            if bytes.len() as u64 > limit {
                return Err(regular::too_large(limit));
            }
        }
    }

    fn too_slow(is_empty: bool, time_limit: Duration) -> io::Error {
        let seconds = time_limit.as_secs_f64();
        let words = if is_empty {
            format!("it is a pipe to which nothing was written within {seconds} s")
        } else {
            format!("it is a pipe whose writer did not close it within {seconds} s")
        };
        io::Error::new(io::ErrorKind::TimedOut, words)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{io::Write as _, path::PathBuf};

    use super::*;

    const LONG: Duration = Duration::from_secs(20);
    const SHORT: Duration = Duration::from_millis(50);

    fn pipe(folder: &Path) -> PathBuf {
        let path = folder.join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, 0o600.into()).unwrap();
        path
    }

    #[test]
    fn files_are_read_and_missing_ones_are_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        assert_eq!(read_file_or_pipe(&path, 9, SHORT).unwrap(), None);
        std::fs::write(&path, "s3cr3t").unwrap();
        assert_eq!(read_file_or_pipe(&path, 9, SHORT).unwrap().as_deref(), Some("s3cr3t"));
        let error = read_file_or_pipe(Path::new("/dev/zero"), 9, SHORT).unwrap_err();
        assert_eq!(error.to_string(), "it is a device, not a regular file");
    }

    #[test]
    fn a_pipe_is_read_to_its_end_even_if_its_writer_is_late() {
        let folder = tempfile::tempdir().unwrap();
        let path = pipe(folder.path());
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| read_file_or_pipe(&path, 9, LONG));
            // This blocks until the reader has opened the pipe.
            let mut writer = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
            writer.write_all(b"s3c").unwrap();
            writer.write_all(b"r3t").unwrap();
            drop(writer);
            assert_eq!(reader.join().unwrap().unwrap().as_deref(), Some("s3cr3t"));
        });
    }

    #[test]
    fn an_open_pipe_of_a_shell_is_read_after_its_writer_has_exited() {
        let (reader, mut writer) = io::pipe().unwrap();
        writer.write_all(b"s3cr3t").unwrap();
        drop(writer);
        let path = PathBuf::from(format!("/dev/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&reader)));
        assert_eq!(read_file_or_pipe(&path, 9, LONG).unwrap().as_deref(), Some("s3cr3t"));
        assert_eq!(read_file_or_pipe(&path, 9, LONG).unwrap().as_deref(), Some(""), "it has been read");
    }

    #[test]
    fn a_pipe_that_is_not_closed_times_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = pipe(folder.path());
        let error = read_file_or_pipe(&path, 9, SHORT).unwrap_err();
        assert_eq!(error.to_string(), "it is a pipe to which nothing was written within 0.05 s");
        let mut both = std::fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
        both.write_all(b"s3c").unwrap();
        let error = read_file_or_pipe(&path, 9, SHORT).unwrap_err();
        assert_eq!(error.to_string(), "it is a pipe whose writer did not close it within 0.05 s");
        both.write_all(b"0123456789").unwrap();
        assert_eq!(read_file_or_pipe(&path, 9, LONG).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }
}
