//! Members who send far more than they may, and wait for every answer.

use std::fmt;
use std::ops::Range;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;

use crate::venue::{SYMBOL, Venue, Wire};

/// Requests that a member sends before it hears the first answer: ten times what a connection may have on
/// their way.
const BURST: usize = 640;

/// The members, at it.
pub(crate) struct Overload(JoinSet<Flood>);

/// What they sent and heard.
#[derive(Clone, Copy, Default)]
pub(crate) struct Flood {
    pub(crate) sent: u64,
    pub(crate) answered: u64,
    /// Refused because there were too many.
    pub(crate) shed: u64,
    /// Sessions that were closed for it.
    closed: u64,
    /// What those had sent after it.
    pub(crate) unread: u64,
}

impl Flood {
    fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.answered += other.answered;
        self.shed += other.shed;
        self.closed += other.closed;
        self.unread += other.unread;
    }
}

impl fmt::Display for Flood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sent, answered, shed, closed, unread } = self;
        write!(
            f,
            "flood: {sent} sent, {answered} answered, {shed} of them refused as too many, {closed} closed \
             with {unread} unread"
        )
    }
}

/// Each of these members begins.
pub(crate) async fn start(venue: &Venue, members: Range<u32>, time: Duration) -> Overload {
    let mut tasks = JoinSet::new();
    let end = Instant::now() + time;
    for member in members {
        let wire = venue.member(member).await;
        tasks.spawn(flood(wire, end));
    }
    Overload(tasks)
}

impl Overload {
    /// Waits until all have stopped.
    pub(crate) async fn end(mut self) -> Flood {
        let mut all = Flood::default();
        while let Some(one) = self.0.join_next().await {
            all.add(one.expect("a member hears all its answers"));
        }
        all
    }
}

/// Sends in bursts and waits for the answers of each, until it is closed for it.
async fn flood(mut wire: Wire, end: Instant) -> Flood {
    let mut did = Flood::default();
    while Instant::now() < end {
        let mut burst = 0;
        for _ in 0..BURST {
            let order = json!({
                "jsonrpc": "2.0", "id": did.sent, "method": "order.place", "params": {
                    "symbol": SYMBOL, "client_order_id": format!("f-{}", did.sent), "side": "buy",
                    "type": "limit", "price": "2.300", "qty": "1", "tif": "ioc",
                },
            });
            if !wire.try_send(&order).await {
                break;
            }
            did.sent += 1;
            burst += 1;
        }
        for _ in 0..burst {
            let Some(answer) = wire.hear().await else {
                did.closed += 1;
                assert_eq!(wire.closed, Some(4029), "there is one reason to close it");
                did.unread += did.sent - did.answered;
                return did;
            };
            did.answered += 1;
            let code = answer["error"]["code"].as_i64();
            did.shed += u64::from(matches!(code, Some(4001 | 4002 | 4005)));
        }
    }
    did
}
