//! What all sessions of a running venue share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crossbeam::channel::Sender;
use sequencer::Handle;
use types::{AccountId, ProductId, SessionId, Timestamp};

use crate::admission::Door;
use crate::config::Tier;
use crate::crowd::Crowd;
use crate::desk::Desk;
use crate::directory::Directory;
use crate::egress::{Ask, Waiting};
use crate::link::Links;
use crate::login::Keys;
use crate::metrics::Metrics;
use crate::pending::Pending;
use crate::session::{Deadlines, Graces};
use crate::strangers::Strangers;
use crate::throttle::Throttle;
use crate::tickets::Tickets;
use crate::webhooks::Counts;

/// The buckets of one account, shared by its sessions.
pub(crate) type SharedThrottle = Arc<Mutex<Throttle>>;

/// A running venue, as its sessions see it.
pub(crate) struct Venue {
    /// `prod`, `demo` or `sandbox`.
    pub(crate) env: String,
    /// Whether its listeners speak TLS.
    pub(crate) is_secure: bool,
    /// Who may connect.
    pub(crate) door: Door,
    /// Who may log in.
    pub(crate) keys: Keys,
    /// Contracts by symbol.
    pub(crate) directory: Arc<Directory>,
    /// The way into the sequencer.
    pub(crate) handle: Handle,
    /// What the sequencer has not answered yet.
    pub(crate) pending: Arc<Pending<Waiting>>,
    /// The way to the publisher.
    pub(crate) asks: Sender<Ask>,
    /// What members negotiate away from the book.
    pub(crate) desk: Arc<Desk>,
    /// Open connections.
    pub(crate) links: Arc<Links>,
    /// Figures for the operator.
    pub(crate) metrics: Arc<Metrics>,
    /// Orders that wait for their session to come back.
    pub(crate) graces: Graces,
    /// Accounts whose orders are cancelled unless they say in time that they live.
    pub(crate) deadlines: Deadlines,
    /// The buckets of those who have not logged in.
    pub(crate) strangers: Strangers,
    /// Words that log a browser in.
    pub(crate) tickets: Tickets,
    /// Sessions of each key.
    pub(crate) sessions: Arc<Crowd<String>>,
    /// The market time of the latest outcome.
    pub(crate) market_time: Arc<AtomicI64>,
    /// Whether the log's disk is nearly full.
    pub(crate) is_disk_low: AtomicBool,
    /// Records of the log that are passed over.
    pub(crate) passed_over: Vec<u64>,
    /// Whether whoever does not sign its order flow gets no new orders in.
    pub(crate) wants_signatures: bool,
    /// What the letters of webhooks came to.
    pub(crate) letters: Arc<Counts>,
    /// Symbols of all products, in the order of the terms.
    products: Vec<String>,
    open_orders_limit: u32,
    is_closing: AtomicBool,
    throttles: Mutex<HashMap<AccountId, SharedThrottle>>,
    next_session: AtomicU64,
}

/// The parts of a venue that are made before it.
pub(crate) struct Parts {
    pub(crate) env: String,
    /// Whether its listeners speak TLS.
    pub(crate) is_secure: bool,
    pub(crate) door: Door,
    pub(crate) keys: Keys,
    pub(crate) directory: Arc<Directory>,
    pub(crate) handle: Handle,
    pub(crate) pending: Arc<Pending<Waiting>>,
    pub(crate) asks: Sender<Ask>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) market_time: Arc<AtomicI64>,
    pub(crate) open_orders_limit: u32,
    pub(crate) products: Vec<String>,
    pub(crate) letters: Arc<Counts>,
    pub(crate) passed_over: Vec<u64>,
    pub(crate) wants_signatures: bool,
}

impl Venue {
    pub(crate) fn new(parts: Parts) -> Self {
        let seconds = wall_ns().unsigned_abs() / 1_000_000_000;
        Self {
            env: parts.env,
            is_secure: parts.is_secure,
            door: parts.door,
            keys: parts.keys,
            directory: parts.directory,
            handle: parts.handle,
            pending: parts.pending,
            asks: parts.asks,
            desk: parts.desk,
            links: Arc::default(),
            metrics: parts.metrics,
            graces: Graces::default(),
            deadlines: Deadlines::default(),
            strangers: Strangers::default(),
            tickets: Tickets::default(),
            sessions: Arc::default(),
            market_time: parts.market_time,
            is_disk_low: AtomicBool::new(false),
            passed_over: parts.passed_over,
            wants_signatures: parts.wants_signatures,
            products: parts.products,
            letters: parts.letters,
            open_orders_limit: parts.open_orders_limit,
            is_closing: AtomicBool::new(false),
            throttles: Mutex::default(),
            // Above every session of an earlier run, unless that opened a million a second.
            next_session: AtomicU64::new(seconds << 20),
        }
    }

    /// The next session.
    pub(crate) fn next_session(&self) -> SessionId {
        SessionId(self.next_session.fetch_add(1, Ordering::Relaxed))
    }

    /// The buckets of an account.
    pub(crate) fn throttle(&self, account: AccountId, tier: Tier) -> SharedThrottle {
        let mut throttles = self.throttles.lock().expect("nothing panics while it holds the map");
        let full = || Arc::new(Mutex::new(Throttle::new(tier, Instant::now())));
        Arc::clone(throttles.entry(account).or_insert_with(full))
    }

    /// Market time, as of the latest outcome.
    pub(crate) fn market_time(&self) -> Timestamp {
        Timestamp(self.market_time.load(Ordering::Relaxed))
    }

    /// The product of a symbol such as `H100-US`.
    pub(crate) fn product(&self, symbol: &str) -> Option<ProductId> {
        let at = self.products.iter().position(|known| known == symbol)?;
        u16::try_from(at).ok().map(ProductId)
    }

    /// Largest number of open orders of one account.
    pub(crate) fn open_orders_limit(&self) -> u32 {
        self.open_orders_limit
    }

    /// Whether new connections are welcome.
    pub(crate) fn is_ready(&self) -> bool {
        !self.is_closing()
    }

    /// Whether the venue takes nothing more.
    pub(crate) fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::Relaxed)
    }

    /// From now on nobody enters and no request is taken.
    pub(crate) fn close(&self) {
        self.is_closing.store(true, Ordering::Relaxed);
        self.door.shut();
    }
}

/// Nanoseconds since the Unix epoch on the clock of this machine.
pub(crate) fn wall_ns() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_nanos()).unwrap_or(i64::MAX)
}
