//! What waits to be written to one connection: a private lane that loses nothing and a public lane
//! that is skipped when its reader is slow.
//!
//! The publisher pushes and the connection's task takes; neither ever waits for the other. Frames
//! are shared by reference count, so a public frame stands once in memory for all its readers.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::Notify;

/// Private bytes beyond which a connection is closed with 4013; its account stream is resumed.
const PRIVATE_LIMIT: usize = 4 << 20;
/// Public bytes beyond which the connection gets no more until it has taken what waits.
const PUBLIC_LIMIT: usize = 256 << 10;
/// The same, for the age of what waits.
const PUBLIC_AGE: Duration = Duration::from_secs(1);
/// The close code of a reader that does not read.
pub(crate) const SLOW_CONSUMER: u16 = 4013;
/// How long private frames may wait while none is taken.
const PRIVATE_AGE: Duration = Duration::from_secs(10);

/// One message as it is written. Its bytes are shared by reference count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// JSON.
    Text(Bytes),
    /// Fields of fixed width.
    Binary(Bytes),
}

impl Frame {
    /// Its bytes, whichever they are.
    pub(crate) fn bytes(&self) -> &Bytes {
        match self {
            Self::Text(bytes) | Self::Binary(bytes) => bytes,
        }
    }

    fn len(&self) -> usize {
        self.bytes().len()
    }
}

impl From<Bytes> for Frame {
    fn from(text: Bytes) -> Self {
        Self::Text(text)
    }
}

impl From<String> for Frame {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

/// The waiting frames of one connection.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    lanes: Mutex<Lanes>,
    wake: Notify,
    in_flight: AtomicU32,
}

#[derive(Debug, Default)]
struct Lanes {
    private: Lane,
    /// Bytes of replayed events, which the reader asked for at once and may take in its own time.
    replayed: usize,
    public: Lane,
    closing: Option<Closing>,
    stall: Stall,
}

/// Whether nothing is written, as a client of a sandbox may ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stall {
    #[default]
    No,
    /// For so long, once what waits now is written.
    Soon(Duration),
    Until(Instant),
}

#[derive(Debug, Default)]
struct Lane {
    frames: VecDeque<(Instant, Frame)>,
    bytes: usize,
    /// When something was last taken.
    taken: Option<Instant>,
}

/// Why the publisher or the server wants a connection closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closing {
    /// WebSocket close code.
    pub(crate) code: u16,
    /// At most 123 bytes.
    pub(crate) reason: String,
}

/// Whether a public frame was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Push {
    /// It will be written.
    Queued,
    /// The reader is behind; its channel must start anew when it has caught up.
    Lagging,
}

/// What a connection's task gets when it asks for frames.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Take {
    /// Frames to write, private ones first; none when nothing waits.
    Frames(Vec<Frame>),
    /// Nothing more will be written.
    Close(Closing),
}

impl Outbox {
    /// Queues a frame that must not be lost.
    pub(crate) fn push_private(&self, frame: impl Into<Frame>) {
        let mut lanes = self.lanes();
        if lanes.is_lost() {
            return;
        }
        lanes.private.push(frame.into());
        let pending = lanes.private.bytes;
        if PRIVATE_LIMIT + lanes.replayed < pending || lanes.private.is_stalled_for(PRIVATE_AGE) {
            lanes.close(SLOW_CONSUMER, format!("slow_consumer pending={pending}"));
        }
        drop(lanes);
        self.wake.notify_one();
    }

    /// Queues old events, however many there are.
    pub(crate) fn push_replay(&self, frames: impl IntoIterator<Item = Frame>) {
        let mut lanes = self.lanes();
        for frame in frames {
            lanes.replayed += frame.len();
            lanes.private.push(frame);
        }
        drop(lanes);
        self.wake.notify_one();
    }

    /// Whether old events still wait to be written.
    pub(crate) fn is_replaying(&self) -> bool {
        self.lanes().replayed != 0
    }

    /// Queues the reply to a request, which is then no longer in flight.
    pub(crate) fn reply(&self, frame: impl Into<Frame>) {
        self.abandon();
        self.push_private(frame);
    }

    /// Queues a public frame, unless the reader is behind.
    pub(crate) fn push_public(&self, frame: &Frame) -> Push {
        let mut lanes = self.lanes();
        let full = PUBLIC_LIMIT < lanes.public.bytes + frame.len() && lanes.public.bytes != 0;
        if full || lanes.public.is_older_than(PUBLIC_AGE) {
            return Push::Lagging;
        }
        lanes.public.push(frame.clone());
        drop(lanes);
        self.wake.notify_one();
        Push::Queued
    }

    /// Whether the public lane has been written out.
    pub(crate) fn has_caught_up(&self) -> bool {
        self.lanes().public.frames.is_empty()
    }

    /// Bytes that wait.
    pub(crate) fn pending_bytes(&self) -> usize {
        let lanes = self.lanes();
        lanes.private.bytes + lanes.public.bytes
    }

    /// Asks for the connection to be closed after the private frames that wait.
    pub(crate) fn close(&self, code: u16, reason: &str) {
        self.lanes().close(code, reason.to_owned());
        self.wake.notify_one();
    }

    /// Returns when there may be something to take.
    pub(crate) async fn ready(&self) {
        self.wake.notified().await;
    }

    /// Takes up to about `most` bytes.
    pub(crate) fn take(&self, most: usize) -> Take {
        let mut lanes = self.lanes();
        let mut frames = Vec::new();
        if lanes.is_stalled() {
            return Take::Frames(frames);
        }
        let mut room = most;
        lanes.private.take(&mut room, &mut frames);
        if let (Stall::Soon(time), false, true) =
            (lanes.stall, frames.is_empty(), lanes.private.frames.is_empty())
        {
            lanes.stall = Stall::Until(Instant::now() + time);
        }
        if lanes.private.frames.is_empty() {
            lanes.replayed = 0;
        }
        match &lanes.closing {
            Some(closing) if frames.is_empty() || closing.code == SLOW_CONSUMER => {
                return Take::Close(closing.clone());
            }
            Some(_) => {}
            None => lanes.public.take(&mut room, &mut frames),
        }
        Take::Frames(frames)
    }

    /// Writes nothing for a while, once what waits and one frame more is written.
    pub(crate) fn stall(&self, time: Duration) {
        self.lanes().stall = Stall::Soon(time);
    }

    /// Whether nothing is written now, or will be soon.
    pub(crate) fn is_stalled(&self) -> bool {
        let lanes = self.lanes();
        matches!(lanes.stall, Stall::Soon(_)) || lanes.is_stalled()
    }

    /// Lets the connection's task look again.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Counts a request as in flight.
    pub(crate) fn begin(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    /// A request will not be answered by [`Self::reply`] after all.
    pub(crate) fn abandon(&self) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    /// How many requests wait for their reply.
    pub(crate) fn in_flight(&self) -> u32 {
        self.in_flight.load(Ordering::Relaxed)
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().expect("nothing panics while it holds the lanes")
    }
}

impl Lanes {
    /// Whether what waits will never be written.
    fn is_lost(&self) -> bool {
        self.closing.as_ref().is_some_and(|closing| closing.code == SLOW_CONSUMER)
    }

    fn is_stalled(&self) -> bool {
        match self.stall {
            Stall::Until(end) => Instant::now() < end,
            Stall::No | Stall::Soon(_) => false,
        }
    }

    /// The first wish to close stands.
    fn close(&mut self, code: u16, reason: String) {
        self.closing.get_or_insert(Closing { code, reason });
    }
}

impl Lane {
    fn push(&mut self, frame: Frame) {
        self.bytes += frame.len();
        self.frames.push_back((Instant::now(), frame));
    }

    fn is_older_than(&self, age: Duration) -> bool {
        self.frames.front().is_some_and(|(at, _)| age < at.elapsed())
    }

    /// Whether something has waited so long and nothing was taken meanwhile.
    fn is_stalled_for(&self, time: Duration) -> bool {
        self.is_older_than(time) && self.taken.is_none_or(|taken| time < taken.elapsed())
    }

    /// Moves frames out while there is room; one frame larger than the room still goes.
    fn take(&mut self, room: &mut usize, frames: &mut Vec<Frame>) {
        while 0 < *room
            && let Some((_, frame)) = self.frames.pop_front()
        {
            self.bytes -= frame.len();
            *room = room.saturating_sub(frame.len());
            frames.push(frame);
        }
        self.taken = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests;
