//! A list in chunks that stay where they are: it grows without moving what it has.

use std::ops::{Index, IndexMut};

/// Items of a chunk.
const CHUNK: usize = 1024;

/// A list that nothing is taken from.
#[derive(Clone, Debug)]
pub(super) struct Chunks<T> {
    chunks: Vec<Vec<T>>,
    len: u32,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), len: 0 }
    }
}

impl<T> Chunks<T> {
    pub(super) fn len(&self) -> u32 {
        self.len
    }

    /// Puts an item at the end. Its place.
    pub(super) fn push(&mut self, item: T) -> u32 {
        if wide(self.len).is_multiple_of(CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        self.chunks.last_mut().expect("pushed when full").push(item);
        self.len += 1;
        self.len - 1
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
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
