//! The thread that owns the engine, and the log that makes what it did last.
//!
//! [`recover`] replays a log into an exchange; [`start`] takes both and runs two threads. The first
//! stamps each command with the next number and the time, and applies it at once. The second
//! appends what the first has done meanwhile as one batch, waits until it is durable, and only then
//! releases the [`Outcome`]s: nobody ever sees the effect of a command that could be lost.
//!
//! ```
//! use sequencer::{Clock, Lane, MemoryLog, Output, Request, Settings, Submission};
//! use types::{Command, Timestamp};
//!
//! let log = MemoryLog::default();
//! let (exchange, _) = sequencer::recover(&log, |_, _| ())?;
//! let (released, outcomes) = crossbeam::channel::bounded(16);
//! let clock = Clock::Stepped { start: Timestamp(1_000) };
//! let running = sequencer::start(exchange, log, Settings::new(clock), released)?;
//!
//! let request = Request::Command(Command::ClockAdvanced);
//! let submission = Submission { origin: None, author: 0, request };
//! running.handle().submit(Lane::Orders, submission).expect("the queue is empty");
//! let outcome = outcomes.recv().expect("it is running").remove(0);
//! assert_eq!((outcome.seq, outcome.time), (1, Timestamp(1_000)));
//! assert!(matches!(outcome.output, Output::Events(_)));
//! assert_eq!(running.stop()?.head.seq, 1);
//! # Ok::<(), sequencer::Error>(())
//! ```
//!
//! The format of the log on disk is described in `LOG.md`. Knows nothing of sockets, decimals or
//! the rules of the market.

mod ahead;
mod backup;
mod batch;
mod chain;
mod clock;
mod codec;
mod derived;
mod digest;
mod directory;
mod error;
mod gate;
mod inbox;
mod log;
mod outbox;
pub mod proof;
mod quarantine;
mod recovery;
mod replay;
mod replica;
mod running;
mod sequencing;
mod snapshots;
mod stats;
mod submission;
mod verify;

#[cfg(test)]
mod samples;

pub use backup::{Backup, backup, restore as restore_backup};
pub use batch::Batch;
pub use clock::Clock;
pub use codec::DecodeError;
pub use derived::Derived;
pub use digest::{Digest, command_bytes, read_command, read_snapshot, snapshot_bytes};
pub use error::Error;
pub use inbox::{Busy, Handle, Lane};
pub use log::{
    Ahead, BadRecord, CommandLog, FileFollower, FileLog, Flaw, Flushed, Follow, Frame, FrameLog,
    Head, LogSettings, Logged, MemoryFollower, MemoryLog, Place, TornTail,
};
pub use quarantine::{Quarantine, Quarantined, quarantine};
pub use recovery::{Recovered, Recovery, recover, restore};
pub use replica::{Applied, Notice, Observer, OldRecords, Replica, Replication, View};
pub use running::{Running, Settings, Stopped, start, start_replicated};
pub use snapshots::{BadSnapshot, SnapshotFile, SnapshotFlaw, Snapshots, Written};
pub use stats::{AppendTimes, Stats};
pub use submission::{Origin, Outcome, Output, Request, Submission};
pub use verify::{
    Agree, Checks, Fault, FlowLine, Names, Pairing, SessionsSeen, Verified, verify, verify_with,
};
