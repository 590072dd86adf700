//! A lab that needs GPUs: buys its schedule slice by slice and keeps what it buys, so it ends as the
//! receiver of a delivery.

use types::{Side, Timestamp};

use super::cover::{Schedule, slice};
use super::view::{Intent, View, shifted};

/// The lab pays at most so much over fair, in hundredths of a percent.
const HASTE: i64 = 120;

/// A lab.
#[derive(Debug)]
pub(super) struct Lab {
    need: Schedule,
    hour: Option<Timestamp>,
}

impl Lab {
    /// A lab with this need.
    #[must_use]
    pub(super) fn new(need: Schedule) -> Self {
        Self { need, hour: None }
    }

    /// What to do now: once in each market hour the next slice of everything it lacks.
    pub(super) fn act(&mut self, view: &View) -> Vec<Intent> {
        if self.hour.replace(view.now.hour_start()) == Some(view.now.hour_start()) {
            return Vec::new();
        }
        let open = self.need.open(view, |symbol| view.position(symbol));
        let buy = |(contract, lots): (_, i64)| {
            let limit = shifted(view.fair(&contract)?, HASTE);
            let lots = slice(lots, contract.hours_left(view.now));
            Some(Intent::Take { symbol: contract.symbol, side: Side::Buy, limit, lots })
        };
        open.into_iter().filter_map(buy).collect()
    }
}
