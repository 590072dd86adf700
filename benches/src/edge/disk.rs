//! The floor of anything durable: a small write at the end of what a file of zeros has, and a sync.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Bytes of a write: about what one order takes in the log.
const BYTES: usize = 200;
/// Writes there is room for.
const WRITES: u64 = 100_000;

/// A file that is written in order.
#[derive(Debug)]
pub struct Disk {
    file: File,
    offset: u64,
}

impl Disk {
    /// A file of zeros in this folder.
    ///
    /// # Panics
    /// When the disk is full.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let file = File::create(folder.join("floor")).expect("a file");
        let zeros = vec![0; 1 << 20];
        for at in (0..WRITES * BYTES as u64).step_by(zeros.len()) {
            file.write_all_at(&zeros, at).expect("room on the disk");
        }
        file.sync_all().expect("the disk holds");
        Self { file, offset: 0 }
    }

    /// Writes once and waits until it is durable.
    ///
    /// # Panics
    /// When the disk fails.
    pub fn write(&mut self) {
        self.file.write_all_at(&[7; BYTES], self.offset).expect("room on the disk");
        self.file.sync_data().expect("the disk holds");
        self.offset = (self.offset + BYTES as u64) % (WRITES * BYTES as u64);
    }
}
