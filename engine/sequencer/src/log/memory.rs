//! A log in memory, for tests and for exchanges that need not outlive their process.

use std::sync::{Arc, Mutex, MutexGuard};

use types::{Command, Sequenced};

use super::{CommandLog, Head, TornTail, record};
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

impl CommandLog for MemoryLog {
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
        let skipped = usize::try_from(from.saturating_sub(1)).unwrap_or(usize::MAX);
        let payloads: Vec<_> = self.records().payloads.iter().skip(skipped).cloned().collect();
        Ok(payloads.into_iter().map(|Sequenced { seq, time, value }| {
            let value = codec::decode(&value).expect("it was encoded here");
            Ok(Sequenced { seq, time, value })
        }))
    }

    fn bytes(&self) -> u64 {
        self.records().bytes
    }

    fn cut(&self) -> Option<&TornTail> {
        None
    }
}
