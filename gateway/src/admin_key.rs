//! The keys of admins: a file with an ed25519 seed in base64, readable by its owner only, and the
//! public half that the configuration names.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use rand::rngs::OsRng;

use crate::Error;

/// Makes a new key in a file that is not there yet, and gives its public half in base64.
///
/// # Errors
/// When the file is there or cannot be written.
pub fn create(path: &Path) -> Result<String, Error> {
    let key = SigningKey::generate(&mut OsRng);
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        writeln!(file, "{}", STANDARD.encode(key.to_bytes()))?;
        file.sync_all()
    };
    write().map_err(|source| Error::Write { path: path.to_owned(), source })?;
    Ok(STANDARD.encode(key.verifying_key().as_bytes()))
}

/// The seed in a file.
///
/// # Errors
/// When it cannot be read or is none.
pub fn read(path: &Path) -> Result<[u8; 32], Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let seed = STANDARD.decode(text.trim()).ok().and_then(|seed| seed.try_into().ok());
    seed.ok_or_else(|| Error::Config {
        path: path.to_owned(),
        fault: "it has no seed of 32 bytes in base64".to_owned(),
    })
}

#[cfg(test)]
mod tests;
