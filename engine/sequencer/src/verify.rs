//! Checking a log from nothing, as anybody can who has it: every record, every link of the chain,
//! and the exchange they describe. Reads only.

use std::fmt;
use std::num::NonZeroU64;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use engine::Exchange;
use types::{Command, Event, Mills, Sequenced};

use crate::log::{Head, Reader, TornTail, is_in_use};
use crate::{Digest, Error};

/// What is checked beside every record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    /// After every so many records all invariants of the exchange are checked, as they always are
    /// at the end.
    pub audit_every: Option<NonZeroU64>,
    /// The digest that the exchange had after the record of this number, as it was written down
    /// then.
    pub digest_at: Option<(u64, Digest)>,
}

/// A log that is as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The last record. Its number is also how many there are.
    pub head: Head,
    /// Bytes up to its end.
    pub bytes: u64,
    /// Events that came of all commands.
    pub events: u64,
    /// The digest of the exchange at the end.
    pub digest: Digest,
    /// All money of all purses at the end: always nothing.
    pub ledger_total: Mills,
    /// What a running exchange has only begun to write. It is not part of the above.
    pub unfinished: Option<TornTail>,
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Head { seq, time, chain } = &self.head;
        writeln!(
            f,
            "records  {seq} in {} bytes, up to {time}; {} events",
            self.bytes, self.events
        )?;
        writeln!(f, "chain    {chain}")?;
        writeln!(f, "digest   {}", self.digest)?;
        write!(f, "ledger   {} dollars in all", self.ledger_total)?;
        match &self.unfinished {
            Some(tail) => write!(f, "\nbehind   {tail}: it is being written"),
            None => Ok(()),
        }
    }
}

/// What is wrong with a log, and from which record on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// It cannot be read, or a record that had been acknowledged is damaged.
    #[error(transparent)]
    Log(#[from] Error),
    /// It does not end with a whole record, and no exchange is writing one. That is what a crash
    /// leaves behind, and the next start cuts it off; it is also what is left when a file was
    /// shortened.
    #[error("the log ends with {0}")]
    Torn(TornTail),
    /// An invariant of the exchange does not hold.
    #[error("record {seq} breaks the exchange: {text}")]
    Broken {
        /// The record after which it was seen.
        seq: u64,
        /// Which invariant.
        text: String,
    },
    /// The exchange is not what it was.
    #[error("after record {seq} the digest is {found}, and it was {expected}")]
    Digest {
        /// The record.
        seq: u64,
        /// What was written down.
        expected: Digest,
        /// What this log gives.
        found: Digest,
    },
    /// Records are missing at the end.
    #[error("the log ends with record {last}, and there was a record {expected}")]
    Short {
        /// The last record.
        last: u64,
        /// A later one, of which a digest was written down.
        expected: u64,
    },
}

/// Replays the log of a directory and checks every record, and the exchange at the end. The log of
/// a running exchange is checked up to where it was when this began.
///
/// # Errors
/// The first fault.
pub fn verify(dir: &Path) -> Result<Verified, Fault> {
    verify_with(dir, &Checks::default())
}

/// As [`verify`], with further checks.
///
/// # Errors
/// The first fault.
pub fn verify_with(dir: &Path, checks: &Checks) -> Result<Verified, Fault> {
    let mut reader = Reader::open(dir)?;
    let mut replay = Replay { checks, exchange: Exchange::new(), events: Vec::new(), count: 0 };
    replay.compare(0)?;
    for record in &mut reader {
        replay.step(&record?)?;
    }
    let unfinished = reader.torn().cloned();
    if let Some(tail) = &unfinished
        && !is_in_use(dir)?
    {
        return Err(Fault::Torn(tail.clone()));
    }
    let head = reader.head();
    Ok(Verified {
        head,
        bytes: reader.offset(),
        events: replay.count,
        digest: replay.finish(head.seq)?,
        ledger_total: replay.exchange.ledger_total(),
        unfinished,
    })
}

struct Replay<'a> {
    checks: &'a Checks,
    exchange: Exchange,
    events: Vec<Event>,
    count: u64,
}

impl Replay<'_> {
    fn step(&mut self, command: &Sequenced<Command>) -> Result<(), Fault> {
        let due = self.checks.audit_every.is_some_and(|every| command.seq % every == 0);
        self.events.clear();
        named(command.seq, || {
            self.exchange.apply(command, &mut self.events);
            if due {
                self.exchange.audit();
            }
        })?;
        self.count += self.events.len() as u64;
        self.compare(command.seq)
    }

    /// Compares the digest, if one was written down after this record.
    fn compare(&self, seq: u64) -> Result<(), Fault> {
        match self.checks.digest_at {
            Some((at, expected)) if at == seq => match Digest::of(&self.exchange) {
                found if found == expected => Ok(()),
                found => Err(Fault::Digest { seq, expected, found }),
            },
            _ => Ok(()),
        }
    }

    fn finish(&self, last: u64) -> Result<Digest, Fault> {
        named(last, || self.exchange.audit())?;
        match self.checks.digest_at {
            Some((expected, _)) if last < expected => Err(Fault::Short { last, expected }),
            _ => Ok(Digest::of(&self.exchange)),
        }
    }
}

/// Gives an invariant that does not hold the number of the record. The exchange is not used after
/// that.
fn named(seq: u64, check: impl FnOnce()) -> Result<(), Fault> {
    panic::catch_unwind(AssertUnwindSafe(check)).map_err(|panic| {
        let text = match panic.downcast::<String>() {
            Ok(text) => *text,
            Err(panic) => {
                panic.downcast::<&str>().map_or_else(|_| String::new(), |t| t.to_string())
            }
        };
        Fault::Broken { seq, text }
    })
}

#[cfg(test)]
mod tests;
