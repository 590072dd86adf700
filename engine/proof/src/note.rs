//! Checkpoints signed as notes of C2SP signed-note, by one ed25519 key. The only file that names the
//! crate of the notes.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::rngs::OsRng;
use signed_note::{Note, Signer, StandardSigner, StandardVerifier, VerifierList};

use crate::Checkpoint;

/// The key of an exchange. Its name is the origin of the checkpoints it signs.
pub struct SigningKey {
    signer: StandardSigner,
    secret: String,
    public: PublicKey,
}

/// What checks a note: `market.example/log+5f3b0c1a+AQ...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(String);

/// Why a note is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// The key is not one.
    #[error("not the key of a note: {0}")]
    Key(String),
    /// The note is not signed by this key, or not as it stands there.
    #[error("the note is not signed by {key}: {fault}")]
    Signature {
        /// Name of the key.
        key: String,
        /// What is wrong.
        fault: String,
    },
    /// What is signed is no checkpoint of this exchange.
    #[error("what is signed is no checkpoint of {0}")]
    Checkpoint(String),
}

impl SigningKey {
    /// A new key from the system's source of randomness. A name has no spaces and no plus.
    ///
    /// # Errors
    /// When the name has.
    pub fn generate(name: &str) -> Result<Self, NoteError> {
        if !signed_note::is_key_name_valid(name) || !name.is_ascii() {
            return Err(NoteError::Key(format!("`{name}` is no name of a key")));
        }
        let (secret, _) = signed_note::generate_key(&mut OsRng, name);
        Self::parse(&secret)
    }

    /// The key of a file: `PRIVATE+KEY+NAME+ID+BASE64`, alone on its line.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let secret = text.trim().to_owned();
        let fault = |error: &dyn fmt::Display| NoteError::Key(error.to_string());
        let signer = StandardSigner::new(&secret).map_err(|error| fault(&error))?;
        let public = PublicKey(public_half(&secret, &signer).ok_or_else(|| fault(&"no ed25519"))?);
        Ok(Self { signer, secret, public })
    }

    /// What a file of the key holds. Nobody else may see it.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// What checks its notes.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The signed note of a checkpoint.
    ///
    /// # Panics
    /// Never: a checkpoint is a well-formed text.
    #[must_use]
    pub fn sign(&self, checkpoint: &Checkpoint) -> String {
        let text = checkpoint.text(self.signer.name());
        let mut note = Note::new(text.as_bytes(), &[]).expect("a checkpoint has plain lines");
        note.add_sigs(&[&self.signer]).expect("the name was checked, and the key signs everything");
        String::from_utf8(note.to_bytes()).expect("a note is text")
    }
}

/// The secret half of an ed25519 key in a note's form is its seed behind one byte.
fn public_half(secret: &str, signer: &StandardSigner) -> Option<String> {
    let bytes = STANDARD.decode(secret.splitn(5, '+').nth(4)?).ok()?;
    let seed = <[u8; 32]>::try_from(bytes.get(1..)?).ok()?;
    let key = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key();
    Some(signed_note::new_ed25519_verifier_key(signer.name(), &key))
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public)
    }
}

impl PublicKey {
    /// The key of this text.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let text = text.trim();
        StandardVerifier::new(text).map_err(|error| NoteError::Key(error.to_string()))?;
        Ok(Self(text.to_owned()))
    }

    /// Its name, which is the origin of its checkpoints.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.split('+').next().unwrap_or_default()
    }

    /// The checkpoint of a note that this key has signed. What others have signed beside it is passed
    /// over.
    ///
    /// # Errors
    /// When the note is not of this form, or not signed so.
    pub fn open(&self, note: &str) -> Result<Checkpoint, NoteError> {
        let fault = |fault: String| NoteError::Signature { key: self.name().to_owned(), fault };
        let verifier = StandardVerifier::new(&self.0).map_err(|error| fault(error.to_string()))?;
        let parsed = Note::from_bytes(note.as_bytes()).map_err(|error| fault(error.to_string()))?;
        let known = VerifierList::new(vec![Box::new(verifier)]);
        parsed.verify(&known).map_err(|error| fault(error.to_string()))?;
        if parsed.to_bytes() != note.as_bytes() {
            return Err(fault("it is written in another form".to_owned()));
        }
        let text = std::str::from_utf8(parsed.text()).unwrap_or_default();
        Checkpoint::parse(self.name(), text)
            .ok_or_else(|| NoteError::Checkpoint(self.name().to_owned()))
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
