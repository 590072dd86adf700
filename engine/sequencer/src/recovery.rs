//! From a log, or from a snapshot and the rest of the log, to the exchange they describe.

use engine::Exchange;
use types::{Command, Event, Sequenced};

use crate::Error;
use crate::chain::Chain;
use crate::derived::Derived;
use crate::log::{CommandLog, Head, TornTail};
use crate::quarantine::{Quarantine, Quarantined};
use crate::replay::Replay;
use crate::snapshots::{BadSnapshot, SnapshotFile, SnapshotFlaw, Snapshots};

/// What a recovery found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The last record.
    pub head: Head,
    /// Bytes the log takes.
    pub bytes: u64,
    /// What was cut off: a batch that a crash had torn.
    pub cut: Option<TornTail>,
    /// The snapshot it began with; `None` when the log was replayed from its first record.
    pub snapshot: Option<SnapshotFile>,
    /// Snapshots that could not be used, the newest first.
    pub bad: Vec<BadSnapshot>,
    /// Records of this log that are passed over.
    pub quarantined: Vec<Quarantined>,
}

/// What was recovered.
#[derive(Debug)]
pub struct Recovered<D> {
    /// The exchange.
    pub exchange: Exchange,
    /// What is derived beside it.
    pub derived: D,
    /// How.
    pub recovery: Recovery,
}

/// Replays a log from its first record and hands each command to `each` with what came of it.
///
/// # Errors
/// When the log cannot be read, or a record breaks the exchange.
pub fn recover<L: CommandLog>(
    log: &L,
    mut each: impl FnMut(&Sequenced<Command>, &[Event]),
) -> Result<(Exchange, Recovery), Error> {
    let mut replay = Replay::<()>::default();
    let quarantine = Quarantine::default();
    replay
        .run_with(log.records(1)?, &quarantine, |logged, events| each(&logged.command, events))?;
    let recovery = told(log, &replay, None, Vec::new(), &quarantine);
    Ok((replay.exchange, recovery))
}

/// Recovers from the newest good snapshot and the log behind it; where no snapshot can be used, from
/// the log alone.
///
/// # Errors
/// When the log cannot be read, a record breaks the exchange, the log ends before a good snapshot
/// does, or the log has lost its beginning and no snapshot stands in for it.
pub fn restore<L: CommandLog, D: Derived>(
    log: &L,
    snapshots: &Snapshots,
    quarantine: &Quarantine,
) -> Result<Recovered<D>, Error> {
    let mut bad = Vec::new();
    for file in snapshots.list()? {
        match from_snapshot(log, snapshots, &file, quarantine)? {
            Ok(replay) => return Ok(recovered(log, replay, Some(file), bad, quarantine)),
            Err(flaw) => bad.push(BadSnapshot { path: file.path, flaw }),
        }
    }
    if log.first() != 1 && log.head().seq != 0 {
        return Err(Error::NoSnapshot { first: log.first(), bad });
    }
    let mut replay = Replay::default();
    replay.run(log.records(1)?, quarantine)?;
    Ok(recovered(log, replay, None, bad, quarantine))
}

/// What a snapshot and the log behind it give, or why the snapshot cannot be used.
fn from_snapshot<L: CommandLog, D: Derived>(
    log: &L,
    snapshots: &Snapshots,
    file: &SnapshotFile,
    quarantine: &Quarantine,
) -> Result<Result<Replay<D>, SnapshotFlaw>, Error> {
    let mut replay: Replay<D> = match snapshots.load(file) {
        Ok(replay) => replay,
        Err(flaw) => return Ok(Err(flaw)),
    };
    let (seq, last) = (file.seq, log.head().seq);
    if last < seq {
        return Err(Error::Short { snapshot: file.path.clone(), last });
    }
    if seq + 1 < log.first() {
        return Ok(Err(SnapshotFlaw::Gap { first: log.first(), seq }));
    }
    let mut rest = log.records(seq + 1)?.peekable();
    if let Some(Ok(next)) = rest.peek()
        && next.command.time < replay.head().time
    {
        return Ok(Err(SnapshotFlaw::OtherLog));
    }
    let behind = replay.head();
    let is_of_this_log = match replay.run(rest, quarantine) {
        Ok(()) => replay.head() == log.head(),
        // What breaks may be that the records belong to another exchange.
        Err(error) if follows(log, behind)? => return Err(error),
        Err(_) => false,
    };
    Ok(if is_of_this_log { Ok(replay) } else { Err(SnapshotFlaw::OtherLog) })
}

/// Whether the chain from this record on ends where the log does.
fn follows<L: CommandLog>(log: &L, behind: Head) -> Result<bool, Error> {
    let mut chain = Chain::behind(behind);
    for logged in log.records(behind.seq + 1)? {
        chain.add(&logged?);
    }
    Ok(chain.head() == log.head())
}

fn recovered<L: CommandLog, D: Derived>(
    log: &L,
    replay: Replay<D>,
    snapshot: Option<SnapshotFile>,
    bad: Vec<BadSnapshot>,
    quarantine: &Quarantine,
) -> Recovered<D> {
    let recovery = told(log, &replay, snapshot, bad, quarantine);
    Recovered { exchange: replay.exchange, derived: replay.derived, recovery }
}

fn told<L: CommandLog, D: Derived>(
    log: &L,
    replay: &Replay<D>,
    snapshot: Option<SnapshotFile>,
    bad: Vec<BadSnapshot>,
    quarantine: &Quarantine,
) -> Recovery {
    assert_eq!(replay.head(), log.head(), "a log reads back what it says it has");
    let quarantined = quarantine.iter().cloned().collect();
    let (head, bytes, cut) = (log.head(), log.bytes(), log.cut().cloned());
    Recovery { head, bytes, cut, snapshot, bad, quarantined }
}

#[cfg(test)]
mod tests;
