//! What an account hears of its capacity and of what comes before delivery, as it stands on the wire.
//! Chapter 11.

use protocol::client::NodeForm;
use protocol::decimal;
use protocol::server::NodeData;
use serde_json::{Value, json};
use types::{CapacityFact, Coverage, Date, InstrumentId, NodeEntry, NodeId, Preference, Tender};

use super::account_data as data;
use crate::feed::Markets;
use crate::names;

/// The kind of the event on `obligations`, and its data.
pub(super) fn capacity(markets: &Markets, fact: &CapacityFact) -> (&'static str, Value) {
    let symbol = |id: &InstrumentId| data::symbol(markets, *id);
    match fact {
        CapacityFact::Registered { nodes } => {
            let nodes: Vec<NodeForm> = nodes.iter().map(|entry| node(markets, entry)).collect();
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

/// A registered node, and until when it is attested.
pub(super) fn row(markets: &Markets, entry: &NodeEntry, until: Option<Date>) -> NodeData {
    NodeData { form: node(markets, entry), attested_until: until.map(|day| day.to_string()) }
}

fn node(markets: &Markets, entry: &NodeEntry) -> NodeForm {
    let product = markets.product(entry.product).map(types::ProductTerms::symbol);
    NodeForm {
        node: entry.node.0,
        product: product.unwrap_or_default(),
        gpus: entry.gpus.iter().map(ToString::to_string).collect(),
        site: entry.site.to_string(),
        zone: entry.zone.to_string(),
        fabric: entry.fabric.to_string(),
        grade: entry.grade,
        evidence: entry.evidence.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
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
