//! Merkle trees of RFC 9162: SHA-256, leaves hashed behind a byte 0 and nodes behind a byte 1.
//!
//! With [`super::edge`] the only place that names the crate of the trees.

use tlog_tiles::{Error, HashReader};

pub use tlog_tiles::Hash;

/// Hashes of a longer path belong to a tree that cannot be.
const LONGEST_PATH: usize = 64;

/// A tree with all its hashes, from which everything can be proved: 64 bytes for each leaf.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    size: u64,
    stored: Stored,
}

#[derive(Clone, Debug, Default)]
struct Stored(Vec<Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let at = |index: &u64| usize::try_from(*index).ok().and_then(|index| self.0.get(index));
        let all: Option<Vec<Hash>> = indexes.iter().map(|index| at(index).copied()).collect();
        all.ok_or(Error::IndexesNotInTree)
    }
}

impl Tree {
    /// Appends a leaf.
    pub fn push(&mut self, leaf: &[u8]) {
        let hashes = tlog_tiles::stored_hashes(self.size, leaf, &self.stored);
        self.stored.0.extend(hashes.expect("what was pushed before is stored"));
        self.size += 1;
    }

    /// How many leaves there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.size
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// The hash that stands for all leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root_at(self.size)
    }

    /// The hash that stood for the first `size` leaves.
    ///
    /// # Panics
    /// When there are fewer.
    #[must_use]
    pub fn root_at(&self, size: u64) -> Hash {
        tlog_tiles::tree_hash(size, &self.stored).expect("so many leaves are stored")
    }

    /// The path from leaf `index` to the root of the first `size` leaves.
    ///
    /// # Panics
    /// When the leaf is not among them, or there are fewer.
    #[must_use]
    pub fn inclusion(&self, index: u64, size: u64) -> Vec<Hash> {
        tlog_tiles::prove_record(size, index, &self.stored).expect("so many leaves are stored")
    }

    /// What shows that the first `older` leaves are the beginning of the first `size`.
    ///
    /// # Panics
    /// When `older` is 0 or above `size`, or there are fewer leaves.
    #[must_use]
    pub fn consistency(&self, older: u64, size: u64) -> Vec<Hash> {
        tlog_tiles::prove_tree(size, older, &self.stored).expect("so many leaves are stored")
    }
}

impl<L: AsRef<[u8]>> FromIterator<L> for Tree {
    fn from_iter<I: IntoIterator<Item = L>>(leaves: I) -> Self {
        let mut tree = Self::default();
        leaves.into_iter().for_each(|leaf| tree.push(leaf.as_ref()));
        tree
    }
}

/// Whether the path leads from a leaf to the root of a tree.
#[must_use]
pub fn is_included(leaf: &[u8], index: u64, path: &[Hash], size: u64, root: Hash) -> bool {
    path.len() <= LONGEST_PATH
        && tlog_tiles::check_record(
            &path.to_vec(),
            size,
            root,
            index,
            tlog_tiles::record_hash(leaf),
        )
        .is_ok()
}

/// Whether the path shows that the older tree is the beginning of the newer one; each is its size and
/// its root. An empty tree is the beginning of every tree, and nothing has to show it.
#[must_use]
pub fn is_prefix(older: (u64, Hash), newer: (u64, Hash), path: &[Hash]) -> bool {
    if older.0 == 0 {
        return path.is_empty() && older.1 == Tree::default().root();
    }
    let (size, root) = newer;
    path.len() <= LONGEST_PATH
        && tlog_tiles::check_tree(&path.to_vec(), size, root, older.0, older.1).is_ok()
}

#[cfg(test)]
mod tests;
