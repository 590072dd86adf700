//! Who a session is: the challenge of a login, and signatures under commands that move value.
//!
//! One error stands for every way a login can fail, and an unknown key costs as much work as a
//! known one. Knows nothing of sockets.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::RwLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use types::{AccountId, Proof, PublicKey};

use crate::config::{Account, KeyBounds, Scope, Tier};

/// What is known of a key.
#[derive(Clone, Debug)]
pub(crate) struct KeyHolder {
    pub(crate) account: AccountId,
    pub(crate) tier: Tier,
    pub(crate) scopes: Vec<Scope>,
    /// Where from and until when it may log in.
    pub(crate) bounds: KeyBounds,
    key: VerifyingKey,
    /// The key of the account that the log has; it signs what moves value.
    account_key: VerifyingKey,
}

/// All keys that may log in. They can be replaced while sessions are open.
#[derive(Debug)]
pub(crate) struct Keys {
    holders: RwLock<HashMap<String, KeyHolder>>,
    /// The accounts that were opened at the start; others wait for the next.
    accounts: BTreeSet<AccountId>,
    /// Stands in for an unknown key, so that it is not told apart by the time it takes.
    decoy: VerifyingKey,
}

/// A signature that does not hold, whatever the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadSignature;

impl Keys {
    /// The keys of these accounts.
    pub(crate) fn new(accounts: &[Account]) -> Self {
        let decoy = SigningKey::generate(&mut rand::rngs::OsRng).verifying_key();
        let holders = RwLock::new(accounts.iter().flat_map(holders_of).collect());
        let accounts = accounts.iter().map(|account| account.number).collect();
        Self { holders, accounts, decoy }
    }

    /// The keys of these accounts and no others from now on.
    pub(crate) fn replace(&self, accounts: &[Account]) {
        let known = accounts.iter().filter(|account| self.accounts.contains(&account.number));
        let holders = known.flat_map(holders_of).collect();
        *self.holders.write().expect("nothing panics while it holds the keys") = holders;
    }

    /// Whether a session of this key that began as `holder` may go on from where it comes.
    pub(crate) fn still_admit(
        &self,
        key_id: &str,
        began: &KeyHolder,
        peer: IpAddr,
        now_ns: i64,
    ) -> bool {
        let holders = self.holders.read().expect("nothing panics while it holds the keys");
        holders.get(key_id).is_some_and(|holder| {
            holder.account == began.account
                && holder.key == began.key
                && began.scopes.iter().all(|scope| holder.scopes.contains(scope))
                && holder.bounds.until.is_none_or(|until| now_ns < until.start().0)
                && holder.bounds.admit(peer)
        })
    }

    /// The holder of `key_id`, when the signature (base64) under `message` is good.
    pub(crate) fn verify(
        &self,
        key_id: &str,
        message: &[u8],
        signature: &str,
    ) -> Result<KeyHolder, BadSignature> {
        let holders = self.holders.read().expect("nothing panics while it holds the keys");
        let holder = holders.get(key_id).cloned();
        drop(holders);
        let key = holder.as_ref().map_or(&self.decoy, |holder| &holder.key);
        let signature = parse(signature).unwrap_or_else(|| Signature::from_bytes(&[0; 64]));
        key.verify_strict(message, &signature).map_err(|_| BadSignature)?;
        holder.ok_or(BadSignature)
    }
}

fn holders_of(account: &Account) -> impl Iterator<Item = (String, KeyHolder)> {
    let first = account.keys.first().and_then(|key| point(key.public));
    account.keys.iter().filter_map(move |key| {
        let holder = KeyHolder {
            account: account.number,
            tier: account.tier,
            scopes: key.scopes.clone(),
            bounds: key.bounds.clone(),
            key: point(key.public)?,
            account_key: first?,
        };
        Some((key.id.clone(), holder))
    })
}

fn point(key: PublicKey) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&key.0).ok()
}

fn parse(signature: &str) -> Option<Signature> {
    Signature::from_slice(&STANDARD.decode(signature).ok()?).ok()
}

impl KeyHolder {
    /// Its key.
    pub(crate) fn public(&self) -> PublicKey {
        PublicKey(self.key.to_bytes())
    }

    /// Checks a signature (base64) of the key that has logged in.
    pub(crate) fn verify(&self, message: &[u8], signature: &str) -> Result<(), BadSignature> {
        let signature = parse(signature).ok_or(BadSignature)?;
        self.key.verify_strict(message, &signature).map_err(|_| BadSignature)
    }

    /// Checks the signature (base64) of a command that moves value; `signed` is what it is under.
    pub(crate) fn prove(
        &self,
        signed: Vec<u8>,
        nonce: u64,
        signature: &str,
    ) -> Result<Proof, BadSignature> {
        let signature = parse(signature).ok_or(BadSignature)?;
        self.account_key.verify_strict(&signed, &signature).map_err(|_| BadSignature)?;
        Ok(Proof { payload: signed, nonce, signature: signature.to_vec() })
    }

    /// Whether a session of this key may do it. Who may trade may quote and trade blocks as well.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        let is_trading = matches!(scope, Scope::Quote | Scope::Block);
        self.scopes.contains(&scope)
            || is_trading && self.scopes.contains(&Scope::Trade)
            || scope == Scope::Drop && self.scopes.contains(&Scope::Firm)
    }
}

#[cfg(test)]
mod tests;
