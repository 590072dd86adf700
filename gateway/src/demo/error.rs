//! What can go wrong with a demonstration.

use std::io;
use std::path::PathBuf;

/// A failure of the demonstration: the world says no.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(super) enum Error {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file or folder cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line of a table is not what it should be.
    #[error("{}:{line}: {fault}", path.display())]
    Table {
        /// Which table.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong.
        fault: String,
    },
    /// A product of the market has no prices.
    #[error("there are no prices of {0}")]
    NoPrices(String),
    /// `--fresh` would delete what is not ours.
    #[error("{} is not the folder of a demonstration: it has no keys.toml", path.display())]
    NotOurs {
        /// Which folder.
        path: PathBuf,
    },
    /// The log gives another exchange than the one that wrote it.
    #[error("the log gives digest {replayed}, and the exchange had {live}")]
    Digest {
        /// From the log.
        replayed: sequencer::Digest,
        /// What the exchange said when it stopped.
        live: sequencer::Digest,
    },
    /// Market time has gone far beyond the delivery, and it is not settled.
    #[error("the first month is not settled at {0}")]
    NotSettled(types::Timestamp),
    /// The bots do not finish their turns.
    #[error("the bots are stuck at {0}")]
    Stuck(types::Timestamp),
}
