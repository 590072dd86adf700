//! A log in memory, for tests and for exchanges that need not outlive their process.

use std::sync::{Arc, Mutex, MutexGuard};

use types::Sequenced;

use super::frame::End;
use super::{CommandLog, Flushed, Follow, Frame, FrameLog, Head, Logged, Place, TornTail, record};
use crate::{Batch, Error, codec};

/// A log in memory. Clones share their records, so a test can drop an exchange and open its log
/// again.
#[derive(Clone, Debug, Default)]
pub struct MemoryLog(Arc<Mutex<Records>>);

#[derive(Default)]
struct Records {
    records: Vec<Kept>,
    frames: Vec<Bounds>,
    durable: End,
    written: End,
    waiting: Vec<Flushed>,
    vote: Option<Vec<u8>>,
}

#[derive(Clone)]
struct Kept {
    author: u64,
    record: Sequenced<Box<[u8]>>,
}

/// A frame: where the log ends before it and with it.
struct Bounds {
    note: Vec<u8>,
    before: End,
    end: End,
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records").field("durable", &self.durable).finish_non_exhaustive()
    }
}

impl Records {
    fn first(&self) -> u64 {
        self.records.first().map_or(self.written.head.seq + 1, |kept| kept.record.seq)
    }

    /// The records numbered from `from` up to `to`.
    fn between(&self, from: u64, to: u64) -> &[Kept] {
        let place = |seq: u64| self.records.partition_point(|kept| kept.record.seq < seq);
        &self.records[place(from)..place(to.saturating_add(1)).max(place(from))]
    }

    /// Goes back to where the log ended before this frame.
    fn cut(&mut self, place: usize) {
        if let Some(first) = self.frames.get(place) {
            self.written = first.before;
            self.durable = self.written;
            let last = self.written.head.seq;
            self.records.truncate(self.records.partition_point(|kept| kept.record.seq <= last));
            self.frames.truncate(place);
        }
    }
}

impl Kept {
    fn logged(&self) -> Logged {
        let Sequenced { seq, time, value } = &self.record;
        let value = codec::decode(value).expect("it was encoded here");
        Logged { author: self.author, command: Sequenced { seq: *seq, time: *time, value } }
    }
}

impl MemoryLog {
    fn lock(&self) -> MutexGuard<'_, Records> {
        self.0.lock().expect("an append that panicked has stopped its exchange")
    }
}

/// Follows a log in memory.
pub struct MemoryFollower {
    log: MemoryLog,
    /// The next record.
    next: u64,
}

impl Follow for MemoryFollower {
    fn next(&mut self, durable: u64) -> Result<Option<Logged>, Error> {
        let records = self.log.lock();
        let Some(kept) = records.between(self.next, durable).first() else { return Ok(None) };
        self.next = kept.record.seq + 1;
        Ok(Some(kept.logged()))
    }
}

impl CommandLog for MemoryLog {
    type Follower = MemoryFollower;

    fn head(&self) -> Head {
        self.lock().durable.head
    }

    fn append(&mut self, batch: &Batch) -> Result<(), Error> {
        if !batch.is_empty() {
            let term = self.place().term;
            self.write(term, &[], batch, Box::new(drop))?;
        }
        self.flush()
    }

    fn records(
        &self,
        from: u64,
    ) -> Result<impl Iterator<Item = Result<Logged, Error>> + Send, Error> {
        let records = self.lock();
        let kept = records.between(from, records.durable.head.seq).to_vec();
        Ok(kept.into_iter().map(|kept| Ok(kept.logged())))
    }

    fn first(&self) -> u64 {
        self.lock().first()
    }

    fn drop_before(&mut self, seq: u64) -> Result<(), Error> {
        let records = &mut *self.lock();
        records.records.retain(|kept| seq <= kept.record.seq);
        let first = records.first();
        records.frames.retain(|frame| first <= frame.before.head.seq + 1);
        Ok(())
    }

    fn follow(&self, from: u64) -> Result<MemoryFollower, Error> {
        Ok(MemoryFollower { log: self.clone(), next: from.max(1) })
    }

    fn bytes(&self) -> u64 {
        let bytes = |kept: &Kept| (record::HEADER_BYTES + kept.record.value.len()) as u64;
        self.lock().records.iter().map(bytes).sum()
    }

    fn cut(&self) -> Option<&TornTail> {
        None
    }
}

impl FrameLog for MemoryLog {
    fn place(&self) -> Place {
        self.lock().durable.place
    }

    fn write(
        &mut self,
        term: u64,
        note: &[u8],
        batch: &Batch,
        flushed: Flushed,
    ) -> Result<(), Error> {
        let records = &mut *self.lock();
        let before = records.written;
        assert!(before.place.term <= term, "terms do not go back");
        let mut head = before.head;
        for (author, record) in batch.records() {
            head = head.then(author, &record);
            let Sequenced { seq, time, value } = record;
            records
                .records
                .push(Kept { author, record: Sequenced { seq, time, value: value.into() } });
        }
        records.written = End { head, place: Place { term, index: before.place.index + 1 } };
        records.frames.push(Bounds { note: note.to_vec(), before, end: records.written });
        records.waiting.push(flushed);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Error> {
        let (head, waiting) = {
            let records = &mut *self.lock();
            records.durable = records.written;
            (records.durable.head, std::mem::take(&mut records.waiting))
        };
        waiting.into_iter().for_each(|flushed| flushed(head));
        Ok(())
    }

    fn truncate_after(&mut self, index: u64) -> Result<(), Error> {
        self.flush()?;
        let records = &mut *self.lock();
        let place = records.frames.partition_point(|frame| frame.end.place.index <= index);
        records.cut(place);
        Ok(())
    }

    fn frames(&self, from: u64) -> Result<impl Iterator<Item = Result<Frame, Error>>, Error> {
        let records = self.lock();
        let last = records.durable.place.index;
        let is_asked = |bounds: &&Bounds| (from..=last).contains(&bounds.end.place.index);
        let frame = |bounds: &Bounds| {
            let kept = records.between(bounds.before.head.seq + 1, bounds.end.head.seq);
            let records = kept.iter().map(Kept::logged).collect();
            Ok(Frame { place: bounds.end.place, note: bounds.note.clone(), records })
        };
        Ok(records.frames.iter().filter(is_asked).map(frame).collect::<Vec<_>>().into_iter())
    }

    fn save_vote(&mut self, vote: &[u8]) -> Result<(), Error> {
        self.lock().vote = Some(vote.to_vec());
        Ok(())
    }

    fn vote(&self) -> Option<Vec<u8>> {
        self.lock().vote.clone()
    }
}
