//! Whether what was signed about deliveries on their way is what the command does.

use protocol::client::{
    AcceptTransfer, BidHours, BondAmount, ClaimHour, Countersign, OfferNodes, Transfer,
};
use sequencer::Names;
use types::{Command, HourClaim, Mills, ObligationId, StandbyBid, StandbyOffer, Timestamp};

use super::said;
use crate::ingress;
use crate::ingress::delivery as read;

/// Whether the payload says what the command does; no other command is about deliveries on their way.
pub(super) fn agree(payload: &[u8], command: &Command, names: Names<'_>) -> bool {
    match command {
        Command::CountersignHour { obligation, hour, .. } => {
            said(payload, |countersign: Countersign| {
                is_hour(&countersign.obligation_id, &countersign.hour_ns, *obligation, *hour)
            })
        }
        Command::DisputeHour(claim) | Command::ProbeHour(claim) => is_claim(payload, claim),
        Command::OfferStandby(StandbyOffer { instrument, nodes, price, .. }) => {
            said(payload, |offer: OfferNodes| {
                (names.contract)(*instrument).as_ref() == Some(&offer.symbol)
                    && read::offer(&offer).is_ok_and(|said| said == (nodes.clone(), *price))
            })
        }
        Command::BidStandby(StandbyBid { instrument, lots, price, .. }) => {
            said(payload, |bid: BidHours| {
                (names.contract)(*instrument).as_ref() == Some(&bid.symbol)
                    && read::bid(&bid).is_ok_and(|said| said == (*lots, *price))
            })
        }
        Command::TransferObligation { obligation, to, price, .. } => {
            said(payload, |transfer: Transfer| {
                read::transfer(&transfer).is_ok_and(|said| said == (*obligation, *to, *price))
            })
        }
        Command::AcceptObligation { obligation, .. } => said(payload, |accept: AcceptTransfer| {
            ingress::obligation(&accept.obligation_id).is_ok_and(|id| id == *obligation)
        }),
        Command::PostBond { amount, .. } | Command::ReleaseBond { amount, .. } => {
            is_amount(payload, *amount)
        }
        _ => false,
    }
}

fn is_hour(id: &str, hour_ns: &str, obligation: ObligationId, hour: Timestamp) -> bool {
    read::hour(id, hour_ns).is_ok_and(|said| said == (obligation, hour))
}

fn is_claim(payload: &[u8], done: &HourClaim) -> bool {
    said(payload, |claim: ClaimHour| {
        is_hour(&claim.obligation_id, &claim.hour_ns, done.obligation, done.hour)
            && ingress::readings(&claim.readings) == done.readings
    })
}

fn is_amount(payload: &[u8], done: Mills) -> bool {
    said(payload, |bond: BondAmount| read::amount(&bond).is_ok_and(|amount| amount == done))
}
