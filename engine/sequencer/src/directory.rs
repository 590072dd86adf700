//! Files that are there whole or not at all: written under another name, synced, and renamed.

use std::fs::{self, File};
use std::path::Path;

use crate::Error;

/// Makes the names in a directory durable.
pub(crate) fn sync(dir: &Path) -> Result<(), Error> {
    // The directory of a plain name is the one that the process is in.
    let dir = if dir == Path::new("") { Path::new(".") } else { dir };
    let sync = || File::open(dir)?.sync_all();
    sync().map_err(Error::io("sync", dir))
}

/// Gives a file that is whole and synced its name; what had it before is gone.
pub(crate) fn rename(draft: &Path, path: &Path) -> Result<(), Error> {
    fs::rename(draft, path).map_err(Error::io("rename", draft))?;
    sync(path.parent().expect("a file is in a directory"))
}

/// Puts a file of these bytes into a directory; a crash leaves the old one or the new one.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let draft = path.with_extension("new");
    fs::write(&draft, bytes).map_err(Error::io("write", &draft))?;
    sync_file(&draft)?;
    rename(&draft, path)
}

/// Makes a file durable that was written by whomever.
pub(crate) fn sync_file(path: &Path) -> Result<(), Error> {
    let sync = || File::open(path)?.sync_all();
    sync().map_err(Error::io("sync", path))
}
