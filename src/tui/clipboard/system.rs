//! The clipboard of the system, on a thread of its own: it waits for other programs, some of which never answer.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use tokio::sync::oneshot;

use super::PATIENCE;

/// A clipboard of the system, so that tests need none.
pub trait SystemClipboard: Send + 'static {
    /// Puts the text into the clipboard, or says why that cannot be. May block for as long as it likes.
    fn set(&mut self, text: &str) -> Result<(), String>;
}

/// The clipboard of the desktop.
///
/// Under X11 the content of a clipboard lives in the program that it was copied from: the handle is opened at the
/// first copy and then kept for as long as this lives, that is, to the end of the program.
#[derive(Default)]
pub struct Desktop {
    handle: Option<arboard::Clipboard>,
}

impl fmt::Debug for Desktop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desktop").field("open", &self.handle.is_some()).finish()
    }
}

impl SystemClipboard for Desktop {
    fn set(&mut self, text: &str) -> Result<(), String> {
        let mut handle = match self.handle.take() {
            Some(handle) => handle,
            None => arboard::Clipboard::new().map_err(|error| error.to_string())?,
        };
        // A handle that failed is not kept: the desktop may have gone and come back.
        handle.set_text(text).map_err(|error| error.to_string())?;
        self.handle = Some(handle);
        Ok(())
    }
}

/// The result of a job.
#[derive(Debug)]
pub(super) enum Answer {
    /// The clipboard has it, or says why not.
    Set(Result<(), String>),
    /// A later text was copied before the clipboard got to this one.
    Superseded,
}

/// A text that is to be put into the clipboard.
#[derive(Debug)]
pub(super) struct Job {
    text: String,
    answer: oneshot::Sender<Answer>,
    status: Arc<JobStatus>,
}

/// The shared knowledge about a job.
#[derive(Debug, Default)]
pub(super) struct JobStatus {
    /// The wait for it was too long, and the terminal has got the text.
    given_up: AtomicBool,
    /// The clipboard is done with it.
    finished: AtomicBool,
}

impl JobStatus {
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Release);
    }

    fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Acquire)
    }
}

/// The thread that talks to the clipboard; it starts with the first job.
pub(super) struct Worker {
    /// The clipboard until the thread has it.
    system: Option<Box<dyn SystemClipboard>>,
    thread: Option<Thread>,
    /// Of the last job.
    last: Arc<JobStatus>,
}

struct Thread {
    jobs: mpsc::Sender<Job>,
    /// Hangs up when the thread has ended.
    ended: mpsc::Receiver<()>,
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("started", &self.thread.is_some())
            .field("last", &self.last)
            .finish_non_exhaustive()
    }
}

impl Worker {
    pub(super) fn new(system: impl SystemClipboard) -> Self {
        Self { system: Some(Box::new(system)), thread: None, last: Arc::default() }
    }

    /// Returns whether the clipboard was given up with the last job, and has not come back since.
    pub(super) fn is_unresponsive(&self) -> bool {
        self.last.is_given_up() && !self.last.finished.load(Ordering::Acquire)
    }

    /// Hands a text to the clipboard. The receiver gets the result, or hangs up if there will be none.
    pub(super) fn set(&mut self, text: String) -> (Arc<JobStatus>, oneshot::Receiver<Answer>) {
        let (answer, answered) = oneshot::channel();
        let status = Arc::new(JobStatus::default());
        self.last = Arc::clone(&status);
        if let Some(system) = self.system.take() {
            self.thread = start(system);
        }
        if let Some(thread) = &self.thread {
            // Where the thread has ended, the job goes, and with it the sender.
            let _ = thread.jobs.send(Job { text, answer, status: Arc::clone(&status) });
        }
        (status, answered)
    }
}

impl Drop for Worker {
    /// Waits until the clipboard is closed: under X11 its content is handed over then.
    fn drop(&mut self) {
        let unresponsive = self.is_unresponsive();
        if let Some(Thread { jobs, ended }) = self.thread.take() {
            drop(jobs);
            if !unresponsive {
                let _ = ended.recv_timeout(PATIENCE);
            }
        }
    }
}

fn start(system: Box<dyn SystemClipboard>) -> Option<Thread> {
    let (jobs, taken) = mpsc::channel();
    let (end, ended) = mpsc::channel();
    let work = move || {
        work(system, &taken);
        drop(end);
    };
    let thread = thread::Builder::new().name("clipboard".to_owned()).spawn(work);
    thread.ok().map(|_| Thread { jobs, ended })
}

fn work(mut system: Box<dyn SystemClipboard>, jobs: &mpsc::Receiver<Job>) {
    // Whether the clipboard has taken a text later than the terminal: a newer one may have been copied meanwhile.
    let mut late = false;
    while let Ok(mut job) = jobs.recv() {
        // Only the last text matters. An older one must not come after it.
        while let Ok(newer) = jobs.try_recv() {
            let _ = job.answer.send(Answer::Superseded);
            job = newer;
        }
        let Job { text, answer, status } = job;
        // The terminal has this one. It only has to replace an older one that came late.
        if late || !status.is_given_up() {
            let set = system.set(&text);
            late = set.is_ok() && status.is_given_up();
            // Nobody may listen any more.
            let _ = answer.send(Answer::Set(set));
        }
        status.finished.store(true, Ordering::Release);
    }
}
