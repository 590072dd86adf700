//! What the log needs of a file. The second implementation is in the tests: it counts and fails.

use std::fs::File;
use std::io::{self, Write};

/// Something bytes can be appended to.
pub(super) trait Disk: Send {
    /// Appends the bytes.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Returns when everything written is on the disk.
    fn sync(&mut self) -> io::Result<()>;
}

impl Disk for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}
