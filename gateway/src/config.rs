//! What an operator decides about a running venue: where it listens, who may log in, which market
//! it opens. Read from `gigahour.toml` and the market file it names, or built in code.
//!
//! Knows nothing of sockets or of the log; [`crate::server::start`] acts on it.

use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sequencer::{Clock, OldRecords, Replication};
use serde::Deserialize;
use types::{AccountId, MarketTerms, MemberId, Mills, PublicKey};

use crate::Error;
use crate::webhooks::{DEFAULT_RETRIES, Retries, Webhook};

mod bounds;
mod diagnose;
mod file;
mod layers;

pub use bounds::{KeyBounds, Network};
pub use layers::{Line, Origin, Settings, lines};

/// Everything an operator decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the log lives.
    pub data_dir: PathBuf,
    /// The market a new log opens with; an old log has its own.
    pub market: MarketTerms,
    /// `prod`, `demo` or `sandbox`: told to every client.
    pub env: String,
    /// Where `/v1/trade` and `/v1/md` listen.
    pub trade: SocketAddr,
    /// Where the page and the operator's endpoints listen.
    pub http: SocketAddr,
    /// What to do when an address is taken.
    pub ports: Ports,
    /// Names a client may have reached us by; they are part of what a login signs. Loopback names
    /// of the trading address always count.
    pub hosts: Vec<String>,
    /// Origins of web pages that may open a socket, beside our own page. Programs send none.
    pub origins: Vec<String>,
    /// Where market time comes from.
    pub clock: Clock,
    /// Who may trade; those the log does not know are opened at the start.
    pub accounts: Vec<Account>,
    /// The firms that they belong to.
    pub firms: Vec<Firm>,
    /// Free space on the log's disk below which no new order is taken, in bytes.
    pub reserve_bytes: u64,
    /// How often a snapshot is taken, and what becomes of the log before it.
    pub replication: Replication,
    /// Keys of those of whom two together may have a record of the log passed over.
    pub admins: Vec<PublicKey>,
    /// What signs checkpoints of the log, and how often; nothing is signed without.
    pub checkpoints: Option<Checkpoints>,
    /// Whether a session that does not sign its order flow is refused new orders after a while.
    pub wants_signatures: bool,
    /// What both listeners show to their clients; nothing is encrypted without.
    pub tls: Option<TlsFiles>,
    /// How long the sequencer and the log thread look for the next thing to do before they sleep. A
    /// wake-up takes tens of microseconds where there are cores to spare; looking takes one.
    pub spin: Duration,
    /// Where to post what happens to accounts.
    pub webhooks: Vec<Webhook>,
    /// How often and how long what is posted is tried.
    pub webhook_retries: Retries,
}

/// A certificate, in files that are read again when they change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain in PEM, the venue's own certificate first.
    pub certificate: PathBuf,
    /// Its key in PEM.
    pub key: PathBuf,
}

/// How checkpoints are signed.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    /// The file of the key, as `gigahour key new` makes it.
    pub key: PathBuf,
    /// Time between two of them.
    pub every: Duration,
}

/// What to do when an address is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ports {
    /// Say so and stop.
    Exact,
    /// Take the next free one.
    NextFree,
}

/// A firm of one account or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Firm {
    /// Its number; `M-7` on the wire.
    pub number: MemberId,
    /// The most margin that its accounts may require together, from the first time on that this is said.
    pub credit: Option<Mills>,
}

/// One trading account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its number; `A-1001` on the wire.
    pub number: AccountId,
    /// Its name, shown to its owner.
    pub name: String,
    /// How fast it may send.
    pub tier: Tier,
    /// What it is given when it is opened.
    pub deposit: Mills,
    /// The firm that it joins then.
    pub firm: Option<MemberId>,
    /// The most margin that it may require, from the first time on that this is said.
    pub credit: Option<Mills>,
    /// Its keys. The first goes into the log and signs what moves value.
    pub keys: Vec<Key>,
}

/// A key that may log in.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its name on the wire.
    pub id: String,
    /// ed25519.
    pub public: PublicKey,
    /// What a session of this key may do.
    pub scopes: Vec<Scope>,
    /// Where from and until when it may log in.
    pub bounds: KeyBounds,
}

/// What a session may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// See its account.
    Read,
    /// Change it.
    Trade,
    /// Quote as a market maker, and cancel.
    Quote,
    /// Negotiate blocks, and answer requests for quotes.
    Block,
    /// Have a copy of all that happens to it.
    Drop,
    /// Have a copy of all that happens to the accounts of its firm, itself among them.
    Firm,
}

impl Scope {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Trade => "trade",
            Self::Quote => "quote",
            Self::Block => "block",
            Self::Drop => "drop",
            Self::Firm => "firm",
        }
    }
}

/// How fast an account may send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// 50 orders a second.
    #[default]
    Standard,
    /// 1,000 orders a second, for those who quote.
    Maker,
}

impl Tier {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Maker => "maker",
        }
    }
}

impl Config {
    /// Reads `path` and the market file it names.
    ///
    /// # Errors
    /// When a file cannot be read, has a mistake (named by line and column), or asks for something
    /// unsafe, such as a public address without `public = true`.
    pub fn load(path: &Path) -> Result<Self, Error> {
        file::read(path, &Settings::default())
    }

    /// Reads `path` with what is said outside it put over it.
    ///
    /// # Errors
    /// As [`Config::load`]; what was said is checked as what is written.
    pub fn load_with(path: &Path, settings: &Settings) -> Result<Self, Error> {
        file::read(path, settings)
    }

    /// A venue on loopback, on ports of the system's choice, for tests and demonstrations.
    #[must_use]
    pub fn local(market: MarketTerms, data_dir: PathBuf, clock: Clock) -> Self {
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            data_dir,
            market,
            env: "demo".to_owned(),
            trade: any_port,
            http: any_port,
            ports: Ports::NextFree,
            hosts: Vec::new(),
            origins: Vec::new(),
            clock,
            accounts: Vec::new(),
            firms: Vec::new(),
            reserve_bytes: DEFAULT_RESERVE_BYTES,
            replication: DEFAULT_REPLICATION,
            admins: Vec::new(),
            checkpoints: None,
            tls: None,
            wants_signatures: false,
            spin: DEFAULT_SPIN,
            webhooks: Vec::new(),
            webhook_retries: DEFAULT_RETRIES,
        }
    }
}

/// 256 MiB: a day of a busy log.
const DEFAULT_RESERVE_BYTES: u64 = 256 << 20;

/// What suits a machine with few cores.
const DEFAULT_SPIN: Duration = Duration::from_micros(10);

/// Half a million records are replayed within a second or two. The log is kept whole: it is the
/// record that every balance can be recomputed from, by an auditor as by the next version of this
/// program, and a million records take about 130 MB.
const DEFAULT_REPLICATION: Replication = Replication {
    every: NonZeroU64::new(500_000).expect("it is not zero"),
    old_records: OldRecords::Keep,
};

/// Reads a market file alone.
///
/// # Errors
/// As [`Config::load`].
pub fn read_market(path: &Path) -> Result<MarketTerms, Error> {
    file::read_market(path)
}

#[cfg(test)]
mod tests;
