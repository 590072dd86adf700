//! What the world can refuse the sequencer.

use std::io;
use std::path::{Path, PathBuf};

use crate::log::{BadRecord, VERSION};

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
    /// The file does not begin as a log of this version does.
    #[error("{} is no log of version {VERSION}: it begins with {found:02x?}", path.display())]
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
