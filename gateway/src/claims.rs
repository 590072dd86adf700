//! Whether a command that moves value does what its owner has signed, word for word. The edge reads the
//! command out of the signed bytes; here anybody compares them again, from the log.

mod acts;
mod capacity;

use protocol::client::{Block, Meter, Observe, Pledge, Withdraw};
use sequencer::Names;
use types::{BlockLeg, Command};

use crate::{ingress, names as wire};

/// Whether the signed payload says what the command does. A command that nobody has to sign is what it
/// is.
#[must_use]
pub fn agree(payload: &[u8], command: &Command, names: Names<'_>) -> bool {
    if let Some(agrees) = capacity::agree(payload, command, names) {
        return agrees;
    }
    match command {
        Command::Withdraw { amount, .. } => {
            serde_json::from_slice(payload).is_ok_and(|withdraw: Withdraw| {
                ingress::money("amount", &withdraw.amount).is_ok_and(|said| said == *amount)
            })
        }
        Command::PledgeNodes { instrument, nodes, .. } => serde_json::from_slice(payload)
            .is_ok_and(|pledge: Pledge| {
                (names.contract)(*instrument) == Some(pledge.symbol.clone())
                    && ingress::nodes(&pledge) == *nodes
            }),
        Command::MeterHour { instrument, hour, readings, .. } => serde_json::from_slice(payload)
            .is_ok_and(|meter: Meter| {
                (names.contract)(*instrument) == Some(meter.symbol.clone())
                    && ingress::time("hour_ns", &meter.hour_ns).is_ok_and(|time| time == *hour)
                    && ingress::readings(&meter) == *readings
            }),
        Command::ObserveIndex { product, date, observations, .. } => {
            serde_json::from_slice(payload).is_ok_and(|seen: Observe| {
                (names.product)(*product) == Some(seen.product)
                    && ingress::day("date", &seen.date).is_ok_and(|said| said == *date)
                    && ingress::observations(&seen.observations)
                        .is_ok_and(|said| said == *observations)
            })
        }
        Command::TradeBlock(trade) => serde_json::from_slice(payload).is_ok_and(|block: Block| {
            let parties = trade.parties.map(wire::account);
            let same =
                |(said, done): (&protocol::client::BlockLeg, &BlockLeg)| is_leg(said, done, names);
            parties == block.parties
                && block.legs.len() == trade.legs.len()
                && block.legs.iter().zip(&trade.legs).all(same)
        }),
        Command::Administer(act) => acts::agree(payload, act, names),
        _ => true,
    }
}

fn is_leg(said: &protocol::client::BlockLeg, done: &BlockLeg, names: Names<'_>) -> bool {
    (names.contract)(done.instrument).as_ref() == Some(&said.symbol)
        && said.side == done.side
        && ingress::price_at("price", &said.price).is_ok_and(|price| price == done.price)
        && ingress::quantity(&said.qty).is_ok_and(|lots| lots == done.lots)
}

#[cfg(test)]
mod tests;
