//! Whether a command that moves value does what its owner has signed, word for word. The edge reads the
//! command out of the signed bytes; here anybody compares them again, from the log.

mod acts;
mod capacity;
mod delivery;

use protocol::client::{Block, Meter, Observe, Pledge, Withdraw};
use sequencer::Names;
use serde::de::DeserializeOwned;
use types::{BlockLeg, Command};

use crate::{ingress, names as wire};

/// Whether the signed payload says what the command does. A command of a kind that is not compared here
/// is never what was signed.
#[must_use]
pub fn agree(payload: &[u8], command: &Command, names: Names<'_>) -> bool {
    match command {
        Command::Withdraw { amount, .. } => said(payload, |withdraw: Withdraw| {
            ingress::money("amount", &withdraw.amount).is_ok_and(|said| said == *amount)
        }),
        Command::PledgeNodes { instrument, nodes, .. } => said(payload, |pledge: Pledge| {
            (names.contract)(*instrument) == Some(pledge.symbol.clone())
                && ingress::nodes(&pledge.nodes) == *nodes
        }),
        Command::MeterHour { instrument, hour, readings, .. } => said(payload, |meter: Meter| {
            (names.contract)(*instrument) == Some(meter.symbol.clone())
                && ingress::time("hour_ns", &meter.hour_ns).is_ok_and(|time| time == *hour)
                && ingress::readings(&meter.readings) == *readings
        }),
        Command::ObserveIndex { product, date, observations, .. } => {
            said(payload, |seen: Observe| {
                (names.product)(*product) == Some(seen.product)
                    && ingress::day("date", &seen.date).is_ok_and(|said| said == *date)
                    && ingress::observations(&seen.observations)
                        .is_ok_and(|said| said == *observations)
            })
        }
        Command::TradeBlock(trade) => said(payload, |block: Block| {
            let parties = trade.parties.map(wire::account);
            let same =
                |(said, done): (&protocol::client::BlockLeg, &BlockLeg)| is_leg(said, done, names);
            parties == block.parties
                && block.legs.len() == trade.legs.len()
                && block.legs.iter().zip(&trade.legs).all(same)
        }),
        Command::Administer(act) => acts::agree(payload, act, names),
        Command::RegisterNodes { .. }
        | Command::RetireNodes { .. }
        | Command::AttestNodes { .. }
        | Command::PreferDelivery { .. }
        | Command::TenderBlocks { .. }
        | Command::ElectAlternative { .. }
        | Command::TestNodes { .. }
        | Command::ReplaceNode { .. } => capacity::agree(payload, command, names),
        Command::CountersignHour { .. }
        | Command::DisputeHour(_)
        | Command::ProbeHour(_)
        | Command::OfferStandby(_)
        | Command::BidStandby(_)
        | Command::PostBond { .. }
        | Command::ReleaseBond { .. }
        | Command::TransferObligation { .. }
        | Command::AcceptObligation { .. } => delivery::agree(payload, command, names),
        _ => false,
    }
}

/// Whether the payload has this form, and says this.
fn said<T: DeserializeOwned>(payload: &[u8], is_it: impl FnOnce(T) -> bool) -> bool {
    serde_json::from_slice(payload).is_ok_and(is_it)
}

fn is_leg(said: &protocol::client::BlockLeg, done: &BlockLeg, names: Names<'_>) -> bool {
    (names.contract)(done.instrument).as_ref() == Some(&said.symbol)
        && said.side == done.side
        && ingress::price_at("price", &said.price).is_ok_and(|price| price == done.price)
        && ingress::quantity(&said.qty).is_ok_and(|lots| lots == done.lots)
}

#[cfg(test)]
mod tests;
