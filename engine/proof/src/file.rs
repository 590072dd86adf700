//! Files that prove one line: of the state, of what came of a record, or that an older log is the
//! beginning of a newer one. JSON, in exactly one form: a changed byte is another file.
//!
//! `PROOFS.md` has the format. What a line means is for whoever shows it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::{Checkpoint, Entry, Hash, NoteError, PublicKey, is_included, is_prefix};

/// The first field of every file.
const FORMAT: &str = "gigahour-proof-v1";

/// A proof, as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    format: String,
    /// The signed checkpoint that everything leads to.
    checkpoint: String,
    proof: Proof,
}

/// What is proved, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Proof {
    /// A line of the state.
    State {
        /// The line.
        leaf: Leaf,
    },
    /// A line of what came of a record.
    Outcome {
        /// The line.
        leaf: Leaf,
        /// The record.
        record: Record,
    },
    /// An older log is the beginning of this one.
    Consistency {
        /// The older checkpoint.
        older: String,
        /// From the older root to the newer one.
        path: Vec<String>,
    },
}

/// A line in a tree of lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// The text, without a line feed.
    pub line: String,
    /// Its place, from 0.
    pub index: u64,
    /// Lines of the tree.
    pub size: u64,
    path: Vec<String>,
}

/// A record of the log, without its command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Its number; its place in the tree is one less.
    pub seq: u64,
    /// Its stamp, as text: it is above what every reader of JSON keeps.
    pub time_ns: String,
    /// The session it came from.
    pub author: u64,
    payload_sha256: String,
    /// The command itself, where it may be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    outcome_root: String,
    path: Vec<String>,
}

/// What a file proves, once it has been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Proven {
    /// What the exchange has signed.
    pub checkpoint: Checkpoint,
    /// What follows from it.
    pub fact: Fact,
}

/// What follows from a checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// This line is one of the state.
    State(String),
    /// This line is one of what came of this record.
    Outcome(String, Entry),
    /// The log of this checkpoint is the beginning of the newer one.
    Consistency(Checkpoint),
}

/// Why a file proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// It is not a proof.
    #[error("not a proof: {0}")]
    Form(String),
    /// It is a proof in another spelling.
    #[error("not a proof: written in another form than proofs are")]
    Spelling,
    /// Its checkpoint is not signed.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A path does not lead where it should.
    #[error("{0} does not lead to the signed root")]
    Path(&'static str),
    /// The command is not the one of the record.
    #[error("the command shown is not the one of the record")]
    Payload,
}

impl Leaf {
    /// A line and its path.
    #[must_use]
    pub fn new(line: &str, index: u64, size: u64, path: &[Hash]) -> Self {
        Self { line: line.to_owned(), index, size, path: text(path) }
    }

    fn leads_to(&self, root: Hash) -> Option<bool> {
        let path = hashes(&self.path)?;
        Some(is_included(self.line.as_bytes(), self.index, &path, self.size, root))
    }
}

impl Record {
    /// A record and its path, with its command where that may be shown.
    #[must_use]
    pub fn new(entry: &Entry, payload: Option<&[u8]>, path: &[Hash]) -> Self {
        Self {
            seq: entry.seq,
            time_ns: entry.time_ns.to_string(),
            author: entry.author,
            payload_sha256: entry.payload.to_string(),
            payload: payload.map(|bytes| STANDARD.encode(bytes)),
            outcome_root: entry.outcome.1.to_string(),
            path: text(path),
        }
    }

    fn entry(&self, lines: u64) -> Option<Entry> {
        Some(Entry {
            seq: self.seq,
            time_ns: self.time_ns.parse().ok()?,
            author: self.author,
            payload: Hash::parse_hash(&self.payload_sha256).ok()?,
            outcome: (lines, Hash::parse_hash(&self.outcome_root).ok()?),
        })
    }

    /// Whether the command shown, if one is, is the one that the record has a hash of.
    fn shows_its_command(&self, entry: &Entry) -> bool {
        self.payload.as_ref().is_none_or(|text| {
            STANDARD.decode(text).is_ok_and(|bytes| Entry::hash(&bytes) == entry.payload)
        })
    }
}

impl Proof {
    /// That an older log is the beginning of a newer one.
    #[must_use]
    pub fn consistency(older: &str, path: &[Hash]) -> Self {
        Self::Consistency { older: older.to_owned(), path: text(path) }
    }
}

impl File {
    /// A proof that leads to a signed checkpoint.
    #[must_use]
    pub fn new(checkpoint: &str, proof: Proof) -> Self {
        Self { format: FORMAT.to_owned(), checkpoint: checkpoint.to_owned(), proof }
    }

    /// Its text.
    ///
    /// # Panics
    /// Never: a proof has no keys but names.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("a proof is plain JSON") + "\n"
    }

    /// What this text proves to whoever trusts the key.
    ///
    /// # Errors
    /// When it proves nothing.
    pub fn check(text: &str, key: &PublicKey) -> Result<Proven, Fault> {
        let file: Self =
            serde_json::from_str(text).map_err(|error| Fault::Form(error.to_string()))?;
        if file.format != FORMAT {
            return Err(Fault::Form(format!("its format is `{}`", file.format)));
        }
        if file.text() != text {
            return Err(Fault::Spelling);
        }
        let checkpoint = key.open(&file.checkpoint)?;
        let fact = file.proof.check(&checkpoint, key)?;
        Ok(Proven { checkpoint, fact })
    }
}

impl Proof {
    fn check(self, checkpoint: &Checkpoint, key: &PublicKey) -> Result<Fact, Fault> {
        match self {
            Self::State { leaf } => {
                let (lines, root) = checkpoint.state;
                if leaf.size != lines || leaf.leads_to(root) != Some(true) {
                    return Err(Fault::Path("the line of the state"));
                }
                Ok(Fact::State(leaf.line))
            }
            Self::Outcome { leaf, record } => {
                let bad = Fault::Form("a number or a hash of the record".to_owned());
                let entry = record.entry(leaf.size).ok_or(bad)?;
                if leaf.leads_to(entry.outcome.1) != Some(true) {
                    return Err(Fault::Path("the line of the record"));
                }
                if !record.shows_its_command(&entry) {
                    return Err(Fault::Payload);
                }
                is_in_log(&entry, &record.path, checkpoint)
                    .then_some(Fact::Outcome(leaf.line, entry))
                    .ok_or(Fault::Path("the record"))
            }
            Self::Consistency { older, path } => {
                let older = key.open(&older)?;
                let (old, new) = ((older.size, older.root), (checkpoint.size, checkpoint.root));
                let path = hashes(&path).ok_or(Fault::Path("the older root"))?;
                is_prefix(old, new, &path)
                    .then_some(Fact::Consistency(older))
                    .ok_or(Fault::Path("the older root"))
            }
        }
    }
}

fn is_in_log(entry: &Entry, path: &[String], checkpoint: &Checkpoint) -> bool {
    let index = entry.seq.checked_sub(1);
    index.zip(hashes(path)).is_some_and(|(index, path)| {
        is_included(&entry.bytes(), index, &path, checkpoint.size, checkpoint.root)
    })
}

fn text(path: &[Hash]) -> Vec<String> {
    path.iter().map(ToString::to_string).collect()
}

fn hashes(path: &[String]) -> Option<Vec<Hash>> {
    path.iter().map(|hash| Hash::parse_hash(hash).ok()).collect()
}

#[cfg(test)]
mod tests;
