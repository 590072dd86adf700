//! Golden files: a result that was read once, agreed to, and must not change unnoticed.

use std::fs;
use std::path::{Path, PathBuf};

/// Compares `actual` with `golden/<name>`; with `UPDATE_GOLDEN=1` it writes the file instead.
///
/// # Panics
/// When they differ, naming the first line that does.
pub fn check(name: &str, actual: &str) {
    let path = path(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, actual).expect("the golden folder can be written");
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; run with UPDATE_GOLDEN=1 to write it", path.display())
    });
    if let Some(difference) = difference(&expected, actual) {
        panic!("{} is not what it was; {difference}", path.display());
    }
}

/// Where two texts differ first, in words, or `None` when they are the same.
#[must_use]
pub fn difference(expected: &str, actual: &str) -> Option<String> {
    if expected == actual {
        return None;
    }
    let (mut left, mut right) = (expected.lines(), actual.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (left.next(), right.next()) {
            (Some(a), Some(b)) if a == b => {}
            (None, None) => return Some("only the ends of lines differ".to_owned()),
            (a, b) => {
                let [a, b] = [a, b].map(|line| line.unwrap_or("(nothing)"));
                return Some(format!("line {number}\n  expected: {a}\n  actual:   {b}"));
            }
        }
    }
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name)
}
