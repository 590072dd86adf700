//! The metering agent of a provider: from what its machines say to a signed receipt for every hour.
//!
//! Machines are looked at once a minute ([`sample`]), minutes are counted hour by hour in a file that
//! survives a crash ([`journal`]), and when an hour is over its receipt is posted ([`agent`]). A minute
//! is counted once, whoever counts it, and the exchange takes the same receipt twice as one; so after a
//! crash nothing is counted double.
//!
//! Knows nothing of orders or money.

pub mod agent;
mod dcgm;
mod inventory;
pub mod journal;
pub mod nodes;
pub mod sample;
pub mod trace;

use std::io;
use std::path::{Path, PathBuf};

/// Why the agent cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A file or an address cannot be read or written.
    #[error("{what}: {source}")]
    Io {
        /// Which.
        what: String,
        /// Why.
        source: io::Error,
    },
    /// What stands there is not of its form.
    #[error("{what}: {why}")]
    Form {
        /// Where it stands.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// This machine's clock is too far off to say which hour it is.
    #[error(
        "this clock is {0} ms off the exchange's, more than a minute: receipts would be for the wrong hour; \
         set it (`timedatectl set-ntp true`) and start again"
    )]
    Clock(i64),
    /// The exchange refuses, or cannot be reached.
    #[error(transparent)]
    Exchange(#[from] crate::Error),
}

impl Fault {
    fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { what: path.display().to_string(), source }
    }

    fn form(what: &(impl ToString + ?Sized), why: &(impl ToString + ?Sized)) -> Self {
        Self::Form { what: what.to_string(), why: why.to_string() }
    }
}

/// Reads a whole file of text.
fn text_of(path: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(path).map_err(|source| Fault::io(path, source))
}

/// Writes a file so that after a crash there is the old one or the new one, whole.
fn write_whole(path: &Path, text: &str) -> Result<(), Fault> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let write = || {
        use std::io::Write;
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    write().map_err(|source| Fault::io(path, source))
}

#[cfg(test)]
mod tests;
