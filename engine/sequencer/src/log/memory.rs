//! A log in memory, for tests and for exchanges that need not outlive their process.

use std::sync::{Arc, Mutex, MutexGuard};

use types::{Command, Sequenced};

use super::{CommandLog, Follow, Head, TornTail, record};
use crate::{Batch, Error, codec};

/// A log in memory. Clones share their records, so a test can drop an exchange and open its log
/// again.
#[derive(Clone, Debug, Default)]
pub struct MemoryLog(Arc<Mutex<Records>>);

#[derive(Debug, Default)]
struct Records {
    head: Head,
    payloads: Vec<Sequenced<Box<[u8]>>>,
    bytes: u64,
}

impl MemoryLog {
    fn records(&self) -> MutexGuard<'_, Records> {
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
    fn next(&mut self, durable: u64) -> Result<Option<Sequenced<Command>>, Error> {
        if durable < self.next {
            return Ok(None);
        }
        let records = self.log.records();
        let at = records.payloads.partition_point(|record| record.seq < self.next);
        let Some(Sequenced { seq, time, value }) = records.payloads.get(at) else {
            return Ok(None);
        };
        let value = codec::decode(value).expect("it was encoded here");
        self.next = seq + 1;
        Ok(Some(Sequenced { seq: *seq, time: *time, value }))
    }
}

impl CommandLog for MemoryLog {
    type Follower = MemoryFollower;

    fn head(&self) -> Head {
        self.records().head
    }

    fn append(&mut self, batch: &Batch) -> Result<(), Error> {
        let records = &mut *self.records();
        for record in batch.iter() {
            records.head = records.head.then(&record);
            records.bytes += (record::HEADER_BYTES + record.value.len()) as u64;
            let Sequenced { seq, time, value } = record;
            records.payloads.push(Sequenced { seq, time, value: value.into() });
        }
        Ok(())
    }

    fn read(
        &self,
        from: u64,
    ) -> Result<impl Iterator<Item = Result<Sequenced<Command>, Error>>, Error> {
        let payloads: Vec<_> =
            self.records().payloads.iter().filter(|record| from <= record.seq).cloned().collect();
        Ok(payloads.into_iter().map(|Sequenced { seq, time, value }| {
            let value = codec::decode(&value).expect("it was encoded here");
            Ok(Sequenced { seq, time, value })
        }))
    }

    fn first(&self) -> u64 {
        let records = self.records();
        records.payloads.first().map_or(records.head.seq + 1, |record| record.seq)
    }

    fn drop_before(&mut self, seq: u64) -> Result<(), Error> {
        self.records().payloads.retain(|record| seq <= record.seq);
        Ok(())
    }

    fn follow(&self, from: u64) -> Result<MemoryFollower, Error> {
        Ok(MemoryFollower { log: self.clone(), next: from.max(1) })
    }

    fn bytes(&self) -> u64 {
        self.records().bytes
    }

    fn cut(&self) -> Option<&TornTail> {
        None
    }
}
