//! Leaving a contract before it expires, for those who neither run nor need GPUs: what is open at
//! the end of trading is delivered.

use types::{NetLots, Timestamp};

use super::view::{Contract, Intent, View, shifted};

/// How far from fair a bot goes to get out, in hundredths of a percent.
const HURRY: i64 = 300;

/// Cancels the bot's orders in every contract with at most `hours` of trading left and trades its
/// positions there away.
#[must_use]
pub(super) fn wind_down(view: &View, hours: i64) -> Vec<Intent> {
    let mut intents = Vec::new();
    for contract in view.contracts.iter().filter(|c| is_closing(c, view.now, hours)) {
        let ours = view.orders.iter().filter(|order| order.symbol == contract.symbol);
        intents.extend(ours.map(|order| Intent::Cancel { id: order.id.clone() }));
        intents.extend(flatten(view, contract));
    }
    intents
}

/// Whether a contract has at most `hours` of trading left.
#[must_use]
pub(super) fn is_closing(contract: &Contract, now: Timestamp, hours: i64) -> bool {
    contract.last_trading.0 - now.0 <= hours * Timestamp::HOUR
}

fn flatten(view: &View, contract: &Contract) -> Option<Intent> {
    let net = NetLots(view.position(&contract.symbol));
    let side = net.side()?.opposite();
    let limit = shifted(view.fair(contract)?, side.sign() * HURRY);
    Some(Intent::Take { symbol: contract.symbol.clone(), side, limit, lots: net.size().0 })
}
