//! A venue in this process with as many members as a bench has connections.

use std::path::Path;

use ed25519_dalek::SigningKey;
use gateway::config::{Account, Config, Key, KeyBounds, Scope, Tier};
use gateway::{Server, server};
use sequencer::Clock;
use tests::market;
use tokio::runtime::{Builder, Runtime};
use types::{AccountId, Date, Mills, PublicKey};

/// The contract that is traded.
pub const SYMBOL: &str = "H100-US-2027M03";
/// Number of the first member.
const FIRST: u32 = 1_001;

/// A running venue.
pub struct Venue {
    runtime: Runtime,
    /// Where it listens and what it counts.
    pub server: Server,
}

impl Venue {
    /// A venue with a log on disk and so many members, each with the rates of a market maker.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn open(folder: &Path, members: u32, decide: impl FnOnce(&mut Config)) -> Self {
        let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
        let start = Date::from_civil(2027, 1, 11).start();
        let mut terms = market::terms(vec![market::product("H100", "US")]);
        terms.open_orders_per_account = 10_000;
        let clock = Clock::Scaled { start, speed: 1 };
        let mut config = Config::local(terms, folder.to_owned(), clock);
        config.accounts = (0..members).map(|member| account(FIRST + member)).collect();
        config.reserve_bytes = 0;
        decide(&mut config);
        let server = runtime.block_on(server::start(config)).expect("it starts");
        Self { runtime, server }
    }

    /// Stops it and says how many orders it has taken.
    ///
    /// # Panics
    /// When its log has failed.
    pub fn stop(self) {
        self.runtime.block_on(self.server.stop()).expect("the log is whole");
    }
}

/// The number of a member.
#[must_use]
pub fn number(member: u32) -> u32 {
    FIRST + member
}

fn account(number: u32) -> Account {
    let public = PublicKey(secret(number).verifying_key().to_bytes());
    let scopes = vec![Scope::Read, Scope::Trade];
    Account {
        number: AccountId(number),
        name: format!("member {number}"),
        tier: Tier::Maker,
        deposit: Mills(10_000_000_000),
        firm: None,
        credit: None,
        keys: vec![Key { id: key_id(number), public, scopes, bounds: KeyBounds::default() }],
    }
}

pub(super) fn key_id(number: u32) -> String {
    format!("k_{number}")
}

pub(super) fn secret(number: u32) -> SigningKey {
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&number.to_le_bytes());
    SigningKey::from_bytes(&seed)
}
