//! Recordings of real venues and other people's test vectors, which stay outside the tree.
//!
//! They are looked for in `../shared/data` beside the project, or where `GIGAHOUR_DATA` says;
//! without them a test says so and counts as skipped.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The folder of a data set, or nothing and a line that says so.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let data = std::env::var_os("GIGAHOUR_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    let folder = data.join(name);
    if !folder.is_dir() {
        println!("skipped: no {name} in ../shared/data or $GIGAHOUR_DATA");
        return None;
    }
    Some(folder)
}

/// The lines of a file, unpacked if its name ends in `.zst`.
pub(crate) fn lines(path: &Path) -> impl Iterator<Item = String> + use<> {
    let file = File::open(path).expect("a file of the data set");
    let plain: Box<dyn Read> = if path.extension().is_some_and(|ending| ending == "zst") {
        Box::new(zstd::Decoder::new(file).expect("zstd"))
    } else {
        Box::new(file)
    };
    BufReader::new(plain).lines().map(|line| line.expect("text"))
}
