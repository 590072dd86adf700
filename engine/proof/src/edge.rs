//! The right edge of a growing tree: the tiles that are not full yet. Enough for its root and for
//! everything that is still to come, in a few kilobytes however long the log is.
//!
//! Tiles are those of C2SP tlog-tiles: 256 hashes of every eighth level.

use tlog_tiles::{Error, Hash, HashReader, Tile};

/// Levels of a tile.
const HEIGHT: u8 = 8;

/// Hashes of a full tile.
const FULL: usize = 1 << HEIGHT;

/// Bytes of a hash.
const BYTES: usize = 32;

/// A tree of which only the right edge is kept. A leaf costs its own hash and, on the average,
/// little more than one of a node.
#[derive(Clone, Debug, Default)]
pub struct Edge {
    size: u64,
    /// The last tile of each level, as bytes; from the leaves up.
    tiles: Vec<Vec<u8>>,
}

/// Where a tile stands, and its hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TileData<'a> {
    /// How many eights of levels above the leaves.
    pub level: u8,
    /// Its place among those of its level.
    pub index: u64,
    /// 32 bytes for each hash; 256 hashes when it is full.
    pub hashes: &'a [u8],
}

impl TileData<'_> {
    /// `tile/0/x001/067`, and `tile/0/x001/067.p/8` of a tile with eight hashes.
    #[must_use]
    pub fn path(&self) -> String {
        path(self.level, self.index, self.hashes.len() / BYTES)
    }
}

fn path(level: u8, index: u64, width: usize) -> String {
    format!("tile/{level}/{}", place(index, width))
}

/// The name of a place in three digits at a time, and how much of it there is unless it is full.
#[must_use]
pub fn place(index: u64, width: usize) -> String {
    let mut name = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while 0 < rest {
        name = format!("x{:03}/{name}", rest % 1000);
        rest /= 1000;
    }
    if width == FULL { name } else { format!("{name}.p/{width}") }
}

impl Edge {
    /// The edge of a tree of this size from the tiles that are not full, by their paths; none when one
    /// is missing or not of its size. Whether they are the right ones shows in the root.
    #[must_use]
    pub fn resume(size: u64, mut read: impl FnMut(&str) -> Option<Vec<u8>>) -> Option<Self> {
        let mut tiles = Vec::new();
        for level in 0.. {
            let hashes = size.checked_shr(u32::from(HEIGHT) * u32::from(level)).unwrap_or(0);
            if hashes == 0 {
                break;
            }
            let width = usize::try_from(hashes % FULL as u64).expect("below 256");
            let tile = match width {
                0 => Vec::new(),
                _ => read(&path(level, hashes >> HEIGHT, width))?,
            };
            if tile.len() != width * BYTES {
                return None;
            }
            tiles.push(tile);
        }
        Some(Self { size, tiles })
    }

    /// Appends a leaf and hands over the tiles it has filled.
    pub fn push(&mut self, leaf: &[u8], mut full: impl FnMut(TileData<'_>)) {
        self.size += 1;
        let mut hash = tlog_tiles::record_hash(leaf);
        for level in 0.. {
            if self.tiles.len() == level {
                self.tiles.push(Vec::with_capacity(FULL * BYTES));
            }
            self.tiles[level].extend_from_slice(&hash.0);
            if self.tiles[level].len() < FULL * BYTES {
                return;
            }
            let level = u8::try_from(level).expect("64 bits are eight levels of tiles");
            let index = (self.size >> (HEIGHT * (level + 1))) - 1;
            let tile = &mut self.tiles[usize::from(level)];
            full(TileData { level, index, hashes: tile });
            hash = Tile::subtree_hash(tile);
            tile.clear();
        }
    }

    /// How many leaves there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hash that stands for all leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        tlog_tiles::tree_hash(self.size, self).expect("the edge has what a root needs")
    }

    /// The tiles that are begun and not full.
    pub fn partial(&self) -> impl Iterator<Item = TileData<'_>> {
        let begun = (0_u8..).zip(&self.tiles).filter(|(_, hashes)| !hashes.is_empty());
        begun.map(|(level, hashes)| {
            let index = self.index(level);
            TileData { level, index, hashes }
        })
    }

    /// The place of the last tile of a level.
    fn index(&self, level: u8) -> u64 {
        self.size.checked_shr(u32::from(HEIGHT) * (u32::from(level) + 1)).unwrap_or(0)
    }
}

impl HashReader for Edge {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let read = |index: &u64| {
            let tile = Tile::from_index(HEIGHT, *index);
            let data = self.tiles.get(usize::from(tile.level())).ok_or(Error::IndexesNotInTree)?;
            if tile.level_index() != self.index(tile.level()) {
                return Err(Error::IndexesNotInTree);
            }
            tile.hash_at_index(data, *index)
        };
        indexes.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests;
