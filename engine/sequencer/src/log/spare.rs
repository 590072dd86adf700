//! The next segment, filled with zeros by a thread of its own before it is needed. So no sync of the
//! log pays for room on the disk, and a disk without room is known while the log still has some.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::disk::{Disk, DiskFile};

/// Its name until it is a segment.
pub(super) const NAME: &str = "next.new";

/// How much is written at once.
const STEP: usize = 1 << 20;

/// How long after a failure it is tried again.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) struct Spare {
    disk: Arc<dyn Disk>,
    state: State,
}

enum State {
    None,
    Making(Making),
    Made(Zeros),
    Failed(Instant),
}

struct Making {
    thread: JoinHandle<io::Result<Zeros>>,
    is_stopped: Arc<AtomicBool>,
}

/// A file of zeros that is on the disk.
pub(super) struct Zeros {
    pub(super) file: Box<dyn DiskFile>,
    pub(super) bytes: u64,
}

impl Spare {
    pub(super) fn new(disk: Arc<dyn Disk>) -> Self {
        Self { disk, state: State::None }
    }

    /// Begins to make it, if it is not there and making it has not failed just now.
    pub(super) fn prepare(&mut self, bytes: u64) {
        self.look();
        let is_due = match &self.state {
            State::None => true,
            State::Making(_) | State::Made(_) => false,
            State::Failed(at) => PAUSE <= at.elapsed(),
        };
        if is_due {
            self.state = self.begin(bytes);
        }
    }

    /// Whether the disk has no room for it.
    pub(super) fn has_failed(&mut self) -> bool {
        self.look();
        matches!(self.state, State::Failed(_))
    }

    /// Waits until it is made, if it is being made, and gives it.
    pub(super) fn take(&mut self) -> Option<Zeros> {
        match std::mem::replace(&mut self.state, State::None) {
            State::Made(zeros) => Some(zeros),
            State::Making(making) => making.wait().ok(),
            State::None | State::Failed(_) => None,
        }
    }

    fn begin(&self, bytes: u64) -> State {
        let (disk, is_stopped) = (Arc::clone(&self.disk), Arc::new(AtomicBool::new(false)));
        let stopped = Arc::clone(&is_stopped);
        let make = move || make(&*disk, bytes, &stopped);
        match thread::Builder::new().name("next segment".to_owned()).spawn(make) {
            Ok(thread) => State::Making(Making { thread, is_stopped }),
            Err(_) => State::Failed(Instant::now()),
        }
    }

    /// Takes what the thread has made, if it is ready.
    fn look(&mut self) {
        if matches!(&self.state, State::Making(making) if making.thread.is_finished()) {
            self.state = self.take().map_or_else(|| State::Failed(Instant::now()), State::Made);
        }
    }
}

impl Making {
    fn wait(self) -> io::Result<Zeros> {
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        if let State::Making(making) = std::mem::replace(&mut self.state, State::None) {
            making.is_stopped.store(true, Ordering::Relaxed);
            // Nobody needs it any more, whatever came of it.
            let _ = making.wait();
        }
    }
}

/// Leaves nothing behind when it fails, or the disk would be full of it.
fn make(disk: &dyn Disk, bytes: u64, is_stopped: &AtomicBool) -> io::Result<Zeros> {
    let write = || {
        let file = disk.create(NAME)?;
        let mut at = 0;
        while at < bytes && !is_stopped.load(Ordering::Relaxed) {
            at = fill(&*file, at, bytes.min(at + STEP as u64))?;
            file.sync()?;
        }
        Ok(Zeros { file, bytes: at })
    };
    write().inspect_err(|_| {
        // What it failed of is told; a file that cannot be removed either is emptied the next time.
        let _ = disk.remove(NAME);
    })
}

/// Writes zeros up to `end`.
pub(super) fn fill(file: &dyn DiskFile, mut at: u64, end: u64) -> io::Result<u64> {
    let zeros = vec![0; STEP.min(usize::try_from(end - at).unwrap_or(STEP))];
    while at < end {
        let step = zeros.len().min(usize::try_from(end - at).unwrap_or(STEP));
        file.write_at(&zeros[..step], at)?;
        at += step as u64;
    }
    Ok(at)
}
