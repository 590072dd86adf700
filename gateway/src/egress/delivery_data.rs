//! What happens to deliveries on their way, as it stands on `obligations`.

use protocol::decimal;
use serde_json::{Value, json};
use types::{PerformanceFact, StandbyFact};

use super::account_data as data;
use crate::feed::Markets;
use crate::names;

/// The kind of the event, and its data.
pub(super) fn performance(fact: &PerformanceFact) -> (&'static str, Value) {
    let (hours, id) = (decimal::gpu_hours, names::obligation);
    match *fact {
        PerformanceFact::Countersigned { obligation, hour } => (
            "countersigned",
            json!({ "obligation_id": id(obligation), "hour_ns": data::time(hour) }),
        ),
        PerformanceFact::Disputed { obligation, hour, gpu_hours } => {
            let (hour, gpu_hours) = (data::time(hour), hours(gpu_hours));
            let id = id(obligation);
            ("disputed", json!({ "obligation_id": id, "hour_ns": hour, "gpu_hours": gpu_hours }))
        }
        PerformanceFact::Probed { obligation, hour, gpu_hours } => {
            let (hour, gpu_hours) = (data::time(hour), hours(gpu_hours));
            let id = id(obligation);
            ("probed", json!({ "obligation_id": id, "hour_ns": hour, "gpu_hours": gpu_hours }))
        }
        PerformanceFact::Decided { obligation, hour, delivered, missing } => {
            let data = json!({
                "obligation_id": id(obligation), "hour_ns": data::time(hour),
                "delivered_gpu_hours": hours(delivered), "missing_gpu_hours": hours(missing),
            });
            ("decided", data)
        }
        PerformanceFact::Covered { obligation, by, lots, price } => {
            let data = json!({
                "obligation_id": id(obligation), "by": id(by), "lots": decimal::lots(lots),
                "price": decimal::price(price),
            });
            ("covered_by", data)
        }
        PerformanceFact::CashedOut { obligation, lots, damages } => {
            let data = json!({
                "obligation_id": id(obligation), "lots": decimal::lots(lots),
                "damages": decimal::money(damages),
            });
            ("cashed_out", data)
        }
        PerformanceFact::EscrowLate { obligation, until } => (
            "escrow_late",
            json!({ "obligation_id": id(obligation), "until_ns": data::time(until) }),
        ),
        PerformanceFact::Offered { obligation, to, price } => {
            let data = json!({
                "obligation_id": id(obligation), "to": names::account(to),
                "price": decimal::money(price),
            });
            ("offered", data)
        }
        PerformanceFact::HandedOver { obligation, to, lots, price } => {
            let data = json!({
                "obligation_id": id(obligation), "as": id(to), "lots": decimal::lots(lots),
                "price": decimal::money(price),
            });
            ("handed_over", data)
        }
    }
}

/// The kind of the event, and its data.
pub(super) fn standby(markets: &Markets, fact: &StandbyFact) -> (&'static str, Value) {
    match *fact {
        StandbyFact::Offered { instrument, nodes, price } => {
            let data = json!({
                "symbol": data::symbol(markets, instrument), "nodes": decimal::lots(nodes),
                "price": decimal::price(price),
            });
            ("standby", data)
        }
        StandbyFact::Bid { instrument, lots, price } => {
            let data = json!({
                "symbol": data::symbol(markets, instrument), "lots": decimal::lots(lots),
                "price": decimal::price(price),
            });
            ("bid", data)
        }
        StandbyFact::Bond { balance, penalty } => {
            let (balance, penalty) = (decimal::money(balance), decimal::money(penalty));
            ("bond", json!({ "balance": balance, "penalty": penalty }))
        }
        StandbyFact::Probe { is_appointed } => ("probe", json!({ "appointed": is_appointed })),
    }
}
