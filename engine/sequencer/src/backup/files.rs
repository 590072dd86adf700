//! Which files the log of a directory is made of. Nothing else of the backup knows how the log is
//! kept.

use std::path::Path;

use crate::Error;

/// A file of a log, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LogFile {
    /// It never changes any more.
    #[allow(dead_code, reason = "a log in one file has none")]
    Closed(String),
    /// Records are appended to it.
    Open(String),
}

impl LogFile {
    pub(super) fn into_name(self) -> String {
        match self {
            Self::Closed(name) | Self::Open(name) => name,
        }
    }
}

/// The files of the log, in the order of their records.
pub(super) fn of_log(dir: &Path) -> Result<Vec<LogFile>, Error> {
    let name = "commands.log";
    let path = dir.join(name);
    if path.try_exists().map_err(Error::io("look for", &path))? {
        Ok(vec![LogFile::Open(name.to_owned())])
    } else {
        Ok(Vec::new())
    }
}
