//! Checking a log from nothing, as anybody can who has it: every record, every link of the chain,
//! the exchange they describe, and that every snapshot is of that exchange. Reads only.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU64;
use std::path::Path;

use proof::Checkpoint;
use types::{Command, InstrumentId, Mills, ObligationId, ProductId};

use crate::log::{Head, Logged, Reader, TornTail, is_in_use};
use crate::proof::{Audit, Difference};
use crate::quarantine::{Quarantine, Quarantined};
use crate::replay::{Replay, whole};
use crate::snapshots::{BadSnapshot, SnapshotFile, SnapshotFlaw, Snapshots};
use crate::{Digest, Error};

mod pairings;
mod sessions;
mod signatures;

pub use pairings::Pairing;
use sessions::Sessions;
pub use sessions::SessionsSeen;

/// What is checked beside every record.
#[derive(Clone, Copy, Debug, Default)]
pub struct Checks {
    /// After every so many records all invariants of the exchange are checked, as they always are
    /// at the end.
    pub audit_every: Option<NonZeroU64>,
    /// The digest that the exchange had after the record of this number, as it was written down
    /// then.
    pub digest_at: Option<(u64, Digest)>,
    /// A checkpoint that was signed: tree, chain, time and state must come to it.
    pub checkpoint: Option<Checkpoint>,
    /// The signatures under commands that move value are checked, each under the key of its account,
    /// and whether the command does what was signed.
    pub signatures: Option<Agree>,
    /// The logins of sessions and the signatures under their order flow are checked.
    pub sessions: Option<FlowLine>,
}

/// Whether signed bytes say what a command does; the last one knows what contracts are called. The
/// bytes are of the edge, so it reads them.
pub type Agree = fn(&[u8], &Command, Names<'_>) -> bool;

/// What contracts and products are called in the state; none when there are none of the number.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// A contract.
    pub contract: &'a dyn Fn(InstrumentId) -> Option<String>,
    /// A product.
    pub product: &'a dyn Fn(ProductId) -> Option<String>,
}

/// A command of the order flow as the line that its session signs; the last one knows what contracts
/// are called. The line is of the edge, so it writes it.
pub type FlowLine = fn(&Command, &dyn Fn(InstrumentId) -> Option<String>) -> Option<String>;

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
    /// Snapshots, each of which is the exchange after its record.
    pub snapshots: usize,
    /// Records that are passed over.
    pub quarantined: Vec<Quarantined>,
    /// The log before it was dropped: the record of the snapshot that stands in for that.
    pub began_behind: Option<u64>,
    /// Who has logged in and signed, when that was checked.
    pub sessions: Option<SessionsSeen>,
    /// Who was assigned to whom, by obligation.
    pub pairings: Vec<Pairing>,
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
        if 0 < self.snapshots {
            write!(f, "\nstate    the same in {} snapshots", self.snapshots)?;
        }
        if let Some(seq) = self.began_behind {
            write!(f, "\nfrom     the snapshot of record {seq}: the log before it was dropped")?;
        }
        if let Some(sessions) = &self.sessions {
            write!(f, "\n{sessions}")?;
        }
        for record in &self.quarantined {
            write!(f, "\nwithout  {record}")?;
        }
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
    /// A snapshot is damaged, or it is not of the exchange after its record.
    #[error("{0}")]
    Snapshot(BadSnapshot),
    /// The log does not go on from the snapshot that stands in for its beginning.
    #[error("the log does not follow on the snapshot of record {seq}")]
    Unlinked {
        /// The record of the snapshot.
        seq: u64,
    },
    /// A command, a login or the flow of a session is not signed by whose it is.
    #[error("{what} in record {seq} does not hold")]
    Signature {
        /// The record.
        seq: u64,
        /// Whose, and under what.
        what: String,
    },
    /// What was signed is not what the log comes to.
    #[error("after record {seq} {what} is not the one that was signed")]
    Checkpoint {
        /// The record.
        seq: u64,
        /// Which part of the checkpoint.
        what: &'static str,
    },
    /// Records are missing at the end.
    #[error("the log ends with record {last}, and there was a record {expected}")]
    Short {
        /// The last record.
        last: u64,
        /// A later one, of which a digest was written down or a checkpoint signed.
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
    // A snapshot is younger than its record, so the log has the records of all that are found first.
    let mut check = Check::begin(dir, checks)?;
    let mut reader = Reader::open(dir)?;
    check.compare()?;
    for logged in &mut reader {
        check.step(&logged?)?;
    }
    let unfinished = reader.torn().cloned();
    if let Some(tail) = &unfinished
        && !is_in_use(dir)?
    {
        return Err(Fault::Torn(tail.clone()));
    }
    let digest = check.finish(reader.head())?;
    Ok(Verified {
        head: reader.head(),
        bytes: reader.bytes(),
        events: check.events,
        digest,
        ledger_total: check.replay.exchange.ledger_total(),
        unfinished,
        snapshots: check.compared,
        quarantined: check.quarantine.iter().cloned().collect(),
        began_behind: check.began_behind,
        sessions: checks.sessions.map(|_| check.sessions.seen()),
        pairings: check.pairings.into_values().collect(),
    })
}

struct Check<'a> {
    checks: &'a Checks,
    quarantine: Quarantine,
    replay: Replay<()>,
    events: u64,
    /// The snapshots that there were at the beginning, by their records.
    snapshots: BTreeMap<u64, (SnapshotFile, Head, Digest)>,
    /// How many of them were compared.
    compared: usize,
    /// The record of the snapshot that it began with.
    pairings: BTreeMap<ObligationId, Pairing>,
    began_behind: Option<u64>,
    /// What was signed, while its records are gone through.
    audit: Option<Audit>,
    sessions: Sessions,
}

impl<'a> Check<'a> {
    fn begin(dir: &Path, checks: &'a Checks) -> Result<Self, Fault> {
        Ok(Self {
            checks,
            quarantine: Quarantine::read(dir)?,
            replay: Replay::default(),
            events: 0,
            snapshots: snapshots(dir)?,
            compared: 0,
            began_behind: None,
            pairings: BTreeMap::new(),
            audit: checks.checkpoint.map(Audit::new),
            sessions: Sessions::default(),
        })
    }

    fn step(&mut self, logged: &Logged) -> Result<(), Fault> {
        let (seq, command) = (logged.command.seq, &logged.command.value);
        if self.replay.head().seq == 0 && 1 < seq {
            self.begin_before(seq)?;
        }
        if seq <= self.replay.head().seq {
            return Ok(());
        }
        if let Some(agree) = self.checks.signatures {
            let exchange = &self.replay.exchange;
            let contract = &|instrument| exchange.find_symbol(instrument).map(ToOwned::to_owned);
            let product = &|product| exchange.product_symbol(product);
            let says = |payload: &[u8]| agree(payload, command, Names { contract, product });
            signatures::check(|account| exchange.key(account), says, command)
                .map_err(|what| Fault::Signature { seq, what })?;
        }
        if let Some(line) = self.checks.sessions {
            let exchange = &self.replay.exchange;
            let symbols = |instrument| exchange.find_symbol(instrument).map(ToOwned::to_owned);
            let line = if logged.author == 0 { None } else { line(command, &symbols) };
            self.sessions
                .step(logged, line.as_deref(), |account| exchange.key(account))
                .map_err(|what| Fault::Signature { seq, what })?;
        }
        self.events += self.replay.step(logged, &self.quarantine)?.len() as u64;
        let (events, exchange) = (self.replay.events(), &self.replay.exchange);
        pairings::note(seq, events, exchange, &mut self.pairings);
        if let Some(audit) = &mut self.audit {
            audit
                .step(logged, self.replay.events(), &self.replay.exchange)
                .map_err(|Difference(what)| Fault::Checkpoint { seq, what })?;
        }
        if self.checks.audit_every.is_some_and(|every| seq % every == 0) {
            named(seq, || self.replay.exchange.audit())?;
        }
        self.compare()
    }

    /// A log that begins later begins with the oldest snapshot that its records follow on.
    fn begin_before(&mut self, first: u64) -> Result<(), Fault> {
        let Some((seq, (file, ..))) = self.snapshots.range(first - 1..).next() else {
            return Err(Error::NoSnapshot { first, bad: Vec::new() }.into());
        };
        self.began_behind = Some(*seq);
        self.sessions.forgive_missing_logins();
        let dir = file.path.parent().expect("it was found in a directory");
        let loaded = Snapshots::of(dir).load(file);
        self.replay = loaded
            .map_err(|flaw| Fault::Snapshot(BadSnapshot { path: file.path.clone(), flaw }))?;
        self.compare()
    }

    /// Compares the digest, if one was written down after this record.
    fn compare(&mut self) -> Result<(), Fault> {
        let Head { seq, .. } = self.replay.head();
        if let Some((file, head, digest)) = self.snapshots.remove(&seq) {
            if (head, digest) != (self.replay.head(), self.replay.digest()) {
                let flaw = SnapshotFlaw::OtherLog;
                return Err(Fault::Snapshot(BadSnapshot { path: file.path, flaw }));
            }
            self.compared += 1;
        }
        match self.checks.digest_at {
            Some((at, expected)) if at == seq => match self.replay.digest() {
                found if found == expected => Ok(()),
                found => Err(Fault::Digest { seq, expected, found }),
            },
            _ => Ok(()),
        }
    }

    /// What was written down of later records, be it as a snapshot, has not been seen.
    fn finish(&self, end: Head) -> Result<Digest, Fault> {
        let last = self.replay.head().seq;
        if let Some(seq) = self.began_behind
            && self.replay.head() != end
        {
            return Err(Fault::Unlinked { seq });
        }
        named(last, || self.replay.exchange.audit())?;
        let written_down = self.checks.digest_at.map(|(seq, _)| seq);
        let signed = self.audit.as_ref().map(Audit::size);
        match self.snapshots.keys().copied().chain(written_down).chain(signed).max() {
            Some(expected) if last < expected => Err(Fault::Short { last, expected }),
            _ => Ok(self.replay.digest()),
        }
    }
}

/// The snapshots of a directory, each whole in itself. One that an exchange removes meanwhile is
/// not missed.
fn snapshots(dir: &Path) -> Result<BTreeMap<u64, (SnapshotFile, Head, Digest)>, Fault> {
    let snapshots = Snapshots::of(dir);
    let mut found = BTreeMap::new();
    for file in snapshots.list()? {
        match snapshots.load::<()>(&file) {
            Ok(replay) => {
                found.insert(file.seq, (file, replay.head(), replay.digest()));
            }
            Err(_) if !file.path.exists() => {}
            Err(flaw) => return Err(Fault::Snapshot(BadSnapshot { path: file.path, flaw })),
        }
    }
    Ok(found)
}

/// Gives an invariant that does not hold the number of the record. The exchange is not used after
/// that.
fn named(seq: u64, check: impl FnOnce()) -> Result<(), Fault> {
    whole(check).map_err(|text| Fault::Broken { seq, text })
}

#[cfg(test)]
mod tests;
