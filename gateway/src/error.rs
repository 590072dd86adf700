//! What can keep a venue from starting or from going on.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A failure of the gateway: the world says no.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file has a mistake in its form.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Mistake {
        /// Which.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong, and the nearest valid key.
        message: String,
    },
    /// A file asks for something that cannot be.
    #[error("{}: {fault}", path.display())]
    Config {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        fault: String,
    },
    /// An address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The log and the configuration contradict each other.
    #[error("the log in {} does not fit the configuration: {fault}", data_dir.display())]
    Mismatch {
        /// Where the log is.
        data_dir: PathBuf,
        /// What contradicts.
        fault: String,
    },
    /// The log cannot be read or written.
    #[error("log")]
    Log(#[from] sequencer::Error),
    /// The exchange refused what the operator asked for.
    #[error("refused: {}", .0.reason.name())]
    Refused(types::Refusal),
    /// The exchange takes nothing more at the moment, or has stopped.
    #[error("the exchange takes no more commands")]
    Busy,
    /// A command is larger than a record of the log may be.
    #[error("the command is larger than a record of the log may be")]
    TooLarge,
    /// The sequencer or the publisher has stopped.
    #[error("the exchange has stopped: {0}")]
    Stopped(String),
}
