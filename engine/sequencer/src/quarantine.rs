//! Records that are passed over for ever, because they break the exchange.
//!
//! A command is durable before anybody knows what it does, so one that breaks the exchange breaks it
//! again at every start. Two admins can sign that it shall be passed over. What they signed is a file
//! beside the log, read and checked at every start; it names the record by its link of the hash
//! chain, so it fits no other log and no other record. The log itself stays as it is.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use types::PublicKey;

use crate::derived::Derived;
use crate::log::{CommandLog, FileLog, Head};
use crate::recovery::restore;
use crate::{Digest, Error, Snapshots, directory};

/// The file.
pub(crate) const FILE: &str = "quarantine";

/// The first line of an entry.
const TITLE: &str = "gigahour quarantine 1";

/// How many admins must agree.
const SIGNERS: usize = 2;

/// Longest reason.
const LONGEST_REASON: usize = 400;

/// All records of a log that are passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quarantine {
    path: PathBuf,
    entries: BTreeMap<u64, Quarantined>,
}

/// One record that is passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// Its number.
    pub seq: u64,
    /// Its link of the hash chain.
    pub record: Digest,
    /// Why, in the words of those who signed.
    pub reason: String,
    /// Who signed: the public keys of at least two admins.
    pub signed_by: Vec<PublicKey>,
}

impl fmt::Display for Quarantined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {} is passed over: {}; signed by", self.seq, self.reason)?;
        self.signed_by.iter().try_for_each(|key| write!(f, " {}", STANDARD.encode(key.0)))
    }
}

impl Quarantine {
    /// What is passed over of the log of a directory. Every signature is checked.
    ///
    /// # Errors
    /// When the file cannot be read, has a mistake, or is not signed by two keys.
    pub fn read(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(FILE);
        if !path.try_exists().map_err(Error::io("look for", &path))? {
            return Ok(Self { path, entries: BTreeMap::new() });
        }
        let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        let mut entries = BTreeMap::new();
        for entry in text.split_inclusive("\n\n") {
            let entry = parse(entry).map_err(|fault| fault_in(&path, fault))?;
            if let Some(twice) = entries.insert(entry.seq, entry) {
                return Err(fault_in(&path, format!("record {} stands twice", twice.seq)));
            }
        }
        Ok(Self { path, entries })
    }

    /// The records, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Quarantined> {
        self.entries.values()
    }

    /// Whether the record at this end of the log is passed over.
    ///
    /// # Errors
    /// When another record of this number was meant.
    pub(crate) fn passes_over(&self, head: &Head) -> Result<bool, Error> {
        match self.entries.get(&head.seq) {
            None => Ok(false),
            Some(entry) if entry.record == head.chain => Ok(true),
            Some(_) => {
                let fault =
                    format!("record {} of this log is not the one that was meant", head.seq);
                Err(fault_in(&self.path, fault))
            }
        }
    }
}

/// Makes recovery pass over record `seq` of the log in a directory, for ever: a record that breaks
/// the exchange, or `D` beside it. The two admins sign with these ed25519 seeds.
///
/// # Errors
/// When the log is in use, when replaying it does not break at this record, when the reason is empty
/// or longer than a line of 400 bytes, or when both keys are the same.
pub fn quarantine<D: Derived>(
    dir: &Path,
    seq: u64,
    reason: &str,
    seeds: [&[u8; 32]; SIGNERS],
) -> Result<Quarantined, Error> {
    let log = FileLog::open(dir)?;
    let known = Quarantine::read(dir)?;
    let record = match restore::<_, D>(&log, &Snapshots::of(dir), &known) {
        Err(Error::Poison { seq: found, record, .. }) if found == seq => record,
        Err(error) => return Err(error),
        Ok(_) => return Err(Error::Sound { seq, last: log.head().seq }),
    };
    let signed = sign(seq, record, reason, seeds);
    let entry = parse(&signed).map_err(|fault| fault_in(&known.path, fault))?;
    let text = if known.entries.is_empty() {
        signed
    } else {
        fs::read_to_string(&known.path).map_err(Error::io("read", &known.path))? + &signed
    };
    directory::replace(&known.path, text.as_bytes())?;
    Ok(entry)
}

/// The entry as it stands in the file.
fn sign(seq: u64, record: Digest, reason: &str, seeds: [&[u8; 32]; SIGNERS]) -> String {
    let message = message(seq, record, reason);
    let line = |seed: &[u8; 32]| {
        let key = SigningKey::from_bytes(seed);
        let public = STANDARD.encode(key.verifying_key().as_bytes());
        let signature = STANDARD.encode(key.sign(message.as_bytes()).to_bytes());
        format!("by {public} {signature}\n")
    };
    let lines = seeds.map(line).concat();
    format!("{message}{lines}\n")
}

/// Reads an entry and checks it; a fault is said in words.
fn parse(entry: &str) -> Result<Quarantined, String> {
    let body = entry.strip_suffix("\n\n").ok_or("an entry ends with an empty line")?;
    let end = body.find("\nby ").ok_or("nobody has signed")? + 1;
    let (message, signatures) = body.split_at(end);
    let mut lines = message.lines();
    let mut line = |name: &str| {
        let line = lines.next().and_then(|line| line.strip_prefix(name));
        line.ok_or_else(|| format!("a line `{name}` is missing"))
    };
    line(TITLE)?;
    let seq = line("seq ")?.parse().map_err(|_| "seq is not a number")?;
    let record = Digest::parse(line("record ")?).ok_or("record is not a hash")?;
    let reason = line("reason ")?.to_owned();
    if reason.is_empty() || LONGEST_REASON < reason.len() || lines.next().is_some() {
        return Err(format!("the reason is one line of 1 to {LONGEST_REASON} bytes"));
    }
    let mut signed_by = Vec::new();
    for signature in signatures.lines() {
        let key = check(message, signature).ok_or("a signature is not good")?;
        if signed_by.contains(&key) {
            return Err("two keys are one".to_owned());
        }
        signed_by.push(key);
    }
    if signed_by.len() < SIGNERS {
        return Err(format!("{SIGNERS} admins must sign"));
    }
    Ok(Quarantined { seq, record, reason, signed_by })
}

/// What is signed.
fn message(seq: u64, record: Digest, reason: &str) -> String {
    format!("{TITLE}\nseq {seq}\nrecord {record}\nreason {reason}\n")
}

/// Who signed the message, if it was signed.
fn check(message: &str, line: &str) -> Option<PublicKey> {
    let (key, signature) = line.strip_prefix("by ")?.split_once(' ')?;
    let key: [u8; 32] = STANDARD.decode(key).ok()?.try_into().ok()?;
    let signature: [u8; 64] = STANDARD.decode(signature).ok()?.try_into().ok()?;
    let verifying = VerifyingKey::from_bytes(&key).ok()?;
    verifying.verify_strict(message.as_bytes(), &Signature::from_bytes(&signature)).ok()?;
    Some(PublicKey(key))
}

fn fault_in(path: &Path, fault: impl Into<String>) -> Error {
    Error::Quarantine { path: path.to_owned(), fault: fault.into() }
}

#[cfg(test)]
mod tests;
