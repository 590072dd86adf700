//! A member who behaves, and notices how long the venue takes.

use std::fmt;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::venue::{SYMBOL, Venue, Wire};

/// Between two orders.
const PAUSE: Duration = Duration::from_millis(5);

/// The member.
pub(crate) struct Witness {
    wire: Wire,
    orders: u64,
}

/// What it has seen.
pub(crate) struct Seen {
    /// Orders and cancels, all of them carried out.
    pub(crate) asked: usize,
    /// Half of them took less.
    middle: Duration,
    /// All but one in a hundred took less.
    most: Duration,
    /// The longest.
    pub(crate) longest: Duration,
}

impl Witness {
    pub(crate) async fn enter(venue: &Venue) -> Self {
        Self { wire: venue.member(1001).await, orders: 0 }
    }

    /// Places orders and cancels them for a while.
    pub(crate) async fn watch(&mut self, time: Duration) -> Seen {
        let (end, mut took) = (Instant::now() + time, Vec::new());
        while Instant::now() < end {
            self.orders += 1;
            let name = format!("w-{}", self.orders);
            let order = json!({
                "symbol": SYMBOL, "client_order_id": name, "side": "buy", "type": "limit",
                "price": "2.300", "qty": "1",
            });
            let cancel = json!({ "client_order_id": name });
            for (method, params) in [("order.place", order), ("order.cancel", cancel)] {
                let start = Instant::now();
                let answer = self.wire.ask(method, params).await;
                assert!(answer["error"].is_null(), "{method} got {answer}");
                took.push(start.elapsed());
            }
            tokio::time::sleep(PAUSE).await;
        }
        took.sort_unstable();
        let at = |percent: usize| took[(took.len() - 1) * percent / 100];
        Seen { asked: took.len(), middle: at(50), most: at(99), longest: at(100) }
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { asked, middle, most, longest } = self;
        write!(f, "witness: {asked} done, p50 {middle:.1?}, p99 {most:.1?}, longest {longest:.1?}")
    }
}
