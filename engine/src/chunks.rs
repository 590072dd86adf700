//! A list in chunks that stay where they are: it grows without moving what it has.

use std::ops::{Index, IndexMut};

/// Items of a chunk.
const CHUNK: usize = 1024;

/// A list that nothing is taken from.
#[derive(Clone, Debug)]
pub(crate) struct Chunks<T> {
    chunks: Vec<Vec<T>>,
    len: u32,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), len: 0 }
    }
}

impl<T> Chunks<T> {
    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// Puts an item at the end. Its place.
    pub(crate) fn push(&mut self, item: T) -> u32 {
        if wide(self.len).is_multiple_of(CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        self.chunks.last_mut().expect("pushed when full").push(item);
        self.len += 1;
        self.len - 1
    }

    /// An item, if there are so many.
    pub(crate) fn get(&self, at: u32) -> Option<&T> {
        self.chunks.get(wide(at) / CHUNK)?.get(wide(at) % CHUNK)
    }

    /// The same, to change it.
    pub(crate) fn get_mut(&mut self, at: u32) -> Option<&mut T> {
        self.chunks.get_mut(wide(at) / CHUNK)?.get_mut(wide(at) % CHUNK)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flatten()
    }
}

impl<T> Index<u32> for Chunks<T> {
    type Output = T;
    fn index(&self, at: u32) -> &T {
        &self.chunks[wide(at) / CHUNK][wide(at) % CHUNK]
    }
}

impl<T> IndexMut<u32> for Chunks<T> {
    fn index_mut(&mut self, at: u32) -> &mut T {
        &mut self.chunks[wide(at) / CHUNK][wide(at) % CHUNK]
    }
}

fn wide(at: u32) -> usize {
    usize::try_from(at).expect("32 bits fit in an index")
}
