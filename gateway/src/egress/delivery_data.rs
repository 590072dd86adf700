//! What happens to deliveries on their way, as it stands on `obligations`.

use protocol::decimal;
use protocol::server::{
    BondData, CashedOutData, ClaimData, CountersignedData, CoveredByData, DecidedData,
    EscrowLateData, HandedOverData, OfferedData, ProbeData, StandbyBidData, StandbyData,
};
use serde_json::{Value, json};
use types::{GpuHours, ObligationId, PerformanceFact, StandbyFact, Timestamp};

use super::account_data as data;
use crate::feed::Markets;
use crate::names;

/// The kind of the event, and its data.
pub(super) fn performance(fact: &PerformanceFact) -> (&'static str, Value) {
    match *fact {
        PerformanceFact::Countersigned { obligation, hour } => {
            let (obligation_id, hour_ns) = (id(obligation), data::time(hour));
            ("countersigned", json!(CountersignedData { obligation_id, hour_ns }))
        }
        PerformanceFact::Disputed { obligation, hour, gpu_hours } => {
            ("disputed", claim(obligation, hour, gpu_hours))
        }
        PerformanceFact::Probed { obligation, hour, gpu_hours } => {
            ("probed", claim(obligation, hour, gpu_hours))
        }
        PerformanceFact::Decided { obligation, hour, delivered, missing } => {
            let (obligation_id, hour_ns) = (id(obligation), data::time(hour));
            let [delivered_gpu_hours, missing_gpu_hours] =
                [delivered, missing].map(decimal::gpu_hours);
            let data =
                DecidedData { obligation_id, hour_ns, delivered_gpu_hours, missing_gpu_hours };
            ("decided", json!(data))
        }
        PerformanceFact::Covered { obligation, by, lots, price } => {
            let (lots, price) = (decimal::lots(lots), decimal::price(price));
            let data = CoveredByData { obligation_id: id(obligation), by: id(by), lots, price };
            ("covered_by", json!(data))
        }
        PerformanceFact::CashedOut { obligation, lots, damages } => {
            let (lots, damages) = (decimal::lots(lots), decimal::money(damages));
            ("cashed_out", json!(CashedOutData { obligation_id: id(obligation), lots, damages }))
        }
        PerformanceFact::EscrowLate { obligation, until } => {
            let (obligation_id, until_ns) = (id(obligation), data::time(until));
            ("escrow_late", json!(EscrowLateData { obligation_id, until_ns }))
        }
        PerformanceFact::Offered { obligation, to, price } => {
            let (to, price) = (names::account(to), decimal::money(price));
            ("offered", json!(OfferedData { obligation_id: id(obligation), to, price }))
        }
        PerformanceFact::HandedOver { obligation, to, lots, price } => {
            let (lots, price) = (decimal::lots(lots), decimal::money(price));
            let data = HandedOverData { obligation_id: id(obligation), into: id(to), lots, price };
            ("handed_over", json!(data))
        }
    }
}

/// The kind of the event, and its data.
pub(super) fn standby(markets: &Markets, fact: &StandbyFact) -> (&'static str, Value) {
    match *fact {
        StandbyFact::Offered { instrument, nodes, price } => {
            let symbol = data::symbol(markets, instrument);
            let (nodes, price) = (decimal::lots(nodes), decimal::price(price));
            ("standby", json!(StandbyData { symbol, nodes, price }))
        }
        StandbyFact::Bid { instrument, lots, price } => {
            let symbol = data::symbol(markets, instrument);
            let (lots, price) = (decimal::lots(lots), decimal::price(price));
            ("bid", json!(StandbyBidData { symbol, lots, price }))
        }
        StandbyFact::Bond { balance, penalty } => {
            let (balance, penalty) = (decimal::money(balance), decimal::money(penalty));
            ("bond", json!(BondData { balance, penalty }))
        }
        StandbyFact::Probe { is_appointed } => {
            ("probe", json!(ProbeData { appointed: is_appointed }))
        }
    }
}

fn claim(obligation: ObligationId, hour: Timestamp, hours: GpuHours) -> Value {
    let (obligation_id, hour_ns) = (id(obligation), data::time(hour));
    json!(ClaimData { obligation_id, hour_ns, gpu_hours: decimal::gpu_hours(hours) })
}

fn id(obligation: ObligationId) -> String {
    names::obligation(obligation)
}
