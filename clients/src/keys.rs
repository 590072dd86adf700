//! The file of keys: where the exchange is, and who may log in there.
//!
//! ```toml
//! trade = "ws://127.0.0.1:9000/v1/trade"
//! feed = "ws://127.0.0.1:9000/v1/md"
//! [[key]]
//! name = "desk"
//! account = 1001
//! key_id = "k_desk"
//! seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
//! ```

mod create;

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::{Credentials, Error};
pub use create::create;

/// What a file of keys says.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Where to trade.
    pub trade: String,
    /// Where public data is.
    pub feed: String,
    path: PathBuf,
    all: Vec<(String, Credentials)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    trade: String,
    feed: String,
    key: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    account: u32,
    key_id: String,
    seed: String,
}

/// Reads a file of keys.
///
/// # Errors
/// When it cannot be read or is not of this form.
pub fn load(path: &Path) -> Result<Keys, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| Error::Io { path: path.to_owned(), source })?;
    parse(path, &text)
}

fn parse(path: &Path, text: &str) -> Result<Keys, Error> {
    let fault = |fault| Error::Keys { path: path.to_owned(), fault };
    let file: File = toml::from_str(text).map_err(|error| fault(error.to_string()))?;
    let mut all = Vec::new();
    for entry in file.key {
        let seed = STANDARD.decode(&entry.seed).ok().and_then(|seed| seed.try_into().ok());
        let seed = seed.ok_or_else(|| {
            fault(format!("the seed of {} is not 32 bytes in base64", entry.name))
        })?;
        let key = Credentials { key_id: entry.key_id, account: entry.account, seed };
        all.push((entry.name, key));
    }
    Ok(Keys { trade: file.trade, feed: file.feed, path: path.to_owned(), all })
}

impl Keys {
    /// The key of this name.
    ///
    /// # Errors
    /// When there is none; the message lists those there are.
    pub fn of(&self, name: &str) -> Result<&Credentials, Error> {
        let found = self.all.iter().find(|(known, _)| known == name).map(|(_, key)| key);
        found.ok_or_else(|| {
            let names: Vec<&str> = self.all.iter().map(|(known, _)| known.as_str()).collect();
            let fault = format!("there is no key {name}; there are {}", names.join(", "));
            Error::Keys { path: self.path.clone(), fault }
        })
    }

    /// All keys with their names, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Credentials)> {
        self.all.iter().map(|(name, key)| (name.as_str(), key))
    }
}

#[cfg(test)]
mod tests;
