//! Calls for margin and the steps of a default, as they stand on the wire.

use protocol::decimal;
use protocol::server::{
    AccountableData, CallData, CreditData, DefaultClosedData, ExemptedData, GainCutData,
    JoinedData, LayerData, LotsData, NothingData, TornUpData,
};
use serde_json::{Value, json};
use types::{ClearingFact, Party};

use super::account_data as data;
use crate::feed::Markets;

/// The kind of the event on `margin`, and its data.
pub(super) fn clearing(markets: &Markets, fact: &ClearingFact) -> (&'static str, Value) {
    let symbol = |instrument| data::symbol(markets, instrument);
    match fact {
        ClearingFact::Called { amount, until } => {
            let (amount, until_ns) = (decimal::money(*amount), data::time(*until));
            ("call", json!(CallData { amount, until_ns }))
        }
        ClearingFact::CallMet => ("call_met", json!(NothingData {})),
        ClearingFact::Moved { instrument, lots } => {
            let (symbol, lots) = (symbol(*instrument), lots.0.to_string());
            ("taken_over", json!(LotsData { symbol, lots }))
        }
        ClearingFact::Covered { by, amount } => {
            ("covered", json!(LayerData { by: *by, amount: decimal::money(*amount) }))
        }
        ClearingFact::Charged { by, amount } => {
            ("charged", json!(LayerData { by: *by, amount: decimal::money(*amount) }))
        }
        ClearingFact::GainCut { due, cut } => (
            "gain_cut",
            json!(GainCutData { due: decimal::money(*due), cut: decimal::money(*cut) }),
        ),
        ClearingFact::TornUp { instrument, lots, price } => {
            let (symbol, lots) = (symbol(*instrument), lots.0.to_string());
            ("torn_up", json!(TornUpData { symbol, lots, price: decimal::price(*price) }))
        }
        ClearingFact::Slice { instrument, lots } => {
            let (symbol, lots) = (symbol(*instrument), decimal::lots(*lots));
            ("slice", json!(LotsData { symbol, lots }))
        }
        ClearingFact::Accountable { instrument, lots, level } => {
            let (symbol, lots) = (symbol(*instrument), lots.0.to_string());
            let level = decimal::lots(*level);
            ("accountable", json!(AccountableData { symbol, lots, level }))
        }
        ClearingFact::Exempted { product, lots } => {
            let product = markets.product(*product).map(types::ProductTerms::symbol);
            ("exempted", json!(ExemptedData { product, lots: decimal::lots(*lots) }))
        }
        ClearingFact::Joined { member } => {
            ("joined", json!(JoinedData { member: member.0.to_string() }))
        }
        ClearingFact::CreditLimited { party, most } => {
            let of = match party {
                Party::Account(_) => "account".to_owned(),
                Party::Member(_) => "member".to_owned(),
            };
            ("credit", json!(CreditData { of, max: most.map(decimal::money) }))
        }
        ClearingFact::Closed { returned } => {
            ("default_closed", json!(DefaultClosedData { returned: decimal::money(*returned) }))
        }
    }
}
