//! One public channel: its numbers and its readers. A frame is made once and shared by all readers;
//! a reader that is behind misses frames and starts anew when it has caught up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::subject::{Pace, Subject};
use crate::admission::Encoding;
use crate::link::Link;
use crate::outbox::{Frame, Push};

/// A channel without news says so.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// A message in each encoding that somebody reads.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    text: Frame,
    /// Of what comes often, where somebody reads it so.
    binary: Option<Frame>,
}

impl Made {
    /// The same in binary as well.
    pub(super) fn and(text: Bytes, binary: Option<Bytes>) -> Self {
        Self { text: Frame::Text(text), binary: binary.map(Frame::Binary) }
    }

    fn of(&self, encoding: Encoding) -> &Frame {
        match (encoding, &self.binary) {
            (Encoding::Binary, Some(binary)) => binary,
            (Encoding::Binary, None) | (Encoding::Json, _) => &self.text,
        }
    }
}

impl From<Bytes> for Made {
    fn from(text: Bytes) -> Self {
        Self::and(text, None)
    }
}

/// One public channel that somebody has asked for.
#[derive(Debug)]
pub(crate) struct Topic {
    pub(crate) subject: Subject,
    /// Its name on the wire.
    pub(crate) channel: String,
    /// Its number in binary messages.
    pub(crate) no: u32,
    /// Within one epoch no number is used twice.
    pub(crate) epoch: String,
    /// The number of its last message.
    pub(crate) seq: u64,
    readers: Vec<Reader>,
    sent: Instant,
    is_read_in_binary: bool,
    /// The epoch it began with, and how many began since.
    first_epoch: String,
    epochs: u32,
}

#[derive(Debug)]
struct Reader {
    link: Arc<Link>,
    missed: Option<Missed>,
    /// Messages to leave out, as a client of a sandbox may ask.
    leaves_out: u32,
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
    pub(crate) fn new(subject: Subject, channel: String, no: u32, run: &str, now: Instant) -> Self {
        let epoch = format!("{}-{run}", subject.epoch_letter());
        let first_epoch = epoch.clone();
        let readers = Vec::new();
        Self {
            subject,
            channel,
            no,
            epoch,
            seq: 0,
            readers,
            sent: now,
            is_read_in_binary: false,
            first_epoch,
            epochs: 0,
        }
    }

    /// Whether anybody listens.
    pub(crate) fn has_readers(&self) -> bool {
        !self.readers.is_empty()
    }

    /// Whether a connection listens.
    pub(crate) fn is_heard(&self, no: u64) -> bool {
        self.readers.iter().any(|reader| reader.link.no == no)
    }

    /// Somebody will read it in this encoding.
    pub(crate) fn will_be_read(&mut self, encoding: Encoding) {
        self.is_read_in_binary |= encoding == Encoding::Binary;
    }

    /// Whether it is to be made in binary too.
    pub(crate) fn is_read_in_binary(&self) -> bool {
        self.is_read_in_binary
    }

    /// Adds a reader, who gets `snapshot` first. A reader that is there already starts anew.
    pub(crate) fn add(&mut self, link: &Arc<Link>, snapshot: &Made) {
        self.remove(link.no);
        let mut reader = Reader { link: Arc::clone(link), missed: None, leaves_out: 0 };
        reader.push(snapshot, self.seq);
        self.readers.push(reader);
    }

    /// Removes a reader and says whether it was there.
    pub(crate) fn remove(&mut self, no: u64) -> bool {
        let before = self.readers.len();
        self.readers.retain(|reader| reader.link.no != no);
        self.readers.len() < before
    }

    /// Leaves out the next messages to a reader; `false` when there is no such reader.
    pub(crate) fn leave_out(&mut self, no: u64, count: u32) -> bool {
        let reader = self.readers.iter_mut().find(|reader| reader.link.no == no);
        reader.map(|reader| reader.leaves_out = count).is_some()
    }

    /// Numbers begin anew under another epoch.
    pub(crate) fn begin_epoch(&mut self) {
        self.epochs += 1;
        self.epoch = format!("{}.{}", self.first_epoch, self.epochs);
        self.seq = 0;
    }

    /// Removes the readers whose connections have ended.
    pub(crate) fn sweep(&mut self) {
        self.readers.retain(|reader| !reader.link.is_gone());
        self.is_read_in_binary =
            self.readers.iter().any(|reader| reader.link.encoding == Encoding::Binary);
    }

    /// Takes the number of the next message.
    pub(crate) fn next(&mut self) {
        self.seq += 1;
    }

    /// Sends a frame to every reader that is not behind.
    pub(crate) fn send(&mut self, frame: &Made, now: Instant) {
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
    pub(crate) fn catch_up(&mut self, mut frame: impl FnMut(&Self, Missed) -> Made) {
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
    fn push(&mut self, frame: &Made, seq: u64) {
        if let Some(left) = self.leaves_out.checked_sub(1) {
            self.leaves_out = left;
            return;
        }
        match self.link.outbox.push_public(frame.of(self.link.encoding)) {
            Push::Queued => {}
            Push::Lagging => self.missed = Some(Missed { from_seq: seq, count: 1 }),
        }
    }
}
