//! Files that prove: replays a log up to a checkpoint, finds what is asked for, and writes down the
//! way from it to the roots that were signed.

use std::path::Path;

use engine::Exchange;
use proof::file::{File, Leaf, Proof, Record};
use proof::{Checkpoint, Entry, Tree};

use super::maker::{Trunk, check_follows};
use super::{cache, lines};
use crate::Error;
use crate::log::Reader;
use crate::quarantine::Quarantine;
use crate::replay::Replay;

/// In place of a name: whatever came last.
const LAST: &str = "last";

/// What can be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One side of a trade: `X12b`.
    Fill,
    /// The money of an account: `A-1001`.
    Balance,
    /// A position: `A-1001/H100-US-2027M03`.
    Position,
    /// An order, while it is open or as it was last: `O5001`.
    Order,
    /// An obligation, while it is not settled or as it was last: `OB-7`.
    Obligation,
    /// A receipt of an hour: `A-2001/H100-US-2027M03/2027-03-01T05:00:00Z/17`.
    Receipt,
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unproven {
    /// The log, or the last checkpoint, cannot be read.
    #[error(transparent)]
    Log(#[from] Error),
    /// A note is not a checkpoint.
    #[error("not a checkpoint: {0}")]
    NotACheckpoint(String),
    /// The log is shorter than the checkpoint says.
    #[error("the log ends with record {last}, and the checkpoint is over {size}")]
    Short {
        /// The last record.
        last: u64,
        /// Records of the checkpoint.
        size: u64,
    },
    /// The log gives other roots than those that were signed.
    #[error("the checkpoint over {0} records is not one of this log")]
    Foreign(u64),
    /// Nothing of this name is so, or came of a record.
    #[error("there is no {kind} {name} up to record {size}")]
    NotFound {
        /// What was asked for.
        kind: &'static str,
        /// Its name.
        name: String,
        /// Records of the checkpoint.
        size: u64,
    },
}

impl Kind {
    /// The first word of its lines.
    const fn word(self) -> &'static str {
        match self {
            Self::Fill => "fill",
            Self::Balance => "balance",
            Self::Position => "position",
            Self::Order => "order",
            Self::Obligation => "obligation",
            Self::Receipt => "receipt",
        }
    }

    /// Whether the command may be shown with it: a receipt is its sender's own, and signed by it.
    const fn shows_its_command(self) -> bool {
        match self {
            Self::Receipt => true,
            Self::Fill | Self::Balance | Self::Position | Self::Order | Self::Obligation => false,
        }
    }
}

/// The last checkpoint that was published of the log in `dir`.
///
/// # Errors
/// When none was.
pub fn last_checkpoint(dir: &Path) -> Result<String, Error> {
    cache::last_checkpoint(dir)
}

/// The file that proves what is asked for under a signed checkpoint of the log in `dir`: a line of
/// the state if it is so, and else the last line of this name that came of a record. The name `last`
/// stands for whatever of this kind came last.
///
/// # Errors
/// When the log cannot be read, is not that of the checkpoint, or has nothing of this name.
pub fn prove(dir: &Path, kind: Kind, name: &str, note: &str) -> Result<String, Unproven> {
    let start = match name {
        LAST => format!("{} ", kind.word()),
        name => format!("{} {name} ", kind.word()),
    };
    let mut found = None;
    let replayed = replay(dir, note, |entry, lines, payload| {
        if let Some(at) = lines.iter().rposition(|line| line.starts_with(&start)) {
            found = Some((*entry, lines.to_vec(), at, payload.to_vec()));
        }
    })?;
    if (name != LAST || found.is_none())
        && let Some(leaf) = replayed.state_leaf(&start)
    {
        return Ok(File::new(note, Proof::State { leaf }).text());
    }
    let Some((entry, lines, at, payload)) = found else {
        let (kind, name, size) = (kind.word(), name.to_owned(), replayed.size());
        return Err(Unproven::NotFound { kind, name, size });
    };
    let path = replayed.tree.inclusion(entry.seq - 1, replayed.size());
    let payload = kind.shows_its_command().then_some(&payload[..]);
    let record = Record::new(&entry, payload, &path);
    Ok(File::new(note, Proof::Outcome { leaf: leaf(&lines, at), record }).text())
}

/// The file that proves that the log of an older checkpoint is the beginning of that of a newer one.
///
/// # Errors
/// When the log cannot be read or is not that of the newer checkpoint, or the older is longer.
pub fn consistency(dir: &Path, older: &str, note: &str) -> Result<String, Unproven> {
    let old = read(older)?;
    let replayed = replay(dir, note, |_, _, _| ())?;
    let size = replayed.size();
    if size < old.size {
        return Err(Unproven::Short { last: size, size: old.size });
    }
    if replayed.tree.root_at(old.size) != old.root {
        return Err(Unproven::Foreign(old.size));
    }
    let path = match old.size {
        0 => Vec::new(),
        _ => replayed.tree.consistency(old.size, size),
    };
    Ok(File::new(note, Proof::consistency(older, &path)).text())
}

/// A log up to a checkpoint.
struct Replayed {
    tree: Tree,
    exchange: Exchange,
}

impl Replayed {
    fn size(&self) -> u64 {
        self.tree.len()
    }

    /// The line of the state that begins so.
    fn state_leaf(&self, start: &str) -> Option<Leaf> {
        let lines = lines::of_state(&self.exchange);
        let at = lines.iter().position(|line| line.starts_with(start))?;
        Some(leaf(&lines, at))
    }
}

/// Replays the log up to the checkpoint of a note and compares what it comes to.
fn replay(
    dir: &Path,
    note: &str,
    mut each: impl FnMut(&Entry, &[String], &[u8]),
) -> Result<Replayed, Unproven> {
    let expected = read(note)?;
    let (mut trunk, mut tree) = (Trunk::default(), Tree::default());
    let (mut replay, quarantine) = (Replay::<()>::default(), Quarantine::read(dir)?);
    for record in Reader::open(dir)? {
        if tree.len() == expected.size {
            break;
        }
        let record = record?;
        check_follows(tree.len(), &record)?;
        replay.step(&record, &quarantine)?;
        let grown = trunk.grow(&record, replay.events(), &replay.exchange, |_| ());
        tree.push(&grown.entry.bytes());
        each(&grown.entry, &grown.lines, trunk.payload());
    }
    let (last, size) = (tree.len(), expected.size);
    if last < size {
        return Err(Unproven::Short { last, size });
    }
    if trunk.checkpoint(&replay.exchange) != expected {
        return Err(Unproven::Foreign(size));
    }
    Ok(Replayed { tree, exchange: replay.exchange })
}

fn read(note: &str) -> Result<Checkpoint, Unproven> {
    let not_one = || Unproven::NotACheckpoint(note.lines().next().unwrap_or_default().to_owned());
    Checkpoint::read(note).ok_or_else(not_one)
}

fn leaf(lines: &[String], at: usize) -> Leaf {
    let tree: Tree = lines.iter().collect();
    let index = u64::try_from(at).expect("an index fits");
    Leaf::new(&lines[at], index, tree.len(), &tree.inclusion(index, tree.len()))
}
