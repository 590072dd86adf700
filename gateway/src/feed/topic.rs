//! One public channel: its numbers and its readers. A frame is made once and shared by all readers;
//! a reader that is behind misses frames and starts anew when it has caught up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::subject::{Pace, Subject};
use crate::link::Link;
use crate::outbox::Push;

/// A channel without news says so.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// One public channel that somebody has asked for.
#[derive(Debug)]
pub(crate) struct Topic {
    pub(crate) subject: Subject,
    /// Its name on the wire.
    pub(crate) channel: String,
    /// Within one epoch no number is used twice.
    pub(crate) epoch: String,
    /// The number of its last message.
    pub(crate) seq: u64,
    readers: Vec<Reader>,
    sent: Instant,
}

#[derive(Debug)]
struct Reader {
    link: Arc<Link>,
    missed: Option<Missed>,
}

/// What a reader has not been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Missed {
    /// The first number it misses.
    pub(crate) from_seq: u64,
    /// How many messages.
    pub(crate) count: u64,
}

impl Topic {
    pub(crate) fn new(subject: Subject, channel: String, run: &str, now: Instant) -> Self {
        let epoch = format!("{}-{run}", subject.epoch_letter());
        Self { subject, channel, epoch, seq: 0, readers: Vec::new(), sent: now }
    }

    /// Whether anybody listens.
    pub(crate) fn has_readers(&self) -> bool {
        !self.readers.is_empty()
    }

    /// Whether a connection listens.
    pub(crate) fn is_heard(&self, no: u64) -> bool {
        self.readers.iter().any(|reader| reader.link.no == no)
    }

    /// Adds a reader, who gets `snapshot` first. A reader that is there already starts anew.
    pub(crate) fn add(&mut self, link: &Arc<Link>, snapshot: &Bytes) {
        self.remove(link.no);
        let mut reader = Reader { link: Arc::clone(link), missed: None };
        reader.push(snapshot, self.seq);
        self.readers.push(reader);
    }

    /// Removes a reader and says whether it was there.
    pub(crate) fn remove(&mut self, no: u64) -> bool {
        let before = self.readers.len();
        self.readers.retain(|reader| reader.link.no != no);
        self.readers.len() < before
    }

    /// Removes the readers whose connections have ended.
    pub(crate) fn sweep(&mut self) {
        self.readers.retain(|reader| !reader.link.is_gone());
    }

    /// Takes the number of the next message.
    pub(crate) fn next(&mut self) {
        self.seq += 1;
    }

    /// Sends a frame to every reader that is not behind.
    pub(crate) fn send(&mut self, frame: &Bytes, now: Instant) {
        self.sent = now;
        for reader in &mut self.readers {
            match &mut reader.missed {
                Some(missed) => missed.count += 1,
                None => reader.push(frame, self.seq),
            }
        }
    }

    /// Whether enough time has passed for its latest state to be sent.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        match self.subject.pace() {
            Pace::EachChange => true,
            Pace::Latest(interval) => interval <= now.saturating_duration_since(self.sent),
        }
    }

    /// Whether it has been silent for so long that it must say so.
    pub(crate) fn is_silent(&self, now: Instant) -> bool {
        self.has_readers() && HEARTBEAT <= now.saturating_duration_since(self.sent)
    }

    /// Readers that were behind and have written everything out. Each gets the frame that `frame`
    /// makes of what it missed.
    pub(crate) fn catch_up(&mut self, mut frame: impl FnMut(&Self, Missed) -> Bytes) {
        let mut readers = std::mem::take(&mut self.readers);
        for reader in &mut readers {
            if let Some(missed) = reader.missed.take_if(|_| reader.link.outbox.has_caught_up()) {
                let frame = frame(self, missed);
                reader.push(&frame, self.seq);
            }
        }
        self.readers = readers;
    }
}

impl Reader {
    /// `seq` is the number of the frame.
    fn push(&mut self, frame: &Bytes, seq: u64) {
        match self.link.outbox.push_public(frame) {
            Push::Queued => {}
            Push::Lagging => self.missed = Some(Missed { from_seq: seq, count: 1 }),
        }
    }
}
