//! What the log needs of a directory and its files. The second implementation is in the tests: it
//! loses, tears, flips and refuses.

use std::io;
use std::path::PathBuf;

/// A directory.
pub(super) trait Disk: Send + Sync + 'static {
    /// Where a file of this name is, to be told.
    fn path(&self, name: &str) -> PathBuf;

    /// The names in it.
    fn names(&self) -> io::Result<Vec<String>>;

    /// A new file, or an old one emptied.
    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;

    /// A file to read.
    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;

    /// A file to read and write.
    fn change(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;

    /// Gives a file another name, and takes it from the file that has it.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    fn remove(&self, name: &str) -> io::Result<()>;

    /// Returns when the names are on the disk.
    fn sync(&self) -> io::Result<()>;
}

/// A file of it.
pub(super) trait DiskFile: Send + Sync {
    fn length(&self) -> io::Result<u64>;

    /// Reads what is there, or a part of it; nothing at the end.
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes all of it, beyond the end too.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Ends the file there.
    fn cut(&self, length: u64) -> io::Result<()>;

    /// Returns when everything written is on the disk.
    fn sync(&self) -> io::Result<()>;
}

/// Makes a file whole or not at all: it gets its name when it is on the disk.
pub(super) fn publish(
    disk: &dyn Disk,
    draft: &str,
    name: &str,
    write: impl FnOnce(&dyn DiskFile) -> io::Result<()>,
) -> io::Result<Box<dyn DiskFile>> {
    let file = disk.create(draft)?;
    write(&*file)?;
    file.sync()?;
    disk.rename(draft, name)?;
    disk.sync()?;
    Ok(file)
}

/// Reads on until `bytes` are full or the file ends, and says how many there were.
pub(super) fn fill(file: &dyn DiskFile, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read_at(&mut bytes[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
