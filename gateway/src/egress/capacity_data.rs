//! What an account hears of its capacity and of what comes before delivery, as it stands on the wire.
//! Chapter 11.

use protocol::decimal;
use serde_json::{Value, json};
use types::{CapacityFact, Coverage, InstrumentId, NodeEntry, NodeId, Preference, Tender};

use super::account_data as data;
use crate::feed::Markets;
use crate::names;

/// The kind of the event on `obligations`, and its data.
pub(super) fn capacity(markets: &Markets, fact: &CapacityFact) -> (&'static str, Value) {
    let symbol = |id: &InstrumentId| data::symbol(markets, *id);
    match fact {
        CapacityFact::Registered { nodes } => {
            let nodes: Vec<Value> = nodes.iter().map(|entry| node(markets, entry)).collect();
            ("registered", json!({ "nodes": nodes }))
        }
        CapacityFact::Retired { nodes } => ("retired", json!({ "nodes": numbers(nodes) })),
        CapacityFact::Attested { nodes, until } => {
            ("attested", json!({ "nodes": numbers(nodes), "until": until.to_string() }))
        }
        CapacityFact::Attestor { is_appointed } => ("attestor", json!({ "on": is_appointed })),
        CapacityFact::Coverage(Coverage {
            instrument,
            short,
            required,
            covered,
            uncovered,
            margin,
        }) => {
            let [short, required, covered, uncovered] =
                [short, required, covered, uncovered].map(|lots| decimal::lots(*lots));
            let data = json!({
                "symbol": symbol(instrument), "short": short, "required": required,
                "covered": covered, "uncovered": uncovered, "margin": decimal::money(*margin),
            });
            ("coverage", data)
        }
        CapacityFact::BuyIn { instrument, lots, uncovered } => {
            let [lots, uncovered] = [lots, uncovered].map(|lots| decimal::lots(*lots));
            let data =
                json!({ "symbol": symbol(instrument), "lots": lots, "uncovered": uncovered });
            ("buy_in", data)
        }
        CapacityFact::Preferred { instrument, preference } => {
            ("preference", preferred(&symbol(instrument), preference))
        }
        CapacityFact::Tendered { instrument, tenders } => {
            let tenders: Vec<Value> = tenders.iter().map(tender).collect();
            ("tender", json!({ "symbol": symbol(instrument), "tenders": tenders }))
        }
        CapacityFact::Elected { obligation, by } => {
            ("elected", json!({ "obligation_id": names::obligation(*obligation), "by": by }))
        }
        CapacityFact::Tested { obligation, node, passed, replace_until } => {
            let until = replace_until.map(data::time);
            let data = json!({
                "obligation_id": names::obligation(*obligation), "node": node.0,
                "passed": passed, "replace_until_ns": until,
            });
            ("tested", data)
        }
        CapacityFact::Replaced { obligation, failed, spare } => {
            let data = json!({
                "obligation_id": names::obligation(*obligation), "failed": failed.0,
                "spare": spare.0,
            });
            ("replaced", data)
        }
        CapacityFact::Dropped { obligation, node } => {
            let obligation = names::obligation(*obligation);
            ("dropped", json!({ "obligation_id": obligation, "node": node.0 }))
        }
    }
}

/// A registered node.
pub(super) fn node(markets: &Markets, entry: &NodeEntry) -> Value {
    json!({
        "node": entry.node.0,
        "product": markets.product(entry.product).map(types::ProductTerms::symbol),
        "gpus": entry.gpus.map(|gpu| gpu.to_string()),
        "site": entry.site.as_str(),
        "zone": entry.zone.as_str(),
        "fabric": entry.fabric.as_str(),
        "grade": entry.grade,
        "evidence": entry.evidence.iter().map(|b| format!("{b:02x}")).collect::<String>(),
    })
}

fn preferred(symbol: &str, preference: &Preference) -> Value {
    json!({
        "symbol": symbol,
        "zone": preference.zone.map(|zone| zone.as_str().to_owned()),
        "best_grade": preference.best_grade,
        "single_fabric": preference.single_fabric,
        "seller": preference.seller.map(names::account),
        "image": preference.image,
    })
}

fn tender(tender: &Tender) -> Value {
    json!({
        "fabric": tender.fabric.as_str(),
        "lots": decimal::lots(tender.lots),
        "buyer": tender.buyer.map(names::account),
    })
}

fn numbers(nodes: &[NodeId]) -> Vec<u32> {
    nodes.iter().map(|node| node.0).collect()
}
