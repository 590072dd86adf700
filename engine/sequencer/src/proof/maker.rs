//! Makes checkpoints: goes along with the log, record by record, and keeps the right edge of its
//! tree. It is fed by whoever applies the log; the thread that matches knows nothing of it.

use std::path::Path;

use engine::Exchange;
use proof::{Checkpoint, Edge, Entry, Hash, SigningKey};
use types::{Event, Sequenced, Timestamp};

use super::cache::Cache;
use super::lines;
use crate::chain::Chain;
use crate::log::{CommandLog, Head, Logged, Reader};
use crate::quarantine::Quarantine;
use crate::replay::Replay;
use crate::snapshots::Snapshots;
use crate::{Digest, Error, command_bytes};

/// What signs checkpoints of a log, and writes its tree down as it grows.
#[derive(Debug)]
pub struct CheckpointMaker {
    key: SigningKey,
    trunk: Trunk,
    cache: Cache,
    /// The last entry that an earlier run has signed for, while its record may still come again.
    signed: Option<Vec<u8>>,
}

/// The end of a log and the edge of its tree.
#[derive(Debug, Default)]
pub(super) struct Trunk {
    chain: Chain,
    edge: Edge,
}

/// A record as the tree has it.
pub(super) struct Grown {
    pub(super) entry: Entry,
    /// What came of it.
    pub(super) lines: Vec<String>,
}

impl Trunk {
    /// Takes the next record in. The events are those that came of it, and the exchange is the one
    /// after it.
    pub(super) fn grow(
        &mut self,
        logged: &Logged,
        events: &[Event],
        exchange: &Exchange,
        full: impl FnMut(proof::TileData<'_>),
    ) -> Grown {
        self.chain.add(logged);
        let Sequenced { seq, value, .. } = &logged.command;
        let lines = lines::of_outcome(*seq, value, events, exchange);
        let entry = entry(logged.author, &self.chain.last(), &lines);
        self.edge.push(&entry.bytes(), full);
        Grown { entry, lines }
    }

    /// The command of the last record, as bytes.
    pub(super) fn payload(&self) -> &[u8] {
        self.chain.last().value
    }

    /// The last record.
    pub(super) fn head(&self) -> Head {
        self.chain.head()
    }

    /// What an exchange that has applied all of it comes to.
    pub(super) fn checkpoint(&self, exchange: &Exchange) -> Checkpoint {
        let head = self.head();
        Checkpoint {
            size: head.seq,
            root: self.edge.root(),
            time_ns: head.time.0,
            chain: Hash(head.chain.0),
            state: root_of(&lines::of_state(exchange)),
        }
    }
}

impl CheckpointMaker {
    /// A maker for the log in `dir`, before its first record. What it writes goes to `dir/proofs`.
    #[must_use]
    pub fn new(key: SigningKey, dir: &Path) -> Self {
        Self { key, trunk: Trunk::default(), cache: Cache::new(dir), signed: None }
    }

    /// A maker that goes on from the last checkpoint in `dir/proofs`, if it was signed with this key and
    /// its tiles are there; else one before the first record. Records up to [`Self::head`] may be left
    /// out.
    #[must_use]
    pub fn open(key: SigningKey, dir: &Path) -> Self {
        let Some((trunk, cache, last)) = resumed(&key, dir) else { return Self::new(key, dir) };
        Self { key, trunk, cache, signed: Some(last) }
    }

    /// Takes the next record in. The events are those that came of it, and the exchange is the one
    /// after it. A record that an earlier run has taken in is passed over.
    ///
    /// # Errors
    /// When a tile cannot be written, or the log is not the one that was signed.
    ///
    /// # Panics
    /// When the record does not follow the last one.
    pub fn add(
        &mut self,
        logged: &Logged,
        events: &[Event],
        exchange: &Exchange,
    ) -> Result<(), Error> {
        if logged.command.seq <= self.head().seq {
            return self.pass_over(logged, events, exchange);
        }
        self.signed = None;
        let mut written = Ok(());
        let cache = &self.cache;
        let grown = self.trunk.grow(logged, events, exchange, |tile| {
            let filled = cache.fill(&tile);
            written = std::mem::replace(&mut written, Ok(())).and(filled);
        });
        written?;
        self.cache.add(&grown.entry.bytes())
    }

    /// Takes in the records of a log that this has not taken in yet, from the newest snapshot on that
    /// is not younger, or from the first record.
    ///
    /// # Errors
    /// When the log cannot be read or is not the one that was signed, or lacks records that no
    /// snapshot stands in for.
    pub fn catch_up<L: CommandLog>(
        &mut self,
        log: &L,
        snapshots: &Snapshots,
        quarantine: &Quarantine,
    ) -> Result<(), Error> {
        let seq = self.head().seq;
        let older = snapshots.list()?.into_iter().filter(|file| file.seq <= seq);
        let mut replay = older
            .filter_map(|file| snapshots.load::<()>(&file).ok())
            .find(|replay| log.first() <= replay.head().seq + 1)
            .unwrap_or_default();
        if replay.head().seq + 1 < log.first() {
            return Err(Error::NoSnapshot { first: log.first(), bad: Vec::new() });
        }
        for record in log.records(replay.head().seq + 1)? {
            let record = record?;
            replay.step(&record, quarantine)?;
            self.add(&record, replay.events(), &replay.exchange)?;
        }
        Ok(())
    }

    fn pass_over(
        &mut self,
        logged: &Logged,
        events: &[Event],
        exchange: &Exchange,
    ) -> Result<(), Error> {
        let seq = self.head().seq;
        if logged.command.seq < seq {
            return Ok(());
        }
        match self.signed.take() {
            Some(last) if entry_of(logged, events, exchange).bytes() == last[..] => Ok(()),
            Some(_) | None => Err(Error::Forked { seq }),
        }
    }

    /// Whether the exchange may still be behind what an earlier run has signed.
    #[must_use]
    pub fn is_passing_over(&self) -> bool {
        self.signed.is_some()
    }

    /// The last record taken in.
    #[must_use]
    pub fn head(&self) -> Head {
        self.trunk.head()
    }

    /// The signed checkpoint of everything taken in, as a note; it and the tiles that are begun are
    /// written down. The exchange is the one after the last record.
    ///
    /// # Errors
    /// When they cannot be written.
    ///
    /// # Panics
    /// When the exchange is behind what an earlier run has signed.
    pub fn checkpoint(&self, exchange: &Exchange) -> Result<String, Error> {
        assert!(!self.is_passing_over(), "the state would be an older one");
        let note = self.key.sign(&self.trunk.checkpoint(exchange));
        self.cache.publish(&self.trunk.edge, &note)?;
        Ok(note)
    }
}

/// Where an earlier run has stopped, and its last entry.
fn resumed(key: &SigningKey, dir: &Path) -> Option<(Trunk, Cache, Vec<u8>)> {
    let note = String::from_utf8(Cache::new(dir).read("checkpoint")?).ok()?;
    let Checkpoint { size, root, time_ns, chain, .. } = key.public().open(&note).ok()?;
    let (cache, last) = Cache::resume(dir, size)?;
    let edge = Edge::resume(size, |path| cache.read(path)).filter(|edge| edge.root() == root)?;
    let head = Head { seq: size, time: Timestamp(time_ns), chain: Digest(chain.0) };
    Some((Trunk { chain: Chain::behind(head), edge }, cache, last))
}

/// Signs a checkpoint over the log in `dir` up to a record, or all of it if it is shorter, and writes
/// its tree down.
///
/// # Errors
/// When the log cannot be read, or the tree cannot be written.
pub fn checkpoint(dir: &Path, key: SigningKey, until: u64) -> Result<String, Error> {
    let mut maker = CheckpointMaker::new(key, dir);
    let (mut replay, quarantine) = (Replay::<()>::default(), Quarantine::read(dir)?);
    for record in Reader::open(dir)? {
        let record = record?;
        if until < record.command.seq {
            break;
        }
        check_follows(replay.head().seq, &record)?;
        replay.step(&record, &quarantine)?;
        maker.add(&record, replay.events(), &replay.exchange)?;
    }
    maker.checkpoint(&replay.exchange)
}

/// Refuses a log whose beginning has been dropped.
pub(super) fn check_follows(last: u64, logged: &Logged) -> Result<(), Error> {
    match logged.command.seq {
        seq if seq == last + 1 => Ok(()),
        first => Err(Error::NoSnapshot { first, bad: Vec::new() }),
    }
}

/// The entry of a record, as it stands in the log, of which these lines came.
fn entry(author: u64, record: &Sequenced<&[u8]>, lines: &[String]) -> Entry {
    Entry {
        seq: record.seq,
        time_ns: record.time.0,
        author,
        payload: Entry::hash(record.value),
        outcome: root_of(lines),
    }
}

/// The entry of a record by itself.
fn entry_of(logged: &Logged, events: &[Event], exchange: &Exchange) -> Entry {
    let Sequenced { seq, time, value } = &logged.command;
    let payload = command_bytes(value);
    let lines = lines::of_outcome(*seq, value, events, exchange);
    entry(logged.author, &Sequenced { seq: *seq, time: *time, value: &payload }, &lines)
}

/// How many lines there are, and the root of their tree.
fn root_of(lines: &[String]) -> (u64, Hash) {
    let mut edge = Edge::default();
    lines.iter().for_each(|line| edge.push(line.as_bytes(), |_| ()));
    (edge.size(), edge.root())
}
