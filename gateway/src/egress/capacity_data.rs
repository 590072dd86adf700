//! What an account hears of its capacity and of what comes before delivery, as it stands on the wire.
//! Chapter 11.

use protocol::client::NodeForm;
use protocol::decimal;
use protocol::server::{
    AttestedData, AttestorData, BuyInData, CoverageData, DroppedData, ElectedData, NodeData,
    PreferenceData, RegisteredData, ReplacedData, RetiredData, TenderData, TenderedData,
    TestedData,
};
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
            ("registered", json!(RegisteredData { nodes }))
        }
        CapacityFact::Retired { nodes } => {
            ("retired", json!(RetiredData { nodes: numbers(nodes) }))
        }
        CapacityFact::Attested { nodes, until } => {
            ("attested", json!(AttestedData { nodes: numbers(nodes), until: until.to_string() }))
        }
        CapacityFact::Attestor { is_appointed } => {
            ("attestor", json!(AttestorData { on: *is_appointed }))
        }
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
            let (symbol, margin) = (symbol(instrument), decimal::money(*margin));
            let data = CoverageData { symbol, short, required, covered, uncovered, margin };
            ("coverage", json!(data))
        }
        CapacityFact::BuyIn { instrument, lots, uncovered } => {
            let [lots, uncovered] = [lots, uncovered].map(|lots| decimal::lots(*lots));
            ("buy_in", json!(BuyInData { symbol: symbol(instrument), lots, uncovered }))
        }
        CapacityFact::Preferred { instrument, preference } => {
            ("preference", json!(preferred(symbol(instrument), preference)))
        }
        CapacityFact::Tendered { instrument, tenders } => {
            let tenders = tenders.iter().map(tender).collect();
            ("tender", json!(TenderedData { symbol: symbol(instrument), tenders }))
        }
        CapacityFact::Elected { obligation, by } => {
            let obligation_id = names::obligation(*obligation);
            ("elected", json!(ElectedData { obligation_id, by: *by }))
        }
        CapacityFact::Tested { obligation, node, passed, replace_until } => {
            let (obligation_id, node) = (names::obligation(*obligation), node.0);
            let replace_until_ns = replace_until.map(data::time);
            let data = TestedData { obligation_id, node, passed: *passed, replace_until_ns };
            ("tested", json!(data))
        }
        CapacityFact::Replaced { obligation, failed, spare } => {
            let obligation_id = names::obligation(*obligation);
            ("replaced", json!(ReplacedData { obligation_id, failed: failed.0, spare: spare.0 }))
        }
        CapacityFact::Dropped { obligation, node } => {
            let obligation_id = names::obligation(*obligation);
            ("dropped", json!(DroppedData { obligation_id, node: node.0 }))
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

fn preferred(symbol: String, preference: &Preference) -> PreferenceData {
    PreferenceData {
        symbol,
        zone: preference.zone.map(|zone| zone.as_str().to_owned()),
        best_grade: preference.best_grade,
        single_fabric: preference.single_fabric,
        seller: preference.seller.map(names::account),
        image: preference.image.clone(),
    }
}

fn tender(tender: &Tender) -> TenderData {
    TenderData {
        fabric: tender.fabric.as_str().to_owned(),
        lots: decimal::lots(tender.lots),
        buyer: tender.buyer.map(names::account),
    }
}

fn numbers(nodes: &[NodeId]) -> Vec<u32> {
    nodes.iter().map(|node| node.0).collect()
}
