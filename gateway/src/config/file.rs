//! The shape of `gigahour.toml`, and its way into [`Config`].

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use sequencer::{Clock, OldRecords, Replication};
use serde::{Deserialize, Deserializer};
use types::{AccountId, Date, MarketTerms, MemberId, Mills, PublicKey};

use super::{
    Account, Checkpoints, Config, DEFAULT_REPLICATION, DEFAULT_RESERVE_BYTES, DEFAULT_SPIN, Firm,
    Key, KeyBounds, Network, Ports, Scope, Settings, Tier, TlsFiles, diagnose,
};
use crate::Error;
use crate::webhooks::{DEFAULT_RETRIES, Secret, Topic, Webhook};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    data_dir: PathBuf,
    market: PathBuf,
    env: String,
    #[serde(default = "default_trade")]
    trade: SocketAddr,
    #[serde(default = "default_http")]
    http: SocketAddr,
    /// Says that listening to everybody is meant.
    #[serde(default)]
    public: bool,
    /// Says that listening to everybody without TLS is meant too.
    #[serde(default)]
    plaintext: bool,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    origins: Vec<String>,
    #[serde(default)]
    clock: FileClock,
    reserve_mib: Option<u64>,
    /// Records from one snapshot to the next.
    #[serde(default = "default_snapshot_every")]
    snapshot_every: NonZeroU64,
    /// Whether records stay that no kept snapshot needs.
    #[serde(default = "default_keep_log")]
    keep_log: bool,
    #[serde(default)]
    admin: Vec<FileAdmin>,
    checkpoint_key: Option<PathBuf>,
    checkpoint_seconds: Option<u32>,
    tls: Option<FileTls>,
    /// Whether sessions must sign their order flow.
    #[serde(default)]
    require_session_signatures: bool,
    /// How long threads look for work before they sleep.
    spin_us: Option<u16>,
    #[serde(default)]
    firm: Vec<FileFirm>,
    #[serde(default)]
    account: Vec<FileAccount>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTls {
    certificate: PathBuf,
    key: PathBuf,
}

#[derive(Default, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
enum FileClock {
    #[default]
    System,
    Scaled {
        start: Date,
        speed: u32,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileFirm {
    number: u32,
    credit_mills: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileAccount {
    number: u32,
    name: String,
    #[serde(default)]
    tier: Tier,
    deposit_mills: i64,
    firm: Option<u32>,
    credit_mills: Option<i64>,
    key: Vec<FileKey>,
    #[serde(default)]
    webhook: Vec<FileWebhook>,
}

/// An address to which is posted what happens to the account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileWebhook {
    url: String,
    secret: Secret,
    /// All when empty.
    #[serde(default)]
    events: Vec<Topic>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileKey {
    id: String,
    #[serde(deserialize_with = "public_key")]
    public: PublicKey,
    scopes: Vec<Scope>,
    #[serde(default)]
    from: Vec<Network>,
    until: Option<Date>,
}

/// Two admins together may have a record passed over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileAdmin {
    #[serde(deserialize_with = "public_key")]
    public: PublicKey,
}

fn default_snapshot_every() -> NonZeroU64 {
    DEFAULT_REPLICATION.every
}

fn default_keep_log() -> bool {
    DEFAULT_REPLICATION.old_records == OldRecords::Keep
}

fn default_trade() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 9000))
}

fn default_http() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

/// A key in base64 that is a point of the curve, so that a mistyped one fails here.
fn public_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PublicKey, D::Error> {
    let text = String::deserialize(deserializer)?;
    let bytes = STANDARD.decode(&text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes
        .filter(|bytes| VerifyingKey::from_bytes(bytes).is_ok_and(|key| !key.is_weak()))
        .map(PublicKey)
        .ok_or_else(|| serde::de::Error::custom("not an ed25519 public key in base64"))
}

pub(super) fn read(path: &Path, settings: &Settings) -> Result<Config, Error> {
    let file: File = diagnose::parse(path, &settings.over(text(path)?))?;
    if let Some(fault) = file.fault() {
        return Err(Error::Config { path: path.to_owned(), fault });
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let market = read_market(&folder.join(&file.market))?;
    Ok(file.into_config(market, folder))
}

pub(super) fn read_market(path: &Path) -> Result<MarketTerms, Error> {
    let terms: MarketTerms = diagnose::parse(path, &text(path)?)?;
    match terms.fault() {
        Some(fault) => Err(Error::Config { path: path.to_owned(), fault }),
        None => Ok(terms),
    }
}

fn text(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })
}

impl File {
    /// What is wrong, beyond the shape.
    fn fault(&self) -> Option<String> {
        if !matches!(self.env.as_str(), "prod" | "demo" | "sandbox") {
            return Some("env is prod, demo or sandbox".to_owned());
        }
        if let Some(open) = [self.trade, self.http].iter().find(|a| !a.ip().is_loopback())
            && !self.public
        {
            return Some(format!(
                "{open} is open to the network; say `public = true` if it is meant"
            ));
        }
        if self.public && self.tls.is_none() && !self.plaintext {
            return Some(
                "a public venue needs a certificate in [tls]; say `plaintext = true` if something \
                 before it encrypts"
                    .to_owned(),
            );
        }
        if self.public && self.hosts.is_empty() {
            return Some("a public venue names its hosts, which every login signs".to_owned());
        }
        if matches!(self.clock, FileClock::Scaled { speed: 0, .. }) {
            return Some("clock.speed is at least 1".to_owned());
        }
        if self.checkpoint_seconds.is_some() && self.checkpoint_key.is_none() {
            return Some("checkpoint_seconds needs a checkpoint_key".to_owned());
        }
        self.account_fault().or_else(|| self.firm_fault())
    }

    fn account_fault(&self) -> Option<String> {
        let mut numbers = BTreeSet::new();
        let mut ids = BTreeSet::new();
        for account in &self.account {
            let number = account.number;
            if !numbers.insert(number) {
                return Some(format!("account {number} stands twice"));
            }
            if !(1..=64).contains(&account.name.len()) {
                return Some(format!("account {number}: a name has 1 to 64 bytes"));
            }
            if account.deposit_mills < 0 || account.key.is_empty() {
                return Some(format!(
                    "account {number}: a deposit is not negative, keys at least one"
                ));
            }
            if let Some(hook) = account.webhook.iter().find(|hook| !hook.url.starts_with("http://"))
            {
                return Some(format!(
                    "account {number}: {} is not of the form http://HOST:PORT/PATH",
                    hook.url
                ));
            }
            if account.credit_mills.is_some_and(|credit| credit < 0) {
                return Some(format!("account {number}: a limit of credit is not negative"));
            }
            if let Some(key) = account.key.iter().find(|key| !ids.insert(&key.id)) {
                return Some(format!("key `{}` stands twice", key.id));
            }
        }
        None
    }

    fn firm_fault(&self) -> Option<String> {
        let mut numbers = BTreeSet::new();
        for firm in &self.firm {
            let number = firm.number;
            if !numbers.insert(number) {
                return Some(format!("firm {number} stands twice"));
            }
            if firm.credit_mills.is_some_and(|credit| credit < 0) {
                return Some(format!("firm {number}: a limit of credit is not negative"));
            }
            if self.account.iter().all(|account| account.firm != Some(number)) {
                return Some(format!("firm {number} has no account"));
            }
        }
        let unknown = |account: &&FileAccount| account.firm.is_some_and(|f| !numbers.contains(&f));
        let account = self.account.iter().find(unknown)?;
        Some(format!("account {}: there is no [[firm]] of this number", account.number))
    }

    fn into_config(mut self, market: MarketTerms, folder: &Path) -> Config {
        let webhooks = self.account.iter_mut().flat_map(FileAccount::take_webhooks).collect();
        Config {
            webhooks,
            webhook_retries: DEFAULT_RETRIES,
            data_dir: folder.join(self.data_dir),
            market,
            env: self.env,
            trade: self.trade,
            http: self.http,
            ports: Ports::Exact,
            hosts: self.hosts,
            origins: self.origins,
            clock: self.clock.into(),
            accounts: self.account.into_iter().map(Account::from).collect(),
            firms: self.firm.into_iter().map(Firm::from).collect(),
            reserve_bytes: self
                .reserve_mib
                .map_or(DEFAULT_RESERVE_BYTES, |mib| mib.saturating_mul(1 << 20)),
            replication: Replication {
                every: self.snapshot_every,
                old_records: if self.keep_log { OldRecords::Keep } else { OldRecords::Drop },
            },
            admins: self.admin.into_iter().map(|admin| admin.public).collect(),
            checkpoints: self.checkpoint_key.map(|key| Checkpoints {
                key: folder.join(key),
                every: Duration::from_secs(self.checkpoint_seconds.unwrap_or(10).into()),
            }),
            tls: self.tls.map(|tls| TlsFiles {
                certificate: folder.join(tls.certificate),
                key: folder.join(tls.key),
            }),
            wants_signatures: self.require_session_signatures,
            spin: self.spin_us.map_or(DEFAULT_SPIN, |us| Duration::from_micros(us.into())),
        }
    }
}

impl FileAccount {
    fn take_webhooks(&mut self) -> Vec<Webhook> {
        let account = AccountId(self.number);
        let hooks = std::mem::take(&mut self.webhook).into_iter();
        let hook =
            |FileWebhook { url, secret, events }| Webhook { account, url, secret, topics: events };
        hooks.map(hook).collect()
    }
}

impl From<FileClock> for Clock {
    fn from(clock: FileClock) -> Self {
        match clock {
            FileClock::System => Self::System,
            FileClock::Scaled { start, speed } => Self::Scaled { start: start.start(), speed },
        }
    }
}

impl From<FileFirm> for Firm {
    fn from(firm: FileFirm) -> Self {
        Self { number: MemberId(firm.number), credit: firm.credit_mills.map(Mills) }
    }
}

impl From<FileAccount> for Account {
    fn from(account: FileAccount) -> Self {
        Self {
            number: AccountId(account.number),
            name: account.name,
            tier: account.tier,
            deposit: Mills(account.deposit_mills),
            firm: account.firm.map(MemberId),
            credit: account.credit_mills.map(Mills),
            keys: account.key.into_iter().map(Key::from).collect(),
        }
    }
}

impl From<FileKey> for Key {
    fn from(key: FileKey) -> Self {
        let bounds = KeyBounds { from: key.from, until: key.until };
        Self { id: key.id, public: key.public, scopes: key.scopes, bounds }
    }
}
