//! Checkpoints of C2SP tlog-checkpoint: how long the log is, what it and the state come to.

use crate::Hash;

/// What an exchange signs: the log up to a record, and the state after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Checkpoint {
    /// Records of the log, which is the number of the last one.
    pub size: u64,
    /// Root of the log's tree.
    pub root: Hash,
    /// Stamp of the last record, in nanoseconds since 1970.
    pub time_ns: i64,
    /// The last link of the log's BLAKE3 chain.
    pub chain: Hash,
    /// Lines of the state after the last record, and the root of their tree.
    pub state: (u64, Hash),
}

impl Checkpoint {
    /// What a note says, whoever has signed it: for those who have the log and compare.
    #[must_use]
    pub fn read(note: &str) -> Option<Self> {
        let (text, _) = note.split_once("\n\n")?;
        Self::parse(text.lines().next()?, &format!("{text}\n"))
    }

    /// The text that is signed. The first three lines are those of every log, the rest is ours.
    pub(crate) fn text(&self, origin: &str) -> String {
        let Self { size, root, time_ns, chain, state: (lines, state) } = self;
        format!(
            "{origin}\n{size}\n{root}\nseq {size}\ntime {time_ns}\nchain {chain}\nstate {lines} {state}\n"
        )
    }

    /// The checkpoint of exactly this text.
    pub(crate) fn parse(origin: &str, text: &str) -> Option<Self> {
        let mut lines = text.lines().skip(1);
        let size = lines.next()?.parse().ok()?;
        let root = hash(lines.next()?)?;
        let mut named = |name| lines.next()?.strip_prefix(name);
        named("seq ")?;
        let time_ns = named("time ")?.parse().ok()?;
        let chain = hash(named("chain ")?)?;
        let (count, state) = named("state ")?.split_once(' ')?;
        let state = (count.parse().ok()?, hash(state)?);
        let checkpoint = Self { size, root, time_ns, chain, state };
        (checkpoint.text(origin) == text).then_some(checkpoint)
    }
}

fn hash(text: &str) -> Option<Hash> {
    Hash::parse_hash(text).ok()
}

#[cfg(test)]
mod tests;
