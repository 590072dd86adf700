//! Who takes part: their accounts, and their keys in `keys.toml`. The keys come from the seed of the
//! demonstration, so they are no secrets; a real venue is only ever told public keys.

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clients::{Credentials, keys};
use ed25519_dalek::SigningKey;
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use serde::Serialize;
use types::{AccountId, Mills, PublicKey};

use super::Error;
use crate::config::{Account, Key, KeyBounds, Scope, Tier};

/// Accounts in order of their numbers. The desk is for whoever watches; the others are bots.
const NAMES: [&str; 10] = [
    "desk",
    "lab",
    "maker1",
    "maker2",
    "momentum",
    "noise",
    "provider1",
    "provider2",
    "spreader",
    "inspector",
];

const FIRST_ACCOUNT: u32 = 1_001;

/// A hundred million dollars each: nobody is short of collateral, whatever the prices do.
const DEPOSIT: Mills = Mills(100_000_000_000);

/// All members, with their keys.
#[derive(Debug)]
pub(super) struct Roster {
    members: Vec<(&'static str, Credentials)>,
}

/// `keys.toml`, as `ghx` reads it.
#[derive(Serialize)]
struct KeysFile {
    trade: String,
    feed: String,
    key: Vec<KeyEntry>,
}

#[derive(Serialize)]
struct KeyEntry {
    name: String,
    account: u32,
    key_id: String,
    seed: String,
}

impl Roster {
    /// New keys from a seed.
    pub(super) fn new(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let member = |(account, name): (u32, &'static str)| {
            let mut seed = [0; 32];
            random.fill_bytes(&mut seed);
            (name, Credentials { key_id: format!("k_{name}"), account, seed })
        };
        Self { members: (FIRST_ACCOUNT..).zip(NAMES).map(member).collect() }
    }

    /// The keys that an earlier run wrote to `path`; `None` when there was none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, clients::Error> {
        if !path.exists() {
            return Ok(None);
        }
        let keys = keys::load(path)?;
        let member = |name: &&'static str| keys.of(name).map(|key| (*name, key.clone()));
        Ok(Some(Self { members: NAMES.iter().map(member).collect::<Result<_, _>>()? }))
    }

    /// Writes the keys and where to use them, for the owner alone.
    pub(super) fn write(&self, path: &Path, trade: SocketAddr) -> Result<(), Error> {
        let entry = |(name, key): &(&str, Credentials)| KeyEntry {
            name: (*name).to_owned(),
            account: key.account,
            key_id: key.key_id.clone(),
            seed: STANDARD.encode(key.seed),
        };
        let file = KeysFile {
            trade: trade_url(trade),
            feed: format!("ws://{trade}/v1/md"),
            key: self.members.iter().map(entry).collect(),
        };
        let text = toml::to_string(&file).expect("strings and numbers can be written as TOML");
        let text = format!(
            "# Keys of a demonstration, made from its --seed: anybody can make them again.\n{text}"
        );
        let fail = |source| Error::Write { path: path.to_owned(), source };
        let part = PathBuf::from(format!("{}.part", path.display()));
        let mut options = fs::OpenOptions::new();
        let mut out = options
            .create(true)
            .write(true)
            .truncate(true)
            .mode(0o600)
            .open(&part)
            .map_err(fail)?;
        out.write_all(text.as_bytes()).map_err(fail)?;
        fs::rename(&part, path).map_err(fail)
    }

    /// The accounts as the venue opens them. All may send as fast as those who quote: a market hour
    /// is a tenth of a second here.
    pub(super) fn accounts(&self) -> Vec<Account> {
        let account = |(name, key): &(&str, Credentials)| Account {
            number: AccountId(key.account),
            name: (*name).to_owned(),
            tier: Tier::Maker,
            deposit: DEPOSIT,
            firm: None,
            credit: None,
            keys: vec![Key {
                id: key.key_id.clone(),
                public: PublicKey(SigningKey::from_bytes(&key.seed).verifying_key().to_bytes()),
                scopes: vec![Scope::Read, Scope::Trade],
                bounds: KeyBounds::default(),
            }],
        };
        self.members.iter().map(account).collect()
    }

    /// The key of a member.
    pub(super) fn key(&self, name: &str) -> &Credentials {
        let member = self.members.iter().find(|(member, _)| *member == name);
        &member.expect("every name is on the roster").1
    }
}

/// Where a member connects.
pub(super) fn trade_url(trade: SocketAddr) -> String {
    format!("ws://{trade}/v1/trade")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_from_their_file_and_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("keys.toml");
        let roster = Roster::new(7);
        roster.write(&path, SocketAddr::from(([127, 0, 0, 1], 9_000))).expect("it can be written");
        let again = Roster::read(&path).expect("it can be read").expect("it is there");
        for name in NAMES {
            assert_eq!(again.key(name).seed, roster.key(name).seed);
            assert_eq!(again.key(name).account, roster.key(name).account);
        }
        let mode = fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(Roster::read(&dir.path().join("none")).expect("no file is no error").is_none());
    }

    #[test]
    fn a_missing_key_is_named() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("keys.toml");
        fs::write(&path, "trade = \"\"\nfeed = \"\"\nkey = []\n").expect("it can be written");
        let error = Roster::read(&path).expect_err("there is no desk").to_string();
        assert!(error.contains("there is no key desk"), "{error}");
    }
}
