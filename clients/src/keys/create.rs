//! New keys, appended to a file of keys that only its owner can read.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::RngCore;
use rand::rngs::OsRng;

use super::parse;
use crate::{Credentials, Error};

/// Addresses of a venue on this machine, for a file that does not exist yet.
const ADDRESSES: &str =
    "trade = \"ws://127.0.0.1:9000/v1/trade\"\nfeed = \"ws://127.0.0.1:9000/v1/md\"\n";

/// Makes a key and appends it to a file of keys, which is made when there is none. The secret half never
/// leaves the file; the operator needs the public one.
///
/// # Errors
/// When the file cannot be read or written, or has a key of this name.
pub fn create(path: &Path, name: &str, account: u32) -> Result<Credentials, Error> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    let before = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => ADDRESSES.to_owned(),
        Err(error) => return Err(failed(error)),
    };
    if has_key(path, &before, name)? {
        return Err(fault(path, format!("it has a key {name} already")));
    }
    let mut seed = [0; 32];
    OsRng.fill_bytes(&mut seed);
    let key = Credentials { key_id: format!("k_{name}"), account, seed };
    let entry = format!(
        "\n[[key]]\nname = \"{name}\"\naccount = {account}\nkey_id = \"{}\"\nseed = \"{}\"\n",
        key.key_id,
        STANDARD.encode(seed),
    );
    let text = before + &entry;
    parse(path, &text)?;
    let mut file = OpenOptions::new();
    file.write(true).create(true).truncate(true).mode(0o600);
    file.open(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)?;
    Ok(key)
}

/// A file with addresses alone has no keys.
fn has_key(path: &Path, text: &str, name: &str) -> Result<bool, Error> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(is_plain) {
        return Err(fault(path, format!("`{name}` is no name: use letters, digits, - and _")));
    }
    if text == ADDRESSES {
        return Ok(false);
    }
    Ok(parse(path, text)?.iter().any(|(known, _)| known == name))
}

fn fault(path: &Path, fault: String) -> Error {
    Error::Keys { path: path.to_owned(), fault }
}
