//! Mistakes in a TOML file, told so that they can be found: file, line, column, and for a key that
//! does not exist the nearest one that does.

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::Error;

/// Reads `text`, which came from `path`.
pub(super) fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Error> {
    toml::from_str(text).map_err(|error| mistake(path, text, &error))
}

fn mistake(path: &Path, text: &str, error: &toml::de::Error) -> Error {
    let (line, column) = error.span().map_or((1, 1), |span| place(text, span.start));
    let mut message = error.message().trim_end().to_owned();
    if let Some(nearest) = nearest_key(&message) {
        message.push_str(&format!("; did you mean `{nearest}`?"));
    }
    Error::Mistake { path: path.to_owned(), line, column, message }
}

/// Line and column of a byte, both counted from one.
fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// The closest of the keys that serde lists in "unknown field `a`, expected one of `b`, `c`".
fn nearest_key(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("unknown field `")?;
    let (unknown, expected) = rest.split_once('`')?;
    expected
        .split('`')
        .skip(1)
        .step_by(2)
        .map(|key| (distance(unknown, key), key))
        .min()
        .filter(|(distance, key)| *distance <= key.len().div_ceil(2))
        .map(|(_, key)| key)
}

/// Levenshtein distance, one row at a time.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
