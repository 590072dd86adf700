//! The sessions of a log: that each had logged in before its first command, and how much of its order
//! flow its key has signed. `PROOFS.md` says what is signed.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fmt;

use ed25519_dalek::{Signature, VerifyingKey};
use types::{AccountId, Attestation, Command, PublicKey};

use crate::Digest;
use crate::log::Logged;

/// What a login begins with.
const LOGIN: &str = "gigahour-login-v1";

/// What a log has of its sessions. Each had logged in with a good signature, and each signature under
/// order flow is good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionsSeen {
    /// Logins with the key that the account has in the exchange.
    pub own_key: u64,
    /// Logins with another key, which the operator says is the account's.
    pub other_key: u64,
    /// Logins with a ticket of another session.
    pub tickets: u64,
    /// Commands of sessions.
    pub commands: u64,
    /// Those that their session has signed.
    pub signed: u64,
    /// The sessions that have signed some or said that they would, with their commands and how many
    /// are signed.
    pub signing: BTreeMap<u64, (u64, u64)>,
    /// The first record of a session that had not logged in before; older programs kept no logins.
    pub first_without_login: Option<u64>,
}

impl fmt::Display for SessionsSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "sessions {} logins, {} of them with the account's own key, {} with another and {} with a ticket; {} of {} commands signed",
            self.own_key + self.other_key + self.tickets,
            self.own_key,
            self.other_key,
            self.tickets,
            self.signed,
            self.commands
        )?;
        for (session, (commands, signed)) in &self.signing {
            write!(f, "\nsession  s-{session}: {signed} of {commands} commands signed")?;
        }
        match self.first_without_login {
            Some(seq) => write!(f, "\nwithout  a login: the session of record {seq}"),
            None => Ok(()),
        }
    }
}

/// A session while its records are gone through.
struct Session {
    account: AccountId,
    /// What signs; a ticket has nothing.
    signer: Option<Signer>,
    /// The hash behind each command from the last signed one on, that one first.
    hashes: VecDeque<Digest>,
    /// How many commands are signed, since the login.
    signed: u64,
    /// How many commands there are in all, and signed in all, with those of logins before.
    in_all: (u64, u64),
}

struct Signer {
    key: PublicKey,
    key_id: String,
    host: String,
}

/// All sessions so far.
#[derive(Default)]
pub(super) struct Sessions {
    open: BTreeMap<u64, Session>,
    /// What logins have signed: a login counts once.
    logins: HashSet<Digest>,
    /// Whether logins may stand in records that are gone.
    began_later: bool,
    seen: SessionsSeen,
}

impl Sessions {
    /// Takes the next record. `line` is its command as its session signs it, if it is order flow.
    ///
    /// # Errors
    /// What does not hold.
    pub(super) fn step(
        &mut self,
        logged: &Logged,
        line: Option<&str>,
        key_of: impl Fn(AccountId) -> Option<PublicKey>,
    ) -> Result<(), String> {
        match &logged.command.value {
            Command::Attest(attestation) => self.attest(logged.author, attestation, key_of),
            _ if logged.author == 0 => Ok(()),
            _ => self.command(logged, line),
        }
    }

    /// The log does not begin with its first record.
    pub(super) fn forgive_missing_logins(&mut self) {
        self.began_later = true;
    }

    /// What there is of all sessions.
    pub(super) fn seen(&self) -> SessionsSeen {
        let counts = self.open.iter().filter(|(_, session)| session.signer.is_some());
        let signing = counts.filter(|(_, session)| 0 < session.in_all.1);
        let signing = signing.map(|(author, session)| (*author, session.in_all)).collect();
        SessionsSeen { signing, ..self.seen.clone() }
    }

    fn command(&mut self, logged: &Logged, line: Option<&str>) -> Result<(), String> {
        let Logged { author, command } = logged;
        self.seen.commands += u64::from(line.is_some());
        let Some(session) = self.open.get_mut(author) else {
            self.seen.first_without_login.get_or_insert(command.seq);
            return Ok(());
        };
        if owner(&command.value).is_some_and(|account| account != session.account) {
            return Err(format!("the author: session s-{author} has logged in to another account"));
        }
        if let Some(line) = line {
            session.in_all.0 += 1;
            let before = session.hashes.back().expect("the last hash is kept");
            session.hashes.push_back(Digest::over([&before.0[..], line.as_bytes()]));
        }
        Ok(())
    }

    fn attest(
        &mut self,
        author: u64,
        attestation: &Attestation,
        key_of: impl Fn(AccountId) -> Option<PublicKey>,
    ) -> Result<(), String> {
        match attestation {
            Attestation::Login { account, key_id, key, message, signature, .. } => {
                let wrong = || format!("the login of session s-{author} to account {}", account.0);
                let host = login_host(message, key_id).ok_or_else(wrong)?;
                let is_new = self.logins.insert(Digest::over([&message[..]]));
                if !is_new || !is_signed(key, message, signature) {
                    return Err(wrong());
                }
                let is_own = key_of(*account) == Some(*key);
                self.seen.own_key += u64::from(is_own);
                self.seen.other_key += u64::from(!is_own);
                let (key, key_id) = (*key, key_id.clone());
                self.enter(author, *account, Some(Signer { key, key_id, host }), message)
            }
            Attestation::Ticket { account, of, .. } => {
                // One that has no orders, as on `/v1/md`, has no record of its login.
                if self.open.get(&of.0).is_some_and(|by| by.account != *account) {
                    return Err(format!("the ticket of session s-{author}"));
                }
                self.seen.tickets += 1;
                self.enter(author, *account, None, &[])
            }
            Attestation::Flow { account, count, signature } => {
                self.sign(author, *account, *count, signature)
            }
        }
    }

    /// A session that is resumed begins a new hash, and stays that of its account.
    fn enter(
        &mut self,
        author: u64,
        account: AccountId,
        signer: Option<Signer>,
        message: &[u8],
    ) -> Result<(), String> {
        let before = self.open.get(&author);
        if before.is_some_and(|before| before.account != account) {
            return Err(format!("the login of session s-{author}: it is another account's"));
        }
        let in_all = before.map_or((0, 0), |before| before.in_all);
        let hashes = VecDeque::from([Digest::over([message])]);
        self.open.insert(author, Session { account, signer, hashes, signed: 0, in_all });
        Ok(())
    }

    fn sign(
        &mut self,
        author: u64,
        account: AccountId,
        count: u64,
        signature: &[u8],
    ) -> Result<(), String> {
        let wrong =
            || format!("the signature of session s-{author} under its first {count} commands");
        if self.began_later && !self.open.contains_key(&author) {
            return Ok(());
        }
        let session = self.open.get_mut(&author).filter(|session| session.account == account);
        let session = session.ok_or_else(wrong)?;
        let signer = session.signer.as_ref().ok_or_else(wrong)?;
        let ahead = count.checked_sub(session.signed).and_then(|n| usize::try_from(n).ok());
        let ahead = ahead.filter(|ahead| 0 < *ahead).ok_or_else(wrong)?;
        let hash = session.hashes.get(ahead).ok_or_else(wrong)?;
        let Signer { key, key_id, host } = signer;
        let message = format!("gigahour-flow-v1\n{host}\n{key_id}\ns-{author}\n{count}\n{hash}");
        if !is_signed(key, message.as_bytes(), signature) {
            return Err(wrong());
        }
        session.hashes.drain(..ahead);
        session.signed = count;
        session.in_all.1 += ahead as u64;
        self.seen.signed += ahead as u64;
        Ok(())
    }
}

/// The host that a login of this key was spoken to.
fn login_host(message: &[u8], key_id: &str) -> Option<String> {
    let text = std::str::from_utf8(message).ok()?;
    // Behind the nonce of the venue stands what the client has chosen.
    let lines: Vec<&str> = text.splitn(4, '\n').collect();
    let [purpose, host, key, _] = lines[..] else { return None };
    (purpose == LOGIN && key == key_id).then(|| host.to_owned())
}

fn is_signed(key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_bytes(&key.0);
    let signature = Signature::from_slice(signature);
    key.and_then(|key| key.verify_strict(message, &signature?)).is_ok()
}

/// Whose account a member's command is for; of a block, the proposer or the other side may be its author.
fn owner(command: &Command) -> Option<AccountId> {
    match command {
        Command::PlaceOrder(order) => Some(order.account),
        Command::AmendOrder(amend) => Some(amend.account),
        Command::CancelOrders(cancel) => Some(cancel.account),
        Command::QuoteMany(quotes) => Some(quotes.account),
        Command::CancelOrder { account, .. }
        | Command::ProtectQuotes { account, .. }
        | Command::ResetQuotes { account, .. }
        | Command::ThrowKillSwitch { account, .. }
        | Command::DefineCombination { account, .. }
        | Command::PledgeNodes { account, .. }
        | Command::MeterHour { account, .. }
        | Command::Withdraw { account, .. } => Some(*account),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
