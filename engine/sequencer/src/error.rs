//! What the world can refuse the sequencer.

use std::io;
use std::path::{Path, PathBuf};

use crate::Digest;
use crate::log::{BadRecord, VERSION};
use crate::snapshots::BadSnapshot;

/// The log cannot be opened, read or made to last. What the system says about it is the `source`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file system failed.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another process has the log.
    #[error("{} is locked: another process runs on this log", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// The file does not begin as a log of this version, or of version 3, does.
    #[error("{} {}", path.display(), begins_with(found))]
    NotALog {
        /// The file.
        path: PathBuf,
        /// How it begins.
        found: Vec<u8>,
    },
    /// A record that had been acknowledged is damaged. Nothing was changed.
    #[error("{} is damaged: {record}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first bad record.
        record: BadRecord,
    },
    /// An earlier append failed, so what is in the file is not known.
    #[error("{} takes no more records: an earlier append failed", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
    },
    /// Applying a record breaks an invariant of the exchange.
    #[error(
        "record {seq} breaks the exchange: {text}; \
         `gigahour quarantine {seq}`, signed by two admins, makes every start pass over it"
    )]
    Poison {
        /// The record.
        seq: u64,
        /// Its link of the hash chain.
        record: Digest,
        /// Which invariant.
        text: String,
    },
    /// A record that shall be passed over breaks nothing.
    #[error("record {seq} breaks nothing: the log replays to its end, record {last}")]
    Sound {
        /// The record.
        seq: u64,
        /// The last one.
        last: u64,
    },
    /// What says which records are passed over is not as two admins signed it.
    #[error("{}: {fault}", path.display())]
    Quarantine {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: String,
    },
    /// Durable records are missing at the end of the log: a good snapshot was taken after them.
    #[error("the log ends with record {last}, and {} was taken later", snapshot.display())]
    Short {
        /// The snapshot.
        snapshot: PathBuf,
        /// The last record there is.
        last: u64,
    },
    /// The beginning of the log was dropped, and no snapshot stands in for it.
    #[error(
        "the log begins with record {first}, and no snapshot before it can be used{}",
        all(bad)
    )]
    NoSnapshot {
        /// The first record there is.
        first: u64,
        /// The snapshots there are.
        bad: Vec<BadSnapshot>,
    },
    /// A backup is not what was backed up.
    #[error("the backup in {}: {fault}", path.display())]
    Backup {
        /// Where it is.
        path: PathBuf,
        /// What is wrong.
        fault: String,
    },
    /// Somewhere a backup shall go there are files already.
    #[error("{} is not empty", path.display())]
    NotEmpty {
        /// Where.
        path: PathBuf,
    },
    /// The vote of a replication is damaged.
    #[error("the vote in {} is damaged", path.display())]
    Vote {
        /// The file.
        path: PathBuf,
    },
    /// The log is not the one that was signed: it has lost records, or was exchanged for another.
    #[error("record {seq} is not the one of the checkpoint that was signed over it")]
    Forked {
        /// The last record of that checkpoint.
        seq: u64,
    },
    /// The receiver of the outcomes is gone.
    #[error("nobody takes the outcomes any more")]
    Unheard,
    /// The system gives no thread.
    #[error("cannot start the {name} thread")]
    Thread {
        /// What it would have done.
        name: &'static str,
        /// What the system says.
        source: io::Error,
    },
}

impl Error {
    /// For `map_err`: what was tried, and on which path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }
}

fn all(bad: &[BadSnapshot]) -> String {
    bad.iter().map(|snapshot| format!("; {snapshot}")).collect()
}

/// What a file is that begins so. A log of another version is told by its number.
fn begins_with(found: &[u8]) -> String {
    match found {
        [b'G', b'H', b'C', b'L', b'O', b'G', low, high] => {
            let found = u16::from_le_bytes([*low, *high]);
            let program = if VERSION < found { "a later" } else { "an earlier" };
            format!(
                "is a log of version {found}, and this program reads 3 and {VERSION}: {program} one reads it"
            )
        }
        _ => format!("is no log: it begins with {found:02x?}"),
    }
}
