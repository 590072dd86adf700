//! Letters that could not be delivered: a file of JSON lines in the data directory.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

/// A letter that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The name it was posted under.
    pub id: String,
    /// Where to.
    pub url: String,
    /// How often it was tried.
    pub attempts: u32,
    /// What was wrong the last time.
    pub error: String,
    /// When it was given up, in seconds since 1970.
    pub seconds: u64,
    /// What it said.
    pub body: String,
}

/// Carriers write one after the other.
static WRITING: Mutex<()> = Mutex::new(());

/// The file of a data directory.
pub(super) fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("webhooks.dead.jsonl")
}

pub(super) fn append(path: &Path, letter: &DeadLetter) -> io::Result<()> {
    let _turn = WRITING.lock().expect("nothing panics while it writes");
    let mut line = serde_json::to_string(letter).expect("texts are JSON");
    line.push('\n');
    OpenOptions::new().create(true).append(true).open(path)?.write_all(line.as_bytes())
}

/// All dead letters of a data directory, the oldest first.
///
/// # Errors
/// When the file cannot be read, or a line is none.
pub fn read(data_dir: &Path) -> io::Result<Vec<DeadLetter>> {
    let text = match std::fs::read_to_string(file(data_dir)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read?,
    };
    text.lines().map(|line| serde_json::from_str(line).map_err(io::Error::from)).collect()
}
